"""Grants at a glance: for each grant what is due, how whole its answers are, and early signs of trouble.

Data quality: of everything that was asked by now, the share that was answered. Every report that is due
counts all its questions and the support plan of its point; a report that is missing has answered none of
them. "Does not apply" is an answer; "not known" and "would rather not say" are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from accounts import clock
from focus_people.models import CheckIn
from focus_people.reports.comparison import carer_reasons
from grants.models import Grant

from ..due import ReportRow, rows_of
from ..enums import AnswerStatus, Point, ReportState, Stability
from ..indicators import items_at
from .records import GrantRow, Records
from .scope import Scope
from .statistics import Proportion

# Without a first session so many days after a grant became active, somebody should ask.
QUIET_DAYS = 42


class Sign(StrEnum):
    """An early sign. None of them proves anything: somebody should ask."""

    OVERDUE = "Report overdue"
    RETURNED = "Question not answered"
    NO_BASELINE = "No baseline yet"
    NO_SESSION = "No session yet"
    INCIDENTS = "More incidents"
    RESTRICTIVE = "More restriction"
    HOME = "Home at risk"
    LIFE = "Life is worse"
    FAMILY = "More asked of family"
    ALERT = "Check-in alert"


@dataclass(frozen=True)
class Glance:
    """One grant. answered: of what was asked by now; None where nothing was asked yet."""

    grant: Grant
    rows: Sequence[ReportRow]
    answered: Proportion
    warnings: tuple[Sign, ...] = field(default=())

    @property
    def accepted(self) -> int:
        return sum(1 for row in self.rows if row.state == ReportState.ACCEPTED)

    @property
    def due(self) -> list[ReportRow]:
        """What may be sent today and has not been, the soonest due first."""
        return [row for row in self.rows if row.is_due]


def _asked(records: Records, grant: GrantRow, rows: Sequence[ReportRow]) -> Proportion:
    asked = answered = 0
    for row in rows:
        held = records.report(grant, row.point)
        is_there = held is not None and (held.is_sent or held.is_accepted)
        if row.state == ReportState.WAIVED or not (is_there or row.is_due):
            continue
        values = held.values if held is not None else {}
        items = [i for i in items_at(row.point) if not i.is_optional and i.asked(row.point, values)]
        asked += len(items) + 1
        if not is_there:
            continue
        answered += sum(
            1
            for item in items
            if (said := values.get(item.code)) is not None
            and said.status in (AnswerStatus.VALUE, AnswerStatus.NOT_APPLICABLE)
        )
        answered += records.week(grant, row.point) is not None
    return Proportion(answered, asked)


def _worse(records: Records, grant: GrantRow) -> list[Sign]:
    """What the latest sent follow-up says beside the baseline."""
    baseline = records.baseline(grant)
    later = [
        row
        for point in (Point.M12, Point.M6, Point.M3)
        if (row := records.report(grant, point)) is not None and (row.is_sent or row.is_accepted)
    ]
    if baseline is None or not later:
        return []
    b, t = records.measures(grant, baseline), records.measures(grant, later[0])
    found = []
    if b.incidents is not None and t.incidents is not None:
        rise = t.incidents - b.incidents  # as material as a fall has to be (clarification 14)
        if rise >= 2 and rise * 5 >= b.incidents:
            found.append(Sign.INCIDENTS)
    if b.restrictive is not None and t.restrictive is not None and t.restrictive > b.restrictive:
        found.append(Sign.RESTRICTIVE)
    home = later[0].values.get("stability")
    if home is not None and home.choice == Stability.RED:
        found.append(Sign.HOME)
    life = (b.quality_of_life, t.quality_of_life)
    if life[0] is not None and life[1] is not None and life[1] <= life[0] - 1:
        found.append(Sign.LIFE)
    before, after = records.week(grant, Point.BASELINE), records.week(grant, later[0].point)
    if before and after and carer_reasons(before.family_hours, after.family_hours):
        found.append(Sign.FAMILY)
    return found


def _warnings(
    records: Records, row: GrantRow, rows: Sequence[ReportRow], alerts: set[int]
) -> tuple[Sign, ...]:
    found = []
    if any(r.is_overdue for r in rows):
        found.append(Sign.OVERDUE)
    if any(r.state == ReportState.RETURNED and r.is_expected for r in rows):
        found.append(Sign.RETURNED)
    baseline = next(r for r in rows if r.point == Point.BASELINE)
    if baseline.is_due and row.activated_on is None:
        found.append(Sign.NO_BASELINE)
    quiet = clock.today() - timedelta(days=QUIET_DAYS)
    is_going_on = not row.has_ended and row.closed_on is None
    is_quiet = row.start is None and row.activated_on is not None and row.activated_on <= quiet
    if is_going_on and is_quiet:
        found.append(Sign.NO_SESSION)
    found += _worse(records, row)
    if row.person_id in alerts:
        found.append(Sign.ALERT)
    return tuple(found)


def glances(grants: Sequence[Grant], scope: Scope) -> list[Glance]:
    """One for each grant with everything a row shows: eight queries whatever their number. `scope` must
    hold all of them; grants that were not agreed are left out."""
    records = Records(scope)
    known = {row.id: row for row in records.grants}
    wanted = [grant for grant in grants if grant.pk in known]
    by_grant: dict[int, list[ReportRow]] = {}
    for report in rows_of(wanted):
        by_grant.setdefault(report.grant.pk, []).append(report)
    people = {known[grant.pk].person_id for grant in wanted}
    alerts = set(
        CheckIn.objects.alerts().filter(person__in=people).values_list("person_id", flat=True)
    )
    return [
        Glance(
            grant,
            by_grant[grant.pk],
            _asked(records, known[grant.pk], by_grant[grant.pk]),
            _warnings(records, known[grant.pk], by_grant[grant.pk], alerts),
        )
        for grant in wanted
    ]
