"""How the fast track is offered: to the applicant to ask, to a lead to answer."""

from typing import Any

from accounts.verbs import Verb

from .. import workflow
from ..enums import FAST_DAYS, FAST_STATES
from ..forms.fast import AnswerFastTrackForm, AskFastTrackForm


def _is_not_asked(application: Any) -> bool:
    return application.applicant_state in FAST_STATES and not hasattr(application, "fast_track")


def _waits_for_answer(application: Any) -> bool:
    held = getattr(application, "fast_track", None)
    return application.state in FAST_STATES and held is not None and held.is_agreed is None


FAST_VERBS = (
    Verb(
        name="ask-fast-track",
        do=workflow.ask_fast_track,
        permission="grants.ask_fast_track",
        label="Ask for the fast track",
        explain="When the person may be in hospital within days. A programme lead answers. "
        f"If they agree, two assessors score it, and a decision is due {FAST_DAYS} days from now.",
        done="A programme lead has been asked.",
        form=AskFastTrackForm,
        only_while=_is_not_asked,
    ),
    Verb(
        name="answer-fast-track",
        do=workflow.answer_fast_track,
        permission="grants.answer_fast_track",
        label="Answer the request for the fast track",
        explain=f"On the fast track two assessors score, and a decision is due {FAST_DAYS} days after the "
        "request, not counting days that wait for the applicant. Budget, conflicts and the two leads of a "
        "decision stay as ever. The panel writes a note afterwards.",
        done="The applicant has been told.",
        form=AnswerFastTrackForm,
        only_while=_waits_for_answer,
        is_primary=True,
    ),
)
