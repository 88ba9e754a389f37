"""What changed, indicator by indicator (domain 5.4): improved, about the same, worse, missing.

Each grant whose report is due is looked at once: its baseline against its latest accepted follow-up that
asks the question. Worse counts as readily as better. Only grants with both values are compared; the
others are missing, with the reason, and never zero (clarification 15).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse

from .. import indicators
from ..enums import FOLLOW_UPS, POINT_TITLE, AnswerStatus, Direction, Movement, Point, YesNo
from ..indicators import BY_CODE, Value
from .figure import Column, Figure, Missing, Part, Record, plain, several
from .records import GrantRow, Records, ReportRow
from .statistics import Proportion, mean, median, median_interval

# Under so many pairs no mean, median or interval is shown: counts come first.
ENOUGH = 8


@dataclass(frozen=True)
class Measured:
    """One line of the panel: a figure of `Measures`, or an answer in words.

    item: the question that says why a value is missing. says: what "improved" means.
    """

    code: str
    indicator: str
    title: str
    unit: str
    item: str
    says: str
    is_number: bool = True
    points: tuple[Point, ...] = FOLLOW_UPS
    well: str = "Improved"

    @property
    def id(self) -> str:
        return f"change-{self.code.replace('_', '-')}"

    @property
    def direction(self) -> str:
        held = BY_CODE.get(self.item)
        return held.direction.value if held else Direction.LOWER.value


PANEL: tuple[Measured, ...] = (
    Measured(
        "bed_days",
        "OUT-02",
        "Nights in hospital",
        "nights in 91 days",
        "bed_nights",
        "fewer nights in hospital for every 91 days",
    ),
    Measured(
        "breakdowns",
        "OUT-04",
        "The home held",
        "placements that ended unplanned",
        "breakdowns",
        "no unplanned end of a home that was at risk at the baseline; a home that was not at risk then is "
        "not counted",
        is_number=False,
        well="Held",
    ),
    Measured(
        "stability",
        "OUT-05",
        "How secure the home is",
        "red, amber or green",
        "stability",
        "a lower risk to the home",
        is_number=False,
    ),
    Measured(
        "out_of_area",
        "OUT-06",
        "Back in their own area",
        "yes or no",
        "out_of_area",
        "back inside the area of the council that pays",
        is_number=False,
    ),
    Measured(
        "incidents",
        "OUT-09",
        "Incidents of behaviour that challenges",
        "incidents in 28 days",
        "incidents",
        "fewer incidents in 28 days",
    ),
    Measured(
        "restrictive",
        "OUT-10",
        "Restrictive interventions",
        "interventions in 28 days",
        "restrictive",
        "fewer restrictive interventions in 28 days",
    ),
    Measured(
        "prn",
        "OUT-11",
        "As-needed calming medicine",
        "times in 28 days",
        "prn",
        "as-needed medicine given less often in 28 days",
    ),
    Measured(
        "antipsychotic",
        "OUT-11",
        "Antipsychotic medicine",
        "as the prescriber says",
        "antipsychotic",
        "reduced or stopped by the prescriber",
        is_number=False,
    ),
    Measured(
        "medicine_reviewed",
        "OUT-11",
        "Medicine reviewed in 6 months",
        "yes or no",
        "medicine_reviewed",
        "reviewed by the prescriber, and not so at the baseline",
        is_number=False,
    ),
    Measured(
        "quality_of_life",
        "OUT-12",
        "Quality of life",
        "points of 10",
        "quality_of_life",
        "a score higher by 1 or more; lower by 1 or more is worse, and between is the same",
    ),
    Measured(
        "outings",
        "OUT-13",
        "Activities outside home",
        "activities in 28 days",
        "outings",
        "more activities outside home in 28 days",
    ),
    Measured(
        "turnover",
        "OUT-15",
        "Turnover of the paid team",
        "percent a year",
        "leavers",
        "a smaller share of the paid team left in 12 months",
        points=(Point.M12,),
    ),
    Measured(
        "sickness",
        "OUT-15",
        "Sickness in the paid team",
        "percent of contracted days",
        "sick_days",
        "a smaller share of contracted days lost to sickness",
    ),
    Measured(
        "family_wellbeing",
        "OUT-16",
        "How family cope",
        "points of 10",
        "family_wellbeing",
        "a higher score given by family",
    ),
    Measured(
        "working_together",
        "OUT-22",
        "Working together",
        "points of 5",
        "working_together",
        "a higher average score",
    ),
)
NO_REPORT, NO_BASELINE, LEFT_OUT = "no accepted report", "no baseline", "left out"


@dataclass(frozen=True)
class Compared:
    """One grant under one indicator. change: after − before, for numbers that have both."""

    grant: GrantRow
    movement: Movement
    report: ReportRow | None = None
    before: str = ""
    after: str = ""
    change: Fraction | None = None
    reason: str = ""


@dataclass(frozen=True)
class PanelRow:
    """One indicator over a scope. `both` = improved + same + worse; `due` = both + missing.

    not_eligible: grants to which the indicator does not apply by its definition (OUT-04).
    """

    measured: Measured
    improved: int
    same: int
    worse: int
    missing: int
    not_eligible: int
    reasons: tuple[tuple[str, int], ...]
    changes: tuple[Fraction, ...]

    @property
    def both(self) -> int:
        return self.improved + self.same + self.worse

    @property
    def due(self) -> int:
        return self.both + self.missing

    @property
    def share(self) -> Proportion:
        return Proportion(self.improved, self.both)

    @property
    def mean(self) -> Fraction | None:
        """Mean paired change; None under eight pairs."""
        return mean(self.changes) if len(self.changes) >= ENOUGH else None

    @property
    def median(self) -> Fraction | None:
        """Median paired change; None under eight pairs."""
        return median(self.changes) if len(self.changes) >= ENOUGH else None


def _choice(values: Mapping[str, Value], code: str) -> str | None:
    said = values.get(code)
    return said.choice if said is not None and said.is_value else None


def _value(records: Records, grant: GrantRow, row: ReportRow, measured: Measured) -> Any:
    if measured.code == "breakdowns":
        said = row.values.get("breakdowns")
        return said.number if said is not None and said.is_value else None
    if measured.is_number:
        return getattr(records.measures(grant, row), measured.code)
    return _choice(row.values, measured.code)


def _reason(row: ReportRow, measured: Measured) -> str:
    said = row.values.get(measured.item)
    if said is None:
        return LEFT_OUT
    if said.is_value:
        return "cannot be worked out"
    return str(AnswerStatus(said.status).label).lower()


def _shown(value: Any, measured: Measured) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return BY_CODE[measured.item].label_of(value)
    return plain(value)


def _held(at_risk: str | None, count: Any) -> Movement:
    """OUT-04: a home at risk that had no unplanned end; not at risk is not eligible."""
    if at_risk is None or count is None:
        return Movement.MISSING
    return Movement.IMPROVED if count == 0 else Movement.WORSE


def _compared(records: Records, grant: GrantRow, measured: Measured) -> Compared | None:
    """None where the indicator does not apply to this grant."""
    baseline = records.baseline(grant)
    if (
        measured.code == "breakdowns"
        and baseline is not None
        and _choice(baseline.values, "breakdown_risk") == YesNo.NO
    ):
        return None
    accepted = [row for row in records.accepted(grant) if row.point in measured.points]
    if not accepted:
        return Compared(grant, Movement.MISSING, reason=NO_REPORT)
    last = accepted[-1]
    if baseline is None:
        return Compared(grant, Movement.MISSING, last, reason=NO_BASELINE)
    before, after = (_value(records, grant, row, measured) for row in (baseline, last))
    if measured.code == "breakdowns":
        at_risk = _choice(baseline.values, "breakdown_risk")
        moved = _held(at_risk, after)
        first = "at risk" if at_risk else "missing"
        reason = _reason(last, measured) if after is None else LEFT_OUT
    else:
        moved = indicators.movement(measured.code, before, after)
        first = _shown(before, measured)
        reason = _reason(last if after is None else baseline, measured)
    change = None
    if measured.is_number and before is not None and after is not None:
        change = Fraction(after) - Fraction(before)
    return Compared(
        grant,
        moved,
        last,
        first,
        _shown(after, measured),
        change,
        reason if moved == Movement.MISSING else "",
    )


def compared(records: Records, measured: Measured) -> list[Compared]:
    """One for each grant to which the indicator applies, in the order of their references."""
    asked = {due.grant.id for due in records.due if due.point in measured.points}
    rows = (_compared(records, g, measured) for g in records.reporting if g.id in asked)
    return [row for row in rows if row is not None]


def panel_row(records: Records, measured: Measured, rows: list[Compared]) -> PanelRow:
    """The counts of one indicator, from what `compared` found."""
    by = Counter(row.movement for row in rows)
    asked = {due.grant.id for due in records.due if due.point in measured.points}
    reasons = Counter(row.reason for row in rows if row.movement == Movement.MISSING)
    return PanelRow(
        measured=measured,
        improved=by[Movement.IMPROVED],
        same=by[Movement.SAME],
        worse=by[Movement.WORSE],
        missing=by[Movement.MISSING],
        not_eligible=len(asked) - len(rows),
        reasons=tuple(sorted(reasons.items())),
        changes=tuple(row.change for row in rows if row.change is not None),
    )


def panel(records: Records) -> list[PanelRow]:
    """Every indicator of the panel, in the order of the definitions."""
    return [panel_row(records, measured, compared(records, measured)) for measured in PANEL]


def figure(records: Records, measured: Measured) -> Figure:
    """One indicator with everything behind it."""
    each = compared(records, measured)
    found = panel_row(records, measured, each)
    order = (Movement.IMPROVED, Movement.SAME, Movement.WORSE, Movement.MISSING)
    rows = sorted(each, key=lambda c: (order.index(c.movement), c.grant.reference))
    notes = [
        "The baseline is compared with the latest accepted follow-up of each grant that asks the question. "
        "Worse counts as readily as better."
    ]
    if found.changes and len(found.changes) < ENOUGH:
        notes.append(
            f"{several(len(found.changes), 'pair', 'pairs')}: too few for a mean or a median."
        )
    elif found.mean is not None:
        ends = median_interval(found.changes)
        between = f", 95% interval {plain(ends[0])} to {plain(ends[1])}" if ends else ""
        notes.append(
            f"Change from the baseline over {len(found.changes):,} pairs, in {measured.unit}: mean "
            f"{plain(found.mean)}, median {plain(found.median)}{between} (exact, from the ranks)."
        )
    if found.not_eligible:
        notes.append(
            f"{several(found.not_eligible, 'grant', 'grants')} not at risk at the baseline: not counted."
        )
    return Figure(
        id=measured.id,
        code=measured.indicator,
        title=f"{measured.title}: improved" if measured.well == "Improved" else measured.title,
        value=found.share.exact,
        shown=f"{found.improved:,} of {found.both:,}" if found.both else "No answers yet",
        unit="grants with both answers",
        definition=f"{measured.well}: {measured.says}.",
        source=f"Programme definitions 5.4, {measured.indicator}; clarifications 14 and 15",
        cut_off=records.scope.cut_off,
        numerator=(plain(found.improved), f"grants that {measured.well.lower()}"),
        denominators=(
            ("Denominator", plain(found.both), "grants with both answers"),
            ("Due", plain(found.due), "grants whose report is due"),
        ),
        proportion=found.share,
        missing=tuple(Missing(reason.capitalize(), count) for reason, count in found.reasons),
        missing_says="They are in neither part.",
        split=(
            Part(measured.well, found.improved),
            Part("About the same", found.same),
            Part("Worse", found.worse),
            Part("Missing", found.missing),
        ),
        split_says=(
            f"{found.improved:,} {measured.well.lower()}, {found.worse:,} worse, {found.same:,} about the same"
        ),
        notes=tuple(notes),
        wording=(
            f"{found.improved:,} of {several(found.both, 'grant', 'grants')} with both answers reported "
            f"{measured.says.partition(';')[0]}; {found.worse:,} reported the opposite "
            "(provider-reported)."
            if found.both
            else ""
        ),
        is_claim=True,
        record_columns=(
            Column("Grant"),
            Column("Organisation"),
            Column("Report"),
            Column("Before", numeric=measured.is_number),
            Column("After", numeric=measured.is_number),
            Column("Counts as"),
        ),
        records=[
            Record(
                url=reverse("grant", args=[c.grant.reference]),
                cells=(
                    f"{c.grant.alias}, {c.grant.reference}",
                    c.grant.organisation,
                    POINT_TITLE[c.report.point] if c.report else "none accepted",
                    c.before or "missing",
                    c.after or "missing",
                    f"Missing: {c.reason}" if c.reason else str(c.movement.label),
                ),
                counts=None if c.movement == Movement.MISSING else c.movement == Movement.IMPROVED,
            )
            for c in rows
        ],
        record_noun=("grant", "grants"),
    )
