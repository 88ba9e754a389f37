"""What deciding asks: outcome, amount, conditions, reasons, and a sentence per criterion."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts import written
from accounts.fields import MoneyField, PlainTextField
from accounts.fields.text import plain
from accounts.verbs import SeenForm, VerbForm
from accounts.written import pounds
from focus_people.forms.rows import kept

from ..budget import figures
from ..enums import AWARDING, DECISION_OUTCOMES, Outcome
from ..models import Application, StandardCondition
from ..workflow.decisions import decision_errors, newest_recommendation

CONDITION_LENGTH = 300


# What the panel concludes is filled in here: one may be as long as the other.
REASONS_WORDS = 250
FEEDBACK_WORDS = 100
IN_PART_WORDS = 100


def too_long(code: str) -> str:
    """The error of feedback that is too long: it says on which criterion."""
    return f"Shorten the feedback on {code} to {{limit}} words or fewer. It has {{n}} words"


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
    in_part = PlainTextField(
        label="Why less than the eligible total",
        help_text="Only if the award is less than that. A part helps where the core of the learning still "
        "works with it: say what is left out, and how it works without. The applicant reads this in the "
        "letter. No names.",
        required=False,
        max_words=IN_PART_WORDS,
        rows=3,
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
        max_words=REASONS_WORDS,
        rows=4,
        error_messages={"required": "Give the reasons for the decision"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recommended = newest_recommendation(self.subject)
        eligible = figures(self.subject.lines.all()).eligible
        held = self.subject.round
        self.fields["amount"].help_text = (
            f"Up to the eligible total, {written.money(eligible)}, and within the round’s limits of "
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
                max_words=FEEDBACK_WORDS,
                rows=3,
                initial=row.get("feedback", ""),
                error_messages={
                    "required": f"Write a sentence of feedback on {row['code']}",
                    "words": too_long(row["code"]),
                },
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
        typed = held.get("conditions", "").strip()
        lines = [typed, *(one.text for one in ticked if one.text not in typed.splitlines())]
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

    def _says_the_opposite(self, outcome: str) -> bool:
        """A refusal with the panel's reasons to fund, or the other way round: the letter would say both."""
        recommended = newest_recommendation(self.subject)
        if recommended is None or self.cleaned_data.get("reasons") != plain(recommended.reasons):
            return False
        is_refusal = Outcome.DECLINE in (outcome, recommended.outcome)
        return is_refusal and outcome != recommended.outcome

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        outcome, amount = data.get("outcome"), data.get("amount")
        if outcome and "amount" not in self.errors and "conditions" not in self.errors:
            errors = decision_errors(
                self.subject,
                outcome=outcome,
                amount=amount,
                conditions=data["conditions"],
                in_part=data.get("in_part", ""),
            )
            for name, sentence in errors.items():
                if name not in self.errors:
                    self.add_error(name, sentence)
            if self._says_the_opposite(outcome):
                self.add_error(
                    "reasons",
                    "These are the panel’s reasons for another outcome. Say why you decide otherwise",
                )
        if self.errors:
            return data
        return {
            "outcome": outcome,
            "amount": amount if outcome in AWARDING else Decimal("0.00"),
            "conditions": data["conditions"],
            "reasons": data["reasons"],
            "in_part": data["in_part"] if outcome in AWARDING else "",
            "feedback": {code: data[f"feedback_{code}"] for code in self.codes},
        }


class ReleaseForm(SeenForm):
    """The letter that was read is the one that is sent."""

    subject: Application

    CHANGED = (
        "The decision was taken back and made anew since you opened this page. Read the letter as it is "
        "now, then release it"
    )

    def mark(self) -> str:
        decision = getattr(self.subject, "decision", None)
        return str(decision.pk) if decision else ""


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
