"""Setting up a programme and a round. Days are London days: a round closes at the end of its last."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts import clock
from accounts.fields import GovDateField, MoneyField, NumberField, PlainTextField, WholeField
from accounts.opened import Opened
from accounts.verbs import VerbForm
from focus_people.forms.rows import RowForm

from ..enums import ApplicationState, CriterionLevel
from ..models import Criterion, Programme, Question, Round, Terms

PARTS = ("needs", "circle", "outcomes", "budget")  # of a case file, beside the answers


def whole(label: str, least: int, most: int, missing: str, **kwargs: Any) -> WholeField:
    """A field for a whole number from `least` to `most`; `missing` is said when it is empty."""
    return WholeField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "required": missing,
            "invalid": f"Enter a whole number from {least} to {most:,}",
            "min_value": f"Enter {least} or more",
            "max_value": f"Enter {most:,} or less",
        },
        **kwargs,
    )


class BarFields(forms.Form):
    """What a case has to reach, and how many judge it."""

    threshold = NumberField(
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
    quorum = whole(
        "Scores needed for each case",
        1,
        9,
        "Enter how many scores each case needs",
        help_text="At least one of them by somebody with lived experience.",
        initial=3,
    )


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


class FunderRow(RowForm):
    """One funder and its share."""

    SAYS = ("name", "share")

    name = PlainTextField(
        names_somebody=True,
        label="Who pays",
        max_length=120,
        error_messages={"required": "Enter who pays"},
    )
    share = NumberField(
        label="Share",
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"}),
        error_messages={
            "required": "Enter the share in percent",
            "invalid": "Enter the share in percent, such as 60 or 12.5",
            "min_value": "The share must be more than nothing",
            "max_value": "The share must be 100 or less",
            "max_decimal_places": "Enter the share with two decimals or fewer",
            "max_digits": "Enter the share in percent, such as 60 or 12.5",
            "max_whole_digits": "The share must be 100 or less",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["share"].suffix = "%"


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

    subject: Round

    def clean(self) -> dict[str, Any]:
        """A wrong reference and a day that it has already are said beside their fields."""
        data = super().clean() or self.cleaned_data
        if not data.get("reference"):
            return data
        named = data["reference"].strip().upper()
        found = self.subject.applications.filter(
            reference=named, state=ApplicationState.DRAFT
        ).first()
        if found is None:
            self.add_error("reference", "This round has no draft with that reference")
        elif (day := data.get("until_on")) and day <= found.last_day:
            self.add_error("until_on", "Choose a day after the last one that this application has")
        return data


class ByNameField(forms.ModelChoiceField):
    """A choice of questions or criteria by their number and name."""

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Question):
            return f"{obj.number}. {obj.short_name}"
        return f"{obj.code} {obj.title}"


class VersionForm(VerbForm):
    """Why a published round asks or judges differently from now on."""

    reason = PlainTextField(
        label="Why is it changed?",
        help_text="Everybody who can see the round reads this. No names.",
        max_length=300,
        rows=3,
        error_messages={
            "required": "Say why the round is changed",
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


class SettingsFields(forms.Form):
    """What a round says about itself: its title, its days, its money."""

    title = PlainTextField(
        names_somebody=True,
        label="Title",
        help_text="What applicants see, such as Round 2, 2025.",
        max_length=120,
        error_messages={"required": "Enter a title"},
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
    is_rolling = forms.ChoiceField(
        label="When are applications judged?",
        choices=[
            ("True", "As they come: each goes to the panel when it is checked"),
            ("False", "Together: none goes to the panel before the last day is over"),
        ],
        initial="True",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Select when applications are judged"},
    )
    priorities = PlainTextField(
        label="What does the round look for first? (optional)",
        help_text="Applicants read it before they begin, and those who score beside each case.",
        max_words=150,
        rows=4,
        required=False,
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
    short_form_up_to = MoneyField(
        label="The short form is for up to",
        help_text="A bid up to this may answer fewer questions.",
        least=Decimal("0.01"),
        most=Decimal("9999999.00"),
        initial="2500.00",
        error_messages={"required": "Enter the most that the short form is for"},
    )
    delivery_months = whole(
        "Months for the training",
        1,
        36,
        "Enter the months for the training",
        help_text="From the day on which the offer is accepted. Six is usual.",
        initial=6,
    )
    grace_minutes = whole(
        "Minutes of grace after closing",
        0,
        1440,
        "Enter the minutes of grace",
        help_text="What is finished is still taken then. Applicants see it. 0 for none.",
        initial=0,
        required=False,
    )

    hides_organisation = forms.BooleanField(
        label="Hide the organisation from those who score",
        help_text="They see its name once, to declare their interests. After that its name and region are "
        "left out of the case file, the queue and the pack until the panel has concluded.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("budget", "minimum", "maximum", "short_form_up_to"):
            self.fields[name].prefix = "£"

    def clean_is_rolling(self) -> bool:
        return bool(self.cleaned_data["is_rolling"] != "False")

    def clean_grace_minutes(self) -> int:
        return self.cleaned_data["grace_minutes"] or 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        least, most = data.get("minimum"), data.get("maximum")
        short = data.get("short_form_up_to")
        if least is not None and most is not None and most < least:
            self.add_error("maximum", "The most must be the same as or above the least")
        if least is not None and short is not None and short < least:
            self.add_error("short_form_up_to", "This must be the same as or above the least")
        return _with_moments(self, data)


class RoundForm(BarFields, SettingsFields):
    """Cleans to what `actions.create_round` takes; the moments are made from London days."""

    field_order = (
        "programme",
        "title",
        "reference",
        "opens_on",
        "closes_on",
        "budget",
        "minimum",
        "maximum",
    )

    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(),
        label="Programme",
        empty_label="Choose a programme",
        error_messages={
            "required": "Choose a programme",
            "invalid_choice": "Choose a programme from the list",
        },
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.order_by("-starts_on", "name")

    def clean_reference(self) -> str:
        return _free_reference(self.cleaned_data["reference"])


class SettingsForm(Opened, SettingsFields, VerbForm):
    """The same for a round that is not published yet. Cleans to what `actions.change_round` takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        round: Any = kwargs["subject"]
        stored = {name: getattr(round, name) for name in self.base_fields if hasattr(round, name)}
        stored |= {"opens_on": clock.day_of(round.opens_at), "closes_on": round.last_day}
        super().__init__(*args, initial=stored, **kwargs)


