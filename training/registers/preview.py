"""What would happen if a register went in: row by row, with every cell that needs somebody.

A row needs a day, an activity, a person and a mark (for one session's register: a person and a mark).
An unknown cell is a problem of that cell; a row with a problem cannot go in. A mark that is there
already is said to be there. The words of cells are kept only for problems and guesses.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from focus_people.models import CircleMember
from grants.models import Grant

from ..enums import SessionState
from ..models import Activity, Attendance, Session
from ..models.activity import day_blockers
from ..models.session import label_of, member_blockers
from . import columns as c
from .cells import NotThis, as_date, as_hours, as_mark, as_number, shown
from .matching import Circle, NobodyFound
from .reading import MAX_ROWS, Sheet, UnreadableRegister, address, read_sheets

NEW, THERE = "new", "there"
_TOTALS = re.compile(r"^(sub ?)?totals?\b", re.IGNORECASE)


@dataclass
class Problem:
    """One cell that needs somebody: its address, its own words, the sentence, and where it stands."""

    row: int
    cell: str
    words: str
    message: str
    where: str = ""

    @property
    def says(self) -> str:
        """ "not a date (‘31/09/2025’)"."""
        said = f" (‘{self.words}’)" if self.words and self.words not in self.message else ""
        return f"{self.message}{said}"


@dataclass
class Line:
    """One row that was understood. `status`: new, or there already; `before`: the mark that it replaces."""

    row: int
    activity: int
    title: str
    held_on: str
    hours: str
    session: int | None
    member: int
    who: str
    present: bool
    status: str
    cell: str = ""
    words: str = ""
    guess: str = ""
    why: str = ""
    before: bool | None = None


@dataclass
class Preview:
    """What a file holds: the sheet that was read, its lines, its problems, and what was left alone."""

    sheet: str
    rows: int
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    unused: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.status == NEW]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.status == THERE]

    @property
    def problem_rows(self) -> set[int]:
        return {problem.row for problem in self.problems}

    def as_json(self) -> dict[str, Any]:
        """A shape that the database keeps; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, held: dict[str, Any]) -> "Preview":
        """The preview as it was kept."""
        facts = dict(held)
        facts["lines"] = [Line(**line) for line in facts.get("lines", [])]
        facts["problems"] = [Problem(**problem) for problem in facts.get("problems", [])]
        return cls(**facts)


def read_register(
    content: bytes, file_name: str, grant: Grant, session: Session | None = None
) -> Preview:
    """Read a file against a grant's circle and activities (or one session's). Writes nothing.

    Raises `UnreadableRegister` with a sentence when the file as a whole cannot be a register.
    """
    sheets = read_sheets(content, file_name)
    sheet, columns, notes = _choose(sheets, session)
    if len(sheet.rows) > MAX_ROWS:
        raise UnreadableRegister(
            f"The sheet has more than {MAX_ROWS:,} rows. Split it into several files."
        )
    return _Reader(sheet, columns, grant, session, notes).read()


def _choose(sheets: list[Sheet], session: Session | None) -> tuple[Sheet, c.Columns, list[str]]:
    """The first sheet with a header that is enough, and what to say about the others."""
    needed = [c.PRESENT] if session else [c.DATE, c.ACTIVITY, c.PRESENT]
    missing: list[str] | None = None
    for sheet in sheets:
        columns = c.find_columns(sheet)
        lacking = [name for name in needed if columns is None or name not in columns.at]
        if columns is not None and not lacking:
            notes = []
            if len(sheets) > 1:
                others = ", ".join(f"‘{s.name}’" for s in sheets if s is not sheet)
                notes.append(f"Sheet ‘{sheet.name}’ was read. Not read: {others}.")
            notes += [
                f"Column {twice} was not used: another column says the same."
                for twice in columns.twice
            ]
            return sheet, columns, notes
        if missing is None and (columns is not None or c.nearest_header(sheet)):
            found = set(columns.at) if columns else set(c.nearest_header(sheet))
            missing = [name for name in needed if name not in found]
            if not found & {c.CODE, c.ROLE}:
                missing.append("person")
    names = {
        c.DATE: "the day (call it Date)",
        c.ACTIVITY: "the activity (call it Activity, with its code such as A1)",
        c.PRESENT: "who was there (call it Present)",
        "person": "the person (call it Staff code, or Role)",
    }
    if missing:
        words = " and ".join(names[name] for name in missing)
        raise UnreadableRegister(f"We could not find a column for {words}.")
    wanted = "Staff code and Present" if session else "Date, Activity, Staff code and Present"
    raise UnreadableRegister(
        f"We could not find a row of headings. A register needs the columns {wanted}."
    )


