"""Which column is which: headings matched without regard to case, in the words that people use.

A column of names is recognised so that it can be left alone: its cells are never looked at.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from .reading import Sheet

DATE, ACTIVITY, SESSION, CODE, ROLE, PRESENT, HOURS = (
    "date",
    "activity",
    "session",
    "code",
    "role",
    "present",
    "hours",
)
WORDS = {
    DATE: "date|session date|date of session|day|date held|held on|training date|course date",
    ACTIVITY: "activity|activity code|activity title|course|training|course title|activity name|"
    "training activity|title|what",
    SESSION: "session number|session no|session no.|session #|session",
    CODE: "staff code|code|member|member code|staff id|staff no|staff no.|staff number|id|"
    "staff|who|person|participant|participant code|learner|learner code|attendee|worker|"
    "payroll number|initials",
    ROLE: "role|job|job role|job title|post|position|relationship|role or relationship",
    PRESENT: "present|attended|attendance|here|✓|✔|☑|tick|came|present?|attended?|attended (y/n)|"
    "present (y/n)|attended y/n|present y/n|mark|signed in|was there",
    HOURS: "hours|hrs|duration|length|hours attended|duration (hours)|duration hours",
}
_FIELD = {words: name for name, many in WORDS.items() for words in many.split("|")}
_NAMES = re.compile(
    r"^(full |first |last |sur|fore|family |given |christian |staff |participant |learner |attendee |"
    r"member |worker |employee |delegate |trainee )?names?( of .*)?$|^signature|^signed$|^e-?mail"
    r"|^(mobile|phone|telephone)\b|^(dob|date of birth|nhs (no|number)\.?|address|postcode)$|^name "
)


@dataclass
class Columns:
    """Where a sheet's header row stands and what its columns are (numbers from 1)."""

    header_row: int
    at: dict[str, int]
    names: list[list[str]] = field(default_factory=list)
    unused: list[list[str]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def has_person(self) -> bool:
        return CODE in self.at or ROLE in self.at


def normal(value: Any) -> str:
    """A heading or word as it is compared: lower case, single spaces, no colon at the end."""
    if not isinstance(value, str):
        return ""
    return re.sub(r"[\s_]+", " ", value).strip().rstrip(":*").strip().casefold()


def find_columns(sheet: Sheet) -> Columns | None:
    """The columns of the first row, among the first 20, that has a person and a mark."""
    for number, cells in sheet.rows[:20]:
        columns = Columns(number, {})
        for place, cell in enumerate(cells, start=1):
            words = normal(cell)
            if not words:
                continue
            letter = get_column_letter(place)
            if _NAMES.match(words):
                columns.names.append([letter, str(cell)[:40]])
            elif (name := _FIELD.get(words)) is not None and name not in columns.at:
                columns.at[name] = place
            elif name is not None:
                columns.twice.append(f"{letter} ‘{str(cell)[:40]}’")
            else:
                columns.unused.append([letter, str(cell)[:40]])
        if columns.has_person() and PRESENT in columns.at:
            return columns
    return None


def nearest_header(sheet: Sheet) -> list[str]:
    """What the first row that looks like a header holds, for the sentence that it is not enough."""
    for _, cells in sheet.rows[:20]:
        found = sorted({_FIELD[w] for cell in cells if (w := normal(cell)) in _FIELD})
        if len(found) >= 1 and len([c for c in cells if normal(c)]) >= 2:
            return found
    return []
