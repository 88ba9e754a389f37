"""The pages of reporting: who reaches them, what they keep, what they refuse, how many queries."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from grants.enums import GrantState
from outcomes import workflow
from outcomes.enums import Point, ReportState
from outcomes.models import OutcomeReport
from outcomes.schedule import PLAN_POINT
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.awards import accepted_claim, grant_at
from tests.factories.focus_people import heron_after_plan
from tests.factories.outcomes import HERON, accepted, drafted, heron_baseline, heron_report

from .conftest import noon

pytestmark = pytest.mark.django_db
M3_DAY = date(2025, 10, 14)


@pytest.fixture(autouse=True)
def _on_the_day(request):
    """Every page of these tests is read on 14 October 2025."""
    with clock.at(noon(M3_DAY)):
        yield


def url(grant, point=None, name="outcome-report"):
    if point is None:
        return reverse("grant-outcomes", args=[grant.reference])
    return reverse(name, args=[grant.reference, point])


def typed(report, **said):
    """What the form of a report sends: HERON's answers, but for `said`."""
    end = M3_DAY - timedelta(days=1)
    data = {
        "version": str(report.version),
        "window_end_day": str(end.day),
        "window_end_month": str(end.month),
        "window_end_year": str(end.year),
        "days_observed": "28",
        "rater": "joint",
    }
    for code, answer in HERON[Point(report.point)].items():
        if str(answer) in ("not_known", "not_applicable", "declined"):
            data[f"{code}_reason"] = str(answer)
        else:
            data[code] = str(answer)
    return data | said


def signed_in(client, person):
    client.force_login(person)
    return client


def text(response):
    return " ".join(response.content.decode().split())


# --- who reaches what -------------------------------------------------------------------------


def test_who_reaches_the_pages(client, started):
    lead = lead_of(started.organisation)
    report = heron_report(started, Point.M3, lead)
    both = member(started.organisation)
    both.team_memberships.create(role=TeamRole.FINANCE)
    people = {
        "lead": (lead, 200),
        "contributor": (member(started.organisation), 200),
        "helper": (member(started.organisation, MemberRole.HELPER), 404),
        "other": (lead_of(organisation()), 404),
        "officer": (staff(TeamRole.OFFICER), 200),
        "programme_lead": (staff(TeamRole.PROGRAMME_LEAD), 200),
        "finance": (staff(TeamRole.FINANCE), 404),
        "panel": (staff(TeamRole.PANEL_MEMBER), 404),
        "funder": (staff(TeamRole.FUNDER), 404),
        "auditor": (staff(TeamRole.AUDITOR), 404),
    }
    for role, (person, status) in people.items():
        signed_in(client, person)
        for address in (url(started), report.get_absolute_url(), url(started, Point.M6)):
            assert client.get(address).status_code == status, (role, address)


@pytest.mark.parametrize("role", [TeamRole.FINANCE, TeamRole.PANEL_MEMBER, TeamRole.FUNDER])
def test_the_list_is_not_for_everyone_in_the_team(client, role):
    assert signed_in(client, staff(role)).get(reverse("outcome-reports")).status_code == 404


def test_a_point_that_does_not_exist_is_not_found(client, started):
    signed_in(client, lead_of(started.organisation))
    assert client.get(f"{url(started)}m9/").status_code == 404


def test_an_officer_cannot_write_a_report(client, started):
    report = drafted(started, Point.M3, lead_of(started.organisation))
    signed_in(client, staff(TeamRole.OFFICER))
    assert client.post(report.get_absolute_url(), typed(report)).status_code == 404
    started_elsewhere = client.post(url(started, Point.M6, "start-outcome-report"))
    assert started_elsewhere.status_code == 404


# --- starting ---------------------------------------------------------------------------------


