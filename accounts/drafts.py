"""A page that saves its draft may never hear that it was kept: the network fails, the service is
restarted. What it sends next then looks like somebody else's text. So each page says who it is and
counts its drafts (config/static_src/js/autosave.js), and the last one that was kept is remembered.
"""

import re
from enum import Enum
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

REMEMBERED = 60 * 60 * 8
_PAGE_AND_NUMBER = re.compile(r"([a-z0-9]{1,40})-([0-9]{1,9})", re.ASCII)


class Standing(Enum):
    """What stands in the way of a draft, seen from the page that sent it."""

    OTHERS = "somebody else's text"
    OWN = "an earlier draft of the same page"
    NEWER = "a later draft of the same page, which was faster"


def _sent(request: HttpRequest) -> tuple[str, int]:
    found = _PAGE_AND_NUMBER.fullmatch(request.headers.get("X-Autosave", ""))
    return (found[1], int(found[2])) if found else ("", 0)


def remember(request: HttpRequest, key: str, version: Any) -> None:
    """Note that the draft of this request was kept as `version` of what `key` names."""
    page, number = _sent(request)
    if page:
        cache.set(f"draft:{key}", (page, number, str(version)), REMEMBERED)


def standing(request: HttpRequest, key: str, version: Any) -> Standing:
    """Whose text `version` of `key` is, which a draft that was written on an older one has met."""
    page, number = _sent(request)
    held: Any = cache.get(f"draft:{key}")
    if not page or held is None or (held[0], held[2]) != (page, str(version)):
        return Standing.OTHERS
    return Standing.OWN if number > held[1] else Standing.NEWER
