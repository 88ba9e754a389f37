from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import TeamRole
from accounts.http import posted
from accounts.once import once
from accounts.pdf import pdf_response
from accounts.state import NotReady
from accounts.verbs import offered
from grants.models import Round

from .. import workflow
from ..forms import CallMeetingForm
from ..models import AgendaItem, Attendance, Meeting
from ..papers import minutes_pdf
from ..querysets import PANEL, cases_for
from ..reports.meetings import agenda_of, shown_now
from ..reports.minutes import minutes_of
from .doors import alias_of

MEETINGS_ON_A_PAGE = 20


def meeting_or_404(user: Any, reference: str) -> Meeting:
    """A meeting of which `user` may know."""
    known = Meeting.objects.visible_to(user).select_related("round", "minutes__approved_by")
    return get_object_or_404(known, reference=reference)


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """The meetings that one is called to, the latest first."""
    user: Any = request.user
    if not user.is_team(*PANEL, TeamRole.PROGRAMME_LEAD):
        raise Http404
    found = Meeting.objects.visible_to(user).select_related("round").order_by("-held_on", "-pk")
    page = Paginator(found, MEETINGS_ON_A_PAGE).get_page(request.GET.get("page"))
    may_call = user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD)
    return render(request, "panel/meetings.html", {"page": page, "may_call": may_call})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def call_meeting(request: HttpRequest) -> HttpResponse:
    """Call a meeting on a round: its cases come onto the agenda when every score is in."""
    user: Any = request.user
    if not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        raise Http404
    rounds = list(
        Round.objects.visible_to(user)
        .filter(pk__in=cases_for(user).values("round"))
        .order_by("-opens_at", "-pk")
    )
    form = CallMeetingForm(posted(request), rounds=rounds, by=user)
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.call_meeting(by=user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error(None, refused.blockers[0])
        else:
            messages.success(request, "The meeting is called. Everybody in it gets an e-mail.")
            return redirect(made)
    return render(request, "panel/meeting_form.html", {"form": form, "rounds": rounds})


@require_safe
def meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """The agenda, who is called, and what can be done now."""
    user: Any = request.user
    found = meeting_or_404(user, reference)
    rows = agenda_of(found, user)
    called = list(
        Attendance.objects.visible_to(user)
        .filter(meeting=found)
        .select_related("panellist__user")
        .order_by("panellist__user__name", "pk")
    )
    context = {
        "meeting": found,
        "rows": rows,
        "called": called,
        "verbs": [verb for verb in offered(user, found) if verb.name != "show"],
        "may_show": found.is_open and user.has_perm("panel.chair_meeting", found),
        "may_order": found.ended_at is None and user.has_perm("panel.prepare_meeting", found),
        "may_note": found.opened_at is not None and not found.is_frozen,
        "oversees": user.has_perm("panel.prepare_meeting", found),
    }
    return render(request, "panel/meeting.html", context)


@require_safe
def screen(request: HttpRequest, reference: str) -> HttpResponse:
    """What the chair shows, for one room or many screens. It follows by asking for this page again."""
    user: Any = request.user
    found = meeting_or_404(user, reference)
    shown = shown_now(found, user) if found.is_open else None
    return render(request, "panel/screen.html", {"meeting": found, "shown": shown})


@require_safe
def minutes(request: HttpRequest, reference: str) -> HttpResponse:
    """The minutes as a page, or (`?format=pdf`) as a file."""
    user: Any = request.user
    found = meeting_or_404(user, reference)
    if found.opened_at is None:
        raise Http404
    shown = minutes_of(found, user)
    if request.GET.get("format") == "pdf":
        return pdf_response(minutes_pdf(shown), f"minutes-{found.reference.lower()}.pdf")
    context = {
        "meeting": found,
        "minutes": shown,
        "verbs": [verb for verb in offered(user, found) if verb.name == "approve"],
    }
    return render(request, "panel/minutes.html", context)


def about_item(user: Any, item: AgendaItem) -> dict[str, Any]:
    """What the page behind a verb of an agenda item says besides: of which case, back to the meeting."""
    case = f"{item.application.reference}, {alias_of(item.application)}"
    return {"caption": case, "crumb": ("The meeting", item.meeting.get_absolute_url())}


@require_safe
def agenda_item(request: HttpRequest, reference: str) -> HttpResponse:
    """A case on the agenda has no page of its own: it leads to the meeting."""
    found = get_object_or_404(
        AgendaItem.objects.visible_to(request.user).select_related("meeting"), reference=reference
    )
    return redirect(found.meeting)
