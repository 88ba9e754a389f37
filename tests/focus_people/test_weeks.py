"""Weeks in numbers: every vector of domain 13 to the penny, lines out and in unchanged, scenarios, unit costs."""

import copy
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import clock
from accounts.enums import TeamRole
from accounts.state import NotAllowed, NotReady
from focus_people import actions, lines_csv, reports, workflow
from focus_people.actions.plans import made_lines, plan_of, week_of
from focus_people.enums import RateBasis, ResourceType, SupportArea, UnitCostKey
from focus_people.forms.plans import LineForm
from focus_people.models import Scenario, SupportLine, SupportPlan, UnitCost
from focus_people.reports.unit_costs import history_of, overdue
from focus_people.todos import for_leads
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import SPLIT, before_plan, heron, heron_after_plan, line, person

pytestmark = pytest.mark.django_db
D = Decimal
SPENT = D("7338.20")


@pytest.fixture
def held():
    return organisation()


@pytest.fixture
def by(held):
    return lead_of(held)


def test_the_vectors_that_concern_cost_to_the_penny(held, by):
    """Domain 13: ratio, 5:1 to 2:1, net avoided, saving, payback, annualised."""
    made = heron(held, by)
    before, after = made.plans.get(), heron_after_plan(made, by)
    found = reports.compare(before, after, SPENT)
    five, two = (
        reports.figures_of(
            SupportPlan(expenses=D(0), accommodation=D(0), living=D(0)),
            made_lines(SupportPlan(), [line("other", 112, staff_at_once)]),
        )
        for staff_at_once in (5, 2)
    )
    quick = reports.compare(five, two, D(8000))
    assert {
        "ratio before": found.before.average_ratio,
        "ratio after": found.after.average_ratio,
        "week before": found.before.weekly_cost,
        "week after": found.after.weekly_cost,
        "saving": found.weekly_saving,
        "payback": found.payback_weeks,
        "annualised": found.annualised,
        "5:1 to 2:1": quick.weekly_saving,
        "its payback": quick.payback_weeks,
        "net avoided": reports.net_avoided(26, D(3500), found.after.weekly_cost),
    } == {
        "ratio before": D("2.67"),
        "ratio after": D("1.67"),
        "week before": D("10936.80"),
        "week after": D("6822.00"),
        "saving": D("4114.80"),
        "payback": D("1.78"),
        "annualised": D("213969.60"),
        "5:1 to 2:1": D("8097.60"),
        "its payback": D("0.99"),
        "net avoided": D("-86372.00"),
    }
    assert quick.is_implausible


# Any line that the page of a week takes.
LABELS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40)
RESOURCES = st.sampled_from(ResourceType.values)


@st.composite
def a_line(draw):
    basis = draw(st.sampled_from(RateBasis.values))
    return {
        "area": draw(st.sampled_from(SupportArea.values)),
        "label": " ".join(draw(LABELS).split()),
        "resource": draw(RESOURCES),
        "hours": (D(draw(st.integers(1, 672))) / 4).quantize(D("0.01")),
        "nights": draw(st.integers(0, 7)) if basis == RateBasis.PER_NIGHT else None,
        "staff": (D(draw(st.integers(1, 12))) / 2).quantize(D("0.1")),
        "rate": (D(draw(st.integers(0, 99_999_999))) / 100).quantize(D("0.01")),
        "basis": basis,
        "is_alongside": draw(st.booleans()),
    }


WEEKS = st.lists(a_line(), min_size=1, max_size=8)
NAMES = ("area", "label", "resource", "hours", "nights", "staff", "rate", "basis", "is_alongside")


def _facts(lines):
    return [tuple(getattr(line, name) for name in NAMES) for line in lines]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WEEKS)
def test_any_lines_recost_identically_after_export_and_import(rows):
    """Out as CSV, in through the form of the page: the same lines, the same week, the same text again."""
    plan = SupportPlan(expenses=D(0), accommodation=D(0), living=D(0))
    lines = made_lines(plan, rows)
    text = lines_csv.written(lines)
    forms = [LineForm(row, empty_permitted=False) for row in lines_csv.read(text, 40)]
    for form in forms:
        # What identifies somebody is refused at the page; here the sheet's own words are at stake.
        form.fields["label"].names_somebody = True
    assert [form.errors for form in forms if not form.is_valid()] == []
    again = made_lines(plan, [form.cleaned_data for form in forms])
    assert _facts(again) == _facts(lines)
    assert reports.figures_of(plan, again) == reports.figures_of(plan, lines)
    assert lines_csv.written(again) == text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    WEEKS,
    st.lists(st.integers(0, 5_000_000), min_size=3, max_size=3),
    st.integers(0, 10_000),
    st.integers(0, 5_000),
)
def test_the_total_is_the_sum_of_its_parts_and_the_split_of_the_whole(rows, costs, cut, shadow):
    expenses, accommodation, living = (D(n) / 100 for n in costs)
    share = D(cut) / 100
    split = {payer: s for payer, s in (("la", share), ("icb", 100 - share)) if s}
    plan = SupportPlan(
        expenses=expenses,
        accommodation=accommodation,
        living=living,
        payer_split={payer: str(s) for payer, s in split.items()},
        shadow_rate=D(shadow) / 100,
    )
    lines = made_lines(plan, rows)
    found = reports.figures_of(plan, lines)
    parts = sum((reports.line_cost(x) for x in lines), D(0)) + expenses + accommodation + living
    assert found.weekly_cost == parts
    assert sum(found.by_payer.values()) == parts
    assert sum(found.split.values()) == 100
    # The shadow value stands apart: it changes no cost.
    plan.shadow_rate = D(0)
    assert reports.figures_of(plan, lines).weekly_cost == parts
    assert found.shadow_value == (found.unpaid_hours * D(shadow) / 100).quantize(
        D("0.01"), "ROUND_HALF_UP"
    )


