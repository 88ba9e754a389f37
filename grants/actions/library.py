"""The library of standard conditions, which programme leads keep."""

from django.db import transaction
from django.db.models import Max

from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotAllowed, locked

from ..models import StandardCondition


@transaction.atomic
def save_standard_condition(
    held: StandardCondition | None,
    *,
    by: User,
    title: str,
    words: str,
    evidence: str,
    before: str,
    is_offered: bool = True,
) -> StandardCondition:
    """Put a condition into the library (`held` None), or change one. Awards keep the text they were given.

    `evidence`: what shows that it is met; `before`: the instalment that waits for it; both may be empty.
    Raises `NotAllowed` unless `by` is a programme lead.
    """
    if not by.is_team(TeamRole.PROGRAMME_LEAD):
        raise NotAllowed("grants.manage_rounds")
    if held is None:
        last = StandardCondition.objects.aggregate(last=Max("number"))["last"] or 0
        held, what = StandardCondition(number=last + 1), "condition.added"
    else:
        held, what = locked(held), "condition.changed"
    held.title, held.words, held.evidence = title, words, evidence
    held.before, held.is_offered = before, is_offered
    held.save()
    record(what, held, by=by, text=held.text, is_offered=is_offered)
    return held
