"""A button that is pressed twice, and a button under something that has changed since it was shown: once,
and for what was looked at."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.enums import TeamRole
from grants import workflow
from grants.enums import ApplicationState, Outcome
from grants.models import Application, Claim, Clarification, Grant, GrantReview, Message, Payment
from tests.factories.accounts import lead_of, signed_in, staff
from tests.factories.awards import (
    accepted_claim,
    claim,
    decided,
    final_payment,
    first_payment,
    grant_at,
    paid,
    recommended,
)
from tests.factories.grants import application_at, programme_and_round

pytestmark = pytest.mark.django_db

D = Decimal


def hidden(response, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


def owing_back():
    """£4,309.76 is owed back."""
    grant = grant_at("agreed")
    paid(first_payment(grant))
    grant = workflow.activate(grant, by=lead_of(grant.organisation))
    accepted_claim(
        grant, lines={1: (D("1900.00"), "")} | {n: (D("0.00"), "Not held") for n in range(2, 11)}
    )
    return grant


# A verb that may be used again: role, address, what is sent, and what counts how often it happened.
AGAIN = {
    "part of the money came back": (
        TeamRole.FINANCE,
        lambda: f"{owing_back().get_absolute_url()}note-repayment/",
        {"amount": "1000"},
        lambda: int(Grant.objects.get().repaid / 1000),
    ),
    "the yearly review": (
        TeamRole.OFFICER,
        lambda: f"{grant_at('active').get_absolute_url()}review/",
        {"outcome": "continue", "words": "On its way"},
        GrantReview.objects.count,
    ),
    "a message": (
        TeamRole.OFFICER,
        lambda: f"{application_at('in_check').get_absolute_url()}message/",
        {"words": "We look at it this week", "read_by": "applicant"},
        Message.objects.count,
    ),
    "a question": (
        TeamRole.OFFICER,
        lambda: f"{application_at('in_check').get_absolute_url()}ask/",
        {"words": "How many people is it for?", "question": "budget"},
        Clarification.objects.count,
    ),
}


@pytest.mark.parametrize("what", AGAIN)
def test_a_double_click_does_it_once_and_two_forms_do_it_twice(what):
    role, make, sent, count = AGAIN[what]
    page, client = make(), signed_in(staff(role))
    token = hidden(client.get(page), "once")
    first = client.post(page, sent | {"once": token})
    second = client.post(page, sent | {"once": token})
    assert (first.status_code, second.status_code) == (302, 302), first.content.decode()
    assert second.url == first.url
    assert count() == 1
    assert client.post(page, sent | {"once": hidden(client.get(page), "once")}).status_code == 302
    assert count() == 2


def test_a_double_click_on_sending_leads_to_where_it_was_sent_and_not_to_a_refusal():
    grant = grant_at("reporting")
    made = claim(grant)
    client = signed_in(lead_of(grant.organisation))
    page = f"{made.get_absolute_url()}submit/"
    token = hidden(client.get(page), "once")
    urls = [client.post(page, {"once": token}) for _ in range(2)]
    assert [answer.status_code for answer in urls] == [302, 302]
    assert urls[0].url == urls[1].url
    assert Claim.objects.get().state == "submitted"


def test_a_form_that_was_refused_can_be_sent_again_with_its_token():
    page = f"{owing_back().get_absolute_url()}note-repayment/"
    client = signed_in(staff(TeamRole.FINANCE))
    assert client.post(page, {"amount": "9999", "once": "a-token"}).status_code == 200
    assert client.post(page, {"amount": "500", "once": "a-token"}).status_code == 302
    assert Grant.objects.get().repaid == D("500.00")


# What was looked at ------------------------------------------------------------------------------


def made_anew(application):
    """Declined first; while another lead reads that letter, it is taken back and awarded."""
    lead = application.decision.decided_by
    workflow.take_back_decision(application, by=lead, reason="A slip")
    return decided(Application.objects.get(pk=application.pk), by=lead, outcome=Outcome.APPROVE)


def test_the_letter_that_was_read_is_the_one_that_is_released():
    application = decided(recommended(), outcome=Outcome.DECLINE)
    client = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    page = reverse("release", args=[application.reference])
    seen = hidden(client.get(page), "seen")
    made_anew(application)
    answer = client.post(page, {"seen": seen})
    assert answer.status_code == 200
    assert "made anew since you opened this page" in answer.content.decode()
    assert not Grant.objects.exists()
    assert client.post(page, {"seen": hidden(answer, "seen")}).status_code == 302
    assert Grant.objects.get().amount == D("7762.20")


def test_of_several_letters_the_one_that_was_made_anew_waits():
    held = programme_and_round(budget=D("90000.00"))
    waiting = [decided(recommended(round=held), outcome=Outcome.DECLINE) for _ in range(2)]
    client = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    page = reverse("release-decisions", args=[held.reference])
    shown = client.get(page)
    sent = {f"seen-{a.reference}": hidden(shown, f"seen-{a.reference}") for a in waiting}
    sent["application"] = [a.reference for a in waiting]
    made_anew(waiting[0])
    answer = client.post(page, sent)
    assert answer.status_code == 409
    assert f"{waiting[0].reference}: The decision was taken back" in answer.content.decode()
    states = [Application.objects.get(pk=a.pk).state for a in waiting]
    assert states == [ApplicationState.DECIDED, ApplicationState.DECLINED]
    gone = client.post(page, {"application": [waiting[1].reference]})
    assert "What you ticked waits no more" in gone.content.decode()


def test_the_figures_that_were_looked_at_are_those_that_are_accepted():
    grant = grant_at("reporting")
    made = workflow.submit_claim(
        claim(grant, lines={1: (D("1.00"), "")}), by=lead_of(grant.organisation)
    )
    client = signed_in(staff(TeamRole.OFFICER))
    page = f"{made.get_absolute_url()}accept/"
    seen = hidden(client.get(page), "seen")
    lead = lead_of(grant.organisation)
    made = workflow.send_back_claim(made, by=staff(TeamRole.OFFICER), reason="Line 1")
    made = workflow.fill_claim(made, by=lead, lines={1: (D("1900.00"), "")}, is_final=True)
    workflow.submit_claim(made, by=lead)
    answer = client.post(page, {"seen": seen})
    assert "This has changed since you opened the page" in answer.content.decode()
    assert Claim.objects.get().state == "submitted"
    assert client.post(page, {"seen": hidden(answer, "seen")}).status_code == 302
    assert Claim.objects.get().state == "accepted"


def test_the_amount_that_was_looked_at_is_the_one_that_is_approved():
    grant = grant_at("reporting")
    accepted_claim(grant)
    payment = final_payment(grant)
    client = signed_in(staff(TeamRole.FINANCE))
    page = f"{payment.get_absolute_url()}approve/"
    seen = hidden(client.get(page), "seen")
    workflow.send_back_payment(payment, by=staff(TeamRole.FINANCE), reason="Again")
    workflow.prepare_final_payment(grant, by=staff(TeamRole.OFFICER))
    assert client.post(page, {"seen": seen}).status_code == 200
    assert Payment.objects.get().state == "prepared"
    assert client.post(page, {"seen": hidden(client.get(page), "seen")}).status_code == 302
