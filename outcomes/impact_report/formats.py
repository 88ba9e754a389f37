"""A document as a file: HTML, PDF, workbook or CSV. The same document gives the same bytes.

HTML comes first: one page with its pictures inside, which needs nothing else. The PDF is set by typst to
PDF/UA-1 (tags, language, title, alternatives of pictures, heads of tables). The workbook has a sheet of
contents, one table a sheet, and the definitions; no cell of it is a formula.
"""

import base64
import csv
import hashlib
import io
import json
import re
import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.cache import cache
from django.template.loader import render_to_string

from accounts.exports import plain_text
from accounts.pdf import typeset

from .. import drawings
from .document import drawable

FORMATS = ("html", "pdf", "xlsx", "csv")
CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_HERE = Path(__file__).parent
SVG_FONTS = "Helvetica Neue, Helvetica, Arial, sans-serif"
PDF_FONT = "DejaVu Sans"


def _moment(document: dict[str, Any]) -> datetime:
    """The moment that files are stamped with: noon of the cut-off, so that it never moves."""
    return datetime.combine(date.fromisoformat(document["cut_off"]), time(12), tzinfo=UTC)


def svg_of(block: dict[str, Any], *, is_narrow: bool = False) -> str:
    """The picture of a block as SVG; narrow for a phone."""
    return drawings.drawn(drawable(block), is_narrow=is_narrow)


LONG = 18  # signs: a column with a longer cell holds words, not numbers


