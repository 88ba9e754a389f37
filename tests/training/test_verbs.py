"""Every verb of training: state × verb × role, and what stands in the way, in sentences."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.audit import history
from accounts.enums import MemberRole, TeamRole
from accounts.state import NotAllowed, NotReady, may_move
from accounts.verbs import offered
from focus_people.actions import edit_member, leave_circle
from focus_people.enums import LeftReason
from grants import workflow as grants_workflow
from grants.enums import GrantState
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.awards import grant_at
from tests.factories.training import (
    activity_of,
    circle_of,
    held,
    on_the_day,
    register_xlsx,
    session_of,
)
from training import actions, workflow
from training.enums import Mode, Pattern, SessionState
from training.models import Activity, RegisterImport, Session
from training.topics import CATALOGUE, topic_choices
from training.verbs import ACTIVITY_VERBS, REGISTER_VERBS, SESSION_VERBS
from training.workflow import cancel_session, deliver_session, plan_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(grant, lead):
    return activity_of(grant, lead)


ROLES = {
    "lead": lambda grant: lead_of(grant.organisation),
    "contributor": lambda grant: member(grant.organisation, MemberRole.CONTRIBUTOR),
    "helper": lambda grant: member(grant.organisation, MemberRole.HELPER),
    "officer": lambda grant: staff(TeamRole.OFFICER),
    "programme lead": lambda grant: staff(TeamRole.PROGRAMME_LEAD),
    "finance": lambda grant: staff(TeamRole.FINANCE),
    "panel": lambda grant: staff(TeamRole.PANEL_MEMBER),
    "funder": lambda grant: staff(TeamRole.FUNDER),
    "another organisation": lambda grant: lead_of(organisation()),
    "nobody's": lambda grant: user(),
}
MAY_LOG = {"lead", "contributor"}
MAY_SEE = MAY_LOG | {"officer", "programme lead"}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_and_log(grant, lead, activity, role):
    session = session_of(activity, lead)
    register = actions.preview_register(
        grant,
        by=lead,
        content=register_xlsx([(clock.today(), "A1", "SW2", "yes")]),
        file_name="r.xlsx",
    )
    who = ROLES[role](grant)
    permissions = {verb.permission for verb in (*ACTIVITY_VERBS, *SESSION_VERBS, *REGISTER_VERBS)}
    things = {"activity": activity, "session": session, "register": register}
    for name, thing in things.items():
        for permission in permissions:
            assert who.has_perm(permission, thing) is (role in MAY_LOG), (permission, name)
    assert who.has_perm("training.plan_activity", grant) is (role in MAY_LOG)
    assert who.has_perm("training.view_training", grant) is (role in MAY_SEE)
    for model in (Activity, Session, RegisterImport):
        assert model.objects.visible_to(who).exists() is (role in MAY_SEE)


@pytest.mark.parametrize("role", sorted(set(ROLES) - MAY_LOG))
def test_those_who_may_not_are_refused_by_the_verbs(grant, lead, activity, role):
    session, who = session_of(activity, lead), ROLES[role](grant)
    circle = circle_of(grant)
    with pytest.raises(NotAllowed):
        deliver_session(session, by=who, present=[circle["SW2"]])
    with pytest.raises(NotAllowed):
        cancel_session(session, by=who, reason="No")
    with pytest.raises(NotAllowed):
        actions.void_activity(activity, by=who, reason="No")
    with pytest.raises(NotAllowed):
        plan_session(activity, by=who, held_on=clock.today())
    with pytest.raises(NotAllowed):
        activity_of(grant, who)
    with pytest.raises(NotAllowed):
        actions.preview_register(grant, by=who, content=b"", file_name="r.csv")


def session_at(activity, lead, state):
    session = session_of(activity, lead)
    if state == "held":
        return deliver_session(session, by=lead, present=[circle_of(activity.grant)["SW2"]])
    if state == "cancelled":
        return cancel_session(session, by=lead, reason="The trainer was ill")
    if state == "voided":
        return workflow.void_session(session, by=lead, reason="Logged twice")
    return session


SESSION_OFFERS = {
    "planned": {"deliver", "open-sign-in", "change", "cancel", "void"},
    "held": {"record-attendance", "open-sign-in", "change", "void"},
    "cancelled": {"void"},
    "voided": set(),
}


@pytest.mark.parametrize("state", SESSION_OFFERS)
def test_what_is_offered_in_each_state(activity, lead, state):
    session = session_at(activity, lead, state)
    assert {verb.name for verb in offered(lead, session)} == SESSION_OFFERS[state]
    assert [b for verb in offered(lead, session) for b in verb.blockers] == []
    assert offered(staff(TeamRole.OFFICER), session) == []


@pytest.mark.parametrize("state", SESSION_OFFERS)
def test_what_is_not_offered_is_refused(activity, lead, state):
    session = session_at(activity, lead, state)
    circle = circle_of(activity.grant)
    calls = {
        "deliver": lambda: deliver_session(session, by=lead, present=[circle["SW2"]]),
        "record-attendance": lambda: workflow.record_attendance(
            session, by=lead, present=[circle["SW2"]]
        ),
        "change": lambda: workflow.change_session(session, by=lead, hours=Decimal("2.00")),
        "cancel": lambda: cancel_session(session, by=lead, reason="Ill"),
        "void": lambda: workflow.void_session(session, by=lead, reason="Twice"),
        "open-sign-in": lambda: workflow.open_sign_in(session, by=lead),
        "close-sign-in": lambda: workflow.close_sign_in(session, by=lead),
    }
    for name in set(calls) - SESSION_OFFERS[state]:
        with pytest.raises(NotReady):
            calls[name]()


GRANT_STATES = {
    GrantState.OFFERED: "Training can be logged once the baseline is in.",
    GrantState.AGREED: "Training can be logged once the baseline is in.",
    GrantState.ACTIVE: "",
    GrantState.DELIVERED: "The training on this grant is finished.",
    GrantState.REPORTING: "The training on this grant is finished.",
    GrantState.TERMINATED: "This grant has ended.",
}


@pytest.mark.parametrize("state", GRANT_STATES)
def test_training_is_logged_while_the_grant_is_active(state):
    grant = grant_at(state)
    lead = lead_of(grant.organisation)
    sentence = GRANT_STATES[state]
    if not sentence:
        assert activity_of(grant, lead).code == "A1"
        return
    with pytest.raises(NotReady) as refused:
        activity_of(grant, lead)
    assert refused.value.blockers == [sentence]


def test_what_was_logged_can_be_corrected_after_delivery_but_not_added_to(grant, lead, activity):
    session = held(activity, lead, ["SW2"])
    grants_workflow.finish_delivery(grant, by=lead)
    session, activity = Session.objects.get(pk=session.pk), Activity.objects.get(pk=activity.pk)
    with pytest.raises(NotReady, match="finished"):
        plan_session(activity, by=lead, held_on=clock.today())
    circle = circle_of(grant)
    workflow.record_attendance(session, by=lead, present=[circle["SW3"]])
    assert set(session.marks.filter(present=True).values_list("member__staff_code", flat=True)) == {
        "SW3"
    }


def test_session_before_the_agreement_is_refused(activity, lead):
    with pytest.raises(NotReady, match="The grant was agreed on"):
        plan_session(activity, by=lead, held_on=clock.today() - timedelta(days=1))


def test_session_to_come_can_be_planned_and_not_held(activity, lead):
    session = plan_session(activity, by=lead, held_on=clock.today() + timedelta(days=9))
    with pytest.raises(NotReady, match="Say who came on that day or after it"):
        deliver_session(session, by=lead, present=[circle_of(activity.grant)["SW2"]])


def test_nobody_there_is_no_session(activity, lead):
    with pytest.raises(NotReady, match="If nobody came, cancel the session"):
        deliver_session(session_of(activity, lead), by=lead, present=[])


def test_somebody_who_left_was_not_there_from_that_day_on(activity, lead):
    circle = circle_of(activity.grant)
    today, tomorrow = clock.today(), clock.today() + timedelta(days=1)
    first, second = session_of(activity, lead, today), session_of(activity, lead, tomorrow)
    leaver = leave_circle(circle["SW2"], by=lead, left_on=tomorrow, left_reason=LeftReason.NEW_JOB)
    deliver_session(first, by=lead, present=[leaver])
    with on_the_day(tomorrow), pytest.raises(NotReady) as refused:
        deliver_session(second, by=lead, present=[leaver, circle["SW3"]])
    words = f"{tomorrow.day} {tomorrow:%B %Y}"
    assert refused.value.blockers == [f"Support worker SW2 left the circle on {words}."]


def test_somebody_who_may_not_come_was_not_there(activity, lead):
    absent = edit_member(circle_of(activity.grant)["V1"], by=lead, can_attend=False)
    with pytest.raises(NotReady, match="marked in the circle as not coming to training"):
        deliver_session(session_of(activity, lead), by=lead, present=[absent])


def test_somebody_of_another_circle_was_not_there(activity, lead):
    stranger = circle_of(grant_at(GrantState.ACTIVE))["SW2"]
    with pytest.raises(NotReady, match="not in the circle"):
        deliver_session(session_of(activity, lead), by=lead, present=[stranger])


def test_need_line_activity_chain_is_kept(grant, lead):
    needs = {n.number: n for n in grant.application.person.needs.all()}
    with pytest.raises(NotReady, match=r"L1 is for N1, N4\. Choose one of these needs"):
        activity_of(grant, lead, need=needs[6])
    other = grant_at(GrantState.ACTIVE)
    with pytest.raises(NotReady, match="belongs to another grant"):
        activity_of(grant, lead, budget_line=other.application.lines.get(number=1))


def test_general_requirement_is_never_planned(grant, lead):
    with pytest.raises(NotReady, match="is a general requirement"):
        activity_of(grant, lead, topic="OMMT_T2")
    offered_codes = {code for _, group in topic_choices() for code, _ in group}
    assert "OMMT_T2" not in offered_codes
    assert offered_codes < set(CATALOGUE)


def test_physical_intervention_needs_a_certificate(grant, lead):
    with pytest.raises(NotReady, match="certified by the Restraint Reduction Network"):
        activity_of(grant, lead, topic="PHYSICAL_INTERVENTION", rrn_certified="not_known")
    assert activity_of(grant, lead, topic="PHYSICAL_INTERVENTION", rrn_certified="yes").pk


def test_completion_rule_is_fixed_by_the_first_session(activity, lead):
    activity = actions.change_activity(activity, by=lead, min_sessions=2)
    held(activity, lead, ["SW2"])
    with pytest.raises(NotReady, match="stays as it was"):
        actions.change_activity(activity, by=lead, min_sessions=1)
    assert actions.change_activity(activity, by=lead, title="PBS days").min_sessions == 2


def test_pattern_follows_the_mode(activity, lead):
    assert activity.pattern == Pattern.ONE_OFF
    changed = actions.change_activity(activity, by=lead, mode=Mode.MENTORING)
    assert changed.pattern == Pattern.ONGOING


def test_held_session_cannot_move_to_a_day_when_its_people_were_gone(activity, lead):
    session = held(activity, lead, ["SW2"])
    tomorrow = clock.today() + timedelta(days=1)
    leave_circle(
        circle_of(activity.grant)["SW2"], by=lead, left_on=tomorrow, left_reason=LeftReason.NEW_JOB
    )
    with on_the_day(tomorrow), pytest.raises(NotReady, match="left the circle"):
        workflow.change_session(session, by=lead, held_on=tomorrow)


def test_voided_activity_takes_no_session(activity, lead):
    activity = actions.void_activity(activity, by=lead, reason="Logged twice")
    with pytest.raises(NotReady, match="taken out of the record"):
        plan_session(activity, by=lead, held_on=clock.today())
    assert offered(lead, activity) == []


def test_reopening_is_no_verb(activity, lead):
    """Only the undoing of a register leads from held back to planned."""
    assert "reopen" not in {verb.moves for verb in SESSION_VERBS}
    assert may_move(held(activity, lead, ["SW2"]), "reopen")


def test_every_step_leaves_a_row_in_the_trail(activity, lead):
    session = held(activity, lead, ["SW2", "F1"])
    circle = circle_of(activity.grant)
    workflow.record_attendance(session, by=lead, present=[circle["SW2"]])
    workflow.void_session(session, by=lead, reason="Logged twice")
    assert sorted(row.event for row in history(session)) == [
        "session.attendance_corrected",
        "session.delivered",
        "session.planned",
        "session.voided",
    ]
    assert [row.event for row in history(activity)] == ["activity.planned"]


@pytest.mark.parametrize(
    "broken",
    [
        {"hours": Decimal("0")},
        {"hours": Decimal("24")},
        {"voided_at": clock.now()},
        {"void_reason": "", "voided_at": clock.now(), "voided_by_id": 1},
        {"state": SessionState.DELIVERED},
        {"state": "lost"},
        {"number": 1},
    ],
)
def test_the_database_refuses_too(activity, lead, broken):
    session_of(activity, lead)
    second = session_of(activity, lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=second.pk).update(**broken)
