"""The parts of a document as plain data (dictionaries and lists that JSON can hold).

A document: title, scope, cut_off, audience, rule, is_provisional, summary (paragraphs), headlines,
sections, definitions, footnote, and `register`: what a reader can know of the tables that only grow.
A section: id, title, commentary (paragraphs), blocks. A block is a table or a picture. A cell is its
words and, where it is a number, the number and its kind, so that a workbook holds numbers.
"""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..disclosure import Cell
from ..reports.figure import number, plain, pounds_text
from ..reports.pictures import Picture, Series, Slope, Span
from ..reports.statistics import Proportion

Block = dict[str, Any]


def words(text: str) -> dict[str, Any]:
    """A cell of words."""
    return {"text": text}


def count(value: int | Decimal | Fraction | None, places: int = 1) -> dict[str, Any]:
    """A number as the pages print it."""
    if value is None:
        return words("none")
    return {"text": plain(value, places), "number": number(value, places), "kind": "count"}


def money(value: Decimal | None) -> dict[str, Any]:
    """Pounds to the penny."""
    if value is None:
        return words("none")
    return {"text": pounds_text(value), "number": float(value), "kind": "money"}


def percent(value: Decimal | int | None) -> dict[str, Any]:
    """A percentage as it is printed."""
    if value is None:
        return words("none")
    return {"text": f"{value}%", "number": float(value), "kind": "percent"}


def interval(p: Proportion) -> dict[str, Any]:
    """The 95% interval in words."""
    return words("none" if p.exact is None else f"{p.whole_low}% to {p.whole_high}%")


def cell(found: Cell) -> dict[str, Any]:
    """A count as disclosure control prints it: hidden ones have no number at all."""
    if found.number is None:
        return words(found.text)
    return {"text": found.text, "number": found.number, "kind": "count"}


def table(
    id: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[dict[str, Any]]],
    *,
    note: str = "",
) -> Block:
    """A table whose first column names the rows; the others hold numbers."""
    return {
        "kind": "table",
        "id": id,
        "title": title,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "note": note,
    }


def picture(found: Picture) -> Block:
    """A picture with its words; what is drawn is in it as numbers."""
    held = asdict(found)
    held["columns"] = [column["label"] for column in held["columns"]]
    held["rows"] = [list(row) for row in held["rows"]]
    return {"kind": "picture", "id": f"picture-{found.name}", "title": found.title, "picture": held}


def drawable(block: Block) -> Picture:
    """The picture of a block, as `outcomes.charts` draws it."""
    held = block["picture"]
    return Picture(
        name=held["name"],
        kind=held["kind"],
        title=held["title"],
        subtitle=held["subtitle"],
        alt=held["alt"],
        note=held["note"],
        labels=tuple(held["labels"]),
        series=tuple(Series(s["name"], tuple(s["values"])) for s in held["series"]),
        spans=tuple(Span(**span) for span in held["spans"]),
        slopes=tuple(Slope(**slope) for slope in held.get("slopes", ())),
        mark=held["mark"],
        axis=held["axis"],
    )
