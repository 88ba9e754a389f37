"""What the worker does besides mail and the audit trail: each app registers its own when it starts."""

from collections.abc import Callable

_CHORES: list[Callable[[], object]] = []


def register_chore(chore: Callable[[], object]) -> None:
    """Add something that the worker does at every look. It says by itself whether anything is due."""
    if chore not in _CHORES:
        _CHORES.append(chore)


def do_chores() -> None:
    """Everything once."""
    for chore in list(_CHORES):
        chore()
