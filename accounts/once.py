"""A double click makes one thing. A form that creates something carries a token (`{% once %}`);
the view that is wrapped in `@once` runs in one transaction with it. The same form sent again, at
the same moment or later, is led to where the first one went.
"""

import functools
import re
import secrets
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from .models import OnceToken

FIELD = "once"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")


class _Refused(Exception):
    """Carries a page that is not a redirect (a form with errors) out of the rolled-back write."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def new_token() -> str:
    """A fresh token for a form."""
    return secrets.token_urlsafe(18)


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run a POST of `view` once per form. Anything but a redirect is undone, token included."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        token = request.POST.get(FIELD, "")
        if not _TOKEN.fullmatch(token):
            token = ""
        if request.method != "POST" or not token or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        held = OnceToken.objects.create(token=token, user=request.user)
                except IntegrityError:
                    earlier = OnceToken.objects.get(token=token, user=request.user)
                    return HttpResponseRedirect(earlier.location or request.path)
                response = view(request, *args, **kwargs)
                if not isinstance(response, HttpResponseRedirect):
                    raise _Refused(response)
                held.location = response.url[:300]
                held.save(update_fields=["location"])
                return response
        except _Refused as refused:
            return refused.response

    return wrapped
