from datetime import date
from decimal import Decimal

import pytest

from accounts.enums import TeamRole
from focus_people import actions, reports
from focus_people.actions.plans import made_lines
from focus_people.enums import Confidence, LeftReason, RateBasis, ResourceType, SupportArea
from focus_people.models import SupportLine, SupportPlan
from focus_people.workflow import confirm_plan
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import (
    AFTER_LINES,
    BEFORE_LINES,
    heron,
    heron_after_plan,
    line,
    person,
)

D = Decimal
SPENT = D("7338.20")


def lines(rows):
    return made_lines(SupportPlan(), rows)


def plan_of(rows, expenses="0.00"):
    return reports.figures_of(
        SupportPlan(expenses=D(expenses), accommodation=D(0), living=D(0)), lines(rows)
    )


@pytest.fixture
def made(db):
    held = organisation()
    return heron(held, lead_of(held))


def test_figures_of_heron_before():
    figures = plan_of(BEFORE_LINES, "140.00")
    assert figures.weekly_cost == D("10936.80")
    assert figures.paid_hours == 448
    assert figures.covered_hours == 168
    assert figures.average_ratio == D("2.67")
    assert (figures.peak_ratio, figures.peak_day, figures.peak_night) == (3, 3, 2)
    assert figures.family_hours == 12
    assert figures.coverage == 100


def test_figures_of_heron_after():
    figures = plan_of(AFTER_LINES, "155.00")
    assert figures.weekly_cost == D("6822.00")
    assert figures.paid_hours == 280
    assert figures.covered_hours == 168
    assert figures.average_ratio == D("1.67")
    assert (figures.peak_ratio, figures.peak_day, figures.peak_night) == (2, 2, 1)
    assert figures.family_hours == 10


@pytest.mark.django_db
def test_compare_heron(made):
    after = heron_after_plan(made, made.added_by)
    found = reports.compare(made.plans.get(version=1), after, SPENT)
    assert found.weekly_saving == D("4114.80")
    assert found.annualised == D("213969.60")
    assert found.saving_percent == D("37.6")
    assert found.payback_weeks == D("1.78")
    assert found.saving_by_payer == {"la": D("2468.88"), "icb": D("1645.92")}
    assert found.unpaid_hours_delta == -2
    assert not found.unpaid_hours_flag
    assert not found.is_confirmed


def test_compare_five_to_two_staff_for_112_hours():
    five, two = (plan_of([line(SupportArea.OTHER, 112, n)]) for n in (5, 2))
    found = reports.compare(five, two, D(8000))
    assert found.weekly_saving == D("8097.60")
    assert found.payback_weeks == D("0.99")
    assert found.is_implausible


def test_compare_when_the_week_costs_more_shows_a_minus_and_no_payback():
    less, more = (plan_of([line(SupportArea.OTHER, 10, n)]) for n in (1, 2))
    found = reports.compare(less, more, SPENT)
    assert found.weekly_saving == D("-241.00")
    assert found.annualised == D("-12532.00")
    assert found.saving_percent == D("-100.0")
    assert found.payback_weeks is None


def test_compare_from_a_week_that_cost_nothing_has_no_percentage():
    found = reports.compare(plan_of([]), plan_of([line(SupportArea.OTHER, 1)]))
    assert found.saving_percent is None


@pytest.mark.parametrize(
    ("before", "after", "flagged"),
    [
        ("0", "0", False),
        ("0", "0.25", True),
        ("10", "12", False),
        ("10", "12.25", True),
        ("34.75", "34.75", False),
        ("35", "35", True),
        ("40", "35", True),
        ("12", "10", False),
        ("12", "15", True),
    ],
)
def test_carer_flag(before, after, flagged):
    weeks = [
        plan_of([line(SupportArea.SOCIAL, hours, resource=ResourceType.FAMILY)])
        for hours in (before, after)
    ]
    assert reports.compare(*weeks).unpaid_hours_flag is flagged


def test_carer_flag_does_not_look_at_volunteers():
    none = plan_of([])
    volunteer = plan_of([line(SupportArea.SOCIAL, 40, resource=ResourceType.VOLUNTEER)])
    found = reports.compare(none, volunteer)
    assert found.unpaid_hours_delta == 40
    assert not found.unpaid_hours_flag


@pytest.mark.parametrize(
    ("row", "cost"),
    [
        ({"hours": D("0.25"), "staff": D("0.5"), "rate": D("24.10")}, "3.01"),  # 3.0125
        ({"hours": D("0.25"), "staff": D("0.5"), "rate": D("24.12")}, "3.02"),  # 3.015, half up
        ({"basis": RateBasis.PER_NIGHT, "nights": 7, "staff": D(2), "rate": D(80)}, "1120.00"),
        ({"basis": RateBasis.PER_WEEK, "staff": D(3), "hours": D(9), "rate": D("99.99")}, "99.99"),
        ({"basis": RateBasis.FLAT, "staff": D(3), "rate": D(1000)}, "19.23"),
        ({"basis": RateBasis.FLAT, "rate": D(26)}, "0.50"),
        ({"resource": ResourceType.FAMILY, "hours": D(9), "rate": D(9)}, "0.00"),
        ({"resource": ResourceType.VOLUNTEER, "hours": D(9), "rate": D(9)}, "0.00"),
    ],
)
def test_line_cost(row, cost):
    row = {"area": SupportArea.OTHER, "resource": ResourceType.PROVIDER} | row
    assert reports.line_cost(lines([row])[0]) == D(cost)


