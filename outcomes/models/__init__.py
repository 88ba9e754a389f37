from .impact_report import ImpactReport
from .indicator import OwnIndicator
from .open_data import AwardsRelease, PublishedAward, Publisher
from .report import Answer, OutcomeReport

__all__ = [
    "Answer",
    "AwardsRelease",
    "ImpactReport",
    "OutcomeReport",
    "OwnIndicator",
    "PublishedAward",
    "Publisher",
]
