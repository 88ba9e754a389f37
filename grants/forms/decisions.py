"""What deciding asks: outcome, amount, conditions, reasons, and a sentence per criterion."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts.fields import MoneyField, PlainTextField
from accounts.fields.text import plain
from accounts.verbs import VerbForm
from focus_people.forms.rows import kept

from ..budget import figures, pounds
from ..enums import AWARDING, DECISION_OUTCOMES, Outcome
from ..models import Application, StandardCondition
from ..workflow.decisions import decision_errors, newest_recommendation

CONDITION_LENGTH = 300


class DecideForm(VerbForm):
    """Prefilled from the recommendation. Cleans to `outcome, amount, conditions, reasons, feedback`."""

    subject: Application

    outcome = forms.ChoiceField(
        label="Decision",
        choices=DECISION_OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a decision"},
    )
    amount = MoneyField(
        label="Amount of the award",
        required=False,
        help_text="Leave empty if you do not award.",
        error_messages={"required": "Enter the amount of the award"},
    )
    conditions = PlainTextField(
        label="Conditions",
        help_text="One on each line. The applicant accepts each of them with the offer. One that ends in "
        "“Before the first payment.” or “Before the final payment.” holds that payment back until it is "
        "met.",
        required=False,
        rows=4,
        error_messages={"required": "Write the conditions, one on each line"},
    )
    standard = forms.MultipleChoiceField(
        label="Conditions from the library",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose conditions from the list"},
    )
    reasons = PlainTextField(
        label="Reasons",
        help_text="The applicant reads them in the letter. No names.",
        max_words=200,
        rows=4,
        error_messages={"required": "Give the reasons for the decision"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recommended = newest_recommendation(self.subject)
        eligible = figures(self.subject.lines.all()).eligible
        held = self.subject.round
        self.fields["amount"].help_text = (
            f"Up to the eligible total, £{eligible:,.2f}, and within the round’s limits of "
            f"{pounds(held.minimum)} to {pounds(held.maximum)}. Leave empty if you do not award."
        )
        self.fields["amount"].prefix = "£"
        library = StandardCondition.objects.filter(is_offered=True).order_by("number")
        self.library = {str(one.number): one for one in library}
        standard: Any = self.fields["standard"]
        standard.choices = [(number, one.title) for number, one in self.library.items()]
        standard.option_hints = {number: one.text for number, one in self.library.items()}
        standard.small, standard.label_size = True, "s"
        self.codes: list[str] = []
        if recommended is None:
            return
        self.initial.setdefault("outcome", recommended.outcome)
        if recommended.outcome in AWARDING:
            self.initial.setdefault("amount", f"{recommended.amount:.2f}")
        self.initial.setdefault("conditions", "\n".join(recommended.conditions))
        self.initial.setdefault("reasons", recommended.reasons)
        for row in recommended.criteria:
            name = f"feedback_{row['code']}"
            score = f" It scored {row['average']} of 5." if row.get("average") else ""
            field = PlainTextField(
                label=f"{row['code']} {row['title']}",
                help_text=f"One or two sentences for the applicant.{score}",
                max_words=80,
                rows=3,
                initial=row.get("feedback", ""),
                error_messages={"required": f"Write a sentence of feedback on {row['code']}"},
            )
            field.label_size = "s"
            self.fields[name] = field
            self.codes.append(row["code"])

    def feedback_fields(self) -> list[forms.BoundField]:
        """The fields of feedback, in the order of the criteria."""
        return [self[f"feedback_{code}"] for code in self.codes]

    def with_ticked(self) -> "DecideForm":
        """The same form, unsent: what was typed, with the ticked conditions written below it."""
        held: Any = self.data.copy()
        ticked = [self.library[n] for n in held.getlist("standard") if n in self.library]
        written = held.get("conditions", "").strip()
        lines = [written, *(one.text for one in ticked if one.text not in written.splitlines())]
        held["conditions"] = "\n".join(line for line in lines if line)
        if ticked:
            held["outcome"] = Outcome.APPROVE_WITH_CONDITIONS.value
        held.setlist("standard", [])
        made = type(self)(held, subject=self.subject, by=self.by)
        kept(made)
        return made

    def clean_conditions(self) -> list[str]:
        lines = [plain(line) for line in self.cleaned_data["conditions"].splitlines()]
        found = [line for line in lines if line]
        if any(len(line) > CONDITION_LENGTH for line in found):
            raise forms.ValidationError(
                f"Shorten each condition to {CONDITION_LENGTH} characters or fewer"
            )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        outcome, amount = data.get("outcome"), data.get("amount")
        if outcome and "amount" not in self.errors and "conditions" not in self.errors:
            errors = decision_errors(
                self.subject, outcome=outcome, amount=amount, conditions=data["conditions"]
            )
            for name, sentence in errors.items():
                self.add_error(name, sentence)
        if self.errors:
            return data
        return {
            "outcome": outcome,
            "amount": amount if outcome in AWARDING else Decimal("0.00"),
            "conditions": data["conditions"],
            "reasons": data["reasons"],
            "feedback": {code: data[f"feedback_{code}"] for code in self.codes},
        }


class TakeBackForm(VerbForm):
    reason = PlainTextField(
        label="Why is it taken back?",
        help_text="Kept in the history for programme staff.",
        max_words=60,
        rows=3,
        max_length=300,
        error_messages={"required": "Say why the decision is taken back"},
    )


class FromReserveForm(VerbForm):
    reason = PlainTextField(
        label="Why now?",
        help_text="Kept in the history. No names.",
        max_words=60,
        rows=3,
        max_length=300,
        error_messages={"required": "Say why it is taken from the reserve list"},
    )
