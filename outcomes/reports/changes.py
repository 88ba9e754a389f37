"""What changed, indicator by indicator (domain 5.4): improved, about the same, worse, missing.

Each grant whose report is due is looked at once: its baseline against its latest accepted follow-up that
asks the question. Worse counts as readily as better. Only grants with both values are compared; the
others are missing, with the reason, and never zero (clarification 15).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .. import indicators
from ..enums import POINT_TITLE, Admission, AnswerStatus, Direction, Movement, YesNo
from ..indicators import ALONE, BY_CODE, PANEL, Judge, Measured, Value
from . import learners as _learners
from .admissions import others_success, person_success
from .figure import Column, Figure, Record, plain
from .panel_row import ENOUGH as ENOUGH
from .panel_row import PanelRow as PanelRow
from .panel_row import figure_of
from .records import GrantRow, Records, ReportRow

NO_REPORT, NO_BASELINE, LEFT_OUT = "no accepted report", "no baseline", "left out"
NO_PLAN = "no plan of that point"


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
    rates: tuple[Fraction, Fraction] | None = None


def _choice(values: Mapping[str, Value], code: str) -> str | None:
    said = values.get(code)
    return said.choice if said is not None and said.is_value else None


def _number(values: Mapping[str, Value], code: str) -> Decimal | None:
    said = values.get(code)
    return said.number if said is not None and said.is_value else None


def _value(records: Records, grant: GrantRow, row: ReportRow, measured: Measured) -> Any:
    """What one report says under one line: a number, a choice, or None."""
    if measured.judge == Judge.WORD:
        return _choice(row.values, measured.code)
    if measured.judge == Judge.WEEK:
        week = records.week(grant, row.point)
        return getattr(week, measured.code) if week is not None else None
    if measured.judge == Judge.GOALS:
        return records.goals.get((grant.person_id, row.point))
    if measured.judge == Judge.OWN:
        if measured.choices:
            return _choice(row.values, measured.code)
        said = _number(row.values, measured.code)
        return indicators.rate28(said, row.days_observed) if measured.rates else said
    return getattr(records.measures(grant, row), measured.code)


def _reason(row: ReportRow, measured: Measured) -> str:
    if measured.judge == Judge.WEEK:
        return NO_PLAN
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
        held = BY_CODE.get(measured.item)
        return held.label_of(value) if held else value
    return plain(value, 2 if measured.judge == Judge.WEEK else 1)


def _moved(measured: Measured, before: Any, after: Any) -> Movement:
    is_higher = measured.direction == Direction.HIGHER
    if measured.judge == Judge.OWN and measured.choices:
        order = {choice: place for place, choice in enumerate(measured.choices)}
        before, after = order.get(before), order.get(after)
        is_higher = True  # the choices are listed with the worst first
    elif measured.judge in (Judge.NUMBER, Judge.WORD):
        return indicators.movement(measured.code, before, after)
    if measured.direction == Direction.NEITHER and before is not None and after is not None:
        return Movement.SAME
    return indicators.moved(before, after, is_higher_better=is_higher)


@dataclass(frozen=True)
class Last:
    """What a grant has to be judged by: its baseline, and its accepted follow-ups that ask."""

    grant: GrantRow
    baseline: ReportRow | None
    accepted: list[ReportRow]

    @property
    def report(self) -> ReportRow:
        return self.accepted[-1]


def _beside(records: Records, measured: Measured, last: Last) -> Compared:
    """Before and after, each with its own value; either may be missing."""
    if last.baseline is None:
        return Compared(last.grant, Movement.MISSING, last.report, reason=NO_BASELINE)
    before, after = (
        _value(records, last.grant, row, measured) for row in (last.baseline, last.report)
    )
    moved = _moved(measured, before, after)
    change = None
    if measured.is_number and before is not None and after is not None:
        change = Fraction(after) - Fraction(before)
    reason = ""
    if moved == Movement.MISSING:
        reason = _reason(last.report if after is None else last.baseline, measured)
    first = _shown(before, measured)
    rates = None
    if isinstance(before, Fraction) and isinstance(after, Fraction):
        rates = (before, after)
    return Compared(
        last.grant, moved, last.report, first, _shown(after, measured), change, reason, rates
    )


def _is_steady(baseline: ReportRow) -> bool:
    """The home was not at risk at the baseline: OUT-04 does not apply, whatever was reported later."""
    return _choice(baseline.values, "breakdown_risk") == YesNo.NO


def _held(records: Records, measured: Measured, last: Last) -> Compared | None:
    """OUT-04: a home at risk that had no unplanned end; not at risk is not eligible."""
    if last.baseline is None:
        return Compared(last.grant, Movement.MISSING, last.report, reason=NO_BASELINE)
    at_risk = _choice(last.baseline.values, "breakdown_risk")
    count = _number(last.report.values, "breakdowns")
    first = "at risk" if at_risk else "missing"
    if at_risk is None or count is None:
        reason = _reason(last.report, measured) if count is None else LEFT_OUT
        return _alone(last, measured, Movement.MISSING, reason, first)
    moved = Movement.IMPROVED if count == 0 else Movement.WORSE
    return _alone(last, measured, moved, before=first)


def _alone(
    last: Last, measured: Measured, moved: Movement, reason: str = "", before: str = ""
) -> Compared:
    """Judged on the follow-up alone."""
    said = last.report.values.get(measured.item)
    after = None
    if said is not None and said.is_value:
        after = said.choice or said.number
    return Compared(
        last.grant, moved, last.report, before or "not asked", _shown(after, measured), None, reason
    )


def _since(records: Records, measured: Measured, last: Last) -> Compared:
    said = _choice(last.report.values, measured.item)
    if said is None:
        return _alone(last, measured, Movement.MISSING, _reason(last.report, measured))
    if said in measured.good:
        return _alone(last, measured, Movement.IMPROVED)
    return _alone(last, measured, Movement.WORSE if said in measured.bad else Movement.SAME)


def _claim(records: Records, measured: Measured, last: Last) -> Compared:
    """OUT-01 of one grant: a claim counts with every condition met; without, it is an answer."""
    said = _choice(last.report.values, measured.item)
    if said is None:
        return _alone(last, measured, Movement.MISSING, _reason(last.report, measured))
    if person_success(last.report, last.baseline.risk if last.baseline else None):
        return _alone(last, measured, Movement.IMPROVED)
    is_worse = said == Admission.ADMITTED
    return _alone(last, measured, Movement.WORSE if is_worse else Movement.SAME)


def _others(records: Records, measured: Measured, last: Last) -> Compared:
    """OUT-19: an effect counts with at least one other person (clarification 9)."""
    if _choice(last.report.values, measured.item) is None:
        return _alone(last, measured, Movement.MISSING, _reason(last.report, measured))
    success = others_success(last.report)
    return _alone(last, measured, Movement.IMPROVED if success else Movement.SAME)


def _stayed_out(records: Records, measured: Measured, last: Last) -> Compared | None:
    """OUT-03: any accepted follow-up may tell of a new stay; without a discharge it does not apply."""
    said = [row.values.get(measured.item) for row in last.accepted]
    choices = {value.choice for value in said if value is not None and value.is_value}
    if YesNo.YES in choices:
        return _alone(last, measured, Movement.WORSE)
    if YesNo.NO in choices:
        return _alone(last, measured, Movement.IMPROVED)
    if all(v is not None and v.status == AnswerStatus.NOT_APPLICABLE for v in said):
        return None
    return _alone(last, measured, Movement.MISSING, _reason(last.report, measured))


def _own(records: Records, measured: Measured, last: Last) -> Compared | None:
    """One of the programme's own: a baseline begun before it was asked makes it not apply."""
    if not _was_asked(records, measured, last.baseline):
        return None
    return _beside(records, measured, last)


