"""Fewer staff at a time, and whether it was safe (domain 5.4 OUT-07 and OUT-08, clarifications 12, 13).

Each grant whose report is due is looked at once: its baseline against its latest accepted follow-up,
each with the plan version of that very point. A lower ratio counts only with every guardrail.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from accounts import written

from .. import indicators
from ..enums import POINT_TITLE, Verdict
from ..indicators import SafeReduction
from .figure import Column, Figure, Missing, Part, Record, plain, several
from .records import GrantRow, Records, ReportRow, Week
from .statistics import Proportion

ZERO = Decimal(0)


class Change(StrEnum):
    """What became of the ratio of one grant."""

    SAFE = "Safe reduction"
    NOT_SAFE = "Lower, not counted as safe"
    SAME = "Same"
    HIGHER = "Higher"
    MISSING = "Missing"


@dataclass(frozen=True)
class Pair:
    """One grant: its week before and at its latest accepted follow-up, and what that shows."""

    grant: GrantRow
    change: Change
    report: ReportRow | None = None
    before: Week | None = None
    after: Week | None = None
    safety: SafeReduction | None = None

    @property
    def peaks(self) -> tuple[Decimal, Decimal] | None:
        """The most paid staff at once, before and after."""
        if self.before is None or self.after is None:
            return None
        if self.before.peak is None or self.after.peak is None:
            return None
        return self.before.peak, self.after.peak

    @property
    def peak_fall(self) -> Decimal | None:
        """By how much the most staff at once fell."""
        return self.peaks[0] - self.peaks[1] if self.peaks else None


@dataclass(frozen=True)
class Staffing:
    """Grants by what became of their ratio; `with_both` is safe + not safe + same + higher.

    Paid hours are hours a week, of the safe reductions in the headline and of all with both beside it.
    largest_fall: peak before and after of the safe reduction that fell most.
    """

    due: int
    with_both: int
    safe_reductions: int
    not_safe: int
    same: int
    higher: int
    missing: int
    paid_hours_before: Decimal
    paid_hours_after: Decimal
    all_paid_hours_before: Decimal
    all_paid_hours_after: Decimal
    largest_fall: tuple[Decimal, Decimal] | None

    @property
    def of_both(self) -> Proportion:
        return Proportion(self.safe_reductions, self.with_both)

    @property
    def largest_fall_words(self) -> str:
        """ "5:1 to 2:1"; "none" where no reduction was safe."""
        if self.largest_fall is None:
            return "none"
        before, after = self.largest_fall
        return f"{plain(before)}:1 to {plain(after)}:1"


def pairs(records: Records) -> list[Pair]:
    """One for each grant whose report is due, in the order of their references."""
    return [_pair(records, grant) for grant in records.reporting]


def _pair(records: Records, grant: GrantRow) -> Pair:
    accepted, baseline = records.accepted(grant), records.baseline(grant)
    if not accepted or baseline is None:
        return Pair(grant, Change.MISSING)
    last = accepted[-1]
    before, after = records.week(grant, baseline.point), records.week(grant, last.point)
    if before is None or after is None or before.ratio is None or after.ratio is None:
        return Pair(grant, Change.MISSING, last, before, after)
    safety = indicators.safe_reduction(
        records.measures(grant, baseline), records.measures(grant, last)
    )
    if after.ratio == before.ratio:
        change = Change.SAME
    elif after.ratio > before.ratio:
        change = Change.HIGHER
    else:
        change = Change.SAFE if safety.verdict == Verdict.YES else Change.NOT_SAFE
    return Pair(grant, change, last, before, after, safety)


def _hours(found: Iterable[Week | None]) -> Decimal:
    return sum((week.paid_hours for week in found if week is not None), ZERO)


def staffing(found: list[Pair]) -> Staffing:
    """The counts of a scope."""
    by = {change: [p for p in found if p.change == change] for change in Change}
    safe = by[Change.SAFE]
    both = [p for p in found if p.change != Change.MISSING]
    falls = [p for p in safe if p.peak_fall is not None and p.peak_fall > 0]
    best = max(falls, key=lambda p: (p.peak_fall, p.peaks, p.grant.reference), default=None)
    return Staffing(
        due=len(found),
        with_both=len(both),
        safe_reductions=len(safe),
        not_safe=len(by[Change.NOT_SAFE]),
        same=len(by[Change.SAME]),
        higher=len(by[Change.HIGHER]),
        missing=len(by[Change.MISSING]),
        paid_hours_before=_hours(p.before for p in safe),
        paid_hours_after=_hours(p.after for p in safe),
        all_paid_hours_before=_hours(p.before for p in both),
        all_paid_hours_after=_hours(p.after for p in both),
        largest_fall=best.peaks if best else None,
    )


def failing(found: list[Pair]) -> list[tuple[str, int]]:
    """Safeguard → ratios that fell and do not count as safe because it was not met or could not be shown;
    the most frequent first. One grant may fail several."""
    counts = Counter(
        rail.title
        for pair in found
        if pair.change == Change.NOT_SAFE and pair.safety is not None
        for rail in pair.safety.failing
    )
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


BANDS: tuple[tuple[str, Fraction | None], ...] = (
    ("Up to 1:1", Fraction(1)),
    ("Over 1:1 to 2:1", Fraction(2)),
    ("Over 2:1 to 3:1", Fraction(3)),
    ("Over 3:1 to 4:1", Fraction(4)),
    ("Over 4:1", None),
)


def bands(found: list[Pair]) -> list[tuple[str, int, int]]:
    """(band, before, after): people by their average ratio, those with both only."""
    both = [p for p in found if p.change != Change.MISSING]

    def band_of(ratio: Fraction) -> str:
        return next(label for label, most in BANDS if most is None or ratio <= most)

    before = [band_of(p.before.ratio) for p in both]  # type: ignore[union-attr,arg-type]
    after = [band_of(p.after.ratio) for p in both]  # type: ignore[union-attr,arg-type]
    return [(label, before.count(label), after.count(label)) for label, _ in BANDS]


def _ratio(week: Week | None) -> str:
    return "missing" if week is None or week.ratio is None else f"{plain(week.ratio, 2)}:1"


def _counts_as(pair: Pair) -> str:
    """What became of the ratio, and for one that does not count as safe which safeguards fail."""
    if pair.change != Change.NOT_SAFE or pair.safety is None:
        return pair.change.value
    return f"{pair.change.value}: no “{'”, “'.join(g.title.lower() for g in pair.safety.failing)}”"


def _records(found: list[Pair]) -> list[Record]:
    order = list(Change)
    return [
        Record(
            opens=("grant", p.grant.reference),
            cells=(
                f"{p.grant.alias}, {p.grant.reference}",
                p.grant.organisation,
                _ratio(p.before),
                _ratio(p.after),
                POINT_TITLE[p.report.point] if p.report else "none accepted",
                _counts_as(p),
            ),
            counts=None if p.change == Change.MISSING else p.change == Change.SAFE,
        )
        for p in sorted(found, key=lambda p: (order.index(p.change), p.grant.reference))
    ]


_COLUMNS = (
    Column("Grant"),
    Column("Organisation"),
    Column("Before", numeric=True),
    Column("After", numeric=True),
    Column("Report"),
    Column("Counts as"),
)


def figures(records: Records) -> list[Figure]:
    """Safe reductions, paid hours and the largest fall, with their records."""
    found = pairs(records)
    s = staffing(found)
    cut_off = records.scope.cut_off
    unshown = sum(
        1
        for p in found
        if p.change == Change.NOT_SAFE and p.safety and p.safety.verdict == Verdict.CANNOT_SHOW
    )
    guardrails = (
        "Serious incidents and restrictive interventions (both as a rate in 28 days) did not rise, "
        "quality of life did not fall, and the commissioner confirmed the plan. Anything missing cannot "
        "be shown, and is not counted as safe."
    )
    point = (
        "The baseline is compared with the latest accepted follow-up of each grant, each with the "
        "support plan of that very point; an earlier plan is never carried forward."
    )
    missing = (Missing("Grants with a report due that lack the ratio before or after", s.missing),)
    split = (
        Part("Safe reduction", s.safe_reductions),
        Part("Lower, not counted as safe", s.not_safe),
        Part("Same", s.same),
        Part("Higher", s.higher),
    )
    common: dict[str, Any] = {
        "cut_off": cut_off,
        "is_claim": True,
        "record_columns": _COLUMNS,
        "records": _records(found),
        "record_noun": ("grant", "grants"),
    }
    return [
        Figure(
            id="safe-reductions",
            code="OUT-07",
            title="Safe reductions in staffing",
            value=s.safe_reductions,
            shown=f"{s.safe_reductions:,} of {s.with_both:,}",
            unit="grants with a ratio before and after",
            definition=f"Grants where fewer staff are there at a time and it is safe. {guardrails}",
            source="Programme definitions 5.4, OUT-07; clarifications 12 and 13",
            numerator=(plain(s.safe_reductions), "grants with a safe reduction"),
            denominators=(("Denominator", plain(s.with_both), "grants with both ratios"),),
            proportion=s.of_both,
            missing=missing,
            missing_says="They are in neither part.",
            split=split,
            split_says=f"{s.safe_reductions:,} safe, {s.not_safe:,} lower and not counted",
            notes=(
                point,
                f"Of those not counted as safe, {several(unshown, 'one lacks', 'lack')} an answer that "
                "would show it."
                if unshown != 1
                else "Of those not counted as safe, 1 lacks an answer that would show it.",
            ),
            wording=(
                f"{s.safe_reductions:,} of {several(s.with_both, 'grant', 'grants')} with both answers "
                f"reported a lower staffing ratio that met every safeguard by {written.day(cut_off)} "
                "(provider-reported, confirmed by the commissioner)."
                if s.with_both
                else ""
            ),
            **common,
        ),
        Figure(
            id="paid-hours",
            code="OUT-08",
            title="Paid support hours a week, safe reductions",
            value=s.paid_hours_after - s.paid_hours_before,
            shown=f"{plain(s.paid_hours_before)} to {plain(s.paid_hours_after)}",
            unit="hours a week, before and after",
            definition=(
                "Hours × paid staff of a normal week, added up over the grants with a safe reduction. "
                "Family and volunteers are unpaid and not counted."
            ),
            source="Programme definitions 5.4, OUT-08, and 5.5; clarification 12",
            denominators=(
                ("Before", plain(s.paid_hours_before), "hours a week"),
                ("After", plain(s.paid_hours_after), "hours a week"),
                (
                    "All with both",
                    f"{plain(s.all_paid_hours_before)} to {plain(s.all_paid_hours_after)}",
                    f"hours a week, over {several(s.with_both, 'grant', 'grants')}, safe or not",
                ),
            ),
            missing=missing,
            split=split,
            split_says=f"{s.safe_reductions:,} safe, {s.not_safe:,} lower and not counted",
            notes=(point,),
            **common,
        ),
        Figure(
            id="largest-fall",
            code="OUT-07",
            title="Largest fall in staffing for one person",
            value=s.largest_fall[0] - s.largest_fall[1] if s.largest_fall else None,
            shown=s.largest_fall_words,
            unit="paid staff at once",
            definition=(
                "The largest fall in the most paid staff at once, among the safe reductions. "
                f"{guardrails}"
            ),
            source="Programme definitions 2.1 and 5.4, OUT-07",
            missing=missing,
            notes=(point, "One person’s result: it says nothing about the others."),
            **common,
        ),
    ]
