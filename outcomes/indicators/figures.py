"""One report as figures: rates and percentages, unrounded, and how a figure moved between two reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from ..enums import COUNT_DAYS, PERIOD_DAYS, Antipsychotic, Movement, Point, YesNo
from .items import Value


def rate28(events: Decimal | int | None, days: int | None) -> Fraction | None:
    """Events in 28 days, unrounded: events × 28 / days observed; None where either is missing.

    19 in 30 days → 17.73 (domain 5.1). Zero days observed give no rate.
    """
    if events is None or not days:
        return None
    return Fraction(events) * COUNT_DAYS / days


def bed_days_per_91(nights: Decimal | int | None, days: int | None) -> Fraction | None:
    """Nights in hospital × 91 / days of the period, unrounded (OUT-02)."""
    if nights is None or not days:
        return None
    return Fraction(nights) * 91 / days


def percentage(part: Decimal | int | None, whole: Decimal | int | None) -> Fraction | None:
    """part / whole × 100, unrounded: turnover (leavers / average headcount) and sickness (days lost /
    contracted days) of OUT-15; None where either is missing or the whole is zero."""
    if part is None or not whole:
        return None
    return Fraction(part) / Fraction(whole) * 100


def rounded(value: Fraction | Decimal | None, places: int = 2) -> Decimal | None:
    """For the page: half up, to so many places."""
    if value is None:
        return None
    exact = Fraction(value)
    step = Decimal(1).scaleb(-places)
    # Enough digits for the quotient, so that a half is a half.
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return quotient.quantize(step, ROUND_HALF_UP)


@dataclass(frozen=True)
class Measures:
    """What one report says, as figures; None is missing. Rates are unrounded.

    ratio, is_confirmed: of the support plan version of this very point (clarification 12).
    """

    incidents: Fraction | None = None
    serious: Fraction | None = None
    restrictive: Fraction | None = None
    prn: Fraction | None = None
    outings: Fraction | None = None
    quality_of_life: Decimal | None = None
    rater: str = ""
    bed_days: Fraction | None = None
    turnover: Fraction | None = None
    sickness: Fraction | None = None
    family_wellbeing: Decimal | None = None
    working_together: Decimal | None = None
    stress: Decimal | None = None
    ratio: Fraction | None = None
    is_confirmed: bool | None = None


def measures(
    values: Mapping[str, Value],
    *,
    point: str,
    days_observed: int | None,
    rater: str = "",
    ratio: Fraction | None = None,
    is_confirmed: bool | None = None,
) -> Measures:
    """The figures of a report from its answers and its plan version."""

    def number(code: str) -> Decimal | None:
        said = values.get(code)
        return said.number if said is not None and said.is_value else None

    return Measures(
        incidents=rate28(number("incidents"), days_observed),
        serious=rate28(number("serious_incidents"), days_observed),
        restrictive=rate28(number("restrictive"), days_observed),
        prn=rate28(number("prn"), days_observed),
        outings=rate28(number("outings"), days_observed),
        quality_of_life=number("quality_of_life"),
        rater=rater,
        bed_days=bed_days_per_91(number("bed_nights"), PERIOD_DAYS[Point(point)]),
        turnover=percentage(number("leavers"), number("headcount")),
        sickness=percentage(number("sick_days"), number("contracted_days")),
        family_wellbeing=number("family_wellbeing"),
        working_together=number("working_together"),
        stress=number("stress"),
        ratio=ratio,
        is_confirmed=is_confirmed,
    )


_RISK = {"green": 0, "amber": 1, "red": 2}


def movement(code: str, before: Any, after: Any) -> Movement:
    """How one figure moved from baseline to a follow-up: improved, same, worse, or missing.

    `code` is a field of `Measures` or an item. Numbers are compared in the direction of their
    indicator; quality of life needs a whole point either way (clarification 14); "stability" is judged
    by risk, "out_of_area" and "medicine_reviewed" by yes and no, "antipsychotic" by its own word alone.
    """
    if code == "antipsychotic":
        if after is None:
            return Movement.MISSING
        better = after in (Antipsychotic.REDUCED, Antipsychotic.STOPPED)
        worse = after in (Antipsychotic.INCREASED, Antipsychotic.STARTED)
        return Movement.IMPROVED if better else Movement.WORSE if worse else Movement.SAME
    if before is None or after is None:
        return Movement.MISSING
    if code == "stability":
        before, after = _RISK[before], _RISK[after]
    elif code in {"out_of_area", "medicine_reviewed", "restrictive_grave"}:
        before, after = int(before == YesNo.YES), int(after == YesNo.YES)
    least = 1 if code == "quality_of_life" else 0
    return moved(before, after, is_higher_better=code in _HIGHER, least=least)


def moved(before: Any, after: Any, *, is_higher_better: bool, least: int = 0) -> Movement:
    """How one number moved; a gain or a loss of less than `least` is the same. None is missing."""
    if before is None or after is None:
        return Movement.MISSING
    gain = after - before if is_higher_better else before - after
    if gain == 0 or abs(gain) < least:
        return Movement.SAME
    return Movement.IMPROVED if gain > 0 else Movement.WORSE


_HIGHER = frozenset(
    {
        "outings",
        "quality_of_life",
        "family_wellbeing",
        "working_together",
        "medicine_reviewed",
    }
)


def is_material_drop(before: Fraction | None, after: Fraction | None) -> bool | None:
    """OUT-09: the rate falls by at least a fifth and by at least 2 in 28 days (clarification 14)."""
    if before is None or after is None:
        return None
    fall = before - after
    return fall >= 2 and fall * 5 >= before
