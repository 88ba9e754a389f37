"""What was learned: activities of a grant, their sessions, who was there, and uploaded registers."""

from .activity import Activity, logging_blockers
from .link import SignInLink
from .register import RegisterImport
from .session import Attendance, Session

__all__ = ["Activity", "Attendance", "RegisterImport", "Session", "SignInLink", "logging_blockers"]
