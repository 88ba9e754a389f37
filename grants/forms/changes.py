"""What a change of a running grant asks, and what is asked when life has changed."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts import clock, written
from accounts.fields import GovDateField, MoneyField, PlainTextField
from accounts.opened import Opened
from accounts.verbs import SeenForm, VerbForm

from ..enums import (
    EXTENSION_MONTHS,
    TOP_UP_MOST,
    LifeChange,
    LifeOutcome,
    LifeWish,
    LineCategory,
    ReviewOutcome,
)
from ..models import Change, Grant
from ..workflow.changes import months_after, top_up_most, variation_sentences
from .applications import NoIdentifiersField


def _reason(label: str, missing: str, help_text: str = "No names.") -> NoIdentifiersField:
    return NoIdentifiersField(
        label=label,
        help_text=help_text,
        max_words=80,
        max_length=500,
        rows=3,
        error_messages={"required": missing},
    )


class MoveMoneyForm(Opened, VerbForm):
    """A new amount for each line; together as much as before. Cleans to `lines` and `reason`. Where money
    was moved since the page was opened, it says so, line by line."""

    subject: Grant
    reason = _reason("Why?", "Say why the money is moved")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = [
            (line, amount)
            for line, amount in self.subject.agreed_lines()
            if line.category != LineCategory.CONTINGENCY
        ]
        for line, amount in self.rows:
            field = MoneyField(
                label=f"{line.code} {line.description}",
                help_text=f"{written.money(amount)} now",
                most=Decimal("99999.99"),
                initial=f"{amount:.2f}",
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}
                ),
                error_messages={
                    "required": f"{line.code}: enter an amount, 0.00 for nothing",
                    "invalid": f"{line.code}: enter pounds and pence, such as 1,900 or 1900.50",
                },
            )
            field.prefix, field.label_size = "£", "s"
            self.fields[f"amount_{line.number}"] = field
        self.order_fields([*(f"amount_{line.number}" for line, _ in self.rows), "reason"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        lines = {line.number: data[f"amount_{line.number}"] for line, _ in self.rows}
        for said in variation_sentences(self.subject, lines):
            self.add_error(None, said.removesuffix("."))
        return {"lines": lines, "reason": data["reason"]}


class MoreTimeForm(VerbForm):
    subject: Grant
    until_on = GovDateField(
        label="Until when?",
        error_messages={"required": "Enter the new last day for the training"},
    )
    reason = _reason("Why is more time needed?", "Say why more time is needed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, now = self.subject.delivery_until, self.subject.training_until
        field: Any = self.fields["until_on"]
        if first and now:
            field.min_date = now + clock.timedelta(days=1)
            field.max_date = months_after(first, EXTENSION_MONTHS)
            field.help_text = f"The last day is {written.day(now)} now."


class _AmountOnLineForm(VerbForm):
    """An amount for one of the award's lines. Cleans to `line` (its number), `amount` and `reason`."""

    subject: Grant
    line = forms.TypedChoiceField(
        label="For which line?",
        coerce=int,
        error_messages={
            "required": "Choose a line",
            "invalid_choice": "Choose a line from the list",
        },
    )
    amount = MoneyField(
        label="How much?",
        least=Decimal("0.01"),
        error_messages={"required": "Enter how much"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].prefix = "£"
        self.fields["line"].choices = [
            ("", "Choose one"),
            *(
                (line.number, f"{line.code} {line.description}")
                for line, _ in self.subject.agreed_lines()
                if line.category != LineCategory.CONTINGENCY
            ),
        ]


class TopUpForm(_AmountOnLineForm):
    reason = _reason(
        "Who has to learn what?",
        "Say who has to learn what",
        "By role, such as “a new night worker”. No names.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["amount"]
        field.most = top_up_most(self.subject)
        field.help_text = f"Up to {written.money(field.most)}."
        if field.most < TOP_UP_MOST:
            most = written.money(self.subject.round.maximum)
            field.help_text += f" With it the award comes to {most}, the most there is."


class ContingencyForm(_AmountOnLineForm):
    reason = _reason("What has happened?", "Say what has happened")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left = self.subject.contingency_left()
        field: Any = self.fields["amount"]
        field.most = left
        field.help_text = f"{written.money(left)} is left."


class AgreeForm(VerbForm):
    subject: Change
    answer = PlainTextField(
        label="A word to the organisation (optional)",
        required=False,
        max_length=300,
        rows=2,
        error_messages={"max_length": "Shorten this to 300 characters or fewer"},
    )


class RefuseForm(VerbForm):
    subject: Change
    answer = PlainTextField(
        label="Why not?",
        help_text="The organisation reads this.",
        max_length=300,
        rows=3,
        error_messages={
            "required": "Say why you do not agree",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )


class TellUsForm(VerbForm):
    """Asked gently, and as little as can be: what, when, and what they would like."""

    kind = forms.ChoiceField(
        label="What has happened?",
        choices=LifeChange,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what has happened"},
    )
    happened_on = GovDateField(
        label="When?",
        help_text="About is enough.",
        max_date=clock.today,
        error_messages={"required": "Enter the day, about is enough"},
    )
    wish = forms.ChoiceField(
        label="What would you like for the grant?",
        help_text="You can change your mind. An officer will be in touch with you.",
        choices=LifeWish,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you would like"},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == LifeChange.DIED and data.get("wish") == LifeWish.TRANSFER:
            self.add_error(
                "wish", "Choose to wait, to carry on for the people around them, or to end it"
            )
        return data


class SettleForm(SeenForm):
    subject: Grant
    outcome = forms.ChoiceField(
        label="What was agreed with the organisation?",
        choices=LifeOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was agreed"},
    )
    note = PlainTextField(
        label="A word to the organisation (optional)",
        required=False,
        max_length=300,
        rows=3,
        error_messages={"max_length": "Shorten this to 300 characters or fewer"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome: Any = self.fields["outcome"]
        event = self.subject.waiting_event()
        if event is not None and event.kind == LifeChange.DIED:
            outcome.choices = [c for c in LifeOutcome.choices if c[0] != LifeOutcome.TRANSFERRED]
        outcome.option_hints = {
            LifeOutcome.CARRY_ON: "The days on hold are added to the time for the training.",
            LifeOutcome.PAUSED: "You are not reminded again: say below when you speak next.",
            LifeOutcome.ENDED: "What was spent can be claimed, and what was paid and not spent goes back.",
            LifeOutcome.TRANSFERRED: "It ends for this organisation as above.",
        }

    def mark(self) -> str:
        event = self.subject.waiting_event()
        return f"{event.pk}:{event.outcome}" if event else ""


class AskBackForm(Opened, VerbForm):
    """Asked again, the new day and reason stand in place of the first."""

    subject: Grant
    due_on = GovDateField(
        label="By when?",
        min_date=lambda: clock.today() + clock.timedelta(days=1),
        error_messages={"required": "Enter the day by which it is asked back"},
    )
    reason = PlainTextField(
        label="Why is it asked back?",
        help_text="The organisation reads this.",
        max_length=300,
        rows=3,
        error_messages={
            "required": "Say why it is asked back",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["due_on"] = self.subject.recovery_due_on
        self.initial["reason"] = self.subject.recovery_reason


class ReviewForm(SeenForm):
    subject: Grant
    outcome = forms.ChoiceField(
        label="What follows?",
        choices=ReviewOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what follows"},
    )
    words = PlainTextField(
        label="What did you find?",
        help_text="Money against training, and whether it is still on its way. Both sides read this.",
        max_length=500,
        rows=4,
        error_messages={
            "required": "Say what you found",
            "max_length": "Shorten this to 500 characters or fewer",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome: Any = self.fields["outcome"]
        outcome.option_hints = {
            ReviewOutcome.CONTINUE: "Nothing changes.",
            ReviewOutcome.AMEND: "The organisation asks for the change, and an officer answers.",
            ReviewOutcome.DISCONTINUE: "A programme lead is asked to end the grant early. What was spent can "
            "still be claimed.",
        }

    def mark(self) -> str:
        written, grant = self.subject.reviews.count(), self.subject
        return f"{written}:{grant.paid_so_far()}:{grant.accepted_spend()}"
