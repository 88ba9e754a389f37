"""How the verbs of organisations are offered."""

from . import workflow
from .fields import PlainTextField
from .models import Organisation
from .verbs import Verb, VerbForm, register


class RefuseForm(VerbForm):
    reason = PlainTextField(
        label="Why could you not verify it?",
        help_text="Their lead reads this. Say what they can do about it.",
        max_words=80,
        rows=4,
        error_messages={"required": "Say why the organisation could not be verified"},
    )


ORGANISATION_VERBS = register(
    Organisation,
    [
        Verb(
            name="verify",
            do=workflow.verify_organisation,
            permission="accounts.verify_organisation",
            label="Verify organisation",
            explain="You have checked that it exists, and that its numbers are its own. "
            "It may then send applications. Its lead gets an e-mail.",
            done="The organisation is verified.",
            is_primary=True,
        ),
        Verb(
            name="refuse",
            do=workflow.refuse_organisation,
            permission="accounts.verify_organisation",
            label="Could not verify",
            explain="It cannot send applications until an officer verifies it.",
            done="The organisation’s lead has been told why.",
            form=RefuseForm,
        ),
    ],
)
