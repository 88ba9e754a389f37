"""Appeals: the list for staff and for the organisation, and the page of one."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.enums import TeamRole
from accounts.shapes import TimelineEntry
from accounts.verbs import offered, verb_page
from accounts.wording import words_of

from .. import award_reports
from ..models import Appeal

STAFF = (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def _visible(user: Any) -> Any:
    return Appeal.objects.visible_to(user).select_related(
        "application__person", "application__organisation", "application__round", "reviewer"
    )


@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """Open ones first, the oldest on top."""
    user: Any = request.user
    page = Paginator(_visible(user).order_by("answered_at", "made_at", "pk"), 50).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rates": award_reports.appeal_rates() if user.is_team(*STAFF) else None,
    }
    return render(request, "grants/awards/appeals.html", context)


@require_safe
def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """What was decided, what is said to have gone wrong, and the answer."""
    found = get_object_or_404(_visible(request.user), reference=reference)
    user: Any = request.user
    is_staff = user.is_team(*STAFF) and not user.is_in(found.application.organisation_id)
    had_a_part = is_staff and user.pk in found.judges
    context = {
        "appeal": found,
        "application": found.application,
        "verbs": offered(user, found),
        "decision": award_reports.decision_as_it_was(found),
        "had_a_part": had_a_part and found.state != "answered",
        "is_staff": is_staff,
        "timeline": [
            TimelineEntry(row.at, row.actor_label, words_of(row.event))
            for row in reversed(list(audit.history(found)))
        ],
    }
    return render(request, "grants/awards/appeal.html", context)


def _crumb(user: Any, found: Appeal) -> dict[str, Any]:
    return {"crumb": (found.reference, found.get_absolute_url())}


appeal_verb = verb_page(Appeal, extra=_crumb)
