"""The money's road: programme and round, application, case file, decision, grant, payment, claim."""

from .appeal import Appeal
from .application import (
    Answer,
    Application,
    BudgetLine,
    Clarification,
    ClockStop,
    EligibilityFinding,
    PlannedOutcome,
)
from .casefile import CaseFile
from .casework import SavedView
from .claim import Claim, ClaimLine
from .condition import StandardCondition
from .decision import Decision, Recommendation
from .document import Document
from .eligibility import EligibilityCheck
from .fast_track import FastTrack
from .grant import Change, ChangeLine, Condition, Grant, GrantReview, LifeEvent
from .linking import LinkingCode
from .message import Message
from .payment import Payment
from .programme import Criterion, Funder, Programme, Question, ReferenceCounter, Round, Terms

__all__ = [
    "Answer",
    "Appeal",
    "Application",
    "BudgetLine",
    "CaseFile",
    "Change",
    "ChangeLine",
    "Claim",
    "ClaimLine",
    "Clarification",
    "ClockStop",
    "Condition",
    "Criterion",
    "Decision",
    "Document",
    "EligibilityCheck",
    "EligibilityFinding",
    "FastTrack",
    "Funder",
    "Grant",
    "GrantReview",
    "LifeEvent",
    "LinkingCode",
    "Message",
    "Payment",
    "PlannedOutcome",
    "Programme",
    "Question",
    "Recommendation",
    "ReferenceCounter",
    "Round",
    "SavedView",
    "StandardCondition",
    "Terms",
]
