"""A corpus of registers as people make them, each with what must come of it.

A layout is written once and saved as three programs save it: as Excel does (xlsxwriter), as a program
that keeps texts in the cells does (openpyxl), and as LibreOffice does (.ods). What only one kind of file
can hold stands beside. `expected` are (activity, day, staff code, present); `problems` are addresses
with the beginning of what is said; `refused` is the beginning of the refusal of a whole file.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlsxwriter
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

Cells = Sequence[Any]
ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class Page:
    """A sheet: rows of cells, merged ranges (row, column, row, column), hidden rows, coloured cells.

    `unseen`: hidden columns, counted from 1.
    """

    rows: Sequence[Cells]
    name: str = "Register"
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: Sequence[int] = ()
    coloured: Sequence[tuple[int, int]] = ()
    is_hidden: bool = False
    unseen: Sequence[int] = ()


@dataclass(frozen=True)
class Register:
    """A file of the corpus, and what must come of it."""

    name: str
    content: bytes
    file_name: str
    expected: frozenset[tuple[str, date, str, bool]] = frozenset()
    problems: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""


@dataclass
class Layout:
    """What a trainer keeps, before any program saves it."""

    name: str
    pages: list[Page]
    expected: set[tuple[str, date, str, bool]] = field(default_factory=set)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def as_xlsx(pages: Sequence[Page], **options: Any) -> bytes:
    """As Excel saves it: shared texts, Excel dates, a format for each."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    formats = {
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        time: book.add_format({"num_format": "hh:mm"}),
        "fill": book.add_format({"bg_color": "#92D050"}),
    }
    for page in pages:
        sheet = book.add_worksheet(page.name)
        for top, left, bottom, right in page.merged:
            sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
        for number, row in enumerate(page.rows):
            for column, value in enumerate(row):
                at = (number, column)
                if (number + 1, column + 1) in page.coloured:
                    sheet.write(*at, value, formats["fill"])
                elif isinstance(value, bool):
                    sheet.write_boolean(*at, value)
                elif isinstance(value, datetime | date):
                    sheet.write_datetime(*at, value, formats[date])
                elif isinstance(value, time | timedelta):
                    sheet.write_datetime(*at, value, formats[time])
                elif isinstance(value, int | float):
                    sheet.write_number(*at, value)
                elif value not in (None, ""):
                    sheet.write_string(*at, value)
        for number in page.hidden:
            sheet.set_row(number - 1, None, None, {"hidden": True})
        for column in page.unseen:
            sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
        if page.is_hidden:
            sheet.hide()
        else:
            sheet.activate()
            sheet.set_first_sheet()
    book.close()
    return out.getvalue()


