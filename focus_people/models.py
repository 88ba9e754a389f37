from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock, written
from accounts.crypto import EncryptedTextField
from accounts.enums import Sector
from accounts.fields.doubts import Stays
from accounts.models import Organisation, User
from accounts.models.audit import WrittenOnce
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition

from . import enums
from .querysets import (
    CheckInQuerySet,
    CircleMemberQuerySet,
    ErasureQuerySet,
    FocusPersonQuerySet,
    KeptWordsQuerySet,
    SupportPlanQuerySet,
)


def person_reference() -> str:
    """A reference for a focus person: random, so that it says nothing."""
    return opaque("P")


def kept_reference() -> str:
    """A reference for words that stay."""
    return opaque("W")


def erasure_reference() -> str:
    """A reference for an erasure that was asked for."""
    return opaque("E")


LEVEL = [MinValueValidator(1), MaxValueValidator(4)]


class FocusPerson(StateMixin):
    """The one person a grant is for: pseudonymous, banded facts only (domain 7.2, 7.3)."""

    reference = models.CharField(max_length=20, unique=True, default=person_reference)
    alias = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="focus_people")
    local_ref = EncryptedTextField("your own reference", blank=True, default="")
    state = StateField(max_length=10, choices=enums.PersonState, default=enums.PersonState.CURRENT)
    age_band = models.CharField(max_length=20, choices=enums.AgeBand)
    conditions = models.JSONField(default=list)
    cohort = models.CharField("risk cohort", max_length=30, choices=enums.Cohort, blank=True)
    dsr_rating = models.CharField("support register rating", max_length=16, choices=enums.DsrRating)
    risk_evidence = models.JSONField(default=list)
    risk_evidence_on = models.DateField("month of the newest evidence", null=True, blank=True)
    setting = models.CharField(max_length=30, choices=enums.Setting)
    area = models.CharField(max_length=10, choices=enums.Area)
    funding_models = models.JSONField(default=list)
    commissioner = models.CharField(max_length=80, blank=True)
    discharge_planned_on = models.DateField("planned discharge month", null=True, blank=True)
    need_level = models.PositiveSmallIntegerField(validators=LEVEL)
    seriousness = models.PositiveSmallIntegerField(validators=LEVEL)
    context = models.PositiveSmallIntegerField("supportive context", validators=LEVEL)
    strengths = models.CharField(max_length=150, blank=True)
    communication = models.CharField(max_length=150, blank=True)
    communication_needs = models.JSONField(default=list)
    communication_shared = models.BooleanField(
        "agreed that these needs are passed on", default=False
    )
    communication_review_on = models.DateField(
        "communication needs reviewed by", null=True, blank=True
    )
    control_level = models.CharField(
        max_length=12, choices=enums.ControlLevel, default=enums.ControlLevel.NOT_KNOWN
    )
    chose_team = models.CharField(
        max_length=12, choices=enums.ChoseTeam, default=enums.ChoseTeam.NOT_KNOWN
    )
    service_design_on = models.DateField("month of the service design", null=True, blank=True)
    working_policy_on = models.DateField("month of the working policy", null=True, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Nobody is named with it: the record says nothing about anybody from then on.
    anonymous_since = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[FocusPersonQuerySet] = FocusPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "focus person"
        verbose_name_plural = "focus people"
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "alias"], name="alias_once_per_organisation"
            ),
            models.CheckConstraint(
                condition=Q(state__in=enums.PersonState.values), name="person_state"
            ),
            models.CheckConstraint(
                condition=Q(need_level__range=(1, 4))
                & Q(seriousness__range=(1, 4))
                & Q(context__range=(1, 4)),
                name="person_levels",
            ),
        )

    class Privacy:
        codes = ("conditions", "risk_evidence", "funding_models", "communication_needs")
        identity = ("local_ref",)
        special = (
            "age_band",
            "conditions",
            "cohort",
            "dsr_rating",
            "risk_evidence",
            "risk_evidence_on",
            "setting",
            "area",
            "funding_models",
            "commissioner",
            "discharge_planned_on",
            "need_level",
            "seriousness",
            "context",
            "strengths",
            "communication",
            "communication_needs",
            "communication_shared",
            "communication_review_on",
            "control_level",
            "chose_team",
            "service_design_on",
            "working_policy_on",
        )
        operational = (
            "id",
            "reference",
            "alias",
            "organisation",
            "state",
            "added_at",
            "added_by",
            "anonymous_since",
        )

    def __str__(self) -> str:
        return self.alias

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.reference])

    @property
    def is_act_first(self) -> bool:
        """Mansell's matrix: serious enough, in a context supportive enough (both 3 or more)."""
        return self.seriousness >= 3 and self.context >= 3

    @property
    def closed_because(self) -> str:
        """The sentence for a person whose record is closed; empty while it is current."""
        if self.anonymous_since is not None:
            return "This record was made anonymous. Only what totals count is left."
        if self.state == enums.PersonState.DECEASED:
            return f"{self.alias} has died. The record is kept as it was."
        if self.state == enums.PersonState.MOVED:
            return f"{self.alias} has moved on. The record is kept as it was."
        return ""

    def edit_blockers(self) -> list[str]:
        """What stands in the way of changing the record: it is kept as it was once it is closed."""
        return [self.closed_because] if self.closed_because else []

    def standing_hold(self) -> "LegalHold | None":
        """The legal hold that stands on the record; None where there is none."""
        return self.holds.filter(released_at__isnull=True).order_by("pk").first()

    def hold_blockers(self) -> list[str]:
        """One hold at a time."""
        if self.anonymous_since is not None:
            return [self.closed_because]
        return ["A legal hold stands on this record already."] if self.standing_hold() else []

    def release_hold_blockers(self) -> list[str]:
        """Only a hold that stands can end."""
        return [] if self.standing_hold() else ["No legal hold stands on this record."]

    def ask_erasure_blockers(self) -> list[str]:
        """A record is erased once, and not while something still needs it."""
        if self.anonymous_since is not None:
            return [self.closed_because]
        if self.erasures.filter(state=enums.ErasureState.ASKED).exists():
            return ["Somebody has asked for this already. Another programme lead decides."]
        return self.needed_because()

    def needed_because(self) -> list[str]:
        """Why the record must stay for now: a legal hold, or what still runs (domain 7.5)."""
        from .uses import uses_of

        hold = self.standing_hold()
        held = [hold.sentence] if hold else []
        return [*held, *(use.sentence for use in uses_of(self) if use.ended_on is None)]

    @property
    def communication_review_is_due(self) -> bool:
        """Needs that were written down are looked at again by their day (domain: AIS)."""
        day = self.communication_review_on
        return day is not None and day < clock.today()

    def withdraw_consent_blockers(self) -> list[str]:
        """Consent that does not stand cannot be withdrawn."""
        if any(consent.withdrawn_at is None for consent in self.consents.all()):
            return []
        return ["No consent or best-interests decision stands on this record."]

    @transition("state", source=enums.PersonState.CURRENT, target=enums.PersonState.MOVED)
    def report_move(self) -> None:
        """The organisation no longer supports the person."""

    @transition(
        "state",
        source=[enums.PersonState.CURRENT, enums.PersonState.MOVED],
        target=enums.PersonState.DECEASED,
    )
    def report_death(self) -> None:
        """Nothing more is asked about a person who has died."""


