"""What the reports of a grant need a person's record for: until the last one was accepted."""

from collections.abc import Iterator

from accounts import clock
from focus_people.models import FocusPerson
from focus_people.uses import Use

from .models import OutcomeReport


def uses(person: FocusPerson) -> Iterator[Use]:
    """Reports that were accepted: the record is kept for a while after the last of them."""
    rows = OutcomeReport.objects.filter(grant__application__person=person)
    for accepted_at in rows.order_by("pk").values_list("accepted_at", flat=True):
        if accepted_at is not None:
            yield Use("", clock.day_of(accepted_at))
