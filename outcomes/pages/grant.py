"""The page of a grant’s outcomes, and their section on the grant’s own page."""

from typing import Any

from django.urls import reverse

from accounts import written
from grants.grant_page import subnav
from grants.models import Grant

from ..due import STATUS_COLOUR, STATUS_LABEL, ReportRow, rows_of
from ..enums import (
    POINT_TITLE,
    Point,
    ReportState,
)
from .points import (
    PointFigures,
    course_table,
    events_picture,
    figures_by_point,
    finding,
    guardrails_box,
    sent,
)
from .report import when_sentence


def _points(user: Any, grant: Grant) -> list[dict[str, Any]]:
    may_write = user.has_perm("outcomes.start_report", grant)
    return [
        {
            "row": row,
            "url": reverse("outcome-report", args=[grant.reference, row.point]),
            "label": STATUS_LABEL[row.status],
            "colour": STATUS_COLOUR.get(row.status, "grey"),
            "sentence": _row_sentence(row),
            "action": _row_action(row, may_write),
        }
        for row in rows_of([grant])
    ]


def section_context(user: Any, grant: Grant) -> dict[str, Any]:
    """The four reports on the grant's own page."""
    return {"grant": grant, "points": _points(user, grant)}


def grant_page(user: Any, grant: Grant) -> dict[str, Any]:
    """The four points of a grant, what they say together, and what can be done."""
    by_point = figures_by_point(grant)
    points = _points(user, grant)
    latest = [f for f in by_point.values() if f.point != Point.BASELINE and sent(f)]
    return {
        "grant": grant,
        "person": grant.application.person,
        "subnav": subnav(user, grant, "Outcomes"),
        "points": points,
        "course": course_table(by_point),
        "finding": finding(by_point),
        "guardrails": guardrails_box(by_point, latest[-1]) if latest else None,
        "picture": events_picture(by_point, latest[-1].point) if latest else None,
        "picture_point": latest[-1].point if latest else "",
        "compare_url": _compare_url(grant, by_point),
        "guardrails_of": POINT_TITLE[latest[-1].point] if latest else "",
        "primary_url": next((p["url"] for p in points if p["action"] and p["row"].is_due), ""),
    }


def _compare_url(grant: Grant, by_point: dict[Point, PointFigures]) -> str:
    """Where the weeks stand beside each other, with the grant's accepted spending put in, so that the
    page says how soon it is paid back; empty while there is one week only."""
    if sum(1 for figures in by_point.values() if figures.plan is not None) < 2:
        return ""
    address = reverse("compare-plans", args=[grant.application.person.reference])
    spent = grant.accepted_spend()
    return f"{address}?spent={spent}" if spent else address


def _row_sentence(row: ReportRow) -> str:
    report = row.report
    if report is not None and report.state == ReportState.ACCEPTED:
        return f"Accepted on {written.day(report.accepted_at)}"  # type: ignore[arg-type]
    if report is not None and report.state == ReportState.SUBMITTED:
        return f"Sent on {written.day(report.submitted_at)}"  # type: ignore[arg-type]
    if report is not None and report.state == ReportState.WAIVED:
        return report.waive_reason
    if row.is_expected and row.is_on_hold:
        return "Nothing is due until it is settled"
    if report is not None and report.state == ReportState.RETURNED:
        return f"An officer asks: {report.return_reason}"
    if not row.is_expected:
        return "Nothing more is asked"
    return when_sentence(row.point, row.timing)


def _row_action(row: ReportRow, may_write: bool) -> str:
    if row.report is not None and row.is_done:
        return "Read"
    if not may_write or not row.is_expected or row.is_on_hold:
        return "Read" if row.report is not None else ""
    if row.report is not None:
        return "Answer the question" if row.state == ReportState.RETURNED else "Continue"
    if row.point == Point.BASELINE:
        return "Record the baseline"
    return "Start" if row.is_due else ""
