"""Independent judgement: panellists and their interests, seats, assessments, moderation, conclusion."""

from .assessment import Assessment, Score, ScoreChange
from .assignment import Assignment
from .conclusion import Conclusion, Resolution
from .panellist import InterestEntry, Panellist, Service

__all__ = [
    "Assessment",
    "Assignment",
    "Conclusion",
    "InterestEntry",
    "Panellist",
    "Resolution",
    "Score",
    "ScoreChange",
    "Service",
]
