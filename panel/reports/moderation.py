"""A case's scores side by side: averages, spreads, flags, and what the rules suggest (domain 10.2).

The caller brings the assessments: those that `rules.visible_assessments` let through for a page, or
those that count for a conclusion. A sheet with fewer than five of seven judged is shown and does not
count for quorum, averages or the panel score (clarification 21).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median, stdev
from typing import Any

from grants.enums import ApplicationState, Outcome
from grants.models import Application, Criterion, Recommendation

from ..enums import FlagKind, Seat
from ..models import Assessment, Assignment, Resolution, Score
from ..models.assessment import judged_needed
from ..models.assignment import OVER
from ..rules import has_conflict
from .totals import PLACES, criterion_average, criterion_spread, panel_score, panellist_total

SPREAD_LIMIT = 2
TOTALS_LIMIT = Decimal(15)
NEAR_THRESHOLD = Decimal(3)


@dataclass(frozen=True)
class Sheet:
    """One assessment with its total (0 to 100) and how many criteria it judged."""

    assessment: Assessment
    label: str
    is_own: bool
    is_lived_experience: bool
    scores: dict[int, Score]
    total: Decimal | None
    judged: int
    counts: bool


@dataclass(frozen=True)
class Cell:
    sheet: Sheet
    score: Score | None

    @property
    def figure(self) -> str:
        """The number alone; a dash for "not able to judge"."""
        return "–" if self.score is None or self.score.score is None else str(self.score.score)

    @property
    def label(self) -> str:
        return self.score.label if self.score else "Not scored"


@dataclass(frozen=True)
class CriterionRow:
    """A criterion with everybody's score; average and spread over counted sheets that judged it."""

    criterion: Criterion
    cells: tuple[Cell, ...]
    average: Decimal | None
    spread: int | None

    @property
    def is_below_minimum(self) -> bool:
        """Compared exactly, before rounding."""
        minimum = self.criterion.minimum
        judged = [s for c in self._counted() if c.score and (s := c.score.score) is not None]
        return minimum is not None and bool(judged) and sum(judged) < minimum * len(judged)

    def _counted(self) -> list[Cell]:
        return [c for c in self.cells if c.sheet.counts and c.score and c.score.score is not None]

    @property
    def is_spread(self) -> bool:
        return self.spread is not None and self.spread >= SPREAD_LIMIT


@dataclass(frozen=True)
class Flag:
    """A reason to look again. `value` is what it says; `resolution` answers that very value."""

    kind: FlagKind
    value: str
    text: str
    criterion: Criterion | None = None
    resolution: Resolution | None = None

    @property
    def key(self) -> str:
        """How the flag is called in addresses: "spread-c3", "totals"."""
        return f"{self.kind}-{self.criterion.code.lower()}" if self.criterion else str(self.kind)

    @property
    def tone(self) -> str:
        return "look" if self.kind == FlagKind.THRESHOLD else "stop"


@dataclass(frozen=True)
class Suggestion:
    """What the published rules suggest, and why. The panel decides."""

    outcome: Outcome
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class CaseScores:
    application: Application
    sheets: tuple[Sheet, ...]
    rows: tuple[CriterionRow, ...]
    score: Decimal | None
    threshold: Decimal
    quorum: int
    flags: tuple[Flag, ...] = field(default=())

    @property
    def counted(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.counts]

    @property
    def totals(self) -> list[Decimal]:
        """Totals of the counted sheets, highest first: the order says nothing about who."""
        return sorted((s.total for s in self.counted if s.total is not None), reverse=True)

    @property
    def total_spread(self) -> Decimal | None:
        return self.totals[0] - self.totals[-1] if self.totals else None

    @property
    def median(self) -> Decimal | None:
        """The middle total of the counted sheets, two places."""
        return median(self.totals).quantize(PLACES) if self.totals else None

    @property
    def deviation(self) -> Decimal | None:
        """The sample standard deviation of the totals, two places; None for fewer than two."""
        return stdev(self.totals).quantize(PLACES) if len(self.totals) > 1 else None

    @property
    def coverage(self) -> tuple[int, int]:
        """(criteria judged, criteria that could be) over all sheets: the rest was "not able"."""
        return sum(s.judged for s in self.sheets), len(self.sheets) * len(self.rows)

    @property
    def mean_spread(self) -> Decimal | None:
        """P11: the mean of highest less lowest per criterion, two places (domain 8.1)."""
        spreads = [row.spread for row in self.rows if row.spread is not None]
        return criterion_average(spreads)

    @property
    def open_flags(self) -> list[Flag]:
        return [flag for flag in self.flags if flag.resolution is None]

    @property
    def has_quorum(self) -> bool:
        return len(self.counted) >= self.quorum and any(s.is_lived_experience for s in self.counted)

    @property
    def below_minimum(self) -> list[CriterionRow]:
        return [row for row in self.rows if row.is_below_minimum]

    @property
    def suggestion(self) -> Suggestion | None:
        """Approve from the threshold on, unless an average needed to fund is missed (domain 10.2)."""
        if self.score is None:
            return None
        below = tuple(
            f"{row.criterion.code} averages {row.average} and needs {row.criterion.minimum}."
            for row in self.below_minimum
        )
        if below:
            return Suggestion(Outcome.DECLINE, below)
        if self.score >= self.threshold:
            return Suggestion(
                Outcome.APPROVE,
                (f"The panel score {self.score} reaches the threshold of {self.threshold:.0f}.",),
            )
        return Suggestion(
            Outcome.DECLINE,
            (f"The panel score {self.score} is below the threshold of {self.threshold:.0f}.",),
        )


