"""Every model, whatever it is about: sensitivity declared, pairs kept together, order never implied."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from accounts.diagrams import machines
from accounts.models.audit import WrittenOnce

OURS = ("accounts", "focus_people", "grants", "panel", "training", "outcomes")
MODELS = [m for m in apps.get_models() if m._meta.app_label in OURS]


def label(model):
    return model._meta.label


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_every_field_declares_its_sensitivity_once(model):
    privacy = model.__dict__["Privacy"]
    declared = [*privacy.identity, *privacy.special, *privacy.operational]
    assert sorted(declared) == sorted(f.name for f in model._meta.concrete_fields)


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_order_is_never_implied(model):
    assert not model._meta.ordering


PAIRS = [
    (model, name.removesuffix("_at"))
    for model in MODELS
    for name in sorted(f.name for f in model._meta.concrete_fields)
    if name.endswith("_at")
    and f"{name.removesuffix('_at')}_by" in {f.name for f in model._meta.concrete_fields}
]


@pytest.mark.parametrize(
    ("model", "stem"), PAIRS, ids=lambda v: v if isinstance(v, str) else label(v)
)
def test_moment_and_person_are_kept_together(model, stem):
    """Both never empty, or a constraint that both are empty or both are there."""
    at, by = (model._meta.get_field(f"{stem}_{end}") for end in ("at", "by"))
    if not at.null and not by.null:
        return
    assert at.null
    assert by.null
    both = models.Q(**{f"{stem}_at__isnull": True, f"{stem}_by__isnull": True})
    neither = models.Q(**{f"{stem}_at__isnull": False, f"{stem}_by__isnull": False})
    conditions = [
        c.condition for c in model._meta.constraints if isinstance(c, models.CheckConstraint)
    ]
    assert (both | neither) in conditions


def test_there_are_pairs_to_check():
    assert len(PAIRS) > 15


@pytest.mark.parametrize(
    ("model", "field"), list(machines()), ids=lambda v: getattr(v, "name", None) or label(v)
)
def test_the_database_knows_the_states(model, field):
    """A state outside the list is refused by the database, not only by the page."""
    values = [value for value, _ in field.flatchoices]
    conditions = [
        c.condition for c in model._meta.constraints if isinstance(c, models.CheckConstraint)
    ]
    assert models.Q(**{f"{field.name}__in": values}) in conditions


@pytest.mark.django_db
def test_migrations_are_current():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def source_files(*names):
    for app in OURS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            parts = path.relative_to(settings.BASE_DIR / app).with_suffix("").parts
            if parts[0] in names:
                yield path


def unguarded(text: str) -> list[int]:
    """Lines of a `.objects` that no `visible_to` follows (nor another word that narrows to a person)."""
    found = []
    tree = ast.parse(text)
    guarded = set()
    for node in ast.walk(tree):
        # `none()` is what a viewset says before it knows who asks.
        if isinstance(node, ast.Attribute) and node.attr in ("visible_to", "none"):
            guarded |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in guarded:
            found.append(node.lineno)
    return found


def test_scanner_finds_an_unguarded_query():
    assert unguarded("Grant.objects.all()\nGrant.objects.visible_to(u).active()\n") == [1]


# Queries in pages that no `visible_to` can narrow, each with its reason.
EXCEPTIONS = {
    "focus_people/views/people.py": 3,  # parts prefetched for records that are visible
    "focus_people/views/shown.py": 1,  # the history of one record that is visible
    "panel/views/oversight.py": 1,  # people who may take a seat, behind the lead's own rule
    "panel/views/queue.py": 1,  # the panellist that the user is
    "outcomes/views/impact_reports.py": 1,  # stories agreed for reports, behind the lead's own rule
    "outcomes/views/stories.py": 1,  # stories that everybody may read, on the public page
    "accounts/views.py": 5,  # own organisations; the letter box behind a role; own token
}


def test_pages_and_api_read_only_what_is_visible():
    found = {}
    for path in source_files("views", "api"):
        if lines := unguarded(path.read_text()):
            found[str(Path(path).relative_to(settings.BASE_DIR))] = len(lines)
    assert found == EXCEPTIONS


def test_only_written_once_models_override_save():
    allowed = {WrittenOnce.save, models.Model.save}
    overriding = [m._meta.label for m in MODELS if m.save not in allowed and m.__name__ != "User"]
    assert overriding == []


def test_only_the_clock_asks_what_time_it_is():
    """The demonstration tells a story in the past; a second clock would put today into it."""
    asking = []
    for app in OURS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if path.name == "clock.py":
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and (
                    (node.attr in ("now", "localdate") and ast.unparse(node.value) == "timezone")
                    or (
                        node.attr == "today"
                        and ast.unparse(node.value) in ("date", "datetime.date")
                    )
                    or (
                        node.attr in ("now", "utcnow")
                        and ast.unparse(node.value) in ("datetime", "datetime.datetime")
                    )
                ):
                    asking.append(f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}")
    assert asking == []
