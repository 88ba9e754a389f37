"""Disclosure control: how counts of people are printed where everybody reads them, and the attack that
says whether anything can be worked out from all of it together (clarifications 25 to 28).

Pure: counts in, printed cells out. `protect` prints by the rule, attacks what it has printed, and hides
every cell of a table in which the attack finds something. The attacker knows the rule, every total that is exact,
every table, and what other files list.

Why a whole table and not one further cell: whoever knows how that cell is picked can turn the picking
round. Cells 12, 12 and 7 of 31 would print as 10, [c], [c], which no other table of 31 does.

Between tables that share a total the attack is exact: they form a tree, and there bounds say everything.
Between two editions they do not, so there an integer programme is solved (`differences`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

HIDDEN = "[c]"
MANY = 10**9


@dataclass(frozen=True)
class Rule:
    """How counts are printed. most_hidden: counts from 1 to this are hidden; nearest: the others are
    rounded to the nearest so many; least_mean: a mean or median needs so many."""

    name: str
    most_hidden: int
    nearest: int
    least_mean: int

    def rounded(self, count: int) -> int:
        return self.nearest * ((2 * count + self.nearest) // (2 * self.nearest))

    def domain(self, printed: int) -> tuple[int, int]:
        """Which counts are printed as this rounded number."""
        half = self.nearest // 2
        return max(printed - half, self.most_hidden + 1), printed + half

    @property
    def says(self) -> str:
        """How every count is printed that is not one of the exact totals."""
        return (
            f"Other counts are rounded to the nearest {self.nearest}, so they may not add up to an exact "
            "total, and their percentages come from the rounded counts. "
            f"Counts of 1 to {self.most_hidden} are not shown."
        )

    @property
    def hidden_says(self) -> str:
        """What a reader of tables needs beside `says`."""
        return (
            f"{HIDDEN} stands for a count that is not shown. Where a small count could be worked out from "
            f"a total, the whole table is shown as {HIDDEN}."
        )


# The rule of hospital statistics, and the one of the mental health and learning disability tables.
HES = Rule("hes", 7, 5, 8)
MHSDS = Rule("mhsds", 4, 5, 8)
RULES = {rule.name: rule for rule in (HES, MHSDS)}


@dataclass(frozen=True)
class Table:
    """A whole cut into parts without overlap: counts of people. A part may itself be a whole.

    listed: how many of a part are named elsewhere, in the open data; what matters there is the rest.
    """

    id: str
    whole: str
    parts: tuple[tuple[str, int], ...]
    listed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    """Everything that is to be printed. wholes: name → (count, printed exactly?). known: wholes that a
    reader may know exactly from elsewhere although they are printed by the rule."""

    wholes: Mapping[str, tuple[int, bool]]
    tables: tuple[Table, ...]
    known: frozenset[str] = frozenset()

    def variable(self, table: Table, part: str) -> str:
        return part if part in self.wholes else f"{table.id}/{part}"

    def values(self) -> dict[str, int]:
        """Name → true count, of wholes and parts."""
        found = {name: count for name, (count, _) in self.wholes.items()}
        for table in self.tables:
            found |= {self.variable(table, part): count for part, count in table.parts}
        return found

    def listed(self) -> dict[str, int]:
        return {
            self.variable(table, part): count
            for table in self.tables
            for part, count in table.listed.items()
        }

    def sums(self) -> list[tuple[str, list[str]]]:
        """(whole, its parts) for every table."""
        return [(t.whole, [self.variable(t, part) for part, _ in t.parts]) for t in self.tables]


@dataclass(frozen=True)
class Cell:
    """One printed count. number: None where it is hidden; is_exact: not rounded."""

    text: str
    number: int | None
    is_exact: bool = False

    @property
    def is_hidden(self) -> bool:
        return self.number is None


@dataclass(frozen=True)
class Printed:
    """What is printed: name → cell. masked: the tables of which every cell is hidden."""

    rule: Rule
    counts: Counts = field(repr=False)
    cells: Mapping[str, Cell]
    masked: frozenset[str]

    def whole(self, name: str) -> Cell:
        return self.cells[name]

    def table(self, id: str) -> dict[str, Cell]:
        """Part → cell of one table."""
        table = next(t for t in self.counts.tables if t.id == id)
        return {part: self.cells[self.counts.variable(table, part)] for part, _ in table.parts}

    def is_masked(self, id: str) -> bool:
        return id in self.masked


def first_print(count: int, rule: Rule, *, is_exact: bool = False) -> Cell:
    """One count by the rule alone: 0 as 0, small ones hidden, the rest rounded."""
    if is_exact:
        return Cell(f"{count:,}", count, is_exact=True)
    if count == 0:
        return Cell("0", 0)
    if count <= rule.most_hidden:
        return Cell(HIDDEN, None)
    shown = rule.rounded(count)
    return Cell(f"{shown:,}", shown)


def hidden_with(counts: Counts, tables: frozenset[str]) -> set[str]:
    """The counts that are hidden where these tables are masked: all of them, but for wholes that are
    exact or known anyway."""
    names = {
        counts.variable(t, part) for t in counts.tables if t.id in tables for part, _ in t.parts
    }
    names |= {t.whole for t in counts.tables if t.id in tables}
    return {n for n in names if not counts.wholes.get(n, (0, False))[1] and n not in counts.known}


def _ranges(printed: Printed) -> dict[str, tuple[int, int]]:
    """What a reader who knows the rule knows of each count before adding anything up."""
    rule, listed = printed.rule, printed.counts.listed()
    masked = hidden_with(printed.counts, printed.masked)
    found = {}
    for name, cell in printed.cells.items():
        if name in printed.counts.known:
            low = high = printed.counts.wholes[name][0]
        elif name in masked:
            low, high = 0, MANY
        elif cell.number is None:
            low, high = 1, rule.most_hidden
        elif cell.is_exact or cell.number == 0:
            low = high = cell.number
        else:
            low, high = rule.domain(cell.number)
        found[name] = (max(low, listed.get(name, 0)), high)
    return found


def worked_out(printed: Printed) -> dict[str, tuple[int, int]]:
    """The attack: name → (least, most) that each count can be, from everything printed together.

    Every table is an equation. Tables that share wholes form a tree, where tightening the bounds until
    nothing moves gives exactly what can be known. Raises `ValueError` where the prints contradict each
    other: bounds that have crossed would be tightened for ever.
    """
    found = _ranges(printed)
    sums = printed.counts.sums()
    moved = True
    while moved:
        moved = False
        for whole, parts in sums:
            low = sum(found[p][0] for p in parts)
            high = min(sum(found[p][1] for p in parts), MANY)
            moved |= _tighten(found, whole, low, high)
            for part in parts:
                others_low = sum(found[p][0] for p in parts if p != part)
                others_high = sum(found[p][1] for p in parts if p != part)
                moved |= _tighten(
                    found, part, found[whole][0] - others_high, found[whole][1] - others_low
                )
    return found


def _tighten(found: dict[str, tuple[int, int]], name: str, low: int, high: int) -> bool:
    before = found[name]
    found[name] = (max(before[0], low), min(before[1], high))
    if found[name][0] > found[name][1]:
        raise ValueError(f"What is printed of {name} contradicts itself")
    return found[name] != before


def leaks(printed: Printed) -> list[str]:
    """Names of the counts of 1 to `most_hidden` people that can be worked out; none is what we want.

    Where some are listed in the open data, the rest is what must not be known.
    """
    ranges, listed = worked_out(printed), printed.counts.listed()
    found = []
    for name, count in printed.counts.values().items():
        if printed.cells[name].is_exact or name in printed.counts.known:
            continue
        low, high = ranges[name]
        if low == high and 1 <= count - listed.get(name, 0) <= printed.rule.most_hidden:
            found.append(name)
    return found


def protect(counts: Counts, rule: Rule = HES) -> Printed:
    """Print every count by the rule so that the attack finds nothing.

    A table with an exact total is masked from the start where all its parts could be small: then its
    being masked says nothing about them. Raises `ValueError` where the exact totals alone give a small
    count away.
    """
    masked = frozenset(
        t.id
        for t in counts.tables
        if counts.wholes[t.whole][1]
        and counts.wholes[t.whole][0] <= rule.most_hidden * len(t.parts)
    )
    while True:
        hidden = hidden_with(counts, masked)
        cells = {
            name: Cell(HIDDEN, None)
            if name in hidden
            else first_print(count, rule, is_exact=counts.wholes.get(name, (0, False))[1])
            for name, count in counts.values().items()
        }
        printed = Printed(rule, counts, cells, masked)
        found = set(leaks(printed))
        if not found:
            return printed
        masked |= _to_mask(counts, found, masked)


def _to_mask(counts: Counts, found: set[str], masked: frozenset[str]) -> set[str]:
    """The tables of the counts that were worked out; where they are masked already, those that share
    their whole, so that every round hides something."""
    free = [t for t in counts.tables if t.id not in masked]
    own = {
        t.id
        for t in free
        if t.whole in found or any(counts.variable(t, part) in found for part, _ in t.parts)
    }
    if not own and not free:
        raise ValueError("A small count can be worked out from the exact totals alone")
    return own or {t.id for t in free}


# --- two editions -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """One table of an edition as a reader has it: part → (least, most), and the whole if it is exact."""

    parts: Mapping[str, tuple[int, int]]
    whole: int | None = None


def known(printed: Printed, id: str) -> Known | None:
    """What one table of an edition tells; None where it is masked."""
    table = next(t for t in printed.counts.tables if t.id == id)
    if printed.is_masked(id):
        return None
    ranges, (count, is_exact) = _ranges(printed), printed.counts.wholes[table.whole]
    return Known(
        {part: ranges[printed.counts.variable(table, part)] for part, _ in table.parts},
        count if is_exact else None,
    )


def differences(earlier: Known, later: Known, rule: Rule = HES) -> list[tuple[str, int]]:
    """What two editions of a table that only grows tell together: (part, how many were added) for every
    part where between 1 and `most_hidden` people were added and that number can be worked out.

    Solved as integer programmes (scipy): earlier + added = later for each part, the parts add up to
    their wholes, and nothing is below what was printed.
    """
    import numpy
    from scipy.optimize import Bounds, LinearConstraint, milp

    names = sorted({*earlier.parts, *later.parts})
    size = len(names)
    # The unknowns: what each part was before, and what was added to it.
    lows, highs = [], []
    for name in names:
        low, high = earlier.parts.get(name, (0, 0))
        lows.append(low)
        highs.append(min(high, MANY))
    bounds = Bounds([*lows, *[0] * size], [*highs, *[MANY] * size])
    rows, least, most = [], [], []
    for i, name in enumerate(names):
        row = numpy.zeros(2 * size)
        row[i] = row[size + i] = 1
        low, high = later.parts.get(name, (0, 0))
        rows.append(row)
        least.append(low)
        most.append(min(high, MANY))
    for whole, both in ((earlier.whole, False), (later.whole, True)):
        if whole is not None:
            row = numpy.zeros(2 * size)
            row[:size] = 1
            row[size:] = 1 if both else 0
            rows.append(row)
            least.append(whole)
            most.append(whole)
    constraint = LinearConstraint(numpy.array(rows), least, most)
    found = []
    for i, name in enumerate(names):
        goal = numpy.zeros(2 * size)
        goal[size + i] = 1
        ends = []
        for sign in (1, -1):
            solved = milp(
                sign * goal, constraints=constraint, bounds=bounds, integrality=numpy.ones(2 * size)
            )
            ends.append(round(sign * solved.fun) if solved.success else None)
        if ends[0] is not None and ends[0] == ends[1] and 1 <= ends[0] <= rule.most_hidden:
            found.append((name, ends[0]))
    return found


def share(part: Cell, parts: Sequence[Cell], whole: Cell) -> tuple[int, int] | None:
    """Numerator and denominator of a published percentage: the printed numbers. None where one of the
    parts is hidden, or the whole is: nobody and everybody are said of wholes that are shown only, and
    those have more people than the rule hides (clarification 26)."""
    if part.number is None or not whole.number or any(cell.is_hidden for cell in parts):
        return None
    return min(part.number, whole.number), whole.number
