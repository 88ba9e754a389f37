"""What happens around every page: headers, the second factor, refusals in words, and text that
survives a session that ran out."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from .fields.doubts import writing
from .once import new_token
from .state import NotReady

Handler = Callable[[HttpRequest], HttpResponse]

KEPT_FOR = 60 * 60 * 2
WHO_COOKIE = "who"
KEPT_COOKIE = "kept"
# Never kept: they are secrets, or belong to the request that failed.
NOT_KEPT = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"}


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
            and user.needs_second_factor
            and not request.path.startswith(("/account/", "/static/", "/api/"))
            and not is_mfa_enabled(user)
        ):
            messages.info(request, "Set up a second way to prove it is you. Your role needs it.")
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return get_response(request)

    return middleware


def explain_refusals(get_response: Handler) -> Handler:
    """A verb that could not happen, met outside the verb page, is answered in sentences (409)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotReady) and not request.path.startswith("/api/"):
            return render(request, "blocked.html", {"blockers": exception.blockers}, status=409)
        return None

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

    Only to the person who was signed in on this browser before (a signed cookie says who), and for
    two hours. Passwords and codes are never kept.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            kept = request.COOKIES.get(KEPT_COOKIE)
            if kept and request.method == "GET" and request.path == _path_of(kept):
                return _offer_again(request, kept)
            response = get_response(request)
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
        if name not in NOT_KEPT
        for value in values
    ]
    if not fields:
        return
    token = new_token()
    cache.set(f"kept:{token}", (who, request.path, fields), KEPT_FOR)
    _set(response, KEPT_COOKIE, signing.dumps([token, request.path], salt="kept"), KEPT_FOR)


def _unsigned(kept: str) -> tuple[str, str] | None:
    try:
        token, path = signing.loads(kept, salt="kept", max_age=KEPT_FOR)
    except (signing.BadSignature, ValueError):
        return None
    return token, path


def _path_of(kept: str) -> str | None:
    found = _unsigned(kept)
    return found[1] if found else None


def _offer_again(request: HttpRequest, kept: str) -> HttpResponse:
    token, path = _unsigned(kept) or ("", "")
    found: Any = cache.get(f"kept:{token}")
    if found is None or found[0] != request.user.pk:
        response: HttpResponse = HttpResponseRedirect(request.get_full_path())
    else:
        response = render(
            request, "account/kept.html", {"path": path, "fields": found[2], "again": path}
        )
        cache.delete(f"kept:{token}")
    response.delete_cookie(KEPT_COOKIE)
    return response
