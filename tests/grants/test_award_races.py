"""Two people at the same moment, on PostgreSQL: the last of a round's money is awarded once, a
decision is released once, a payment is made once, a line is claimed once; an award and a withdrawal, a
sending and a closing never both happen. Each race is run without its lock as well, to show that it is
the lock that decides it; `RACES` says how often (1 unless told, 50 for the proof)."""

import os
import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import AuditEvent
from accounts.state import NotReady, locked
from grants import workflow
from grants.enums import ApplicationState, ClaimState, GrantState
from grants.models import Application, Claim, ClaimLine, Grant, Payment, Round
from grants.workflow import applications, decisions, money
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import SPENT, claim, decided, grant_at
from tests.factories.grants import DECLARATIONS, application_at, programme_and_round

RACES = int(os.environ.get("RACES", "1"))

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
        except NotReady as refused:
            said = refused.blockers and all(one.strip().endswith(".") for one in refused.blockers)
            found.append("NotReady" if said else "refused without a sentence")
        except IntegrityError as refused:
            found.append(type(refused).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(found)


def unlocked(obj: Any) -> Any:
    return type(obj)._base_manager.get(pk=obj.pk)


def without_lock(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    """Rows are read without a lock, and both have looked before either writes."""
    looked = threading.Barrier(2, timeout=10)
    ready = module.ready

    def ready_then_wait(*about: Any) -> None:
        ready(*about)
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


def events(name: str) -> int:
    return AuditEvent.objects.filter(event=name).count()


def test_the_last_money_of_a_round_is_awarded_once():
    for number in range(1, RACES + 1):
        assert together(*last_eight_thousand()) == ["NotReady", "done"]
        assert awarded() == number * Decimal("7762.20")
        assert events("application.decision_released") == number


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
    for number in range(1, RACES + 1):
        assert together(*double_release()) == ["NotReady", "done"]
        assert Grant.objects.count() == events("application.decision_released") == number


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


# An award against a withdrawal ---------------------------------------------------------------------


def award_and_withdrawal() -> tuple[Application, list[Callable[[], Any]]]:
    """One decision that is released while the applicant's lead withdraws."""
    application = decided()
    lead = lead_of(application.organisation)
    return application, [
        partial(workflow.release_decision, application, by=staff(TeamRole.PROGRAMME_LEAD)),
        partial(workflow.withdraw, application, by=lead, reason="We found another way"),
    ]


def test_an_application_is_awarded_or_withdrawn_and_never_both():
    for number in range(1, RACES + 1):
        application, calls = award_and_withdrawal()
        assert together(*calls) == ["NotReady", "done"]
        state = Application.objects.get(pk=application.pk).state
        is_awarded = Grant.objects.filter(application=application).exists()
        assert state == (ApplicationState.APPROVED if is_awarded else ApplicationState.WITHDRAWN)
        assert events("application.decision_released") + events("application.withdrawn") == number


def test_without_the_lock_it_is_awarded_and_withdrawn(monkeypatch):
    _, calls = award_and_withdrawal()
    without_locks(monkeypatch, decisions, applications)
    assert together(*calls) == ["done", "done"]


def without_locks(monkeypatch: pytest.MonkeyPatch, *modules: Any) -> None:
    """Both modules read without a lock, and each waits until the other has looked."""
    looked = threading.Barrier(2, timeout=10)

    for module in modules:

        def ready_then_wait(*about: Any, ready: Any = module.ready) -> None:
            ready(*about)
            looked.wait()

        monkeypatch.setattr(module, "locked", unlocked)
        monkeypatch.setattr(module, "ready", ready_then_wait)


# A sending against the close of the round -----------------------------------------------------------


def close(pk: int) -> None:
    """Close the round now, as whoever changes its last moment does: with its row locked."""
    with transaction.atomic():
        held = locked(Round.objects.get(pk=pk))
        held.closes_at = clock.now()
        held.save(update_fields=["closes_at"])


def sent_too_late() -> int:
    return Application.objects.filter(submitted_at__gte=F("round__closes_at")).count()


def test_a_round_that_closes_as_it_is_sent_takes_it_or_refuses_it():
    """Sent before the round's last moment, or refused in a sentence, with one row in the trail or none."""
    for _ in range(RACES):
        draft = application_at(ApplicationState.DRAFT)
        lead = lead_of(draft.organisation)
        send = partial(workflow.submit, draft, by=lead, declarations=DECLARATIONS)
        found = together(send, partial(close, draft.round_id))
        fresh = Application.objects.get(pk=draft.pk)
        was_sent = fresh.state == ApplicationState.SUBMITTED
        assert found == (["done", "done"] if was_sent else ["NotReady", "done"])
        assert events("application.submitted") == Application.objects.sent().count()
        assert sent_too_late() == 0
        # Once the round has closed, nothing is sent any more.
        if not was_sent:
            with pytest.raises(NotReady, match="is not open now"):
                send()


def test_without_the_lock_it_is_sent_after_the_round_has_closed(monkeypatch):
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    looked, closed = threading.Event(), threading.Event()
    ready = applications.ready

    def ready_then_wait(*about: Any) -> None:
        ready(*about)
        looked.set()
        closed.wait(10)

    def close_in_between() -> None:
        looked.wait(10)
        close(draft.round_id)
        closed.set()

    monkeypatch.setattr(applications, "locked", unlocked)
    monkeypatch.setattr(applications, "ready", ready_then_wait)
    send = partial(workflow.submit, draft, by=lead, declarations=DECLARATIONS)
    assert together(send, close_in_between) == ["done", "done"]
    assert sent_too_late() == 1


def test_a_double_click_sends_once():
    for number in range(1, RACES + 1):
        draft = application_at(ApplicationState.DRAFT)
        lead = lead_of(draft.organisation)
        calls = [partial(workflow.submit, draft, by=lead, declarations=DECLARATIONS)] * 2
        assert together(*calls) == ["NotReady", "done"]
        assert events("application.submitted") == number
        assert draft.case_files.count() == 1


def test_without_the_lock_nothing_says_that_it_was_sent(monkeypatch):
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    calls = [partial(workflow.submit, draft, by=lead, declarations=DECLARATIONS)] * 2
    without_lock(monkeypatch, applications)
    # Nobody is told that it was sent already; at best the second case file clashes with the first.
    assert "NotReady" not in together(*calls)


# Two claims on one line -----------------------------------------------------------------------------


def two_claims() -> list[Callable[[], Any]]:
    """Two sent claims of £1,900 each on a line of £1,900, and an officer for each."""
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    first = workflow.submit_claim(claim(grant, is_final=False), by=lead)
    # The pages allow one open claim; a second one as an import or a shell could make it.
    second = Claim.objects.create(grant=grant, number=2, made_by=lead)
    ClaimLine.objects.bulk_create(
        ClaimLine(claim=second, line=row.line, amount=row.amount, note=row.note)
        for row in first.lines.select_related("line")
    )
    Claim.objects.filter(pk=second.pk).update(
        state=ClaimState.SUBMITTED, submitted_at=clock.now(), submitted_by=lead
    )
    return [
        partial(workflow.accept_claim, one, by=staff(TeamRole.OFFICER))
        for one in (first, Claim.objects.get(pk=second.pk))
    ]


def spent() -> Decimal:
    rows = ClaimLine.objects.filter(claim__state=ClaimState.ACCEPTED, line__number=1)
    return sum((row.amount or Decimal(0) for row in rows), Decimal(0))


def test_two_claims_on_one_line_are_not_both_accepted():
    for number in range(1, RACES + 1):
        assert together(*two_claims()) == ["NotReady", "done"]
        assert spent() == number * (SPENT[1][0] or 0)
        assert events("claim.accepted") == number


def test_without_the_lock_both_claims_are_accepted(monkeypatch):
    calls = two_claims()
    without_lock(monkeypatch, money)
    assert together(*calls) == ["done", "done"]
    assert spent() == Decimal("3800.00")
