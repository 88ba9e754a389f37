"""What data protection asks for: everything that is held about one person, who has read it and why, and
records that are erased."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import TeamRole
from accounts.http import posted
from accounts.verbs import offered

from .. import actions
from ..forms.keeping import PurposeForm
from ..models import Erasure
from ..reports.everything import everything_about, parts_of
from ..reports.readers import readers_of
from .records import PURPOSES, note_export, person_or_404, with_purpose

taken_out_with_purpose = partial(with_purpose, permission="focus_people.export_person")


@require_safe
@taken_out_with_purpose
def everything(request: HttpRequest, reference: str) -> HttpResponse:
    """What is held, to read, to print and to send. That it was taken out is itself recorded."""
    person = person_or_404(request, reference, "focus_people.export_person")
    context = {"person": person, **parts_of(person)}
    if request.method == "GET":
        note_export(request, person)
    return render(request, "focus_people/everything.html", context)


@require_safe
@taken_out_with_purpose
def everything_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as a file that programs read."""
    person = person_or_404(request, reference, "focus_people.export_person")
    response = JsonResponse(everything_about(person), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{person.reference}-everything.json"'
    if request.method == "GET":
        note_export(request, person)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def purpose(request: HttpRequest, reference: str) -> HttpResponse:
    """Why somebody of the programme opens a record: asked once for a person and a session."""
    user: Any = request.user
    person = person_or_404(request, reference, "focus_people.read_for_a_purpose")
    form = PurposeForm(posted(request), initial={"next": person.get_absolute_url()})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        where = said.pop("next")
        actions.say_purpose(person, by=user, **said)
        held = dict(request.session.get(PURPOSES, {}))
        request.session[PURPOSES] = held | {person.reference: said["purpose"]}
        is_ours = where.startswith(person.get_absolute_url()) and url_has_allowed_host_and_scheme(
            where, allowed_hosts=None
        )
        return redirect(where if is_ours else person)
    return render(request, "focus_people/purpose.html", {"form": form, "person": person})


@require_safe
def readers(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has read a record, on which day and for what."""
    person = person_or_404(request, reference, "focus_people.see_readers")
    context = {"person": person, "readers": readers_of(person)}
    return render(request, "focus_people/readers.html", context)


@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """Records that are to be erased, what waits first; and what became of the others."""
    user: Any = request.user
    if not user.is_team(TeamRole.PROGRAMME_LEAD):
        raise Http404
    rows = Erasure.objects.visible_to(user).select_related("person")
    context = {
        "waiting": rows.asked().order_by("asked_at", "pk")[:100],
        "page": Paginator(
            rows.exclude(decided_at__isnull=True).order_by("-decided_at", "-pk"), 50
        ).get_page(request.GET.get("page")),
    }
    return render(request, "focus_people/erasures.html", context)


@require_safe
def erasure(request: HttpRequest, reference: str) -> HttpResponse:
    """One of them: what it is about, who may decide, and what was removed and looked through."""
    visible = Erasure.objects.visible_to(request.user).select_related("person__organisation")
    found = get_object_or_404(visible, reference=reference)
    context = {
        "erasure": found,
        "verbs": offered(request.user, found),
        "removed": sorted(found.removed.items()),
        "needed": [] if found.decided_at else found.person.needed_because(),
    }
    return render(request, "focus_people/erasure.html", context)
