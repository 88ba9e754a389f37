"""Who may: every rule for every role, what each of them sees, and every verb in every state."""

from datetime import date

import pytest

from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership
from accounts.state import NotAllowed, NotReady, blockers, may_move
from focus_people import actions, workflow
from focus_people.enums import Confidence, PersonState, PlanPoint
from focus_people.models import CircleMember, Erasure, FocusPerson, SupportPlan
from focus_people.rules import RULES
from focus_people.verbs import PERSON_VERBS
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.focus_people import before_plan, consented, heron, line, person

pytestmark = pytest.mark.django_db

MEMBERS = {MemberRole.LEAD, MemberRole.CONTRIBUTOR, MemberRole.HELPER}
EDITORS = {MemberRole.LEAD, MemberRole.CONTRIBUTOR}
STAFF = {TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD}
ROLES = [*MemberRole, *TeamRole, "stranger", "other organisation", "superuser"]
MAY = {
    "view_person": MEMBERS | STAFF,
    "add_person": EDITORS,
    "edit_person": EDITORS,
    "edit_needs": MEMBERS,
    "edit_goals": MEMBERS,
    "edit_circle": MEMBERS,
    "record_consent": EDITORS,
    "withdraw_consent": EDITORS,
    "edit_plan": EDITORS,
    "confirm_plan": EDITORS,
    "confirm_plan_for_commissioner": STAFF,
    "lock_plan": EDITORS | STAFF,
    "report_change": EDITORS,
    "look_at_words": STAFF,
    "check_in": MEMBERS,
    "answer_alert": STAFF,
    "export_person": {TeamRole.PROGRAMME_LEAD},
    "set_unit_cost": {TeamRole.PROGRAMME_LEAD},
    "score_goals": EDITORS,
    "hold_person": {TeamRole.PROGRAMME_LEAD},
    "ask_erasure": {TeamRole.PROGRAMME_LEAD},
    "erase_person": {TeamRole.PROGRAMME_LEAD},
    "see_readers": {MemberRole.LEAD, TeamRole.PROGRAMME_LEAD},
    "read_for_a_purpose": STAFF,
}


def somebody(role, held):
    if role in set(MemberRole):
        return member(held, role)
    if role in set(TeamRole):
        return staff(role)
    if role == "other organisation":
        return lead_of(organisation())
    made = user()
    if role == "superuser":
        made.is_superuser = True
        made.save()
    return made


def test_the_table_is_the_rules():
    assert {f"focus_people.{name}" for name in MAY} == set(RULES)


