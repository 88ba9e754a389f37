"""Numbers in the plain digits of a keyboard: digits of other scripts, signs and exponents are asked again."""

import re
from typing import Any

from django import forms

_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)


def _refuse_other(field: forms.Field, value: Any, form: re.Pattern[str]) -> None:
    text = str(value).strip() if value not in field.empty_values else ""
    if text and not form.fullmatch(text):
        raise forms.ValidationError(str(field.error_messages["invalid"]), code="invalid")


class WholeField(forms.IntegerField):
    """A whole number."""

    def to_python(self, value: Any) -> int | None:
        _refuse_other(self, value, _WHOLE)
        return super().to_python(value)


class NumberField(forms.DecimalField):
    """A number that may have decimals."""

    def to_python(self, value: Any) -> Any:
        _refuse_other(self, value, _NUMBER)
        return super().to_python(value)
