"""What is asked before a record is kept longer, or erased, or read by staff."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts import clock
from accounts.fields import GovDateField, PlainTextField
from accounts.verbs import VerbForm

from ..enums import ErasureReason, ReadingPurpose


class HoldForm(VerbForm):
    reason = PlainTextField(
        label="Why must nothing be removed?",
        help_text="What is being looked into, without saying who anybody is.",
        max_length=300,
        rows=3,
        error_messages={"required": "Say why nothing may be removed"},
    )
    review_on = GovDateField(
        label="When is it looked at again?",
        help_text="Within a year. Programme leads are reminded.",
        error_messages={"required": "Enter the day on which the hold is looked at again"},
    )

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if not clock.today() < day <= clock.today() + timedelta(days=366):
            raise forms.ValidationError("Enter a day within the next 12 months")
        return day


class AskErasureForm(VerbForm):
    why = forms.ChoiceField(
        label="Why?",
        choices=ErasureReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why the record is to be erased"},
    )


class PurposeForm(forms.Form):
    """Asked of staff once for a person and a session."""

    purpose = forms.ChoiceField(
        label="Why do you open this record?",
        choices=ReadingPurpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why you open this record"},
    )
    words = PlainTextField(
        label="What else?",
        help_text="Only for something else. One line; nothing about who the person is.",
        max_length=150,
        required=False,
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_other = said.get("purpose") == ReadingPurpose.OTHER
        if is_other and not said.get("words") and "words" not in self.errors:
            self.add_error("words", "Say what else you open it for")
        if not is_other:
            said["words"] = ""
        return said
