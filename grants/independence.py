"""Who had a part in judging a case on the panel, or an interest in it, as other apps know it.

The panel stands above grants and is never imported here: it registers a function when it starts. Whoever
had a part decides nothing of that case and looks at no appeal against it, whatever other role they hold.
"""

from collections.abc import Callable
from typing import Any

from .models import Application

PartFinder = Callable[[Any, Application], bool]

_FINDERS: list[PartFinder] = []


def register_part(finder: PartFinder) -> None:
    """Add a function that says whether somebody had a part in a case, or has an interest in it."""
    _FINDERS.append(finder)


def had_a_part(user: Any, application: Application) -> bool:
    """Whether any app says that `user` had a part in judging this case, or an interest in it."""
    return any(find(user, application) for find in _FINDERS)
