from .impact_report import ImpactReport
from .indicator import OwnIndicator
from .open_data import AwardsRelease, PublishedAward, Publisher
from .report import Answer, OutcomeReport
from .saving import SavingConfirmation
from .story import Story
from .survey import SurveyAction, SurveyCode, SurveyTally, SurveyWave, SurveyWording

__all__ = [
    "Answer",
    "AwardsRelease",
    "ImpactReport",
    "OutcomeReport",
    "OwnIndicator",
    "PublishedAward",
    "Publisher",
    "SavingConfirmation",
    "Story",
    "SurveyAction",
    "SurveyCode",
    "SurveyTally",
    "SurveyWave",
    "SurveyWording",
]
