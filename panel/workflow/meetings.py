"""The panel meets: it is called with an agenda, shows one case after another, and its minutes are written
from the record. What it recommends is concluded case by case (`conclusions`), as without a meeting.

A verb that names a case finds it among those that its author may know: a chair with an interest in a
case can neither show it nor learn that it is on the agenda.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Max, Q

from accounts import clock
from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from grants.models import Application, Round

from ..enums import AttendanceKind
from ..models import AgendaItem, Attendance, Meeting, Minutes, MinutesOfCase, Panellist
from ..reports.meetings import ready_to_meet_on
from ..reports.minutes import record_of


@transaction.atomic
def call_meeting(
    round: Round, *, by: User, held_on: date, place: str = "", cases: Iterable[Application] = ()
) -> Meeting:
    """Chair or lead calls everybody who serves in a round to a meeting on `held_on` (London day).

    The cases come onto the agenda in the order given. Raises `NotReady` for one that is not ready.
    """
    permitted(by, "panel.call_meeting", round)
    meeting = Meeting.objects.create(round=round, held_on=held_on, place=place, called_by=by)
    called = (
        Panellist.objects.sitting()
        .filter(Q(services__round=round) | Q(user__team_memberships__role=TeamRole.PANEL_CHAIR))
        .distinct()
        .select_related("user")
        .order_by("user__name", "pk")
    )
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, panellist=panellist) for panellist in called
    )
    _add(meeting, list(cases), by)
    record("meeting.called", meeting, by=by, round=round.reference, called=len(called))
    post(
        "panel_meeting_called",
        to=[panellist.user.email for panellist in called],
        key=f"meeting.called:{meeting.reference}",
        meeting=meeting,
    )
    return meeting


def _add(meeting: Meeting, cases: list[Application], by: User) -> None:
    allowed = {case.application.pk for case in ready_to_meet_on(by, meeting.round)}
    held = set(meeting.items.values_list("application_id", flat=True))
    if wrong := [c for c in cases if c.pk not in allowed or c.pk in held]:
        raise NotReady([f"{wrong[0].reference} cannot come onto the agenda now."])
    last = meeting.items.aggregate(n=Max("place"))["n"] or 0
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, application=case, place=last + n)
        for n, case in enumerate(cases, 1)
    )


@transaction.atomic
def put_on_agenda(meeting: Meeting, *, by: User, cases: Iterable[Application]) -> Meeting:
    """Cases of which every score is in, at the end of the agenda. Raises `NotReady` for any other."""
    meeting = locked(meeting)
    permitted(by, "panel.prepare_meeting", meeting)
    ready(meeting, "agenda")
    added = list(cases)
    _add(meeting, added, by)
    record("meeting.agenda_changed", meeting, by=by)
    return meeting


@transaction.atomic
def note_attendance(meeting: Meeting, *, by: User, kinds: dict[int, str]) -> Meeting:
    """Who was there and who sent apologies: `AttendanceKind` by panellist (id); others stay."""
    meeting = locked(meeting)
    permitted(by, "panel.prepare_meeting", meeting)
    ready(meeting, "prepare")
    for attendance in meeting.attendances.all():
        kind = kinds.get(attendance.panellist_id, attendance.kind)
        if kind != attendance.kind:
            attendance.kind = AttendanceKind(kind)
            attendance.save(update_fields=["kind"])
    record("meeting.attendance_noted", meeting, by=by)
    return meeting


@transaction.atomic
def send_apologies(meeting: Meeting, *, by: User) -> Meeting:
    """Somebody who is called says that they cannot come."""
    meeting = locked(meeting)
    permitted(by, "panel.send_apologies", meeting)
    ready(meeting, "apologise")
    attendance = meeting.attendances.get(panellist__user=by)
    attendance.kind = AttendanceKind.APOLOGIES
    attendance.save(update_fields=["kind"])
    record("meeting.apologies_sent", meeting, by=by)
    return meeting


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """The chair starts it: from now on every screen follows."""
    meeting = locked(meeting)
    permitted(by, "panel.chair_meeting", meeting)
    ready(meeting, "open")
    meeting.open(by=by)
    meeting.save()
    record("meeting.opened", meeting, by=by)
    return meeting


@transaction.atomic
def show_case(meeting: Meeting, *, by: User, case: str = "") -> Meeting:
    """Every screen goes to a case of the agenda (its item's reference); to none when nothing is said."""
    meeting = locked(meeting)
    permitted(by, "panel.chair_meeting", meeting)
    ready(meeting, "show")
    item = None
    if case:
        item = AgendaItem.objects.visible_to(by).filter(meeting=meeting, reference=case).first()
        if item is None:
            raise NotReady(["This case is not on the agenda."])
        if item.shown_at is None:
            item.shown_at = clock.now()
            item.save(update_fields=["shown_at"])
    meeting.current = item
    meeting.save(update_fields=["current"])
    return meeting


@transaction.atomic
def note_item(item: AgendaItem, *, by: User, note: str) -> AgendaItem:
    """What was said about a case, for the minutes; until they are approved."""
    meeting = locked(item.meeting)
    item = locked(item)
    item.meeting = meeting
    permitted(by, "panel.note_item", item)
    ready(item, "note")
    item.note = note
    item.save(update_fields=["note"])
    record("meeting.noted", item.application, by=by)
    return item


def _move(item: AgendaItem, by: User, *, later: bool) -> AgendaItem:
    """Change places with the neighbour on the agenda as `by` sees it."""
    meeting = locked(item.meeting)
    item = locked(item)
    item.meeting = meeting
    permitted(by, "panel.order_item", item)
    ready(item, "move")
    seen = list(AgendaItem.objects.visible_to(by).filter(meeting=meeting).order_by("place", "pk"))
    at = [one.pk for one in seen].index(item.pk)
    to = at + (1 if later else -1)
    if 0 <= to < len(seen):
        other = seen[to]
        item.place, other.place = other.place, item.place
        AgendaItem.objects.bulk_update([item, other], ["place"])
        record("meeting.agenda_changed", meeting, by=by)
    return item


@transaction.atomic
def move_earlier(item: AgendaItem, *, by: User) -> AgendaItem:
    """One place up on the agenda."""
    return _move(item, by, later=False)


@transaction.atomic
def move_later(item: AgendaItem, *, by: User) -> AgendaItem:
    """One place down on the agenda."""
    return _move(item, by, later=True)


@transaction.atomic
def take_off(item: AgendaItem, *, by: User) -> Meeting:
    """Off the agenda, before the meeting has come to it."""
    meeting = locked(item.meeting)
    item = locked(item)
    item.meeting = meeting
    permitted(by, "panel.order_item", item)
    ready(item, "take_off")
    item.delete()
    record("meeting.agenda_changed", meeting, by=by)
    return meeting


@transaction.atomic
def end_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """It is over: every screen is blank, and the minutes wait to be looked through and approved."""
    meeting = locked(meeting)
    permitted(by, "panel.chair_meeting", meeting)
    ready(meeting, "end")
    meeting.end()
    meeting.save()
    record("meeting.ended", meeting, by=by)
    return meeting


@transaction.atomic
def approve_minutes(meeting: Meeting, *, by: User) -> Meeting:
    """The chair approves the minutes as the record has them now; they never change again.

    Raises `NotReady` while nobody is noted as present.
    """
    meeting = locked(meeting)
    permitted(by, "panel.chair_meeting", meeting)
    ready(meeting, "approve")
    content = record_of(meeting)
    cases = content.pop("items")
    minutes = Minutes.objects.create(meeting=meeting, content=content, approved_by=by)
    MinutesOfCase.objects.bulk_create(
        MinutesOfCase(minutes=minutes, application_id=row.pop("case"), content=row) for row in cases
    )
    meeting.approve()
    meeting.save()
    record("meeting.minutes_approved", meeting, by=by)
    return meeting
