"""A text that comes too late is handed back to its writer: by the page that says why, and by the page
that meets somebody whose session ran out."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.typed import typed_texts
from grants import actions, workflow
from grants.enums import ApplicationState, FormKind, GrantState
from outcomes.enums import ReportStage
from outcomes.models import ImpactReport
from tests.factories.accounts import PASSWORD, lead_of, signed_in, staff
from tests.factories.awards import claim, grant_at
from tests.factories.grants import application_at, picture
from tests.factories.impact import drafted_report
from tests.factories.panel import HERON_SCORES, assigned, declared, panellist, submitted

pytestmark = pytest.mark.django_db

TEXT = "The circle learns together\nbefore the winter"
Door = tuple[Any, str, dict[str, str]]


def sent_in() -> tuple[Any, str]:
    made = application_at(ApplicationState.SUBMITTED)
    return lead_of(made.organisation), made.get_absolute_url()


def answer() -> Door:
    who, url = sent_in()
    return who, f"{url}questions/5/", {"answer": TEXT, "version": "1"}


def needs() -> Door:
    who, url = sent_in()
    return who, f"{url}questions/4/", {"needs": "1", "note": TEXT}


def outcomes() -> Door:
    who, url = sent_in()
    return who, f"{url}questions/7/", {"outcome_1": TEXT}


def question_of_the_other_form() -> Door:
    made = application_at(ApplicationState.DRAFT)
    lead = lead_of(made.organisation)
    actions.change_form(made, by=lead, form=FormKind.SHORT)
    return lead, f"{made.get_absolute_url()}questions/10/", {"answer": TEXT}


def reply() -> Door:
    made = application_at(ApplicationState.RETURNED)
    lead = lead_of(made.organisation)
    asked = made.clarifications.get()
    actions.save_reply(asked, by=lead, text="The family pays.")
    workflow.resubmit(made, by=lead)
    return lead, reverse("application-reply", args=[made.reference, 1]), {"reply": TEXT}


def added_line() -> Door:
    who, url = sent_in()
    return who, f"{url}budget/add/", {"justification": TEXT}


def changed_line() -> Door:
    who, url = sent_in()
    return who, f"{url}budget/1/", {"justification": TEXT}


def line_taken_out() -> Door:
    made = application_at(ApplicationState.DRAFT)
    lead = lead_of(made.organisation)
    actions.remove_line(made.lines.get(number=3), by=lead)
    return lead, f"{made.get_absolute_url()}budget/3/", {"justification": TEXT}


def findings() -> Door:
    made = application_at(ApplicationState.WITH_PANEL)
    return staff(TeamRole.OFFICER), f"{made.get_absolute_url()}findings/", {"risk-note": TEXT}


def judged_lines() -> Door:
    made = application_at(ApplicationState.WITH_PANEL)
    return staff(TeamRole.OFFICER), f"{made.get_absolute_url()}lines/", {"L1-reason": TEXT}


def sent_claim() -> Door:
    made = claim(grant_at(GrantState.ACTIVE))
    lead = lead_of(made.grant.organisation)
    workflow.submit_claim(made, by=lead)
    return lead, made.get_absolute_url(), {"note_1": TEXT, "is_final": "yes"}


def submitted_sheet() -> Door:
    person = panellist(lived=True)
    made = application_at(ApplicationState.WITH_PANEL)
    submitted(declared(assigned(made, [person])[0]), HERON_SCORES[0])
    return person.user, f"/panel/{made.reference}/score/", {"c1-reason": TEXT, "version": "2"}


def closed_case() -> Door:
    person = panellist(lived=True)
    made = application_at(ApplicationState.WITH_PANEL)
    assigned(made, [person])
    return person.user, f"/panel/{made.reference}/score/", {"c1-reason": TEXT}


def sent_impact_report() -> Door:
    lead = staff(TeamRole.PROGRAMME_LEAD)
    made = drafted_report(lead)
    sent = {"submitted_at": clock.now(), "submitted_by": lead, "document": {}}
    ImpactReport.objects.update(state=ReportStage.WAITING, **sent)
    return lead, f"{made.get_absolute_url()}edit/", {"summary": TEXT}


DOORS = [
    answer,
    needs,
    outcomes,
    question_of_the_other_form,
    reply,
    added_line,
    changed_line,
    line_taken_out,
    findings,
    judged_lines,
    sent_claim,
    submitted_sheet,
    closed_case,
    sent_impact_report,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_late_text_is_handed_back(door: Callable[[], Door]):
    who, url, said = door()
    client = signed_in(who)
    late = client.post(url, said | {"once": "", "password": "never shown to anybody"})
    assert late.status_code == 409, getattr(late, "url", "")
    assert "What you typed" in late.text
    assert late.context["typed"] == [TEXT]
    assert "never shown" not in late.text
    draft = client.post(url, said, headers={"X-Autosave": "1"})
    assert (draft.status_code, list(draft.json())) == (409, ["blockers"])
    assert all(sentence in late.text for sentence in draft.json()["blockers"])
    assert draft.json()["blockers"]
    assert client.get(url).status_code in (200, 302, 404, 405)


def test_what_counts_as_typed():
    sent = [
        ("csrfmiddlewaretoken", ["a b"]),
        ("password", ["three plain words"]),
        ("once", ["x y"]),
        ("opened", ["a=1,b=2"]),
        ("L1-opened", ["a b"]),
        ("answer-seen", ["Kemi Okafor"]),
        ("row-count", ["3"]),
        ("person", ["38"]),
        ("then", ["save"]),
        ("sector", ["north_west"]),
        ("answer", [" Two words "]),
        ("row-0-statement", ["Staff misread pain", "Two words"]),
    ]
    assert typed_texts(sent) == ["Two words", "Staff misread pain"]


# A session that ran out ----------------------------------------------------------------------------


def lapsed(who: Any, url: str, said: dict[str, Any]) -> Client:
    """Somebody whose session ran out while they wrote, signed in again."""
    client = Client()
    login = {"login": who.email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    client.get("/")
    del client.cookies["sessionid"]
    assert client.post(url, said).status_code == 302
    client.post(reverse("account_login"), login)
    return client


def test_a_file_has_to_be_chosen_again_and_the_page_says_so():
    made = application_at(ApplicationState.DRAFT)
    url = f"{made.get_absolute_url()}documents/"
    for files, said in (
        ({"file": SimpleUploadedFile("quote.jpg", picture())}, "then choose the file again"),
        ({}, "Nothing is lost"),
    ):
        client = lapsed(lead_of(made.organisation), url, {"title": "Quote for line 1"} | files)
        offered = client.get(url)
        assert said in offered.text
        assert ("Nothing is lost" in offered.text) is not bool(files)
        assert "Quote for line 1" in offered.text


def test_it_stays_until_it_was_sent_again_or_left():
    made = application_at(ApplicationState.DRAFT)
    url = f"{made.get_absolute_url()}questions/5/"
    said = {"answer": TEXT, "version": "1", "then": "save"}
    client = lapsed(lead_of(made.organisation), url, said)
    for _ in range(3):
        offered = client.get(url)
        assert "We kept what you typed" in offered.text
    assert offered.context["typed"] == [TEXT]
    assert offered.context["leave"] == f"{url}?leave=1"
    # A draft that saves itself asks for the page itself, and gets it.
    assert "We kept" not in client.get(url, headers={"Sec-Fetch-Dest": "empty"}).text
    # Another form at the same address is not it.
    client.post(url, {"answer": "Other words"})
    assert "We kept what you typed" in client.get(url).text
    name, token = offered.context["token"]
    assert client.post(url, said | {name: token}).status_code == 302
    assert made.answers.get(question__number=5).text == TEXT
    assert "We kept" not in client.get(url).text

    client = lapsed(lead_of(made.organisation), url, said)
    left = client.get(client.get(url).context["leave"], follow=True)
    assert (left.status_code, "We kept" in left.text) == (200, False)
    assert "We kept" not in client.get(url).text


def test_it_ends_after_two_hours():
    made = application_at(ApplicationState.DRAFT)
    url = f"{made.get_absolute_url()}questions/5/"
    client = lapsed(lead_of(made.organisation), url, {"answer": TEXT})
    later = time.time() + timedelta(hours=2, minutes=1).total_seconds()
    with mock.patch("time.time", return_value=later):
        assert "We kept" not in client.get(url, follow=True).text


def test_leaving_an_address_that_only_takes_a_form_leads_to_a_page():
    made = application_at(ApplicationState.RETURNED)
    url = reverse("application-reply", args=[made.reference, 1])
    assert signed_in(lead_of(made.organisation)).get(url).status_code == 405
    client = lapsed(lead_of(made.organisation), url, {"reply": TEXT})
    offered = client.get(url)
    assert offered.context["leave"] == made.get_absolute_url()
    assert client.get(offered.context["leave"]).status_code == 200
