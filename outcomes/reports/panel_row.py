"""One line of the indicator panel over a scope, and the figure that it opens into: the same for grants and
for learners.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..indicators import Judge, Measured
from .figure import Column, Figure, Missing, Part, Record, plain, several
from .records import Records
from .statistics import Proportion, mean, median, median_interval

# Under so many pairs no mean, median or interval is shown: counts come first.
ENOUGH = 8
NOT_ELIGIBLE = {
    Judge.HELD: "not at risk at the baseline: not counted.",
    Judge.STAYED_OUT: "without a discharge: not counted.",
    Judge.OWN: "whose reports were begun before it was asked: not counted.",
}


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

    @property
    def is_small(self) -> bool:
        return self.both < ENOUGH


def title_of(measured: Measured) -> str:
    """ "Quality of life: improved", "The home held"."""
    return f"{measured.title}: improved" if measured.well == "Improved" else measured.title


def definition_of(measured: Measured) -> str:
    """What counts as better, in a sentence."""
    return f"{measured.well}: {measured.says}."


def source_of(measured: Measured) -> str:
    """Where its rule stands."""
    default = f"Programme definitions 5.4, {measured.indicator}; clarifications 14 and 15"
    return measured.source or default


def figure_of(
    records: Records,
    found: PanelRow,
    *,
    columns: Sequence[Column],
    rows: Sequence[Record],
    notes: list[str],
) -> Figure:
    """One line with everything behind it. columns, rows: the records; notes: how they are compared."""
    measured = found.measured
    one, many = measured.noun
    well = measured.well.lower()
    if found.changes and len(found.changes) < ENOUGH:
        notes = [
            *notes,
            f"{several(len(found.changes), 'pair', 'pairs')}: too few for a mean or a median.",
        ]
    elif found.mean is not None:
        ends = median_interval(found.changes)
        between = f", 95% interval {plain(ends[0])} to {plain(ends[1])}" if ends else ""
        notes = [
            *notes,
            f"Change over {len(found.changes):,} pairs, in {measured.unit}: mean {plain(found.mean)}, "
            f"median {plain(found.median)}{between} (exact, from the ranks).",
        ]
    if found.not_eligible:
        says = NOT_ELIGIBLE[measured.judge]
        notes = [*notes, f"{several(found.not_eligible, one, many)} {says}"]
    both = "answers" if measured.judge in _WITH_BOTH else "an answer"
    counted = f"{many} with both answers" if both == "answers" else f"{many} with an answer"
    return Figure(
        id=measured.id,
        code=measured.shown_code,
        title=title_of(measured),
        value=found.share.exact,
        shown=f"{found.improved:,} of {found.both:,}" if found.both else "No answers yet",
        unit=counted,
        definition=definition_of(measured),
        source=source_of(measured),
        cut_off=records.scope.cut_off,
        numerator=(plain(found.improved), f"{many}: {well}"),
        denominators=(
            ("Denominator", plain(found.both), counted),
            ("Due", plain(found.due), _due_says(measured)),
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
        split_says=f"{found.improved:,} {well}, {found.worse:,} worse, {found.same:,} about the same",
        notes=tuple(notes),
        wording=(
            f"{found.improved:,} of {several(found.both, one, many)} with {both} reported "
            f"{measured.says.partition(';')[0]}; {found.worse:,} reported the opposite "
            f"({'provider' if one == 'grant' else 'self'}-reported)."
            if found.both
            else ""
        ),
        is_claim=True,
        record_columns=columns,
        records=rows,
        record_noun=measured.noun if measured.judge != Judge.LEARNERS else ("grant", "grants"),
    )


_WITH_BOTH = frozenset(
    {Judge.NUMBER, Judge.WORD, Judge.WEEK, Judge.GOALS, Judge.HELD, Judge.LEARNERS, Judge.OWN}
)


def _due_says(measured: Measured) -> str:
    if measured.judge == Judge.LEARNERS:
        return "learners who completed an activity"
    return "grants whose report is due"