def test_reading_starts_nothing_and_a_double_click_starts_one(client, started):
    signed_in(client, lead_of(started.organisation))
    page = client.get(url(started, Point.M3))
    assert "3-month follow-up" in text(page)
    assert not started.outcome_reports.filter(point=Point.M3).exists()
    start = url(started, Point.M3, "start-outcome-report")
    for _ in range(2):
        assert client.post(start, {"once": "one-token"}).url == url(started, Point.M3)
    assert started.outcome_reports.filter(point=Point.M3).count() == 1


def test_a_point_that_is_not_due_says_so(client, active):
    signed_in(client, lead_of(active.organisation))
    response = client.post(url(active, Point.M3, "start-outcome-report"))
    assert response.status_code == 409
    assert "No session has been held yet, so nothing is due." in text(response)


# --- filling in -------------------------------------------------------------------------------


@pytest.fixture
def draft(started):
    return workflow.start_report(started, Point.M3, by=lead_of(started.organisation))


def saved(report):
    return OutcomeReport.objects.get(pk=report.pk)


def test_the_form_shows_the_last_answers_beside_each_question(client, draft):
    page = text(signed_in(client, draft.started_by).get(draft.get_absolute_url()))
    assert "<div><dt>Baseline</dt><dd>22</dd></div>" in page
    assert "how good has life been for HERON in the last 4 weeks?" in page


def test_check_and_send_goes_all_the_way(client, draft):
    signed_in(client, draft.started_by)
    answer = client.post(draft.get_absolute_url(), typed(draft, then="check"))
    assert answer.url == url(draft.grant, Point.M3, "check-outcome-report")
    page = text(client.get(answer.url))
    assert "An admission was avoided: reported" in page
    assert "Send this report: not yet" not in page
    assert client.post(f"{draft.get_absolute_url()}submit/").status_code == 302
    assert saved(draft).state == ReportState.SUBMITTED


def test_a_contributor_may_fill_in_and_not_send(client, draft):
    signed_in(client, member(draft.grant.organisation))
    answer = client.post(draft.get_absolute_url(), typed(draft, then="check"))
    assert "A lead of your organisation sends it." in text(client.get(answer.url))
    assert client.post(f"{draft.get_absolute_url()}submit/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("incidents", "1e3", "Enter a whole number, such as 7"),
        ("incidents", "1_000", "Enter a whole number, such as 7"),
        ("incidents", "１２", "Enter a whole number, such as 7"),
        ("incidents", "NaN", "Enter a whole number, such as 7"),
        ("incidents", "-1", "Enter a whole number, such as 7"),
        ("incidents", "3.5", "Enter a whole number"),
        ("incidents", "99999", "The number must be 9999 or less"),
        ("quality_of_life", "11", "Enter a number from 0 to 10, in whole numbers"),
        ("working_together", "5.1", "Enter a number from 1 to 5, in steps of 0.1"),
        ("stability", "purple", "Choose an answer from the list"),
        ("incidents_reason", "because", "Choose a reason from the list"),
        ("incidents_reason", "not_known", "Give an answer or a reason, not both"),
        ("days_observed", "29", "There are 28 days in the count at most"),
        (
            "window_end_year",
            "2026",
            "The 28 days must have passed: enter 14 October 2025 or an earlier",
        ),
        ("window_end_month", "13", "The date must be a real date"),
        ("rater", "trainer", "Choose who rated the quality of life from the list"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(client, draft, field, value, sentence):
    signed_in(client, draft.started_by)
    response = client.post(draft.get_absolute_url(), typed(draft, **{field: value}))
    page = text(response)
    assert response.status_code == 200
    assert sentence in page
    assert f'value="{value}"' in page or "_reason" in field or field in ("stability", "rater")
    assert saved(draft).version == 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"bed_nights": "2"}, "There were nights in hospital, so no admission was avoided"),
        ({"contribution": "0"}, "Say that the learning made at least some contribution"),
        ({"attested_by": "trainer"}, "The trainer may not attest it"),
        ({"attested_by": ""}, "Say who attests it, by their role"),
        ({"admission": "delayed"}, "A delay counts from 28 days"),
        ({"others_count": ""}, "Enter a number, or say why there is none"),
        ({"serious_incidents": "16"}, "There cannot be more serious incidents than incidents"),
        ({"bed_nights": "92"}, "There are 91 nights in the period at most"),
        ({"days_observed": "0"}, "at home with support on one day at least"),
        ({"rater": ""}, "Choose who rated the quality of life"),
        ({"days_observed": ""}, "Enter the number of days, 28 if there was none away"),
    ],
)
def test_gaps_and_claims_are_said_at_their_field_and_the_rest_is_kept(
    client, draft, said, sentence
):
    signed_in(client, draft.started_by)
    response = client.post(draft.get_absolute_url(), typed(draft, then="check", **said))
    assert response.status_code == 200
    assert sentence in text(response)
    assert saved(draft).values()["incidents"].number == 15


