import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Pounds as people write them: £1,900.00 · 1900 · 95.5. Not 1e3, 1_000, ١٢, NaN or 1,90.
_POUNDS = re.compile(r"£?\s?(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d{1,2})?", re.ASCII)
_PLAIN = re.compile(r"\d{1,6}(\.\d{1,2})?", re.ASCII)
QUARTER = Decimal("0.25")


class MoneyField(forms.Field):
    """Pounds and pence as `Decimal` with two places; between `least` and `most` when given."""

    default_error_messages = {
        "required": "Enter an amount in pounds",
        "invalid": "Enter an amount in pounds and pence, such as 1,900 or 1900.50",
        "least": "The amount must be £{:,.2f} or more",
        "most": "The amount must be £{:,.2f} or less",
    }

    def __init__(
        self,
        *,
        least: Decimal | None = Decimal("0.00"),
        most: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-5"}),
        )
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if text == "":
            return None
        if not _POUNDS.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(re.sub(r"[£,\s]", "", text)).quantize(Decimal("0.01"))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise ValidationError(self.error_messages["least"].format(self.least), code="least")
        if self.most is not None and value > self.most:
            raise ValidationError(self.error_messages["most"].format(self.most), code="most")


class HoursField(forms.Field):
    """A plain number such as hours, as `Decimal`, in steps of `step` between `least` and `most`."""

    default_error_messages = {
        "required": "Enter a number",
        "invalid": "Enter a number such as 7 or 7.5",
        "step": "Enter a number in steps of {}",
        "least": "The number must be {} or more",
        "most": "The number must be {} or less",
    }

    def __init__(
        self,
        *,
        step: Decimal = QUARTER,
        least: Decimal = Decimal(0),
        most: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-4"}),
        )
        super().__init__(**kwargs)
        self.step, self.least, self.most = step, least, most

    def to_python(self, value: Any) -> Decimal | None:
        text = str("" if value is None else value).strip()
        if text == "":
            return None
        if not _PLAIN.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(text)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if value % self.step:
            raise ValidationError(self.error_messages["step"].format(self.step), code="step")
        if value < self.least:
            raise ValidationError(self.error_messages["least"].format(self.least), code="least")
        if self.most is not None and value > self.most:
            raise ValidationError(self.error_messages["most"].format(self.most), code="most")
