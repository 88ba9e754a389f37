"""The budget as a table of a spreadsheet, out and in unchanged: one row a line, columns known by their
headings. What is read here is what somebody typed: the form of a line judges it.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.exports import guarded, unguarded
from accounts.spreadsheets import Sheet, UnreadableSheet

from .dated_lists import TOPIC, called
from .enums import MAX_LINES, LineCategory, LineKind, OtherFunding
from .general_requirements import TOPIC_LABELS
from .models import BudgetLine

# Field of the form of a line → the heading that goes out, and others that come in. Small letters.
HEADINGS = {
    "line": ("Line", "line number", "no", "number"),
    "category": ("Kind of cost", "category", "cost type", "type of cost"),
    "description": ("What you will pay for", "what", "description", "item", "details"),
    "activity": ("Part of", "activity", "which activity"),
    "topic": ("Topic", "about", "what it is about"),
    "needs": ("Needs", "need", "for need", "for needs"),
    "quantity": ("How many", "quantity", "qty", "units", "number of units"),
    "unit_cost": ("Cost of one", "unit cost", "unit price", "price", "cost each", "rate"),
    "kind": ("Cash or in kind", "cash", "kind"),
    "other_funding": ("Who else pays", "other funding", "also paid by"),
    "justification": ("Reason for the cost", "reason", "justification", "why"),
}
COLUMNS = tuple(words[0] for words in HEADINGS.values())
_FIELD_OF = {word.casefold(): name for name, words in HEADINGS.items() for word in words}
_NEEDED = ("description", "quantity", "unit_cost")
_SAYS_CASH = ("", "cash", "yes")
_SAYS_IN_KIND = ("in kind", "in-kind", "given", "no")


def _by_words(labels: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {word.casefold(): code for code, label in labels for word in (code, label)}


_CATEGORIES = _by_words(LineCategory.choices)
_TOPICS = _by_words(TOPIC_LABELS.items())
_FUNDING = _by_words(OtherFunding.choices)
_KINDS = dict.fromkeys(_SAYS_CASH, LineKind.CASH.value) | dict.fromkeys(
    _SAYS_IN_KIND, LineKind.IN_KIND.value
)


class BadSheet(Exception):
    """The text is no table of lines; the sentence says why."""


@dataclass(frozen=True)
class SheetRow:
    """One row: where it stands in the text, the line that it names (None: a new one), and what its cells
    say, as the form of a line takes it."""

    number: int
    line: int | None
    said: dict[str, Any] = field(default_factory=dict)


def written(lines: Iterable[BudgetLine]) -> str:
    """The lines as CSV text with a heading; numbers as they are stored, labels as they are read."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(COLUMNS)
    for line in sorted(lines, key=lambda line: line.number):
        needs = sorted(need.number for need in line.needs.all())
        sheet.writerow(
            [
                line.number,
                line.get_category_display(),
                guarded(line.description),
                guarded(line.activity),
                called(TOPIC, line.topic, TOPIC_LABELS.get(line.topic, line.topic)),
                ", ".join(f"N{number}" for number in needs),
                f"{line.quantity:f}",
                f"{line.unit_cost:f}",
                line.get_kind_display(),
                line.get_other_funding_display() if line.other_funding else "",
                guarded(line.justification),
            ]
        )
    return out.getvalue()


def text_of(sheets: list[Sheet]) -> str:
    """The rows of a file as text with tabs, from the first sheet that has the headings of a budget on.

    Rows below a total, and other columns, come along: the headings say what is read. Raises
    `UnreadableSheet` where no sheet has the headings.
    """
    for sheet in sheets:
        rows = [[_cell(cell) for cell in cells] for _, cells in sheet.rows]
        for at, row in enumerate(rows[:20]):
            if not _missing(row):
                return "\n".join("\t".join(cells).rstrip() for cells in rows[at:] if any(cells))
    raise UnreadableSheet(
        f"No sheet has the columns “{HEADINGS['description'][0]}”, “{HEADINGS['quantity'][0]}” and "
        f"“{HEADINGS['unit_cost'][0]}”. Head the columns so, and upload the file again."
    )


def _cell(value: Any) -> str:
    """A cell as somebody would type it: 2.0 is 2, and no more pence than there are."""
    if isinstance(value, float):
        pence = round(value, 2)
        value = f"{Decimal(repr(pence if abs(pence - value) < 1e-9 else value)).normalize():f}"
    return " ".join(str("" if value is None else value).split())


def _fields(heading: list[str]) -> list[str]:
    """The field of each column; empty for a column that is none of ours, or stands twice."""
    found: list[str] = []
    for words in heading:
        name = _FIELD_OF.get(words.strip(" :*£").casefold(), "")
        found.append("" if name in found else name)
    return found


def _missing(heading: list[str]) -> list[str]:
    fields = _fields(heading)
    return [HEADINGS[name][0] for name in _NEEDED if name not in fields]


def read(text: str) -> list[SheetRow]:
    """Rows in order; empty rows and rows of totals do not count. Tabs, commas or semicolons.

    Raises `BadSheet` where columns are missing, or there are more rows than a budget has lines.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").strip("\n")
    heading = text.split("\n", 1)[0]
    mark = "\t" if "\t" in heading else max(",;", key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error as bad:
        raise BadSheet("This cannot be read as a table") from bad
    if not rows or not any(rows[0]):
        raise BadSheet("The table is empty")
    if missing := _missing(rows[0]):
        raise BadSheet(f"The first row must name the columns. Missing: {', '.join(missing)}")
    fields = _fields(rows[0])
    found = []
    for number, cells in enumerate(rows[1:], start=2):
        said = {name: cell.strip() for name, cell in zip(fields, cells, strict=False) if name}
        if any(said.values()) and not _is_total(cells):
            found.append(_row(number, said))
    if not found:
        raise BadSheet("There is no row below the headings")
    if len(found) > MAX_LINES:
        raise BadSheet(f"A budget has at most {MAX_LINES} lines. This table has {len(found)}")
    return found


def _is_total(cells: list[str]) -> bool:
    first = next((cell for cell in cells if cell.strip()), "")
    return first.strip(" :").casefold() in ("total", "totals", "sum", "grand total", "subtotal")


def _topic_of(words: str) -> str:
    """The code of a topic by its code, its first name, or the name that its list gives it now."""
    if words.casefold() in _TOPICS:
        return _TOPICS[words.casefold()]
    now = _by_words((code, called(TOPIC, code, label)) for code, label in TOPIC_LABELS.items())
    return now.get(words.casefold(), words)


def _row(number: int, said: dict[str, str]) -> SheetRow:
    line = said.pop("line", "").strip("Ll ")
    for name in ("description", "activity", "justification"):
        said[name] = unguarded(said.get(name, ""))
    category, topic = said.get("category", ""), said.get("topic", "")
    kind, funding = said.get("kind", ""), said.get("other_funding", "")
    return SheetRow(
        number,
        int(line) if re.fullmatch(r"[0-9]{1,2}", line) else None,
        said
        | {
            "category": _CATEGORIES.get(category.casefold(), category),
            "topic": _topic_of(topic),
            "kind": _KINDS.get(kind.casefold(), kind),
            "other_funding": _FUNDING.get(funding.casefold(), funding),
            "needs": [str(int(n)) for n in re.findall(r"[0-9]{1,4}", said.get("needs", ""))],
        },
    )
