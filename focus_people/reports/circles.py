"""The circle of support on a day (domain 04). `left_on` is the first day out (clarification 3).

Headline sectors: the three social care codes are one, both NHS codes are one; primary care, day
opportunities, transport and other are none (clarification 2).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.enums import HEADLINE_SECTOR, Sector

from ..enums import NIGHT_AREAS, CircleRole
from ..models import CircleMember, Consent, FocusPerson, SupportPlan
from .costs import lines_of


def active_members(person: FocusPerson, on: date) -> list[CircleMember]:
    """Members who belong to the circle on `on`, in their order (uses a prefetch)."""
    return sorted(
        (m for m in person.circle.all() if m.is_active(on)), key=lambda member: member.number
    )


def sectors_in_circle(members: Iterable[CircleMember]) -> set[str]:
    """Headline sectors of these members ("ASC", "NHS", "FAM" …)."""
    return {HEADLINE_SECTOR[Sector(m.sector)] for m in members if m.sector in HEADLINE_SECTOR}


@dataclass(frozen=True)
class SectorGroup:
    """The members of one sector: its label, who they are by role, and how many."""

    sector: str
    label: str
    members: list[CircleMember]

    @property
    def count(self) -> int:
        return len(self.members)

    @property
    def roles(self) -> str:
        """ "7 × Support worker, Team leader"."""
        counts = Counter(m.get_role_display() for m in self.members)
        return ", ".join(f"{n} × {role}" if n > 1 else role for role, n in counts.items())


def by_sector(members: Iterable[CircleMember]) -> list[SectorGroup]:
    """Members by sector, the largest group first, then in the order of the list of sectors."""
    members = list(members)
    groups = [
        SectorGroup(s.value, s.label, [m for m in members if m.sector == s])
        for s in Sector
        if any(m.sector == s for m in members)
    ]
    return sorted(groups, key=lambda group: -group.count)


# Groups that a circle usually has, with the words for one that is missing.
_EXPECTED: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("from family or friends", frozenset({"FAM"}), frozenset()),
    ("who gives daily support", frozenset({"ASC", "IND"}), frozenset()),
    ("from health", frozenset({"NHS"}), frozenset()),
    ("from the council or the integrated care board", frozenset({"LA_ASC", "ICB"}), frozenset()),
    ("who is an advocate", frozenset({"ADV"}), frozenset({CircleRole.ADVOCATE})),
)


def circle_gaps(members: Iterable[CircleMember], plan: SupportPlan | None = None) -> list[str]:
    """Who is missing from the circle, as ends of the sentence "There is nobody …".

    Night staff are missed only where the support plan has hours at night. An empty circle has no
    gaps: it has not been written down yet.
    """
    members = list(members)
    if not members:
        return []
    sectors, roles = sectors_in_circle(members), {m.role for m in members}
    gaps = [words for words, wanted, also in _EXPECTED if not sectors & wanted and not roles & also]
    at_night = plan is not None and any(x.area in NIGHT_AREAS for x in lines_of(plan))
    if at_night and CircleRole.NIGHT_STAFF not in roles:
        gaps.append("named as night staff")
    return gaps


def current_consent(person: FocusPerson, use: str = "") -> Consent | None:
    """The newest basis that has not been withdrawn (uses a prefetch); None where there is none.

    With `use` (a value of `ConsentUse`) None also where that newest basis does not cover it: an older
    one that did is superseded.
    """
    held = [c for c in person.consents.all() if c.withdrawn_at is None]
    newest = max(held, key=lambda c: (c.recorded_at, c.pk), default=None)
    return None if newest and use and use not in newest.covers else newest
