"""How publishing a round is offered."""

from typing import Any

from django.urls import reverse

from accounts.verbs import Verb, register

from .. import actions, workflow
from ..enums import RoundState
from ..forms.rounds import (
    AddCriterionForm,
    AddQuestionForm,
    CopyForm,
    LateForm,
    SettingsForm,
    TakeOutCriterionForm,
    TakeOutQuestionForm,
    VersionForm,
)
from ..models import Round


def _is_being_changed(round: Round) -> bool:
    """Published, and another version is being written."""
    return round.state == RoundState.PUBLISHED and round.draft_terms is not None


def _is_written(round: Round) -> bool:
    """A version can be changed: the first of a draft, or another beside the published one."""
    return round.draft_terms is not None


def _where_it_is_written(round: Round) -> str:
    if round.state == RoundState.PUBLISHED:
        return reverse("round-versions", args=[round.reference])
    return round.get_absolute_url()


def _on_terms(name: str, do: Any, label: str, done: str, form: Any, explain: str = "") -> Verb:
    """A verb that changes what the version being written asks, or how it judges."""
    return Verb(
        name=name,
        do=do,
        permission="grants.manage_rounds",
        label=label,
        explain=explain,
        done=done,
        form=form,
        only_while=_is_written,
        leads_to=_where_it_is_written,
    )


ON_TERMS = (
    _on_terms(
        "add-question",
        actions.add_question,
        "Add a question",
        "The question is added.",
        AddQuestionForm,
        "It is answered in words and comes after the others.",
    ),
    _on_terms(
        "take-out-question",
        actions.take_out_question,
        "Take out a question",
        "The question is taken out.",
        TakeOutQuestionForm,
        "The others keep their numbers. Answers under an earlier version stay.",
    ),
    _on_terms(
        "add-criterion",
        actions.add_criterion,
        "Add a criterion",
        "The criterion is added. The weights have to come to 100 before you publish.",
        AddCriterionForm,
        "The weights of all criteria come to 100.",
    ),
    _on_terms(
        "take-out-criterion",
        actions.take_out_criterion,
        "Take out a criterion",
        "The criterion is taken out. The weights have to come to 100 before you publish.",
        TakeOutCriterionForm,
        "Scores under an earlier version stay.",
    ),
)
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
            name="change",
            do=actions.change_round,
            permission="grants.manage_rounds",
            label="Change the settings",
            explain="Its title, days and money, until it is published. Then they stand.",
            done="The settings are changed.",
            form=SettingsForm,
            only_while=lambda round: round.state == RoundState.DRAFT,
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
        *ON_TERMS,
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
