from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import Organisation, User
from accounts.references import opaque

from ..enums import InterestKind
from ..querysets import InterestEntryQuerySet, PanellistQuerySet


def panellist_reference() -> str:
    """A public reference that says nothing about the person."""
    return opaque("PAN")


class Panellist(models.Model):
    """Somebody who judges cases. Whether they chair is their programme role."""

    reference = models.CharField(max_length=20, unique=True, default=panellist_reference)
    user = models.OneToOneField(User, models.PROTECT, related_name="panellist")
    is_lived_experience = models.BooleanField(default=False)
    expertise = models.CharField(max_length=200, blank=True)
    employer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    joined_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[PanellistQuerySet] = PanellistQuerySet.as_manager()

    class Privacy:
        identity = ()
        special = ("is_lived_experience",)
        operational = ("id", "reference", "user", "expertise", "employer", "joined_at")

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("panel-member", args=[self.reference])

    @property
    def is_chair(self) -> bool:
        return self.user.is_team(TeamRole.PANEL_CHAIR)


class InterestEntry(models.Model):
    """One line of a panellist's register of interests. It may be ended, and struck out on the day it
    was entered; it is never rewritten: a conflict cannot be edited away."""

    panellist = models.ForeignKey(Panellist, models.PROTECT, related_name="interests")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=InterestKind)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(max_length=300)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField(default=clock.now)
    struck_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InterestEntryQuerySet] = InterestEntryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["panellist", "number"], name="interest_number_once"),
            models.CheckConstraint(condition=Q(kind__in=InterestKind.values), name="interest_kind"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="interest_ends_after_start",
            ),
        )

    class Privacy:
        identity = ()
        special = ("words",)
        operational = (
            "id",
            "panellist",
            "number",
            "kind",
            "organisation",
            "since",
            "until",
            "entered_at",
            "struck_at",
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}"

    def strike_blockers(self) -> list[str]:
        """Only a slip of the same day is struck out; later an interest can only be ended."""
        if self.struck_at is not None:
            return ["This entry has been struck out."]
        if clock.day_of(self.entered_at) != clock.today():
            return [
                "An entry can be struck out on the day it was made. Give it an end date instead."
            ]
        return []
