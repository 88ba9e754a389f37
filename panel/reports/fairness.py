"""How fair a round's scoring was: agreement, each assessor's leaning, scores as if nobody leaned, and
scores by group. Of concluded cases alone, and of those alone whose scores the reader may see.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, median
from typing import Any

from accounts.enums import OrganisationSize, Region
from grants.enums import AWARDING
from grants.models import Recommendation, Round

from ..agreement import Alpha, Leaning, leanings, ordinal_alpha
from ..enums import AssessmentState
from ..models import Assessment, Panellist
from ..querysets import cases_readable_by
from .moderation import CaseScores, case_scores
from .totals import PLACES

FEW = 10  # groups below this many cases: too few to compare (domain 8.2)


def signed(points: float | Decimal) -> str:
    """ "+3.21", "−2.10", "0.00": two places, a proper minus."""
    value = round(Decimal(points), 2)
    if not value:
        return "0.00"
    return f"{'+' if value > 0 else '−'}{abs(value):.2f}"


def figure(value: float) -> str:
    """ "0.82", "−0.10": an agreement, with a proper minus."""
    return f"{value:.2f}".replace("-", "−")


@dataclass(frozen=True)
class CriterionAgreement:
    code: str
    title: str
    alpha: Alpha | None
    spread_cases: int  # cases where this criterion differed by 2 or more

    @property
    def value(self) -> str:
        return figure(self.alpha.value) if self.alpha else "–"

    @property
    def interval(self) -> str:
        if self.alpha is None:
            return "Nothing to compare"
        if self.alpha.units < FEW:
            return f"Fewer than {FEW} cases"
        return f"{figure(self.alpha.low)} to {figure(self.alpha.high)}"


@dataclass(frozen=True)
class AssessorLeaning:
    panellist: Panellist
    leaning: Leaning

    @property
    def points(self) -> str:
        return signed(self.leaning.points)

    @property
    def interval(self) -> str:
        return f"{signed(self.leaning.low)} to {signed(self.leaning.high)}"

    @property
    def words(self) -> str:
        if not self.leaning.is_clear:
            return "No clear leaning"
        return (
            "Scores higher than others" if self.leaning.points > 0 else "Scores lower than others"
        )


@dataclass(frozen=True)
class CaseFairness:
    """A case with its panel score as it is, and beside it as if nobody leaned (never instead)."""

    application: Any
    alias: str
    scores: CaseScores
    adjusted: Decimal | None

    @property
    def moved(self) -> Decimal | None:
        """Points by which the adjusted score differs; None when there is none."""
        if self.adjusted is None or self.scores.score is None:
            return None
        return self.adjusted - self.scores.score

    @property
    def moved_words(self) -> str:
        return "–" if self.moved is None else signed(self.moved)

    @property
    def crosses(self) -> bool:
        """The two scores lie on different sides of the threshold."""
        if self.adjusted is None or self.scores.score is None:
            return False
        at = self.scores.threshold
        return (self.adjusted >= at) != (self.scores.score >= at)


@dataclass(frozen=True)
class Group:
    """Cases of one group: how many, their mean score, and how many the panel recommends to fund."""

    name: str
    cases: int
    mean: Decimal
    recommended: int

    @property
    def is_few(self) -> bool:
        return self.cases < FEW

    @property
    def rate(self) -> Decimal:
        """Percent recommended."""
        return Decimal(100 * self.recommended) / self.cases


@dataclass(frozen=True)
class Fairness:
    round: Round
    cases: tuple[CaseFairness, ...]
    agreement: Alpha | None
    criteria: tuple[CriterionAgreement, ...]
    assessors: tuple[AssessorLeaning, ...]
    groups: tuple[tuple[str, tuple[Group, ...]], ...]
    assessor_points: Decimal | None  # standard deviation between assessors, in points

    @property
    def agreement_words(self) -> str:
        return figure(self.agreement.value) if self.agreement else "–"

    @property
    def agreement_interval(self) -> str:
        if self.agreement is None:
            return "Too little to compare"
        low, high = figure(self.agreement.low), figure(self.agreement.high)
        return f"95% interval {low} to {high}; Krippendorff’s alpha, ordinal"

    @property
    def mean(self) -> Decimal | None:
        return _two(mean(self._scores)) if self._scores else None

    @property
    def median(self) -> Decimal | None:
        return _two(median(self._scores)) if self._scores else None

    @property
    def _scores(self) -> list[Decimal]:
        return [c.scores.score for c in self.cases if c.scores.score is not None]

    @property
    def flagged(self) -> int:
        """Cases in which a criterion differed by 2 or more."""
        return sum(any(row.is_spread for row in case.scores.rows) for case in self.cases)

    @property
    def crossing(self) -> list[CaseFairness]:
        return [case for case in self.cases if case.crosses]


def _two(value: Any) -> Decimal:
    return Decimal(value).quantize(PLACES)


def concluded_rounds(user: Any) -> list[Round]:
    """Rounds with a concluded case whose scores `user` may see, the latest first."""
    concluded = cases_readable_by(user).filter(conclusion__isnull=False)
    found = Round.objects.filter(pk__in=concluded.values("round"))
    return list(found.order_by("-opens_at", "-pk"))


def fairness_of(user: Any, in_round: Round) -> Fairness:
    """The fairness of a round, from its concluded cases that `user` may read; the same number of
    queries for any number of cases.

    Sheets count as they do for the panel score. An assessor's leaning needs cases that others
    scored, too; where the numbers do not carry one, there is none and no adjusted score.
    """
    cases = list(
        cases_readable_by(user)
        .filter(round=in_round, conclusion__isnull=False)
        .select_related("round", "terms", "organisation")
        .prefetch_related("terms__criteria", "case_files", "flag_resolutions")
        .order_by("reference")
    )
    sheets: dict[int, list[Assessment]] = defaultdict(list)
    visible = (
        Assessment.objects.visible_to(user)
        .filter(assignment__application__in=cases, state=AssessmentState.SUBMITTED)
        .select_related("assignment__panellist__user")
        .prefetch_related("scores")
    )
    for sheet in visible:
        sheets[sheet.assignment.application_id].append(sheet)
    scored = {case.pk: case_scores(case, sheets[case.pk]) for case in cases}
    people = {
        s.assignment.panellist_id: s.assignment.panellist for rows in sheets.values() for s in rows
    }
    fit = leanings(
        (pk, sheet.assessment.assignment.panellist_id, float(sheet.total))
        for pk, scores in scored.items()
        for sheet in scores.counted
        if sheet.total is not None
    )
    rows = []
    for case in cases:
        totals = {
            s.assessment.assignment.panellist_id: float(s.total)
            for s in scored[case.pk].counted
            if s.total is not None
        }
        rows.append(
            CaseFairness(
                case,
                _content(case).get("alias") or case.reference,
                scored[case.pk],
                _two(round(fit.adjusted(totals), 2)) if fit and totals else None,
            )
        )
    criteria = _criteria(in_round, scored.values())
    return Fairness(
        round=in_round,
        cases=tuple(rows),
        agreement=ordinal_alpha(
            unit for scores in scored.values() for _, unit in _units(scores) if len(unit) > 1
        ),
        criteria=criteria,
        assessors=tuple(
            sorted(
                (
                    AssessorLeaning(people[pk], leaning)
                    for pk, leaning in (fit.by_assessor if fit else {}).items()
                ),
                key=lambda row: row.leaning.points,
            )
        ),
        groups=_groups(rows),
        assessor_points=_two(round(fit.assessor_variance**0.5, 2)) if fit else None,
    )


def _content(case: Any) -> dict[str, Any]:
    """Of the newest version, from the prefetch."""
    versions = list(case.case_files.all())
    return max(versions, key=lambda f: f.version).content if versions else {}


def _units(scores: CaseScores) -> Iterable[tuple[str, list[int]]]:
    """(criterion code, values that counted) of one case."""
    for row in scores.rows:
        given = [c.score.score for c in row.cells if c.sheet.counts and c.score]
        yield row.criterion.code, [value for value in given if value is not None]


def _criteria(in_round: Round, scored: Iterable[CaseScores]) -> tuple[CriterionAgreement, ...]:
    units: dict[str, list[list[int]]] = defaultdict(list)
    spread: dict[str, int] = defaultdict(int)
    for scores in scored:
        for code, unit in _units(scores):
            units[code].append(unit)
        for row in scores.rows:
            spread[row.criterion.code] += row.is_spread
    return tuple(
        CriterionAgreement(c.code, c.title, ordinal_alpha(units[c.code]), spread[c.code])
        for c in in_round.criteria.order_by("code")
    )


def _groups(rows: list[CaseFairness]) -> tuple[tuple[str, tuple[Group, ...]], ...]:
    """By region, need level and size of the organisation: in the order of each list."""
    outcomes = {
        r.application_id: r.outcome
        for r in Recommendation.objects.filter(
            application__in=[row.application.pk for row in rows]
        ).order_by("pk")
    }
    regions = {region.value: region.label for region in Region}
    sizes = {size.value: size.label for size in OrganisationSize}

    def level(row: CaseFairness) -> str:
        found = _content(row.application).get("person", {}).get("need_level")
        return f"Need level {found}" if found else "Not known"

    ways = (
        (
            "Region",
            list(regions.values()),
            lambda row: regions.get(row.application.organisation.region, "Not known"),
        ),
        ("Level of need", [f"Need level {n}" for n in range(1, 5)], level),
        (
            "Size of the organisation",
            list(sizes.values()),
            lambda row: sizes.get(row.application.organisation.size, "Not known"),
        ),
    )
    found = []
    for title, order, name_of in ways:
        held: dict[str, list[CaseFairness]] = defaultdict(list)
        for row in rows:
            if row.scores.score is not None:
                held[name_of(row)].append(row)
        names = [name for name in [*order, "Not known"] if name in held]
        found.append(
            (
                title,
                tuple(
                    Group(
                        name,
                        len(held[name]),
                        _two(
                            mean(r.scores.score for r in held[name] if r.scores.score is not None)
                        ),
                        sum(outcomes.get(r.application.pk) in AWARDING for r in held[name]),
                    )
                    for name in names
                ),
            )
        )
    return tuple(found)
