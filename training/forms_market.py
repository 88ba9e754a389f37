"""What the pages of the market ask: a provider, its approval, a shared session, seats in one."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts import clock
from accounts.enums import Region
from accounts.fields import GovDateField, HoursField, MoneyField, PlainTextField
from accounts.fields.money import QUARTER
from accounts.opened import Opened
from accounts.verbs import VerbForm
from grants.models import Grant

from .enums import FrameworkArea, SessionMode, Tier
from .forms import LineAndNeedForm, NumberField, ReasonForm
from .lists import topics_on
from .models import TrainingProvider

__all__ = [
    "ApproveForm",
    "ChangeProviderForm",
    "NoteForm",
    "ProviderForm",
    "ReasonForm",
    "SeatsForm",
    "SharedForm",
]


class ProviderForm(VerbForm):
    """List a provider of training, or change it (`subject`: the provider, or nothing)."""

    name = PlainTextField(
        names_somebody=True,
        label="Name of the organisation",
        max_length=120,
        error_messages={"required": "Enter the name of the organisation"},
    )
    about = PlainTextField(
        label="What should people know about it? (optional)",
        max_length=300,
        rows=3,
        required=False,
    )
    website = forms.URLField(
        label="Website (optional)",
        max_length=120,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a web address, such as https://www.example.org"},
    )
    topics = forms.MultipleChoiceField(
        label="What does it teach?",
        help_text="Choose all that apply.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one topic"},
    )
    topics.small = True
    regions = forms.MultipleChoiceField(
        label="Where does it work?",
        help_text="Choose all that apply.",
        choices=Region.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one region"},
    )
    regions.small = True
    cost_person_day = MoneyField(
        label="Cost for each person and day (optional)",
        required=False,
        most=Decimal("9999.99"),
    )
    cost_person_day.prefix = "£"
    cost_day = MoneyField(
        label="Cost of a day for a group (optional)", required=False, most=Decimal("99999.99")
    )
    cost_day.prefix = "£"
    group_size = NumberField(
        label="How many people are a group?",
        min_value=1,
        max_value=200,
        error_messages={
            "required": "Enter how many people are a group",
            "min_value": "Enter 1 or more",
            "max_value": "Enter 200 or fewer",
        },
    )
    framework_areas = forms.MultipleChoiceField(
        label="Which areas of the PBS Competence Framework does its training map to? (optional)",
        choices=FrameworkArea.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    framework_areas.small = True
    tiers = forms.MultipleChoiceField(
        label="Which tiers of the Core Capabilities Framework? (optional)",
        choices=Tier.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    tiers.small = True
    rrn_until = GovDateField(
        label="Last day of its Restraint Reduction Network certificate (optional)",
        help_text="Needed where restraint is touched.",
        required=False,
    )

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"group_size": 15}
        if isinstance(subject, TrainingProvider):
            initial = {name: getattr(subject, name) for name in self.base_fields}
            initial["topics"] = list(subject.topics.values_list("topic", flat=True))
            initial["regions"] = list(subject.regions.values_list("region", flat=True))
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, subject=subject, by=by, **kwargs)
        taught = set(self.initial.get("topics", ()))
        topics = topics_on(clock.today(), taught)
        self.fields["topics"].choices = [one for _, group in topics for one in group]


class ChangeProviderForm(Opened, ProviderForm):
    """Change a provider that somebody else may have open as well."""


class ApproveForm(VerbForm):
    """Approve a provider until a day."""

    basis = PlainTextField(
        label="What does the approval rest on?",
        help_text="What you looked at: references, sample materials, a certificate.",
        max_length=300,
        rows=3,
        error_messages={"required": "Say what the approval rests on"},
    )
    review_on = GovDateField(
        label="When is it reviewed?",
        help_text="The approval runs out on this day by itself.",
        error_messages={"required": "Enter the day of the review"},
    )


class SharedForm(VerbForm):
    """Open a session for several circles."""

    topic = forms.ChoiceField(
        label="Topic", error_messages={"required": "Choose the topic that fits best"}
    )
    region = forms.ChoiceField(
        label="Where?",
        choices=[("", "Anywhere in England"), *Region.choices],
        required=False,
    )
    provider: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Who delivers it?",
        help_text="Providers whose approval holds.",
        queryset=None,
        empty_label="Choose a provider",
        to_field_name="reference",
        error_messages={
            "required": "Choose who delivers it",
            "invalid_choice": "Choose an approved provider",
        },
    )
    mode = forms.ChoiceField(
        label="How do people meet?",
        choices=SessionMode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how people meet"},
    )
    mode.inline = True
    held_on = GovDateField(
        label="Which day is it?",
        error_messages={"required": "Enter the day of the session"},
    )
    hours = HoursField(
        label="How long is it?",
        least=QUARTER,
        most=Decimal(12),
        error_messages={"required": "Enter how long the session is"},
    )
    hours.suffix = "hours"
    seats = NumberField(
        label="How many seats are there?",
        min_value=2,
        max_value=200,
        error_messages={
            "required": "Enter how many seats there are",
            "min_value": "Enter 2 or more",
            "max_value": "Enter 200 or fewer",
        },
    )
    seat_price = MoneyField(
        label="What does a seat cost?",
        help_text="It stays as it is, however many join.",
        most=Decimal("9999.99"),
        error_messages={"required": "Enter what a seat costs"},
    )
    seat_price.prefix = "£"
    book_by = GovDateField(
        label="Until when can seats be taken?",
        error_messages={"required": "Enter the last day to take seats"},
    )

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"mode": SessionMode.IN_PERSON} | kwargs.get("initial", {})
        super().__init__(*args, subject=subject, by=by, **kwargs)
        self.fields["topic"].choices = [("", "Choose a topic"), *topics_on(clock.today())]
        approved = TrainingProvider.objects.visible_to(by).approved(clock.today())
        self.fields["provider"].queryset = approved.order_by("name", "pk")


class SeatsForm(LineAndNeedForm, VerbForm):
    """Seats in a shared session for the circle of a grant: from which line, for which need."""

    seats = NumberField(
        label="How many seats?",
        min_value=1,
        max_value=200,
        error_messages={
            "required": "Enter how many seats you take",
            "min_value": "Enter 1 or more",
            "max_value": "Enter 200 or fewer",
        },
    )

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_lines_of(grant)


class NoteForm(forms.Form):
    """What an entry of a list is called, and from when until when it may be chosen."""

    label = PlainTextField(
        label="What is it called?",
        help_text="What was planned before is shown by this name too.",
        max_length=80,
        error_messages={"required": "Enter what it is called"},
    )
    valid_from = GovDateField(
        label="From which day may it be chosen?",
        error_messages={"required": "Enter the first day"},
    )
    valid_to = GovDateField(
        label="From which day may it no longer be chosen? (optional)",
        help_text="Leave it empty if it does not end.",
        required=False,
    )
    why = PlainTextField(
        label="Why?",
        help_text="It is kept with the list’s history.",
        max_length=300,
        rows=3,
        error_messages={"required": "Say why"},
    )
