"""What each field holds, read from the models' own `Privacy`: what people wrote, what identifies
somebody, which days are sensitive. Erasure, retention and the tests of both read it here, so that a
field that is added later is taken out until somebody says that it holds no words.

`Privacy.codes` names texts that hold codes and fingerprints, `Privacy.goes` a row that is of no use once
its words are gone (a file, a link). Texts with choices and unique texts (references) are codes anyway.
"""

import re
from functools import cache
from typing import Any

from django.db import models
from django.db.models import TextChoices

REMOVED = "Removed"
_TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField)
# Numbers as text, and the codes of criteria, needs, goals and lines (C1, N2, G3, L4).
_NUMBER_OR_CODE = re.compile(r"-?\d{1,9}(\.\d{1,4})?|[BCGLNQ]\d{1,2}", re.ASCII)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)


def declared(model: type[models.Model], name: str) -> Any:
    """What the model's own `Privacy` says under `name`; empty where it says nothing."""
    return getattr(model.__dict__.get("Privacy"), name, ())


def words_of(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that may hold what somebody wrote, or who somebody is."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, _TEXTS)
        and not field.choices
        and not field.unique
        and field.name not in declared(model, "codes")
    ]


def days_of(model: type[models.Model]) -> list[models.Field]:
    """The sensitive days of a model: kept by quarter once the record is anonymous (domain 7.5)."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField) and field.name in declared(model, "special")
    ]


def quarter_of(day: Any) -> Any:
    """The first day of the quarter; None stays None."""
    return day and day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)


@cache
def labels_of_codes() -> dict[str, str]:
    """Every code of every list of the product with its label; a code of two lists that say different
    things stands for itself."""
    found: dict[str, set[str]] = {}
    waiting: list[Any] = [TextChoices]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        for value, label in kind.choices if kind is not TextChoices else ():
            found.setdefault(value, set()).add(str(label))
    return {
        code: labels.pop() if len(labels) == 1 else code.replace("_", " ")
        for code, labels in found.items()
    }


def without_words(value: Any) -> Any:
    """A JSON value of the same shape that says nothing any more: numbers, truths and codes of ours stay."""
    if isinstance(value, dict):
        return {
            key if _KEY.fullmatch(str(key)) else f"{REMOVED} {n}": without_words(held)
            for n, (key, held) in enumerate(value.items())
        }
    if isinstance(value, list):
        return [without_words(held) for held in value]
    if not isinstance(value, str) or not value or value in labels_of_codes():
        return value
    return value if _NUMBER_OR_CODE.fullmatch(value) else REMOVED


def emptied(row: models.Model, field: models.Field) -> Any:
    """What stands in a field of words once they are gone. Nothing that was empty becomes full."""
    value = field.value_from_object(row)
    is_identity = field.name in declared(type(row), "identity")
    if isinstance(field, models.JSONField):
        return type(value)() if is_identity and value else without_words(value)
    if not value:
        return value
    if is_identity and field.blank:
        return ""
    return REMOVED[: field.max_length] if field.max_length else REMOVED
