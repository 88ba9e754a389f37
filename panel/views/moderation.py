from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import posted
from accounts.state import NotReady
from grants.enums import ApplicationState, Outcome
from grants.models import Application

from .. import workflow
from ..enums import Phase
from ..forms import ChangeScoreForm, ConcludeForm, ResolveForm
from ..reports import CaseScores, case_scores, conclude_blockers
from ..reports.cases import progress_of
from ..reports.moderation import found_since
from ..rules import visible_assessments
from ..workflow.conclusions import eligible_amount
from .doors import alias_of, case_or_404, need


def _open_scores(user: Any, application: Application) -> CaseScores:
    """The scores that this person may see, side by side."""
    seen = (
        visible_assessments(user, application)
        .select_related("assignment__panellist", "assignment__application", "case_file")
        .prefetch_related("scores__changes")
    )
    return case_scores(application, seen, viewer_id=user.pk)


def _declare_first(user: Any, application: Application) -> bool:
    """A chair without a seat takes the chair by declaring."""
    return user.has_perm("panel.declare_as_chair", application) and (
        application.state == ApplicationState.WITH_PANEL
    )


@require_safe
def moderation(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody's scores side by side, once they are open; before that, how many are in."""
    user: Any = request.user
    application = case_or_404(user, reference)
    case = progress_of(application, seen_by=user)
    if not user.has_perm("panel.view_scores", application):
        if _declare_first(user, application):
            return redirect("panel-declare", reference)
        need(user, "panel.open_case", application)
        context = {"application": application, "case": case, "alias": case.alias}
        context["conclude_blockers"] = (
            conclude_blockers(application) if user.has_perm("panel.conclude", application) else []
        )
        return render(request, "panel/locked.html", context)
    scores = _open_scores(user, application)
    is_with_panel = application.state == ApplicationState.WITH_PANEL
    own = next((s.assessment for s in scores.sheets if s.is_own), None)
    recommendation = application.recommendations.order_by("-pk").first()
    may_conclude = is_with_panel and user.has_perm("panel.conclude", application)
    context = {
        "application": application,
        "alias": case.alias,
        "case": case,
        "scores": scores,
        "strip": strip_of(scores),
        "may_change": is_with_panel
        and own is not None
        and user.has_perm("panel.change_own_score", own),
        "may_resolve": is_with_panel and user.has_perm("panel.resolve_flag", application),
        "may_conclude": may_conclude,
        "may_open_file": user.has_perm("panel.open_case", application),
        "conclude_blockers": conclude_blockers(application) if may_conclude else [],
        "recommendation": recommendation if case.phase == Phase.CONCLUDED else None,
        "found_since": found_since(application) if case.phase == Phase.CONCLUDED else "",
        "minutes": application.conclusion.minutes if case.phase == Phase.CONCLUDED else "",
    }
    return render(request, "panel/moderation.html", context)


def strip_of(scores: CaseScores) -> dict[str, Any]:
    """Places on a line of 300 for the totals, their mean and the threshold; and the same in words."""

    def x(value: Any) -> str:
        return f"{10 + float(value) * 3:.1f}"

    totals = scores.totals
    return {
        "dots": [x(total) for total in totals],
        "mean": x(scores.score) if scores.score is not None else "",
        "threshold": x(scores.threshold),
        "near_from": x(max(scores.threshold - 3, 0)),
        "near_width": "18.0",
        "low": x(totals[-1]) if totals else "",
        "high": x(totals[0]) if totals else "",
        "alt": f"Totals {', '.join(map(str, reversed(totals)))}; panel score {scores.score}; "
        f"threshold {scores.threshold:.0f}.",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def change_score(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Change one's own score on one criterion, in moderation."""
    user: Any = request.user
    application = case_or_404(user, reference)
    own = get_object_or_404(
        visible_assessments(user, application).select_related("assignment__panellist"),
        assignment__panellist__user=user,
    )
    need(user, "panel.change_own_score", own)
    criterion = get_object_or_404(application.terms.criteria, code__iexact=code)
    form = ChangeScoreForm(posted(request), subject=own, by=user, criterion=criterion)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            workflow.change_score(own, by=user, criterion=criterion.code, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, f"Your score for {criterion.code} is changed.")
            return redirect("panel-moderation", reference)
    context = {
        "application": application,
        "alias": alias_of(application),
        "criterion": criterion,
        "given": own.scores.get(criterion=criterion),
        "form": form,
        "blockers": standing,
    }
    return render(request, "panel/change_score.html", context, status=409 if standing else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def resolve_flag(request: HttpRequest, reference: str, flag: str) -> HttpResponse:
    """The chair answers one flag in words."""
    user: Any = request.user
    application = case_or_404(user, reference)
    need(user, "panel.resolve_flag", application)
    scores = _open_scores(user, application)
    found = next((f for f in scores.flags if f.key == flag), None)
    if found is None:
        raise Http404
    form = ResolveForm(posted(request), subject=application, by=user)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            workflow.resolve_flag(application, by=user, flag=flag, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, f"Resolved: {found.text}.")
            return redirect("panel-moderation", reference)
    context = {
        "application": application,
        "alias": alias_of(application),
        "flag": found,
        "row": next((r for r in scores.rows if r.criterion == found.criterion), None),
        "scores": scores,
        "form": form,
        "blockers": standing,
    }
    return render(request, "panel/resolve_flag.html", context, status=409 if standing else 200)


def _prefilled(scores: CaseScores, application: Application) -> dict[str, Any]:
    """The feedback as the members gave it, without names; outcome and amount as the rules suggest.

    Why somebody was not able to judge is for the panel: it says nothing of the application.
    """
    suggestion = scores.suggestion
    outcome = suggestion.outcome if suggestion else ""
    initial: dict[str, Any] = {
        "outcome": outcome,
        "amount": "" if outcome == Outcome.DECLINE else eligible_amount(application),
    }
    for row in scores.rows:
        judged = [
            c.score for c in row.cells if c.score and c.sheet.counts and not c.score.is_not_able
        ]
        given = [score.reason.strip() for score in judged]
        initial[f"feedback-{row.criterion.code.lower()}"] = " ".join(
            dict.fromkeys(reason for reason in given if reason)
        )
    return initial


@require_http_methods(["GET", "HEAD", "POST"])
def conclude(request: HttpRequest, reference: str) -> HttpResponse:
    """The chair writes the recommendation, with the feedback that the applicant will read."""
    user: Any = request.user
    application = case_or_404(user, reference)
    if _declare_first(user, application):
        return redirect("panel-declare", reference)
    need(user, "panel.conclude", application)
    standing = conclude_blockers(application)
    if not user.has_perm("panel.view_scores", application):
        context = {
            "application": application,
            "alias": alias_of(application),
            "case": progress_of(application, seen_by=user),
            "conclude_blockers": standing,
        }
        return render(request, "panel/locked.html", context)
    scores = _open_scores(user, application)
    form = ConcludeForm(
        posted(request),
        subject=application,
        by=user,
        scores=scores,
        initial=_prefilled(scores, application),
    )
    refused: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            workflow.conclude(application, by=user, **form.cleaned_data)
        except NotReady as why:
            refused = why.blockers
        else:
            messages.success(
                request,
                f"The panel has concluded. The recommendation for {alias_of(application)} is with "
                "the programme lead.",
            )
            return redirect("panel-moderation", reference)
    context = {
        "application": application,
        "alias": alias_of(application),
        "scores": scores,
        "form": form,
        "blockers": refused,
        "standing": standing,
        "eligible": eligible_amount(application),
        "counted": len(scores.counted),
        "lived": sum(sheet.is_lived_experience for sheet in scores.counted),
    }
    return render(request, "panel/conclude.html", context, status=409 if refused else 200)
