"""A standard condition, as the lead keeps it."""

from typing import Any

from django import forms

from accounts.fields import PlainTextField
from accounts.opened import Opened

from ..enums import Instalment


class StandardConditionForm(Opened, forms.Form):
    title = PlainTextField(
        names_somebody=True,
        label="Short name",
        help_text="To find it in the list, such as Working policy.",
        max_length=60,
        error_messages={"required": "Enter a short name"},
    )
    words = PlainTextField(
        label="The condition",
        help_text="As the applicant reads it, one sentence.",
        max_length=180,
        rows=3,
        error_messages={
            "required": "Write the condition",
            "max_length": "Shorten the condition to 180 characters or fewer",
        },
    )
    evidence = PlainTextField(
        label="What shows that it is met? (optional)",
        help_text="Such as the policy, or the trainer’s certificate.",
        max_length=70,
        required=False,
        error_messages={"max_length": "Shorten this to 70 characters or fewer"},
    )
    before = forms.ChoiceField(
        label="Does a payment wait for it?",
        choices=[
            ("", "No payment waits for it"),
            (Instalment.FIRST, "The first payment waits for it"),
            (Instalment.FINAL, "The final payment waits for it"),
        ],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose which payment waits for it"},
    )
    is_offered = forms.BooleanField(
        label="Leads can pick it", required=False, help_text="Take the tick out to retire it."
    )

    def clean_words(self) -> str:
        return " ".join(self.cleaned_data["words"].split())

    def clean_evidence(self) -> str:
        return " ".join(self.cleaned_data["evidence"].split())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_offered"].small = True
