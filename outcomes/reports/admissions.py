"""KPI-ADM: the share of organisations that reported a hospital admission reduced or avoided, for the
person or for other people whom the trained staff support (domain 5.5, clarifications 7 to 9).

One vote for each organisation, however many grants. Any accepted follow-up can give the yes; the
reading "latest report of each grant only" stands beside it. Those that answered nothing count in
neither part of denominator A, and as "no" in denominator B.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts import written
from accounts.enums import Region

from .. import indicators
from ..enums import (
    ADMISSION_SUCCESS,
    OTHERS_SUCCESS,
    AnswerStatus,
    Attester,
    Contribution,
)
from ..indicators import Risk, Value
from .figure import (
    Column,
    Figure,
    Missing,
    Part,
    Reading,
    Record,
    plain,
    several,
)
from .records import GrantRow, Records, ReportRow
from .statistics import Proportion

# Reports that were due, accepted by the cut-off: from this share on, a figure is no longer provisional.
SETTLED_PERCENT = 80
# Under so many organisations the count comes before the percentage.
SMALL = 10

WORDING = (
    "{percent}% of organisations that reported ({num} of {den_a}; {den_b} funded) said there had been a "
    "reduction or avoidance of a hospital admission for the person and/or other people their staff "
    "support (provider-reported; 95% CI {low}–{high}%)."
)
FOOTNOTE = (
    "A planned analysis of the 113 autistic participants in a UK cluster trial of PBS staff training "
    "found no statistically significant difference in behaviour (ABC-CT −2.10, 95% CI −11.3 to 7.13); "
    "mean incremental cost £628 per participant – so figures here are contribution claims, not proof."
)
DEFINITION = (
    "Organisations with at least one accepted outcome report saying that an admission was avoided or "
    "delayed, a stay was shortened, or a discharge went as planned, for the focus person; or that "
    "admissions were avoided or reduced for at least one other person whom the trained staff support. "
    "One vote for each organisation, however many grants."
)


@dataclass(frozen=True)
class Said:
    """What one report says about admissions.

    person, others: it reports a success. answered: it says anything at all about either.
    """

    person: bool
    others: bool
    answered: bool


def _value(values: Mapping[str, Value], code: str) -> Value | None:
    found = values.get(code)
    return found if found is not None and found.is_value else None


def person_success(report: ReportRow, risk: Risk | None) -> bool:
    """An outcome that counts, with every condition of its claim met (5.4 OUT-01, clarification 9)."""
    said = _value(report.values, "admission")
    if said is None or said.choice not in ADMISSION_SUCCESS:
        return False
    return not indicators.admission_problems(report.values, risk)


def others_success(report: ReportRow) -> bool:
    """Avoided or reduced for others, of whom there is at least one."""
    effect, count = _value(report.values, "others_effect"), _value(report.values, "others_count")
    if effect is None or effect.choice not in OTHERS_SUCCESS:
        return False
    return count is not None and count.number is not None and count.number >= 1


def has_answered(report: ReportRow) -> bool:
    """Anything but a reason why there is no answer, for the person or for others."""
    answers = (report.values.get("admission"), report.values.get("others_effect"))
    return any(a is not None and a.status == AnswerStatus.VALUE for a in answers)


def said_in(report: ReportRow, risk: Risk | None) -> Said:
    """What one report says about admissions, its claims checked."""
    return Said(person_success(report, risk), others_success(report), has_answered(report))


Choose = Callable[[list[ReportRow]], list[ReportRow]]


@dataclass(frozen=True)
class Vote:
    """One organisation: whether it answered, and for whom it reported a success."""

    organisation_id: int
    person: bool = False
    others: bool = False
    answered: bool = False

    @property
    def is_yes(self) -> bool:
        return self.person or self.others

    @property
    def words(self) -> str:
        if self.person and self.others:
            return "Both"
        return "The person" if self.person else "Others" if self.others else "Neither"


@dataclass(frozen=True)
class Admissions:
    """KPI-ADM with its parts. Percentages come from exact values; None where nothing was reported."""

    numerator: int
    reporting: int
    funded: int
    person_only: int
    others_only: int
    both: int
    latest: Proportion
    accepted: int
    due: int
    is_provisional: bool

    @property
    def neither(self) -> int:
        return self.reporting - self.numerator

    @property
    def of_reporting(self) -> Proportion:
        """Denominator A: the headline."""
        return Proportion(self.numerator, self.reporting)

    @property
    def of_funded(self) -> Proportion:
        """Denominator B: those that did not report count as no."""
        return Proportion(self.numerator, self.funded)

    @property
    def response(self) -> Proportion:
        return Proportion(self.reporting, self.funded)

    @property
    def latest_of_funded(self) -> Proportion:
        return Proportion(self.latest.part, self.funded)

    @property
    def outstanding(self) -> int:
        """Reports that are due and not accepted."""
        return self.due - self.accepted

    @property
    def still_needed(self) -> int:
        """How many more must be accepted before the label goes."""
        needed = -(-self.due * SETTLED_PERCENT // 100)
        return max(needed - self.accepted, 0)

    @property
    def headline(self) -> str:
        """What stands large: "82%"; a count where few reported; words where nobody did."""
        if not self.reporting:
            return "None yet"
        if self.reporting < SMALL:
            return f"{self.numerator} of {self.reporting}"
        return f"{self.of_reporting.whole_percent}%"

    @property
    def headline_says(self) -> str:
        """What follows the large figure."""
        if not self.reporting:
            return "No organisation has answered the question about hospital admissions yet."
        who = "organisations" if self.reporting < SMALL else "of organisations"
        return (
            f"{who} reported that a hospital admission was reduced or avoided for the person, for other "
            "people their staff support, or both."
        )

    @property
    def wording(self) -> str:
        """The sentence to quote (5.5); empty where nobody reported."""
        p = self.of_reporting
        if p.exact is None:
            return ""
        return WORDING.format(
            percent=p.whole_percent,
            num=self.numerator,
            den_a=self.reporting,
            den_b=self.funded,
            low=p.whole_low,
            high=p.whole_high,
        )


def is_provisional(accepted: int, due: int) -> bool:
    """Until 80% of the due reports of 3, 6 and 12 months together are accepted (clarification 7).

    Where none is due yet there is nothing to rest on either.
    """
    return not due or accepted * 100 < due * SETTLED_PERCENT


def votes(
    records: Records,
    *,
    choose: Choose = list,
    counts: Callable[[ReportRow], bool] = lambda report: True,
) -> dict[int, Vote]:
    """Organisation id → its vote, for every organisation with an accepted follow-up in scope.

    choose: which accepted follow-ups of a grant are read (all unless said). counts: a report of which
    this is false gives no success for the person; its answer stays an answer.
    """
    found: dict[int, Vote] = {}
    for grant in records.reporting:
        baseline = records.baseline(grant)
        risk = baseline.risk if baseline else None
        for report in choose(records.accepted(grant)):
            said = said_in(report, risk)
            held = found.get(grant.organisation_id, Vote(grant.organisation_id))
            found[grant.organisation_id] = Vote(
                grant.organisation_id,
                held.person or (said.person and counts(report)),
                held.others or said.others,
                held.answered or said.answered,
            )
    return found


def last_only(reports: list[ReportRow]) -> list[ReportRow]:
    """The latest accepted follow-up of a grant."""
    return reports[-1:]


def _proportion(found: Iterable[Vote], yes: Callable[[Vote], bool]) -> Proportion:
    answered = [vote for vote in found if vote.answered]
    return Proportion(sum(1 for vote in answered if yes(vote)), len(answered))


def _is_yes(vote: Vote) -> bool:
    return vote.is_yes


def kpi_adm(records: Records) -> Admissions:
    """KPI-ADM of a scope (domain 5.5)."""
    every = [vote for vote in votes(records).values() if vote.answered]
    latest = _proportion(votes(records, choose=last_only).values(), _is_yes)
    accepted = sum(1 for due in records.due if due.accepted_on is not None)
    return Admissions(
        numerator=sum(1 for v in every if v.is_yes),
        reporting=len(every),
        funded=len({grant.organisation_id for grant in records.active}),
        person_only=sum(1 for v in every if v.person and not v.others),
        others_only=sum(1 for v in every if v.others and not v.person),
        both=sum(1 for v in every if v.person and v.others),
        latest=latest,
        accepted=accepted,
        due=len(records.due),
        is_provisional=is_provisional(accepted, len(records.due)),
    )


def _by_grant(records: Records) -> Proportion:
    yes = answered = 0
    for grant in records.reporting:
        baseline = records.baseline(grant)
        said = [said_in(r, baseline.risk if baseline else None) for r in records.accepted(grant)]
        answered += any(s.answered for s in said)
        yes += any(s.answered and (s.person or s.others) for s in said)
    return Proportion(yes, answered)


OUTSIDE = (Attester.COMMISSIONER, Attester.SOCIAL_WORKER, Attester.CLINICIAN)
STRONG = (str(int(Contribution.SIGNIFICANT)), str(int(Contribution.MAIN)))


def _is_attested_outside(report: ReportRow) -> bool:
    said = _value(report.values, "attested_by")
    return said is not None and said.choice in OUTSIDE


def _is_strong(report: ReportRow) -> bool:
    said = _value(report.values, "contribution")
    return said is not None and said.choice in STRONG


def sensitivity(records: Records, found: Admissions) -> list[Reading]:
    """The same figure under other ways of counting; the headline first, denominator B second."""
    every = votes(records)
    return [
        Reading("Headline (A)", found.of_reporting, is_headline=True),
        Reading("All funded (B)", found.of_funded),
        Reading("Latest report of each grant only (A)", found.latest),
        Reading("Latest report of each grant only (B)", found.latest_of_funded),
        Reading("For the person only", _proportion(every.values(), lambda v: v.person)),
        Reading(
            "Attested outside the provider",
            _proportion(
                votes(records, counts=_is_attested_outside).values(), lambda vote: vote.person
            ),
        ),
        Reading(
            "Contribution 2 or 3 only",
            _proportion(votes(records, counts=_is_strong).values(), lambda vote: vote.person),
        ),
        Reading("One vote for each grant", _by_grant(records)),
    ]


def _reason(report: ReportRow) -> str:
    """Why a report that gives no answer gives none."""
    for item in ("admission", "others_effect"):
        said = report.values.get(item)
        if said is not None:
            return f"Accepted reports that say “{str(AnswerStatus(said.status).label).lower()}”"
    return "Accepted reports that leave the question out"


def missing_answers(records: Records, found: Admissions) -> list[Missing]:
    """Who and what is not in denominator A, by reason."""
    without = sum(1 for grant in records.reporting if not records.accepted(grant))
    reasons = Counter(
        _reason(report)
        for grant in records.reporting
        for report in records.accepted(grant)
        if not has_answered(report)
    )
    nobody = found.funded - found.reporting
    return [
        Missing("Organisations funded, with no answer to this question", nobody),
        Missing("Grants with a report due and none accepted", without),
        *(Missing(reason, count) for reason, count in sorted(reasons.items())),
    ]


def _records(records: Records) -> list[Record]:
    every = votes(records)
    grants: dict[int, list[GrantRow]] = defaultdict(list)
    for grant in records.active:
        grants[grant.organisation_id].append(grant)
    due: dict[int, list[date | None]] = defaultdict(list)
    for row in records.due:
        due[row.grant.organisation_id].append(row.accepted_on)
    found = []
    for own in sorted(grants.values(), key=lambda rows: rows[0].organisation.lower()):
        first = own[0]
        vote = every.get(first.organisation_id, Vote(first.organisation_id))
        reports = due[first.organisation_id]
        accepted = sum(1 for day in reports if day is not None)
        found.append(
            Record(
                opens=("organisation", first.organisation_reference),
                cells=(
                    first.organisation,
                    str(Region(first.region).label),
                    str(len(own)),
                    f"{accepted} of {len(reports)}",
                    vote.words if vote.answered else "No answer",
                ),
                counts=vote.is_yes if vote.answered else None,
            )
        )
    return found


def figure(records: Records) -> Figure:
    """KPI-ADM with everything behind it."""
    found = kpi_adm(records)
    p = found.of_reporting
    cut_off = records.scope.cut_off
    return Figure(
        id="admissions",
        code="KPI-ADM",
        title="Organisations that reported an admission reduced or avoided",
        value=p.exact,
        shown=found.headline,
        unit="% of organisations that reported",
        definition=DEFINITION,
        source="Programme definitions 5.5; clarifications 7, 8 and 9",
        cut_off=cut_off,
        numerator=(plain(found.numerator), "organisations with a report that counts"),
        denominators=(
            (
                "Denominator A, headline",
                plain(found.reporting),
                "organisations that answered the admission question for the person or for others",
            ),
            (
                "Denominator B, always shown",
                plain(found.funded),
                "organisations with a grant active by the cut-off. Those that have not reported count "
                f"as “no”. Response rate {found.reporting} of {found.funded}"
                + (f", {plain(found.response.percent)}%" if found.funded else ""),
            ),
        ),
        proportion=p,
        missing=missing_answers(records, found),
        missing_says="None of these counts as “no” in A. All of them do in B.",
        split=(
            Part("The person only", found.person_only),
            Part("Both", found.both),
            Part("Others only", found.others_only),
            Part("Neither", found.neither),
        ),
        split_says=(
            f"{found.person_only + found.both:,} for the person, {found.others_only:,} for others only"
        ),
        sensitivity=sensitivity(records, found),
        notes=(
            "Any accepted report after 3, 6 or 12 months can give the yes; a later report never takes it "
            "back. The reading of the latest report alone stands among the other ways of counting.",
            "Avoided counts with evidence of the risk at baseline, no nights in hospital, a contribution "
            "and a named role; delayed from 28 days; shortened from a fifth. A claim without its "
            "conditions is an answer, and no success.",
            f"Reports due and accepted by {written.day(cut_off)}: {found.accepted:,} of "
            f"{several(found.due, 'report', 'reports')}.",
        ),
        wording=found.wording,
        is_provisional=found.is_provisional,
        is_claim=True,
        record_columns=(
            Column("Organisation"),
            Column("Region"),
            Column("Grants", numeric=True),
            Column("Reports accepted", numeric=True),
            Column("Reported for"),
        ),
        records=_records(records),
        record_noun=("organisation", "organisations"),
    )