class Consent(models.Model):
    """The basis on which the record exists: basis, date, role. Withdrawn takes effect at once."""

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="consents")
    basis = models.CharField(max_length=20, choices=enums.ConsentBasis)
    decided_on = models.DateField()
    decision_maker = models.CharField(max_length=20, choices=enums.DecisionMaker)
    review_on = models.DateField(null=True, blank=True)
    covers_application = models.BooleanField(default=True)
    covers_reporting = models.BooleanField(default=True)
    covers_story = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="consent_withdrawn_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ("basis", "decided_on", "decision_maker", "review_on")
        operational = (
            "id",
            "person",
            "covers_application",
            "covers_reporting",
            "covers_story",
            "recorded_at",
            "recorded_by",
            "withdrawn_at",
            "withdrawn_by",
        )

    def __str__(self) -> str:
        return self.get_basis_display()

    @property
    def is_current(self) -> bool:
        return self.withdrawn_at is None

    @property
    def is_review_due(self) -> bool:
        """The day has passed on which the basis was to be looked at again."""
        return self.is_current and self.review_on is not None and self.review_on < clock.today()

    @property
    def covers(self) -> list[str]:
        """What it covers, as values of `ConsentUse`."""
        return [use.value for use in enums.ConsentUse if getattr(self, f"covers_{use.value}")]


