"""The package as files: JSON, CSV, and a workbook with the sheets "grants" and "Meta".

Headings are the standard's own, one row for each award; what may be given several times has one entry
here, so it fits into the row. A CSV cannot carry the facts about the file, so they travel in the others.
"""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlsxwriter

from accounts.exports import plain_text

from .standard import GRANT, PACKAGE, Field

FORMATS = ("json", "csv", "xlsx")
CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
META_ORDER = (
    "Version",
    "Title",
    "Description",
    "Issued",
    "Identifier",
    "Publisher:Name",
    "Publisher:Website",
    "Publisher:Identifier",
    "Download URL",
    "Access URL",
    "Modified",
    "License",
)


def _leaves(fields: tuple[Field, ...], before: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for field in fields:
        title = f"{before}{field.title}"
        if field.inside:
            for inner, path in _leaves(field.inside, f"{title}:"):
                yield inner, (field.name, *path)
        else:
            yield title, (field.name,)


COLUMNS = tuple(_leaves(GRANT))
META = dict(_leaves(PACKAGE))


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if isinstance(value, list):
            value = value[0] if value else {}
        value = value.get(name) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def as_json(package: dict[str, Any]) -> bytes:
    """UTF-8, indented, in the order of the standard."""
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()


def as_csv(package: dict[str, Any]) -> bytes:
    """UTF-8 without a mark in front; a cell that a spreadsheet might run is made text."""
    held = io.StringIO(newline="")
    rows = csv.writer(held, lineterminator="\r\n")
    rows.writerow([title for title, _ in COLUMNS])
    for grant in package["grants"]:
        rows.writerow([_cell(_at(grant, path)) for _, path in COLUMNS])
    return held.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    return "" if value is None else value


def as_xlsx(package: dict[str, Any]) -> bytes:
    """Sheet "grants" first, then "Meta" with names in column A. The same package, the same bytes."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(
        held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    made = datetime.fromisoformat(package["modified"]).replace(tzinfo=None)
    book.set_properties({"title": package["title"], "created": made})
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "0.00"})
    sheet = book.add_worksheet("grants")
    sheet.freeze_panes(1, 0)
    for column, (title, path) in enumerate(COLUMNS):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, max(len(title) + 2, 14))
        for row, grant in enumerate(package["grants"], 1):
            value = _at(grant, path)
            if isinstance(value, int | float):
                sheet.write_number(
                    row, column, value, money if path == ("amountAwarded",) else None
                )
            elif value is not None:
                sheet.write_string(row, column, str(value))
    meta = book.add_worksheet("Meta")
    meta.set_column(0, 0, 22)
    meta.set_column(1, 1, 80)
    for row, title in enumerate(META_ORDER):
        meta.write_string(row, 0, title, bold)
        if (value := _at(package, META[title])) is not None:
            meta.write_string(row, 1, str(value))
    book.close()
    return held.getvalue()


def written(package: dict[str, Any], format: str) -> bytes:
    """The package as a file of this format ("json", "csv" or "xlsx"). Raises `KeyError`."""
    return {"json": as_json, "csv": as_csv, "xlsx": as_xlsx}[format](package)
