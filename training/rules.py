"""Who may do what with training. The organisation that holds the grant logs it: leads and
contributors, not helpers from elsewhere. Officers and programme leads read; they change nothing.
"""

from typing import Any

from accounts.enums import MemberRole, TeamRole
from accounts.permissions import Rule
from grants.models import Grant

from .models import (
    Activity,
    Cascade,
    RegisterImport,
    SeatBooking,
    Session,
    SharedSession,
    SignOff,
    TrainingProvider,
)

Thing = Grant | Activity | Session | RegisterImport | SignOff | Cascade | SeatBooking


def _holder(thing: Thing) -> int:
    """The id of the organisation that holds the grant."""
    if isinstance(thing, Session | SignOff | Cascade):
        thing = thing.activity
    grant = thing if isinstance(thing, Grant) else thing.grant
    return grant.application.organisation_id


def can_log(user: Any, thing: Thing) -> bool:
    """Leads and contributors of the organisation that holds the grant."""
    return user.is_in(_holder(thing), MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def can_view(user: Any, thing: Thing) -> bool:
    """Leads and contributors of the organisation; officers and programme leads."""
    return can_log(user, thing) or user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def manages_market(user: Any) -> bool:
    """Officers and programme leads."""
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def keeps_lists(user: Any) -> bool:
    """Programme leads."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


def can_manage_market(user: Any, thing: TrainingProvider | SharedSession) -> bool:
    """Officers and programme leads."""
    return manages_market(user)


RULES: dict[str, Rule] = {
    "training.manage_provider": can_manage_market,
    "training.manage_shared": can_manage_market,
    "training.give_back_seats": can_log,
    "training.view_training": can_view,
    "training.plan_activity": can_log,
    "training.change_activity": can_log,
    "training.void_activity": can_log,
    "training.ask_learners": can_log,
    "training.sign_off": can_log,
    "training.log_cascade": can_log,
    "training.count_others": can_log,
    "training.void_beyond": can_log,
    "training.plan_session": can_log,
    "training.change_session": can_log,
    "training.deliver_session": can_log,
    "training.record_attendance": can_log,
    "training.cancel_session": can_log,
    "training.open_sign_in": can_log,
    "training.void_session": can_log,
    "training.import_register": can_log,
}