def _columns(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of a table, and whether numbers stand in them."""
    cells = list(zip(*block["rows"], strict=True)) or [()] * len(block["columns"])
    return [
        {"label": label, "numeric": i > 0 and all(len(c["text"]) <= LONG for c in column)}
        for i, (label, column) in enumerate(zip(block["columns"], cells, strict=True))
    ]


def with_pictures(document: dict[str, Any]) -> dict[str, Any]:
    """The document for a page: each picture as an address that holds it whole (`data:`), wide and narrow."""

    def held(block: dict[str, Any], *, is_narrow: bool = False) -> str:
        drawn = svg_of(block, is_narrow=is_narrow).encode()
        return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"

    def of(block: dict[str, Any]) -> dict[str, Any]:
        if block["kind"] != "picture":
            return block | {"columns": _columns(block)}
        columns = [
            {"label": label, "numeric": i > 0}
            for i, label in enumerate(block["picture"]["columns"])
        ]
        shown = {"src": held(block), "phone_src": held(block, is_narrow=True)}
        return block | shown | {"columns": columns}

    sections = [s | {"blocks": [of(b) for b in s["blocks"]]} for s in document["sections"]]
    return document | {"sections": sections}


def as_html(document: dict[str, Any]) -> bytes:
    """One file with its pictures and its style inside."""
    style = base64.b64encode((_HERE / "report.css").read_bytes()).decode()
    context = {"document": with_pictures(document), "style": f"data:text/css;base64,{style}"}
    return render_to_string("outcomes/impact_report/file.html", context).encode()


def as_pdf(document: dict[str, Any]) -> bytes:
    """Tagged PDF, built to PDF/UA-1. Raises `RuntimeError` with typst's words where it cannot be set."""
    files: dict[str, bytes] = {}
    sections = []
    for section in document["sections"]:
        blocks = []
        for block in section["blocks"]:
            if block["kind"] == "picture":
                name = f"{block['id']}.svg"
                files[name] = svg_of(block).replace(SVG_FONTS, PDF_FONT).encode()
                block = {
                    "kind": "picture",
                    "file": name,
                    "title": block["title"],
                    "subtitle": block["picture"]["subtitle"],
                    "alt": block["picture"]["alt"],
                    "note": block["picture"]["note"],
                }
            blocks.append(block)
        sections.append(section | {"blocks": blocks})
    source = (_HERE / "report.typ").read_bytes()
    return typeset(source, document | {"sections": sections}, moment=_moment(document), files=files)


# --- rows ---------------------------------------------------------------------------------------


def tables_of(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(section, table) for every table, in the order of the document."""
    for section in document["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "table":
                yield section, block


def about(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a reader of numbers alone must know beside them: who may read them, how sure they are, and how
    they are printed."""
    lines = {
        "What it covers": document["scope"],
        "Who may read it": document["audience_says"],
        "How complete it is": document["provisional"],
        "How counts are printed": document["rule"],
        "How far the figures go": document["footnote"],
    }
    return ((label, text) for label, text in lines.items() if text)


ABOUT = "About these figures"


def as_csv(document: dict[str, Any]) -> bytes:
    """One line for each number: section, table, row, column, what is printed, and the number. What must be
    known beside them stands above, in lines of the same shape. Begins with the mark of UTF-8, without which
    spreadsheet programs take £ for two signs."""
    held = io.StringIO("\ufeff", newline="")
    held.seek(0, io.SEEK_END)
    rows = csv.writer(held, lineterminator="\r\n")
    rows.writerow(["Report", "Cut-off", "Section", "Table", "Row", "Column", "Printed", "Number"])
    title, cut_off = plain_text(document["title"]), document["cut_off"]
    for label, text in about(document):
        rows.writerow([title, cut_off, ABOUT, ABOUT, label, "Words", plain_text(text), ""])
    for section, table in tables_of(document):
        for row in table["rows"]:
            for column, cell in zip(table["columns"][1:], row[1:], strict=True):
                rows.writerow(
                    [
                        title,
                        cut_off,
                        section["title"],
                        plain_text(table["title"]),
                        plain_text(row[0]["text"]),
                        column,
                        plain_text(cell["text"]),
                        cell.get("number", ""),
                    ]
                )
    return held.getvalue().encode()


SHEET_NAME = 31  # characters that a workbook allows
# Tables whose titles are sentences: by the id of the table.
SHORT_NAMES = {
    "admissions": "Hospital admissions",
    "admissions-split": "Admissions, for whom",
    "changes": "Better, same and worse",
    "paired": "Change from the baseline",
    "staffing": "Staffing ratio",
    "bands": "Staff to person",
    "topics": "Training by topic",
    "regions": "Grants by region",
}


def sheet_names(document: dict[str, Any]) -> list[str]:
    """A name for the sheet of each table: the short one of our own tables, else its title, its section's
    where that is too long, or as many whole words of it as fit; never the same twice."""
    taken = {"contents", "definitions", "history"}
    names = []
    for section, table in tables_of(document):
        title, other = (_allowed(text) for text in (table["title"], section["title"]))
        cut = textwrap.shorten(title, SHEET_NAME, placeholder="") or title[:SHEET_NAME] or "Table"
        short = SHORT_NAMES.get(table.get("id", ""), "")
        fitting = [name for name in (short, title, other) if 0 < len(name) <= SHEET_NAME]
        numbered = (f"{cut[: SHEET_NAME - 3].rstrip()} {n}" for n in range(2, 100))
        name = next(n for n in (*fitting, cut, *numbered) if n.lower() not in taken)
        taken.add(name.lower())
        names.append(name)
    return names


def _allowed(text: str) -> str:
    return " ".join(re.sub(r"[\[\]:*?/\\']", " ", text).split())


NUMBER_FORMATS = {"count": "#,##0.##", "money": "£#,##0.00", "percent": '0.0"%"'}
WHOLE = "#,##0"


def as_xlsx(document: dict[str, Any]) -> bytes:
    """Contents, one table a sheet, definitions; numbers as numbers, words as words."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(
        held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {"title": document["title"], "created": _moment(document).replace(tzinfo=None)}
    )
    bold = book.add_format({"bold": True})
    title_format = book.add_format({"bold": True, "font_size": 14})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": f}) for kind, f in NUMBER_FORMATS.items()}
    whole = book.add_format({"num_format": WHOLE})

    contents = book.add_worksheet("Contents")
    contents.set_column(0, 0, 34)
    contents.set_column(1, 1, 100)
    contents.write_string(0, 0, document["title"], title_format)
    contents.write_string(1, 0, "Cut-off", bold)
    contents.write_string(1, 1, document["cut_off_says"], wrap)
    row = 2
    for label, says in about(document):
        contents.write_string(row, 0, label, bold)
        contents.write_string(row, 1, says, wrap)
        row += 1
    row += 1
    contents.write_string(row, 0, "Sheet", bold)
    contents.write_string(row, 1, "Table", bold)
    for name, (section, table) in zip(sheet_names(document), tables_of(document), strict=True):
        row += 1
        contents.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        contents.write_string(row, 1, f"{section['title']}: {table['title']}")
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, table["title"], title_format)
        sheet.write_string(1, 0, section["title"])
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(table["columns"]), 18)
        for column, label in enumerate(table["columns"]):
            sheet.write_string(3, column, label, bold)
        sheet.freeze_panes(4, 1)
        for line, cells in enumerate(table["rows"], 4):
            for column, cell in enumerate(cells):
                if "number" in cell:
                    n = cell["number"]
                    is_whole = cell["kind"] == "count" and float(n).is_integer()
                    sheet.write_number(
                        line, column, n, whole if is_whole else formats[cell["kind"]]
                    )
                else:
                    sheet.write_string(line, column, cell["text"])
        if table["note"]:
            sheet.write_string(5 + len(table["rows"]), 0, table["note"])
    row += 1
    contents.write_url(row, 0, "internal:'Definitions'!A1", string="Definitions")
    has_source = any(found["source"] for found in document["definitions"])
    says = "What each figure counts" + (", and where its rule stands" if has_source else "")
    contents.write_string(row, 1, says)
    definitions = book.add_worksheet("Definitions")
    heads = (("Figure", 40), ("Definition", 90), ("Rule", 50))[: 3 if has_source else 2]
    for column, (label, width) in enumerate(heads):
        definitions.write_string(0, column, label, bold)
        definitions.set_column(column, column, width)
    for line, found in enumerate(document["definitions"], 1):
        for column, key in enumerate(("title", "definition", "source")[: len(heads)]):
            definitions.write_string(line, column, found[key], wrap)
    definitions.freeze_panes(1, 0)
    book.close()
    return held.getvalue()


_WRITERS = {"html": as_html, "pdf": as_pdf, "xlsx": as_xlsx, "csv": as_csv}


def written(document: dict[str, Any], format: str) -> bytes:
    """The document as a file of this format. Raises `KeyError`; `RuntimeError` where a PDF cannot be."""
    return _WRITERS[format](document)


KEEP_SECONDS = 60 * 60


def kept(document: dict[str, Any], format: str) -> bytes:
    """The document as a file, written once for the same content and kept for an hour."""
    print_of = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:32]
    key = f"impact-report:{format}:{print_of}"
    held: bytes | None = cache.get(key)
    if held is None:
        held = written(document, format)
        cache.set(key, held, KEEP_SECONDS)
    return held