def as_openpyxl(pages: Sequence[Page]) -> bytes:
    """As programs do that write every cell by itself."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name)
        for number, row in enumerate(page.rows, start=1):
            for column, value in enumerate(row, start=1):
                if value not in (None, ""):
                    sheet.cell(number, column, value)
                if (number, column) in page.coloured:
                    sheet.cell(number, column).fill = PatternFill("solid", fgColor="FF92D050")
        for top, left, bottom, right in page.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for number in page.hidden:
            sheet.row_dimensions[number].hidden = True
        for column in page.unseen:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
        if page.is_hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "fo": "xsl-fo-compatible",
    }.items()
)


def _columns(unseen: Sequence[int]) -> str:
    """The columns of a sheet, one after the other, with those that are hidden."""
    return "".join(
        f"<table:table-column{' table:visibility=' + chr(34) + 'collapse' + chr(34) if n in unseen else ''}/>"
        for n in range(1, max(unseen, default=0) + 1)
    )


def _ods_cell(value: Any, more: str) -> str:
    if value in (None, "") and not isinstance(value, bool):
        return f"<table:table-cell{more}/>"
    if isinstance(value, bool):
        said, shown = f'"boolean" office:boolean-value="{str(value).lower()}"', str(value).upper()
    elif isinstance(value, datetime):
        said, shown = f'"date" office:date-value="{value:%Y-%m-%dT%H:%M:%S}"', f"{value:%d/%m/%Y}"
    elif isinstance(value, date):
        said, shown = f'"date" office:date-value="{value:%Y-%m-%d}"', f"{value:%d/%m/%y}"
    elif isinstance(value, time):
        said = f'"time" office:time-value="PT{value.hour:02d}H{value.minute:02d}M00S"'
        shown = f"{value:%H:%M}"
    elif isinstance(value, int | float):
        said, shown = f'"float" office:value="{value}"', str(value)
    else:
        said, shown = '"string"', escape(str(value))
    return f"<table:table-cell{more} office:value-type={said}><text:p>{shown}</text:p></table:table-cell>"


def as_ods(pages: Sequence[Page], extra: str = "") -> bytes:
    """As LibreOffice saves it: a million empty rows and a thousand empty columns, said in two words."""
    tables = []
    for page in pages:
        spans = {
            (top, left): (bottom - top + 1, right - left + 1)
            for top, left, bottom, right in page.merged
        }
        covered = {
            (row, column)
            for top, left, bottom, right in page.merged
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        } - set(spans)
        lines = []
        for number, row in enumerate(page.rows, start=1):
            cells = []
            for column, value in enumerate(row, start=1):
                more = ' table:style-name="green"' if (number, column) in page.coloured else ""
                if (number, column) in spans:
                    tall, wide = spans[number, column]
                    more += (
                        f' table:number-rows-spanned="{tall}" table:number-columns-spanned="{wide}"'
                    )
                if (number, column) in covered:
                    cells.append("<table:covered-table-cell/>")
                else:
                    cells.append(_ods_cell(value, more))
            shown = ' table:visibility="collapse"' if number in page.hidden else ""
            rest = '<table:table-cell table:number-columns-repeated="1000"/>'
            lines.append(f"<table:table-row{shown}>{''.join(cells)}{rest}</table:table-row>")
        lines.append(
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
        )
        style = "unseen" if page.is_hidden else "seen"
        tables.append(
            f'<table:table table:name={quoteattr(page.name)} table:style-name="{style}">'
            f"{_columns(page.unseen)}{''.join(lines)}{extra}</table:table>"
        )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}>'
        "<office:automatic-styles>"
        '<style:style style:name="seen" style:family="table">'
        '<style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="unseen" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
        '<style:style style:name="green" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#92d050"/></style:style>'
        "</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
        }
    )


def as_csv(rows: Sequence[Cells], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """As text: days as d/m/Y."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in rows:
        writer.writerow([f"{v:%d/%m/%Y}" if isinstance(v, date) else v for v in row])
    return out.getvalue().encode(encoding)


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def edited(content: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """The same workbook with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = edit(parts[part].decode()).encode()
    return zipped(parts)


# --- the layouts ------------------------------------------------------------------------------

FOUR = ("Date", "Activity", "Staff code", "Present")
PEOPLE = ("SW2", "SW3", "TL1")


def _all(activity: str, day: date, *codes: str) -> set[tuple[str, date, str, bool]]:
    return {(activity, day, code, True) for code in codes}


def layouts(d: date) -> Iterator[Layout]:
    """Every layout, for an activity A1 "PBS practitioner days" and A2 "Coaching on shift".

    `d` is the first day that can be logged; A2 has sessions 1 to 3 planned on d+1, d+3 and d+5.
    """
    n = d + timedelta(days=1)
    yield Layout(
        "a list as asked for",
        [Page([FOUR, *[(d, "A1", code, "yes") for code in PEOPLE]])],
        _all("A1", d, *PEOPLE),
    )
    yield Layout(
        "ticks of every kind",
        [
            Page(
                [
                    FOUR,
                    *[
                        (d, "A1", code, mark)
                        for code, mark in zip(
                            ("SW2", "SW3", "SW4", "SW5", "SW6", "SW7", "TL1", "RM1", "F1", "F2"),
                            ("✓", "x", "Y", 1, "yes ", "✔️", "ü", True, "no", "apologies"),
                            strict=True,
                        )
                    ],
                ]
            )
        ],
        _all("A1", d, "SW2", "SW3", "SW4", "SW5", "SW6", "SW7", "TL1", "RM1")
        | {("A1", d, "F1", False), ("A1", d, "F2", False)},
    )
    yield Layout(
        "merged title rows, day and course above the headings",
        [
            Page(
                [
                    ("Example Learning CIC: attendance register", None, None, None),
                    ("Course:", "PBS practitioner days", None, None),
                    ("Date of training:", d, None, "Trainer: somebody"),
                    (),
                    ("Staff code", "Role", "Attended?", "Signature"),
                    ("SW2", "Support worker", "✓", "scribble"),
                    ("SW3", "Support worker", "✓", "scribble"),
                    ("TL1", "Team leader", "", ""),
                ],
                merged=[(1, 1, 1, 4), (2, 2, 2, 3)],
            )
        ],
        _all("A1", d, "SW2", "SW3") | {("A1", d, "TL1", False)},
    )
    yield Layout(
        "day and activity once, merged down",
        [
            Page(
                [
                    FOUR,
                    (d, "A1", "SW2", "y"),
                    (None, None, "SW3", "y"),
                    (None, None, "TL1", "n"),
                    (n, "A2", "SW2", "y"),
                    (None, None, "SW4", "y"),
                ],
                merged=[(2, 1, 4, 1), (2, 2, 4, 2), (5, 1, 6, 1), (5, 2, 6, 2)],
            )
        ],
        _all("A1", d, "SW2", "SW3") | {("A1", d, "TL1", False)} | _all("A2", n, "SW2", "SW4"),
    )
    yield Layout(
        "two header rows: activity over day, people down",
        [
            Page(
                [
                    ("Staff", "PBS practitioner days", None, "Coaching on shift"),
                    ("code", d, n, n),
                    ("SW2", "x", "x", "x"),
                    ("SW3", "x", "", "x"),
                    ("Total", 2, 1, 2),
                ],
                merged=[(1, 2, 1, 3)],
            )
        ],
        _all("A1", d, "SW2", "SW3")
        | _all("A1", n, "SW2")
        | {("A1", n, "SW3", False)}
        | _all("A2", n, "SW2", "SW3"),
    )
    yield Layout(
        "two header rows: day over activity",
        [
            Page(
                [
                    ("", d, None, n),
                    ("Staff code", "A1", "A2", "A1"),
                    ("SW2", "x", "x", ""),
                    ("SW4", "x", "x", "x"),
                ],
                merged=[(1, 2, 1, 3)],
            )
        ],
        _all("A1", d, "SW2", "SW4")
        | _all("A2", d, "SW2", "SW4")
        | _all("A1", n, "SW4")
        | {("A1", n, "SW2", False)},
    )
    yield Layout(
        "a grid by the number of the session",
        [
            Page(
                [
                    ("Activity", "A2"),
                    ("Staff ID", "Session 1", "Session 2", "Session 3"),
                    ("SW2", "✓", "✓", ""),
                    ("SW3", "✓", "✗", ""),
                ]
            )
        ],
        _all("A2", n, "SW2", "SW3")
        | _all("A2", d + timedelta(days=3), "SW2")
        | {("A2", d + timedelta(days=3), "SW3", False)},
    )
    yield Layout(
        "people across, days down",
        [
            Page(
                [
                    ("Date", "Course", "SW2", "SW3", "TL1"),
                    (d, "A1", "x", "x", "x"),
                    (n, "A2", "x", "n", "x"),
                ]
            )
        ],
        _all("A1", d, "SW2", "SW3", "TL1")
        | _all("A2", n, "SW2", "TL1")
        | {("A2", n, "SW3", False)},
    )
    yield Layout(
        "a sheet for each activity, named after it",
        [
            Page([("Date", "Code", "Here"), (d, "SW2", "y"), (d, "SW3", "y")], name="A1"),
            Page([("Date", "Code", "Here"), (n, "SW2", "y")], name="A2 Coaching on shift"),
            Page([("Please hand in by Friday",)], name="Read me"),
        ],
        _all("A1", d, "SW2", "SW3") | _all("A2", n, "SW2"),
    )
    yield Layout(
        "a sheet for each day, named after it",
        [
            Page([("Course", "Code", "Here"), ("A1", "SW2", "y")], name=f"{d:%d-%m-%Y}"),
            Page(
                [("Course", "Code", "Here"), ("A1", "SW2", "n"), ("A1", "SW3", "y")],
                name=f"{n.day} {n:%B %Y}",
            ),
        ],
        _all("A1", d, "SW2") | {("A1", n, "SW2", False), ("A1", n, "SW3", True)},
    )
    yield Layout(
        "a session at which nobody was",
        [Page([FOUR, (d, "A1", "SW2", "y"), (n, "A1", "SW2", "n"), (n, "A1", "SW3", "")])],
        _all("A1", d, "SW2"),
        [("D3", "nobody was there on")],
    )
    yield Layout(
        "a hidden sheet with last year's people",
        [
            Page([FOUR, (d, "A1", "SW4", "yes")], name="Old", is_hidden=True),
            Page([FOUR, (d, "A1", "SW2", "yes")]),
        ],
        _all("A1", d, "SW2"),
        notes=["Not read, because it is hidden in the file: ‘Old’."],
    )
    yield Layout(
        "hidden columns of days in a grid",
        [
            Page(
                [("Activity", "A2"), ("Code", "Session 1", "Session 2"), ("SW2", "x", "x")],
                unseen=[3],
            )
        ],
        _all("A2", n, "SW2"),
        [("C2", "this column is hidden in the file, so it was left out")],
    )
    yield Layout(
        "hidden columns of a list",
        [Page([("Room", *FOUR), ("4", d, "A1", "SW2", "y")], unseen=[1, 2, 5])],
        _all("A1", d, "SW2"),
        notes=["Columns B, E are hidden in the file. What stands there was read: check it."],
    )
    yield Layout(
        "text dates, every way",
        [
            Page(
                [
                    FOUR,
                    (f"{d:%d/%m/%Y}", "A1", "SW2", "y"),
                    (f"{d:%A} {d.day} {d:%B %Y}", "A1", "SW3", "y"),
                    (f"{d:%d-%b-%y}", "A1", "SW4", "y"),
                    (f"{d:%Y-%m-%d} 09:30", "A1", "SW5", "y"),
                    (f"{d:%d/%m/%Y} 09:30", "A1", "SW6", "y"),
                    (f"{d:%B} {d.day}, {d.year}", "A1", "SW7", "y"),
                    ((d - ZERO).days, "A1", "TL1", "y"),
                ]
            )
        ],
        _all("A1", d, "SW2", "SW3", "SW4", "SW5", "SW6", "SW7", "TL1"),
    )
    yield Layout(
        "codes with spaces, dashes, noughts and words",
        [
            Page(
                [
                    FOUR,
                    (d, "a 1", "sw 2", "y"),
                    (d, "A-1", "SW-3 ", "y"),
                    (d, "PBS practitioner days", "Support worker (SW4)", "y"),
                    (d, "A1: PBS practitioner days", "SW05", "y"),
                    (d, "activity 1", "M06", "y"),
                    (d, 1, "TL-01", "y"),
                ]
            )
        ],
        _all("A1", d, "SW2", "SW3", "SW4", "SW5", "TL1") | _all("A1", d, "SW6"),
    )
    yield Layout(
        "roles instead of codes",
        [
            Page(
                [
                    ("Date", "Activity", "Job title", "Present"),
                    (d, "A1", "Team leader", "y"),
                    (d, "A1", "registered manager", "y"),
                    (d, "A1", "CLDT nurse", "y"),
                ]
            )
        ],
        _all("A1", d, "TL1", "RM1", "N1"),
    )
    yield Layout(
        "hours as times, and from start to finish",
        [
            Page(
                [
                    ("Date", "Activity", "Staff code", "Start time", "Finish", "Present"),
                    (d, "A1", "SW2", time(9, 30), time(12, 30), "y"),
                    (d, "A1", "SW3", "9:30", "12.30", "y"),
                    (d, "A1", "SW4", 0.375, 0.5, "y"),
                ]
            )
        ],
        _all("A1", d, "SW2", "SW3", "SW4"),
    )
    yield Layout(
        "totals, headings on every page, notes at the foot, blank rows",
        [
            Page(
                [
                    FOUR,
                    (d, "A1", "SW2", "y"),
                    (),
                    FOUR,
                    (d, "A1", "SW3", "y"),
                    ("Total present", None, None, 2),
                    (),
                    ("Signed by the trainer:",),
                    ("Key: y = present",),
                ]
            )
        ],
        _all("A1", d, "SW2", "SW3"),
    )
    yield Layout(
        "hidden rows",
        [
            Page(
                [FOUR, (d, "A1", "SW2", "y"), (d, "A1", "SW3", "y"), (d, "A1", "SW4", "y")],
                hidden=[3],
            )
        ],
        _all("A1", d, "SW2", "SW4"),
        [("D3", "this row is hidden in the file")],
    )
    yield Layout(
        "colours instead of marks",
        [
            Page(
                [FOUR, (d, "A1", "SW2", None), (d, "A1", "SW3", None), (d, "A1", "SW4", "y")],
                coloured=[(2, 4), (3, 4)],
            )
        ],
        _all("A1", d, "SW4"),
        [("D2", "a colour is no mark"), ("D3", "a colour is no mark")],
    )
    yield Layout(
        "rows in two colours to read them better",
        [
            Page(
                [FOUR, (d, "A1", "SW2", "y"), (d, "A1", "SW3", ""), (d, "A1", "SW4", "y")],
                coloured=[(3, column) for column in range(1, 5)],
            )
        ],
        _all("A1", d, "SW2", "SW4") | {("A1", d, "SW3", False)},
    )
    yield Layout(
        "a column of names beside the codes",
        [
            Page(
                [
                    ("Name", "Date", "Activity", "Payroll number", "Attended", "Email"),
                    ("Zebedee Quorn", d, "A1", "SW2", "y", "z.quorn@example.org"),
                    ("Ermintrude Vole", d, "A1", "SW3", "y", ""),
                ]
            )
        ],
        _all("A1", d, "SW2", "SW3"),
    )
    yield Layout(
        "names where codes should be",
        [Page([FOUR, (d, "A1", "Zebedee Quorn", "y"), (d, "A1", "SW3", "y")])],
        _all("A1", d, "SW3"),
        [("C2", "this is not a staff code or a role")],
    )
    yield Layout(
        "American dates that cannot be",
        [Page([FOUR, ("12/31/2024", "A1", "SW2", "y"), (d, "A1", "SW3", "y")])],
        _all("A1", d, "SW3"),
        [("A2", "not a date: there is no month 31")],
    )
    yield Layout(
        "American dates, of which some could be British",
        [
            Page(
                [
                    FOUR,
                    ("12/31/2024", "A1", "SW2", "y"),
                    ("07/08/2025", "A1", "SW3", "y"),
                    (d, "A1", "SW4", "y"),
                ]
            )
        ],
        _all("A1", d, "SW4"),
        [
            ("A2", "not a date: there is no month 31"),
            ("A3", "this could be 7 August or 8 July"),
        ],
    )
    yield Layout(
        "a day that is not, and one without a year",
        [Page([FOUR, ("31/09/2025", "A1", "SW2", "y"), ("16 July", "A1", "SW3", "y")])],
        set(),
        [("A2", "not a real date. September 2025 has 30 days"), ("A3", "no year")],
    )
    yield Layout(
        "the same person twice, and twice otherwise",
        [Page([FOUR, (d, "A1", "SW2", "y"), (d, "A1", "sw 2", "yes"), (d, "A1", "SW2", "no")])],
        _all("A1", d, "SW2"),
        [("D4", "Support worker SW2 is marked otherwise in row 2")],
    )
    yield Layout(
        "a session that nobody planned, in a grid",
        [Page([("Activity: A2",), ("Staff code", "Session 1", "Session 9"), ("SW2", "y", "y")])],
        _all("A2", n, "SW2"),
        [("C2", "A2 has no session 9")],
    )


def corpus(d: date) -> list[Register]:
    """Every register: each layout as three programs save it, and what only one kind of file holds."""
    found: list[Register] = []
    for layout in layouts(d):
        for program, content, ending in (
            ("Excel", as_xlsx(layout.pages), "xlsx"),
            ("openpyxl", as_openpyxl(layout.pages), "xlsx"),
            ("LibreOffice", as_ods(layout.pages), "ods"),
        ):
            found.append(
                Register(
                    f"{layout.name} ({program})",
                    content,
                    f"register.{ending}",
                    frozenset(layout.expected),
                    tuple(layout.problems),
                    tuple(layout.notes),
                )
            )
    return [*found, *_alone(d)]


def _alone(d: date) -> Iterator[Register]:
    """What only one kind of file can hold, and what is no register at all."""
    rows = [FOUR, *[(d, "A1", code, "yes") for code in ("SW2", "SW3")]]
    two = frozenset(_all("A1", d, "SW2", "SW3"))
    for encoding, sign in (
        ("cp1252", ","),
        ("utf-8-sig", ","),
        ("utf-8", ";"),
        ("utf-16", "\t"),
        ("latin-1", "|"),
    ):
        wide = [(*row, "Café n° ½") for row in rows]
        content = as_csv(wide, encoding, sign)
        yield Register(f"text in {encoding} with {sign!r}", content, "register.csv", two)
    yield Register(
        "text that says its sign", b"sep=;\r\n" + as_csv(rows, delimiter=";"), "r.csv", two
    )
    yield Register(
        "days counted from 1904", as_xlsx([Page(rows)], date_1904=True), "register.xlsx", two
    )
    yield Register(
        "texts kept in the cells", as_xlsx([Page(rows)], constant_memory=True), "register.xlsx", two
    )
    plain = as_openpyxl([Page(rows)])
    sheet = "xl/worksheets/sheet1.xml"
    yield Register(
        "cells without addresses",
        edited(plain, sheet, lambda xml: re.sub(r'(<c) r="[A-Z]+\d+"', r"\1", xml)),
        "register.xlsx",
        two,
    )
    yield Register(
        "a size that is wrong",
        edited(plain, sheet, lambda xml: xml.replace('ref="A1:D3"', 'ref="A1:A1"')),
        "register.xlsx",
        two,
    )
    book = openpyxl.Workbook()
    for row in (*rows, (d, "A1", "SW4", '=IF(1=1,"yes","")')):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    yield Register(
        "a formula that was never worked out",
        out.getvalue(),
        "register.xlsx",
        two,
        (("D4", "a formula without a value"),),
    )
    formula = io.BytesIO()
    made = xlsxwriter.Workbook(formula, {"in_memory": True})
    page = made.add_worksheet()
    for number, row in enumerate(as_rows := [FOUR, (f"{d:%d/%m/%Y}", "A1", "SW2", None)]):
        for column, value in enumerate(row):
            page.write(number, column, value)
    page.write_formula(1, 3, '=IF(1=1,"yes","")', None, "yes")
    page.write_string(2, 0, f"{d:%d/%m/%Y}")
    page.write_string(2, 1, "A1")
    page.write_string(2, 2, "SW3")
    page.write_formula(2, 3, '=IF(1=2,"yes","")', None, "no")
    made.close()
    yield Register(
        f"formulas with their values ({len(as_rows)} kinds)",
        formula.getvalue(),
        "register.xlsx",
        frozenset({("A1", d, "SW2", True), ("A1", d, "SW3", False)}),
    )
    yield Register(
        "60,000 rows with a format, two with content", _formatted(rows), "register.xlsx", two
    )
    many = [(d, "A1", "SW2", "y")] * 60_000
    too_long = "The sheet has more than 2,000 rows."
    yield Register(
        "60,000 rows of text",
        b"Date,Activity,Staff code,Present\n" + b"1/1/2025,A1,SW2,y\n" * 60_000,
        "register.csv",
        refused=too_long,
    )
    yield Register(
        "60,000 rows of a workbook",
        as_xlsx([Page([FOUR, *many])]),
        "register.xlsx",
        refused=too_long,
    )
    yield Register(
        "a row a million times",
        as_ods(
            [Page(rows)],
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
            'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
        ),
        "register.ods",
        refused=too_long,
    )
    again = [(d, "A1", "SW2", "y")] * 1_990
    one = frozenset(_all("A1", d, "SW2"))
    yield Register("the longest list", as_xlsx([Page([FOUR, *again])]), "register.xlsx", one)
    wide = [("Activity", "A1"), ("Staff code", *[d] * 35), *[("SW2", *["y"] * 35)] * 1_000]
    yield Register(
        "a grid of 35,000 marks",
        as_ods([Page(wide)]),
        "register.ods",
        refused="The file has more than 5,000 cells for marks.",
    )
    picture = b"\x89PNG\r\n\x1a\n" + bytes(500)
    yield Register("a picture named .xlsx", picture, "register.xlsx", refused="This is a picture")
    yield Register(
        "a bomb",
        zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 400_000_000}),
        "register.xlsx",
        refused="The workbook is too large once it is opened.",
    )
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    yield Register(
        "a bomb of entities",
        zipped(
            {
                "content.xml": f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><x>&a9;</x>'.encode()
            }
        ),
        "register.ods",
        refused="The workbook holds parts that a spreadsheet program does not write.",
    )
    yield Register(
        "a workbook cut short", plain[: len(plain) // 2], "register.xlsx", refused="The workbook is"
    )
    yield Register(
        "an old Excel file",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "register.xls",
        refused="This is an old or a password-protected Excel file.",
    )
    yield Register(
        "a page of the web named .xls",
        b"<html><table><tr><td>Date</td></tr></table></html>",
        "register.xls",
        refused="The file cannot be opened as a spreadsheet.",
    )
    yield Register(
        "every sheet hidden",
        as_ods([Page(rows, is_hidden=True)]),
        "register.ods",
        refused="Every sheet of the workbook is hidden.",
    )
    yield Register(
        "more sheets than are read",
        as_xlsx([Page([("Notes",)], name=f"Week {n}") for n in range(20)] + [Page(rows)]),
        "register.xlsx",
        refused="We could not find a row of headings.",
    )
    many_sheets = [Page(rows), *[Page([("Notes",)], name=f"Week {n}") for n in range(20)]]
    yield Register(
        "more sheets than are read, after the register",
        as_xlsx(many_sheets),
        "register.xlsx",
        two,
        notes=("Not read: the sheets after the first 20.",),
    )
    yield Register("nothing", b"", "register.csv", refused="The file is empty.")


def _formatted(rows: Sequence[Cells]) -> bytes:
    """A sheet whose first columns were given a colour all the way down."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill = book.add_format({"bg_color": "#DDDDDD"})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(number, column, f"{value:%d/%m/%Y}" if isinstance(value, date) else value)
    for number in range(len(rows), 60_000):
        for column in range(4):
            page.write_blank(number, column, None, fill)
    book.close()
    return out.getvalue()
