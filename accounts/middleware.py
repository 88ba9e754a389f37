"""What happens around every page: headers, the second factor, refusals in words, and text that
survives a session that ran out."""

import codecs
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from .crypto import NotItsOwn
from .fields.doubts import writing
from .once import new_token
from .state import NotReady
from .typed import NOT_TYPED, nearest_page, typed_texts

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]

KEPT_FOR = 60 * 60 * 2
WHO_COOKIE = "who"
KEPT_COOKIE = "kept"
# In the form that is offered again: which of what was kept it is. In an address: it is not wanted.
KEPT_FIELD, LEAVE = "kept-token", "leave"
MOST_KEPT = 8  # pages of one browser; a cookie holds no more


def security_headers(get_response: Handler) -> Handler:
    """Headers that Django has no setting for. Pages of signed-in people are not stored anywhere."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def read_as_utf8(get_response: Handler) -> Handler:
    """Forms are UTF-8; one that says otherwise is refused (400). Django refuses it too, but reads the form
    again for the page that says so, and fails over it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        said = request.encoding
        if said and request.content_type == "application/x-www-form-urlencoded":
            request.encoding = "utf-8"
            if codecs.lookup(said).name != "utf-8":
                raise BadRequest("The form is not UTF-8.")
        return get_response(request)

    return middleware


def refuse_nul(get_response: Handler) -> Handler:
    """No address of ours holds a NUL, and PostgreSQL does not take one: nothing is there (404)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return get_response(request)

    return middleware


def require_second_factor(get_response: Handler) -> Handler:
    """People with programme roles set up a second factor before they see anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.SECOND_FACTOR_REQUIRED
            and user.is_authenticated
            and user.lacks_second_factor
            and not request.path.startswith(("/account/", "/static/", "/api/"))
        ):
            messages.info(request, "Set up a second way to prove it is you. Your role needs it.")
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return get_response(request)

    return middleware


def explain_refusals(get_response: Handler) -> Handler:
    """A verb that could not happen, met outside the verb page, is answered in sentences (409).

    What somebody had typed is on the page, to be copied; a draft that saves itself gets the sentences
    as JSON, and keeps its text.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotReady) and not request.path.startswith("/api/"):
            if request.headers.get("X-Autosave"):
                return JsonResponse({"blockers": exception.blockers}, status=409)
            context: dict[str, Any] = {"blockers": exception.blockers}
            if request.method == "POST":
                context["typed"] = typed_texts(request.POST.lists())
            return render(request, "blocked.html", context, status=409)
        return None

    middleware.process_exception = process_exception
    return middleware


def explain_unreadable(get_response: Handler) -> Handler:
    """A stored value that does not open (`crypto.NotItsOwn`) is the service's trouble: the page says so, and
    whom to tell; the log names the field and the row (500)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotItsOwn):
            return None
        log.error("A stored value cannot be read. %s", exception)
        if request.path.startswith("/api/") or request.headers.get("X-Autosave"):
            says = "What is stored here cannot be read. Tell the people who run this service."
            return JsonResponse({"detail": says, "blockers": [says]}, status=500)
        return render(request, "unreadable.html", status=500)

    middleware.process_exception = process_exception
    return middleware


def note_what_stays(get_response: Handler) -> Handler:
    """Words that may identify somebody and that their writer lets stay are kept with the reason."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return get_response(request)
        with writing(request.user, request.path):
            return get_response(request)

    return middleware


def keep_what_was_typed(get_response: Handler) -> Handler:
    """A form sent after the session ran out is kept, and offered again after signing in.

    Only to the person who was signed in on this browser before (a signed cookie says who), and until
    it has been sent again, or left, or for two hours: several pages may wait, also while somebody else
    is signed in. Passwords, codes and files are never kept.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            kept = _kept_here(request)
            if kept and request.method == "GET" and LEAVE in request.GET:
                return _without(request, HttpResponseRedirect(request.path), kept)
            # A script that fetches the page (a draft on its way) wants the page.
            if kept and request.method == "GET" and _is_opened(request):
                return _offer_again(request, kept)
            response = get_response(request)
            if kept and request.method == "POST" and _has_arrived(request, response, kept):
                _without(request, response, kept)
            if request.COOKIES.get(WHO_COOKIE) is None or _who(request) != request.user.pk:
                _set(response, WHO_COOKIE, signing.dumps(request.user.pk, salt="who"))
            return response
        response = get_response(request)
        signed_out = response.status_code == 302 and response.url.startswith(
            str(settings.LOGIN_URL)
        )
        if request.method == "POST" and signed_out and (who := _who(request)) is not None:
            _keep(request, response, who)
        return response

    return middleware


