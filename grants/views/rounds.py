"""Rounds: the list, one at a glance, setting up, publishing."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import written
from accounts.enums import TeamRole
from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one, say_once
from accounts.state import NotReady, locked
from accounts.verbs import offered, verb_page
from focus_people.forms.rows import Rows, kept

from .. import actions, award_reports
from ..enums import ApplicationState, RoundState
from ..forms.rounds import BarForm, CriterionForm, FunderRow, ProgrammeForm, QuestionForm, RoundForm
from ..models import Application, Programme, Round, Terms
from ..models.programme import short_number, terms_differences
from ..round_steps import steps
from ..verbs.rounds import ON_TERMS

SHOWN_CASES = 25


def _is_lead(user: Any) -> bool:
    return user.is_team(TeamRole.PROGRAMME_LEAD)


def _sees_inside(user: Any) -> bool:
    return user.is_team(TeamRole.PROGRAMME_LEAD, TeamRole.OFFICER)


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    visible = (
        Round.objects.visible_to(request.user)
        .select_related("programme")
        .annotate(sent=Count("applications", filter=Q(applications__submitted_at__isnull=False)))
        .order_by("-opens_at", "-pk")
    )
    context = {
        "rounds": visible,
        "may_add": _is_lead(request.user),
        "sees_inside": _sees_inside(request.user),
    }
    return render(request, "grants/awards/rounds.html", context)


@require_safe
def round(request: HttpRequest, reference: str) -> HttpResponse:
    """At a glance for officers and leads, without the cases of their own organisations; dates, limits and
    criteria for everybody else."""
    visible = (
        Round.objects.visible_to(request.user)
        .select_related("programme")
        .prefetch_related("versions", "programme__funders")
    )
    found = get_object_or_404(visible, reference=reference)
    user: Any = request.user
    terms = found.terms
    may_manage = user.has_perm("grants.manage_rounds", found)
    context: dict[str, Any] = {
        "round": found,
        "terms": terms,
        "criteria": terms.criteria.order_by("code"),
        "questions": terms.questions.order_by("number"),
        "verbs": [
            one
            for one in offered(user, found)
            if found.state == RoundState.DRAFT or one.verb not in ON_TERMS
        ],
        "may_manage": may_manage,
        "may_change": found.state == RoundState.DRAFT and may_manage,
    }
    if not _sees_inside(user):
        return render(request, "grants/awards/round_public.html", context)
    if found.state == RoundState.DRAFT:
        context["steps"] = steps(found, may_change=may_manage)
        context["missing"] = found.publish_blockers()
        return render(request, "grants/awards/round_draft.html", context)
    glance = award_reports.at_a_glance(found)
    own = user.organisation_ids()
    waiting = [case for case in glance.waiting if case.application.organisation_id not in own]
    pending = (
        Application.objects.visible_to(user)
        .filter(round=found, state=ApplicationState.DECIDED)
        .exclude(organisation__in=own)
        .select_related("decision", "person", "organisation")
        .prefetch_related("recommendations", "appeals")
        .order_by("decision__decided_at", "pk")
    )
    releasable = [a for a in pending if user.has_perm("grants.release_decision", a)]
    context |= {
        "glance": glance,
        "stats": _stats(found, glance),
        "stages": [(stage, _width(stage.count, glance)) for stage in glance.stages],
        "waiting": waiting[:SHOWN_CASES],
        "all_waiting": len(waiting),
        "more_waiting": max(len(waiting) - SHOWN_CASES, 0),
        "pending": pending,
        "releasable": releasable,
        "dots": _dots(glance.net_days, found.target_days),
    }
    return render(request, "grants/awards/round.html", context)


def _width(count: int, glance: award_reports.AtAGlance) -> str:
    most = max((stage.count for stage in glance.stages), default=0)
    return f"{count / most * 100:.2f}" if most else "0"


def _dots(days: list[int], target: int) -> dict[str, Any] | None:
    """Net days as dots on a line, one for each decision; x and y in the picture's own units."""
    if not days:
        return None
    low, high = min(*days, target) - 2, max(*days, target) + 2
    step = 560 / (high - low)
    stacked: dict[int, int] = {}
    dots: list[dict[str, Any]] = []
    for day in days:
        stacked[day] = stacked.get(day, 0) + 1
        dots.append(
            {
                "x": f"{20 + (day - low) * step:.1f}",
                "level": stacked[day],
                "late": day > target,
                "days": day,
            }
        )
    tallest = max(stacked.values())
    gap = min(18, 150 / tallest)
    floor = max(tallest * gap, 54) + 20
    for dot in dots:
        dot["y"] = f"{floor - 4 - dot['level'] * gap + gap / 2:.1f}"
    return {
        "floor": f"{floor:.0f}",
        "tall": f"{floor - 10:.0f}",
        "words_y": f"{floor + 22:.0f}",
        "target_y": f"{floor + 42:.0f}",
        "height": f"{floor + 51:.0f}",
        "dots": dots,
        "radius": f"{max(min(7, gap / 2 - 1), 1.5):.1f}",
        "target_x": f"{20 + (target + 0.5 - low) * step:.1f}",
        "late_width": f"{max((high - target - 0.5) * step, 0):.1f}",
        "low": low,
        "high": high,
        "table": sorted(stacked.items()),
    }


