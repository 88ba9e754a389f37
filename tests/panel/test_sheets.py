"""Sheets: state × verb × role, what a submission needs, and how a score moves afterwards."""

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady
from grants.enums import ApplicationState
from panel import actions, workflow
from panel.actions import Given
from panel.enums import AssessmentState
from panel.models import Assessment, Score, ScoreChange
from tests.factories.accounts import staff, user
from tests.factories.grants import application_at
from tests.factories.panel import (
    CHECKS,
    assigned,
    concluded,
    declared,
    panellist,
    scored,
    sheet,
    submitted,
    three,
)

pytestmark = pytest.mark.django_db
S = AssessmentState


def change(assessment, by, score=1):
    return workflow.change_score(
        assessment, by=by, criterion="C1", score=score, reason="Needs 2 and 4 fit anyone", why="Saw"
    )


DO = {
    "save": lambda a, by: actions.save_scores(a, by=by, scores={"C1": Given(score=2)}),
    "confirm": lambda a, by: actions.confirm_case_file(a, by=by),
    "submit": lambda a, by: workflow.submit_assessment(a, by=by, checks=CHECKS),
    "change": change,
}
# What happens for the owner; nobody else may do anything with a sheet.
OWNER = {
    ("save", S.DRAFT): S.DRAFT,
    ("confirm", S.DRAFT): S.DRAFT,
    ("submit", S.DRAFT): S.SUBMITTED,
    ("change", S.DRAFT): "NotAllowed",  # values are not open: nothing to moderate
    ("save", S.SUBMITTED): "NotReady",
    ("confirm", S.SUBMITTED): "NotReady",
    ("submit", S.SUBMITTED): "NotReady",
    ("change", S.SUBMITTED): S.SUBMITTED,
    ("save", S.VOID): "NotAllowed",
    ("confirm", S.VOID): "NotAllowed",
    ("submit", S.VOID): "NotAllowed",
    ("change", S.VOID): "NotAllowed",
}


def outcome_of(verb, assessment, by):
    try:
        with transaction.atomic():
            state = DO[verb](Assessment.objects.get(pk=assessment.pk), by).state
            transaction.set_rollback(True)
    except (NotAllowed, NotReady) as refused:
        return type(refused).__name__
    return state


def test_every_verb_in_every_state_by_every_role():
    draft = sheet(declared(assigned(panellists=[panellist(lived=True)])[0]))
    done = scored()
    void = submitted(declared(assigned(panellists=[panellist(lived=True)])[0]))
    workflow.stand_down(void.assignment, by=void.assignment.panellist.user, reason="Ill")
    superuser = user()
    superuser.is_superuser = True
    superuser.save()
    others = {
        "other member": done[1].assignment.panellist.user,
        "chair": staff(TeamRole.PANEL_CHAIR),
        "lead": staff(TeamRole.PROGRAMME_LEAD),
        "officer": staff(TeamRole.OFFICER),
        "superuser": superuser,
        "applicant": done[0].assignment.application.started_by,
    }
    sheets = {S.DRAFT: draft, S.SUBMITTED: done[0], S.VOID: void}
    expected, found = {}, {}
    for (verb, state), result in OWNER.items():
        owner = sheets[state].assignment.panellist.user
        for role, who in (others | {"owner": owner}).items():
            found[verb, state, role] = outcome_of(verb, sheets[state], who)
            expected[verb, state, role] = result if role == "owner" else "NotAllowed"

    assert found == expected


def test_a_submission_says_everything_that_is_missing():
    seat = declared(assigned(panellists=[panellist()])[0])
    actions.save_scores(
        seat.assessment,
        by=seat.panellist.user,
        scores={
            "C1": Given(score=4, reason="Clear."),
            "C2": Given(score=4),
            "C3": Given(is_not_able=True, reason="word " * 81),
        },
    )

    with pytest.raises(NotReady) as refused:
        workflow.submit_assessment(seat.assessment, by=seat.panellist.user, checks=CHECKS)

    titles = {c.code: c.title for c in seat.application.round.criteria.all()}
    assert refused.value.blockers == [
        f"C2 {titles['C2']} has no reason.",
        "The reason for C3 has 81 words. Shorten it to 80 or fewer.",
        *(f"{code} {titles[code]} has no score." for code in ("C4", "C5", "C6", "C7")),
    ]


