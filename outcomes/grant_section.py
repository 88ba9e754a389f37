"""What outcomes add to a grant's page: a link, the section, what is due, and the baseline's button."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts import written
from accounts.worklist import Section
from grants.grant_page import Due
from grants.models import Grant

from . import pages
from .due import rows_of
from .enums import Point


def _may_read(user: Any, grant: Grant) -> bool:
    return user.has_perm("outcomes.view_reports", grant)


def links(user: Any, grant: Grant) -> Iterable[tuple[str, str]]:
    """The page of a grant's outcomes."""
    if _may_read(user, grant):
        yield "Outcomes", reverse("grant-outcomes", args=[grant.reference])


def savings_link(user: Any, grant: Grant) -> Iterable[tuple[str, str]]:
    """The page of a grant's savings, from the agreement on."""
    if grant.agreed_at is not None and user.has_perm("outcomes.read_savings", grant):
        yield "Savings", reverse("grant-savings", args=[grant.reference])


def acts(user: Any, grant: Grant) -> Iterable[tuple[str, str]]:
    """The baseline's button, as long as it waits."""
    if not user.has_perm("outcomes.start_report", grant):
        return
    row = rows_of([grant], (Point.BASELINE,))[0]
    if row.is_due:
        word = "Continue the baseline" if row.report else "Record the baseline"
        yield word, reverse("outcome-report", args=[grant.reference, Point.BASELINE])


def due(user: Any, grant: Grant) -> Iterable[Due]:
    """The follow-ups that are still to be sent."""
    if not _may_read(user, grant):
        return
    for row in rows_of([grant]):
        if row.is_done or not row.is_expected or row.timing.due_on is None:
            continue
        yield Due(
            on=row.timing.due_on,
            what=row.title,
            url=reverse("outcome-report", args=[grant.reference, row.point]) if row.is_due else "",
            detail=f"Can be sent from {written.day(row.timing.opens_on)}",  # type: ignore[arg-type]
        )


def section(user: Any, grant: Grant) -> Section | None:
    """The four reports with their states; nothing before the offer is accepted."""
    if not _may_read(user, grant) or grant.agreed_at is None:
        return None
    return Section("outcomes/reporting/section.html", pages.section_context(user, grant))
