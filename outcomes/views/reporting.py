"""The pages of outcome reports: a grant's four points, the report itself, check and send, the list."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, drafts
from accounts.http import posted
from accounts.once import once
from accounts.shapes import TimelineEntry
from accounts.state import NotReady, blockers
from accounts.verbs import offered
from accounts.wording import words_of
from grants.models import Grant

from .. import actions, drawings, pages, workflow
from ..due import STATUS_LABEL, rows_of, with_people
from ..enums import Point
from ..filters import DueFilter
from ..forms import ReportForm
from ..models import OutcomeReport
from ..verbs import WaiveForm


def _grant(request: HttpRequest, reference: str) -> Grant:
    """The grant whose reports this person may read, or 404 (finance sees grants, not reports)."""
    visible = Grant.objects.visible_to(request.user).select_related(
        "application__person", "application__organisation", "application__round"
    )
    grant = get_object_or_404(visible, reference=reference)
    if not request.user.has_perm("outcomes.view_reports", grant):
        raise Http404
    return grant


def _report(request: HttpRequest, reference: str, point: str) -> OutcomeReport:
    found = OutcomeReport.objects.visible_to(request.user).select_related(
        "grant__application__person",
        "grant__application__organisation",
        "grant__application__round",
    )
    return get_object_or_404(
        found.prefetch_related("answers"), grant__reference=reference, point=point
    )


@require_safe
def grant_outcomes(request: HttpRequest, reference: str) -> HttpResponse:
    """The four points of a grant: what is due, what was said, and whether lower staffing is safe."""
    grant = _grant(request, reference)
    context = pages.grant_page(request.user, grant)
    return render(request, "outcomes/reporting/grant.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_report(request: HttpRequest, reference: str, point: str) -> HttpResponse:
    """The report of one point: to start, to fill in, or to read."""
    if point not in Point.values:
        raise Http404
    grant = _grant(request, reference)
    if not grant.outcome_reports.filter(point=point).exists():
        if request.method == "POST":
            raise Http404
        return _ask_to_start(request, grant, point, workflow.start_blockers(grant, point))
    report = _report(request, reference, point)
    may_edit = request.user.has_perm("outcomes.edit_report", report)
    if request.method == "POST" and not may_edit:
        raise Http404
    standing = blockers(report, "edit")
    if may_edit and not standing:
        return _edit(request, report)
    if request.method != "POST":
        return _read(request, report)
    raise NotReady(standing)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def start(request: HttpRequest, reference: str, point: str) -> HttpResponse:
    """Begin the report of a point."""
    grant = _grant(request, reference)
    if point not in Point.values or not request.user.has_perm("outcomes.start_report", grant):
        raise Http404
    if request.method == "GET":
        return redirect("outcome-report", reference, point)
    try:
        report = workflow.start_report(grant, point, by=request.user)
    except NotReady as refused:
        return _ask_to_start(request, grant, point, refused.blockers, status=409)
    return redirect(report)


def _ask_to_start(
    request: HttpRequest, grant: Grant, point: str, standing: list[str], status: int = 200
) -> HttpResponse:
    context = pages.start_page(grant, point) | {
        "blockers": standing,
        "may_start": request.user.has_perm("outcomes.start_report", grant),
        "may_waive": request.user.has_perm("outcomes.waive_point", grant)
        and point != Point.BASELINE,
    }
    return render(request, "outcomes/reporting/start.html", context, status=status)


def _edit(request: HttpRequest, report: OutcomeReport) -> HttpResponse:
    is_final = request.POST.get("then") == "check"
    form = ReportForm(posted(request), report=report, risk=report.baseline_risk, is_final=is_final)
    standing: list[str] = []
    status = 200
    if request.method == "POST":
        is_whole = form.is_valid()
        if request.headers.get("X-Autosave"):
            return _autosave(request, report, form)
        kept = form.readable()
        try:
            if is_whole or is_final:
                # What is right is kept even when something else is missing for sending.
                report = actions.save_report(report, by=request.user, **kept)
        except NotReady as refused:
            standing, status = refused.blockers, 409
        else:
            if is_whole and is_final:
                return redirect("check-outcome-report", report.grant.reference, report.point)
            if is_whole:
                messages.success(request, "Saved. You can come back to it at any time.")
                return redirect("grant-outcomes", report.grant.reference)
            form.data = {**request.POST.dict(), "version": str(report.version)}
    context = pages.edit_page(report, form) | {"blockers": standing}
    return render(request, "outcomes/reporting/edit.html", context, status=status)


def _autosave(request: HttpRequest, report: OutcomeReport, form: ReportForm) -> HttpResponse:
    key, kept = f"report:{report.pk}", form.readable()
    if kept["version"] not in (None, report.version):
        whose = drafts.standing(request, key, report.version)
        if whose == drafts.Standing.NEWER:
            return _saved(report)
        if whose == drafts.Standing.OWN:
            kept["version"] = report.version
    try:
        report = actions.save_report(report, by=request.user, is_autosave=True, **kept)
    except NotReady as refused:
        return JsonResponse({"blockers": refused.blockers}, status=409)
    drafts.remember(request, key, report.version)
    return _saved(report)


def _saved(report: OutcomeReport) -> JsonResponse:
    return JsonResponse({"saved_at": pages.saved_time(report), "version": report.version})


def _read(request: HttpRequest, report: OutcomeReport) -> HttpResponse:
    context = pages.read_page(request.user, report) | {
        "verbs": offered(request.user, report),
        "timeline": [
            TimelineEntry(row.at, row.actor_label, words_of(row.event))
            for row in audit.history(report)
        ],
    }
    return render(request, "outcomes/reporting/read.html", context)


@require_safe
def check(request: HttpRequest, reference: str, point: str) -> HttpResponse:
    """Everything that was answered, what still stands in the way, and the button that sends it."""
    report = _report(request, reference, point)
    if not report.is_editable or not request.user.has_perm("outcomes.edit_report", report):
        return redirect(report)
    context = pages.read_page(request.user, report) | {
        "may_send": request.user.has_perm("outcomes.submit_report", report),
        "blockers": blockers(report, "submit"),
    }
    return render(request, "outcomes/reporting/check.html", context)


@require_safe
def events_picture(request: HttpRequest, reference: str, point: str) -> HttpResponse:
    """Events over the points of a grant as SVG, up to this point; `?size=phone` for a narrow one."""
    if point not in Point.values:
        raise Http404
    grant = _grant(request, reference)
    picture = pages.events_picture(pages.figures_by_point(grant), Point(point))
    if picture is None:
        raise Http404
    is_narrow = request.GET.get("size") == "phone"
    etag = f'"{drawings.fingerprint(picture, is_narrow=is_narrow)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        drawn = drawings.drawn(picture, is_narrow=is_narrow)
        response = HttpResponse(drawn, content_type="image/svg+xml")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@once
def no_change(request: HttpRequest, reference: str, point: str) -> HttpResponse:
    """Confirm that the week of support is as it was: makes this point's version of the plan.

    The button belongs to the form of the report: what can be read of it is kept as well.
    """
    report = _report(request, reference, point)
    if not request.user.has_perm("outcomes.edit_report", report):
        raise Http404
    form = ReportForm(request.POST, report=report, risk=report.baseline_risk)
    form.is_valid()
    try:
        if "window_end_day" in request.POST:
            actions.save_report(report, by=request.user, **form.readable())
        plan = actions.confirm_no_change(report, by=request.user)
    except NotReady as refused:
        for sentence in refused.blockers:
            messages.error(request, sentence)
    else:
        messages.success(request, f"Version {plan.version} of the plan says: no change.")
    return redirect(report)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def waive_point(request: HttpRequest, reference: str, point: str) -> HttpResponse:
    """Do without a follow-up that nobody has started yet."""
    grant = _grant(request, reference)
    if point not in Point.values or not request.user.has_perm("outcomes.waive_point", grant):
        raise Http404
    form = WaiveForm(posted(request), subject=grant, by=request.user)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            report = workflow.waive_point(grant, point, by=request.user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, "This report is not asked for any more.")
            return redirect(report)
    context = pages.start_page(grant, point) | {"form": form, "blockers": standing}
    status = 409 if standing else 200
    return render(request, "outcomes/reporting/waive.html", context, status=status)


@require_safe
def outcome_reports(request: HttpRequest) -> HttpResponse:
    """Every report of every grant that this person may read: due, sent, accepted, overdue."""
    visible = with_people(Grant.objects.visible_to(request.user))
    if not request.user.is_team():
        visible = visible.filter(application__organisation__in=request.user.organisation_ids())
    elif not pages.is_reader(request.user):
        raise Http404
    filters = DueFilter(request.GET, queryset=visible.order_by("reference"))
    rows = rows_of(filters.qs)
    page = Paginator(pages.sorted_rows(filter(filters.keeps, rows)), 50).get_page(
        request.GET.get("page")
    )
    context = {
        "filter": filters,
        "page": page,
        "stats": pages.list_stats(rows),
        "labels": STATUS_LABEL,
    }
    return render(request, "outcomes/reporting/list.html", context)


def verb_context(user: Any, report: OutcomeReport) -> dict[str, Any]:
    """What the verb's own page adds: the way back."""
    return {"crumb": (f"{report.title}, {report.reference}", report.get_absolute_url())}
