"""The forms of the experience survey: for those who answer, for the host, and for the lead who acts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import clock
from accounts.fields import GovDateField, PlainTextField
from accounts.verbs import VerbForm
from grants.models import Programme

from ..models import SurveyWording
from .questions import QUESTIONS, Group, Question
from .workflow import MOST_CODES


class AnswersForm(forms.Form):
    """Every question of a version, none of which has to be answered. `is_easy`: those of the easy read."""

    def __init__(
        self, *args: Any, questions: list[Question], is_easy: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [q for q in questions if q.is_in_easy_read or not is_easy]
        for question in self.asked:
            choices = [
                (c.value, c.easy if is_easy else c.label)
                for c in question.choices
                if c.easy or not is_easy
            ]
            field = forms.ChoiceField(
                label=question.easy if is_easy else question.text,
                choices=choices,
                widget=forms.RadioSelect,
                required=False,
                error_messages={"invalid_choice": "Choose one of the answers"},
            )
            field.inline = question.is_score and len(choices) <= 5
            field.small = question.is_score
            self.fields[question.code] = field
        easy = {Group.PERSON: "Me", Group.FAMILY: "My family or a friend", Group.WORKER: "My staff"}
        self.fields["group"] = forms.ChoiceField(
            label="Who is answering?",
            help_text="" if is_easy else "So that we can tell whether groups see it differently.",
            choices=[
                (g.value, easy.get(g, "I do not want to say") if is_easy else g.label)
                for g in (Group.NOT_SAID, Group.PERSON, Group.FAMILY, Group.WORKER)
            ],
            widget=forms.RadioSelect,
            required=False,
            error_messages={"invalid_choice": "Choose one of the answers"},
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(q.code) for q in self.asked):
            self.add_error(self.asked[0].code, "Answer at least one question")
        return cleaned

    def answers(self) -> dict[str, str]:
        """Question → choice, of those that were answered."""
        return {q.code: v for q in self.asked if (v := self.cleaned_data.get(q.code))}


class SurveyCodeForm(forms.Form):
    code = forms.CharField(
        label="Your code",
        help_text="Ten letters and numbers, such as K7M2P-9QXRT. It is in your letter.",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-10",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "Enter your code", "max_length": "Enter the code as printed"},
    )


class WordingForm(forms.Form):
    """A new version of the words, starting from the one before."""

    def __init__(self, *args: Any, words: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            held = words.get(question.code, {})
            field = PlainTextField(
                label=f"Question: {question.text}",
                initial=held.get("text") or question.text,
                max_length=200,
                error_messages={"required": "Enter the words of this question"},
            )
            field.label_size = "s"
            self.fields[f"text_{question.code}"] = field
            if not question.is_in_easy_read:
                continue
            easy = PlainTextField(
                label="The same in easy read",
                help_text="One short sentence, 12 words at most.",
                initial=held.get("easy") or question.easy,
                max_length=120,
                max_words=12,
                error_messages={"required": "Enter the words in easy read"},
            )
            easy.label_size = "s"
            self.fields[f"easy_{question.code}"] = easy
        self.fields["co_produced"] = PlainTextField(
            label="Who wrote these words with you?",
            help_text="Groups, not names: “six members of a self-advocacy group, and two family carers”. "
            "It is published.",
            max_length=500,
            rows=3,
            error_messages={
                "required": "Say who wrote these words with you. No version is without it"
            },
        )

    def texts(self) -> dict[str, dict[str, str]]:
        """Question → its words, in both versions."""
        data = self.cleaned_data
        return {
            q.code: {"text": data[f"text_{q.code}"], "easy": data.get(f"easy_{q.code}", "")}
            for q in QUESTIONS
        }


class WaveForm(forms.Form):
    title = PlainTextField(
        label="Title",
        help_text="Such as “Spring 2026” or “One month after the decision”. It is published.",
        max_length=120,
        error_messages={"required": "Enter a title"},
    )
    programme = forms.ChoiceField(
        label="Programme", error_messages={"required": "Select the programme"}
    )
    wording = forms.ChoiceField(
        label="Words", error_messages={"required": "Select a version of the words"}
    )
    closes_on = GovDateField(
        label="Last day to answer",
        min_date=clock.today,
        error_messages={"required": "Enter the last day to answer"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = {p.slug: p for p in Programme.objects.order_by("-starts_on", "pk")}
        self.wordings = {str(w.version): w for w in SurveyWording.objects.order_by("-version")}
        self.fields["programme"].choices = [(slug, p.name) for slug, p in self.programmes.items()]
        self.fields["wording"].choices = [(v, str(w)) for v, w in self.wordings.items()]

    def values(self) -> dict[str, Any]:
        """The fields of a wave."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "closes_on": data["closes_on"],
            "programme": self.programmes[data["programme"]],
            "wording": self.wordings[data["wording"]],
        }


class InviteForm(forms.Form):
    codes = forms.IntegerField(
        label="How many codes to print? (optional)",
        help_text="Each code lets one person answer once. You hand them out yourself.",
        required=False,
        min_value=0,
        max_value=MOST_CODES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "invalid": "Enter a whole number, such as 40",
            "min_value": "Enter a whole number, such as 40",
            "max_value": f"Enter {MOST_CODES} or less",
        },
    )
    addresses = forms.CharField(
        label="E-mail addresses of people who asked for a link (optional)",
        help_text="One on each line. Only of people who said that we may write to them. "
        "We do not keep who got which link.",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": "Send them in several parts"},
    )

    def clean_addresses(self) -> list[str]:
        found = [line.strip() for line in self.cleaned_data["addresses"].splitlines()]
        found = [line for line in found if line]
        for address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise forms.ValidationError(
                    f"“{address[:80]}” is no e-mail address. Write one on each line"
                ) from None
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("codes") and not cleaned.get("addresses"):
            self.add_error("codes", "Say how many codes to print, or give an e-mail address below")
        return cleaned


class ImproveForm(forms.Form):
    said = PlainTextField(
        label="What did people say?",
        help_text="From the results. It is published under “You said”.",
        max_length=300,
        rows=2,
        error_messages={
            "required": "Enter what people said",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )
    action = PlainTextField(
        label="What will you do about it?",
        help_text="It is published under “We did”.",
        max_length=300,
        rows=2,
        error_messages={
            "required": "Enter what you will do about it",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )
    owner = PlainTextField(
        label="Who sees to it?",
        help_text="A role, such as “Programme lead”.",
        max_length=80,
        error_messages={"required": "Enter who sees to it"},
    )
    due_on = GovDateField(
        label="By when?", min_date=clock.today, error_messages={"required": "Enter by when"}
    )


class FinishForm(VerbForm):
    evidence = PlainTextField(
        label="What shows that it is done?",
        help_text="It is published.",
        max_length=300,
        rows=3,
        error_messages={
            "required": "Say what shows that it is done",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )
