"""The fast track, for a person who is days from admission: the applicant asks and says why, a lead agrees,
two assessors score, the decision keeps its two leads and its budget, and the panel looks back in a note.
"""

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from ..models import Application, FastTrack


@transaction.atomic
def ask_fast_track(application: Application, *, by: User, reason: str) -> Application:
    """The applicant asks for the fast track; `reason` is for the programme's staff."""
    application = locked(application)
    permitted(by, "grants.ask_fast_track", application)
    ready(application, "ask_fast_track")
    FastTrack.objects.create(application=application, reason=reason, asked_by=by)
    record("application.fast_track_asked", application, by=by, shown_to="applicant")
    post(
        "fast_track_asked",
        to=team_addresses(TeamRole.PROGRAMME_LEAD),
        key=f"application.fast_track_asked:{application.reference}",
        application=application,
    )
    return application


@transaction.atomic
def answer_fast_track(
    application: Application, *, by: User, agree: bool, answer: str = ""
) -> Application:
    """A lead answers; `answer` is shown to the applicant, and said where it is not agreed.

    Agreed, its own clock counts from the day of the request, and two scores make a quorum.
    """
    application = locked(application)
    permitted(by, "grants.answer_fast_track", application)
    ready(application, "answer_fast_track")
    if not agree and not answer.strip():
        raise NotReady(["Say why it stays on the usual road."])
    held = locked(application.fast_track)
    held.is_agreed, held.answer = agree, answer.strip()
    held.answered_at, held.answered_by = clock.now(), by
    held.save()
    if agree:
        application.fast_from = clock.day_of(held.asked_at)
        application.save()
    record(
        "application.fast_track_agreed" if agree else "application.fast_track_refused",
        application,
        by=by,
        shown_to="applicant",
    )
    post(
        "fast_track_answered",
        to=member_addresses(application.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"application.fast_track_answered:{application.reference}",
        application=application,
    )
    return application


@transaction.atomic
def note_fast_track(application: Application, *, by: User, note: str) -> Application:
    """The panel's note after a decision on the fast track: would it have said the same? For staff.

    Called by the panel, which says who chairs the case.
    """
    application = locked(application)
    ready(application, "note_fast_track")
    held = locked(application.fast_track)
    held.note, held.noted_at, held.noted_by = note.strip(), clock.now(), by
    if not held.note:
        raise NotReady(["Write what the panel says, looking back."])
    held.save()
    record("application.fast_track_noted", application, by=by)
    return application
