from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.state import StateField, StateMixin, transition

from ..enums import (
    AWARDING,
    ApplicationState,
    CriterionLevel,
    GrantState,
    QuestionKind,
    RoundState,
)
from ..querysets import ProgrammeQuerySet, RoundQuerySet


class Programme(models.Model):
    """A fund with a purpose, paid for by one or several funders."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects: ClassVar[ProgrammeQuerySet] = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="programme_ends_after_start"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "slug", "name", "starts_on", "ends_on")

    def __str__(self) -> str:
        return self.name

    @property
    def paid_for_by(self) -> str:
        """Its funders in words, the largest share first: “A (75%) and B (25%)”; one alone by its name."""
        held = sorted(self.funders.all(), key=lambda funder: (-funder.share, funder.pk))
        if len(held) == 1:
            return held[0].name
        said = [f"{funder.name} ({short_number(funder.share)}%)" for funder in held]
        return " and ".join([", ".join(said[:-1]), *said[-1:]]) if said else ""

    def change_funders_blockers(self) -> list[str]:
        """Letters say who pays: once one is out, the funders stand."""
        released = self.rounds.filter(applications__decision__released_at__isnull=False)
        if released.exists():
            return ["A decision of this programme is released: its letter says who pays."]
        return []

    def funder_blockers(self) -> list[str]:
        """What is wrong with its shares: together they are the whole."""
        shares = [funder.share for funder in self.funders.all()]
        return share_sentences(shares)


def share_sentences(shares: Iterable[Decimal]) -> list[str]:
    """What is wrong with the shares of a programme's funders, in percent; none when they come to 100."""
    held = list(shares)
    if not held:
        return ["Say who pays for the programme."]
    total = sum(held, Decimal(0))
    if total != 100:
        return [
            f"The shares of the funders come to {short_number(total)}%. They must come to 100%."
        ]
    return []


class Funder(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="funders")
    name = models.CharField(max_length=120)
    share = models.DecimalField("share, percent", max_digits=5, decimal_places=2)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["programme", "name"], name="funder_once"),
            models.CheckConstraint(condition=Q(share__gt=0) & Q(share__lte=100), name="share"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "programme", "name", "share")

    def __str__(self) -> str:
        return f"{self.name}, {self.share}%"


