"""The verbs of training: a session is planned, held or cancelled; a register goes in, or is undone.

Each opens a transaction, takes the row under a lock, asks *may they?*, asks *what stands in the way?*,
moves, saves, writes the audit row and returns the fresh object. Nobody gets mail about them.
"""

from .ratings import NOT_NOW, ask_learners, give_rating, rating_link_behind
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
from .sign_in import close_sign_in, link_behind, open_link, open_sign_in, sign_in

__all__ = [
    "NOT_NOW",
    "ask_learners",
    "attendance_blockers",
    "cancel_session",
    "change_session",
    "close_sign_in",
    "confirm_register",
    "deliver_session",
    "give_rating",
    "link_behind",
    "open_link",
    "open_sign_in",
    "plan_session",
    "rating_link_behind",
    "record_attendance",
    "sign_in",
    "undo_register",
    "void_session",
]
