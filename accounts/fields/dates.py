"""A date that people know by heart, typed as day, month and year."""

import calendar
import datetime

from django import forms
from django.core.exceptions import ValidationError

from .. import written

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
PARTS = ("day", "month", "year")
YEARS = range(2000, 2101)


class GovDateWidget(forms.MultiWidget):
    """Three short inputs under one question."""

    template_name = "forms/date.html"
    use_fieldset = True

    def __init__(self, attrs=None):
        widths = {"day": 2, "month": 2, "year": 4}
        super().__init__(
            {
                part: forms.TextInput(
                    {
                        "class": f"govuk-input govuk-date-input__input govuk-input--width-{widths[part]}",
                        "inputmode": "numeric",
                        "autocomplete": "off",
                    }
                )
                for part in PARTS
            },
            attrs,
        )

    def decompress(self, value):
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def value_from_datadict(self, data, files, name):
        """The three parts; a program may send the day as one word instead: 2025-03-27."""
        whole = str(data.get(name) or "").strip()
        if whole:
            year, _, rest = whole.partition("-")
            return [*reversed(rest.split("-", 1)), year] if "-" in rest else [whole, "", ""]
        return super().value_from_datadict(data, files, name)

    def id_for_label(self, id_):
        return f"{id_}_0" if id_ else id_

    def get_context(self, name, value, attrs):
        attrs = dict(attrs or {})
        invalid = attrs.pop("aria-invalid", None)
        context = super().get_context(name, value, attrs)
        for part, subwidget in zip(PARTS, context["widget"]["subwidgets"], strict=True):
            subwidget["label"] = part.capitalize()
            if invalid:
                subwidget["attrs"]["class"] += " govuk-input--error"
                subwidget["attrs"]["aria-invalid"] = "true"
        return context


class GovDateField(forms.MultiValueField):
    """Cleans to a date. Takes 9, 06 or "June" for a month, and says which part is missing or wrong."""

    widget = GovDateWidget
    default_error_messages = {
        "required": "Enter a date",
        "incomplete": "The date must include {missing}",
        "numbers": "The date must be made of numbers, like 27 3 2025",
        "year": "The year must have 4 numbers, like 2025",
        "real": "The date must be a real date, like 27 3 2025",
        "range": "The year must be between 2000 and 2100",
        "min": "The date must be {limit} or later",
        "max": "The date must be {limit} or earlier",
    }

    def __init__(self, *, min_date=None, max_date=None, **kwargs):
        self.min_date, self.max_date = min_date, max_date
        required = kwargs.get("required", True)
        fields = [forms.CharField(required=False, max_length=20) for _ in PARTS]
        super().__init__(fields, require_all_fields=False, **kwargs)
        self.required = required

    def clean(self, value):
        """Read the three parts together: a person sees one date, so there is one sentence about it."""
        if self.disabled and not isinstance(value, list):
            value = self.widget.decompress(value)
        parts = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        missing = [f"a {name}" for name, part in zip(PARTS, parts, strict=True) if not part]
        if missing:
            text = self.error_messages["incomplete"].format(missing=" and ".join(missing))
            raise ValidationError(text, code="incomplete")
        date = self.compress(parts)
        self.validate(date)
        self.run_validators(date)
        return date

    def compress(self, data_list):
        day, month, year = data_list
        month = str(MONTHS.get(month.lower(), month))
        if not all(part.isascii() and part.isdigit() for part in (day, month, year)):
            raise ValidationError(self.error_messages["numbers"], code="numbers")
        if len(year) != 4:
            raise ValidationError(self.error_messages["year"], code="year")
        try:
            date = datetime.date(int(year), int(month), int(day))
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["real"], code="real") from None
        if date.year not in YEARS:
            raise ValidationError(self.error_messages["range"], code="range")
        for code, limit, wrong in (
            ("min", self.min_date, lambda limit: date < limit),
            ("max", self.max_date, lambda limit: date > limit),
        ):
            limit = limit() if callable(limit) else limit
            if limit and wrong(limit):
                words = written.day(limit)
                raise ValidationError(self.error_messages[code].format(limit=words), code=code)
        return date

    def has_changed(self, initial, data):
        if isinstance(data, list | tuple):
            before = [str(part) for part in self.widget.decompress(initial)]
            return before != [str(part or "").strip().lstrip("0") for part in data]
        return super().has_changed(initial, data)
