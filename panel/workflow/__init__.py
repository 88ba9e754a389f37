"""The verbs of the panel, a file per step: seats (assign, declare, stand down), assessments (submit,
change in moderation), conclusions (resolve a flag, conclude).

Every verb first takes the application's row under a lock, so that a submission, a declared interest
and a conclusion of one case never run at the same moment; then it asks *may they?*, then *what
stands in the way?*, moves, saves, writes the audit row and posts the mail that leaves with the
commit. Audit rows of the panel hold no score: the trail is read by people who may not see one.
"""

from .assessments import change_score, submit_assessment
from .conclusions import conclude, resolve_flag
from .seats import apply_plan, assign, declare, declare_as_chair, declare_late, stand_down

__all__ = [
    "apply_plan",
    "assign",
    "change_score",
    "conclude",
    "declare",
    "declare_as_chair",
    "declare_late",
    "resolve_flag",
    "stand_down",
    "submit_assessment",
]
