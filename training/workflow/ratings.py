"""Asking learners how confident they are, by a link without an account."""

from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready
from focus_people.models import CircleMember

from ..confidence import learner_of
from ..links import hash_of
from ..models import Activity, Rating, RatingLink
from ..models.rating import RATING

NOT_NOW = "There is nothing to answer at the moment. You are asked before, just after, and at three months."


def without_link(activity: Activity) -> list[CircleMember]:
    """Who is in the circle today, may come to training and has no link for this activity yet. Two queries."""
    held = set(activity.rating_links.values_list("member_id", flat=True))
    here = CircleMember.objects.filter(person=activity.grant.application.person_id)
    here = here.active_on(clock.today()).may_attend().order_by("number")
    return [member for member in here if member.pk not in held]


@transaction.atomic
def ask_learners(activity: Activity, *, by: User) -> Activity:
    """Make a link for everybody who is in the circle today and may come, and has none yet.

    Raises `NotReady` for an activity that was taken out, and when nobody is without a link.
    """
    activity = locked(activity)
    permitted(by, "training.ask_learners", activity)
    ready(activity, "ask_learners")
    new = without_link(activity)
    if not new:
        raise NotReady(["Everybody in the circle who comes to training has a link."])
    RatingLink.objects.bulk_create(RatingLink.fresh(activity, member, by) for member in new)
    record("activity.learners_asked", activity, by=by, shown_to="applicant", links=len(new))
    return activity


@transaction.atomic
def give_rating(link: RatingLink, **answers: Any) -> Rating:
    """Keep a learner's answers at the point that is open for them; a second time corrects the first.

    Raises `NotReady` when no point is open. The trail says that somebody answered, not who or what.
    """
    activity = locked(link.activity)
    window = None if activity.is_voided else learner_of(link).open_on(clock.today())
    if window is None:
        raise NotReady([NOT_NOW])
    rating, _ = Rating.objects.update_or_create(
        activity=activity,
        member_id=link.member_id,
        point=window.point,
        defaults={**answers, "given_at": clock.now()},
    )
    record("activity.rated", activity, by=None, point=str(window.point))
    return rating


def rating_link_behind(code: str) -> RatingLink | None:
    """The link of a code that a learner holds."""
    behind = RatingLink.objects.behind(hash_of(RATING, code))
    return behind.select_related("activity__grant__application", "member").first()
