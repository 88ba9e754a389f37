"""The calculator: hours a week × staff × rate, line by line (domain 6.1, clarifications 16 and 17).

Every line is rounded to the penny, half up, and then summed. Money is pounds a week unless said
otherwise; hours are hours a week. A line may be saved or not: only its fields are read.

Words used here. A *cover* line is a person at someone's side: neither assistive technology nor
accommodation nor living costs. A line *alongside* adds staff and cost to hours that another line
covers. *Paid* is everything but family and volunteers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ..enums import (
    NIGHT_AREAS,
    NOT_COVER,
    UNPAID,
    Confidence,
    Payer,
    PlanPoint,
    RateBasis,
    ResourceType,
)
from ..enums import SupportArea as Area
from ..models import FocusPerson, SupportLine, SupportPlan

PENNY = Decimal("0.01")
ZERO = Decimal("0.00")
HOURS_IN_A_WEEK = Decimal(168)
WEEKS_IN_A_YEAR = 52


def to_penny(amount: Decimal | Fraction) -> Decimal:
    """Two places, half up. Fractions are rounded exactly, never through a float."""
    if isinstance(amount, Fraction):
        amount = Decimal(amount.numerator) / Decimal(amount.denominator)
    return amount.quantize(PENNY, ROUND_HALF_UP)


def is_paid(line: SupportLine) -> bool:
    """Everything but family and volunteers."""
    return line.resource not in UNPAID


def is_cover(line: SupportLine) -> bool:
    """A person at someone's side: not technology, accommodation or living costs."""
    return line.resource not in NOT_COVER


def is_headcount(line: SupportLine) -> bool:
    """Paid people at someone's side: what the staffing ratio counts."""
    return is_paid(line) and is_cover(line)


def lines_of(plan: SupportPlan) -> list[SupportLine]:
    """The plan's lines in their order (uses a prefetch where there is one)."""
    return sorted(plan.lines.all(), key=lambda line: line.number)


def line_cost(line: SupportLine) -> Decimal:
    """Pounds a week of one line, to the penny (clarification 16).

    Hourly: hours × staff × rate. A night: nights × staff × rate. A week: the amount itself. A year:
    the amount / 52. `staff` applies to neither of the last two. Family and volunteers cost £0.00.
    """
    if not is_paid(line):
        return ZERO
    if line.basis == RateBasis.HOURLY:
        return to_penny(line.hours * line.staff * line.rate)
    if line.basis == RateBasis.PER_NIGHT:
        return to_penny(Decimal(line.nights or 0) * line.staff * line.rate)
    if line.basis == RateBasis.FLAT:
        return to_penny(line.rate / WEEKS_IN_A_YEAR)
    return to_penny(line.rate)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def weekly_cost(plan: SupportPlan) -> Decimal:
    """Pounds a week: the lines, each to the penny, plus expenses, accommodation and living."""
    return _cost(plan, lines_of(plan))


def _cost(plan: SupportPlan, lines: Iterable[SupportLine]) -> Decimal:
    return _sum(line_cost(line) for line in lines) + (
        plan.expenses + plan.accommodation + plan.living
    )


def covered_hours(lines: Iterable[SupportLine]) -> Decimal:
    """Hours a week when somebody, paid or not, is there: cover lines that are not alongside."""
    return _sum(line.hours for line in lines if is_cover(line) and not line.is_alongside)


def paid_hours(lines: Iterable[SupportLine]) -> Decimal:
    """Hours × staff of paid cover lines, alongside lines included."""
    return _sum(line.hours * line.staff for line in lines if is_headcount(line))


def unpaid_hours(lines: Iterable[SupportLine]) -> Decimal:
    """Hours × people of family and volunteers."""
    return _sum(line.hours * line.staff for line in lines if not is_paid(line))


def family_hours(lines: Iterable[SupportLine]) -> Decimal:
    """Hours × people of the family alone: what the carer warning looks at (clarification 18)."""
    return _sum(line.hours * line.staff for line in lines if line.resource == ResourceType.FAMILY)


def average_ratio(lines: Iterable[SupportLine]) -> Fraction | None:
    """Paid staff to the person, averaged over the hours that paid staff cover, unrounded.

    sum(hours × staff) of paid cover lines / sum(hours) of those that are not alongside; None where
    paid staff cover no hours. 448 / 168 = 2.67; 280 / 168 = 1.67 (domain 6.1, clarification 17).
    """
    lines = list(lines)
    covered = _sum(x.hours for x in lines if is_headcount(x) and not x.is_alongside)
    return Fraction(paid_hours(lines)) / Fraction(covered) if covered else None


def peak_ratio(lines: Iterable[SupportLine]) -> Decimal | None:
    """The most paid staff at once: the largest `staff` of any paid cover line with hours.

    Lines alongside are left out, because the plan does not say which hours they lie beside; a
    version whose extra person always comes on top of the largest line understates its peak.
    """
    staff = [x.staff for x in lines if is_headcount(x) and not x.is_alongside and x.hours > 0]
    return max(staff, default=None)


