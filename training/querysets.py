"""The vocabulary of training: `visible_to(user)` first, then words that read as English.

What was learned is seen by the organisation that holds the grant (not by helpers from elsewhere), and
by officers and programme leads. A voided activity, session or register row is kept and never counted.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Q

from accounts.enums import TeamRole
from grants.querysets import NOT_HELPERS

from .enums import SessionState

if TYPE_CHECKING:
    from .models import (
        Activity,
        Attendance,
        Rating,
        RatingLink,
        RegisterImport,
        Session,
        SignInLink,
    )


def training_visible_to(user: Any, prefix: str = "") -> Q:
    """The condition that what belongs to a grant (reached through `prefix`) may be seen by `user`."""
    if not user.is_authenticated:
        return Q(pk__in=())
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return Q()
    own = user.organisation_ids(*NOT_HELPERS)
    return Q(**{f"{prefix}grant__application__organisation__in": own})


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> "ActivityQuerySet":
        """Those of the organisation's own grants; all of them for officers and programme leads."""
        return self.filter(training_visible_to(user))

    def standing(self) -> "ActivityQuerySet":
        """Not voided."""
        return self.filter(voided_at__isnull=True)

    def with_session_counts(self) -> "ActivityQuerySet":
        """Annotates `held`, `to_come` and `called_off`: sessions by state, voided ones left out."""
        standing = Q(sessions__voided_at__isnull=True)

        def of(state: SessionState) -> Count:
            return Count("sessions", filter=standing & Q(sessions__state=state), distinct=True)

        return self.annotate(
            held=of(SessionState.DELIVERED),
            to_come=of(SessionState.PLANNED),
            called_off=of(SessionState.CANCELLED),
        )


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: Any) -> "SessionQuerySet":
        """Those of the activities that `user` may see."""
        return self.filter(training_visible_to(user, "activity__"))

    def standing(self) -> "SessionQuerySet":
        """Neither voided nor part of a voided activity."""
        return self.filter(voided_at__isnull=True, activity__voided_at__isnull=True)

    def delivered(self, until: date | None = None) -> "SessionQuerySet":
        """Held and standing, on or before `until` where it is given."""
        held = self.standing().filter(state=SessionState.DELIVERED)
        return held if until is None else held.filter(held_on__lte=until)

    def without_attendance(self, on: date) -> "SessionQuerySet":
        """Planned for a day that is over, and nobody has said who came."""
        return self.standing().filter(state=SessionState.PLANNED, held_on__lt=on)

    def with_people(self) -> "SessionQuerySet":
        """Annotates `people`: how many were present."""
        return self.annotate(people=Count("marks", filter=Q(marks__present=True)))


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: Any) -> "AttendanceQuerySet":
        """Those of the sessions that `user` may see."""
        return self.filter(training_visible_to(user, "session__activity__"))

    def counted(self, until: date | None = None) -> "AttendanceQuerySet":
        """Present, at a session that was held and stands, on or before `until` where it is given."""
        found = self.filter(
            present=True,
            session__state=SessionState.DELIVERED,
            session__voided_at__isnull=True,
            session__activity__voided_at__isnull=True,
        )
        return found if until is None else found.filter(session__held_on__lte=until)


class RegisterImportQuerySet(models.QuerySet["RegisterImport"]):
    def visible_to(self, user: Any) -> "RegisterImportQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(training_visible_to(user))


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def visible_to(self, user: Any) -> "SignInLinkQuerySet":
        """Those of the sessions that `user` may see."""
        return self.filter(training_visible_to(user, "session__activity__"))

    def behind(self, code_hash: str) -> "SignInLinkQuerySet":
        """The link of a code that somebody without an account holds: the code itself lets them in."""
        return self.filter(code_hash=code_hash)


class RatingLinkQuerySet(models.QuerySet["RatingLink"]):
    def visible_to(self, user: Any) -> "RatingLinkQuerySet":
        """Those of the activities that `user` may see."""
        return self.filter(training_visible_to(user, "activity__"))

    def behind(self, code_hash: str) -> "RatingLinkQuerySet":
        """The link of a code that a learner holds: the code itself lets them in."""
        return self.filter(code_hash=code_hash)


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: Any) -> "RatingQuerySet":
        """Those of the activities that `user` may see: for figures over five people or more."""
        return self.filter(
            training_visible_to(user, "activity__"), activity__voided_at__isnull=True
        )