def test_weekly_cost_rounds_each_line_then_sums():
    odd = line(SupportArea.OTHER, "0.25", "0.5", rate=D("24.10"))
    assert plan_of([odd, odd]).weekly_cost == D("6.02")  # not 6.025 → 6.03


def test_alongside_adds_staff_and_cost_but_no_covered_hours():
    alone = [line(SupportArea.OTHER, 10)]
    beside = [*alone, line(SupportArea.OTHER, 10, is_alongside=True)]
    assert plan_of(alone).covered_hours == plan_of(beside).covered_hours == 10
    assert plan_of(beside).average_ratio == 2
    assert plan_of(beside).weekly_cost == D("482.00")
    assert plan_of(beside).peak_ratio == 1


def test_more_hours_than_a_week_has():
    assert not plan_of([line(SupportArea.OTHER, 168)]).is_overfull
    assert plan_of([line(SupportArea.OTHER, 168), line(SupportArea.OTHER, "0.25")]).is_overfull


def test_technology_costs_and_covers_nothing():
    figures = plan_of(
        [line(SupportArea.OTHER, 168, resource=ResourceType.TECH, basis=RateBasis.PER_WEEK)]
    )
    assert figures.weekly_cost == D("24.10")
    assert (figures.covered_hours, figures.paid_hours) == (0, 0)
    assert figures.average_ratio is None
    assert figures.peak_ratio is None


def test_hours_by_area_in_order():
    found = reports.hours_by_area(lines(AFTER_LINES))
    assert [(a.area, a.covered, a.paid, a.cost) for a in found] == [
        ("personal_care", 21, 42, D("1012.20")),
        ("domestic", 14, 28, D("674.80")),
        ("social_activity", 22, 44, D("1060.40")),
        ("education", 6, 12, D("289.20")),
        ("night_waking", 56, 56, D("1349.60")),
        ("other", 49, 98, D("2280.80")),
    ]


def test_cost_by_payer_sums_to_the_week():
    plan = SupportPlan(
        expenses=D("100.01"),
        accommodation=D(0),
        living=D(0),
        payer_split={"la": "33.33", "icb": "33.33", "self": "33.34"},
    )
    parts = reports.figures_of(plan, []).by_payer
    assert sum(parts.values()) == D("100.01")


def test_payers_unknown_are_not_zero():
    plan = SupportPlan(expenses=D(9), accommodation=D(0), living=D(0))
    assert reports.figures_of(plan, []).by_payer == {}


def test_net_avoided_can_be_negative():
    assert reports.net_avoided(26, D(3500), D(6822)) == D("-86372.00")


@pytest.mark.django_db
def test_circle_of_heron(made):
    members = reports.active_members(made, date(2025, 6, 1))
    assert len(members) == 17
    assert reports.sectors_in_circle(members) == {
        "ASC",
        "IND",
        "FAM",
        "NHS",
        "LA_ASC",
        "HOU",
        "VOL",
    }
    groups = reports.by_sector(members)
    assert (groups[0].sector, groups[0].count) == ("ASC_V", 9)
    assert groups[0].roles == "7 × Support worker, Team leader, Registered manager"
    assert reports.circle_gaps(members, made.plans.get()) == [
        "who is an advocate",
        "named as night staff",
    ]
    assert reports.circle_gaps([]) == []


@pytest.mark.django_db
def test_left_on_is_the_first_day_out(made):
    member = made.circle.get(number=1)
    actions.leave_circle(
        member, by=made.added_by, left_on=date(2025, 7, 10), left_reason=LeftReason.NEW_JOB
    )
    for day, size in ((date(2025, 7, 9), 17), (date(2025, 7, 10), 16), (date(2025, 1, 5), 0)):
        assert len(reports.active_members(made, day)) == size
        assert made.circle.active_on(day).count() == size


@pytest.mark.django_db
def test_snapshot_is_json_and_names_nobody(made):
    import json

    actions.edit_person(made, by=made.added_by, local_ref="FILE-PLANTED-77")
    held = reports.snapshot(made, date(2025, 6, 1))
    text = json.dumps(held)
    for planted in ("FILE-PLANTED-77", "SW1", made.reference, made.organisation.name):
        assert planted not in text
    assert held["alias"] == "HERON"
    assert held["act_first"] is True
    assert held["dsr"] == {"value": "red", "label": "Red"}
    assert [n["code"] for n in held["needs"]] == ["N1", "N2", "N3", "N4", "N5", "N6"]
    assert len(held["goals"]) == 4
    assert (held["circle_size"], held["sectors_count"]) == (17, 7)
    assert held["circle"][0] == {
        "role": "Support worker",
        "sector": "ASC_V",
        "sector_label": "Adult social care, voluntary",
        "count": 7,
    }
    assert held["plan"]["weekly_cost"] == "10936.80"
    assert held["plan"]["average_ratio"] == "2.67"


@pytest.mark.django_db
def test_snapshot_of_an_empty_record_says_what_is_missing(db):
    held = organisation()
    bare = reports.snapshot(person(held, lead_of(held)), date(2025, 6, 1))
    assert (bare["consent"], bare["plan"], bare["circle"], bare["needs"]) == (None, None, [], [])


@pytest.mark.django_db
def test_only_confirmed_versions_enter_the_headline(made):
    officer = staff(TeamRole.OFFICER)
    after = heron_after_plan(made, made.added_by)
    before = confirm_plan(made.plans.get(version=1), by=officer)
    assert not reports.compare(before, after).is_confirmed
    after = confirm_plan(after, by=officer)
    assert after.confidence == Confidence.COMMISSIONER
    assert reports.compare(before, after).is_confirmed
    assert SupportLine.objects.filter(plan=after).count() == len(AFTER_LINES)
