"""From bytes to rows of cells, with limits before anything is unpacked.

A workbook is a zip file: what it is comes from its content, never from its name. Sheets are read without
building the workbook in memory; the sizes that the archive declares are summed first, because a few
kilobytes can unpack to gigabytes.
"""

import csv
import io
import warnings
import zipfile
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

MAX_BYTES = 2 * 1024 * 1024
MAX_UNZIPPED = 16 * 1024 * 1024
MAX_PARTS = 200
MAX_ROWS = 2000
MAX_COLUMNS = 40
MAX_SHEETS = 20
MAX_CELL = 300
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF", b"II*\x00", b"MM\x00*")


class UnreadableRegister(Exception):
    """The file cannot be read as a register; the text is the sentence for the page."""


@dataclass
class Sheet:
    """One sheet: its name and its rows as (row number, cells). `formulas`: (row, column) without a value."""

    name: str
    rows: list[tuple[int, list[Any]]]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    is_text: bool = False


def address(row: int, column: int) -> str:
    """The name of a cell: row 12, column 3 is C12."""
    return f"{get_column_letter(column)}{row}"


def read_sheets(content: bytes, file_name: str) -> list[Sheet]:
    """The sheets of a workbook, or the one sheet of a text file, in the file's order.

    Raises `UnreadableRegister` with a sentence for everything that is not a register we can read.
    """
    if not content:
        raise UnreadableRegister("The file is empty.")
    if len(content) > MAX_BYTES:
        raise UnreadableRegister(
            "The file is larger than 2 MB. A register is a few pages: split it."
        )
    if zipfile.is_zipfile(io.BytesIO(content)) or content[:4] == b"PK\x03\x04":
        return _workbook(content)
    suffix = file_name.lower().rsplit(".", 1)[-1] if "." in file_name else ""
    if content.startswith(_OLD_EXCEL):
        raise UnreadableRegister(
            "This is an old or a password-protected Excel file. Save it as .xlsx without a password."
        )
    if content.startswith(_PICTURES):
        raise UnreadableRegister(
            "This is a picture or a PDF, not a spreadsheet. Upload an .xlsx or .csv file."
        )
    if suffix in ("xlsx", "xlsm", "xls", "ods", "numbers"):
        raise UnreadableRegister(
            "The file cannot be opened as a spreadsheet. Save it again as .xlsx or .csv."
        )
    return [_text(content)]


def _workbook(content: bytes) -> list[Sheet]:
    _check_archive(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # features of other programs that we do not read
        try:
            values = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            formulas = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            sheets = [
                _sheet(sheet, formulas[sheet.title]) for sheet in values.worksheets[:MAX_SHEETS]
            ]
        except UnreadableRegister:
            raise
        # A damaged workbook raises almost anything from inside the library: the person is told the same.
        except Exception as error:
            raise UnreadableRegister(
                "The workbook is damaged and cannot be read. Save it again as .xlsx."
            ) from error
    if not sheets:
        raise UnreadableRegister("The workbook has no sheet with cells.")
    return sheets


def _check_archive(content: bytes) -> None:
    """Refuse what is not a workbook, and what would unpack to more than a register ever needs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "content.xml" in names and "xl/workbook.xml" not in names:
                raise UnreadableRegister("This is an OpenDocument file. Save it as .xlsx or .csv.")
            if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
                raise UnreadableRegister(
                    "This is a zip file, not a spreadsheet. Upload an .xlsx or .csv file."
                )
            if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNZIPPED:
                raise UnreadableRegister(
                    "The workbook is too large once it is opened. Copy the register into a new file."
                )
            if any(part.flag_bits & 0x1 for part in parts):
                raise UnreadableRegister("The file has a password. Save it without one.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(4096):
                            raise UnreadableRegister(
                                "The workbook holds parts that a spreadsheet program does not write."
                            )
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise UnreadableRegister(
            "The workbook is damaged and cannot be read. Save it again as .xlsx."
        ) from error


def _sheet(values: Any, formulas: Any) -> Sheet:
    # Some programs declare a size that is wrong; without it every row that exists is read.
    values.reset_dimensions()
    formulas.reset_dimensions()
    rows: list[tuple[int, list[Any]]] = []
    missing: set[tuple[int, int]] = set()
    pairs = zip(
        values.iter_rows(max_col=MAX_COLUMNS),
        formulas.iter_rows(max_col=MAX_COLUMNS),
        strict=False,
    )
    for number, (row, written) in enumerate(pairs, start=1):
        cells = [_value(cell) for cell in row]
        for column, cell in enumerate(written, start=1):
            has_formula = getattr(cell, "data_type", "") == "f"
            if has_formula and (column > len(cells) or cells[column - 1] in (None, "")):
                missing.add((number, column))
        if any(cell not in (None, "") for cell in cells) or any(r == number for r, _ in missing):
            rows.append((number, cells))
        if len(rows) > MAX_ROWS + 50:
            raise _too_many()
        if number > 20 * MAX_ROWS:
            break
    return Sheet(values.title, rows, missing)


def _too_many() -> UnreadableRegister:
    return UnreadableRegister(
        f"The sheet has more than {MAX_ROWS:,} rows. Split it into several files."
    )


def _value(cell: Any) -> Any:
    value = cell.value
    return value[:MAX_CELL].strip() if isinstance(value, str) else value


def _text(content: bytes) -> Sheet:
    """A text file: as UTF-8, as UTF-16 where it says so, otherwise as Windows writes it."""
    is_utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise UnreadableRegister("The file is not text that we can read. Save it as .xlsx or .csv.")
    if "\x00" in text:
        raise UnreadableRegister("The file is not text that we can read. Save it as .xlsx or .csv.")
    head = text[:4000]
    if head.lstrip().lower().startswith(("<!doctype", "<html", "{", "%pdf")):
        raise UnreadableRegister("The file is not a register. Upload an .xlsx or .csv file.")
    delimiter = max(",;\t|", key=lambda sign: sum(sign in line for line in head.splitlines()[:20]))
    rows: list[tuple[int, list[Any]]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            kept: list[Any] = [cell[:MAX_CELL].strip() for cell in cells[:MAX_COLUMNS]]
            if any(kept):
                rows.append((number, kept))
            if len(rows) > MAX_ROWS + 50:
                raise _too_many()
    except csv.Error as error:
        raise UnreadableRegister(
            "The file cannot be read as a table. Save it again as .csv or .xlsx."
        ) from error
    return Sheet("", rows, is_text=True)
