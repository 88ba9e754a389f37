"""The lists of training with their dates: which entry may be chosen on which day (domain 12, point 15).

Every entry has a first day here, in the code. A programme lead may note that one ends, is used again, or is
called something else; each note is kept, and the last one stands. What was planned keeps its entry, and is
shown by the name of today.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from grants.dated_lists import Listed, offered

from .enums import FrameworkArea, Level, ListKind, Mode, Tier
from .models.listed import ListNote
from .topics import CATALOGUE, LEVEL_NAMES, topic_choices

FUND = date(2015, 4, 1)  # the first year of the fund
FRAMEWORK = date(2015, 5, 1)  # PBS Competence Framework, May 2015 (domain 3.1)
CAPABILITIES = date(2019, 1, 1)  # Core Capabilities Framework, 2019 (domain 3.2)
OLIVER = date(2022, 7, 1)  # the duty since 1 July 2022 (domain 3.3)
_LATER = dict.fromkeys(("OMMT_T1", "OMMT_T2", "LD_AUTISM_EQUIVALENT"), OLIVER)


@dataclass(frozen=True)
class Entry:
    """One entry of a list: `until` is the first day on which it may no longer be chosen."""

    kind: ListKind
    code: str
    label: str
    since: date
    until: date | None
    says: str
    notes: tuple[ListNote, ...]

    def in_use(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def _base() -> dict[tuple[str, str], tuple[str, date, str]]:
    """(kind, code) → label, first day, what else it says."""
    found: dict[tuple[str, str], tuple[str, date, str]] = {}
    for facts in CATALOGUE.values():
        parts = [str(facts.family.label)]
        if facts.level:
            parts.append(str(facts.level.label))
        if facts.areas:
            parts.append("; ".join(str(FrameworkArea(area).label) for area in facts.areas))
        if facts.tier:
            parts.append(str(Tier(facts.tier).label))
        if facts.says:
            parts.append(facts.says)
        since = max(FUND, _LATER.get(facts.code, FUND))
        found[ListKind.TOPIC, facts.code] = (facts.label, since, ". ".join(parts))
    for level in Level:
        names = f"Also called: {', '.join(LEVEL_NAMES[level])}" if LEVEL_NAMES[level] else ""
        found[ListKind.LEVEL, level.value] = (str(level.label), FUND, names)
    for mode in Mode:
        found[ListKind.MODE, mode.value] = (str(mode.label), FUND, "")
    for area in FrameworkArea:
        found[ListKind.AREA, area.value] = (str(area.label), FRAMEWORK, "")
    for tier in Tier:
        found[ListKind.TIER, tier.value] = (str(tier.label), CAPABILITIES, "")
    return found


BASE = _base()


def entries(kind: str | None = None) -> list[Entry]:
    """Every entry with its dates as they stand, in the order of the code. One query."""
    notes: dict[tuple[str, str], list[ListNote]] = defaultdict(list)
    rows = ListNote.objects.select_related("noted_by").order_by("pk")
    for note in rows if kind is None else rows.filter(kind=kind):
        notes[note.kind, note.code].append(note)
    found = []
    for (of, code), (label, since, says) in BASE.items():
        if kind is not None and of != kind:
            continue
        held = notes[of, code]
        last = held[-1] if held else None
        found.append(
            Entry(
                ListKind(of),
                code,
                (last.label if last else "") or label,
                last.valid_from if last else since,
                last.valid_to if last else None,
                says,
                tuple(held),
            )
        )
    return found


def listed() -> dict[tuple[str, str], Listed]:
    """Every entry as pages and budgets read it (`grants.dated_lists`). One query."""
    return {(e.kind.value, e.code): Listed(e.label, e.since, e.until) for e in entries()}


def topics_on(day: date, keep: Collection[str] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """The topics that may be chosen on a day, in families; what is held already stays (`keep`)."""
    return offered(ListKind.TOPIC, day, topic_choices(), keep)


def modes_on(day: date, keep: Collection[str] = ()) -> list[tuple[str, str]]:
    """The ways to learn that may be chosen on a day; what is held already stays (`keep`)."""
    choices = [(mode.value, str(mode.label)) for mode in Mode]
    return [one for _, group in offered(ListKind.MODE, day, [("", choices)], keep) for one in group]


def out_of_use(kind: str, on: date) -> dict[str, Entry]:
    """Entries of a list that may not be chosen on a day, by code. One query."""
    return {entry.code: entry for entry in entries(kind) if not entry.in_use(on)}
