"""How the verbs of organisations are offered."""

from typing import Any

from django import forms

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


class ParentForm(VerbForm):
    parent = forms.ChoiceField(
        label="Which organisation is it part of?",
        help_text="Its parent body, if that is in this service. An interest in the one is then an interest "
        "in the other.",
        required=False,
        error_messages={"invalid_choice": "Choose an organisation from the list"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject: Any = self.subject
        others = Organisation.objects.visible_to(self.by).exclude(pk=subject.pk).order_by("name")
        self.others = {one.reference: one for one in others}
        field: Any = self.fields["parent"]
        field.choices = [("", "None of these"), *((r, o.name) for r, o in self.others.items())]
        field.initial = subject.parent.reference if subject.parent else ""

    def clean_parent(self) -> Organisation | None:
        return self.others.get(self.cleaned_data["parent"])


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
        Verb(
            name="belongs-to",
            do=workflow.say_parent,
            permission="accounts.verify_organisation",
            label="Say which organisation it is part of",
            explain="Panel members with an interest in the one are kept from the cases of the other.",
            done="Saved.",
            form=ParentForm,
        ),
    ],
)
