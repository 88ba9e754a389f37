"""What is computed from one report or a pair: pure functions, tables of cases."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from outcomes import indicators
from outcomes.enums import AnswerStatus, Movement, Point, Verdict
from outcomes.indicators import Measures, Risk, Value, rounded


@pytest.mark.parametrize(
    ("events", "days", "shown"),
    [
        (19, 30, "17.73"),
        (22, 28, "22.00"),
        (0, 28, "0.00"),
        (1, 27, "1.04"),
        (None, 28, None),
        (5, None, None),
        (5, 0, None),
    ],
)
def test_rate_in_28_days(events, days, shown):
    found = rounded(indicators.rate28(events, days))
    assert found == (shown and Decimal(shown))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(4, 9, "44.4"), (1, 9, "11.1"), (0, 9, "0.0"), (None, 9, None), (4, None, None), (4, 0, None)],
)
def test_turnover_in_percent(part, whole, shown):
    assert rounded(indicators.percentage(part, whole), 1) == (shown and Decimal(shown))


def test_bed_days_of_183_days_are_brought_to_91():
    assert indicators.bed_days_per_91(183, 183) == 91
    assert indicators.bed_days_per_91(0, 91) == 0
    assert indicators.bed_days_per_91(None, 91) is None


def test_rounding_is_half_up():
    assert rounded(Fraction(1, 8), 2) == Decimal("0.13")
    assert rounded(Fraction(5, 2), 0) == Decimal(3)


def test_every_item_is_asked_somewhere_and_named_once():
    codes = [item.code for item in indicators.ITEMS]
    assert len(codes) == len(set(codes))
    assert all(item.points for item in indicators.ITEMS)
    assert all(item.choices for item in indicators.ITEMS if item.is_choice)


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("incidents", {"baseline", "m3", "m6", "m12"}),
        ("breakdown_risk", {"baseline"}),
        ("leavers", {"baseline", "m12"}),
        ("admission", {"m3", "m6", "m12"}),
        ("others_count", {"m3", "m6", "m12"}),
        ("others_effect", {"m3", "m6", "m12"}),
    ],
)
def test_when_an_item_is_asked(code, points):
    assert {str(p) for p in indicators.BY_CODE[code].points} == points


def test_missing_answers_stay_missing_in_the_measures():
    said = {
        "incidents": Value(status=AnswerStatus.NOT_KNOWN),
        "restrictive": Value(number=Decimal(0)),
    }
    found = indicators.measures(said, point=Point.M3, days_observed=28)
    assert (found.incidents, found.serious, found.restrictive) == (None, None, 0)


# --- the safe reduction -----------------------------------------------------------------------

BEFORE = Measures(
    serious=Fraction(5),
    restrictive=Fraction(9),
    quality_of_life=Decimal(4),
    ratio=Fraction(448, 168),
    is_confirmed=True,
    rater="joint",
)
AFTER = Measures(
    serious=Fraction(1),
    restrictive=Fraction(2),
    quality_of_life=Decimal(6),
    ratio=Fraction(280, 168),
    is_confirmed=True,
    rater="joint",
)


def test_heron_at_six_months_is_a_safe_reduction():
    found = indicators.safe_reduction(BEFORE, AFTER)
    assert found.verdict == Verdict.YES
    assert [g.verdict for g in found.guardrails] == [Verdict.YES] * 5
    assert found.guardrails[0].detail == "2.67 : 1 at baseline, 1.67 : 1 now"
    assert found.sentence == "All five are met, so this counts as a safe reduction."


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ratio": Fraction(448, 168)}, "ratio"),
        ({"ratio": Fraction(500, 168)}, "ratio"),
        ({"serious": Fraction(51, 10)}, "serious"),
        ({"restrictive": Fraction(9001, 1000)}, "restrictive"),
        ({"quality_of_life": Decimal(3)}, "quality_of_life"),
        ({"is_confirmed": False}, "confirmed"),
    ],
)
def test_one_failing_guardrail_makes_it_unsafe(change, code):
    found = indicators.safe_reduction(BEFORE, replace(AFTER, **change))
    assert found.verdict == Verdict.NO
    assert [g.code for g in found.failing] == [code]
    assert found.failing[0].verdict == Verdict.NO


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("ratio", "ratio"),
        ("serious", "serious"),
        ("restrictive", "restrictive"),
        ("quality_of_life", "quality_of_life"),
        ("is_confirmed", "confirmed"),
    ],
)
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_missing_figure_cannot_be_shown_and_is_never_safe(field, code, side):
    before = replace(BEFORE, **{field: None}) if side == "before" else BEFORE
    after = replace(AFTER, **{field: None}) if side == "after" else AFTER
    found = indicators.safe_reduction(before, after)
    if field == "is_confirmed" and side == "before":
        assert found.verdict == Verdict.YES  # the after version is what must be confirmed
        return
    assert found.verdict == Verdict.CANNOT_SHOW
    assert [g.code for g in found.failing] == [code]


def test_without_a_baseline_nothing_can_be_shown():
    found = indicators.safe_reduction(None, AFTER)
    assert found.verdict == Verdict.CANNOT_SHOW
    assert len(found.failing) == 4


def test_equal_figures_pass_but_an_equal_ratio_is_no_reduction():
    same = replace(AFTER, serious=Fraction(5), restrictive=Fraction(9), quality_of_life=Decimal(4))
    assert indicators.safe_reduction(BEFORE, same).verdict == Verdict.YES


def test_a_changed_rater_is_said_and_still_compared():
    found = indicators.safe_reduction(BEFORE, replace(AFTER, rater="staff"))
    assert (found.verdict, found.rater_changed) == (Verdict.YES, True)


# --- movements --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "before", "after", "movement"),
    [
        ("incidents", Fraction(22), Fraction(9), Movement.IMPROVED),
        ("incidents", Fraction(9), Fraction(22), Movement.WORSE),
        ("incidents", Fraction(9), Fraction(9), Movement.SAME),
        ("incidents", None, Fraction(9), Movement.MISSING),
        ("outings", Fraction(5), Fraction(11), Movement.IMPROVED),
        ("quality_of_life", Decimal(4), Decimal(5), Movement.IMPROVED),
        ("quality_of_life", Decimal(4), Decimal("4.5"), Movement.SAME),
        ("quality_of_life", Decimal(4), Decimal(3), Movement.WORSE),
        ("stability", "red", "amber", Movement.IMPROVED),
        ("stability", "green", "red", Movement.WORSE),
        ("out_of_area", "yes", "no", Movement.IMPROVED),
        ("out_of_area", "no", "yes", Movement.WORSE),
        ("medicine_reviewed", "no", "yes", Movement.IMPROVED),
        ("antipsychotic", None, "reduced", Movement.IMPROVED),
        ("antipsychotic", "none", "started", Movement.WORSE),
        ("antipsychotic", "none", "unchanged", Movement.SAME),
        ("antipsychotic", "none", None, Movement.MISSING),
        ("family_wellbeing", Decimal(3), Decimal(6), Movement.IMPROVED),
    ],
)
def test_how_an_item_moved(code, before, after, movement):
    assert indicators.movement(code, before, after) == movement


@pytest.mark.parametrize(
    ("before", "after", "material"),
    [
        (Fraction(22), Fraction(15), True),
        (Fraction(10), Fraction(8), True),
        (Fraction(11), Fraction(9), False),
        (Fraction(2), Fraction(1), False),
        (Fraction(0), Fraction(0), False),
        (None, Fraction(0), None),
    ],
)
def test_a_material_drop_is_a_fifth_and_two_events(before, after, material):
    if (before, after) == (Fraction(11), Fraction(9)):
        assert Fraction(2, 11) < Fraction(1, 5)
    assert indicators.is_material_drop(before, after) == material


# --- OUT-01 -----------------------------------------------------------------------------------

AT_RISK = Risk("community_at_risk", "red", ("dsr",), date(2025, 5, 1), date(2025, 7, 1))


@pytest.mark.parametrize(
    ("risk", "evidenced"),
    [
        (AT_RISK, True),
        (replace(AT_RISK, dsr_rating="amber"), True),
        (replace(AT_RISK, dsr_rating="green"), False),
        (replace(AT_RISK, dsr_rating="green", evidence=("ctr",)), True),
        (
            replace(AT_RISK, dsr_rating="green", evidence=("ctr",), evidence_on=date(2024, 12, 31)),
            False,
        ),
        (replace(AT_RISK, dsr_rating="green", evidence=("ctr",), evidence_on=None), False),
        (replace(AT_RISK, dsr_rating="not_known", evidence=("clinician_letter",)), True),
        (replace(AT_RISK, dsr_rating="not_known", evidence=("commissioner_letter",)), True),
        (replace(AT_RISK, dsr_rating="not_known", evidence=()), False),
        (replace(AT_RISK, cohort="inpatient_planned_discharge"), False),
        (replace(AT_RISK, cohort=""), False),
    ],
)
def test_evidence_of_risk(risk, evidenced):
    assert risk.is_evidenced is evidenced


def said(**more):
    """An admission avoided with all four conditions, but for `more`."""
    answers = {
        "admission": "avoided",
        "bed_nights": 0,
        "contribution": "2",
        "attested_by": "registered_manager",
    } | more
    found = {}
    for code, answer in answers.items():
        if answer is None:
            continue
        if isinstance(answer, AnswerStatus):
            found[code] = Value(status=answer)
        elif isinstance(answer, int):
            found[code] = Value(number=Decimal(answer))
        else:
            found[code] = Value(choice=answer)
    return found


@pytest.mark.parametrize(
    ("more", "risk", "refused"),
    [
        ({}, AT_RISK, set()),
        ({}, None, {"admission"}),
        ({}, replace(AT_RISK, cohort=""), {"admission"}),
        ({"bed_nights": 1}, AT_RISK, {"bed_nights"}),
        ({"bed_nights": None}, AT_RISK, {"bed_nights"}),
        ({"bed_nights": AnswerStatus.NOT_KNOWN}, AT_RISK, {"bed_nights"}),
        ({"contribution": "0"}, AT_RISK, {"contribution"}),
        ({"contribution": AnswerStatus.NOT_KNOWN}, AT_RISK, {"contribution"}),
        ({"attested_by": "trainer"}, AT_RISK, {"attested_by"}),
        ({"attested_by": None}, AT_RISK, {"attested_by"}),
        ({"admission": "delayed", "days_later": 28}, None, set()),
        ({"admission": "delayed", "days_later": 27}, None, {"days_later"}),
        ({"admission": "delayed"}, None, {"days_later"}),
        ({"admission": "shortened", "bed_nights": 40, "comparator_nights": 50}, None, set()),
        (
            {"admission": "shortened", "bed_nights": 41, "comparator_nights": 50},
            None,
            {"comparator_nights"},
        ),
        ({"admission": "shortened", "bed_nights": 40}, None, {"comparator_nights"}),
        (
            {"admission": "shortened", "bed_nights": 0, "comparator_nights": 0},
            None,
            {"comparator_nights"},
        ),
        ({"admission": "admitted", "attested_by": None}, None, set()),
        ({"admission": "none_not_at_risk", "attested_by": None}, None, set()),
        ({"admission": "discharged_as_planned", "attested_by": None}, None, set()),
        ({"admission": AnswerStatus.NOT_KNOWN}, None, set()),
    ],
)
def test_conditions_of_a_claim_about_an_admission(more, risk, refused):
    assert set(indicators.admission_problems(said(**more), risk)) == refused


@pytest.mark.parametrize(
    ("said", "point", "days_observed", "refused"),
    [
        ({"incidents": 3, "serious_incidents": 4}, Point.M3, 28, {"serious_incidents"}),
        ({"serious_incidents": 4}, Point.M3, 28, set()),
        ({"sick_days": 10, "contracted_days": 9}, Point.M3, 28, {"sick_days"}),
        ({"bed_nights": 91}, Point.BASELINE, 28, set()),
        ({"bed_nights": 92}, Point.BASELINE, 28, {"bed_nights"}),
        ({"bed_nights": 92}, Point.M3, 28, {"bed_nights"}),
        ({"bed_nights": 92}, Point.M6, 28, {"bed_nights"}),
        ({"bed_nights": 183}, Point.M12, 28, set()),
        ({"bed_nights": 184}, Point.M12, 28, {"bed_nights"}),
        ({"incidents": 1}, Point.M3, 0, {"days_observed"}),
        ({"outings": 1}, Point.M3, 0, {"days_observed"}),
        ({"incidents": 0, "restrictive": 0}, Point.M3, 0, set()),
        ({"incidents": 1}, Point.M3, 1, set()),
        ({"incidents": 1}, Point.M3, None, set()),
    ],
)
def test_answers_that_contradict_each_other_or_the_period_are_refused(
    said, point, days_observed, refused
):
    answers = {code: Value(number=Decimal(number)) for code, number in said.items()}
    found = indicators.answer_problems(answers, point=point, days_observed=days_observed)
    assert set(found) == refused


def test_what_is_not_known_contradicts_nothing():
    answers = {
        "incidents": Value(status=AnswerStatus.NOT_KNOWN),
        "serious_incidents": Value(number=Decimal(4)),
    }
    assert indicators.answer_problems(answers, point=Point.M3, days_observed=28) == {}
