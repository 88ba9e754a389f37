"""What would happen if a register went in: row by row, with every cell that needs somebody.

A mark needs a day, an activity and a person (for one session's register: a person). Each comes from its
own column, from the heading of a grid, or from what is said once above the headings.
An unknown cell is a problem of that cell; a row with a problem cannot go in. A mark that is there
already is said to be there. The words of cells are kept only for problems and guesses.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from accounts import written
from accounts.spreadsheets import MAX_ROWS, Sheet, Sheets, address, read_sheets, too_many_rows
from accounts.spreadsheets import UnreadableSheet as UnreadableRegister
from focus_people.models import CircleMember
from grants.models import Grant

from ..enums import SessionState
from ..models import Activity, Attendance, Session
from ..models.activity import day_blockers
from ..models.session import label_of, member_blockers
from ..topics import CATALOGUE
from . import columns as c
from .cells import (
    NotThis,
    as_date,
    as_hours,
    as_mark,
    as_number,
    as_time,
    either_way,
    is_month_first,
    shown,
)
from .matching import Circle, NobodyFound

NEW, THERE = "new", "there"
MAX_MARKS = 5000  # 60 people at 80 sessions
_TOTALS = re.compile(
    r"^(grand |sub ?)?totals?\b|^(sum|count|average)\b|^(number|no\.?|total) (present|attend)", re.I
)
_FOOT = re.compile(
    r"^(signed|signature|trainers?|notes?|key|page|comments?|completed by|printed|facilitators?|venue|"
    r"location|please|return|n\.?b\.?|✓ ?=|x ?=)\b|^[*†]|:$",
    re.I,
)
# A line's key says sheet, column of marks (0 in a list) and row: in a list of one sheet it is the row.
_BY_COLUMN, _BY_SHEET = 10**7, 10**9


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
    key: int = 0
    mark_cell: str = ""

    def __post_init__(self) -> None:
        self.key = self.key or self.row


@dataclass
class Preview:
    """What a file holds: the sheet that was read, its lines, its problems, and what was left alone.

    headings: (letter, words, what it was taken for) of the first sheet that was read.
    """

    sheet: str
    rows: int
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    unused: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    headings: list[list[str]] = field(default_factory=list)

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.status == NEW]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.status == THERE]

    @property
    def problem_rows(self) -> set[tuple[str, int]]:
        """The rows with a problem: sheet ("" where there is one) and number."""
        return {(problem.cell.rpartition("!")[0], problem.row) for problem in self.problems}

    def as_json(self) -> dict[str, Any]:
        """A shape that the database keeps; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, held: dict[str, Any]) -> "Preview":
        """The preview as it was kept; an empty one where it was taken out with the person."""
        facts: dict[str, Any] = {"sheet": "", "rows": 0} | held
        facts["lines"] = [Line(**line) for line in facts.get("lines", [])]
        facts["problems"] = [Problem(**problem) for problem in facts.get("problems", [])]
        return cls(**facts)


def _not_enough(best: c.Columns | None, needed: list[str]) -> UnreadableRegister:
    """The refusal of a file whose headings do not say enough, with the headings that were found."""
    names = {
        c.DATE: "the day (call it Date)",
        c.ACTIVITY: "the activity (call it Activity, with its code such as A1)",
        c.PRESENT: "who was there (call it Present)",
        "person": "the person (call it Staff code, or Role)",
    }
    if best is not None:
        words = " and ".join(names[name] for name in best.lacks(needed))
        headings = [
            (letter, said, "" if taken == c.GRID else taken)
            for letter, said, taken in best.headings
        ]
        says = f"We could not find a column for {words}."
        if c.ACTIVITY in best.lacks(needed):
            says += " The register of one session can be uploaded on the page of that session."
        return UnreadableRegister(says, headings)
    wanted = "Staff code and Present"
    if c.DATE in needed:
        wanted = "Date, Activity, Staff code and Present"
    return UnreadableRegister(
        f"We could not find a row of headings. A register needs the columns {wanted}."
    )


def read_register(
    content: bytes,
    file_name: str,
    grant: Grant,
    session: Session | None = None,
    given: Mapping[str, str] | None = None,
) -> Preview:
    """Read a file against a grant's circle and activities (or one session's). Writes nothing.

    `given`: heading (in lower case) → field, where somebody corrected what a column is.
    Raises `UnreadableRegister` with a sentence when the file as a whole cannot be a register.
    """
    sheets = read_sheets(content, file_name)
    reader = _Reader(grant, session, dict(given or {}))
    chosen, notes = reader.choose(sheets)
    if sum(len(sheet.rows) for sheet, _ in chosen) > MAX_ROWS:
        raise too_many_rows()
    return reader.read(chosen, notes)


