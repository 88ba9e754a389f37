"""How publishing a round is offered."""

from accounts.verbs import Verb, register

from .. import workflow
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
    ],
)
