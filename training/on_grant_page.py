"""What training adds to a grant's page: what was learned, its own pages, what comes next."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts import clock
from accounts.templatetags.pwb import clock_time
from accounts.worklist import Section
from grants.grant_page import Due
from grants.models import Grant

from . import reports
from .enums import SessionState
from .models import Session, logging_blockers
from .shapes import matrix_finding, training_stats


def _may_view(user: Any, grant: Grant) -> bool:
    return user.has_perm("training.view_training", grant)


def section(user: Any, grant: Grant) -> Section | None:
    """Figures and matrix, once something is planned."""
    if not _may_view(user, grant):
        return None
    matrix = reports.matrix(grant, clock.today())
    if not matrix.activities:
        return None
    context = {
        "matrix": matrix,
        "finding": matrix_finding(matrix),
        "stats": training_stats(reports.summary(grant)),
        "url": reverse("grant-training", args=[grant.reference]),
    }
    return Section("training/_section.html", context)


def links(user: Any, grant: Grant) -> Iterable[tuple[str, str]]:
    """The page of training, once the grant is agreed."""
    if _may_view(user, grant) and grant.agreed_at:
        yield "Training", reverse("grant-training", args=[grant.reference])


def acts(user: Any, grant: Grant) -> Iterable[tuple[str, str]]:
    """What somebody who logs training does next."""
    if not user.has_perm("training.plan_activity", grant) or logging_blockers(grant):
        return
    if grant.activities.standing().exists():
        yield "Log training", reverse("grant-training", args=[grant.reference])
        yield "Upload a register", reverse("register-upload", args=[grant.reference])
    else:
        yield "Add an activity", reverse("plan-activity", args=[grant.reference])


def due(user: Any, grant: Grant) -> Iterable[Due]:
    """Planned sessions, also those of a day that is over."""
    if not _may_view(user, grant):
        return
    planned = Session.objects.filter(activity__grant=grant, state=SessionState.PLANNED).standing()
    for session in planned.select_related("activity__grant").order_by("held_on", "reference")[:8]:
        at = f"At {clock_time(session.starts_at)}" if session.starts_at else ""
        says = "Nobody has said who came" if session.held_on < clock.today() else at
        yield Due(session.held_on, str(session), session.get_absolute_url(), says)
