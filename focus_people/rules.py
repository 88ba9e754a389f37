"""Who may do what with a focus person's record. The organisation that holds it writes it: leads and
contributors everything, helpers from another body the drafts of needs, goals and circle. Officers
and programme leads read, and record what the commissioner has confirmed; they change nothing else,
and nobody confirms for the commissioner in their own organisation.
"""

from typing import Any

from accounts.enums import MemberRole, TeamRole
from accounts.models import Organisation
from accounts.permissions import Rule

from .models import (
    CheckIn,
    CircleMember,
    Consent,
    Erasure,
    FocusPerson,
    KeptWords,
    Scenario,
    SupportPlan,
    UnitCost,
)

Record = FocusPerson | SupportPlan | CircleMember | Consent | CheckIn | Scenario | Erasure


def _holder(record: Record) -> int:
    """The id of the organisation that holds the record."""
    person = record if isinstance(record, FocusPerson) else record.person
    return person.organisation_id


def _is_staff(user: Any) -> bool:
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def can_view(user: Any, record: Record) -> bool:
    """Every member of the organisation that holds the record, officers and programme leads."""
    return user.is_in(_holder(record)) or _is_staff(user)


def can_add(user: Any, organisation: Organisation) -> bool:
    """Leads and contributors of the organisation."""
    return user.is_in(organisation.pk, MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def can_edit(user: Any, record: Record) -> bool:
    """Leads and contributors of the organisation that holds the record."""
    return user.is_in(_holder(record), MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def can_draft(user: Any, record: Record) -> bool:
    """Every member of the organisation that holds the record, helpers included."""
    return user.is_in(_holder(record))


def can_confirm_for_commissioner(user: Any, record: Record) -> bool:
    """Officers and programme leads who do not belong to the organisation."""
    return _is_staff(user) and not user.is_in(_holder(record))


def can_lock(user: Any, record: Record) -> bool:
    """Whoever may record a baseline: leads, contributors, and staff who correct one."""
    return can_edit(user, record) or can_confirm_for_commissioner(user, record)


def can_look_at_words(user: Any, words: KeptWords) -> bool:
    """Officers and programme leads who do not belong to the organisation that wrote them."""
    own = words.organisation_id is not None and user.is_in(words.organisation_id)
    return _is_staff(user) and not own


def can_export(user: Any, record: Record) -> bool:
    """Programme leads who do not belong to the organisation."""
    return user.is_team(TeamRole.PROGRAMME_LEAD) and not user.is_in(_holder(record))


def can_see_readers(user: Any, record: Record) -> bool:
    """The organisation’s leads, and programme leads."""
    return user.is_in(_holder(record), MemberRole.LEAD) or user.is_team(TeamRole.PROGRAMME_LEAD)


def reads_for_the_programme(user: Any, record: Record) -> bool:
    """Officers and programme leads who do not belong to the organisation: they say why they read."""
    return can_confirm_for_commissioner(user, record)


def can_erase(user: Any, erasure: Erasure) -> bool:
    """Another programme lead than the one who asked, who does not belong to the organisation."""
    return can_export(user, erasure) and erasure.asked_by_id != user.pk


def can_set_unit_cost(user: Any, cost: UnitCost) -> bool:
    """Programme leads."""
    return user.is_team(TeamRole.PROGRAMME_LEAD)


RULES: dict[str, Rule] = {
    "focus_people.view_person": can_view,
    "focus_people.add_person": can_add,
    "focus_people.edit_person": can_edit,
    "focus_people.edit_needs": can_draft,
    "focus_people.edit_goals": can_draft,
    "focus_people.edit_circle": can_draft,
    "focus_people.record_consent": can_edit,
    "focus_people.withdraw_consent": can_edit,
    "focus_people.edit_plan": can_edit,
    "focus_people.confirm_plan": can_edit,
    "focus_people.confirm_plan_for_commissioner": can_confirm_for_commissioner,
    "focus_people.lock_plan": can_lock,
    "focus_people.report_change": can_edit,
    "focus_people.export_person": can_export,
    "focus_people.see_readers": can_see_readers,
    "focus_people.read_for_a_purpose": reads_for_the_programme,
    "focus_people.hold_person": can_export,
    "focus_people.ask_erasure": can_export,
    "focus_people.erase_person": can_erase,
    "focus_people.set_unit_cost": can_set_unit_cost,
    "focus_people.look_at_words": can_look_at_words,
    "focus_people.check_in": can_draft,
    "focus_people.answer_alert": can_confirm_for_commissioner,
    "focus_people.score_goals": can_edit,
}
