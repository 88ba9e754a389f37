"""Training as the figures need it: interventions, people trained, and interventions by topic.

Counts grants that reached active by the cut-off (clarification 4). An intervention is one person who
completed one activity; the rule of completion stands in `training`.
"""

from collections import Counter
from dataclasses import dataclass

from .records import Records


@dataclass(frozen=True)
class Learning:
    """interventions: person × completed activity. people: members of circles with at least one; nothing
    links the same human in two circles (clarification 6). by_grant and by_topic add up to
    `interventions`."""

    interventions: int
    people: int
    by_grant: dict[int, int]
    people_by_grant: dict[int, int]
    by_topic: dict[str, int]


def learning(records: Records) -> Learning:
    """Interventions of the scope's active grants, from sessions held by the cut-off."""
    rows = [(grant, done.member, done.topic) for grant, done in records.finished]
    by_grant = Counter(grant for grant, _, _ in rows)
    people = {(grant, member) for grant, member, _ in rows}
    return Learning(
        interventions=len(rows),
        people=len(people),
        by_grant=dict(by_grant),
        people_by_grant=dict(Counter(grant for grant, _ in people)),
        by_topic=dict(Counter(topic for _, _, topic in rows)),
    )
