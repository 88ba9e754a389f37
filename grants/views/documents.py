"""Documents of a case: the list with its upload, the download, taking one out."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import uploads
from accounts.http import posted
from accounts.once import once
from accounts.state import NotReady

from .. import actions
from ..actions.documents import LookedAt, removable
from ..enums import MOST_DOCUMENTS
from ..forms.documents import DocumentForm
from ..models import Application, Claim, Document


def _application(request: HttpRequest, reference: str) -> Application:
    found = Application.objects.visible_to(request.user).select_related(
        "person", "organisation", "round"
    )
    return get_object_or_404(found, reference=reference)


def _form(request: HttpRequest, found: Application) -> DocumentForm:
    claims = Claim.objects.visible_to(request.user).filter(grant__application=found)
    return DocumentForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        application=found,
        claims=list(claims.order_by("number")),
        initial={"purpose": request.GET.get("for", "")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that belongs to a case, and for its writers the upload. A file is looked at before the
    transaction begins, which a slow scanner would otherwise hold."""
    looked_at: LookedAt | uploads.UnsafeFile | None = None
    if request.method == "POST":
        found = _application(request, reference)
        if not request.user.has_perm("grants.add_document", found):
            raise Http404
        form = _form(request, found)
        if form.is_valid():
            try:
                looked_at = actions.look_at(form.cleaned_data["file"].read())
            except uploads.UnsafeFile as refused:
                looked_at = refused
    return _documents(request, reference, looked_at)


@once
def _documents(
    request: HttpRequest, reference: str, looked_at: LookedAt | uploads.UnsafeFile | None
) -> HttpResponse:
    found = _application(request, reference)
    user: Any = request.user
    may_add = user.has_perm("grants.add_document", found)
    if request.method == "POST" and not may_add:
        raise Http404
    form = None
    status = 200
    if may_add:
        form = _form(request, found)
        is_sent = request.method == "POST" and form.is_valid()
        if is_sent and isinstance(looked_at, uploads.UnsafeFile):
            form.add_error("file", looked_at.sentence.removesuffix("."))
        elif is_sent and looked_at is not None:
            try:
                made = actions.keep_document(
                    found, by=user, file=looked_at, line=form.line, claim=form.claim
                )
            except NotReady as refused:
                form.add_error(None, refused.blockers[0])
                status = 409
            else:
                messages.success(request, f"{made.title} is uploaded.")
                back = reverse("application-documents", args=[reference])
                return redirect(
                    f"{back}?for={form.cleaned_data['purpose']}" if made.claim else back
                )
    held = Document.objects.visible_to(user).filter(application=found)
    documents = held.select_related("line", "claim__grant", "added_by").order_by("added_at", "pk")
    rows, seen = [], Counter[str]()
    for one in documents:
        one.application = found
        seen[one.title] += 1
        rows.append((one, seen[one.title], may_add and removable(one)))
    is_full = len(rows) >= MOST_DOCUMENTS
    context = {
        "application": found,
        "form": None if is_full and request.method != "POST" else form,
        "may_add": may_add,
        "is_full": is_full,
        "may_remove": any(may for _, _, may in rows),
        "several": {title for title, count in seen.items() if count > 1},
        "rows": rows,
        "claim": form.claims.get(request.GET.get("for", "")) if form else None,
        "most": MOST_DOCUMENTS,
        "button": "Upload the document",
    }
    return render(request, "grants/documents.html", context, status=status)


def _document(request: HttpRequest, reference: str) -> Document:
    visible = Document.objects.visible_to(request.user).select_related(
        "application__person", "line", "claim__grant"
    )
    return get_object_or_404(visible, reference=reference)


@require_safe
def document(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The file as a download, never shown in the browser; what waits to be scanned stays here."""
    found = _document(request, reference)
    if found.scan == uploads.ScanState.QUARANTINED:
        messages.warning(
            request,
            "This document is not scanned yet. It can be downloaded when the virus scanner has "
            "looked at it."
            if found.size
            else "The virus scanner found something in this document. Its content is gone.",
        )
        return redirect("application-documents", found.application.reference)
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=uploads.MIME[uploads.FileKind(found.kind)],
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def remove_document(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask, then take it out."""
    found = _document(request, reference)
    if not request.user.has_perm("grants.add_document", found.application):
        raise Http404
    back = reverse("application-documents", args=[found.application.reference])
    if request.method == "POST":
        try:
            actions.remove_document(found, by=request.user)
        except NotReady as refused:
            messages.error(request, refused.blockers[0])
        else:
            messages.success(request, f"{found.title} is taken out.")
        return redirect(back)
    context = {"document": found, "back": back, "may_remove": removable(found)}
    return render(request, "grants/document_remove.html", context)
