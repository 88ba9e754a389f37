"""A reminder before scores are due, to nobody but the member whose sheet is missing."""

from datetime import timedelta

from django.db import transaction

from accounts import clock
from accounts.outbox import post

from .reports.service import seats_to_remind

DAYS_BEFORE = 2


@transaction.atomic
def remind() -> int:
    """Post what is due: once for each seat and day by which scores are due. Says to how many."""
    seats = list(seats_to_remind(clock.today() + timedelta(days=DAYS_BEFORE)))
    for seat in seats:
        post(
            "panel_reminder",
            to=[seat.panellist.user.email],
            key=f"panel.reminder:{seat.pk}:{seat.due_on}",
            application=seat.application,
            due_on=seat.due_on,
        )
    return len(seats)
