"""Who may pass on the panel's recommendation, decide, take back and release.

Independence binds everybody, superusers too: nobody who scored a case, and nobody who belongs to the
organisation that applied, decides it or releases it; and whoever decides does not release. A seat at the
case or an interest in it, as the panel knows it, is a part too, whether or not a score counted. After an
upheld appeal other people decide than before.
"""

from typing import Any

from accounts.enums import TeamRole
from accounts.permissions import Rule

from ..independence import had_a_part
from ..models import Application, Decision


def _is_of_the_applicant(user: Any, application: Application) -> bool:
    return user.is_in(application.organisation_id)


def _scored(user: Any, application: Application) -> bool:
    """Whether the user scored this case for the panel, now or in an earlier conclusion."""
    return any(user.pk in held.panellists for held in application.recommendations.all())


def _judged_before(user: Any, application: Application) -> bool:
    """Whether the user had a part in a decision that was appealed, or looked at the appeal."""
    return user.pk in application.judged_before


def _decision_of(application: Application) -> Decision | None:
    return getattr(application, "decision", None)


def _independent_lead(user: Any, application: Application) -> bool:
    return (
        user.is_team(TeamRole.PROGRAMME_LEAD)
        and not _is_of_the_applicant(user, application)
        and not _scored(user, application)
        and not _judged_before(user, application)
        and not had_a_part(user, application)
    )


def can_receive_recommendation(user: Any, application: Application) -> bool:
    """The panel's chair, or a programme lead; not for their own organisation."""
    return user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD) and not _is_of_the_applicant(
        user, application
    )


def can_decide(user: Any, application: Application) -> bool:
    """A programme lead who neither scored the case nor belongs to the applicant, nor judged it before."""
    return _independent_lead(user, application)


def can_release(user: Any, application: Application) -> bool:
    """Another such lead than the one who decided."""
    decision = _decision_of(application)
    decided_it = decision is not None and decision.decided_by_id == user.pk
    return _independent_lead(user, application) and not decided_it


def can_view_decision(user: Any, application: Application) -> bool:
    """The applicant once it is released; officers and leads from the moment it is decided.

    Staff who belong to the applicant's organisation wait like the applicant.
    """
    decision = _decision_of(application)
    if decision is None:
        return False
    if user.is_in(application.organisation_id):
        return decision.released_at is not None
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


RULES: dict[str, Rule] = {
    "grants.receive_recommendation": can_receive_recommendation,
    "grants.decide": can_decide,
    "grants.take_back_decision": can_decide,
    "grants.release_decision": can_release,
    "grants.view_decision": can_view_decision,
}
