import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_WORD = re.compile(r"\S+")
# Format and control characters that no one can see (a zero-width joiner inside a word is kept).
_INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs"}
_MOST_LETTERS = 20_000  # one word may be endless; no answer is
_KEPT = {"\n", "\t", "\u200d", "\u200c"}


def plain(value: str) -> str:
    """Text without characters that cannot be seen, line ends as "\\n", ends trimmed.

    Text that holds nothing visible is empty: invisible characters are not an answer.
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(c for c in value if c in _KEPT or unicodedata.category(c) not in _INVISIBLE)
    value = value.strip()
    if not any(unicodedata.category(c)[0] in "LNPS" for c in value):
        return ""
    return value


def count_words(value: str) -> int:
    """Words as a person counts them: runs without white space."""
    return len(_WORD.findall(value))


class PlainTextField(forms.CharField):
    """Text that people write: nothing invisible, at most `max_words` words when given."""

    default_error_messages = {
        "words": "Shorten this to {limit} words or fewer. It has {n} words",
        "letters": "Shorten this to {limit:,} characters or fewer. It has {n:,} characters",
    }

    def __init__(self, *, max_words: int | None = None, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            attrs: dict[str, Any] = {"rows": rows}
            if max_words:
                attrs["data-maxwords"] = max_words
            kwargs.setdefault("widget", forms.Textarea(attrs=attrs))
        super().__init__(**kwargs)
        self.max_words = max_words

    def to_python(self, value: Any) -> str:
        return plain(str(super().to_python(value) or ""))

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > _MOST_LETTERS:
            message = self.error_messages["letters"].format(limit=_MOST_LETTERS, n=len(value))
            raise ValidationError(message, code="letters")
        words = count_words(value)
        if self.max_words and words > self.max_words:
            message = self.error_messages["words"].format(limit=self.max_words, n=words)
            raise ValidationError(message, code="words")
