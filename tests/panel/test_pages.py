"""The pages as people use them: nothing typed is lost, one press is one thing, the same number of
queries for one row and for three, and nothing personal on any of them."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import OutboxMessage
from panel.enums import BiasCheck
from panel.models import Assessment, Conclusion, InterestEntry, Panellist
from panel.reports.case_files import circle_by_sector, circle_roles
from tests.factories.accounts import organisation, staff
from tests.factories.grants import application_at, programme_and_round
from tests.factories.moments import noon
from tests.factories.panel import (
    HERON_SCORES,
    assigned,
    chaired,
    concluded,
    conflicted,
    declared,
    panellist,
    scored,
    sheet,
    submitted,
    three,
)

pytestmark = pytest.mark.django_db
CHECKS = list(BiasCheck.values)


def filled(scores=HERON_SCORES[0], reason="Clear and specific.", **more):
    data = {}
    for n, score in enumerate(scores, 1):
        data |= {f"c{n}-score": "na" if score is None else str(score), f"c{n}-reason": reason}
    return data | more


def errors_of(response):
    text = response.content.decode()
    start = text.find("govuk-error-summary__list")
    return re.findall(r"<li>(?:<a [^>]*>)?([^<]+)", text[start : text.find("</ul>", start)])


def open_sheet(client):
    """A member with one open case, signed in; the address of the sheet."""
    person = panellist(lived=True)
    application = application_at("with_panel")
    seat = declared(assigned(application, [person])[0])
    client.force_login(person.user)
    return seat, f"/panel/{application.reference}/score/"


def test_the_journey_of_a_member(client):
    application = application_at("with_panel")
    person = panellist(lived=True)
    assigned(application, [person])
    client.force_login(person.user)

    queue = client.get("/panel/").content.decode()
    early = client.get(f"/panel/{application.reference}/score/")
    opened = client.post(f"/panel/{application.reference}/declare/", {"answer": "no", "reason": ""})
    page = client.get(opened.url).content.decode()
    saved = client.post(opened.url, filled(version="1", action="save"))
    version = Assessment.objects.get().version
    done = client.post(opened.url, filled(version=version, action="submit", checks=CHECKS))
    read_only = client.get(done.url).content.decode()

    assert "Declare interests in HERON" in queue
    assert early.url == f"/panel/{application.reference}/declare/"
    assert "Loves water" in page
    assert saved.url == "/panel/"
    assert "83.00" in read_only
    assert 'name="c1-score"' not in read_only


def test_before_declaring_only_organisation_region_sector_and_roles_are_shown(client):
    application = application_at("with_panel")
    person = panellist()
    assigned(application, [person])
    client.force_login(person.user)

    page = client.get(f"/panel/{application.reference}/declare/").content.decode()

    assert application.organisation.name in page
    assert "North West" in page
    assert "7 × support worker" in page
    for hidden in ("Loves water", "PBS practitioner", "7,762", "epilepsy", "Staff misread"):
        assert hidden not in page


def test_roles_in_the_circle_read_as_one_sentence():
    roles = [
        ("Team leader", 1),
        ("Support worker", 7),
        ("GP", 1),
        ("Shared Lives host", 1),
        ("Parent", 2),
    ]
    circle = [{"role": role, "count": n, "sector_label": "All"} for role, n in roles]
    content = {"person": {"circle": circle}}
    says = "Team leader, 7 × support worker, GP, Shared Lives host, 2 × parent"

    assert circle_roles(content) == says
    assert circle_by_sector(content) == [("All", says)]
    assert circle_roles({"person": {"circle": circle[1:2]}}) == "7 × support worker"
    assert circle_roles({}) == ""


def test_submitting_with_things_missing_keeps_what_was_typed_and_links_to_each(client):
    _, where = open_sheet(client)
    data = filled(version="1", action="submit", checks=CHECKS[:1])
    del data["c6-score"]
    data["c7-reason"] = ""

    response = client.post(where, data)

    assert errors_of(response) == [
        "Score C6, or say you are not able to judge it",
        "Give a reason for C7",
        "Tick all 3 checks. If one is not true, look at your scores again",
    ]
    page = response.content.decode()
    assert "Clear and specific." in page
    assert Assessment.objects.get().scores.count() == 7
    assert Assessment.objects.get().state == "scoring"
    # The page that came back can be sent as it is: it carries the version that was just saved.
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    again = client.post(where, filled(version=version, action="submit", checks=CHECKS))
    assert again.status_code == 302
    assert Assessment.objects.get().state == "scored"


def test_a_double_submit_is_one_submission(client):
    _, where = open_sheet(client)
    data = filled(version="1", action="submit", checks=CHECKS)

    first, second = client.post(where, data), client.post(where, data)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Assessment.objects.count() == 1
    assert Assessment.objects.get().scores.count() == 7


def test_autosave_answers_with_time_and_version(client):
    _, where = open_sheet(client)

    saved = client.post(where, {"c1-score": "4", "version": "1"}, headers={"X-Autosave": "1"})
    stale = client.post(where, {"c1-score": "2", "version": "1"}, headers={"X-Autosave": "1"})

    assert saved.status_code == 200
    assert saved.json()["version"] == 2
    assert re.fullmatch(r"\d\d:\d\d", saved.json()["saved_at"])
    assert stale.status_code == 409
    assert "in another tab" in stale.json()["blockers"][0]
    assert Assessment.objects.get().scores.get().score == 4


def test_a_draft_whose_answer_was_lost_is_no_stranger(client):
    """The service may die between keeping a sheet and saying so; the same tab then tries again."""
    _, where = open_sheet(client)
    data = {"c1-score": "4", "c1-reason": "Names her needs", "version": "1"}

    def send(page, **more):
        return client.post(where, data | more, headers={"X-Autosave": page})

    assert send("tab-1").json()["version"] == 2
    assert send("tab-2").json()["version"] == 3  # the same once more
    on = send("tab-3", **{"c1-reason": "Names her needs, and when"})
    assert on.json()["version"] == 4  # written on before it was tried again
    assert send("tab-2").json()["version"] == 4  # overtaken on the way
    other = send("other-1", **{"c1-score": "2"})
    assert other.status_code == 409
    assert "in another tab" in other.json()["blockers"][0]
    held = Assessment.objects.get().scores.get()
    assert (held.score, held.reason) == (4, "Names her needs, and when")

    cache.clear()  # what was remembered went with the service: what is the same is still the same
    data["c1-reason"] = "Names her needs, and when"
    assert send("tab-4").status_code == 200
    assert client.post(where, data | {"action": "save"}).status_code == 302
    assert Assessment.objects.get().version == 4


def test_a_stale_tab_keeps_its_text_and_may_save_after_looking(client):
    _, where = open_sheet(client)
    client.post(where, {"c1-score": "4", "version": "1"}, headers={"X-Autosave": "1"})

    page = client.post(where, filled(reason="Mine", version="1", action="save"))
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    again = client.post(where, filled(reason="Mine", version=version, action="save"))

    assert page.status_code == 409
    assert "Mine" in page.content.decode()
    assert again.status_code == 302
    assert Assessment.objects.get().scores.filter(reason="Mine").count() == 7


@pytest.mark.parametrize("bad", ["6", "-1", "3.5", "1e0", "٣", "four", "0_1"])
def test_bad_scores_get_a_sentence_and_lose_nothing(client, bad):
    _, where = open_sheet(client)

    response = client.post(
        where, filled(version="1", action="save", **{"c1-score": bad, "c2-reason": "Kept"})
    )

    assert response.status_code == 200
    assert errors_of(response) == ["Choose a score from the list"]
    assert "Kept" in response.content.decode()


def test_invisible_characters_are_no_reason(client):
    _, where = open_sheet(client)
    data = filled(version="1", action="submit", checks=CHECKS, **{"c1-reason": "\u200b \u2060"})

    assert errors_of(client.post(where, data)) == ["Give a reason for C1"]


def test_a_bad_version_is_no_crash(client):
    _, where = open_sheet(client)

    assert client.post(where, filled(version="x", action="save")).status_code == 200
    assert client.post(where, filled(version="", action="save")).status_code == 302


def test_the_chair_concludes_on_the_pages(client):
    application = application_at("with_panel")
    scored(application)
    chair = panellist(chair=True).user
    client.force_login(chair)
    where = f"/panel/{application.reference}/conclude/"

    first = client.get(where)
    client.post(first.url, {"answer": "no", "reason": ""})
    page = client.get(where).content.decode()
    half = client.post(where, {"outcome": "approve", "amount": "1e3", "reasons": "Because"})
    data = {f"feedback-c{n}": f"Feedback {n}" for n in range(1, 8)}
    done = client.post(
        where, data | {"outcome": "approve", "amount": "7,762.20", "reasons": "Strong"}
    )

    assert first.url == f"/panel/{application.reference}/declare/"
    assert "The published rules suggest: approve" in page
    assert "C3 is clear and specific to this person." in page
    assert "Enter an amount in pounds and pence, such as 1,900 or 1900.50" in errors_of(half)
    assert "Because" in half.content.decode()
    assert done.url == f"/panel/{application.reference}/moderation/"
    assert str(Conclusion.objects.get().application.recommendations.get().score) == "80.33"


def test_a_flag_is_resolved_and_a_score_changed_on_the_pages(client):
    application = application_at("with_panel")
    done = scored(application, [(4,) * 7, (4,) * 7, (4, 4, 2, 4, 4, 4, 4)])
    chair = chaired(application)
    base = f"/panel/{application.reference}"
    client.force_login(chair)
    blocked = client.get(f"{base}/conclude/").content.decode()
    empty = client.post(f"{base}/flags/spread-c3/", {"words": ""})
    client.post(f"{base}/flags/spread-c3/", {"words": "All looked again"})
    resolved = client.get(f"{base}/moderation/").content.decode()
    client.force_login(done[2].assignment.panellist.user)
    same = client.post(
        f"{base}/moderation/c3/change/", {"score": "2", "reason": "Same", "why": "None"}
    )
    moved = client.post(
        f"{base}/moderation/c3/change/", {"score": "3", "reason": "Better", "why": "Convinced"}
    )

    assert "1 flag is still to resolve." in blocked
    assert errors_of(empty) == ["Say how the panel resolved it"]
    assert "All looked again" in resolved
    assert same.status_code == 409
    assert moved.status_code == 302
    assert done[2].scores.get(criterion__code="C3").score == 3


def test_assigning_on_the_page_shows_who_cannot_and_why(client):
    application = application_at("with_panel")
    free, linked = panellist(name="Free member"), panellist(name="Linked member")
    Panellist.objects.filter(pk=linked.pk).update(employer=application.organisation)
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    where = f"/panel/{application.reference}/assign/"

    page = client.get(where).content.decode()
    forced = client.post(
        where,
        {
            "panellists": linked.reference,
            "due_on_day": "1",
            "due_on_month": "1",
            "due_on_year": "2050",
        },
    )
    done = client.post(
        where,
        {
            "panellists": free.reference,
            "due_on_day": "1",
            "due_on_month": "1",
            "due_on_year": "2050",
        },
    )

    assert "Employed by the applicant" in page
    assert errors_of(forced) == ["Choose members from the list"]
    assert done.status_code == 302
    assert application.seats_given.get().panellist == free


def test_a_seat_is_freed_on_its_page(client):
    application = application_at("with_panel")
    (seat,) = assigned(application, [panellist()])
    client.force_login(staff(TeamRole.PANEL_CHAIR))

    page = client.get(f"/panel/seats/{seat.reference}/stand-down/")
    client.post(
        f"/panel/seats/{seat.reference}/stand-down/", {"kind": "away", "reason": "On leave"}
    )

    assert page.status_code == 200
    seat.refresh_from_db()
    assert seat.state == "stood_down"


def test_the_register_of_interests(client):
    person = panellist()
    firm = organisation(name="Firm Ltd")
    client.force_login(person.user)
    data = {"kind": "employer", "organisation": firm.reference, "words": "Trainer", "once": "one"}

    bad = client.post(
        "/panel/interests/add/",
        data | {"since_day": "31", "since_month": "2", "since_year": "2024"},
    )
    first = client.post("/panel/interests/add/", data)
    client.post("/panel/interests/add/", data)
    client.post(
        "/panel/interests/1/end/", {"until_day": "1", "until_month": "2", "until_year": "2024"}
    )
    page = client.get("/panel/interests/").content.decode()
    client.post("/panel/interests/1/strike/")

    assert errors_of(bad) == ["The date must be a real date, like 27 3 2025"]
    assert first.status_code == 302
    assert InterestEntry.objects.count() == 1
    assert "Firm Ltd" in page
    assert "until 1 February 2024" in page
    assert InterestEntry.objects.get().struck_at is not None


def test_a_register_is_ones_own(client):
    enters = panellist()
    InterestEntry.objects.create(panellist=enters, number=1, kind="family", words="plantedword")
    for who in (panellist().user, panellist(chair=True).user, staff(TeamRole.PROGRAMME_LEAD)):
        client.force_login(who)
        assert client.get("/panel/interests/1/end/").status_code == 404
        assert client.post("/panel/interests/1/strike/").status_code == 404


def test_the_lead_seats_a_member(client):
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    somebody = staff(TeamRole.PANEL_MEMBER, name="New member")

    client.post(
        "/panel/members/add/", {"user": somebody.email, "is_lived_experience": "on", "once": "x"}
    )
    page = client.get("/panel/members/").content.decode()

    assert Panellist.objects.get().is_lived_experience
    assert "Expert by experience" in page
    client.force_login(somebody)
    assert client.get("/panel/members/").status_code == 404


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_lists_ask_as_often_for_three_cases_as_for_one(client):
    held, round = organisation(), programme_and_round()
    members = three()
    chair, lead = panellist(chair=True).user, staff(TeamRole.PROGRAMME_LEAD)
    me = members[0].user
    counts = []
    for n in range(3):
        seats = assigned(application_at("with_panel", organisation=held, round=round), members)
        sheet(declared(seats[0]))
        if n in (0, 2):
            found = {}
            for who, path in (
                (me, "/panel/"),
                (me, "/"),
                (me, "/api/v1/assessments/"),
                (me, "/api/v1/panel-seats/"),
                (chair, "/panel/cases/"),
                (chair, "/api/v1/panel-cases/"),
                (lead, "/"),
                (lead, "/panel/members/"),
            ):
                client.force_login(who)
                found[who.pk, path] = queries(client, path)
            counts.append(found)

    assert counts[0] == counts[1]


def test_panel_pages_never_show_personal_data(client):
    held = organisation()
    lead = held.memberships.get().user
    lead.name, lead.email = "Plantedname Surname", "planted@example.org"
    lead.save()
    application = application_at("with_panel", organisation=held)
    person = application.person
    person.local_ref = "PLANTED-LOCAL-REF"
    person.save()
    members = three()
    scored(application, panellists=members)
    chair = chaired(application)
    concluded(application, chair=chair)
    paths = [
        f"/panel/{application.reference}/{page}"
        for page in ("score/", "file/", "moderation/", "assign/", "declare/")
    ]
    for who in (members[0].user, chair, staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.OFFICER)):
        client.force_login(who)
        for path in [*paths, "/panel/", "/panel/cases/"]:
            page = client.get(path, follow=True).content.decode()
            for planted in ("Plantedname", "planted@", "PLANTED-LOCAL-REF"):
                assert planted not in page, (who.team_roles, path)


def test_who_sees_which_page(client):
    application = application_at("with_panel")
    seats = assigned(application)
    conflicted(seats[2])
    submitted(declared(seats[0]))
    people = {
        "member": seats[0].panellist.user,
        "removed": seats[2].panellist.user,
        "chair": staff(TeamRole.PANEL_CHAIR),
        "lead": staff(TeamRole.PROGRAMME_LEAD),
        "officer": staff(TeamRole.OFFICER),
        "finance": staff(TeamRole.FINANCE),
        "applicant": application.started_by,
    }
    ref = application.reference
    expected = {
        "/panel/": {"member", "removed", "chair"},
        "/panel/guide/": {"member", "removed", "chair"},
        "/panel/interests/": {"member", "removed", "chair"},
        "/panel/cases/": {"chair", "lead"},
        "/panel/members/": {"lead"},
        f"/panel/{ref}/assign/": {"chair", "lead"},
        f"/panel/{ref}/declare/": {"member", "removed", "chair"},
        f"/panel/{ref}/file/": {"member"},
        f"/panel/{ref}/score/": {"member"},
        f"/panel/{ref}/moderation/": {"member"},
    }
    found = {}
    for path in expected:
        found[path] = set()
        for name, who in people.items():
            client.force_login(who)
            if client.get(path).status_code == 200:
                found[path].add(name)

    assert found == expected


def test_mails_hold_no_content():
    application = concluded().application
    for mail in OutboxMessage.objects.filter(dedupe_key__startswith="panel"):
        for hidden in ("HERON", application.organisation.name, "80.33", "83.00"):
            assert hidden not in mail.subject + mail.body


def test_nothing_of_the_panel_is_shown_to_strangers(client):
    assert client.get("/panel/").status_code == 302
    assert client.get("/panel/").url.startswith("/account/login/")


# --- what is said says what is ---------------------------------------------------------------------


def test_members_who_agree_are_nothing_apart_and_a_blank_sheet_has_no_total(client):
    application = application_at("with_panel")
    scored(application, [[4] * 7] * 3, panellists=three())
    client.force_login(chaired(application))
    page = client.get(f"/panel/{application.reference}/moderation/").content.decode()
    assert "<dt>points between the totals</dt><dd>0.00</dd>" in page
    assert "standard deviation 0.00" in page
    assert "apart per criterion, on average</dt><dd>0.00</dd>" in page

    _, where = open_sheet(client)
    sheet_page = client.get(where).content.decode()
    assert "data-score-total>–<" in sheet_page
    client.post(where, {"c1-score": "0", "version": "1"})
    assert "data-score-total>0.00<" in client.get(where).content.decode()


def test_a_member_whom_the_register_takes_out_is_neither_waited_for_nor_dated(client):
    """The seat was declared clear on another day: that is not when they were removed, and their scores
    no longer count although they are in."""
    with clock.at(noon(-9)):
        application = application_at("with_panel")
        members = three()
        scored(application, panellists=members)
        concluded_case = application_at("with_panel")
        concluded(concluded_case, panellists=members)
    (gone, *_), chair = members, chaired(application)
    for n, case in enumerate((application, concluded_case), 1):
        InterestEntry.objects.create(
            panellist=gone,
            number=n,
            organisation=case.organisation,
            kind="family",
            words="A brother",
        )

    client.force_login(gone.user)
    page = client.get("/panel/").content.decode()
    assert page.count("Match found in our records") == 2
    assert f"{clock.today() - timedelta(days=9):%-d %B %Y}" not in page

    client.force_login(chair)
    page = client.get(f"/panel/{application.reference}/assign/").content.decode()
    assert page.count("Does not count: an interest in the applicant is in our records") == 1
    assert page.count("Scores in") == 2
    page = client.get(f"/panel/{application.reference}/moderation/").content.decode()
    assert "2 of 3 in" in page


def test_a_seat_given_back_says_why_to_those_who_fill_it(client):
    application = application_at("with_panel")
    seats = assigned(application, [panellist() for _ in range(2)])
    for seat, said in zip(seats, ({"kind": "too_many"}, {"kind": "other"}), strict=True):
        client.force_login(seat.panellist.user)
        answer = client.post(f"/panel/seats/{seat.reference}/stand-down/", said)
        if said["kind"] == "other":
            assert errors_of(answer) == ["Say why this seat becomes free"]
        else:
            assert answer.status_code == 302
    client.force_login(chaired(application))
    page = client.get(f"/panel/{application.reference}/assign/").content.decode()
    assert "Stood down: I have too many cases" in page


def test_a_conclusion_that_waits_leads_to_what_it_waits_for(client):
    application = application_at("with_panel")
    scored(application, [[5] * 7, [2] * 7, [4] * 7], panellists=three())
    client.force_login(chaired(application))
    page = client.get(f"/panel/{application.reference}/conclude/").content.decode()
    assert "still to resolve" in page
    assert f'<a class="govuk-link" href="/panel/{application.reference}/moderation/">' in page
