"""The circles of a scope: who of them has learned, over time, and what each sector learned (domain 04, 3).

Coverage pools sums over the circles (clarification 3): members who are in a circle on the day and may come
to training, and how many of them had completed something by then.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from accounts.enums import HEADLINE_SECTOR, Sector
from focus_people.models import CircleMember
from training.coverage import Point, month_ends, point_on
from training.enums import TopicFamily
from training.topics import facts_of

from .records import Records

# A line has at most so many points; a longer time takes every second month end, every third, and so on.
MOST_POINTS = 13
OTHER = "OTH"


def members(records: Records) -> list[CircleMember]:
    """Everybody who was ever in the circle of an active grant: one query."""
    people = [grant.person_id for grant in records.active]
    return list(CircleMember.objects.filter(person__in=people).order_by("pk"))


def coverage(records: Records, circle: list[CircleMember]) -> list[Point]:
    """The circles on month ends, from the month of the first activation to the cut-off (or the end of the
    programme): a person's circle counts from the day on which the grant became active."""
    active = [grant for grant in records.active if grant.activated_on is not None]
    if not active:
        return []
    first: dict[int, date] = {}
    for grant in active:
        day = grant.activated_on or records.scope.cut_off
        first[grant.person_id] = min(first.get(grant.person_id, day), day)
    end = records.scope.cut_off
    if (programme := records.scope.programme) is not None:
        end = max(min(end, programme.ends_on), min(first.values()))
    days = month_ends(min(first.values()), end)
    step = -(-len(days) // MOST_POINTS)
    done = [finished for _, finished in records.finished]
    return [
        point_on([m for m in circle if first[m.person_id] <= day], done, day)
        for day in days[::-1][::step][::-1]
    ]


def family_of(topic: str) -> TopicFamily:
    """The family of a topic; "other" for one that is not in the list any more."""
    try:
        return facts_of(topic).family
    except KeyError:
        return TopicFamily.OTHER


@dataclass(frozen=True)
class Crossing:
    """Interventions by family of topics (rows) and headline sector (columns, the largest first)."""

    families: tuple[TopicFamily, ...]
    sectors: tuple[str, ...]
    counts: dict[tuple[TopicFamily, str], int]

    def row(self, family: TopicFamily) -> list[int]:
        return [self.counts.get((family, sector), 0) for sector in self.sectors]


def crossing(records: Records, circle: list[CircleMember]) -> Crossing:
    """What each sector learned; sectors outside the headline set are "other" (clarification 2)."""
    sector_of = {m.pk: HEADLINE_SECTOR.get(Sector(m.sector), OTHER) for m in circle}
    counts = Counter(
        (family_of(done.topic), sector_of.get(done.member, OTHER)) for _, done in records.finished
    )
    by_family: Counter[TopicFamily] = Counter()
    by_sector: Counter[str] = Counter()
    for (family, sector), count in counts.items():
        by_family[family] += count
        by_sector[sector] += count
    order = list(TopicFamily)
    return Crossing(
        tuple(sorted(by_family, key=lambda f: (-by_family[f], order.index(f)))),
        tuple(sorted(by_sector, key=lambda s: (s == OTHER, -by_sector[s], s))),
        dict(counts),
    )
