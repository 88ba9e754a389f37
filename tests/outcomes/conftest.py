"""A HERON grant on the days of the worked example, one for each test that asks."""

from datetime import date, datetime, time

import pytest
from django.db import transaction

from accounts import clock
from grants.enums import GrantState
from grants.models import Grant
from tests.factories.accounts import lead_of
from tests.factories.awards import grant_at
from tests.factories.outcomes import first_session, heron_baseline

AGREED = date(2025, 6, 27)
BASELINE = date(2025, 7, 1)
START = date(2025, 7, 16)


def noon(day: date) -> datetime:
    """Noon in London."""
    return datetime.combine(day, time(12), tzinfo=clock.LONDON)


@pytest.fixture(scope="module")
def _agreed(django_db_setup, django_db_blocker):
    """One walk through application, panel and offer for a whole module; taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(noon(AGREED)):
            grant = grant_at(GrantState.AGREED)
        with django_db_blocker.block():
            yield grant.pk
        transaction.set_rollback(True)


@pytest.fixture
def agreed(_agreed, db):
    """Agreed on 27 June 2025; nothing has been reported yet."""
    return Grant.objects.get(pk=_agreed)


@pytest.fixture
def active(agreed):
    """The baseline of 30 June sent on 1 July 2025; no session yet."""
    with clock.at(noon(BASELINE)):
        heron_baseline(agreed, lead_of(agreed.organisation))
    return type(agreed).objects.get(pk=agreed.pk)


@pytest.fixture
def started(active):
    """First session on 16 July 2025: due on 15 October, 14 January and 16 July 2026."""
    with clock.at(noon(START)):
        first_session(active, lead_of(active.organisation))
    return active
