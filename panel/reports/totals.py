"""The arithmetic of a score (domain 10.2, clarifications 21 and 22): exact until it is rounded, and
rounded to two places, half up, exactly where the clarification says.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

PLACES = Decimal("0.01")


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(PLACES, ROUND_HALF_UP)


def panellist_total(marks: Iterable[tuple[int, int | None]]) -> Decimal | None:
    """One sheet's total from 0 to 100, two places half up, from pairs (weight, score 0 to 5).

    sum(score / 5 × weight) over the criteria that were judged, scaled so that their weights make
    100. A score of None was not judged. None when nothing was judged: no score, not zero.
    """
    judged = [(weight, score) for weight, score in marks if score is not None]
    possible = sum(weight for weight, _ in judged)
    if not possible:
        return None
    return _rounded(Fraction(sum(w * s for w, s in judged) * 100, 5 * possible))


def panel_score(totals: Sequence[Decimal]) -> Decimal | None:
    """The mean of the rounded totals, rounded again: 83.00, 77.00 and 81.00 give 80.33."""
    if not totals:
        return None
    return _rounded(sum((Fraction(t) for t in totals), Fraction(0)) / len(totals))


def criterion_average(scores: Iterable[int | None]) -> Decimal | None:
    """The mean over those who judged, two places half up; None when nobody did."""
    judged = [s for s in scores if s is not None]
    return _rounded(Fraction(sum(judged), len(judged))) if judged else None


def criterion_spread(scores: Iterable[int | None]) -> int | None:
    """Highest less lowest over those who judged; None when nobody did."""
    judged = [s for s in scores if s is not None]
    return max(judged) - min(judged) if judged else None
