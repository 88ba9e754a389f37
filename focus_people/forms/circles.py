import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from accounts import clock, written
from accounts.enums import Sector
from accounts.fields import GovDateField, PlainTextField
from accounts.opened import Opened
from accounts.spreadsheets import Sheet, UnreadableSheet
from accounts.text_or_file import TextOrFileForm

from .. import enums
from ..fields import CarefulTextField
from ..identifiers import OWN_CODE
from ..models import CircleMember, FocusPerson
from .people import BLANK
from .rows import RowForm

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]*", re.ASCII)
CODE_SAYS = "Use letters, numbers, dots and dashes for a staff code, such as SW3"
MOST_AT_ONCE = 30


def guessed_sector(role: str, person: FocusPerson) -> str:
    """The sector of a role where nobody says otherwise; provider staff are their organisation's."""
    if role in enums.PROVIDER_ROLES:
        own = person.organisation.sector
        return own if own.startswith("ASC") else Sector.ASC_P.value
    return enums.ROLE_SECTOR.get(enums.CircleRole(role), "")


class StaffCodeField(CarefulTextField):
    """A code of the organisation's own for a member of the circle: never a name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-5"}))
        super().__init__(max_length=20, required=False, skips=(OWN_CODE,), **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not _CODE.fullmatch(value):
            raise forms.ValidationError(CODE_SAYS, code="code")


class CircleRowForm(RowForm):
    """One row of fast entry: seven support workers are one row with "7"."""

    SAYS = ("role", "sector", "staff_code")

    role = forms.ChoiceField(
        label="Role",
        choices=BLANK + enums.CircleRole.choices,
        error_messages={"required": "Choose a role"},
    )
    sector = forms.ChoiceField(
        label="Sector",
        choices=[("", "The usual one for the role"), *Sector.choices],
        required=False,
    )
    how_many = forms.CharField(
        label="How many",
        initial="1",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
    )
    staff_code = StaffCodeField(label="Staff code")

    def clean_how_many(self) -> int:
        said = self.cleaned_data["how_many"].strip() or "1"
        if not (said.isascii() and said.isdigit() and 1 <= int(said[:4]) <= MOST_AT_ONCE):
            raise forms.ValidationError(f"Enter a whole number from 1 to {MOST_AT_ONCE}")
        return int(said)

    def members(self, person: FocusPerson) -> list[dict[str, Any]]:
        """The people of this row. Several with one code are numbered: SW1, SW2, SW3 …"""
        data = self.cleaned_data
        code, many = data["staff_code"], data["how_many"]
        sector = data["sector"] or guessed_sector(data["role"], person)
        return [
            {
                "role": data["role"],
                "sector": sector,
                "staff_code": f"{code}{n}" if code and many > 1 else code,
            }
            for n in range(1, many + 1)
        ]


class JoinedForm(forms.Form):
    joined_on = GovDateField(
        label="When did they join?",
        help_text="The same day for everybody here; you can change it for each of them later.",
        max_date=clock.today,
        error_messages={
            "required": "Enter the day on which they joined",
            "max": "The day on which they joined must not lie ahead",
        },
    )


def repeated_codes(person: FocusPerson, members: list[dict[str, Any]]) -> list[str]:
    """Staff codes that the circle, or the new rows among themselves, use more than once."""
    new = Counter(m["staff_code"] for m in members if m["staff_code"])
    held = set(person.circle.exclude(staff_code="").values_list("staff_code", flat=True))
    return sorted(code for code, n in new.items() if n > 1 or code in held)


class PasteForm(TextOrFileForm, JoinedForm):
    """A list in a text or in a file, of which no column is read that is not asked for."""

    text_field = "people"
    missing = "Paste or write at least one line, or choose a file"
    file_label = "Or a spreadsheet (.xlsx, .ods or .csv)"
    file_hint = (
        "With a column for the role, and if you have them for the sector and the staff code. "
        "Other columns, such as names, are not read."
    )
    field_order = ("people", "file", "joined_on")

    people = PlainTextField(
        label="The list",
        help_text="One person on each line: role; sector; staff code. The sector may be left out.",
        rows=10,
        skips=(OWN_CODE,),
        required=False,
    )

    def text_of(self, sheets: list[Sheet]) -> str:
        return lines_of(sheets)


# What heads a column, in small letters and without a sign at its end.
_HEADINGS = {
    "role": ("role", "job", "job title", "job role", "post", "relationship", "who"),
    "sector": ("sector", "sector code", "works for", "employer type"),
    "code": ("staff code", "code", "staff id", "staff number", "own code", "reference", "ref"),
}


def lines_of(sheets: list[Sheet]) -> str:
    """The people of a file as lines of a list: role; sector; staff code. Columns are known by their
    heading; other columns are left where they are. Without headings the first three columns are read, and
    only where the first one names roles.

    Raises `UnreadableSheet` where no column holds roles.
    """
    for sheet in sheets:
        rows = [[_cell(cell) for cell in cells] for _, cells in sheet.rows]
        rows = [row for row in rows if any(row)]
        for at, row in enumerate(rows[:10]):
            heads = {cell.casefold().rstrip(" :*"): n for n, cell in reversed([*enumerate(row)])}
            found = {
                name: next((heads[w] for w in words if w in heads), None)
                for name, words in _HEADINGS.items()
            }
            if found["role"] is not None:
                return _lines(rows[at + 1 :], [found["role"], found["sector"], found["code"]])
        if any(_squeezed(row[0]) in _ROLES for row in rows if row):
            return _lines(rows, [0, 1, 2])
    raise UnreadableSheet("No column is headed “Role”. Head it so, and upload the file again.")


def _cell(value: Any) -> str:
    return " ".join(str("" if value is None else value).replace(";", ",").split())


def _lines(rows: list[list[str]], columns: list[int | None]) -> str:
    lines = [
        "; ".join(row[n] if n is not None and n < len(row) else "" for n in columns).rstrip("; ")
        for row in rows
    ]
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class PastedLine:
    """One line of a pasted list: where it stands, what it says, and what is wrong with it."""

    number: int
    text: str
    role: str = ""
    sector: str = ""
    staff_code: str = ""
    problem: str = ""

    @property
    def role_label(self) -> str:
        return enums.CircleRole(self.role).label if self.role else ""

    @property
    def sector_label(self) -> str:
        return Sector(self.sector).label if self.sector else ""

    @property
    def member(self) -> dict[str, Any]:
        return {"role": self.role, "sector": self.sector, "staff_code": self.staff_code}


def _squeezed(words: str) -> str:
    """Letters and digits alone, so that "key worker" is a keyworker and brackets do for a comma."""
    return re.sub(r"[\W_]+", "", words.casefold())


_ROLES = (
    {_squeezed(r.label): r.value for r in enums.CircleRole}
    | {_squeezed(r.value): r.value for r in enums.CircleRole}
    | {_squeezed(word): role.value for word, role in enums.ROLE_WORDS.items()}
)
_SECTORS = {_squeezed(s.label): s.value for s in Sector} | {
    _squeezed(s.value): s.value for s in Sector
}
_MOST_ALIKE = 20
_HOW_MANY = re.compile(
    r"(?P<before>\d{1,2})\s*[x×]?\s+(?P<role>.+)|(?P<role_>.+?)\s*[x×]\s*(?P<after>\d{1,2})",
    re.IGNORECASE | re.ASCII,
)


def _parts(line: str) -> list[str]:
    """Role, sector, staff code of a line. Where nothing else parts them, the first comma does."""
    parts = [part.strip() for part in re.split(r"[;\t]", line)]
    if len(parts) == 1 and _squeezed(parts[0]) not in _ROLES and "," in parts[0]:
        return [part.strip() for part in parts[0].split(",", 1)]
    return parts


def _how_many(role: str) -> tuple[int, str]:
    """ "2 x night staff" is two people; anything else is one."""
    found = _HOW_MANY.fullmatch(role)
    many = int(found["before"] or found["after"]) if found else 1
    if not found or not 1 <= many <= _MOST_ALIKE:
        return 1, role
    return many, found["role"] or found["role_"]


def read_lines(text: str, person: FocusPerson) -> list[PastedLine]:
    """Read a pasted list; every line says itself what is wrong with it. Empty lines do not count."""
    held = set(person.circle.exclude(staff_code="").values_list("staff_code", flat=True))
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        parts = _parts(line)
        role_said, sector_said, code = [*parts, "", "", ""][:3]
        many, role_said = _how_many(role_said)
        role = _ROLES.get(_squeezed(role_said), "")
        sector = _SECTORS.get(_squeezed(sector_said), "")
        problem = ""
        if len(parts) > 3:
            problem = "has more than a role, a sector and a staff code"
        elif not role:
            problem = f"“{role_said}” is not a role that we know: choose one of the roles below"
        elif sector_said and not sector:
            problem = f"“{sector_said}” is not a sector that we know: leave it out, or choose one of those below"
        elif code and (len(code) > 20 or not _CODE.fullmatch(code)):
            problem = f"“{code}” is not a staff code. {CODE_SAYS}"
        elif code and many > 1:
            problem = (
                f"{many} people cannot have one staff code: leave it out, or write a line for each"
            )
        elif code and code in held:
            problem = f"the staff code {code} is used already"
        else:
            sector = sector or guessed_sector(role, person)
        if code:
            held.add(code)
        read = PastedLine(number, line.strip(), role, sector, code, problem)
        found += [read] * (1 if problem else many)
    return found


class MemberForm(Opened, forms.Form):
    role = forms.ChoiceField(
        label="Role",
        choices=enums.CircleRole.choices,
        error_messages={"required": "Choose a role"},
    )
    sector = forms.ChoiceField(
        label="Sector", choices=Sector.choices, error_messages={"required": "Choose a sector"}
    )
    staff_code = StaffCodeField(
        label="Staff code (optional)",
        help_text="A code of your own, such as SW3. No names and no initials.",
    )
    joined_on = GovDateField(
        label="When did they join?",
        error_messages={"required": "Enter the day on which they joined"},
    )
    is_paid = forms.BooleanField(label="They are paid for this", required=False)
    can_attend = forms.BooleanField(
        label="They may come to training",
        help_text="Untick it for somebody who never could: a GP, say. It changes how the circle’s "
        "coverage is counted.",
        required=False,
    )

    def __init__(self, *args: Any, member: CircleMember, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)

    def clean_staff_code(self) -> str:
        code = self.cleaned_data["staff_code"]
        others = CircleMember.objects.filter(person_id=self.member.person_id)
        if code and others.exclude(pk=self.member.pk).filter(staff_code=code).exists():
            raise forms.ValidationError(f"The staff code {code} is used in this circle already")
        return code

    def clean_joined_on(self) -> date:
        joined: date = self.cleaned_data["joined_on"]
        if self.member.left_on and joined > self.member.left_on:
            raise forms.ValidationError("They cannot join after the day they left")
        return joined


class LeaveForm(forms.Form):
    left_on = GovDateField(
        label="What was the first day on which they no longer belonged to the circle?",
        help_text="The day after their last one. For example, 8 9 2025",
        error_messages={"required": "Enter their first day out of the circle"},
    )
    left_reason = forms.ChoiceField(
        label="Why did they leave?",
        choices=enums.LeftReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why they left"},
    )

    def __init__(self, *args: Any, member: CircleMember, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)

    def clean_left_on(self) -> date:
        left: date = self.cleaned_data["left_on"]
        if left < self.member.joined_on:
            joined = self.member.joined_on
            raise forms.ValidationError(
                f"They joined on {written.day(joined)}. The day must not lie before it"
            )
        return left


class ReplaceForm(forms.Form):
    staff_code = StaffCodeField(
        label="Staff code of the new person (optional)",
        help_text="A code of your own, such as SW8. No names and no initials.",
    )
    joined_on = GovDateField(
        label="When did they join?",
        max_date=clock.today,
        error_messages={
            "required": "Enter the day on which they joined",
            "max": "The day on which they joined must not lie ahead",
        },
    )

    def __init__(self, *args: Any, member: CircleMember, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)

    def clean_staff_code(self) -> str:
        code = self.cleaned_data["staff_code"]
        if code and self.member.person.circle.filter(staff_code=code).exists():
            raise forms.ValidationError(f"The staff code {code} is used in this circle already")
        return code
