"""How every page finds its case: known to this person, or there is no such page."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from grants.models import Application

from ..models import Assignment
from ..querysets import cases_known_to


def case_or_404(user: Any, reference: str) -> Application:
    """A case that `user` may know of. What may be seen of it is asked afterwards."""
    known = cases_known_to(user).select_related("round", "organisation")
    return get_object_or_404(known, reference=reference)


def own_seat_or_404(user: Any, reference: str) -> Assignment:
    """One's own seat at a case, in whatever state."""
    seats = Assignment.objects.visible_to(user).filter(panellist__user=user)
    return get_object_or_404(
        seats.select_related("application__round", "application__organisation", "panellist"),
        application__reference=reference,
    )


def need(user: Any, permission: str, obj: Any) -> None:
    """404 for those who may not: they learn nothing."""
    if not user.has_perm(permission, obj):
        raise Http404


def alias_of(application: Application) -> str:
    """The pseudonym in the newest case file."""
    newest = application.case_files.order_by("-version").first()
    return (newest.content.get("alias") if newest else "") or application.reference
