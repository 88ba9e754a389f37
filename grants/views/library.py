"""The library of standard conditions: for programme leads."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import TeamRole
from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one
from accounts.state import locked

from .. import actions
from ..forms.library import StandardConditionForm
from ..models import StandardCondition

NAMES = ("title", "words", "evidence", "before", "is_offered")


def _for_leads(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.is_team(TeamRole.PROGRAMME_LEAD):
        raise Http404
    return user


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every standard condition; retired ones last."""
    user = _for_leads(request)
    held = StandardCondition.objects.visible_to(user).order_by("-is_offered", "number")
    return render(request, "grants/awards/library.html", {"conditions": held})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_condition(request: HttpRequest) -> HttpResponse:
    user = _for_leads(request)
    form = StandardConditionForm(posted(request), initial={"is_offered": True})
    if request.method == "POST" and form.is_valid():
        actions.save_standard_condition(None, by=user, **form.cleaned_data)
        messages.success(request, "The condition is in the library.")
        return redirect("conditions")
    return render(request, "grants/awards/library_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def change_condition(request: HttpRequest, number: int) -> HttpResponse:
    user = _for_leads(request)
    held = get_object_or_404(StandardCondition.objects.visible_to(user), number=number)
    if request.method == "POST":
        held = locked(held)
    form = StandardConditionForm(
        posted(request), initial={name: getattr(held, name) for name in NAMES}
    )
    if request.method == "POST" and form.is_valid():
        actions.save_standard_condition(held, by=user, **form.cleaned_data)
        messages.success(request, "Saved. Awards keep the text that they were given.")
        return redirect("conditions")
    return render(request, "grants/awards/library_form.html", {"form": form, "held": held})
