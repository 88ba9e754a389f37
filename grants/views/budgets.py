from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import written
from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one
from accounts.state import NotReady, locked
from accounts.written import pounds
from focus_people.models import Need

from .. import actions, readiness
from .. import budget as figures_of
from ..enums import MAX_LINES, ApplicationState, LineKind
from ..forms.applications import LineForm
from ..models import Application, BudgetLine
from .applications import editable
from .shown import budget_talk

CLOSED = "This part of the application is closed for changes now."


def meters(application: Application, found: figures_of.Figures) -> list[dict[str, Any]]:
    """The four meters above the table: what is shown, how full the bar is, and the sentence below."""
    most = application.most
    left = most - found.eligible
    rows = [
        {
            "label": "Can be considered",
            "value": written.money(found.eligible),
            "limit": f"of {pounds(most)}",
            "part": found.eligible,
            "whole": most,
            "tone": "look" if found.requested > most else "",
            "note": f"{written.money(left)} left. The least you can ask for is "
            f"{pounds(application.round.minimum)}."
            if left >= 0
            else f"{written.money(-left)} too much.",
        }
    ]
    for share in found.shares:
        if share is not found.shares[0] and not share.amount:
            continue
        label = "Cover while people learn" if share is found.shares[0] else share.label
        rows.append(
            {
                "label": label,
                "value": f"{share.percent}%",
                "limit": f"of {share.limit:.0f}% allowed",
                "part": share.percent,
                "whole": share.limit,
                "tone": "look" if share.is_over else "",
                "note": f"{written.money(share.amount)} of the {written.money(found.eligible)}.",
            }
        )
    chosen = list(application.needs.order_by("number"))
    named = {need.pk for view in found.lines for need in view.line.needs.all()}
    met = [need for need in chosen if need.pk in named]
    missing = [need.code for need in chosen if need.pk not in named]
    if chosen:
        rows.append(
            {
                "label": "Needs with at least one line",
                "value": str(len(met)),
                "limit": f"of {len(chosen)}",
                "part": len(met),
                "whole": len(chosen),
                "tone": "good" if not missing else "",
                "note": f"Without a line: {', '.join(missing)}." if missing else "",
            }
        )
    else:
        rows.append(
            {
                "label": "Needs with at least one line",
                "value": "None chosen yet",
                "limit": "",
                "part": 0,
                "whole": 1,
                "tone": "",
                "note": "Choose in question 4 which needs this application is for. Each of them "
                "needs a line here.",
            }
        )
    aside = found.set_aside
    rows.append(
        {
            "label": "Asked for",
            "value": written.money(found.requested),
            "limit": "",
            "part": found.requested,
            "whole": max(most, found.requested),
            "tone": "look" if found.requested > most else "",
            "note": f"{written.money(aside)} of it cannot be funded "
            f"({', '.join(f'line {v.line.number}' for v in found.set_aside_lines)})."
            if aside
            else "All of it can be considered.",
        }
    )
    return rows


@require_safe
def budget(request: HttpRequest, reference: str) -> HttpResponse:
    found = editable(request, reference)
    lines = found.lines.prefetch_related("needs").order_by("number")
    figures = figures_of.figures(lines)
    talk = budget_talk(found, figures, with_open=True)
    is_open = found.can_edit("budget")
    opened = {
        view.line.number
        for view in figures.lines
        if is_open
        or (
            found.state == ApplicationState.RETURNED
            and any(one.replied_at is None for one in view.line.talk)
        )
    }
    context = {
        "application": found,
        "figures": figures,
        "groups": figures_of.grouped(figures),
        "meters": meters(found, figures),
        "problems": readiness.budget_sentences(found) if figures.lines else [],
        "is_open": is_open,
        "opened": opened,
        "is_asked": found.state == ApplicationState.RETURNED,
        "talk": talk,
        "can_add": len(figures.lines) < MAX_LINES,
        "needs": found.person.needs.order_by("number"),
        "quoted": set(found.documents.exclude(line=None).values_list("line", flat=True)),
        "next_url": reverse("application-question", args=[reference, 9])
        if found.state == ApplicationState.DRAFT
        else found.get_absolute_url(),
    }
    return render(request, "grants/budget.html", context)


