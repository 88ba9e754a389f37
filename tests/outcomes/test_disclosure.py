"""Disclosure control, judged by an attack: what can be worked out from everything printed together."""

import itertools
import random
from collections import defaultdict

import numpy
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from outcomes.disclosure import (
    HES,
    HIDDEN,
    MHSDS,
    Counts,
    Known,
    Printed,
    Table,
    differences,
    first_print,
    hidden_with,
    known,
    leaks,
    protect,
    share,
    worked_out,
)

NAMES = "abcdefghi"


def one(parts, total=None, *, listed=None, rule=HES):
    """A single table with an exact total."""
    total = sum(parts) if total is None else total
    table = Table("t", "w", tuple(zip(NAMES, parts, strict=False)), listed or {})
    return protect(Counts({"w": (total, True)}, (table,)), rule)


def texts(printed):
    return [cell.text for cell in printed.table("t").values()]


# --- the rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "count", "shown"),
    [
        (HES, 0, "0"),
        (HES, 1, HIDDEN),
        (HES, 7, HIDDEN),
        (HES, 8, "10"),
        (HES, 12, "10"),
        (HES, 13, "15"),
        (HES, 2902, "2,900"),
        (MHSDS, 4, HIDDEN),
        (MHSDS, 5, "5"),
        (MHSDS, 7, "5"),
        (MHSDS, 8, "10"),
    ],
)
def test_one_count_by_the_rule(rule, count, shown):
    cell = first_print(count, rule)
    assert cell.text == shown
    if cell.number:
        low, high = rule.domain(cell.number)
        wanted = [n for n in range(1, 4000) if first_print(n, rule).text == shown]
        assert (wanted[0], wanted[-1]) == (low, high)


def test_cells_that_only_one_table_fits_are_not_printed():
    """Clarification 27: 12, 12 and 7 of 31."""
    assert texts(one([12, 12, 7])) == [HIDDEN] * 3
    assert texts(one([12, 12, 6])) == ["10", "10", HIDDEN]


def test_table_that_could_be_small_all_over_is_masked_whatever_it_says():
    """Otherwise 7 and 7 of 14 would be masked alone, and so be known."""
    assert {tuple(texts(one([n, 14 - n]))) for n in range(15)} == {(HIDDEN, HIDDEN)}


def test_percentage_comes_from_printed_numbers_and_never_beside_a_hidden_part():
    shown = one([40, 22, 0])
    parts = list(shown.table("t").values())
    assert share(parts[0], parts, shown.whole("w")) == (40, 62)
    assert share(parts[2], parts, shown.whole("w")) == (0, 62)
    partly = one([40, 22, 3])
    parts = list(partly.table("t").values())
    assert share(parts[0], parts, partly.whole("w")) is None


# --- the attack of these tests: from the printed words alone ------------------------------------


def range_of(text, rule, *, masked):
    if masked:
        return 0, 10**6
    if text == HIDDEN:
        return 1, rule.most_hidden
    number = int(text.replace(",", ""))
    return (0, 0) if number == 0 else rule.domain(number)


def solved(printed: Printed):
    """Name → (least, most), by integer programming over the printed words and the sums."""
    counts = printed.counts
    names = sorted(printed.cells)
    place = {name: i for i, name in enumerate(names)}
    lows, highs = [], []
    masked = hidden_with(counts, printed.masked)
    for name in names:
        if name in counts.known:
            low = high = counts.wholes[name][0]
        elif counts.wholes.get(name, (0, False))[1]:
            low = high = int(printed.cells[name].text.replace(",", ""))
        else:
            low, high = range_of(printed.cells[name].text, printed.rule, masked=name in masked)
        lows.append(max(low, counts.listed().get(name, 0)))
        highs.append(high)
    rows = []
    for whole, parts in counts.sums():
        row = numpy.zeros(len(names))
        row[place[whole]] = -1
        for part in parts:
            row[place[part]] += 1
        rows.append(row)
    found = {}
    for name in names:
        if lows[place[name]] == highs[place[name]]:
            found[name] = (lows[place[name]], highs[place[name]])
            continue
        goal = numpy.zeros(len(names))
        goal[place[name]] = 1
        ends = []
        for sign in (1, -1):
            answer = milp(
                sign * goal,
                constraints=LinearConstraint(numpy.array(rows), 0, 0),
                bounds=Bounds(lows, highs),
                integrality=numpy.ones(len(names)),
            )
            assert answer.success
            ends.append(round(sign * answer.fun))
        found[name] = tuple(ends)
    return found


