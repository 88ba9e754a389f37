"""The indicator panel against a recount in plain Python over programmes made at random."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isnan

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import quantile_test

from outcomes.enums import Point
from outcomes.reports import programme_figures
from outcomes.reports.changes import PANEL
from outcomes.reports.statistics import mean, median, median_interval
from tests.factories.impact import AT_RISK, START, GrantSpec, ReportSpec, build, programme

pytestmark = pytest.mark.django_db
CUT_OFF = date(2016, 12, 31)
BASELINE_ON = date(2015, 9, 14)
FOLLOW_UPS = {Point.M3: 91, Point.M6: 182, Point.M12: 365}
BY_CODE = {m.code: m for m in PANEL}


def grant(before, after=None, *, at=Point.M3, number=0, more=None):
    reports = {Point.BASELINE: ReportSpec(before, accepted_on=BASELINE_ON, risk=AT_RISK)}
    if after is not None:
        reports[at] = ReportSpec(after, accepted_on=START + timedelta(days=FOLLOW_UPS[at]))
    return GrantSpec(number, reports=reports | (more or {}))


def row_of(code, *specs, cut_off=CUT_OFF):
    round = programme()
    build(round, list(specs))
    found = programme_figures(round.programme, cut_off)
    return next(r for r in found.panel if r.measured.code == code)


CASES = [
    # code, before, after, what it counts as
    ("incidents", {"incidents": 10}, {"incidents": 9}, "improved"),
    ("incidents", {"incidents": 10}, {"incidents": 10}, "same"),
    ("incidents", {"incidents": 0}, {"incidents": 1}, "worse"),
    ("incidents", {"incidents": 10}, {"incidents": "not_known"}, "missing"),
    ("incidents", {}, {"incidents": 0}, "missing"),
    ("incidents", {"incidents": 10}, None, "missing"),
    ("restrictive", {"restrictive": 2}, {"restrictive": 0}, "improved"),
    ("prn", {"prn": "not_applicable"}, {"prn": 0}, "missing"),
    ("quality_of_life", {"quality_of_life": 5}, {"quality_of_life": 6}, "improved"),
    ("quality_of_life", {"quality_of_life": 5}, {"quality_of_life": "5.5"}, "same"),
    ("quality_of_life", {"quality_of_life": 5}, {"quality_of_life": 4}, "worse"),
    ("outings", {"outings": 4}, {"outings": 9}, "improved"),
    ("bed_days", {"bed_nights": 20}, {"bed_nights": 0}, "improved"),
    ("stability", {"stability": "red"}, {"stability": "amber"}, "improved"),
    ("stability", {"stability": "green"}, {"stability": "red"}, "worse"),
    ("out_of_area", {"out_of_area": "yes"}, {"out_of_area": "no"}, "improved"),
    ("antipsychotic", {}, {"antipsychotic": "reduced"}, "improved"),
    ("antipsychotic", {}, {"antipsychotic": "started"}, "worse"),
    ("antipsychotic", {}, {"antipsychotic": "none"}, "same"),
    ("medicine_reviewed", {"medicine_reviewed": "no"}, {"medicine_reviewed": "yes"}, "improved"),
    ("breakdowns", {"breakdown_risk": "yes"}, {"breakdowns": 0}, "improved"),
    ("breakdowns", {"breakdown_risk": "yes"}, {"breakdowns": 1}, "worse"),
    ("breakdowns", {"breakdown_risk": "no"}, {"breakdowns": 0}, "not_eligible"),
    ("breakdowns", {}, {"breakdowns": 0}, "missing"),
    ("sickness", {"sick_days": 5, "contracted_days": 100}, {"sick_days": 4, "contracted_days": 100}, "improved"),
    ("sickness", {"sick_days": 5, "contracted_days": 100}, {"sick_days": 4}, "missing"),
    ("family_wellbeing", {"family_wellbeing": 5}, {"family_wellbeing": 6}, "improved"),
    ("working_together", {"working_together": 4}, {"working_together": 3}, "worse"),
]  # fmt: skip


def test_each_indicator_counts_as_its_definition_says():
    seen = []
    for code, before, after, _ in CASES:
        before, after = (
            {k: Decimal(v) if v == "5.5" else v for k, v in said.items()}
            if said is not None
            else None
            for said in (before, after)
        )
        row = row_of(code, grant(before, after))
        counts = ("improved", "same", "worse", "missing", "not_eligible")
        seen.append((code, *[name for name in counts if getattr(row, name)]))
    assert seen == [(code, wanted) for code, _, _, wanted in CASES]
    assert {code for code, *_ in CASES} == set(BY_CODE) - {"turnover"}


def test_turnover_is_compared_at_twelve_months_only():
    said = {"leavers": 5, "headcount": 10}
    early = row_of("turnover", grant(said, said, at=Point.M3), cut_off=date(2016, 2, 1))
    assert (early.due, early.missing) == (0, 0)
    late = row_of("turnover", grant(said, said | {"leavers": 2}, at=Point.M12))
    assert (late.due, late.improved) == (1, 1)


def test_reasons_are_counted_and_worse_is_said_as_plainly():
    row = row_of(
        "incidents",
        grant({"incidents": 4}, {"incidents": "declined"}, number=0),
        grant({"incidents": 4}, {"incidents": "not_known"}, number=1),
        grant({"incidents": 4}, None, number=2),
        grant({"incidents": 4}, {"incidents": 8}, number=3),
    )
    assert dict(row.reasons) == {
        "would rather not say": 1,
        "not known": 1,
        "no accepted report": 1,
    }
    assert (row.worse, row.improved, row.both, row.due) == (1, 0, 1, 4)


# --- a recount ----------------------------------------------------------------------------------

NUMBERS = {
    # code → (items, higher is better, the least gain)
    "incidents": ("incidents", False, 0),
    "restrictive": ("restrictive", False, 0),
    "prn": ("prn", False, 0),
    "quality_of_life": ("quality_of_life", True, 1),
    "outings": ("outings", True, 0),
    "family_wellbeing": ("family_wellbeing", True, 0),
}
RATES = ("incidents", "restrictive", "prn", "outings")
REASONS = ("not_known", "not_applicable", "declined")
said = st.fixed_dictionaries(
    {},
    optional={
        item: st.one_of(st.integers(0, 6), st.sampled_from(REASONS))
        for item, _, _ in NUMBERS.values()
    },
)
reports = st.builds(
    lambda answers, days, is_in: (answers, days, is_in),
    said,
    st.integers(0, 28),
    st.booleans(),
)
grants = st.tuples(reports, st.dictionaries(st.sampled_from(list(FOLLOW_UPS)), reports))


def spec_of(number, drawn):
    (before, days, has_baseline), later = drawn
    held = {}
    if has_baseline:
        held[Point.BASELINE] = ReportSpec(before, accepted_on=BASELINE_ON, risk=AT_RISK, days=days)
    for point, (answers, observed, is_in) in later.items():
        on = START + timedelta(days=FOLLOW_UPS[point]) if is_in else None
        held[point] = ReportSpec(answers, accepted_on=on, days=observed)
    return GrantSpec(number, reports=held)


def recount(drawn, code):
    item, higher, least = NUMBERS[code]
    found, changes = Counter(), []
    for (before, days, has_baseline), later in drawn:
        accepted = [later[point] for point in FOLLOW_UPS if point in later and later[point][2]]
        if not accepted or not has_baseline:
            found["missing"] += 1
            continue
        values = []
        for answers, observed in ((before, days), accepted[-1][:2]):
            value = answers.get(item)
            if not isinstance(value, int) or (code in RATES and not observed):
                values.append(None)
            else:
                values.append(Fraction(value * 28, observed) if code in RATES else Fraction(value))
        if None in values:
            found["missing"] += 1
            continue
        gain = (values[1] - values[0]) * (1 if higher else -1)
        changes.append(values[1] - values[0])
        if gain == 0 or abs(gain) < least:
            found["same"] += 1
        else:
            found["improved" if gain > 0 else "worse"] += 1
    return found, sorted(changes)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.lists(grants, min_size=1, max_size=6))
def test_panel_equals_a_recount(db, drawn):
    round = programme()
    build(round, [spec_of(n, one) for n, one in enumerate(drawn)])
    panel = {r.measured.code: r for r in programme_figures(round.programme, CUT_OFF).panel}
    for code in NUMBERS:
        row, (wanted, changes) = panel[code], recount(drawn, code)
        names = ("improved", "same", "worse", "missing")
        assert {n: getattr(row, n) for n in names} == {n: wanted[n] for n in names}
        assert row.due == len(drawn)
        assert sorted(row.changes) == changes
        assert sum(count for _, count in row.reasons) == row.missing


# --- statistics ---------------------------------------------------------------------------------


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=40))
def test_interval_of_a_median_is_that_of_the_library(values):
    """Our few lines against scipy's own quantile test."""
    found = median_interval([Fraction(v) for v in values])
    theirs = quantile_test([float(v) for v in values], p=0.5).confidence_interval(0.95)
    if isnan(theirs.low) or isnan(theirs.high):
        assert found is None
    else:
        assert found == (theirs.low, theirs.high)
        assert found[0] <= median(values) <= found[1]


def test_mean_is_exact_and_nothing_has_none():
    assert mean([1, 2, Fraction(1, 3)]) == Fraction(10, 9)
    assert mean([]) is None
    assert median_interval([]) is None


def test_few_pairs_give_counts_and_no_mean():
    few = row_of(
        "incidents", *[grant({"incidents": 4}, {"incidents": 2}, number=n) for n in range(7)]
    )
    assert (few.improved, few.mean, few.median) == (7, None, None)
    enough = row_of(
        "incidents", *[grant({"incidents": 4}, {"incidents": 2}, number=n) for n in range(8)]
    )
    assert (enough.mean, enough.median) == (-2, -2)
