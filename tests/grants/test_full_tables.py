"""Application and grant: which verb is offered in which state to whom, written out in full. What the
tables do not name is offered to nobody, and the verbs behind them refuse it (test_award_verbs,
test_application_roles)."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import pytest

from accounts import clock
from accounts.enums import TeamRole
from accounts.verbs import offered
from grants import workflow
from grants.enums import ApplicationState as A
from grants.enums import GrantState as G
from grants.enums import LifeChange, LifeWish, LineCategory
from grants.models import BudgetLine, Grant
from grants.verbs import APPLICATION_VERBS, GRANT_VERBS
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import accepted_claim, first_payment, grant_at, paid
from tests.grants.test_award_verbs import (
    CONTRIBUTOR,
    FINANCE,
    LEAD,
    OFFICER,
    PROGRAMME_LEAD,
    application_in,
    everybody,
)
from tests.grants.test_changes import replaced

pytestmark = pytest.mark.django_db

Table = dict[str, dict[Any, set[str]]]


def rows(*groups: tuple[Iterable[Any], Iterable[str]]) -> dict[Any, set[str]]:
    return {state: set(kinds) for states, kinds in groups for state in states}


WRITERS, CHECKERS = (LEAD, CONTRIBUTOR), (OFFICER, PROGRAMME_LEAD)
JUDGED = (A.WITH_PANEL, A.RECOMMENDED, A.DECIDED, A.RESERVED)
UNDER_WAY = (A.SUBMITTED, A.IN_CHECK, A.RETURNED, *JUDGED)
SENT = (*UNDER_WAY, A.APPROVED, A.DECLINED, A.INELIGIBLE)
FAST = (A.SUBMITTED, A.IN_CHECK, A.RETURNED, A.WITH_PANEL)
APPLICATION: Table = {
    "submit": rows(((A.DRAFT,), (LEAD,))),
    "withdraw": rows(((A.DRAFT, *UNDER_WAY), (LEAD,))),
    "start-check": rows(((A.SUBMITTED,), CHECKERS)),
    "assign": rows((UNDER_WAY, CHECKERS)),
    "ask": rows(((A.IN_CHECK, A.RETURNED), CHECKERS)),
    "resubmit": rows(((A.RETURNED,), (LEAD,))),
    "find-ineligible": rows(((A.IN_CHECK,), CHECKERS)),
    "pass-to-panel": rows(((A.IN_CHECK,), CHECKERS)),
    "decide": rows(((A.RECOMMENDED,), (PROGRAMME_LEAD,))),
    "release": rows(((A.DECIDED,), (PROGRAMME_LEAD,))),
    "take-back": rows(((A.DECIDED,), (PROGRAMME_LEAD,))),
    "take-from-reserve": rows(((A.RESERVED,), (PROGRAMME_LEAD,))),
    "appeal": rows(((A.APPROVED, A.DECLINED), (LEAD,))),
    "correct-state": rows(
        ((A.IN_CHECK, A.RETURNED, A.WITH_PANEL, A.INELIGIBLE, A.WITHDRAWN), (PROGRAMME_LEAD,))
    ),
    "message": rows((SENT, (*WRITERS, *CHECKERS))),
    "copy": rows(((*SENT, A.WITHDRAWN), WRITERS)),
    # Also while the panel has concluded and nothing is released: the applicant is not told that.
    "ask-fast-track": rows(((*FAST, A.RECOMMENDED, A.DECIDED), WRITERS)),
    "answer-fast-track": {},  # only once it was asked for: see below
}

RUNNING = (G.AGREED, G.ACTIVE, G.DELIVERED, G.REPORTING)
CLAIMING = (*RUNNING[1:], G.TERMINATED)
GRANT: Table = {
    "accept": rows(((G.OFFERED,), (LEAD,))),
    "turn-down": rows(((G.OFFERED,), (LEAD,))),
    "extend-offer": rows(((G.OFFERED,), (PROGRAMME_LEAD,))),
    "lapse": rows(((G.OFFERED,), (PROGRAMME_LEAD,))),
    "prepare-first-payment": rows(((G.OFFERED, *RUNNING), (OFFICER,))),
    "prepare-final-payment": rows((CLAIMING, (OFFICER,))),
    "add-claim": rows(((G.AGREED, *CLAIMING), WRITERS)),
    "finish-delivery": rows(((G.ACTIVE,), (*WRITERS, OFFICER))),
    "start-reporting": rows(((G.DELIVERED,), (*WRITERS, OFFICER))),
    "close": rows(((G.REPORTING,), (OFFICER,))),
    "terminate": rows((RUNNING, (PROGRAMME_LEAD,))),
    "move-money": rows((RUNNING, (LEAD,))),
    "more-time": rows((RUNNING[:2], (LEAD,))),
    "tell-us": rows((RUNNING, WRITERS)),
    "review": rows((RUNNING, (OFFICER,))),
    # Only once something has happened: see AFTER.
    "note-repayment": {},
    "top-up": {},
    "use-contingency": {},
    "settle": {},
    "ask-back": {},
}


def who_is_offered(thing: Any, names: Iterable[str]) -> dict[str, set[str]]:
    """Verb → the kinds of people to whom it is offered."""
    found: dict[str, set[str]] = {name: set() for name in names}
    for kind, who in everybody(thing.organisation).items():
        fresh = type(thing).objects.get(pk=thing.pk)
        for one in offered(who, fresh):
            found[one.name].add(kind)
    return found


def test_every_verb_has_a_row():
    assert set(APPLICATION) == {verb.name for verb in APPLICATION_VERBS}
    assert set(GRANT) == {verb.name for verb in GRANT_VERBS}
    assert {*A} == {state for row in APPLICATION.values() for state in row}
    assert {*G} - {state for row in GRANT.values() for state in row} == {G.CLOSED, G.REFUSED}


@pytest.mark.parametrize("state", A)
def test_application(state):
    found = who_is_offered(application_in(state), APPLICATION)
    assert found == {name: row.get(state, set()) for name, row in APPLICATION.items()}


@pytest.mark.parametrize("state", FAST)
def test_application_that_asked_for_the_fast_track(state):
    made = application_in(state)
    workflow.ask_fast_track(made, by=lead_of(made.organisation), reason="Admission within days")
    found = who_is_offered(made, APPLICATION)
    table = {name: row.get(state, set()) for name, row in APPLICATION.items()}
    assert found == table | {"ask-fast-track": set(), "answer-fast-track": {PROGRAMME_LEAD}}


@pytest.mark.parametrize("state", G)
def test_grant(state):
    found = who_is_offered(grant_at(state), GRANT)
    assert found == {name: row.get(state, set()) for name, row in GRANT.items()}


# What opens when something has happened: what it was, and the verbs that differ from the table.


def owes_money(state: G) -> Grant:
    grant = grant_at(G.AGREED)
    paid(first_payment(grant))
    grant = workflow.activate(grant, by=lead_of(grant.organisation))
    accepted_claim(grant, lines={n: (Decimal("0.00"), "Cancelled") for n in range(1, 11)})
    return moved(grant, state)


def moved(grant: Grant, state: G) -> Grant:
    lead = lead_of(grant.organisation)
    if state in (G.DELIVERED, G.REPORTING):
        grant = workflow.finish_delivery(grant, by=lead)
    if state == G.REPORTING:
        grant = workflow.start_reporting(grant, by=lead)
    if state == G.TERMINATED:
        by = staff(TeamRole.PROGRAMME_LEAD)
        grant = workflow.terminate(grant, by=by, reason="The person has moved away")
    return grant


def has_told(state: G) -> Grant:
    grant = grant_at(state)
    lead = lead_of(grant.organisation)
    told = {"kind": LifeChange.MOVED, "happened_on": clock.today(), "wish": LifeWish.PAUSE}
    return workflow.tell_us(grant, by=lead, **told)


def has_a_new_starter(state: G) -> Grant:
    grant = grant_at(state)
    replaced(grant, 10)
    return grant


def has_contingency(state: G) -> Grant:
    grant = grant_at(state)
    lines = BudgetLine.objects.filter(application=grant.application, number=10)
    lines.update(category=LineCategory.CONTINGENCY)
    return grant


NOBODY: set[str] = set()
# On hold, officers still look after it (payments stay blocked, in words); the organisation is asked nothing.
OWES = {"note-repayment": {FINANCE}, "ask-back": {OFFICER}, "add-claim": NOBODY}
ON_HOLD = dict.fromkeys(
    (
        "add-claim",
        "finish-delivery",
        "start-reporting",
        "move-money",
        "more-time",
        "tell-us",
    ),
    NOBODY,
)
AFTER: list[tuple[Callable[[G], Grant], tuple[G, ...], dict[str, set[str]]]] = [
    # After the last claim there is nothing left to change, and what is owed back is never paid.
    (
        owes_money,
        CLAIMING,
        OWES
        | dict.fromkeys(
            ("prepare-first-payment", "prepare-final-payment", "move-money", "more-time"), NOBODY
        ),
    ),
    (has_told, RUNNING, ON_HOLD | {"settle": {OFFICER}}),
    (has_a_new_starter, RUNNING, {"top-up": {LEAD}}),
    (has_contingency, RUNNING, {"use-contingency": {LEAD}}),
]


@pytest.mark.parametrize(
    ("happened", "state", "differs"),
    [(happened, state, differs) for happened, states, differs in AFTER for state in states],
)
def test_grant_after_something_has_happened(happened, state, differs):
    found = who_is_offered(happened(state), GRANT)
    table = {name: row.get(state, set()) for name, row in GRANT.items()} | differs
    assert found == table
