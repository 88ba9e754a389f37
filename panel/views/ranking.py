from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import TeamRole
from grants.models import Round

from ..enums import Equity
from ..forms import RankingForm
from ..reports.ranking import rankable, ranking_of


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """Concluded cases in order, with the line where the money ends, and what-if."""
    user: Any = request.user
    if not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        raise Http404
    rounds = list(
        Round.objects.visible_to(user)
        .filter(pk__in=rankable(user).values("round"))
        .order_by("-opens_at", "-pk")
    )
    ask = RankingForm(request.GET or None, rounds=rounds)
    said = ask.cleaned_data if ask.is_valid() else {}
    chosen = said.get("round") or next(iter(rounds), None)
    found = None
    if chosen is not None:
        found = ranking_of(
            user,
            chosen,
            money=said.get("money"),
            threshold=said.get("threshold"),
            partial=bool(said.get("partial")),
            equity=said.get("equity") or Equity.REGION,
        )
        if not ask.errors:
            ask = RankingForm(
                rounds=rounds,
                initial={
                    "round": chosen.reference,
                    "money": found.money,
                    "threshold": found.threshold,
                    "equity": said.get("equity") or Equity.REGION,
                    "partial": bool(said.get("partial")),
                },
            )
    if found is not None and len(found.own_thresholds) > 1:
        own = " or ".join(f"{one.normalize():f}" for one in found.own_thresholds)
        ask.fields[
            "threshold"
        ].help_text = f"Empty: each case by the one it was written under, {own}."
    context = {
        "ask": ask,
        "form": ask,
        "found": found,
        "rounds": rounds,
        "is_what_if": found is not None
        and (
            found.money != found.round.left
            or found.is_other_threshold
            or bool(said.get("partial"))
            or said.get("equity") not in (None, "", Equity.REGION)
        ),
    }
    return render(request, "panel/ranking.html", context)
