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
from outcomes.indicators import PANEL
from outcomes.reports import programme_figures
from outcomes.reports.learners import NO_AFTER, NO_BEFORE, TOO_FEW
from outcomes.reports.statistics import mean, median, median_interval
from tests.factories.impact import AT_RISK, AVOIDED, START, GrantSpec, ReportSpec, build, programme
from tests.recounts import RECOUNTS
from training.models import Activity

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
    ("admission", {}, AVOIDED, "improved"),
    ("admission", {}, AVOIDED | {"attested_by": "trainer"}, "same"),
    ("admission", {}, {"admission": "none_not_at_risk"}, "same"),
    ("admission", {}, {"admission": "admitted"}, "worse"),
    ("admission", {}, {"admission": "not_known"}, "missing"),
    ("readmitted", {}, {"readmitted": "no"}, "improved"),
    ("readmitted", {}, {"readmitted": "yes"}, "worse"),
    ("readmitted", {}, {"readmitted": "not_applicable"}, "not_eligible"),
    ("readmitted", {}, {}, "missing"),
    ("serious", {"serious_incidents": 2}, {"serious_incidents": 1}, "improved"),
    ("restrictive_grave", {"restrictive_grave": "yes"}, {"restrictive_grave": "no"}, "improved"),
    ("restrictive_grave", {"restrictive_grave": "no"}, {"restrictive_grave": "yes"}, "worse"),
    ("new_activity", {}, {"new_activity": "yes"}, "improved"),
    ("new_activity", {}, {"new_activity": "no"}, "same"),
    ("stress", {"stress": 7}, {"stress": 5}, "improved"),
    ("others_effect", {}, {"others_effect": "reduced", "others_count": 2}, "improved"),
    ("others_effect", {}, {"others_effect": "reduced", "others_count": 0}, "same"),
    ("others_effect", {}, {"others_effect": "declined"}, "missing"),
    ("health", {}, {"health": "better"}, "improved"),
    ("health", {}, {"health": "worse"}, "worse"),
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
    elsewhere = {"turnover", "family_hours", "weekly_cost", "goals", "confidence", "culture"}
    assert {code for code, *_ in CASES} == set(BY_CODE) - elsewhere


def test_turnover_is_compared_at_twelve_months_only():
    said = {"leavers": 5, "headcount": 10}
    early = row_of("turnover", grant(said, said, at=Point.M3), cut_off=date(2016, 2, 1))
    assert (early.due, early.missing) == (0, 0)
    late = row_of("turnover", grant(said, said | {"leavers": 2}, at=Point.M12))
    assert (late.due, late.improved) == (1, 1)


def test_family_hours_cost_and_goals_are_compared_point_by_point():
    def made(family, staff, goals):
        found = grant({}, {})
        found.staff = {Point.BASELINE: ("3", True), Point.M3: (staff, True)}
        found.family = {Point.BASELINE: 10, Point.M3: family}
        found.goals = {Point.BASELINE: [-1, -2], Point.M3: goals}
        return found

    specs = [made(5, "2", [0, 1]), made(40, "4", [-2, -2]), made(10, "3", [-2, -1]), grant({}, {})]
    for code in ("family_hours", "weekly_cost", "goals"):
        row = row_of(code, *specs)
        assert (row.improved, row.worse, row.same, row.missing) == (1, 1, 1, 1), code
    assert row_of("weekly_cost", *specs).changes == (-2000, 2000, 0)


def test_learners_are_compared_with_themselves_and_never_fewer_than_five():
    pairs = [(3, 7, 2), (4, 4, 14), (6, 5, 0), (2, 9, 1), (5, 8, 3)]
    apart = [(None, 9, 2), (4, None, 2), (4, 9, 15)]  # the last one answered too late

    def row(ratings):
        return row_of("confidence", GrantSpec(learners=9, ratings=ratings))

    found = row(pairs + apart)
    assert (found.improved, found.same, found.worse, found.missing) == (3, 1, 1, 4)
    assert found.due == 9
    assert sorted(found.changes) == [-1, 0, 3, 4, 7]
    assert dict(found.reasons) == {NO_BEFORE: 2, NO_AFTER: 2}
    few = row(pairs[:4] + apart)
    assert (few.both, few.missing, few.changes) == (0, 9, ())
    assert dict(few.reasons)[TOO_FEW] == 4


def test_last_completed_activity_decides_when_a_learner_answers_after():
    """OUT-14: within 14 days of the last activity, so an earlier answer is not the one."""
    round = programme()
    build(round, [GrantSpec(learners=6, ratings=[(3, 7, 2)] * 6)])
    first = Activity.objects.get()
    second = Activity.objects.get()
    second.pk, second.number, second.reference = None, 2, f"{first.grant.reference}-A2"
    second.save()
    held = first.sessions.get()
    marks = list(held.marks.all())
    held.pk, held.activity, held.reference = None, second, f"{first.grant.reference}-A2-S1"
    held.held_on = START + timedelta(days=40)
    held.save()
    for mark in marks:
        mark.pk, mark.session = None, held
        mark.save()
    panel = {r.measured.code: r for r in programme_figures(round.programme, CUT_OFF).panel}
    assert (panel["confidence"].both, panel["confidence"].missing) == (0, 6)
    early = programme_figures(round.programme, START + timedelta(days=20)).panel
    assert next(r for r in early if r.measured.code == "confidence").improved == 6


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

