"""Decisions, grants, payments and claims: every verb in every state by every role. Two people decide,
and two people pay; that binds everybody."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady
from accounts.worklist import todos
from grants import workflow
from grants.enums import (
    ApplicationState,
    ClaimState,
    ConditionOutcome,
    GrantState,
    Outcome,
    PaymentState,
)
from grants.models import Application, Decision, Grant, Payment
from grants.verbs import CLAIM_VERBS, GRANT_VERBS, PAYMENT_VERBS
from grants.verbs.decisions import DECISION_VERBS
from tests.factories.accounts import lead_of, member, staff, user
from tests.factories.awards import (
    AWARD,
    claim,
    decided,
    first_payment,
    grant_at,
    recommended,
    released,
    reserved,
)
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db

LEAD, CONTRIBUTOR = "organisation lead", "organisation contributor"
OFFICER, PROGRAMME_LEAD, FINANCE = TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE


def everybody(organisation):
    """One person of every kind, by the name of the kind."""
    root = user()
    root.is_superuser = True
    root.save()
    insider = member(organisation, MemberRole.CONTRIBUTOR)
    helper = member(organisation, MemberRole.HELPER)
    return {
        "stranger": user(),
        LEAD: lead_of(organisation),
        CONTRIBUTOR: insider,
        "helper": helper,
        "superuser": root,
        **{role.value: staff(role) for role in TeamRole},
    }


@contextmanager
def tried():
    """Whatever happens inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def who_can(obj, do, people, extra):
    """The kinds of people for whom `do` succeeds; for everybody else nothing at all changes."""
    model, done = type(obj), set()
    for kind, by in people.items():
        fresh = model.objects.get(pk=obj.pk)
        before = (fresh.state, AuditEvent.objects.count(), OutboxMessage.objects.count())
        with tried():
            try:
                with transaction.atomic():
                    do(fresh, by=by, **extra)
                done.add(kind)
                assert AuditEvent.objects.count() > before[1]
            except (NotAllowed, NotReady):
                now = (model.objects.get(pk=obj.pk).state, AuditEvent.objects.count())
                assert (*now, OutboxMessage.objects.count()) == before
    return done


# Grants ---------------------------------------------------------------------------------------

RUNNING = (GrantState.AGREED, GrantState.ACTIVE, GrantState.DELIVERED, GrantState.REPORTING)
CLAIMING = (*RUNNING[1:], GrantState.TERMINATED)
GRANT_ALLOWED = {
    "accept": {key: {LEAD} for key in [GrantState.OFFERED]},
    "turn-down": {key: {LEAD} for key in [GrantState.OFFERED]},
    "extend-offer": {key: {PROGRAMME_LEAD} for key in [GrantState.OFFERED]},
    "lapse": {},
    "prepare-first-payment": {key: {OFFICER} for key in RUNNING},
    "prepare-final-payment": {},
    "note-repayment": {},
    "add-claim": {key: {LEAD, CONTRIBUTOR} for key in CLAIMING},
    "finish-delivery": {key: {LEAD, CONTRIBUTOR, OFFICER} for key in [GrantState.ACTIVE]},
    "start-reporting": {key: {LEAD, CONTRIBUTOR, OFFICER} for key in [GrantState.DELIVERED]},
    "close": {},
    "terminate": {key: {PROGRAMME_LEAD} for key in RUNNING},
    "move-money": {key: {LEAD} for key in RUNNING},
    "more-time": {key: {LEAD} for key in RUNNING[:2]},
    "top-up": {},
    "use-contingency": {},
    "tell-us": {key: {LEAD, CONTRIBUTOR} for key in RUNNING},
    "settle": {},
    "ask-back": {},
    "review": {key: {OFFICER} for key in RUNNING},
}
GRANT_EXTRA = {
    "accept": {"acknowledged": [1, 2, 3]},
    "turn-down": {"reason": "No longer needed"},
    "terminate": {"reason": "The person has moved away"},
    "note-repayment": {"amount": AWARD},
    "move-money": {"lines": {1: Decimal("1800.00"), 3: Decimal("950.00")}, "reason": "Dearer"},
    "more-time": {"until_on": clock.today() + timedelta(days=240), "reason": "Illness"},
    "top-up": {"line": 1, "amount": Decimal("500.00"), "reason": "A new night worker"},
    "use-contingency": {"line": 1, "amount": Decimal("1.00"), "reason": "Room closed"},
    "tell-us": {"kind": "admitted", "happened_on": clock.today(), "wish": "pause"},
    "settle": {"outcome": "carry_on"},
    "ask-back": {"due_on": clock.today() + timedelta(days=30), "reason": "Not spent"},
    "review": {"outcome": "continue", "words": "On its way"},
}