@pytest.mark.parametrize("role", ROLES)
def test_rules_by_role(role):
    held = organisation()
    made = person(held, lead_of(held))
    who = somebody(role, held)
    asked = Erasure(person=made, asked_by=lead_of(held))
    objects = {"add_person": held, "erase_person": asked}
    found = {n for n in MAY if who.has_perm(f"focus_people.{n}", objects.get(n, made))}
    assert found == {n for n, roles in MAY.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_visible_to_by_role(role):
    held = organisation()
    mine = heron(held, lead_of(held))
    other = organisation()
    theirs = heron(other, lead_of(other))
    who = somebody(role, held)
    expected = {mine, theirs} if role in STAFF else {mine} if role in MEMBERS else set()
    assert set(FocusPerson.objects.visible_to(who)) == expected
    assert {p.person for p in SupportPlan.objects.visible_to(who)} == expected
    assert {m.person for m in CircleMember.objects.visible_to(who)} == expected


def test_nobody_confirms_for_the_commissioner_in_their_own_organisation():
    held = organisation()
    officer = staff(TeamRole.OFFICER)
    Membership.objects.create(user=officer, organisation=held, role=MemberRole.CONTRIBUTOR)
    made = person(held, lead_of(held))
    assert not officer.has_perm("focus_people.confirm_plan_for_commissioner", made)
    plan = workflow.confirm_plan(before_plan(made, lead_of(held)), by=officer)
    assert plan.confidence == Confidence.PROVIDER


# --- state × verb × role ---------------------------------------------------------------------

ARROWS = {
    ("current", "report-move"): "moved",
    ("current", "report-death"): "deceased",
    ("moved", "report-death"): "deceased",
    ("current", "withdraw-consent"): "current",
    ("moved", "withdraw-consent"): "moved",
    ("deceased", "withdraw-consent"): "deceased",
} | {(state.value, verb): state.value for state in PersonState for verb in ("hold", "ask-erasure")}
# What a verb asks for, and who may use it where that is not the organisation that holds the record.
ASKS = {
    "hold": {"reason": "A claim", "review_on": date(2030, 1, 1)},
    "ask-erasure": {"why": "asked"},
}
PROGRAMME_VERBS = {"hold", "release-hold", "ask-erasure"}


def person_at(state, held, by):
    made = consented(person(held, by), by)
    if state == PersonState.MOVED:
        return workflow.report_move(made, by=by)
    if state == PersonState.DECEASED:
        return workflow.report_death(made, by=by)
    return made


@pytest.mark.parametrize(
    "role", [*MemberRole, TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, "stranger"]
)
@pytest.mark.parametrize("verb", PERSON_VERBS, ids=lambda verb: verb.name)
@pytest.mark.parametrize("state", list(PersonState))
def test_person_state_by_verb_by_role(state, verb, role):
    held = organisation()
    made = person_at(state, held, lead_of(held))
    who = somebody(role, held)
    asked = ASKS.get(verb.name, {})
    may = {TeamRole.PROGRAMME_LEAD} if verb.name in PROGRAMME_VERBS else EDITORS
    if role not in may:
        with pytest.raises(NotAllowed):
            verb.do(made, by=who, **asked)
    elif (state, verb.name) in ARROWS:
        verb.do(made, by=who, **asked)
    elif verb.name == "release-hold":
        assert blockers(made, verb.moves) == ["No legal hold stands on this record."]
    else:
        assert not may_move(made, verb.moves)
        with pytest.raises(NotReady):
            verb.do(made, by=who)
    allowed = role in EDITORS and ARROWS.get((state.value, verb.name))
    assert FocusPerson.objects.get(pk=made.pk).state == (allowed or state)


def test_consent_is_withdrawn_once():
    held = organisation()
    by = lead_of(held)
    made = actions.withdraw_consent(consented(person(held, by), by), by=by)
    with pytest.raises(NotReady):
        actions.withdraw_consent(made, by=by)


@pytest.mark.parametrize("state", [PersonState.MOVED, PersonState.DECEASED])
def test_a_closed_record_does_not_change(state):
    held = organisation()
    by = lead_of(held)
    made = person(held, by)
    plan = before_plan(made, by)
    some = actions.add_member(made, by=by, role="parent", sector="FAM")
    verb = workflow.report_move if state == PersonState.MOVED else workflow.report_death
    verb(made, by=by)
    for change in (
        lambda: actions.edit_person(made, by=by, strengths="x"),
        lambda: actions.set_needs(made, [], by=by),
        lambda: actions.set_goals(made, [], by=by),
        lambda: actions.add_members(made, [], by=by),
        lambda: actions.edit_member(some, by=by, staff_code="F1"),
        lambda: actions.leave_circle(some, by=by, left_on=some.joined_on, left_reason="other"),
        lambda: actions.new_plan_version(
            made, by=by, point=PlanPoint.BEFORE, dated_on=some.joined_on, reason="x"
        ),
        lambda: actions.save_plan(plan, by=by, lines=[]),
        lambda: consented(made, by),
    ):
        with pytest.raises(NotReady):
            change()


# --- the support plan's own stages -----------------------------------------------------------


def plan_at(stage, held, by):
    plan = before_plan(person(held, by), by)
    if stage == "empty":
        return actions.save_plan(plan, by=by, lines=[])
    if stage in ("provider", "commissioner"):
        who = by if stage == "provider" else staff(TeamRole.OFFICER)
        return workflow.confirm_plan(plan, by=who)
    if stage == "locked":
        return workflow.lock_plan(plan, by=by)
    return plan


@pytest.mark.parametrize(
    ("stage", "edit", "provider", "commissioner"),
    [
        ("empty", True, False, False),
        ("estimated", True, True, True),
        ("locked", False, True, True),
        ("provider", True, False, True),
        ("commissioner", False, False, False),
    ],
)
def test_plan_stage_by_verb(stage, edit, provider, commissioner):
    held = organisation()
    by = lead_of(held)
    officer = staff(TeamRole.OFFICER)
    tries = (
        (edit, lambda plan: actions.save_plan(plan, by=by, lines=[line("other", 1)])),
        (provider, lambda plan: workflow.confirm_plan(plan, by=by)),
        (commissioner, lambda plan: workflow.confirm_plan(plan, by=officer)),
    )
    for works, act in tries:
        plan = plan_at(stage, held, by)
        if works:
            act(plan)
        else:
            with pytest.raises(NotReady):
                act(plan)


def test_saving_what_the_provider_confirmed_makes_it_an_estimate():
    held = organisation()
    by = lead_of(held)
    plan = plan_at("provider", held, by)
    saved = actions.save_plan(plan, by=by, lines=[line("other", 1)])
    assert (saved.confidence, saved.confirmed_at, saved.confirmed_by) == ("estimated", None, None)


def test_helpers_and_staff_change_no_plan():
    held = organisation()
    plan = before_plan(person(held, lead_of(held)), lead_of(held))
    for who in (member(held, MemberRole.HELPER), staff(TeamRole.OFFICER)):
        with pytest.raises(NotAllowed):
            actions.save_plan(plan, by=who, lines=[])


def test_locking_twice_keeps_the_first_moment():
    held = organisation()
    plan = plan_at("locked", held, lead_of(held))
    assert workflow.lock_plan(plan, by=lead_of(held)).locked_at == plan.locked_at
