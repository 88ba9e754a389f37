"""The rows behind the figures, read once and in few queries whatever the size of the programme.

Each table is read when a figure first asks for it. What was made, held, paid or accepted after the
cut-off is left out here, so that no figure has to think of it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DecimalField, Min, OuterRef, Q, QuerySet, Subquery, Sum

from accounts import clock
from accounts.models import AuditEvent
from focus_people.enums import Confidence, PersonState
from focus_people.models import GoalScore, SupportLine
from focus_people.reports import AreaFigures, figures_of
from grants.enums import ClaimState, GrantState, Instalment, LineKind, PaymentState
from grants.models import ClaimLine, Grant, Payment
from training.coverage import Finished, finishing
from training.models import Session

from .. import indicators
from ..enums import DUE_AFTER, FOLLOW_UPS, Point, ReportState, SavingAnswer
from ..indicators import Measures, Value
from ..models import Answer, OutcomeReport, OwnIndicator, SavingConfirmation
from ..schedule import PLAN_POINT
from .scope import Scope

if TYPE_CHECKING:
    from .learners import Learner

# What the figures read of a report; other answers stay in the database.
ITEMS = (
    "admission",
    "bed_nights",
    "contribution",
    "attested_by",
    "days_later",
    "comparator_nights",
    "others_count",
    "others_effect",
    "incidents",
    "serious_incidents",
    "restrictive",
    "quality_of_life",
    "prn",
    "antipsychotic",
    "medicine_reviewed",
    "outings",
    "breakdown_risk",
    "breakdowns",
    "stability",
    "out_of_area",
    "leavers",
    "headcount",
    "sick_days",
    "contracted_days",
    "family_wellbeing",
    "working_together",
    "stress",
    "readmitted",
    "restrictive_grave",
    "new_activity",
    "health",
)


@dataclass(frozen=True)
class Week:
    """A support plan version as the figures need it; hours are hours a week, the cost pounds a week."""

    ratio: Fraction | None
    peak: Decimal | None
    paid_hours: Decimal
    is_confirmed: bool
    family_hours: Decimal = Decimal(0)
    weekly_cost: Decimal = Decimal(0)
    areas: tuple[AreaFigures, ...] = ()


@dataclass(frozen=True)
class ReportRow:
    """One outcome report with its answers. `accepted_on`: None unless accepted by the cut-off."""

    id: int
    point: Point
    state: str
    accepted_on: date | None
    is_waived: bool
    is_sent: bool
    days_observed: int | None
    rater: str
    risk: indicators.Risk | None
    started_at: datetime
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def is_accepted(self) -> bool:
        return self.accepted_on is not None


@dataclass(frozen=True)
class GrantRow:
    """One agreed grant. Money is pounds; `spent` is None where no claim was accepted yet."""

    id: int
    reference: str
    person_id: int
    alias: str
    organisation_id: int
    organisation: str
    organisation_reference: str
    region: str
    amount: Decimal
    state: str
    activated_on: date | None
    delivered_on: date | None
    delivery_until: date | None
    closed_on: date | None
    released_on: date | None
    first_paid_on: date | None
    start: date | None
    spent: Decimal | None
    has_ended: bool
    ended_on: date | None
    goals: Mapping[Point, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """A follow-up that is due by the cut-off, and the day it was accepted (None: it is missing)."""

    grant: GrantRow
    point: Point
    due_on: date
    accepted_on: date | None


class Records:
    """Everything that the figures of one scope are worked out from."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._measures: dict[int, Measures] = {}

    # --- grants ---

    @cached_property
    def grants(self) -> list[GrantRow]:
        """Grants agreed by the cut-off, in the order of their references: one query."""
        scope = self.scope
        rows = (
            Grant.objects.filter(scope.of_grants())
            .annotate(
                start=_first_session(scope),
                spent=_spent(scope),
                first_paid_on=_first_payment(scope),
                died_at=_audited(
                    "person.died", "focus_people.FocusPerson", "application__person__reference"
                ),
                terminated_at=_audited("grant.terminated", "grants.Grant", "reference"),
                **_goals(scope),
            )
            .order_by("reference")
            .values(
                "id",
                "reference",
                "amount",
                "state",
                "activated_on",
                "delivered_on",
                "delivery_until",
                "closed_at",
                "application__person_id",
                "application__person__alias",
                "application__person__state",
                "application__organisation_id",
                "application__organisation__name",
                "application__organisation__reference",
                "application__organisation__region",
                "application__decision__released_at",
                "start",
                "spent",
                "first_paid_on",
                "died_at",
                "terminated_at",
                *_goals(scope),
            )
        )
        return [self._grant(row) for row in rows]

    def _grant(self, row: Any) -> GrantRow:
        until, cut_off = self.scope.until, self.scope.cut_off
        has_ended = (
            row["application__person__state"] == PersonState.DECEASED
            or row["state"] == GrantState.TERMINATED
        )
        ends = [at for at in (row["died_at"], row["terminated_at"]) if at is not None]
        released, closed = row["application__decision__released_at"], row["closed_at"]
        return GrantRow(
            id=row["id"],
            reference=row["reference"],
            person_id=row["application__person_id"],
            alias=row["application__person__alias"],
            organisation_id=row["application__organisation_id"],
            organisation=row["application__organisation__name"],
            organisation_reference=row["application__organisation__reference"],
            region=row["application__organisation__region"],
            amount=row["amount"],
            state=row["state"],
            activated_on=_by(row["activated_on"], cut_off),
            delivered_on=_by(row["delivered_on"], cut_off),
            delivery_until=row["delivery_until"],
            closed_on=clock.day_of(closed) if closed and closed < until else None,
            released_on=clock.day_of(released) if released and released < until else None,
            first_paid_on=row["first_paid_on"],
            start=row["start"],
            spent=row["spent"],
            has_ended=has_ended,
            ended_on=clock.day_of(min(ends)) if ends else None,
            goals={
                point: Fraction(row[f"goals_{point}"], row[f"scored_{point}"])
                for point in Point
                if row[f"scored_{point}"]
            },
        )

    @cached_property
    def active(self) -> list[GrantRow]:
        """Grants that reached active by the cut-off: what training figures count."""
        return [grant for grant in self.grants if grant.activated_on is not None]

    # --- reports ---

    @cached_property
    def reports(self) -> dict[int, dict[Point, ReportRow]]:
        """Grant id → point → report with its answers: two queries."""
        until = self.scope.until
        answers: dict[int, dict[str, Value]] = defaultdict(dict)
        said = Answer.objects.filter(
            self.scope.of_grants("report__grant__"),
            Q(item__in=ITEMS) | Q(item__startswith="own_"),
        ).values_list("report_id", "item", "status", "number", "choice")
        for report_id, item, status, number, choice in said:
            answers[report_id][item] = Value(status, number, choice)
        found: dict[int, dict[Point, ReportRow]] = defaultdict(dict)
        for report in OutcomeReport.objects.filter(self.scope.of_grants("grant__")).only(
            "grant_id",
            "point",
            "state",
            "accepted_at",
            "waived_at",
            "submitted_at",
            "started_at",
            "days_observed",
            "rater",
            "risk",
        ):
            at = report.accepted_at
            sent = report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED)
            found[report.grant_id][Point(report.point)] = ReportRow(
                id=report.pk,
                point=Point(report.point),
                state=report.state,
                accepted_on=clock.day_of(at) if at and at < until else None,
                is_waived=bool(report.waived_at and report.waived_at < until),
                is_sent=sent and bool(report.submitted_at and report.submitted_at < until),
                days_observed=report.days_observed,
                rater=report.rater,
                risk=report.risk_at_baseline(),
                started_at=report.started_at,
                values=answers[report.pk],
            )
        return found

    def report(self, grant: GrantRow, point: Point) -> ReportRow | None:
        return self.reports.get(grant.id, {}).get(point)

    def baseline(self, grant: GrantRow) -> ReportRow | None:
        """The baseline, once it was sent: what follow-ups are compared with."""
        found = self.report(grant, Point.BASELINE)
        return found if found is not None and found.is_sent else None

    def accepted(self, grant: GrantRow) -> list[ReportRow]:
        """Follow-ups accepted by the cut-off, in their order; the baseline is none of them."""
        rows = (self.report(grant, point) for point in FOLLOW_UPS)
        return [row for row in rows if row is not None and row.is_accepted]

    @cached_property
    def due(self) -> list[Due]:
        """Follow-ups due by the cut-off: first delivered session + 91, 182, 365 days; not where one was
        waived, nor after death or an early end (clarification 7)."""
        found = []
        for grant in self.active:
            if grant.start is None:
                continue
            for point in FOLLOW_UPS:
                row = self.report(grant, point)
                due_on = grant.start + timedelta(days=DUE_AFTER[point])
                accepted_on = row.accepted_on if row else None
                waived = row is not None and row.is_waived
                if due_on <= self.scope.cut_off and not waived:
                    due = Due(grant, point, due_on, accepted_on)
                    if _is_asked(due):
                        found.append(due)
        return found

    @cached_property
    def reporting(self) -> list[GrantRow]:
        """Grants in scope of the outcome figures: at least one report was due by the cut-off (5.5)."""
        ids = {due.grant.id for due in self.due}
        return [grant for grant in self.active if grant.id in ids]

    @cached_property
    def other_figures(self) -> set[int]:
        """Grants whose commissioner, asked to confirm the saving, last gave another figure: one query."""
        said = SavingConfirmation.objects.filter(
            self.scope.of_grants("grant__"), answered_at__lt=self.scope.until
        )
        last = dict(said.order_by("answered_at", "pk").values_list("grant_id", "answer"))
        return {grant for grant, answer in last.items() if answer == SavingAnswer.DIFFERENT}

    # --- support plans ---

    @cached_property
    def weeks(self) -> dict[tuple[int, Point], Week]:
        """(person id, point) → the newest version of that very point made by the cut-off: one query.

        A point without a version is missing; another point's is never carried forward
        (clarification 12).
        """
        until = self.scope.until
        people = Grant.objects.filter(self.scope.of_grants()).values("application__person")
        lines = (
            SupportLine.objects.filter(plan__person__in=people, plan__made_at__lt=until)
            .select_related("plan")
            .order_by("plan__version", "number")
        )
        newest: dict[tuple[int, str], list[SupportLine]] = {}
        for line in lines:
            key = (line.plan.person_id, line.plan.point)
            held = newest.get(key)
            if held is not None and held[0].plan_id == line.plan_id:
                held.append(line)
            else:
                newest[key] = [line]
        point_of = {str(plan): point for point, plan in PLAN_POINT.items()}
        return {
            (person, point_of[point]): _week(own, until)
            for (person, point), own in newest.items()
            if point in point_of
        }

    # --- goals, learning, the programme's own indicators ---

    @cached_property
    def goals(self) -> dict[tuple[int, Point], Fraction]:
        """(person id, point) → mean score of their goals at that point, −2 to +2."""
        return {
            (grant.person_id, point): mean
            for grant in self.grants
            for point, mean in grant.goals.items()
        }

    @cached_property
    def finished(self) -> list[tuple[int, Finished]]:
        """(grant id, intervention) for every activity that somebody of an active grant completed by the
        cut-off (clarification 1): one query."""
        scope = self.scope
        grants = Grant.objects.filter(scope.of_grants(), activated_on__lte=scope.cut_off)
        return finishing(grants, scope.cut_off)

    @cached_property
    def learners(self) -> "list[Learner]":
        """Everybody who completed an activity, with what they said before and after: one query more."""
        from .learners import learners

        return learners(self)

    @cached_property
    def own(self) -> list[OwnIndicator]:
        """The programme's own indicators, each in its newest version by the cut-off: one query."""
        return OwnIndicator.objects.newest(self.scope.until)

    @cached_property
    def own_since(self) -> dict[str, datetime]:
        """Item → the moment from which reports ask it."""
        return {own.code: own.first_at for own in self.own}

    def week(self, grant: GrantRow, point: Point) -> Week | None:
        return self.weeks.get((grant.person_id, point))

    def measures(self, grant: GrantRow, row: ReportRow) -> Measures:
        """The figures of one report, with the plan version of its point; worked out once."""
        if row.id not in self._measures:
            self._measures[row.id] = self._measured(grant, row)
        return self._measures[row.id]

    def _measured(self, grant: GrantRow, row: ReportRow) -> Measures:
        week = self.week(grant, row.point)
        return indicators.measures(
            row.values,
            point=row.point,
            days_observed=row.days_observed,
            rater=row.rater,
            ratio=week.ratio if week else None,
            is_confirmed=week.is_confirmed if week else None,
        )


