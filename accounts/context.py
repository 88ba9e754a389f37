"""What every page's frame needs: who is here, and where they may go."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

# (label, url name, shown to). Apps add theirs when they start; the order here is the order shown.
# The last part names the addresses that lie under an entry although their path does not say so.
Entry = tuple[int, str, str, Callable[[Any], bool], frozenset[str]]
_ENTRIES: list[Entry] = []
DEMO_SAYS = (
    "Every organisation, person and figure here is invented. Messages land in the letter box."
)


def register_navigation(
    place: int,
    label: str,
    url_name: str,
    shown: Callable[[Any], bool],
    *,
    also: Iterable[str] = (),
) -> None:
    """Add an entry to the menu for those of whom `shown(user)` is true; low `place` comes first.

    Pages under its address lie under the entry; `also` names further ones (url names).
    """
    _ENTRIES.append((place, label, url_name, shown, frozenset(also)))
    _ENTRIES.sort(key=lambda entry: entry[0])


def shell(request: HttpRequest) -> dict[str, Any]:
    """`product_name`, `who`, `navigation` [(label, url, current)], `phase_banner`."""
    user = getattr(request, "user", None)
    navigation: list[tuple[str, str, bool]] = []
    who = ""
    if user is not None and user.is_authenticated:
        match = request.resolver_match
        found = [
            (label, reverse(name), match is not None and match.url_name in also)
            for _, label, name, shown, also in _ENTRIES
            if shown(user)
        ]
        # The entry that claims the page; else the longest address that the page lies under. Home
        # lies under nothing but itself.
        under = [url for _, url, claims in found if claims] or [
            u for _, u, _ in found if request.path == u or (u != "/" and request.path.startswith(u))
        ]
        here = max(under, key=len, default="")
        navigation = [(label, url, url == here) for label, url, _ in found]
        who = str(user)
    return {
        "product_name": settings.PRODUCT_NAME,
        "who": who,
        "navigation": navigation,
        "phase_banner": DEMO_SAYS if settings.DEMO else "",
    }
