"""Who may write, sign, check and withdraw applications, and who sets up rounds.

Members of the organisation write; only its lead signs, sends and withdraws. Officers and programme
leads check, but never for an organisation they belong to.
"""

from typing import Any

from accounts.enums import MemberRole, TeamRole
from accounts.models import Organisation
from accounts.permissions import Rule

from ..enums import OVER_STATES
from ..models import Application

STAFF = (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def can_start(user: Any, organisation: Organisation) -> bool:
    """Its lead and its contributors."""
    return user.is_in(organisation.pk, MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def can_view(user: Any, application: Application) -> bool:
    """Its members; officers and programme leads once it was sent."""
    if user.is_in(application.organisation_id):
        return True
    return application.submitted_at is not None and user.is_team(*STAFF)


def can_edit(user: Any, application: Application) -> bool:
    """Every member of the organisation, helpers too: they draft, and sign nothing."""
    return user.is_in(application.organisation_id)


def can_add_document(user: Any, application: Application) -> bool:
    """Its lead and contributors while it is under way; helpers until the award."""
    if hasattr(application, "grant") or application.state in OVER_STATES:
        return hasattr(application, "grant") and user.is_in(
            application.organisation_id, MemberRole.LEAD, MemberRole.CONTRIBUTOR
        )
    return user.is_in(application.organisation_id)


def can_sign(user: Any, application: Application) -> bool:
    """Its lead alone."""
    return user.is_in(application.organisation_id, MemberRole.LEAD)


def can_check(user: Any, application: Application) -> bool:
    """An officer or programme lead who does not belong to the organisation."""
    return (
        application.submitted_at is not None
        and user.is_team(*STAFF)
        and not user.is_in(application.organisation_id)
    )


def can_manage_rounds(user: Any, _: Any) -> bool:
    """Programme leads."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


def can_write_message(user: Any, application: Application) -> bool:
    """Leads and contributors of the organisation; officers and programme leads who do not belong to it."""
    if user.is_in(application.organisation_id):
        return user.is_in(application.organisation_id, MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    return application.submitted_at is not None and user.is_team(*STAFF)


def can_copy(user: Any, application: Application) -> bool:
    """Leads and contributors of the organisation."""
    return user.is_in(application.organisation_id, MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def can_give_linking_code(user: Any, application: Application) -> bool:
    """Leads and contributors of the organisation."""
    return can_copy(user, application)


def can_ask_fast_track(user: Any, application: Application) -> bool:
    """Leads and contributors of the organisation."""
    return can_copy(user, application)


def can_answer_fast_track(user: Any, application: Application) -> bool:
    """A programme lead who does not belong to the organisation."""
    return can_correct(user, application)


def can_correct(user: Any, application: Application) -> bool:
    """A programme lead who does not belong to the organisation."""
    return user.is_team(TeamRole.PROGRAMME_LEAD) and not user.is_in(application.organisation_id)


RULES: dict[str, Rule] = {
    "grants.correct_state": can_correct,
    "grants.give_linking_code": can_give_linking_code,
    "grants.ask_fast_track": can_ask_fast_track,
    "grants.answer_fast_track": can_answer_fast_track,
    "grants.write_message": can_write_message,
    "grants.copy_application": can_copy,
    "grants.start_application": can_start,
    "grants.view_application_page": can_view,
    "grants.edit_application": can_edit,
    "grants.add_document": can_add_document,
    "grants.submit_application": can_sign,
    "grants.withdraw_application": can_sign,
    "grants.check_application": can_check,
    "grants.manage_rounds": can_manage_rounds,
}