class BarForm(Opened, BarFields):
    """The same, for a version that is being written."""


class QuestionFields(forms.Form):
    """What a question asks."""

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
    max_words = whole("Most words", 10, 1000, "Enter the most words that an answer may have")
    in_short_form = forms.BooleanField(label="The short form asks it too", required=False)


class QuestionForm(Opened, QuestionFields):
    """What a version that is being written asks."""


class AddQuestionForm(QuestionFields, VerbForm):
    """A question in words that no version of the round has asked yet."""

    field_order = ("short_name",)

    short_name = PlainTextField(
        label="Short name",
        help_text="For the task list and the case file, such as Travel to the training.",
        max_length=60,
        error_messages={"required": "Enter a short name"},
    )


class CriterionFields(forms.Form):
    """How a criterion judges. The weights of all criteria come to 100 before they are published."""

    title = PlainTextField(
        label="Criterion", max_length=120, error_messages={"required": "Write the criterion"}
    )
    hint = PlainTextField(
        label="What to look for",
        max_length=300,
        rows=3,
        error_messages={"required": "Write what to look for"},
    )
    weight = whole(
        "Weight",
        1,
        100,
        "Enter the weight",
        help_text="Points of 100. The weights of all criteria come to 100 together.",
    )
    minimum = whole(
        "Least average to fund (optional)",
        0,
        5,
        "Enter the least average",
        required=False,
        help_text="From 0 to 5. A case with a lower average on this criterion is flagged, whatever its total.",
    )


class LooksAtFields(forms.Form):
    """The parts of the case file that the panel's sheet links beside a criterion."""

    look_at = forms.MultipleChoiceField(
        label="Where do those who score look? (optional)",
        help_text="The scoring sheet links to these parts of the application.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choose parts from the list"},
    )

    def offer_parts(self, terms: Terms | None) -> None:
        """The questions of this version, and the other parts of a case file."""
        asked = terms.questions.order_by("number") if terms else []
        parts: Any = self.fields["look_at"]
        parts.choices = [(f"Q{q.number}", f"{q.number}. {q.short_name}") for q in asked]
        parts.choices += [(part, part.capitalize()) for part in PARTS]


class CriterionForm(Opened, LooksAtFields, CriterionFields):
    """How a version that is being written judges. The parts keep the order in which the sheet links them."""

    field_order = ("title", "hint", "weight", "minimum", "look_at")

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_parts(terms)

    def clean_look_at(self) -> list[str]:
        chosen, before = self.cleaned_data["look_at"], self.initial.get("look_at", [])
        return [part for part in before if part in chosen] + [
            part for part in chosen if part not in before
        ]


class AddCriterionForm(LooksAtFields, CriterionFields, VerbForm):
    """A further criterion, and the parts of the case file that the panel's sheet links beside it."""

    field_order = ("title", "hint", "level", "weight", "minimum", "look_at")

    subject: Round

    level = forms.ChoiceField(
        label="Whom is it about?",
        choices=CriterionLevel.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select whom it is about",
            "invalid_choice": "Select whom it is about",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_parts(self.subject.draft_terms)


class TakeOutQuestionForm(VerbForm):
    """Which question is asked no more."""

    subject: Round

    question = ByNameField(
        label="Which question?",
        queryset=Question._default_manager.none(),
        to_field_name="number",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select a question",
            "invalid_choice": "Select a question of this version",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if draft := self.subject.draft_terms:
            held: Any = self.fields["question"]
            held.queryset = draft.questions_to_take_out()


class TakeOutCriterionForm(VerbForm):
    """By which criterion nobody is judged any more."""

    subject: Round

    criterion = ByNameField(
        label="Which criterion?",
        queryset=Criterion._default_manager.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select a criterion",
            "invalid_choice": "Select a criterion of this version",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if draft := self.subject.draft_terms:
            held: Any = self.fields["criterion"]
            held.queryset = draft.criteria.order_by("code")
