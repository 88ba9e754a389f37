"""Letters about reports that are due: each once, and none once there is nothing to ask any more."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from accounts import clock
from accounts.chores import do_chores
from accounts.enums import MemberRole, TeamRole
from accounts.models import OutboxMessage
from focus_people.workflow import report_death
from grants.models import Grant
from outcomes import workflow
from outcomes.enums import Point
from outcomes.reminders import remind
from outcomes.schedule import timing
from tests.factories.accounts import lead_of, member, staff
from tests.factories.outcomes import accepted, heron_report
from tests.outcomes.conftest import START, noon

pytestmark = pytest.mark.django_db
M3 = timing(Point.M3, START)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_before(started):
    OutboxMessage.objects.all().delete()


def letters():
    found = OutboxMessage.objects.filter(dedupe_key__startswith="report.due:")
    return [
        (m.dedupe_key.split(":")[1], m.dedupe_key.split(":")[2], m.to) for m in found.order_by("pk")
    ]


def on(day):
    """What the worker does on a day, three times over."""
    with clock.at(noon(day)):
        for _ in range(3):
            do_chores()
            cache.clear()


def test_three_letters_each_once_on_their_days(started):
    lead = lead_of(started.organisation)
    member(started.organisation, MemberRole.CONTRIBUTOR)
    expected, found = {}, {}
    stages = {
        M3.opens_on - DAY: [],
        M3.opens_on: ["open"],
        M3.closes_on - timedelta(days=8): ["open"],
        M3.closes_on - timedelta(days=7): ["open", "last_week"],
        M3.closes_on: ["open", "last_week"],
        M3.closes_on + DAY: ["open", "last_week", "overdue"],
        M3.closes_on + timedelta(days=30): ["open", "last_week", "overdue"],
    }
    for day, sent in stages.items():
        on(day)
        expected[day] = [(f"{started.reference}-M3", stage, lead.email) for stage in sent]
        found[day] = letters()
    assert found == expected


def test_a_letter_says_when_and_where_and_nothing_about_the_person(started):
    on(M3.opens_on)
    letter = OutboxMessage.objects.get(dedupe_key__startswith="report.due:")
    assert f"/grants/{started.reference}/outcomes/m3/" in letter.body
    assert "5 November 2025" in letter.body
    assert started.application.person.alias not in letter.subject + letter.body


def sent(grant):
    heron_report(grant, Point.M3, lead_of(grant.organisation))


def taken(grant):
    accepted(heron_report(grant, Point.M3, lead_of(grant.organisation)))


def waived(grant):
    workflow.waive_point(grant, Point.M3, by=staff(TeamRole.OFFICER), reason="Moved away")


def died(grant):
    report_death(grant.application.person, by=lead_of(grant.organisation))


def held(grant):
    Grant.objects.filter(pk=grant.pk).update(paused_on=clock.today())


@pytest.mark.parametrize("ending", [sent, taken, waived, died, held])
def test_no_letter_once_nothing_is_asked(started, ending):
    """The same day: the report was open in the morning, and at noon there is nothing to ask."""
    with clock.at(noon(M3.due_on)):
        ending(started)
    OutboxMessage.objects.all().delete()
    on(M3.due_on)
    on(M3.closes_on + DAY)
    assert letters() == []


def test_sent_back_is_asked_for_again(started):
    with clock.at(noon(M3.due_on)):
        report = heron_report(started, Point.M3, lead_of(started.organisation))
        workflow.send_back(report, by=staff(TeamRole.OFFICER), reason="Look at incidents again")
    returned = OutboxMessage.objects.get(subject__contains="a question about your report")
    assert "incidents" not in returned.body
    on(M3.closes_on + DAY)
    assert [stage for _, stage, _ in letters()] == ["overdue"]


def test_nobody_is_written_to_in_the_night(started):
    with clock.at(noon(M3.opens_on) - timedelta(hours=6)):
        assert remind() == 0
    assert letters() == []


def test_it_looks_once_a_day(started, django_capture_on_commit_callbacks):
    with clock.at(noon(M3.opens_on)):
        with django_capture_on_commit_callbacks(execute=True):
            assert remind() == 1
        assert remind() == 0


def test_it_costs_the_same_for_many(started, django_assert_max_num_queries):
    with clock.at(noon(M3.opens_on)), django_assert_max_num_queries(9):
        remind()
