"""The API of providers, shared sessions, seats, sign-offs and what is passed on: as the pages."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.verbs import all_tables
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.training import (
    beyond,
    circle_of,
    delegated,
    held,
    provider_of,
    seats_taken,
    shared_session,
    signed,
)
from training.models import Cascade, SeatBooking, SharedSession, SignOff, TrainingProvider
from training.workflow import log_cascade

pytestmark = pytest.mark.django_db

NOUNS = {
    TrainingProvider: ("training-providers", "training-provider-verb"),
    SharedSession: ("shared-sessions", "shared-session-verb"),
    SeatBooking: ("seats", "give-back-seats"),
    SignOff: ("sign-offs", "sign-off-void"),
    Cascade: ("cascades", "cascade-void"),
}


@pytest.fixture
def officer():
    return staff(TeamRole.OFFICER)


@pytest.fixture
def things(grant, lead, officer):
    sign, cascade = beyond(grant, lead)
    shared = shared_session(officer)
    return {
        TrainingProvider: shared.provider,
        SharedSession: shared,
        SeatBooking: seats_taken(shared, grant, lead),
        SignOff: sign,
        Cascade: cascade,
    }


def sent(client, url, **fields):
    return client.post(url, json.dumps(fields), content_type="application/json")


def page_of(noun, thing, verb):
    _, name = NOUNS[noun]
    return reverse(
        name, args=[thing.reference, verb] if name.endswith("-verb") else [thing.reference]
    )


def test_page_and_api_refuse_the_same_people(things, grant, officer):
    """Noun × verb × who asks: 404 by the one is 404 by the other."""
    people = {
        "lead": lead_of(grant.organisation),
        "contributor": member(grant.organisation, MemberRole.CONTRIBUTOR),
        "stranger": lead_of(organisation()),
        "officer": officer,
        "programme lead": staff(TeamRole.PROGRAMME_LEAD),
        "finance": staff(TeamRole.FINANCE),
        "funder": staff(TeamRole.FUNDER),
    }
    refused = {}
    for noun, (prefix, _) in NOUNS.items():
        for verb in all_tables()[noun]:
            thing = things[noun]
            for who, person in people.items():
                client = Client()
                client.force_login(person)
                on_page = client.get(page_of(noun, thing, verb.name)).status_code
                with transaction.atomic():
                    url = f"/api/v1/{prefix}/{thing.reference}/{verb.name}/"
                    by_api = sent(client, url).status_code
                    transaction.set_rollback(True)
                assert (on_page == 404) == (by_api == 404), (prefix, verb.name, who, by_api)
                refused[prefix, verb.name, who] = by_api == 404
    holders = {"lead", "contributor"}
    team = {"officer", "programme lead"}
    for (prefix, verb, who), is_refused in refused.items():
        may = holders if prefix in ("seats", "sign-offs", "cascades") else team
        assert is_refused == (who not in may), (prefix, verb, who)


def test_lists_take_as_many_queries_for_three_as_for_one(things, grant, lead, officer):
    client = Client()
    client.force_login(officer)

    def counted():
        found = {}
        for prefix, _ in NOUNS.values():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/api/v1/{prefix}/").status_code == 200
            found[prefix] = len(queries)
        return found

    before = counted()
    for n in range(2):
        other = shared_session(officer, provider=provider_of(officer, f"Provider {n}"))
        seats_taken(other, grant, lead)
        task = delegated(grant, lead, title=f"Task {n}")
        held(task, lead, ["SW2"])
        signed(task, lead, "SW2")
        log_cascade(
            things[Cascade].activity,
            by=lead,
            taught_by=circle_of(grant)["SW3"],
            topic="INTINT",
            held_on=clock.today(),
            hours=2,
            people=3 + n,
        )
    assert counted() == before
    for prefix, _ in NOUNS.values():
        assert client.get(f"/api/v1/{prefix}/").json()["count"] == 3, prefix


def test_a_provider_is_added_approved_and_found(officer, client):
    client.force_login(lead_of(organisation()))
    url = "/api/v1/training-providers/"
    facts = {"name": "Quiet Days", "topics": ["INTINT"], "regions": ["london"], "group_size": 12}
    assert sent(client, url, **facts).status_code == 404
    client.force_login(officer)
    wrong = sent(client, url, **facts, nme="?")
    assert (wrong.status_code, list(wrong.json())) == (400, ["nme"])
    made = sent(client, url, **facts)
    assert (made.status_code, made.json()["topics"], made.json()["rating"]) == (
        201,
        ["INTINT"],
        None,
    )
    twice = sent(client, url, **facts)
    assert (twice.status_code, len(twice.json()["blockers"])) == (409, 1)
    one = f"{url}{made.json()['reference']}/"
    review = clock.today() + timedelta(days=90)
    done = sent(client, f"{one}approve/", basis="References", review_on=review.isoformat())
    assert (done.status_code, done.json()["is_approved"]) == (200, True)
    assert client.get(url, {"topic": "INTINT", "approved": "yes"}).json()["count"] == 1
    assert client.get(url, {"topic": "COMM"}).json()["count"] == 0


def test_a_session_is_opened_and_seats_are_taken_by_code(officer, grant, lead, client):
    provider = provider_of(officer)
    on = clock.today() + timedelta(days=30)
    facts = {
        "topic": "INTINT",
        "region": "",
        "provider": provider.reference,
        "mode": "online",
        "held_on": on.isoformat(),
        "hours": "3",
        "seats": 12,
        "seat_price": "40.00",
        "book_by": (on - timedelta(days=7)).isoformat(),
    }
    client.force_login(officer)
    made = sent(client, "/api/v1/shared-sessions/", **facts)
    assert (made.status_code, made.json()["taken"], made.json()["seats"]) == (201, 0, 12)
    one = f"/api/v1/shared-sessions/{made.json()['reference']}/"
    seats = {"grant": grant.reference, "budget_line": "L3", "need": "N2", "seats": 2}
    assert sent(client, f"{one}take-seats/", **seats).status_code == 404
    client.force_login(lead)
    wrong = sent(client, f"{one}take-seats/", **seats | {"need": "N1", "budget_line": "L99"})
    assert (wrong.status_code, list(wrong.json())) == (400, ["budget_line"])
    taken = sent(client, f"{one}take-seats/", **seats)
    assert (taken.status_code, taken.json()["share"]) == (201, "80.00")
    assert sent(client, f"{one}take-seats/", **seats).status_code == 409
    said = client.get(one).json()
    assert (said["seats"], said["taken"], said["room"]) == (None, None, "Seats left")
    back = sent(client, f"/api/v1/seats/{taken.json()['reference']}/give-back/")
    assert (back.status_code, back.json()["is_standing"]) == (200, False)
    client.force_login(lead_of(organisation()))
    assert sent(client, f"{one}take-seats/", **seats).status_code == 404
    assert client.get("/api/v1/seats/").json()["count"] == 0


def test_a_sign_off_is_read_and_taken_out(things, client, lead):
    client.force_login(lead)
    one = f"/api/v1/sign-offs/{things[SignOff].reference}/"
    said = client.get(one).json()
    assert (said["member"], said["holds"], said["is_voided"]) == ("M02", True, False)
    assert list(sent(client, f"{one}void/").json()) == ["reason"]
    done = sent(client, f"{one}void/", reason="The clinician took it back").json()
    assert (done["holds"], done["is_voided"]) == (False, True)
    assert sent(client, f"{one}void/", reason="Twice").status_code == 409
    people = client.get(f"/api/v1/cascades/{things[Cascade].reference}/").json()["people"]
    assert people == 4
