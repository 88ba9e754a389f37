"""The fast track: asked for by the applicant, agreed by a lead, scored by two, decided by two leads within the
budget, with its own clock and a note of the panel afterwards."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import OutboxMessage
from accounts.state import NotAllowed, NotReady, blockers
from accounts.verbs import offered
from accounts.worklist import todos
from grants import reports, workflow
from grants.enums import ApplicationState as S
from grants.enums import GrantState, Outcome
from grants.models import Application, FastTrack
from grants.working_days import working_days_after
from grants.worklists import ROWS
from panel.reports import conclude_blockers
from panel.views.oversight import scores_due_on
from tests.factories.accounts import lead_of, member, signed_in, staff
from tests.factories.awards import decided, offer, recommended
from tests.factories.grants import application_at, programme_and_round
from tests.factories.moments import noon
from tests.factories.panel import HERON_SCORES, chaired, concluded, panellist, scored

pytestmark = pytest.mark.django_db

WHY = "A bed is being looked for, and staff leave this week."


def on_fast_track(case, **kw):
    workflow.ask_fast_track(case, by=lead_of(case.organisation), reason=WHY)
    return workflow.answer_fast_track(case, by=staff(TeamRole.PROGRAMME_LEAD), agree=True, **kw)


@pytest.mark.parametrize("state", [s for s in S if s not in (S.APPROVED, S.DECLINED, S.RESERVED)])
def test_it_is_asked_for_from_sending_until_the_decision_is_released(state):
    made = {S.RECOMMENDED: recommended, S.DECIDED: decided}
    case = made[state]() if state in made else application_at(state)
    # Nothing tells the applicant that the panel has concluded: it can be asked for then as before.
    may = state in (S.SUBMITTED, S.IN_CHECK, S.RETURNED, S.WITH_PANEL, S.RECOMMENDED, S.DECIDED)
    lead = lead_of(case.organisation)
    assert ("ask-fast-track" in {v.name for v in offered(lead, case)}) is may
    if may:
        workflow.ask_fast_track(case, by=lead, reason=WHY)
        with pytest.raises(NotReady, match="asked for already"):
            workflow.ask_fast_track(case, by=lead, reason=WHY)
    else:
        with pytest.raises(NotReady, match="until the decision"):
            workflow.ask_fast_track(case, by=lead, reason=WHY)
        assert not FastTrack.objects.exists()


def test_who_may_ask_and_who_may_answer():
    case = application_at(S.IN_CHECK)
    ours = case.organisation
    lead = staff(TeamRole.PROGRAMME_LEAD)
    people = {
        "lead": lead_of(ours),
        "contributor": member(ours),
        "helper": member(ours, MemberRole.HELPER),
        "officer": staff(TeamRole.OFFICER),
        "programme lead": lead,
        "finance": staff(TeamRole.FINANCE),
        "chair": staff(TeamRole.PANEL_CHAIR),
    }
    asks = {n for n, who in people.items() if who.has_perm("grants.ask_fast_track", case)}
    assert asks == {"lead", "contributor"}
    with pytest.raises(NotAllowed):
        workflow.ask_fast_track(case, by=lead, reason=WHY)
    workflow.ask_fast_track(case, by=people["lead"], reason=WHY)
    answers = {n for n, who in people.items() if who.has_perm("grants.answer_fast_track", case)}
    assert answers == {"programme lead"}
    # Two people: a lead who belongs to the organisation agrees to nothing of theirs.
    both = lead_of(ours)
    both.team_memberships.create(role=TeamRole.PROGRAMME_LEAD)
    with pytest.raises(NotAllowed):
        workflow.answer_fast_track(case, by=type(both).objects.get(pk=both.pk), agree=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        FastTrack.objects.update(
            is_agreed=True, answered_at=clock.now(), answered_by=people["lead"].pk
        )
    with pytest.raises(NotReady, match="Say why"):
        workflow.answer_fast_track(case, by=lead, agree=False)
    with pytest.raises(NotReady, match="not on the fast track"):
        workflow.note_fast_track(case, by=people["chair"], note="x")


def test_pages_mail_and_tasks_carry_it():
    case = application_at(S.SUBMITTED)
    provider, lead = lead_of(case.organisation), staff(TeamRole.PROGRAMME_LEAD)
    at = case.get_absolute_url()
    client = signed_in(provider)
    assert "Say why it cannot wait" in client.post(f"{at}ask-fast-track/").content.decode()
    assert client.post(f"{at}ask-fast-track/", {"reason": WHY}).status_code == 302
    (task,) = [t for t in todos(lead) if "fast track" in t.title]
    assert (task.is_urgent, task.due_on) == (True, clock.today())
    boss = signed_in(lead)
    assert WHY in boss.get(at).content.decode()
    answer = boss.post(task.url, {"agree": "no"})
    assert "Say why it stays on the usual road" in answer.content.decode()
    assert boss.post(task.url, {"agree": "yes", "answer": "We start today"}).status_code == 302
    assert not [t for t in todos(lead) if "fast track" in t.title]
    assert "We start today" in client.get(at).content.decode()
    assert "Fast track" in boss.get(reverse("casework")).content.decode()
    for template in ("fast_track_asked", "fast_track_answered"):
        assert all(
            WHY not in mail.body
            for mail in OutboxMessage.objects.filter(dedupe_key__contains=template)
        )
        assert OutboxMessage.objects.filter(dedupe_key__contains=template).exists()


def test_refused_it_stays_on_the_usual_road():
    case = application_at(S.SUBMITTED)
    workflow.ask_fast_track(case, by=lead_of(case.organisation), reason=WHY)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    workflow.answer_fast_track(case, by=lead, agree=False, answer="Nothing says so")
    case = Application.objects.get(pk=case.pk)
    assert (case.fast_from, case.quorum, reports.clock(case).target_days) == (None, 3, 30)
    with pytest.raises(NotReady, match="No request"):
        workflow.answer_fast_track(case, by=lead, agree=True)


@pytest.mark.parametrize(
    ("asked_after", "target", "stopped"), [(0, 7, 0), (5, 12, 0), (25, 30, 0), (12, 16, 3)]
)
def test_its_clock_counts_from_the_request_and_is_never_later(asked_after, target, stopped):
    with time_machine.travel(noon(-40), tick=False) as at:
        held = programme_and_round()
        case = application_at(S.IN_CHECK, round=held)
        if stopped:
            at.shift(timedelta(days=2))
            workflow.ask(case, by=case.case_officer, words="What does it cost?")
            at.shift(timedelta(days=stopped))
            asked = case.clarifications.get()
            asked.reply = "It costs £10."
            asked.save()
            workflow.resubmit(case, by=lead_of(case.organisation))
            asked_after -= 2 + stopped
        at.shift(timedelta(days=asked_after))
        on_fast_track(case)
        case = Application.objects.get(pk=case.pk)
        time = reports.clock(case)
        assert (time.target_days, time.stopped_days, time.is_fast) == (target, stopped, True)
        assert time.due_on == min(
            clock.today() + timedelta(days=7),
            clock.day_of(case.submitted_at) + timedelta(days=30 + stopped),
        )


def test_whoever_has_the_next_step_sees_it_before_everything_else():
    """The officer's check also behind many older ones; the chair's and the lead's seats one by one, and a day
    for the scores that leaves time to decide."""
    held = programme_and_round()
    for _ in range(ROWS):
        application_at(S.SUBMITTED, round=held)
    new = on_fast_track(application_at(S.SUBMITTED, round=held))
    officer, lead = staff(TeamRole.OFFICER), staff(TeamRole.PROGRAMME_LEAD)
    first = todos(officer)[0]
    assert (first.url, first.is_urgent) == (new.get_absolute_url(), True)
    assert first.detail.startswith("Fast track. Day ")
    assert sum(t.is_urgent for t in todos(officer)) == 1
    own = signed_in(lead_of(new.organisation))
    assert "Two assessors score it." in own.get(new.get_absolute_url()).content.decode()

    case, usual = on_fast_track(application_at(S.WITH_PANEL)), application_at(S.WITH_PANEL)
    seats = [t for t in todos(lead) if t.title.startswith("Assign members")]
    assert [(t.is_urgent, case.reference in t.detail) for t in seats] == [
        (True, True),
        (False, False),
    ]
    assert usual.reference in seats[1].detail
    asked_on = case.fast_from
    for days, due in ((0, 4), (1, 4), (3, 4), (4, 5), (9, 10)):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            assert scores_due_on([case]) == asked_on + timedelta(days=due), days
            ten = clock.today() + timedelta(days=10)
            assert scores_due_on([usual]) == scores_due_on([]) == ten
    shown = signed_in(lead).get(reverse("panel-assign", args=[case.reference]))
    assert shown.context["form"].initial["due_on"] == asked_on + timedelta(days=4)
    assert "Seats. Fast track. 2 more to assign" in shown.content.decode()


def test_the_chair_and_the_leads_see_it_apart_from_the_others_until_it_is_released():
    chair = panellist(chair=True).user
    case = on_fast_track(application_at(S.WITH_PANEL))
    others = [application_at(S.WITH_PANEL) for _ in range(2)]
    for one in others:
        scored(one)
    scored(case, HERON_SCORES[:2])

    def waiting(who, words):
        held = [t for t in todos(who) if t.title.startswith(words)]
        return [(t.is_urgent, case.reference in t.url) for t in held]

    assert waiting(chair, "Declare your interests, then chair") == [(True, True), (False, False)]
    for one in (*others, case):
        chaired(one, chair)
    assert waiting(chair, "Moderate and conclude") == [(True, True), (False, False)]
    deciding, releasing = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    many = [recommended() for _ in range(6)]
    concluded(case, chair=chair)
    assert waiting(deciding, "Decide on") == [(True, True)]
    assert f"{len(many)} cases wait for a decision" in [t.title for t in todos(deciding)]
    decided(Application.objects.get(pk=case.pk), by=deciding)
    assert waiting(releasing, "Release 1 decision") == [(True, True)]


def test_the_request_says_who_answers_and_the_case_what_was_done():
    case = application_at(S.WITH_PANEL)
    workflow.ask_fast_track(case, by=lead_of(case.organisation), reason=WHY)
    own = signed_in(lead_of(case.organisation))

    def shown():
        return own.get(case.get_absolute_url()).content.decode()

    assert "A programme lead answers." in shown()
    workflow.answer_fast_track(
        Application.objects.get(pk=case.pk), by=staff(TeamRole.PROGRAMME_LEAD), agree=True
    )
    assert "A programme lead answers." not in shown()
    assert "Two assessors score it. The panel looks back once the decision is out." in shown()
    concluded(Application.objects.get(pk=case.pk), chair=chaired(case), scores=HERON_SCORES[:2])
    workflow.release_decision(
        decided(Application.objects.get(pk=case.pk)), by=staff(TeamRole.PROGRAMME_LEAD)
    )
    assert "Two assessors scored it." in shown()
    assert "Two assessors score it." not in shown()


def test_two_scores_make_a_quorum_and_one_of_them_has_lived_experience():
    case = on_fast_track(application_at(S.WITH_PANEL))
    usual = application_at(S.WITH_PANEL)
    for one, wants in ((case, False), (usual, True)):
        scored(one, HERON_SCORES[:2])
        said = conclude_blockers(Application.objects.get(pk=one.pk))
        assert any("3 assessors" in s for s in said) is wants
    nobody = on_fast_track(application_at(S.WITH_PANEL))
    scored(nobody, HERON_SCORES[:2], panellists=[panellist(), panellist()])
    assert any("lived experience" in s for s in conclude_blockers(nobody))


def test_the_panel_looks_back_and_the_grant_closes_only_then():
    case = on_fast_track(application_at(S.WITH_PANEL))
    chair = chaired(case)
    concluded(case, chair=chair, scores=HERON_SCORES[:2])
    page = signed_in(chair)
    note_at = reverse("panel-note", args=[case.reference])
    too_early = page.post(note_at, {"note": "Yes"})
    assert too_early.status_code == 409
    case = decided(Application.objects.get(pk=case.pk))
    workflow.release_decision(case, by=staff(TeamRole.PROGRAMME_LEAD))
    due = working_days_after(clock.today(), 10)
    (task,) = [t for t in todos(chair) if "panel’s note" in t.title]
    assert (task.url, task.due_on) == (note_at, due)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    assert not [t for t in todos(lead) if "panel’s note" in t.title]
    with time_machine.travel(noon(30)):
        assert [t.due_on for t in todos(lead) if "panel’s note" in t.title] == [due]
        late = signed_in(lead).get(case.get_absolute_url()).content.decode()
        assert f"was due by {due.day} {due:%B %Y}, and is late." in late
        looked_at = signed_in(chair).get(note_at).content.decode()
        assert f"It was due by {due.day} {due:%B %Y}." in looked_at
    assert "and is late" not in signed_in(lead).get(case.get_absolute_url()).content.decode()
    assert f"due by {due.day} {due:%B %Y}" in page.get(note_at).content.decode()
    grant = Application.objects.get(pk=case.pk).grant
    waits = "The panel’s note on the fast track is not written yet."
    assert waits in grant.close_blockers()
    for who in (staff(TeamRole.PANEL_CHAIR), lead, lead_of(case.organisation)):
        assert signed_in(who).get(note_at).status_code == 404
    assert page.post(note_at, {"note": ""}).status_code == 200
    assert page.post(note_at, {"note": "We would have said the same."}).status_code == 302
    assert not [t for t in todos(chair) if "panel’s note" in t.title]
    assert waits not in type(grant).objects.get(pk=grant.pk).close_blockers()
    assert (
        "We would have said the same."
        in signed_in(lead).get(case.get_absolute_url()).content.decode()
    )
    own = signed_in(lead_of(case.organisation)).get(case.get_absolute_url()).content.decode()
    assert "We would have said the same." not in own
    assert page.post(note_at, {"note": "Again"}).status_code == 409


def test_budget_and_two_leads_hold_on_the_fast_track_too():
    held = programme_and_round(budget=8000)
    first = offer(round=held)
    assert first.state == GrantState.OFFERED
    case = on_fast_track(application_at(S.WITH_PANEL, round=held))
    case = recommended(case, outcome=Outcome.APPROVE)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    case = decided(case, by=lead)
    assert not lead.has_perm("grants.release_decision", case)
    with pytest.raises(NotReady, match="is left"):
        workflow.release_decision(case, by=staff(TeamRole.PROGRAMME_LEAD))
    assert blockers(Application.objects.get(pk=case.pk), "approve")
