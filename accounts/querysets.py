"""The vocabulary of who: `visible_to(user)` first, then words that read as English.

A person sees their own organisations; the programme's officers and lead see all of them.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models

from . import clock
from .enums import OrganisationState, TeamRole

if TYPE_CHECKING:
    from .models import Invitation, Organisation

INVITATION_DAYS = 14


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Any) -> "OrganisationQuerySet":
        """Those that `user` belongs to; every one for officers, leads, finance and auditors."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(
            TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE, TeamRole.AUDITOR
        ):
            return self
        return self.filter(pk__in=user.organisation_ids())

    def waiting_for_verification(self) -> "OrganisationQuerySet":
        """Registered, and neither verified nor refused yet."""
        return self.filter(state=OrganisationState.REGISTERED)

    def verified(self) -> "OrganisationQuerySet":
        """Verified by an officer: may send applications."""
        return self.filter(state=OrganisationState.VERIFIED)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """Those of the organisations that `user` belongs to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__in=user.organisation_ids())

    def open(self) -> "InvitationQuerySet":
        """Not yet used, and sent within the last 14 days."""
        since = clock.now() - timedelta(days=INVITATION_DAYS)
        return self.filter(accepted_at__isnull=True, invited_at__gte=since)
