"""The verbs of training: a session is planned, held or cancelled; a register goes in, or is undone.

Each opens a transaction, takes the row under a lock, asks *may they?*, asks *what stands in the way?*,
moves, saves, writes the audit row and returns the fresh object. Nobody gets mail about them.
"""

from .registers import confirm_register, undo_register
from .sessions import (
    attendance_blockers,
    cancel_session,
    change_session,
    deliver_session,
    plan_session,
    record_attendance,
    void_session,
)

__all__ = [
    "attendance_blockers",
    "cancel_session",
    "change_session",
    "confirm_register",
    "deliver_session",
    "plan_session",
    "record_attendance",
    "undo_register",
    "void_session",
]
