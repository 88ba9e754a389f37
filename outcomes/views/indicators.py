"""The register of indicators, and the pages with which a programme lead adds one of the programme's own."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import written
from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one
from accounts.shapes import SummaryRow
from accounts.state import NotReady, locked, ready
from accounts.verbs import offered

from .. import actions
from ..enums import Point
from ..indicator_forms import IndicatorForm, RevisionForm, stored
from ..indicators import INDICATORS
from ..models import OwnIndicator
from ..reports import FIGURE_IDS
from ..reports.figure import Column


@dataclass(frozen=True)
class Line:
    """One indicator of the register, with what opens from it."""

    code: str
    title: str
    sentence: str
    rows: list[SummaryRow]
    links: list[tuple[str, str]]
    is_retired: bool = False


def _may_see(request: HttpRequest) -> None:
    if not request.user.has_perm("outcomes.view_impact", request):
        raise Http404


def _may_edit(request: HttpRequest) -> bool:
    return request.user.has_perm("outcomes.edit_indicator", OwnIndicator())


def _core() -> list[Line]:
    return [
        Line(
            found.code,
            found.title,
            found.sentence,
            [
                SummaryRow("Unit", found.unit),
                SummaryRow("Direction", found.direction),
                SummaryRow("Who rates", found.rater),
                SummaryRow("When", found.when),
                SummaryRow("Rule", f"{found.source}, version {found.version}"),
                SummaryRow("Who answers for it", found.owner),
                SummaryRow("Target", found.target),
            ],
            [
                (reverse("impact-figure", args=[id]), "See the figure" if not n else "And another")
                for n, id in enumerate(id for id in found.figures if id in FIGURE_IDS)
            ],
        )
        for found in INDICATORS
    ]


def _when(held: OwnIndicator) -> str:
    return ", ".join(str(Point(point).label) for point in held.points)


def _rows(held: OwnIndicator) -> list[SummaryRow]:
    entered = str(held.get_kind_display())
    if held.choices:
        entered += f": {', '.join(held.choices)} (the worst first)"
    elif held.least is not None:
        entered += f", {held.least} to {held.most}"
    return [
        SummaryRow("Question", held.question),
        SummaryRow("Entered", entered),
        SummaryRow("Unit", held.unit, empty="None"),
        SummaryRow(
            "Direction", "The list says it" if held.choices else held.get_direction_display()
        ),
        SummaryRow("Better means", held.sentence),
        SummaryRow("Who rates", held.rater),
        SummaryRow("When", _when(held)),
        SummaryRow("Questionnaire", held.get_instrument_display()),
        SummaryRow("Who answers for it", held.owner),
        SummaryRow("Target", held.target, empty="None set"),
    ]


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every indicator with its definition, unit, direction, who rates it, when, its owner and target."""
    _may_see(request)
    own = [
        Line(
            held.reference,
            held.title,
            held.question,
            [],
            [(held.get_absolute_url(), f"Version {held.version}")],
            held.retired_at is not None,
        )
        for held in OwnIndicator.objects.visible_to(request.user).order_by("number")
    ]
    context = {
        "core": [line for line in _core() if line.code <= "OUT-15"],
        "options": [line for line in _core() if line.code > "OUT-15"],
        "own": own,
        "may_edit": _may_edit(request),
    }
    return render(request, "outcomes/indicators/register.html", context)


def _found(request: HttpRequest, number: int) -> OwnIndicator:
    return get_object_or_404(OwnIndicator.objects.visible_to(request.user), number=number)


@require_safe
def indicator(request: HttpRequest, number: int) -> HttpResponse:
    """One of the programme's own: its newest version, and what the earlier ones said."""
    held = _found(request, number)
    context = {
        "held": held,
        "rows": _rows(held),
        "figure_url": reverse("impact-figure", args=[held.measured.id]),
        "verbs": offered(request.user, held),
        "may_edit": _may_edit(request) and held.retired_at is None,
        "columns": [Column("Version"), Column("From"), Column("Question"), Column("What changed")],
        "versions": [
            (str(v.version), written.day(v.made_at), v.question, v.change or "First version")
            for v in held.versions()
        ],
    }
    return render(request, "outcomes/indicators/indicator.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Add an indicator of the programme's own."""
    if not _may_edit(request):
        raise Http404
    start = {"points": ["m3", "m6", "m12"], "instrument": "own", "owner": "Programme lead"}
    form = IndicatorForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        made = actions.add_indicator(by=request.user, **form.values())
        messages.success(request, "Added. Reports begun from now on ask it.")
        return redirect(made)
    return render(request, "outcomes/indicators/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@once
@one_by_one
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """A new version: other words, owner or target."""
    held = _found(request, number)
    if not _may_edit(request):
        raise Http404
    if request.method == "POST":
        held = locked(held)
        ready(held, "edit")
    elif held.retired_at is not None:
        raise Http404
    form = RevisionForm(posted(request), initial=stored(held), number=number)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.revise_indicator(held, by=request.user, **form.values())
        except NotReady as refused:
            form.add_error(None, refused.blockers[0])
        else:
            messages.success(request, "Saved. Reports begun from now on ask it in these words.")
            return redirect(made)
    return render(request, "outcomes/indicators/edit.html", {"form": form, "held": held})


def verb_context(user: Any, held: OwnIndicator) -> dict[str, Any]:
    """What the verb's page shows around it."""
    return {"crumb": (str(held), held.get_absolute_url())}
