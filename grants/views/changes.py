"""The page of a change that an organisation asked for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import written
from accounts.shapes import SummaryRow
from accounts.verbs import offered, verb_page

from ..enums import ChangeKind, ChangeState
from ..models import Change
from .shown import in_words


def facts_of(change: Change, *, is_staff: bool) -> list[SummaryRow]:
    """What is asked for, in rows."""
    rows = [("Reason", change.reason)]
    if change.kind == ChangeKind.EXTENSION:
        rows.append(("Training may last until", in_words(change.until_on)))
        earlier = change.grant.changes.filter(
            kind=ChangeKind.EXTENSION, state=ChangeState.AGREED, pk__lt=change.pk
        )
        last = earlier.order_by("-pk").first()
        until = last.until_on if last else change.grant.delivery_until
        if change.state == ChangeState.ASKED:
            until = change.grant.training_until
        rows.append(("Last day before", in_words(until)))
    else:
        rows.append(("Amount", written.money(change.amount)))
    if change.kind == ChangeKind.TOP_UP and is_staff:
        earlier = change.grant.changes.filter(
            kind=ChangeKind.TOP_UP, state=ChangeState.AGREED
        ).exclude(pk=change.pk)
        rows.append(("Top-ups before this one", str(earlier.count())))
    if is_staff and change.kind == ChangeKind.VARIATION and change.state == ChangeState.ASKED:
        unasked, lines = change.grant.moved_unasked(), change.grant.budget_lines()
        before = [
            f"{written.money(abs(moved))} {'to' if moved > 0 else 'from'} {line.code}"
            for line in lines
            if (moved := unasked.get(line.pk))
        ]
        if before:
            rows.append(("Moved before without an answer", ", ".join(before)))
    if change.answer:
        rows.append(("Answer", change.answer))
    return [SummaryRow(key, value) for key, value in rows]


def _context(user: Any, found: Change) -> dict[str, Any]:
    agreed = {line.pk: amount for line, amount in found.grant.agreed_lines(before=found)}
    lines = []
    for row in found.lines.select_related("line").order_by("line__number"):
        before = agreed.get(row.line_id, row.line.total)
        lines.append((row.line, before, row.amount, before + row.amount))
    return {
        "change": found,
        "lines": lines,
        "facts": facts_of(found, is_staff=user.is_team()),
        "crumb": (found.grant.reference, found.grant.get_absolute_url()),
    }


@require_safe
def change(request: HttpRequest, grant: str, reference: str) -> HttpResponse:
    visible = Change.objects.visible_to(request.user).select_related(
        "grant__application__person",
        "grant__application__organisation",
        "grant__application__round",
    )
    found = get_object_or_404(visible, reference=reference, grant__reference=grant)
    context = _context(request.user, found) | {"verbs": offered(request.user, found)}
    return render(request, "grants/awards/change.html", context)


change_verb = verb_page(
    Change,
    lookup={"grant": "grant__reference", "reference": "reference"},
    template="grants/awards/change_verb.html",
    extra=_context,
)