@pytest.mark.parametrize("state", GrantState.values)
def test_grant_verbs_by_state_and_role(state):
    grant = grant_at(state)
    people = everybody(grant.organisation)
    found = {
        verb.name: who_can(grant, verb.do, people, GRANT_EXTRA.get(verb.name, {}))
        for verb in GRANT_VERBS
    }
    assert found == {name: row.get(state, set()) for name, row in GRANT_ALLOWED.items()}
    may_activate = {LEAD, CONTRIBUTOR} if state == GrantState.AGREED else set()
    assert who_can(grant, workflow.activate, people, {}) == may_activate
    if state != GrantState.CLOSED:
        noting = {OFFICER} if state in CLAIMING else set()
        assert who_can(grant, workflow.note_final_report, people, {}) == noting


def test_nobody_of_the_organisation_acts_for_the_programme():
    grant = grant_at(GrantState.REPORTING)
    insider = staff(*TeamRole)
    insider.is_superuser = True
    insider.save()
    grant.organisation.memberships.create(user=insider, role=MemberRole.HELPER)
    for do, extra in (
        (workflow.prepare_first_payment, {}),
        (workflow.note_final_report, {}),
        (workflow.close, {}),
        (workflow.terminate, {"reason": "x"}),
    ):
        with pytest.raises(NotAllowed):
            do(grant, by=insider, **extra)
    with pytest.raises(NotAllowed):
        workflow.meet_condition(grant.conditions.all()[0], by=insider, outcome=ConditionOutcome.MET)


@pytest.mark.parametrize("before", [decided, reserved])
def test_what_was_withdrawn_after_a_decision_and_put_back_is_decided_anew(before):
    """The decision that stood is undone, and the trail says which it was."""
    case = before(recommended())
    case = workflow.withdraw(case, by=lead_of(case.organisation), reason="A mistake")
    case = workflow.correct_state(
        case, by=staff(TeamRole.PROGRAMME_LEAD), to=ApplicationState.SUBMITTED, reason="By mistake"
    )
    assert not Decision.objects.exists()
    undone = AuditEvent.objects.get(event="application.decision_taken_back")
    assert undone.data["reason"] == "By mistake"
    case = workflow.start_check(case, by=staff(TeamRole.OFFICER))
    case = recommended(workflow.pass_to_panel(case, by=staff(TeamRole.OFFICER)))
    assert released(decided(case)).state == ApplicationState.APPROVED


# Payments -------------------------------------------------------------------------------------


def payment_at(state):
    made = first_payment(grant_at(GrantState.AGREED))
    finance = staff(TeamRole.FINANCE)
    if state == PaymentState.REFUSED:
        return workflow.send_back_payment(made, by=finance, reason="Wrong organisation")
    if state in (PaymentState.APPROVED, PaymentState.PAID):
        made = workflow.approve_payment(made, by=finance)
    return workflow.mark_paid(made, by=finance) if state == PaymentState.PAID else made


PAYMENT_ALLOWED = {
    "approve": {PaymentState.PREPARED: {FINANCE}},
    "send-back": {PaymentState.PREPARED: {FINANCE}, PaymentState.APPROVED: {FINANCE}},
    "mark-paid": {PaymentState.APPROVED: {FINANCE}},
}


@pytest.mark.parametrize("state", PaymentState.values)
def test_payment_verbs_by_state_and_role(state):
    payment = payment_at(state)
    people = everybody(payment.grant.organisation)
    extra = {"send-back": {"reason": "Wrong organisation"}}
    found = {
        verb.name: who_can(payment, verb.do, people, extra.get(verb.name, {}))
        for verb in PAYMENT_VERBS
    }
    assert found == {name: row.get(state, set()) for name, row in PAYMENT_ALLOWED.items()}


