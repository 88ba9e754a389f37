"""What the apps above add to a person's page. They register functions when the application starts, and are
never imported here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .models import FocusPerson


@dataclass(frozen=True)
class PersonLink:
    """A section of the page with one link: what it is about, a sentence, and where it leads.

    With `is_act` it is a button beside the heading, and title and sentence are left out.
    """

    title: str
    says: str
    label: str
    url: str
    is_act: bool = False


Finder = Callable[[Any, FocusPerson], Iterable[PersonLink]]
_FINDERS: list[Finder] = []


def register_links(finder: Finder) -> None:
    """Add a function that finds what `user` may do about a person elsewhere."""
    _FINDERS.append(finder)


def links_of(user: Any, person: FocusPerson) -> list[PersonLink]:
    """Everything that was registered and is open to `user`, in the order of registration."""
    return [link for find in _FINDERS for link in find(user, person)]
