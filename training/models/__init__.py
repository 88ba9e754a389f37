"""What was learned: activities of a grant, their sessions, who was there, and uploaded registers."""

from .activity import Activity, logging_blockers
from .beyond import Cascade, SignOff
from .link import SignInLink
from .listed import ListNote
from .provider import ProviderRegion, ProviderTopic, TrainingProvider
from .rating import Rating, RatingLink
from .register import RegisterImport
from .session import Attendance, Session
from .shared import SeatBooking, SharedSession

__all__ = [
    "Activity",
    "Attendance",
    "Cascade",
    "ListNote",
    "ProviderRegion",
    "ProviderTopic",
    "Rating",
    "RatingLink",
    "RegisterImport",
    "SeatBooking",
    "Session",
    "SharedSession",
    "SignInLink",
    "SignOff",
    "TrainingProvider",
    "logging_blockers",
]
