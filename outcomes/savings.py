"""Savings that the commissioner confirms, by a link without an account (domain 6.1; clarification 18).

The organisation asks; the commissioner sees both weeks and answers once. A yes makes both weeks commissioner
confirmed, which is what the headline counts. A figure of their own is kept beside the organisation's. Nothing
stands any longer than the weeks say what the commissioner was shown.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted
from accounts.workflow import member_addresses, team_addresses
from focus_people.actions.plans import week_of
from focus_people.enums import Confidence, ConsentUse, PlanPoint
from focus_people.models import SupportPlan
from focus_people.reports import current_consent, latest_plan
from focus_people.reports.comparison import Comparison, compare
from focus_people.workflow import take_commissioners_word
from grants.models import Grant
from training.links import code_of, hash_of, new_key

from . import rules, schedule
from .enums import SavingAnswer
from .models import SavingConfirmation
from .models.saving import SAVING

AFTER = (PlanPoint.AFTER_M12, PlanPoint.AFTER_M6, PlanPoint.AFTER_M3)
USED = "This link has been used. Each link works once."
GONE = "This link does not work any more. Ask the organisation for a new one."
CHANGED = "The figures have changed since you were asked. Ask the organisation for a new link."


@dataclass(frozen=True)
class Weeks:
    """The weeks of a grant that are compared: before, and the latest after."""

    before: SupportPlan
    after: SupportPlan

    @property
    def comparison(self) -> Comparison:
        return compare(self.before, self.after)

    @property
    def print(self) -> str:
        """Tells whether the weeks say the same as before: which versions, and what stands in them."""
        held = [[p.pk, week_of(p)] for p in (self.before, self.after)]
        text = json.dumps(held, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def weeks_of(grant: Grant) -> Weeks | None:
    """The newest week before and the newest after; None where one of them is missing."""
    person = grant.application.person
    before = latest_plan(person, point=PlanPoint.BEFORE)
    after = next((p for point in AFTER if (p := latest_plan(person, point=point))), None)
    return Weeks(before, after) if before and after else None


def standing(grant: Grant) -> SavingConfirmation | None:
    """The commissioner's last answer with a figure, as long as the weeks say what they were shown."""
    weeks = weeks_of(grant)
    answered = grant.saving_confirmations.filter(answered_at__isnull=False)
    last = answered.order_by("-answered_at", "-pk").first()
    if weeks is None or last is None or last.confirmed_saving is None:
        return None
    return last if last.figures["print"] == weeks.print else None


def _closed(grant: Grant) -> list[str]:
    """Why nobody outside may see these weeks: somebody died, the grant ended early, or nobody agrees to
    reporting any more."""
    if found := schedule.standing_blockers(grant):
        return found
    if current_consent(grant.application.person, ConsentUse.REPORTING) is None:
        return ["No consent or best-interests decision that covers reporting stands on the record."]
    return []


def ask_blockers(grant: Grant) -> list[str]:
    """Why the commissioner cannot be asked now."""
    if found := _closed(grant):
        return found
    weeks = weeks_of(grant)
    if weeks is None:
        return [
            "There is no support plan for before and after yet, so there is nothing to confirm."
        ]
    if weeks.comparison.is_confirmed:
        return ["The commissioner has confirmed these weeks already."]
    for plan in (weeks.before, weeks.after):
        if plan.confidence != Confidence.COMMISSIONER:
            found += [f"{plan}: {sentence}" for sentence in plan.confirm_blockers()]
    return found


def _own_address(grant: Grant, address: str) -> bool:
    """An address of the organisation itself: a member's, or one at the same place as a member's."""
    members = [m.lower() for m in member_addresses(grant.application.organisation)]
    places = {m.rpartition("@")[2] for m in members}
    return address in members or address.rpartition("@")[2] in places


