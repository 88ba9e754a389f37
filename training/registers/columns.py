"""Which column is which: headings matched without regard to case, in the words that people use.

A register is a list (one row for each person at each session), or a grid (people down and days across,
or days down and people across). A day or an activity may be said once, above the headings. A column of
names is recognised so that it can be left alone: its cells are never looked at.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from accounts.spreadsheets import Sheet, address

from .cells import NotThis, as_date, shown

DATE, ACTIVITY, SESSION, CODE, ROLE, PRESENT, HOURS, START, END = (
    "date",
    "activity",
    "session",
    "code",
    "role",
    "present",
    "hours",
    "start",
    "end",
)
WORDS = {
    DATE: "date|session date|date of session|day|date held|held on|training date|course date|"
    "date of training|date of course|date(s)|session day|when|date attended",
    ACTIVITY: "activity|activity code|activity title|course|training|course title|activity name|"
    "training activity|title|what|course code|workshop|topic|module|subject",
    SESSION: "session number|session no|session no.|session #|session",
    START: "start|start time|from|time in|began|begins|time started",
    END: "end|end time|finish|finish time|to|until|time out|ended|ends|time finished",
    CODE: "staff code|code|member|member code|staff id|staff no|staff no.|staff number|id|"
    "staff|who|person|participant|participant code|learner|learner code|attendee|worker|"
    "payroll number|initials|staff ref|staff reference|staff code or role|code or role|ref|delegate|"
    "staff member|employee number|employee code|worker code|id code|personnel number",
    ROLE: "role|job|job role|job title|post|position|relationship|role or relationship",
    PRESENT: "present|attended|attendance|here|✓|✔|☑|tick|came|present?|attended?|attended (y/n)|"
    "present (y/n)|attended y/n|present y/n|mark|signed in|was there|attended (✓)|present (✓)|tick if present|"
    "in attendance|attendance (y/n)|present (yes/no)|attended (yes/no)|present ✓|✓ if present",
    HOURS: "hours|hrs|duration|length|hours attended|duration (hours)|duration hours|no of hours|"
    "length (hours)|hours of training|number of hours",
}
_FIELD = {words: name for name, many in WORDS.items() for words in many.split("|")}
_NAMES = re.compile(
    r"^(full |first |last |sur|fore|family |given |christian |staff |participant |learner |attendee |"
    r"member |worker |employee |delegate |trainee )?names?( of .*)?$|^signature|^signed$|^e-?mail"
    r"|^(mobile|phone|telephone)\b|^(dob|date of birth|nhs (no|number)\.?|address|postcode)$|^name "
)


FIELD_LABELS = {
    DATE: "Day of the session",
    ACTIVITY: "Activity",
    SESSION: "Number of the session",
    CODE: "Staff code, or whom it is about",
    ROLE: "Role",
    PRESENT: "Who was there",
    HOURS: "Hours",
    START: "Time it began",
    END: "Time it ended",
}
IGNORE, GRID = "ignore", "grid"
_VISIT = re.compile(r"(?:session|visit|week|workshop|s)\.? ?(\d{1,2})", re.ASCII)
_LABEL = re.compile(r"([^:]{2,40}):\s*(.+)", re.DOTALL)
LOOK_IN = 30  # rows in which the headings are looked for


@dataclass(frozen=True)
class MarkColumn:
    """One column of marks. In a grid its heading gives the day, the number of a session, or the person."""

    place: int
    heading: tuple[int, int]
    day: Any = None
    number: int | None = None
    person: str = ""
    activity: str = ""


@dataclass
class Columns:
    """Where a sheet's header row stands and what its columns are (numbers from 1).

    `at` are the columns with one meaning; `marks` those with a tick for each person: one in a list,
    one for each day (or person) in a grid. `defaults` are said once above the headings, or by the
    sheet's name: field → (value, where). `said`: how exactly a column says its field, and its letter
    and words; of two columns that say the same the more exact one is used.
    """

    header_row: int
    at: dict[str, int] = field(default_factory=dict)
    marks: list[MarkColumn] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    unused: list[list[str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    said: dict[str, tuple[int, str]] = field(default_factory=dict)
    headings: list[list[str]] = field(default_factory=list)
    defaults: dict[str, tuple[Any, str]] = field(default_factory=dict)

    @property
    def is_grid(self) -> bool:
        return PRESENT not in self.at

    @property
    def by_person(self) -> bool:
        """People across, days down."""
        return self.is_grid and bool(self.marks) and bool(self.marks[0].person)

    def is_nearer(self, other: "Columns", needed: list[str]) -> bool:
        """Whether this row looks more like the headings than another one that is not enough either."""
        return (len(self.at), -len(self.lacks(needed))) > (
            len(other.at),
            -len(other.lacks(needed)),
        )

    def has_person(self) -> bool:
        return CODE in self.at or ROLE in self.at or self.by_person

    def lacks(self, needed: Iterable[str]) -> list[str]:
        """Which of `needed` (date, activity, present, person) neither a column nor a default gives."""
        said = set(self.at) | set(self.defaults)
        if self.marks:
            said.add(PRESENT)
        if self.marks and self.is_grid:
            said |= {DATE} if all(m.day or m.number for m in self.marks) else set()
            said |= {ACTIVITY} if all(m.activity for m in self.marks) else set()
        if self.has_person():
            said.add("person")
        return [name for name in needed if name not in said]


def normal(value: Any) -> str:
    """A heading or word as it is compared: lower case, single spaces, no colon at the end."""
    if not isinstance(value, str):
        return ""
    return re.sub(r"[\s_]+", " ", value).strip().rstrip(":*").strip().casefold()


def field_of(words: str, given: dict[str, str]) -> str | None:
    """What a heading means: what somebody said it means, else by its words. `IGNORE`: left alone."""
    if words in given:
        return given[words]
    if _NAMES.match(words):
        return IGNORE
    return _FIELD.get(words)


def exactness(name: str, words: str, both: str) -> int:
    """How near a heading comes to the name of its field, 0 the nearest: "Staff code" before "Who".
    A heading that means this only because somebody said so comes before everything."""
    many = WORDS[name].split("|")
    return min((many.index(said) for said in (words, both) if said in many), default=-1)


class Finder:
    """Finds the headings of a sheet among its first rows: a list, or a grid of days or of people.

    given: heading → field, as somebody corrected it; `knows` a staff code; `activity_of` finds an
    activity's code by any words, or None.
    """

    def __init__(
        self,
        sheet: Sheet,
        given: dict[str, str],
        knows: Callable[[str], bool],
        activity_of: Callable[[str], str | None],
    ) -> None:
        self.sheet, self.given = sheet, given
        self.knows, self.activity_of = knows, activity_of

    def find(self, needed: Iterable[str]) -> Columns | None:
        """The best row of headings: one that gives all of `needed`, else the one that lacks least.

        None where no row looks like headings at all.
        """
        needed = list(needed)
        best: Columns | None = None
        rows = self.sheet.rows[:LOOK_IN]
        for place, (number, cells) in enumerate(rows):
            above = rows[place - 1][0] if place else None
            for upper in (None, above) if above else (None,):
                found = self._read(number, cells, upper)
                if found is None:
                    continue
                found.defaults = self._defaults(upper or number)
                if not found.lacks(needed):
                    grouped = self._read(number, cells, above) if above and found.is_grid else None
                    if grouped is None or not all(mark.activity for mark in grouped.marks):
                        return found
                    grouped.defaults = self._defaults(above or number)
                    return grouped
                if found.at and (best is None or found.is_nearer(best, needed)):
                    best = found
        return best

    def _read(self, number: int, cells: list[Any], upper: int | None) -> Columns | None:
        columns = Columns(number)
        width = max(len(cells), len(dict(self.sheet.rows).get(upper or 0, [])))
        last = None
        for place in range(1, width + 1):
            low = self.sheet.value(number, place)
            over = self.sheet.value(upper, place) if upper else None
            if upper and over is None and low is not None:
                over = last  # a group's heading stands over its first column only
            elif over is not None:
                last = over
            if low is None and (over is None or (upper and self._is_under(upper, place))):
                continue
            self._column(columns, place, number, low, over, upper)
        enough = len(columns.at) + len(columns.marks)
        return columns if enough >= 1 and len(columns.headings) >= 2 else None

    def _is_under(self, row: int, place: int) -> bool:
        return (row, place) in self.sheet.covered

    def _column(
        self, columns: Columns, place: int, number: int, low: Any, over: Any, upper: int | None
    ) -> None:
        letter = get_column_letter(place)
        heading = (number, place) if low is not None else (upper or number, place)
        value = low if low is not None else over
        said = shown_heading(value)
        words, both = normal(value), normal(f"{over} {low}") if over and low else ""
        name = field_of(words, self.given) or (field_of(both, self.given) if both else None)
        day = _day(low) or (_day(over) if name == PRESENT or self._activity(low) else None)
        if day is not None and name in (None, PRESENT):
            other = over if _day(low) else low
            activity = self._activity(other) or ""
            columns.marks.append(MarkColumn(place, heading, day=day, activity=activity))
            columns.headings.append([letter, said, GRID])
            return
        label = f"{letter} ‘{said}’"
        columns.headings.append([letter, said, name or ""])
        if name == IGNORE:
            (columns.names if words not in self.given else columns.unused).append([letter, said])
        elif name is not None and name not in columns.at:
            columns.at[name] = place
            columns.said[name] = exactness(name, words, both), label
            if name == PRESENT:
                columns.marks.insert(0, MarkColumn(place, heading))
        elif name is not None:
            exact, other = columns.said[name]
            if name != PRESENT and (here := exactness(name, words, both)) < exact:
                columns.at[name], columns.said[name] = place, (here, label)
                label = other
            columns.twice.append(label)
        elif visit := _VISIT.fullmatch(words):
            activity = self._activity(over) or ""
            columns.marks.append(
                MarkColumn(place, heading, number=int(visit[1]), activity=activity)
            )
        elif isinstance(value, str) and self.knows(value):
            columns.marks.append(MarkColumn(place, heading, person=value))
        else:
            columns.unused.append([letter, said])

    def _activity(self, value: Any) -> str | None:
        return self.activity_of(value) if isinstance(value, str) and value else None

    def _defaults(self, header: int) -> dict[str, tuple[Any, str]]:
        """What is said once: "Date: 16/07/2025" above the headings, or in the name of the sheet."""
        found: dict[str, tuple[Any, str]] = {}
        for number, cells in self.sheet.rows:
            if number >= header:
                break
            for place, cell in enumerate(cells, start=1):
                if isinstance(cell, str) and (match := _LABEL.fullmatch(cell)):
                    self._default(found, normal(match[1]), match[2], address(number, place))
                elif (words := normal(cell)) and cell is not None:
                    beside = self._beside(number, cells, place)
                    if beside:
                        self._default(found, words, *beside)
                    if ACTIVITY not in found and (code := self._activity(cell)):
                        found[ACTIVITY] = (code, address(number, place))
        name = self.sheet.name
        if name and DATE not in found and _day(name):
            found[DATE] = (name, f"the name of the sheet ‘{name}’")
        if name and ACTIVITY not in found and (code := self._activity(name)):
            found[ACTIVITY] = (code, f"the name of the sheet ‘{name}’")
        return found

    def _beside(self, number: int, cells: list[Any], place: int) -> tuple[Any, str] | None:
        """The next filled cell to the right of a label that is not under the same merged range."""
        for other in range(place + 1, len(cells) + 1):
            if (number, other) in self.sheet.covered:
                continue
            value = cells[other - 1]
            if value not in (None, ""):
                return value, address(number, other)
        return None

    def _default(self, found: dict, label: str, value: Any, where: str) -> None:
        name = field_of(label, self.given)
        if name in found or name not in (DATE, ACTIVITY, SESSION, HOURS, START, END):
            return
        if name == DATE and _day(value) is None and not isinstance(value, str):
            return
        if name == ACTIVITY and not self._activity(shown(value)):
            return
        found[name] = (value, where)


def shown_heading(value: Any) -> str:
    """A heading in the file's own words."""
    return re.sub(r"\s+", " ", shown(value))[:40]


def _day(value: Any) -> Any:
    """The value where it is a day (as a heading or a label says it), else None."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return value if as_date(value) else None
    except NotThis:
        return None
