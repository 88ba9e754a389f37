"""Consent for an application is withdrawn while the panel judges it: from the next request on nobody who judges
reads of the person, and nothing is submitted; with a new basis everything is as it was."""

import pytest
from django.urls import reverse

from accounts import clock
from accounts.state import NotReady
from focus_people import actions as people
from grants.enums import ApplicationState
from panel import workflow
from panel.models.assessment import NO_BASIS
from panel.reports.packs import pack_of
from tests.factories.accounts import lead_of
from tests.factories.focus_people import consented
from tests.factories.grants import application_at
from tests.factories.panel import (
    CHECKS,
    assigned,
    chaired,
    declared,
    opened_meeting,
    panellist,
    scored,
    sheet,
)

pytestmark = pytest.mark.django_db
WHO = "Learning disability"


def told(content):
    """Every text of a frozen file that says something of the person, its budget lines included."""
    found = set()

    def walk(value):
        if isinstance(value, dict):
            for key, one in value.items():
                if key not in ("alias", "on", "code"):
                    walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)
        elif isinstance(value, str) and len(value) > 25:
            found.add(value.split("\n")[0][:60])

    walk({key: content[key] for key in ("person", "answers", "needs", "outcomes", "lines")})
    return found


@pytest.fixture
def case():
    return application_at(ApplicationState.WITH_PANEL)


def test_the_file_closes_to_all_who_judge_and_opens_with_a_new_basis(case, client):
    member, chair = panellist(lived=True), panellist(chair=True)
    (seat,) = assigned(case, [member])
    draft = sheet(declared(seat))
    workflow.declare_as_chair(case, by=chair.user, has_interest=False)
    words = told(case.case_files.order_by("-version")[0].content)

    def seen():
        """Door → how many of the texts it shows."""
        doors = {
            "file": (member, reverse("panel-file", args=[case.reference])),
            "sheet": (member, reverse("panel-score", args=[case.reference])),
            "chair's file": (chair, reverse("panel-file", args=[case.reference])),
            "moderation": (chair, reverse("panel-moderation", args=[case.reference])),
            "api": (member, f"/api/v1/assessments/{draft.reference}/"),
        }
        found = {}
        for door, (reader, url) in doors.items():
            client.force_login(reader.user)
            page = client.get(url)
            assert page.status_code == 200, door
            text = page.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
            found[door] = sum(one in text for one in words)
        client.force_login(member.user)
        found["queue"] = client.get(reverse("panel-queue")).content.decode().count(WHO)
        found["pack"] = len(pack_of(member.user).cases)
        return found

    before = seen()
    for door in ("file", "sheet", "chair's file", "queue", "pack"):
        assert before[door], f"a positive control: {door} shows it while the basis stands"
    assert before["file"] > 30

    lead = lead_of(case.organisation)
    people.withdraw_consent(case.person, by=lead)
    assert set(seen().values()) == {0}
    client.force_login(member.user)
    for name in ("panel-file", "panel-score"):
        page = client.get(reverse(name, args=[case.reference])).content.decode()
        assert "This file cannot be read now" in page
        assert case.person.alias in page
    draft.refresh_from_db()
    assert draft.submit_blockers() == [NO_BASIS]
    with pytest.raises(NotReady, match="Consent for this application was withdrawn"):
        workflow.submit_assessment(draft, by=member.user, checks=CHECKS)
    assert draft.scores.count() == 7

    consented(case.person, lead)
    assert seen() == before
    workflow.submit_assessment(draft, by=member.user, checks=CHECKS)


def test_the_screen_of_a_meeting_says_nothing_more_of_the_person(case, client):
    chair = panellist(chair=True)
    scored(case)
    chaired(case, chair.user)
    held = opened_meeting(chair.user, case)
    client.force_login(chair.user)
    url = reverse("panel-screen", args=[held.reference])
    assert WHO in client.get(url).content.decode()
    people.withdraw_consent(case.person, by=lead_of(case.organisation))
    page = client.get(url).content.decode()
    assert WHO not in page
    assert case.person.alias in page


def test_a_basis_for_other_uses_alone_is_none(case):
    """What is recorded anew for reporting does not open the application again."""
    member = panellist(lived=True)
    (seat,) = assigned(case, [member])
    draft = sheet(declared(seat))
    lead = lead_of(case.organisation)
    people.record_consent(
        case.person,
        by=lead,
        basis="person_consented",
        decided_on=clock.today(),
        decision_maker="person",
        covers_application=False,
    )
    assert draft.submit_blockers() == [NO_BASIS]
    assert pack_of(member.user).cases == ()
