import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .doubts import Doubt, Stays, doubts_in, stays

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
    """Text that people write: nothing invisible, at most `max_words` words when given, and no words
    that say who somebody is.

    What certainly identifies somebody is refused. What may do so is asked about: the error says
    what was found, and the select under it takes the reason why it stays.
    names_somebody: the field asks for a name (of an organisation, of the writer): nothing is looked for.
    skips: kinds of doubt that are what the field asks for (a staff code).
    """

    reasons = Stays.choices

    default_error_messages = {
        "words": "Shorten this to {limit} words or fewer. It has {n} words",
        "doubt": "{sentence}. Take it out, or say why it stays",
        "max_length": "Shorten this to %(limit_value)d characters or fewer. It has %(show_value)d",
        "letters": "Shorten this to {limit:,} characters or fewer. It has {n:,} characters",
    }

    def __init__(
        self,
        *,
        max_words: int | None = None,
        rows: int = 0,
        names_somebody: bool = False,
        skips: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        if rows:
            attrs: dict[str, Any] = {"rows": rows}
            if max_words:
                attrs["data-maxwords"] = max_words
            kwargs.setdefault("widget", forms.Textarea(attrs=attrs))
        super().__init__(**kwargs)
        self.max_words = max_words
        self.names_somebody, self.skips, self.asks = names_somebody, skips, True
        self.asked: list[Doubt] = []

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
        if value and not self.names_somebody:
            refused = [doubt.sentence for doubt in self._doubts(value) if doubt.is_refused]
            if refused:
                raise ValidationError(refused, code="identifies")

    def _doubts(self, value: str) -> list[Doubt]:
        return [doubt for doubt in doubts_in(value) if doubt.kind not in self.skips]

    def _clean_bound_field(self, bound: Any) -> str:
        """Django's own step from what was sent to what is clean; here it also asks about doubts."""
        self.asked = []
        value = super()._clean_bound_field(bound)  # type: ignore[misc]
        if not value or self.names_somebody or not self.asks or self.disabled:
            return value
        if doubts := [d for d in self._doubts(value) if not d.is_refused]:
            data = bound.form.data
            reason = data.get(f"{bound.html_name}-stays", "")
            every = getattr(data, "getlist", lambda name: [data.get(name, "")])
            seen = set(every(f"{bound.html_name}-seen"))
            if reason not in Stays.values or not {d.words for d in doubts} <= seen:
                # A reason given for other words counts for nothing: these were not seen then.
                self.asked = doubts
                said = [self.error_messages["doubt"].format(sentence=d.sentence) for d in doubts]
                raise ValidationError(said, code="doubt")
            for doubt in doubts:
                stays(doubt, str(self.label or bound.name), reason)
        return value