def test_a_half_finished_report_is_kept(client, draft):
    signed_in(client, draft.started_by)
    data = {"version": "0", "incidents": "0", "prn_reason": "declined", "then": "later"}
    assert client.post(draft.get_absolute_url(), data).status_code == 302
    held = saved(draft).values()
    assert {code: (v.status, v.number) for code, v in held.items()} == {
        "incidents": ("value", 0),
        "prn": ("declined", None),
    }


def test_autosave_keeps_what_can_be_read_and_counts_versions(client, draft):
    signed_in(client, draft.started_by)
    data = typed(draft, prn="1e3")
    first = client.post(draft.get_absolute_url(), data, headers={"X-Autosave": "1"})
    assert first.json() == {"saved_at": "12:00", "version": 1}
    assert "prn" not in saved(draft).values()
    assert saved(draft).values()["incidents"].number == 15
    data["incidents"] = "16"
    second = client.post(draft.get_absolute_url(), data, headers={"X-Autosave": "1"})
    assert second.status_code == 409
    assert "Somebody has saved this report" in second.json()["blockers"][0]


def test_a_draft_whose_answer_was_lost_is_no_stranger(client, draft):
    """The service may die between keeping a report and saying so; the same page then tries again."""
    signed_in(client, draft.started_by)

    def send(page, **more):
        return client.post(
            draft.get_absolute_url(), typed(draft, **more), headers={"X-Autosave": page}
        )

    assert send("tab-1").json()["version"] == 1
    assert send("tab-2").json()["version"] == 2  # the same once more
    assert send("tab-3", incidents="16").json()["version"] == 3  # written on in between
    assert send("tab-2").json()["version"] == 3  # overtaken on the way
    other = send("other-1", incidents="17")
    assert other.status_code == 409
    assert saved(draft).values()["incidents"].number == 16

    cache.clear()  # what was remembered went with the service: what is the same is still the same
    assert send("tab-4", incidents="16").json()["version"] == 3
    again = client.post(draft.get_absolute_url(), typed(draft, incidents="16"))
    assert again.status_code == 302
    assert saved(draft).version == 3


def test_a_sent_report_is_read_and_refuses_a_late_save(client, draft):
    signed_in(client, draft.started_by)
    client.post(draft.get_absolute_url(), typed(draft))
    workflow.submit(saved(draft), by=draft.started_by)
    response = client.post(draft.get_absolute_url(), typed(draft, incidents="0"))
    assert response.status_code == 409
    assert saved(draft).values()["incidents"].number == 15
    late = client.post(
        draft.get_absolute_url(), typed(draft, incidents="0"), headers={"X-Autosave": "1"}
    )
    assert late.status_code == 409
    assert late.json()["blockers"]


def test_confirming_no_change_makes_the_version(client, draft):
    signed_in(client, draft.started_by)
    page = text(client.get(draft.get_absolute_url()))
    assert "Confirm: the week is as it was" in page
    client.post(url(draft.grant, Point.M3, "confirm-no-change"))
    page = text(client.get(draft.get_absolute_url()))
    assert "2.67 : 1 at baseline, 2.67 : 1 now" in page
    assert "Confirm: the week is as it was" not in page