@dataclass(frozen=True)
class AreaFigures:
    """One area of a week: hours covered, paid hours (hours × staff), pounds a week."""

    area: str
    label: str
    covered: Decimal
    paid: Decimal
    cost: Decimal


def hours_by_area(lines: Iterable[SupportLine]) -> list[AreaFigures]:
    """The areas that have lines, in the order of the list of areas."""
    lines = list(lines)
    found = []
    for area in Area:
        own = [line for line in lines if line.area == area]
        if own:
            cost = _sum(line_cost(line) for line in own)
            figures = AreaFigures(area, area.label, covered_hours(own), paid_hours(own), cost)
            found.append(figures)
    return found


def split_of(plan: SupportPlan) -> dict[str, Decimal]:
    """Payer → percent, in the order of the list; empty when nobody has said who pays."""
    held = plan.payer_split or {}
    return {
        payer.value: Decimal(str(held[payer.value]))
        for payer in Payer
        if Decimal(str(held.get(payer.value, 0))) > 0
    }


def cost_by_payer(plan: SupportPlan) -> dict[str, Decimal]:
    """Payer → pounds a week. The parts sum to the weekly cost: the largest payer takes the penny.

    Empty when the split is not known: missing is not zero.
    """
    return _parts(weekly_cost(plan), split_of(plan))


def _parts(whole: Decimal, split: dict[str, Decimal]) -> dict[str, Decimal]:
    if not split:
        return {}
    parts = {payer: to_penny(whole * share / 100) for payer, share in split.items()}
    largest = max(split, key=lambda payer: split[payer])
    parts[largest] += whole - sum(parts.values())
    return parts


@dataclass(frozen=True)
class PlanFigures:
    """What one version of a support plan adds up to. Ratios are rounded to two places, half up.

    `coverage` is covered hours as a percentage of the 168 hours of a week, one place.
    `shadow_value`: unpaid hours × the shadow rate, pounds a week; never part of the weekly cost.
    `carer_warning` is true from 35 unpaid family hours a week (domain 6.1).
    """

    weekly_cost: Decimal
    covered_hours: Decimal
    paid_hours: Decimal
    average_ratio: Decimal | None
    exact_ratio: Fraction | None
    peak_ratio: Decimal | None
    peak_day: Decimal | None
    peak_night: Decimal | None
    unpaid_hours: Decimal
    family_hours: Decimal
    coverage: Decimal
    areas: list[AreaFigures]
    by_payer: dict[str, Decimal]
    split: dict[str, Decimal]
    confidence: str
    shadow_value: Decimal = ZERO

    @property
    def carer_warning(self) -> bool:
        return self.family_hours >= CARER_HOURS

    @property
    def is_overfull(self) -> bool:
        """More hours are covered than a week has: some lines run side by side."""
        return self.covered_hours > HOURS_IN_A_WEEK

    @property
    def is_confirmed(self) -> bool:
        """Confirmed by the commissioner: may enter the funder's headline."""
        return self.confidence == Confidence.COMMISSIONER


# Hours of care a week from which a carer may claim Carer's Allowance (domain 6.1).
CARER_HOURS = Decimal(35)


def figures_of(plan: SupportPlan, lines: Iterable[SupportLine] | None = None) -> PlanFigures:
    """Every figure of one version. `lines` stands in for the saved ones ("work it out")."""
    own = lines_of(plan) if lines is None else list(lines)
    cost = _cost(plan, own)
    ratio = average_ratio(own)
    covered = covered_hours(own)
    split = split_of(plan)
    return PlanFigures(
        weekly_cost=cost,
        covered_hours=covered,
        paid_hours=paid_hours(own),
        average_ratio=None if ratio is None else to_penny(ratio),
        exact_ratio=ratio,
        peak_ratio=peak_ratio(own),
        peak_day=peak_ratio(x for x in own if x.area not in NIGHT_AREAS),
        peak_night=peak_ratio(x for x in own if x.area in NIGHT_AREAS),
        unpaid_hours=unpaid_hours(own),
        family_hours=family_hours(own),
        coverage=(covered / HOURS_IN_A_WEEK * 100).quantize(Decimal("0.1"), ROUND_HALF_UP),
        areas=hours_by_area(own),
        by_payer=_parts(cost, split),
        split=split,
        confidence=plan.confidence,
        shadow_value=to_penny(unpaid_hours(own) * (plan.shadow_rate or ZERO)),
    )


def latest_plan(
    person: FocusPerson, *, point: str | None = None, by_day: date | None = None
) -> SupportPlan | None:
    """The newest version, of one point or dated by a day where these are given; None without one."""
    found = person.plans.prefetch_related("lines")
    if point:
        found = found.filter(point=point)
    if by_day:
        found = found.filter(dated_on__lte=by_day)
    return found.order_by("-version").first()


def plan_in_force(plans: Iterable[SupportPlan]) -> SupportPlan | None:
    """The week as it is: the newest version that is no plan for later; the newest of all where every one is
    planned; None without one."""
    newest_first = sorted(plans, key=lambda plan: -plan.version)
    held = (plan for plan in newest_first if plan.point != PlanPoint.PLANNED)
    return next(held, newest_first[0] if newest_first else None)
