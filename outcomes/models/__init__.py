from .impact_report import ImpactReport
from .open_data import AwardsRelease, PublishedAward, Publisher
from .report import Answer, OutcomeReport

__all__ = [
    "Answer",
    "AwardsRelease",
    "ImpactReport",
    "OutcomeReport",
    "PublishedAward",
    "Publisher",
]
