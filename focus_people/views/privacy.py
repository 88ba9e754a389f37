"""What data protection asks for: everything that is held about one person."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from .. import actions
from ..reports.everything import everything_about
from .records import person_or_404


@require_safe
def everything(request: HttpRequest, reference: str) -> HttpResponse:
    """A file for a subject access request. That it was taken out is itself recorded."""
    user: Any = request.user
    person = person_or_404(request, reference, "focus_people.export_person")
    response = JsonResponse(everything_about(person), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{person.reference}-everything.json"'
    if request.method == "GET":
        actions.record_export(person, by=user)
    return response
