"""The officers’ list of reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.enums import TeamRole

from ..due import STATUS_COLOUR, STATUS_LABEL, ReportRow
from ..enums import (
    Point,
)


def is_reader(user: Any) -> bool:
    """Officers and programme leads read all reports."""
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


_POINTS = list(Point)
_ORDER = (
    "submitted",
    "overdue",
    "returned",
    "due",
    "later",
    "on_hold",
    "accepted",
    "waived",
    "stopped",
)


@dataclass(frozen=True)
class ListRow:
    """One line of the officers' list."""

    row: ReportRow
    url: str
    label: str
    colour: str
    when: date | None


def sorted_rows(rows: Iterable[ReportRow]) -> list[ListRow]:
    """What waits first: sent, overdue, sent back, due; then what is to come and what is done."""
    ordered = sorted(
        rows,
        key=lambda r: (
            _ORDER.index(r.status),
            r.due_on or date.max,
            r.grant.reference,
            _POINTS.index(r.point),
        ),
    )
    return [
        ListRow(
            row=row,
            url=reverse("outcome-report", args=[row.grant.reference, row.point]),
            label=STATUS_LABEL[row.status],
            colour=STATUS_COLOUR.get(row.status, "grey"),
            when=row.due_on,
        )
        for row in ordered
    ]


def list_stats(rows: list[ReportRow]) -> list[dict[str, Any]]:
    """Four counts over the list, each leading to its rows."""
    address = reverse("outcome-reports")
    return [
        {
            "value": str(sum(row.status == status for row in rows)),
            "label": label,
            "url": f"{address}?status={status}",
        }
        for status, label in (
            ("submitted", "Waiting for an officer"),
            ("overdue", "Overdue"),
            ("due", "Due now"),
            ("accepted", "Accepted"),
        )
    ]