def _was_asked(records: Records, measured: Measured, row: ReportRow | None) -> bool:
    return row is None or row.started_at >= records.own_since[measured.code]


_JUDGES: dict[Judge, Callable[[Records, Measured, Last], Compared | None]] = {
    Judge.NUMBER: _beside,
    Judge.WORD: _beside,
    Judge.WEEK: _beside,
    Judge.GOALS: _beside,
    Judge.HELD: _held,
    Judge.CLAIM: _claim,
    Judge.STAYED_OUT: _stayed_out,
    Judge.OTHERS: _others,
    Judge.SINCE: _since,
    Judge.OWN: _own,
}


def _compared(records: Records, grant: GrantRow, measured: Measured) -> Compared | None:
    """None where the indicator does not apply to this grant."""
    baseline = records.baseline(grant)
    accepted = [row for row in records.accepted(grant) if row.point in measured.points]
    if measured.judge == Judge.HELD and baseline is not None and _is_steady(baseline):
        return None
    if measured.judge == Judge.OWN:
        if not _was_asked(records, measured, baseline):
            return None
        accepted = [row for row in accepted if _was_asked(records, measured, row)]
    if not accepted:
        return Compared(grant, Movement.MISSING, reason=NO_REPORT)
    return _JUDGES[measured.judge](records, measured, Last(grant, baseline, accepted))