class _Reader:
    """Reads sheets. Everything that the rows are compared with is fetched before the first row."""

    sheet: Sheet
    columns: c.Columns

    def __init__(self, grant: Grant, session: Session | None, given: dict[str, str]) -> None:
        self.grant, self.only, self.given = grant, session, given
        person = grant.application.person
        self.circle = Circle(
            person.alias, CircleMember.objects.filter(person=person).order_by("number")
        )
        self.activities = list(Activity.objects.filter(grant=grant).standing().order_by("number"))
        self._found: dict[str, Activity | None] = {}
        sessions = Session.objects.filter(activity__grant=grant).standing()
        self.sessions: dict[tuple[int, datetime.date], list[Session]] = {}
        self.numbered: dict[tuple[int, int], Session] = {}
        for found in sessions.exclude(state=SessionState.CANCELLED).order_by("number"):
            self.sessions.setdefault((found.activity_id, found.held_on), []).append(found)
            self.numbered[found.activity_id, found.number] = found
        marks = Attendance.objects.filter(session__activity__grant=grant)
        self.marks: dict[tuple[int, int], bool] = {
            (session_id, member_id): present
            for session_id, member_id, present in marks.values_list(
                "session_id", "member_id", "present"
            )
        }
        self.labels: dict[int, str] = {}
        self.seen: dict[tuple, Line] = {}
        self.place = self.count = 0
        self.prefix = ""
        self.is_month_first = False
        self.preview = Preview("", 0)

    def choose(self, sheets: Sheets) -> tuple[list[tuple[Sheet, c.Columns]], list[str]]:
        """The sheets with headings that are enough, and what to say about the others."""
        needed = [c.PRESENT, "person"]
        if self.only is None:
            needed = [c.DATE, c.ACTIVITY, *needed]
        chosen: list[tuple[Sheet, c.Columns]] = []
        best: c.Columns | None = None
        for sheet in sheets:
            finder = c.Finder(sheet, self.given, self.circle.knows, self._named)
            columns = finder.find(needed)
            if columns is None:
                continue
            if not columns.lacks(needed):
                chosen.append((sheet, columns))
            elif best is None or columns.is_nearer(best, needed):
                best = columns
        if not chosen:
            raise _not_enough(best, needed)
        notes = []
        read = [sheet for sheet, _ in chosen]
        if len(sheets) > 1:
            word = "Sheet" if len(read) == 1 else "Sheets"
            verb = "was" if len(read) == 1 else "were"
            names = ", ".join(f"‘{sheet.name}’" for sheet in read)
            others = ", ".join(f"‘{s.name}’" for s in sheets if s not in read)
            rest = f" Not read: {others}." if others else ""
            notes.append(f"{word} {names} {verb} read.{rest}")
        notes += sheets.not_read
        for _, columns in chosen:
            notes += [
                f"Column {twice} was not used: another column says the same. To change that, "
                "open “Which column was taken for what”."
                for twice in columns.twice
            ]
        return chosen, list(dict.fromkeys(notes))

    def read(self, chosen: list[tuple[Sheet, c.Columns]], notes: list[str]) -> Preview:
        first, columns = chosen[0]
        self.preview = Preview(
            first.name if len(chosen) == 1 else "",
            0,
            names=columns.names,
            unused=[] if columns.by_person else columns.unused,
            notes=notes,
            headings=[] if columns.by_person else columns.headings,
        )
        for place, (sheet, columns) in enumerate(chosen):
            self.sheet, self.columns, self.place = sheet, columns, place
            self.prefix = f"‘{sheet.name}’!" if len(chosen) > 1 else ""
            self._sheet()
        self._nobody_there()
        return self.preview

    def _nobody_there(self) -> None:
        """A session at which nobody was is no session: it is said once, and its rows stay out."""
        groups: dict[tuple, list[Line]] = {}
        for line in self.preview.lines:
            groups.setdefault((line.activity, line.held_on, line.session), []).append(line)
        for (_, _, session_id), lines in groups.items():
            is_known = any(here for (held, _), here in self.marks.items() if held == session_id)
            if any(line.present for line in lines) or is_known:
                continue
            first = lines[0]
            day = datetime.date.fromisoformat(first.held_on)
            self._problem(
                first.row,
                first.mark_cell,
                None,
                f"nobody was there on {written.day(day)}. If the session did not happen, cancel it",
                first.title,
            )
            self.preview.lines = [line for line in self.preview.lines if line not in lines]

    def _sheet(self) -> None:
        rows = [(n, cells) for n, cells in self.sheet.rows if n > self.columns.header_row]
        dates = (
            [self._cell(n, c.DATE) for n, _ in rows]
            if c.DATE in self.columns.at
            else [mark.day for mark in self.columns.marks]
        )
        self.is_month_first = any(is_month_first(value) for value in dates)
        self._say_defaults()
        self._say_hidden()
        marks = self._marks(rows)
        for number, cells in rows:
            if self._is_empty(number, cells, marks):
                continue
            self.preview.rows += 1
            if number in self.sheet.hidden:
                self._hidden(number, marks)
            else:
                self._row(number, marks)

    def _say_defaults(self) -> None:
        said = {c.DATE: "day", c.ACTIVITY: "activity"}
        for name, (value, where) in self.columns.defaults.items():
            if name in said and name not in self.columns.at and self.only is None:
                words = shown(value)
                if name == c.ACTIVITY and (activity := self._by_words(words)):
                    words = str(activity)
                self.preview.notes.append(f"The {said[name]} comes from {where}: {words}.")

    def _say_hidden(self) -> None:
        """Which of the columns that say day, activity or person the file hides: they are read all the same."""
        hidden = sorted(set(self.columns.at.values()) & self.sheet.hidden_columns)
        if hidden:
            letters = ", ".join(address(1, place)[:-1] for place in hidden)
            word, verb = ("Column", "is") if len(hidden) == 1 else ("Columns", "are")
            of = f" of sheet ‘{self.sheet.name}’" if self.prefix else ""
            self.preview.notes.append(
                f"{word} {letters}{of} {verb} hidden in the file. What stands there was read: check it."
            )

    def _marks(self, rows: list[tuple[int, list[Any]]]) -> list[c.MarkColumn]:
        """The columns of marks that say anything: in a grid, a day that nobody has filled in is to come."""
        if not self.columns.is_grid:
            return [mark for mark in self.columns.marks if mark.place == self.columns.at[c.PRESENT]]
        filled: list[c.MarkColumn] = []
        empty: list[c.MarkColumn] = []
        for mark in self.columns.marks:
            is_said = any(self.sheet.value(number, mark.place) is not None for number, _ in rows)
            is_said = is_said or any(
                at[1] == mark.place and at[0] > self.columns.header_row
                for at in [*self.sheet.formulas, *self.sheet.colours]
            )
            (filled if is_said else empty).append(mark)
        for mark in [mark for mark in filled if mark.place in self.sheet.hidden_columns]:
            filled.remove(mark)
            self._problem(
                mark.heading[0],
                f"{self.prefix}{address(*mark.heading)}",
                None,
                "this column is hidden in the file, so it was left out. Show it, or delete it",
                f"Column {address(1, mark.place)[:-1]}",
            )
        if empty and filled:
            letters = ", ".join(address(1, mark.place)[:-1] for mark in empty)
            word = "Column" if len(empty) == 1 else "Columns"
            self.preview.notes.append(f"{word} {letters}: no marks yet, so nothing was read there.")
        return filled

    def _cell(self, number: int, name: str) -> Any:
        """What a row says about a field: in its own cell, in a merged one above it, or once for all."""
        place = self.columns.at.get(name)
        if place is None:
            return self.columns.defaults.get(name, (None, ""))[0]
        return self.sheet.value(number, place)

    def _at(self, number: int, name: str) -> str:
        place = self.columns.at.get(name)
        if place is None:
            where = self.columns.defaults.get(name, (None, "this row"))[1]
            return f"{self.prefix}{where}"
        return f"{self.prefix}{address(number, place)}"

    def _is_empty(self, number: int, cells: list[Any], marks: list[c.MarkColumn]) -> bool:
        """Blank, a line of totals, a foot line, the headings again, or a person whom nobody filled in."""
        places = {*self.columns.at.values(), *(mark.place for mark in marks)}
        if any((number, place) in self.sheet.formulas for place in places):
            return False
        own = {name for name in self.columns.at if self._own(cells, name) not in (None, "")}
        if any(
            place <= len(cells) and cells[place - 1] not in (None, "")
            for place in (mark.place for mark in marks)
        ):
            own.add(c.PRESENT)
        filled = [cell for cell in cells if cell not in (None, "")]
        first = filled[0] if filled else ""
        if not own or (isinstance(first, str) and _TOTALS.match(first)):
            return True
        if len(filled) == 1 and isinstance(first, str) and _FOOT.search(first):
            return True
        if self._is_heading_again(cells):
            return True
        is_coloured = any((number, mark.place) in self.sheet.colours for mark in marks)
        if self.columns.by_person:
            return c.PRESENT not in own
        if self.only is None and not self.columns.is_grid and not is_coloured:
            said = {c.DATE, c.ACTIVITY} & set(self.columns.at)
            if said and not all((number, self.columns.at[n]) in self.sheet.covered for n in said):
                return not own & {c.DATE, c.ACTIVITY, c.PRESENT}
        return not own & {c.CODE, c.ROLE, c.PRESENT}

    def _own(self, cells: list[Any], name: str) -> Any:
        place = self.columns.at[name]
        return cells[place - 1] if place <= len(cells) else None

    def _is_heading_again(self, cells: list[Any]) -> bool:
        """A row that repeats the headings, as on every printed page."""
        same = 0
        for name, place in self.columns.at.items():
            value = cells[place - 1] if place <= len(cells) else None
            if value in (None, ""):
                continue
            if c.field_of(c.normal(value), self.given) != name:
                return False
            same += 1
        return same >= 2

    def _problem(
        self, number: int, cell: str, value: Any, message: str, where: str = "", keep: bool = True
    ) -> None:
        said = shown(value) if keep else ""
        self.preview.problems.append(Problem(number, cell, said, message, where))

    def _hidden(self, number: int, marks: list[c.MarkColumn]) -> None:
        if any(self.sheet.value(number, mark.place) not in (None, "") for mark in marks):
            self._problem(
                number,
                f"{self.prefix}{address(number, marks[0].place)}",
                None,
                "this row is hidden in the file, so it was left out. Show it, or delete it",
                f"Row {number}",
            )

    def _formulas(self, number: int, marks: list[c.MarkColumn]) -> bool:
        """Name the cells of this row that hold a formula without a value."""
        found = False
        for place in dict.fromkeys((*self.columns.at.values(), *(m.place for m in marks))):
            if (number, place) in self.sheet.formulas:
                found = True
                self._problem(
                    number,
                    f"{self.prefix}{address(number, place)}",
                    None,
                    "a formula without a value. Open the file in your spreadsheet program and save it again",
                )
        return found

    def _by_words(self, words: str) -> Activity | None:
        if words not in self._found:
            self._found[words] = find_activity(words, self.activities)
        return self._found[words]

    def _named(self, words: str) -> str | None:
        """The code of the activity that a title or a label names; a bare number names none."""
        if words.strip().isdigit():
            return None
        found = self._by_words(shown(words)) or within_title(words, self.activities)
        return found.code if found else None

    def _row(self, number: int, marks: list[c.MarkColumn]) -> None:
        before = len(self.preview.problems)
        self.count += len(marks)
        if self.count > MAX_MARKS:
            raise UnreadableRegister(
                f"The file has more than {MAX_MARKS:,} cells for marks. Split it into several files."
            )
        if not self._formulas(number, marks):
            for mark in marks:
                self._one(number, mark)
        for problem in self.preview.problems[before:]:
            problem.where = problem.where or f"Row {number}"

    def _one(self, number: int, mark: c.MarkColumn) -> None:
        """One mark of one row: whose, when, of what; written down as a line or as problems."""
        before = len(self.preview.problems)
        by_person = self.columns.by_person
        session: Session | None = self.only
        activity = self.only.activity if self.only else self._activity(number, mark)
        held_on = self._day(number, mark, activity)
        if activity is not None and mark.number is not None and self.only is None:
            session = self.numbered.get((activity.pk, mark.number))
        where = f"{activity.title}, row {number}" if activity else f"Row {number}"
        member, guess, why, cell, words = self._person(number, mark, held_on)
        present = self._mark(number, mark)
        if not present and self.columns.is_grid:
            is_blank = self.sheet.value(number, mark.place) is None
            was_in = (
                member is not None and held_on is not None and not member_blockers(member, held_on)
            )
            if is_blank and (member is None or not was_in):
                if member is not None or mark is not self.columns.marks[0]:
                    del self.preview.problems[before:]
                return
        if self.columns.is_grid and not by_person:
            self._once_a_row(number, before)
        hours = self._hours(number)
        if activity is not None and held_on is not None:
            session = session or self._session(number, activity, held_on)
            if self.only is None and (session is None or session.state == SessionState.PLANNED):
                for sentence in day_blockers(self.grant, held_on, is_held=True):
                    self._problem(number, self._day_cell(number, mark), held_on, _lower(sentence))
            if session is not None and hours is not None and hours > session.hours:
                self._problem(
                    number,
                    self._at(number, c.HOURS),
                    self._cell(number, c.HOURS),
                    f"longer than the session ({session.hours.normalize():f} hours)",
                )
        if member is not None and held_on is not None and present:
            for sentence in member_blockers(member, held_on):
                self._problem(number, cell, None, sentence.rstrip("."))
        if len(self.preview.problems) > before:
            for problem in self.preview.problems[before:]:
                problem.where = where
            return
        if activity is None or held_on is None or member is None:
            return  # said once for this row already
        key = number
        if self.columns.is_grid:
            key += mark.place * _BY_COLUMN
        key += self.place * _BY_SHEET
        line = Line(
            row=number,
            activity=activity.pk,
            title=f"{activity.code} {activity.title}",
            held_on=held_on.isoformat(),
            hours=str(hours or activity.session_hours),
            session=session.pk if session else None,
            member=member.pk,
            who=self._label(member),
            present=bool(present),
            status=NEW,
            cell=cell,
            words=words,
            guess=guess,
            why=why,
            key=key,
            mark_cell=f"{self.prefix}{address(number, mark.place)}",
        )
        self._line(line, line.mark_cell, where)

    def _once_a_row(self, number: int, before: int) -> None:
        """In a grid a person who was not found is said once, not for every day."""
        said = {(p.cell, p.message) for p in self.preview.problems[:before] if p.row == number}
        self.preview.problems[before:] = [
            p for p in self.preview.problems[before:] if (p.cell, p.message) not in said
        ]

    def _label(self, member: CircleMember) -> str:
        if member.pk not in self.labels:
            self.labels[member.pk] = label_of(member, self.circle.members)
        return self.labels[member.pk]

    def _day_cell(self, number: int, mark: c.MarkColumn) -> str:
        if mark.day is not None or mark.number is not None:
            return f"{self.prefix}{address(*mark.heading)}"
        return self._at(number, c.DATE)

    def _day(
        self, number: int, mark: c.MarkColumn, activity: Activity | None
    ) -> datetime.date | None:
        if mark.number is not None:
            return self._day_of_number(number, mark, activity)
        if self.only is not None and mark.day is None and c.DATE not in self.columns.at:
            return self.only.held_on
        value = mark.day if mark.day is not None else self._cell(number, c.DATE)
        cell = self._day_cell(number, mark)
        try:
            day = as_date(value)
        except NotThis as wrong:
            self._problem(number, cell, value, str(wrong))
            return None
        both = either_way(value) if self.is_month_first else None
        if both:
            this, that = (f"{d.day} {d:%B}" for d in both)
            self._problem(
                number,
                cell,
                value,
                f"this could be {this} or {that}: another date here has the month first. "
                f"Write {written.day(both[0])}",
            )
            return None
        if self.only is not None:
            if day is not None and day != self.only.held_on:
                held = self.only.held_on
                self._problem(
                    number, cell, value, f"not the day of this session ({written.day(held)})"
                )
            return self.only.held_on
        if day is None:
            self._problem(number, cell, None, "no date")
        return day

    def _day_of_number(
        self, number: int, mark: c.MarkColumn, activity: Activity | None
    ) -> datetime.date | None:
        """The day of the session whose number heads a column of a grid."""
        if self.only is not None:
            if mark.number == self.only.number:
                return self.only.held_on
        elif activity is None:
            return None
        elif found := self.numbered.get((activity.pk, mark.number or 0)):
            return found.held_on
        said = f"{activity.code} has" if activity else "there is"
        self._problem(
            number,
            f"{self.prefix}{address(*mark.heading)}",
            None,
            f"{said} no session {mark.number}. Plan it first, or write its date as the heading",
        )
        return None

    def _activity(self, number: int, mark: c.MarkColumn) -> Activity | None:
        value = mark.activity or self._cell(number, c.ACTIVITY)
        cell = (
            f"{self.prefix}{address(*mark.heading)}"
            if mark.activity
            else self._at(number, c.ACTIVITY)
        )
        if value in (None, ""):
            self._problem(number, cell, None, "no activity")
            return None
        found = self._by_words(shown(value))
        if found is None:
            codes = ", ".join(a.code for a in self.activities[:12])
            known = f"This grant has {codes}" if codes else "This grant has none yet"
            self._problem(number, cell, value, f"‘{shown(value)}’ is not an activity here. {known}")
        return found

    def _person(
        self, number: int, mark: c.MarkColumn, day: datetime.date | None
    ) -> tuple[CircleMember | None, str, str, str, str]:
        if mark.person:
            code, role = mark.person, ""
            cell = f"{self.prefix}{address(*mark.heading)}"
        else:
            code, role = (
                shown(self._cell(number, name)) if name in self.columns.at else ""
                for name in (c.CODE, c.ROLE)
            )
            name = c.CODE if c.CODE in self.columns.at and (code or not role) else c.ROLE
            cell = self._at(number, name)
        words = code or role
        try:
            match = self.circle.find(code, role, day)
        except NobodyFound as wrong:
            self._problem(number, cell, words, str(wrong), keep=wrong.keep_words)
            return None, "", "", cell, ""
        if match is None:
            self._problem(number, cell, None, "no staff code and no role")
            return None, "", "", cell, ""
        return match.member, match.guess, match.why, cell, words if match.guess else ""

    def _mark(self, number: int, mark: c.MarkColumn) -> bool | None:
        value = self.sheet.value(number, mark.place)
        cell = f"{self.prefix}{address(number, mark.place)}"
        if value is None and self._stands_out(number, mark.place):
            self._problem(
                number,
                cell,
                None,
                "a colour is no mark that we can read. Write yes or no in the cell",
            )
            return None
        try:
            return as_mark(value)
        except NotThis as wrong:
            self._problem(number, cell, value, str(wrong))
            return None

    def _stands_out(self, number: int, place: int) -> bool:
        """An empty cell filled with a colour that the cell beside it does not have."""
        colours = self.sheet.colours
        own = colours.get((number, place))
        return own is not None and own not in (
            colours.get((number, place - 1)),
            colours.get((number, place + 1)) if not self.columns.is_grid else None,
        )

    def _hours(self, number: int) -> Decimal | None:
        at = {*self.columns.at, *self.columns.defaults}
        if c.HOURS in at:
            name, value = c.HOURS, self._cell(number, c.HOURS)
            try:
                return as_hours(value)
            except NotThis as wrong:
                self._problem(number, self._at(number, name), value, str(wrong))
                return None
        if not {c.START, c.END} <= at:
            return None
        name = c.START
        try:
            start = as_time(self._cell(number, c.START))
            name = c.END
            end = as_time(self._cell(number, c.END))
            return as_hours(str(round(end - start, 4))) if start is not None and end else None
        except NotThis as wrong:
            message = str(wrong) if "time" in str(wrong) else f"from the times given, {wrong}"
            self._problem(number, self._at(number, name), self._cell(number, name), message)
            return None

    def _session(self, number: int, activity: Activity, day: datetime.date) -> Session | None:
        found = self.sessions.get((activity.pk, day), [])
        wanted = as_number(self._cell(number, c.SESSION))
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

    def _line(self, line: Line, cell: str, where: str) -> None:
        key = (line.activity, line.held_on, line.session, line.member)
        if (earlier := self.seen.get(key)) is not None:
            if earlier.present != line.present:
                self._problem(
                    line.row,
                    cell,
                    None,
                    f"{line.who} is marked otherwise in row {earlier.row}",
                    where,
                )
                return
            line.status, line.why = THERE, f"The same as row {earlier.row}"
        else:
            self.seen[key] = line
            if line.session is not None:
                line.before = self.marks.get((line.session, line.member))
                if line.before is not None and line.before == line.present:
                    line.status = THERE
        self.preview.lines.append(line)


def within_title(words: str, activities: Iterable[Activity]) -> Activity | None:
    """The one activity whose whole title stands in a longer text, such as the title of a sheet."""
    text = f" {re.sub(r'[^0-9a-z]+', ' ', words.casefold())} "
    named = [
        a
        for a in activities
        if f" {re.sub(r'[^0-9a-z]+', ' ', a.title.casefold()).strip()} " in text
    ]
    return named[0] if len(named) == 1 else None


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
        [a for a in activities if text in (norm(a.topic_label), norm(CATALOGUE[a.topic].label))],
        [a for a in activities if len(text) >= 6 and norm(a.title).startswith(text)],
    ):
        if len(tried) == 1:
            return tried[0]
    return None


def _lower(sentence: str) -> str:
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")
