"""Who judges a case: assign, declare interests before anything is opened, stand down."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Max

from accounts import clock
from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import team_addresses
from grants.enums import ApplicationState
from grants.models import Application

from ..enums import AssessmentState, DeclineKind, Seat
from ..models import Assessment, Assignment, Panellist
from ..models.assignment import OVER
from ..reports.availability import obstacles
from ..reports.interests import matches_of


def _tell_overseers(assignment: Assignment, template: str, occasion: str) -> None:
    post(
        template,
        to=team_addresses(
            TeamRole.PANEL_CHAIR,
            TeamRole.PROGRAMME_LEAD,
            may=("panel.oversee_case", assignment.application),
        ),
        key=f"{occasion}:{assignment.application.reference}:{assignment.pk}",
        application=assignment.application,
    )


def _next_number(application: Application) -> int:
    return (application.seats_given.aggregate(n=Max("number"))["n"] or 0) + 1


@transaction.atomic
def assign(
    application: Application, *, panellists: Iterable[Panellist], due_on: date, by: User
) -> list[Assignment]:
    """Ask panellists to judge a case by a day. Each must declare before they see anything of it.

    Raises `NotReady`, and assigns nobody, when the case is not with the panel, the day has passed, or
    one of them has a conflict, holds no panel role, has a seat at this case already, was not briefed
    for the round, or has as many cases in it as they take (`reports.obstacles`).
    """
    application = locked(application)
    permitted(by, "panel.assign", application)
    asked = [panellist.pk for panellist in panellists]
    people = list(  # afresh, and under a lock that a new interest waits for
        Panellist.objects.select_for_update(of=("self",))
        .filter(pk__in=asked)
        .select_related("user")
    )
    people.sort(key=lambda person: asked.index(person.pk))
    standing = []
    if application.state != ApplicationState.WITH_PANEL:
        raise NotReady([OVER])
    if not people:
        standing.append("Choose at least one member.")
    if due_on < clock.today():
        standing.append("The day by which scores are due has passed.")
    found = obstacles(people, application)
    standing += [reason.sentence for person in people for reason in found[person.pk][:1]]
    if standing:
        raise NotReady(standing)
    number = _next_number(application)
    made = [
        Assignment.objects.create(
            application=application,
            panellist=person,
            number=number + place,
            due_on=due_on,
            assigned_by=by,
        )
        for place, person in enumerate(people)
    ]
    record("panel.assigned", application, by=by, seats=len(made), due_on=due_on.isoformat())
    for assignment in made:
        post(
            "panel_assigned",
            to=[assignment.panellist.user.email],
            key=f"panel.assigned:{application.reference}:{assignment.pk}",
            application=application,
            due_on=due_on,
        )
    return made


@transaction.atomic
def apply_plan(
    plan: Iterable[tuple[Application, list[Panellist]]], *, due_on: date, by: User
) -> list[Assignment]:
    """Seat everybody whom a plan names, each as if given by hand; all of them or nobody.

    Raises `NotReady` with the case and what has changed since the plan was made.
    """
    made: list[Assignment] = []
    for application, panellists in plan:
        try:
            made += assign(application, panellists=panellists, due_on=due_on, by=by)
        except NotReady as refused:
            raise NotReady(
                [f"{application.reference}: {said}" for said in refused.blockers]
            ) from None
    if not made:
        raise NotReady(["The plan fills no seat."])
    return made


def _refuse_waving_away(panellist: Panellist, application: Application, reason: str) -> None:
    matches = matches_of(panellist, application)
    if binding := [m for m in matches if m.is_binding]:
        raise NotReady([f"{m.words} Answer yes: the case stays closed to you." for m in binding])
    if matches and not reason:
        raise NotReady([f"{m.words} Say why it is not an interest." for m in matches])


@transaction.atomic
def declare(
    assignment: Assignment, *, by: User, has_interest: bool, kind: str = "", reason: str = ""
) -> Assignment:
    """The panellist answers whether they have an interest, before the case opens to them.

    No: the case opens and their sheet begins, pinned to the newest case file. Yes (`kind` of
    `DeclaredKind`): removed from this case only. Raises `NotReady` when a link in our records is
    answered with no, an interest has no kind or reason, or (for a no) the register of interests was
    not confirmed within a year.
    """
    application = locked(assignment.application)
    assignment = locked(assignment)
    assignment.application = application
    permitted(by, "panel.declare", assignment)
    ready(assignment, "declare_interest" if has_interest else "declare_clear")
    if has_interest:
        _need_kind_and_reason(kind, reason)
        assignment.declare_interest(kind=kind, reason=reason)
        assignment.save()
        _tell_overseers(assignment, "panel_member_removed", "interest.declared")
    else:
        _refuse_waving_away(assignment.panellist, application, reason)
        assignment.declare_clear(reason=reason)
        assignment.save()
        if assignment.seat == Seat.SCORER:
            newest = application.case_files.order_by("-version")[0]
            Assessment.objects.create(assignment=assignment, case_file=newest)
    record("interest.declared", application, by=by, seat=assignment.seat, has_interest=has_interest)
    return assignment


def _need_kind_and_reason(kind: str, reason: str) -> None:
    if not kind:
        raise NotReady(["Say what kind of interest it is."])
    if not reason:
        raise NotReady(["Say what the interest is."])


@transaction.atomic
def declare_as_chair(
    application: Application, *, by: User, has_interest: bool, kind: str = "", reason: str = ""
) -> Assignment:
    """A chair who does not score takes the chair of a case by declaring, as every member does.

    Without an interest they may moderate and conclude it. Raises as `declare` does.
    """
    application = locked(application)
    permitted(by, "panel.declare_as_chair", application)
    if application.state != ApplicationState.WITH_PANEL:
        raise NotReady([OVER])
    panellist, _ = Panellist.objects.get_or_create(user=by)
    assignment = Assignment.objects.create(
        application=application,
        panellist=panellist,
        number=_next_number(application),
        seat=Seat.CHAIR,
        assigned_by=by,
    )
    return declare(assignment, by=by, has_interest=has_interest, kind=kind, reason=reason)


@transaction.atomic
def declare_late(assignment: Assignment, *, by: User, kind: str, reason: str) -> Assignment:
    """An interest found after the case was opened: the sheet is withdrawn, and every door closes.

    Holds after the conclusion too; the recommendation stands, and chair and lead are told.
    """
    application = locked(assignment.application)
    assignment = locked(assignment)
    assignment.application = application
    permitted(by, "panel.declare", assignment)
    ready(assignment, "declare_late")
    _need_kind_and_reason(kind, reason)
    assignment.declare_late(kind=kind, reason=reason)
    assignment.save()
    _void_sheet(assignment)
    record("interest.declared_late", application, by=by, seat=assignment.seat, has_interest=True)
    _tell_overseers(assignment, "panel_member_removed", "interest.declared_late")
    return assignment


@transaction.atomic
def stand_down(assignment: Assignment, *, by: User, reason: str, kind: str = "") -> Assignment:
    """Leave a case, or be released from it by chair or lead. Scores given are withdrawn.

    `kind` (of `DeclineKind`) says why; nothing said is "another reason". An interest is not a reason
    to stand down: it is declared.
    """
    application = locked(assignment.application)
    assignment = locked(assignment)
    assignment.application = application
    permitted(by, "panel.stand_down", assignment)
    ready(assignment, "stand_down")
    assignment.stand_down(by=by, reason=reason, kind=kind or DeclineKind.OTHER)
    assignment.save()
    _void_sheet(assignment)
    record("panel.stood_down", application, by=by, seat=assignment.seat)
    _tell_overseers(assignment, "panel_member_removed", "panel.stood_down")
    return assignment


def _void_sheet(assignment: Assignment) -> None:
    sheet = Assessment.objects.select_for_update().filter(assignment=assignment).first()
    if sheet is not None and sheet.state != AssessmentState.VOID:
        sheet.void()
        sheet.save()


def chairs_to_tell(application: Application) -> list[str]:
    """Addresses of the chairs who have no interest in a case."""
    return team_addresses(TeamRole.PANEL_CHAIR, may=("panel.oversee_case", application))
