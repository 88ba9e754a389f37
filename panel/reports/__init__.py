"""What the panel's records add up to: totals and spreads of a case, its phase, the queue, what a
case file says, and where an interest might be. Reading only. Values of scores come in as assessments
that `rules.visible_assessments` (or the chair's own door) has let through: nothing here widens it.
"""

from .availability import Obstacle, obstacles
from .case_files import CaseReading, read_case_file
from .cases import PanelCase, next_case, oversight, queue, turnaround_days
from .interests import Match, matches_of, matches_of_all
from .moderation import CaseScores, Flag, Suggestion, case_scores, conclude_blockers
from .totals import criterion_average, criterion_spread, panel_score, panellist_total

__all__ = [
    "CaseReading",
    "CaseScores",
    "Flag",
    "Match",
    "Obstacle",
    "PanelCase",
    "Suggestion",
    "case_scores",
    "conclude_blockers",
    "criterion_average",
    "criterion_spread",
    "matches_of",
    "matches_of_all",
    "next_case",
    "obstacles",
    "oversight",
    "panel_score",
    "panellist_total",
    "queue",
    "read_case_file",
    "turnaround_days",
]
