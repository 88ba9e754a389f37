"""Seats: state × verb × role, and interests before content."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership, OutboxMessage
from accounts.state import NotAllowed, NotReady
from grants.enums import ApplicationState
from panel import workflow
from panel.enums import AssessmentState, AssignmentState, Seat
from panel.models import Assessment, Assignment, Panellist
from panel.reports import case_scores
from panel.reports.moderation import counting_assessments
from tests.factories.accounts import organisation, staff, user
from tests.factories.grants import application_at
from tests.factories.panel import (
    assigned,
    concluded,
    conflicted,
    declared,
    panellist,
    submitted,
    three,
)

pytestmark = pytest.mark.django_db

S = AssignmentState
YES = {"has_interest": True, "kind": "personal", "reason": "I know the family"}
DO = {
    "declare": lambda seat, by: workflow.declare(seat, by=by, has_interest=False),
    "declare interest": lambda seat, by: workflow.declare(seat, by=by, **YES),
    "declare late": lambda seat, by: workflow.declare_late(
        seat, by=by, kind="personal", reason="I know the family"
    ),
    "stand down": lambda seat, by: workflow.stand_down(seat, by=by, reason="Too many cases"),
}
# verb: {from state: to state}; every other state refuses.
MOVES = {
    "declare": {S.ASSIGNED: S.CLEAR},
    "declare interest": {S.ASSIGNED: S.CONFLICTED},
    "declare late": {S.CLEAR: S.CONFLICTED},
    "stand down": {S.ASSIGNED: S.STOOD_DOWN, S.CLEAR: S.STOOD_DOWN},
}
MAY = {
    "declare": {"owner"},
    "declare interest": {"owner"},
    "declare late": {"owner"},
    "stand down": {"owner", "chair", "lead"},
}


def at_state(seat, state):
    if state == S.CLEAR:
        return declared(seat)
    if state == S.CONFLICTED:
        return conflicted(seat)
    if state == S.STOOD_DOWN:
        return workflow.stand_down(seat, by=seat.panellist.user, reason="Ill")
    return seat


def outcome_of(verb, seat, by):
    """The new state, or the name of the refusal; nothing is kept."""
    try:
        with transaction.atomic():
            state = DO[verb](Assignment.objects.get(pk=seat.pk), by).state
            transaction.set_rollback(True)
    except (NotAllowed, NotReady) as refused:
        return type(refused).__name__
    return state


def test_every_verb_in_every_state_by_every_role():
    application = application_at(ApplicationState.WITH_PANEL)
    seats = dict(zip(S, assigned(application, [*three(), panellist()]), strict=True))
    seats = {state: at_state(seat, state) for state, seat in seats.items()}
    superuser = user()
    superuser.is_superuser = True
    superuser.save()
    people = {
        "other member": seats[S.CLEAR].panellist.user,
        "chair": staff(TeamRole.PANEL_CHAIR),
        "lead": staff(TeamRole.PROGRAMME_LEAD),
        "officer": staff(TeamRole.OFFICER),
        "finance": staff(TeamRole.FINANCE),
        "stranger": user(),
        "superuser": superuser,
        "applicant": application.started_by,
    }
    expected, found = {}, {}
    for verb, moves in MOVES.items():
        for state, seat in seats.items():
            roles = people | {"owner": seat.panellist.user}
            if state == S.CLEAR:
                roles["other member"] = seats[S.ASSIGNED].panellist.user
            for role, who in roles.items():
                key = (verb, state.value, role)
                found[key] = outcome_of(verb, seat, who)
                expected[key] = (
                    "NotAllowed" if role not in MAY[verb] else moves.get(state, "NotReady")
                )

    assert found == expected


def test_assigning_by_every_role():
    application = application_at(ApplicationState.WITH_PANEL)
    members = three()
    found = {}
    for role in TeamRole:
        try:
            with transaction.atomic():
                assigned(application, members, by=staff(role))
                transaction.set_rollback(True)
            found[role] = "assigned"
        except NotAllowed:
            found[role] = "NotAllowed"

    may = {TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD}
    assert found == {r: "assigned" if r in may else "NotAllowed" for r in TeamRole}


def test_assigned_members_get_a_mail_without_content():
    application = application_at(ApplicationState.WITH_PANEL)

    seats = assigned(application)

    mails = OutboxMessage.objects.filter(dedupe_key__startswith="panel.assigned")
    assert {m.to for m in mails} == {s.panellist.user.email for s in seats}
    for mail in mails:
        assert application.reference in mail.body
        assert application.organisation.name not in mail.body
        assert "HERON" not in mail.body


def test_assigning_refuses_what_cannot_be_and_assigns_nobody():
    application = application_at(ApplicationState.WITH_PANEL)
    (seat,) = assigned(application, [panellist()])
    outsider = panellist(user=staff(TeamRole.PANEL_MEMBER))
    outsider.user.team_memberships.all().delete()
    employed = panellist(employer=application.organisation, name="Employed here")

    with pytest.raises(NotReady) as refused:
        workflow.assign(
            application,
            panellists=[seat.panellist, type(outsider).objects.get(pk=outsider.pk), employed],
            due_on=clock.today() - timedelta(days=1),
            by=staff(TeamRole.PANEL_CHAIR),
        )

    assert refused.value.blockers == [
        "The day by which scores are due has passed.",
        f"{seat.panellist} has a seat at this case already.",
        f"{outsider} is not on the panel.",
        "Employed here has a conflict. Employed by the applicant.",
    ]
    assert Assignment.objects.filter(application=application).count() == 1


def test_nobody_is_assigned_to_a_case_that_is_not_with_the_panel():
    application = application_at(ApplicationState.IN_CHECK)

    with pytest.raises(NotReady):
        assigned(application)

    assert not Assignment.objects.exists()


def test_declaring_no_interest_begins_a_sheet_on_the_newest_case_file():
    (seat,) = assigned(panellists=[panellist()])

    declared(seat)

    sheet = Assessment.objects.get(assignment=seat)
    newest = seat.application.case_files.order_by("-version")[0]
    assert (sheet.state, sheet.case_file) == (AssessmentState.DRAFT, newest)


def test_standing_down_withdraws_the_scores():
    seat = declared(assigned(panellists=[panellist(lived=True)])[0])
    sheet = submitted(seat)

    workflow.stand_down(seat, by=seat.panellist.user, reason="Ill")

    assert Assessment.objects.get(pk=sheet.pk).state == AssessmentState.VOID


def test_a_chair_takes_the_chair_by_declaring_once():
    application = application_at(ApplicationState.WITH_PANEL)
    chair = staff(TeamRole.PANEL_CHAIR)

    seat = workflow.declare_as_chair(application, by=chair, has_interest=False)

    assert (seat.seat, seat.state) == (Seat.CHAIR, S.CLEAR)
    assert not Assessment.objects.exists()
    with pytest.raises(NotAllowed):
        workflow.declare_as_chair(application, by=chair, has_interest=False)


def test_late_declaration_after_the_conclusion_keeps_the_recommendation_and_tells_the_lead():
    conclusion = concluded()
    seat = conclusion.application.seats_given.filter(seat=Seat.SCORER).first()
    OutboxMessage.objects.all().delete()

    workflow.declare_late(seat, by=seat.panellist.user, kind="personal", reason="I know them")

    application = conclusion.application
    application.refresh_from_db()
    assert application.state == ApplicationState.RECOMMENDED
    assert seat.application.recommendations.count() == 1
    assert OutboxMessage.objects.filter(dedupe_key__startswith="interest.declared_late").exists()


def test_what_was_found_after_the_conclusion_stands_beside_the_recommendation(client):
    conclusion = concluded()
    application = conclusion.application
    lead = staff(TeamRole.PROGRAMME_LEAD)
    pages = [
        f"/applications/{application.reference}/",
        f"/applications/{application.reference}/decide/",
        f"/panel/{application.reference}/moderation/",
    ]
    client.force_login(lead)
    words = "An interest was found after the panel concluded"
    assert not any(words in client.get(page).content.decode() for page in pages)

    seat = application.seats_given.filter(seat=Seat.SCORER).first()
    workflow.declare_late(seat, by=seat.panellist.user, kind="personal", reason="I know them")
    left = case_scores(application, counting_assessments(application))

    for page in pages:
        read = client.get(page).content.decode()
        assert words in read, page
        assert f"the panel score is {left.score}, from {len(left.counted)}." in read, page


def test_a_chair_who_finds_an_interest_after_concluding_is_said_too(client):
    conclusion = concluded()
    application = conclusion.application
    seat = application.seats_given.get(seat=Seat.CHAIR)
    workflow.declare_late(seat, by=conclusion.concluded_by, kind="personal", reason="I know them")

    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    read = client.get(f"/applications/{application.reference}/decide/").content.decode()
    assert "An interest of the chair who concluded was found after that." in read

    client.force_login(conclusion.concluded_by)
    answer = client.get(f"/panel/{application.reference}/")
    assert answer.url == f"/panel/{application.reference}/declare/"


def test_no_message_about_a_case_reaches_whom_it_is_closed_to():
    """The chair who is employed by the applicant, the lead who belongs to it: at every moment."""
    chair, lead = staff(TeamRole.PANEL_CHAIR), staff(TeamRole.PROGRAMME_LEAD)
    open_chair, open_lead = staff(TeamRole.PANEL_CHAIR), staff(TeamRole.PROGRAMME_LEAD)
    applicant = organisation()
    Panellist.objects.create(user=chair, employer=applicant)
    Membership.objects.create(user=lead, organisation=applicant, role=MemberRole.HELPER)
    told = OutboxMessage.objects.values_list("to", flat=True)

    application = application_at(ApplicationState.WITH_PANEL, organisation=applicant)
    assert open_chair.email in told
    seats = [declared(seat) for seat in assigned(application, three())]
    workflow.stand_down(seats[0], by=seats[0].panellist.user, reason="Ill")
    late = seats[1]
    workflow.declare_late(late, by=late.panellist.user, kind="personal", reason="I know them")
    assert {open_chair.email, open_lead.email} <= set(told.all())
    told = told.exclude(dedupe_key__startswith="panel.assigned")
    assert not {chair.email, lead.email, late.panellist.user.email} & set(told)


def test_the_database_refuses_what_the_machine_forbids():
    (seat,) = assigned(panellists=[panellist()])
    rows = Assignment.objects.filter(pk=seat.pk)
    bad = [
        {"state": "clear"},
        {"state": "conflicted", "has_interest": True, "declared_at": clock.now()},
        {"state": "nonsense"},
        {"stood_down_at": clock.now()},
    ]
    for values in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)