def _set(response: HttpResponse, name: str, value: str, max_age: int = 60 * 60 * 24 * 30) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _who(request: HttpRequest) -> int | None:
    try:
        return signing.loads(request.COOKIES.get(WHO_COOKIE, ""), salt="who")
    except signing.BadSignature:
        return None


def _keep(request: HttpRequest, response: HttpResponse, who: int) -> None:
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_TYPED
        for value in values
    ]
    if not fields:
        return
    others = []
    for one in _entries(request):
        if (one.path, one.who) == (request.path, who):
            cache.delete(f"kept:{one.token}")
        else:
            others.append(one)
    made = _Entry(new_token(), request.path, who)
    cache.set(f"kept:{made.token}", (fields, bool(request.FILES)), KEPT_FOR)
    _set_entries(response, [*others, made][-MOST_KEPT:])


class _Entry(NamedTuple):
    """One page that is kept for somebody; the text itself lies in the cache."""

    token: str
    path: str
    who: int


def _entries(request: HttpRequest) -> list[_Entry]:
    """What this browser's cookie says is kept, oldest first."""
    try:
        found = signing.loads(
            request.COOKIES.get(KEPT_COOKIE, ""), salt="kept-pages", max_age=KEPT_FOR
        )
    except signing.BadSignature:
        return []
    return [_Entry(*one) for one in found]


def _set_entries(response: HttpResponse, entries: list[_Entry]) -> None:
    if entries:
        value = signing.dumps([list(one) for one in entries], salt="kept-pages")
        _set(response, KEPT_COOKIE, value, KEPT_FOR)
    else:
        response.delete_cookie(KEPT_COOKIE)


def _kept_here(request: HttpRequest) -> str:
    """The token of what is kept of this page for whoever is signed in, or ""."""
    here = (request.path, request.user.pk)
    return next((one.token for one in _entries(request) if (one.path, one.who) == here), "")


def _is_opened(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Dest", "document") == "document"


def _has_arrived(request: HttpRequest, response: HttpResponse, token: str) -> bool:
    """Whether the page that was kept has now been sent again, or saved itself."""
    if response.status_code >= 500 or response.status_code == 403:
        return False
    saved_itself = bool(request.headers.get("X-Autosave")) and response.status_code == 200
    return saved_itself or request.POST.get(KEPT_FIELD) == token


def _without(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    cache.delete(f"kept:{token}")
    _set_entries(response, [one for one in _entries(request) if one.token != token])
    return response


def _offer_again(request: HttpRequest, token: str) -> HttpResponse:
    found: Any = cache.get(f"kept:{token}")
    if found is None:
        return _without(request, HttpResponseRedirect(request.get_full_path()), token)
    fields, had_files = found
    path = request.path
    texts: dict[str, list[str]] = {}
    for name, value in fields:
        texts.setdefault(name, []).append(value)
    near = nearest_page(request, path)
    context = {
        "path": path,
        "fields": fields,
        "typed": typed_texts(texts.items()),
        "had_files": had_files,
        "token": (KEPT_FIELD, token),
        "leave": f"{path}?{LEAVE}=1" if near == path else near,
        "is_elsewhere": near != path,
    }
    return render(request, "account/kept.html", context)
