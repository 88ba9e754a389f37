"""Who may do what with a grant and its money.

The organisation's lead speaks for it; contributors log and claim; helpers see no money. Money takes
two people: an officer prepares, finance approves, and never the same person, nor the officer of the
case, nor anybody who belongs to the organisation. These bind everybody, superusers too.
"""

from typing import Any

from accounts.enums import MemberRole, TeamRole
from accounts.permissions import Rule

from ..models import Change, Claim, Condition, Grant, Payment

STAFF = (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE)


def _is_own(user: Any, grant: Grant) -> bool:
    return user.is_in(grant.application.organisation_id)


def _speaks_for(user: Any, grant: Grant) -> bool:
    return user.is_in(grant.application.organisation_id, MemberRole.LEAD)


def _works_for(user: Any, grant: Grant) -> bool:
    return user.is_in(grant.application.organisation_id, MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def _is_independent(user: Any, grant: Grant, *roles: TeamRole) -> bool:
    return user.is_team(*roles) and not _is_own(user, grant)


def can_view_grant(user: Any, grant: Grant) -> bool:
    """The organisation's lead and contributors; officers, programme leads and finance."""
    return _works_for(user, grant) or user.is_team(*STAFF)


def can_accept_offer(user: Any, grant: Grant) -> bool:
    """A lead of the organisation."""
    return _speaks_for(user, grant)


def can_extend_offer(user: Any, grant: Grant) -> bool:
    """A programme lead who does not belong to the organisation."""
    return _is_independent(user, grant, TeamRole.PROGRAMME_LEAD)


def can_lapse_offer(user: Any, grant: Grant) -> bool:
    """A programme lead; once the person has died an officer too. Nobody who belongs to the organisation."""
    if grant.is_offer_after_death and _is_independent(user, grant, TeamRole.OFFICER):
        return True
    return can_extend_offer(user, grant)


def can_activate(user: Any, grant: Grant) -> bool:
    """A lead or contributor of the organisation, by recording the baseline."""
    return _works_for(user, grant)


def can_deliver(user: Any, grant: Grant) -> bool:
    """A lead or contributor of the organisation, or an officer who does not belong to it."""
    return _works_for(user, grant) or _is_independent(user, grant, TeamRole.OFFICER)


def can_note_report(user: Any, grant: Grant) -> bool:
    """An officer who does not belong to the organisation."""
    return _is_independent(user, grant, TeamRole.OFFICER)


def can_close(user: Any, grant: Grant) -> bool:
    """An officer who does not belong to the organisation."""
    return _is_independent(user, grant, TeamRole.OFFICER)


def can_terminate(user: Any, grant: Grant) -> bool:
    """A programme lead who does not belong to the organisation."""
    return _is_independent(user, grant, TeamRole.PROGRAMME_LEAD)


def can_meet_condition(user: Any, condition: Condition) -> bool:
    """An officer who does not belong to the organisation."""
    return _is_independent(user, condition.grant, TeamRole.OFFICER)


def can_prepare_payment(user: Any, grant: Grant) -> bool:
    """An officer who does not belong to the organisation."""
    return _is_independent(user, grant, TeamRole.OFFICER)


def can_note_repayment(user: Any, grant: Grant) -> bool:
    """Somebody in finance who does not belong to the organisation."""
    return _is_independent(user, grant, TeamRole.FINANCE)


def can_approve_payment(user: Any, payment: Payment) -> bool:
    """Finance: never who prepared it, nor the officer of the case, nor their own organisation."""
    worked_on_it = (payment.prepared_by_id, payment.grant.application.case_officer_id)
    return _is_independent(user, payment.grant, TeamRole.FINANCE) and user.pk not in worked_on_it


def can_mark_paid(user: Any, payment: Payment) -> bool:
    """Somebody in finance who does not belong to the organisation."""
    return _is_independent(user, payment.grant, TeamRole.FINANCE)


def can_claim(user: Any, grant: Grant) -> bool:
    """A lead or contributor of the organisation."""
    return _works_for(user, grant)


def can_edit_claim(user: Any, claim: Claim) -> bool:
    """A lead or contributor of the organisation."""
    return _works_for(user, claim.grant)


def can_accept_claim(user: Any, claim: Claim) -> bool:
    """An officer who does not belong to the organisation."""
    return _is_independent(user, claim.grant, TeamRole.OFFICER)


def can_ask_change(user: Any, grant: Grant) -> bool:
    """A lead of the organisation."""
    return _speaks_for(user, grant)


def can_answer_change(user: Any, change: Change) -> bool:
    """An officer who does not belong to the organisation."""
    return _is_independent(user, change.grant, TeamRole.OFFICER)


def can_tell_us(user: Any, grant: Grant) -> bool:
    """A lead or contributor of the organisation."""
    return _works_for(user, grant)


def can_settle(user: Any, grant: Grant) -> bool:
    """An officer who does not belong to the organisation."""
    return _is_independent(user, grant, TeamRole.OFFICER)


RULES: dict[str, Rule] = {
    "grants.ask_change": can_ask_change,
    "grants.answer_change": can_answer_change,
    "grants.tell_us": can_tell_us,
    "grants.settle_event": can_settle,
    "grants.ask_back": can_settle,
    "grants.review_grant": can_settle,
    "grants.view_grant_page": can_view_grant,
    "grants.accept_offer": can_accept_offer,
    "grants.extend_offer": can_extend_offer,
    "grants.lapse_offer": can_lapse_offer,
    "grants.activate_grant": can_activate,
    "grants.deliver_grant": can_deliver,
    "grants.note_final_report": can_note_report,
    "grants.close_grant": can_close,
    "grants.terminate_grant": can_terminate,
    "grants.meet_condition": can_meet_condition,
    "grants.prepare_payment": can_prepare_payment,
    "grants.note_repayment": can_note_repayment,
    "grants.approve_payment": can_approve_payment,
    "grants.mark_paid": can_mark_paid,
    "grants.add_claim": can_claim,
    "grants.submit_claim": can_edit_claim,
    "grants.accept_claim": can_accept_claim,
}
