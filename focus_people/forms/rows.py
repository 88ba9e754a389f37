"""Several rows on one page, without JavaScript: a hidden count says how many rows there are, a button
asks for more, and everything typed stays where it is.

A row that is left as it was drawn counts for nothing; a row that is emptied is taken out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from accounts.opened import FIELD, Opened


def kept(form: forms.BaseForm) -> forms.BaseForm:
    """The form with what was typed and without its errors: for buttons that do not send it."""
    form._errors = ErrorDict(renderer=form.renderer)
    form.cleaned_data = {}
    return form


class RowForm(Opened, forms.Form):
    """One row. It says something as soon as one of the fields named in `SAYS` is not empty."""

    SAYS: ClassVar[tuple[str, ...]] = ()
    tells = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):  # no wider than its cell, on a phone too
                field.widget.attrs["class"] = "govuk-!-width-full"
            if isinstance(field, forms.BooleanField):
                field.small = True

    def has_changed(self) -> bool:
        return any(str(self[name].data or "").strip() for name in self.SAYS)


class Rows:
    """Forms of one kind, `row-0-…`, `row-1-…`. `data` is a POST, or None to begin.

    initial: the rows that exist; least: how many to show at first; spare: empty rows to add.
    """

    def __init__(
        self,
        form: type[RowForm],
        data: Mapping[str, Any] | None = None,
        *,
        initial: Sequence[Mapping[str, Any] | None] = (),
        least: int = 1,
        spare: int = 0,
        most: int = 40,
        noun: str = "Line",
        prefix: str = "row",
    ) -> None:
        self.count_name, self.most = f"{prefix}-count", most
        if data is None:
            size = max(least, len(initial) + spare)
        else:
            sent = str(data.get(self.count_name, ""))
            size = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else least
            data = self._with_rows_of_others(
                form, data, range(size, min(len(initial), most)), prefix
            )
            size = max(size, len(initial)) + spare
        self.size = min(max(size, 1), most)
        self.forms = []
        for n in range(self.size):
            given = initial[n] if n < len(initial) else None
            made = form(
                data,
                prefix=f"{prefix}-{n}",
                initial=dict(given or {}),
                empty_permitted=True,
                use_required_attribute=False,
            )
            made.error_prefix, made.number = f"{noun} {n + 1}", n + 1
            self.forms.append(made)

    @staticmethod
    def _with_rows_of_others(
        form: type[RowForm], data: Mapping[str, Any], missing: range, prefix: str
    ) -> Mapping[str, Any]:
        """Rows that somebody saved below those of this page come to it as if it had drawn them empty."""
        if not isinstance(data, QueryDict) or f"{prefix}-0-{FIELD}" not in data:
            return data
        data = data.copy()
        for n in missing:
            for name, values in form(prefix=f"{prefix}-{n}").sent_as_drawn().items():
                data.setlist(name, values)
        return data

    def __iter__(self) -> Iterator[forms.Form]:
        return iter(self.forms)

    @property
    def may_grow(self) -> bool:
        return self.size < self.most

    def is_valid(self) -> bool:
        """Every row is asked, so that every row shows its own errors."""
        return not [form for form in self.forms if not form.is_valid()]

    def kept(self) -> "Rows":
        """What was typed, without errors."""
        for form in self.forms:
            kept(form)
        return self

    @property
    def places(self) -> list[dict[str, Any] | None]:
        """Clean data by place; None where a row is empty."""
        return [form.cleaned_data if form.has_changed() else None for form in self.forms]

    @property
    def filled(self) -> list[dict[str, Any]]:
        """Clean data of the rows that are not empty, in order."""
        return [row for row in self.places if row]