# --- judging ----------------------------------------------------------------------------------


def test_an_officer_accepts_and_sends_back_through_the_pages(client, started):
    report = heron_report(started, Point.M3, lead_of(started.organisation))
    signed_in(client, staff(TeamRole.OFFICER))
    page = text(client.get(report.get_absolute_url()))
    assert "Accept this report" in page
    empty = client.post(f"{report.get_absolute_url()}send-back/", {"reason": "\u200b"})
    assert "Say what they should look at again" in text(empty)
    client.post(f"{report.get_absolute_url()}send-back/", {"reason": "Is 15 right?"})
    assert saved(report).state == ReportState.RETURNED
    signed_in(client, lead_of(started.organisation))
    assert "Is 15 right?" in text(client.get(report.get_absolute_url()))
    client.post(f"{report.get_absolute_url()}submit/")
    signed_in(client, staff(TeamRole.OFFICER))
    client.post(f"{report.get_absolute_url()}accept/")
    assert saved(report).state == ReportState.ACCEPTED


def test_a_point_that_nobody_started_is_waived(client, started):
    signed_in(client, staff(TeamRole.PROGRAMME_LEAD))
    address = url(started, Point.M12, "waive-outcome-point")
    assert "Say why this report is not needed" in text(client.post(address, {"reason": " "}))
    assert client.post(address, {"reason": "The service has closed"}).status_code == 302
    assert started.outcome_reports.get(point=Point.M12).state == ReportState.WAIVED


# --- lists ------------------------------------------------------------------------------------


def listed(client, **query):
    response = client.get(reverse("outcome-reports"), query)
    assert response.status_code == 200
    return [(one.row.reference, one.row.status) for one in response.context["page"]]


def test_the_list_and_its_filters(client, started):
    lead = lead_of(started.organisation)
    reference = started.reference
    signed_in(client, staff(TeamRole.OFFICER))
    assert listed(client) == [
        (f"{reference}-BASELINE", "submitted"),
        (f"{reference}-M3", "due"),
        (f"{reference}-M6", "later"),
        (f"{reference}-M12", "later"),
    ]
    accepted(heron_report(started, Point.M3, lead))
    assert listed(client, status="accepted") == [(f"{reference}-M3", "accepted")]
    assert listed(client, status="due") == []
    assert listed(client, point="m12") == [(f"{reference}-M12", "later")]
    assert listed(client, about="nobody") == []
    assert len(listed(client, about=reference.lower())) == 4
    assert len(listed(client, region="north_west", status="nonsense")) == 4
    with clock.at(noon(date(2026, 2, 12))):
        assert listed(client, status="overdue") == [(f"{reference}-M6", "overdue")]


def test_the_list_of_another_organisation_is_empty(client, started):
    assert listed(signed_in(client, lead_of(organisation()))) == []
    assert len(listed(signed_in(client, lead_of(started.organisation)))) == 4


