"""What may leave the programme: audience *published* (clarifications 25 to 28).

Exact at programme level: reach, money and counts of organisations. Everything else about people follows
the rule of hospital statistics: 1 to 7 is `[c]`, the rest is rounded to the nearest 5, and a share comes
from its rounded parts. There are no breakdowns here, by region or otherwise, and no choice of cut-off:
two of them could be subtracted from each other.
"""

from dataclasses import dataclass

from .admissions import Admissions
from .programme import Impact
from .reach import Money, Reach
from .staffing import Staffing
from .statistics import Proportion

HIDDEN = "[c]"
MOST_HIDDEN, NEAREST = 7, 5
# A headline needs so many organisations that reported; a programme so many people.
LEAST_ORGANISATIONS, LEAST_PEOPLE = 10, 8


def published_count(count: int) -> str:
    """0 as 0, 1 to 7 as [c], the rest to the nearest 5 (clarification 25)."""
    if count == 0:
        return "0"
    if count <= MOST_HIDDEN:
        return HIDDEN
    return f"{rounded_count(count):,}"


def rounded_count(count: int) -> int:
    """To the nearest 5; 8 and more only."""
    return NEAREST * ((2 * count + NEAREST) // (2 * NEAREST))


def published_share(part: int, whole: int) -> Proportion | None:
    """A share of people, from its rounded parts; None where it would say too much.

    Both parts must be 0 or 8 and more, and so must what is left; nobody and everybody are shown from a
    whole of 8 (clarification 26).
    """
    rest = whole - part
    if whole <= MOST_HIDDEN or 0 < part <= MOST_HIDDEN or 0 < rest <= MOST_HIDDEN:
        return None
    return Proportion(rounded_count(part) if part else 0, rounded_count(whole))


@dataclass(frozen=True)
class Published:
    """The published totals of a programme. `admissions` is None while too few organisations reported,
    everything is empty while the programme has too few people to publish anything."""

    is_enough: bool
    reach: Reach
    money: Money
    admissions: Admissions | None
    staffing_says: str
    is_provisional: bool


def _staffing_says(s: Staffing) -> str:
    share = published_share(s.safe_reductions, s.with_both)
    if share is None or not share.part:
        return ""
    return (
        f"For about {share.part:,} of about {share.whole:,} people, organisations reported that fewer staff "
        "are there at a time, and that it is safe: serious incidents and restraint did not rise, quality "
        "of life did not fall, and the commissioner confirmed the plan. Counts are rounded to the nearest 5."
    )


def published(impact: Impact) -> Published:
    """What the public page shows of a whole programme. Raises `ValueError` for a part of one."""
    if not impact.scope.is_whole_programme:
        raise ValueError("Only whole programmes are published")
    found = impact.admissions
    enough = impact.reach.focus_people >= LEAST_PEOPLE
    return Published(
        is_enough=enough,
        reach=impact.reach,
        money=impact.money,
        admissions=found if enough and found.reporting >= LEAST_ORGANISATIONS else None,
        staffing_says=_staffing_says(impact.staffing) if enough else "",
        is_provisional=found.is_provisional,
    )
