"""How a word on a case, and using an application again, are offered."""

from accounts.verbs import Verb

from .. import actions, workflow
from ..enums import ApplicationState
from ..forms.applications import CopyForm, MessageForm

TALK_VERBS = (
    Verb(
        name="message",
        do=actions.write_message,
        permission="grants.write_message",
        label="Write a message",
        explain="It stands in the history of the case. An e-mail says that there is one, never what it "
        "says.",
        done="Your message is in the history.",
        form=MessageForm,
        move="write_message",
        only_while=lambda application: application.submitted_at is not None,
    ),
    Verb(
        name="copy",
        do=workflow.copy_application,
        permission="grants.copy_application",
        label="Use it again in a new application",
        explain="Answers, outcomes and budget lines come with it. You can change everything. Documents do not come.",
        done="Your new application holds what you wrote before. Read it through.",
        form=CopyForm,
        only_while=lambda application: application.state != ApplicationState.DRAFT,
        leads_to=lambda made: made.get_absolute_url(),
    ),
)
