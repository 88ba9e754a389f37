"""The verbs of training: a session is planned, held or cancelled; a register goes in, or is undone.

Each opens a transaction, takes the row under a lock, asks *may they?*, asks *what stands in the way?*,
moves, saves, writes the audit row and returns the fresh object. Nobody gets mail about them.
"""

from .beyond import count_others, log_cascade, sign_off, void_cascade, void_sign_off
from .providers import approve_provider, change_provider, list_provider, withdraw_provider
from .ratings import NOT_NOW, ask_learners, give_rating, rating_link_behind, without_link
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
from .shared import cancel_shared, give_back_seats, open_shared, take_seats
from .sign_in import close_sign_in, link_behind, open_link, open_sign_in, sign_in

__all__ = [
    "NOT_NOW",
    "approve_provider",
    "ask_learners",
    "attendance_blockers",
    "cancel_session",
    "cancel_shared",
    "change_provider",
    "change_session",
    "close_sign_in",
    "confirm_register",
    "count_others",
    "deliver_session",
    "give_back_seats",
    "give_rating",
    "link_behind",
    "list_provider",
    "log_cascade",
    "open_link",
    "open_shared",
    "open_sign_in",
    "plan_session",
    "rating_link_behind",
    "record_attendance",
    "sign_in",
    "sign_off",
    "take_seats",
    "undo_register",
    "void_cascade",
    "void_session",
    "void_sign_off",
    "withdraw_provider",
    "without_link",
]
