"""From bytes to rows of cells, with limits before anything is unpacked.

A workbook is a zip file: what it is comes from its content, never from its name. Sheets are read without
building the workbook in memory; the sizes that the archive declares are summed first, because a few
kilobytes can unpack to gigabytes. What a sheet says beside its values (hidden rows, merged cells,
formulas that were never worked out) is read from its own part, so that rows which hold nothing but a
format are never built.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple, range_boundaries

from .opendocument import read_opendocument
from .sheets import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    MergedCells,
    Sheet,
    Sheets,
    UnreadableSheet,
    address,
    clean,
    too_many_rows,
)

__all__ = ["MAX_BYTES", "MAX_ROWS", "Sheet", "UnreadableSheet", "address", "read_sheets"]

MAX_BYTES = 2 * 1024 * 1024
MAX_UNZIPPED = 16 * 1024 * 1024
MAX_PARTS = 200
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"RIFF", b"II*\x00", b"MM\x00*")


def read_sheets(content: bytes, file_name: str) -> Sheets:
    """The sheets of a workbook, or the one sheet of a text file, in the file's order.

    Raises `UnreadableSheet` with a sentence for everything that we cannot read as a table.
    """
    if not content:
        raise UnreadableSheet("The file is empty.")
    if len(content) > MAX_BYTES:
        raise UnreadableSheet("The file is larger than 2 MB. Split it into several files.")
    if zipfile.is_zipfile(io.BytesIO(content)) or content[:4] == b"PK\x03\x04":
        return _workbook(content)
    suffix = file_name.lower().rsplit(".", 1)[-1] if "." in file_name else ""
    if content.startswith(_OLD_EXCEL):
        raise UnreadableSheet(
            "This is an old or a password-protected Excel file. Save it as .xlsx without a password."
        )
    if content.startswith(_PICTURES):
        raise UnreadableSheet(
            "This is a picture or a PDF, not a spreadsheet. Upload an .xlsx, .ods or .csv file."
        )
    if suffix in ("xlsx", "xlsm", "xls", "ods", "numbers"):
        raise UnreadableSheet(
            "The file cannot be opened as a spreadsheet. Save it again as .xlsx, .ods or .csv."
        )
    return Sheets([_text(content)])


def _workbook(content: bytes) -> Sheets:
    if _check_archive(content) == "content.xml":
        return read_opendocument(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # features of other programs that we do not read
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            visible = [page for page in book.worksheets if page.sheet_state == "visible"]
            styles: dict[int, str] = {}
            merged = MergedCells()
            sheets = Sheets(
                [_sheet(page, styles, merged) for page in visible[:MAX_SHEETS]],
                [p.title[:60] for p in book.worksheets if p.sheet_state != "visible"],
                [page.title[:60] for page in visible[MAX_SHEETS:]],
            )
        except UnreadableSheet:
            raise
        # A damaged workbook raises almost anything from inside the library: the person is told the same.
        except Exception as error:
            raise UnreadableSheet(
                "The workbook is damaged and cannot be read. Save it again as .xlsx."
            ) from error
    return sheets.or_refused()


def _check_archive(content: bytes) -> str:
    """Refuse what is not a workbook, and what would unpack to more than a table ever needs.

    Answers the part that holds the cells: `xl/workbook.xml`, or `content.xml` of an OpenDocument file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            is_open = "content.xml" in names and "xl/workbook.xml" not in names
            if (
                not is_open
                and "xl/workbook.xml" not in names
                and "[Content_Types].xml" not in names
            ):
                raise UnreadableSheet(
                    "This is a zip file, not a spreadsheet. Upload an .xlsx, .ods or .csv file."
                )
            if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNZIPPED:
                raise UnreadableSheet(
                    "The workbook is too large once it is opened. Copy the rows into a new file."
                )
            if any(part.flag_bits & 0x1 for part in parts):
                raise UnreadableSheet("The file has a password. Save it without one.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        # However deep it stands, and in UTF-16 too.
                        if b"<!DOCTYPE" in opened.read().replace(b"\0", b""):
                            raise UnreadableSheet(
                                "The workbook holds parts that a spreadsheet program does not write."
                            )
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise UnreadableSheet(
            "The workbook is damaged and cannot be read. Save it again as .xlsx."
        ) from error
    return "content.xml" if is_open else "xl/workbook.xml"


class _Facts:
    """What the part of one sheet says beside its values, read as a stream of tags."""

    def __init__(self) -> None:
        self.filled: set[int] = set()
        self.hidden: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.formulas: set[tuple[int, int]] = set()
        self.merged: list[str] = []
        self._row = self._column = 0
        self._type = ""
        self._has_formula = self._has_value = self._in_value = False

    def read(self, part: Any) -> "_Facts":
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.ParseFile(part)
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.hidden.add(self._row)
        elif tag == "col":
            if attributes.get("hidden") in ("1", "true"):
                first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
                self.hidden_columns |= set(range(first, min(last, MAX_COLUMNS) + 1))
        elif tag == "c":
            self._type = attributes.get("t", "")
            reference = attributes.get("r")
            self._column = coordinate_to_tuple(reference)[1] if reference else self._column + 1
            self._has_formula = self._has_value = False
        elif tag == "f":
            self._has_formula = True
        elif tag in ("v", "t"):
            self._in_value = True
        elif tag == "mergeCell" and len(self.merged) < MAX_ROWS:
            self.merged.append(attributes.get("ref", ""))

    def _text(self, text: str) -> None:
        if self._in_value and text.strip():
            self._has_value = True

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag in ("v", "t"):
            self._in_value = False
        elif tag == "c":
            # A formula that answers an empty text has type "str": that is an answer.
            if self._has_formula and not self._has_value and self._type != "str":
                self.formulas.add((self._row, self._column))
            if self._has_value or self._has_formula:
                self.filled.add(self._row)
                if len(self.filled) > MAX_ROWS + 50:
                    raise too_many_rows()


def _covered(
    ranges: list[str], last: int, merged: MergedCells
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Each cell under a merged range, down to the last row that holds something, with the cell of its value."""
    for words in ranges:
        left, top, right, bottom = range_boundaries(words)
        if None not in (left, top, right, bottom):
            yield from merged.under((top, left), (min(bottom, last, top + MAX_ROWS), right))


def _sheet(page: Any, styles: dict[int, str], merged: MergedCells) -> Sheet:
    with page._get_source() as part:
        facts = _Facts().read(part)
    sheet = Sheet(
        page.title, [], facts.formulas, hidden=facts.hidden, hidden_columns=facts.hidden_columns
    )
    # Some programs declare a size that is wrong; without it every row that exists is read.
    page.reset_dimensions()
    last = max(facts.filled, default=0)
    sheet.covered = dict(_covered(facts.merged, last, merged))
    if not last:
        return sheet
    rows = page.iter_rows(max_row=last, max_col=MAX_COLUMNS)
    for number, row in enumerate(rows, start=1):
        if number not in facts.filled:
            continue
        sheet.rows.append((number, [clean(cell.value) for cell in row]))
        for column, cell in enumerate(row, start=1):
            style = getattr(cell, "_style_id", 0)
            if style and (colour := _colour(cell, style, styles)):
                sheet.colours[number, column] = colour
    return sheet


def _colour(cell: Any, style: int, known: dict[int, str]) -> str:
    """The colour that fills a cell, as a word to compare; empty for none and for white."""
    if style not in known:
        fill = cell.fill
        colour = fill.fgColor
        words = f"{colour.type}:{colour.value}:{colour.tint}"
        white = colour.type == "rgb" and str(colour.value)[-6:].upper() == "FFFFFF"
        white = white or words in ("theme:0:0.0", "indexed:9:0.0", "indexed:64:0.0")
        known[style] = words if fill.fill_type == "solid" and not white else ""
    return known[style]


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
        raise UnreadableSheet("The file is not text that we can read. Save it as .xlsx or .csv.")
    if "\x00" in text:
        raise UnreadableSheet("The file is not text that we can read. Save it as .xlsx or .csv.")
    head = text[:4000]
    if head.lstrip().lower().startswith(("<!doctype", "<html", "{", "%pdf")):
        raise UnreadableSheet("The file is not a table. Upload an .xlsx, .ods or .csv file.")
    said = head.split("\n", 1)[0].strip().casefold()
    if said.startswith("sep=") and len(said) == 5:
        delimiter = said[-1]
    else:
        lines = head.splitlines()[:20]
        delimiter = max(",;\t|", key=lambda sign: sum(sign in line for line in lines))
    rows: list[tuple[int, list[Any]]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            kept: list[Any] = [clean(cell) for cell in cells[:MAX_COLUMNS]]
            if any(kept):
                rows.append((number, kept))
            if len(rows) > MAX_ROWS + 50:
                raise too_many_rows()
    except csv.Error as error:
        raise UnreadableSheet(
            "The file cannot be read as a table. Save it again as .csv or .xlsx."
        ) from error
    return Sheet("", rows, is_text=True)
