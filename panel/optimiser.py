"""Who judges what, worked out at once for all open seats: a minimum-cost flow, solved to the optimum by
HiGHS through SciPy. Knows nothing of the database: `reports.plans` puts the question in numbers.

What must hold is never traded: conflicts and briefings (pairs that are not allowed), capacity, and a
lived-experience seat in every case that still lacks one. What is then made as good as it can be, in
this order: seats filled; an even load (cases that a member has already count); expertise and region.
Each rule of a case nests in its number of seats, and each member's in their load, so that the best
solution of the flow is one in whole seats.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

MISMATCH_MOST = 4  # the worst that a pair can be: no area in common (3), and the same region (1)


class Rule(StrEnum):
    """A rule that may make it impossible to fill every seat, in the order in which it is named."""

    CAPACITY = "capacity"
    LIVED_EXPERIENCE = "lived experience"
    CONFLICTS = "conflicts"
    BRIEFING = "briefing"
    MEMBERS = "members"


@dataclass(frozen=True)
class Case:
    """A case with open seats: how many, and whether one must go to lived experience."""

    key: int
    seats: int
    needs_lived: bool


@dataclass(frozen=True)
class Member:
    """A member of the panel: cases in hand, the most they take (None: no limit)."""

    key: int
    load: int = 0
    capacity: int | None = None
    is_lived: bool = False


@dataclass(frozen=True)
class Problem:
    """Open seats and who may fill them.

    barred: (case, member) pairs that cannot be, with the rule that forbids each.
    mismatch: how ill a pair fits, 0 (best, also when it is not named) to `MISMATCH_MOST`.
    """

    cases: tuple[Case, ...]
    members: tuple[Member, ...]
    barred: Mapping[tuple[int, int], Rule] = field(default_factory=dict)
    mismatch: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Solution:
    """pairs: (case, member) to seat. unfilled: {case: seats that nobody can fill}. rules: those that
    cannot hold together with the rest (dropping them would fill every seat); none: all are filled.
    """

    pairs: frozenset[tuple[int, int]]
    unfilled: Mapping[int, int]
    rules: tuple[Rule, ...] = ()


def solve(problem: Problem) -> Solution:
    """The best plan; where seats stay open, with the smallest set of rules that stands in the way."""
    best = _flow(problem)
    if not best.unfilled:
        return best
    return replace(best, rules=_why(problem, best))


def _without(problem: Problem, rules: tuple[Rule, ...]) -> Problem:
    """The same question with some rules dropped."""
    members, cases = problem.members, problem.cases
    if Rule.CAPACITY in rules:
        members = tuple(replace(m, capacity=None) for m in members)
    if Rule.LIVED_EXPERIENCE in rules:
        cases = tuple(replace(c, needs_lived=False) for c in cases)
    barred = {pair: rule for pair, rule in problem.barred.items() if rule not in rules}
    return Problem(cases, members, barred, {})


def _why(problem: Problem, best: Solution) -> tuple[Rule, ...]:
    from itertools import combinations

    short = tuple(c for c in problem.cases if c.key in best.unfilled)
    droppable = [r for r in Rule if r is not Rule.MEMBERS]
    for size in range(1, len(droppable) + 1):
        for rules in combinations(droppable, size):
            if not _flow(_without(problem, rules)).unfilled:
                return rules
    # Nothing helps: there are fewer people than seats in a case.
    return (Rule.MEMBERS,) if short else ()


def _flow(problem: Problem) -> Solution:
    """The flow, first with few steps for each member: an even load needs no more. Where somebody's
    load reaches the last of them, again with twice as many; a limit that nobody reaches moves nothing.
    """
    seats = sum(case.seats for case in problem.cases)
    if not seats or not problem.members:
        return Solution(frozenset(), {case.key: case.seats for case in problem.cases if case.seats})
    even = -(-(seats + sum(m.load for m in problem.members)) // len(problem.members))
    most = 2 * even + 2
    while True:
        found = _flow_within(problem, most)
        given = Counter(member for _, member in found.pairs)
        reached = most < len(problem.cases) and any(n >= most for n in given.values())
        if not reached:
            return found
        most *= 2


def _flow_within(problem: Problem, limit: int) -> Solution:
    """Seats from members to cases at the least cost, nobody given more than `limit` of them.

    Variables: a pair for each that is allowed; for each member a step for every further case, each
    dearer than the last (so that the loads come out even); for each case its unfilled seats.
    """
    import numpy as np
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    cases, members = problem.cases, problem.members
    pairs = [
        (c, m)
        for c in range(len(cases))
        for m in range(len(members))
        if (cases[c].key, members[m].key) not in problem.barred
    ]
    seats = sum(case.seats for case in cases)
    room = [_room(member, min(len(cases), limit)) for member in members]
    steps = [(m, k) for m, most in enumerate(room) for k in range(1, most + 1)]
    n_pairs, n_steps = len(pairs), len(steps)
    # A step outweighs every mismatch together; an unfilled seat outweighs any step.
    dear = MISMATCH_MOST * seats + 1
    top = max((members[m].load + k for m, k in steps), default=0)
    cost = np.concatenate(
        [
            np.array(
                [problem.mismatch.get((cases[c].key, members[m].key), 0) for c, m in pairs],
                dtype=float,
            ),
            np.array([dear * (members[m].load + k) for m, k in steps], dtype=float),
            np.full(len(cases), 2.0 * dear * (top + 1)),
        ]
    )
    case_of = np.array([c for c, _ in pairs], dtype=int)
    member_of = np.array([m for _, m in pairs], dtype=int)
    other = np.array([not members[m].is_lived for _, m in pairs], dtype=bool)
    total = n_pairs + n_steps + len(cases)

    def rows(row_of: np.ndarray, columns: np.ndarray, values: np.ndarray, height: int) -> Any:
        return sparse.csr_matrix((values, (row_of, columns)), shape=(height, total))

    columns = np.arange(n_pairs)
    ones = np.ones(n_pairs)
    # Every seat of a case is filled, or counted as unfilled.
    filled = rows(case_of, columns, ones, len(cases)) + rows(
        np.arange(len(cases)),
        n_pairs + n_steps + np.arange(len(cases)),
        np.ones(len(cases)),
        len(cases),
    )
    wanted = np.array([case.seats for case in cases], dtype=float)
    # Members without lived experience leave its seat free.
    others = rows(case_of[other], columns[other], ones[other], len(cases))
    for_others = np.array([case.seats - case.needs_lived for case in cases], dtype=float)
    # A member's pairs are their steps.
    load = rows(member_of, columns, ones, len(members)) - rows(
        np.array([m for m, _ in steps], dtype=int),
        n_pairs + np.arange(n_steps),
        np.ones(n_steps),
        len(members),
    )
    nothing = np.zeros(len(members))
    upper = np.concatenate([np.ones(n_pairs + n_steps), wanted])
    found = milp(
        cost,
        integrality=np.ones(total),
        bounds=Bounds(np.zeros(total), upper),
        constraints=[
            LinearConstraint(filled, wanted, wanted),
            LinearConstraint(others, -np.inf, for_others),
            LinearConstraint(load, nothing, nothing),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:  # every seat may stay unfilled, so there is always a solution
        raise RuntimeError(f"the solver gave up: {found.message}")
    chosen = np.flatnonzero(found.x[:n_pairs] > 0.5)
    left = np.rint(found.x[n_pairs + n_steps :]).astype(int)
    return Solution(
        frozenset((cases[case_of[i]].key, members[member_of[i]].key) for i in chosen),
        {cases[c].key: int(n) for c, n in enumerate(left) if n},
    )


def _room(member: Member, most: int) -> int:
    """How many further cases a member can take, at most `most`."""
    return most if member.capacity is None else max(0, min(most, member.capacity - member.load))
