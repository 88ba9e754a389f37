"""What counts: the completion rule, HERON's figures, and that voided things disappear everywhere."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts import clock
from grants.enums import GrantState
from grants.models import Grant
from tests.factories.accounts import lead_of
from tests.factories.awards import accepted_claim, grant_at
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    circle_of,
    held,
    heron_training,
    on_the_day,
    session_of,
)
from training import reports
from training.actions import void_activity
from training.workflow import cancel_session, record_attendance, void_session

pytestmark = pytest.mark.django_db


def these(*grants):
    return Grant.objects.filter(pk__in=[grant.pk for grant in grants])


@pytest.mark.parametrize(
    ("min_sessions", "available", "cancelled", "needed"),
    [
        (None, 1, 0, 1),
        (None, 6, 0, 6),
        (None, 5, 1, 5),
        (None, 0, 2, 1),
        (4, 6, 0, 4),
        (4, 2, 0, 4),
        (5, 6, 0, 5),
        (5, 4, 2, 4),
        (5, 6, 1, 5),
        (2, 0, 3, 1),
    ],
)
def test_needed_sessions_rule(min_sessions, available, cancelled, needed):
    assert reports.needed_sessions(min_sessions, available, cancelled) == needed


# (min_sessions, sessions as "who is present", to come, cancelled, who completes)
RULES = [
    (None, ["SW2 SW3", "SW2"], 0, 0, {"SW2"}),
    (None, ["SW2 SW3", "SW2 SW3"], 0, 0, {"SW2", "SW3"}),
    (None, ["SW2 SW3"], 1, 0, set()),
    (None, ["SW2 SW3"], 0, 1, {"SW2", "SW3"}),
    (1, ["SW2", "SW3"], 0, 0, {"SW2", "SW3"}),
    (2, ["SW2 SW3", "SW2", "SW3"], 0, 0, {"SW2", "SW3"}),
    (2, ["SW2"], 0, 0, set()),
    (2, ["SW2 SW3", "SW2"], 4, 0, {"SW2"}),
    (3, ["SW2 SW3", "SW2"], 0, 1, {"SW2"}),
    (3, ["SW2 SW3", "SW2", "SW2"], 0, 2, {"SW2"}),
]


@pytest.mark.parametrize(("min_sessions", "sessions", "to_come", "cancelled", "completing"), RULES)
def test_completion_rule(grant, lead, min_sessions, sessions, to_come, cancelled, completing):
    activity = activity_of(grant, lead, min_sessions=min_sessions)
    for codes in sessions:
        held(activity, lead, codes.split())
    for _ in range(to_come):
        session_of(activity, lead, clock.today() + timedelta(days=30))
    for _ in range(cancelled):
        cancel_session(session_of(activity, lead), by=lead, reason="The trainer was ill")

    codes = {m.pk: code for code, m in circle_of(grant).items()}
    rows = reports.completions(these(grant))
    assert {codes[row["member_id"]] for row in rows} == completing
    assert reports.interventions(these(grant)) == len(completing)
    finished = {
        row.member.staff_code
        for row in reports.matrix(grant, clock.today()).rows
        if row.marks[0].state == reports.FINISHED
    }
    assert finished == completing


def test_heron_gives_the_published_figures(grant, lead):
    activities = heron_training(grant, lead)

    summary = reports.summary(grant)
    assert summary.sessions_delivered == 14
    assert summary.interventions == 50
    assert summary.people == 14
    assert summary.sectors == ("FAM", "IND", "ASC", "NHS", "LA_ASC", "HOU")
    assert (summary.joint_sessions, summary.sessions_with_two) == (9, 14)
    assert round(summary.joint_percent) == 64
    assert [reports.finished(activity) for activity in activities] == [11, 10, 12, 8, 9]
    assert reports.interventions(these(grant)) == 50
    assert reports.people_trained(these(grant)) == 14
    assert reports.joint_sessions(these(grant)) == (9, 14)
    assert summary.hours == Decimal("46.00")


def test_heron_cost_has_two_names(grant, lead):
    heron_training(grant, lead)
    accepted_claim(grant)

    cost = reports.cost_per_intervention(these(grant))
    assert cost.awarded_per_intervention == Decimal("155.24")
    assert cost.spent_per_intervention == Decimal("146.76")


def test_nothing_logged_costs_nothing_known(grant):
    cost = reports.cost_per_intervention(these(grant))
    assert (cost.awarded_per_intervention, cost.spent_per_intervention) == (None, None)
    assert reports.summary(grant) == reports.TrainingSummary()


def test_coverage_counts_who_is_there_on_the_day(grant, lead):
    heron_training(grant, lead)
    shift = clock.day_of(grant.agreed_at) - date(2025, 6, 27)

    before = reports.coverage(these(grant), date(2025, 7, 1) + max(shift, timedelta(0)))
    after = reports.coverage(these(grant), date(2025, 12, 1) + max(shift, timedelta(0)))
    assert (before.covered, before.active) == (0, 17)
    assert (after.covered, after.active) == (14, 16)


def test_until_leaves_out_later_sessions(grant, lead):
    activities = heron_training(grant, lead)
    first = activities[0].sessions.order_by("held_on")[0].held_on
    assert reports.summary(grant, until=first).sessions_delivered == 1
    assert reports.interventions(these(grant), until=first) == 0
    assert reports.first_sessions(these(grant)) == {grant.pk: first}


@pytest.mark.parametrize(("number", "lost"), [(1, 11), (2, 10), (3, 12), (4, 8), (5, 9)])
def test_voided_activity_disappears_everywhere(grant, lead, number, lost):
    activities = heron_training(grant, lead)
    void_activity(activities[number - 1], by=lead, reason="Logged on the wrong grant")

    summary = reports.summary(grant)
    assert summary.interventions == 50 - lost
    assert summary.sessions_delivered == 14 - len(HERON_ACTIVITIES[number - 1].days)
    assert len(reports.matrix(grant, clock.today()).activities) == 4


def test_voided_session_disappears_everywhere(grant, lead):
    activities = heron_training(grant, lead)
    void_session(activities[1].sessions.get(), by=lead, reason="Logged twice")

    summary = reports.summary(grant)
    assert (summary.sessions_delivered, summary.interventions) == (13, 40)
    assert (summary.joint_sessions, summary.sessions_with_two) == (8, 13)


def test_corrected_mark_disappears(grant, lead):
    activities = heron_training(grant, lead)
    session = activities[1].sessions.get()
    members = [m.member for m in session.marks.select_related("member")]
    with on_the_day(session.held_on):
        record_attendance(session, by=lead, present=members[1:])

    assert reports.summary(grant).interventions == 49


def test_grants_add_up_without_mixing(grant, lead):
    other = grant_at(GrantState.ACTIVE)
    heron_training(grant, lead)
    activity = activity_of(other, lead_of(other.organisation))
    held(activity, lead_of(other.organisation), ["SW2", "F1"])

    both = these(grant, other)
    assert reports.interventions(both) == 52
    assert reports.people_trained(both) == 16
    by_grant = reports.summaries(both)
    assert {pk: s.interventions for pk, s in by_grant.items()} == {grant.pk: 50, other.pk: 2}
    total = reports.total(both)
    assert (total.interventions, total.people, total.sessions_delivered) == (52, 16, 15)
    assert total.grants_with_family == 2


def test_reports_take_few_queries_whatever_the_number_of_grants(
    grant, lead, django_assert_max_num_queries
):
    other = grant_at(GrantState.ACTIVE)
    heron_training(grant, lead)
    held(activity_of(other, lead_of(other.organisation)), lead_of(other.organisation), ["SW2"])
    every = Grant.objects.all()
    with django_assert_max_num_queries(1):
        reports.interventions(every)
    with django_assert_max_num_queries(1):
        reports.people_trained(every)
    with django_assert_max_num_queries(2):
        reports.total(every)
    with django_assert_max_num_queries(3):
        reports.summaries(every)
    with django_assert_max_num_queries(3):
        reports.matrix(grant, clock.today())
