"""How long the optimiser needs for a large round: 500 cases, 40 members, 3 seats each.

    .venv/bin/python bench/assignment.py

Prints seconds, the least and the greatest load, and seats that stay open. The first run of a process
loads SciPy, which is measured apart.
"""

import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from panel.optimiser import Case, Member, Problem, Rule, solve

CASES, MEMBERS = 500, 40


def main() -> None:
    start = time.perf_counter()
    solve(Problem((Case(1, 1, False),), (Member(1),)))
    print(f"loading SciPy: {time.perf_counter() - start:.2f} s")
    for seed, capacity in product(range(5), (None, 40)):
        draw = Random(seed)  # noqa: S311
        pairs = list(product(range(CASES), range(MEMBERS)))
        problem = Problem(
            tuple(Case(n, 3, True) for n in range(CASES)),
            tuple(Member(n, 0, capacity, draw.random() < 0.45) for n in range(MEMBERS)),
            {pair: Rule.CONFLICTS for pair in pairs if draw.random() < 0.05},
            {pair: draw.randrange(5) for pair in pairs},
        )
        start = time.perf_counter()
        found = solve(problem)
        took = time.perf_counter() - start
        loads = Counter(member for _, member in found.pairs)
        print(
            f"seed {seed}, capacity {capacity}: {took:.2f} s, load {min(loads.values())} to "
            f"{max(loads.values())}, {sum(found.unfilled.values())} open"
        )


if __name__ == "__main__":
    main()
