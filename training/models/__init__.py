"""What was learned: activities of a grant, their sessions, who was there, and uploaded registers."""

from .activity import Activity, logging_blockers
from .link import SignInLink
from .rating import Rating, RatingLink
from .register import RegisterImport
from .session import Attendance, Session

__all__ = [
    "Activity",
    "Attendance",
    "Rating",
    "RatingLink",
    "RegisterImport",
    "Session",
    "SignInLink",
    "logging_blockers",
]
