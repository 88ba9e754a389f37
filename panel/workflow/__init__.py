"""The verbs of the panel, a file per step: seats (assign, declare, stand down), assessments (submit,
change in moderation), conclusions (resolve a flag, conclude), meetings (call, show, note, approve the minutes).

Every verb first takes the application's row under a lock, so that a submission, a declared interest
and a conclusion of one case never run at the same moment; then it asks *may they?*, then *what
stands in the way?*, moves, saves, writes the audit row and posts the mail that leaves with the
commit. Audit rows of the panel hold no score: the trail is read by people who may not see one.
"""

from .assessments import change_score, submit_assessment
from .conclusions import conclude, resolve_flag
from .meetings import (
    approve_minutes,
    call_meeting,
    end_meeting,
    move_earlier,
    move_later,
    note_attendance,
    note_item,
    open_meeting,
    put_on_agenda,
    send_apologies,
    show_case,
    take_off,
)
from .seats import apply_plan, assign, declare, declare_as_chair, declare_late, stand_down

__all__ = [
    "apply_plan",
    "approve_minutes",
    "assign",
    "call_meeting",
    "change_score",
    "conclude",
    "declare",
    "declare_as_chair",
    "declare_late",
    "end_meeting",
    "move_earlier",
    "move_later",
    "note_attendance",
    "note_item",
    "open_meeting",
    "put_on_agenda",
    "resolve_flag",
    "send_apologies",
    "show_case",
    "stand_down",
    "submit_assessment",
    "take_off",
]
