"""Tables that people send (.xlsx, .ods, .csv): told by their content, limited before anything is unpacked,
brought to rows of cells. Registers of training and lists of a circle come through this door.
"""

from .reading import MAX_BYTES, read_sheets
from .sheets import MAX_ROWS, Sheet, Sheets, UnreadableSheet, address, too_many_rows

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "Sheet",
    "Sheets",
    "UnreadableSheet",
    "address",
    "read_sheets",
    "too_many_rows",
]