def sheet_of(assessment: Assessment, criteria: Iterable[Criterion], *, is_own: bool) -> Sheet:
    """An assessment with its total; uses a prefetch of its scores."""
    listed = list(criteria)
    scores = {score.criterion_id: score for score in assessment.scores.all()}
    marks = [(c.weight, scores[c.pk].score if c.pk in scores else None) for c in listed]
    judged = sum(score is not None for _, score in marks)
    seat = assessment.assignment
    return Sheet(
        assessment=assessment,
        label=seat.label,
        is_own=is_own,
        is_lived_experience=seat.panellist.is_lived_experience,
        scores=scores,
        total=panellist_total(marks),
        judged=judged,
        counts=judged >= judged_needed(len(listed)),
    )


def case_scores(
    application: Application, assessments: Iterable[Assessment], *, viewer_id: int | None = None
) -> CaseScores:
    """Everything that moderation shows, from the submitted `assessments` of one case."""
    criteria = sorted(application.terms.criteria.all(), key=lambda c: c.code)
    sheets = tuple(
        sorted(
            (
                sheet_of(a, criteria, is_own=a.assignment.panellist.user_id == viewer_id)
                for a in assessments
                if a.submitted_at is not None
            ),
            key=lambda sheet: sheet.assessment.assignment.number,
        )
    )
    counted = [sheet for sheet in sheets if sheet.counts]
    rows = []
    for criterion in criteria:
        judged = [s.scores[criterion.pk].score for s in counted if criterion.pk in s.scores]
        rows.append(
            CriterionRow(
                criterion,
                tuple(Cell(sheet, sheet.scores.get(criterion.pk)) for sheet in sheets),
                criterion_average(judged),
                criterion_spread(judged),
            )
        )
    found = CaseScores(
        application=application,
        sheets=sheets,
        rows=tuple(rows),
        score=panel_score([s.total for s in counted if s.total is not None]),
        threshold=application.terms.threshold,
        quorum=application.quorum,
    )
    return CaseScores(**{**found.__dict__, "flags": tuple(_flags(found))})


def _flags(scores: CaseScores) -> list[Flag]:
    flags = []
    for row in scores.rows:
        code = row.criterion.code
        if row.average is None and scores.counted:
            flags.append(
                Flag(FlagKind.UNJUDGED, "none", f"{code} nobody could judge", row.criterion)
            )
        if row.is_spread:
            flags.append(
                Flag(FlagKind.SPREAD, str(row.spread), f"{code} spread {row.spread}", row.criterion)
            )
        if row.is_below_minimum:
            flags.append(
                Flag(
                    FlagKind.MINIMUM,
                    str(row.average),
                    f"{code} average {row.average}, needs {row.criterion.minimum}",
                    row.criterion,
                )
            )
    apart = scores.total_spread
    if apart is not None and apart >= TOTALS_LIMIT:
        flags.append(Flag(FlagKind.TOTALS, str(apart), f"Totals {apart} apart"))
    if scores.score is not None and abs(scores.score - scores.threshold) <= NEAR_THRESHOLD:
        flags.append(
            Flag(
                FlagKind.THRESHOLD,
                str(scores.score),
                f"Within 3 of the threshold of {scores.threshold:.0f}",
            )
        )
    resolved = {
        (r.kind, r.criterion_id, r.value): r
        for r in sorted(scores.application.flag_resolutions.all(), key=lambda r: r.pk)
    }
    return [
        Flag(
            f.kind,
            f.value,
            f.text,
            f.criterion,
            resolved.get((f.kind, f.criterion.pk if f.criterion else None, f.value)),
        )
        for f in flags
    ]