class Round(StateMixin):
    """One call: its limits, its questions and criteria, and when it is open (Europe/London)."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rounds")
    reference = models.SlugField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    state = StateField(max_length=10, choices=RoundState, default=RoundState.DRAFT)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    is_rolling = models.BooleanField(
        "each case goes to the panel when it is checked; else all together after the last day",
        default=True,
    )
    priorities = models.TextField("what the round looks for first", blank=True)
    budget = models.DecimalField(max_digits=11, decimal_places=2)
    minimum = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal("1000.00"))
    maximum = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal("8000.00"))
    short_form_up_to = models.DecimalField(
        max_digits=9, decimal_places=2, default=Decimal("2500.00")
    )
    target_days = models.PositiveSmallIntegerField("net days to a decision", default=30)
    delivery_months = models.PositiveSmallIntegerField(default=6)
    first_payment_percent = models.PositiveSmallIntegerField(default=80)
    final_report_months = models.PositiveSmallIntegerField(
        "months of the report that the final payment waits for", default=6
    )
    grace_minutes = models.PositiveSmallIntegerField(
        "minutes after closing in which what is finished is still taken", default=0
    )
    hides_organisation = models.BooleanField(
        "whoever scores does not see which organisation applies", default=False
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[RoundQuerySet] = RoundQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="round_state"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(minimum__gt=0) & Q(maximum__gte=F("minimum")), name="round_limits"
            ),
            models.CheckConstraint(
                condition=Q(first_payment_percent__range=(0, 100)), name="round_first_payment"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="round_published_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "programme",
            "reference",
            "title",
            "state",
            "opens_at",
            "closes_at",
            "is_rolling",
            "priorities",
            "budget",
            "minimum",
            "maximum",
            "short_form_up_to",
            "target_days",
            "delivery_months",
            "first_payment_percent",
            "final_report_months",
            "grace_minutes",
            "hides_organisation",
            "published_at",
            "published_by",
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.reference])

    @property
    def is_open(self) -> bool:
        """Published, and now is between opening and closing."""
        return self.state == RoundState.PUBLISHED and self.opens_at <= clock.now() < self.closes_at

    @property
    def judged_from(self) -> datetime | None:
        """The moment before which no case goes to the panel: where a round judges all together, when it
        takes no more applications. None where it judges them as they come."""
        return None if self.is_rolling else self.takes_until

    @property
    def takes_until(self) -> datetime:
        """The moment until which a finished application is taken: closing, and the published grace."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)

    @property
    def last_day(self) -> date:
        """The last London day on which it takes applications: it closes at the end of that day."""
        return clock.day_of(self.closes_at - timedelta(microseconds=1))

    def awarded(self) -> Decimal:
        """Pounds that live awards take from the budget: everything but turned-down offers."""
        live = self.applications.exclude(grant__state=GrantState.REFUSED)
        return live.aggregate(sum=Sum("grant__amount"))["sum"] or Decimal("0.00")

    @property
    def left(self) -> Decimal:
        """Pounds of the budget that no live award takes."""
        return self.budget - self.awarded()

    def decided(self) -> Decimal:
        """Pounds of awards that are decided and not released: promised by nobody yet, but meant."""
        waiting = self.applications.filter(
            state=ApplicationState.DECIDED, decision__outcome__in=AWARDING
        )
        return waiting.aggregate(sum=Sum("decision__amount"))["sum"] or Decimal("0.00")

    @property
    def left_to_decide(self) -> Decimal:
        """Pounds that are left once every decided award is released; may be less than nothing."""
        return self.left - self.decided()

    @property
    def terms(self) -> "Terms":
        """What it asks now and how it judges: the newest version that is published, or before the
        round is published the one that is being written."""
        held = sorted(self.versions.all(), key=lambda version: -version.number)
        return next((version for version in held if version.published_at), held[0])

    @property
    def draft_terms(self) -> "Terms | None":
        """The version that is being written and binds nobody yet."""
        return next((one for one in self.versions.all() if one.published_at is None), None)

    @property
    def questions(self) -> "models.QuerySet[Question]":
        """What it asks now."""
        return self.terms.questions.all()

    @property
    def criteria(self) -> "models.QuerySet[Criterion]":
        """How it judges now."""
        return self.terms.criteria.all()

    def allow_late_blockers(self) -> list[str]:
        return [] if self.state == RoundState.PUBLISHED else ["The round is not published yet."]

    def publish_blockers(self) -> list[str]:
        return self.programme.funder_blockers() + self.terms.blockers()

    def revise_blockers(self) -> list[str]:
        if self.state != RoundState.PUBLISHED:
            return ["The round is not published yet: change its questions and criteria directly."]
        if draft := self.draft_terms:
            return [f"Version {draft.number} is being written already."]
        return []

    def _being_written(self) -> "tuple[Terms | None, list[str]]":
        """The version that may be changed, or the sentence that says that there is none."""
        if draft := self.draft_terms:
            return draft, []
        return None, [f"Version {self.terms.number} is published: it stands. Write a new version."]

    def change_blockers(self) -> list[str]:
        return [] if self.state == RoundState.DRAFT else ["The round is published: it stands."]

    def add_question_blockers(self) -> list[str]:
        draft, found = self._being_written()
        if draft and len(draft.questions.all()) >= draft.MOST_QUESTIONS:
            found.append(f"A round asks at most {draft.MOST_QUESTIONS} questions.")
        return found

    def take_out_question_blockers(self) -> list[str]:
        draft, found = self._being_written()
        if draft and all(one.kind != QuestionKind.TEXT for one in draft.questions.all()):
            found.append("Budget lines and reports are built on the questions that are left.")
        return found

    def add_criterion_blockers(self) -> list[str]:
        draft, found = self._being_written()
        if draft and len(draft.criteria.all()) >= draft.MOST_CRITERIA:
            found.append(f"A round judges by at most {draft.MOST_CRITERIA} criteria.")
        return found

    def take_out_criterion_blockers(self) -> list[str]:
        draft, found = self._being_written()
        if draft and len(draft.criteria.all()) < 2:
            found.append("A round judges by at least one criterion.")
        return found

    def publish_version_blockers(self) -> list[str]:
        draft = self.draft_terms if self.state == RoundState.PUBLISHED else None
        if draft is None:
            return ["No new version is being written."]
        found = draft.blockers()
        if not found and not draft.differences():
            found.append("Nothing is changed yet.")
        return found

    def drop_version_blockers(self) -> list[str]:
        draft = self.draft_terms if self.state == RoundState.PUBLISHED else None
        return [] if draft else ["No new version is being written."]

    @transition("state", source=RoundState.DRAFT, target=RoundState.PUBLISHED)
    def publish(self, *, by: User) -> None:
        self.published_at, self.published_by = clock.now(), by


