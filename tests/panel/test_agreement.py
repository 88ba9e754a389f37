"""Agreement and leanings against numbers that others published, and against what must hold."""

import math
from random import Random

import pytest

from panel.agreement import leanings, ordinal_alpha

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part C: four observers,
# twelve units, some of them missing. Published there: ordinal 0.815.
KRIPPENDORFF = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# O. L. Davies and P. L. Goldsmith, "Statistical Methods in Research and Production" (4th edition, 1972),
# section 6.6: six samples of penicillin on each of 24 plates. Fitted by lme4 (D. Bates, "lme4:
# Mixed-effects modeling with R", 2010, chapter 2): variances 3.731 (samples) and 0.302 (residual), and the
# conditional modes of the samples below. In a complete design it makes no difference to these whether
# the plates are fixed or random.
PENICILLIN = """27,23,26,23,23,21 27,23,26,23,23,21 25,21,25,24,24,20 26,23,25,23,23,20 25,22,26,22,23,20
24,22,25,23,22,19 24,20,23,21,22,19 26,22,26,24,24,21 24,21,24,22,22,20 24,21,24,23,22,19
26,23,26,24,24,21 25,22,26,24,24,20 26,24,26,24,25,22 26,23,26,23,23,20 26,23,25,24,24,22
25,22,25,23,23,20 25,21,24,23,23,20 25,22,24,23,23,19 24,21,23,21,21,19 26,23,26,24,24,21
25,21,24,22,22,18 25,22,25,22,22,20 24,21,24,22,24,19 24,21,24,22,21,18"""
SAMPLES = {"A": 2.187, "B": -1.010, "C": 1.938, "D": -0.097, "E": -0.014, "F": -3.004}

# There too: the intercept 22.972, the variance of the plates 0.717, and the modes of the plates a to x.
# They fix the total of every plate, so that no cell can be mistaken without its being seen.
PLATES = """.80454 .80454 .18167 .33739 .02595 -.44120 -1.37551 .80454 -.75264 -.75264 .96027 .49310
1.42742 .49310 .96027 .02595 -.28548 -.28548 -1.37551 .96027 -.90835 -.28548 -.59692 -1.21979"""


def units_of(rows):
    return [
        [int(value) for value in unit if value != "."]
        for unit in zip(*(row.split() for row in rows), strict=True)
    ]


def test_alpha_equals_the_published_one():
    found = ordinal_alpha(units_of(KRIPPENDORFF))
    assert round(found.value, 3) == 0.815
    assert found.units == 11  # the twelfth has one value, and is compared with nothing
    assert found.low < found.value < found.high <= 1


def test_alpha_at_its_ends():
    agree = [[n % 6] * 3 for n in range(30)]
    assert ordinal_alpha(agree).value == 1
    assert ordinal_alpha([[4, 4], [4, 4]]) is None  # no variation: nothing can be said
    assert ordinal_alpha([[3], [2]]) is None
    assert ordinal_alpha([]) is None
    assert ordinal_alpha([[0, 5], [5, 0], [0, 5], [5, 0]]).value < 0
    draw = Random(3)
    chance = ordinal_alpha([[draw.randrange(6) for _ in range(3)] for _ in range(600)])
    assert chance.low < 0 < chance.high
    assert abs(chance.value) < 0.1


def test_alpha_does_not_care_who_or_in_which_order():
    units = units_of(KRIPPENDORFF)
    again = [list(reversed(unit)) for unit in reversed(units)]
    assert math.isclose(ordinal_alpha(again).value, ordinal_alpha(units).value)
    assert ordinal_alpha(units) == ordinal_alpha(units)


def test_the_data_are_those_that_were_published():
    """Mean and modes of the plates, worked out from the cells, are the published ones."""
    cells = [[int(value) for value in plate.split(",")] for plate in PENICILLIN.split()]
    mean = sum(map(sum, cells)) / 144
    assert round(mean, 3) == 22.972
    drawn_in = 6 * 0.71691 / (6 * 0.71691 + 0.30242)
    modes = [(sum(plate) / 6 - mean) * drawn_in for plate in cells]
    for mode, published in zip(modes, PLATES.split(), strict=True):
        assert abs(mode - float(published)) < 0.0001


def test_leanings_equal_the_published_fit():
    rows = [
        (plate, sample, float(value))
        for plate, given in enumerate(PENICILLIN.split())
        for sample, value in zip("ABCDEF", given.split(","), strict=True)
    ]
    fit = leanings(rows)
    assert round(fit.assessor_variance, 3) == 3.731
    assert round(fit.residual_variance, 4) == 0.3024
    assert {who: round(x.points, 3) for who, x in fit.by_assessor.items()} == SAMPLES


def drawn(seed, *, cases, lean, noise, per_case=3):
    draw = Random(seed)
    rows = []
    for case in range(cases):
        worth = draw.uniform(30, 90)
        for who in draw.sample(sorted(lean), per_case):
            rows.append((case, who, worth + lean[who] + draw.gauss(0, noise)))
    return rows


def test_a_harsh_and_a_lenient_assessor_are_found_and_taken_out():
    lean = {"harsh": -9.0, "lenient": 9.0, "a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0}
    fit = leanings(drawn(1, cases=150, lean=lean, noise=3))
    found = fit.by_assessor
    assert {who for who in found if found[who].is_clear} == {"harsh", "lenient"}
    for who, points in lean.items():
        assert abs(found[who].points - points) < 2, who
    # A case judged by the harsh one and two others, each at what it is worth plus their leaning.
    raw = {"harsh": 51.0, "a": 60.0, "b": 60.0}
    assert abs(fit.adjusted(raw) - 60) < 1.5
    assert sum(raw.values()) / 3 == 57


def test_few_cases_are_drawn_towards_nothing():
    lean = {"new": -8.0, "a": 0.0, "b": 2.0, "c": -2.0, "d": 1.0}
    rows = drawn(2, cases=80, lean={k: v for k, v in lean.items() if k != "new"}, noise=4)
    rows += [(0, "new", next(t for c, _, t in rows if c == 0) - 12)]
    fit = leanings(rows).by_assessor
    assert -12 < fit["new"].points < 0
    assert fit["new"].high - fit["new"].low > fit["a"].high - fit["a"].low
    assert fit["new"].cases == 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(1, "a", 60.0)],
        [(1, "a", 60.0), (1, "b", 70.0)],
        [(n, "a", 60.0) for n in range(5)],
        [(n, "ab"[n % 2], 60.0 + n) for n in range(6)],
    ],
)
def test_nothing_to_compare_is_said(rows):
    assert leanings(rows) is None


def test_without_any_leaning_nothing_moves():
    fit = leanings([(n, who, 50.0 + n) for n in range(20) for who in "abc"])
    assert {round(x.points, 6) for x in fit.by_assessor.values()} == {0.0}
    assert not any(x.is_clear for x in fit.by_assessor.values())
