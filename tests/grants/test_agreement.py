"""The agreement that is accepted with an offer: read before it is accepted, kept as it was accepted."""

import hashlib
import re

import pytest

from accounts import clock
from accounts.models import AuditEvent
from grants import agreement, workflow
from grants.enums import GrantState
from grants.models import Grant
from tests.factories.accounts import lead_of, signed_in
from tests.factories.awards import grant_at, offer

pytestmark = pytest.mark.django_db

# What was accepted once is never changed: a version more, and its print is added here.
PRINTS = {1: "e0b16a31d4a4a186"}


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def seen(response):
    return re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]


def test_no_version_is_ever_changed():
    found = {
        number: hashlib.sha256("\n".join(terms).encode()).hexdigest()[:16]
        for number, terms in agreement.VERSIONS.items()
    }
    assert found == PRINTS


def test_what_is_accepted_stands_on_the_page_and_stays_with_the_grant(monkeypatch):
    grant = offer()
    lead = lead_of(grant.organisation)
    page, address = signed_in(lead), f"{grant.get_absolute_url()}accept/"
    asked = page.get(address)
    for sentence in agreement.agreement_of(grant)["terms"]:
        assert sentence in text(asked)
    numbers = grant.conditions.values_list("number", flat=True)
    typed = {f"condition_{n}": "on" for n in numbers} | {"seen": seen(asked)}
    refused = page.post(address, typed)
    assert refused.context["form"].errors == {
        "terms": ["Tick to accept the agreement, or turn the offer down"]
    }
    assert page.post(address, typed | {"terms": "on"}).status_code == 302
    grant = Grant.objects.get()
    assert grant.agreement == agreement.agreement_of(grant)
    assert AuditEvent.objects.get(event="grant.agreed").data["agreement"] == 1
    monkeypatch.setitem(agreement.VERSIONS, 2, ("Everything is different now.",))
    monkeypatch.setattr(agreement, "NEWEST", 2)
    shown = text(page.get(f"{grant.get_absolute_url()}agreement/"))
    assert "The agreement, version 1" in shown
    assert "80% of the award is paid first." in shown
    assert "within 6 months of the day of acceptance" in shown
    assert f"£{grant.amount:,.2f} for the people around" in shown
    assert "Everything is different now." not in shown


def test_a_version_that_came_while_the_page_was_open_is_read_first(monkeypatch):
    grant = offer()
    page, address = signed_in(lead_of(grant.organisation)), f"{grant.get_absolute_url()}accept/"
    numbers = grant.conditions.values_list("number", flat=True)
    typed = {f"condition_{n}": "on" for n in numbers} | {"terms": "on"}
    typed |= {"seen": seen(page.get(address))}
    monkeypatch.setitem(agreement.VERSIONS, 2, ("Everything is different now.",))
    monkeypatch.setattr(agreement, "NEWEST", 2)
    late = page.post(address, typed)
    assert late.status_code == 200
    assert "This has changed since you opened the page" in text(late)
    assert "Everything is different now." in text(late)
    assert Grant.objects.get().state == GrantState.OFFERED
    assert page.post(address, typed | {"seen": seen(late)}).status_code == 302
    assert Grant.objects.get().agreement["version"] == 2


def test_the_agreement_has_a_page_from_the_offer_on_and_says_where_its_words_are_not_kept():
    grant = offer()
    page = signed_in(lead_of(grant.organisation))
    address = f"{grant.get_absolute_url()}agreement/"
    assert "Not accepted yet." in text(page.get(address))
    assert address in page.get(grant.get_absolute_url()).content.decode()
    agreed = grant_at(GrantState.AGREED)
    Grant.objects.filter(pk=agreed.pk).update(agreement={})  # accepted before there were versions
    theirs = signed_in(lead_of(agreed.organisation))
    said = text(theirs.get(f"{agreed.get_absolute_url()}agreement/"))
    assert "Its words are not kept here" in said
    assert "version" not in said
    assert "A later version" not in said
    assert "agreement/" in theirs.get(agreed.get_absolute_url()).content.decode()
    closed = grant_at(GrantState.REFUSED)  # never accepted: there is none
    others = signed_in(lead_of(closed.organisation))
    assert others.get(f"{closed.get_absolute_url()}agreement/").status_code == 404


def test_a_condition_that_was_lifted_before_is_not_in_it_and_one_met_later_is():
    grant = offer()
    lifted, met = grant.conditions.order_by("number")[:2]
    lifted.met_at, lifted.met_by, lifted.outcome = clock.now(), lead_of(grant.organisation), "met"
    lifted.save()
    rest = grant.conditions.exclude(pk=lifted.pk).values_list("number", flat=True)
    lead = lead_of(grant.organisation)
    grant = workflow.accept_offer(grant, by=lead, acknowledged=list(rest))
    met.met_at, met.met_by, met.outcome = clock.now(), lead, "met"
    met.save()
    shown = text(signed_in(lead).get(f"{grant.get_absolute_url()}agreement/"))
    assert lifted.words not in shown
    assert met.words in shown
