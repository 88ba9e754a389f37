"""The vocabulary of focus people: `visible_to(user)` first, then words that read as English.

A person's record is seen by the organisation that holds it and by the officers and programme leads
who check it. The panel never sees it (it judges a case file), and neither do funders or finance.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.enums import TeamRole

if TYPE_CHECKING:
    from .models import CheckIn, CircleMember, Erasure, FocusPerson, KeptWords, SupportPlan


def _records_of(user: Any, prefix: str = "") -> models.Q | None:
    """The condition for records that `user` may see; None means all of them."""
    if not user.is_authenticated:
        return models.Q(pk__in=())
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return None
    return models.Q(**{f"{prefix}organisation__in": user.organisation_ids()})


def _count_of(model: str, condition: Q | None = None) -> Coalesce:
    """How many rows of a child model belong to the person, counted apart from the other children."""
    from django.apps import apps

    rows = apps.get_model("focus_people", model)._default_manager.filter(person=OuterRef("pk"))
    if condition is not None:
        rows = rows.filter(condition)
    counted = rows.order_by().values("person").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


class FocusPersonQuerySet(models.QuerySet["FocusPerson"]):
    def visible_to(self, user: Any) -> "FocusPersonQuerySet":
        """Those of the user's own organisations; all of them for officers and programme leads."""
        condition = _records_of(user)
        return self if condition is None else self.filter(condition)

    def current(self) -> "FocusPersonQuerySet":
        """Those who have neither moved on nor died, and whose record says who they are to somebody."""
        return self.named().filter(state="current")

    def named(self) -> "FocusPersonQuerySet":
        """Those whose record was not made anonymous."""
        return self.filter(anonymous_since__isnull=True)

    def without_basis(self, on: date) -> "FocusPersonQuerySet":
        """Whose consent lapsed: there was a basis, and none stands now, or the newest is overdue for
        review on `on`. Records that never had one are not lapsed: they are not finished."""
        from .models import Consent

        all_of = Consent.objects.filter(person=OuterRef("pk"))
        standing = all_of.filter(withdrawn_at__isnull=True).order_by("-recorded_at", "-pk")
        return self.annotate(
            had_basis=Exists(all_of),
            stands=Exists(standing),
            basis_review_on=Subquery(standing.values("review_on")[:1]),
        ).filter(Q(had_basis=True) & (Q(stands=False) | Q(basis_review_on__lt=on)))

    def with_counts(self, on: date) -> "FocusPersonQuerySet":
        """Annotates what a list shows: need_count, goal_count, circle_count on `on`, plan_count and
        has_consent."""
        from .models import Consent

        held = Consent.objects.filter(person=OuterRef("pk"), withdrawn_at__isnull=True)
        active = Q(joined_on__lte=on) & (Q(left_on__isnull=True) | Q(left_on__gt=on))
        return self.annotate(
            need_count=_count_of("Need"),
            goal_count=_count_of("Goal"),
            circle_count=_count_of("CircleMember", active),
            plan_count=_count_of("SupportPlan"),
            has_consent=Exists(held),
        )


class CircleMemberQuerySet(models.QuerySet["CircleMember"]):
    def visible_to(self, user: Any) -> "CircleMemberQuerySet":
        """The circles of the people that `user` may see."""
        condition = _records_of(user, "person__")
        return self if condition is None else self.filter(condition)

    def active_on(self, day: date) -> "CircleMemberQuerySet":
        """Members who belong to their circle on `day`; `left_on` is the first day out."""
        return self.filter(joined_on__lte=day).filter(Q(left_on__isnull=True) | Q(left_on__gt=day))

    def may_attend(self) -> "CircleMemberQuerySet":
        """Members who may come to training: the denominator of circle coverage."""
        return self.filter(can_attend=True)


class SupportPlanQuerySet(models.QuerySet["SupportPlan"]):
    def visible_to(self, user: Any) -> "SupportPlanQuerySet":
        """The plans of the people that `user` may see."""
        condition = _records_of(user, "person__")
        return self if condition is None else self.filter(condition)

    def confirmed(self) -> "SupportPlanQuerySet":
        """Versions that the commissioner has confirmed: they may enter the headline."""
        return self.filter(confidence="commissioner_confirmed")


class KeptWordsQuerySet(models.QuerySet["KeptWords"]):
    def visible_to(self, user: Any) -> "KeptWordsQuerySet":
        """All of them for officers and programme leads, save those of their own organisations."""
        if not user.is_authenticated or not user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self.none()
        return self.exclude(organisation__in=user.organisation_ids())

    def not_looked_at(self) -> "KeptWordsQuerySet":
        """Those that no officer has looked at."""
        return self.filter(verdict="")


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def visible_to(self, user: Any) -> "CheckInQuerySet":
        """Those of the people that `user` may see."""
        condition = _records_of(user, "person__")
        return self if condition is None else self.filter(condition)

    def alerts(self) -> "CheckInQuerySet":
        """Those that alert the officers and that none has answered, of people whose record is open."""
        return self.filter(is_alert=True, offer="", person__state="current")


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def visible_to(self, user: Any) -> "ErasureQuerySet":
        """All of them for programme leads, save those of their own organisations."""
        if not user.is_authenticated or not user.is_team(TeamRole.PROGRAMME_LEAD):
            return self.none()
        return self.exclude(person__organisation__in=user.organisation_ids())

    def asked(self) -> "ErasureQuerySet":
        """Those that wait for a second person."""
        return self.filter(state="erasure_asked")
