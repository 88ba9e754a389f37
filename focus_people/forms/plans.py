from decimal import Decimal
from typing import Any

from django import forms

from accounts import written
from accounts.fields import GovDateField, HoursField, MoneyField, PlainTextField
from accounts.opened import Opened

from .. import enums
from ..fields import CarefulTextField, a_year_on
from ..models import SupportPlan
from .people import BLANK
from .rows import RowForm

MOST_RATE = Decimal("999999.99")


class NewVersionForm(forms.Form):
    point = forms.ChoiceField(
        label="Which moment does it describe?",
        choices=enums.PlanPoint.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select which moment it describes"},
    )
    dated_on = GovDateField(
        label="From which day?",
        help_text="For example, 2 6 2025",
        error_messages={"required": "Enter the day from which it holds"},
    )
    reason = CarefulTextField(
        label="What changed, and who agreed it?",
        help_text="Roles, not names. For example, one person awake at night, agreed with the social "
        "worker",
        max_length=200,
        error_messages={"required": "Say what changed, and who agreed it"},
    )
    copy = forms.ChoiceField(
        label="Where do you want to start?",
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, versions: list[SupportPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = min(
            (v.dated_on for v in versions if v.point == enums.PlanPoint.BEFORE), default=None
        )
        if versions:
            self.fields["copy"].choices = [
                *(
                    (str(v.version), f"Copy of version {v.version}: {v.get_point_display()}")
                    for v in versions
                ),
                ("", "An empty week"),
            ]
            self.fields["copy"].initial = str(versions[0].version)
        else:
            del self.fields["copy"]
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        point, day = said.get("point"), said.get("dated_on")
        is_later = point and point != enums.PlanPoint.BEFORE
        if is_later and day and self.before and day < self.before:
            began = written.day(self.before)
            self.add_error("dated_on", f"The week before is that of {began}. Enter a day after it")
        return said


def _number(label: str, width: int, **more: Any) -> HoursField:
    css = f"govuk-input--width-{width}"
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": css})
    return HoursField(label=label, widget=widget, **more)


class LineForm(RowForm):
    """One line of a week: hours × staff × rate in one area."""

    SAYS = ("area", "label", "hours", "nights", "rate")

    area = forms.ChoiceField(
        label="Part of the week",
        choices=BLANK + enums.SupportArea.choices,
        error_messages={"required": "Choose a part of the week"},
    )
    label = CarefulTextField(label="In your words", max_length=80, required=False)
    resource = forms.ChoiceField(
        label="Who or what",
        choices=enums.ResourceType.choices,
        initial=enums.ResourceType.PROVIDER,
        error_messages={"required": "Choose who or what supports"},
    )
    hours = _number(
        "Hours a week",
        3,
        most=Decimal(168),
        required=False,
        error_messages={
            "invalid": "Enter hours a week such as 7 or 7.5",
            "step": "Enter hours in quarters, such as 7.25",
            "most": "There are 168 hours in a week",
        },
    )
    staff = _number(
        "Staff",
        2,
        step=Decimal("0.5"),
        least=Decimal("0.5"),
        most=Decimal(6),
        initial="1",
        error_messages={
            "required": "Enter how many staff at once",
            "invalid": "Enter how many staff at once, such as 2 or 1.5",
            "step": "Enter staff in halves, such as 1.5",
            "least": "Enter at least 0.5 staff",
            "most": "Enter at most 6 staff at once",
        },
    )
    nights = _number(
        "Nights",
        2,
        step=Decimal(1),
        most=Decimal(7),
        required=False,
        error_messages={
            "invalid": "Enter nights as a whole number from 0 to 7",
            "step": "Enter nights as a whole number from 0 to 7",
            "most": "There are 7 nights in a week",
        },
    )
    rate = MoneyField(
        label="Rate",
        most=MOST_RATE,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"}),
        error_messages={"invalid": "Enter a rate in pounds and pence, such as 24.10"},
    )
    basis = forms.ChoiceField(
        label="Each",
        choices=enums.RateBasis.choices,
        initial=enums.RateBasis.HOURLY,
        error_messages={"required": "Choose what the rate is for"},
    )
    is_alongside = forms.BooleanField(label="Alongside", required=False)

    def clean_nights(self) -> int | None:
        nights = self.cleaned_data["nights"]
        return None if nights is None else int(nights)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors or not self.has_changed():
            return data
        unpaid = data["resource"] in enums.UNPAID
        cover = data["resource"] not in enums.NOT_COVER
        basis = data["basis"]
        if data["rate"] is None:
            if unpaid:
                data["rate"] = Decimal("0.00")
            else:
                self.add_error("rate", "Enter a rate, such as 24.10")
        if basis == enums.RateBasis.PER_NIGHT and data["nights"] is None:
            self.add_error("nights", "Enter how many nights a week")
        if data["hours"] is None:
            if basis == enums.RateBasis.HOURLY and (cover or unpaid):
                self.add_error("hours", "Enter hours a week, such as 21")
            data["hours"] = Decimal(0)
        return data


class WeekForm(Opened, forms.Form):
    """What a week costs beside its lines, and who pays."""

    tells = False  # the page says it once, for the lines too

    expenses = MoneyField(label="Expenses", most=MOST_RATE, required=False)
    accommodation = MoneyField(label="Accommodation", most=MOST_RATE, required=False)
    living = MoneyField(label="Living costs", most=MOST_RATE, required=False)
    shadow_rate = MoneyField(
        label="Shadow value of an unpaid hour (optional)",
        help_text="Shows what unpaid hours would cost. It is never part of the cost of the week.",
        most=Decimal("99999.99"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("expenses", "accommodation", "living"):
            self.fields[name].prefix, self.fields[name].suffix = "£", "a week"
            self.fields[name].label_size = "s"
        self.fields["shadow_rate"].prefix, self.fields["shadow_rate"].suffix = "£", "an hour"
        self.fields["shadow_rate"].label_size = "s"
        for payer in enums.Payer:
            self.fields[f"payer_{payer.value}"] = HoursField(
                label=payer.label,
                step=Decimal("0.01"),
                most=Decimal(100),
                required=False,
                error_messages={
                    "invalid": f"{payer.label}: enter a percentage, such as 60",
                    "most": f"{payer.label}: enter 100 or less",
                },
            )
            self.fields[f"payer_{payer.value}"].suffix = "%"
            self.fields[f"payer_{payer.value}"].label_size = "s"

    @property
    def costs(self) -> list[forms.BoundField]:
        return [self[name] for name in ("expenses", "accommodation", "living", "shadow_rate")]

    @property
    def payers(self) -> list[forms.BoundField]:
        return [self[f"payer_{payer.value}"] for payer in enums.Payer]

    @property
    def week(self) -> dict[str, Decimal]:
        """What the week costs beside its lines, and the shadow rate, of the clean data."""
        return {
            name: self.cleaned_data[name]
            for name in ("expenses", "accommodation", "living", "shadow_rate")
        }

    @property
    def split(self) -> dict[str, Decimal]:
        """Payer → percent, of the clean data."""
        said = {payer.value: self.cleaned_data[f"payer_{payer.value}"] for payer in enums.Payer}
        return {payer: share for payer, share in said.items() if share}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = [f"payer_{payer.value}" for payer in enums.Payer]
        if not any(name in self.errors for name in names):
            total = sum((data.get(name) or Decimal(0) for name in names), Decimal(0))
            if total and total != 100:
                said = f"{total:f}".rstrip("0").rstrip(".") if "." in f"{total:f}" else f"{total}"
                self.add_error(names[0], f"The shares must add up to 100%. They add up to {said}%")
        for name in ("expenses", "accommodation", "living", "shadow_rate"):
            if name not in self.errors:
                data[name] = data.get(name) or Decimal("0.00")
        return data

    @classmethod
    def initial_of(cls, plan: SupportPlan) -> dict[str, Any]:
        """What the form shows for a version that exists."""
        shares = {f"payer_{payer}": share for payer, share in (plan.payer_split or {}).items()}
        costs = {
            name: amount
            for name in ("expenses", "accommodation", "living", "shadow_rate")
            if (amount := getattr(plan, name))
        }
        return costs | shares


class CompareForm(forms.Form):
    before = forms.ChoiceField(
        label="Before", error_messages={"required": "Choose the version before"}
    )
    after = forms.ChoiceField(
        label="After", error_messages={"required": "Choose the version after"}
    )
    spent = MoneyField(label="Grant spent (optional)", required=False, most=MOST_RATE)
    weeks = forms.IntegerField(
        label="Weeks in hospital avoided (optional)",
        min_value=0,
        max_value=520,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "invalid": "Enter weeks as a whole number",
            "min_value": "Enter weeks as a whole number",
            "max_value": "Enter 520 weeks or fewer",
        },
    )

    def __init__(self, *args: Any, versions: list[SupportPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(v.version), f"{v.version}: {v.get_point_display()}") for v in versions]
        for name in ("before", "after"):
            self.fields[name].choices = choices
            self.fields[name].label_size = "s"
        self.fields["weeks"].label_size = "s"
        self.fields["spent"].prefix = "£"
        self.fields["spent"].label_size = "s"


class ScenarioForm(forms.Form):
    """How a scenario begins: a title, where the person would live, and from which week."""

    title = CarefulTextField(
        label="What do you call it?",
        help_text="For example, own home with one personal assistant by day",
        max_length=60,
        error_messages={"required": "Enter a title"},
    )
    setting = forms.ChoiceField(
        label="Where would the person live?",
        choices=enums.Setting.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select where the person would live"},
    )
    start = forms.ChoiceField(label="Where do you want to start?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, versions: list[SupportPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["setting"].small = True
        self.fields["start"].choices = [
            *(
                (str(v.version), f"Copy of version {v.version}: {v.get_point_display()}")
                for v in versions
            ),
            ("hospital", "A week in hospital, at the unit cost of a bed"),
            ("residential", "A week in residential care, at the unit cost of a year"),
            ("", "An empty week"),
        ]
        self.fields["start"].required = False
        self.fields["start"].initial = str(versions[0].version) if versions else ""


class UnitCostForm(Opened, forms.Form):
    """What a unit costs from now on. Never a plan that stands: those keep their rates."""

    value = MoneyField(
        label="Usual cost",
        help_text="Leave it empty if nobody knows it",
        most=MOST_RATE,
        required=False,
    )
    low = MoneyField(label="Lowest (optional)", most=MOST_RATE, required=False)
    high = MoneyField(label="Highest (optional)", most=MOST_RATE, required=False)
    year = PlainTextField(
        label="Year and place",
        max_length=40,
        required=False,
        help_text="For example, 2026–27, England",
    )
    source = PlainTextField(
        names_somebody=True,
        label="Where does it come from?",
        max_length=200,
        error_messages={"required": "Enter where the figure comes from"},
    )
    note = PlainTextField(label="Note (optional)", max_length=300, rows=2, required=False)
    review_on = GovDateField(
        label="When is it looked at again?",
        help_text=a_year_on("1 4"),
        error_messages={"required": "Enter the day on which it is looked at again"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("value", "low", "high"):
            self.fields[name].prefix = "£"
        for field in self.fields.values():
            field.label_size = "s"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        low, value, high = data.get("low"), data.get("value"), data.get("high")
        if low is not None and high is not None and low > high:
            self.add_error("high", "The highest must not lie below the lowest")
        elif value is not None and (
            (low is not None and value < low) or (high is not None and value > high)
        ):
            self.add_error("value", "The usual cost must lie between the lowest and the highest")
        return data


class LinesForm(forms.Form):
    """Lines of a week from a spreadsheet: pasted, or as a file."""

    sheet = forms.FileField(label="A CSV file (optional)", required=False)
    text = PlainTextField(
        label="Or paste the rows, with their headings",
        rows=8,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        held = data.get("sheet")
        if held is not None:
            if held.size > 200_000:
                self.add_error("sheet", "The file is larger than a week of support can be")
                return data
            try:
                data["text"] = held.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("sheet", "Save the sheet as CSV in UTF-8 first")
        elif not data.get("text") and "text" not in self.errors:
            self.add_error("text", "Choose a file, or paste the rows")
        return data
