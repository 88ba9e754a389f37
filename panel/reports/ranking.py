"""Concluded cases in the order in which money goes to them (domain 10.2), and where it ends. What-if
alone: nothing here decides, and nothing is kept.

Order: panel score; then "act first"; then equity, the region (or the level of need) with the fewest awards
in this round so far; then the earlier submission. Money goes from the top down to the cases that are
recommended and reach the threshold; the first that does not fit may take the rest as a partial award, if
that is no less than the round's minimum and the chair says its core still works.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KT

from accounts.enums import Region
from grants.enums import AWARDING, ApplicationState, GrantState
from grants.models import CaseFile, Recommendation, Round

from ..enums import Equity
from ..querysets import cases_readable_by
from .moderation import found_since_in

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Entry:
    """What the ranking goes by, of one concluded case. `amount` in pounds; `region` and `need_level` as
    they are stored; `threshold` that of the version the case was written under; `application` where the
    reader has it; `remark` what was found since the panel concluded."""

    reference: str
    alias: str
    score: Decimal
    amount: Decimal
    outcome: str
    is_act_first: bool
    region: str
    need_level: str
    submitted_at: datetime
    threshold: Decimal
    application: Any = None
    remark: str = ""


@dataclass(frozen=True)
class Place:
    """A case in the ranking. `gets` in pounds with this money and threshold; what it would need is
    the recommended amount. `why_here` says what settled a tie; `remark` stands beside the score, which is the
    one that the panel concluded with."""

    application: Any
    reference: str
    alias: str
    score: Decimal
    amount: Decimal
    is_act_first: bool
    region: str
    need_level: str
    outcome: str
    gets: Decimal
    words: str
    why_here: str
    is_below_line: bool
    remark: str = ""


@dataclass(frozen=True)
class Ranking:
    """The places in order. `own_thresholds`: those of the versions under which these cases were judged;
    `threshold` is what all of them are measured by, None where each is measured by its own."""

    round: Round
    places: tuple[Place, ...]
    money: Decimal
    threshold: Decimal | None
    is_other_threshold: bool = False
    own_thresholds: tuple[Decimal, ...] = ()

    @property
    def used(self) -> Decimal:
        return sum((place.gets for place in self.places), ZERO)

    @property
    def left(self) -> Decimal:
        return self.money - self.used

    @property
    def funded(self) -> int:
        return sum(place.gets > 0 for place in self.places)

    @property
    def reserve(self) -> list[Place]:
        """Recommended cases for which no money is left, in order."""
        return [p for p in self.places if p.is_below_line and p.outcome in AWARDING]


def rankable(user: Any) -> Any:
    """Concluded cases that wait for a decision or its release, as far as `user` may see scores."""
    return cases_readable_by(user).filter(
        conclusion__isnull=False,
        state__in=(ApplicationState.RECOMMENDED, ApplicationState.DECIDED),
    )


def entries_of(cases: Iterable[Any]) -> list[Entry]:
    """The entries of applications that have a recommendation, from the newest of each: two queries more.

    Bring the applications with their organisation, terms and prefetched case files.
    """
    listed = list(cases)
    newest: dict[int, Recommendation] = {}
    for found in Recommendation.objects.filter(application__in=listed).order_by("pk"):
        newest[found.application_id] = found
    made = []
    for case in listed:
        if (said := newest.get(case.pk)) is None:
            continue
        content = max(case.case_files.all(), key=lambda f: f.version).content
        person = content.get("person", {})
        made.append(
            Entry(
                reference=case.reference,
                alias=content.get("alias") or case.reference,
                score=said.score,
                amount=said.amount,
                outcome=said.outcome,
                is_act_first=bool(person.get("act_first")),
                region=case.organisation.region,
                need_level=str(person.get("need_level") or ""),
                submitted_at=case.submitted_at,
                threshold=case.terms.threshold,
                application=case,
            )
        )
    return made


def awards_in(in_round: Round) -> dict[str, Counter[str]]:
    """Awards of a round so far, by region and by level of need of the newest case file."""
    newest = CaseFile.objects.filter(application=OuterRef("pk")).order_by("-version")
    level = newest.annotate(said=KT("content__person__need_level")).values("said")[:1]
    rows = (
        in_round.applications.filter(grant__isnull=False)
        .exclude(grant__state=GrantState.REFUSED)
        .annotate(level=Subquery(level))
        .values_list("organisation__region", "level")
    )
    found: dict[str, Counter[str]] = {Equity.REGION: Counter(), Equity.NEED: Counter()}
    for region, need in rows:
        found[Equity.REGION][region] += 1
        found[Equity.NEED][need or ""] += 1
    return found


def placed(
    entries: Iterable[Entry],
    *,
    money: Decimal,
    threshold: Decimal | None,
    minimum: Decimal,
    awards: Mapping[str, Mapping[str, int]],
    partial: bool = False,
    equity: str = Equity.REGION,
) -> tuple[Place, ...]:
    """The entries in order, with what each would get. `money` and `minimum` in pounds, `threshold` from
    0 to 100 (None: each case its own), `awards` as `awards_in` counts them."""

    def fewest(entry: Entry) -> int:
        group = entry.need_level if equity == Equity.NEED else entry.region
        return awards.get(equity, {}).get(group, 0)

    def order(entry: Entry) -> tuple:
        return (
            -entry.score,
            not entry.is_act_first,
            fewest(entry),
            entry.submitted_at,
            entry.reference,
        )

    ordered = sorted(entries, key=order)
    places: list[Place] = []
    left, ended = money, False
    for n, entry in enumerate(ordered):
        gets, words = ZERO, ""
        if entry.outcome not in AWARDING:
            words = "Recommended to decline"
        elif entry.score < (bar := entry.threshold if threshold is None else threshold):
            words = f"Below {bar.normalize():f}"
        elif ended:
            words = "Reserve: the money has ended"
        elif entry.amount <= left:
            gets, words = entry.amount, "In full"
        else:
            ended = True
            if partial and left >= minimum:
                gets, words = left, "In part: only if its core still works"
            else:
                words = "Reserve: does not fit into what is left"
        left -= gets
        places.append(
            Place(
                application=entry.application,
                reference=entry.reference,
                alias=entry.alias,
                score=entry.score,
                amount=entry.amount,
                is_act_first=entry.is_act_first,
                region=str(Region(entry.region).label) if entry.region else "",
                need_level=entry.need_level,
                outcome=entry.outcome,
                gets=gets,
                words=words,
                why_here=_tie(order(ordered[n - 1]), order(entry), equity) if n else "",
                is_below_line=ended and not gets,
                remark=entry.remark,
            )
        )
    return tuple(places)


def ranking_of(
    user: Any,
    in_round: Round,
    *,
    money: Decimal | None = None,
    threshold: Decimal | None = None,
    partial: bool = False,
    equity: str = Equity.REGION,
) -> Ranking:
    """The ranking of a round's concluded cases that `user` may see, in a handful of queries.

    `money` in pounds (what is left of the round unless said), `threshold` from 0 to 100 (unless said,
    that of the version each case was written under), `partial` whether the first that does not fit
    may take the rest, `equity` (of `Equity`) what settles a tie.
    """
    money = in_round.left if money is None else money
    cases = (
        rankable(user)
        .filter(round=in_round)
        .select_related("organisation", "terms")
        .prefetch_related("case_files")
    )
    said = found_since_in(cases)
    entries = [replace(e, remark=said.get(e.application.pk, "")) for e in entries_of(cases)]
    own = tuple(sorted({entry.threshold for entry in entries})) or (in_round.terms.threshold,)
    usual = own[0] if len(own) == 1 else None
    asked = None if threshold in (None, usual) else threshold
    places = placed(
        entries,
        money=money,
        threshold=asked,
        minimum=in_round.minimum,
        awards=awards_in(in_round),
        partial=partial,
        equity=equity,
    )
    return Ranking(
        round=in_round,
        places=places,
        money=money,
        threshold=usual if threshold is None else threshold,
        is_other_threshold=asked is not None,
        own_thresholds=own,
    )


def _tie(above: tuple, here: tuple, equity: str) -> str:
    """What put a case below the one above it, where their scores are the same."""
    if above[0] != here[0]:
        return ""
    group = "level of need" if equity == Equity.NEED else "region"
    reasons = ("act first comes first", f"the other’s {group} has fewer awards", "sent later")
    settled = next((n for n in range(1, 4) if above[n] != here[n]), 3)
    return f"Same score: {reasons[min(settled, 3) - 1]}"
