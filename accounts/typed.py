"""What somebody wrote among what a form sent, and where its page can be opened: for the pages that
hand a text back to its writer when it could not be saved."""

import re
from collections.abc import Iterable

from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve

# Secrets, or what belongs to the request that failed: never kept, never shown.
NOT_TYPED = frozenset(
    {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}
)
# The forms' own bookkeeping: it is sent again, but nobody typed it.
_BOOKKEEPING = re.compile(
    r"(?:^|-)(?:once|opened|version|seen|stays|count|then|action|kept-token)$"
)
_TO_BE_SEEN = re.compile(r"\S\s+\S")


def typed_texts(sent: Iterable[tuple[str, Iterable[object]]]) -> list[str]:
    """The texts of more than one word, each once, in the order of the page.

    A single word may be a choice, a number or a button as well: those are quickly given again, and
    nobody who reads "38" or "save" recognises what they wrote.
    """
    found = [
        str(value).strip()
        for name, values in sent
        if name not in NOT_TYPED and not _BOOKKEEPING.search(name)
        for value in values
        if _TO_BE_SEEN.search(str(value))
    ]
    return list(dict.fromkeys(found))


def nearest_page(request: HttpRequest, path: str) -> str:
    """The address itself where it can be opened, or else the nearest above it that can; home at last.

    The view is asked which methods it takes (OPTIONS); it is not run.
    """
    parts = path.strip("/").split("/")
    for size in range(len(parts), 0, -1):
        near = f"/{'/'.join(parts[:size])}/"
        if _can_be_opened(request, near, is_above=size < len(parts)):
            return near
    return "/"


def _can_be_opened(request: HttpRequest, path: str, *, is_above: bool) -> bool:
    try:
        match = resolve(path)
    except Resolver404:
        return False
    if is_above and "verb" in match.kwargs:  # nothing lies under the page of a verb
        return False
    asked = HttpRequest()
    asked.method, asked.path = "OPTIONS", path
    asked.user, asked.session = request.user, request.session
    try:
        answer = match.func(asked, *match.args, **match.kwargs)
    except Http404:
        return False
    return "GET" in answer.headers.get("Allow", "")