def test_lists_take_as_many_queries_for_three_grants_as_for_one(
    client, started, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    officer, lead = staff(TeamRole.OFFICER), lead_of(started.organisation)
    addresses = [(officer, reverse("outcome-reports")), (lead, reverse("home"))]
    addresses += [(officer, "/api/v1/outcome-reports/"), (lead, reverse("outcome-reports"))]

    def counts():
        found = []
        for person, address in addresses:
            signed_in(client, person).get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    one = counts()
    for _ in range(2):
        with clock.at(noon(date(2025, 10, 10))):
            other = grant_at(GrantState.AGREED, organisation=started.organisation)
            heron_baseline(other, lead)
    assert counts() == one


# --- Your work and the grant's page -----------------------------------------------------------


def titles(client, person):
    page = signed_in(client, person).get(reverse("home"))
    return [
        (todo.title, todo.due_on)
        for todo in page.context["todos"]
        if "HERON" in todo.title and ("follow-up" in todo.title or "aseline" in todo.title)
    ]


def test_your_work_says_what_to_write_and_what_to_read(client, started):
    lead, officer = lead_of(started.organisation), staff(TeamRole.OFFICER)
    assert titles(client, lead) == [("3-month follow-up for HERON", date(2025, 10, 15))]
    assert titles(client, officer) == [("Baseline of HERON", None)]
    report = heron_report(started, Point.M3, lead)
    assert titles(client, lead) == []
    assert titles(client, officer) == [
        ("3-month follow-up of HERON", None),
        ("Baseline of HERON", None),
    ]
    accepted(report)
    assert titles(client, officer) == [("Baseline of HERON", None)]


def test_a_baseline_waits_from_the_agreement_on(client, agreed):
    lead = lead_of(agreed.organisation)
    assert titles(client, lead) == [("Baseline for HERON", None)]
    page = text(signed_in(client, lead).get(agreed.get_absolute_url()))
    assert "Record the baseline" in page


def test_the_page_of_a_grant_shows_the_course_and_the_guardrails(client, started):
    lead = lead_of(started.organisation)
    heron_report(started, Point.M3, lead)
    page = text(signed_in(client, lead).get(url(started)))
    assert "Fewer incidents reported: 22 in 28 days at baseline, 15 at 3 months" in page
    assert "Cannot be shown as a safe reduction" in page
    assert "44.4" in page


def test_a_report_that_is_only_begun_does_not_say_that_something_cannot_be_shown(client, started):
    lead = lead_of(started.organisation)
    workflow.start_report(started, Point.M3, by=lead)
    page = text(signed_in(client, lead).get(url(started, "m3")))
    assert page.count("No figure yet") == 5
    assert "it counts as safe once all five are met" in page
    assert "Cannot be shown" not in page
    assert "still reported, but not counted" not in page


def test_the_picture_is_drawn_from_two_points_on_and_only_for_those_who_may_read(client, started):
    lead = lead_of(started.organisation)
    address = reverse("outcome-events-picture", args=[started.reference, "m3"])
    signed_in(client, lead)
    assert client.get(address).status_code == 404
    heron_report(started, Point.M3, lead, {"serious_incidents": "3"})
    found = client.get(f"{address}?size=phone")
    assert (found.status_code, found["Content-Type"]) == (200, "image/svg+xml")
    assert (
        client.get(f"{address}?size=phone", headers={"If-None-Match": found["ETag"]}).status_code
        == 304
    )
    page = text(client.get(url(started)))
    assert "Baseline: 22 incidents, 9 restrictive interventions. 3 months: 15" in page
    signed_in(client, lead_of(organisation()))
    assert client.get(address).status_code == 404


# --- the API ----------------------------------------------------------------------------------


def test_the_api_reads_and_refuses_what_the_pages_do(client, started):
    lead = lead_of(started.organisation)
    report = drafted(started, Point.M3, lead)
    address = f"/api/v1/outcome-reports/{report.reference}/"
    signed_in(client, lead_of(organisation()))
    assert client.get(address).status_code == 404
    assert client.post(f"{address}submit/").status_code == 404
    signed_in(client, lead)
    read = client.get(address).json()
    assert (read["state"], read["point"]) == ("draft", "m3")
    assert {a["item"]: a["number"] for a in read["answers"]}["incidents"] == "15.00"
    assert client.post(f"{address}accept/").status_code == 404
    assert client.post(f"{address}submit/").json()["state"] == "submitted"
    again = client.post(f"{address}submit/")
    assert again.status_code == 409
    assert again.json()["blockers"] == [
        "This outcome report has moved on: it is now “Waiting for an officer”."
    ]
    signed_in(client, staff(TeamRole.OFFICER))
    assert client.post(f"{address}accept/").json()["state"] == "accepted"


def test_the_api_starts_and_saves(client, started):
    lead = lead_of(started.organisation)
    signed_in(client, lead)
    wrong = client.post(
        "/api/v1/outcome-reports/start/",
        {"grant": started.reference, "point": "m9"},
        content_type="application/json",
    )
    assert wrong.status_code == 400
    made = client.post(
        "/api/v1/outcome-reports/start/",
        {"grant": started.reference, "point": "m3"},
        content_type="application/json",
    )
    assert made.status_code == 201
    address = f"/api/v1/outcome-reports/{made.json()['reference']}/save/"
    bad = client.post(address, {"incidents": "1e3"}, content_type="application/json")
    assert bad.status_code == 400
    assert bad.json()["incidents"][0]["message"] == "Enter a whole number, such as 7"
    good = client.post(
        address, {"incidents": 3, "prn_reason": "not_known"}, content_type="application/json"
    )
    assert [(a["item"], a["status"]) for a in good.json()["answers"]] == [
        ("incidents", "value"),
        ("prn", "not_known"),
    ]


def test_the_api_filters(client, started):
    signed_in(client, staff(TeamRole.OFFICER))
    drafted(started, Point.M3, lead_of(started.organisation))

    def found(**query):
        rows = client.get("/api/v1/outcome-reports/", query).json()["results"]
        return [row["reference"] for row in rows]

    assert found(state="draft") == [f"{started.reference}-M3"]
    assert found(point="baseline") == [f"{started.reference}-BASELINE"]
    assert len(found(grant=started.reference)) == 2
    assert found(grant="PWB-1999-0001") == []


def test_outcomes_lead_to_the_weeks_with_what_was_spent(client, started):
    """The comparison lies under the money; from here it is told what was spent."""
    lead = lead_of(started.organisation)
    person = started.application.person
    address = reverse("compare-plans", args=[person.reference])
    assert address not in text(signed_in(client, lead).get(url(started)))  # one week alone
    heron_after_plan(person, lead, PLAN_POINT[Point.M3], M3_DAY)
    claim = accepted_claim(started)
    spent = started.accepted_spend()
    assert spent > 0, claim
    page = text(signed_in(client, lead).get(url(started)))
    assert f"{address}?spent={spent}" in page
    compared = text(client.get(f"{address}?spent={spent}"))
    assert "Grant spent" in compared


# --- what is wrong, and what is kept ----------------------------------------------------------------


def test_each_line_of_the_error_summary_says_which_question_it_means(client, draft):
    signed_in(client, draft.started_by)
    page = client.post(draft.get_absolute_url(), {"then": "check", "version": draft.version})
    summary = page.content.decode().split("govuk-error-summary__list")[1].split("</ul>")[0]
    lines = re.findall(r"<a [^>]*>(.*?)</a>", summary)
    assert (
        "Incidents of behaviour that challenges: Enter a number, or say why there is none" in lines
    )
    assert len(lines) == len(set(lines)) > 20
    # Nobody is asked why a number stays: that is for words that may name somebody.
    assert "Why does it stay?" not in page.content.decode()
    assert "-seen" not in client.get(draft.get_absolute_url()).content.decode()


def test_confirming_the_week_keeps_what_was_typed(client, draft):
    signed_in(client, draft.started_by)
    page = client.get(draft.get_absolute_url()).content.decode()
    confirm = url(draft.grant, Point.M3, "confirm-no-change")
    button = re.search(rf'<button[^>]*formaction="{confirm}"[^>]*>', page)
    assert button
    assert 'form="report"' in button[0]
    assert 'id="report"' in page
    client.post(confirm, typed(draft, incidents="17", prn="many"))
    held = saved(draft).values()
    assert held["incidents"].number == 17
    assert "prn" not in held
    assert "2.67 : 1 at baseline, 2.67 : 1 now" in text(client.get(draft.get_absolute_url()))
