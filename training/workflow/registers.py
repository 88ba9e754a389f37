"""The verbs of a register: put it in, whole or not at all, and undo it for a fortnight."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready
from focus_people.models import CircleMember
from grants.models import Grant

from ..enums import PlaceKind, SessionMode, SessionState
from ..models import Activity, Attendance, RegisterImport, Session
from ..models.activity import day_blockers
from ..models.session import member_blockers
from ..registers import Line, Preview
from .sessions import number_session

UNDONE = "The register that it came from was undone."


def _held_under_lock(register: RegisterImport) -> RegisterImport:
    fresh = locked(register)
    fresh.grant = Grant.objects.select_related("application").get(pk=fresh.grant_id)
    return fresh


@transaction.atomic
def confirm_register(
    register: RegisterImport, *, by: User, rows: Iterable[int] | None = None
) -> RegisterImport:
    """Put the chosen rows of a previewed register into the record: all of them, or none.

    `rows` are keys of lines (in a list of one sheet: row numbers); None means every row that is new.
    Sessions that are not there yet are made, planned ones become held. Marks that are there already
    stay as they are, so the same file again adds nothing. Raises `NotReady` when a row no longer fits
    (somebody left since), when nothing is chosen, and when the preview is more than a day old.
    """
    register = _held_under_lock(register)
    permitted(by, "training.import_register", register)
    ready(register, "confirm")
    preview = Preview.from_json(register.preview)
    chosen = None if rows is None else set(rows)
    lines = [line for line in preview.new if chosen is None or line.key in chosen]
    if not lines:
        raise NotReady(["Tick at least one row, or stop: nothing has been put in."])
    written = _Writer(register, by).write(lines)
    register.confirm(by=by)
    register.written = written
    register.written_count = len(written["marks"])
    # Words that nobody understood have done their work: they may be somebody's name.
    register.preview = {**register.preview, "problems": []}
    register.save()
    record(
        "register.imported",
        register,
        by=by,
        shown_to="applicant",
        marks=register.written_count,
        sessions=len(written["made"]) + len(written["held"]),
    )
    return register


class _Writer:
    """Writes lines against the record as it is now, under locks on the activities they name."""

    def __init__(self, register: RegisterImport, by: User) -> None:
        self.register, self.by, self.now = register, by, clock.now()
        self.wrong: list[str] = []
        self.written: dict[str, list[Any]] = {"made": [], "held": [], "marks": []}

    def write(self, lines: list[Line]) -> dict[str, list[Any]]:
        activities = {
            activity.pk: activity
            for activity in Activity.objects.select_for_update(of=("self",))
            .filter(grant=self.register.grant, pk__in={line.activity for line in lines})
            .order_by("pk")
        }
        members = CircleMember.objects.filter(
            person=self.register.grant.application.person_id
        ).in_bulk({line.member for line in lines})
        groups: dict[tuple[int, str, int | None], list[Line]] = defaultdict(list)
        for line in lines:
            groups[line.activity, line.held_on, line.session].append(line)
        for (activity_id, held_on, session_id), group in groups.items():
            activity = activities.get(activity_id)
            if activity is None or activity.is_voided:
                self.wrong.append(f"{group[0].title} was taken out of the record.")
                continue
            activity.grant = self.register.grant
            day = datetime.date.fromisoformat(held_on)
            present = [members[x.member] for x in group if x.present and x.member in members]
            if len({x.member for x in group} - set(members)):
                self.wrong.append("Somebody in the file is no longer in the circle.")
            for member in present:
                self.wrong += member_blockers(member, day)
            self.wrong += day_blockers(activity.grant, day, is_held=True)
            if not self.wrong:
                self._group(activity, day, session_id, group)
        if self.wrong:
            raise NotReady(
                [*dict.fromkeys(self.wrong), "Nothing was put in. Upload the file again."]
            )
        return self.written

    def _session(
        self, activity: Activity, day: datetime.date, session_id: int | None, group: list[Line]
    ) -> Session | None:
        """The session of these lines: the one that was found, one made since, or a new one."""
        standing = Session.objects.filter(activity=activity, voided_at__isnull=True)
        standing = standing.exclude(state=SessionState.CANCELLED).select_for_update(of=("self",))
        if session_id is not None:
            session = standing.filter(pk=session_id).first()
            if session is None:
                self.wrong.append(f"A session of {group[0].title} has been cancelled or taken out.")
            return session
        same_day = list(standing.filter(held_on=day))
        if len(same_day) > 1:
            self.wrong.append(f"{activity.code} has several sessions on {day.day} {day:%B %Y}.")
            return None
        if same_day:
            return same_day[0]
        number = number_session(activity)
        session = Session.objects.create(
            activity=activity,
            number=number,
            reference=f"{activity.reference}-S{number}",
            held_on=day,
            hours=max(Decimal(line.hours) for line in group),
            mode=SessionMode.IN_PERSON,
            place=PlaceKind.PROVIDER,
            is_joint=activity.is_joint,
            planned_at=self.now,
            planned_by=self.by,
            came_from=self.register,
        )
        self.written["made"].append(session.pk)
        return session

    def _group(
        self, activity: Activity, day: datetime.date, session_id: int | None, group: list[Line]
    ) -> None:
        session = self._session(activity, day, session_id, group)
        if session is None:
            return
        session.activity = activity
        held = {mark.member_id: mark for mark in session.marks.all()}
        wanted = {line.member: line.present for line in group}
        is_anyone_there = any(wanted.values()) or any(mark.present for mark in held.values())
        if session.state == SessionState.PLANNED:
            if not is_anyone_there:
                self.wrong.append(
                    f"Nobody was at {group[0].title} on {day.day} {day:%B %Y}. Cancel that session instead."
                )
                return
            session.deliver(by=self.by)
            session.save()
            if session.pk not in self.written["made"]:
                self.written["held"].append(session.pk)
        new, changed = [], []
        for member, present in wanted.items():
            mark = held.get(member)
            if mark is None:
                new.append(
                    Attendance(
                        session=session,
                        member_id=member,
                        present=present,
                        recorded_at=self.now,
                        recorded_by=self.by,
                        came_from=self.register,
                    )
                )
                self.written["marks"].append([session.pk, member, None])
            elif mark.present != present:
                self.written["marks"].append([session.pk, member, mark.present])
                mark.present, mark.recorded_at, mark.recorded_by = present, self.now, self.by
                mark.came_from = self.register
                changed.append(mark)
        Attendance.objects.bulk_create(new)
        Attendance.objects.bulk_update(
            changed, ["present", "recorded_at", "recorded_by", "came_from"]
        )


@transaction.atomic
def undo_register(register: RegisterImport, *, by: User) -> RegisterImport:
    """Take back what a register put in: its marks, the sessions it made, those it turned into held ones.

    Marks that somebody has corrected since stay; so does a session that others have marked since.
    Raises `NotReady` after 14 days.
    """
    register = _held_under_lock(register)
    permitted(by, "training.import_register", register)
    ready(register, "undo")
    written = register.written
    for session_id, member_id, before in written["marks"]:
        mark = Attendance.objects.filter(session=session_id, member=member_id, came_from=register)
        if before is None:
            mark.delete()
        else:
            mark.update(present=before, came_from=None, recorded_at=clock.now(), recorded_by=by)
    touched = Session.objects.select_for_update(of=("self",)).filter(
        pk__in=[*written["made"], *written["held"]], voided_at__isnull=True
    )
    for session in touched.order_by("pk"):
        if session.state != SessionState.DELIVERED or session.marks.filter(present=True).exists():
            continue
        if session.pk in written["made"]:
            session.voided_at, session.voided_by = clock.now(), by
            session.void_reason = UNDONE
        else:
            session.reopen()
        session.save()
    register.undo(by=by)
    register.save()
    record("register.undone", register, by=by, shown_to="applicant", marks=len(written["marks"]))
    return register
