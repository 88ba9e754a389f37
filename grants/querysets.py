"""The vocabulary of the money's road: `visible_to(user)` first, then words that read as English.

An organisation's members see its applications and grants (a helper sees no money after the award);
officers and programme leads see all; finance sees grants and what belongs to them. The panel reads
case files through its own door, and funders read published figures only.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

from accounts import clock
from accounts.enums import MemberRole, TeamRole

from .enums import AGREED_STATES, LIVE_STATES, ApplicationState, GrantState, RoundState

if TYPE_CHECKING:
    from .models import Application, Claim, Grant, Payment, Round

NOT_HELPERS = (MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def grants_visible_to(user: Any, prefix: str = "") -> models.Q:
    """The condition that a grant (reached through `prefix`) may be seen by `user`."""
    if not user.is_authenticated:
        return models.Q(pk__in=())
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE):
        return models.Q()
    own = user.organisation_ids(*NOT_HELPERS)
    return models.Q(**{f"{prefix}application__organisation__in": own})


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: Any) -> "RoundQuerySet":
        """Everybody sees what was published; officers and programme leads see drafts too."""
        if user.is_authenticated and user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        return self.exclude(state=RoundState.DRAFT)

    def open_now(self) -> "RoundQuerySet":
        """Published, opened and not yet closed at this moment."""
        now = clock.now()
        return self.filter(state=RoundState.PUBLISHED, opens_at__lte=now, closes_at__gt=now)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """Those of the user's organisations; for officers and leads all that were ever sent."""
        if not user.is_authenticated:
            return self.none()
        own = models.Q(organisation__in=user.organisation_ids())
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self.filter(own | models.Q(submitted_at__isnull=False))
        return self.filter(own)

    def live(self) -> "ApplicationQuerySet":
        """Neither declined, nor ineligible, nor withdrawn."""
        return self.filter(state__in=LIVE_STATES)

    def with_panel(self) -> "ApplicationQuerySet":
        """Waiting for the panel."""
        return self.filter(state=ApplicationState.WITH_PANEL)

    def waiting_for_officer(self) -> "ApplicationQuerySet":
        """Received or in check."""
        return self.filter(state__in=(ApplicationState.SUBMITTED, ApplicationState.IN_CHECK))


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, user: Any) -> "GrantQuerySet":
        """Those of the user's organisations (not for helpers); all for the programme's staff."""
        return self.filter(grants_visible_to(user))

    def agreed(self) -> "GrantQuerySet":
        """Ever agreed: what reach counts (clarification 4)."""
        return self.filter(state__in=AGREED_STATES)

    def reached_active(self) -> "GrantQuerySet":
        """Ever active: what training figures count (clarification 4)."""
        return self.filter(activated_on__isnull=False)

    def with_budget(self) -> "GrantQuerySet":
        """Still taking money from a round: everything but a turned-down offer."""
        return self.exclude(state=GrantState.REFUSED)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: Any) -> "PaymentQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(grants_visible_to(user, "grant__"))


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: Any) -> "ClaimQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(grants_visible_to(user, "grant__"))
