"""The page on which an organisation gives a linking code, or takes it out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import posted

from .. import actions
from ..models import Application
from ..same_person import code_error


class LinkingCodeForm(forms.Form):
    code = forms.CharField(
        label="Linking code",
        help_text="8 to 40 letters and numbers, such as the council or NHS gave to you for this alone. "
        "Never an NHS number, a date of birth or initials.",
        max_length=60,
        # What was typed is not drawn again.
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "class": "govuk-input govuk-input--width-20"}
        ),
        error_messages={
            "required": "Enter the linking code",
            "max_length": "A linking code has 8 to 40 letters and numbers, with at least one of each",
        },
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if error := code_error(code):
            raise forms.ValidationError(error)
        return code


@require_http_methods(["GET", "HEAD", "POST"])
def linking_code(request: HttpRequest, reference: str) -> HttpResponse:
    """Give, replace or take out the code. Says whether there is one, never what it is or what it matches."""
    user: Any = request.user
    found = get_object_or_404(
        Application.objects.visible_to(user).select_related("person", "organisation"),
        reference=reference,
    )
    if not user.has_perm("grants.give_linking_code", found):
        raise Http404
    takes_out = "remove" in request.POST
    form = LinkingCodeForm(None if takes_out else posted(request))
    if request.method == "POST" and (takes_out or form.is_valid()):
        code = "" if takes_out else form.cleaned_data["code"]
        actions.give_linking_code(found, by=user, code=code)
        messages.success(request, "The code is taken out." if takes_out else "A code is kept.")
        return redirect(found)
    context = {
        "application": found,
        "form": form,
        "has_code": hasattr(found.person, "linking_code"),
        "button": "Keep the code",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "grants/linking_code.html", context)