def test_a_locked_version_never_changes(held, by):
    made = heron(held, by)
    plan = workflow.lock_plan(made.plans.get(), by=by)
    stood = week_of(plan), reports.figures_of(plan)
    with pytest.raises(NotReady):
        actions.save_plan(plan, by=by, lines=[], payer_split=SPLIT)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    actions.set_unit_cost(
        UnitCostKey.PROVIDER_DAY_HOUR,
        by=lead,
        value=D("99.00"),
        source="A test",
        review_on=clock.today() + timedelta(days=365),
    )
    client = Client()
    client.force_login(by)
    where = f"/people/{made.reference}/plans/1/lines/"
    sheet = {"text": "area,resource,hours,rate\nother,registered_provider,1,1"}
    assert client.post(where, sheet).status_code == 409
    heron_after_plan(made, by)
    plan = SupportPlan.objects.get(pk=plan.pk)
    assert (week_of(plan), reports.figures_of(plan)) == stood


def test_lines_go_out_and_come_in_through_the_pages(held, by):
    made = heron(held, by)
    plan = made.plans.get()
    client = Client()
    client.force_login(by)
    out = client.get(f"/people/{made.reference}/plans/1/lines.csv")
    text = out.content.decode("utf-8-sig")
    assert text.count("\n") == 7
    stood = week_of(plan)
    SupportLine.objects.filter(plan=plan).delete()
    assert (
        client.post(f"/people/{made.reference}/plans/1/lines/", {"text": text}).status_code == 302
    )
    assert week_of(SupportPlan.objects.get(pk=plan.pk)) == stood


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("area,hours\nother,1", "Missing: resource, rate"),
        ("area,resource,hours,rate,colour\n", "none of ours: colour"),
        (
            "area,resource,hours,rate\nother,registered_provider,7.1,24.10",
            "Row 2: Enter hours in quarters",
        ),
        ("area;resource;hours;rate\nhome;registered_provider;7;24,10", "Row 2: "),
        ("area,resource,hours,rate\n" + "other,registered_provider,1,1\n" * 41, "at most 40 lines"),
    ],
)
def test_a_sheet_that_is_wrong_changes_nothing_and_says_why(held, by, text, sentence):
    made = heron(held, by)
    client = Client()
    client.force_login(by)
    page = client.post(f"/people/{made.reference}/plans/1/lines/", {"text": text})
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert SupportLine.objects.filter(plan__person=made).count() == 6


def test_formulas_go_out_as_text():
    label = "=SUM(A1)"
    text = lines_csv.written(made_lines(SupportPlan(), [line("other", 1, label=label)]))
    assert f",'{label}," in text
    assert lines_csv.read(text, 40)[0]["label"] == label


def test_four_scenarios_beside_the_week_and_no_report_reads_them(held, by):
    made = heron(held, by)
    plan = made.plans.get()
    stood = reports.snapshot(made, clock.today())
    client = Client()
    client.force_login(by)
    starts = [("Own home", "own_home", "1"), ("Hospital", "inpatient", "hospital")]
    starts += [("Residential", "residential", "residential"), ("Empty", "shared_lives", "")]
    for title, setting, start in starts:
        sent = {"title": title, "setting": setting, "start": start}
        assert client.post(f"/people/{made.reference}/scenarios/add/", sent).status_code == 302
    page = client.post(f"/people/{made.reference}/scenarios/add/", sent)
    assert "4 other weeks already" in page.content.decode()
    weeks = {s.title: reports.figures_of(*plan_of(s)).weekly_cost for s in Scenario.objects.all()}
    assert weeks == {
        "Own home": D("10936.80"),
        "Hospital": D("3500.00"),
        "Residential": D("3307.69"),
        "Empty": D("0.00"),
    }
    shown = client.get(f"/people/{made.reference}/scenarios/").content.decode()
    for amount in ("£10,936.80", "£3,500.00", "£7,436.80", "£3,307.69"):
        assert amount in shown, amount
    assert reports.snapshot(made, clock.today()) == stood
    assert reports.latest_plan(made) == plan


