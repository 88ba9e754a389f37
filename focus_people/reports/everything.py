"""Everything held about one person, for a subject access request (UK GDPR article 15).

Walks down from the record: whatever row of whatever app points at it, and whatever points at those. Nothing
has to be registered, so that a table added later cannot be forgotten. What identifies somebody (declared in
each model's `Privacy`) stays with the organisation that holds the key; people who use the service are left
out; and so is the panel's own work, which is judged apart.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from accounts import written
from accounts.models import AuditEvent, User
from accounts.privacy import declared, labels_of_codes
from accounts.wording import words_of

from ..models import FocusPerson

LEFT_OUT_APPS = frozenset({"panel"})
_ROWS_AT_ONCE = 400
LEFT_OUT = [
    "What identifies the person: only the organisation that supports them holds it.",
    "Names and addresses of people who use the service.",
    "The panel’s scores and notes, which are about an application.",
]


def _facts(row: models.Model) -> dict[str, Any]:
    """The row's own fields, without identity and without the people who use the service."""
    privacy = getattr(type(row), "Privacy", None)
    hidden = set(getattr(privacy, "identity", ()))
    facts: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in hidden:
            continue
        if field.is_relation:
            if (
                field.related_model is not User
                and (held := getattr(row, field.attname)) is not None
            ):
                facts[field.name] = held
            continue
        value = field.value_from_object(row)
        if value is None or isinstance(value, bool | int | list | dict):
            facts[field.name] = value
        else:
            facts[field.name] = str(value)
    return facts


def _pointing_at(
    model: type[models.Model], without: Collection[str]
) -> Iterable[tuple[type[models.Model], str]]:
    """The models, with the field, whose rows belong to a row of `model`."""
    for related in model._meta.related_objects:
        other = related.related_model
        if related.many_to_many or other._meta.app_label in without:
            continue
        yield other, related.field.name


def rows_about(
    person: FocusPerson, *, without: Collection[str] = LEFT_OUT_APPS
) -> dict[type[models.Model], list[models.Model]]:
    """Every row that belongs to the person, by model; the person's own first. Rows of the apps in
    `without` are left out."""
    return rows_below(person, without=without)


def rows_below(
    row: models.Model, *, without: Collection[str] = LEFT_OUT_APPS
) -> dict[type[models.Model], list[models.Model]]:
    """The row itself, whatever points at it, and whatever points at those, by model."""
    found: dict[type[models.Model], dict[Any, models.Model]] = defaultdict(dict)
    root = type(row)
    found[root][row.pk] = row
    waiting: list[tuple[type[models.Model], list[Any]]] = [(root, [row.pk])]
    while waiting:
        model, keys = waiting.pop()
        for other, field in _pointing_at(model, without):
            fresh = []
            for start in range(0, len(keys), _ROWS_AT_ONCE):
                some = keys[start : start + _ROWS_AT_ONCE]
                for each in other._base_manager.filter(**{f"{field}__in": some}).order_by("pk"):
                    if each.pk not in found[other]:
                        found[other][each.pk] = each
                        fresh.append(each.pk)
            if fresh:
                waiting.append((other, fresh))
    return {model: list(rows.values()) for model, rows in found.items() if rows}


# How things are held, which tells a reader nothing about the person.
_BOOKKEEPING = frozenset(
    {"id", "key", "code_hash", "digest", "sha256", "file", "size", "came_from", "anonymous_since"}
)
MOST_COLUMNS = 6
_FIGURE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Part:
    """One kind of row, for a page: its heading, its columns, and a row of words for each of them."""

    title: str
    columns: list[str]
    rows: list[list[str]]

    @property
    def is_wide(self) -> bool:
        """More columns than a page takes: each row is a list of facts then."""
        return len(self.columns) > MOST_COLUMNS

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """Each row as its columns, with what stands in them."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def facts(self) -> list[list[tuple[str, str]]]:
        """Each row as its columns with something in them."""
        return [[(column, value) for column, value in row if value] for row in self.cells]


@cache
def _names_of_fields() -> frozenset[str]:
    return frozenset(f.name for model in apps.get_models() for f in model._meta.concrete_fields)


def _named(key: str) -> str:
    """What a key of a kept JSON value names: a field ("rate"), or an entry of a list ("la", Council)."""
    if key in _names_of_fields():
        words = key.replace("_", " ")
    else:
        words = _in_words(key)
        words = words.upper() if words.lower() == key and len(key) <= 3 else words  # ICB
    return words[:1].upper() + words[1:]


def _in_words(value: Any) -> str:
    """A value of ours in words: codes by their label. A figure stays itself, whatever list has it as a code."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return written.day(value)
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, map(_in_words, value)))
    if isinstance(value, dict):
        pairs = ((_named(str(k)), _in_words(held)) for k, held in value.items())
        return "; ".join(f"{name}: {held}" for name, held in pairs if held)
    text = str(value)
    if text in labels_of_codes() and not _FIGURE.fullmatch(text):
        label = labels_of_codes()[text]
        return f"{label[0].upper()}{label[1:]}"
    return text.replace("_", " ") if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text) else text


def _shown(row: models.Model, field: models.Field) -> str:
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    value = field.value_from_object(row)
    holds_words = isinstance(field, models.CharField | models.TextField)
    if holds_words and field.name not in declared(type(row), "codes"):
        return str(value or "")
    return _in_words(value)


def _part(model: type[models.Model], rows: list[models.Model]) -> Part | None:
    privacy = getattr(model, "Privacy", None)
    hidden = set(getattr(privacy, "identity", ())) | _BOOKKEEPING
    fields = [f for f in model._meta.concrete_fields if not f.is_relation and f.name not in hidden]
    shown = [[_shown(row, f) for f in fields] for row in rows]
    filled = [n for n in range(len(fields)) if any(row[n] for row in shown)]
    if not filled:
        return None
    title = str(model._meta.verbose_name if len(rows) == 1 else model._meta.verbose_name_plural)
    return Part(
        title[0].upper() + title[1:],
        [str(fields[n].verbose_name)[0].upper() + str(fields[n].verbose_name)[1:] for n in filled],
        [[row[n] for n in filled] for row in shown],
    )


def parts_of(person: FocusPerson) -> dict[str, Any]:
    """The same for a page: `parts`, a table for each kind of row in words; `trail`, what happened."""
    parts = [_part(model, rows) for model, rows in rows_about(person).items()]
    trail = AuditEvent.objects.filter(subject_ref__startswith=person.reference).order_by("at", "pk")
    return {
        "parts": [part for part in parts if part is not None],
        "trail": [
            {"at": row.at, "what": words_of(row.event), "who": row.actor_label} for row in trail
        ],
        "left_out": LEFT_OUT,
    }


def everything_about(person: FocusPerson) -> dict[str, Any]:
    """JSON-ready: rows by table, what happened to the record, and what is left out and why."""
    tables = {
        str(model._meta.verbose_name): [_facts(row) for row in rows]
        for model, rows in rows_about(person).items()
    }
    trail = AuditEvent.objects.filter(subject_ref__startswith=person.reference).order_by("at", "pk")
    return {
        "reference": person.reference,
        "word": person.alias,
        "tables": tables,
        "history": [
            {"at": row.at.isoformat(), "what": row.event, "who": row.actor_label} for row in trail
        ],
        "left_out": LEFT_OUT,
    }
