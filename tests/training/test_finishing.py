"""The interventions with their days are those that `completions` counts, in one query."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.models import Grant
from tests.factories.impact import START, GrantSpec, build, programme
from training.coverage import finishing
from training.models import Activity, SignOff
from training.reports import completions
from training.topics import DELEGATED

pytestmark = pytest.mark.django_db


def test_interventions_with_their_days_are_those_that_are_counted():
    build(programme(), [GrantSpec(learners=3), GrantSpec(1, learners=2), GrantSpec(2, learners=1)])
    health, short, _ = Activity.objects.order_by("pk")
    health.topic = sorted(DELEGATED)[0]
    health.save()
    short.min_sessions = 1
    short.save()
    grants = Grant.objects.all()
    assert len(finishing(grants)) == completions(grants).count() == 3
    members = [mark.member for mark in health.sessions.get().marks.order_by("pk")]
    by = health.planned_by
    for member, days in ((members[0], 5), (members[1], -5)):
        SignOff.objects.create(
            activity=health,
            member=member,
            signed_on=START + timedelta(days=days),
            review_on=START + timedelta(days=400),
            clinician="ld_nurse",
            recorded_by=by,
        )
    with CaptureQueriesContext(connection) as held:
        found = finishing(grants)
    assert len(held) == 1
    assert len(found) == completions(grants).count() == 5
    days = {done.member: done.on for _, done in found}
    assert days[members[0].pk] == START + timedelta(days=5)
    assert days[members[1].pk] == START
    early = date(2015, 10, 3)
    assert len(finishing(grants, early)) == completions(grants, early).count() == 4
