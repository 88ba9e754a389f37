import csv
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import written
from accounts.enums import TeamRole
from accounts.exports import plain_text
from accounts.http import posted
from accounts.once import once
from accounts.state import NotReady

from .. import actions
from ..forms import PaidForm
from ..reports.service import earned_by_panellists


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """What panellists have earned, for finance and the programme lead; as a page or as CSV."""
    user: Any = request.user
    if not user.is_team(TeamRole.FINANCE, TeamRole.PROGRAMME_LEAD):
        raise Http404
    rows = earned_by_panellists(user)
    if request.GET.get("format") != "csv":
        owed = sum((row.owed for row in rows), Decimal("0.00"))
        may_pay = {
            row.service.pk for row in rows if user.has_perm("panel.pay_participation", row.service)
        }
        return render(
            request, "panel/payments.html", {"rows": rows, "owed": owed, "may_pay": may_pay}
        )
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="participation-payments.csv"'
    out = csv.writer(answer)
    out.writerow(
        ["member", "round", "cases", "fee", "earned", "last concluded", "paid", "paid on", "owed"]
    )
    for row in rows:
        out.writerow(
            [
                plain_text(str(row.panellist)),
                plain_text(str(row.round)),
                row.cases,
                row.fee,
                row.amount,
                row.last_on.isoformat(),
                row.paid,
                row.paid_on.isoformat() if row.paid_on else "",
                row.owed,
            ]
        )
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@once
def pay(request: HttpRequest, reference: str, round_reference: str) -> HttpResponse:
    """Finance says that what is owed to a panellist for a round is paid."""
    user: Any = request.user
    rows = earned_by_panellists(user) if user.is_team(TeamRole.FINANCE) else []
    row = next(
        (
            row
            for row in rows
            if (row.panellist.reference, row.round.reference) == (reference, round_reference)
        ),
        None,
    )
    if row is None or not user.has_perm("panel.pay_participation", row.service):
        raise Http404
    standing = [] if row.owed_cases else ["Everything that is owed is paid."]
    form = PaidForm(posted(request), initial={"cases": row.owed_cases})
    if request.method == "POST" and not standing and form.is_valid():
        try:
            made = actions.pay_participation(row.service, by=user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(
                request, f"{written.money(made.amount)} to {row.panellist} is marked as paid."
            )
            return redirect("panel-payments")
    context = {"row": row, "form": form, "blockers": standing}
    status = 409 if standing and request.method == "POST" else 200
    return render(request, "panel/pay.html", context, status=status)
