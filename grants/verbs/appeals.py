"""How an appeal is offered on an application, and how it is looked at."""

from accounts.verbs import Verb, register

from .. import workflow
from ..enums import AppealState
from ..forms.appeals import AnswerAppealForm, AppealForm
from ..models import Appeal

ON_APPLICATION = (
    Verb(
        name="appeal",
        do=workflow.appeal,
        permission="grants.appeal",
        label="Appeal against the decision",
        explain="Somebody who had no part in the decision looks at it. An appeal never affects a later "
        "application.",
        done="Your appeal is lodged. Somebody who had no part in the decision looks at it.",
        form=AppealForm,
        only_while=lambda application: application.takes_appeals,
        leads_to=lambda appeal: appeal.get_absolute_url(),
    ),
)
APPEAL_VERBS = register(
    Appeal,
    [
        Verb(
            name="review",
            do=workflow.start_review,
            permission="grants.review_appeal",
            label="Take this appeal",
            explain="You had no part in the decision, and you know of nothing that binds you to either "
            "side.",
            done="The appeal is yours to answer.",
            move="start_review",
            is_primary=True,
        ),
        Verb(
            name="answer",
            do=workflow.answer_appeal,
            permission="grants.answer_appeal",
            label="Answer the appeal",
            explain="The organisation gets your answer. A refusal that is upheld is scored or decided "
            "again by other people.",
            done="The appeal is answered. The organisation has been told.",
            form=AnswerAppealForm,
            move="give_answer",
            is_primary=True,
            only_while=lambda appeal: appeal.state == AppealState.IN_REVIEW,
        ),
    ],
)