def _stats(round: Round, glance: award_reports.AtAGlance) -> list[dict[str, Any]]:
    share = f"{glance.in_time} of {glance.decided} within {round.target_days}"
    return [
        {
            "value": f"{glance.awards} of {glance.stages[1].count}",
            "label": "sent applications awarded",
            "note": f"{glance.decided} decided",
        },
        {
            "value": written.money(glance.awarded),
            "label": "awarded",
            "note": f"{written.money(glance.left)} of {written.money(round.budget)} left",
        },
        {
            "value": f"{glance.median:f} days" if glance.median is not None else "Not yet",
            "label": "median to decide, net",
            "note": f"Target {round.target_days}",
        },
        {
            "value": f"{glance.p90:f} days" if glance.p90 is not None else "Not yet",
            "label": "for 9 in 10, net",
            "note": share if glance.decided else "No decision is released yet",
        },
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_round(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not _is_lead(user):
        raise Http404
    form = RoundForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            with transaction.atomic():
                made = actions.create_round(data.pop("programme"), by=user, **data)
        except IntegrityError:
            form.add_error("reference", "Another round has this short name. Choose a new one")
        else:
            messages.success(request, "The round is set up. Look through it, then publish it.")
            return redirect(made)
    return render(request, "grants/awards/round_form.html", {"form": form})


def _funder_rows(request: HttpRequest, programme: Programme | None = None) -> Rows:
    held = programme.funders.order_by("pk") if programme else []
    return Rows(
        FunderRow,
        request.POST if request.method == "POST" else None,
        initial=[{"name": funder.name, "share": short_number(funder.share)} for funder in held],
        least=2,
        spare=1 if "add" in request.POST else 0,
        most=12,
        noun="Funder",
    )


def _shares(rows: Rows) -> list[tuple[str, Decimal]]:
    return [(row["name"], row["share"]) for row in rows.filled]


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_programme(request: HttpRequest) -> HttpResponse:
    """Set up a programme with its funders, whose shares come to 100%."""
    user: Any = request.user
    if not _is_lead(user):
        raise Http404
    form, rows = ProgrammeForm(posted(request)), _funder_rows(request)
    standing: list[str] = []
    if "add" in request.POST:
        kept(form)
        rows.kept()
    elif request.method == "POST" and form.is_valid() & rows.is_valid():
        try:
            actions.create_programme(by=user, funders=_shares(rows), **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, "The programme is set up. Now set up its first round.")
            return redirect("add-round")
    context = {"form": form, "rows": rows, "forms": rows.forms, "blockers": standing}
    return render(request, "grants/awards/programme_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def programme_funders(request: HttpRequest, slug: str) -> HttpResponse:
    """Change who pays for a programme, until a letter has said so."""
    user: Any = request.user
    found = get_object_or_404(Programme.objects.visible_to(user), slug=slug)
    if not user.has_perm("grants.manage_rounds", found):
        raise Http404
    if request.method == "POST":
        found = locked(found)
    rows = _funder_rows(request, found)
    standing = found.change_funders_blockers()
    if "add" in request.POST:
        rows.kept()
    elif request.method == "POST" and rows.is_valid():
        try:
            actions.change_funders(found, by=user, funders=_shares(rows))
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, "The funders are changed.")
            return redirect("rounds")
    if "add" not in request.POST:
        say_once(rows.forms)
    is_closed = bool(found.change_funders_blockers())
    context = {
        "programme": found,
        "rows": rows,
        "forms": rows.forms,
        "blockers": standing,
        "is_closed": is_closed,
    }
    status = 409 if request.method == "POST" and is_closed else 200
    return render(request, "grants/awards/programme_funders.html", context, status=status)


def _being_written(request: HttpRequest, reference: str) -> tuple[Round, Terms]:
    """A round and the version of it that a lead may change, else the one that stands; 404 for everybody
    else. On a POST the round is locked: nobody saves meanwhile."""
    found = get_object_or_404(
        Round.objects.visible_to(request.user).select_related("programme"), reference=reference
    )
    if not request.user.has_perm("grants.manage_rounds", found):
        raise Http404
    if request.method == "POST":
        locked(found)
    return found, found.draft_terms or found.terms


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def question(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Change what a version that is being written asks."""
    found, terms = _being_written(request, reference)
    row = get_object_or_404(terms.questions.select_related("terms__round"), number=number)
    names = ("wording", "guidance", "max_words", "in_short_form")
    form = QuestionForm(posted(request), initial={name: getattr(row, name) for name in names})
    return _change(request, found, terms, f"Question {number}", form, actions.change_question, row)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def criterion(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Change how a version that is being written judges."""
    found, terms = _being_written(request, reference)
    row = get_object_or_404(terms.criteria.select_related("terms__round"), code=code)
    names = ("title", "hint", "weight", "minimum", "look_at")
    initial = {name: getattr(row, name) for name in names}
    form = CriterionForm(posted(request), terms=terms, initial=initial)
    return _change(request, found, terms, f"Criterion {code}", form, actions.change_criterion, row)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def bar(request: HttpRequest, reference: str) -> HttpResponse:
    """Change the score to reach and the scores needed, in a version that is being written."""
    found, terms = _being_written(request, reference)
    initial = {"threshold": f"{terms.threshold.normalize():f}", "quorum": terms.quorum}
    form = BarForm(posted(request), initial=initial)
    return _change(request, found, terms, "The score to reach", form, actions.change_bar, terms)


def _change(
    request: HttpRequest, found: Round, terms: Terms, what: str, form: Any, change: Any, row: Any
) -> HttpResponse:
    status = 200
    back = (
        reverse("round-versions", args=[found.reference])
        if found.state == RoundState.PUBLISHED
        else found.get_absolute_url()
    )
    if request.method == "POST" and form.is_valid():
        try:
            change(row, by=request.user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error(None, refused.blockers[0].removesuffix("."))
            status = 409
        else:
            messages.success(request, f"{what} is changed.")
            return redirect(back)
    context = {
        "round": found,
        "terms": terms,
        "what": what,
        "form": form,
        "button": "Save",
        "cancel_url": back,
    }
    return render(request, "grants/awards/round_part.html", context, status=status)


@require_safe
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every version of what a round asks and how it judges, newest first, with what differs. A version
    that is being written is for leads alone."""
    visible = (
        Round.objects.visible_to(request.user)
        .select_related("programme")
        .prefetch_related("versions__questions", "versions__criteria")
    )
    found = get_object_or_404(visible, reference=reference)
    user: Any = request.user
    may_write = user.has_perm("grants.manage_rounds", found)
    sent = Count("applications", filter=Q(applications__submitted_at__isnull=False))
    held = (
        found.versions.annotate(sent=sent)
        .select_related("published_by", "round")
        .prefetch_related("questions", "criteria")
        .order_by("number")
    )
    if not may_write:
        held = held.filter(published_at__isnull=False)
    rows = list(held)
    pairs = [
        (
            newer,
            terms_differences(older, newer) if older else [],
            {
                "criteria": sorted(newer.criteria.all(), key=lambda row: row.code),
                "questions": sorted(newer.questions.all(), key=lambda row: row.number),
            },
        )
        for older, newer in zip([None, *rows], rows, strict=False)
    ]
    draft = next((terms for terms in rows if not terms.is_frozen), None)
    context: dict[str, Any] = {
        "round": found,
        "versions": pairs[::-1],
        "may_write": may_write,
        "present": next((terms for terms in reversed(rows) if terms.is_frozen), None),
        "sees_inside": _sees_inside(user),
        "verbs": [
            one for one in offered(user, found) if "version" in one.name or one.verb in ON_TERMS
        ],
        "draft": draft,
        "writes": draft is not None and found.state == RoundState.PUBLISHED,
    }
    return render(request, "grants/awards/round_versions.html", context)


round_verb = verb_page(Round)
