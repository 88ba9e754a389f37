from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, drafts
from accounts.state import NotReady
from accounts.verbs import VerbForm
from grants.models import CaseFile
from grants.versions import by_applicant

from .. import actions, workflow
from ..enums import AssessmentState, Seat
from ..forms import SheetForm, SubmitForm
from ..models import Assessment, Assignment
from ..models.assessment import judged_needed
from ..reports import next_case, read_case_file
from ..reports.case_files import (
    changed_parts,
    circle_by_sector,
    content_for_scoring,
    goals,
    mask_of,
)
from ..reports.cases import progress_of
from ..reports.moderation import Sheet, sheet_of
from .doors import case_or_404, need, own_seat_or_404

POINT = Decimal("0.01")


def file_context(case_file: CaseFile) -> dict[str, Any]:
    """What `panel/case_file.html` shows."""
    content, mask = content_for_scoring(case_file), mask_of(case_file.application)
    return {
        "file": read_case_file(case_file),
        "priorities": case_file.application.round.priorities,
        "circle": circle_by_sector(content),
        "goals": goals(content),
        "since_sent": [
            replace(one, before=mask(one.before), after=mask(one.after))
            for one in by_applicant(case_file)
            if case_file.application.has_basis
        ],
    }


@require_safe
def case_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The newest case file alone, for those to whom the case is open."""
    application = case_or_404(request.user, reference)
    need(request.user, "panel.open_case", application)
    newest = application.case_files.order_by("-version")[0]
    context = {"application": application, **file_context(newest)}
    return render(request, "panel/file.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, reference: str) -> HttpResponse:
    """The scoring sheet: the case file beside the criteria. Read only once it is in."""
    user: Any = request.user
    seat = own_seat_or_404(user, reference)
    if seat.seat == Seat.CHAIR:
        return redirect("panel-moderation", reference)
    if not user.has_perm("panel.open_case", seat.application):
        if request.method == "POST":
            raise NotReady(["This case is closed to you."])
        return redirect("panel-declare", reference)
    assessment = (
        Assessment.objects.visible_to(user)
        .select_related(
            "case_file__application__round",
            "case_file__application__organisation",
            "assignment__application__round",
        )
        .prefetch_related("scores__criterion", "scores__changes")
        .get(assignment=seat)
    )
    if request.method == "POST":
        return _post(request, seat, assessment)
    if assessment.state == AssessmentState.SUBMITTED:
        return _submitted(request, seat, assessment)
    sheet_form = SheetForm(subject=assessment, by=user)
    return _sheet(request, seat, assessment, sheet_form, SubmitForm(subject=assessment, by=user))


def _post(request: HttpRequest, seat: Assignment, assessment: Assessment) -> HttpResponse:
    user: Any = request.user
    is_autosave = bool(request.headers.get("X-Autosave"))
    if assessment.state != AssessmentState.DRAFT:
        if not is_autosave and _says_the_same(request, assessment):  # a second click
            return redirect("panel-score", seat.application.reference)
        raise NotReady(assessment.save_scores_blockers())
    action = request.POST.get("action", "save")
    if action == "confirm" and not is_autosave:
        actions.confirm_case_file(assessment, by=user)
        messages.success(request, "You judge the newest version of the case file now.")
        return redirect("panel-score", seat.application.reference)
    data = request.POST.copy()
    sheet_form = SheetForm(data, subject=assessment, by=user)
    submit_form = SubmitForm(data if action == "submit" else None, subject=assessment, by=user)
    standing: list[str] = []
    if sheet_form.is_valid():
        key, version = f"sheet:{assessment.pk}", sheet_form.cleaned_data["version"]
        if version not in (None, assessment.version):
            whose = drafts.standing(request, key, assessment.version)
            if whose == drafts.Standing.NEWER:
                return _saved(assessment)
            version = assessment.version if whose == drafts.Standing.OWN else version
        try:
            assessment = actions.save_scores(
                assessment, by=user, scores=sheet_form.given, version=version
            )
        except NotReady as refused:
            standing = refused.blockers
        else:
            if is_autosave:
                drafts.remember(request, key, assessment.version)
                return _saved(assessment)
            if action != "submit":
                messages.success(
                    request, "Your sheet is saved. Come back to it from your queue when you like."
                )
                return redirect("panel-queue")
            standing = _submit(request, assessment, sheet_form, submit_form)
            if not standing and not sheet_form.errors and not submit_form.errors:
                return redirect("panel-score", seat.application.reference)
        data["version"] = str(Assessment.objects.visible_to(user).get(pk=assessment.pk).version)
    if is_autosave:
        return JsonResponse({"blockers": standing or _sentences(sheet_form)}, status=409)
    return _sheet(request, seat, assessment, sheet_form, submit_form, standing)


def _saved(assessment: Assessment) -> JsonResponse:
    saved = assessment.saved_at or clock.now()
    at = f"{saved.astimezone(clock.LONDON):%H:%M}"
    return JsonResponse({"saved_at": at, "version": assessment.version})


def _says_the_same(request: HttpRequest, assessment: Assessment) -> bool:
    """Whether a sheet that was sent again holds nothing but what is submitted."""
    form = SheetForm(request.POST, subject=assessment, by=request.user)
    return form.is_valid() and actions.holds(assessment, form.given)


def _sentences(form: VerbForm) -> list[str]:
    return [f"{error}." for errors in form.errors.values() for error in errors]


def _submit(
    request: HttpRequest, assessment: Assessment, sheet_form: SheetForm, submit_form: SubmitForm
) -> list[str]:
    """Submit what was just saved; the forms say by each field what is missing."""
    sheet_form.add_missing()
    if not submit_form.is_valid() or sheet_form.errors:
        return []
    try:
        workflow.submit_assessment(
            assessment,
            by=request.user,
            **submit_form.cleaned_data,
        )
    except NotReady as refused:
        return refused.blockers
    messages.success(request, "Your scores are in.")
    return []


def _sheet(
    request: HttpRequest,
    seat: Assignment,
    assessment: Assessment,
    sheet_form: SheetForm,
    submit_form: SubmitForm,
    standing: list[str] | None = None,
) -> HttpResponse:
    application = seat.application
    newest = assessment.newest_case_file
    context = file_context(assessment.case_file)
    file = context["file"]
    scores = {s.criterion_id: s for s in assessment.scores.all()}
    answered = [c for c in sheet_form.criteria if c.pk in scores and scores[c.pk].is_answered]
    judged = [c for c in answered if scores[c.pk].score is not None]
    total = sum((Decimal(scores[c.pk].score * c.weight) / 5 for c in judged), Decimal(0))
    unscored = [c for c in sheet_form.criteria if c not in answered]
    unreasoned = [c for c in answered if not scores[c.pk].reason]
    context |= {
        "application": application,
        "seat": seat,
        "assessment": assessment,
        "form": sheet_form,
        "forms": [submit_form],
        "submit_form": submit_form,
        "blockers": standing or [],
        "parts": [(part, file.look_at(part.criterion.look_at)) for part in sheet_form.parts],
        "total": total.quantize(POINT),
        "possible": sum(c.weight for c in judged),
        "scored": len(answered),
        "criteria_count": len(sheet_form.criteria),
        "left": f"Left: {', '.join(f'{c.code} ({c.weight})' for c in unscored)}."
        if unscored
        else "",
        "missing": [(c.code.lower(), f"{c.code} {c.title}") for c in [*unscored, *unreasoned]],
        "needed": judged_needed(len(sheet_form.criteria)),
        "newest": newest if newest.pk != assessment.case_file_id else None,
        "changed": changed_parts(assessment.case_file, newest)
        if newest.pk != assessment.case_file_id and application.has_basis
        else [],
        "following": next_case(request.user, after=application.reference),
    }
    return render(request, "panel/score.html", context, status=409 if standing else 200)


def _submitted(request: HttpRequest, seat: Assignment, assessment: Assessment) -> HttpResponse:
    application = seat.application
    criteria = list(application.terms.criteria.order_by("code"))
    sheet: Sheet = sheet_of(assessment, criteria, is_own=True)
    context = file_context(assessment.case_file) | {
        "application": application,
        "seat": seat,
        "assessment": assessment,
        "sheet": sheet,
        "rows": [(c, sheet.scores.get(c.pk)) for c in criteria],
        "case": progress_of(application, seen_by=request.user),
        "may_moderate": request.user.has_perm("panel.view_scores", application),
        "following": next_case(request.user, after=application.reference),
    }
    return render(request, "panel/submitted.html", context)
