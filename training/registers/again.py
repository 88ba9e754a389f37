"""A preview that waits is judged again whenever it is shown and when it goes in: circle, sessions and marks
may have changed since its file was read."""

import datetime

from focus_people.models import CircleMember
from grants.models import Grant

from ..enums import RegisterState, SessionState
from ..models import Activity, Attendance, RegisterImport, Session
from ..models.session import member_blockers
from .preview import NEW, THERE, Line, Preview, Problem


def judged_again(register: RegisterImport) -> Preview:
    """The preview as it stands against the record now. Writes nothing.

    A line that no longer fits is a problem; one whose mark came in meanwhile is there already; one whose
    mark was there when the file was read, and has gone or changed, is new. Six queries at most.
    """
    preview = Preview.from_json(register.preview)
    judge = _Judge(register.grant, preview.lines)
    kept = []
    for line in preview.lines:
        if line.session in judge.undone:
            line.session = None  # it went with the register that made it, and would be made again
        if says := judge.problem(line):
            cell = line.cell or line.mark_cell
            preview.problems.append(Problem(line.row, cell, "", says, line.title))
            continue
        if line.status == NEW or line.before is not None:  # not the same as another row
            line.before = judge.mark(line)
            line.status = THERE if line.before == line.present else NEW
        kept.append(line)
    preview.lines = kept
    return preview


class _Judge:
    def __init__(self, grant: Grant, lines: list[Line]) -> None:
        self.members = CircleMember.objects.filter(person=grant.application.person_id).in_bulk(
            {line.member for line in lines}
        )
        activities = Activity.objects.filter(grant=grant).standing()
        self.activities = set(activities.values_list("pk", flat=True))
        sessions = Session.objects.filter(activity__grant=grant).standing()
        self.by_day: dict[tuple[int, str], list[int]] = {}
        self.sessions: set[int] = set()
        for pk, activity, day in sessions.exclude(state=SessionState.CANCELLED).values_list(
            "pk", "activity_id", "held_on"
        ):
            self.sessions.add(pk)
            self.by_day.setdefault((activity, day.isoformat()), []).append(pk)
        self.undone = set(
            Session.objects.filter(
                activity__grant=grant,
                voided_at__isnull=False,
                came_from__state=RegisterState.UNDONE,
            ).values_list("pk", flat=True)
        )
        marks = Attendance.objects.filter(session__in=self.sessions)
        self.marks = {
            (session, member): present
            for session, member, present in marks.values_list("session_id", "member_id", "present")
        }

    def problem(self, line: Line) -> str:
        """Why a line that was understood no longer fits; empty where it does."""
        if line.activity not in self.activities:
            return "this activity was taken out of the record since"
        if line.session is not None and line.session not in self.sessions:
            return "this session was cancelled or taken out of the record since"
        member = self.members.get(line.member)
        if member is None:
            return f"{line.who} is no longer in the circle"
        if line.present:
            for sentence in member_blockers(member, datetime.date.fromisoformat(line.held_on)):
                return sentence.rstrip(".")
        return ""

    def mark(self, line: Line) -> bool | None:
        """The mark that this line meets now; None where there is none."""
        found = self.by_day.get((line.activity, line.held_on), [])
        session = line.session or (found[0] if len(found) == 1 else None)
        return self.marks.get((session, line.member)) if session else None
