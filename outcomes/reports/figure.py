"""What a figure carries wherever it is shown: its value and unit, numerator and denominator, missing
answers, interval, definition and rule, cut-off, audience, other ways of counting, and the records.

Page, command, API and published page read the same objects, so a number cannot differ between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from django.urls import reverse

from accounts.written import money

from .statistics import Proportion

PENNY = Decimal("0.01")
Value = int | Decimal | Fraction | None


class Audience(StrEnum):
    """Who may be shown a figure as it is."""

    INTERNAL = "internal"  # officers and programme leads: small numbers stand as they are
    PUBLISHED = "published"  # everybody: exact at programme level only (clarification 25)


@dataclass(frozen=True)
class Missing:
    """Why some are not counted, and how many. Missing is never zero."""

    reason: str
    count: int


@dataclass(frozen=True)
class Reading:
    """The same figure counted in another way: a sensitivity, or a part of a split."""

    label: str
    result: Proportion
    is_headline: bool = False


@dataclass(frozen=True)
class Part:
    """One part of a whole that is cut without overlap."""

    label: str
    count: int


@dataclass(frozen=True)
class Record:
    """One record behind a figure, for those who may see it: cells in the order of `record_columns`.

    opens: the name of its page and its reference. The address is made for a reader alone: to make one loads
    every page, and most of those who ask for a figure ask for no record.
    """

    opens: tuple[str, str]
    cells: tuple[str, ...]
    counts: bool | None = None

    @property
    def url(self) -> str:
        name, reference = self.opens
        return reverse(name, args=[reference])


@dataclass(frozen=True)
class Column:
    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Figure:
    """One figure with everything that stands behind it.

    shown: as the pages print it. numerator and denominator say what they count. `sources`: the places
    of the rules. `is_claim`: an impact claim, beside which the footnote on evidence must stand. no_list: why no
    records stand behind it for anybody.
    """

    id: str
    title: str
    value: Value
    shown: str
    unit: str
    definition: str
    source: str
    cut_off: date
    code: str = ""
    numerator: tuple[str, str] | None = None
    denominators: Sequence[tuple[str, str, str]] = ()
    proportion: Proportion | None = None
    missing: Sequence[Missing] = ()
    missing_says: str = ""
    split: Sequence[Part] = ()
    split_says: str = ""
    sensitivity: Sequence[Reading] = ()
    notes: Sequence[str] = ()
    wording: str = ""
    audience: Audience = Audience.INTERNAL
    is_provisional: bool = False
    is_claim: bool = False
    record_columns: Sequence[Column] = ()
    records: Sequence[Record] = field(default=(), repr=False)
    record_noun: tuple[str, str] = ("record", "records")
    no_list: str = ""


def pence(amount: Decimal | Fraction | None) -> Decimal | None:
    """Pounds to the penny, half up; None stays None."""
    if amount is None:
        return None
    exact = Fraction(amount)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PENNY, ROUND_HALF_UP)


def money_text(amount: Decimal | None) -> str | None:
    """Pounds as the command prints them: two places, no separators ("557600.00")."""
    return None if amount is None else f"{amount:.2f}"


def number(value: Decimal | Fraction | int | None, places: int = 1) -> int | float | None:
    """For JSON: a whole number where it is one, otherwise at most so many places, half up."""
    if value is None:
        return None
    exact = Fraction(value)
    step = Decimal(1).scaleb(-places)
    text = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(step, ROUND_HALF_UP)
    return int(text) if text == text.to_integral_value() else float(text)


def plain(value: Decimal | Fraction | int | None, places: int = 1) -> str:
    """In words on a page: thousands apart, at most so many places, no idle zeros; "none" for None."""
    if value is None:
        return "none"
    exact = Fraction(value)
    step = Decimal(1).scaleb(-places)
    found = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(step, ROUND_HALF_UP)
    text = f"{found:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "\N{MINUS SIGN}")


def pounds_text(amount: Decimal | None) -> str:
    """£557,600.00; "none" where it cannot be worked out."""
    return "none" if amount is None else money(amount)


def several(count: int, one: str, many: str) -> str:
    """ "1 person", "2,900 people"."""
    return f"{count:,} {one if count == 1 else many}"
