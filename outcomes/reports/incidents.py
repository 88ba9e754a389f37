"""Incidents of behaviour that challenges over the four points, the same people at each (OUT-09).

Medians of rates in 28 days. Only grants that answered at every point drawn are counted, so that a
line never moves because other people answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..enums import FOLLOW_UPS, Point
from ..indicators import Measures
from .figure import Column, Figure, Missing, Record, plain
from .records import GrantRow, Records
from .statistics import median

# So many people at least make a longer line; otherwise the line that most people share is drawn.
ENOUGH = 10
SHORT = {
    Point.BASELINE: "Baseline",
    Point.M3: "3 months",
    Point.M6: "6 months",
    Point.M12: "12 months",
}


@dataclass(frozen=True)
class Incidents:
    """Medians in 28 days at each of `points`, for the `people` who answered at all of them.

    missing: grants with a report due that lack an answer at one of these points.
    """

    points: tuple[Point, ...]
    all_incidents: tuple[Fraction, ...]
    serious: tuple[Fraction, ...]
    people: int
    missing: int

    @property
    def labels(self) -> list[str]:
        return [SHORT[point] for point in self.points]


Series = dict[Point, Measures]


Pair = tuple[str, str]
COUNTS: Pair = ("incidents", "serious")
RESTRICTIONS: Pair = ("restrictive", "prn")


def _series(records: Records, grant: GrantRow, what: Pair = COUNTS) -> Series:
    """The grant's reports with both counts; the baseline as sent, follow-ups as accepted."""
    found: Series = {}
    rows = [records.baseline(grant), *records.accepted(grant)]
    for row in rows:
        if row is None:
            continue
        said = records.measures(grant, row)
        if all(getattr(said, code) is not None for code in what):
            found[row.point] = said
    return found


def _runs() -> list[tuple[Point, ...]]:
    every = (Point.BASELINE, *FOLLOW_UPS)
    return [every[:length] for length in (4, 3, 2)]


def _chosen(series: Sequence[Series]) -> tuple[Point, ...]:
    counts = {run: sum(1 for s in series if all(p in s for p in run)) for run in _runs()}
    enough = [run for run, count in counts.items() if count >= ENOUGH]
    if enough:
        return enough[0]
    return max(counts, key=lambda run: (counts[run], len(run)))


def incidents(records: Records, what: Pair = COUNTS) -> Incidents | None:
    """None where nobody answered at the baseline and one later point. what: the two rates that are looked
    at; with RESTRICTIONS, restrictive interventions stand first and as-needed medicine second."""
    series = [_series(records, grant, what) for grant in records.reporting]
    points = _chosen(series)
    whole = [s for s in series if all(point in s for point in points)]
    if not whole:
        return None
    every, serious = [], []
    for point in points:
        every.append(median(getattr(s[point], what[0]) for s in whole))
        serious.append(median(getattr(s[point], what[1]) for s in whole))
    return Incidents(
        points=points,
        all_incidents=tuple(value for value in every if value is not None),
        serious=tuple(value for value in serious if value is not None),
        people=len(whole),
        missing=len(series) - len(whole),
    )


def figure(records: Records) -> Figure:
    """The median at the baseline and at the last point drawn, with the records."""
    found = incidents(records)
    rows = []
    for grant in records.reporting:
        series = _series(records, grant)
        rows.append(
            Record(
                opens=("grant", grant.reference),
                cells=(
                    f"{grant.alias}, {grant.reference}",
                    grant.organisation,
                    *(
                        plain(series[point].incidents) if point in series else "missing"
                        for point in Point
                    ),
                ),
                counts=found is not None and all(point in series for point in found.points),
            )
        )
    return Figure(
        id="incidents",
        code="OUT-09",
        title="Incidents in 28 days, median",
        value=found.all_incidents[-1] if found else None,
        shown=(
            f"{plain(found.all_incidents[0])} to {plain(found.all_incidents[-1])}"
            if found
            else "No answers yet"
        ),
        unit="incidents in 28 days, first and last point",
        definition=(
            "The median over people of incidents × 28 / days observed, the same people at every point. "
            "A blank is never counted as none."
        ),
        source="Programme definitions 5.1 and 5.4, OUT-09",
        cut_off=records.scope.cut_off,
        denominators=(
            (
                "People",
                plain(found.people if found else 0),
                "who answered at "
                + (
                    ", ".join(found.labels).lower() if found else "the baseline and one later point"
                ),
            ),
        ),
        missing=(
            Missing(
                "Grants with a report due that lack an answer at one of these points",
                found.missing if found else len(records.reporting),
            ),
        ),
        missing_says="They are left out of every point.",
        is_claim=True,
        record_columns=(
            Column("Grant"),
            Column("Organisation"),
            *(Column(SHORT[point], numeric=True) for point in Point),
        ),
        records=rows,
        record_noun=("grant", "grants"),
    )
