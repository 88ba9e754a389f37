"""The panel, walked through the verbs that the pages use: seats, declarations, sheets, conclusion.

`assigned` → `declared` → `scored` → `concluded`; each does what comes before it. The three scores of
the worked example (domain 10.2) are `HERON_SCORES`: totals 83.00, 77.00 and 81.00, panel score 80.33.
A score of None is "not able to judge".
"""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import User
from grants.enums import ApplicationState, Outcome
from grants.models import Application, Round
from panel import actions, workflow
from panel.actions import Given
from panel.enums import BiasCheck, Seat
from panel.models import AgendaItem, Assessment, Assignment, Conclusion, Meeting, Panellist, Service
from panel.reports import case_scores
from panel.reports.meetings import ready_to_meet_on
from panel.reports.moderation import counting_assessments
from tests.factories.accounts import staff
from tests.factories.grants import application_at

HERON_SCORES = ((5, 4, 4, 4, 4, 4, 3), (4, 4, 5, 3, 4, 3, 3), (5, 4, 4, 4, 3, 4, 4))
CHECKS = list(BiasCheck.values)
_numbers = itertools.count(1)


def panellist(
    lived: bool = False,
    chair: bool = False,
    user: User | None = None,
    name: str = "",
    **details: Any,
) -> Panellist:
    """Somebody on the panel's list, put there by a programme lead."""
    role = TeamRole.PANEL_CHAIR if chair else TeamRole.PANEL_MEMBER
    user = user or staff(role, name=name or f"Panel member {next(_numbers)}")
    lead = staff(TeamRole.PROGRAMME_LEAD)
    made = actions.seat_panellist(user, by=lead, is_lived_experience=lived, **details)
    for round in Round.objects.all():
        briefed(made, round)
    return made


def briefed(person: Panellist, round: Round, **kw: Any) -> Service:
    """Their service in a round, with the briefing behind them (kept as it is where there is one)."""
    held = Service.objects.filter(panellist=person, round=round).first()
    if held is not None and not kw:
        return held
    lead = staff(TeamRole.PROGRAMME_LEAD)
    return actions.keep_service(person, round, by=lead, **{"briefed_on": clock.today(), **kw})


def three(**kw: Any) -> list[Panellist]:
    """Three members, the first with lived experience: a quorum."""
    return [panellist(lived=True, **kw), panellist(**kw), panellist(**kw)]


def assigned(
    application: Application | None = None,
    panellists: Sequence[Panellist] | None = None,
    *,
    due_on: date | None = None,
    by: User | None = None,
    **kw: Any,
) -> list[Assignment]:
    """Seats that wait for a declaration."""
    application = application or application_at(ApplicationState.WITH_PANEL, **kw)
    panellists = panellists if panellists is not None else three()
    for person in panellists:
        briefed(person, application.round)
    return workflow.assign(
        application,
        panellists=panellists,
        due_on=due_on or clock.today() + timedelta(days=10),
        by=by or staff(TeamRole.PROGRAMME_LEAD),
    )


def declared(seat: Assignment) -> Assignment:
    """The holder has declared no interest: the case is open to them."""
    return workflow.declare(seat, by=seat.panellist.user, has_interest=False)


def conflicted(seat: Assignment, reason: str = "I know the family") -> Assignment:
    """The holder has declared an interest."""
    return workflow.declare(
        seat, by=seat.panellist.user, has_interest=True, kind="personal", reason=reason
    )


def sheet(
    seat: Assignment,
    scores: Sequence[int | None] = HERON_SCORES[0],
    *,
    reason: str = "",
    note: str = "",
) -> Assessment:
    """A draft sheet with these scores, every one with a reason."""
    assessment = seat.assessment
    codes = [c.code for c in seat.application.round.criteria.order_by("code")]
    given = {
        code: Given(
            score=score,
            is_not_able=score is None,
            reason=reason or f"{code} is clear and specific to this person.",
            note=note,
        )
        for code, score in zip(codes, scores, strict=True)
    }
    return actions.save_scores(assessment, by=seat.panellist.user, scores=given)