def _by(day: date | None, cut_off: date) -> date | None:
    return day if day is not None and day <= cut_off else None


def _is_asked(due: Due) -> bool:
    """Not after death or an early end. Where the day of the end is not on record, a report that was
    accepted was asked for, and another was not."""
    grant = due.grant
    if grant.ended_on is not None:
        return due.due_on <= grant.ended_on
    return not grant.has_ended or due.accepted_on is not None


def _week(lines: list[SupportLine], until: datetime) -> Week:
    plan = lines[0].plan
    figures = figures_of(plan, lines)
    return Week(
        ratio=figures.exact_ratio,
        peak=figures.peak_ratio,
        paid_hours=figures.paid_hours,
        family_hours=figures.family_hours,
        weekly_cost=figures.weekly_cost,
        areas=tuple(figures.areas),
        is_confirmed=plan.confidence == Confidence.COMMISSIONER
        and plan.confirmed_at is not None
        and plan.confirmed_at < until,
    )


def _one(rows: QuerySet, value: str) -> Subquery:
    return Subquery(rows.order_by().values(value)[:1])


def _first_session(scope: Scope) -> Subquery:
    """The day of the first delivered session by the cut-off; voided ones do not count."""
    held = Session.objects.delivered(scope.cut_off).filter(activity__grant=OuterRef("pk"))
    return _one(held.order_by().values("activity__grant").annotate(day=Min("held_on")), "day")


