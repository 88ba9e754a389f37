"""What may leave the programme: audience *published* (clarifications 25 to 28).

Exact at programme level: reach, money and counts of organisations. Everything else about people follows
the rule of hospital statistics: 1 to 7 is `[c]`, the rest is rounded to the nearest 5, and a share comes
from its rounded parts. What is broken down, and how, is registered in
`published_set`; there is no choice of region or cut-off: two of them could be subtracted from each other.
"""

from ..disclosure import HES, Printed, Rule, first_print, share
from .staffing import Change
from .statistics import Proportion

# A headline needs so many organisations that reported; a programme so many people.
LEAST_ORGANISATIONS, LEAST_PEOPLE = 10, 8
EXACT = (
    "Money, organisations, grants, people the grants were for and training are exact totals of the whole "
    "programme, and what organisations reported about hospital admissions is counted exactly."
)


def counts_say(rule: Rule) -> str:
    """What is exact and what is not, for whoever reads published figures (clarification 25)."""
    return f"{EXACT} {rule.says}"


def published_count(count: int) -> str:
    """0 as 0, 1 to 7 as [c], the rest to the nearest 5 (clarification 25)."""
    return first_print(count, HES).text


def published_share(part: int, whole: int) -> Proportion | None:
    """A share of people, from its rounded parts; None where it would say too much.

    Both parts must be 0 or 8 and more, and so must what is left; nobody and everybody are shown from a
    whole of 8 (clarification 26).
    """
    rest = whole - part
    if whole <= HES.most_hidden or 0 < part <= HES.most_hidden or 0 < rest <= HES.most_hidden:
        return None
    return Proportion(HES.rounded(part) if part else 0, HES.rounded(whole))


def staffing_says(found: Printed) -> str:
    """The safe reductions in a sentence, from printed counts; "" where they are hidden."""
    parts = found.table("staffing")
    held = share(parts[Change.SAFE.value], list(parts.values()), found.whole("both-staffing"))
    if held is None or not held[0]:
        return ""
    return (
        f"For about {held[0]:,} of about {held[1]:,} people, organisations reported that fewer staff "
        "are there at a time, and that it is safe: serious incidents and restraint did not rise, quality "
        "of life did not fall, and the commissioner confirmed the plan. Counts are rounded to the nearest 5."
    )
