"""What in a text might say too much, and why it stays.

An app that knows such words registers a finder; every text that people write is shown to it
(`PlainTextField`). What is certain is refused. What is likely is asked about once: the writer takes
it out or says why it stays, and the app that found it keeps the answer for an officer to look at.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices


class Stays(TextChoices):
    """Why words that look like somebody's stay in a text."""

    NO_NAME = "no_name", "It is an ordinary word, number or date, and nobody’s"
    PLACE = "place", "It is a place, a service, a method or a product"
    PUBLIC = "public", "It is somebody in public life or in a story"
    PROFESSIONAL = "professional", "It is a professional who agreed to be named"


@dataclass(frozen=True)
class Doubt:
    """Words that might identify somebody: what kind, the sentence for the page, how sure it is."""

    words: str
    kind: str
    sentence: str
    is_refused: bool


@dataclass(frozen=True)
class Kept:
    """A doubt that the writer answered: in which field it stays, and why."""

    doubt: Doubt
    field: str
    reason: str


@dataclass
class Writing:
    """One request that writes: who, at which address, and what stays."""

    user: Any
    place: str
    kept: list[Kept] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)


Finder = Callable[[str, Writing | None], Iterable[Doubt]]
Keeper = Callable[[Writing], None]
_FINDERS: list[Finder] = []
_KEEPERS: list[Keeper] = []
_writing: ContextVar[Writing | None] = ContextVar("writing", default=None)


def register_doubts(finder: Finder, keeper: Keeper) -> None:
    """Add what finds doubts in a text, and what keeps the answers of a request."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)
        _KEEPERS.append(keeper)


def doubts_in(text: str) -> list[Doubt]:
    """What is found in `text`; answered doubts of the same place are left out."""
    writing = _writing.get()
    return [doubt for find in _FINDERS for doubt in find(text, writing)]


def stays(doubt: Doubt, field: str, reason: str) -> None:
    """Note that the writer of this request lets the words stay."""
    writing = _writing.get()
    if writing is not None:
        writing.kept.append(Kept(doubt, field, reason))


@contextmanager
def writing(user: Any, place: str) -> Iterator[Writing]:
    """Around a request that writes. What stays is kept when it is over, whatever became of it:
    the answer was given, and is not asked for again at this place."""
    said = Writing(user, place)
    token = _writing.set(said)
    try:
        yield said
    finally:
        _writing.reset(token)
    if said.kept:
        for keep in _KEEPERS:
            keep(said)
