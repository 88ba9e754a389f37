"""Who may appeal, and who may look at an appeal: nobody who had a part in the decision, nor in the case
before it, nor anybody of the organisation. That binds superusers too.
"""

from typing import Any

from accounts.enums import MemberRole
from accounts.permissions import Rule

from ..independence import had_a_part
from ..models import Appeal, Application
from .applications import STAFF


def judges_of(application: Application) -> set[int]:
    """Ids of everyone with a part in the decision: officer, assessors, who decided, who released."""
    decision = getattr(application, "decision", None)
    found = {application.case_officer_id}
    for held in application.recommendations.all():
        found |= {*held.panellists, held.received_by_id}
    if decision is not None:
        found |= {decision.decided_by_id, decision.released_by_id}
    return {pk for pk in found if pk is not None}


def can_appeal(user: Any, application: Application) -> bool:
    """A lead of the organisation."""
    return user.is_in(application.organisation_id, MemberRole.LEAD)


def can_review(user: Any, appeal: Appeal) -> bool:
    """An officer or lead with no part in the case or its decision, who does not belong to the organisation."""
    return (
        user.is_team(*STAFF)
        and not user.is_in(appeal.application.organisation_id)
        and user.pk not in appeal.judges
        and not had_a_part(user, appeal.application)
    )


def can_answer(user: Any, appeal: Appeal) -> bool:
    """The reviewer alone, while the same holds for them."""
    return user.pk == appeal.reviewer_id and can_review(user, appeal)


RULES: dict[str, Rule] = {
    "grants.appeal": can_appeal,
    "grants.review_appeal": can_review,
    "grants.answer_appeal": can_answer,
}
