"""Letters about outcome reports that are due: when one may be sent, a week before its last day, and the day after.

Each goes once to the leads of the organisation. Nothing goes about a person who has died, a grant that has ended or
is on hold, or a report that was sent, accepted or waived: those rows are not due.
"""

from datetime import time, timedelta

from django.core.cache import cache
from django.db import transaction

from accounts import clock
from accounts.enums import MemberRole
from accounts.models import Membership
from accounts.outbox import post
from grants.models import Grant

from .due import ReportRow, rows_of, with_people
from .enums import FOLLOW_UPS

# Nobody is written to before this hour, London time.
FROM = time(7)
LAST_WEEK = timedelta(days=7)


def stage_of(row: ReportRow) -> str:
    """How pressing a report is today: "" (not due), "open", "last_week" or "overdue"."""
    closes_on = row.timing.closes_on
    if not row.is_due or closes_on is None:
        return ""
    if row.is_overdue:
        return "overdue"
    return "last_week" if clock.today() >= closes_on - LAST_WEEK else "open"


@transaction.atomic
def remind() -> int:
    """Post what is due, once for each report and stage; looks once a day. Says how many reports it found."""
    today = clock.today()
    if clock.now().astimezone(clock.LONDON).time() < FROM:
        return 0
    looked = f"report-reminders:{today}"
    if cache.get(looked):
        return 0
    due = [
        (row, stage)
        for row in rows_of(with_people(Grant.objects.going_on()), FOLLOW_UPS)
        if (stage := stage_of(row))
    ]
    leads = _leads({row.grant.application.organisation_id for row, _ in due})
    for row, stage in due:
        post(
            "report_due",
            to=leads.get(row.grant.application.organisation_id, []),
            key=f"report.due:{row.reference}:{stage}",
            row=row,
            stage=stage,
        )
    transaction.on_commit(lambda: cache.set(looked, True, 24 * 60 * 60))
    return len(due)


def _leads(organisations: set[int]) -> dict[int, list[str]]:
    """Organisation id → addresses of its leads, in one query."""
    held = Membership.objects.filter(
        organisation__in=organisations, role=MemberRole.LEAD, user__is_active=True
    )
    found: dict[int, list[str]] = {}
    for organisation, address in held.order_by("pk").values_list("organisation_id", "user__email"):
        found.setdefault(organisation, []).append(address)
    return found
