"""How publishing a round is offered."""

from accounts.verbs import Verb, register

from .. import actions, workflow
from ..enums import RoundState
from ..forms.rounds import CopyForm, LateForm
from ..models import Round

ROUND_VERBS = register(
    Round,
    [
        Verb(
            name="publish",
            do=workflow.publish_round,
            permission="grants.manage_rounds",
            label="Publish the round",
            explain="Its questions and criteria stand from then on. It takes applications between "
            "its opening and its closing day.",
            done="The round is published.",
            is_primary=True,
        ),
        Verb(
            name="late",
            do=workflow.allow_late,
            permission="grants.manage_rounds",
            label="Give one application more time",
            explain="For one draft alone. Its people are told, and your reason is kept.",
            done="It may be sent until then. Its people have been told.",
            form=LateForm,
            move="allow_late",
            only_while=lambda round: round.state == RoundState.PUBLISHED,
        ),
        Verb(
            name="copy",
            do=actions.copy_round,
            permission="grants.manage_rounds",
            label="Copy this round",
            explain="Settings, questions and criteria come with it. It starts as a draft.",
            form=CopyForm,
            move="copy",
            done="The copy is set up. Look through it, then publish it.",
            leads_to=lambda made: made.get_absolute_url(),
        ),
    ],
)
