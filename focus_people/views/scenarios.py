"""Up to four weeks beside each other, in any setting; and the table of unit costs."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import TeamRole
from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one, say_once
from accounts.state import NotReady, locked

from .. import actions, reports
from ..actions.plans import MOST_LINES, MOST_SCENARIOS, made_lines
from ..enums import PlanPoint, Setting, UnitCostKey
from ..forms.plans import LineForm, ScenarioForm, UnitCostForm, WeekForm
from ..forms.rows import Rows, kept
from ..models import FocusPerson, Scenario, SupportPlan, UnitCost
from ..pictures import week_picture
from ..reports.unit_costs import history_of
from . import shown
from .plans import EDIT, usual_rates
from .records import note_reading, person_or_404, person_to_change, with_purpose


def _scenario_or_404(person: FocusPerson, number: int) -> Scenario:
    return get_object_or_404(person.scenarios.select_related("person"), number=number)


def _columns(person: FocusPerson) -> list[dict[str, Any]]:
    """The week as it is and each scenario as a column: figures, and what it saves against the first."""
    columns: list[dict[str, Any]] = []
    now = reports.plan_in_force(person.plans.prefetch_related("lines"))
    if now is not None:
        short = "Planned" if now.point == PlanPoint.PLANNED else "Now"
        columns.append(
            {
                "title": f"{short}: version {now.version}",
                "short": short,
                "setting": person.get_setting_display(),
                "figures": reports.figures_of(now),
                "plan": now,
                "url": now.get_absolute_url(),
            }
        )
    for scenario in person.scenarios.order_by("number"):
        plan, lines = actions.plan_of(scenario)
        columns.append(
            {
                "title": scenario.title,
                "short": f"Other week {scenario.number}",
                "setting": scenario.get_setting_display(),
                "figures": reports.figures_of(plan, lines),
                "plan": plan,
                "url": scenario.get_absolute_url(),
                "scenario": scenario,
            }
        )
    for column in columns:
        column["ratio"] = shown.ratio(column["figures"].average_ratio)
        column["saving"] = column["annual"] = None
        column["carer"] = []
        # A bed or a place has a price; nobody has said how many hours of staff are in it.
        column["has_hours"] = bool(column["figures"].areas)
        if now is not None and column is not columns[0]:
            found = reports.compare(columns[0]["figures"], column["figures"])
            column["saving"], column["annual"] = found.weekly_saving, found.annualised
            column["carer"] = found.carer_reasons
    return columns


@require_safe
@with_purpose
def scenarios(request: HttpRequest, reference: str) -> HttpResponse:
    """What the week is now, and up to four weeks as it could be, with everything included."""
    user: Any = request.user
    person = person_or_404(request, reference)
    note_reading(request, person)
    columns = _columns(person)
    may = user.has_perm(EDIT, person) and not person.closed_because
    # Titles are too long to stand beside a bar: the number is in the table’s heading too.
    weeks = [(column["short"], column["figures"]) for column in columns]
    context = {
        "person": person,
        "columns": columns,
        "may_edit": may,
        "may_add": may and person.scenarios.count() < MOST_SCENARIOS,
        "picture": week_picture(weeks) if weeks else None,
        "phone_picture": week_picture(weeks, phone=True) if weeks else None,
        "has_price_alone": not all(column["has_hours"] for column in columns),
        "carers": [(c["title"], " ".join(c["carer"])) for c in columns if c["carer"]],
    }
    return render(request, "focus_people/scenarios.html", context)


def _start(person: FocusPerson, said: str, versions: list[SupportPlan]) -> dict[str, Any] | None:
    """The week that a scenario begins with; None for an empty one."""
    amount: Decimal | None = None
    if said == "hospital":
        amount = reports.unit_cost(UnitCostKey.INPATIENT_WEEK)
    elif said == "residential":
        year = reports.unit_cost(UnitCostKey.RESIDENTIAL_YEAR)
        amount = year and (year / 52).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if amount is not None:
        return {"lines": [], "accommodation": str(amount)}
    source = next((v for v in versions if str(v.version) == said), None)
    return actions.week_of(source) if source else None


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_scenario(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    versions = list(person.plans.order_by("-version"))
    form = ScenarioForm(posted(request), versions=versions, initial={"setting": person.setting})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.add_scenario(
                person,
                by=user,
                title=said["title"],
                setting=said["setting"],
                week=_start(person, said["start"], versions),
            )
        except NotReady as refused:
            form.add_error(None, refused.blockers[0])
        else:
            return redirect(made)
    return render(request, "focus_people/scenario_new.html", {"form": form, "person": person})


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def scenario(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The week of a scenario, line by line: the same page as a version’s."""
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    found = _scenario_or_404(person, number)
    if request.method == "POST":
        found = locked(found)
    plan, held = actions.plan_of(found)
    is_post, adds = request.method == "POST", "add" in request.POST
    initial = [
        {name: shown.typed(getattr(line, name)) for name in LineForm.base_fields} for line in held
    ]
    rows = Rows(
        LineForm,
        request.POST if is_post else None,
        initial=initial,
        least=4,
        spare=3 if adds else 0,
        most=MOST_LINES,
    )
    form = WeekForm(request.POST if is_post else None, initial=WeekForm.initial_of(plan))
    figures = None
    if adds:
        rows.kept()
        kept(form)
    elif is_post and all([rows.is_valid(), form.is_valid()]):
        if "work" not in request.POST:
            actions.save_scenario(
                found, by=user, lines=rows.filled, payer_split=form.split, **form.week
            )
            messages.success(request, "The week is saved.")
            return redirect("scenarios", person.reference)
        split = {payer: str(share) for payer, share in form.split.items()}
        plan = SupportPlan(payer_split=split, **form.week)
        held = made_lines(plan, rows.filled)
        figures = reports.figures_of(plan, held)
    elif not is_post:
        figures = reports.figures_of(plan, held)
    if not adds:
        say_once([form, *rows])
    if figures is not None:
        filled = [row for row in rows if row.has_changed()] if is_post else list(rows)
        for row, line in zip(filled, held, strict=False):
            row.cost = reports.line_cost(line)
    context = {
        "person": person,
        "plan": found,
        "scenario": found,
        "rows": rows,
        "form": form,
        "forms": rows.forms,
        "figures": figures,
        "is_worked_out": "work" in request.POST and figures is not None,
        "card": shown.PlanCard(plan, figures, False) if figures else None,
        "setting": Setting(found.setting).label,
        "unit_costs": usual_rates(),
    }
    return render(request, "focus_people/plan_edit.html", context)


