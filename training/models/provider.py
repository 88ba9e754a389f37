from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock, written
from accounts.enums import Region
from accounts.models import User
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.dated_lists import called

from ..enums import FrameworkArea, ListKind, ProviderState, Tier
from ..querysets import TrainingProviderQuerySet
from ..topics import PHYSICAL, facts_of


def provider_reference() -> str:
    """A reference for a provider of training."""
    return opaque("TRP")


class TrainingProvider(StateMixin):
    """Somebody who delivers training: what, where, for how much, and until when it is approved.

    An approval runs out on its review day without anybody doing anything.
    """

    reference = models.CharField(max_length=20, unique=True, default=provider_reference)
    name = models.CharField("organisation", max_length=120)
    about = models.CharField(max_length=300, blank=True)
    website = models.URLField(max_length=120, blank=True)
    cost_person_day = models.DecimalField(
        "per person and day, in pounds (empty: not said)",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
    )
    cost_day = models.DecimalField(
        "for a group and day, in pounds (empty: not said)",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
    )
    group_size = models.PositiveSmallIntegerField("people in a group", default=15)
    rrn_until = models.DateField(
        "last day of the Restraint Reduction Network certificate", null=True, blank=True
    )
    framework_areas = models.JSONField("PBS Competence Framework areas (domain 3.1)", default=list)
    tiers = models.JSONField("Core Capabilities tiers (domain 3.2)", default=list)
    state = StateField(max_length=10, choices=ProviderState, default=ProviderState.LISTED)
    listed_at = models.DateTimeField(default=clock.now)
    listed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    review_on = models.DateField(
        "first day on which the approval no longer holds", null=True, blank=True
    )
    basis = models.CharField("what the approval rests on", max_length=300, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[TrainingProviderQuerySet] = TrainingProviderQuerySet.as_manager()

    class Meta:
        verbose_name = "provider of training"
        verbose_name_plural = "providers of training"
        constraints = (
            models.UniqueConstraint(fields=["name"], name="provider_name_once"),
            models.CheckConstraint(
                condition=Q(state__in=ProviderState.values), name="provider_state"
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="provider_approved_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProviderState.APPROVED) | Q(review_on__isnull=False),
                name="provider_approval_has_review",
            ),
            models.CheckConstraint(
                condition=(Q(cost_person_day__isnull=True) | Q(cost_person_day__gte=0))
                & (Q(cost_day__isnull=True) | Q(cost_day__gte=0)),
                name="provider_costs",
            ),
            models.CheckConstraint(
                condition=Q(group_size__gte=1) & Q(group_size__lte=200), name="provider_group_size"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "name",
            "about",
            "website",
            "cost_person_day",
            "cost_day",
            "group_size",
            "rrn_until",
            "framework_areas",
            "tiers",
            "state",
            "listed_at",
            "listed_by",
            "approved_at",
            "approved_by",
            "review_on",
            "basis",
            "withdrawn_reason",
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("training-provider", args=[self.reference])

    def is_approved(self, day: date) -> bool:
        """Whether its approval holds on a day: from when it was approved until its review is due."""
        return bool(
            self.state == ProviderState.APPROVED and self.review_on and day < self.review_on
        )

    def is_certified(self, day: date) -> bool:
        """Whether its Restraint Reduction Network certificate holds on a day."""
        return bool(self.rrn_until and day <= self.rrn_until)

    @property
    def standing_words(self) -> str:
        """Approved, listed or taken off, as it is today."""
        if self.state == ProviderState.APPROVED and not self.is_approved(clock.today()):
            return "Approval has run out"
        return str(self.get_state_display())

    @property
    def rrn_words(self) -> str:
        if self.rrn_until is None:
            return "No certificate"
        words = written.day(self.rrn_until)
        return f"Until {words}" if self.is_certified(clock.today()) else f"Ran out on {words}"

    @property
    def topic_labels(self) -> list[str]:
        return sorted(facts_of(row.topic).label for row in self.topics.all())

    @property
    def region_labels(self) -> list[str]:
        held = {row.region for row in self.regions.all()}
        return [str(region.label) for region in Region if region in held]

    @property
    def area_labels(self) -> list[str]:
        return [
            called(ListKind.AREA, code, str(FrameworkArea(code).label))
            for code in self.framework_areas
        ]

    @property
    def tier_labels(self) -> list[str]:
        return [called(ListKind.TIER, code, str(Tier(code).label)) for code in self.tiers]

    @transition(
        "state",
        source=[ProviderState.LISTED, ProviderState.APPROVED, ProviderState.WITHDRAWN],
        target=ProviderState.APPROVED,
    )
    def approve(self, *, by: User, review_on: date, basis: str) -> None:
        self.approved_at, self.approved_by = clock.now(), by
        self.review_on, self.basis, self.withdrawn_reason = review_on, basis, ""

    @transition(
        "state",
        source=[ProviderState.LISTED, ProviderState.APPROVED],
        target=ProviderState.WITHDRAWN,
    )
    def withdraw(self, *, reason: str) -> None:
        self.withdrawn_reason = reason

    def approve_blockers(self) -> list[str]:
        found = []
        if not self.topics.exists() or not self.regions.exists():
            found.append("Say first what it teaches, and where.")
        if self.topics.filter(topic=PHYSICAL).exists() and not self.is_certified(clock.today()):
            found.append(
                "It teaches physical intervention. That needs a certificate of the Restraint Reduction "
                "Network that is in force."
            )
        return found


class ProviderTopic(models.Model):
    """A topic that a provider teaches."""

    provider = models.ForeignKey(TrainingProvider, models.CASCADE, related_name="topics")
    topic = models.CharField("topic code (domain 3.5)", max_length=24)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "topic"], name="provider_topic_once"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "provider", "topic")

    def __str__(self) -> str:
        return self.topic


class ProviderRegion(models.Model):
    """A region in which a provider works."""

    provider = models.ForeignKey(TrainingProvider, models.CASCADE, related_name="regions")
    region = models.CharField(max_length=20, choices=Region)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "region"], name="provider_region_once"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "provider", "region")

    def __str__(self) -> str:
        return str(self.get_region_display())


def price_of(provider: TrainingProvider | None, people: int) -> Decimal | None:
    """What a day for so many people costs with a provider: the cheaper of by group and by person."""
    if provider is None:
        return None
    found = []
    if provider.cost_day is not None:
        found.append(provider.cost_day * -(-people // provider.group_size))
    if provider.cost_person_day is not None:
        found.append(provider.cost_person_day * people)
    return min(found, default=None)
