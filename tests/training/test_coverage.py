"""Coverage on a day and over time, against a plain re-count from scratch, in any order of events."""

import contextlib
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import clock
from accounts.enums import HEADLINE_SECTOR, Sector, TeamRole
from accounts.state import NotReady
from focus_people.actions import add_members, leave_circle, replace_member
from focus_people.enums import LeftReason
from focus_people.models import CircleMember
from grants.models import Grant
from tests.factories.accounts import staff
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    circle_of,
    delegated,
    held,
    heron_training,
    on_the_day,
    session_of,
    shared_session,
    signed,
)
from training import coverage, reports
from training.actions import change_activity, void_activity
from training.models import Attendance, Session
from training.topics import DELEGATED
from training.workflow import (
    cancel_session,
    deliver_session,
    plan_session,
    record_attendance,
    void_session,
)

pytestmark = pytest.mark.django_db


def only(grant):
    return Grant.objects.filter(pk=grant.pk)


def cells(view, label):
    row = next(row for row in view.rows if row.label == label)
    return [cell.state for cell in row.cells]


def test_months_end_where_they_do():
    assert coverage.month_ends(date(2025, 6, 27), date(2025, 9, 3)) == [
        date(2025, 6, 30),
        date(2025, 7, 31),
        date(2025, 8, 31),
        date(2025, 9, 3),
    ]
    assert coverage.month_ends(date(2025, 12, 31), date(2026, 1, 31)) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
    ]
    assert coverage.month_ends(date(2025, 6, 5), date(2025, 6, 5)) == [date(2025, 6, 5)]


def test_a_long_time_is_shown_in_even_steps_with_its_first_and_its_last_day():
    for months in range(1, 200):
        days = [date(2015, 1, 1) + timedelta(days=30 * n) for n in range(months)]
        shown = coverage.spread(days)
        assert len(shown) <= coverage.MOST_DAYS + 1
        assert (shown[0], shown[-1]) == (days[0], days[-1])
        assert shown == sorted(set(shown) & set(days))
        assert months > coverage.MOST_DAYS or shown == days


def test_heron_over_time(grant, lead):
    heron_training(grant, lead)
    start = clock.day_of(grant.agreed_at)
    with on_the_day(start + timedelta(days=160)):
        view = coverage.view(Grant.objects.get(pk=grant.pk), clock.today())
        assert (view.now.trained, view.now.active) == (14, 16)
        assert view.line[0].trained == 0
        assert [p.trained for p in view.line] == sorted(p.trained for p in view.line)
        for point in view.line:
            one = reports.coverage(only(grant), point.on)
            assert (point.trained, point.active) == (one.covered, one.active)
        assert view.topics[0][0] == "PBS_PRACTITIONER"
        assert "Volunteers" in view.absent_sectors
        assert "Family and friends" not in view.absent_sectors
        before = coverage.view(grant, start)
        assert (before.now.trained, before.finding) == (
            0,
            f"0 of {before.now.active} people are trained in at least one topic",
        )


def test_what_runs_out_is_to_refresh(grant, lead):
    activity = change_activity(activity_of(grant, lead), by=lead, refresh_months=6)
    first = clock.today()
    held(activity, lead, ["SW2"])
    states = {}
    for days in (0, 100, 180, 190, 400):
        with on_the_day(first + timedelta(days=days)):
            states[days] = cells(coverage.view(grant, clock.today()), "Support worker SW2")[0]
    assert states == {0: "trained", 100: "trained", 180: "trained", 190: "expired", 400: "expired"}


def test_planned_and_missing(grant, lead):
    held(activity_of(grant, lead), lead, ["SW2"])
    coaching = activity_of(grant, lead, HERON_ACTIVITIES[1])
    session = session_of(coaching, lead, clock.today() + timedelta(days=5))
    assert cells(coverage.view(grant, clock.today()), "Support worker SW3") == [
        "missing",
        "planned",
    ]
    cancel_session(session, by=lead, reason="The trainer was ill")
    assert cells(coverage.view(grant, clock.today()), "Support worker SW3") == [
        "missing",
        "missing",
    ]


