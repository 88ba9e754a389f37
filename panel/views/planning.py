from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.enums import TeamRole
from accounts.http import posted
from accounts.once import once
from accounts.state import NotAllowed, NotReady
from grants.models import Round

from .. import workflow
from ..forms import PLAN_SALT, ApplyPlanForm, PlanQuestionForm
from ..models import Panellist
from ..querysets import cases_for
from ..reports.plans import Plan, plan_of
from .oversight import TURNAROUND_DAYS


@require_http_methods(["GET", "HEAD", "POST"])
@once
def plan(request: HttpRequest) -> HttpResponse:
    """Who could judge every open case of a round, worked out together; shown before it is applied."""
    user: Any = request.user
    if not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        raise Http404
    waiting = cases_for(user).with_panel()
    rounds = list(
        Round.objects.visible_to(user)
        .filter(pk__in=waiting.values("round"))
        .order_by("-opens_at", "-pk")
    )
    ask = PlanQuestionForm(request.GET or None, rounds=rounds)
    asked = ask.cleaned_data if ask.is_valid() else {}
    chosen = asked.get("round") or (rounds[0] if rounds else None)
    apply = ApplyPlanForm(posted(request))
    standing: list[str] = []
    if request.method == "POST" and apply.is_valid():
        try:
            made = workflow.apply_plan(
                _found(user, apply.cleaned_data["plan"]),
                due_on=apply.cleaned_data["due_on"],
                by=user,
            )
        except NotReady as refused:
            standing = ["The plan no longer fits, and nobody was asked.", *refused.blockers]
        except NotAllowed:
            raise Http404 from None
        else:
            noun = "seat is" if len(made) == 1 else "seats are"
            messages.success(request, f"{len(made)} {noun} filled. Everybody is asked by e-mail.")
            return redirect("panel-cases")
    found = None
    if chosen is not None:
        members = asked.get("members") or chosen.terms.quorum
        found = plan_of(user, chosen, members_for_each=members)
        if not ask.errors:
            ask = PlanQuestionForm(
                rounds=rounds,
                initial={"round": chosen.reference, "members": found.members_for_each},
            )
        if request.method == "GET" or standing or "plan" in apply.errors:
            apply = _fresh(found, apply if "due_on" in apply.errors else None)
    context = {
        "ask": ask,
        "plan": found,
        "rounds": rounds,
        "form": apply,
        "forms": [form for form in (ask, apply) if form.is_bound],
        "blockers": standing,
    }
    return render(request, "panel/plan.html", context, status=409 if standing else 200)


def _fresh(found: Plan, bound: ApplyPlanForm | None) -> ApplyPlanForm:
    """The form behind the plan that is shown now."""
    initial = {
        "plan": signing.dumps(found.pairs, salt=PLAN_SALT, compress=True),
        "due_on": clock.today() + timedelta(days=TURNAROUND_DAYS),
    }
    return bound if bound is not None else ApplyPlanForm(initial=initial)


def _found(user: Any, pairs: list) -> list:
    """The cases and people that a signed plan names, as far as this person oversees them."""
    people = {p.reference: p for p in Panellist.objects.visible_to(user).select_related("user")}
    references = [reference for reference, _ in pairs]
    cases = {c.reference: c for c in cases_for(user).filter(reference__in=references)}
    if missing := [reference for reference in references if reference not in cases]:
        raise NotReady([f"{missing[0]} is no longer yours to assign."])
    return [
        (cases[reference], [people[member] for member in members]) for reference, members in pairs
    ]
