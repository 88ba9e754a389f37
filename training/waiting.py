"""What training adds to "Your work": sessions that are over, and nobody has said who came."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from accounts import clock
from accounts.enums import MemberRole
from accounts.worklist import Todo
from focus_people.models import CircleMember
from grants.enums import GrantState

from .confidence import learners
from .enums import ProviderState, RatingPoint
from .models import Activity, Session, SignOff, TrainingProvider
from .models.activity import CORRECTABLE
from .rules import manages_market


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


REVIEW_WARNING = timedelta(days=28)


def reviews_due(user: Any) -> Iterator[Todo]:
    """For those who log training: sign-offs whose review is due within four weeks, or was, and that
    nobody has renewed. Only of people who are in the circle today."""
    own = user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    if not own:
        return
    today = clock.today()
    held = (
        SignOff.objects.standing()
        .filter(
            activity__grant__application__organisation__in=own,
            activity__grant__state__in=CORRECTABLE,
            activity__grant__paused_on__isnull=True,
            member__in=CircleMember.objects.active_on(today),
        )
        .select_related("activity__grant__application__person", "member")
        .order_by("activity_id", "member_id", "-review_on")
    )
    latest: dict[tuple[int, int], SignOff] = {}
    for one in held:
        latest.setdefault((one.activity_id, one.member_id), one)
    for one in latest.values():
        if one.review_on - REVIEW_WARNING > today:
            continue
        yield Todo(
            title=f"Have a clinician review: {one.activity.title}",
            url=f"{one.activity.get_absolute_url()}sign-off/",
            action="Record the review",
            detail=f"{one.activity.grant.application.person.alias}, {one.member}",
            due_on=one.review_on,
        )


def approvals_to_review(user: Any) -> Iterator[Todo]:
    """For officers and programme leads: providers whose approval runs out within four weeks, or has."""
    if not manages_market(user):
        return
    approved = TrainingProvider.objects.filter(
        state=ProviderState.APPROVED, review_on__lte=clock.today() + REVIEW_WARNING
    )
    for provider in approved.order_by("review_on", "name")[:50]:
        yield Todo(
            title=f"Review the approval of {provider.name}",
            url=f"{provider.get_absolute_url()}approve/",
            action="Review it",
            detail="Provider of training",
            due_on=provider.review_on,
        )


def learners_to_remind(user: Any) -> Iterator[Todo]:
    """For those who log training: activities whose learners may answer now and have not."""
    own = user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    if not own:
        return
    today = clock.today()
    asked = (
        Activity.objects.standing()
        .filter(
            grant__application__organisation__in=own,
            grant__paused_on__isnull=True,
            rating_links__isnull=False,
        )
        .distinct()
        .with_session_counts()
        .select_related("grant__application__person")
        .order_by("reference")
    )
    activities = list(asked[:50])
    for_each = learners(activities)
    for activity in activities:
        for point in RatingPoint:
            waiting = [
                window
                for learner in for_each[activity.pk]
                if (window := learner.open_on(today)) is not None
                and window.point == point
                and point not in learner.given
            ]
            ends = min((w.closes_on for w in waiting), default=date.max)
            if not waiting or ends == date.max:
                continue
            yield Todo(
                title=f"Remind {len(waiting)} to say how confident they are: {activity.title}",
                url=f"{activity.get_absolute_url()}confidence/",
                action="Show the links",
                detail=f"{activity.grant.application.person.alias}, {point.label.lower()}",
                due_on=ends,
            )
