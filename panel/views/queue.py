from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import posted
from accounts.shapes import SummaryRow
from accounts.state import NotReady
from accounts.verbs import verb_page
from grants import standard
from grants.models import Application, Round

from .. import workflow
from ..enums import AssignmentState, Seat
from ..forms import DeclareForm, LateInterestForm
from ..models import Assessment, Assignment, Panellist
from ..querysets import PANEL
from ..reports import matches_of, next_case, queue
from ..reports.case_files import circle_roles
from ..reports.cases import past_rows, past_seats
from .doors import alias_of, case_or_404, need

PAST_ON_A_PAGE = 20


@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """One next case, how far one is, the cases with the panel now, and the earlier ones by page."""
    user: Any = request.user
    if not user.is_team(*PANEL):
        raise Http404
    page = Paginator(past_seats(user), PAST_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "queue": queue(user),
        "page": page,
        "past": past_rows(user, page),
        "interests_url": reverse("panel-interests"),
    }
    return render(request, "panel/queue.html", context)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The published criteria and what each score means."""
    user: Any = request.user
    if not user.is_team(*PANEL):
        raise Http404
    newest = Round.objects.visible_to(user).order_by("-opens_at", "-pk").first()
    criteria: Any = newest.criteria.order_by("code") if newest else standard.CRITERIA
    context = {"round": newest, "criteria": criteria, "descriptors": standard.DESCRIPTORS[::-1]}
    return render(request, "panel/guide.html", context)


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """Leads to the page of this case that this person needs."""
    user: Any = request.user
    application = case_or_404(user, reference)
    seat = (
        Assignment.objects.visible_to(user)
        .filter(panellist__user=user, application=application)
        .first()
    )
    if seat is not None and seat.seat == Seat.SCORER:
        where = "panel-score" if seat.state == AssignmentState.CLEAR else "panel-declare"
    elif seat is not None and not user.has_perm("panel.open_case", application):
        where = "panel-declare"
    elif seat is not None or user.has_perm("panel.view_scores", application):
        where = "panel-moderation"
    else:
        where = "panel-assign"
    return redirect(where, reference)


@require_safe
def seat(request: HttpRequest, reference: str) -> HttpResponse:
    """A seat has no page of its own: it leads to the holder's page, or to the assignment."""
    found = get_object_or_404(Assignment.objects.visible_to(request.user), reference=reference)
    is_own = found.panellist.user_id == request.user.pk
    return redirect("panel-case" if is_own else "panel-assign", found.application.reference)


_seat_verb = verb_page(
    Assignment,
    extra=lambda user, seat: {
        "crumb": ("Back", seat.get_absolute_url()),
        "caption": f"{seat.application.reference}, {alias_of(seat.application)}",
    },
)


