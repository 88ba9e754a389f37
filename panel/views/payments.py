import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import TeamRole
from accounts.exports import plain_text

from ..reports.service import earned_by_panellists


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """What panellists have earned, for finance and the programme lead; as a page or as CSV."""
    user: Any = request.user
    if not user.is_team(TeamRole.FINANCE, TeamRole.PROGRAMME_LEAD):
        raise Http404
    rows = earned_by_panellists(user)
    if request.GET.get("format") != "csv":
        return render(request, "panel/payments.html", {"rows": rows})
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="participation-payments.csv"'
    out = csv.writer(answer)
    out.writerow(["member", "round", "cases", "fee", "earned", "last concluded"])
    for row in rows:
        out.writerow(
            [
                plain_text(str(row.panellist)),
                plain_text(str(row.round)),
                row.cases,
                row.fee,
                row.amount,
                row.last_on.isoformat(),
            ]
        )
    return answer
