"""What is due from whom: one row per grant and point, whether a report exists yet or not.

Reading only. The officers' list, "Your work", the grant's page and the reminders read the same rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts import clock
from accounts.enums import MemberRole
from focus_people.enums import PersonState
from grants.enums import GrantState
from grants.models import Grant

from . import schedule
from .enums import POINT_TITLE, Point, ReportState
from .models import OutcomeReport

# States of a grant that has reports: from the agreement on.
WITH_REPORTS = (GrantState.AGREED, *schedule.REPORTING_STATES)


@dataclass(frozen=True)
class ReportRow:
    """One point of one grant: its report where there is one, and when it is due."""

    grant: Grant
    point: Point
    report: OutcomeReport | None
    timing: schedule.Timing

    @property
    def title(self) -> str:
        return POINT_TITLE[self.point]

    @property
    def reference(self) -> str:
        return f"{self.grant.reference}-{self.point.upper()}"

    @property
    def alias(self) -> str:
        return self.grant.application.person.alias

    @property
    def state(self) -> str:
        return self.report.state if self.report else ""

    @property
    def is_done(self) -> bool:
        """Nothing is left to do for the organisation."""
        return self.state in (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.WAIVED)

    @property
    def is_expected(self) -> bool:
        """Asked for at all: the person lives, and the grant has not ended early."""
        if self.grant.application.person.state == PersonState.DECEASED:
            return False
        return self.grant.state in WITH_REPORTS

    @property
    def is_on_hold(self) -> bool:
        """Nothing is due while an officer settles with the organisation how it goes on."""
        return self.grant.paused_on is not None

    @property
    def due_on(self) -> date | None:
        """The day it is due; a baseline is due with the first session, whose day nobody knows yet."""
        return self.timing.due_on

    @property
    def is_due(self) -> bool:
        """It may be sent today and has not been: its window is open, or has passed."""
        if self.is_done or not self.is_expected or self.is_on_hold:
            return False
        if self.point == Point.BASELINE:
            return self.grant.state == GrantState.AGREED or self.state == ReportState.RETURNED
        return self.timing.is_open

    @property
    def is_overdue(self) -> bool:
        """The last day on which it should have been sent has passed."""
        return self.is_due and self.timing.is_overdue

    @property
    def status(self) -> str:
        """One word for lists and filters: waived, accepted, submitted, returned, overdue, due, later,
        on_hold, stopped."""
        if self.state in (ReportState.WAIVED, ReportState.ACCEPTED, ReportState.SUBMITTED):
            return self.state
        if not self.is_expected:
            return "stopped"
        if self.is_on_hold:
            return "on_hold"
        if self.is_overdue:
            return "overdue"
        if self.state == ReportState.RETURNED:
            return "returned"
        return "due" if self.is_due else "later"


STATUS_LABEL = {
    "due": "Due now",
    "overdue": "Overdue",
    "submitted": "Waiting for an officer",
    "returned": "Sent back",
    "accepted": "Accepted",
    "waived": "Not asked for",
    "later": "Not due yet",
    "stopped": "Stopped",
    "on_hold": "On hold",
}
STATUS_COLOUR = {
    "due": "orange",
    "overdue": "plum",
    "submitted": "blue",
    "returned": "orange",
    "accepted": "green",
}


def rows_of(grants: Iterable[Grant], points: Iterable[Point] = tuple(Point)) -> list[ReportRow]:
    """Every point of these grants, in the order of the points: three queries whatever their number.

    The grants must come with application, person and organisation; reports are fetched here.
    """
    grants = list(grants)
    starts = schedule.starts_of(grants)
    reports: dict[tuple[int, str], OutcomeReport] = {}
    for report in OutcomeReport.objects.filter(grant__in=[g.pk for g in grants]):
        reports[(report.grant_id, report.point)] = report
    rows = []
    for grant in grants:
        for point in points:
            held = reports.get((grant.pk, point))
            if held is not None:
                held.grant = grant
            rows.append(ReportRow(grant, point, held, schedule.timing(point, starts.get(grant.pk))))
    return rows


def with_people(grants: Any) -> Any:
    """The grants with what a row shows."""
    return grants.filter(state__in=(*WITH_REPORTS, GrantState.TERMINATED)).select_related(
        "application__person", "application__organisation", "application__round"
    )


def due_reports(user: Any) -> list[ReportRow]:
    """The reports that wait to be written by the organisations of `user`, the soonest due first.

    Baselines come first: nothing starts without them.
    """
    own = user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    if not own:
        return []
    grants = with_people(Grant.objects.going_on().filter(application__organisation__in=own))
    rows = [row for row in rows_of(grants) if row.is_due]
    return sorted(rows, key=lambda row: (row.due_on or date.min, row.grant.reference))


def coming_reports(user: Any, days: int = 28) -> list[ReportRow]:
    """The follow-ups of `user`'s organisations whose window opens within so many days."""
    own = user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    if not own:
        return []
    grants = with_people(Grant.objects.going_on().filter(application__organisation__in=own))
    until = clock.today() + clock.timedelta(days=days)
    return [
        row
        for row in rows_of(grants)
        if row.status == "later" and row.timing.opens_on and row.timing.opens_on <= until
    ]
