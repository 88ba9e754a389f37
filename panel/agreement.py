"""How far assessors agree, and who scores high or low: the numbers alone, without the database.

`ordinal_alpha` is Krippendorff's alpha with the ordinal metric (K. Krippendorff, "Computing
Krippendorff's Alpha-Reliability", 2011); no package of it that we may use was found (the best known is
GPL). `leanings` is a mixed model, fitted by restricted maximum likelihood: cases are fixed effects,
assessors random ones, so that somebody with few cases is drawn towards the others (shrinkage).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

DRAWS = 1000
Z95 = 1.959964  # clarification 15


@dataclass(frozen=True)
class Alpha:
    """Agreement from −1 to 1 (1: always, 0: as by chance), with a 95% interval; `units` compared."""

    value: float
    low: float
    high: float
    units: int


def ordinal_alpha(
    units: Iterable[Sequence[int]], *, draws: int = DRAWS, seed: int = 1
) -> Alpha | None:
    """Krippendorff's alpha of the values (0, 1, 2 …) that each unit was given.

    A unit with fewer than two values says nothing about agreement and is left out. The interval
    draws units anew with replacement, from a fixed seed. None where there is nothing to compare or
    everybody always gave the same value.
    """
    import numpy as np

    compared = [list(unit) for unit in units if len(unit) > 1]
    if not compared:
        return None
    height = 1 + max(max(unit) for unit in compared)
    counts = np.zeros((len(compared), height))
    for row, unit in enumerate(compared):
        for value in unit:
            counts[row, value] += 1
    # Each unit's pairs of values, each value weighing one whatever the number of assessors.
    m = counts.sum(axis=1)
    pairs = (
        counts[:, :, None] * counts[:, None, :] - np.eye(height)[None] * counts[:, :, None]
    ) / (m - 1)[:, None, None]
    value = _alpha(pairs.sum(axis=0)[None])[0]
    if np.isnan(value):
        return None
    weights = np.random.default_rng(seed).multinomial(
        len(compared), np.full(len(compared), 1 / len(compared)), size=draws
    )
    drawn = _alpha(np.tensordot(weights, pairs, axes=1))
    low, high = np.nanquantile(drawn, [0.025, 0.975]) if draws else (value, value)
    return Alpha(float(value), float(low), float(high), len(compared))


def _alpha(coincidences: "np.ndarray") -> "np.ndarray":
    """Alpha of each matrix of coincidences (draws × values × values); nan without variation."""
    import numpy as np

    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    up_to = np.cumsum(totals, axis=1)
    # The distance of two values: the values between them, both ends counted half.
    between = (up_to[:, None, :] - up_to[:, :, None]) + (
        totals[:, :, None] - totals[:, None, :]
    ) / 2
    distance = between**2
    observed = (coincidences * distance).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)


@dataclass(frozen=True)
class Leaning:
    """How many points an assessor gives more (or, below 0, less) than the others on the same cases:
    drawn towards 0 the fewer cases there are, with a 95% interval."""

    points: float
    low: float
    high: float
    cases: int

    @property
    def is_clear(self) -> bool:
        """The interval leaves 0 out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Leanings:
    """Each assessor's leaning, and the variances of the fit: between assessors, and what is left."""

    by_assessor: Mapping[Any, Leaning]
    assessor_variance: float
    residual_variance: float

    def adjusted(self, totals: Mapping[Any, float]) -> float:
        """The mean of a case's totals {assessor: total} as if nobody leaned."""
        return sum(t - self.by_assessor[a].points for a, t in totals.items()) / len(totals)


def leanings(totals: Iterable[tuple[Hashable, Hashable, float]]) -> Leanings | None:
    """Fit (case, assessor, total from 0 to 100) by REML. None where nothing can be compared: fewer
    than two assessors, or no case with two totals beyond what the cases themselves explain.
    """
    import numpy as np
    from scipy.optimize import minimize_scalar

    rows = list(totals)
    cases = {case: n for n, case in enumerate(dict.fromkeys(case for case, _, _ in rows))}
    people = {who: n for n, who in enumerate(dict.fromkeys(who for _, who, _ in rows))}
    left = len(rows) - len(cases)
    if len(people) < 2 or left < 2:
        return None
    case_of = np.array([cases[case] for case, _, _ in rows])
    who_of = np.array([people[who] for _, who, _ in rows])
    given = np.array([float(total) for _, _, total in rows])
    per_case = np.zeros((len(cases), len(people)))
    np.add.at(per_case, (case_of, who_of), 1)
    size = per_case.sum(axis=1)
    # Everything within cases: what an assessor gave beside the mean of the case.
    mean = np.bincount(case_of, given) / size
    within = given - mean[case_of]
    cross = np.diag(per_case.sum(axis=0)) - per_case.T @ (per_case / size[:, None])
    against = np.bincount(who_of, within, minlength=len(people))
    total_square = float(within @ within)
    roots, vectors = np.linalg.eigh(cross)
    roots = np.clip(roots, 0, None)
    turned = vectors.T @ against

    def residual(ratio: float) -> float:
        return (total_square - float((ratio * turned**2 / (1 + ratio * roots)).sum())) / left

    def criterion(log_ratio: float) -> float:
        """Minus twice the restricted likelihood, up to a constant."""
        ratio = float(np.exp(log_ratio))
        return left * float(np.log(max(residual(ratio), 1e-12))) + float(
            np.log1p(ratio * roots).sum()
        )

    found = minimize_scalar(
        criterion, bounds=(-12.0, 12.0), method="bounded", options={"xatol": 1e-9}
    )
    ratio = float(np.exp(found.x))
    if criterion(-50.0) <= found.fun + 1e-9:  # no variance between assessors at all
        ratio = 0.0
    noise = residual(ratio)
    shrink = ratio / (1 + ratio * roots)
    effects = vectors @ (shrink * turned)
    # How sure that is, as a difference from the mean of all assessors: a level that they share cannot
    # be told from the cases' own.
    against_mean = np.eye(len(people)) - 1 / len(people)
    apart = against_mean @ vectors
    spread = np.sqrt(noise * ((apart**2) @ shrink))
    return Leanings(
        {
            who: Leaning(
                float(effects[n]),
                float(effects[n] - Z95 * spread[n]),
                float(effects[n] + Z95 * spread[n]),
                int(per_case[:, n].sum()),
            )
            for who, n in people.items()
        },
        ratio * noise,
        noise,
    )
