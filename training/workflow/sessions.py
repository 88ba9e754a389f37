"""The verbs of a session: plan it, say who came, correct that, cancel it, take it out of the record."""

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready
from focus_people.models import CircleMember

from ..enums import PlaceKind, SessionMode, SessionState
from ..models import Activity, Attendance, Session
from ..models.activity import day_blockers
from ..models.session import member_blockers


def attendance_blockers(session: Session, present: Iterable[CircleMember]) -> list[str]:
    """Why these members cannot be recorded as present: nobody, another circle, left, not yet joined."""
    members = list(present)
    if not members:
        return ["Tick at least one person. If nobody came, cancel the session."]
    person_id = session.activity.grant.application.person_id
    if any(member.person_id != person_id for member in members):
        return ["Somebody on this list is not in the circle."]
    return [words for member in members for words in member_blockers(member, session.held_on)]


def number_session(activity: Activity) -> int:
    """The next number in the activity (call it under the activity's lock)."""
    return (activity.sessions.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def plan_session(
    activity: Activity,
    *,
    by: User,
    held_on: date,
    starts_at: time | None = None,
    hours: Decimal | None = None,
    mode: str = SessionMode.IN_PERSON,
    place: str = PlaceKind.PROVIDER,
) -> Session:
    """Add a session, numbered on from the last; `hours` in quarters, the activity's usual ones unless said;
    `starts_at` in London.

    Raises `NotReady` before the baseline, after delivery, or for a day before the agreement.
    """
    activity = locked(activity)
    permitted(by, "training.plan_session", activity)
    ready(activity, "plan_session")
    if wrong := day_blockers(activity.grant, held_on, is_held=False):
        raise NotReady(wrong)
    number = number_session(activity)
    session = Session.objects.create(
        activity=activity,
        number=number,
        reference=f"{activity.reference}-S{number}",
        held_on=held_on,
        starts_at=starts_at,
        hours=activity.session_hours if hours is None else hours,
        mode=mode,
        place=place,
        is_joint=activity.is_joint,
        planned_at=clock.now(),
        planned_by=by,
    )
    record("session.planned", session, by=by, shown_to="applicant", held_on=str(held_on))
    return session


def mark_present(session: Session, present: Iterable[CircleMember], by: User) -> dict[str, int]:
    """Write who was present: absent for everyone else who has a mark; returns how many changed."""
    here = {member.pk for member in present}
    held = {mark.member_id: mark for mark in session.marks.all()}
    now = clock.now()
    changed = []
    for mark in held.values():
        if mark.present != (mark.member_id in here):
            mark.present, mark.recorded_at, mark.recorded_by = not mark.present, now, by
            mark.came_from = None  # a corrected mark no longer goes when its register is undone
            changed.append(mark)
    Attendance.objects.bulk_update(changed, ["present", "recorded_at", "recorded_by", "came_from"])
    Attendance.objects.bulk_create(
        Attendance(session=session, member_id=member, present=True, recorded_at=now, recorded_by=by)
        for member in sorted(here - set(held))
    )
    return {"present": len(here), "changed": len(changed)}


@transaction.atomic
def deliver_session(session: Session, *, by: User, present: Iterable[CircleMember]) -> Session:
    """The session was held, and these members of the circle were there.

    Raises `NotReady` in the future, for nobody present, and for members who had left or not yet joined.
    """
    session = locked(session)
    permitted(by, "training.deliver_session", session)
    ready(session, "deliver")
    present = list(present)
    if wrong := attendance_blockers(session, present):
        raise NotReady(wrong)
    session.deliver(by=by)
    session.save()
    counts = mark_present(session, present, by)
    record("session.delivered", session, by=by, shown_to="applicant", present=counts["present"])
    return session


@transaction.atomic
def record_attendance(session: Session, *, by: User, present: Iterable[CircleMember]) -> Session:
    """Correct who was at a session that was held. Raises `NotReady` as `deliver_session` does."""
    session = locked(session)
    permitted(by, "training.record_attendance", session)
    ready(session, "record_attendance")
    present = list(present)
    if wrong := attendance_blockers(session, present):
        raise NotReady(wrong)
    session.record_attendance()
    counts = mark_present(session, present, by)
    record("session.attendance_corrected", session, by=by, shown_to="applicant", **counts)
    return session


@transaction.atomic
def change_session(session: Session, *, by: User, **facts: Any) -> Session:
    """Change day, start, hours, mode or place. A held session keeps a day on which its people were there."""
    session = locked(session)
    permitted(by, "training.change_session", session)
    ready(session, "change")
    changed = sorted(name for name, value in facts.items() if getattr(session, name) != value)
    for name in changed:
        setattr(session, name, facts[name])
    is_held = session.state == SessionState.DELIVERED
    wrong = day_blockers(session.activity.grant, session.held_on, is_held=is_held)
    if not wrong and is_held and "held_on" in changed:
        marks = session.marks.filter(present=True).select_related("member")
        wrong = attendance_blockers(session, [mark.member for mark in marks])
    if wrong:
        raise NotReady(wrong)
    if changed:
        session.save()
        record("session.changed", session, by=by, shown_to="applicant", fields=changed)
    return session


@transaction.atomic
def cancel_session(session: Session, *, by: User, reason: str) -> Session:
    """A planned session does not happen: it lowers what has to be attended (clarification 1)."""
    session = locked(session)
    permitted(by, "training.cancel_session", session)
    ready(session, "cancel")
    session.cancel(by=by, reason=reason)
    session.save()
    record("session.cancelled", session, by=by, shown_to="applicant")
    return session


@transaction.atomic
def void_session(session: Session, *, by: User, reason: str) -> Session:
    """Take a session that was logged by mistake out of every count. It is kept, with the reason."""
    session = locked(session)
    permitted(by, "training.void_session", session)
    ready(session, "void")
    session.voided_at, session.voided_by, session.void_reason = clock.now(), by, reason
    session.save()
    record("session.voided", session, by=by, shown_to="applicant")
    return session
