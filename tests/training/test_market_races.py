"""Two organisations at the same moment, on PostgreSQL: the last seats of a shared session are taken once.

Run without the lock as well, to show that it is the lock that decides it."""

import threading
from functools import partial

import pytest
from django.db import connection

from accounts.enums import TeamRole
from grants.enums import GrantState
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import grant_at
from tests.factories.training import seats_taken, shared_session
from tests.grants.test_award_races import together
from training.models import SharedSession
from training.workflow import shared as shared_verbs

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _only_on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL locks rows")


def last_seats():
    """Three seats, and two organisations that want two of them each."""
    made = shared_session(staff(TeamRole.OFFICER), seats=3)
    grants = [grant_at(GrantState.ACTIVE) for _ in range(2)]
    return made, [
        partial(
            seats_taken,
            SharedSession.objects.get(pk=made.pk),
            grant,
            lead_of(grant.organisation),
            seats=2,
        )
        for grant in grants
    ]


def test_the_last_seats_are_taken_once():
    made, calls = last_seats()
    assert together(*calls) == ["NotReady", "done"]
    assert SharedSession.objects.get(pk=made.pk).taken == 2


def test_without_the_lock_the_last_seats_are_taken_twice(monkeypatch):
    made, calls = last_seats()
    looked = threading.Barrier(2, timeout=10)
    plan = shared_verbs.plan_activity

    def plan_when_both_have_looked(*args, **kwargs):
        looked.wait()
        return plan(*args, **kwargs)

    monkeypatch.setattr(shared_verbs, "locked", lambda obj: type(obj).objects.get(pk=obj.pk))
    monkeypatch.setattr(shared_verbs, "plan_activity", plan_when_both_have_looked)
    assert together(*calls) == ["done", "done"]
    assert SharedSession.objects.get(pk=made.pk).taken == 4