def test_who_prepared_a_payment_never_approves_it_even_as_superuser():
    both = staff(TeamRole.OFFICER, TeamRole.FINANCE)
    both.is_superuser = True
    both.save()
    payment = first_payment(grant_at(GrantState.AGREED), officer=both)
    with pytest.raises(NotAllowed):
        workflow.approve_payment(payment, by=both)
    with pytest.raises(NotAllowed):
        workflow.send_back_payment(payment, by=both, reason="x")


def test_the_officer_of_the_case_never_approves_its_payment():
    both = staff(TeamRole.OFFICER, TeamRole.FINANCE)
    payment = first_payment(grant_at(GrantState.AGREED, officer=both))
    with pytest.raises(NotAllowed):
        workflow.approve_payment(payment, by=both)


def test_a_payment_that_was_sent_back_is_prepared_anew_in_the_same_row():
    payment = payment_at(PaymentState.REFUSED)
    again = first_payment(payment.grant)
    assert (again.pk, again.state, again.refusal_reason) == (payment.pk, "prepared", "")
    assert Payment.objects.count() == 1


def test_what_is_approved_and_not_paid_can_be_stopped():
    payment = payment_at(PaymentState.APPROVED)
    payment = workflow.send_back_payment(payment, by=staff(TeamRole.FINANCE), reason="Moved away")
    assert (payment.state, payment.approved_at, payment.approved_by) == ("refused", None, None)
    again = first_payment(payment.grant)
    assert workflow.approve_payment(again, by=staff(TeamRole.FINANCE)).state == "approved"


def test_nothing_is_approved_while_the_grant_is_on_hold_and_who_pays_is_warned():
    finance = staff(TeamRole.FINANCE)
    waiting, agreed = payment_at(PaymentState.PREPARED), payment_at(PaymentState.APPROVED)
    assert len(list(todos(finance))) == 2
    for payment in (waiting, agreed):
        workflow.tell_us(
            payment.grant,
            by=lead_of(payment.grant.organisation),
            kind="admitted",
            happened_on=clock.today(),
            wish="pause",
        )
    with pytest.raises(NotReady, match="Wait until it is settled"):
        workflow.approve_payment(waiting, by=finance)
    assert list(todos(finance)) == []
    waiting, agreed = (Payment.objects.get(pk=one.pk) for one in (waiting, agreed))
    assert waiting.hold_remark == ""
    assert "Do not pay this now" in agreed.hold_remark
    workflow.settle(agreed.grant, by=staff(TeamRole.OFFICER), outcome="ended")
    agreed = Payment.objects.get(pk=agreed.pk)
    assert "Send this payment back" in agreed.hold_remark
    workflow.send_back_payment(agreed, by=finance, reason="It has ended")
    workflow.settle(waiting.grant, by=staff(TeamRole.OFFICER), outcome="carry_on")
    assert workflow.approve_payment(waiting, by=finance).state == "approved"


def test_a_second_first_payment_is_refused_in_words():
    payment = payment_at(PaymentState.PAID)
    with pytest.raises(NotReady, match="The first payment has been prepared"):
        first_payment(payment.grant)


# Claims ---------------------------------------------------------------------------------------


def claim_at(state):
    made = claim(grant_at(GrantState.ACTIVE))
    if state == ClaimState.DRAFT:
        return made
    made = workflow.submit_claim(made, by=lead_of(made.grant.organisation))
    officer = staff(TeamRole.OFFICER)
    if state == ClaimState.RETURNED:
        return workflow.send_back_claim(made, by=officer, reason="L5: which hours?")
    return workflow.accept_claim(made, by=officer) if state == ClaimState.ACCEPTED else made


OPEN = (ClaimState.DRAFT, ClaimState.RETURNED)
CLAIM_ALLOWED = {
    "submit": {key: {LEAD, CONTRIBUTOR} for key in OPEN},
    "accept": {ClaimState.SUBMITTED: {OFFICER}},
    "send-back": {ClaimState.SUBMITTED: {OFFICER}},
}


@pytest.mark.parametrize("state", ClaimState.values)
def test_claim_verbs_by_state_and_role(state):
    made = claim_at(state)
    people = everybody(made.grant.organisation)
    extra = {"send-back": {"reason": "L5: which hours?"}}
    found = {
        verb.name: who_can(made, verb.do, people, extra.get(verb.name, {})) for verb in CLAIM_VERBS
    }
    assert found == {name: row.get(state, set()) for name, row in CLAIM_ALLOWED.items()}
    filling = {LEAD, CONTRIBUTOR} if state in OPEN else set()
    fill = {"lines": {}, "is_final": True}
    assert who_can(made, workflow.fill_claim, people, fill) == filling


