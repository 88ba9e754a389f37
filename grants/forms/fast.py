"""What the fast track asks: why, and the lead's answer."""

from typing import Any

from django import forms

from accounts.fields import PlainTextField
from accounts.verbs import VerbForm

from .applications import NoIdentifiersField


class AskFastTrackForm(VerbForm):
    reason = NoIdentifiersField(
        label="Why can it not wait?",
        help_text="What is going to happen within days, and what the training would change. No names.",
        max_words=60,
        max_length=400,
        rows=4,
        error_messages={"required": "Say why it cannot wait"},
    )


class AnswerFastTrackForm(VerbForm):
    """Cleans to `agree` and `answer`."""

    agree = forms.ChoiceField(
        label="Does it go on the fast track?",
        choices=[("yes", "Yes"), ("no", "No, it stays on the usual road")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no"},
    )
    answer = PlainTextField(
        label="What do you tell the applicant?",
        help_text="Needed if you do not agree. No names.",
        max_words=50,
        max_length=300,
        rows=3,
        required=False,
        error_messages={"required": "Say why it stays on the usual road"},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("agree") == "no" and not data.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "Say why it stays on the usual road")
        if "agree" in data:
            data["agree"] = data["agree"] == "yes"
        return data
