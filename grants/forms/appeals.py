"""What an appeal asks, and its answer."""

from typing import Any

from django import forms

from accounts.fields import PlainTextField
from accounts.verbs import VerbForm

from ..enums import AppealGround, AppealOutcome, ApplicationState
from ..models import Appeal
from ..workflow.appeals import appeal_errors
from .applications import NoIdentifiersField


class AppealForm(VerbForm):
    ground = forms.ChoiceField(
        label="What went wrong?",
        help_text="Not agreeing with a score is no ground.",
        choices=AppealGround,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what went wrong",
            "invalid_choice": "Choose what went wrong from the three grounds",
        },
    )
    words = NoIdentifiersField(
        label="Say what happened, and what should have happened",
        help_text="Without names of the person or of panel members.",
        max_words=300,
        rows=8,
        error_messages={"required": "Say what happened"},
    )


class AnswerAppealForm(VerbForm):
    """The outcome; for an award also which conditions are lifted."""

    subject: Appeal

    outcome = forms.ChoiceField(
        label="Outcome",
        choices=(),
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose an outcome",
            "invalid_choice": "Choose an outcome from the list",
        },
    )
    lifted = forms.TypedMultipleChoiceField(
        label="Conditions that are lifted",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose conditions from the list"},
    )
    answer = PlainTextField(
        label="Your answer",
        help_text="The organisation reads it: what you looked at, what you found, what happens now.",
        max_words=300,
        rows=8,
        error_messages={"required": "Write your answer"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = self.subject.application
        is_refusal = application.state == ApplicationState.DECLINED
        left_out = (
            {AppealOutcome.LIFTED}
            if is_refusal
            else {
                AppealOutcome.RESCORE,
                AppealOutcome.AWARD,
            }
        )
        self.fields["outcome"].choices = [
            (o.value, o.label) for o in AppealOutcome if o not in left_out
        ]
        grant = getattr(application, "grant", None)
        if grant is None:
            del self.fields["lifted"]
        else:
            self.fields["lifted"].choices = [
                (c.number, f"{c.number}. {c.words}")
                for c in grant.conditions.filter(met_at__isnull=True).order_by("number")
            ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data.setdefault("lifted", [])
        if outcome := data.get("outcome"):
            for field, said in appeal_errors(
                self.subject, outcome=outcome, lifted=data["lifted"]
            ).items():
                self.add_error(field if field in self.fields else "outcome", said)
        return data
