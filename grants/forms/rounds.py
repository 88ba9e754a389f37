"""Setting up a programme and a round. Days are London days: a round closes at the end of its last."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts import clock
from accounts.fields import GovDateField, MoneyField, PlainTextField
from accounts.verbs import VerbForm

from ..models import Programme, Round


class ProgrammeForm(forms.Form):
    name = PlainTextField(
        names_somebody=True,
        label="Name of the programme",
        max_length=120,
        error_messages={"required": "Enter the name of the programme"},
    )
    slug = forms.CharField(
        label="Short name for addresses",
        help_text="Small letters, numbers and hyphens, such as pwb-england-2025.",
        max_length=40,
        validators=[
            RegexValidator(
                r"^[a-z0-9-]+\Z", "Use small letters, numbers and hyphens, such as pwb-england-2025"
            )
        ],
        error_messages={"required": "Enter a short name, such as pwb-england-2025"},
    )
    starts_on = GovDateField(
        label="First day", error_messages={"required": "Enter the programme’s first day"}
    )
    ends_on = GovDateField(
        label="Last day", error_messages={"required": "Enter the programme’s last day"}
    )
    funder = PlainTextField(
        names_somebody=True,
        label="Who pays for it?",
        max_length=120,
        error_messages={"required": "Enter who pays for the programme"},
    )

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if Programme.objects.filter(slug=slug).exists():
            raise forms.ValidationError("Another programme has this short name. Choose a new one")
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "The last day must be the same as or after the first day")
        return data


class LateForm(VerbForm):
    """More time for one draft, which staff cannot see: its lead says its reference."""

    reference = forms.CharField(
        label="Reference of the application",
        help_text="Such as PWB-2025-0042. Its lead can tell you.",
        max_length=20,
        error_messages={"required": "Enter the reference of the application"},
    )
    until_on = GovDateField(
        label="Until when?",
        help_text="To the end of this day, London time.",
        min_date=clock.today,
        error_messages={"required": "Enter the day until which it may be sent"},
    )
    reason = PlainTextField(
        label="Why?",
        help_text="Kept in the history. No names.",
        max_length=300,
        rows=3,
        error_messages={
            "required": "Say why it gets more time",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )


class CopyForm(VerbForm):
    """What is new in a copy: its name, its days, its money. Cleans to what `actions.copy_round` takes."""

    title = PlainTextField(
        label="Title", max_length=120, error_messages={"required": "Enter a title"}
    )
    reference = forms.CharField(
        label="Short name for addresses",
        help_text="Letters, numbers and hyphens, such as 2025-R3.",
        max_length=20,
        validators=[
            RegexValidator(r"^[A-Za-z0-9-]+\Z", "Use letters, numbers and hyphens, such as 2025-R3")
        ],
        error_messages={"required": "Enter a short name, such as 2025-R3"},
    )
    opens_on = GovDateField(
        label="Opens on",
        help_text="It opens at midnight at the start of this day, London time.",
        error_messages={"required": "Enter the day on which the round opens"},
    )
    closes_on = GovDateField(
        label="Last day for applications",
        help_text="It closes at midnight at the end of this day, London time.",
        error_messages={"required": "Enter the last day for applications"},
    )
    budget = MoneyField(
        label="Budget of the round",
        least=Decimal("1.00"),
        most=Decimal("999999999.00"),
        error_messages={"required": "Enter the budget of the round"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["budget"].prefix = "£"

    def clean_reference(self) -> str:
        return _free_reference(self.cleaned_data["reference"])

    def clean(self) -> dict[str, Any]:
        return _with_moments(self, super().clean() or self.cleaned_data)


def _free_reference(reference: str) -> str:
    if Round.objects.filter(reference__iexact=reference).exists():
        raise forms.ValidationError("Another round has this short name. Choose a new one")
    return reference


def _with_moments(form: forms.Form, data: dict[str, Any]) -> dict[str, Any]:
    """London days become the moments at which the round opens and closes."""
    opens, closes = data.pop("opens_on", None), data.pop("closes_on", None)
    if opens and closes and closes < opens:
        form.add_error("closes_on", "The last day must be the same as or after the opening day")
    if opens and closes and not form.errors:
        data["opens_at"] = datetime.combine(opens, time.min, tzinfo=clock.LONDON)
        data["closes_at"] = clock.end_of(closes)
    return data


class RoundForm(forms.Form):
    """Cleans to what `actions.create_round` takes; the moments are made from London days."""

    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(),
        label="Programme",
        empty_label="Choose a programme",
        error_messages={
            "required": "Choose a programme",
            "invalid_choice": "Choose a programme from the list",
        },
    )
    title = PlainTextField(
        names_somebody=True,
        label="Title",
        help_text="What applicants see, such as Round 2, 2025.",
        max_length=120,
        error_messages={"required": "Enter a title"},
    )
    reference = forms.CharField(
        label="Short name for addresses",
        help_text="Letters, numbers and hyphens, such as 2025-R2.",
        max_length=20,
        validators=[
            RegexValidator(r"^[A-Za-z0-9-]+\Z", "Use letters, numbers and hyphens, such as 2025-R2")
        ],
        error_messages={"required": "Enter a short name, such as 2025-R2"},
    )
    opens_on = GovDateField(
        label="Opens on",
        help_text="It opens at midnight at the start of this day, London time.",
        error_messages={"required": "Enter the day on which the round opens"},
    )
    closes_on = GovDateField(
        label="Last day for applications",
        help_text="It closes at midnight at the end of this day, London time.",
        error_messages={"required": "Enter the last day for applications"},
    )
    budget = MoneyField(
        label="Budget of the round",
        least=Decimal("1.00"),
        most=Decimal("999999999.00"),
        error_messages={"required": "Enter the budget of the round"},
    )
    minimum = MoneyField(
        label="Least one application can ask for",
        least=Decimal("0.01"),
        most=Decimal("9999999.00"),
        initial="1000.00",
        error_messages={"required": "Enter the least that can be asked for"},
    )
    maximum = MoneyField(
        label="Most one application can ask for",
        least=Decimal("0.01"),
        most=Decimal("9999999.00"),
        initial="8000.00",
        error_messages={"required": "Enter the most that can be asked for"},
    )
    threshold = forms.DecimalField(
        label="Score to reach",
        help_text="Panel scores go from 0 to 100. 60 is usual.",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=Decimal("60"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"}),
        error_messages={
            "required": "Enter the score to reach",
            "invalid": "Enter a number from 0 to 100",
            "min_value": "The score to reach must be 0 or more",
            "max_value": "The score to reach must be 100 or less",
        },
    )
    quorum = forms.IntegerField(
        label="Scores needed for each case",
        help_text="At least one of them by somebody with lived experience.",
        min_value=1,
        max_value=9,
        initial=3,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"}),
        error_messages={
            "required": "Enter how many scores each case needs",
            "invalid": "Enter a whole number from 1 to 9",
            "min_value": "Each case needs at least 1 score",
            "max_value": "Each case can have up to 9 scores",
        },
    )

    grace_minutes = forms.IntegerField(
        label="Minutes of grace after closing",
        help_text="What is finished is still taken then. Applicants see it. 0 for none.",
        min_value=0,
        max_value=1440,
        initial=0,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "invalid": "Enter a whole number of minutes",
            "min_value": "The grace must be 0 minutes or more",
            "max_value": "The grace can be up to 1,440 minutes, a day",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.order_by("-starts_on", "name")
        for name in ("budget", "minimum", "maximum"):
            self.fields[name].prefix = "£"

    def clean_reference(self) -> str:
        return _free_reference(self.cleaned_data["reference"])

    def clean_grace_minutes(self) -> int:
        return self.cleaned_data["grace_minutes"] or 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        least, most = data.get("minimum"), data.get("maximum")
        if least is not None and most is not None and most < least:
            self.add_error("maximum", "The most must be the same as or above the least")
        return _with_moments(self, data)


def _whole(label: str, least: int, most: int, missing: str, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "required": missing,
            "invalid": f"Enter a whole number from {least} to {most}",
            "min_value": f"Enter {least} or more",
            "max_value": f"Enter {most} or less",
        },
        **kwargs,
    )


class QuestionForm(forms.Form):
    """What a round in draft asks."""

    wording = PlainTextField(
        label="Question",
        max_length=300,
        rows=3,
        error_messages={"required": "Write the question"},
    )
    guidance = PlainTextField(
        label="Guidance",
        max_length=400,
        rows=3,
        error_messages={"required": "Write what helps to answer it"},
    )
    max_words = _whole("Most words", 10, 1000, "Enter the most words that an answer may have")
    in_short_form = forms.BooleanField(label="The short form asks it too", required=False)


class CriterionForm(forms.Form):
    """How a round in draft is judged. The weights of all criteria come to 100 before it is published."""

    title = PlainTextField(
        label="Criterion", max_length=120, error_messages={"required": "Write the criterion"}
    )
    hint = PlainTextField(
        label="What to look for",
        max_length=300,
        rows=3,
        error_messages={"required": "Write what to look for"},
    )
    weight = _whole("Weight", 1, 100, "Enter the weight")
    minimum = _whole(
        "Least average to fund (optional)", 0, 5, "Enter the least average", required=False
    )