REASONS = ("not_known", "not_applicable", "declined")
RISK = {"green": 0, "amber": 1, "red": 2}
YES_NO = ("yes", "no")
# Every question that feeds the panel, with what may be said to it.
SAID = {
    "incidents": range(7),
    "serious_incidents": range(4),
    "restrictive": range(5),
    "restrictive_grave": YES_NO,
    "prn": range(5),
    "antipsychotic": ("none", "stopped", "reduced", "unchanged", "increased", "started"),
    "medicine_reviewed": YES_NO,
    "quality_of_life": range(4, 8),
    "outings": range(6),
    "new_activity": YES_NO,
    "family_wellbeing": range(4, 8),
    "health": ("better", "same", "worse"),
    "bed_nights": range(4),
    "admission": ("none_not_at_risk", "avoided", "admitted", "discharged_as_planned"),
    "contribution": ("0", "2"),
    "attested_by": ("clinician", "trainer"),
    "readmitted": YES_NO,
    "breakdown_risk": YES_NO,
    "breakdowns": range(3),
    "stability": tuple(RISK),
    "out_of_area": YES_NO,
    "leavers": range(4),
    "headcount": range(1, 4),
    "sick_days": range(4),
    "contracted_days": range(20, 23),
    "stress": range(4),
    "working_together": range(2, 6),
    "others_effect": ("avoided", "reduced", "none"),
    "others_count": range(3),
}
# Everything worse than before, or as little as can be said.
WORSE = {
    "incidents": (9,), "serious_incidents": (8,), "restrictive": (9,), "restrictive_grave": ("yes",),
    "prn": (9,), "antipsychotic": ("increased",), "medicine_reviewed": ("no",),
    "quality_of_life": (0,), "outings": (0,), "family_wellbeing": (0,), "health": ("worse",),
    "bed_nights": (50,), "admission": ("admitted",), "readmitted": ("yes",), "breakdowns": (3,),
    "stability": ("red",), "out_of_area": ("yes",), "stress": (9,), "working_together": (1,),
    "others_effect": ("none",), "others_count": (0,),
}  # fmt: skip
RATES = {"incidents": "incidents", "serious": "serious_incidents", "restrictive": "restrictive",
         "prn": "prn", "outings": "outings"}  # fmt: skip
PLAIN = ("quality_of_life", "family_wellbeing", "working_together", "stress")
WORDS = {
    "restrictive_grave": 0,
    "out_of_area": 0,
    "medicine_reviewed": 1,
}  # the better answer is "yes"?
HIGHER = ("quality_of_life", "outings", "family_wellbeing", "working_together")
SINCE = {"new_activity": ("yes", None), "health": ("better", "worse")}


def said_from(source, reasons=REASONS):
    return st.fixed_dictionaries(
        {},
        optional={
            item: st.sampled_from([*values, *values, *reasons]) for item, values in source.items()
        },
    )


def reports_from(answers):
    return st.tuples(answers, st.integers(0, 28), st.booleans())


def grants_from(before, after):
    return st.tuples(
        reports_from(before),
        st.dictionaries(st.sampled_from(list(FOLLOW_UPS)), reports_from(after)),
    )


mixed = grants_from(said_from(SAID), said_from(SAID))
worse_only = grants_from(
    st.fixed_dictionaries({item: st.sampled_from(list(v)) for item, v in SAID.items()}),
    st.fixed_dictionaries({item: st.sampled_from(v) for item, v in WORSE.items()}),
)
silent = grants_from(
    st.just(dict.fromkeys(SAID, "not_known")), st.just(dict.fromkeys(SAID, "declined"))
)
drawn_programmes = st.one_of(
    st.lists(mixed, min_size=1, max_size=1),
    st.lists(mixed, min_size=2, max_size=5),
    st.lists(worse_only, min_size=1, max_size=3),
    st.lists(silent, min_size=1, max_size=3),
    st.lists(st.one_of(mixed, worse_only, silent), min_size=2, max_size=5),
)


def spec_of(number, drawn):
    (before, days, has_baseline), later = drawn
    held = {}
    if has_baseline:
        held[Point.BASELINE] = ReportSpec(before, accepted_on=BASELINE_ON, risk=AT_RISK, days=days)
    for point, (answers, observed, is_in) in later.items():
        on = START + timedelta(days=FOLLOW_UPS[point]) if is_in else None
        held[point] = ReportSpec(answers, accepted_on=on, days=observed)
    return GrantSpec(number, reports=held)


