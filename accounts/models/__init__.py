"""Who: people, organisations, who belongs to what, what was done, and what is to be mailed."""

from .audit import AuditEvent
from .organisation import Invitation, Membership, Organisation
from .outbox import DigestLine, NoticeChoice, OnceToken, OutboxMessage
from .user import TeamMembership, User

__all__ = [
    "AuditEvent",
    "DigestLine",
    "Invitation",
    "Membership",
    "NoticeChoice",
    "OnceToken",
    "Organisation",
    "OutboxMessage",
    "TeamMembership",
    "User",
]
