"""The budget as a table: taken out, worked on in a spreadsheet, brought in again."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import written
from accounts.once import once
from accounts.opened import one_by_one
from accounts.state import NotReady, locked
from accounts.text_or_file import with_file_as_text

from .. import actions, budget_sheet
from .. import budget as figures_of
from ..enums import LineCategory
from ..forms.applications import BudgetSheetForm, LineForm
from ..models import Application, BudgetLine
from .applications import editable
from .budgets import CLOSED, offered_needs

CHANGED = (
    "Somebody has changed the budget since you opened this page, and nothing is saved. Look at what will "
    "happen to each line now, then save again."
)


@dataclass(frozen=True)
class Understood:
    """One row as it was understood: the line that it changes (None: a new one), whether that says the same
    already, and the form that judged it."""

    row: budget_sheet.SheetRow
    form: LineForm
    line: BudgetLine | None
    is_there: bool

    @property
    def says(self) -> str:
        """What will happen."""
        if self.is_there:
            return "There already"
        if self.line:
            return f"Changes line {self.line.number} ({written.money(self.line.total)} now)"
        return "New"

    @property
    def problems(self) -> list[str]:
        """“Row 3, How many: Enter how many”."""
        return [
            f"Row {self.row.number}, {budget_sheet.HEADINGS[name][0]}: {error}"
            for name, errors in self.form.errors.items()
            for error in errors
        ]

    @property
    def details(self) -> dict[str, Any]:
        return self.form.cleaned_data

    @property
    def total(self) -> Decimal:
        return self.unsaved(0).total

    def unsaved(self, number: int) -> BudgetLine:
        """The line as it would be."""
        fields = {name: value for name, value in self.details.items() if name != "needs"}
        return BudgetLine(number=number, **fields)


def _says(line: BudgetLine) -> dict[str, Any]:
    """What a line says, as the form of a line cleans it."""
    names = (*LineForm.base_fields, "needs")
    return {
        name: {n.pk for n in line.needs.all()} if name == "needs" else getattr(line, name)
        for name in names
    }


def _understood(found: Application, rows: list[budget_sheet.SheetRow]) -> list[Understood]:
    held = {line.number: line for line in found.lines.prefetch_related("needs")}
    standing = [_says(line) for line in held.values()]
    understood = []
    for row in rows:
        line = held.get(row.line or 0)
        own = [need.number for need in line.needs.all()] if line else []
        kept = {"topic": line.topic} if line else {}
        form = LineForm(row.said, needs=offered_needs(found, own), initial=kept)
        is_there = False
        if form.is_valid():
            said = form.cleaned_data | {"needs": {n.pk for n in form.cleaned_data["needs"]}}
            is_there = said == _says(line) if line else said in standing
        understood.append(Understood(row, form, line, is_there))
    return understood


def _after(found: Application, understood: list[Understood]) -> figures_of.Figures:
    """The figures of the budget as it would be."""
    coming = [one for one in understood if not one.is_there]
    changed = {one.line.number for one in coming if one.line}
    lines = [line for line in found.lines.all() if line.number not in changed]
    lines += [one.unsaved(number) for number, one in enumerate(coming, start=100)]
    return figures_of.figures(lines)


def _repeated(understood: list[Understood]) -> list[str]:
    """Two rows that want to change one line."""
    named = [one.line.number for one in understood if one.line]
    return [f"Two rows name line {n}" for n in sorted({n for n in named if named.count(n) > 1})]


def _mark(found: Application) -> str:
    """A mark of the lines as they are stored: it changes with anything that somebody saves of them."""
    said = budget_sheet.written(found.lines.prefetch_related("needs"))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@require_http_methods(["GET", "HEAD", "POST"])
@once
@one_by_one
def table_in(request: HttpRequest, reference: str) -> HttpResponse:
    """Lines from a spreadsheet: first shown as they were understood, with what is wrong by row; then saved,
    all of them or none. What somebody else saved since they were shown is shown first."""
    found = editable(request, reference)
    if request.method == "POST":
        locked(found)
    user: Any = request.user
    if not found.can_edit("budget"):
        if request.method == "POST":
            raise NotReady([CLOSED])
        return redirect("application-budget", reference)
    form = with_file_as_text(request, BudgetSheetForm)
    understood: list[Understood] = []
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            understood = _understood(found, budget_sheet.read(form.cleaned_data["table"]))
        except budget_sheet.BadSheet as bad:
            form.add_error("table", str(bad))
        for sentence in [p for one in understood for p in one.problems] or _repeated(understood):
            form.add_error("table", sentence)
        coming = [one for one in understood if not one.is_there]
        is_to_save = "save" in request.POST and not request.FILES
        if is_to_save and request.POST.get("seen", "") not in ("", _mark(found)):
            is_to_save = False
            standing = [CHANGED]
        if form.is_valid() and is_to_save:
            try:
                actions.save_lines(
                    found,
                    by=user,
                    rows=[(one.line.number if one.line else None, one.details) for one in coming],
                )
            except NotReady as refused:
                standing = refused.blockers
            else:
                words = {0: "Nothing was new.", 1: "1 line is saved."}
                messages.success(request, words.get(len(coming), f"{len(coming)} lines are saved."))
                return redirect("application-budget", reference)
    may_save = bool(understood) and not form.errors
    after = _after(found, understood) if may_save else None
    context = {
        "application": found,
        "form": form,
        "understood": understood,
        "coming": sum(not one.is_there for one in understood),
        "may_save": may_save,
        "after": after,
        "problems": figures_of.limit_sentences(after, found.round.minimum, found.round.maximum)
        if after
        else [],
        "blockers": standing,
        "seen": _mark(found),
        "columns": budget_sheet.COLUMNS,
        "categories": LineCategory.choices,
        "needs": offered_needs(found),
    }
    return render(request, "grants/budget_table.html", context)


@require_safe
def table_out(request: HttpRequest, reference: str) -> HttpResponse:
    """The lines as a CSV file, which comes in again unchanged; with no line yet the headings alone."""
    found = editable(request, reference)
    text = "\ufeff" + budget_sheet.written(found.lines.prefetch_related("needs"))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.reference}-budget.csv"'
    return response
