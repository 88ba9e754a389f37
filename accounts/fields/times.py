import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_TIME = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?|(midday|noon)", re.ASCII | re.IGNORECASE
)


class ClockTimeField(forms.Field):
    """A time of day as people write it: 14:30, 9.15, 2pm, midday. An hour alone needs am or pm."""

    default_error_messages = {"invalid": "Enter a time, such as 9:30am or 14:00"}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-5"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value

    def to_python(self, value: Any) -> datetime.time | None:
        if isinstance(value, datetime.time):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        found = _TIME.fullmatch(text)
        if found is None or not (found[2] or found[3] or found[4]):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if found[4]:
            return datetime.time(12)
        hour, half = int(found[1]), (found[3] or "").lower()[:1]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif half:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return datetime.time(hour, int(found[2] or 0))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