# Decisions ------------------------------------------------------------------------------------


def application_in(state):
    if state == ApplicationState.RECOMMENDED:
        return recommended()
    if state == ApplicationState.DECIDED:
        return decided()
    if state == ApplicationState.APPROVED:
        return released()
    if state == ApplicationState.RESERVED:
        return reserved()
    if state == ApplicationState.DECLINED:
        return released(decided(recommended(outcome=Outcome.DECLINE)))
    return application_at(state)


DECISION = {
    "outcome": Outcome.APPROVE,
    "amount": AWARD,
    "conditions": [],
    "reasons": "A strong plan.",
    "feedback": {f"C{n}": "Clear." for n in range(1, 8)},
}
RECOMMENDATION = {
    "outcome": Outcome.APPROVE,
    "amount": AWARD,
    "score": 80,
    "totals": ["80.00"],
    "criteria": [],
    "conditions": [],
    "reasons": "Strong",
    "panellists": [],
}
DECISION_ALLOWED = {
    "decide": {ApplicationState.RECOMMENDED: {PROGRAMME_LEAD}},
    "release": {ApplicationState.DECIDED: {PROGRAMME_LEAD}},
    "take-back": {ApplicationState.DECIDED: {PROGRAMME_LEAD}},
    "take-from-reserve": {ApplicationState.RESERVED: {PROGRAMME_LEAD}},
}


@pytest.mark.parametrize("state", ApplicationState.values)
def test_decision_verbs_by_state_and_role(state):
    application = application_in(state)
    people = everybody(application.organisation)
    extra = {
        "decide": DECISION,
        "take-back": {"reason": "A figure is wrong"},
        "take-from-reserve": {"reason": "An offer was turned down"},
    }
    found = {
        verb.name: who_can(application, verb.do, people, extra.get(verb.name, {}))
        for verb in DECISION_VERBS
    }
    assert found == {name: row.get(state, set()) for name, row in DECISION_ALLOWED.items()}
    with_panel = state == ApplicationState.WITH_PANEL
    receiving = {TeamRole.PANEL_CHAIR, PROGRAMME_LEAD} if with_panel else set()
    receive = workflow.receive_recommendation
    assert who_can(application, receive, people, RECOMMENDATION) == receiving


def test_who_decided_never_releases_even_as_superuser():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    lead.is_superuser = True
    lead.save()
    application = decided(by=lead)
    with pytest.raises(NotAllowed):
        workflow.release_decision(application, by=lead)
    assert Application.objects.get(pk=application.pk).state == ApplicationState.DECIDED
    assert not Grant.objects.exists()


def test_who_scored_the_case_neither_decides_nor_releases():
    scorer = staff(TeamRole.PROGRAMME_LEAD, TeamRole.PANEL_MEMBER)
    scorer.is_superuser = True
    scorer.save()
    application = recommended(panellists=(scorer.pk,))
    with pytest.raises(NotAllowed):
        decided(application, by=scorer)
    application = decided(application)
    with pytest.raises(NotAllowed):
        workflow.release_decision(application, by=scorer)


def test_a_member_of_the_applicant_neither_recommends_nor_decides_nor_releases():
    insider = staff(TeamRole.PROGRAMME_LEAD, TeamRole.PANEL_CHAIR)
    application = application_at(ApplicationState.WITH_PANEL)
    application.organisation.memberships.create(user=insider, role=MemberRole.CONTRIBUTOR)
    with pytest.raises(NotAllowed):
        recommended(application, by=insider)
    application = recommended(application)
    with pytest.raises(NotAllowed):
        decided(application, by=insider)
    application = decided(application)
    with pytest.raises(NotAllowed):
        workflow.release_decision(application, by=insider)


def test_every_award_noun_was_enumerated():
    assert {verb.name for verb in GRANT_VERBS} == set(GRANT_ALLOWED)
    assert {verb.name for verb in PAYMENT_VERBS} == set(PAYMENT_ALLOWED)
    assert {verb.name for verb in CLAIM_VERBS} == set(CLAIM_ALLOWED)
    assert {verb.name for verb in DECISION_VERBS} == set(DECISION_ALLOWED)