@transaction.atomic
def ask_commissioner(grant: Grant, *, by: User, address: str) -> SavingConfirmation:
    """Send the commissioner a link to both weeks. An earlier link that was not used stops working.

    The letter holds the grant's reference and the link, no figure and nothing about the person. Raises
    `NotReady` with what is missing, and for an address of the organisation itself.
    """
    grant = locked(grant)
    permitted(by, "outcomes.ask_commissioner", grant)
    if found := ask_blockers(grant):
        raise NotReady(found)
    address = address.strip().lower()
    if _own_address(grant, address):
        raise NotReady(["This is an address of your own organisation. The commissioner confirms."])
    weeks = weeks_of(grant)
    assert weeks is not None  # noqa: S101 - ask_blockers has looked
    compared = weeks.comparison
    now = clock.now()
    grant.saving_confirmations.filter(answered_at__isnull=True, replaced_at__isnull=True).update(
        replaced_at=now
    )
    code = code_of(SAVING, new_key())
    made = SavingConfirmation.objects.create(
        grant=grant,
        before=weeks.before,
        after=weeks.after,
        figures={
            "before": str(compared.before.weekly_cost),
            "after": str(compared.after.weekly_cost),
            "weekly_saving": str(compared.weekly_saving),
            "print": weeks.print,
        },
        sent_to=address,
        code_hash=hash_of(SAVING, code),
        asked_by=by,
    )
    record("saving.asked", made, by=by, shown_to="applicant", grant=grant.reference)
    post("saving_asked", to=[address], key=f"saving.asked:{made.reference}", asked=made, code=code)
    return made


def asked_behind(code: str) -> SavingConfirmation | None:
    """What a link leads to, whatever became of it; None where it is not one of ours."""
    held = SavingConfirmation.objects.filter(code_hash=hash_of(SAVING, code))
    return held.select_related("grant__application__organisation", "before", "after").first()


def answer_blockers(asked: SavingConfirmation) -> list[str]:
    """Why this link takes no answer: used, replaced or too old, nothing may be shown any more, or the weeks
    have changed since. Says nothing about the person."""
    if asked.answered_at is not None:
        return [USED]
    weeks = weeks_of(asked.grant)
    if not asked.is_open or _closed(asked.grant):
        return [GONE]
    if weeks is None or weeks.print != asked.figures["print"]:
        return [CHANGED]
    return []


@transaction.atomic
def answer_saving(
    asked: SavingConfirmation,
    *,
    answer: str,
    role: str,
    figure: Decimal | None = None,
    reason: str = "",
) -> SavingConfirmation:
    """The commissioner answers, once. A yes makes both weeks commissioner confirmed.

    `figure`: pounds a week by their own reckoning, for “another figure” alone. Raises `NotReady` when the
    link was used, replaced or is too old, and when the weeks have changed since they were asked.
    """
    asked = locked(asked)
    if found := answer_blockers(asked):
        raise NotReady(found)
    asked.answer, asked.role, asked.reason = SavingAnswer(answer), role, reason
    asked.figure = figure if asked.answer == SavingAnswer.DIFFERENT else None
    asked.answered_at = clock.now()
    asked.save()
    record("saving.answered", asked, by=None, shown_to="applicant", answer=str(asked.answer))
    if asked.answer == SavingAnswer.CONFIRMED:
        for plan in (asked.before, asked.after):
            take_commissioners_word(plan, asked_by=asked.asked_by)
    leads = member_addresses(asked.grant.application.organisation, MemberRole.LEAD)
    post(
        "saving_answered",
        to=[*leads, *team_addresses(TeamRole.OFFICER)],
        key=f"saving.answered:{asked.reference}",
        asked=asked,
    )
    return asked


def can_ask(user: Any, grant: Grant) -> bool:
    """Leads of the organisation that holds the grant."""
    return rules.can_send(user, grant)


def can_read(user: Any, grant: Grant) -> bool:
    """Leads and contributors of the organisation, officers and programme leads."""
    return rules.can_view(user, grant)


RULES: dict[str, Callable[[Any, Any], bool]] = {
    "outcomes.ask_commissioner": can_ask,
    "outcomes.read_savings": can_read,
}
