"""The verbs of a register: put it in, whole or not at all, and undo it for a fortnight.

Several registers may say the same of one person at one session. What counts is what stands last: of the
registers that are in, and of what somebody corrected on a page. So a register keeps, for each mark that it
wrote, what was there before and which register that came from; and the marks that it found there and
agreed with. Undoing one hands its marks to the next that said so, and never takes away what others said.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import clock, written
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready
from focus_people.models import CircleMember
from grants.models import Grant

from ..enums import PlaceKind, RegisterState, SessionMode, SessionState
from ..models import Activity, Attendance, RegisterImport, Session
from ..models.activity import day_blockers
from ..models.session import member_blockers
from ..registers import Line, Preview, judged_again
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
    Circle, sessions and marks are judged again, as they are now.
    Sessions that are not there yet are made, planned ones become held. Marks that are there already
    stay as they are, so the same file again adds nothing. Raises `NotReady` when a row no longer fits
    (somebody left since), when nothing is chosen, and when the preview is more than a day old.
    """
    register = _held_under_lock(register)
    permitted(by, "training.import_register", register)
    ready(register, "confirm")
    preview = Preview.from_json(register.preview)
    # What was there already and has gone since is new now.
    now = {line.key: line for line in judged_again(register).new}
    new = {*now, *(line.key for line in preview.new)}
    if not new:
        raise NotReady(["Nothing in this file is new and without a problem."])
    chosen = new if rows is None else new & set(rows)
    lines = [now.get(line.key, line) for line in preview.lines if line.key in chosen]
    there = [line for line in preview.there if line.key not in chosen and line.before is not None]
    if not lines:
        raise NotReady(["Tick at least one row, or stop: nothing has been put in."])
    written = _Writer(register, by).write(lines, there)
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
        self.written: dict[str, list[Any]] = {"made": [], "held": [], "marks": [], "agreed": []}

    def write(self, lines: list[Line], there: list[Line]) -> dict[str, list[Any]]:
        """Write `lines`; what was `there` when the file was read has to be there still, and is agreed with."""
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
        self._agree(there)
        if self.wrong:
            raise NotReady(
                [*dict.fromkeys(self.wrong), "Nothing was put in. Upload the file again."]
            )
        return self.written

    def _agree(self, there: list[Line]) -> None:
        """Note which marks of other registers this one says too. Raises nothing: what is gone is wrong."""
        marks = {
            (mark.session_id, mark.member_id): mark
            for mark in Attendance.objects.filter(
                session__in={line.session for line in there}, session__voided_at__isnull=True
            )
        }
        for line in there:
            mark = marks.get((line.session or 0, line.member))
            if mark is None or mark.present != line.present:
                self.wrong.append(f"{line.who} was marked at {line.title} already, and is not now.")
            else:
                self._said_too(mark)

    def _said_too(self, mark: Attendance) -> None:
        """A mark from a hand stays whatever is undone; one from another register is said twice."""
        said = [mark.session_id, mark.member_id, mark.came_from_id]
        other = mark.came_from_id not in (None, self.register.pk)
        if other and said not in self.written["agreed"]:
            self.written["agreed"].append(said)

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
            self.wrong.append(f"{activity.code} has several sessions on {written.day(day)}.")
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
                    f"Nobody was at {group[0].title} on {written.day(day)}. Cancel that session instead."
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
                self.written["marks"].append([session.pk, member, None, None])
            elif mark.present == present:
                self._said_too(mark)
            else:
                before = [mark.present, mark.came_from_id]
                self.written["marks"].append([session.pk, member, *before])
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

    What another register that is in says too goes over to that one; marks that somebody has corrected
    since stay, and so does a session that others have marked since. Raises `NotReady` after 14 days.
    """
    register = _held_under_lock(register)
    permitted(by, "training.import_register", register)
    ready(register, "undo")
    after = _Others(register)
    now = clock.now()
    kept = 0
    for session_id, member_id, before, *rest in register.written["marks"]:
        came_from = rest[0] if rest else None
        mark = Attendance.objects.filter(session=session_id, member=member_id, came_from=register)
        if (heir := after.take_over(session_id, member_id, before, came_from)) is not None:
            kept += mark.update(came_from=heir)
        elif before is None:
            mark.delete()
        else:
            mark.update(present=before, came_from=came_from, recorded_at=now, recorded_by=by)
    touched = Session.objects.select_for_update(of=("self",)).filter(
        pk__in=[*register.written["made"], *register.written["held"]], voided_at__isnull=True
    )
    for session in touched.order_by("pk"):
        word = "made" if session.pk in register.written["made"] else "held"
        if session.state != SessionState.DELIVERED or session.marks.filter(present=True).exists():
            after.inherit(session, word)
            continue
        if word == "made":
            session.voided_at, session.voided_by = now, by
            session.void_reason = UNDONE
        else:
            session.reopen()
        session.save()
    after.save()
    register.undo(by=by)
    register.save()
    record(
        "register.undone",
        register,
        by=by,
        shown_to="applicant",
        marks=len(register.written["marks"]) - kept,
        kept=kept,
    )
    return register


class _Others:
    """The other registers of the grant that are in, in the order in which they went in."""

    def __init__(self, register: RegisterImport) -> None:
        self.gone = register.pk
        others = RegisterImport.objects.select_for_update(of=("self",)).filter(
            grant=register.grant, state=RegisterState.CONFIRMED
        )
        self.registers = list(others.exclude(pk=register.pk).order_by("confirmed_at", "pk"))
        self.changed: dict[int, RegisterImport] = {}

    def take_over(
        self, session_id: int, member_id: int, before: bool | None, came_from: int | None
    ) -> int | None:
        """Which register says this mark from now on; None if no other does.

        A register that replaced the mark with something else then has replaced what was `before` it.
        """
        said = [session_id, member_id, self.gone]
        heir: RegisterImport | None = None
        for other in self.registers:
            agreed = other.written.get("agreed", [])
            if said in agreed:
                agreed.remove(said)
                if heir is None:
                    heir = other
                    other.written["marks"].append([session_id, member_id, before, came_from])
                else:
                    agreed.append([session_id, member_id, heir.pk])
                self.changed[other.pk] = other
        for other in self.registers:
            for mark in other.written["marks"]:
                if mark[:2] == said[:2] and mark[3:] == [self.gone]:
                    mark[2:] = [mark[2], heir.pk] if heir else [before, came_from]
                    self.changed[other.pk] = other
        return heir.pk if heir else None

    def inherit(self, session: Session, word: str) -> None:
        """A session that stays for the marks of another register goes when that one is undone."""
        marks = session.marks.filter(present=True, came_from__in=[r.pk for r in self.registers])
        pks = set(marks.values_list("came_from", flat=True))
        heir = next((other for other in self.registers if other.pk in pks), None)
        if heir is not None:
            heir.written[word].append(session.pk)
            self.changed[heir.pk] = heir

    def save(self) -> None:
        for other in self.changed.values():
            other.save(update_fields=["written"])