def test_a_scenario_is_worked_out_saved_and_taken_out(held, by):
    made = heron(held, by)
    scenario = actions.add_scenario(made, by=by, title="Fewer at night", setting="own_home")
    client = Client()
    client.force_login(by)
    sent = {
        "row-count": "1",
        "row-0-area": "night_waking",
        "row-0-resource": "personal_assistant",
        "row-0-hours": "56",
        "row-0-staff": "1",
        "row-0-rate": "16.00",
        "row-0-basis": "hourly",
        "shadow_rate": "10",
    }
    where = scenario.get_absolute_url()
    worked = client.post(where, sent | {"work": "1"}).content.decode()
    assert "Worked out, not saved yet." in worked
    assert "£896.00" in worked
    assert Scenario.objects.get().week == {"lines": []}
    assert client.post(where, sent).status_code == 302
    assert reports.figures_of(*plan_of(Scenario.objects.get())).weekly_cost == D("896.00")
    # Another resource costs nothing: the same page says so at once.
    free = sent | {"row-0-resource": "family_unpaid", "work": "1"}
    said = client.post(where, free).content.decode()
    assert "£560.00" in said  # the shadow value of 56 unpaid hours, beside a week of £0.00
    assert "Ask the carer" in said
    assert client.post(f"{where}remove/").status_code == 302
    assert not Scenario.objects.exists()


def test_a_copied_scenario_leaves_the_version_alone(held, by):
    made = heron(held, by)
    plan = made.plans.get()
    stood = copy.deepcopy(week_of(plan))
    scenario = actions.add_scenario(
        made, by=by, title="Copy", setting="own_home", week=week_of(plan)
    )
    actions.save_scenario(scenario, by=by, lines=[line("other", 1)])
    assert week_of(SupportPlan.objects.get(pk=plan.pk)) == stood


def test_unit_costs_keep_their_history_and_their_review():
    lead, key = staff(TeamRole.PROGRAMME_LEAD), UnitCostKey.PA_HOUR
    assert {row.key for row in overdue()} == set(UnitCostKey.values)
    assert f"{len(UnitCostKey.values)} unit costs to look at" in [t.title for t in for_leads(lead)]
    later = clock.today() + timedelta(days=1)
    for value in ("17.00", "18.00"):
        actions.set_unit_cost(key, by=lead, value=D(value), source="Survey", review_on=later)
    assert reports.unit_cost(key) == D("18.00")
    assert [row.value for row in history_of(key)] == [D("18.00"), D("17.00"), D("16.00")]
    assert key not in {row.key for row in overdue()}
    actions.set_unit_cost(
        key, by=lead, value=None, source="Nobody knows", review_on=date(2020, 1, 1)
    )
    assert reports.unit_cost(key) is None
    assert key in {row.key for row in overdue()}
    with pytest.raises(TypeError):
        UnitCost.objects.update(value=D(1))
    with pytest.raises(NotAllowed):
        actions.set_unit_cost(key, by=staff(TeamRole.OFFICER), value=D(1), source="No")


def test_the_page_of_a_unit_cost():
    client = Client()
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    sent = {
        "value": "25.00",
        "low": "26",
        "source": "Homecare Association",
        "review_on_day": "1",
        "review_on_month": "4",
        "review_on_year": "2027",
    }
    where = "/unit-costs/provider_day_hour/"
    assert "between the lowest and the highest" in client.post(where, sent).content.decode()
    assert client.post(where, sent | {"low": "22"}).status_code == 302
    assert "£25.00" in client.get("/unit-costs/").content.decode()
    assert "The default" in client.get(where).content.decode()


def test_hospital_avoided_stands_apart(held, by):
    made = heron(held, by)
    heron_after_plan(made, by)
    client = Client()
    client.force_login(by)
    plain = client.get(f"/people/{made.reference}/compare/").content.decode()
    asked = client.get(
        f"/people/{made.reference}/compare/?before=1&after=2&weeks=26"
    ).content.decode()
    assert "Apart from that: hospital avoided" not in plain
    assert "£86,372.00 more" in asked
    assert "£4,114.80" in asked  # the saving is the same with and without it
    assert "£4,114.80" in plain


def test_a_version_for_a_point_begins_with_that_point(held, by):
    made = person(held, by)
    before_plan(made, by)
    client = Client()
    client.force_login(by)
    page = client.get(f"/people/{made.reference}/plans/new/?point=after_m6").content.decode()
    chosen = [part for part in page.split("<input") if 'value="after_m6"' in part]
    assert "checked" in chosen[0]


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
def test_lines_are_read_whatever_ends_them(ending):
    text = ending.join(["area,resource,hours,rate", "community,agency,5,20", ""])
    assert [row["hours"] for row in lines_csv.read(text, 40)] == ["5"]


def test_a_cell_that_is_longer_than_a_table_is_said():
    with pytest.raises(lines_csv.BadSheet, match="cannot be read as a table"):
        lines_csv.read("area,resource,hours,rate\n" + "x" * 140_000, 40)