class _Reader:
    """Reads one sheet. Everything that the rows are compared with is fetched before the first row."""

    def __init__(
        self,
        sheet: Sheet,
        columns: c.Columns,
        grant: Grant,
        session: Session | None,
        notes: list[str],
    ) -> None:
        self.sheet, self.columns, self.grant, self.only = sheet, columns, grant, session
        person = grant.application.person
        self.circle = Circle(
            person.alias, CircleMember.objects.filter(person=person).order_by("number")
        )
        self.activities = list(Activity.objects.filter(grant=grant).standing().order_by("number"))
        sessions = Session.objects.filter(activity__grant=grant).standing()
        self.sessions: dict[tuple[int, datetime.date], list[Session]] = {}
        for found in sessions.exclude(state=SessionState.CANCELLED).order_by("number"):
            self.sessions.setdefault((found.activity_id, found.held_on), []).append(found)
        marks = Attendance.objects.filter(session__activity__grant=grant)
        self.marks: dict[tuple[int, int], bool] = {
            (session_id, member_id): present
            for session_id, member_id, present in marks.values_list(
                "session_id", "member_id", "present"
            )
        }
        self.seen: dict[tuple, Line] = {}
        self.preview = Preview(
            sheet.name, 0, names=columns.names, unused=columns.unused, notes=notes
        )

    def read(self) -> Preview:
        for number, cells in self.sheet.rows:
            if number > self.columns.header_row and not self._is_empty(number, cells):
                self.preview.rows += 1
                self._row(number, cells)
        return self.preview

    def _cell(self, cells: list[Any], name: str) -> Any:
        place = self.columns.at.get(name)
        return None if place is None or place > len(cells) else cells[place - 1]

    def _at(self, number: int, name: str) -> str:
        return address(number, self.columns.at[name])

    def _is_empty(self, number: int, cells: list[Any]) -> bool:
        """Blank, a line of totals, or a person of a blank register that nobody filled in."""
        if any((number, place) in self.sheet.formulas for place in self.columns.at.values()):
            return False
        said = {name: self._cell(cells, name) for name in self.columns.at}
        filled = {name for name, value in said.items() if value not in (None, "")}
        first = next((cell for cell in cells if cell not in (None, "")), "")
        if not filled or (isinstance(first, str) and _TOTALS.match(first)):
            return True
        if self.only is None:
            return not filled & {c.DATE, c.ACTIVITY, c.PRESENT}
        return not filled & {c.CODE, c.ROLE, c.PRESENT}

    def _problem(
        self, number: int, cell: str, value: Any, message: str, where: str = "", keep: bool = True
    ) -> None:
        said = shown(value) if keep else ""
        self.preview.problems.append(Problem(number, cell, said, message, where))

    def _formulas(self, number: int, cells: list[Any]) -> bool:
        """Name the cells of this row that hold a formula without a value."""
        found = False
        for name, place in self.columns.at.items():
            if (number, place) in self.sheet.formulas:
                found = True
                self._problem(
                    number,
                    self._at(number, name),
                    None,
                    "a formula without a value. Open the file in your spreadsheet program and save it again",
                )
        return found

    def _row(self, number: int, cells: list[Any]) -> None:
        before = len(self.preview.problems)
        if self._formulas(number, cells):
            return
        held_on = self._day(number, cells)
        activity = self.only.activity if self.only else self._activity(number, cells)
        where = f"{activity.title}, row {number}" if activity else f"Row {number}"
        member, guess, why, cell, words = self._person(number, cells, held_on)
        present = self._mark(number, cells)
        hours = self._hours(number, cells)
        session = None
        if activity is not None and held_on is not None:
            session = self.only or self._session(number, cells, activity, held_on)
            if self.only is None and (session is None or session.state == SessionState.PLANNED):
                for sentence in day_blockers(self.grant, held_on, is_held=True):
                    self._problem(number, self._at(number, c.DATE), held_on, _lower(sentence))
            if session is not None and hours is not None and hours > session.hours:
                self._problem(
                    number,
                    self._at(number, c.HOURS),
                    self._cell(cells, c.HOURS),
                    f"longer than the session ({session.hours.normalize():f} hours)",
                )
        if member is not None and held_on is not None and present:
            self._member_on(number, member, held_on)
        if len(self.preview.problems) > before:
            for problem in self.preview.problems[before:]:
                problem.where = where
            return
        assert activity is not None and held_on is not None and member is not None  # noqa: S101, PT018
        self._line(
            number,
            activity,
            held_on,
            hours,
            session,
            member,
            bool(present),
            guess,
            why,
            cell,
            words,
        )

    def _day(self, number: int, cells: list[Any]) -> datetime.date | None:
        if self.only is not None and c.DATE not in self.columns.at:
            return self.only.held_on
        value = self._cell(cells, c.DATE)
        cell = self._at(number, c.DATE)
        try:
            day = as_date(value)
        except NotThis as wrong:
            self._problem(number, cell, value, str(wrong))
            return None
        if self.only is not None:
            if day is not None and day != self.only.held_on:
                held = self.only.held_on
                self._problem(
                    number, cell, value, f"not the day of this session ({held.day} {held:%B %Y})"
                )
            return self.only.held_on
        if day is None:
            self._problem(number, cell, None, "no date")
        return day

    def _activity(self, number: int, cells: list[Any]) -> Activity | None:
        value = self._cell(cells, c.ACTIVITY)
        cell = self._at(number, c.ACTIVITY)
        if value in (None, ""):
            self._problem(number, cell, None, "no activity")
            return None
        found = find_activity(shown(value), self.activities)
        if found is None:
            codes = ", ".join(a.code for a in self.activities[:12])
            known = f"This grant has {codes}" if codes else "This grant has none yet"
            self._problem(number, cell, value, f"‘{shown(value)}’ is not an activity here. {known}")
        return found

    def _person(
        self, number: int, cells: list[Any], day: datetime.date | None
    ) -> tuple[CircleMember | None, str, str, str, str]:
        code, role = (shown(self._cell(cells, name)) for name in (c.CODE, c.ROLE))
        name = c.CODE if c.CODE in self.columns.at and (code or not role) else c.ROLE
        cell, words = self._at(number, name), code or role
        try:
            match = self.circle.find(code, role, day)
        except NobodyFound as wrong:
            self._problem(number, cell, words, str(wrong), keep=wrong.keep_words)
            return None, "", "", cell, ""
        if match is None:
            self._problem(number, cell, None, "no staff code and no role")
            return None, "", "", cell, ""
        return match.member, match.guess, match.why, cell, words if match.guess else ""

    def _mark(self, number: int, cells: list[Any]) -> bool | None:
        value = self._cell(cells, c.PRESENT)
        try:
            return as_mark(value)
        except NotThis as wrong:
            self._problem(number, self._at(number, c.PRESENT), value, str(wrong))
            return None

    def _hours(self, number: int, cells: list[Any]) -> Decimal | None:
        if c.HOURS not in self.columns.at:
            return None
        value = self._cell(cells, c.HOURS)
        try:
            return as_hours(value)
        except NotThis as wrong:
            self._problem(number, self._at(number, c.HOURS), value, str(wrong))
            return None

    def _session(
        self, number: int, cells: list[Any], activity: Activity, day: datetime.date
    ) -> Session | None:
        found = self.sessions.get((activity.pk, day), [])
        wanted = as_number(self._cell(cells, c.SESSION))
        if len(found) > 1 and wanted is not None:
            found = [session for session in found if session.number == wanted]
        if len(found) > 1:
            numbers = " and ".join(str(session.number) for session in found)
            self._problem(
                number,
                self._at(number, c.DATE),
                day,
                f"{activity.code} has sessions {numbers} on this day. "
                "Upload the register of each session on its own page",
            )
            return None
        return found[0] if found else None

    def _member_on(self, number: int, member: CircleMember, day: datetime.date) -> None:
        name = c.CODE if c.CODE in self.columns.at else c.ROLE
        for sentence in member_blockers(member, day):
            self._problem(number, self._at(number, name), None, sentence.rstrip("."))

    def _line(
        self,
        number: int,
        activity: Activity,
        day: datetime.date,
        hours: Decimal | None,
        session: Session | None,
        member: CircleMember,
        present: bool,
        guess: str,
        why: str,
        cell: str,
        words: str,
    ) -> None:
        line = Line(
            row=number,
            activity=activity.pk,
            title=f"{activity.code} {activity.title}",
            held_on=day.isoformat(),
            hours=str(hours or activity.session_hours),
            session=session.pk if session else None,
            member=member.pk,
            who=label_of(member, self.circle.members),
            present=present,
            status=NEW,
            cell=cell,
            words=words,
            guess=guess,
            why=why,
        )
        key = (activity.pk, day, line.session, member.pk)
        if (earlier := self.seen.get(key)) is not None:
            if earlier.present != present:
                self._problem(
                    number,
                    self._at(number, c.PRESENT),
                    None,
                    f"{line.who} is marked otherwise in row {earlier.row}",
                    f"{activity.title}, row {number}",
                )
                return
            line.status, line.why = THERE, f"The same as row {earlier.row}"
        else:
            self.seen[key] = line
            if session is not None:
                line.before = self.marks.get((session.pk, member.pk))
                if line.before is not None and line.before == present:
                    line.status = THERE
        self.preview.lines.append(line)


def find_activity(words: str, activities: Iterable[Activity]) -> Activity | None:
    """By code ("A1", "activity 1"), by title or topic, in any case; None unless exactly one fits."""
    text = re.sub(r"[\W_]+", " ", words).strip().casefold()
    code = re.fullmatch(r"(?:a|activity)? ?(\d{1,3})", text)
    leading = re.match(r"a ?(\d{1,3})\b", text)

    def norm(value: str) -> str:
        return re.sub(r"[\W_]+", " ", value).strip().casefold()

    activities = list(activities)
    for tried in (
        [a for a in activities if code and a.number == int(code[1])],
        [a for a in activities if norm(a.title) == text],
        [a for a in activities if leading and f"{a.code.casefold()} {norm(a.title)}" == text],
        [a for a in activities if norm(a.topic_label) == text],
        [a for a in activities if len(text) >= 6 and norm(a.title).startswith(text)],
    ):
        if len(tried) == 1:
            return tried[0]
    return None


def _lower(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")
