"""Everything held about one person, for a subject access request (UK GDPR article 15).

Walks down from the record: whatever row of whatever app points at it, and whatever points at those. Nothing
has to be registered, so that a table added later cannot be forgotten. What identifies somebody (declared in
each model's `Privacy`) stays with the organisation that holds the key; people who use the service are left
out; and so is the panel's own work, which is judged apart.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts.models import AuditEvent, User

from ..models import FocusPerson

LEFT_OUT_APPS = frozenset({"panel"})
_ROWS_AT_ONCE = 400


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


def _pointing_at(model: type[models.Model]) -> Iterable[tuple[type[models.Model], str]]:
    """The models, with the field, whose rows belong to a row of `model`."""
    for related in model._meta.related_objects:
        other = related.related_model
        if related.many_to_many or other._meta.app_label in LEFT_OUT_APPS:
            continue
        yield other, related.field.name


def rows_about(person: FocusPerson) -> dict[type[models.Model], list[models.Model]]:
    """Every row that belongs to the person, by model; the person's own first."""
    found: dict[type[models.Model], dict[Any, models.Model]] = defaultdict(dict)
    found[FocusPerson][person.pk] = person
    waiting: list[tuple[type[models.Model], list[Any]]] = [(FocusPerson, [person.pk])]
    while waiting:
        model, keys = waiting.pop()
        for other, field in _pointing_at(model):
            fresh = []
            for start in range(0, len(keys), _ROWS_AT_ONCE):
                some = keys[start : start + _ROWS_AT_ONCE]
                for row in other._base_manager.filter(**{f"{field}__in": some}).order_by("pk"):
                    if row.pk not in found[other]:
                        found[other][row.pk] = row
                        fresh.append(row.pk)
            if fresh:
                waiting.append((other, fresh))
    return {model: list(rows.values()) for model, rows in found.items() if rows}


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
        "left_out": [
            "What identifies the person: only the organisation that supports them holds it.",
            "Names and addresses of people who use the service.",
            "The panel's scores and notes, which are about an application.",
        ],
    }
