"""The permission door. Each app ends its `rules.py` with one table and registers it here;
`User.has_perm(name, obj)` consults it first, and exempts nobody: superusers are bound too.

A rule is a plain function `rule(user, obj) -> bool`. It is asked only about signed-in, active
people and existing objects: everything else is False before a rule is reached.
"""

from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any, Any], bool]
_RULES: dict[str, Rule] = {}


def register(rules: Mapping[str, Rule]) -> None:
    """Add an app's table. A name said twice is a mistake: raises `ValueError`."""
    for name, rule in rules.items():
        if _RULES.get(name, rule) is not rule:
            raise ValueError(f"{name} has a rule already")
        _RULES[name] = rule


def rule_for(name: str) -> Rule | None:
    """The rule of this name, or None where it is not ours (Django's own model permissions)."""
    return _RULES.get(name)


def all_rules() -> dict[str, Rule]:
    """Every registered rule, for the tests and the "who may do what" page."""
    return dict(_RULES)
