"""Independent judgement: panellists and their interests, seats, assessments, moderation, conclusion,
meetings."""

from .assessment import Assessment, Score, ScoreChange
from .assignment import Assignment
from .conclusion import Conclusion, Resolution
from .meeting import AgendaItem, Attendance, Meeting, Minutes, MinutesOfCase
from .panellist import InterestEntry, Panellist, Service
from .payment import ParticipationPayment

__all__ = [
    "AgendaItem",
    "Assessment",
    "Assignment",
    "Attendance",
    "Conclusion",
    "InterestEntry",
    "Meeting",
    "Minutes",
    "MinutesOfCase",
    "Panellist",
    "ParticipationPayment",
    "Resolution",
    "Score",
    "ScoreChange",
    "Service",
]
