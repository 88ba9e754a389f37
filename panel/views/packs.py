from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.audit import record
from accounts.pdf import pdf_response

from ..papers import pack_pdf
from ..querysets import PANEL
from ..reports.packs import pack_of


@require_safe
def pack(request: HttpRequest) -> HttpResponse:
    """One's own cases and blank sheets as PDF; `?kind=easy` in easy read."""
    user: Any = request.user
    if not user.is_team(*PANEL):
        raise Http404
    is_easy = request.GET.get("kind") == "easy"
    found = pack_of(user, easy=is_easy)
    name = "cases-to-score-easy-read.pdf" if is_easy else "cases-to-score.pdf"
    if request.method == "GET":
        record("panel.pack_taken", user, by=user)
    return pdf_response(pack_pdf(found), name)
