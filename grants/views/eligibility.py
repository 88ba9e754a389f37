from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import posted

from .. import actions
from ..forms.eligibility import EligibilityForm, reasons
from ..models import EligibilityCheck, Round

# The session remembers the check through signing up, so that the application can name it.
SESSION_KEY = "eligibility_check"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Six questions, no account: two minutes."""
    form = EligibilityForm(posted(request))
    if request.method == "POST" and form.is_valid():
        kept = actions.keep_check(answers=form.cleaned_data, is_eligible=form.is_eligible)
        if kept.is_eligible:
            request.session[SESSION_KEY] = kept.reference
        return redirect("eligibility-result", reference=kept.reference)
    return render(request, "grants/eligibility.html", {"form": form})


@login_not_required
@require_safe
def result(request: HttpRequest, reference: str) -> HttpResponse:
    """A clear yes with the next step, or a no with where to go instead."""
    found = get_object_or_404(
        EligibilityCheck.objects.visible_to(request.user), reference=reference
    )
    rounds = Round.objects.visible_to(request.user).open_now().order_by("closes_at")
    context = {
        "check": found,
        "reasons": reasons(found.answers),
        "next_round": rounds.first(),
    }
    return render(request, "grants/eligibility_result.html", context)
