from datetime import date
from functools import cached_property
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock, written
from accounts.models import User
from accounts.state import StateField, StateMixin, transition
from grants.models import Grant

from .. import enums, indicators, schedule
from ..querysets import OutcomeReportQuerySet
from .indicator import own_items


def _pair(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
        | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
        name=f"report_{name}_pair",
    )


class OutcomeReport(StateMixin):
    """How things are at one of four points: before the training, and 3, 6 and 12 months after it began.

    `risk` is what stood about the risk of admission when the baseline was sent: {"cohort",
    "dsr_rating", "evidence", "evidence_on", "as_of"}; later changes of the person's record do not
    move it. `version` goes up with every save, so that an older copy never overwrites a newer one.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="outcome_reports")
    point = models.CharField(max_length=10, choices=enums.Point)
    state = StateField(max_length=10, choices=enums.ReportState, default=enums.ReportState.DRAFT)
    window_start = models.DateField("first day counted", null=True, blank=True)
    window_end = models.DateField("last day counted", null=True, blank=True)
    days_observed = models.PositiveSmallIntegerField(
        "days at home with support", null=True, blank=True
    )
    rater = models.CharField(
        "who rated quality of life", max_length=16, choices=enums.Rater, blank=True
    )
    risk = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    waive_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[OutcomeReportQuerySet] = OutcomeReportQuerySet.as_manager()

    LOCKED_WITH = ("grant__application__person",)

    class Meta:
        verbose_name = "outcome report"
        constraints = (
            models.UniqueConstraint(fields=["grant", "point"], name="report_once_per_point"),
            models.CheckConstraint(
                condition=Q(state__in=enums.ReportState.values), name="report_state"
            ),
            models.CheckConstraint(
                condition=Q(point__in=enums.Point.values) & Q(rater__in=["", *enums.Rater.values]),
                name="report_point_and_rater",
            ),
            models.CheckConstraint(
                condition=Q(window_start__isnull=True, window_end__isnull=True)
                | Q(window_start__isnull=False, window_end__gte=F("window_start")),
                name="report_window_pair",
            ),
            models.CheckConstraint(
                condition=Q(days_observed__isnull=True) | Q(days_observed__range=(0, 366)),
                name="report_days_observed",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(enums.ReportState.SUBMITTED, enums.ReportState.ACCEPTED),
                    submitted_at__isnull=False,
                    window_end__isnull=False,
                    days_observed__isnull=False,
                )
                | Q(
                    state__in=(
                        enums.ReportState.DRAFT,
                        enums.ReportState.RETURNED,
                        enums.ReportState.WAIVED,
                    )
                ),
                name="report_sent_has_its_window",
            ),
            models.CheckConstraint(
                condition=Q(state=enums.ReportState.ACCEPTED, accepted_at__isnull=False)
                | (~Q(state=enums.ReportState.ACCEPTED) & Q(accepted_at__isnull=True)),
                name="report_accepted_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(point=enums.Point.BASELINE, state=enums.ReportState.WAIVED),
                name="report_baseline_never_waived",
            ),
            _pair("submitted"),
            _pair("returned"),
            _pair("accepted"),
            _pair("waived"),
        )
        indexes = (models.Index(fields=["state", "point"], name="report_state_point"),)

    class Privacy:
        codes = ("risk",)
        identity = ()
        special = ("risk", "rater", "days_observed")
        operational = (
            "id",
            "grant",
            "point",
            "state",
            "window_start",
            "window_end",
            "version",
            "started_at",
            "started_by",
            "saved_at",
            "submitted_at",
            "submitted_by",
            "returned_at",
            "returned_by",
            "return_reason",
            "accepted_at",
            "accepted_by",
            "waived_at",
            "waived_by",
            "waive_reason",
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """PWB-2025-0042-M6"""
        return f"{self.grant.reference}-{self.point.upper()}"

    @property
    def title(self) -> str:
        return enums.POINT_TITLE[enums.Point(self.point)]

    @property
    def is_baseline(self) -> bool:
        return self.point == enums.Point.BASELINE

    @property
    def is_editable(self) -> bool:
        return self.state in enums.EDITABLE_STATES

    def get_absolute_url(self) -> str:
        return reverse("outcome-report", args=[self.grant.reference, self.point])

    # --- what it says ---

    def values(self) -> dict[str, indicators.Value]:
        """Item code → what it says (uses a prefetch of `answers`)."""
        return {
            answer.item: indicators.Value(answer.status, answer.number, answer.choice)
            for answer in self.answers.all()
        }

    @cached_property
    def items(self) -> list[indicators.Item]:
        """The questions of this report in the order of the page, with those of the programme's own that
        stood when it was begun."""
        return [*indicators.items_at(self.point), *own_items(self.point, self.started_at)]

    def asked_items(self, values: dict[str, indicators.Value]) -> list[indicators.Item]:
        """The questions that are asked, given what the others say so far."""
        return [item for item in self.items if item.asked(self.point, values)]

    def risk_at_baseline(self) -> indicators.Risk | None:
        """The evidence of risk that this report, a baseline, was sent with."""
        if not self.risk:
            return None
        return indicators.Risk(
            cohort=self.risk.get("cohort", ""),
            dsr_rating=self.risk.get("dsr_rating", ""),
            evidence=tuple(self.risk.get("evidence", ())),
            evidence_on=_day(self.risk.get("evidence_on")),
            as_of=_day(self.risk.get("as_of")),
        )

    # --- what stands in the way ---

    def edit_blockers(self) -> list[str]:
        """Answers change while the report is a draft, or was sent back."""
        if not self.is_editable:
            label = self.get_state_display().lower()
            return [f"This report does not change any more: it is {label}."]
        return schedule.standing_blockers(self.grant)

    def submit_blockers(self) -> list[str]:
        """Everything that is still missing or does not hold, in sentences."""
        values = self.values()
        found = schedule.standing_blockers(self.grant)
        found += schedule.sending_blockers(self.grant, self.point)
        found += schedule.window_blockers(
            self.grant, self.point, self.window_start, self.window_end, self.days_observed
        )
        missing = self.unanswered(values)
        if missing:
            count = len(missing)
            what = "1 question has" if count == 1 else f"{count} questions have"
            found.append(
                f"{what} neither an answer nor a reason: {'; '.join(missing[:3])}"
                f"{f'; and {count - 3} more' if count > 3 else ''}."
            )
        quality = values.get("quality_of_life")
        if quality is not None and quality.is_value and not self.rater:
            found.append("Say who rated the quality of life.")
        problems = indicators.answer_problems(
            values, point=self.point, days_observed=self.days_observed
        )
        if not self.is_baseline:
            problems = indicators.admission_problems(values, self.baseline_risk()) | problems
        found += [f"{sentence.rstrip('.')}." for sentence in problems.values()]
        if self.is_baseline:
            found += schedule.plan_blockers(self.grant)
        return found

    def unanswered(self, values: dict[str, indicators.Value] | None = None) -> list[str]:
        """The questions that are asked and have neither a value nor one of the three reasons."""
        values = self.values() if values is None else values
        alias = self.grant.application.person.alias
        return [
            indicators.wording(item, alias=alias, point=self.point)[0]
            for item in self.items
            if not item.is_optional and item.asked(self.point, values) and item.code not in values
        ]

    def baseline_risk(self) -> indicators.Risk | None:
        """The evidence of risk in the grant's baseline; None where no baseline was sent."""
        baseline = OutcomeReport.objects.filter(grant=self.grant_id).baselines().first()
        return baseline.risk_at_baseline() if baseline else None

    def send_back_blockers(self) -> list[str]:
        """A baseline is locked by the first delivered session; nothing is asked about somebody who has died,
        or of a grant that has ended."""
        if found := schedule.standing_blockers(self.grant):
            return found
        start = schedule.start_of(self.grant)
        if self.is_baseline and start is not None:
            return [
                f"The first session was held on {written.day(start)}. "
                "The baseline is locked from that day."
            ]
        return []

    def waive_blockers(self) -> list[str]:
        """A follow-up may be waived, the baseline never: without it there is no start and no claim."""
        if self.is_baseline:
            return ["The baseline cannot be left out: without it there is nothing to compare with."]
        return []

    # --- moves ---

    @transition(
        "state",
        source=[enums.ReportState.DRAFT, enums.ReportState.RETURNED],
        target=enums.ReportState.SUBMITTED,
    )
    def submit(self, *, by: User) -> None:
        self.submitted_at, self.submitted_by = clock.now(), by
        self.returned_at, self.returned_by, self.return_reason = None, None, ""

    @transition("state", source=enums.ReportState.SUBMITTED, target=enums.ReportState.RETURNED)
    def send_back(self, *, by: User, reason: str) -> None:
        self.returned_at, self.returned_by, self.return_reason = clock.now(), by, reason

    @transition("state", source=enums.ReportState.SUBMITTED, target=enums.ReportState.ACCEPTED)
    def accept(self, *, by: User) -> None:
        self.accepted_at, self.accepted_by = clock.now(), by

    @transition(
        "state",
        source=[enums.ReportState.DRAFT, enums.ReportState.RETURNED],
        target=enums.ReportState.WAIVED,
    )
    def waive(self, *, by: User, reason: str) -> None:
        self.waived_at, self.waived_by, self.waive_reason = clock.now(), by, reason


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class Answer(models.Model):
    """What a report says to one item: a number, a choice, or one of three reasons why there is neither.

    No row means that nobody has answered yet. A blank is never a zero.
    """

    report = models.ForeignKey(OutcomeReport, models.CASCADE, related_name="answers")
    item = models.CharField(max_length=30)
    status = models.CharField(max_length=16, choices=enums.AnswerStatus)
    number = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    choice = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["report", "item"], name="answer_once_per_item"),
            models.CheckConstraint(
                condition=Q(status=enums.AnswerStatus.VALUE, number__isnull=False, choice="")
                | (Q(status=enums.AnswerStatus.VALUE, number__isnull=True) & ~Q(choice=""))
                | Q(
                    status__in=[str(reason) for reason in enums.REASONS],
                    number__isnull=True,
                    choice="",
                ),
                name="answer_value_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=0), name="answer_not_negative"
            ),
        )
        indexes = (models.Index(fields=["item", "status"], name="answer_item_status"),)

    class Privacy:
        codes = ("item", "choice")
        identity = ()
        special = ("item", "status", "number", "choice")
        operational = ("id", "report")

    def __str__(self) -> str:
        return f"{self.item}: {self.said}"

    @property
    def said(self) -> str:
        """The answer in words: "9", "Amber", "Not known"."""
        if self.status != enums.AnswerStatus.VALUE:
            return str(enums.AnswerStatus(self.status).label)
        if self.choice:
            held = indicators.BY_CODE.get(self.item)
            return held.label_of(self.choice) if held else self.choice
        text = f"{self.number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
