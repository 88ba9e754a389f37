from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ..models import Application


@require_safe
def application(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_object_or_404(Application.objects.visible_to(request.user), reference=reference)
    return render(request, "grants/application.html", {"application": found})