def by_subtraction(printed: Printed):
    """Name → (least, most), by subtracting table from table until nothing new is learned: quick enough
    for a thousand programmes. Reads printed words only."""
    counts, masked = printed.counts, hidden_with(printed.counts, printed.masked)
    found = {}
    for table in counts.tables:
        for part, cell in printed.table(table.id).items():
            name = counts.variable(table, part)
            low, high = range_of(cell.text, printed.rule, masked=name in masked)
            found[name] = [max(low, table.listed.get(part, 0)), high]
    for name, (count, is_exact) in counts.wholes.items():
        if name in counts.known:
            found[name] = [count, count]
            continue
        text = printed.whole(name).text
        number = int(text.replace(",", "")) if is_exact else 0
        found[name] = (
            [number, number]
            if is_exact
            else list(range_of(text, printed.rule, masked=name in masked))
        )
    for _ in range(12):
        for whole, parts in counts.sums():
            for target in (whole, *parts):
                others = [p for p in parts if p != target]
                if target == whole:
                    low, high = sum(found[p][0] for p in parts), sum(found[p][1] for p in parts)
                else:
                    low = found[whole][0] - sum(found[p][1] for p in others)
                    high = found[whole][1] - sum(found[p][0] for p in others)
                found[target] = [max(found[target][0], low), min(found[target][1], high)]
    return found


def given_away(printed, attack):
    """Counts of 1 to 7 people that the attack pins down; what is listed by name is no secret."""
    listed, values = printed.counts.listed(), printed.counts.values()
    return {
        name: values[name]
        for name, (low, high) in attack.items()
        if low == high
        and not printed.counts.wholes.get(name, (0, False))[1]
        and name not in printed.counts.known
        and 1 <= values[name] - listed.get(name, 0) <= printed.rule.most_hidden
    }


# --- random programmes --------------------------------------------------------------------------


def cut(total, parts, by):
    """A total cut at random; small parts are likely."""
    found = [0] * parts
    for _ in range(total):
        found[min(int(by.expovariate(1.2)), parts - 1)] += 1
    by.shuffle(found)
    return found


def random_counts(by):
    """Counts in the shape of the published set: regions of an exact total, indicators over those due."""
    grants = by.choice([by.randint(8, 40), by.randint(40, 180)])
    due = by.randint(0, grants)
    wholes = {"grants": (grants, True), "due": (due, False)}
    regions = cut(grants, 9, by)
    listed = {n: by.randint(0, c) for n, c in zip(NAMES, regions, strict=True)}
    named = by.random() < 0.5
    tables = [
        Table("regions", "grants", tuple(zip(NAMES, regions, strict=True)), listed if named else {})
    ]
    for code in ("x", "y", "z"):
        both = by.randint(0, due)
        wholes[f"both-{code}"] = (both, False)
        tables += [
            Table(f"{code}-due", "due", ((f"both-{code}", both), ("missing", due - both))),
            Table(code, f"both-{code}", tuple(zip("isw", cut(both, 3, by), strict=True))),
        ]
    return Counts(wholes, tuple(tables), frozenset({"due"}))


def test_a_thousand_programmes_give_nothing_away():
    by = random.Random(20250712)
    hidden = shown = masked = 0
    for n in range(1000):
        counts = random_counts(by)
        printed = protect(counts, MHSDS if n % 5 == 0 else HES)
        assert given_away(printed, by_subtraction(printed)) == {}, counts
        hidden += sum(c.is_hidden for c in printed.cells.values())
        shown += sum(not c.is_hidden for c in printed.cells.values())
        masked += len(printed.masked)
    # The control: there was something to hide, something is still shown, and tables are masked rarely.
    assert hidden > 3000
    assert shown > 6000
    assert 0 < masked < 2300  # of 7,000