class Need(models.Model):
    """One of up to eight needs; budget lines name them as N1 … N8."""

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="needs")
    number = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=20, choices=enums.NeedCategory)
    statement = models.CharField(max_length=150)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "number"], name="need_number_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 8)), name="need_number"),
        )

    class Privacy:
        identity = ()
        special = ("category", "statement")
        operational = ("id", "person", "number")

    def __str__(self) -> str:
        return f"{self.code} {self.statement}"

    @property
    def code(self) -> str:
        return f"N{self.number}"


class Goal(models.Model):
    """One of up to five goals, in the person's own words where possible."""

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="goals")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=150)
    domain = models.CharField(max_length=16, choices=enums.GoalDomain)
    is_own_words = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "number"], name="goal_number_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 5)), name="goal_number"),
        )

    class Privacy:
        identity = ()
        special = ("words", "domain")
        operational = ("id", "person", "number", "is_own_words")

    def __str__(self) -> str:
        return f"{self.code} {self.words}"

    @property
    def code(self) -> str:
        return f"G{self.number}"


class GoalScore(models.Model):
    """How far a goal is reached at one point, −2 to +2, as the person and the team see it (OUT-18)."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="scores")
    point = models.CharField(max_length=10, choices=enums.GoalPoint)
    score = models.SmallIntegerField()
    scored_at = models.DateTimeField(default=clock.now)
    scored_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["goal", "point"], name="goal_scored_once_at_a_point"),
            models.CheckConstraint(condition=Q(score__range=(-2, 2)), name="goal_score_range"),
            models.CheckConstraint(
                condition=Q(point__in=enums.GoalPoint.values), name="goal_score_point"
            ),
        )

    class Privacy:
        identity = ()
        special = ("score",)
        operational = ("id", "goal", "point", "scored_at", "scored_by")

    def __str__(self) -> str:
        return f"{self.goal.code} {self.get_point_display().lower()}: {self.score:+d}"


class CheckIn(models.Model):
    """Two minutes a month: how steady support is, and three questions that tell of trouble early.

    One red, or two ambers in a row, alerts the officers; `answered` is what one of them offered.
    """

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="check_ins")
    month = models.DateField("first day of the month")
    stability = models.CharField(max_length=5, choices=enums.Stability)
    more_distress = models.CharField(max_length=9, choices=enums.YesNo)
    team_gap = models.CharField(max_length=9, choices=enums.YesNo)
    plan_slipped = models.CharField(max_length=9, choices=enums.YesNo)
    is_alert = models.BooleanField(default=False)
    checked_at = models.DateTimeField(default=clock.now)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    offer = models.CharField(max_length=10, choices=enums.Offer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[CheckInQuerySet] = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = "check-in"
        constraints = (
            models.UniqueConstraint(fields=["person", "month"], name="check_in_once_a_month"),
            models.CheckConstraint(
                condition=Q(stability__in=enums.Stability.values), name="check_in_stability"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="check_in_month_begins"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="check_in_answered_pair",
            ),
            models.CheckConstraint(
                condition=Q(offer="", answered_at__isnull=True)
                | (~Q(offer="") & Q(answered_at__isnull=False)),
                name="check_in_offer_has_its_moment",
            ),
        )

    class Privacy:
        identity = ()
        special = ("stability", "more_distress", "team_gap", "plan_slipped")
        operational = (
            "id",
            "person",
            "month",
            "is_alert",
            "checked_at",
            "checked_by",
            "offer",
            "answered_at",
            "answered_by",
        )

    def __str__(self) -> str:
        return f"{self.month:%B %Y}, {self.stability}"

    def get_absolute_url(self) -> str:
        return self.person.get_absolute_url()

    @property
    def reference(self) -> str:
        """How the audit trail names it."""
        return f"{self.person.reference}/{self.month:%Y-%m}"

    @property
    def worries(self) -> list[str]:
        """What the three questions said yes to, in words."""
        said = (
            ("more_distress", "more distress, or behaviour that challenges"),
            ("team_gap", "somebody left, or shifts stay uncovered"),
            ("plan_slipped", "the plan is not followed as it was learned"),
        )
        return [words for name, words in said if getattr(self, name) == enums.YesNo.YES]

    def answer_blockers(self) -> list[str]:
        """Only an alert is answered, and once."""
        if not self.is_alert:
            return ["This check-in alerts nobody."]
        return ["Somebody has answered this alert already."] if self.offer else []


class CircleMember(models.Model):
    """Someone in the circle of support: a role and a sector, never a name."""

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="circle")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=24, choices=enums.CircleRole)
    sector = models.CharField(max_length=8, choices=Sector)
    staff_code = models.CharField("staff code", max_length=20, blank=True)
    is_paid = models.BooleanField(default=True)
    can_attend = models.BooleanField("may come to training", default=True)
    joined_on = models.DateField()
    left_on = models.DateField("first day out of the circle", null=True, blank=True)
    left_reason = models.CharField(max_length=12, choices=enums.LeftReason, blank=True)
    replaces = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )

    objects: ClassVar[CircleMemberQuerySet] = CircleMemberQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "number"], name="member_number_once"),
            models.UniqueConstraint(
                fields=["person", "staff_code"],
                condition=~Q(staff_code=""),
                name="staff_code_once_per_circle",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="member_left_after_joining",
            ),
        )

    class Privacy:
        identity = ("staff_code",)
        special = ()
        operational = (
            "id",
            "person",
            "number",
            "role",
            "sector",
            "is_paid",
            "can_attend",
            "joined_on",
            "left_on",
            "left_reason",
            "replaces",
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}{f' {self.staff_code}' if self.staff_code else ''}"

    def get_absolute_url(self) -> str:
        return reverse("circle-member", args=[self.person.reference, self.number])

    @property
    def code(self) -> str:
        return f"M{self.number:02d}"

    def is_active(self, on: date) -> bool:
        """Belongs to the circle on `on`: has joined, and `left_on` is the first day out."""
        return self.joined_on <= on and (self.left_on is None or self.left_on > on)


class SupportPlan(models.Model):
    """One version of a week of support and what it costs. A new version never overwrites an old one."""

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="plans")
    version = models.PositiveSmallIntegerField()
    point = models.CharField(max_length=10, choices=enums.PlanPoint)
    dated_on = models.DateField()
    expenses = models.DecimalField(
        "weekly expenses", max_digits=9, decimal_places=2, default=Decimal("0.00")
    )
    accommodation = models.DecimalField(
        "weekly accommodation", max_digits=9, decimal_places=2, default=Decimal("0.00")
    )
    living = models.DecimalField(
        "weekly living costs", max_digits=9, decimal_places=2, default=Decimal("0.00")
    )
    payer_split = models.JSONField(default=dict)
    shadow_rate = models.DecimalField(
        "shadow rate of an unpaid hour", max_digits=7, decimal_places=2, default=Decimal("0.00")
    )
    confidence = models.CharField(
        max_length=24, choices=enums.Confidence, default=enums.Confidence.ESTIMATED
    )
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[SupportPlanQuerySet] = SupportPlanQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "version"], name="plan_version_once"),
            models.CheckConstraint(
                condition=Q(expenses__gte=0)
                & Q(accommodation__gte=0)
                & Q(living__gte=0)
                & Q(shadow_rate__gte=0),
                name="plan_costs_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="plan_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(point__in=enums.PlanPoint.values)
                & Q(confidence__in=enums.Confidence.values),
                name="plan_point_and_confidence",
            ),
            models.CheckConstraint(
                condition=Q(confidence=enums.Confidence.ESTIMATED, confirmed_at__isnull=True)
                | (~Q(confidence=enums.Confidence.ESTIMATED) & Q(confirmed_at__isnull=False)),
                name="plan_confidence_has_its_moment",
            ),
        )

    class Privacy:
        codes = ("payer_split",)
        identity = ()
        special = ("expenses", "accommodation", "living", "payer_split", "shadow_rate", "reason")
        operational = (
            "id",
            "person",
            "version",
            "point",
            "dated_on",
            "confidence",
            "made_at",
            "made_by",
            "locked_at",
            "confirmed_at",
            "confirmed_by",
        )

    def __str__(self) -> str:
        return f"{self.get_point_display()}, version {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("person-plan", args=[self.person.reference, self.version])

    @property
    def reference(self) -> str:
        """How the audit trail names this version."""
        return f"{self.person.reference}/{self.version}"

    def edit_blockers(self) -> list[str]:
        """A version that was locked, or that the commissioner confirmed, does not change."""
        if self.person.edit_blockers():
            return self.person.edit_blockers()
        if self.locked_at is not None:
            return ["This version was locked with the baseline. Make a new version instead."]
        if self.confidence == enums.Confidence.COMMISSIONER:
            return ["The commissioner has confirmed this version. Make a new version instead."]
        return []

    def confirm_blockers(self) -> list[str]:
        """Figures are confirmed once, and only when there are some and it is said who pays."""
        if self.confidence == enums.Confidence.COMMISSIONER:
            return ["The commissioner has confirmed this version already."]
        missing = []
        if not self.lines.exists():
            missing.append("This version has no hours of support yet.")
        if not self.payer_split:
            missing.append("It does not say who pays for the week.")
        return missing


class SupportLine(models.Model):
    """Hours a week × staff × rate in one area. "Alongside" adds staff and cost, not covered hours."""

    plan = models.ForeignKey(SupportPlan, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=20, choices=enums.SupportArea)
    label = models.CharField(max_length=80, blank=True)
    resource = models.CharField(max_length=24, choices=enums.ResourceType)
    hours = models.DecimalField("hours a week", max_digits=5, decimal_places=2)
    nights = models.PositiveSmallIntegerField("nights a week", null=True, blank=True)
    staff = models.DecimalField(max_digits=3, decimal_places=1, default=Decimal("1.0"))
    rate = models.DecimalField(max_digits=9, decimal_places=2)
    basis = models.CharField(max_length=10, choices=enums.RateBasis, default=enums.RateBasis.HOURLY)
    is_alongside = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["plan", "number"], name="support_line_number_once"),
            models.CheckConstraint(
                condition=Q(hours__range=(0, 168)), name="support_line_hours_in_a_week"
            ),
            models.CheckConstraint(
                condition=Q(staff__gte=Decimal("0.5")) & Q(staff__lte=6), name="support_line_staff"
            ),
            models.CheckConstraint(condition=Q(rate__gte=0), name="support_line_rate"),
            models.CheckConstraint(
                condition=Q(nights__isnull=False, nights__range=(0, 7))
                | (Q(nights__isnull=True) & ~Q(basis=enums.RateBasis.PER_NIGHT)),
                name="support_line_nights_in_a_week",
            ),
        )

    class Privacy:
        identity = ()
        special = ("area", "label", "resource", "hours", "nights", "staff", "rate", "basis")
        operational = ("id", "plan", "number", "is_alongside")

    def __str__(self) -> str:
        return f"{self.get_area_display()}, {self.hours} h × {self.staff}"


class Scenario(models.Model):
    """A week as it could be: one of up to four beside each other, in any setting. Never a version: no
    report, no headline and no application reads it.

    `week` holds what the page of a version asks for: {"lines": [...], "expenses": "0.00", ...}, numbers
    as text.
    """

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="scenarios")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    setting = models.CharField(max_length=30, choices=enums.Setting)
    week = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "number"], name="scenario_number_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 4)), name="scenario_number"),
            models.CheckConstraint(
                condition=Q(setting__in=enums.Setting.values), name="scenario_setting"
            ),
        )

    class Privacy:
        goes = True
        identity = ()
        special = ("title", "setting", "week")
        operational = ("id", "person", "number", "changed_at", "changed_by")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("scenario", args=[self.person.reference, self.number])


class UnitCost(WrittenOnce):
    """What an hour, a night or a week usually costs (domain 6.2). The newest row of a key counts; rows
    never change, so the history is the table. Plans keep the rates they were written with."""

    key = models.CharField(max_length=40, choices=enums.UnitCostKey)
    value = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    low = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    year = models.CharField("year and place", max_length=40, blank=True)
    source = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    review_on = models.DateField(null=True, blank=True)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(key__in=enums.UnitCostKey.values), name="unit_cost_key"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="unit_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lte=F("high")),
                name="unit_cost_range",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "key",
            "value",
            "low",
            "high",
            "year",
            "source",
            "note",
            "review_on",
            "set_at",
            "set_by",
        )

    def __str__(self) -> str:
        return str(self.get_key_display())

    @property
    def reference(self) -> str:
        """How the audit trail names it."""
        return self.key

    @property
    def is_review_due(self) -> bool:
        """The day of its review has passed, or it has none."""
        return self.review_on is None or self.review_on < clock.today()


class KeptWords(models.Model):
    """Words that may identify somebody and that their writer let stay, and what an officer made of it.

    The words are encrypted at rest; `digest` (keyed) tells whether the same words were answered for
    at the same place already, so that nobody is asked twice.
    """

    reference = models.CharField(max_length=20, unique=True, default=kept_reference)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="kept_words"
    )
    place = models.CharField(max_length=200)
    field = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    words = EncryptedTextField()
    digest = models.CharField(max_length=64)
    why = models.CharField(max_length=16, choices=Stays)
    kept_at = models.DateTimeField(default=clock.now)
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=enums.WordsVerdict, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[KeptWordsQuerySet] = KeptWordsQuerySet.as_manager()

    class Meta:
        verbose_name = "kept words"
        verbose_name_plural = "kept words"
        constraints = (
            models.UniqueConstraint(fields=["place", "digest"], name="kept_words_once_at_a_place"),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
                name="kept_words_looked_pair",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", looked_at__isnull=True)
                | (~Q(verdict="") & Q(looked_at__isnull=False)),
                name="kept_words_verdict_has_its_moment",
            ),
        )

    class Privacy:
        identity = ("words", "digest")
        special = ()
        operational = (
            "id",
            "reference",
            "organisation",
            "place",
            "field",
            "kind",
            "why",
            "kept_at",
            "kept_by",
            "verdict",
            "looked_at",
            "looked_by",
        )

    def __str__(self) -> str:
        return f"{self.field}: {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("kept-words")

    @property
    def subject(self) -> str:
        """The public reference in the address where they stand: P-7K3M9QX, PWB-2025-0042."""
        return next((part for part in self.place.split("/") if "-" in part and part.isupper()), "")

    def look_blockers(self) -> list[str]:
        """An officer looks at them once."""
        return ["Somebody has looked at these words already."] if self.verdict else []


class Reading(models.Model):
    """Why somebody of the programme opened a record, said once for a session. The trail holds each time."""

    person = models.ForeignKey(FocusPerson, models.CASCADE, related_name="readings")
    purpose = models.CharField(max_length=10, choices=enums.ReadingPurpose)
    words = models.CharField("what else", max_length=150, blank=True)
    said_at = models.DateTimeField(default=clock.now)
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(purpose__in=enums.ReadingPurpose.values), name="reading_purpose"
            ),
            models.CheckConstraint(
                condition=~Q(purpose=enums.ReadingPurpose.OTHER) | ~Q(words=""),
                name="reading_other_says_what",
            ),
        )

    class Privacy:
        identity = ()
        special = ("words",)
        operational = ("id", "person", "purpose", "said_at", "said_by")

    def __str__(self) -> str:
        return self.words or str(self.get_purpose_display())


class LegalHold(models.Model):
    """Nothing of a person’s record is removed while it stands: a claim, a complaint, an inquiry."""

    person = models.ForeignKey(FocusPerson, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    review_on = models.DateField("looked at again on")
    placed_at = models.DateTimeField(default=clock.now)
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="hold_released_pair",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(released_at__isnull=True), name="one_standing_hold"
            ),
        )

    class Privacy:
        identity = ()
        special = ("reason",)
        operational = (
            "id",
            "person",
            "review_on",
            "placed_at",
            "placed_by",
            "released_at",
            "released_by",
        )

    def __str__(self) -> str:
        return f"Legal hold on {self.person_id}"

    @property
    def sentence(self) -> str:
        """Why nothing is removed."""
        placed = clock.day_of(self.placed_at)
        return (
            f"A legal hold of {written.day(placed)} stands on it, to be looked at again on "
            f"{written.day(self.review_on)}."
        )


class Erasure(StateMixin):
    """One person’s record is to be made anonymous: asked for by one programme lead, decided by another.

    `removed` counts what went, by kind; `traces` names the places where the same words were still found
    afterwards, never the words.
    """

    reference = models.CharField(max_length=20, unique=True, default=erasure_reference)
    person = models.ForeignKey(FocusPerson, models.PROTECT, related_name="erasures")
    state = StateField(max_length=14, choices=enums.ErasureState, default=enums.ErasureState.ASKED)
    why = models.CharField(max_length=10, choices=enums.ErasureReason)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed = models.JSONField(default=dict, blank=True)
    traces = models.JSONField(default=list, blank=True)
    scanned = models.JSONField(default=dict, blank=True)

    objects: ClassVar[ErasureQuerySet] = ErasureQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=enums.ErasureState.values), name="erasure_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="erasure_decided_pair",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=enums.ErasureState.ASKED),
                name="one_erasure_asked",
            ),
        )

    class Privacy:
        codes = ("removed", "traces", "scanned")
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "person",
            "state",
            "why",
            "asked_at",
            "asked_by",
            "decided_at",
            "decided_by",
            "removed",
            "traces",
            "scanned",
        )

    def __str__(self) -> str:
        return f"Erasure {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("erasure", args=[self.reference])

    @transition("state", source=enums.ErasureState.ASKED, target=enums.ErasureState.DONE)
    def erase(self, *, by: User) -> None:
        self.decided_at, self.decided_by = clock.now(), by

    @transition("state", source=enums.ErasureState.ASKED, target=enums.ErasureState.REFUSED)
    def turn_down(self, *, by: User) -> None:
        self.decided_at, self.decided_by = clock.now(), by

    def erase_blockers(self) -> list[str]:
        """What may have come up since it was asked for."""
        return self.person.needed_because()
