"""Concluded cases in the order in which money goes to them (domain 10.2), and where it ends. What-if
alone: nothing here decides, and nothing is kept.

Order: panel score; then "act first"; then the region with the fewest awards in this round so far; then
the earlier submission. Money goes from the top down to the cases that are recommended and reach the
threshold; the first that does not fit may take the rest as a partial award, if that is no less than the
round's minimum and the chair says its core still works.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grants.enums import AWARDING, ApplicationState, GrantState
from grants.models import Recommendation, Round

from ..querysets import cases_readable_by

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Place:
    """A case in the ranking. `gets` in pounds with this money and threshold; what it would need is
    the recommended amount. `why_here` says what settled a tie."""

    application: Any
    alias: str
    score: Decimal
    amount: Decimal
    is_act_first: bool
    region: str
    outcome: str
    gets: Decimal
    words: str
    why_here: str
    is_below_line: bool
    is_last_funded: bool = False


@dataclass(frozen=True)
class Ranking:
    round: Round
    places: tuple[Place, ...]
    money: Decimal
    threshold: Decimal
    is_other_threshold: bool = False

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


def ranking_of(
    user: Any,
    in_round: Round,
    *,
    money: Decimal | None = None,
    threshold: Decimal | None = None,
    partial: bool = False,
) -> Ranking:
    """The ranking of a round's concluded cases that `user` may see, in a handful of queries.

    `money` in pounds (what is left of the round unless said), `threshold` from 0 to 100 (unless said,
    that of the version each case was written under), `partial` whether the first that does not fit
    may take the rest.
    """
    money = in_round.left if money is None else money
    usual = in_round.terms.threshold
    asked, threshold = threshold, usual if threshold is None else threshold
    cases = list(
        rankable(user)
        .filter(round=in_round)
        .select_related("organisation", "terms")
        .prefetch_related("case_files")
    )
    newest: dict[int, Recommendation] = {}
    for found in Recommendation.objects.filter(application__in=cases).order_by("pk"):
        newest[found.application_id] = found
    awards = Counter(
        in_round.applications.filter(grant__isnull=False)
        .exclude(grant__state=GrantState.REFUSED)
        .values_list("organisation__region", flat=True)
    )
    content = {
        case.pk: max(case.case_files.all(), key=lambda f: f.version).content for case in cases
    }

    def act_first(case: Any) -> bool:
        return bool(content[case.pk].get("person", {}).get("act_first"))

    def order(case: Any) -> tuple:
        return (
            -newest[case.pk].score,
            not act_first(case),
            awards[case.organisation.region],
            case.submitted_at,
            case.reference,
        )

    cases = sorted((case for case in cases if case.pk in newest), key=order)
    places: list[Place] = []
    left, ended = money, False
    for n, case in enumerate(cases):
        said = newest[case.pk]
        gets, words = ZERO, ""
        if said.outcome not in AWARDING:
            words = "Recommended to decline"
        elif said.score < (bar := case.terms.threshold if asked in (None, usual) else threshold):
            words = f"Below {bar.normalize():f}"
        elif ended:
            words = "Reserve: the money has ended"
        elif said.amount <= left:
            gets, words = said.amount, "In full"
        else:
            ended = True
            if partial and left >= in_round.minimum:
                gets, words = left, "In part: only if its core still works"
            else:
                words = "Reserve: does not fit into what is left"
        left -= gets
        places.append(
            Place(
                application=case,
                alias=content[case.pk].get("alias") or case.reference,
                score=said.score,
                amount=said.amount,
                is_act_first=act_first(case),
                region=case.organisation.get_region_display(),
                outcome=said.outcome,
                gets=gets,
                words=words,
                why_here=_tie(order(cases[n - 1]), order(case)) if n else "",
                is_below_line=ended and not gets,
            )
        )
    return Ranking(in_round, tuple(places), money, threshold, threshold != usual)


def _tie(above: tuple, here: tuple) -> str:
    """What put a case below the one above it, where their scores are the same."""
    if above[0] != here[0]:
        return ""
    reasons = ("act first comes first", "the other’s region has fewer awards", "sent later")
    settled = next((n for n in range(1, 4) if above[n] != here[n]), 3)
    return f"Same score: {reasons[min(settled, 3) - 1]}"
