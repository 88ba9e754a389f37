"""The form of an outcome report: for every item a value, or one of three reasons why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html

from accounts import clock
from accounts.fields import GovDateField, HoursField

from . import indicators
from .enums import COUNT_DAYS, REASONS, AnswerStatus, ItemKind, Point, Rater
from .indicators import Item, Value
from .models import OutcomeReport

NO_REASON = [("", "–"), *((str(reason), reason.label) for reason in REASONS)]
DURING = {Point.BASELINE: "Now"}


def _number_field(item: Item, label: Any) -> HoursField:
    whole = item.step == 1
    example = "such as 7" if whole else "such as 7.5"
    kind = "a whole number" if whole else "a number"
    if item.kind == ItemKind.SCALE:
        step = "whole numbers" if whole else f"steps of {item.step}"
        sentence = f"Enter a number from {item.least} to {item.most}, in {step}"
        messages = dict.fromkeys(("invalid", "step", "least", "most"), sentence)
    else:
        steps = "Enter a whole number" if whole else f"Enter a number in steps of {item.step}"
        messages = {
            "invalid": f"Enter {kind}, {example}",
            "step": steps,
            "least": f"The number must be {item.least} or more",
            "most": f"The number must be {item.most} or less",
        }
    return HoursField(
        label=label,
        required=False,
        step=item.step,
        least=item.least,
        most=item.most,
        error_messages={"required": f"Enter {kind}", **messages},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric" if whole else "decimal",
                "class": "govuk-input--width-4",
                "autocomplete": "off",
            }
        ),
    )


def _said(value: Value | None) -> str | None:
    if value is None or not value.is_value:
        return None
    if value.choice:
        return value.choice
    text = f"{value.number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class ReportForm(forms.Form):
    """All items of a report's point. Everything may be left open while it is a draft.

    `is_final`: the report is about to be sent, so gaps, contradictions and claims without their
    conditions are said at their fields. `cleaned_data` then has `answers` (item → `Value` or None),
    `window_end`, `days_observed`, `rater` and `version`.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
    window_end = GovDateField(
        label=f"Last of the {COUNT_DAYS} days you counted",
        required=False,
        max_date=clock.today,
        error_messages={
            "required": f"Enter the last of the {COUNT_DAYS} days you counted",
            "max": "The 28 days must have passed: enter {limit} or an earlier day",
        },
    )
    days_observed = HoursField(
        label="On how many of those days was the person at home with support?",
        help_text="28, less days in hospital and days away for more than 24 hours without support",
        required=False,
        step=Decimal(1),
        most=Decimal(COUNT_DAYS),
        error_messages={
            "required": "Enter the number of days, 28 if there was none away",
            "invalid": "Enter a whole number of days, such as 28",
            "step": "Enter a whole number of days, such as 28",
            "most": "There are 28 days in the count at most",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
    )
    rater = forms.ChoiceField(
        label="Who rated the quality of life?",
        choices=[("", "Choose one"), *Rater.choices],
        required=False,
        error_messages={
            "required": "Choose who rated the quality of life",
            "invalid_choice": "Choose who rated the quality of life from the list",
        },
    )

    def __init__(
        self,
        *args: Any,
        report: OutcomeReport,
        risk: Callable[[], indicators.Risk | None] = lambda: None,
        is_final: bool = False,
        **kwargs: Any,
    ) -> None:
        self.report, self.risk, self.is_final = report, risk, is_final
        # Fields whose text could not be read at all: what they held stays as it was.
        self.unreadable: set[str] = set()
        self.items = report.items
        alias = report.grant.application.person.alias
        held = report.values()
        initial: dict[str, Any] = {
            "version": report.version,
            "window_end": report.window_end,
            "days_observed": report.days_observed,
            "rater": report.rater,
        }
        for item in self.items:
            value = held.get(item.code)
            initial[item.code] = _said(value)
            initial[f"{item.code}_reason"] = (
                value.status if value is not None and not value.is_value else ""
            )
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["days_observed"].label_size = "s"
        self.fields["window_end"].label_size = "s"
        self.fields["rater"].label_size = "s"
        for item in self.items:
            question, _, unit = indicators.wording(item, alias=alias, point=report.point)
            now = f"Now, {unit}" if unit else "Now"
            hidden = format_html('<span class="govuk-visually-hidden">: {}</span>', question)
            label = format_html("{}{}", now, hidden)
            field: forms.Field
            if item.is_choice:
                field = forms.ChoiceField(
                    label=label,
                    required=False,
                    choices=[("", ""), *item.choices],
                    error_messages={
                        "required": "Choose an answer",
                        "invalid_choice": "Choose an answer from the list",
                    },
                )
            else:
                field = _number_field(item, label)
            field.label_size = "s"
            field.question = question.rstrip("?")
            self.fields[item.code] = field
            reason = forms.ChoiceField(
                label=format_html("Or no answer, because{}", hidden),
                required=False,
                choices=NO_REASON,
                error_messages={
                    "required": "Choose a reason",
                    "invalid_choice": "Choose a reason from the list",
                },
            )
            reason.label_size = "s"
            reason.question = field.question
            self.fields[f"{item.code}_reason"] = reason

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        answers: dict[str, Value | None] = {}
        for item in self.items:
            if item.code in self.errors or f"{item.code}_reason" in self.errors:
                continue
            said, reason = cleaned.get(item.code), cleaned.get(f"{item.code}_reason")
            if said not in (None, "") and reason:
                self.add_error(item.code, "Give an answer or a reason, not both")
            elif reason:
                answers[item.code] = Value(status=AnswerStatus(reason))
            elif said in (None, ""):
                answers[item.code] = None
            elif item.is_choice:
                answers[item.code] = Value(choice=said)
            else:
                answers[item.code] = Value(number=said)
        cleaned["answers"] = answers
        days = cleaned.get("days_observed")
        cleaned["days_observed"] = None if days is None else int(days)
        self.unreadable = set(self.errors)
        self.held = {
            "window_end": cleaned.get("window_end"),
            "days_observed": cleaned["days_observed"],
            "rater": cleaned.get("rater") or "",
        }
        if self.is_final:
            self._check_whole(answers)
        return cleaned

    def _check_whole(self, answers: dict[str, Value | None]) -> None:
        """What stands in the way of sending, at the field that can put it right."""
        held = {code: value for code, value in answers.items() if value is not None}
        for name in ("window_end", "days_observed"):
            if self.cleaned_data.get(name) is None and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        quality = held.get("quality_of_life")
        if quality is not None and quality.is_value and not self.cleaned_data.get("rater"):
            self.add_error("rater", self.fields["rater"].error_messages["required"])
        problems = indicators.answer_problems(
            held, point=self.report.point, days_observed=self.cleaned_data.get("days_observed")
        )
        if not self.report.is_baseline:
            problems = indicators.admission_problems(held, self.risk()) | problems
        for code, sentence in problems.items():
            if code in self.fields and code not in self.errors:
                self.add_error(code, sentence)
        for item in self.items:
            wanted = item.asked(Point(self.report.point), held) and not item.is_optional
            if wanted and item.code not in held and item.code not in self.errors:
                what = "Choose an answer" if item.is_choice else "Enter a number"
                self.add_error(item.code, f"{what}, or say why there is none")

    def readable(self) -> dict[str, Any]:
        """What may be kept although other fields are wrong: for a draft that saves itself."""
        cleaned = self.cleaned_data
        answers = cleaned.get("answers", {})
        kept: dict[str, Any] = {
            "answers": {code: v for code, v in answers.items() if code not in self.unreadable},
            "version": cleaned.get("version"),
        }
        for name in ("window_end", "days_observed", "rater"):
            is_kept = name in self.unreadable
            kept[name] = getattr(self.report, name) if is_kept else self.held[name]
        return kept


@dataclass(frozen=True)
class Question:
    """One question on the page: the item in words, the last answers, and its two fields."""

    item: Item
    question: str
    help: str
    last: list[tuple[str, str]]
    value: Any
    reason: Any
    note: str
