"""How the verbs of outcome reports are offered: one table for pages, API and tests."""

from accounts.fields import PlainTextField
from accounts.verbs import Verb, VerbForm, register

from . import actions, workflow
from .models import ImpactReport, OutcomeReport, OwnIndicator


class SendBackForm(VerbForm):
    reason = PlainTextField(
        label="What should they look at again?",
        help_text="They read this beside their report. Name the question.",
        max_words=80,
        max_length=500,
        rows=4,
        error_messages={
            "required": "Say what they should look at again",
            "max_length": "Shorten this to 500 characters or fewer",
        },
    )


class WaiveForm(VerbForm):
    reason = PlainTextField(
        label="Why is this report not needed?",
        help_text="No detail about the person. The organisation reads this.",
        max_words=80,
        max_length=500,
        rows=4,
        error_messages={
            "required": "Say why this report is not needed",
            "max_length": "Shorten this to 500 characters or fewer",
        },
    )


REPORT_VERBS = register(
    OutcomeReport,
    [
        Verb(
            name="submit",
            do=workflow.submit,
            permission="outcomes.submit_report",
            label="Send this report",
            explain="An officer reads it and accepts it, or asks you about it. "
            "You cannot change it meanwhile.",
            done="The report is sent. An officer reads it within 10 working days.",
            is_primary=True,
        ),
        Verb(
            name="accept",
            do=workflow.accept,
            permission="outcomes.accept_report",
            label="Accept this report",
            explain="It enters the programme’s figures and does not change any more.",
            done="The report is accepted. The organisation gets an e-mail.",
            is_primary=True,
        ),
        Verb(
            name="send-back",
            do=workflow.send_back,
            permission="outcomes.return_report",
            label="Send back with a question",
            explain="The organisation can change its answers and send the report again.",
            done="The report is back with the organisation, with your question.",
            form=SendBackForm,
        ),
        Verb(
            name="waive",
            do=workflow.waive,
            permission="outcomes.waive_report",
            label="Do without this report",
            explain="Nobody is asked for it any more, and it leaves the figures. "
            "It cannot be taken back.",
            done="This report is not asked for any more.",
            form=WaiveForm,
            is_warning=True,
        ),
    ],
)


class SendBackReportForm(VerbForm):
    reason = PlainTextField(
        label="What should change?",
        max_words=80,
        max_length=500,
        rows=4,
        error_messages={
            "required": "Say what should change",
            "max_length": "Shorten this to 500 characters or fewer",
        },
    )


IMPACT_REPORT_VERBS = register(
    ImpactReport,
    [
        Verb(
            name="submit",
            do=workflow.submit_impact_report,
            permission="outcomes.submit_impact_report",
            label="Send to a second person",
            explain="The figures are worked out once more and frozen. What they read is what is approved.",
            done="The report is frozen and waits for another programme lead.",
            is_primary=True,
        ),
        Verb(
            name="approve",
            do=workflow.approve_impact_report,
            permission="outcomes.approve_impact_report",
            label="Approve this report",
            explain="It becomes an edition that never changes. For everybody means: anybody can read it from now on.",
            done="The report is approved.",
            is_primary=True,
        ),
        Verb(
            name="send-back",
            do=workflow.send_back_impact_report,
            permission="outcomes.return_impact_report",
            label="Send back",
            explain="It becomes a draft again, with your reason beside it.",
            done="The report is a draft again.",
            form=SendBackReportForm,
        ),
    ],
)


INDICATOR_VERBS = register(
    OwnIndicator,
    [
        Verb(
            name="retire",
            do=actions.retire_indicator,
            permission="outcomes.edit_indicator",
            label="Retire this indicator",
            explain="Reports begun from now on do not ask it. What was answered stays in the figures.",
            done="The indicator is retired.",
            is_warning=True,
            only_while=lambda held: held.retired_at is None,
        ),
    ],
)
