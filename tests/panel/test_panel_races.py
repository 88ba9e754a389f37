"""Two at the same moment, on PostgreSQL: the last two sheets, a sheet against a conflict of its owner, a
sheet against a colleague who reads. Each race is run without its lock as well, where it goes wrong as
expected; `RACES` says how often (1 unless told, 50 for the proof)."""

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from accounts.models import OutboxMessage, User
from accounts.state import NotAllowed, NotReady
from panel import workflow
from panel.enums import AssessmentState, AssignmentState
from panel.models import Assessment, Assignment
from panel.querysets import Standing
from panel.rules import visible_assessments
from panel.workflow import assessments
from tests.factories.grants import application_at
from tests.factories.panel import CHECKS, assigned, chaired, declared, sheet, submitted, three

RACES = int(os.environ.get("RACES", "1"))

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _only_on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL locks rows")


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run them at the same moment; what each returned, or the kind of its refusal, in their order."""
    barrier = threading.Barrier(len(calls), timeout=20)
    found: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            found[place] = call()
        except (NotReady, NotAllowed) as refused:
            found[place] = type(refused).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "one of them never came back"
    return found


def unlocked(obj: Any) -> Any:
    """The row as it is, without a lock."""
    return type(obj)._base_manager.get(pk=obj.pk)


def submit(held: Assessment) -> str:
    again = Assessment.objects.select_related("assignment__application").get(pk=held.pk)
    return workflow.submit_assessment(
        again, by=User.objects.get(pk=held.assignment.panellist.user_id), checks=CHECKS
    ).state


def last_two() -> tuple[Any, list[Assessment]]:
    """One of three sheets is in, the other two are ready to be sent."""
    application = application_at("with_panel")
    chaired(application)
    seats = [declared(seat) for seat in assigned(application, three())]
    submitted(seats[0])
    return application, [sheet(seat) for seat in seats[1:]]


def told(application: Any) -> int:
    """On how many occasions chairs were told that all is in (to each chair one message)."""
    key = f"panel.scores_in:{application.reference}:"
    found = OutboxMessage.objects.filter(dedupe_key__startswith=key)
    return len({row.split(":")[2] for row in found.values_list("dedupe_key", flat=True)})


def test_of_the_last_two_sheets_one_tells_the_chair():
    for _ in range(RACES):
        application, held = last_two()
        assert together(*(partial(submit, one) for one in held)) == ["scored", "scored"]
        assert told(application) == 1


def test_without_the_lock_nobody_tells_the_chair(monkeypatch):
    application, held = last_two()
    counted, kept = threading.Barrier(2, timeout=10), assessments.record

    def record(*args: Any, **kw: Any) -> Any:
        counted.wait()  # both have counted the sheets before either is committed
        return kept(*args, **kw)

    monkeypatch.setattr(assessments, "locked", unlocked)
    monkeypatch.setattr(assessments, "record", record)
    assert together(*(partial(submit, one) for one in held)) == ["scored", "scored"]
    assert told(application) == 0


def conflict(held: Assessment) -> str:
    seat = Assignment.objects.select_related("application", "panellist__user").get(
        pk=held.assignment_id
    )
    return workflow.declare_late(
        seat, by=seat.panellist.user, kind="personal", reason="I know the family"
    ).state


def test_a_sheet_sent_against_a_conflict_never_stands():
    for _ in range(RACES):
        _, held = last_two()
        sent, removed = together(partial(submit, held[0]), partial(conflict, held[0]))
        assert removed == AssignmentState.CONFLICTED
        assert sent in (AssessmentState.SUBMITTED, "NotAllowed", "NotReady")
        assert Assessment.objects.get(pk=held[0].pk).state == AssessmentState.VOID


def test_without_the_lock_a_sheet_stands_against_the_conflict(monkeypatch):
    _, held = last_two()
    looked, gone, kept = threading.Event(), threading.Event(), assessments.ready

    def ready_then_late(obj: Any, name: str) -> None:
        kept(obj, name)
        looked.set()
        gone.wait(10)  # the conflict is declared, and committed, meanwhile

    def conflict_meanwhile() -> str:
        looked.wait(10)
        try:
            return conflict(held[0])
        finally:
            gone.set()

    monkeypatch.setattr(assessments, "locked", unlocked)
    monkeypatch.setattr(assessments, "ready", ready_then_late)
    assert together(partial(submit, held[0]), conflict_meanwhile) == ["scored", "conflicted"]
    assert Assessment.objects.get(pk=held[0].pk).state == AssessmentState.SUBMITTED
    # Even then no door shows or counts it: the seat is asked, not the sheet.
    assert not Assessment.objects.submitted().filter(pk=held[0].pk).exists()


def send_then_read(held: Assessment) -> int:
    submit(held)
    who = User.objects.get(pk=held.assignment.panellist.user_id)
    return visible_assessments(who, held.assignment.application).count()


def read_of(first: Assessment) -> int:
    who = User.objects.get(pk=first.assignment.panellist.user_id)
    return visible_assessments(who, first.assignment.application).count()


def test_who_reads_while_colleagues_send_sees_their_own_or_all():
    """The two who send, and the first member, who only reads: never some of the others'. Whoever was
    last sees all."""
    for _ in range(RACES):
        application, held = last_two()
        first = Assessment.objects.submitted().get(assignment__application=application)
        seen = together(*(partial(send_then_read, one) for one in held), partial(read_of, first))
        assert set(seen) <= {1, 3}
        assert 3 in seen[:2]


def test_without_the_wait_for_all_who_reads_sees_some(monkeypatch):
    """The same with the guard off: the second member sends and reads before the third has sent."""
    monkeypatch.setattr(Standing, "is_all_in", True)
    _, held = last_two()
    has_read = threading.Event()

    def send_and_read() -> int:
        try:
            return send_then_read(held[0])
        finally:
            has_read.set()

    def send_afterwards() -> str:
        has_read.wait(10)
        return submit(held[1])

    assert together(send_and_read, send_afterwards) == [2, "scored"]
