"""Sheets of an OpenDocument workbook (.ods), as LibreOffice and others write them.

A cell says its own type, so that nothing has to be guessed from formats. Repeated rows and columns,
which stand for the empty rest of a sheet, are never spread out.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from .sheets import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    MergedCells,
    Sheet,
    Sheets,
    UnreadableSheet,
    clean,
    too_many_rows,
)

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_REPEATED = f"{_TABLE}number-columns-repeated"
_TIME = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")


def read_opendocument(content: bytes) -> Sheets:
    """The visible sheets in the file's order, with the names of the others.

    Raises `UnreadableSheet` with a sentence.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise UnreadableSheet("The file has a password. Save it without one.")
            with archive.open("content.xml") as part:
                reader = _Reader()
                sheets = Sheets(reader.read(part), reader.hidden, reader.beyond)
    except UnreadableSheet:
        raise
    except (ElementTree.ParseError, zipfile.BadZipFile, ValueError, OSError, KeyError) as error:
        raise UnreadableSheet(
            "The workbook is damaged and cannot be read. Save it again as .ods or .xlsx."
        ) from error
    return sheets.or_refused()


class _Reader:
    def __init__(self) -> None:
        self.fills: dict[str, str] = {}
        self.unseen: set[str] = set()
        self.hidden: list[str] = []
        self.beyond: list[str] = []
        self.merged = MergedCells()

    def read(self, part: Any) -> Iterator[Sheet]:
        sheet: Sheet | None = None
        number, made, depth, is_seen, column = 0, 0, 0, True, 0
        table: Any = None
        for event, element in ElementTree.iterparse(part, events=("start", "end")):  # noqa: S314
            tag = element.tag
            if event == "start":
                if tag == f"{_TABLE}table":
                    depth += 1
                    if depth == 1:
                        number, table, column = 0, element, 0
                        sheet = Sheet(str(element.get(f"{_TABLE}name", ""))[:60], [])
                        is_seen = element.get(f"{_TABLE}style-name") not in self.unseen
            elif tag == f"{_STYLE}style":
                self._style(element)
            elif tag == f"{_TABLE}table":
                depth -= 1
                if depth == 0 and sheet is not None:
                    if not is_seen:
                        self.hidden.append(sheet.name)
                    elif made < MAX_SHEETS:
                        made += 1
                        yield sheet
                    else:
                        self.beyond.append(sheet.name)
                    sheet = None
                    element.clear()
            elif tag == f"{_TABLE}table-column" and sheet is not None and depth == 1:
                first, column = column + 1, column + _times(element.get(_REPEATED))
                if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                    sheet.hidden_columns |= set(range(first, min(column, MAX_COLUMNS) + 1))
            elif tag == f"{_TABLE}table-row" and sheet is not None and depth == 1:
                number = self._row(sheet, element, number)
                table.clear()

    def _style(self, element: Any) -> None:
        name = element.get(f"{_STYLE}name", "")
        cell = element.find(f"{_STYLE}table-cell-properties")
        colour = "" if cell is None else cell.get(f"{_FO}background-color", "")
        if colour not in ("", "transparent", "#ffffff"):
            self.fills[name] = colour
        shown = element.find(f"{_STYLE}table-properties")
        if shown is not None and shown.get(f"{_TABLE}display") == "false":
            self.unseen.add(name)

    def _row(self, sheet: Sheet, element: Any, before: int) -> int:
        """Read a row into the sheet; answers the number of the last row that it stands for."""
        times = _times(element.get(f"{_TABLE}number-rows-repeated"))
        first = before + 1
        cells: list[Any] = []
        formulas, colours = [], {}
        for cell in element:
            kind = cell.tag
            if kind not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            repeated = _times(cell.get(_REPEATED))
            column = len(cells) + 1
            if column > MAX_COLUMNS:
                break
            value = None if kind.endswith("covered-table-cell") else _value(cell)
            if f"{_TABLE}formula" in cell.attrib and cell.get(f"{_OFFICE}value-type") is None:
                formulas.append(column)
            if colour := self.fills.get(cell.get(f"{_TABLE}style-name", "")):
                colours[column] = colour
            self._spans(sheet, cell, first, column)
            cells += [value] * min(repeated, MAX_COLUMNS - column + 1)
        if any(cell not in (None, "") for cell in cells) or formulas:
            if len(sheet.rows) + times > MAX_ROWS + 50:
                raise too_many_rows()
            for number in range(first, first + times):
                sheet.rows.append((number, cells))
                sheet.formulas |= {(number, column) for column in formulas}
                sheet.colours |= {(number, column): c for column, c in colours.items()}
                if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                    sheet.hidden.add(number)
        return before + times

    def _spans(self, sheet: Sheet, cell: Any, row: int, column: int) -> None:
        wide = _times(cell.get(f"{_TABLE}number-columns-spanned"))
        tall = _times(cell.get(f"{_TABLE}number-rows-spanned"))
        if (wide, tall) != (1, 1):
            end = (row + min(tall, MAX_ROWS) - 1, column + wide - 1)
            sheet.covered |= self.merged.under((row, column), end)


def _times(words: str | None) -> int:
    return max(int(words), 1) if words and words.isascii() and words.isdigit() else 1


def _value(cell: Any) -> Any:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in ("float", "percentage", "currency"):
        number = float(cell.get(f"{_OFFICE}value", "nan"))
        return int(number) if number.is_integer() else number
    if kind == "date":
        return datetime.datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", ""))
    if kind == "time":
        match = _TIME.match(cell.get(f"{_OFFICE}time-value", ""))
        hours, minutes, seconds = (
            (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
        )
        return datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    # Only the cell's own paragraphs: a comment on a cell is no part of its text.
    lines = ["".join(p.itertext()) for p in cell.findall(f"{_TEXT}p")]
    return clean("\n".join(lines)) or None