def test_solver_confirms_that_subtraction_sees_everything():
    by = random.Random(7)
    for _ in range(25):
        printed = protect(random_counts(by))
        exact = solved(printed)
        assert {k: tuple(v) for k, v in by_subtraction(printed).items()} == exact
        assert worked_out(printed) == exact
        assert given_away(printed, exact) == {}


def test_attack_finds_a_planted_weakness():
    """The same programmes printed by the rule alone, as a hasty programmer would: the attack sees it."""
    by = random.Random(20250712)
    found = 0
    for _ in range(300):
        counts = random_counts(by)
        cells = {
            name: first_print(count, HES, is_exact=counts.wholes.get(name, (0, False))[1])
            for name, count in counts.values().items()
        }
        naive = Printed(HES, counts, cells, frozenset())
        seen = given_away(naive, by_subtraction(naive))
        assert set(seen) == set(leaks(naive))
        found += bool(seen)
    assert found > 5


def test_attack_finds_an_exact_cell_beside_an_exact_total():
    counts = Counts({"w": (40, True)}, (Table("t", "w", (("a", 37), ("b", 3))),))
    cells = {
        name: first_print(n, HES, is_exact=name != "t/b") for name, n in counts.values().items()
    }
    assert leaks(Printed(HES, counts, cells, frozenset())) == ["t/b"]


@pytest.mark.parametrize(("parts", "most"), [(2, 40), (3, 30)])
def test_knowing_how_cells_are_hidden_tells_no_more(parts, most):
    """Every table of every total is printed; among all that print alike, no small cell is always the
    same. So turning the method round gives nothing either."""
    tables = 0
    for total in range(1, most):
        alike = defaultdict(list)
        for cells in itertools.product(range(total + 1), repeat=parts - 1):
            if sum(cells) <= total:
                whole = (*cells, total - sum(cells))
                alike[tuple(texts(one(whole)))].append(whole)
                tables += 1
        for same in alike.values():
            for i in range(parts):
                values = {cells[i] for cells in same}
                assert len(values) > 1 or not 1 <= min(values) <= HES.most_hidden, same
    assert tables > 700


def test_what_the_open_data_lists_is_taken_into_account():
    # 7 of 9 are listed by name, so 2 more are there: with the other cells they must not be countable.
    printed = one([40, 30, 9], listed={"a": 40, "b": 30, "c": 7})
    assert given_away(printed, by_subtraction(printed)) == {}
    assert texts(printed) == [HIDDEN] * 3 or worked_out(printed)["t/c"][0] < 9


# --- two editions -------------------------------------------------------------------------------


def edition(parts):
    found = known(one(parts), "t")
    assert found is not None
    return found


def test_one_person_added_between_two_editions_is_found():
    """Clarification 28: 12 and 20 of 32, then 13 and 20 of 33: the one who came is in the first part."""
    assert differences(edition([12, 20]), edition([13, 20])) == [("a", 1)]


def test_two_editions_that_tell_no_more():
    assert differences(edition([12, 20]), edition([12, 20])) == []
    assert differences(edition([11, 20]), edition([30, 41])) == []
    wide = Known({"a": (8, 12), "b": (18, 22)})
    assert differences(wide, Known({"a": (13, 17), "b": (18, 22)})) == []


def test_two_editions_never_lie():
    """Whatever the attack says was added, was added."""
    by = random.Random(3)
    said = 0
    for _ in range(60):
        before = [by.randint(8, 30) for _ in range(3)]
        added = [by.choice([0, 0, 1, 2]) for _ in range(3)]
        after = [b + a for b, a in zip(before, added, strict=True)]
        truth = dict(zip(NAMES, added, strict=False))
        found = differences(edition(before), edition(after))
        assert all(truth[name] == count for name, count in found)
        said += len(found)
    assert said >= 3


def test_prints_that_contradict_each_other_end_the_attack():
    """More awards named in the open data than there were by the cut-off: there is no answer to find."""
    with pytest.raises(ValueError, match="contradicts itself"):
        one((10, 12, 9), listed={"a": 20, "b": 12})
