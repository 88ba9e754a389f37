"""The pages, as the people who use them walk through them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent
from accounts.traces import scan
from focus_people import actions, reports, workflow
from focus_people.forms.circles import read_lines
from focus_people.models import FocusPerson
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.focus_people import (
    BEFORE_LINES,
    HERON_FACTS,
    before_plan,
    heron,
    heron_after_plan,
    person,
    says_why,
)
from tests.factories.registers import Page, as_csv, as_ods, as_xlsx

pytestmark = pytest.mark.django_db

FACTS = {
    "alias": "HERON",
    "local_ref": "LS-0042",
    "age_band": "18-25",
    "conditions": ["ld", "autism", "epilepsy"],
    "strengths": "Loves water, humour and music",
    "communication": "",
    "setting": "supported_living_sole",
    "area": "in",
    "cohort": "community_at_risk",
    "dsr_rating": "red",
    "risk_evidence": ["dsr", "ctr"],
    "risk_evidence_on": "5 2025",
    "discharge_planned_on": "",
    "need_level": "4",
    "seriousness": "4",
    "context": "3",
    "funding_models": ["la_personal_budget", "chc"],
    "commissioner": "Council and ICB",
    "control_level": "with_help",
    "chose_team": "partly",
    "service_design_on": "January 2024",
    "working_policy_on": "3/2024",
}


@pytest.fixture
def held():
    return organisation()


@pytest.fixture
def by(held):
    return lead_of(held)


@pytest.fixture
def page(client, by):
    client.force_login(by)
    return client


def words(response):
    return response.content.decode()


def rows(prefix, *filled, count=None):
    data = {f"{prefix}-count": count or max(len(filled), 1)}
    for n, row in enumerate(filled):
        data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return data


def week_rows():
    return [
        {
            "area": row["area"],
            "label": row.get("label", ""),
            "resource": row["resource"],
            "hours": str(row["hours"]),
            "staff": str(row["staff"]),
            "rate": str(row["rate"]),
            "basis": "hourly",
        }
        | ({"is_alongside": "on"} if row.get("is_alongside") else {})
        for row in BEFORE_LINES
    ]


def every_address(made):
    names = [
        ("person", ()),
        ("edit-person", ()),
        ("person-needs", ()),
        ("person-goals", ()),
        ("person-consent", ()),
        ("goal-scores", ()),
        ("check-in", ()),
        ("person-circle", ()),
        ("add-circle", ()),
        ("paste-circle", ()),
        ("circle-member", (1,)),
        ("leave-circle", (1,)),
        ("replace-member", (1,)),
        ("new-plan", ()),
        ("person-plan", (1,)),
        ("edit-plan", (1,)),
        ("plan-verb", (1, "confirm")),
        ("plan-verb", (1, "record-agreement")),
        ("compare-plans", ()),
        ("plan-lines-out", (1,)),
        ("plan-lines-in", (1,)),
        ("scenarios", ()),
        ("add-scenario", ()),
        ("person-verb", ("report-move",)),
        ("person-verb", ("report-death",)),
        ("person-verb", ("withdraw-consent",)),
        ("person-verb", ("hold",)),
        ("person-verb", ("ask-erasure",)),
        ("person-readers", ()),
        ("reading-purpose", ()),
        ("person-everything", ()),
        ("everything-file", ()),
    ]
    return {(name, *more): reverse(name, args=[made.reference, *more]) for name, more in names}


def test_every_address_is_in_the_table(held, by):
    from focus_people.urls import urlpatterns

    known = {name for name, *_ in every_address(heron(held, by))}
    others = {"people", "add-person", "kept-words", "kept-words-verb", "check-in-verb"}
    others |= {"scenario", "remove-scenario", "unit-costs", "unit-cost"}
    others |= {"erasures", "erasure", "erasure-verb"}
    assert {p.name for p in urlpatterns} == known | others


READS = {"scenarios", "plan-lines-out", "person", "person-circle", "person-plan", "compare-plans"}
DRAFTS = {"person-needs", "person-goals", "check-in", "add-circle", "paste-circle"}
DRAFTS |= {"circle-member", "leave-circle", "replace-member"}
EDITS = {
    "plan-lines-in",
    "add-scenario",
    "edit-person",
    "goal-scores",
    "person-consent",
    "new-plan",
    "edit-plan",
    "person-verb",
}


@pytest.mark.parametrize("role", [*MemberRole, *TeamRole, "other organisation"], ids=str)
def test_address_by_role(client, held, by, role):
    made = heron(held, by)
    heron_after_plan(made, by)
    if role in set(MemberRole):
        who = member(held, role)
    else:
        who = lead_of(organisation()) if role == "other organisation" else staff(role)
    client.force_login(who)
    allowed = set()
    if role in (MemberRole.LEAD, MemberRole.CONTRIBUTOR):
        allowed = READS | DRAFTS | EDITS
    elif role == MemberRole.HELPER:
        allowed = READS | DRAFTS
    elif role in (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        allowed = READS
    is_ours = role in set(MemberRole)
    for key, address in every_address(made).items():
        may = key[0] in allowed
        if key[0] == "person-readers":
            may = role in (MemberRole.LEAD, TeamRole.PROGRAMME_LEAD)
        if key[0] == "reading-purpose":
            may = role in (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
        if key[0] in ("person-everything", "everything-file") or key[1:] in (
            ("hold",),
            ("ask-erasure",),
        ):
            may = role == TeamRole.PROGRAMME_LEAD and not is_ours
        if key[0] == "plan-verb":
            commissioner = key[2] == "record-agreement"
            staffs = role in (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
            may = staffs if commissioner else role in (MemberRole.LEAD, MemberRole.CONTRIBUTOR)
        assert client.get(address).status_code == (200 if may else 404), key
        if not may:
            assert client.post(address).status_code in (404, 405), key


def test_strangers_are_led_to_sign_in(client, held, by):
    for address in every_address(heron(held, by)).values():
        assert client.get(address).status_code == 302


def test_what_is_not_there_is_404(page, held, by):
    made = heron(held, by)
    for address in (
        "/people/P-NOBODY/",
        f"/people/{made.reference}/circle/99/",
        f"/people/{made.reference}/plans/9/",
        f"/people/{made.reference}/plans/9/edit/",
        f"/people/{made.reference}/plans/1/shred/",
        f"/people/{made.reference}/shred/",
        f"/people/{made.reference}/compare/",  # one version is nothing to compare
    ):
        assert page.get(address).status_code == 404, address


# --- the list --------------------------------------------------------------------------------


@pytest.mark.parametrize("month", ["0-0", "2026-13", "99999-1", "9999999999999999999999-1"])
def test_a_month_that_no_calendar_has_is_404(client, held, by, month):
    made = heron(held, by)
    client.force_login(staff(TeamRole.OFFICER))
    assert client.get(f"/people/{made.reference}/check-ins/{month}/answer/").status_code == 404


def test_list_takes_as_many_queries_for_three_as_for_one(page, held, by):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert page.get("/people/").status_code == 200
        return len(found)

    heron(held, by, "HERON")
    queries()
    one = queries()
    heron(held, by, "WREN")
    heron(held, by, "OAK")
    assert queries() == one


def test_person_page_takes_as_many_queries_for_a_longer_record(page, held, by):
    made = heron(held, by)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert page.get(made.get_absolute_url()).status_code == 200
        return len(found)

    queries()
    one = queries()
    heron_after_plan(made, by)
    heron_after_plan(made, by)
    assert queries() == one


def test_list_filters_and_counts(page, held, by):
    heron(held, by, "HERON")
    person(held, by, "WREN", dsr_rating="green")
    found = words(page.get("/people/?dsr_rating=green"))
    assert "WREN" in found
    assert "HERON" not in found
    assert "Missing" in found
    assert "Nobody matches" in words(page.get("/people/?alias=zzz"))
    assert page.get("/people/?dsr_rating=purple&sort=password&page=x").status_code == 200


def test_officers_filter_by_organisation(client, held, by):
    other = organisation()
    person(held, by, "HERON")
    person(other, lead_of(other), "WREN")
    client.force_login(staff(TeamRole.OFFICER))
    both = words(client.get("/people/"))
    assert "HERON" in both
    assert "WREN" in both
    one = words(client.get(f"/people/?organisation={other.reference}"))
    assert "HERON" not in one


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (TeamRole.OFFICER, 200),
        (TeamRole.PROGRAMME_LEAD, 200),
        (TeamRole.FINANCE, 404),
        (TeamRole.FUNDER, 404),
        (TeamRole.PANEL_MEMBER, 404),
        (TeamRole.PANEL_CHAIR, 404),
        (TeamRole.AUDITOR, 404),
    ],
)
def test_list_by_programme_role(client, role, status):
    client.force_login(staff(role))
    response = client.get("/people/")
    assert response.status_code == status
    assert client.get("/people/add/").status_code == 404


# --- a person --------------------------------------------------------------------------------


def test_adding_a_person(page):
    response = page.post("/people/add/", FACTS | {"once": "t1"})
    made = FocusPerson.objects.get()
    assert response.url == made.get_absolute_url()
    assert (made.alias, made.local_ref, made.seriousness) == ("HERON", "LS-0042", 4)
    assert made.risk_evidence_on == date(2025, 5, 1)
    assert made.working_policy_on == date(2024, 3, 1)
    again = page.post("/people/add/", FACTS | {"once": "t1"})
    assert again.url == response.url
    assert FocusPerson.objects.count() == 1


def test_adding_a_person_without_a_word_draws_one(page):
    page.post("/people/add/", FACTS | {"alias": ""})
    assert FocusPerson.objects.get().alias


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"age_band": ""}, "Select an age band"),
        ({"age_band": "17"}, "Select an age band"),
        ({"conditions": []}, "Select what the person lives with"),
        ({"conditions": ["ld", "taller"]}, "Select what the person lives with"),
        ({"need_level": "5"}, "Select the level of need"),
        ({"need_level": "1e0"}, "Select the level of need"),
        ({"alias": "MARGARET"}, "That word is taken. Choose another one, or none"),
        ({"risk_evidence_on": ""}, "Enter the month of the newest evidence"),
        (
            {"risk_evidence_on": "May"},
            "Month of the newest evidence: enter a month and a year, such as 5 2025",
        ),
        ({"risk_evidence_on": "1 2099"}, "The month of the evidence must not lie ahead"),
        ({"cohort": "inpatient_planned_discharge"}, "Enter the month of the planned discharge"),
        ({"strengths": "x" * 151}, "Shorten this to 150 characters or fewer"),
        (
            {"strengths": "Ring 07700 900123"},
            "Take out “07700 900123”. It looks like a telephone number",
        ),
        (
            {"local_ref": "943 476 5919"},
            "Take out “943 476 5919”. It looks like an NHS number",
        ),
    ],
)
def test_adding_a_person_keeps_what_was_typed(page, wrong, sentence):
    response = page.post("/people/add/", FACTS | wrong)
    assert response.status_code == 200
    found = words(response)
    assert sentence in found
    assert "Council and ICB" in found
    assert not FocusPerson.objects.exists()


def test_editing_facts_shows_them_first(page, held, by):
    made = person(held, by)
    shown = words(page.get(reverse("edit-person", args=[made.reference])))
    assert 'value="May 2025"' in shown
    facts = {k: v for k, v in FACTS.items() if k != "alias"} | {"strengths": "Swims on 3 May 2025"}
    response = page.post(reverse("edit-person", args=[made.reference]), facts, follow=True)
    assert "looks like a full date" in words(response)
    made.refresh_from_db()
    assert made.strengths == "Swims on 3 May 2025"
    assert made.alias in words(response)


def test_own_reference_is_shown_to_the_organisation_alone(client, held, by):
    made = person(held, by, local_ref="FILE-PLANTED-77")
    for who, shown in ((by, True), (staff(TeamRole.OFFICER), False)):
        client.force_login(who)
        assert ("FILE-PLANTED-77" in words(client.get(made.get_absolute_url()))) is shown


def test_every_reading_is_recorded_and_nothing_else_is_written(client, held, by):
    made = heron(held, by)
    officer = staff(TeamRole.OFFICER)
    client.force_login(officer)
    before = AuditEvent.objects.count()
    asked = words(client.get(made.get_absolute_url()))
    assert "Why do you open this record?" in asked
    assert made.alias not in asked
    assert AuditEvent.objects.count() == before
    says_why(client, made, "report").get(made.get_absolute_url())
    new = AuditEvent.objects.order_by("pk")[before:]
    assert [(e.event, e.actor_id, e.subject_ref, e.data) for e in new] == [
        ("person.read", officer.pk, made.reference, {"purpose": "report"})
    ]
    client.force_login(by)
    assert "2 people in the last 30 days" in words(client.get(made.get_absolute_url()))


def test_a_bare_record_says_what_is_still_to_do(page, held, by):
    made = person(held, by)
    assert f"5 things before {made.alias}’s record" in words(page.get(made.get_absolute_url()))
    whole = heron(held, by)
    assert "before HERON’s record" not in words(page.get(whole.get_absolute_url()))


def test_the_page_of_a_closed_record_offers_no_change(page, held, by):
    made = heron(held, by)
    page.post(reverse("person-verb", args=[made.reference, "report-death"]))
    found = words(page.get(made.get_absolute_url()))
    assert "HERON has died. The record is kept as it was." in found
    assert "Change needs" not in found
    assert page.get(reverse("person-needs", args=[made.reference])).status_code == 409


# --- needs, goals, consent -------------------------------------------------------------------


def test_needs_are_written_and_more_rows_keep_what_is_typed(page, held, by):
    made = person(held, by)
    address = reverse("person-needs", args=[made.reference])
    typed = rows("row", {"category": "anxiety", "statement": "High anxiety"}, {"statement": "Half"})
    more = words(page.post(address, typed | {"add": "1"}))
    assert "N3" in more
    assert 'value="Half"' in more
    assert "There is a problem" not in more
    wrong = words(page.post(address, typed))
    assert "N 2: Choose what the need is about" in wrong
    assert not made.needs.exists()
    good = rows("row", {"category": "anxiety", "statement": "High anxiety"}, {})
    assert page.post(address, good).url == made.get_absolute_url()
    assert [(n.code, n.statement) for n in made.needs.all()] == [("N1", "High anxiety")]


@pytest.mark.parametrize("count", ["-1", "0", "999999999999", "x", "", "²"])
def test_needs_with_a_nonsense_count_of_rows(page, held, by, count):
    made = person(held, by)
    typed = {"row-count": count, "row-0-category": "anxiety", "row-0-statement": "High"}
    assert page.post(reverse("person-needs", args=[made.reference]), typed).status_code == 302


def test_invisible_characters_are_no_need(page, held, by):
    made = person(held, by)
    typed = rows("row", {"category": "anxiety", "statement": "\u200b\u2060"})
    found = words(page.post(reverse("person-needs", args=[made.reference]), typed))
    assert "Describe the need in one line" in found


def test_goals_are_written(page, held, by):
    made = person(held, by)
    typed = rows("row", {"domain": "choice", "words": "Choose my own day", "is_own_words": "on"})
    page.post(reverse("person-goals", args=[made.reference]), typed)
    goal = made.goals.get()
    assert (goal.code, goal.words, goal.is_own_words) == ("G1", "Choose my own day", True)


CONSENT = {
    "basis": "best_interests",
    "decision_maker": "social_worker",
    "decided_on_day": "12",
    "decided_on_month": "5",
    "decided_on_year": "2025",
    "covers_reporting": "on",
}


def test_consent_is_recorded(page, held, by):
    made = person(held, by)
    page.post(reverse("person-consent", args=[made.reference]), CONSENT)
    consent = made.consents.get()
    assert (consent.decided_on, consent.covers_story) == (date(2025, 5, 12), False)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"basis": ""}, "Select the basis"),
        ({"decision_maker": "person"}, "Select who decided for the person"),
        ({"basis": "person_consented"}, "If the person consented, the person decided"),
        ({"basis": "attorney_or_deputy"}, "Select attorney or court-appointed deputy"),
        ({"decided_on_day": "31", "decided_on_month": "2"}, "The date must be a real date"),
        ({"decided_on_year": "2099"}, "The date of the decision must not lie ahead"),
        ({"decided_on_day": ""}, "The date must include a day"),
        (
            {"review_on_day": "1", "review_on_month": "1", "review_on_year": "2020"},
            "The review must come after the decision",
        ),
    ],
)
def test_consent_says_what_is_wrong(page, held, by, wrong, sentence):
    made = person(held, by)
    response = page.post(reverse("person-consent", args=[made.reference]), CONSENT | wrong)
    assert sentence in words(response)
    assert not made.consents.exists()


# --- the circle ------------------------------------------------------------------------------

JOINED = {"joined_on_day": "6", "joined_on_month": "1", "joined_on_year": "2025"}


def test_fast_entry_of_a_circle(page, held, by):
    made = person(held, by)
    typed = rows(
        "row",
        {"role": "support_worker", "how_many": "7", "staff_code": "SW"},
        {"role": "parent", "how_many": "1"},
        {"role": "ld_nurse", "sector": "NHS_INP", "how_many": ""},
        {"how_many": "1"},
    )
    page.post(reverse("add-circle", args=[made.reference]), typed | JOINED)
    circle = list(made.circle.order_by("number"))
    assert [m.staff_code for m in circle] == [f"SW{n}" for n in range(1, 8)] + ["", ""]
    assert [m.sector for m in circle[6:]] == ["ASC_V", "FAM", "NHS_INP"]
    assert {m.joined_on for m in circle} == {date(2025, 1, 6)}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"role": "", "staff_code": "SW1"}, "Row 1: Choose a role"),
        ({"role": "wizard"}, "Row 1: Select a valid choice"),
        ({"role": "parent", "how_many": "1e1"}, "Enter a whole number from 1 to 30"),
        ({"role": "parent", "how_many": "31"}, "Enter a whole number from 1 to 30"),
        ({"role": "parent", "how_many": "٣"}, "Enter a whole number from 1 to 30"),
        ({"role": "parent", "staff_code": "<b>"}, "Use letters, numbers, dots and dashes"),
        ({}, "Choose a role in at least one row."),
    ],
)
def test_fast_entry_says_what_is_wrong(page, held, by, row, sentence):
    made = person(held, by)
    found = words(
        page.post(reverse("add-circle", args=[made.reference]), rows("row", row) | JOINED)
    )
    assert sentence in found
    assert not made.circle.exists()


def test_fast_entry_refuses_a_code_twice(page, held, by):
    made = person(held, by)
    typed = rows(
        "row", {"role": "parent", "staff_code": "F1"}, {"role": "sibling", "staff_code": "F1"}
    )
    found = words(page.post(reverse("add-circle", args=[made.reference]), typed | JOINED))
    assert "The staff code F1 is used more than once" in found


def test_pasted_list_is_shown_with_its_problems_and_then_added(page, held, by):
    made = person(held, by)
    address = reverse("paste-circle", args=[made.reference])
    bad = "Support worker; ASC_V; SW1\nWizard\n\nMother\nparent; MOON\nPA;;SW1"
    found = words(page.post(address, {"people": bad, "save": "1"}))
    assert "Enter the day on which they joined" in found
    for sentence in (
        "Line 2: “Wizard” is not a role that we know",
        "Line 5: “MOON” is not a sector that we know",
        "Line 6: the staff code SW1 is used already",
    ):
        assert sentence in found
    assert not made.circle.exists()
    good = "Support worker\tASC_V\tSW1\nMother\nSaLT;;N2"
    checked = words(page.post(address, JOINED | {"people": good}))
    assert "Add 3 people" in checked
    assert not made.circle.exists()
    page.post(address, JOINED | {"people": good, "save": "1"})
    found = made.circle.order_by("number").values_list("role", "sector", "staff_code")
    assert list(found) == [
        ("support_worker", "ASC_V", "SW1"),
        ("parent", "FAM", ""),
        ("salt", "NHS_COM", "N2"),
    ]


def test_leaving_and_replacing(page, held, by):
    made = heron(held, by)
    left = {
        "left_on_day": "10",
        "left_on_month": "7",
        "left_on_year": "2025",
        "left_reason": "new_job",
    }
    early = left | {"left_on_year": "2024"}
    address = reverse("leave-circle", args=[made.reference, 7])
    assert "They joined on 6 January 2025" in words(page.post(address, early))
    page.post(address, left)
    circle = words(page.get(reverse("person-circle", args=[made.reference])))
    assert "Support worker has left, and nobody is recorded in their place." in circle
    address = reverse("replace-member", args=[made.reference, 7])
    joined = {
        "joined_on_day": "8",
        "joined_on_month": "9",
        "joined_on_year": "2025",
        "staff_code": "SW1",
    }
    assert "The staff code SW1 is used in this circle already" in words(page.post(address, joined))
    page.post(address, joined | {"staff_code": "SW8"})
    assert made.circle.get(staff_code="SW8").replaces.number == 7
    assert "nobody is recorded" not in words(page.get(made.get_absolute_url()))


def test_changing_a_member(page, held, by):
    made = heron(held, by)
    typed = JOINED | {
        "role": "night_staff",
        "sector": "ASC_V",
        "staff_code": "SW1",
        "is_paid": "on",
    }
    page.post(reverse("circle-member", args=[made.reference, 1]), typed)
    member = made.circle.get(number=1)
    assert (member.role, member.can_attend) == ("night_staff", False)


# --- the support plan ------------------------------------------------------------------------

WEEK = {"expenses": "140.00", "payer_la": "60", "payer_icb": "40"}


def test_the_week_is_typed_worked_out_and_saved(page, held, by):
    made = person(held, by)
    new = {"point": "before", "dated_on_day": "2", "dated_on_month": "6", "dated_on_year": "2025"}
    edit = page.post(reverse("new-plan", args=[made.reference]), new).url
    assert edit == reverse("edit-plan", args=[made.reference, 1])
    typed = rows("row", *week_rows()) | WEEK
    worked = words(page.post(edit, typed | {"work": "1"}))
    assert "£10,936.80" in worked
    assert "Worked out, not saved yet." in worked
    assert not made.plans.get().lines.exists()
    more = words(page.post(edit, typed | {"add": "1"}))
    assert 'value="24.10"' in more
    assert 'name="row-8-area"' in more
    assert page.post(edit, typed).url == reverse("person-plan", args=[made.reference, 1])
    figures = reports.figures_of(made.plans.get())
    assert figures.weekly_cost == Decimal("10936.80")
    shown = words(page.get(reverse("person-plan", args=[made.reference, 1])))
    for text in ("£10,936.80", "2.67\u00a0:\u00a01", "448", "168 of 168", "£6,562.08", "£4,374.72"):
        assert text in shown


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hours": "0.1"}, "Line 1: Enter hours in quarters, such as 7.25"),
        ({"hours": "168.25"}, "Line 1: There are 168 hours in a week"),
        ({"hours": "1e1"}, "Line 1: Enter hours a week such as 7 or 7.5"),
        ({"hours": "NaN"}, "Line 1: Enter hours a week such as 7 or 7.5"),
        ({"hours": "١٢"}, "Line 1: Enter hours a week such as 7 or 7.5"),
        ({"hours": "-1"}, "Line 1: Enter hours a week such as 7 or 7.5"),
        ({"hours": ""}, "Line 1: Enter hours a week, such as 21"),
        ({"rate": "£1e3"}, "Line 1: Enter a rate in pounds and pence, such as 24.10"),
        ({"rate": "1_000"}, "Line 1: Enter a rate in pounds and pence, such as 24.10"),
        ({"rate": ""}, "Line 1: Enter a rate, such as 24.10"),
        ({"staff": "0"}, "Line 1: Enter at least 0.5 staff"),
        ({"staff": "6.5"}, "Line 1: Enter at most 6 staff at once"),
        ({"staff": "1.25"}, "Line 1: Enter staff in halves, such as 1.5"),
        ({"staff": ""}, "Line 1: Enter how many staff at once"),
        ({"area": ""}, "Line 1: Choose a part of the week"),
        ({"basis": "per_night"}, "Line 1: Enter how many nights a week"),
        ({"basis": "per_night", "nights": "8"}, "Line 1: There are 7 nights in a week"),
        ({"label": "ring 07700 900123"}, "It looks like a telephone number"),
    ],
)
def test_a_line_says_what_is_wrong_and_keeps_the_rest(page, held, by, wrong, sentence):
    made = person(held, by)
    before_plan(made, by)
    typed = rows("row", week_rows()[0] | wrong, {"area": "domestic", "label": "Kept words"}) | WEEK
    for button in ({}, {"work": "1"}):
        response = page.post(reverse("edit-plan", args=[made.reference, 1]), typed | button)
        assert response.status_code == 200
        assert sentence in words(response)
        assert "Kept words" in words(response)
    assert made.plans.get().lines.count() == 6


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"payer_icb": "39"}, "The shares must add up to 100%. They add up to 99%"),
        ({"payer_icb": "40.5"}, "The shares must add up to 100%. They add up to 100.5%"),
        ({"payer_la": "101"}, "Council: enter 100 or less"),
        ({"payer_la": "most"}, "Council: enter a percentage, such as 60"),
        ({"expenses": "1e3"}, "Enter an amount in pounds and pence"),
    ],
)
def test_other_costs_and_payers_say_what_is_wrong(page, held, by, wrong, sentence):
    made = person(held, by)
    before_plan(made, by)
    typed = rows("row", week_rows()[0]) | WEEK | wrong
    assert sentence in words(page.post(reverse("edit-plan", args=[made.reference, 1]), typed))


def test_a_family_line_needs_no_rate(page, held, by):
    made = person(held, by)
    before_plan(made, by)
    row = {"area": "social_activity", "resource": "family_unpaid", "hours": "12", "staff": "1"}
    typed = rows("row", row | {"basis": "hourly"}) | WEEK
    page.post(reverse("edit-plan", args=[made.reference, 1]), typed)
    assert made.plans.get().lines.get().rate == 0


def test_locked_and_confirmed_versions_cannot_be_edited(page, held, by):
    made = heron(held, by)
    plan = made.plans.get()
    edit = reverse("edit-plan", args=[made.reference, 1])
    workflow.lock_plan(plan, by=by)
    assert page.get(edit).status_code == 409
    response = page.post(edit, rows("row", week_rows()[0]) | WEEK)
    assert response.status_code == 409
    assert "locked with the baseline" in words(response)
    assert plan.lines.count() == 6
    assert "Change the week" not in words(page.get(plan.get_absolute_url()))


def test_confirming_by_provider_and_commissioner(client, held, by):
    made = heron(held, by)
    plan = made.plans.get()
    client.force_login(by)
    client.post(reverse("plan-verb", args=[made.reference, 1, "confirm"]))
    plan.refresh_from_db()
    assert (plan.confidence, plan.confirmed_by) == ("provider_confirmed", by)
    again = client.post(reverse("plan-verb", args=[made.reference, 1, "confirm"]))
    assert again.status_code == 409
    officer = staff(TeamRole.OFFICER)
    client.force_login(officer)
    page = words(says_why(client, made).get(plan.get_absolute_url()))
    assert "Record the commissioner’s agreement" in page
    client.post(reverse("plan-verb", args=[made.reference, 1, "record-agreement"]))
    plan.refresh_from_db()
    assert (plan.confidence, plan.confirmed_by) == ("commissioner_confirmed", officer)


def test_a_new_version_starts_as_a_copy(page, held, by):
    made = heron(held, by)
    new = {
        "point": "after_m6",
        "dated_on_day": "1",
        "dated_on_month": "12",
        "dated_on_year": "2025",
    }
    address = reverse("new-plan", args=[made.reference])
    assert "Say what changed, and who agreed it" in words(page.post(address, new | {"copy": "1"}))
    page.post(address, new | {"copy": "1", "reason": "Fewer people by day"})
    assert made.plans.get(version=2).lines.count() == 6
    page.post(address, new | {"copy": "", "reason": "From nothing"})
    assert made.plans.get(version=3).lines.count() == 0


def test_before_and_after(page, held, by):
    made = heron(held, by)
    heron_after_plan(made, by)
    address = reverse("compare-plans", args=[made.reference])
    shown = words(page.get(address + "?spent=7338.20"))
    for text in (
        "A week costs £4,114.80 less",
        "Paid staff hours fall from 448 to 280 a week",
        "37.6%",
        "£213,969.60",
        "1.78 weeks",
        "£2,468.88",
        "£1,645.92",
    ):
        assert text in shown
    back = words(page.get(address + "?before=2&after=1&spent=7338.20"))
    assert "A week costs £4,114.80 more" in back
    assert "\N{MINUS SIGN}£4,114.80" in back
    assert "No payback" in back
    for nonsense in ("?before=9", "?after=x", "?spent=1e3", "?before=1&after=1"):
        assert page.get(address + nonsense).status_code == 200


def test_nothing_a_person_types_becomes_markup(page, held, by):
    planted = "<b>bold</b>"
    made = person(held, by, **(HERON_FACTS | {"strengths": planted}))
    assert planted not in words(page.get(made.get_absolute_url()))


def test_staff_say_why_they_read_and_the_organisation_is_not_asked(client, held, by):
    made = heron(held, by)
    where = made.get_absolute_url()
    client.force_login(by)
    assert "Why do you open this record?" not in words(client.get(where))
    assert client.post(f"{where}purpose/", {"purpose": "checking"}).status_code == 404
    client.force_login(staff(TeamRole.OFFICER))
    other = {"purpose": "other", "words": "", "next": where}
    assert "Say what else you open it for" in words(client.post(f"{where}purpose/", other))
    told = other | {"words": "To compare two weeks", "next": f"{where}circle/"}
    assert client.post(f"{where}purpose/", told)["Location"] == f"{where}circle/"
    assert "Heron" in words(client.get(f"{where}circle/")).title()
    away = client.post(f"{where}purpose/", told | {"next": "https://elsewhere.example/"})
    assert away["Location"] == where
    client.force_login(by)
    seen = words(client.get(f"{where}readers/"))
    assert "For something else" in seen
    assert "To compare two weeks" in seen
    assert "Officer" in seen


FILES = {
    "xlsx": lambda rows: as_xlsx([Page(rows)]),
    "ods": lambda rows: as_ods([Page(rows)]),
    "csv": as_csv,
}


@pytest.mark.parametrize("write", [as_xlsx, as_ods])
def test_a_hidden_sheet_of_a_list_is_named_and_not_read(page, held, by, write):
    made = person(held, by)
    rows = [["Role", "Staff code"], ["Mother", "F1"]]
    pages = [Page(rows, name="Now"), Page(rows, name="Left", is_hidden=True)]
    sent = {"file": SimpleUploadedFile("team.xlsx", write(pages))}
    shown = words(page.post(reverse("paste-circle", args=[made.reference]), sent | JOINED))
    assert "We understood 1 person" in shown
    assert "Not read, because it is hidden in the file: ‘Left’." in shown


@pytest.mark.parametrize("kind", FILES)
def test_a_spreadsheet_is_shown_then_added_and_its_names_are_never_kept(page, held, by, kind):
    made = person(held, by)
    address = reverse("paste-circle", args=[made.reference])
    team = [["Name", "Job title", "Sector", "Staff code", "Phone"]]
    team += [
        [f"Agatha Planted{n}", "Support worker", "ASC_V", f"SW{n}", "07700 900123"]
        for n in range(9)
    ]
    team += [["Bob Planted", "Mother", "", "F1", ""]]
    sent = {"file": SimpleUploadedFile(f"team.{kind}", FILES[kind](team))}
    shown = page.post(address, sent | JOINED)
    found = words(shown)
    assert "We understood 10 people" in found
    assert "Planted" not in found
    assert not made.circle.exists()
    text = shown.context["form"]["people"].value()
    assert page.post(address, {"people": text, "save": "1"} | JOINED).status_code == 302
    assert [m.staff_code for m in made.circle.order_by("number")] == [
        *(f"SW{n}" for n in range(9)),
        "F1",
    ]
    assert scan(["Agatha", "Planted1", "07700 900123", "team.csv"]).traces == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"Name,Phone\nA,B\n", "No column is headed “Role”."),
        (b"%PDF-1.4 x", "This is a picture or a PDF"),
        (b"Role\nSupport worker\nwizard\n", "Line 2: “wizard” is not a role that we know"),
    ],
)
def test_a_spreadsheet_says_what_is_wrong_and_writes_nothing(page, held, by, content, sentence):
    made = person(held, by)
    sent = {"file": SimpleUploadedFile("team.csv", content), "save": "1"}
    found = words(page.post(reverse("paste-circle", args=[made.reference]), sent | JOINED))
    assert sentence in found
    assert not made.circle.exists()


def test_a_list_is_read_as_people_write_it(client, held, by):
    """Two words for one, brackets for a comma, a comma for a semicolon, and how many of them."""
    made = person(held, by)
    written = (
        "2 x Night staff\nkey worker, housing\n"
        "Support worker; Adult social care (voluntary); SW1\nsupport worker × 3"
    )
    read = read_lines(written, made)
    assert [line.problem for line in read] == [""] * 7
    assert [line.role for line in read] == ["night_staff"] * 2 + ["keyworker"] + [
        "support_worker"
    ] * 4
    assert (read[2].sector, read[3].sector, read[3].staff_code) == ("HOU", "ASC_V", "SW1")
    (refused,) = read_lines("2 x Night staff; ; NS1", made)
    assert "2 people cannot have one staff code" in refused.problem


def test_a_planned_week_does_not_begin_before_the_week_before(client, held, by):
    made = person(held, by)
    plan = before_plan(made, by)
    client.force_login(by)
    where = f"/people/{made.reference}/plans/new/"
    for days, status in ((-1, 200), (0, 302), (30, 302)):
        day = plan.dated_on + timedelta(days=days)
        sent = {"point": "planned", "reason": "One at night, agreed with the social worker"}
        sent |= {"dated_on_day": day.day, "dated_on_month": day.month, "dated_on_year": day.year}
        assert client.post(where, sent).status_code == status, days


def test_a_planned_week_is_not_the_week_as_it_is(client, held, by):
    """What the headline and the other weeks are measured against: never a plan for later."""
    made = person(held, by)
    plan = before_plan(made, by)
    actions.new_plan_version(
        made, by=by, point="planned", dated_on=plan.dated_on, reason="Agreed by the team"
    )
    cost = reports.figures_of(plan).weekly_cost
    client.force_login(by)
    assert f"A week of support costs £{cost:,.2f}" in words(client.get(made.get_absolute_url()))
    page = words(client.get(f"/people/{made.reference}/scenarios/"))
    assert "Now: version 1" in page
    assert "version 2" not in page
    assert reports.plan_in_force([]) is None
    assert reports.plan_in_force(made.plans.filter(point="planned")).version == 2
