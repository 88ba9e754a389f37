"""What the figures can be narrowed to: programme, round, region and cut-off. One form for page, figure,
chart and API, read from the address, so that a view can be shared as a link.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts import clock
from accounts.enums import Region
from grants.models import Programme, Round

from .reports import (
    Compared,
    Impact,
    compare,
    default_programme,
    programme_figures,
    rounds_with_grants,
)
from .reports.comparing import halves

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"]
YEARS = "The year must be between 2000 and 2100"
EARLIEST = MinValueValidator(date(2000, 1, 1), YEARS)
LATEST = MaxValueValidator(date(2100, 12, 31), YEARS)


class ImpactFilter(forms.Form):
    """Unsent, it stands for the largest programme, today and everywhere.

    A part that cannot be read is named beside its field, and the figures are those without it.
    """

    programme = forms.ChoiceField(
        label="Programme",
        required=False,
        error_messages={"invalid_choice": "Choose a programme from the list"},
    )
    round = forms.ChoiceField(
        label="Round",
        required=False,
        error_messages={"invalid_choice": "Choose a round from the list"},
    )
    region = forms.ChoiceField(
        label="Region",
        required=False,
        choices=[("", "All regions"), *Region.choices],
        error_messages={"invalid_choice": "Choose a region from the list"},
    )
    cut_off = forms.DateField(
        label="Cut-off",
        required=False,
        input_formats=DAY_FORMATS,
        validators=[EARLIEST],
        help_text="For example, 31/12/2016",
        widget=forms.DateInput(
            format="%d/%m/%Y",
            attrs={"class": "govuk-input govuk-input--width-10", "autocomplete": "off"},
        ),
        error_messages={"invalid": "Enter a cut-off day, for example 31/12/2016"},
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.rounds = rounds_with_grants()
        self.default = default_programme(self.rounds)
        sent = {name: data.get(name, "") for name in self.base_fields if data.get(name)}
        start = {
            "programme": self.default.slug if self.default else "",
            "cut_off": f"{clock.today():%d/%m/%Y}",
        }
        super().__init__(start | sent, auto_id="scope_%s")
        programmes = {found.programme.slug: found.programme for found in self.rounds}
        self.programmes = programmes
        self.fields["programme"].choices = [(p.slug, p.name) for p in programmes.values()]
        self.fields["round"].choices = [("", "All rounds"), *self._rounds()]
        for field in self.fields.values():
            field.label_size = "s"
        self.sent = sent

    def _rounds(self) -> list[tuple[str, Any]]:
        by: dict[str, list[tuple[str, str]]] = {}
        for found in self.rounds:
            by.setdefault(found.programme.name, []).append((found.reference, found.title))
        if len(by) == 1:
            return next(iter(by.values()))
        return list(by.items())

    def clean_cut_off(self) -> date:
        day = self.cleaned_data.get("cut_off") or clock.today()
        if day > clock.today():
            raise forms.ValidationError("The cut-off must be today or earlier")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found = self._round(data.get("round", ""))
        if found is not None and data.get("programme") not in ("", found.programme.slug, None):
            self.add_error("round", "This round belongs to another programme")
        return data

    def _round(self, reference: str) -> Round | None:
        return next((r for r in self.rounds if r.reference == reference), None)

    @property
    def programme_chosen(self) -> Programme | None:
        """The programme chosen, or the one shown unless another is; None where there is none."""
        slug = self.cleaned_data.get("programme") or ""
        return self.programmes.get(slug, self.default)

    @property
    def impact(self) -> Impact:
        """The figures of what was chosen; nothing is read yet."""
        self.is_valid()
        data = self.cleaned_data
        return programme_figures(
            self.programme_chosen,
            cut_off=data.get("cut_off"),
            region=data.get("region") or None,
            round=self._round(data.get("round") or ""),
        )

    @property
    def query(self) -> str:
        """The choices as the end of an address, "?programme=…", or nothing."""
        good = {k: v for k, v in self.sent.items() if k not in self.errors}
        return f"?{urlencode(good)}" if good else ""

    def with_query(self, url: str, **more: str) -> str:
        """An address that keeps the choices."""
        good = {k: v for k, v in self.sent.items() if k not in self.errors} | more
        return f"{url}?{urlencode(good)}" if good else url


def _day(label: str, sentence: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=DAY_FORMATS,
        validators=[EARLIEST, LATEST],
        widget=forms.DateInput(
            format="%d/%m/%Y",
            attrs={"class": "govuk-input govuk-input--width-10", "autocomplete": "off"},
        ),
        error_messages={"invalid": f"Enter {sentence}, for example 31/12/2016"},
    )


class CompareFilter(ImpactFilter):
    """Two periods of agreement beside each other; unsent, the two halves of the programme."""

    first_from = _day("First period from", "the first day of the first period")
    first_until = _day("First period until", "the last day of the first period")
    second_from = _day("Second period from", "the first day of the second period")
    second_until = _day("Second period until", "the last day of the second period")
    field_order = ("programme", "round", "region", "cut_off")

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.is_valid()
        scope = self.impact.scope
        (a, b), (c, d) = halves(scope)
        starts = {"first_from": a, "first_until": b, "second_from": c, "second_until": d}
        # The periods stand in their boxes, so that the page says what it compares.
        self.data = {k: f"{day:%d/%m/%Y}" for k, day in starts.items()} | dict(self.data)
        self.full_clean()
        self.starts = starts

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in ("first", "second"):
            start, end = data.get(f"{name}_from"), data.get(f"{name}_until")
            if start and end and end < start:
                self.add_error(f"{name}_until", "The last day must not lie before the first")
        return data

    @property
    def compared(self) -> Compared:
        """The figures of both periods; a day that cannot be read is that of the halves."""
        held = {name: self.cleaned_data.get(name) or day for name, day in self.starts.items()}
        for name in ("first", "second"):
            held[f"{name}_until"] = max(held[f"{name}_until"], held[f"{name}_from"])
        return compare(
            self.impact.scope,
            (held["first_from"], held["first_until"]),
            (held["second_from"], held["second_until"]),
        )