def offered_needs(found: Application, own: Iterable[int] = ()) -> QuerySet[Need]:
    """The needs that a line may name: those of question 4 and its `own`, or all while none is chosen."""
    offered = {*found.needs.values_list("number", flat=True), *own}
    needs = found.person.needs.order_by("number")
    return needs.filter(number__in=offered) if offered else needs


def _form(request: HttpRequest, found: Application, line: BudgetLine | None = None) -> LineForm:
    initial: dict[str, Any] = {}
    if line is not None:
        own = list(line.needs.values_list("number", flat=True))
        initial = {
            "category": line.category,
            "description": line.description,
            "activity": line.activity,
            "topic": line.topic,
            "needs": own,
            "quantity": f"{line.quantity.normalize():f}",
            "unit_cost": f"{line.unit_cost:.2f}",
            "kind": line.kind,
            "other_funding": line.other_funding,
            "justification": line.justification,
        }
    needs = offered_needs(found, initial.get("needs", ()))
    return LineForm(posted(request), needs=needs, initial=initial)


def _line_page(
    request: HttpRequest, found: Application, line: BudgetLine | None, form: LineForm
) -> HttpResponse:
    url = reverse("application-budget", args=[found.reference])
    context = {
        "application": found,
        "line": line,
        "form": form,
        "cancel_url": url,
        "talk": found.clarifications.filter(line=line.number).order_by("number") if line else (),
        "button": f"Save line {line.number}" if line else "Add this line",
        "usual": form.usual,
    }
    return render(request, "grants/line_form.html", context)


def _save(
    request: HttpRequest, found: Application, line: BudgetLine | None, form: LineForm
) -> HttpResponse:
    details = {key: value for key, value in form.cleaned_data.items() if key != "needs"}
    try:
        saved = actions.save_line(
            found, by=request.user, needs=form.cleaned_data["needs"], line=line, **details
        )
    except NotReady as refused:
        form.add_error(None, refused.blockers[0])
        return _line_page(request, found, line, form)
    _say_what_happened(request, saved)
    return redirect("application-budget", found.reference)


def _say_what_happened(request: HttpRequest, saved: BudgetLine) -> None:
    view = figures_of.figures([saved]).lines[0]
    amount = written.money(saved.total)
    if view.rule is not None and view.rule.is_refused and saved.kind == LineKind.CASH:
        messages.warning(request, f"Line {saved.number} is saved, but it cannot be funded.")
    elif saved.kind == LineKind.IN_KIND:
        messages.success(request, f"Line {saved.number} is saved: worth {amount}, given in kind.")
    else:
        messages.success(request, f"Line {saved.number} is saved: {amount}.")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_line(request: HttpRequest, reference: str) -> HttpResponse:
    found = editable(request, reference)
    if not found.can_edit("budget"):
        if request.method == "POST":
            raise NotReady([CLOSED])
        return redirect("application-budget", reference)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        return _save(request, found, None, form)
    return _line_page(request, found, None, form)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def change_line(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    found = editable(request, reference)
    is_post = request.method == "POST"
    if is_post:
        locked(found)
        if not found.can_edit_line(number):
            raise NotReady([CLOSED])
        if not found.lines.filter(number=number).exists():
            raise NotReady([f"Somebody has taken line {number} out since you opened it."])
    line = get_object_or_404(found.lines, number=number)
    if not found.can_edit_line(number):
        return redirect("application-budget", reference)
    form = _form(request, found, line)
    if is_post and form.is_valid():
        return _save(request, found, line, form)
    return _line_page(request, found, line, form)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_line(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    found = editable(request, reference)
    line = get_object_or_404(found.lines, number=number)
    if request.method != "POST" and not found.can_edit_line(number):
        return redirect("application-budget", reference)
    if request.method == "POST":
        actions.remove_line(line, by=request.user)
        messages.success(request, f"Line {number} is taken out.")
        return redirect("application-budget", reference)
    after = figures_of.figures(
        one for one in found.lines.exclude(pk=line.pk).order_by("number")
    ).requested
    context = {"application": found, "line": line, "after": after or Decimal("0.00")}
    return render(request, "grants/line_remove.html", context)
