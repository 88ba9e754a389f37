"""How the panel's verbs are offered: seats and sheets on pages and in the API, cases in the API."""

from typing import Any

from django.urls import reverse

from accounts.verbs import Verb, register

from . import actions, workflow
from .enums import MeetingState
from .forms import (
    AgendaForm,
    AssignForm,
    AttendanceForm,
    ChangeScoreForm,
    ConcludeForm,
    DeclareForm,
    FlagForm,
    LateInterestForm,
    NoteForm,
    SaveForm,
    ShowForm,
    StandDownForm,
    SubmitForm,
)
from .models import AgendaItem, Assessment, Assignment, Meeting


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


def _not_frozen(meeting: Meeting) -> bool:
    return not meeting.is_frozen


def _not_over(meeting: Meeting) -> bool:
    return meeting.ended_at is None


def _meeting_of(item: AgendaItem) -> str:
    return item.meeting.get_absolute_url()


MEETING_VERBS = register(
    Meeting,
    [
        Verb(
            name="open",
            do=workflow.open_meeting,
            permission="panel.chair_meeting",
            label="Start the meeting",
            explain="From now on every screen follows what you show.",
            done="The meeting is under way.",
            is_primary=True,
        ),
        Verb(
            name="show",
            do=workflow.show_case,
            permission="panel.chair_meeting",
            label="Show a case",
            explain="Every screen goes to it. Whoever has an interest in it sees a blank screen.",
            form=ShowForm,
            only_while=lambda meeting: meeting.is_open,
        ),
        Verb(
            name="agenda",
            do=workflow.put_on_agenda,
            permission="panel.prepare_meeting",
            label="Put cases on the agenda",
            done="The agenda is changed.",
            form=AgendaForm,
            only_while=_not_over,
        ),
        Verb(
            name="attendance",
            do=workflow.note_attendance,
            permission="panel.prepare_meeting",
            label="Say who was there",
            done="Who was there is saved.",
            form=AttendanceForm,
            move="prepare",
            only_while=_not_frozen,
        ),
        Verb(
            name="apologies",
            do=workflow.send_apologies,
            permission="panel.send_apologies",
            label="Send apologies",
            explain="The chair sees that you cannot come.",
            done="Your apologies are noted.",
            move="apologise",
            only_while=_not_over,
        ),
        Verb(
            name="end",
            do=workflow.end_meeting,
            permission="panel.chair_meeting",
            label="End the meeting",
            explain="Every screen goes blank. The minutes can be corrected until you approve them.",
            done="The meeting is over. Look through its minutes, then approve them.",
        ),
        Verb(
            name="approve",
            do=workflow.approve_minutes,
            permission="panel.chair_meeting",
            label="Approve the minutes",
            explain="You have read them. They are frozen as the record has them now, and never change "
            "again.",
            done="The minutes are approved.",
            is_primary=True,
            only_while=lambda meeting: meeting.state == MeetingState.ENDED,
        ),
    ],
)

ITEM_VERBS = register(
    AgendaItem,
    [
        Verb(
            name="note",
            do=workflow.note_item,
            permission="panel.note_item",
            label="Note what was said",
            done="The note is saved.",
            form=NoteForm,
            leads_to=_meeting_of,
        ),
        Verb(
            name="earlier",
            do=workflow.move_earlier,
            permission="panel.order_item",
            label="Move up on the agenda",
            move="move",
            leads_to=_meeting_of,
        ),
        Verb(
            name="later",
            do=workflow.move_later,
            permission="panel.order_item",
            label="Move down on the agenda",
            move="move",
            leads_to=_meeting_of,
        ),
        Verb(
            name="take-off",
            do=workflow.take_off,
            permission="panel.order_item",
            label="Take it off the agenda",
            done="The case is off the agenda.",
            leads_to=lambda meeting: meeting.get_absolute_url(),
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
