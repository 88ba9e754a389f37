"""What every page's frame needs: who is here, and where they may go."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

# (label, url name, shown to). Apps add theirs when they start; the order here is the order shown.
Entry = tuple[int, str, str, Callable[[Any], bool]]
_ENTRIES: list[Entry] = []
DEMO_SAYS = (
    "Every organisation, person and figure here is invented. Messages land in the letter box."
)


def register_navigation(
    place: int, label: str, url_name: str, shown: Callable[[Any], bool]
) -> None:
    """Add an entry to the menu for those of whom `shown(user)` is true; low `place` comes first."""
    _ENTRIES.append((place, label, url_name, shown))
    _ENTRIES.sort(key=lambda entry: entry[0])


def shell(request: HttpRequest) -> dict[str, Any]:
    """`product_name`, `who`, `navigation` [(label, url, current)], `phase_banner`."""
    user = getattr(request, "user", None)
    navigation: list[tuple[str, str, bool]] = []
    who = ""
    if user is not None and user.is_authenticated:
        found = [(label, reverse(name)) for _, label, name, shown in _ENTRIES if shown(user)]
        # The longest address that this page lies under; home lies under nothing but itself.
        under = [
            u for _, u in found if request.path == u or (u != "/" and request.path.startswith(u))
        ]
        here = max(under, key=len, default="")
        navigation = [(label, url, url == here) for label, url in found]
        who = str(user)
    return {
        "product_name": settings.PRODUCT_NAME,
        "who": who,
        "navigation": navigation,
        "phase_banner": DEMO_SAYS if settings.DEMO else "",
    }
