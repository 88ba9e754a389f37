from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one, say_once
from accounts.state import NotReady, blockers, locked
from accounts.verbs import offered

from .. import actions, lines_csv, reports
from ..actions.plans import MOST_LINES, made_lines
from ..enums import Payer, PlanPoint, ResourceType, SupportArea, UnitCostKey
from ..forms.plans import CompareForm, LineForm, LinesForm, NewVersionForm, WeekForm
from ..forms.rows import Rows, kept
from ..models import FocusPerson, SupportPlan, UnitCost
from ..pictures import week_picture
from ..reports.costs import lines_of
from ..verbs import PLAN_VERBS
from . import shown
from .records import note_reading, person_or_404, person_to_change, plan_or_404, with_purpose

EDIT = "focus_people.edit_plan"


def _versions(person: FocusPerson) -> list[SupportPlan]:
    """Every version, the newest first."""
    return list(person.plans.order_by("-version").prefetch_related("lines"))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_plan(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    versions = _versions(person)
    asked = request.GET.get("point", "")
    first = asked if asked in PlanPoint.values else None
    first = PlanPoint.BEFORE if not versions else first
    form = NewVersionForm(posted(request), versions=versions, initial={"point": first})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        copied = said.pop("copy", "")
        source = next((v for v in versions if str(v.version) == copied), None)
        plan = actions.new_plan_version(person, by=user, copy_from=source, **said)
        return redirect("edit-plan", person.reference, plan.version)
    return render(request, "focus_people/plan_new.html", {"form": form, "person": person})


@dataclass(frozen=True)
class ShownLine:
    """A line of a version with what it costs and how it is made up."""

    line: Any
    cost: Decimal
    made_of: str


def _made_of(line: Any) -> str:
    staff = shown.whole(line.staff)
    if line.basis == "per_night":
        return f"{line.nights} nights × {staff}"
    if line.basis == "hourly":
        return f"{shown.whole(line.hours)} h × {staff}"
    return line.get_basis_display()


def _shown_lines(plan: SupportPlan) -> list[ShownLine]:
    return [ShownLine(x, reports.line_cost(x), _made_of(x)) for x in lines_of(plan)]


@require_safe
@with_purpose
def plan(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    user: Any = request.user
    person = person_or_404(request, reference)
    found = plan_or_404(person, version)
    note_reading(request, person)
    figures = reports.figures_of(found)
    versions = _versions(person)
    verbs = offered(user, found)
    if found.confidence == "provider_confirmed":
        # The provider has had its say; only the commissioner's is still to come.
        verbs = [verb for verb in verbs if verb.name != "confirm"]
    if found.confidence == "commissioner_confirmed":
        verbs = []
    standing = found.edit_blockers()
    may_edit = user.has_perm(EDIT, found)
    context = {
        "person": person,
        "plan": found,
        "card": shown.PlanCard(found, figures, versions[0].version == found.version),
        "figures": figures,
        "lines": _shown_lines(found),
        "extras": [
            (label, amount)
            for label, amount in (
                ("Expenses", found.expenses),
                ("Accommodation", found.accommodation),
                ("Living costs", found.living),
            )
            if amount
        ],
        "versions": [
            (
                f"{v.version}: {v.get_point_display()}",
                v.get_absolute_url(),
                v.version == found.version,
            )
            for v in reversed(versions)
        ],
        "picture": week_picture([(found.get_point_display(), figures)]),
        "phone_picture": week_picture([(found.get_point_display(), figures)], phone=True),
        "may_edit": may_edit and not standing,
        "may_make": may_edit and not person.closed_because,
        "why_not": standing[0] if may_edit and standing else "",
        "verbs": verbs,
        "may_compare": len(versions) > 1,
    }
    return render(request, "focus_people/plan.html", context)


def _initial_lines(plan: SupportPlan) -> list[dict[str, Any]]:
    rows = []
    for line in lines_of(plan):
        row = {name: shown.typed(getattr(line, name)) for name in LineForm.base_fields}
        row["rate"] = f"{line.rate:.2f}"
        rows.append(row)
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def edit_plan(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """The week, line by line. "Work it out" adds up without saving, "Add lines" keeps what is typed."""
    user: Any = request.user
    person = person_or_404(request, reference, EDIT)
    found = plan_or_404(person, version)
    if standing := blockers(found, "edit"):
        raise NotReady(standing)
    is_post, adds = request.method == "POST", "add" in request.POST
    if is_post:
        found = locked(found)
    rows = Rows(
        LineForm,
        request.POST if is_post else None,
        initial=_initial_lines(found),
        least=6,
        spare=3 if adds else 0,
        most=MOST_LINES,
    )
    form = WeekForm(request.POST if is_post else None, initial=WeekForm.initial_of(found))
    figures = None
    if adds:
        rows.kept()
        kept(form)
    elif is_post and all([rows.is_valid(), form.is_valid()]):
        week = form.week
        if "work" in request.POST:
            figures = _worked_out(rows, form, week)
        else:
            actions.save_plan(found, by=user, lines=rows.filled, payer_split=form.split, **week)
            messages.success(request, "The week is saved.")
            return redirect(found)
    elif not is_post and found.lines.all():
        figures = reports.figures_of(found)
        for row, line in zip(rows, lines_of(found), strict=False):
            row.cost = reports.line_cost(line)
    if not adds:
        say_once([form, *rows])
    context = {
        "unit_costs": usual_rates(),
        "person": person,
        "plan": found,
        "rows": rows,
        "form": form,
        "forms": rows.forms,
        "figures": figures,
        "is_worked_out": "work" in request.POST and figures is not None,
        "card": shown.PlanCard(found, figures, False) if figures else None,
        "areas": SupportArea.choices,
    }
    return render(request, "focus_people/plan_edit.html", context)


def _worked_out(rows: Rows, form: WeekForm, week: dict[str, Decimal]) -> reports.PlanFigures:
    """The figures of what is typed, and the cost of each row on its form; nothing is saved."""
    split = {payer: str(share) for payer, share in form.split.items()}
    unsaved = SupportPlan(payer_split=split, **week)
    lines = made_lines(unsaved, rows.filled)
    typed = [row for row in rows if row.has_changed()]
    for row, line in zip(typed, lines, strict=True):
        row.cost = reports.line_cost(line)
    return reports.figures_of(unsaved, lines)


@require_safe
@with_purpose
def lines_out(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """The lines of a version as a CSV file, which comes in again unchanged."""
    person = person_or_404(request, reference)
    found = plan_or_404(person, version)
    note_reading(request, person)
    response = HttpResponse(
        "\ufeff" + lines_csv.written(lines_of(found)), content_type="text/csv; charset=utf-8"
    )
    name = f"{person.reference}-version-{found.version}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def lines_in(request: HttpRequest, reference: str, version: int) -> HttpResponse:
    """Lines from a spreadsheet replace those of a version: all of them, or none and what is wrong."""
    user: Any = request.user
    person = person_or_404(request, reference, EDIT)
    found = plan_or_404(person, version)
    if standing := blockers(found, "edit"):
        raise NotReady(standing)
    form = LinesForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = lines_csv.read(form.cleaned_data["text"], MOST_LINES)
        except lines_csv.BadSheet as bad:
            form.add_error(None, str(bad))
        else:
            rows = [LineForm(row, empty_permitted=False) for row in said]
            wrong = [
                f"Row {n}: {error}"
                for n, row in enumerate(rows, start=2)
                if not row.is_valid()
                for errors in row.errors.values()
                for error in errors
            ]
            for sentence in wrong[:10]:
                form.add_error(None, sentence)
            if not wrong:
                actions.save_plan(
                    found,
                    by=user,
                    lines=[row.cleaned_data for row in rows],
                    expenses=found.expenses,
                    accommodation=found.accommodation,
                    living=found.living,
                    payer_split=found.payer_split,
                    shadow_rate=found.shadow_rate,
                )
                messages.success(request, f"{len(rows)} lines are in the week.")
                return redirect(found)
    context = {
        "form": form,
        "person": person,
        "plan": found,
        "columns": lines_csv.COLUMNS,
        "codes": [("Part of the week", SupportArea.choices), ("Who or what", ResourceType.choices)],
    }
    return render(request, "focus_people/lines_in.html", context)


@require_safe
@with_purpose
def compare(request: HttpRequest, reference: str) -> HttpResponse:
    """Two versions beside each other: what changes, what it saves or costs, and for whom."""
    person = person_or_404(request, reference)
    versions = _versions(person)
    if len(versions) < 2:
        raise Http404
    note_reading(request, person)
    by_number = {str(v.version): v for v in versions}
    first = next((v for v in versions if v.point == PlanPoint.BEFORE), versions[-1])
    rest = [v for v in versions if v != first]
    start = {"before": str(first.version), "after": str(rest[0].version)}
    asked = {
        name: request.GET.get(name, start.get(name, ""))
        for name in ("before", "after", "spent", "weeks")
    }
    form = CompareForm(asked, versions=versions)
    chosen = start
    spent = None
    if form.is_valid():
        chosen, spent = form.cleaned_data, form.cleaned_data["spent"]
    before, after = by_number[chosen["before"]], by_number[chosen["after"]]
    found = reports.compare(before, after, spent)
    cards = [
        shown.PlanCard(v, figures, v == versions[0])
        for v, figures in ((before, found.before), (after, found.after))
    ]
    weeks = [(card.title, card.figures) for card in cards]
    if cards[0].title == cards[1].title:
        weeks = [(f"Version {card.plan.version}", card.figures) for card in cards]
    context = {
        "person": person,
        "form": form,
        "cards": cards,
        "found": found,
        "finding": _finding(found),
        "payers": [(Payer(payer).label, s) for payer, s in found.saving_by_payer.items()],
        "picture": week_picture(weeks),
        "phone_picture": week_picture(weeks, phone=True),
        "rows": _side_by_side(before, after),
        "avoided": _avoided(form, found),
        "is_loss": found.weekly_saving < 0,
        "loss": -found.weekly_saving,
        "carer": " ".join(found.carer_reasons),
    }
    return render(request, "focus_people/compare.html", context)


def usual_rates() -> list[UnitCost]:
    """Unit costs that help with rates: hours, nights."""
    costs = reports.unit_costs()
    keys = (
        UnitCostKey.PROVIDER_DAY_HOUR,
        UnitCostKey.PROVIDER_SL_HOUR,
        UnitCostKey.SLEEP_IN_NIGHT,
        UnitCostKey.PA_HOUR,
    )
    return [costs[key] for key in keys if costs[key].value is not None]


def _avoided(form: CompareForm, found: reports.Comparison) -> dict[str, Any] | None:
    """Weeks in hospital that are assumed to be avoided: on their own, never part of the saving."""
    weeks = form.cleaned_data.get("weeks") if form.is_valid() else None
    bed = reports.unit_cost(UnitCostKey.INPATIENT_WEEK)
    if not weeks or bed is None:
        return None
    net = reports.net_avoided(weeks, bed, found.after.weekly_cost)
    return {"weeks": weeks, "bed": bed, "net": net, "is_loss": net < 0, "loss": -net}


def _finding(found: reports.Comparison) -> str:
    a, b = shown.whole(found.before.paid_hours), shown.whole(found.after.paid_hours)
    if found.after.paid_hours < found.before.paid_hours:
        return f"Paid staff hours fall from {a} to {b} a week"
    if found.after.paid_hours > found.before.paid_hours:
        return f"Paid staff hours rise from {a} to {b} a week"
    return f"Paid staff hours stay at {a} a week"


def _side_by_side(before: SupportPlan, after: SupportPlan) -> list[dict[str, Any]]:
    """The week area by area in both versions: hours, paid hours and cost; None where there is none."""
    sides = [
        {a.area: a for a in reports.hours_by_area(lines_of(version))} for version in (before, after)
    ]
    rows: list[dict[str, Any]] = [
        {"label": area.label, "before": sides[0].get(area.value), "after": sides[1].get(area.value)}
        for area in SupportArea
        if any(area.value in side for side in sides)
    ]
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def plan_verb(request: HttpRequest, reference: str, version: int, verb: str) -> HttpResponse:
    """Confirm a version, or record that the commissioner has: GET asks, POST does."""
    user: Any = request.user
    person = person_or_404(request, reference)
    found = plan_or_404(person, version)
    chosen = next((v for v in PLAN_VERBS if v.name == verb), None)
    if chosen is None or not user.has_perm(chosen.permission, found):
        raise Http404
    standing = blockers(found, chosen.moves)
    if request.method == "POST" and not standing:
        try:
            chosen.do(found, by=user)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, chosen.done)
            return redirect(found)
    context = {
        "obj": found,
        "verb": chosen,
        "blockers": standing,
        "crumb": (f"{person.alias}, {found}", found.get_absolute_url()),
    }
    status = 409 if standing and request.method == "POST" else 200
    return render(request, "layouts/verb.html", context, status=status)