def _spent(scope: Scope) -> Subquery:
    """Claims accepted by the cut-off, cash lines only (clarification 19)."""
    lines = ClaimLine.objects.filter(
        claim__grant=OuterRef("pk"),
        claim__state=ClaimState.ACCEPTED,
        claim__accepted_at__lt=scope.until,
        line__kind=LineKind.CASH,
    )
    total = lines.order_by().values("claim__grant").annotate(total=Sum("amount"))
    return Subquery(total.values("total")[:1], output_field=DecimalField(decimal_places=2))


def _first_payment(scope: Scope) -> Subquery:
    paid = Payment.objects.filter(
        Q(state=PaymentState.PAID),
        grant=OuterRef("pk"),
        instalment=Instalment.FIRST,
        paid_on__lte=scope.cut_off,
    )
    return _one(paid, "paid_on")


def _goals(scope: Scope) -> dict[str, Subquery]:
    """For each point the sum of the scores of the person's goals, and how many were scored."""
    found = {}
    for point in Point:
        scores = GoalScore.objects.filter(
            goal__person=OuterRef("application__person"), point=point, scored_at__lt=scope.until
        )
        by = scores.order_by().values("goal__person")
        found[f"goals_{point}"] = _one(by.annotate(found=Sum("score")), "found")
        found[f"scored_{point}"] = _one(by.annotate(found=Count("pk")), "found")
    return found


def _audited(event: str, subject: str, reference: str) -> Subquery:
    """When the trail says that it happened: the rows themselves keep no such day."""
    rows = AuditEvent.objects.filter(
        event=event, subject_type=subject, subject_ref=OuterRef(reference)
    )
    return Subquery(rows.order_by("id").values("at")[:1])
