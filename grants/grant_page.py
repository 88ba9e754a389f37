"""What other apps add to a grant's page: sections, links to their own pages, and what is due next.

Training and outcomes stand above grants and are never imported here: they register functions when
they start. Each is asked with the person and the grant, and shows nothing by returning nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.worklist import Section

from .models import Grant


@dataclass(frozen=True)
class Due:
    """Something that comes next: the day, what it is, and where it is done."""

    on: date
    what: str
    url: str = ""
    detail: str = ""


SectionFinder = Callable[[Any, Grant], Section | None]
LinkFinder = Callable[[Any, Grant], Iterable[tuple[str, str]]]
DueFinder = Callable[[Any, Grant], Iterable[Due]]

_SECTIONS: list[tuple[int, SectionFinder]] = []
_LINKS: list[tuple[int, LinkFinder]] = []
_ACTS: list[tuple[int, LinkFinder]] = []
_DUE: list[DueFinder] = []


def register_section(place: int, finder: SectionFinder) -> None:
    """Add a section below the money; low `place` comes first, None leaves it out."""
    _SECTIONS.append((place, finder))
    _SECTIONS.sort(key=lambda pair: pair[0])


def register_links(place: int, finder: LinkFinder) -> None:
    """Add pages of a grant to its sections bar: (label, address) each; low `place` comes first."""
    _LINKS.append((place, finder))
    _LINKS.sort(key=lambda pair: pair[0])


def register_acts(place: int, finder: LinkFinder) -> None:
    """Add buttons beside the grant's heading: (label, address) each; the first is the filled one."""
    _ACTS.append((place, finder))
    _ACTS.sort(key=lambda pair: pair[0])


def register_due(finder: DueFinder) -> None:
    """Add a function that yields what is due next on a grant."""
    _DUE.append(finder)


def sections(user: Any, grant: Grant) -> list[Section]:
    """The sections that have something for `user`."""
    return [section for _, find in _SECTIONS if (section := find(user, grant)) is not None]


def acts(user: Any, grant: Grant) -> list[tuple[str, str]]:
    """The buttons beside the heading."""
    return [act for _, find in _ACTS for act in find(user, grant)]


def due(user: Any, grant: Grant) -> list[Due]:
    """What is due next, soonest first; nothing while the grant is on hold."""
    if grant.paused_on:
        return []
    return sorted((item for find in _DUE for item in find(user, grant)), key=lambda item: item.on)


def subnav(user: Any, grant: Grant, current: str = "Grant") -> list[tuple[str, str, bool]]:
    """The sections bar of a grant's pages; `current` is the label of the page it stands on."""
    items = [("Grant", reverse("grant", args=[grant.reference]))]
    items += [link for _, find in _LINKS for link in find(user, grant)]
    return [(label, url, label == current) for label, url in items]