class Terms(models.Model):
    """What a round asks and how it judges, in one version: questions, criteria, the score to reach, the
    scores needed. Publishing freezes it. An application keeps the version that it was started under.
    """

    MOST_QUESTIONS = 20
    MOST_CRITERIA = 9  # C1 to C9: codes sort as text

    round = models.ForeignKey(Round, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    threshold = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal("60.00"))
    quorum = models.PositiveSmallIntegerField(default=3)
    reason = models.CharField("why it was changed", max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "terms"
        constraints = (
            models.UniqueConstraint(fields=["round", "number"], name="terms_number_once"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(published_at__isnull=True),
                name="one_version_being_written",
            ),
            models.CheckConstraint(condition=Q(threshold__range=(0, 100)), name="terms_threshold"),
            models.CheckConstraint(condition=Q(quorum__range=(1, 9)), name="terms_quorum"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="terms_published_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "round",
            "number",
            "threshold",
            "quorum",
            "reason",
            "published_at",
            "published_by",
        )

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def is_frozen(self) -> bool:
        """Published: it changes no more."""
        return self.published_at is not None

    def blockers(self) -> list[str]:
        """What keeps it from being published, in sentences."""
        return self.question_blockers() + self.criterion_blockers()

    def question_blockers(self) -> list[str]:
        found = []
        if not self.questions.exists():
            found.append("Add the questions.")
        needs = self.questions.filter(kind=QuestionKind.NEEDS, in_short_form=False).first()
        if needs:
            found.append(
                f"Question {needs.number} has to be in the short form too: each budget line names a need."
            )
        return found

    def criterion_blockers(self) -> list[str]:
        weights = sum(self.criteria.values_list("weight", flat=True))
        if weights != 100:
            return [f"The weights of the criteria add up to {weights}, not 100."]
        return []

    def counts(self) -> tuple[int, int]:
        """How many questions the full form asks, and how many the short one."""
        asked = [question.in_short_form for question in self.questions.all()]
        return len(asked), sum(asked)

    def questions_to_take_out(self) -> "models.QuerySet[Question]":
        """Those in words. The needs and the outcomes stay: budget lines and reports are built on them."""
        return self.questions.filter(kind=QuestionKind.TEXT).order_by("number")

    def differences(self) -> "list[Difference]":
        """What differs from the version before, in the order of the round's page; all of it for the
        first version is new, and not listed."""
        before = self.round.versions.filter(number__lt=self.number).order_by("-number").first()
        return terms_differences(before, self) if before else []


class Question(models.Model):
    """One question of a round, in one version of its terms."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    short_name = models.CharField(max_length=60)
    wording = models.CharField(max_length=300)
    guidance = models.CharField(max_length=400)
    max_words = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=QuestionKind, default=QuestionKind.TEXT)
    in_short_form = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["terms", "number"], name="question_number_once"),
            models.CheckConstraint(condition=Q(max_words__gt=0), name="question_words"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "terms",
            "number",
            "short_name",
            "wording",
            "guidance",
            "max_words",
            "kind",
            "in_short_form",
        )

    def __str__(self) -> str:
        return f"Q{self.number} {self.short_name}"


class Criterion(models.Model):
    """One scoring criterion, in one version of a round's terms; weights of a version sum to 100."""

    terms = models.ForeignKey(Terms, models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=4)
    title = models.CharField(max_length=120)
    hint = models.CharField(max_length=300)
    level = models.CharField(max_length=8, choices=CriterionLevel)
    weight = models.PositiveSmallIntegerField()
    minimum = models.PositiveSmallIntegerField("average needed to fund", null=True, blank=True)
    look_at = models.JSONField("where in the case file to look", default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["terms", "code"], name="criterion_once"),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="criterion_weight"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(minimum__range=(0, 5)),
                name="criterion_minimum",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "terms",
            "code",
            "title",
            "hint",
            "level",
            "weight",
            "minimum",
            "look_at",
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@dataclass(frozen=True)
class Difference:
    """One thing that two versions say differently, in words for the page."""

    what: str
    before: str
    after: str


def short_number(threshold: Decimal) -> str:
    """60.00 → 60; 62.50 → 62.5."""
    return f"{threshold.normalize():f}"


def _said(terms: Terms) -> dict[str, str]:
    """What a version says, name of the part → its text."""
    found = {
        "Score to reach": f"{short_number(terms.threshold)} of 100",
        "Scores needed for each case": str(terms.quorum),
    }
    for question in sorted(terms.questions.all(), key=lambda row: row.number):
        name = f"Question {question.number}"
        found[name] = question.wording
        found[f"{name}: guidance"] = question.guidance
        found[f"{name}: most words"] = str(question.max_words)
        found[f"{name}: asked in"] = "Both forms" if question.in_short_form else "Full form only"
    for criterion in sorted(terms.criteria.all(), key=lambda row: row.code):
        name = f"Criterion {criterion.code}"
        found[name] = criterion.title
        found[f"{name}: what to look for"] = criterion.hint
        found[f"{name}: level"] = str(criterion.get_level_display())
        found[f"{name}: weight"] = str(criterion.weight)
        least = criterion.minimum
        found[f"{name}: least average to fund"] = "None" if least is None else str(least)
        found[f"{name}: where to look"] = ", ".join(criterion.look_at)
    return found


def terms_differences(older: Terms, newer: Terms) -> list[Difference]:
    """What two versions of a round say differently, in the order of the round's page."""
    before, after = _said(older), _said(newer)
    return [
        Difference(what, before.get(what, ""), after.get(what, ""))
        for what in dict.fromkeys([*before, *after])
        if before.get(what, "") != after.get(what, "")
    ]


class ReferenceCounter(models.Model):
    """The last number given in a year: references are PWB-2025-0042."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "year", "last")

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
