from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.enums import TeamRole
from accounts.http import posted
from accounts.models import User
from accounts.once import once
from accounts.opened import one_by_one
from accounts.state import NotReady, locked
from grants.models import Application, Round
from grants.reports import clock as clock_of

from .. import actions, workflow
from ..enums import AssessmentState, AssignmentState, Expertise, Phase, Seat
from ..filters import CaseFilter
from ..forms import AssignForm, MemberForm, NewMemberForm, ServiceForm
from ..models import Assignment, Panellist, Service
from ..models.panellist import kind_of
from ..querysets import PANEL
from ..reports import obstacles, oversight
from ..reports.availability import loads_in, open_loads
from ..reports.case_files import areas_of, hides_applicant, joined
from ..reports.cases import PanelCase, cases_of, chaired_by, progress_of
from ..reports.meetings import out_of_the_room
from ..reports.service import turnaround_of_panellists
from .doors import case_or_404, need

TURNAROUND_DAYS = 10  # P10: the target between assignment and the last score (domain 8.1)
DECIDING_DAYS = 3  # left on the fast track for the chair and two leads


def scores_due_on(applications: Iterable[Application]) -> date:
    """The day that is offered for scores: ten days from today; on the fast track three days before the decision
    is due, and never before tomorrow."""
    today = clock.today()
    days = [today + timedelta(days=TURNAROUND_DAYS)]
    for one in applications:
        time = clock_of(one) if one.fast_from is not None else None
        if time is not None:
            early = time.due_on - timedelta(days=DECIDING_DAYS)
            days.append(max(early, today + timedelta(days=1)))
    return min(days)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Every case that reached the panel, for chair and lead: counts and dates, no score."""
    user: Any = request.user
    if not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        raise Http404
    found = oversight(user).order_by(
        "is_concluded", F("last_due").asc(nulls_last=True), "reference"
    )
    filters = CaseFilter(request.GET, queryset=found)
    page = Paginator(filters.qs, 50).get_page(request.GET.get("page"))
    chaired = chaired_by(user)
    context = {
        "filter": filters,
        "page": page,
        "rows": [(case, _acts(user, case, chaired)) for case in cases_of(page, seen_by=user)],
        "may_manage": user.is_team(TeamRole.PROGRAMME_LEAD),
    }
    return render(request, "panel/cases.html", context)


def _acts(user: Any, case: PanelCase, chaired: set[int]) -> list[tuple[str, str]]:
    if case.phase == Phase.ASSIGNING:
        acts = [("Assign", "panel-assign")]
    elif case.phase == Phase.SCORING:
        acts = [("Members", "panel-assign")]
    elif case.phase == Phase.MODERATING:
        acts = [("Members", "panel-assign")]
        if user.is_team(TeamRole.PANEL_CHAIR):
            is_mine = case.application.pk in chaired
            acts.insert(
                0, ("Moderate", "panel-moderation") if is_mine else ("Declare", "panel-declare")
            )
    else:
        acts = [("Members", "panel-assign")]
        if user.is_team(TeamRole.PROGRAMME_LEAD):
            acts.insert(0, ("Scores", "panel-moderation"))
    return acts


def _seat_words(seat: Any, is_tied: bool) -> str:
    if is_tied and seat.is_live:
        return "Does not count: an interest in the applicant is in our records"
    if seat.seat == Seat.CHAIR and seat.state == AssignmentState.CLEAR:
        return "Declared no interest"
    if seat.state == AssignmentState.CLEAR:
        sheet = getattr(seat, "assessment", None)
        is_in = sheet is not None and sheet.state == AssessmentState.SUBMITTED
        return "Scores in" if is_in else "Scoring"
    if seat.state == AssignmentState.STOOD_DOWN:
        said = [seat.get_stand_down_kind_display(), seat.stand_down_reason]
        return ": ".join(["Stood down", ". ".join(filter(None, said))]).removesuffix(": ")
    return {
        AssignmentState.ASSIGNED: "Still to declare",
        AssignmentState.CONFLICTED: "Removed, interest declared",
    }[AssignmentState(seat.state)]


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Who judges a case: seats given, who is free, and who is not, with the reason."""
    user: Any = request.user
    application = case_or_404(user, reference)
    need(user, "panel.assign", application)
    seats = list(
        Assignment.objects.visible_to(user)
        .filter(application=application)
        .select_related("panellist__user", "assessment", "application")
        .order_by("number")
    )
    tied = {
        p.pk for p in out_of_the_room([s.panellist for s in seats], [application])[application.pk]
    }
    # Whoever scores the case themselves does not see who of the others is ready.
    own = next((s for s in seats if s.panellist.user_id == user.pk and s.seat == Seat.SCORER), None)
    is_blind = own is not None and not user.has_perm("panel.view_scores", application)
    taken = {seat.panellist_id for seat in seats}
    panel = list(
        Panellist.objects.visible_to(user)
        .sitting()
        .select_related("user")
        .order_by("user__name", "pk")
    )
    reasons = obstacles(panel, application, seen_by=user)
    busy = open_loads(user)
    free = [p for p in panel if not reasons[p.pk]]
    form = AssignForm(
        posted(request),
        subject=application,
        by=user,
        free=free,
        initial={"due_on": scores_due_on([application])},
    )
    newest = application.case_files.order_by("-version").first()
    wanted = areas_of(newest.content) if newest else []
    field: Any = form.fields["panellists"]
    field.option_hints = {p.reference: _about(p, wanted, busy[p.pk]) for p in free}
    case = progress_of(application, seen_by=user)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.assign(application, by=user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            noun = "member is" if len(made) == 1 else "members are"
            messages.success(request, f"{len(made)} {noun} asked to judge {case.alias}.")
            return redirect("panel-assign", reference)
    context = {
        "application": application,
        "case": case,
        "alias": case.alias,
        "form": form,
        "blockers": standing,
        "free": free,
        "is_blind": is_blind,
        "applicant": ""
        if own is not None and hides_applicant(application)
        else f"{application.organisation.name}, {application.organisation.get_region_display()}",
        "is_open": application.state == "with_panel",
        "seats": [
            (
                seat,
                ""
                if is_blind and seat is not own
                else _seat_words(seat, seat.panellist_id in tied),
                seat.is_live and seat.panellist.user_id != user.pk,
            )
            for seat in seats
        ],
        "out": [
            (p, [r.words for r in reasons[p.pk]])
            for p in panel
            if reasons[p.pk] and p.pk not in taken
        ],
        "quorum": application.quorum,
    }
    return render(request, "panel/assign.html", context, status=409 if standing else 200)


def _about(panellist: Any, wanted: list[Expertise], n: int) -> str:
    parts = ["Lived experience"] if panellist.is_lived_experience else []
    if known := [area.label for area in wanted if area in panellist.areas]:
        parts.append(f"knows about {joined([_lower(label) for label in known])}")
    if panellist.expertise:
        parts.append(panellist.expertise)
    parts.append("no open cases" if n == 0 else f"{n} open case{'s' if n > 1 else ''}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


# --- who sits on the panel --------------------------------------------------------------------------


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """The panel, for the programme lead."""
    user: Any = request.user
    need(user, "panel.manage_panel", user)
    listed = (
        Panellist.objects.visible_to(user).select_related("user", "employer").order_by("user__name")
    )
    listed = listed.prefetch_related("user__team_memberships")
    took = turnaround_of_panellists(user)
    rows = [
        (
            p,
            kind_of(
                any(t.role == TeamRole.PANEL_CHAIR for t in p.user.team_memberships.all()),
                p.is_lived_experience,
            ),
            took.get(p.pk),
        )
        for p in listed
    ]
    context = {"rows": rows, "waiting": list(_unlisted())}
    return render(request, "panel/members.html", context)


def _unlisted() -> Any:
    """People with a panel role who are not on the panel's list yet."""
    return (
        User.objects.filter(is_active=True, team_memberships__role__in=PANEL, panellist=None)
        .distinct()
        .order_by("name", "pk")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_member(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    need(user, "panel.manage_panel", user)
    form = NewMemberForm(posted(request), people=list(_unlisted()))
    if request.method == "POST" and form.is_valid():
        made = actions.seat_panellist(by=user, **form.cleaned_data)
        messages.success(request, f"{made} sits on the panel.")
        return redirect("panel-members")
    return render(request, "panel/member_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def member(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    found = get_object_or_404(Panellist.objects.visible_to(user), reference=reference)
    need(user, "panel.manage_panel", found)
    if request.method == "POST":
        found = locked(found)
    initial = {
        "areas": found.areas,
        "region": found.region,
        "is_lived_experience": found.is_lived_experience,
        "expertise": found.expertise,
        "employer": found.employer.reference if found.employer else "",
    }
    form = MemberForm(posted(request), initial=initial)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.seat_panellist(found.user, by=user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, f"{found} is saved.")
            return redirect("panel-members")
    rounds = list(Round.objects.visible_to(user).order_by("-opens_at", "-pk"))
    services = {s.round_id: s for s in Service.objects.visible_to(user).filter(panellist=found)}
    loads = loads_in(r.pk for r in rounds)
    context = {
        "form": form,
        "member": found,
        "blockers": standing,
        "rounds": [(r, services.get(r.pk), loads[found.pk, r.pk]) for r in rounds],
    }
    return render(request, "panel/member_form.html", context, status=409 if standing else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def service(request: HttpRequest, reference: str, round_reference: str) -> HttpResponse:
    """A panellist's service in one round: the briefing, the most cases, the payment."""
    user: Any = request.user
    found = get_object_or_404(Panellist.objects.visible_to(user), reference=reference)
    need(user, "panel.manage_panel", found)
    in_round = get_object_or_404(Round.objects.visible_to(user), reference=round_reference)
    if request.method == "POST":
        found = locked(found)
    held = Service.objects.visible_to(user).filter(panellist=found, round=in_round).first()
    initial = (
        {"briefed_on": held.briefed_on, "capacity": held.capacity, "fee": held.fee or None}
        if held
        else {}
    )
    form = ServiceForm(posted(request), initial=initial)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_service(found, in_round, by=user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, f"{found} in {in_round} is saved.")
            return redirect(found.get_absolute_url())
    context = {"form": form, "member": found, "round": in_round, "blockers": standing}
    return render(request, "panel/service.html", context, status=409 if standing else 200)
