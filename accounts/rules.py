"""Who may do what with organisations. A lead speaks for their organisation; officers and programme
leads verify; nobody verifies an organisation they belong to.
"""

from typing import Any

from .enums import MemberRole, TeamRole
from .models import Organisation


def can_view_organisation(user: Any, organisation: Organisation) -> bool:
    """Its members, and the programme's staff."""
    return user.is_in(organisation.pk) or user.is_team(
        TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE, TeamRole.AUDITOR
    )


def can_edit_organisation(user: Any, organisation: Organisation) -> bool:
    """Its lead."""
    return user.is_in(organisation.pk, MemberRole.LEAD)


def can_invite(user: Any, organisation: Organisation) -> bool:
    """Its lead."""
    return user.is_in(organisation.pk, MemberRole.LEAD)


def can_verify(user: Any, organisation: Organisation) -> bool:
    """An officer or programme lead who does not belong to it."""
    staff = user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
    return staff and not user.is_in(organisation.pk)


def can_read_audit(user: Any, _: Any) -> bool:
    """Auditors and programme leads."""
    return user.is_team(TeamRole.AUDITOR, TeamRole.PROGRAMME_LEAD)


def can_see_retention(user: Any, _: Any) -> bool:
    """Auditors and programme leads."""
    return can_read_audit(user, _)


def can_set_retention(user: Any, _: Any) -> bool:
    """Programme leads."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


RULES = {
    "accounts.view_organisation_page": can_view_organisation,
    "accounts.edit_organisation": can_edit_organisation,
    "accounts.invite_member": can_invite,
    "accounts.verify_organisation": can_verify,
    "accounts.read_audit": can_read_audit,
    "accounts.see_retention": can_see_retention,
    "accounts.set_retention": can_set_retention,
}
