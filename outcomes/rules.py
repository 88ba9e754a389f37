"""Who may do what with outcome reports. The organisation's leads and contributors write them; a lead
sends them. Officers and programme leads read all; an officer accepts them or sends them back, either
may do without one, but never where they belong to the organisation. Finance pays and reads no report.
"""

from collections.abc import Callable
from typing import Any

from accounts.enums import MemberRole, TeamRole
from grants.models import Grant

from .models import ImpactReport, OutcomeReport

Thing = Grant | OutcomeReport


def _organisation(thing: Thing) -> int:
    grant = thing if isinstance(thing, Grant) else thing.grant
    return grant.application.organisation_id


def _is_staff(user: Any) -> bool:
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def can_view(user: Any, thing: Thing) -> bool:
    """Leads and contributors of the organisation, officers and programme leads."""
    return can_write(user, thing) or _is_staff(user)


def can_write(user: Any, thing: Thing) -> bool:
    """Leads and contributors of the organisation."""
    return user.is_in(_organisation(thing), MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def can_send(user: Any, thing: Thing) -> bool:
    """Leads of the organisation: they answer for what it says."""
    return user.is_in(_organisation(thing), MemberRole.LEAD)


def can_judge(user: Any, thing: Thing) -> bool:
    """Officers who do not belong to the organisation."""
    return user.is_team(TeamRole.OFFICER) and not user.is_in(_organisation(thing))


def can_waive(user: Any, thing: Thing) -> bool:
    """Officers and programme leads who do not belong to the organisation."""
    return _is_staff(user) and not user.is_in(_organisation(thing))


def can_view_impact(user: Any, _: Any) -> bool:
    """Officers and programme leads: the figures hold small numbers."""
    return _is_staff(user)


def can_publish(user: Any, _: Any) -> bool:
    """Programme leads: they answer for what leaves the programme."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


def can_edit_indicator(user: Any, _: Any) -> bool:
    """Programme leads."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


def can_send_impact_report(user: Any, _: Any) -> bool:
    """Programme leads."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


def can_approve_impact_report(user: Any, report: ImpactReport) -> bool:
    """Another programme lead than the one who sent it."""
    return user.is_team(TeamRole.PROGRAMME_LEAD) and report.submitted_by_id != user.pk


RULES: dict[str, Callable[[Any, Any], bool]] = {
    "outcomes.view_impact": can_view_impact,
    "outcomes.publish_awards": can_publish,
    "outcomes.edit_indicator": can_edit_indicator,
    "outcomes.edit_impact_report": can_send_impact_report,
    "outcomes.submit_impact_report": can_send_impact_report,
    "outcomes.return_impact_report": can_approve_impact_report,
    "outcomes.approve_impact_report": can_approve_impact_report,
    "outcomes.view_reports": can_view,
    "outcomes.start_report": can_write,
    "outcomes.waive_point": can_waive,
    "outcomes.view_report": can_view,
    "outcomes.edit_report": can_write,
    "outcomes.submit_report": can_send,
    "outcomes.accept_report": can_judge,
    "outcomes.return_report": can_judge,
    "outcomes.waive_report": can_waive,
}
