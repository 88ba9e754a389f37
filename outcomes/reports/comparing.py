"""Two periods beside each other: the grants agreed in each, as they stand at one cut-off. Every number
comes from the same figures as the impact page; nothing is claimed about why they differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Max, Min

from accounts import clock
from grants.models import Grant

from .figure import plain, pounds_text
from .programme import Impact
from .scope import Scope
from .statistics import Proportion


@dataclass(frozen=True)
class Line:
    """One figure of both periods, as the pages print it. id: of the figure; is_claim: see `Figure`."""

    id: str
    title: str
    first: str
    second: str


@dataclass(frozen=True)
class Compared:
    """What was bought, and what was reported, in two periods."""

    first: Impact
    second: Impact
    bought: Sequence[Line]
    reported: Sequence[Line]


def halves(scope: Scope) -> tuple[tuple[date, date], tuple[date, date]]:
    """The days from the first agreement of a scope to the last, in two halves: what is compared unless
    somebody says otherwise. One query."""
    ends = Grant.objects.filter(scope.of_grants()).aggregate(
        first=Min("agreed_at"), last=Max("agreed_at")
    )
    start = clock.day_of(ends["first"]) if ends["first"] else scope.cut_off
    end = clock.day_of(ends["last"]) if ends["last"] else scope.cut_off
    middle = start + (end - start) / 2
    return (start, middle), (middle + timedelta(days=1), max(end, middle + timedelta(days=1)))


def compare(scope: Scope, first: tuple[date, date], second: tuple[date, date]) -> Compared:
    """The grants of a scope agreed in each of two periods; both days of a period are included."""
    one, two = (
        Impact(replace(scope, agreed_from=start, agreed_until=end))
        for start, end in (first, second)
    )
    return Compared(one, two, _bought(one, two), _reported(one, two))


def _of(part: int, whole: int) -> str:
    if not whole:
        return "none yet"
    return f"{part:,} of {whole:,} ({Proportion(part, whole).whole_percent}%)"


def _bought(one: Impact, two: Impact) -> list[Line]:
    def line(id: str, title: str, *values: str) -> Line:
        return Line(id, title, *values)

    r, q, m, n = one.reach, two.reach, one.money, two.money
    return [
        line("grants", "Grants", plain(r.grants), plain(q.grants)),
        line("organisations", "Organisations", plain(r.organisations), plain(q.organisations)),
        line("awarded", "Awarded", pounds_text(m.awarded), pounds_text(n.awarded)),
        line("mean-grant", "Mean grant", pounds_text(m.mean_grant), pounds_text(n.mean_grant)),
        line("spent", "Spent", pounds_text(m.spent), pounds_text(n.spent)),
        line(
            "interventions",
            "Training interventions",
            plain(r.training_interventions),
            plain(q.training_interventions),
        ),
        line("people-trained", "People trained", plain(r.people_trained), plain(q.people_trained)),
        line(
            "awarded-per-intervention",
            "Awarded for each intervention",
            pounds_text(m.awarded_per_intervention),
            pounds_text(n.awarded_per_intervention),
        ),
    ]


def _reported(one: Impact, two: Impact) -> list[Line]:
    a, b, s, t = one.admissions, two.admissions, one.staffing, two.staffing
    lines = [
        Line(
            "admissions",
            "Organisations that reported an admission reduced or avoided",
            _of(a.numerator, a.reporting),
            _of(b.numerator, b.reporting),
        ),
        Line(
            "safe-reductions",
            "Safe reductions in staffing",
            _of(s.safe_reductions, s.with_both),
            _of(t.safe_reductions, t.with_both),
        ),
    ]
    later = {row.measured.code: row for row in two.panel}
    for row in one.panel:
        other = later[row.measured.code]
        if row.both or other.both:
            measured = row.measured
            title = f"{measured.title}: {measured.well.lower()}"
            first, second = (_of(r.improved, r.both) for r in (row, other))
            lines.append(Line(measured.id, title, first, second))
    return lines
