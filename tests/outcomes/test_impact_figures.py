"""Every definition against a recount in plain Python over small programmes made at random."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import Region
from outcomes.enums import Point
from outcomes.reports import default_programme, is_provisional, programme_figures
from outcomes.reports.staffing import Change
from tests.factories.impact import (
    AT_RISK,
    AVOIDED,
    REASONS,
    START,
    GrantSpec,
    ReportSpec,
    another_round,
    build,
    paid_first,
    programme,
)
from tests.recounts import RECOUNTS

pytestmark = pytest.mark.django_db
CUT_OFF = date(2016, 12, 31)
FOLLOW_UPS = {Point.M3: 91, Point.M6: 182, Point.M12: 365}
SOON = date(2016, 1, 10)


def figures(round, cut_off=CUT_OFF, **more):
    return programme_figures(round.programme, cut_off, **more)


def baseline(**more):
    return ReportSpec(accepted_on=date(2015, 9, 14), risk=AT_RISK, **more)


def yes(**more):
    return ReportSpec(AVOIDED | more, accepted_on=SOON)


# --- KPI-ADM, one condition after the other -----------------------------------------------------

CASES = {
    "avoided with every condition": (AVOIDED, (1, 1)),
    "avoided without a contribution": (AVOIDED | {"contribution": "0"}, (0, 1)),
    "avoided with nights in hospital": (AVOIDED | {"bed_nights": 3}, (0, 1)),
    "avoided, nights not known": (AVOIDED | {"bed_nights": "not_known"}, (0, 1)),
    "avoided, attested by the trainer": (AVOIDED | {"attested_by": "trainer"}, (0, 1)),
    "delayed by 28 days": (
        {"admission": "delayed", "days_later": 28, "attested_by": "clinician"},
        (1, 1),
    ),
    "delayed by 27 days": (
        {"admission": "delayed", "days_later": 27, "attested_by": "clinician"},
        (0, 1),
    ),
    "shortened by a fifth": (
        {
            "admission": "shortened",
            "bed_nights": 80,
            "comparator_nights": 100,
            "attested_by": "commissioner",
        },
        (1, 1),
    ),
    "shortened by less": (
        {
            "admission": "shortened",
            "bed_nights": 81,
            "comparator_nights": 100,
            "attested_by": "commissioner",
        },
        (0, 1),
    ),
    "discharged as planned": ({"admission": "discharged_as_planned"}, (1, 1)),
    "admitted": ({"admission": "admitted"}, (0, 1)),
    "not at risk": ({"admission": "none_not_at_risk"}, (0, 1)),
    "not known": ({"admission": "not_known"}, (0, 0)),
    "declined, and nothing of others": (
        {"admission": "declined", "others_effect": "not_applicable"},
        (0, 0),
    ),
    "nothing said": ({}, (0, 0)),
    "others reduced": ({"others_effect": "reduced", "others_count": 1}, (1, 1)),
    "others avoided, of nobody": ({"others_effect": "avoided", "others_count": 0}, (0, 1)),
    "others avoided, count not known": (
        {"others_effect": "avoided", "others_count": "not_known"},
        (0, 1),
    ),
    "no effect on others": ({"others_effect": "none", "others_count": 4}, (0, 1)),
}


@pytest.mark.parametrize("case", CASES)
def test_report_counts_as_the_definition_says(case):
    answers, expected = CASES[case]
    round = programme()
    reports = {Point.BASELINE: baseline(), Point.M3: ReportSpec(answers, accepted_on=SOON)}
    build(round, [GrantSpec(reports=reports)])
    found = figures(round).admissions
    assert (found.numerator, found.reporting) == expected


def test_claim_without_evidence_at_baseline_is_an_answer_and_no_success():
    round = programme()
    build(round, [GrantSpec(reports={Point.M3: yes()})])
    found = figures(round).admissions
    assert (found.numerator, found.reporting, found.funded) == (0, 1, 1)


def test_one_organisation_has_one_vote():
    round = programme()
    no = ReportSpec({"admission": "admitted"}, accepted_on=SOON)
    one = {Point.BASELINE: baseline(), Point.M3: yes()}
    build(
        round,
        [
            GrantSpec(0, reports=one),
            GrantSpec(0, reports=one),
            GrantSpec(1, reports={Point.M3: no}),
        ],
    )
    found = figures(round).admissions
    assert (found.numerator, found.reporting, found.funded) == (1, 2, 2)
    assert (found.person_only, found.others_only, found.both, found.neither) == (1, 0, 0, 1)


def test_person_and_others_in_different_grants_make_both():
    round = programme()
    others = ReportSpec({"others_effect": "avoided", "others_count": 2}, accepted_on=SOON)
    build(
        round,
        [
            GrantSpec(reports={Point.BASELINE: baseline(), Point.M3: yes()}),
            GrantSpec(reports={Point.M3: others}),
        ],
    )
    found = figures(round).admissions
    assert (found.person_only, found.others_only, found.both) == (0, 0, 1)


def test_latest_report_alone_is_the_sensitivity():
    round = programme()
    later = ReportSpec({"admission": "admitted"}, accepted_on=date(2016, 4, 15))
    build(
        round,
        [GrantSpec(reports={Point.BASELINE: baseline(), Point.M3: yes(), Point.M6: later})],
    )
    found = figures(round).admissions
    assert (found.numerator, found.reporting) == (1, 1)
    assert (found.latest.part, found.latest.whole) == (0, 1)


def test_report_accepted_after_the_cut_off_is_not_there_yet():
    round = programme()
    build(round, [GrantSpec(reports={Point.BASELINE: baseline(), Point.M3: yes()})])
    before = figures(round, SOON - timedelta(days=1)).admissions
    on_the_day = figures(round, SOON).admissions
    assert (before.numerator, before.reporting, before.funded) == (0, 0, 1)
    assert (on_the_day.numerator, on_the_day.reporting) == (1, 1)


def test_funded_counts_only_grants_that_reached_active_by_the_cut_off():
    round = programme()
    build(round, [GrantSpec(0), GrantSpec(1, activated_on=None, start=None)])
    assert figures(round).admissions.funded == 1
    assert figures(round, date(2015, 9, 14)).admissions.funded == 0


# --- due, and provisional -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "due", "expected"),
    [(0, 0, True), (79, 100, True), (80, 100, False), (4, 5, False), (3, 4, True), (1, 1, False)],
)
def test_figure_is_provisional_below_80_percent(accepted, due, expected):
    assert is_provisional(accepted, due) is expected


def test_due_counts_days_from_the_first_session():
    round = programme()
    build(round, [GrantSpec()])
    for days, due in ((90, 0), (91, 1), (181, 1), (182, 2), (364, 2), (365, 3)):
        assert figures(round, START + timedelta(days=days)).admissions.due == due


@pytest.mark.parametrize("ended", ["died", "terminated"])
def test_nothing_falls_due_after_the_end(ended):
    round = programme()
    build(round, [GrantSpec(ended=ended, ended_on=START + timedelta(days=150))])
    assert figures(round).admissions.due == 1
    assert figures(round, START + timedelta(days=120)).admissions.due == 1


def test_waived_report_is_not_due():
    round = programme()
    build(round, [GrantSpec(reports={Point.M6: ReportSpec(is_waived=True)})])
    assert figures(round).admissions.due == 2


# --- staffing -----------------------------------------------------------------------------------

COUNTS = {"incidents": 10, "serious_incidents": 2, "restrictive": 4, "quality_of_life": 5}


def staffed(after, confirmed=True, **said):
    return GrantSpec(
        reports={
            Point.BASELINE: baseline(answers=COUNTS),
            Point.M6: ReportSpec(COUNTS | said, accepted_on=date(2016, 4, 15)),
        },
        staff={Point.BASELINE: ("3", False)} | ({Point.M6: (after, confirmed)} if after else {}),
    )


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (staffed("2"), Change.SAFE),
        (staffed("2", confirmed=False), Change.NOT_SAFE),
        (staffed("2", serious_incidents=3), Change.NOT_SAFE),
        (staffed("2", restrictive=5), Change.NOT_SAFE),
        (staffed("2", quality_of_life=4), Change.NOT_SAFE),
        (staffed("2", quality_of_life="not_known"), Change.NOT_SAFE),
        (staffed("3"), Change.SAME),
        (staffed("3.5"), Change.HIGHER),
        (staffed(""), Change.MISSING),
    ],
)
def test_staffing_sorts_each_grant_once(spec, expected):
    round = programme()
    build(round, [spec])
    found = figures(round)
    assert [pair.change for pair in found.pairs] == [expected]
    s = found.staffing
    assert s.safe_reductions + s.not_safe + s.same + s.higher == s.with_both
    assert s.with_both + s.missing == s.due == 1


def test_paid_hours_of_the_headline_are_those_of_safe_reductions():
    round = programme()
    build(round, [staffed("2"), staffed("1", confirmed=False)])
    s = figures(round).staffing
    assert (s.paid_hours_before, s.paid_hours_after) == (300, 200)
    assert (s.all_paid_hours_before, s.all_paid_hours_after) == (600, 300)
    assert s.largest_fall == (3, 2)
    assert s.largest_fall_words == "3:1 to 2:1"


def test_plan_of_another_point_is_never_carried_forward():
    round = programme()
    spec = staffed("2")
    spec.reports[Point.M12] = ReportSpec(COUNTS, accepted_on=date(2016, 10, 15))
    build(round, [spec])
    assert figures(round).staffing.missing == 1


# --- incidents, process, money ------------------------------------------------------------------


def test_incidents_follow_the_same_people_at_every_point():
    round = programme()

    def counted(*counts):
        points = (Point.BASELINE, Point.M3, Point.M6, Point.M12)
        days = (date(2015, 9, 14), SOON, date(2016, 4, 15), date(2016, 10, 15))
        return GrantSpec(
            reports={
                point: ReportSpec(
                    {"incidents": count, "serious_incidents": 0}, accepted_on=day, days=14
                )
                for point, day, count in zip(points, days, counts, strict=False)
                if count is not None
            }
        )

    build(round, [counted(10, 5, 4, 2), counted(20, 9, 6, 4), counted(99, None, 99, 99)])
    found = figures(round).incidents
    assert (found.people, found.missing) == (2, 1)
    assert list(found.all_incidents) == [30, 14, 10, 6]  # 14 days observed: twice the counts


def test_process_days_are_net_of_those_that_waited():
    round = programme()
    specs = [
        GrantSpec(released_on=date(2015, 7, 1) + timedelta(days=days), stopped_days=stopped)
        for days, stopped in ((32, 5), (10, 0), (40, 2))
    ]
    grants = build(round, specs)
    paid_first(grants[0], date(2015, 8, 14))
    p = figures(round).process
    assert (p.decided, p.median_net_days, p.median_gross_days) == (3, 27, 32)
    assert p.p90_net_days == Decimal("35.8")
    assert (p.within_target.part, p.within_target.whole) == (2, 3)
    assert (p.paid_in_time.part, p.paid_in_time.whole) == (1, 1)


def test_no_denominator_gives_none_and_no_zero():
    found = figures(programme())
    printed = found.as_json()
    assert printed["money"] == {
        "awarded": "0.00",
        "mean_grant": None,
        "spent": "0.00",
        "awarded_per_intervention": None,
        "spent_per_intervention": None,
    }
    assert printed["admissions"]["percent"] is None
    assert printed["process"]["median_net_days"] is None


def test_turned_down_offers_and_later_agreements_do_not_count():
    round = programme()
    build(round, [GrantSpec(agreed_on=date(2016, 6, 1), activated_on=None, start=None)])
    assert figures(round, date(2016, 5, 31)).reach.grants == 0
    assert figures(round).reach.grants == 1


def test_figures_narrow_to_a_round_and_a_region():
    round = programme()
    second = another_round(round.programme)
    build(round, [GrantSpec(0), GrantSpec(1)], regions=(Region.LONDON, Region.EAST))
    build(second, [GrantSpec(0)])
    assert figures(round).reach.grants == 3
    assert programme_figures(round.programme, CUT_OFF, round=second).reach.grants == 1
    assert figures(round, region=Region.EAST).reach.organisations == 1


def test_largest_programme_is_shown_unless_one_is_chosen():
    small, large = programme(), programme()
    build(small, [GrantSpec()])
    build(large, [GrantSpec(), GrantSpec()])
    assert default_programme() == large.programme


# --- the recount --------------------------------------------------------------------------------

maybe = st.sampled_from
answers = st.fixed_dictionaries(
    {},
    optional={
        "admission": maybe(
            ["avoided", "delayed", "shortened", "admitted", "discharged_as_planned", *REASONS]
        ),
        "bed_nights": maybe([0, 2, 30, "not_known"]),
        "contribution": maybe(["0", "1", "3", "declined"]),
        "attested_by": maybe(["registered_manager", "trainer", "clinician", "not_known"]),
        "days_later": maybe([10, 27, 28, 90]),
        "comparator_nights": maybe([0, 30, 36, 38, "not_known"]),
        "others_effect": maybe(["avoided", "reduced", "none", *REASONS]),
        "others_count": maybe([0, 1, 5, "not_known"]),
    },
)
worse = st.fixed_dictionaries({"admission": maybe(["admitted", "remains_inpatient"])})
silent = st.fixed_dictionaries(
    {"admission": maybe(list(REASONS)), "others_effect": maybe(list(REASONS))}
)
others_alone = st.fixed_dictionaries(
    {
        "admission": st.just("not_known"),
        "others_effect": st.just("reduced"),
        "others_count": st.just(3),
    }
)
days_after = st.integers(0, 120)


@st.composite
def grant_specs(draw, kinds):
    said = draw(maybe(kinds))
    reports = {}
    if draw(st.booleans()):
        reports[Point.BASELINE] = ReportSpec(
            accepted_on=date(2015, 9, 14), risk=draw(maybe([AT_RISK, {}]))
        )
    for point, days in FOLLOW_UPS.items():
        what = draw(maybe(["nothing", "waiting", "accepted", "accepted", "waived"]))
        if what == "nothing":
            continue
        day = START + timedelta(days=days + draw(days_after) - 20)
        reports[point] = ReportSpec(
            draw(said) if what != "waived" else {},
            accepted_on=day if what == "accepted" else None,
            is_waived=what == "waived",
        )
    is_active = draw(st.booleans()) or bool(reports)
    return GrantSpec(
        organisation=draw(st.integers(0, 2)),
        amount=Decimal(draw(st.integers(100000, 800000))) / 100,
        activated_on=date(2015, 9, 15) if is_active else None,
        start=START if is_active and draw(st.booleans()) else None,
        reports=reports,
        learners=draw(st.integers(0, 3)),
        spent=draw(st.none() | st.integers(0, 500000).map(lambda n: Decimal(n) / 100)),
        released_on=date(2015, 7, 1) + timedelta(days=draw(st.integers(5, 60))),
        stopped_days=draw(st.integers(0, 5)),
    )


programmes = st.one_of(
    *(
        st.lists(grant_specs(kinds), min_size=1, max_size=4)
        for kinds in ([answers], [worse], [silent], [others_alone], [answers, silent, others_alone])
    )
)


def is_due(spec, point, cut_off):
    report = spec.reports.get(point)
    if spec.activated_on is None or spec.start is None or (report and report.is_waived):
        return False
    return spec.start + timedelta(days=FOLLOW_UPS[point]) <= cut_off


def person_yes(said, risk):
    value = said.get
    attested = value("attested_by") not in (None, "trainer", *REASONS)
    nights = value("bed_nights")
    if value("admission") == "discharged_as_planned":
        return True
    if value("admission") == "avoided":
        return bool(risk) and nights == 0 and value("contribution") in ("1", "2", "3") and attested
    if value("admission") == "delayed":
        return (value("days_later") or 0) >= 28 and attested
    if value("admission") == "shortened":
        usual = value("comparator_nights")
        known = isinstance(usual, int) and isinstance(nights, int) and usual > 0
        return known and nights * 10 <= usual * 8 and attested
    return False


def others_yes(said):
    count = said.get("others_count")
    success = said.get("others_effect") in ("avoided", "reduced")
    return success and isinstance(count, int) and count >= 1


def recount(specs, cut_off):
    """KPI-ADM in plain Python, from the definition."""
    person, others, answered, funded = set(), set(), set(), set()
    late_yes, late_answered = set(), set()
    due = accepted = 0
    for spec in specs:
        if spec.activated_on is not None:
            funded.add(spec.organisation)
        asked = [point for point in FOLLOW_UPS if is_due(spec, point, cut_off)]
        due += len(asked)
        held = [
            report
            for point in FOLLOW_UPS
            if (report := spec.reports.get(point))
            and report.accepted_on
            and report.accepted_on <= cut_off
        ]
        accepted += sum(1 for point in asked if spec.reports.get(point) in held)
        if not asked:
            continue
        risk = (spec.reports.get(Point.BASELINE) or ReportSpec()).risk
        for report in held:
            said, last = report.answers, report is held[-1]
            says = any(
                said.get(item) not in (None, *REASONS) for item in ("admission", "others_effect")
            )
            if person_yes(said, risk):
                person.add(spec.organisation)
            if others_yes(said):
                others.add(spec.organisation)
            if says:
                answered.add(spec.organisation)
            if last and says:
                late_answered.add(spec.organisation)
            if last and (person_yes(said, risk) or others_yes(said)):
                late_yes.add(spec.organisation)
    return {
        "numerator": len(person | others),
        "reporting": len(answered),
        "funded": len(funded),
        "person_only": len(person - others),
        "others_only": len(others - person),
        "both": len(person & others),
        "latest": (len(late_yes), len(late_answered)),
        "due": due,
        "accepted": accepted,
    }


@settings(
    max_examples=RECOUNTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(specs=programmes, days=st.integers(60, 560))
def test_figures_equal_a_recount(db, specs, days):
    round = programme()
    build(round, specs)
    cut_off = START + timedelta(days=days)
    impact = figures(round, cut_off)
    found = impact.admissions
    assert {
        "numerator": found.numerator,
        "reporting": found.reporting,
        "funded": found.funded,
        "person_only": found.person_only,
        "others_only": found.others_only,
        "both": found.both,
        "latest": (found.latest.part, found.latest.whole),
        "due": found.due,
        "accepted": found.accepted,
    } == recount(specs, cut_off)
    assert found.numerator <= found.reporting <= found.funded
    learners = [spec.learners for spec in specs if spec.start and spec.activated_on]
    assert impact.reach.training_interventions == impact.reach.people_trained == sum(learners)
    assert impact.reach.organisations == len({spec.organisation for spec in specs})
    assert impact.money.awarded == sum(spec.amount for spec in specs)
    by_march = cut_off >= date(2016, 3, 1)
    spent = sum((spec.spent or Decimal(0) for spec in specs), Decimal(0)) if by_march else 0
    assert impact.money.spent == spent
    net = sorted((s.released_on - s.submitted_on).days - s.stopped_days for s in specs)
    middle = (net[(len(net) - 1) // 2] + net[len(net) // 2]) / 2
    assert impact.process.median_net_days == middle


def test_one_figure_moves_no_further_once_its_cut_off_has_passed():
    """What is accepted, held or agreed later does not change a figure of the past."""
    round = programme()
    build(round, [GrantSpec(0, reports={Point.BASELINE: baseline(), Point.M3: yes()}, learners=2)])
    cut_off = date(2016, 2, 1)
    before = figures(round, cut_off).as_json()
    build(
        round,
        [
            GrantSpec(
                1,
                agreed_on=date(2016, 2, 10),
                activated_on=date(2016, 2, 20),
                start=date(2016, 3, 1),
                released_on=date(2016, 2, 5),
                learners=4,
                spent=Decimal("10.00"),
            )
        ],
    )
    assert figures(round, cut_off).as_json() == before
