from .open_data import AwardsRelease, PublishedAward, Publisher
from .report import Answer, OutcomeReport

__all__ = ["Answer", "AwardsRelease", "OutcomeReport", "PublishedAward", "Publisher"]