def real(answers, item):
    found = answers.get(item)
    return None if found in REASONS else found


def figure_in(code, answers, days, period):
    """One number of one report under one line; None is missing."""
    if code in RATES:
        events = real(answers, RATES[code])
        return None if events is None or not days else Fraction(events * 28, days)
    if code == "bed_days":
        nights = real(answers, "bed_nights")
        return None if nights is None else Fraction(nights * 91, period)
    if code in ("turnover", "sickness"):
        part, whole = (
            ("leavers", "headcount") if code == "turnover" else ("sick_days", "contracted_days")
        )
        part, whole = real(answers, part), real(answers, whole)
        return None if part is None or not whole else Fraction(part * 100, whole)
    said = real(answers, code)
    return None if said is None else Fraction(said)


def one(code, drawn):
    """(what one grant counts as under a line, its change) in plain Python; None where it does not apply."""
    (before, days, has_baseline), later = drawn
    points = [Point.M12] if code == "turnover" else list(FOLLOW_UPS)
    accepted = [(p, *later[p][:2]) for p in points if p in later and later[p][2]]
    if code == "breakdowns" and has_baseline and real(before, "breakdown_risk") == "no":
        return None
    if not accepted:
        return "missing", None
    point, after, observed = accepted[-1]
    if code == "admission":
        said = real(after, "admission")
        avoided = (
            said == "avoided"
            and has_baseline
            and real(after, "bed_nights") == 0
            and real(after, "contribution") == "2"
            and real(after, "attested_by") == "clinician"
        )
        if said is None:
            return "missing", None
        if avoided or said == "discharged_as_planned":
            return "improved", None
        return ("worse" if said == "admitted" else "same"), None
    if code == "others_effect":
        effect, count = real(after, "others_effect"), real(after, "others_count")
        if effect is None:
            return "missing", None
        return ("improved" if effect != "none" and (count or 0) >= 1 else "same"), None
    if code == "readmitted":
        every = [answers.get("readmitted") for _, answers, _ in accepted]
        if "yes" in every:
            return "worse", None
        if "no" in every:
            return "improved", None
        return None if set(every) == {"not_applicable"} else ("missing", None)
    if code in SINCE:
        said, (good, bad) = real(after, code), SINCE[code]
        if said is None:
            return "missing", None
        return ("improved" if said == good else "worse" if said == bad else "same"), None
    if not has_baseline:
        return "missing", None
    if code == "breakdowns":
        risk, count = real(before, "breakdown_risk"), real(after, "breakdowns")
        if risk is None or count is None:
            return "missing", None
        return ("improved" if count == 0 else "worse"), None
    if code == "antipsychotic":
        said = real(after, code)
        if said is None:
            return "missing", None
        good, bad = said in ("reduced", "stopped"), said in ("increased", "started")
        return ("improved" if good else "worse" if bad else "same"), None
    if code in WORDS or code == "stability":
        then, now = real(before, code), real(after, code)
        if then is None or now is None:
            return "missing", None
        if then == now:
            return "same", None
        if code == "stability":
            return ("improved" if RISK[now] < RISK[then] else "worse"), None
        return ("improved" if (now == "yes") == bool(WORDS[code]) else "worse"), None
    then = figure_in(code, before, days, 91)
    now = figure_in(code, after, observed, 183 if point == Point.M12 else 91)
    if then is None or now is None:
        return "missing", None
    gain = now - then if code in HIGHER else then - now
    if gain == 0 or (code == "quality_of_life" and abs(gain) < 1):
        return "same", now - then
    return ("improved" if gain > 0 else "worse"), now - then


RECOUNTED = [*RATES, *PLAIN, *WORDS, *SINCE, "bed_days", "turnover", "sickness", "stability",
             "antipsychotic", "breakdowns", "admission", "others_effect", "readmitted"]  # fmt: skip


@settings(
    max_examples=RECOUNTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=drawn_programmes)
def test_panel_equals_a_recount(db, drawn):
    round = programme()
    build(round, [spec_of(n, grant) for n, grant in enumerate(drawn)])
    panel = {r.measured.code: r for r in programme_figures(round.programme, CUT_OFF).panel}
    elsewhere = {"family_hours", "weekly_cost", "goals", "confidence", "culture"}
    assert set(RECOUNTED) == set(panel) - elsewhere
    names = ("improved", "same", "worse", "missing")
    for code in RECOUNTED:
        row = panel[code]
        found = [judged for grant in drawn if (judged := one(code, grant)) is not None]
        counts = Counter(moved for moved, _ in found)
        assert {n: getattr(row, n) for n in names} == {n: counts[n] for n in names}, code
        assert (row.due, row.not_eligible) == (len(found), len(drawn) - len(found)), code
        assert sorted(row.changes) == sorted(c for _, c in found if c is not None), code
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
