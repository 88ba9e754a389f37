"""The market of training: who needs what where, who could teach it, and what learning together would cost.

All of it is for officers and programme leads: a count of circles in a region may be one person. What
organisations see of it is an open session, which says nothing of who needs it (`SharedSession`).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accounts import clock
from accounts.enums import Region
from focus_people.models import CircleMember
from grants.enums import GrantState, LineVerdict
from grants.models import BudgetLine, Grant

from .coverage import finished_by
from .models import Activity, Attendance, TrainingProvider
from .models.provider import price_of
from .topics import facts_of

LEAST_ORGANISATIONS = 3
GROUP = 15  # people whom one trainer teaches (domain 3.5)
GROUP_DAY = Decimal(
    "850.00"
)  # trainer, whole group day: the default of the benchmarks (domain 3.5)


@dataclass(frozen=True)
class Unmet:
    """A topic that circles of a region still need. `people` by circle: those who may come and lack it."""

    topic: str
    region: str
    people: tuple[int, ...]
    organisations: int

    @property
    def circles(self) -> int:
        return len(self.people)

    @property
    def topic_label(self) -> str:
        return facts_of(self.topic).label

    @property
    def region_label(self) -> str:
        return str(Region(self.region).label)


@dataclass(frozen=True)
class Proposal:
    """What learning a topic together would cost, against each circle by itself, in pounds."""

    need: Unmet
    provider: TrainingProvider | None
    together: Decimal
    apart: Decimal

    @property
    def people(self) -> int:
        return sum(self.need.people)

    @property
    def together_each(self) -> Decimal:
        return _each(self.together, self.people)

    @property
    def apart_each(self) -> Decimal:
        return _each(self.apart, self.people)

    @property
    def may_open(self) -> bool:
        """Whether enough organisations need it, so that an open session tells nobody of another's person."""
        return self.need.organisations >= LEAST_ORGANISATIONS


@dataclass(frozen=True)
class Gap:
    """A topic asked for in a region: how many cases ask, and how many approved providers there are."""

    topic_label: str
    region_label: str
    asked: int
    providers: int


def _each(amount: Decimal, people: int) -> Decimal:
    return (amount / people).quantize(Decimal("0.01"), ROUND_HALF_UP)


def unmet_needs(on: date | None = None) -> list[Unmet]:
    """Topics that active grants plan or pay for and their circles still lack, by topic and region.

    Counts who is in a circle on the day, may come to training, and is not up to date in the topic.
    Six queries, whatever the number of grants.
    """
    on = on or clock.today()
    grants = list(
        Grant.objects.filter(state=GrantState.ACTIVE, paused_on__isnull=True)
        .select_related("application__organisation")
        .order_by("pk")
    )
    of_grant = {g.pk: g for g in grants}
    by_person = {g.application.person_id: g for g in grants}
    wanted: dict[int, set[str]] = defaultdict(set)  # by person: they may have two grants
    lines = BudgetLine.objects.filter(application__grant__in=of_grant.keys()).exclude(topic="")
    for grant_id, topic in lines.exclude(verdict=LineVerdict.REFUSED).values_list(
        "application__grant", "topic"
    ):
        if not facts_of(topic).is_general:
            wanted[of_grant[grant_id].application.person_id].add(topic)
    activities: list[Any] = list(
        Activity.objects.filter(grant__in=of_grant.keys()).standing().with_session_counts()
    )
    for activity in activities:
        wanted[of_grant[activity.grant_id].application.person_id].add(activity.topic)
    marks = (
        Attendance.objects.counted(on)
        .filter(session__activity__grant__in=of_grant.keys())
        .order_by()
        .values_list("session__activity_id", "member_id", "session__held_on")
    )
    holding = {(f.member, f.topic) for f in finished_by(activities, marks) if f.holds(on)}
    lacking: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    members = CircleMember.objects.filter(person__in=by_person.keys()).active_on(on).may_attend()
    for member in members:
        grant = by_person[member.person_id]
        for topic in wanted[member.person_id]:
            if (member.pk, topic) not in holding:
                lacking[topic, grant.application.organisation.region][grant.pk] += 1
    found = [
        Unmet(
            topic,
            region,
            tuple(sorted(counts.values(), reverse=True)),
            len({of_grant[pk].application.organisation_id for pk in counts}),
        )
        for (topic, region), counts in lacking.items()
    ]
    return sorted(found, key=lambda n: (-n.organisations, -sum(n.people), n.topic, n.region))


def proposals(on: date | None = None) -> list[Proposal]:
    """For each unmet need that two circles or more share: what a day together would cost, the cheapest
    approved provider of the topic and region, and what it would cost apart. The most saved first."""
    on = on or clock.today()
    offering: dict[tuple[str, str], list[TrainingProvider]] = defaultdict(list)
    for provider in TrainingProvider.objects.approved(on).prefetch_related("topics", "regions"):
        for topic in provider.topics.all():
            for region in provider.regions.all():
                offering[topic.topic, region.region].append(provider)
    found = []
    for need in unmet_needs(on):
        if need.circles < 2:
            continue
        people = sum(need.people)
        priced = [
            (price, provider.name, provider)
            for provider in offering[need.topic, need.region]
            if (price := price_of(provider, people)) is not None
        ]
        best = min(priced, key=lambda one: one[:2])[2] if priced else None
        found.append(
            Proposal(
                need,
                best,
                _price(best, people),
                sum((_price(best, n) for n in need.people), Decimal("0.00")),
            )
        )
    return sorted(found, key=lambda p: (p.together - p.apart, p.need.topic, p.need.region))


def _price(provider: TrainingProvider | None, people: int) -> Decimal:
    """A day for so many people: with this provider, or by the benchmark of a trainer for each group."""
    said = price_of(provider, people)
    return GROUP_DAY * -(-people // GROUP) if said is None else said


def gaps(on: date | None = None) -> list[Gap]:
    """Topics asked for by region, those without an approved provider first (domain 4.18). Two queries.

    Asked for: lines of cases that were sent, refused lines left out.
    """
    on = on or clock.today()
    asked: dict[tuple[str, str], set[int]] = defaultdict(set)
    lines = (
        BudgetLine.objects.filter(application__submitted_at__isnull=False)
        .exclude(topic="")
        .exclude(verdict=LineVerdict.REFUSED)
    )
    for topic, region, case in lines.values_list(
        "topic", "application__organisation__region", "application_id"
    ):
        if not facts_of(topic).is_general:
            asked[topic, region].add(case)
    offered: dict[tuple[str, str], set[int]] = defaultdict(set)
    for pk, topic, region in TrainingProvider.objects.approved(on).values_list(
        "pk", "topics__topic", "regions__region"
    ):
        offered[topic, region].add(pk)
    found = [
        Gap(
            facts_of(topic).label,
            str(Region(region).label),
            len(cases),
            len(offered[topic, region]),
        )
        for (topic, region), cases in asked.items()
    ]
    return sorted(found, key=lambda g: (g.providers > 0, -g.asked, g.topic_label, g.region_label))
