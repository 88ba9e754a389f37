"""How the verbs of the experience survey are offered."""

from accounts.verbs import Verb, register

from ..models import SurveyAction, SurveyWave
from . import workflow
from .forms import FinishForm

WAVE_VERBS = register(
    SurveyWave,
    [
        Verb(
            name="open",
            do=workflow.open_wave,
            permission="outcomes.host_survey",
            label="Open for answers",
            explain="Codes work from now on, until the last day or until you close the wave.",
            done="The survey is open.",
            is_primary=True,
        ),
        Verb(
            name="close",
            do=workflow.close_wave,
            permission="outcomes.host_survey",
            label="Close the wave",
            explain="No code works any more, and the results can be read. It cannot be opened again.",
            done="The wave is closed. These are its results.",
            is_warning=True,
        ),
        Verb(
            name="publish",
            do=workflow.publish_wave,
            permission="outcomes.host_survey",
            label="Publish the results",
            explain="Everybody can read them on “You said, we did”, with what the programme does about "
            "them. Counts are rounded, and small ones hidden.",
            done="The results are published.",
            is_primary=True,
        ),
    ],
)

ACTION_VERBS = register(
    SurveyAction,
    [
        Verb(
            name="finish",
            do=workflow.finish,
            permission="outcomes.improve_survey",
            label="It is done",
            explain="“You said, we did” then shows it as done, with what you write here.",
            done="It is noted as done.",
            form=FinishForm,
        ),
    ],
)
