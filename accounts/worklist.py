"""What waits for whom. Each app registers a function that finds the tasks of one person; "Your
work" shows them together, the late ones first. Sections below it are registered in the same way.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import clock


@dataclass(frozen=True)
class Todo:
    """One thing that waits for a person: what, why, by when (None: no date), and where to do it."""

    title: str
    url: str
    action: str
    detail: str = ""
    due_on: date | None = None
    is_urgent: bool = False  # somebody may come to harm: before everything else

    @property
    def days_left(self) -> int | None:
        """Days from today (London) to the due day; negative when it is late."""
        return None if self.due_on is None else (self.due_on - clock.today()).days


@dataclass(frozen=True)
class Section:
    """A part of "Your work" below the tasks: a template, and what it needs."""

    template: str
    context: dict[str, Any]


_FINDERS: list[Callable[[Any], Iterable[Todo]]] = []
_SECTIONS: list[tuple[int, Callable[[Any], Section | None]]] = []


def register_todos(finder: Callable[[Any], Iterable[Todo]]) -> None:
    """Add a function that yields the tasks of one person."""
    _FINDERS.append(finder)


def register_section(place: int, finder: Callable[[Any], Section | None]) -> None:
    """Add a section to "Your work"; low `place` comes first, None leaves it out."""
    _SECTIONS.append((place, finder))
    _SECTIONS.sort(key=lambda pair: pair[0])


def todos(user: Any) -> list[Todo]:
    """Everything that waits for `user`: what is urgent, then by due day, those without one last."""
    found = [todo for finder in _FINDERS for todo in finder(user)]
    return sorted(
        found,
        key=lambda todo: (
            not todo.is_urgent,
            todo.due_on is None,
            todo.due_on or date.max,
            todo.title,
        ),
    )


def sections(user: Any) -> list[Section]:
    """The sections that have something for `user`."""
    return [section for _, find in _SECTIONS if (section := find(user)) is not None]
