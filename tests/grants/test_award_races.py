"""Two people at the same moment, on PostgreSQL: the last of a round's money is awarded once, a
decision is released once, a payment is made once. Each race is run without its lock as well, to show
that it is the lock that decides it."""

import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from accounts.enums import TeamRole
from accounts.state import NotReady
from grants import workflow
from grants.enums import GrantState
from grants.models import Grant, Payment
from grants.workflow import decisions, money
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import decided, grant_at
from tests.factories.grants import programme_and_round

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _only_on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL locks rows")


def together(*calls: Callable[[], Any]) -> list[str]:
    """Run them at the same moment; what became of each: "done" or the kind of the refusal."""
    barrier = threading.Barrier(len(calls), timeout=20)
    found: list[str] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            call()
            found.append("done")
        except (NotReady, IntegrityError) as refused:
            found.append(type(refused).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(found)


def without_lock(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    """Rows are read without a lock, and both have looked before either writes."""
    looked = threading.Barrier(2, timeout=10)
    ready = module.ready

    def unlocked(obj: Any) -> Any:
        return type(obj)._base_manager.get(pk=obj.pk)

    def ready_then_wait(obj: Any, name: str) -> None:
        ready(obj, name)
        looked.wait()

    monkeypatch.setattr(module, "locked", unlocked)
    monkeypatch.setattr(module, "ready", ready_then_wait)


def last_eight_thousand() -> list[Callable[[], Any]]:
    """Two decisions of £7,762.20 each, with £8,000 left in the round; two leads release."""
    held = programme_and_round(budget=Decimal("8000.00"))
    pairs = [(decided(round=held), staff(TeamRole.PROGRAMME_LEAD)) for _ in range(2)]
    return [partial(workflow.release_decision, one, by=lead) for one, lead in pairs]


def awarded() -> Decimal:
    return sum((grant.amount for grant in Grant.objects.all()), Decimal(0))


def test_the_last_money_of_a_round_is_awarded_once():
    assert together(*last_eight_thousand()) == ["NotReady", "done"]
    assert awarded() == Decimal("7762.20")


def test_without_the_lock_the_last_money_is_awarded_twice(monkeypatch):
    calls = last_eight_thousand()
    without_lock(monkeypatch, decisions)
    assert together(*calls) == ["done", "done"]
    assert awarded() == Decimal("15524.40")


def double_release() -> list[Callable[[], Any]]:
    """One decision, two leads who release it."""
    application = decided()
    leads = [staff(TeamRole.PROGRAMME_LEAD) for _ in range(2)]
    return [partial(workflow.release_decision, application, by=lead) for lead in leads]


def test_a_decision_is_released_once():
    assert together(*double_release()) == ["NotReady", "done"]
    assert Grant.objects.count() == 1


def test_without_the_lock_only_the_database_stops_the_second_release(monkeypatch):
    calls = double_release()
    without_lock(monkeypatch, decisions)
    assert together(*calls) == ["IntegrityError", "done"]


def two_payments() -> list[Callable[[], Any]]:
    """One grant, two officers who prepare the first payment."""
    grant = grant_at(GrantState.AGREED)
    officers = [staff(TeamRole.OFFICER) for _ in range(2)]
    return [partial(workflow.prepare_first_payment, grant, by=officer) for officer in officers]


def test_two_officers_prepare_one_payment():
    assert together(*two_payments()) == ["NotReady", "done"]
    assert Payment.objects.count() == 1


def test_without_the_lock_only_the_database_stops_the_second_payment(monkeypatch):
    calls = two_payments()
    without_lock(monkeypatch, money)
    assert together(*calls) == ["IntegrityError", "done"]


def test_a_double_click_starts_one_claim():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    calls = [partial(workflow.add_claim, grant, by=lead)] * 2
    assert together(*calls) == ["NotReady", "done"]
    assert grant.claims.count() == 1
