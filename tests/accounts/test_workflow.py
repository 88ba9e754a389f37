"""Organisations: every verb in every state by every role, and the mail and audit rows they leave."""

import pytest
from django.core import mail

from accounts import audit, outbox, workflow
from accounts.enums import MemberRole, OrganisationState, TeamRole
from accounts.models import AuditEvent, Membership, Organisation, OutboxMessage
from accounts.organisation_verbs import ORGANISATION_VERBS
from accounts.state import NotAllowed, NotReady
from tests.factories.accounts import lead_of, member, organisation, staff, user

pytestmark = pytest.mark.django_db

STATES = list(OrganisationState)
WHO = ["stranger", "lead", "contributor", "superuser", *TeamRole.values]
# (state, verb, role) that succeed; every other combination refuses and changes nothing.
ALLOWED = (
    {
        (OrganisationState.REGISTERED, verb, role)
        for verb in ("verify", "refuse")
        for role in (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
    }
    | {
        (OrganisationState.REFUSED, "verify", role)
        for role in (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
    }
    | {
        (state, "belongs-to", role)
        for state in STATES
        for role in (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
    }
)
MOVES = {"verify", "refuse"}
EXTRA = {
    "refuse": {"reason": "The charity number is another charity’s."},
    "belongs-to": {"parent": None},
}


def at(state: OrganisationState) -> Organisation:
    made = organisation(verified=False)
    if state == OrganisationState.VERIFIED:
        return workflow.verify_organisation(made, by=staff(TeamRole.OFFICER))
    if state == OrganisationState.REFUSED:
        return workflow.refuse_organisation(made, by=staff(TeamRole.OFFICER), **EXTRA["refuse"])
    return made


def person(who: str, made: Organisation):
    if who == "stranger":
        return user()
    if who == "lead":
        return lead_of(made)
    if who == "contributor":
        return member(made)
    if who == "superuser":
        someone = user()
        someone.is_superuser = True
        someone.save()
        return someone
    return staff(who)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ORGANISATION_VERBS, ids=lambda verb: verb.name)
def test_verb_is_for_these_roles_in_these_states(state, verb):
    for who in WHO:
        made = at(state)
        by = person(who, made)
        before = (AuditEvent.objects.count(), OutboxMessage.objects.count())
        if (state, verb.name, who) in ALLOWED:
            moved = verb.do(made, by=by, **EXTRA.get(verb.name, {}))
            assert (moved.state != state) is (verb.name in MOVES)
            continue
        with pytest.raises((NotAllowed, NotReady)):
            verb.do(made, by=by, **EXTRA.get(verb.name, {}))
        made = Organisation.objects.get(pk=made.pk)
        assert (made.state, AuditEvent.objects.count(), OutboxMessage.objects.count()) == (
            state,
            *before,
        )


def test_nobody_verifies_their_own_organisation():
    officer = staff(TeamRole.OFFICER)
    made = organisation(verified=False, by=officer)
    with pytest.raises(NotAllowed):
        workflow.verify_organisation(made, by=officer)


def test_registering_makes_a_lead_and_tells_the_officers():
    officer = staff(TeamRole.OFFICER)
    made = organisation(verified=False)
    assert list(made.memberships.values_list("role", flat=True)) == [MemberRole.LEAD]
    assert list(OutboxMessage.objects.values_list("to", flat=True)) == [officer.email]


def test_invitation_is_for_one_address_and_one_use():
    made = organisation()
    workflow.invite(made, by=lead_of(made), email="New@Example.org", role=MemberRole.CONTRIBUTOR)
    outbox.deliver_due()
    token = mail.outbox[-1].body.split("/join/")[1].split("/")[0]
    invitation = workflow.find_invitation(token)
    with pytest.raises(NotReady):
        workflow.accept_invitation(invitation, by=user())
    joined = user("new@example.org")
    workflow.accept_invitation(invitation, by=joined)
    assert Membership.objects.get(user=joined).role == MemberRole.CONTRIBUTOR
    assert workflow.find_invitation(token) is None
    with pytest.raises(NotReady):
        workflow.accept_invitation(invitation, by=joined)


def test_only_a_lead_invites():
    made = organisation()
    with pytest.raises(NotAllowed):
        workflow.invite(made, by=member(made), email="x@example.org", role=MemberRole.HELPER)


def test_audit_chain_shows_what_was_altered_removed_or_slipped_in():
    organisation()
    organisation()
    audit.seal()
    assert audit.verify().broken_at is None
    assert audit.verify().unsealed == 0
    second = AuditEvent.objects.order_by("sealed_as")[1]
    from django.db.models import QuerySet

    QuerySet(AuditEvent).filter(pk=second.pk).update(actor_label="Somebody else")
    assert audit.verify().broken_at == 2
    QuerySet(AuditEvent).filter(pk=second.pk).update(actor_label=second.actor_label)
    assert audit.verify().broken_at is None
    QuerySet(AuditEvent).filter(pk=second.pk).delete()
    assert audit.verify().broken_at == 2


def test_audit_rows_refuse_change():
    organisation()
    row = AuditEvent.objects.first()
    row.event = "something.else"
    for attempt in (
        row.save,
        row.delete,
        lambda: AuditEvent.objects.update(event="x"),
        lambda: AuditEvent.objects.all().delete(),
    ):
        with pytest.raises(TypeError):
            attempt()


def test_outbox_sends_once_and_tries_again(monkeypatch, time_machine):
    time_machine.move_to("2025-06-02 09:00+01:00", tick=False)
    staff(TeamRole.OFFICER)
    organisation(verified=False)
    message = OutboxMessage.objects.get()

    def fail(self):
        raise OSError("the mail server is away")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", fail)
        assert outbox.deliver_due() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("waiting", 1, "OSError")
    assert outbox.deliver_due() == 0
    time_machine.move_to("2025-06-02 09:01:01+01:00", tick=False)
    assert outbox.deliver_due() == 1
    assert outbox.deliver_due() == 0
    assert [m.to for m in mail.outbox] == [[message.to]]


def test_outbox_message_of_a_killed_worker_comes_back(time_machine):
    time_machine.move_to("2025-06-02 09:00+01:00", tick=False)
    staff(TeamRole.OFFICER)
    organisation(verified=False)
    [held] = outbox.claim()
    assert outbox.claim() == []
    time_machine.move_to("2025-06-02 09:05:01+01:00", tick=False)
    assert outbox.deliver_due() == 1
    assert outbox.deliver(held) is True
    assert OutboxMessage.objects.get().attempts == 2


def test_what_is_urgent_comes_first_then_what_is_due(monkeypatch):
    from datetime import date

    from accounts import worklist

    def todo(title, due=None, urgent=False):
        return worklist.Todo(title, "/", "Look", due_on=due, is_urgent=urgent)

    given = [
        todo("b"),
        todo("late", date(2025, 5, 1)),
        todo("harm", urgent=True),
        todo("soon", date(2025, 6, 1)),
        todo("a"),
    ]
    monkeypatch.setattr(worklist, "_FINDERS", [lambda _: given])
    assert [t.title for t in worklist.todos(None)] == ["harm", "late", "soon", "a", "b"]
