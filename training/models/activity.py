from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from accounts import clock, written
from accounts.models import User
from focus_people.models import Need
from grants.dated_lists import called
from grants.enums import GrantState, LineKind
from grants.models import BudgetLine, Grant

from ..enums import (
    LearningDomain,
    Level,
    ListKind,
    Mode,
    Pattern,
    RrnAnswer,
    SessionState,
    TopicKind,
)
from ..querysets import ActivityQuerySet
from ..topics import DELEGATED, PHYSICAL, facts_of
from .provider import TrainingProvider

CORRECTABLE = (GrantState.ACTIVE, GrantState.DELIVERED, GrantState.REPORTING)
BEFORE_BASELINE = "Training can be logged once the baseline is in."


def logging_blockers(grant: Grant) -> list[str]:
    """Why nothing new can be planned or logged on a grant now; nothing means it can."""
    if grant.state == GrantState.ACTIVE:
        return []
    if grant.state in (GrantState.OFFERED, GrantState.AGREED):
        return [BEFORE_BASELINE]
    if grant.state in (GrantState.DELIVERED, GrantState.REPORTING):
        return ["The training on this grant is finished."]
    return ["This grant has ended."]


def correcting_blockers(grant: Grant) -> list[str]:
    """Why what was logged cannot be corrected now: it can until the grant closes."""
    if grant.state in CORRECTABLE:
        return []
    if grant.state in (GrantState.OFFERED, GrantState.AGREED):
        return [BEFORE_BASELINE]
    return ["This grant has ended. What was logged stays as it is."]


def day_blockers(grant: Grant, held_on: date, *, is_held: bool) -> list[str]:
    """Why a session cannot be on this day: before the agreement, held in the future, or planned for a day
    after the last one for training. What was held late may still be logged."""
    agreed_on = clock.day_of(grant.agreed_at) if grant.agreed_at else None
    if agreed_on and held_on < agreed_on:
        words = written.day(agreed_on)
        return [f"The grant was agreed on {words}. Nothing before that day can be logged."]
    if is_held and held_on > clock.today():
        words = written.day(held_on)
        return [f"This session is on {words}. Say who came on that day or after it."]
    until = grant.training_until
    if until is not None and until < held_on and clock.today() < held_on:
        words = written.day(until)
        return [
            f"Training on this grant ends by {words}. Ask for more time, or choose an earlier day."
        ]
    return []


