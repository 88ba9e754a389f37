"""What a lead puts right, with a reason that stays: more time for one application, a wrong state."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses

from ..enums import ApplicationState
from ..models import Application, Decision, Round
from .decisions import undo_decision


@transaction.atomic
def allow_late(round: Round, *, by: User, reference: str, until_on: date, reason: str) -> Round:
    """A lead gives one draft of the round more time: until the end of a London day. The reason is kept.

    Raises `NotReady` unless the round holds a draft of this reference, and the day is after the last one.
    """
    permitted(by, "grants.manage_rounds", round)
    found = round.applications.filter(reference=reference.strip().upper()).first()
    if found is not None:
        found = locked(found)  # before its round, as everywhere
    round = locked(round)
    ready(round, "allow_late")
    if found is None or found.state != ApplicationState.DRAFT:
        raise NotReady(["This round has no draft with that reference."])
    if until_on <= found.last_day or until_on < clock.today():
        raise NotReady(["Choose a day after the last one that this application has."])
    application = found
    application.late_until, application.late_reason = clock.end_of(until_on), reason
    application.save(update_fields=["late_until", "late_reason"])
    record(
        "application.late_allowed",
        application,
        by=by,
        shown_to="applicant",
        until=until_on.isoformat(),
    )
    post(
        "late_allowed",
        to=member_addresses(application.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"application.late:{application.reference}:{until_on}",
        application=application,
    )
    return round


@transaction.atomic
def correct_state(application: Application, *, by: User, to: str, reason: str) -> Application:
    """A lead puts a wrong state back: found not eligible by mistake, sent to the panel too early, taken by
    the wrong officer, withdrawn by mistake. The trail keeps both states and the reason.

    A decision that was withdrawn from is undone: the case is decided anew, by two leads as ever.
    Raises `NotReady` for a state that it cannot be put back to, and where the person has another live
    application in the round by now.
    """
    application = locked(application)
    permitted(by, "grants.correct_state", application)
    ready(application, "correct_state")
    before = application.state
    if to not in application.corrections:
        raise NotReady(["It cannot be put back to that state."])
    getattr(application, application.corrections[to])()
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as clash:
        raise NotReady(
            [f"{application.person.alias} has another application in this round by now."]
        ) from clash
    application.clock_stops.filter(until_on__isnull=True).update(until_on=clock.today())
    if undone := Decision.objects.filter(application=application).first():
        undo_decision(undone, by=by, reason=reason)
    record(
        "application.state_corrected",
        application,
        by=by,
        shown_to="applicant",
        before=before,
        after=application.state,
        reason=reason,
    )
    post(
        "state_corrected",
        to=member_addresses(application.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"application.corrected:{application.reference}:{clock.now():%Y%m%d%H%M%S}",
        application=application,
    )
    return application
