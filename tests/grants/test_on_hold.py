"""While a grant is on hold: every verb of a grant, its claims, changes, payments and conditions, and whether
it waits. What waits is refused in one sentence by the page at its typed address, the API and the verb."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotReady, blockers
from accounts.verbs import offered
from grants import workflow
from grants.enums import ChangeState, GrantState, LifeChange, LifeWish, LineCategory
from grants.models import BudgetLine, Claim, Grant
from grants.verbs import CLAIM_VERBS, CONDITION_VERBS, GRANT_VERBS, PAYMENT_VERBS
from grants.verbs.changes import CHANGE_VERBS
from tests.factories.accounts import lead_of, signed_in, staff
from tests.factories.awards import claim, first_payment, grant_at
from tests.grants.test_award_verbs import GRANT_EXTRA
from tests.grants.test_changes import replaced

pytestmark = pytest.mark.django_db

RUNNING = (GrantState.AGREED, GrantState.ACTIVE, GrantState.DELIVERED, GrantState.REPORTING)
WAITS, GOES_ON, OWN_WORDS = "waits", "goes on", "says so itself"
ON_HOLD = {
    "grant": {
        "add-claim": WAITS,
        "move-money": WAITS,
        "more-time": WAITS,
        "top-up": WAITS,
        "use-contingency": WAITS,
        "finish-delivery": WAITS,
        "start-reporting": WAITS,
        "ask-back": WAITS,
        "prepare-first-payment": OWN_WORDS,
        "prepare-final-payment": OWN_WORDS,
        # An offer is not on hold: only what runs can be.
        "accept": GOES_ON,
        "turn-down": GOES_ON,
        "extend-offer": GOES_ON,
        "lapse": GOES_ON,
        # What an officer needs to look after it, and news that nobody may be stopped from telling.
        "note-repayment": GOES_ON,
        "close": GOES_ON,
        "terminate": GOES_ON,
        "tell-us": GOES_ON,
        "settle": GOES_ON,
        "review": GOES_ON,
    },
    "claim": {"submit": WAITS, "send-back": WAITS, "accept": GOES_ON},
    "change": {"agree": WAITS, "refuse": WAITS},
    "payment": {"approve": OWN_WORDS, "send-back": GOES_ON, "mark-paid": GOES_ON},
    "condition": {"meet": GOES_ON},
}
TABLES = {
    "grant": GRANT_VERBS,
    "claim": CLAIM_VERBS,
    "change": CHANGE_VERBS,
    "payment": PAYMENT_VERBS,
    "condition": CONDITION_VERBS,
}


def test_every_verb_around_a_grant_has_its_place():
    assert {kind: {verb.name for verb in table} for kind, table in TABLES.items()} == {
        kind: set(row) for kind, row in ON_HOLD.items()
    }


def sentence():
    today = clock.today()
    return (
        f"The grant has been on hold since {today.day} {today:%B %Y}. This waits until an officer and the "
        "organisation have settled what happens."
    )


def held(grant):
    """The same grant, on hold from today."""
    told = {"kind": LifeChange.ADMITTED, "happened_on": clock.today(), "wish": LifeWish.PAUSE}
    return workflow.tell_us(Grant.objects.get(pk=grant.pk), by=lead_of(grant.organisation), **told)


def running(state):
    """A grant that runs, with a new starter and some contingency: every change could be asked for."""
    grant = grant_at(state)
    lines = BudgetLine.objects.filter(application=grant.application, number=10)
    lines.update(category=LineCategory.CONTINGENCY)
    replaced(grant, 10)
    return grant


def who_for(verb, thing, grant):
    people = [lead_of(grant.organisation), *(staff(role) for role in TeamRole)]
    return next(who for who in people if who.has_perm(verb.permission, thing))


def snapshot():
    return AuditEvent.objects.count(), OutboxMessage.objects.count()


def refused_everywhere(thing, verb, grant, extra, api):
    """By the verb itself, the page at its typed address and the API; nothing is written, nobody is told."""
    who = who_for(verb, thing, grant)
    words, before = sentence(), snapshot()
    assert blockers(thing, verb.moves, who) == [words], verb.name
    with pytest.raises(NotReady, match="The grant has been on hold since"):
        verb.do(type(thing).objects.get(pk=thing.pk), by=who, **extra)
    page = signed_in(who).post(f"{thing.get_absolute_url()}{verb.name}/", {})
    seen = page.content.decode()
    if verb.page:  # a page of its own
        page = signed_in(who).post(f"{grant.get_absolute_url()}claims/add/", {})
        seen = page.content.decode()
    assert (page.status_code, words in seen) == (409, True), verb.name
    assert "not possible now" not in seen, verb.name
    answer = signed_in(who).post(f"/api/v1/{api}/{verb.name}/", {}, content_type="application/json")
    assert (answer.status_code, answer.json().get("blockers")) == (409, [words]), verb.name
    assert snapshot() == before, verb.name


@pytest.mark.parametrize("state", RUNNING)
def test_grant(state):
    grant = held(running(state))
    seen = set()
    for verb in GRANT_VERBS:
        place = ON_HOLD["grant"][verb.name]
        standing = blockers(grant, verb.moves)
        if place == WAITS and not any("has moved on" in said for said in standing):
            refused_everywhere(
                grant, verb, grant, GRANT_EXTRA.get(verb.name, {}), f"grants/{grant.reference}"
            )
            seen.add(verb.name)
        elif place == OWN_WORDS:
            assert [s for s in standing if "on hold" in s] or state == GrantState.AGREED, verb.name
        else:
            assert sentence() not in standing, verb.name
    moved = {GrantState.ACTIVE: {"finish-delivery"}, GrantState.DELIVERED: {"start-reporting"}}
    always = {"add-claim", "move-money", "more-time", "top-up", "use-contingency", "ask-back"}
    assert seen == always | moved.get(state, set())
    lead = lead_of(grant.organisation)
    waiting = {name for name, place in ON_HOLD["grant"].items() if place == WAITS}
    assert not waiting & {verb.name for verb in offered(lead, grant)}


def test_claim():
    grant = grant_at(GrantState.REPORTING)
    lead, officer = lead_of(grant.organisation), staff(TeamRole.OFFICER)
    made = claim(grant, lines={n: (Decimal("1.00"), "") for n in range(1, 11)})
    by_name = {verb.name: verb for verb in CLAIM_VERBS}
    held(grant)
    made = Claim.objects.get(pk=made.pk)
    place = f"claims/{made.reference}"
    refused_everywhere(made, by_name["submit"], grant, {}, place)
    kept = workflow.fill_claim(made, by=lead, lines={1: (Decimal("2.00"), "")}, is_final=True)
    assert kept.lines.get(line__number=1).amount == Decimal("2.00")
    workflow.settle(Grant.objects.get(), by=officer, outcome="carry_on")
    workflow.submit_claim(Claim.objects.get(pk=made.pk), by=lead)
    held(grant)
    made = Claim.objects.get(pk=made.pk)
    refused_everywhere(made, by_name["send-back"], grant, {"reason": "Line 1"}, place)
    assert workflow.accept_claim(made, by=officer).state == "accepted"


def test_change():
    grant = grant_at(GrantState.ACTIVE)
    until = grant.training_until + timedelta(days=30)
    change = workflow.ask_for_time(
        grant, by=lead_of(grant.organisation), until_on=until, reason="Illness"
    )
    held(grant)
    change = type(change).objects.get(pk=change.pk)
    for verb in CHANGE_VERBS:
        refused_everywhere(change, verb, grant, {"answer": "No"}, f"changes/{change.reference}")
    workflow.settle(Grant.objects.get(), by=staff(TeamRole.OFFICER), outcome="carry_on")
    change = type(change).objects.get(pk=change.pk)
    assert workflow.agree_change(change, by=staff(TeamRole.OFFICER)).state == ChangeState.AGREED


def test_payment_and_condition():
    grant = grant_at(GrantState.AGREED)
    payment = first_payment(grant)
    grant = held(grant)
    payment = type(payment).objects.get(pk=payment.pk)
    found = {
        verb.name: any("on hold" in said for said in blockers(payment, verb.moves))
        for verb in PAYMENT_VERBS
    }
    assert found == {name: place == OWN_WORDS for name, place in ON_HOLD["payment"].items()}
    for condition in grant.conditions.all():
        assert blockers(condition, "meet") == []
