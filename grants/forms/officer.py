"""The officer's sheets: the eligibility criteria on one page, the budget lines on another."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.enums import TeamRole
from accounts.fields import PlainTextField
from accounts.models import User
from accounts.opened import Opened
from accounts.verbs import VerbForm

from ..enums import ApplicationState, EligibilityCriterion, LineVerdict, Verdict
from ..general_requirements import assess_line
from ..models import Application, BudgetLine, EligibilityFinding


def officers() -> list[User]:
    """Everyone who may hold a case, by name."""
    found = User.objects.filter(
        is_active=True, team_memberships__role__in=(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
    )
    return list(found.distinct().order_by("name", "email"))


class CorrectForm(VerbForm):
    """Where a state is put back to, and why."""

    subject: Application

    to = forms.ChoiceField(
        label="Put it back to",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the state it is put back to",
            "invalid_choice": "Choose a state from the list",
        },
    )
    reason = PlainTextField(
        label="Why was it wrong?",
        help_text="Kept in the trail. The organisation is told that it was put right. No names.",
        max_length=300,
        rows=3,
        error_messages={
            "required": "Say why it was wrong",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [
            (state, ApplicationState(state).label) for state in self.subject.corrections
        ]


class FindingForm(Opened, forms.Form):
    """One criterion: met, not met or not sure, and because of what. May be left for later."""

    tells = False

    verdict = forms.ChoiceField(
        label="Result",
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Select met, not met or not sure"},
    )
    note = PlainTextField(
        label="Because",
        required=False,
        max_length=300,
        error_messages={"max_length": "Shorten this to 300 characters or fewer"},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        criterion: EligibilityCriterion,
        initial: dict[str, str],
        evidence: str = "",
    ) -> None:
        super().__init__(data, prefix=criterion.value, initial=initial)
        self.criterion, self.evidence = criterion, evidence
        self.error_prefix = criterion.label
        self.number = list(EligibilityCriterion).index(criterion) + 1
        self.fields["verdict"].label = f"Result of criterion {self.number}"
        self.fields["note"].label = f"Because, criterion {self.number}"
        verdict: Any = self.fields["verdict"]
        verdict.inline = verdict.small = True
        verdict.label_size = self.fields["note"].label_size = "s"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("verdict") in (Verdict.FAIL, Verdict.UNSURE) and not cleaned.get("note"):
            self.add_error("note", "Say why it is not met, or what you are not sure about")
        return cleaned


def finding_forms(
    data: Any, findings: Iterable[EligibilityFinding], evidence: dict[str, str]
) -> list[FindingForm]:
    """A form per criterion, with what was found before."""
    held = {finding.criterion: finding for finding in findings}
    forms_ = []
    for criterion in EligibilityCriterion:
        finding = held.get(criterion)
        initial = {"verdict": finding.verdict, "note": finding.note} if finding else {}
        forms_.append(
            FindingForm(
                data,
                criterion=criterion,
                initial=initial,
                evidence=evidence.get(criterion, ""),
            )
        )
    return forms_


class JudgeForm(Opened, forms.Form):
    """One line: accept, refuse or ask. A general requirement comes with its message and signpost."""

    tells = False
    ASK = "ask"

    verdict = forms.ChoiceField(
        label="Decision",
        choices=[
            (LineVerdict.ACCEPTED.value, "Accept"),
            (LineVerdict.REFUSED.value, "Refuse"),
            (ASK, "Ask"),
        ],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Select accept, refuse or ask"},
    )
    reason = PlainTextField(
        label="Why it is refused, or what you ask",
        required=False,
        max_length=300,
        error_messages={"max_length": "Shorten this to 300 characters or fewer"},
    )

    def __init__(self, data: Any = None, *, line: BudgetLine) -> None:
        self.line = line
        self.rule = assess_line(line.topic, line.description)
        is_refused = self.rule is not None and self.rule.is_refused
        initial = {
            "verdict": "" if line.verdict == LineVerdict.OPEN else line.verdict,
            "reason": line.verdict_reason
            or (self.rule.reason[:300] if self.rule and is_refused else ""),
        }
        if line.verdict == LineVerdict.OPEN and is_refused:
            initial["verdict"] = LineVerdict.REFUSED
        super().__init__(data, prefix=line.code, initial=initial)
        if initial["reason"]:
            self.fields["reason"].widget = forms.Textarea(attrs={"rows": 4})
        self.error_prefix = line.code
        self.fields["verdict"].label = f"Decision on {line.code}"
        self.fields["reason"].label = f"Why {line.code} is refused, or what you ask"
        verdict: Any = self.fields["verdict"]
        verdict.inline = verdict.small = True
        verdict.label_size = self.fields["reason"].label_size = "s"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("verdict") == LineVerdict.REFUSED and not cleaned.get("reason"):
            self.add_error("reason", "Say why the line is refused")
        if cleaned.get("verdict") == self.ASK and not self.errors.get("reason"):
            if not cleaned.get("reason"):
                self.add_error("reason", "Write what you ask about the line")
            elif cleaned["reason"] == self.initial["reason"]:
                self.add_error("reason", "Write what you ask, instead of why the line is refused")
        return cleaned
