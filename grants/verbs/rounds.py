"""How publishing a round is offered."""

from django.urls import reverse

from accounts.verbs import Verb, register

from .. import actions, workflow
from ..enums import RoundState
from ..forms.rounds import CopyForm, LateForm, VersionForm
from ..models import Round


def _is_being_changed(round: Round) -> bool:
    """Published, and another version is being written."""
    return round.state == RoundState.PUBLISHED and round.draft_terms is not None


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
            name="publish-version",
            do=workflow.publish_version,
            permission="grants.manage_rounds",
            label="Publish the new version",
            explain="It counts for applications that are started from then on. Who has started keeps "
            "the questions, the criteria and the score to reach that they began with.",
            done="The new version is published. Applications started from now on answer it.",
            form=VersionForm,
            only_while=_is_being_changed,
            leads_to=lambda round: reverse("round-versions", args=[round.reference]),
        ),
        Verb(
            name="drop-version",
            do=workflow.drop_version,
            permission="grants.manage_rounds",
            label="Throw the new version away",
            explain="Nobody has seen it. What is published stays as it is.",
            done="The new version is thrown away.",
            only_while=_is_being_changed,
            is_warning=True,
        ),
        Verb(
            name="revise",
            do=workflow.revise_round,
            permission="grants.manage_rounds",
            label="Change questions or criteria",
            explain="You write a new version beside the published one. It counts for applications "
            "that are started after you publish it; nothing changes for those under way.",
            done="The new version is a copy. Change it, then publish it.",
            only_while=lambda round: (
                round.state == RoundState.PUBLISHED and round.draft_terms is None
            ),
            leads_to=lambda round: reverse("round-versions", args=[round.reference]),
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
