"""Every verb: known to the table, permitted by a rule that fails closed, moving by an arrow that exists."""

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.diagrams import drawn_into, machines
from accounts.models import User
from accounts.permissions import all_rules
from accounts.verbs import all_tables

TABLES = all_tables()
VERBS = [(model, verb) for model, table in TABLES.items() for verb in table]


def of_verb(value):
    return getattr(value, "name", None) or value._meta.label


@pytest.mark.parametrize(("model", "verb"), VERBS, ids=of_verb)
def test_verb_has_a_rule_and_words(model, verb):
    assert verb.permission in all_rules()
    assert verb.label[0].isupper()
    assert not verb.label.endswith(".")
    for sentence in (verb.explain, verb.done):
        assert not sentence or sentence.rstrip().endswith((".", "?")), sentence


@pytest.mark.parametrize(("model", "verb"), VERBS, ids=of_verb)
def test_rule_says_in_a_sentence_who_may(model, verb):
    assert (all_rules()[verb.permission].__doc__ or "").strip()


def test_every_machine_has_a_table():
    assert {m for m, _ in machines()} - set(TABLES) == set()


@pytest.mark.parametrize("name", sorted(all_rules()))
def test_permission_fails_closed(name):
    """Nobody signed in, somebody switched off, nothing to act on: no."""
    inactive = User(email="gone@example.org", is_active=False)
    root = User(email="root@example.org", is_superuser=True)
    assert AnonymousUser().has_perm(name, object()) is False
    assert inactive.has_perm(name, object()) is False
    assert root.has_perm(name) is False


def test_readme_is_drawn_from_the_code():
    """Run `manage.py draw` when this fails."""
    text = (settings.BASE_DIR / "README.md").read_text()
    assert drawn_into(text) == text
