"""Two people may have the same page open. Whoever saves later is told what the other has saved, and
decides: a form that mixes in `Opened` carries a short print of every field as it was stored when the
page was drawn (`{% opened %}`, which the form layout draws). When the form comes back, what is stored
now is compared with that, field by field:

- a field that nobody else has changed, or that says the same now, is no matter;
- a field that somebody else has changed and this person has not takes what is stored now;
- a field that both have changed keeps what this person typed, and says what was saved.

The form is then not valid and says so once; sent again, it keeps what it shows. A form without prints
(the API, a test) is taken as it is. Works without scripts.

The view builds the form with `initial` = what is stored now on a POST too, and runs `one_by_one` with
the record locked, so that nobody saves between the comparison and the write.
"""

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

FIELD = "opened"
SENTENCE = (
    "Somebody has saved this page since you opened it: look at what it says now below, then save "
    "again to keep yours."
)
MOST_WORDS_SHOWN = 400  # characters of what was saved, in a sentence


def one_by_one(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST of `view` is one transaction: what it locks stays locked until it has answered."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return wrapped


def _print(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=4).hexdigest()


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


class Opened(forms.BaseForm):
    """Mixed in before `forms.Form`. `tells`: whether this form says the sentence itself; where a page
    holds a row of forms, none does, and the view calls `say_once`."""

    tells = True

    def full_clean(self) -> None:
        self.clashes: list[str] = []
        self._is_compared = False
        super().full_clean()
        if self.is_bound:
            self._compare()
            self._is_compared = True

    @property
    def opened_name(self) -> str:
        """The name of the hidden input."""
        return self.add_prefix(FIELD)

    @property
    def opened_value(self) -> str:
        """The prints of what is stored now; of a form that was sent and not looked at, those it had."""
        if self.is_bound and not getattr(self, "_is_compared", False):
            return str(self.data.get(self.opened_name, ""))
        return ",".join(f"{name}={_print(text)}" for name, text in self._stored().items())

    def sent_as_drawn(self) -> dict[str, list[str]]:
        """What the page would send of this form as it is drawn, prints included."""
        sent = {self.opened_name: [self.opened_value]}
        for name, field in self._compared():
            sent |= _sent(self.add_prefix(name), field, self.get_initial_for_field(field, name))
        return sent

    def _compared(self) -> list[tuple[str, forms.Field]]:
        return [
            (name, field)
            for name, field in self.fields.items()
            if not isinstance(field, forms.FileField) and not field.disabled
        ]

    def _stored(self) -> dict[str, str]:
        return {
            name: _typed(
                field, _sent("it", field, self.get_initial_for_field(field, name)), name="it"
            )
            for name, field in self._compared()
        }

    def _compare(self) -> None:
        prints = dict(
            pair.split("=", 1)
            for pair in str(self.data.get(self.opened_name, "")).split(",")
            if "=" in pair
        )
        now = self._stored()
        for name, field in self._compared():
            if name not in prints or prints[name] == _print(now[name]):
                continue
            typed = _typed(field, self.data, name=self.add_prefix(name))
            if typed == now[name]:
                continue
            self.clashes.append(name)
            said = f"{self[name].label}: somebody has {self._said(field, name)}"
            if _print(typed) == prints[name]:
                self._take(field, name)
                said += ", and it stands here now"
            self.add_error(name, said)
        if self.clashes and self.tells:
            self.add_error(None, SENTENCE)

    def _take(self, field: forms.Field, name: str) -> None:
        """Put what is stored now where this person has changed nothing."""
        data: Any = MultiValueDict(
            {key: self.data.getlist(key) for key in self.data}
            if hasattr(self.data, "getlist")
            else {key: [value] for key, value in self.data.items()}
        )
        html_name = self.add_prefix(name)
        for key in [key for key in data if key == html_name]:
            del data[key]
        for key, values in _sent(html_name, field, self.get_initial_for_field(field, name)).items():
            data.setlist(key, values)
        self.data = data

    def _said(self, field: forms.Field, name: str) -> str:
        initial = self.get_initial_for_field(field, name)
        values = next(iter(_sent("it", field, initial).values()), [])
        if isinstance(field.widget, forms.CheckboxInput):
            return "ticked this" if values else "taken the tick out"
        if isinstance(field.widget, forms.MultiWidget):
            values = [_typed(field, _sent("it", field, initial), name="it")]
        labels = {str(value): str(label) for value, label in _choices(field)}
        text = ", ".join(labels.get(value, value) for value in values if value)
        if len(text) > MOST_WORDS_SHOWN:
            text = text[:MOST_WORDS_SHOWN].rstrip() + "…"
        return f"saved “{text}”" if text else "emptied this"


def say_once(forms_: Iterable[Opened]) -> None:
    """The sentence, on the first of a page's forms that clashes with what somebody else has saved."""
    clashing = [form for form in forms_ if getattr(form, "clashes", None)]
    if clashing and not any(SENTENCE in form.non_field_errors() for form in clashing):
        clashing[0].add_error(None, SENTENCE)


def _choices(field: forms.Field) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for value, label in getattr(field, "choices", ()):
        found += label if isinstance(label, list | tuple) else [(value, label)]
    return found


def _sent(name: str, field: forms.Field, value: Any) -> dict[str, list[str]]:
    """What a browser sends of a field that shows `value`: input name → values."""
    widget = field.widget
    value = field.prepare_value(value)
    if isinstance(widget, forms.MultiWidget):
        parts: Any = value if isinstance(value, list) else widget.decompress(value)
        return {
            f"{name}{suffix}": [_text(part)]
            for suffix, part in zip(widget.widgets_names, parts, strict=False)
        }
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"]} if widget.check_test(value) else {}
    shown = widget.format_value(value)
    return {name: [_text(one) for one in shown] if isinstance(shown, list) else [_text(shown)]}


def _typed(field: forms.Field, data: Mapping[str, Any], *, name: str) -> str:
    """What is in `data` for a field, as one text that can be compared."""
    if not hasattr(data, "getlist"):
        data = MultiValueDict({k: v if isinstance(v, list) else [v] for k, v in data.items()})
    value = field.widget.value_from_datadict(data, MultiValueDict(), name)
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(field.widget, forms.MultiWidget):
        return " ".join(_text(part) for part in value or ()).strip()
    if isinstance(value, list | tuple):
        return ", ".join(sorted(_text(one) for one in value))
    return _text(value)
