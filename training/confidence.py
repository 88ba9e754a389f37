"""Confidence before and after: when each learner is asked, and what changed, in pairs only.

Points (domain 5.3): before the first session; within 14 days of finishing; at three months, from two
weeks before the day to four weeks after it. A change compares the same people at both points. It is
shown from five people on, so that nobody can be told from it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import QuerySet

from accounts import clock, written
from focus_people.models import CircleMember

from .coverage import add_months, attended_by
from .enums import RatingPoint, SessionState
from .models import Activity, Attendance, Rating, RatingLink, Session
from .models.rating import ITEMS
from .models.session import label_of
from .querysets import LEAST_SHOWN

AFTER_DAYS = 14
ITEM_WORDS = {
    "understand": "Understand why things happen",
    "prevent": "Prevent difficult moments",
    "calm": "Respond calmly",
    "communication": "Support communication",
    "ask": "Know who to ask",
}


# What is asked beside confidence: words, least, most (domain 5.3).
OTHER_SCALES = {
    "culture": ("Behaviour is communication, 1 to 5", 1, 5),
    "stress": ("Stress at work, 0 to 10 (lower is better)", 0, 10),
}


@dataclass(frozen=True)
class Window:
    """When one learner may answer at one point: both days included."""

    point: RatingPoint
    opens_on: date
    closes_on: date

    def is_open(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


def windows(first_session: date | None, finished_on: date | None, asked_on: date) -> list[Window]:
    """The windows of one learner. `first_session`: of the activity; `asked_on`: when the link was made."""
    before_ends = first_session or date.max
    found = [Window(RatingPoint.BEFORE, asked_on, before_ends)]
    if finished_on is not None:
        at_three = add_months(finished_on, 3)
        found += [
            Window(RatingPoint.AFTER, finished_on, finished_on + timedelta(days=AFTER_DAYS)),
            Window(
                RatingPoint.THREE_MONTHS,
                at_three - timedelta(days=14),
                at_three + timedelta(days=28),
            ),
        ]
    return found


@dataclass(frozen=True)
class Learner:
    """One learner's link, their windows, and the points at which they have answered."""

    link: RatingLink
    label: str
    windows: list[Window]
    given: frozenset[str]

    def open_on(self, day: date) -> Window | None:
        """The window in which they may answer on a day: the latest that is open."""
        return next((w for w in reversed(self.windows) if w.is_open(day)), None)

    def words(self, point: RatingPoint, day: date) -> str:
        """Where they stand at a point, in words."""
        if point in self.given:
            return "Answered"
        window = next((w for w in self.windows if w.point == point), None)
        if window is None or day < window.opens_on:
            return "Not yet"
        if day > window.closes_on:
            return "Not answered"
        if window.closes_on == date.max:
            return "Asked"
        return f"Until {written.short_day(window.closes_on)}"


def learners(activities: Iterable[Any]) -> dict[int, list[Learner]]:
    """The learners of activities (with session counts) by activity id. Five queries for any number."""
    activities = list(activities)
    ids = [activity.pk for activity in activities]
    links = list(
        RatingLink.objects.filter(activity__in=ids)
        .select_related("member", "made_by")
        .order_by("member__number")
    )
    marks = list(
        Attendance.objects.counted()
        .filter(session__activity__in=ids)
        .order_by()
        .values_list("session__activity_id", "member_id", "session__held_on")
    )
    ended = {(f.activity, f.member): f.on for f in attended_by(activities, marks)}
    first: dict[int, date] = {}
    sessions = Session.objects.standing().filter(activity__in=ids)
    for activity_id, held_on in (
        sessions.exclude(state=SessionState.CANCELLED)
        .order_by("held_on")
        .values_list("activity_id", "held_on")
    ):
        first.setdefault(activity_id, held_on)
    given: dict[tuple[int, int], set[str]] = defaultdict(set)
    for activity_id, member_id, point in Rating.objects.filter(activity__in=ids).values_list(
        "activity_id", "member_id", "point"
    ):
        given[activity_id, member_id].add(point)
    circles: dict[int, list[CircleMember]] = defaultdict(list)
    persons = {link.member.person_id for link in links}
    for member in CircleMember.objects.filter(person__in=persons):
        circles[member.person_id].append(member)
    found: dict[int, list[Learner]] = defaultdict(list)
    for link in links:
        key = (link.activity_id, link.member_id)
        asked_on = min(first.get(link.activity_id, date.max), clock.day_of(link.made_at))
        label = label_of(link.member, circles[link.member.person_id])
        spans = windows(first.get(link.activity_id), ended.get(key), asked_on)
        found[link.activity_id].append(Learner(link, label, spans, frozenset(given[key])))
    return found


def learner_of(link: RatingLink) -> Learner:
    """One learner, for the page behind their link."""
    activities = Activity.objects.filter(pk=link.activity_id).with_session_counts()
    return next(x for x in learners(activities)[link.activity_id] if x.link.pk == link.pk)


@dataclass(frozen=True)
class Change:
    """Means of the same people before and at another point, from `least` to `most`; None below five
    pairs."""

    what: str
    pairs: int
    before: Decimal | None
    after: Decimal | None
    least: int = 1
    most: int = 10

    @property
    def change(self) -> Decimal | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


def _mean(values: list[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def changes(ratings: QuerySet[Rating], point: RatingPoint) -> list[Change]:
    """Confidence as a whole, each item, culture and stress: paired by person and activity. One query.

    Somebody who answered at only one of the two points counts nowhere (domain 5.3); who would rather not
    say how stressed they are, or what they think of behaviour, counts in the others.
    """
    held: dict[tuple[int, int | None, int | None], dict[str, Rating]] = defaultdict(dict)
    for rating in ratings.filter(point__in=[RatingPoint.BEFORE, point]):
        held[rating.activity_id, rating.member_id, rating.pair][rating.point] = rating
    pairs = [
        (both[RatingPoint.BEFORE], both[point])
        for both in held.values()
        if RatingPoint.BEFORE in both and point in both
    ]

    def of(rating: Rating, names: Iterable[str]) -> Decimal:
        scores = [Decimal(getattr(rating, name)) for name in names]
        return sum(scores, Decimal(0)) / len(scores)

    found = []
    for what, names in [("Confidence", ITEMS), *((ITEM_WORDS[name], (name,)) for name in ITEMS)]:
        if len(pairs) < LEAST_SHOWN:
            found.append(Change(what, len(pairs), None, None))
            continue
        found.append(
            Change(
                what,
                len(pairs),
                _mean([of(first, names) for first, _ in pairs]),
                _mean([of(second, names) for _, second in pairs]),
            )
        )
    for name, (what, least, most) in OTHER_SCALES.items():
        said = [
            (Decimal(first), Decimal(second))
            for one, two in pairs
            if (first := getattr(one, name)) is not None
            and (second := getattr(two, name)) is not None
        ]
        if len(said) < LEAST_SHOWN:
            found.append(Change(what, len(said), None, None, least, most))
            continue
        before, after = (_mean([pair[side] for pair in said]) for side in (0, 1))
        found.append(Change(what, len(said), before, after, least, most))
    return found


def quality(ratings: QuerySet[Rating]) -> tuple[Decimal | None, int]:
    """How good learners found the training, 1 to 5, and how many said so; None below five. One query."""
    said = [
        Decimal(value or 0)
        for value in ratings.filter(point=RatingPoint.AFTER, quality__isnull=False)
        .order_by()
        .values_list("quality", flat=True)
    ]
    return (_mean(said) if len(said) >= LEAST_SHOWN else None), len(said)
