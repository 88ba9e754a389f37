"""Requests that no form of ours sends: NUL in addresses, bodies that are no objects, years out of time."""

import io
import json

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.urls import get_resolver
from rest_framework.exceptions import ParseError
from rest_framework.test import APIClient

from accounts import clock, traces
from accounts.api import JsonObjects
from accounts.chores import do_chores
from accounts.enums import MemberRole, TeamRole
from accounts.fields import GovDateField
from accounts.models import Invitation, Organisation
from accounts.state import NotReady
from accounts.workflow import invite, register_organisation
from tests.factories.accounts import lead_of, organisation, staff, user

pytestmark = pytest.mark.django_db


def addresses():
    """Every address of the product that takes a word, with a NUL for each word."""
    found = set()
    for pattern in get_resolver().reverse_dict.lists():
        for possibilities in pattern[1]:
            for route, names in possibilities[0]:
                if names:
                    found.add("/" + route % dict.fromkeys(names, "%00"))
    return sorted(found)


def test_no_address_with_a_nul_reaches_the_database(client):
    client.force_login(staff(TeamRole.AUDITOR))
    paths = [*addresses(), "/audit/?about=%00", "/eligibility/%00/"]
    assert len(paths) > 50
    assert {client.get(path).status_code for path in paths} == {404}
    client.logout()
    assert client.get("/eligibility/%00/").status_code == 404


@pytest.mark.parametrize("body", ["[]", "[1, 2]", '"x"', "5", "true", "null", "[" * 100_000, "{"])
def test_a_body_that_is_no_json_object_is_refused_in_a_sentence(body):
    held = organisation()
    api = APIClient()
    api.force_authenticate(lead_of(held))
    answer = api.generic(
        "POST", f"/api/v1/organisations/{held.reference}/invite/", body, "application/json"
    )
    assert answer.status_code in (400, 404), body
    answer = api.generic("POST", "/api/v1/applications/X/withdraw/", body, "application/json")
    assert answer.status_code in (400, 404), body


@pytest.mark.parametrize(
    ("year", "says"),
    [
        ("0001", "The year must be between 2000 and 2100"),
        ("1999", "The year must be between 2000 and 2100"),
        ("2000", None),
        ("2100", None),
        ("2101", "The year must be between 2000 and 2100"),
        ("9999", "The year must be between 2000 and 2100"),
        ("٢٠٢٥", "The date must be made of numbers, like 27 3 2025"),
    ],
)
def test_a_date_lies_in_our_time(year, says):
    from django import forms

    class Asked(forms.Form):
        when = GovDateField()

    form = Asked({"when_day": "1", "when_month": "3", "when_year": year})
    assert form.is_valid() is (says is None)
    assert form.errors.get("when", []) == ([says] if says else [])


@pytest.mark.parametrize("part", ["day", "month", "year"])
@pytest.mark.parametrize("digits", ["9" * 10, "9" * 20, "9" * 5000])
def test_a_date_of_many_digits_is_refused_in_a_sentence(part, digits):
    from django import forms

    class Asked(forms.Form):
        when = GovDateField()

    form = Asked({"when_day": "1", "when_month": "3", "when_year": "2026", f"when_{part}": digits})
    assert not form.is_valid()
    assert form.errors["when"] == [
        "The year must have 4 numbers, like 2025"
        if part == "year"
        else "The date must be a real date, like 27 3 2025"
    ]


def test_the_same_person_registers_one_organisation_of_a_name():
    by = user()
    held = organisation(by=by, name="Twice Care")
    details = {name: getattr(held, name) for name in ("sector", "region", "size", "cqc_status")}
    with pytest.raises(NotReady, match="You have registered twice care already"):
        register_organisation(by=by, name="twice care", **details)
    assert register_organisation(by=user(), name="Twice Care", **details)
    assert Organisation.objects.count() == 2


def test_a_second_invitation_takes_the_place_of_the_first():
    held = organisation()
    for _ in range(2):
        invite(held, by=lead_of(held), email="New@example.org", role=MemberRole.CONTRIBUTOR)
    assert Invitation.objects.open().filter(email="new@example.org").count() == 1


def test_a_new_token_replaces_the_old_one(client):
    who = user()
    client.force_login(who)
    shown = {client.post("/account/me/").context["token"] for _ in range(2)}
    assert len(shown) == 2
    assert who.auth_token.key in shown


def test_a_long_invitation_address_is_refused_by_the_field(client):
    held = organisation()
    client.force_login(lead_of(held))
    page = client.post(
        f"/organisations/{held.reference}/invite/",
        {"email": "a" * 300 + "@example.org", "role": "contributor"},
    )
    assert page.status_code == 200
    assert b"error" in page.content
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("name", ["email", "\ud800"])
@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udc00\ud800"])
def test_half_a_character_is_refused_in_a_sentence(name, text):
    held = organisation()
    api = APIClient()
    api.force_authenticate(lead_of(held))
    for said in (text, [text], {text: 1}):
        body = json.dumps({name: said, "role": "contributor"})
        assert "\\ud" in body
        answer = api.generic(
            "POST", f"/api/v1/applications/{held.reference}/withdraw/", body, "application/json"
        )
        assert answer.status_code in (400, 404)
        with pytest.raises(ParseError, match="half a character"):
            JsonObjects().parse(io.BytesIO(body.encode()))
    pair = json.dumps({"word": "\U0001f9bd"})
    assert JsonObjects().parse(io.BytesIO(pair.encode())) == {"word": "\U0001f9bd"}


def test_what_slows_down_guessing_is_not_pushed_out_by_other_entries():
    """Beyond the limit the cache drops a third by the order of the keys, and these keys come first."""
    cache.set("allauth:rl:login_failed", [1], 300)
    cache.set("draft:A-1", ("p", 1, "2"), 300)
    cache.set("kept:token", ([("words", "A long answer")], False), 7200)
    with transaction.atomic():
        for number in range(400):
            cache.set(f"chart:{number}", "x", 3600)
            cache.set(f"throttle_user_{number}", [1], 3600)
    assert cache.get("allauth:rl:login_failed") == [1]
    assert cache.get("draft:A-1") == ("p", 1, "2")
    assert cache.get("kept:token") == ([("words", "A long answer")], False)


def test_what_has_run_out_leaves_the_cache_with_the_worker():
    cache.set("kept:gone", "What somebody wrote", 60)
    cache.set("kept:held", "What somebody else wrote", 60 * 60)
    with time_machine.travel(clock.now() + clock.timedelta(minutes=5)):
        do_chores()
    assert [key for key, _ in traces.cached() if "kept:" in key] == [":1:kept:held"]


@pytest.mark.parametrize(
    ("charset", "status"),
    [("utf-8", 200), ("UTF8", 200), ("utf-16", 400), ("latin-1", 400)],
)
def test_a_form_in_another_encoding_is_refused_on_a_page(client, charset, status):
    client.raise_request_exception = False
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = client.post("/account/login/", "login=a&password=b", content_type=kind)
    assert answer.status_code == status
    assert ("We could not read that" in answer.content.decode()) is (status == 400)


def test_too_many_tries_are_answered_on_a_page_of_ours(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    tried = {"login": user().email, "password": "a wrong one"}
    assert client.post("/account/login/", tried).status_code == 200
    answer = client.post("/account/login/", tried)
    assert answer.status_code == 429
    assert "Wait five minutes and try again" in answer.content.decode()
    assert "pwb-" in answer.content.decode()
