"""Who: people, organisations, who belongs to what, what was done, and what is to be mailed."""

from .audit import AuditCut, AuditEvent
from .organisation import Invitation, Membership, Organisation
from .outbox import DigestLine, NoticeChoice, OnceToken, OutboxMessage
from .retention import Removal, RetentionPeriod
from .user import TeamMembership, User

__all__ = [
    "AuditCut",
    "AuditEvent",
    "DigestLine",
    "Invitation",
    "Membership",
    "NoticeChoice",
    "OnceToken",
    "Organisation",
    "OutboxMessage",
    "Removal",
    "RetentionPeriod",
    "TeamMembership",
    "User",
]
