"""What the pages of the market ask: a provider, its approval, a shared session, seats in one."""

from decimal import Decimal
from typing import Any

from django import forms

from accounts import clock
from accounts.enums import Region
from accounts.fields import GovDateField, HoursField, MoneyField, PlainTextField
from accounts.fields.money import QUARTER
from accounts.verbs import VerbForm
from grants.enums import LineVerdict
from grants.models import Grant

from .enums import FrameworkArea, SessionMode, Tier
from .forms import NumberField, ReasonForm
from .models import SharedSession, TrainingProvider
from .topics import topic_choices

__all__ = ["ApproveForm", "DatesForm", "ProviderForm", "ReasonForm", "SeatsForm", "SharedForm"]


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
        self.fields["topics"].choices = [one for _, group in topic_choices() for one in group]


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
        self.fields["topic"].choices = [("", "Choose a topic"), *topic_choices()]
        approved = TrainingProvider.objects.visible_to(by).approved(clock.today())
        self.fields["provider"].queryset = approved.order_by("name", "pk")


class SeatsForm(forms.Form):
    """Seats in a shared session for the circle of a grant: from which line, for which need."""

    budget_line: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Which budget line pays for it?",
        queryset=None,
        empty_label="Choose a line",
        error_messages={
            "required": "Choose the budget line that pays for it",
            "invalid_choice": "Choose a line of this grant’s budget",
        },
    )
    need: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Which need of the person is it for?",
        help_text="One of the needs that the budget line names.",
        queryset=None,
        empty_label="Choose a need",
        error_messages={
            "required": "Choose the need it is for",
            "invalid_choice": "Choose one of this person’s needs",
        },
    )
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

    def __init__(self, *args: Any, grant: Grant, shared: SharedSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = grant.application.lines.exclude(verdict=LineVerdict.REFUSED).order_by("number")
        self.fields["budget_line"].queryset = lines
        self.fields["need"].queryset = grant.application.person.needs.order_by("number")


class DatesForm(forms.Form):
    """From when until when an entry of a list may be chosen."""

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
