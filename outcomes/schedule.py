"""When what is due, and what must hold before a report may be sent (domain 5.1, clarifications 7, 10).

Everything counts from `start`, the day of the grant's first delivered session. All days are London
days, and dates are added as days: a change of the clocks moves nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from accounts import clock, written
from focus_people.enums import PersonState, PlanPoint
from focus_people.models import FocusPerson
from focus_people.reports import current_consent, latest_plan
from grants.enums import GrantState
from grants.models import Grant
from training.enums import SessionState
from training.models import Session

from .enums import COUNT_DAYS, DUE_AFTER, WINDOW, Point

PLAN_POINT = {
    Point.BASELINE: PlanPoint.BEFORE,
    Point.M3: PlanPoint.AFTER_M3,
    Point.M6: PlanPoint.AFTER_M6,
    Point.M12: PlanPoint.AFTER_M12,
}
# States of a grant in which follow-ups are asked for.
REPORTING_STATES = (
    GrantState.ACTIVE,
    GrantState.DELIVERED,
    GrantState.REPORTING,
    GrantState.CLOSED,
)


def _delivered() -> QuerySet:
    return Session.objects.filter(
        state=SessionState.DELIVERED,
        voided_at__isnull=True,
        activity__voided_at__isnull=True,
    )


def start_of(grant: Grant) -> date | None:
    """The day of the grant's first delivered session; None before it. Voided ones do not count."""
    if hasattr(grant, "outcomes_start"):
        return grant.outcomes_start
    return _delivered().filter(activity__grant=grant).aggregate(day=Min("held_on"))["day"]


def starts_of(grants: list[Grant]) -> dict[int, date]:
    """Grant id → the day of its first delivered session, for a whole list in one query."""
    rows = (
        _delivered()
        .filter(activity__grant__in=[grant.pk for grant in grants])
        .values("activity__grant")
        .annotate(day=Min("held_on"))
        .order_by()
    )
    return {row["activity__grant"]: row["day"] for row in rows}


@dataclass(frozen=True)
class Timing:
    """When one follow-up is due, and between which days it may be sent. All None before the start."""

    point: Point
    due_on: date | None
    opens_on: date | None
    closes_on: date | None

    @property
    def is_open(self) -> bool:
        """It may be sent today: the window has opened (a late report is still a report)."""
        return self.opens_on is not None and clock.today() >= self.opens_on

    @property
    def is_overdue(self) -> bool:
        """The last day of the window has passed."""
        return self.closes_on is not None and clock.today() > self.closes_on


def timing(point: str, start: date | None) -> Timing:
    """Due day and window of a follow-up from the day of the first delivered session."""
    point = Point(point)
    if start is None or point == Point.BASELINE:
        return Timing(point, None, None, None)
    due = start + timedelta(days=DUE_AFTER[point])
    margin = timedelta(days=WINDOW[point])
    return Timing(point, due, due - margin, due + margin)


def due_on(grant: Grant, point: str) -> date | None:
    """First delivered session + 91, 182 or 365 days (clarification 7); None before the first."""
    return timing(point, start_of(grant)).due_on


# --- what stands in the way -------------------------------------------------------------------


def standing_blockers(grant: Grant) -> list[str]:
    """Nothing is asked about a person who has died, or of a grant that has ended."""
    person = grant.application.person
    if person.state == PersonState.DECEASED:
        return [f"{person.alias} has died. Nothing more is asked."]
    if grant.state == GrantState.TERMINATED:
        return ["This grant has ended. Nothing more is asked."]
    return []


def sending_blockers(grant: Grant, point: str) -> list[str]:
    """The grant's state, the consent, and the day from which a report may be sent."""
    found = []
    person = grant.application.person
    if current_consent(person, "reporting") is None:
        found.append(
            "No consent or best-interests decision that covers reporting stands on the record."
        )
    if point == Point.BASELINE:
        if grant.state == GrantState.OFFERED:
            found.append("Accept the offer first.")
        return found
    if grant.state not in REPORTING_STATES:
        found.append("The baseline comes first: training starts once it is in.")
        return found
    when = timing(point, start_of(grant))
    if when.opens_on is None:
        found.append("No session has been held yet, so nothing is due.")
    elif not when.is_open:
        found.append(f"It is too early: this report can be sent from {written.day(when.opens_on)}.")
    return found


def window_blockers(
    grant: Grant,
    point: str,
    window_start: date | None,
    window_end: date | None,
    days_observed: int | None,
) -> list[str]:
    """Events are counted over 28 days that have passed; the baseline's end 0 to 28 days before the
    first session (clarification 10), a follow-up's lie within its window."""
    if window_start is None or window_end is None:
        return ["Say which 28 days you counted."]
    found = []
    if (window_end - window_start).days + 1 != COUNT_DAYS:
        found.append("Count over 28 days, the first and the last day included.")
    if days_observed is None:
        found.append("Say on how many of those days the person was at home with support.")
    elif days_observed > COUNT_DAYS:
        found.append("There are 28 days in the count at most.")
    if window_end > clock.today():
        found.append("The 28 days must have passed before you can count them.")
        return found
    start = start_of(grant)
    if point == Point.BASELINE:
        before = start or clock.today()
        gap = (before - window_end).days
        if start is not None and gap < 0:
            found.append(f"The count must end before the first session, {written.day(start)}.")
        if gap > COUNT_DAYS:
            what = "the first session" if start else "today"
            found.append(f"The count must end no more than 28 days before {what}.")
    else:
        when = timing(point, start)
        if when.opens_on is not None and window_end < when.opens_on - timedelta(days=COUNT_DAYS):
            found.append(
                f"Those 28 days are too long ago for this report, due {written.day(when.due_on)}."  # type: ignore[arg-type]
            )
        if start is not None and window_start < start:
            found.append(f"Count days after the first session, {written.day(start)}.")
    return found


def plan_blockers(grant: Grant) -> list[str]:
    """A baseline needs the week of support as it is before the training."""
    if latest_plan(grant.application.person, point=PlanPoint.BEFORE) is None:
        return ["There is no support plan for “before” yet. Write down a normal week first."]
    return []


def is_expected(grant: Grant, person_state: Any = None) -> bool:
    """Whether follow-ups are asked for at all: not after death or an early end (clarification 7)."""
    state = grant.application.person.state if person_state is None else person_state
    return state != PersonState.DECEASED and grant.state in REPORTING_STATES


def risk_of(person: FocusPerson) -> dict[str, Any]:
    """What stands about the risk of admission today, for a baseline to keep (OUT-01 a)."""
    return {
        "cohort": person.cohort,
        "dsr_rating": person.dsr_rating,
        "evidence": list(person.risk_evidence),
        "evidence_on": person.risk_evidence_on and person.risk_evidence_on.isoformat(),
        "as_of": clock.today().isoformat(),
    }
