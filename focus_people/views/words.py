"""Words that stay although they may identify somebody: the officer's list."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.enums import TeamRole
from accounts.verbs import offered

from ..models import KeptWords


@require_safe
def kept_words(request: HttpRequest) -> HttpResponse:
    """What nobody has looked at comes first; then the newest."""
    user: Any = request.user
    if not user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        raise Http404
    visible = KeptWords.objects.visible_to(user).select_related("organisation", "looked_by")
    waiting = visible.not_looked_at().order_by("kept_at", "pk")[:200]
    seen = visible.exclude(verdict="").order_by("-looked_at", "-pk")
    context = {
        "waiting": [
            (
                words,
                [
                    (v.label, reverse("kept-words-verb", args=[words.reference, v.name]))
                    for v in offered(user, words)
                ],
            )
            for words in waiting
        ],
        "page": Paginator(seen, 50).get_page(request.GET.get("page")),
    }
    return render(request, "focus_people/kept_words.html", context)


def crumb(user: Any, obj: KeptWords) -> dict[str, Any]:
    """The way back, and the words in question, on the page of a verb."""
    return {"crumb": ("Words that stay", obj.get_absolute_url())}
