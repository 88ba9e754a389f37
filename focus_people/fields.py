"""Form fields that know what may be said about a person: text that identifies nobody, and months."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy

from accounts import clock
from accounts.fields import PlainTextField
from accounts.fields.dates import MONTHS


def _a_year_on(day_and_month: str) -> str:
    return f"For example, {day_and_month} {clock.today().year + 1}"


# An example of a day that lies ahead, in whatever year the form is read.
a_year_on = lazy(_a_year_on, str)

_MONTH = re.compile(r"([A-Za-z]+|\d{1,2})[\s./-]+(\d{4})", re.ASCII)


class CarefulTextField(PlainTextField):
    """Text about a person, in one line: it says how long it may be."""

    def __init__(self, **kwargs: Any) -> None:
        said = kwargs.get("error_messages") or {}
        limit = kwargs.get("max_length")
        if limit:
            said.setdefault("max_length", f"Shorten this to {limit} characters or fewer")
        kwargs["error_messages"] = said
        super().__init__(**kwargs)


class MonthField(forms.Field):
    """A month and a year, typed as "5 2025", "05/2025" or "May 2025"; the first of that month."""

    default_error_messages = {
        "required": "{what}: enter a month and a year, such as 5 2025",
        "invalid": "{what}: enter a month and a year, such as 5 2025 or May 2025",
        "range": "{what}: the year must be between 2000 and 2100",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-10"}))
        super().__init__(**kwargs)
        # The summary at the top of the page stands apart from the field: it says which one it means.
        what = str(self.label or "Month").removesuffix(" (optional)")
        self.error_messages = {
            code: said.format(what=what) for code, said in self.error_messages.items()
        }

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%B %Y}" if isinstance(value, date) else value

    def to_python(self, value: Any) -> date | None:
        text = str(value or "").strip()
        if not text:
            return None
        found = _MONTH.fullmatch(text)
        month = found and (int(found[1]) if found[1].isdigit() else MONTHS.get(found[1].lower(), 0))
        if not found or not month or not 1 <= month <= 12:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not 2000 <= int(found[2]) <= 2100:
            raise ValidationError(self.error_messages["range"], code="range")
        return date(int(found[2]), month, 1)
