"""Deciding, releasing, and the letter."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import written
from accounts.shapes import SummaryRow
from accounts.state import NotReady, blockers, locked
from accounts.verbs import verb_page

from .. import award_reports, workflow
from ..budget import figures
from ..enums import ApplicationState
from ..forms.decisions import DecideForm, ReleaseForm
from ..models import Appeal, Application, Round
from ..recommendation_page import remarks
from ..verbs.decisions import DECISION_VERBS
from ..workflow.decisions import newest_recommendation


def _left_in(held: Round) -> SummaryRow:
    """What may still be decided: awards that are decided and not released count as taken."""
    words = f"{written.money(held.left_to_decide)} of {written.money(held.budget)}"
    if waiting := held.decided():
        words += f", once {written.money(waiting)} that is decided is released"
    return SummaryRow("Left in the round", words)


def _recommendation(user: Any, application: Application) -> dict[str, Any]:
    stands = newest_recommendation(application)
    found = figures(application.lines.all())
    held = application.round
    rows = []
    if stands is not None:
        rows = [
            SummaryRow("The panel recommends", stands.get_outcome_display()),
            SummaryRow("Panel score", f"{stands.score} (threshold {application.terms.threshold})"),
            SummaryRow("Each total", ", ".join(stands.totals)),
            SummaryRow("Recommended", written.money(stands.amount)),
            *(SummaryRow("Since then", said) for said in remarks(user, application)),
        ]
    rows += [
        SummaryRow(
            "Eligible",
            f"{written.money(found.eligible)} of {written.money(found.requested)} asked for",
        ),
        _left_in(held),
    ]
    return {"facts": rows, "crumb": (application.reference, application.get_absolute_url())}


def _letter(user: Any, application: Application) -> dict[str, Any]:
    has_decision = hasattr(application, "decision")
    return {
        "letter": award_reports.letter_of(application) if has_decision else None,
        "remarks": remarks(user, application),
        "crumb": (application.reference, application.get_absolute_url()),
    }


_decide = verb_page(Application, template="grants/awards/decide.html", extra=_recommendation)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Decide. “Add the ticked conditions” writes them into the form and decides nothing."""
    if request.method != "POST" or "add" not in request.POST:
        return _decide(request, reference=reference, verb=verb)
    application = get_object_or_404(
        Application.objects.visible_to(request.user), reference=reference
    )
    if not request.user.has_perm("grants.decide", application):
        raise Http404
    form = DecideForm(request.POST, subject=application, by=request.user).with_ticked()
    chosen = next(one for one in DECISION_VERBS if one.name == "decide")
    context = {
        "obj": application,
        "verb": chosen,
        "form": form,
        "blockers": blockers(application, chosen.moves),
    } | _recommendation(request.user, application)
    return render(request, "grants/awards/decide.html", context)


release = verb_page(Application, template="grants/awards/release.html", extra=_letter)


@require_safe
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The decision letter. For the applicant it does not exist before the release."""
    visible = Application.objects.visible_to(request.user).select_related(
        "decision", "round", "organisation", "person"
    )
    application = get_object_or_404(visible, reference=reference)
    if not request.user.has_perm("grants.view_decision", application):
        raise Http404
    grant = getattr(application, "grant", None)
    may_see_grant = grant is not None and request.user.has_perm("grants.view_grant_page", grant)
    return render(
        request,
        "grants/awards/letter.html",
        {
            "letter": award_reports.letter_of(application),
            "application": application,
            "grant": grant if may_see_grant else None,
            "appeals": Appeal.objects.visible_to(request.user)
            .filter(application=application)
            .order_by("pk"),
            "may_appeal": application.takes_appeals
            and request.user.has_perm("grants.appeal", application),
        },
    )


@transaction.atomic
def _release_as_read(application: Application, request: HttpRequest) -> None:
    """Release a decision, unless another one was made since the page showed its letter."""
    seen = {"seen": request.POST.get(f"seen-{application.reference}", "")}
    form = ReleaseForm(seen, subject=locked(application), by=request.user)
    if not form.is_valid():
        raise NotReady([f"{said}." for said in form.non_field_errors()])
    workflow.release_decision(application, by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def release_many(request: HttpRequest, reference: str) -> HttpResponse:
    """Every decision of a round that waits for release, each letter shown, several let out at once: those
    that were read, as they were read."""
    found = get_object_or_404(Round.objects.visible_to(request.user), reference=reference)
    waiting = (
        Application.objects.visible_to(request.user)
        .filter(round=found, state=ApplicationState.DECIDED)
        .select_related(
            "decision__decided_by", "round__programme", "terms", "organisation", "person", "grant"
        )
        .prefetch_related("lines", "recommendations", "appeals", "round__programme__funders")
        .order_by("decision__decided_at", "pk")
    )
    mine = [a for a in waiting if request.user.has_perm("grants.release_decision", a)]
    if not mine and not request.user.has_perm("grants.manage_rounds", found):
        raise Http404
    standing: list[str] = []
    if request.method == "POST":
        chosen = set(request.POST.getlist("application"))
        selected = [a for a in mine if a.reference in chosen]
        done = 0
        if not chosen:
            standing.append("Select at least one decision to release.")
        elif not selected:
            standing.append("What you ticked waits no more: it was released, or taken back.")
        for application in selected:
            try:
                _release_as_read(application, request)
                done += 1
            except NotReady as refused:
                standing += [f"{application.reference}: {said}" for said in refused.blockers]
        if done:
            words = "1 decision is" if done == 1 else f"{done} decisions are"
            messages.success(request, f"{words} released. The applicants have been told.")
        if not standing:
            return redirect(found)
        mine = [a for a in waiting.all() if request.user.has_perm("grants.release_decision", a)]
    left = found.left
    context = {
        "round": found,
        "letters": [
            (letter, blockers(letter.application, "approve") if letter.amount > left else [])
            for letter in map(award_reports.letter_of, mine)
        ],
        "not_mine": len(waiting) - len(mine),
        "blockers": standing,
    }
    return render(
        request,
        "grants/awards/release_many.html",
        context,
        status=409 if standing and request.method == "POST" else 200,
    )