def counting_assessments(application: Application) -> list[Assessment]:
    """The submitted assessments that stand, for the verb that concludes. Not for pages."""
    found = Assessment.objects.submitted().filter(assignment__application=application)
    return list(
        found.select_related("assignment__panellist", "assignment__application").prefetch_related(
            "scores"
        )
    )


def conclude_blockers(application: Application, scores: CaseScores | None = None) -> list[str]:
    """What stands in the way of a conclusion, in sentences without a value of any score.

    Quorum with a lived-experience member, everybody who is waited for is in, every flag resolved
    (a criterion that nobody judged is a flag). `scores`: as `case_scores` gives them, where the caller
    has worked them out.
    """
    if application.state != ApplicationState.WITH_PANEL:
        return [OVER]
    seats = list(
        Assignment.objects.filter(application=application)
        .waited_for()
        .select_related("panellist", "assessment")
    )
    scores = scores or case_scores(application, counting_assessments(application))
    submitted = len(scores.sheets)
    found = []
    needed = application.quorum
    if len(seats) != submitted:
        found.append(f"{submitted} of {max(len(seats), needed)} assessments are in.")
    if len(seats) < needed:
        found.append(
            f"{len(seats)} of the {needed} assessors that a conclusion needs are on this case. "
            "Assign another."
        )
    if not any(seat.panellist.is_lived_experience for seat in seats):
        found.append("Nobody with lived experience scores this case. Assign a member who has.")
    if found:
        return found
    if not scores.has_quorum:
        found.append(
            f"{len(scores.counted)} sheets judge enough criteria to count. {needed} are needed, "
            "one of them by a member with lived experience."
        )
    if flags := scores.open_flags:
        noun = "flag is" if len(flags) == 1 else "flags are"
        found.append(f"{len(flags)} {noun} still to resolve.")
    return found


def found_since(application: Application) -> str:
    """What a conclusion counted and no longer stands, because an interest was found after it: the panel
    score without it (0 to 100, two places; domain 10.2). Empty where all of it stands."""
    held = application.recommendations.order_by("-pk").first()
    if held is None:
        return ""
    standing = counting_assessments(application)
    counted = set(held.panellists)
    gone = len(counted - {one.assignment.panellist.user_id for one in standing})
    said = []
    if gone:
        left = case_scores(application, standing)
        have = "has" if gone == 1 else "have"
        without = (
            f"Without {'it' if gone == 1 else 'them'} the panel score is {left.score}, "
            f"from {len(left.counted)}."
            if left.score is not None
            else "No other scores are left."
        )
        said.append(
            f"An interest was found after the panel concluded: {gone} of the {len(counted)} members "
            f"whose scores it counted {have} one, and those scores no longer stand. {without}"
        )
    chairs = application.seats_given.filter(seat=Seat.CHAIR, panellist__user=held.received_by_id)
    if chairs.exists() and not chairs.opening().exists():
        said.append("An interest of the chair who concluded was found after that.")
    return " ".join(said)


def found_since_in(applications: Iterable[Application]) -> dict[int, str]:
    """{application: `found_since`} for those of concluded cases that have something to say. Three queries,
    and those of `found_since` for each of them."""
    cases = {case.pk: case for case in applications}
    standing: dict[int, set[int]] = {pk: set() for pk in cases}
    sheets = Assessment.objects.submitted().filter(assignment__application__in=cases)
    chairs = Assignment.objects.opening().filter(seat=Seat.CHAIR, application__in=cases)
    for pk, user in (
        *sheets.values_list("assignment__application_id", "assignment__panellist__user_id"),
        *chairs.values_list("application_id", "panellist__user_id"),
    ):
        standing[pk].add(user)
    asked = {}
    for held in Recommendation.objects.filter(application__in=cases).order_by("pk"):
        asked[held.application_id] = {*held.panellists, held.received_by_id}
    gone = [pk for pk, people in asked.items() if people - standing[pk]]
    return {pk: said for pk in gone if (said := found_since(cases[pk]))}


def remark_before_release(user: Any, application: Application) -> str:
    """`found_since`, for staff who read the recommendation while it can still change a decision."""
    waits = application.state in (ApplicationState.RECOMMENDED, ApplicationState.DECIDED)
    return found_since(application) if waits and not has_conflict(user, application) else ""
