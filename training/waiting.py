"""What training adds to "Your work": sessions that are over, and nobody has said who came."""

from collections.abc import Iterator
from typing import Any

from accounts import clock
from accounts.enums import MemberRole
from accounts.worklist import Todo
from grants.enums import GrantState

from .models import Session


def sessions_without_attendance(user: Any) -> Iterator[Todo]:
    """For those who log training: each planned session of a day that is over."""
    own = user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    if not own:
        return
    waiting = (
        Session.objects.without_attendance(clock.today())
        .filter(
            activity__grant__application__organisation__in=own,
            activity__grant__state=GrantState.ACTIVE,
            activity__grant__paused_on__isnull=True,
        )
        .select_related("activity__grant__application__person")
        .order_by("held_on", "reference")
    )
    for session in waiting[:50]:
        alias = session.activity.grant.application.person.alias
        yield Todo(
            title=f"Say who came: {session.activity.title}",
            url=f"{session.get_absolute_url()}deliver/",
            action="Say who came",
            detail=f"{alias}, session {session.number}",
            due_on=session.held_on,
        )
