"""The experience survey for tests, through its own verbs."""

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import User
from grants.models import Programme
from outcomes.models import SurveyWave, SurveyWording
from outcomes.survey import workflow
from outcomes.survey.questions import first_words
from tests.factories.accounts import staff

YES = {"helped": "completely", "speed": "right", "recommend": "likely"}


def host() -> User:
    """Somebody who runs the survey and does nothing else here."""
    return staff(TeamRole.SURVEY_HOST)


def wording(by: User) -> SurveyWording:
    """The first version, or the newest one that is there."""
    held = SurveyWording.objects.order_by("-version").first()
    return held or workflow.word_survey(
        by=by, texts=first_words(), co_produced="six members of a self-advocacy group"
    )


def opened(by: User, programme: Programme, title: str = "Spring", codes: int = 0) -> SurveyWave:
    """A wave that takes answers, with so many codes to print."""
    made = workflow.plan_wave(
        by=by,
        programme=programme,
        wording=wording(by),
        title=title,
        closes_on=clock.today() + clock.timedelta(days=28),
    )
    if codes:
        workflow.invite(made, by=by, codes=codes)
    return workflow.open_wave(made, by=by)


def answered(wave: SurveyWave, by: User, answers: list[dict[str, str]], group: str = "person"):
    """Each of these answered, with a code of its own."""
    if not answers:
        return
    workflow.invite(wave, by=by, codes=len(answers))
    codes = wave.codes.filter(is_used=False).exclude(key="").order_by("-pk")[: len(answers)]
    for code, given in zip(codes, answers, strict=True):
        workflow.answer(code, group=group, answers=given)


def published(by: User, programme: Programme, answers: list[dict[str, str]]) -> SurveyWave:
    """Closed and published, with these answers."""
    made = opened(by, programme, "Last year")
    answered(made, by, answers)
    return workflow.publish_wave(workflow.close_wave(made, by=by), by=by)