def asked_grants(records: Records, measured: Measured) -> list[GrantRow]:
    """Grants with a report due that asks under this line, in the order of their references."""
    ids = {due.grant.id for due in records.due if due.point in measured.points}
    return [grant for grant in records.reporting if grant.id in ids]


def compared(records: Records, measured: Measured) -> list[Compared]:
    """One for each grant to which the indicator applies, in the order of their references."""
    rows = (_compared(records, grant, measured) for grant in asked_grants(records, measured))
    return [row for row in rows if row is not None]


def panel_row(records: Records, measured: Measured, rows: list[Compared]) -> PanelRow:
    """The counts of one indicator, from what `compared` found."""
    by = Counter(row.movement for row in rows)
    reasons = Counter(row.reason for row in rows if row.movement == Movement.MISSING)
    return PanelRow(
        measured=measured,
        improved=by[Movement.IMPROVED],
        same=by[Movement.SAME],
        worse=by[Movement.WORSE],
        missing=by[Movement.MISSING],
        not_eligible=len(asked_grants(records, measured)) - len(rows),
        reasons=tuple(sorted(reasons.items())),
        changes=tuple(row.change for row in rows if row.change is not None),
    )


def lines(records: Records) -> list[Measured]:
    """The lines of the panel: those of the definitions, then those that the programme added."""
    return [*PANEL, *(own.measured for own in records.own)]


def panel(records: Records) -> list[PanelRow]:
    """Every indicator of the panel, in the order of the definitions."""
    return [
        _learners.panel_row(records, measured)
        if measured.judge == Judge.LEARNERS
        else panel_row(records, measured, compared(records, measured))
        for measured in lines(records)
    ]


def figure(records: Records, measured: Measured) -> Figure:
    """One indicator with everything behind it."""
    if measured.judge == Judge.LEARNERS:
        return _learners.figure(records, measured)
    each = compared(records, measured)
    order = (Movement.IMPROVED, Movement.SAME, Movement.WORSE, Movement.MISSING)
    rows = sorted(each, key=lambda c: (order.index(c.movement), c.grant.reference))
    return figure_of(
        records,
        panel_row(records, measured, each),
        columns=(
            Column("Grant"),
            Column("Organisation"),
            Column("Report"),
            Column("Before", numeric=measured.is_number),
            Column("After", numeric=measured.is_number),
            Column("Counts as"),
        ),
        rows=[
            Record(
                opens=("grant", c.grant.reference),
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
        notes=_notes(measured, each),
    )


def _notes(measured: Measured, each: list[Compared]) -> list[str]:
    """How grants are compared, and for incidents how many falls are material."""
    compares = (
        "Judged on the latest accepted follow-up of each grant that asks the question."
        if measured.judge in ALONE
        else "The baseline is compared with the latest accepted follow-up of each grant that asks the "
        "question."
    )
    notes = [f"{compares} Worse counts as readily as better."]
    if measured.code == "incidents":
        both = [c for c in each if c.rates is not None]
        falls = sum(1 for c in both if c.rates and indicators.is_material_drop(*c.rates))
        notes.append(
            f"{falls:,} of {len(both):,} fell by at least a fifth and by 2 or more in 28 days."
        )
    if measured.judge == Judge.STAYED_OUT:
        notes.append(
            "As the organisation answers at each follow-up. A discharge shorter than 90 days before the "
            "report may still be followed by a new stay."
        )
    if measured.judge == Judge.OWN:
        notes.append(
            "Reports begun before it was asked are not counted. A new version changes words, never what is "
            "measured."
        )
    return notes