class Activity(models.Model):
    """One thing that people learn: it names its budget line and its need (need → line → activity)."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="activities")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=30, unique=True)
    title = models.CharField(max_length=120)
    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="activities")
    need = models.ForeignKey(Need, models.PROTECT, related_name="activities")
    topic = models.CharField("topic code (domain 3.5)", max_length=24)
    mode = models.CharField(max_length=24, choices=Mode)
    pattern = models.CharField(max_length=8, choices=Pattern)
    learning_domains = models.JSONField(default=list)
    is_joint = models.BooleanField("people of different sectors learn together", default=False)
    trainer = models.CharField("who delivers it", max_length=120)
    provider = models.ForeignKey(
        TrainingProvider, models.PROTECT, null=True, blank=True, related_name="activities"
    )
    provider_reason = models.CharField(
        "why a provider that is not approved", max_length=300, blank=True
    )
    rrn_certified = models.CharField(max_length=12, choices=RrnAnswer, default=RrnAnswer.NOT_NEEDED)
    planned_people = models.PositiveSmallIntegerField()
    session_hours = models.DecimalField("usual hours of a session", max_digits=4, decimal_places=2)
    min_sessions = models.PositiveSmallIntegerField(
        "sessions to finish (empty: all of them)", null=True, blank=True
    )
    refresh_months = models.PositiveSmallIntegerField(
        "months until it has to be refreshed (empty: it does not run out)", null=True, blank=True
    )
    cost = models.DecimalField(
        "what it will cost, in pounds (empty: not said)",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
    )
    others_finished = models.PositiveSmallIntegerField(
        "staff who support other people and finished it (empty: not said)", null=True, blank=True
    )
    planned_at = models.DateTimeField(default=clock.now)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ActivityQuerySet] = ActivityQuerySet.as_manager()

    LOCKED_WITH = ("grant__application",)

    class Meta:
        verbose_name_plural = "activities"
        constraints = (
            models.UniqueConstraint(fields=["grant", "number"], name="activity_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="activity_number"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="activity_mode"),
            models.CheckConstraint(
                condition=Q(pattern__in=Pattern.values), name="activity_pattern"
            ),
            models.CheckConstraint(
                condition=Q(planned_people__gte=1), name="activity_planned_people"
            ),
            models.CheckConstraint(
                condition=Q(min_sessions__isnull=True) | Q(min_sessions__gte=1),
                name="activity_min_sessions",
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="activity_cost"
            ),
            models.CheckConstraint(
                condition=Q(refresh_months__isnull=True) | Q(refresh_months__gte=1),
                name="activity_refresh_months",
            ),
            models.CheckConstraint(
                condition=Q(session_hours__gte=Decimal("0.25")) & Q(session_hours__lte=12),
                name="activity_session_hours",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="activity_voided_pair",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""),
                name="activity_void_has_reason",
            ),
        )

    class Privacy:
        codes = ("topic", "learning_domains")
        identity = ("trainer",)
        special = ()
        operational = (
            "id",
            "grant",
            "number",
            "reference",
            "title",
            "budget_line",
            "need",
            "topic",
            "mode",
            "pattern",
            "learning_domains",
            "is_joint",
            "provider",
            "provider_reason",
            "rrn_certified",
            "planned_people",
            "session_hours",
            "min_sessions",
            "refresh_months",
            "cost",
            "others_finished",
            "planned_at",
            "planned_by",
            "voided_at",
            "voided_by",
            "void_reason",
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("activity", args=[self.grant.reference, self.number])

    @property
    def code(self) -> str:
        return f"A{self.number}"

    @property
    def topic_label(self) -> str:
        return facts_of(self.topic).label

    @property
    def mode_label(self) -> str:
        """The way to learn, called what its list calls it now."""
        return called(ListKind.MODE, self.mode, str(Mode(self.mode).label))

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    @property
    def learning_words(self) -> str:
        """ "Skills, knowledge": what it works on."""
        labels = [LearningDomain(d).label for d in self.learning_domains]
        return ", ".join(labels).capitalize()

    @property
    def has_started(self) -> bool:
        """A session of it has been held (uses `with_session_counts`)."""
        if (counted := self.__dict__.get("held")) is not None:
            return bool(counted)
        held = self.sessions.filter(state=SessionState.DELIVERED, voided_at__isnull=True)
        return held.exists()

    def _voided(self) -> list[str]:
        return ["This activity was taken out of the record."] if self.is_voided else []

    def change_blockers(self) -> list[str]:
        return self._voided() or correcting_blockers(self.grant)

    def void_blockers(self) -> list[str]:
        return self._voided() or correcting_blockers(self.grant)

    def plan_session_blockers(self) -> list[str]:
        return self._voided() or logging_blockers(self.grant)

    def ask_learners_blockers(self) -> list[str]:
        return self._voided() or correcting_blockers(self.grant)

    def sign_off_blockers(self) -> list[str]:
        found = self._voided() or correcting_blockers(self.grant)
        if not found and self.topic not in DELEGATED:
            found = ["Only delegated health tasks are signed off by a clinician."]
        if not found and not self.has_started:
            found = ["No session has been held yet."]
        return found

    def log_cascade_blockers(self) -> list[str]:
        found = self._voided() or correcting_blockers(self.grant)
        if not found and not self.makes_trainers:
            found = ["Only people who learned to train others pass this on."]
        if not found and not self.has_started:
            found = ["No session has been held yet."]
        return found

    def count_others_blockers(self) -> list[str]:
        found = self._voided() or correcting_blockers(self.grant)
        if not found and not self.has_started:
            found = ["No session has been held yet."]
        return found

    @property
    def makes_trainers(self) -> bool:
        """Whether who finishes it has learned to train others (domain 3.1, 3.5)."""
        return self.mode == Mode.TRAIN_THE_TRAINER or facts_of(self.topic).level == Level.TRAINER

    @property
    def is_delegated(self) -> bool:
        """Whether it teaches a health task that a clinician delegates (domain 3.4)."""
        return self.topic in DELEGATED

    def fact_blockers(self) -> list[str]:
        """What is wrong with the facts as they stand: chain, topic, certificate, completion rule."""
        found = []
        if self.budget_line.application_id != self.grant.application_id:
            found.append("This budget line belongs to another grant.")
        elif not self.budget_line.needs.filter(pk=self.need_id).exists():
            codes = ", ".join(need.code for need in self.budget_line.needs.order_by("number"))
            found.append(f"{self.budget_line.code} is for {codes}. Choose one of these needs.")
        facts = facts_of(self.topic)
        if facts.kind == TopicKind.GENERAL:
            found.append(f"{facts.label} is a general requirement. {facts.says}")
        if self.topic == PHYSICAL and self.rrn_certified != RrnAnswer.YES:
            found.append(
                "Physical intervention needs a trainer certified by the Restraint Reduction Network."
            )
        if self.provider is not None:
            day = clock.day_of(self.planned_at)
            if not self.provider.is_approved(day) and not self.provider_reason:
                found.append(
                    f"{self.provider} is not approved. Say why it has to be this provider."
                )
            if self.topic == PHYSICAL and not self.provider.is_certified(day):
                found.append(
                    f"{self.provider} has no certificate of the Restraint Reduction Network in force."
                )
        if self.cost and self.budget_line.kind == LineKind.CASH:
            others = Activity.objects.filter(
                grant=self.grant, budget_line__kind=LineKind.CASH, voided_at__isnull=True
            ).exclude(pk=self.pk)
            whole = (others.aggregate(sum=Sum("cost"))["sum"] or Decimal("0.00")) + self.cost
            if whole > self.grant.amount:
                found.append(
                    f"That would commit {written.money(whole)}. The grant is {written.money(self.grant.amount)}."
                )
        if not self.learning_domains:
            found.append("Choose at least one thing that people will gain.")
        return found
