"""What every part of the API shares: who may enter, paging, refusals in words, and the verbs.

A verb is `POST …/<lookup>/<verb>/` with the same fields as the form on the page. It refuses what
the page refuses: 404 for what is not yours, 400 by field, 409 with the blockers' sentences.
"""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import permissions, status
from rest_framework.exceptions import ParseError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from .state import NotReady, blockers
from .verbs import Verb


class SignedInWithSecondFactor(permissions.IsAuthenticated):
    """Signed in; people with programme roles have set up a second factor, as on the pages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        user: Any = request.user
        return not (settings.SECOND_FACTOR_REQUIRED and user.lacks_second_factor)


class JsonObjects(JSONParser):
    """Bodies are JSON objects: what a form says, by the names of its fields."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict:
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("This JSON is nested too deeply.") from None
        if not isinstance(found, dict):
            raise ParseError("Send a JSON object.")
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            # "\\ud800" is JSON and no text: no database and no page takes it.
            raise ParseError("This JSON holds half a character (\\ud800 to \\udfff).") from None
        return found


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """`NotReady` is 409 with its sentences; `NotAllowed` is 404, as on the pages."""
    from rest_framework.views import exception_handler  # loads the settings that name this module

    if isinstance(error, NotReady):
        return Response(
            {"detail": str(error), "blockers": error.blockers}, status=status.HTTP_409_CONFLICT
        )
    if isinstance(error, PermissionDenied) and not hasattr(error, "status_code"):
        error = Http404()
    return exception_handler(error, context)


def unread_fields(form: Any, data: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Errors for names that `form` does not read: a slip of the pen must not be lost in silence.

    The parts of a field (`held_on_0`) belong to the form.
    """
    known = {form.add_prefix(name) for name in form.fields} | {getattr(form, "opened_name", "")}
    return {
        name: [{"message": "There is no field of this name here", "code": "unknown"}]
        for name in data
        if name not in known and not name.startswith(tuple(f"{field}_" for field in known if field))
    }


def form_errors(form: Any, data: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with what was sent, by field; names that the form does not read count as wrong."""
    return {**form.errors.get_json_data(), **unread_fields(form, data)}


def verb_action(verb: Verb) -> Any:
    """The viewset action for one verb; `viewset` must have `get_object` on `visible_to`."""

    @extend_schema(
        operation_id=None,
        summary=verb.label,
        description=verb.explain,
        request=OpenApiTypes.OBJECT if verb.asks else None,
        responses={
            200: OpenApiTypes.OBJECT,
            409: OpenApiResponse(OpenApiTypes.OBJECT, "What stands in the way, in sentences"),
        },
    )
    def action(self: Any, request: Request, **kwargs: Any) -> Response:
        obj = self.get_object()
        if not request.user.has_perm(verb.permission, obj):
            raise Http404
        if standing := blockers(obj, verb.moves, request.user):
            raise NotReady(standing)
        cleaned: dict[str, Any] = {}
        if verb.asks is not None:
            form = verb.asks(request.data, subject=obj, by=request.user)
            if errors := form_errors(form, request.data):
                return Response(errors, status=status.HTTP_400_BAD_REQUEST)
            cleaned = form.cleaned_data
        result = verb.do(obj, by=request.user, **cleaned)
        shown = result if isinstance(result, type(obj)) else self.get_object()
        return Response(self.get_serializer(shown).data)

    from rest_framework.decorators import action as drf_action  # as above

    action.__name__ = verb.name.replace("-", "_")
    action.__doc__ = verb.explain or verb.label

    return drf_action(detail=True, methods=["post"], url_path=verb.name)(action)


def with_verbs(*table: Verb) -> Any:
    """Class decorator: give a viewset one action per verb of the noun's table."""

    def decorate(viewset: type) -> type:
        for verb in table:
            made = verb_action(verb)
            setattr(viewset, made.__name__, made)
        return viewset

    return decorate