def submitted(
    seat: Assignment, scores: Sequence[int | None] = HERON_SCORES[0], **kw: Any
) -> Assessment:
    """A sheet that is in."""
    return workflow.submit_assessment(
        sheet(seat, scores, **kw), by=seat.panellist.user, checks=CHECKS
    )


def scored(
    application: Application | None = None,
    scores: Sequence[Sequence[int | None]] = HERON_SCORES,
    *,
    panellists: Sequence[Panellist] | None = None,
    **kw: Any,
) -> list[Assessment]:
    """Every sheet is in: one per row of `scores`."""
    if panellists is None:
        panellists = [panellist(lived=n == 0) for n in range(len(scores))]
    seats = assigned(application, panellists, **kw)
    return [submitted(declared(seat), row) for seat, row in zip(seats, scores, strict=True)]


def chaired(application: Application, chair: User | None = None) -> User:
    """A chair who declared no interest in the case, and does not score it."""
    chair = chair or panellist(chair=True).user
    seats = Assignment.objects.filter(application=application, panellist__user=chair)
    if not seats.filter(seat=Seat.CHAIR).exists():
        workflow.declare_as_chair(application, by=chair, has_interest=False)
    return chair


def resolved(application: Application, chair: User) -> None:
    """Every flag of the case, resolved by its chair."""
    for flag in case_scores(application, counting_assessments(application)).open_flags:
        workflow.resolve_flag(
            application, by=chair, flag=flag.key, words="All looked again and kept their scores."
        )


def concluded(
    application: Application | None = None,
    *,
    chair: User | None = None,
    outcome: str = Outcome.APPROVE,
    amount: Decimal | None = None,
    conditions: Sequence[str] = (),
    **kw: Any,
) -> Conclusion:
    """The panel's recommendation has gone down to the programme."""
    application = application or application_at(ApplicationState.WITH_PANEL)
    if not application.seats_given.filter(seat=Seat.SCORER).exists():
        scored(application, **kw)
    chair = chaired(application, chair)
    resolved(application, chair)
    newest = application.case_files.order_by("-version")[0]
    eligible = Decimal(newest.content["eligible"])
    award = Decimal("0.00") if outcome == Outcome.DECLINE else eligible
    return workflow.conclude(
        application,
        by=chair,
        outcome=outcome,
        amount=amount if amount is not None else award,
        feedback={
            c.code: f"Feedback on {c.code}: clear and specific to this person."
            for c in application.round.criteria.all()
        },
        reasons="A strong plan around one person, with the family inside it.",
        conditions=list(conditions),
    )


def meeting(
    round: Round, *, by: User | None = None, cases: Sequence[Application] | None = None, **kw: Any
) -> Meeting:
    """A meeting today on every case of a round that is ready, or on these."""
    by = by or panellist(chair=True).user
    if cases is None:
        cases = [case.application for case in ready_to_meet_on(by, round)]
    return workflow.call_meeting(
        round, by=by, **{"held_on": clock.today(), "place": "Room 2", **kw}, cases=cases
    )


def met(
    round: Round, *, chair: User, present: Sequence[Panellist] = (), approve: bool = True, **kw: Any
) -> Meeting:
    """A meeting that has taken every case that its chair may know, with a note on those they chair;
    over, and (unless said) with its minutes approved."""
    held = meeting(round, by=chair, **kw)
    here = {p.pk: "present" for p in present} or {
        a.panellist_id: "present" for a in held.attendances.all()
    }
    workflow.note_attendance(held, by=chair, kinds=here)
    workflow.open_meeting(held, by=chair)
    for item in AgendaItem.objects.visible_to(chair).filter(meeting=held).order_by("place"):
        workflow.show_case(held, by=chair, case=item.reference)
        if chair.has_perm("panel.note_item", item):
            workflow.note_item(item, by=chair, note="The panel weighed up the timetable.")
    held = workflow.end_meeting(held, by=chair)
    return workflow.approve_minutes(held, by=chair) if approve else held


def opened_meeting(chair: User, case: Application) -> Meeting:
    """A meeting under way that shows one case."""
    held = workflow.open_meeting(meeting(case.round, by=chair, cases=[case]), by=chair)
    return workflow.show_case(held, by=chair, case=held.items.get().reference)
