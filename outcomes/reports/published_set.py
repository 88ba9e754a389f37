"""The published set: every count that leaves the programme, registered here and nowhere else.

The tables are fixed. There are no others, no table crosses two of them, and nothing can be filtered:
what is printed together is attacked together (`outcomes.disclosure`). Exact: reach, money, and counts
of organisations. Everything else follows the rule (clarification 25).
"""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from accounts.enums import Region
from training.enums import TopicFamily

from ..disclosure import RULES, Counts, Printed, Rule, Table, protect
from ..indicators import PANEL
from .circles import family_of
from .panel_row import PanelRow
from .staffing import Change, bands

if TYPE_CHECKING:
    from .programme import Impact

# Tables of people who stay in them once they are in: two editions can be subtracted from each other.
GROWING = ("regions", "topics")


@lru_cache
def rule_by_name(name: str) -> Rule:
    """ "hes" (1 to 7 hidden) or "mhsds" (1 to 4 hidden). Raises `KeyError`."""
    return RULES[name]


def rule() -> Rule:
    """The rule in force, by the setting DISCLOSURE_RULE."""
    return rule_by_name(settings.DISCLOSURE_RULE)


def counts_of(impact: "Impact", listed: Mapping[str, int] | None = None) -> Counts:
    """Every count of the published set, as it is. listed: region → awards named in the open data."""
    regions = Counter(grant.region for grant in impact.records.grants)
    families: Counter[Any] = Counter()
    for topic, count in impact.learning.by_topic.items():
        families[family_of(topic)] += count
    s, p = impact.staffing, impact.process.within_target
    split = (
        (Change.SAFE, s.safe_reductions),
        (Change.NOT_SAFE, s.not_safe),
        (Change.SAME, s.same),
        (Change.HIGHER, s.higher),
    )
    weeks = bands(impact.pairs)
    wholes: dict[str, tuple[int, bool]] = {
        "grants": (impact.reach.grants, True),
        "interventions": (impact.reach.training_interventions, True),
        "due": (s.due, False),
        "both-staffing": (s.with_both, False),
        "decisions": (p.whole, False),
    }
    tables = [
        Table(
            "regions",
            "grants",
            tuple((str(r.label), regions[r.value]) for r in Region),
            {str(Region(r).label): n for r, n in (listed or {}).items()},
        ),
        Table("topics", "interventions", tuple((str(f.label), families[f]) for f in TopicFamily)),
        Table("staffing-due", "due", (("both-staffing", s.with_both), ("Missing", s.missing))),
        Table("staffing", "both-staffing", tuple((c.value, n) for c, n in split)),
        Table("before", "both-staffing", tuple((label, b) for label, b, _ in weeks)),
        Table("after", "both-staffing", tuple((label, a) for label, _, a in weeks)),
        Table(
            "decisions-in-time",
            "decisions",
            (("Within the target", p.part), ("Later", p.whole - p.part)),
        ),
    ]
    for row in impact.panel:
        tables += _of_indicator(row, wholes)
    # How many reports are due follows from the days of the first sessions, which many people know.
    due = frozenset(name for name in wholes if name == "due" or name.startswith("due-"))
    return Counts(wholes, tuple(tables), due)


def _of_indicator(row: PanelRow, wholes: dict[str, tuple[int, bool]]) -> list[Table]:
    code = row.measured.code
    due = "due" if row.due == wholes["due"][0] else f"due-{code}"
    wholes.setdefault(due, (row.due, False))
    wholes[f"both-{code}"] = (row.both, False)
    return [
        Table(f"{code}-due", due, ((f"both-{code}", row.both), ("Missing", row.missing))),
        Table(
            code,
            f"both-{code}",
            (("Improved", row.improved), ("About the same", row.same), ("Worse", row.worse)),
        ),
    ]


def printed(impact: "Impact", listed: Mapping[str, int] | None = None) -> Printed:
    """The published set of a whole programme, printed by the rule in force and attacked.

    Raises `ValueError` for a part of a programme: two of them could be subtracted.
    """
    if not impact.scope.is_whole_programme:
        raise ValueError("Only whole programmes are published")
    return protect(counts_of(impact, listed), rule())


TABLE_IDS = (
    "regions",
    "topics",
    "staffing-due",
    "staffing",
    "before",
    "after",
    "decisions-in-time",
    *(id for m in PANEL for id in (f"{m.code}-due", m.code)),
)
