"""The few statistics that the figures need, exact where they can be: shares, medians and quantiles of
type 7, and Wilson's interval. Plain numbers in, plain numbers out; nothing here knows a model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

Z_95 = Decimal("1.959964")
_PRECISE = Context(prec=40)


def rounded(value: Fraction | Decimal | int, places: int = 1) -> Decimal:
    """Half up, to so many places. Fractions are never taken through a float."""
    exact = Fraction(value)
    quotient = _PRECISE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True)
class Proportion:
    """`part` of `whole`, with its 95% interval. Percentages are rounded to one place, half up, from the
    exact values; all None where the whole is nothing."""

    part: int
    whole: int

    @property
    def exact(self) -> Fraction | None:
        """In percent, unrounded."""
        return Fraction(100 * self.part, self.whole) if self.whole else None

    @property
    def percent(self) -> Decimal | None:
        return None if self.exact is None else rounded(self.exact)

    @property
    def whole_percent(self) -> int | None:
        """To the whole number, half up, from the exact value: 81.538 → 82."""
        return None if self.exact is None else int(rounded(self.exact, 0))

    @property
    def low(self) -> Decimal | None:
        return wilson(self.part, self.whole)[0]

    @property
    def high(self) -> Decimal | None:
        return wilson(self.part, self.whole)[1]

    @property
    def whole_low(self) -> int | None:
        """The lower end to the whole number, half up, from the exact value."""
        ends = wilson_exact(self.part, self.whole)
        return int(rounded(ends[0], 0)) if ends else None

    @property
    def whole_high(self) -> int | None:
        ends = wilson_exact(self.part, self.whole)
        return int(rounded(ends[1], 0)) if ends else None

    def __add__(self, other: "Proportion") -> "Proportion":
        return Proportion(self.part + other.part, self.whole + other.whole)


def wilson_exact(part: int, whole: int) -> tuple[Decimal, Decimal] | None:
    """Wilson's 95% interval in percent, to 30 digits (domain 5.5, z = 1.959964); None of nothing.

    lower, upper = (2o + z² ∓ z·√(z² + 4·o·q)) / (2·(n + z²)), q = 1 − o/n
    """
    if not whole:
        return None
    c = _PRECISE
    o, n = Decimal(part), Decimal(whole)
    z2 = c.multiply(Z_95, Z_95)
    q = c.subtract(Decimal(1), c.divide(o, n))
    root = c.multiply(Z_95, c.sqrt(c.add(z2, c.multiply(4 * o, q))))
    middle, below = c.add(2 * o, z2), c.multiply(Decimal(2), c.add(n, z2))
    low = c.multiply(Decimal(100), c.divide(c.subtract(middle, root), below))
    high = c.multiply(Decimal(100), c.divide(c.add(middle, root), below))
    return max(low, Decimal(0)), min(high, Decimal(100))


def wilson(part: int, whole: int) -> tuple[Decimal | None, Decimal | None]:
    """Wilson's 95% interval in percent, each end to one place: 41 of 50 → 69.2, 90.2."""
    ends = wilson_exact(part, whole)
    return (None, None) if ends is None else (rounded(ends[0]), rounded(ends[1]))


def quantile(values: Iterable[Fraction | Decimal | int], share: Fraction) -> Fraction | None:
    """Linear interpolation, type 7, as PostgreSQL's `percentile_cont` (clarification 20).

    `share` from 0 to 1. Unrounded; None of nothing.
    """
    ordered: Sequence[Fraction] = sorted(Fraction(v) for v in values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Iterable[Fraction | Decimal | int]) -> Fraction | None:
    """The middle, or the mean of the two in the middle; None of nothing."""
    return quantile(values, Fraction(1, 2))


def mean(values: Iterable[Fraction | Decimal | int]) -> Fraction | None:
    """The arithmetic mean, exact; None of nothing."""
    held = [Fraction(v) for v in values]
    return sum(held, Fraction(0)) / len(held) if held else None


def median_interval(
    values: Sequence[Fraction | Decimal | int],
) -> tuple[Fraction, Fraction] | None:
    """The exact 95% interval of a median, from the ranks: the binomial distribution says how many ranks
    to leave out at either end (scipy). None where so few values give none. Both ends occur."""
    from scipy.special import bdtr

    ordered = sorted(Fraction(v) for v in values)
    n = len(ordered)
    left_out = 0
    while left_out < n // 2 and bdtr(left_out, n, 0.5) <= 0.025:
        left_out += 1
    return (ordered[left_out - 1], ordered[n - left_out]) if left_out else None
