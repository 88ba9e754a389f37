from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one
from accounts.state import NotReady, locked

from .. import actions
from ..forms import EndInterestForm, InterestForm, ProfileForm
from ..models import InterestEntry, Panellist, Service
from ..querysets import PANEL


def _own_or_404(request: HttpRequest) -> Panellist:
    return get_object_or_404(
        Panellist.objects.visible_to(request.user).select_related("user", "employer"),
        user=request.user,
    )


def _entry_or_404(request: HttpRequest, number: int) -> InterestEntry:
    own = InterestEntry.objects.visible_to(request.user).standing()
    return get_object_or_404(own.select_related("panellist", "organisation"), number=number)


@require_safe
def interests(request: HttpRequest) -> HttpResponse:
    """One's own register of interests."""
    user: Any = request.user
    if not user.is_team(*PANEL):
        raise Http404
    own = Panellist.objects.visible_to(user).select_related("employer").filter(user=user).first()
    entries = (
        InterestEntry.objects.visible_to(user)
        .standing()
        .select_related("organisation")
        .order_by("until", "-number")
    )
    context = {
        "panellist": own,
        "services": Service.objects.visible_to(user)
        .filter(panellist=own)
        .select_related("round")
        .order_by("-round__opens_at")
        if own
        else [],
        "entries": [(entry, not entry.strike_blockers()) for entry in entries],
    }
    return render(request, "panel/interests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def profile(request: HttpRequest) -> HttpResponse:
    own = _own_or_404(request)
    if request.method == "POST":
        own = locked(own)
    initial = {
        "employer": own.employer.reference if own.employer else "",
        "expertise": own.expertise,
        "areas": own.areas,
        "region": own.region,
    }
    form = ProfileForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.save_profile(own, by=request.user, **form.cleaned_data)
        messages.success(request, "What you know and where you work is saved.")
        return redirect("panel-interests")
    return render(request, "panel/profile.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_interest(request: HttpRequest) -> HttpResponse:
    own = _own_or_404(request)
    form = InterestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.add_interest(own, by=request.user, **form.cleaned_data)
        messages.success(request, "The interest is in your register.")
        return redirect("panel-interests")
    return render(request, "panel/interest_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def end_interest(request: HttpRequest, number: int) -> HttpResponse:
    entry = _entry_or_404(request, number)
    form = EndInterestForm(posted(request), initial={"until": entry.until})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_interest(entry, by=request.user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error("until", refused.blockers[0].rstrip("."))
        else:
            messages.success(request, "The end of the interest is saved.")
            return redirect("panel-interests")
    return render(request, "panel/interest_end.html", {"form": form, "entry": entry})


@require_POST
def strike_interest(request: HttpRequest, number: int) -> HttpResponse:
    entry = _entry_or_404(request, number)
    try:
        actions.strike_interest(entry, by=request.user)
    except NotReady as refused:
        messages.error(request, refused.blockers[0])
    else:
        messages.success(request, "The entry is struck out.")
    return redirect("panel-interests")


@require_POST
def confirm_register(request: HttpRequest) -> HttpResponse:
    """The register is complete today."""
    actions.confirm_register(_own_or_404(request), by=request.user)
    messages.success(request, "Your register of interests is confirmed. It counts for a year.")
    return redirect("panel-interests")
