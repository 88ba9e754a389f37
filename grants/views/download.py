"""The whole of an application to take away: what it says as a page and as data, its letter, its history,
its documents, in one archive.
"""

import io
import json
import re
import zipfile
from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from accounts.uploads import ScanState

from .. import award_reports, reports
from ..casefile import content_of
from ..models import Application, Document
from . import officer
from .applications import history_for_applicant, visible
from .shown import answer_rows, budget_talk


def _context(user: Any, found: Application) -> dict[str, Any]:
    is_theirs = user.is_in(found.organisation_id)
    may_read = user.has_perm("grants.view_decision", found)
    figures = found.figures
    return {
        "application": found,
        "answers": answer_rows(found),
        "budget_talk": budget_talk(found, figures),
        "figures": figures,
        "outcomes": found.outcomes.order_by("number"),
        "status": reports.status_for_applicant(found),
        "timeline": history_for_applicant(found) if is_theirs else officer.history(found),
        "letter": award_reports.letter_of(found) if may_read else None,
    }


@require_safe
def download(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Everything that the person may see of an application, and nothing else."""
    found = visible(request, reference)
    user: Any = request.user
    content = content_of(found)
    # The reply to an open question belongs to its writers until it is sent.
    if not user.is_in(found.organisation_id):
        open_ones = set(
            found.clarifications.filter(replied_at__isnull=True).values_list("number", flat=True)
        )
        for asked in content["clarifications"]:
            if asked["number"] in open_ones:
                asked["reply"] = ""
    page = render_to_string("grants/download.html", _context(user, found))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{reference}.html", re.sub(r"\n\s*\n+", "\n", page))
        archive.writestr(f"{reference}.json", json.dumps(content, indent=2, ensure_ascii=False))
        held = Document.objects.visible_to(user).filter(application=found)
        for number, one in enumerate(held.select_related("line", "claim").order_by("pk"), start=1):
            if one.scan != ScanState.QUARANTINED:
                one.application = found
                with one.file.open("rb") as opened:
                    archive.writestr(f"documents/{number:02d} {one.file_name}", opened.read())
    out.seek(0)
    return FileResponse(
        out, as_attachment=True, filename=f"{reference}.zip", content_type="application/zip"
    )
