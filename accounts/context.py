"""What every page's frame needs: who is here, and where they may go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """A place of the service: its page, who sees it, the group that it belongs to, and further pages (url
    names) that lie under it although their address does not say so."""

    place: int
    label: str
    url_name: str
    shown: Callable[[Any], bool]
    group: str
    also: frozenset[str]


Link = tuple[str, str, bool]  # label, address, whether one is there
_ENTRIES: list[Entry] = []
# More than these do not fit in one row: then the menu shows groups, and the places of one below.
MOST_IN_A_ROW = 9
DEMO_SAYS = (
    "Every organisation, person and figure here is invented. Messages land in the letter box."
)


def register_navigation(
    place: int,
    label: str,
    url_name: str,
    shown: Callable[[Any], bool],
    *,
    group: str = "",
    also: Iterable[str] = (),
) -> None:
    """Add an entry to the menu for those of whom `shown(user)` is true; low `place` comes first.

    Pages under its address lie under the entry; `also` names further ones (url names). Who sees many
    entries finds it in its `group`.
    """
    _ENTRIES.append(Entry(place, label, url_name, shown, group or label, frozenset(also)))
    _ENTRIES.sort(key=lambda entry: entry.place)


def _here(request: HttpRequest, found: list[tuple[Entry, str]]) -> str:
    """The address of the entry that claims the page; else the longest one that the page lies under. Home
    lies under nothing but itself."""
    match = request.resolver_match
    name = match.url_name if match is not None else None
    under = [url for entry, url in found if name in entry.also] or [
        u for _, u in found if request.path == u or (u != "/" and request.path.startswith(u))
    ]
    return max(under, key=len, default="")


def menu(request: HttpRequest, user: Any) -> tuple[list[Link], list[Link]]:
    """The menu, and the places of the group that one is in. All in one row where they are few; else the
    groups in the order of their first places, each leading to the place of its own name, or to the first; a
    group of one goes by the name of its place."""
    found = [(one, reverse(one.url_name)) for one in _ENTRIES if one.shown(user)]
    here = _here(request, found)
    if len(found) <= MOST_IN_A_ROW:
        return [(one.label, url, url == here) for one, url in found], []
    groups: dict[str, list[Link]] = {}
    for one, url in found:
        groups.setdefault(one.group, []).append((one.label, url, url == here))
    top, under = [], []
    for name, links in groups.items():
        is_here = any(current for _, _, current in links)
        label, url, _ = next((link for link in links if link[0] == name), links[0])
        top.append((name if len(links) > 1 else label, url, is_here))
        if is_here and len(links) > 1:
            under = links
    return top, under


def shell(request: HttpRequest) -> dict[str, Any]:
    """`product_name`, `who`, `navigation` and `navigation_under` [(label, url, current)], `phase_banner`."""
    user = getattr(request, "user", None)
    navigation: list[Link] = []
    under: list[Link] = []
    who = ""
    if user is not None and user.is_authenticated:
        navigation, under = menu(request, user)
        who = str(user)
    return {
        "product_name": settings.PRODUCT_NAME,
        "who": who,
        "navigation": navigation,
        "navigation_under": under,
        "phase_banner": DEMO_SAYS if settings.DEMO else "",
    }