@require_http_methods(["GET", "HEAD", "POST"])
def seat_verb(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Standing down. Declaring has its own page, which shows what there is to go by."""
    if request.method == "GET" and verb in ("declare", "declare-late"):
        found = get_object_or_404(Assignment.objects.visible_to(request.user), reference=reference)
        need(request.user, "panel.declare", found)
        return redirect("panel-declare", found.application.reference)
    return _seat_verb(request, reference=reference, verb=verb)


@require_safe
def assessment(request: HttpRequest, reference: str) -> HttpResponse:
    """A sheet leads to its owner's page, or to moderation."""
    found = get_object_or_404(Assessment.objects.visible_to(request.user), reference=reference)
    is_own = found.assignment.panellist.user_id == request.user.pk
    where = "panel-score" if is_own else "panel-moderation"
    return redirect(where, found.assignment.application.reference)


# --- interests before content ----------------------------------------------------------------------


def _before_content(application: Application) -> list[SummaryRow]:
    """All that may be seen before interests are declared."""
    organisation = application.organisation
    newest = application.case_files.order_by("-version").first()
    return [
        SummaryRow(
            "Applicant", f"{organisation.name}, {organisation.get_sector_display().lower()}"
        ),
        SummaryRow("Region", organisation.get_region_display()),
        SummaryRow("Roles in the circle", circle_roles(newest.content) if newest else ""),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, reference: str) -> HttpResponse:
    """The question before the case opens; later, the way to say that an interest was found."""
    user: Any = request.user
    application = case_or_404(user, reference)
    own = (
        Assignment.objects.visible_to(user)
        .filter(panellist__user=user, application=application)
        .select_related("panellist", "application")
        .first()
    )
    if own is None:
        need(user, "panel.declare_as_chair", application)
        panellist = Panellist.objects.filter(user=user).first()
        return _ask(request, application, application, panellist)
    need(user, "panel.declare", own)
    if own.state == AssignmentState.ASSIGNED:
        return _ask(request, application, own, own.panellist)
    if own.state == AssignmentState.CLEAR and not _is_matched(own):
        return _late(request, application, own)
    context = {
        "application": application,
        "alias": alias_of(application),
        "seat": own,
        "matches": matches_of(own.panellist, application),
        "is_conflicted": own.state == AssignmentState.CONFLICTED,
        "is_stood_down": own.state == AssignmentState.STOOD_DOWN,
    }
    return render(request, "panel/removed.html", context)


def _is_matched(own: Assignment) -> bool:
    return any(m.is_binding for m in matches_of(own.panellist, own.application))


def _ask(
    request: HttpRequest,
    application: Application,
    subject: Assignment | Application,
    panellist: Panellist | None,
) -> HttpResponse:
    user: Any = request.user
    is_chairing = isinstance(subject, Application)
    matches = matches_of(panellist, application)
    form = DeclareForm(posted(request), subject=subject, by=user, matches=matches)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            if isinstance(subject, Application):
                made = workflow.declare_as_chair(subject, by=user, **form.cleaned_data)
            else:
                made = workflow.declare(subject, by=user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            return _declared(request, made, is_chairing)
    context = {
        "application": application,
        "alias": alias_of(application),
        "seat": None if is_chairing else subject,
        "is_chairing": is_chairing,
        "form": form,
        "is_register_due": panellist is not None and panellist.is_register_due,
        "interests_url": reverse("panel-interests"),
        "blockers": standing,
        "matches": matches,
        "match_text": "\n".join(m.words for m in matches),
        "is_binding": any(m.is_binding for m in matches),
        "facts": _before_content(application),
        "also": _also_waiting(user, application.reference),
    }
    return render(request, "panel/declare.html", context, status=409 if standing else 200)


def _also_waiting(user: Any, reference: str) -> list:
    return [
        row for row in queue(user).rows if row.action == "Declare" and row.reference != reference
    ][:5]


def _declared(request: HttpRequest, seat: Assignment, is_chairing: bool) -> HttpResponseRedirect:
    reference = seat.application.reference
    if seat.state == AssignmentState.CLEAR:
        if is_chairing:
            messages.success(request, "Your declaration is saved. You chair this case.")
            return redirect("panel-moderation", reference)
        messages.success(request, "Your declaration is saved. The case is open to you.")
        return redirect("panel-score", reference)
    messages.success(
        request,
        f"Your declaration is saved. You are removed from {alias_of(seat.application)} only.",
    )
    following = next_case(request.user, after=reference)
    return (
        redirect(following.url_name, following.reference)
        if following
        else redirect("panel-cases" if is_chairing else "panel-queue")
    )


def _late(request: HttpRequest, application: Application, own: Assignment) -> HttpResponse:
    form = LateInterestForm(posted(request), subject=own, by=request.user)
    if request.method == "POST" and form.is_valid():
        workflow.declare_late(own, by=request.user, **form.cleaned_data)
        messages.success(
            request, "You are removed from this case, and your scores are withdrawn. Thank you."
        )
        return redirect("panel-queue")
    context = {
        "application": application,
        "alias": alias_of(application),
        "seat": own,
        "form": form,
        "has_sheet": own.seat == Seat.SCORER,
        "declared_at": own.declared_at,
    }
    return render(request, "panel/declare_late.html", context)
