from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.enums import Region, TeamRole
from accounts.models import Organisation, User
from accounts.references import opaque
from grants.models import Round

from ..enums import Expertise, InterestKind
from ..querysets import InterestEntryQuerySet, PanellistQuerySet, ServiceQuerySet

REGISTER_LASTS_DAYS = 365


def panellist_reference() -> str:
    """A public reference that says nothing about the person."""
    return opaque("PAN")


def kind_of(is_chair: bool, is_lived_experience: bool) -> str:
    """ "Chair", "Member" or "Expert by experience"; a chair may be one, too."""
    if is_chair:
        return "Chair, expert by experience" if is_lived_experience else "Chair"
    return "Expert by experience" if is_lived_experience else "Member"


class Panellist(models.Model):
    """Somebody who judges cases. Whether they chair is their programme role."""

    reference = models.CharField(max_length=20, unique=True, default=panellist_reference)
    user = models.OneToOneField(User, models.PROTECT, related_name="panellist")
    is_lived_experience = models.BooleanField(default=False)
    expertise = models.CharField(max_length=200, blank=True)
    areas = models.JSONField("areas of expertise", default=list, blank=True)
    region = models.CharField(max_length=20, choices=Region, blank=True)
    employer = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    joined_at = models.DateTimeField(default=clock.now)
    register_confirmed_at = models.DateTimeField(
        "register of interests confirmed as complete", default=clock.now
    )

    objects: ClassVar[PanellistQuerySet] = PanellistQuerySet.as_manager()

    class Privacy:
        identity = ()
        special = ("is_lived_experience",)
        operational = (
            "id",
            "reference",
            "user",
            "expertise",
            "areas",
            "region",
            "employer",
            "joined_at",
            "register_confirmed_at",
        )

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("panel-member", args=[self.reference])

    @property
    def is_chair(self) -> bool:
        return self.user.is_team(TeamRole.PANEL_CHAIR)

    @property
    def area_labels(self) -> list[str]:
        """The areas of expertise in words, in the order of the list."""
        return [area.label for area in Expertise if area in self.areas]

    @property
    def register_due_on(self) -> date:
        """The last London day on which the register counts as confirmed: a year after it was."""
        return clock.day_of(self.register_confirmed_at) + timedelta(days=REGISTER_LASTS_DAYS)

    @property
    def is_register_due(self) -> bool:
        """The year is over: no new case opens before the register is confirmed again."""
        return clock.today() > self.register_due_on


class Service(models.Model):
    """A panellist's service in one round: when they were briefed for it, how many cases they take,
    and what they are paid for each. Without a briefing nobody is given a case of the round."""

    panellist = models.ForeignKey(Panellist, models.PROTECT, related_name="services")
    round = models.ForeignKey(Round, models.PROTECT, related_name="panel_services")
    briefed_on = models.DateField(null=True, blank=True)
    capacity = models.PositiveSmallIntegerField("most cases in this round", null=True, blank=True)
    fee = models.DecimalField(
        "participation payment for each case, in pounds",
        max_digits=7,
        decimal_places=2,
        default=Decimal("0.00"),
    )

    objects: ClassVar[ServiceQuerySet] = ServiceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["panellist", "round"], name="service_once"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="service_fee"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "panellist", "round", "briefed_on", "capacity", "fee")

    def __str__(self) -> str:
        return f"{self.panellist}, {self.round}"

    @property
    def is_briefed(self) -> bool:
        """The day of the briefing has come."""
        return self.briefed_on is not None and self.briefed_on <= clock.today()


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
    is_kept = models.BooleanField("kept by the service, not entered", default=False)
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
            "is_kept",
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
        if self.is_kept:
            return ["An earlier employer stays in the register until it no longer counts."]
        if clock.day_of(self.entered_at) != clock.today():
            return [
                "An entry can be struck out on the day it was made. Give it an end date instead."
            ]
        return []
