from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import TeamRole

from ..forms import RoundChoiceForm
from ..reports.fairness import concluded_rounds, fairness_of


@require_safe
def fairness(request: HttpRequest) -> HttpResponse:
    """Agreement, leanings and groups of one round, for chair and lead."""
    user: Any = request.user
    if not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        raise Http404
    rounds = concluded_rounds(user)
    ask = RoundChoiceForm(request.GET or None, rounds=rounds)
    chosen = (ask.cleaned_data["round"] if ask.is_valid() else None) or next(iter(rounds), None)
    found = fairness_of(user, chosen) if chosen is not None else None
    if chosen is not None:
        ask = RoundChoiceForm(rounds=rounds, initial={"round": chosen.reference})
    return render(request, "panel/fairness.html", {"ask": ask, "found": found, "rounds": rounds})
