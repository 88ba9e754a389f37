"""What learners said of themselves, in pairs (OUT-14 and OUT-23, domain 5.3, clarification 14).

A learner is one member of one circle who completed an activity by the cut-off. Before: their first answer
before any of the learning. After: their first answer within 14 days of the last activity they completed.
All five items make one mean. Nobody can be told: under five pairs nothing is said at all, and no record
holds an answer.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from accounts import clock
from training.confidence import AFTER_DAYS, ITEM_WORDS, LEAST_SHOWN
from training.enums import RatingPoint
from training.models import Rating
from training.models.rating import ITEMS

from .. import indicators
from ..enums import Movement
from ..indicators import Measured
from .figure import Column, Figure, Record, plain
from .panel_row import PanelRow, figure_of
from .records import Records
from .statistics import mean

TOO_FEW = "fewer than five pairs, so that nobody can be told from them"
NO_BEFORE, NO_AFTER = "no answer before the learning", "no answer within 14 days of it"


@dataclass(frozen=True)
class Learner:
    """One learner with both their answers; either may be missing."""

    grant_id: int
    before: Rating | None
    after: Rating | None


def learners(records: Records) -> list[Learner]:
    """Everybody who completed an activity by the cut-off, with their answers: one query more."""
    last: dict[tuple[int, int], date] = {}
    for grant_id, done in records.finished:
        key = (grant_id, done.member)
        last[key] = max(last.get(key, done.on), done.on)
    given: dict[tuple[int, int], list[Rating]] = defaultdict(list)
    rows = Rating.objects.filter(
        records.scope.of_grants("activity__grant__"),
        activity__voided_at__isnull=True,
        given_at__lt=records.scope.until,
    )
    for rating in rows.select_related("activity").order_by("given_at", "pk"):
        given[rating.activity.grant_id, rating.member_id].append(rating)  # type: ignore[index]
    return [
        Learner(
            grant_id,
            _before(given[grant_id, member]),
            _after(given[grant_id, member], finished_on),
        )
        for (grant_id, member), finished_on in sorted(last.items())
    ]


def _before(said: list[Rating]) -> Rating | None:
    return next((r for r in said if r.point == RatingPoint.BEFORE), None)


def _after(said: list[Rating], finished_on: date) -> Rating | None:
    until = finished_on + timedelta(days=AFTER_DAYS)
    for rating in said:
        in_time = finished_on <= clock.day_of(rating.given_at) <= until
        if rating.point == RatingPoint.AFTER and in_time:
            return rating
    return None


def value(rating: Rating | None, code: str) -> Fraction | None:
    """What an answer says: the mean of the five items, one of them, or the culture item."""
    if rating is None:
        return None
    if code == "confidence":
        return mean(getattr(rating, item) for item in ITEMS)
    said = getattr(rating, code)
    return None if said is None else Fraction(said)


def _pairs(records: Records, code: str) -> list[tuple[int, Fraction, Fraction]]:
    """(grant id, before, after) for the learners who said both."""
    found = []
    for learner in records.learners:
        before, after = value(learner.before, code), value(learner.after, code)
        if before is not None and after is not None:
            found.append((learner.grant_id, before, after))
    return found


def panel_row(records: Records, measured: Measured) -> PanelRow:
    """The counts of one line; under five pairs, all of them are missing."""
    reasons: Counter[str] = Counter()
    by: Counter[Movement] = Counter()
    changes = []
    for learner in records.learners:
        before, after = (value(r, measured.code) for r in (learner.before, learner.after))
        if before is None or after is None:
            reasons[NO_BEFORE if before is None else NO_AFTER] += 1
            continue
        by[indicators.moved(before, after, is_higher_better=True)] += 1
        changes.append(after - before)
    if 0 < len(changes) < LEAST_SHOWN:
        reasons[TOO_FEW] += len(changes)
        by.clear()
        changes.clear()
    return PanelRow(
        measured=measured,
        improved=by[Movement.IMPROVED],
        same=by[Movement.SAME],
        worse=by[Movement.WORSE],
        missing=sum(reasons.values()),
        not_eligible=0,
        reasons=tuple(sorted(reasons.items())),
        changes=tuple(changes),
    )


@dataclass(frozen=True)
class Items:
    """Means of the same learners before and after, of confidence as a whole and of each item."""

    pairs: int
    rows: tuple[tuple[str, Fraction, Fraction], ...]


def items(records: Records) -> Items | None:
    """None under five pairs."""
    found = []
    pairs = 0
    for code, label in (("confidence", "Confidence, all five"), *ITEM_WORDS.items()):
        both = _pairs(records, code)
        pairs = len(both)
        before, after = mean(b for _, b, _ in both), mean(a for _, _, a in both)
        if pairs < LEAST_SHOWN or before is None or after is None:
            return None
        found.append((label, before, after))
    return Items(pairs, tuple(found))


def figure(records: Records, measured: Measured) -> Figure:
    """One line with everything behind it. The records are grants: how many asked, how many answered."""
    asked = Counter(learner.grant_id for learner in records.learners)
    both = Counter(grant_id for grant_id, _, _ in _pairs(records, measured.code))
    return figure_of(
        records,
        panel_row(records, measured),
        columns=(
            Column("Grant"),
            Column("Organisation"),
            Column("Learners who completed an activity", numeric=True),
            Column("With both answers", numeric=True),
        ),
        rows=[
            Record(
                opens=("grant", grant.reference),
                cells=(
                    f"{grant.alias}, {grant.reference}",
                    grant.organisation,
                    plain(asked[grant.id]),
                    plain(both[grant.id]),
                ),
            )
            for grant in records.active
            if asked[grant.id]
        ],
        notes=[
            "Each learner is compared with themselves: the first answer before the learning, and the first "
            "within 14 days of the last activity they completed. Nothing is shown under five pairs, and "
            "nobody’s answer anywhere."
        ],
    )