def test_a_submission_needs_five_judged_and_three_checks():
    seat = declared(assigned(panellists=[panellist()])[0])
    sheet(seat, (4, 4, 4, 4, None, None, None))
    who = seat.panellist.user

    with pytest.raises(NotReady) as few:
        workflow.submit_assessment(seat.assessment, by=who, checks=CHECKS)
    sheet(seat, (4, 4, 4, 4, 4, None, None))
    with pytest.raises(NotReady) as unticked:
        workflow.submit_assessment(seat.assessment, by=who, checks=CHECKS[:2])
    done = workflow.submit_assessment(seat.assessment, by=who, checks=CHECKS)

    assert "You judged 4 of 7 criteria. A sheet counts from 5" in few.value.blockers[0]
    assert unticked.value.blockers == ["Look at your scores once more, and tick the 3 checks."]
    assert done.state == S.SUBMITTED


def test_a_sheet_is_pinned_to_the_case_file_it_judged():
    seat = declared(assigned(panellists=[panellist()])[0])
    sheet(seat)
    pinned = seat.assessment.case_file
    newer = type(pinned).objects.create(
        application=seat.application,
        version=pinned.version + 1,
        content=pinned.content | {"outcomes": ["Something else"]},
        reason="Corrected",
    )

    with pytest.raises(NotReady) as refused:
        workflow.submit_assessment(seat.assessment, by=seat.panellist.user, checks=CHECKS)
    actions.confirm_case_file(seat.assessment, by=seat.panellist.user)
    done = workflow.submit_assessment(seat.assessment, by=seat.panellist.user, checks=CHECKS)

    assert "Read what changed and confirm it." in refused.value.blockers[0]
    assert done.case_file == newer


def test_another_tab_never_overwrites():
    seat = declared(assigned(panellists=[panellist()])[0])
    who, opened = seat.panellist.user, seat.assessment.version
    actions.save_scores(
        seat.assessment, by=who, scores={"C1": Given(score=5, reason="First")}, version=opened
    )

    with pytest.raises(NotReady):
        actions.save_scores(
            seat.assessment, by=who, scores={"C1": Given(score=0, reason="Second")}, version=opened
        )

    assert Score.objects.get().reason == "First"


def test_a_case_that_left_the_panel_takes_no_scores():
    conclusion = concluded()
    application = conclusion.application
    done = Assessment.objects.filter(assignment__application=application).first()

    assert application.state == ApplicationState.RECOMMENDED
    assert outcome_of("change", done, done.assignment.panellist.user) == "NotReady"


def test_the_chair_is_told_when_the_last_sheet_is_in_and_not_before():
    chair = staff(TeamRole.PANEL_CHAIR)
    seats = [declared(seat) for seat in assigned()]
    told = OutboxMessage.objects.filter(dedupe_key__startswith="panel.scores_in", to=chair.email)
    counts = []
    for seat in seats:
        submitted(seat)
        counts.append(told.count())

    assert counts == [0, 0, 1]


def test_a_changed_score_keeps_what_it_was():
    done = scored()[0]
    owner = done.assignment.panellist.user

    change(done, owner, score=None)

    row = done.scores.get(criterion__code="C1")
    kept = ScoreChange.objects.get()
    assert (row.score, row.is_not_able, row.reason) == (None, True, "Needs 2 and 4 fit anyone")
    assert (kept.old_score, kept.new_score, kept.why, kept.changed_by) == (5, None, "Saw", owner)
    assert kept.old_reason == "C1 is clear and specific to this person."
    with pytest.raises(TypeError):
        kept.save()
    with pytest.raises(TypeError):
        ScoreChange.objects.all().delete()


def test_the_audit_trail_holds_no_score():
    done = scored()
    change(done[0], done[0].assignment.panellist.user, score=1)

    rows = AuditEvent.objects.filter(event__startswith="assessment.")
    assert {row.event for row in rows} == {"assessment.submitted", "assessment.score_changed"}
    for row in rows:
        assert set(row.data) <= {"sheets_in", "seats", "criterion"}


def test_the_database_refuses_impossible_scores():
    seat = declared(assigned(panellists=[panellist()])[0])
    sheet(seat)
    rows = Score.objects.filter(assessment=seat.assessment, criterion__code="C1")
    for values in ({"score": 6}, {"score": 3, "is_not_able": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)
    first = rows.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(assessment=first.assessment, criterion=first.criterion, score=1)


def test_two_of_three_in_opens_nothing_to_change():
    seats = [declared(seat) for seat in assigned(application_at("with_panel"), three())]
    done = [submitted(seat) for seat in seats[:2]]

    assert outcome_of("change", done[0], seats[0].panellist.user) == "NotAllowed"
