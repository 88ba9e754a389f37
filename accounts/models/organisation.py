from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from .. import clock
from ..enums import CqcStatus, MemberRole, OrganisationSize, OrganisationState, Region, Sector
from ..querysets import InvitationQuerySet, OrganisationQuerySet
from ..references import organisation_reference
from ..state import StateField, StateMixin, transition
from .user import User


class Organisation(StateMixin):
    """A body that applies for grants, once an officer has verified that it exists."""

    reference = models.CharField(max_length=20, unique=True, default=organisation_reference)
    name = models.CharField(max_length=120)
    sector = models.CharField(max_length=8, choices=Sector)
    region = models.CharField(max_length=20, choices=Region)
    size = models.CharField(max_length=8, choices=OrganisationSize)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    icb_name = models.CharField("integrated care board", max_length=80, blank=True)
    charity_number = models.CharField(max_length=12, blank=True)
    company_number = models.CharField(max_length=12, blank=True)
    cqc_status = models.CharField(max_length=14, choices=CqcStatus)
    state = StateField(
        max_length=12, choices=OrganisationState, default=OrganisationState.REGISTERED
    )
    registered_at = models.DateTimeField(default=clock.now)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    refusal_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[OrganisationQuerySet] = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=OrganisationState.values), name="organisation_state"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="organisation_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="organisation_verified_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "name",
            "sector",
            "region",
            "size",
            "parent",
            "icb_name",
            "charity_number",
            "company_number",
            "cqc_status",
            "state",
            "registered_at",
            "registered_by",
            "verified_at",
            "verified_by",
            "refusal_reason",
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.reference])

    @transition(
        "state",
        source=[OrganisationState.REGISTERED, OrganisationState.REFUSED],
        target=OrganisationState.VERIFIED,
    )
    def verify(self, *, by: User) -> None:
        self.verified_at, self.verified_by, self.refusal_reason = clock.now(), by, ""

    @transition("state", source=OrganisationState.REGISTERED, target=OrganisationState.REFUSED)
    def refuse(self, *, reason: str) -> None:
        self.refusal_reason = reason


class Membership(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=MemberRole)
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "organisation"], name="member_once"),
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="member_role"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "user", "organisation", "role", "joined_at")

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class Invitation(models.Model):
    """An e-mailed link that lets one address join one organisation. Only its hash is kept."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=MemberRole)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField(default=clock.now)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_pair",
            ),
        )

    class Privacy:
        identity = ("email",)
        special = ()
        operational = (
            "id",
            "organisation",
            "role",
            "token_hash",
            "invited_at",
            "invited_by",
            "accepted_at",
            "accepted_by",
        )

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"
