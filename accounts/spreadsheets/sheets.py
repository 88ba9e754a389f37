"""A sheet as every kind of file is brought to: rows of cells, and what the file says beside them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openpyxl.utils import get_column_letter

MAX_ROWS = 2000
MAX_COLUMNS = 40
MAX_SHEETS = 20
MAX_CELL = 300
MAX_COVERED = (
    100_000  # cells under merged ranges, in a whole workbook: more than one sheet can hold
)
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")  # marks without a width


class UnreadableSheet(Exception):
    """The file cannot be read as a table; the text is the sentence for the page.

    `headings`: (letter, words, what it was taken for) of the row that came nearest to a row of
    headings, so that somebody can say which column is which.
    """

    def __init__(self, sentence: str, headings: list[tuple[str, str, str]] | None = None) -> None:
        self.headings = headings or []
        super().__init__(sentence)


@dataclass
class Sheet:
    """One sheet: its name and its rows as (row number, cells).

    formulas: (row, column) of formulas that were never worked out; hidden: row numbers;
    hidden_columns: their numbers from 1; colours: filled cells;
    covered: a cell under a merged range → the cell with the range's value.
    """

    name: str
    rows: list[tuple[int, list[Any]]]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    is_text: bool = False
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    covered: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    colours: dict[tuple[int, int], str] = field(default_factory=dict)

    @cached_property
    def _by_number(self) -> dict[int, list[Any]]:
        return dict(self.rows)

    def value(self, row: int, column: int) -> Any:
        """The value of a cell; of a merged range, wherever in it one looks. None where it is empty."""
        at = self.covered.get((row, column), (row, column))
        cells = self._by_number.get(at[0], [])
        found = cells[at[1] - 1] if at[1] <= len(cells) else None
        return None if found == "" else found


class Sheets(list[Sheet]):
    """The sheets that were read, in the file's order. `unseen`: names of those that the file hides;
    `beyond`: names of those after the first `MAX_SHEETS`."""

    def __init__(
        self, sheets: Iterable[Sheet] = (), unseen: Iterable[str] = (), beyond: Iterable[str] = ()
    ) -> None:
        super().__init__(sheets)
        self.unseen, self.beyond = list(unseen), list(beyond)

    @property
    def not_read(self) -> list[str]:
        """Sentences about the sheets that are left out, whatever is chosen from those that were read."""
        said = []
        if self.unseen:
            names = ", ".join(f"‘{name}’" for name in self.unseen)
            they = "it is" if len(self.unseen) == 1 else "they are"
            said.append(f"Not read, because {they} hidden in the file: {names}.")
        if self.beyond:
            said.append(f"Not read: the sheets after the first {len(self)}.")
        return said

    def or_refused(self) -> "Sheets":
        """These sheets. Raises `UnreadableSheet` where there is none to read."""
        if self:
            return self
        if self.unseen:
            raise UnreadableSheet(
                "Every sheet of the workbook is hidden. Show the sheet to read, and save it again."
            )
        raise UnreadableSheet("The workbook has no sheet with cells.")


class MergedCells:
    """The cells under the merged ranges of one workbook, counted: ranges that lie over each other, which no
    spreadsheet program writes, would otherwise take minutes."""

    def __init__(self) -> None:
        self.left = MAX_COVERED

    def under(
        self, first: tuple[int, int], last: tuple[int, int]
    ) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Each cell of a range but its first, with the first, which holds the value. Raises `UnreadableSheet`."""
        (top, start), (bottom, end) = first, (last[0], min(last[1], MAX_COLUMNS))
        self.left -= max(bottom - top + 1, 0) * max(end - start + 1, 0)
        if self.left < 0:
            raise UnreadableSheet(
                "The file has too many merged cells. Unmerge them and save it again."
            )
        for row in range(top, bottom + 1):
            for column in range(start, end + 1):
                if (row, column) != first:
                    yield (row, column), first


def address(row: int, column: int) -> str:
    """The name of a cell: row 12, column 3 is C12."""
    return f"{get_column_letter(column)}{row}"


def clean(value: Any) -> Any:
    """A cell's value; a text without what nobody sees in it, and not longer than a table needs."""
    return _UNSEEN.sub("", value[:MAX_CELL]).strip() if isinstance(value, str) else value


def too_many_rows() -> UnreadableSheet:
    """The refusal of a sheet that is longer than a table of people ever is."""
    return UnreadableSheet(
        f"The sheet has more than {MAX_ROWS:,} rows. Split it into several files."
    )
