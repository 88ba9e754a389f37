"""The vocabulary of focus people: `visible_to(user)` first, then words that read as English.

A person's record is seen by the organisation that holds it and by the officers and programme leads
who check it. The panel never sees it (it judges a case file), and neither do funders or finance.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

from accounts.enums import TeamRole

if TYPE_CHECKING:
    from .models import FocusPerson, SupportPlan


def _records_of(user: Any, prefix: str = "") -> models.Q | None:
    """The condition for records that `user` may see; None means all of them."""
    if not user.is_authenticated:
        return models.Q(pk__in=())
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return None
    return models.Q(**{f"{prefix}organisation__in": user.organisation_ids()})


class FocusPersonQuerySet(models.QuerySet["FocusPerson"]):
    def visible_to(self, user: Any) -> "FocusPersonQuerySet":
        """Those of the user's own organisations; all of them for officers and programme leads."""
        condition = _records_of(user)
        return self if condition is None else self.filter(condition)


class SupportPlanQuerySet(models.QuerySet["SupportPlan"]):
    def visible_to(self, user: Any) -> "SupportPlanQuerySet":
        """The plans of the people that `user` may see."""
        condition = _records_of(user, "person__")
        return self if condition is None else self.filter(condition)
