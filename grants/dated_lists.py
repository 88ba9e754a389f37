"""Lists with dates that others keep and a budget obeys: what an entry is called, and whether it is in use.

Training keeps the lists and stands above grants: it registers where they are read. Names are read once
for each page; away from pages (a command, the worker) an entry has the name that the code gives it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.http import HttpRequest, HttpResponse

from .general_requirements import topic_choices

TOPIC = "topic"


@dataclass(frozen=True)
class Listed:
    """An entry as it stands: `until` is the first day on which it may no longer be chosen."""

    label: str
    since: date
    until: date | None

    def in_use(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


Lists = Mapping[tuple[str, str], Listed]
_SOURCES: list[Callable[[], Lists]] = []
_page: ContextVar[Callable[[], Lists] | None] = ContextVar("lists of this page", default=None)


def register_lists(source: Callable[[], Lists]) -> None:
    """Say where the lists are read: (list, code) → entry."""
    _SOURCES[:] = [source]


def _read() -> Lists:
    return _SOURCES[0]() if _SOURCES else {}


@contextmanager
def one_page() -> Iterator[None]:
    """The lists are read once, and only if somebody asks for them."""
    token = _page.set(cache(_read))
    try:
        yield
    finally:
        _page.reset(token)


def read_lists_once(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: every page reads the lists once at most."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with one_page():
            return get_response(request)

    return middleware


def called(kind: str, code: str, label: str) -> str:
    """What an entry is called now; `label` where nobody corrected it, and away from pages."""
    held = _page.get()
    found = held().get((kind, code)) if held is not None else None
    return label if found is None else found.label


def offered(
    kind: str, on: date, groups: list[tuple[str, list[tuple[str, str]]]], keep: Collection[str] = ()
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices in groups as they may be chosen on a day, by the names of today; what is held stays (`keep`)."""
    held = _page.get()
    lists = held() if held is not None else _read()
    found = []
    for label, choices in groups:
        kept = []
        for code, words in choices:
            entry = lists.get((kind, code))
            if entry is None or code in keep or entry.in_use(on):
                kept.append((code, words if entry is None else entry.label))
        if kept:
            found.append((label, kept))
    return found


def topics_offered(on: date, keep: Collection[str] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
    """The topics of a budget line that may be chosen on a day, in the groups that the form shows."""
    return offered(TOPIC, on, topic_choices(), keep)
