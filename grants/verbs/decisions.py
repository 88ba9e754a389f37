"""How deciding, taking back and releasing are offered on an application."""

from accounts.verbs import Verb

from .. import workflow
from ..forms.decisions import DecideForm, FromReserveForm, ReleaseForm, TakeBackForm
from ..forms.officer import CorrectForm

DECISION_VERBS = (
    Verb(
        name="decide",
        do=workflow.decide,
        permission="grants.decide",
        label="Decide",
        explain="The panel’s recommendation is filled in. Nothing is sent until another lead has "
        "read the letter and released it.",
        done="Decided. Another lead can now read the letter and release it.",
        form=DecideForm,
        page="decide",
        is_primary=True,
    ),
    Verb(
        name="release",
        do=workflow.release_decision,
        permission="grants.release_decision",
        label="Release the decision",
        explain="The applicant gets an e-mail and can read the letter at once.",
        done="The decision is released. The applicant has been told that it is ready.",
        form=ReleaseForm,
        move="approve",
        page="release",
        is_primary=True,
    ),
    Verb(
        name="take-back",
        do=workflow.take_back_decision,
        permission="grants.take_back_decision",
        label="Take the decision back",
        explain="It has not been released. The case waits for a decision again.",
        done="The decision is taken back.",
        form=TakeBackForm,
    ),
    Verb(
        name="take-from-reserve",
        do=workflow.take_from_reserve,
        permission="grants.decide",
        label="Take from the reserve list",
        explain="There is money again, or the round ends. The case waits for a decision anew.",
        done="The case waits for a decision.",
        form=FromReserveForm,
        is_primary=True,
    ),
)
CORRECTION_VERBS = (
    Verb(
        name="correct-state",
        do=workflow.correct_state,
        permission="grants.correct_state",
        label="Put a wrong state right",
        explain="For mistakes alone. The trail keeps both states and your reason.",
        done="The state is put right. The organisation has been told.",
        form=CorrectForm,
        move="correct_state",
        only_while=lambda application: bool(application.corrections),
        is_warning=True,
    ),
)
