"""Writes to a focus person's record that change no state: the person, the basis of the record, needs
and goals, the circle, the support plan.

Each opens a transaction, takes the record under a lock, asks *may they?* (else `NotAllowed`), asks
*what stands in the way?* (else `NotReady`: a closed record and a locked version do not change),
writes, and leaves one row in the audit trail that holds no words about the person.
"""

from .circles import add_member, add_members, edit_member, leave_circle, replace_member
from .people import (
    add_person,
    check_in,
    edit_person,
    free_aliases,
    record_consent,
    record_export,
    record_reading,
    say_purpose,
    score_goals,
    set_goals,
    set_needs,
    withdraw_consent,
)
from .plans import (
    add_scenario,
    new_plan_version,
    plan_of,
    remove_scenario,
    save_plan,
    save_scenario,
    set_unit_cost,
    week_of,
)

__all__ = [
    "add_member",
    "add_members",
    "add_person",
    "add_scenario",
    "check_in",
    "edit_member",
    "edit_person",
    "free_aliases",
    "leave_circle",
    "new_plan_version",
    "plan_of",
    "record_consent",
    "record_export",
    "record_reading",
    "remove_scenario",
    "replace_member",
    "save_plan",
    "save_scenario",
    "say_purpose",
    "score_goals",
    "set_goals",
    "set_needs",
    "set_unit_cost",
    "week_of",
    "withdraw_consent",
]
