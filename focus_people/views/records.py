import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.state import ready

from .. import actions
from ..forms.keeping import PurposeForm
from ..identifiers import find_identifiers
from ..models import CircleMember, FocusPerson, SupportPlan


def person_or_404(request: HttpRequest, reference: str, permission: str = "") -> FocusPerson:
    """The record, if this user may see it, and may do what the page is for."""
    visible = FocusPerson.objects.visible_to(request.user).select_related("organisation")
    person = get_object_or_404(visible, reference=reference)
    if permission and not request.user.has_perm(permission, person):
        raise Http404
    return person


def person_to_change(request: HttpRequest, reference: str, permission: str) -> FocusPerson:
    """The same for a page that changes the record: a closed one answers why it cannot (409)."""
    person = person_or_404(request, reference, permission)
    ready(person, "edit")
    return person


PURPOSES = "purposes"  # in the session: a person's reference → why their record is read


def note_reading(request: HttpRequest, person: FocusPerson) -> None:
    """Every view of a record is logged (domain 7.4). This row is the one thing that a GET writes:
    it is about the reader, not the record, and reading twice changes nothing."""
    if request.method == "GET":
        user: Any = request.user
        purpose = request.session.get(PURPOSES, {}).get(person.reference, "")
        actions.record_reading(person, by=user, purpose=purpose)


def note_export(request: HttpRequest, person: FocusPerson) -> None:
    """That everything about a person was taken out is written down with what it was for."""
    user: Any = request.user
    purpose = request.session.get(PURPOSES, {}).get(person.reference, "")
    actions.record_export(person, by=user, purpose=purpose)


def with_purpose(
    view: Callable[..., HttpResponse], permission: str = ""
) -> Callable[..., HttpResponse]:
    """A page of a record: staff who may open it are asked once in a session why they do, on the way
    there."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        if reference not in request.session.get(PURPOSES, {}):
            person = person_or_404(request, reference, permission)
            if request.user.has_perm("focus_people.read_for_a_purpose", person):
                form = PurposeForm(initial={"next": request.get_full_path()})
                return render(
                    request, "focus_people/purpose.html", {"form": form, "person": person}
                )
        return view(request, reference, **kwargs)

    return wrapped


def member_or_404(person: FocusPerson, number: int) -> CircleMember:
    return get_object_or_404(person.circle.select_related("person"), number=number)


def plan_or_404(person: FocusPerson, version: int) -> SupportPlan:
    plans = person.plans.select_related("person", "made_by", "confirmed_by")
    return get_object_or_404(plans.prefetch_related("lines"), version=version)


def point_out(request: HttpRequest, *texts: str) -> None:
    """Say what was saved and might still be too exact: a full date, say."""
    found = [f.sentence for text in texts for f in find_identifiers(text or "") if not f.is_refused]
    for sentence in dict.fromkeys(found):
        messages.warning(request, f"{sentence}.")
