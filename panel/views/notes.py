"""The panel's note after a decision on the fast track."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.fields import PlainTextField
from accounts.http import posted
from accounts.state import NotReady, blockers
from grants.workflow import note_fast_track

from .doors import alias_of, case_or_404, need


class NoteForm(forms.Form):
    note = PlainTextField(
        label="What does the panel say, looking back?",
        help_text="Would all of you have said the same? What should be watched? For staff. No names.",
        max_words=200,
        rows=6,
        error_messages={"required": "Write what the panel says, looking back"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """The chair of a case that was decided on the fast track writes what the panel says afterwards."""
    user: Any = request.user
    application = case_or_404(user, reference)
    need(user, "panel.write_note", application)
    standing = blockers(application, "note_fast_track")
    form = NoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            note_fast_track(application, by=user, note=form.cleaned_data["note"])
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, "The panel’s note is kept.")
            return redirect("panel-moderation", reference)
    context = {
        "application": application,
        "alias": alias_of(application),
        "form": form,
        "standing": standing,
    }
    status = 409 if standing and request.method == "POST" else 200
    return render(request, "panel/note.html", context, status=status)
