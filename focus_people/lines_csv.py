"""The lines of a week as CSV, out and in unchanged.

One row a line, in the order of the plan; numbers as they are stored, codes instead of labels. A text that
a spreadsheet would read as a formula goes out behind an apostrophe, and comes in without it.
"""

import csv
import io
from typing import Any

from accounts.exports import guarded, unguarded

from .models import SupportLine

COLUMNS = ("area", "label", "resource", "hours", "nights", "staff", "rate", "basis", "alongside")


class BadSheet(Exception):
    """The text is no sheet of lines; the sentence says why."""


def written(lines: list[SupportLine]) -> str:
    """The lines as CSV text with a heading."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(COLUMNS)
    for line in lines:
        nights = "" if line.nights is None else line.nights
        sheet.writerow(
            [
                line.area,
                guarded(line.label),
                line.resource,
                f"{line.hours:f}",
                nights,
                f"{line.staff:f}",
                f"{line.rate:f}",
                line.basis,
                "yes" if line.is_alongside else "",
            ]
        )
    return out.getvalue()


def read(text: str, most: int) -> list[dict[str, Any]]:
    """Rows as the form of a line takes them, in order; empty rows do not count.

    Commas, semicolons or tabs; columns in any order, by their headings. Raises `BadSheet`.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    heading = text.split("\n", 1)[0]
    mark = max(",;\t", key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error as bad:
        raise BadSheet("This cannot be read as a table") from bad
    if not rows:
        raise BadSheet("The sheet is empty")
    names = [name.strip().lower() for name in rows[0]]
    if missing := [name for name in ("area", "resource", "hours", "rate") if name not in names]:
        raise BadSheet(f"The first row must name the columns. Missing: {', '.join(missing)}")
    if unknown := [name for name in names if name and name not in COLUMNS]:
        raise BadSheet(f"These columns are none of ours: {', '.join(unknown)}")
    found = []
    for row in rows[1:]:
        said = {n: cell.strip() for n, cell in zip(names, row, strict=False) if n}
        if not any(said.values()):
            continue
        said["label"] = unguarded(said.get("label", ""))
        said["is_alongside"] = (
            "on" if said.pop("alongside", "").lower() in ("yes", "1", "true") else ""
        )
        found.append({"staff": "1", "basis": "hourly"} | {k: v for k, v in said.items() if v})
    if len(found) > most:
        raise BadSheet(f"A week holds at most {most} lines. This sheet has {len(found)}")
    return found
