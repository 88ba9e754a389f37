"""What a record is needed for, and until when. The apps above register what they know: an application
that is being decided, a grant that runs, a report that was accepted. Retention counts from the last of
them; an erasure waits until none of them runs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts import clock
from accounts.audit import history

from .models import FocusPerson


@dataclass(frozen=True)
class Use:
    """One thing that needs the record. `ended_on` None: it still does, and `sentence` says why."""

    sentence: str
    ended_on: date | None


Finder = Callable[[FocusPerson], Iterable[Use]]
_FINDERS: list[Finder] = []


def register_uses(finder: Finder) -> None:
    """Add a function that finds what a person's record is needed for."""
    _FINDERS.append(finder)


def uses_of(person: FocusPerson) -> list[Use]:
    """Everything that needs the record, or did."""
    return [use for find in _FINDERS for use in find(person)]


def last_use_of(person: FocusPerson) -> date | None:
    """The day on which nothing needed the record any longer; None while something does.

    A record that nothing was ever built on counts from the last thing that was done with it.
    """
    uses = uses_of(person)
    days = [use.ended_on for use in uses if use.ended_on is not None]
    if len(days) < len(uses):
        return None
    if days:
        return max(days)
    done = history(person).exclude(event="person.read").last()
    return clock.day_of(done.at if done else person.added_at)
