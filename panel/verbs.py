"""How the panel's verbs are offered: seats and sheets on pages and in the API, cases in the API."""

from typing import Any

from django.urls import reverse

from accounts.verbs import Verb, register

from . import actions, workflow
from .forms import (
    AssignForm,
    ChangeScoreForm,
    ConcludeForm,
    DeclareForm,
    FlagForm,
    LateInterestForm,
    SaveForm,
    StandDownForm,
    SubmitForm,
)
from .models import Assessment, Assignment


def _queue(_: Any) -> str:
    return reverse("panel-queue")


def _own_sheet(assessment: Assessment) -> str:
    return reverse("panel-score", args=[assessment.assignment.application.reference])


SEAT_VERBS = register(
    Assignment,
    [
        Verb(
            name="declare",
            do=workflow.declare,
            permission="panel.declare",
            label="Declare interests",
            explain="Answer before you see the application.",
            done="Your declaration is saved.",
            form=DeclareForm,
            move="declare_clear",
            is_primary=True,
            leads_to=_queue,
        ),
        Verb(
            name="declare-late",
            do=workflow.declare_late,
            permission="panel.declare",
            label="I have an interest",
            explain="Your scores for this case are withdrawn and not counted, and it closes for you. "
            "Another member is asked.",
            done="You are removed from this case. Thank you for saying so.",
            form=LateInterestForm,
            is_warning=True,
            leads_to=_queue,
        ),
        Verb(
            name="stand-down",
            do=workflow.stand_down,
            permission="panel.stand_down",
            label="Stand down",
            explain="The seat becomes free for another member. Scores given from it are withdrawn and "
            "not counted. This cannot be undone.",
            done="The seat is free.",
            form=StandDownForm,
            is_warning=True,
        ),
    ],
)

ASSESSMENT_VERBS = register(
    Assessment,
    [
        Verb(
            name="save",
            do=actions.save_scores,
            permission="panel.score",
            label="Save scores",
            explain="Keeps your sheet as it is. You can come back to it.",
            done="Your sheet is saved.",
            form=SaveForm,
            move="save_scores",
            leads_to=_own_sheet,
            only_while=lambda sheet: sheet.state == "scoring",
        ),
        Verb(
            name="submit",
            do=workflow.submit_assessment,
            permission="panel.score",
            label="Submit scores",
            explain="Once submitted, scores change only in moderation, with a reason, and every "
            "version is kept.",
            done="Your scores are in.",
            form=SubmitForm,
            is_primary=True,
            leads_to=_own_sheet,
        ),
        Verb(
            name="change-score",
            do=workflow.change_score,
            permission="panel.change_own_score",
            label="Change a score",
            explain="Your old score is kept beside the new one, with your reason.",
            done="Your score is changed.",
            form=ChangeScoreForm,
            leads_to=lambda sheet: reverse(
                "panel-moderation", args=[sheet.assignment.application.reference]
            ),
            only_while=lambda sheet: sheet.state == "scored",
        ),
    ],
)

# The noun belongs to the programme, so this table is the API's alone; pages have their own views.
CASE_VERBS = (
    Verb(
        name="assign",
        do=workflow.assign,
        permission="panel.assign",
        label="Assign members",
        form=AssignForm,
    ),
    Verb(
        name="declare-as-chair",
        do=workflow.declare_as_chair,
        permission="panel.declare_as_chair",
        label="Declare interests as the chair of this case",
        form=DeclareForm,
    ),
    Verb(
        name="resolve-flag",
        do=workflow.resolve_flag,
        permission="panel.resolve_flag",
        label="Resolve a flag",
        form=FlagForm,
    ),
    Verb(
        name="conclude",
        do=workflow.conclude,
        permission="panel.conclude",
        label="Conclude",
        form=ConcludeForm,
    ),
)
