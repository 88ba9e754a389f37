"""What the verbs of grants, payments and claims ask, and the claim itself."""

import hashlib
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from accounts import written
from accounts.fields import MoneyField, PlainTextField
from accounts.opened import Opened
from accounts.verbs import SeenForm, VerbForm

from ..agreement import agreement_of
from ..enums import ConditionOutcome
from ..models import Claim, Condition, Grant, Payment


def _print(text: str) -> str:
    """A short print of what a page said."""
    return hashlib.blake2s(text.encode(), digest_size=16).hexdigest()


class AcceptOfferForm(SeenForm):
    """One tick for each open condition and one for the agreement, whose words are on the page: what was read
    is what is accepted. Cleans to `acknowledged`: the conditions' numbers."""

    subject: Grant

    terms = forms.BooleanField(
        error_messages={"required": "Tick to accept the agreement, or turn the offer down"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement_of(self.subject)
        self.numbers = []
        for condition in self._open_conditions():
            self.fields[f"condition_{condition.number}"] = forms.BooleanField(
                label=f"We accept condition {condition.number}: {condition.words}",
                error_messages={
                    "required": f"Tick condition {condition.number} to accept it, or turn the offer down"
                },
            )
            self.numbers.append(condition.number)
        self.fields["terms"].label = f"We accept the agreement, version {self.agreement['version']}"
        self.order_fields([name for name in self.fields if name != "terms"])

    def _open_conditions(self) -> Any:
        return self.subject.conditions.filter(met_at__isnull=True).order_by("number")

    def mark(self) -> str:
        said = [str(agreement_of(self.subject)), *(one.words for one in self._open_conditions())]
        return _print("\n".join(said))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return data if self.errors else {"acknowledged": list(self.numbers)}


class TurnDownForm(VerbForm):
    reason = PlainTextField(
        label="Why do you turn the offer down?",
        help_text="It helps the programme to learn. No names.",
        max_words=60,
        max_length=300,
        rows=3,
        error_messages={"required": "Say why you turn the offer down"},
    )


class TerminateForm(VerbForm):
    reason = PlainTextField(
        label="Why does the grant end early?",
        help_text="The organisation reads this. No names.",
        max_words=60,
        max_length=300,
        rows=3,
        error_messages={"required": "Say why the grant ends early"},
    )


class SendBackForm(VerbForm):
    reason = PlainTextField(
        label="What has to be put right?",
        help_text="Say it so that it can be done without asking you.",
        max_words=60,
        max_length=300,
        rows=3,
        error_messages={"required": "Say what has to be put right"},
    )


class ApprovePaymentForm(SeenForm):
    """The amount that was looked at is the one that is approved."""

    subject: Payment

    def mark(self) -> str:
        return f"{self.subject.prepared_at:%Y%m%d%H%M%S%f}"


class SubmitClaimForm(SeenForm):
    """What was checked is what is sent: a colleague may have changed a figure since."""

    subject: Claim

    def mark(self) -> str:
        said = [f"{row.line_id}={row.amount}:{row.note}" for row in self.subject.rows()]
        text = "\n".join([str(self.subject.is_final), *said])
        return _print(text)


class AcceptClaimForm(SeenForm):
    """The figures that were looked at are those that are accepted."""

    subject: Claim

    def mark(self) -> str:
        sent = self.subject.submitted_at
        return f"{sent:%Y%m%d%H%M%S%f}" if sent else ""


class RepaymentForm(SeenForm):
    """How much came back: up to what is owed back. Money that somebody else has noted since the page was
    opened is shown first, so that the same is not noted twice."""

    subject: Grant

    amount = MoneyField(
        label="How much came in?",
        least=Decimal("0.01"),
        error_messages={"required": "Enter the amount that came in"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owed_back = max(-self.subject.owed(), Decimal("0.00"))
        self.fields["amount"].prefix = "£"
        self.fields["amount"].help_text = f"{written.money(owed_back)} is owed back."
        if self.subject.repaid:
            self.fields[
                "amount"
            ].help_text += f" {written.money(self.subject.repaid)} has come in already."
        self.owed_back = owed_back

    def mark(self) -> str:
        return f"{self.subject.repaid}:{self.subject.owed()}"

    def clean_amount(self) -> Decimal:
        amount = self.cleaned_data["amount"]
        if amount > self.owed_back:
            raise forms.ValidationError(
                f"No more than {written.money(self.owed_back)} is owed back"
            )
        return amount


class ConditionForm(VerbForm):
    """What became of a condition; "not needed" wants its reason."""

    subject: Condition

    outcome = forms.ChoiceField(
        label="What became of it?",
        choices=ConditionOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose “Met” or “Not needed”"},
    )
    note = PlainTextField(
        label="Note",
        help_text="What you saw, or why it is not needed. The organisation reads this.",
        required=False,
        max_words=60,
        max_length=300,
        rows=3,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("outcome") == ConditionOutcome.NOT_NEEDED and not data.get("note"):
            self.add_error("note", "Say why the condition is not needed")
        return data


class ClaimForm(Opened, forms.Form):
    """What was spent on each budget line, and a note. Drafts may leave lines empty, and the question whether
    it is the last one: nothing can be claimed after that, so nobody's answer is chosen for them.

    `sends`: it is about to be sent. `lines()` gives budget line number → (pounds or none, note).
    """

    is_final = forms.TypedChoiceField(
        label="Is this your last claim?",
        choices=(("yes", "Yes, everything is spent"), ("no", "No, more will follow")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="After the last claim nothing more can be claimed. The final payment follows it and the "
        "accepted report.",
        error_messages={"required": "Say whether this is your last claim"},
    )

    def __init__(self, *args: Any, claim: Claim, sends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = claim.rows()
        if any(row.amount is not None or row.note for row in self.rows):
            self.initial.setdefault("is_final", "yes" if claim.is_final else "no")
        self.fields["is_final"].inline = True
        self.fields["is_final"].required = sends
        for row in self.rows:
            code = row.line.code
            amount = MoneyField(
                label=f"{code}: spent",
                required=False,
                most=Decimal("99999.99"),
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}
                ),
                initial="" if row.amount is None else f"{row.amount:.2f}",
                error_messages={
                    "required": f"{code}: enter what was spent",
                    "invalid": f"{code}: enter pounds and pence, such as 1,900 or 1900.50",
                },
            )
            amount.prefix = "£"
            note = PlainTextField(
                label=f"{code}: note",
                required=False,
                max_length=200,
                initial=row.note,
                error_messages={"max_length": f"{code}: shorten the note to 200 characters"},
            )
            self.fields[f"amount_{row.line.number}"] = amount
            self.fields[f"note_{row.line.number}"] = note

    def as_kept(self, claim: Claim) -> "ClaimForm":
        """The same form after it was kept and not sent: it stands on what is kept now, so that whoever sends
        it again is not taken for somebody else."""
        drawn = ClaimForm(claim=claim).sent_as_drawn() | {"is_final": [self.data["is_final"]]}
        kept = ClaimForm(MultiValueDict(drawn), claim=claim, sends=True)
        kept.full_clean()
        return kept

    def say(self, claim: Claim) -> list[str]:
        """Put what keeps `claim` from being sent beside the inputs it concerns; gives what was said."""
        problems = claim.problems()
        for name, said in problems:
            self.add_error(name or None, said.removesuffix("."))
        return [said for _, said in problems]

    def table(self) -> list[tuple[Any, Any, Any]]:
        """(claim line, amount field, note field) for the page."""
        return [
            (row, self[f"amount_{row.line.number}"], self[f"note_{row.line.number}"])
            for row in self.rows
        ]

    def lines(self) -> dict[int, tuple[Decimal | None, str]]:
        """What was typed, by the number of the budget line."""
        return {
            row.line.number: (
                self.cleaned_data[f"amount_{row.line.number}"],
                self.cleaned_data[f"note_{row.line.number}"],
            )
            for row in self.rows
        }
