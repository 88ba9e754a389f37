"""The form with which a programme lead adds an indicator, or a new version of one; the API reads the same."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.fields import PlainTextField
from accounts.opened import Opened

from .enums import FOLLOW_UPS, Direction, Instrument, OwnKind, Point
from .indicators import INDICATORS, PANEL
from .models import OwnIndicator

LONGEST_CHOICE, MOST_CHOICES = 30, 8


def _whole(label: str) -> forms.IntegerField:
    sentence = "Enter a whole number from 0 to 100"
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), sentence),
    )


class WordsForm(Opened, forms.Form):
    """What may change from version to version: words, owner and target. number: of the indicator that a
    new version is of; its own name is free to it."""

    title = PlainTextField(
        label="Short name",
        help_text="As the tables say it, such as “Calm days”.",
        max_length=80,
        error_messages={"required": "Enter a short name"},
    )
    question = PlainTextField(
        label="The question in the report",
        help_text="Nothing that could say who somebody is.",
        max_length=200,
        error_messages={"required": "Enter the question"},
    )
    help = PlainTextField(
        label="Help under the question (optional)", max_length=200, required=False
    )
    sentence = PlainTextField(
        label="What does “better” mean?",
        help_text="In a few words, such as “more calm days in 28 days”.",
        max_length=300,
        error_messages={"required": "Say what “better” means"},
    )
    unit = PlainTextField(
        label="Unit (optional)",
        help_text="Such as “days” or “people”.",
        max_length=60,
        required=False,
    )
    rater = PlainTextField(
        label="Who rates it?",
        help_text="A role, no name.",
        max_length=120,
        error_messages={"required": "Say who rates it"},
    )
    owner = PlainTextField(
        label="Who in the programme answers for it?",
        help_text="A role, no name.",
        max_length=80,
        error_messages={"required": "Say who answers for it"},
    )
    target = PlainTextField(label="What is aimed at? (optional)", max_length=120, required=False)

    def __init__(self, *args: Any, number: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        for field in self.fields.values():
            field.label_size = "s"

    def clean_title(self) -> str:
        """One line, and a name that no other line of the tables has, in whatever case."""
        title = " ".join(self.cleaned_data["title"].split())
        own = (own for own in OwnIndicator.objects.newest() if own.number != self.number)
        if title.casefold() in {named.title.casefold() for named in (*INDICATORS, *PANEL, *own)}:
            raise forms.ValidationError("Another indicator has this name. Choose another one")
        return title

    def values(self) -> dict[str, Any]:
        """The fields of an indicator."""
        return dict(self.cleaned_data)


class RevisionForm(WordsForm):
    """A new version."""

    change = PlainTextField(
        label="What changes in this version, and why?",
        max_length=200,
        error_messages={"required": "Say what changes, and why"},
    )


class IndicatorForm(WordsForm):
    """A new indicator: its words, and what it measures, which no version changes."""

    kind = forms.ChoiceField(
        label="What is entered?",
        choices=OwnKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what is entered"},
    )
    direction = forms.ChoiceField(
        label="Which way is better?",
        choices=Direction.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="Not needed for one of a list: the order of the list says it.",
    )
    least = _whole("Lowest score, for a score")
    most = _whole("Highest score, for a score")
    choices = PlainTextField(
        label="The list, for one of a list",
        help_text=f"One answer a line, the worst first. At most {LONGEST_CHOICE} characters each.",
        required=False,
        rows=4,
    )
    points = forms.MultipleChoiceField(
        label="At which follow-ups is it asked?",
        help_text="It is always asked at the baseline, so that there is something to compare with.",
        choices=[(str(point), point.label) for point in FOLLOW_UPS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one follow-up"},
    )
    instrument = forms.ChoiceField(
        label="Whose questionnaire is it?",
        choices=Instrument.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whose questionnaire it is"},
    )
    field_order = ("title", "question", "help", "kind", "least", "most", "choices", "unit",
                   "direction", "sentence", "points")  # fmt: skip

    def clean_choices(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, choices = data.get("kind"), data.get("choices") or []
        if kind == OwnKind.CHOICE:
            self._check_list(choices)
            data["direction"] = Direction.HIGHER
        elif kind and not data.get("direction") and "direction" not in self.errors:
            self.add_error("direction", "Select which way is better")
        if kind == OwnKind.SCORE:
            least, most = data.get("least"), data.get("most")
            for name, value in (("least", least), ("most", most)):
                if value is None and name not in self.errors:
                    self.add_error(name, "Enter a whole number from 0 to 100")
            if least is not None and most is not None and most <= least:
                self.add_error("most", "The highest score must be above the lowest")
        return data

    def _check_list(self, choices: list[str]) -> None:
        if "choices" in self.errors:
            return
        if not 2 <= len(choices) <= MOST_CHOICES:
            self.add_error("choices", f"Enter 2 to {MOST_CHOICES} answers, one a line")
        elif len({choice.lower() for choice in choices}) < len(choices):
            self.add_error("choices", "Enter each answer once")
        elif long := next((c for c in choices if len(c) > LONGEST_CHOICE), ""):
            self.add_error("choices", f"Shorten this to {LONGEST_CHOICE} characters: “{long}”")

    def values(self) -> dict[str, Any]:
        """The fields of an indicator; what its kind does not need is left empty."""
        data = dict(self.cleaned_data)
        if data["kind"] != OwnKind.SCORE:
            data |= {"least": None, "most": None}
        if data["kind"] != OwnKind.CHOICE:
            data["choices"] = []
        data["points"] = [str(Point.BASELINE), *data["points"]]
        return data


def as_sent(data: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON body as the form reads it: a list of choices is one a line."""
    sent = dict(data)
    if isinstance(sent.get("choices"), list):
        sent["choices"] = "\n".join(str(choice) for choice in sent["choices"])
    return sent


def stored(held: OwnIndicator) -> dict[str, Any]:
    """What a new version begins with."""
    return {name: getattr(held, name) for name in WordsForm.base_fields}