def test_trained_then_left_and_in_their_place(grant, lead):
    held(activity_of(grant, lead), lead, ["SW2", "SW3"])
    circle, tomorrow = circle_of(grant), clock.today() + timedelta(days=1)
    left = leave_circle(circle["SW2"], by=lead, left_on=tomorrow, left_reason=LeftReason.NEW_JOB)
    replace_member(left, by=lead, joined_on=tomorrow, staff_code="SW9")
    assert coverage.view(grant, clock.today()).leavers == []
    with on_the_day(tomorrow):
        view = coverage.view(grant, tomorrow)
        assert [(x.label, x.interventions, x.replacement) for x in view.leavers] == [
            ("Support worker SW2", 1, "Support worker SW9")
        ]
        assert not view.leavers[0].is_replacement_trained
        assert view.now.trained == 1
        assert "Support worker SW2" not in {row.label for row in view.rows}


def test_a_replacement_leads_to_a_top_up_and_what_is_missing_to_a_shared_session(
    grant, lead, client
):
    held(activity_of(grant, lead), lead, ["SW2"])
    activity_of(grant, lead, HERON_ACTIVITIES[1])
    shared = shared_session(staff(TeamRole.OFFICER))
    elsewhere = shared_session(staff(TeamRole.OFFICER), provider=shared.provider, region="london")
    tomorrow = clock.today() + timedelta(days=1)
    url = reverse("training-coverage", args=[grant.reference])
    client.force_login(lead)
    assert b"top-up" not in client.get(url).content
    left = leave_circle(
        circle_of(grant)["SW2"], by=lead, left_on=tomorrow, left_reason=LeftReason.NEW_JOB
    )
    replace_member(left, by=lead, joined_on=tomorrow, staff_code="SW9")
    with on_the_day(tomorrow):
        page = client.get(url).content.decode()
        assert f"{grant.get_absolute_url()}top-up/" in page
        assert client.get(f"{grant.get_absolute_url()}top-up/").status_code == 200
        assert shared.get_absolute_url() in page
        assert elsewhere.get_absolute_url() not in page
        client.force_login(staff(TeamRole.OFFICER))
        assert b"top-up" not in client.get(url).content


def test_forty_people_over_two_years_in_few_queries(grant, lead, client):
    person = grant.application.person
    more = 40 - CircleMember.objects.filter(person=person).active_on(clock.today()).count()
    rows = [
        {"role": "support_worker", "sector": "ASC_P", "staff_code": f"X{n}"} for n in range(more)
    ]
    members = add_members(person, rows, by=lead)
    activity = activity_of(grant, lead)
    first = clock.today()
    for n in range(6):
        with on_the_day(first + timedelta(days=100 * n)):
            session = session_of(activity, lead)
            deliver_session(session, by=lead, present=members[: 5 + n])
    client.force_login(lead)
    url = reverse("training-coverage", args=[grant.reference])
    with on_the_day(first + timedelta(days=730)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            view = coverage.view(Grant.objects.get(pk=grant.pk), clock.today())
        assert (len(view.rows), len(view.line)) == (40, 25)
        assert len(asked) < 12
        page = client.get(url).content.decode()
    assert "5 of 40 people are trained in at least one topic" in page
    assert 'aria-label="Not yet"' in page
    assert "Missing" not in page


# --- any order of events ------------------------------------------------------------------------

CODES = ["SW2", "SW3", "F1", "PA1", "N1", "V1"]
JOINED = "J"  # everybody who joined on the way
WHO = st.sets(st.sampled_from([*CODES, JOINED]), min_size=1)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("plan"), st.integers(0, 2), st.just(())),
        st.tuples(st.just("hold"), st.integers(0, 5), WHO),
        st.tuples(st.just("correct"), st.integers(0, 5), WHO),
        st.tuples(st.just("join"), st.just(0), st.just(())),
        st.tuples(st.just("sign off"), st.integers(0, 5), st.just(())),
        st.tuples(st.just("void activity"), st.integers(0, 2), st.just(())),
        st.tuples(st.just("cancel"), st.integers(0, 5), st.just(())),
        st.tuples(st.just("void"), st.integers(0, 5), st.just(())),
        st.tuples(st.just("leave"), st.integers(0, 5), st.just(())),
        st.tuples(st.just("replace"), st.integers(0, 5), st.just(())),
    ),
    min_size=3,
    max_size=14,
)


class _Over(Exception):
    """Takes the example's events back."""


def play(grant, lead, activities, events):
    """The events through the verbs, one a day; what may not happen at that point is passed over."""
    for after, (what, place, codes) in enumerate(events):
        sessions = list(Session.objects.filter(activity__grant=grant).order_by("pk"))
        circle = circle_of(grant)
        with on_the_day(clock.today() + timedelta(days=after)):
            session = sessions[place] if place < len(sessions) else None
            member = circle.get(CODES[place])
            named = {c for c in circle if c in codes or (JOINED in codes and c[:1] == JOINED)}
            present = [circle[c] for c in sorted(named) if circle[c].left_on is None]
            activity = activities[place] if place < len(activities) else None
            if activity is not None:
                activity.refresh_from_db()
            if what == "plan":
                if not activity.is_voided:
                    plan_session(activity, by=lead, held_on=clock.today())
            elif what == "join":
                row = {"role": "support_worker", "sector": "ASC_P", "staff_code": f"J{after}"}
                add_members(grant.application.person, [row], by=lead)
            elif what == "void activity":
                if not activity.is_voided:
                    void_activity(activity, by=lead, reason="Twice")
            elif what == "sign off":
                with contextlib.suppress(NotReady):
                    signed(activities[2], lead, CODES[place])
            elif what == "leave" and member and member.left_on is None:
                leave_circle(member, by=lead, left_on=clock.today(), left_reason=LeftReason.NEW_JOB)
            elif what == "replace" and member and member.left_on and not has_successor(member):
                replace_member(member, by=lead, joined_on=clock.today(), staff_code=f"R{after}")
            elif session is None or session.is_voided:
                continue
            elif what == "hold" and session.state == "planned" and present:
                deliver_session(session, by=lead, present=present)
            elif what == "correct" and session.state == "held" and present:
                here = [m for m in present if m.joined_on <= session.held_on]
                if here:
                    record_attendance(session, by=lead, present=here)
            elif what == "cancel" and session.state == "planned":
                cancel_session(session, by=lead, reason="Ill")
            elif what == "void":
                void_session(session, by=lead, reason="Twice")


def has_successor(member):
    return CircleMember.objects.filter(replaces=member).exists()


def recount(grant, day):
    """The same figures from the rows, one by one, as the domain's words say them."""
    members = {m.pk: m for m in CircleMember.objects.filter(person=grant.application.person)}
    done, joint, with_two = set(), 0, 0
    for activity in grant.activities.filter(voided_at__isnull=True):
        sessions = [s for s in activity.sessions.all() if s.voided_at is None]
        possible = [s for s in sessions if s.state != "cancelled"]
        cancelled = len(sessions) - len(possible)
        needed = len(possible) if activity.min_sessions is None else activity.min_sessions
        if activity.min_sessions is not None and cancelled:
            needed = min(needed, len(possible))
        needed = max(needed, 1)
        count = {}
        for session in possible:
            if session.state != "held":
                continue
            present = [
                m.member_id for m in Attendance.objects.filter(session=session, present=True)
            ]
            for member in present:
                count.setdefault(member, []).append(session.held_on)
            if len(present) >= 2:
                with_two += 1
                sectors = {HEADLINE_SECTOR.get(Sector(members[pk].sector)) for pk in present}
                joint += len(sectors - {None}) >= 2
        enough = {pk for pk, days in count.items() if len(days) >= needed}
        if activity.topic in DELEGATED:
            enough &= {one.member_id for one in activity.sign_offs.all() if not one.is_voided}
        done |= {(activity.pk, pk) for pk in enough}
    active = {
        pk
        for pk, m in members.items()
        if m.can_attend and m.joined_on <= day and (m.left_on is None or m.left_on > day)
    }
    trained = {pk for _, pk in done}
    return len(done), len(trained), (joint, with_two), (len(active & trained), len(active))


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=EVENTS)
def test_any_order_of_events_counts_as_a_plain_recount(grant, lead, events):
    try:
        with transaction.atomic():
            activities = [
                activity_of(grant, lead),
                activity_of(grant, lead, HERON_ACTIVITIES[3], min_sessions=2),
                delegated(grant, lead, min_sessions=1),
            ]
            play(grant, lead, activities, events)
            day = clock.today() + timedelta(days=len(events))
            with on_the_day(day):
                grants = only(grant)
                view = coverage.view(Grant.objects.get(pk=grant.pk), day)
                counted = reports.coverage(grants, day)
                expected = recount(grant, day)
                assert (
                    reports.interventions(grants),
                    reports.people_trained(grants),
                    reports.joint_sessions(grants),
                    (counted.covered, counted.active),
                ) == expected
                assert (view.now.trained, view.now.active) == expected[3]
            raise _Over
    except _Over:
        pass