@require_POST
def remove_scenario(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    found = _scenario_or_404(person, number)
    actions.remove_scenario(found, by=user)
    messages.success(request, f"“{found.title}” is taken out.")
    return redirect("scenarios", person.reference)


@require_safe
def unit_costs(request: HttpRequest) -> HttpResponse:
    """What things usually cost, with range, year and source; what is due for review comes first."""
    user: Any = request.user
    if not user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        raise Http404
    rows = sorted(reports.unit_costs().values(), key=lambda row: not row.is_review_due)
    context = {
        "rows": rows,
        "due": sum(row.is_review_due for row in rows),
        "may_set": user.has_perm("focus_people.set_unit_cost", UnitCost()),
    }
    return render(request, "focus_people/unit_costs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def unit_cost(request: HttpRequest, key: str) -> HttpResponse:
    """Set a unit cost from now on; what stood before stays below."""
    user: Any = request.user
    if key not in UnitCostKey.values or not user.has_perm("focus_people.set_unit_cost", UnitCost()):
        raise Http404
    past = history_of(key)
    now = past[0]
    initial = {name: getattr(now, name) for name in UnitCostForm.base_fields}
    form = UnitCostForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_unit_cost(key, by=user, **form.cleaned_data)
        messages.success(request, "The unit cost is set. Plans that stand keep their rates.")
        return redirect("unit-costs")
    context = {"form": form, "cost": now, "past": past}
    return render(request, "focus_people/unit_cost.html", context)
