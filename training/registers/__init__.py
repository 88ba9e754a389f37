"""Reading the registers that trainers keep: `.xlsx`, `.ods` and `.csv`, lists and grids, their own words.

`read_register` turns bytes into a `Preview`: what would go in, what is there already, and each cell
that needs somebody, named by its address. It reads the database and writes nothing.
"""

from accounts.spreadsheets import MAX_BYTES, MAX_ROWS
from accounts.spreadsheets import UnreadableSheet as UnreadableRegister

from .again import judged_again
from .blank import blank_register, people_on
from .columns import FIELD_LABELS, GRID, IGNORE, normal
from .preview import Line, Preview, Problem, read_register

__all__ = [
    "FIELD_LABELS",
    "GRID",
    "IGNORE",
    "MAX_BYTES",
    "MAX_ROWS",
    "Line",
    "Preview",
    "Problem",
    "UnreadableRegister",
    "blank_register",
    "judged_again",
    "normal",
    "people_on",
    "read_register",
]
