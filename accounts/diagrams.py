"""Pictures and tables that are drawn from the code, so that they cannot say something else.

`states()` gives a Mermaid diagram per machine, `permissions_table()` says who may use each verb in
the words of the rule's own docstring. `manage.py draw` writes both into the README.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from .permissions import all_rules
from .state import StateField
from .verbs import all_tables

README_PARTS = ("states", "permissions")


def machines() -> Iterator[tuple[type[models.Model], StateField]]:
    """Every model of ours with a state that moves, in the order of their names."""
    for model in sorted(apps.get_models(), key=lambda m: m._meta.label):
        for field in model._meta.concrete_fields:
            if isinstance(field, StateField):
                yield model, field


def arrows(model: type[models.Model], field: StateField) -> list[tuple[str, str, str]]:
    """(from, to, name) of every transition, sorted."""
    found = set()
    for move in field.get_all_transitions(model):
        found.add((str(move.source), str(move.target), move.name))
    return sorted(found)


def states() -> str:
    """All machines as Mermaid state diagrams, one heading each."""
    parts = []
    for model, field in machines():
        lines = arrows(model, field)
        if not lines:
            continue
        labels = dict(field.flatchoices)
        parts.append(
            f"#### {str(model._meta.verbose_name).capitalize()}\n\n```mermaid\nstateDiagram-v2"
        )
        used = sorted({s for a, b, _ in lines for s in (a, b)}, key=list(labels).index)
        parts += [f"    {s}: {labels[s]}" for s in used]
        parts.append(f"    [*] --> {field.default}")
        parts += [f"    {a} --> {b}: {name.replace('_', ' ')}" for a, b, name in lines]
        parts.append("```\n")
    return "\n".join(parts)


def permissions_table() -> str:
    """One row per verb: the noun, the button's words, and who may (the rule's docstring)."""
    rules = all_rules()
    rows = ["| thing | verb | who may |", "|---|---|---|"]
    for model, table in sorted(all_tables().items(), key=lambda pair: pair[0]._meta.label):
        for verb in table:
            rule = rules[verb.permission]
            says = " ".join((rule.__doc__ or "").split()).strip()
            rows.append(f"| {model._meta.verbose_name} | {verb.label} | {says} |")
    return "\n".join(rows) + "\n"


def drawn_into(text: str) -> str:
    """`text` with each part between its markers (`<!-- states -->` … `<!-- /states -->`) drawn anew."""
    for name, draw in (("states", states), ("permissions", permissions_table)):
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, _, rest = text.partition(start)
        _, _, tail = rest.partition(end)
        text = f"{head}{start}\n{draw()}\n{end}{tail}"
    return text
