"""A sheet as every kind of file is brought to: rows of cells, and what the file says beside them."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openpyxl.utils import get_column_letter

MAX_ROWS = 2000
MAX_COLUMNS = 40
MAX_SHEETS = 20
MAX_CELL = 300
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")  # marks without a width


class UnreadableSheet(Exception):
    """The file cannot be read as a table; the text is the sentence for the page.

    `headings`: (letter, words) of the row that came nearest to a row of headings, so that somebody
    can say which column is which.
    """

    def __init__(self, sentence: str, headings: list[tuple[str, str]] | None = None) -> None:
        self.headings = headings or []
        super().__init__(sentence)


@dataclass
class Sheet:
    """One sheet: its name and its rows as (row number, cells).

    formulas: (row, column) of formulas that were never worked out; hidden: row numbers;
    covered: a cell under a merged range → the cell with the range's value; colours: filled cells.
    """

    name: str
    rows: list[tuple[int, list[Any]]]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    is_text: bool = False
    hidden: set[int] = field(default_factory=set)
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
