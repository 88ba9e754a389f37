"""How long it is known who of the learners said what: 12 months, then the answers belong to nobody (domain
7.5). Means and shares stay what they were.
"""

import secrets
from collections.abc import Iterator
from datetime import date

from django.db.models import Max

from accounts import clock
from accounts.privacy import quarter_of
from accounts.retention import Expired, RetentionClass

from .models import Activity, Rating, RatingLink


def _unlink(activity: Activity) -> tuple[int, str]:
    """Answers lose their learner and their day; who belongs together is told by a number drawn by lot."""
    ratings = list(Rating.objects.filter(activity=activity, member__isnull=False).order_by("pk"))
    members = sorted({rating.member_id or 0 for rating in ratings})
    secrets.SystemRandom().shuffle(members)
    pairs = {member: n for n, member in enumerate(members, start=1)}
    for rating in ratings:
        rating.pair, rating.member_id = pairs[rating.member_id or 0], None
        day = quarter_of(clock.day_of(rating.given_at))
        rating.given_at = clock.end_of(day)
    Rating.objects.bulk_update(ratings, ["pair", "member", "given_at"])
    gone, _ = RatingLink.objects.filter(activity=activity).delete()
    return len(ratings) + gone, activity.reference


def old_answers(ended_by: date) -> Iterator[Expired]:
    """Activities whose learners gave their last answer by `ended_by`."""
    rows = Activity.objects.filter(ratings__member__isnull=False).annotate(
        last=Max("ratings__given_at")
    )
    for row in rows.select_related("grant__application__person").order_by("pk"):
        day = clock.day_of(row.last)
        if day <= ended_by:
            hold = row.grant.application.person.standing_hold()
            yield Expired(
                row.reference,
                day,
                hold.sentence if hold else "",
                lambda row=row: _unlink(row),  # type: ignore[misc]
            )


CLASSES = (
    RetentionClass(
        "answers",
        "Who of the learners said what about confidence",
        "after the last answer",
        12,
        "no longer known: the numbers stay, and belong to nobody",
        old_answers,
    ),
)
