"""What the week of support costs before and after (OUT-20, domain 6.1, clarification 18), and how its hours
and cost lie over the areas of support.

The headline holds only grants whose commissioner confirmed both weeks, and sums negatives in. Nothing is
added for a hospital stay that was avoided: it would count the same money twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from focus_people.enums import SupportArea
from focus_people.reports import annualised_saving

from ..enums import FOLLOW_UPS, POINT_TITLE, Point
from .figure import Column, Figure, Missing, Record, plain, pounds_text, several
from .records import GrantRow, Records, Week
from .staffing import Change, Pair
from .statistics import median

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class CostPair:
    """One active grant: its week before, and its latest week after by the cut-off; either may be missing."""

    grant: GrantRow
    before: Week | None
    after: Week | None
    point: Point | None

    @property
    def is_confirmed(self) -> bool:
        """The commissioner confirmed both weeks."""
        weeks = (self.before, self.after)
        return all(week is not None and week.is_confirmed for week in weeks)

    @property
    def saving(self) -> Decimal | None:
        """Pounds a week; less than nothing where the week costs more."""
        if self.before is None or self.after is None:
            return None
        return self.before.weekly_cost - self.after.weekly_cost

    @property
    def payback(self) -> Fraction | None:
        """Weeks until the saving has paid what was spent; None without either."""
        if not self.saving or self.saving <= 0 or self.grant.spent is None:
            return None
        return Fraction(self.grant.spent) / Fraction(self.saving)


@dataclass(frozen=True)
class Savings:
    """Over the grants with both weeks confirmed. Money is pounds a week; payback is weeks.

    payback: pooled, what all of them spent / what all of them save; median_payback: of the grants that
    have one, beside the number that have none.
    """

    confirmed: int
    both: int
    active: int
    before: Decimal
    after: Decimal
    payback: Fraction | None
    median_payback: Fraction | None
    without_payback: int

    @property
    def weekly(self) -> Decimal:
        return self.before - self.after

    @property
    def annualised(self) -> Decimal:
        return annualised_saving(self.weekly)


def cost_pairs(records: Records) -> list[CostPair]:
    """One for each active grant, in the order of their references."""
    found = []
    for grant in records.active:
        points = [point for point in FOLLOW_UPS if records.week(grant, point) is not None]
        last = points[-1] if points else None
        found.append(
            CostPair(
                grant,
                records.week(grant, Point.BASELINE),
                records.week(grant, last) if last else None,
                last,
            )
        )
    return found


def savings(found: Sequence[CostPair]) -> Savings:
    """The sums of a scope."""
    held = [pair for pair in found if pair.is_confirmed]
    before = sum((pair.before.weekly_cost for pair in held if pair.before), ZERO)
    after = sum((pair.after.weekly_cost for pair in held if pair.after), ZERO)
    spent = sum((pair.grant.spent or ZERO for pair in held), ZERO)
    paybacks = [pair.payback for pair in held if pair.payback is not None]
    weekly = before - after
    return Savings(
        confirmed=len(held),
        both=sum(1 for pair in found if pair.saving is not None),
        active=len(found),
        before=before,
        after=after,
        payback=Fraction(spent) / Fraction(weekly) if weekly > 0 and spent else None,
        median_payback=median(paybacks),
        without_payback=len(held) - len(paybacks),
    )


@dataclass(frozen=True)
class AreaChange:
    """One area of support over the grants with both weeks: paid hours and pounds a week, summed."""

    area: SupportArea
    hours_before: Decimal
    hours_after: Decimal
    cost_before: Decimal
    cost_after: Decimal


def areas(found: Sequence[Pair]) -> list[AreaChange]:
    """The areas with paid hours or cost before or after, of the grants with both ratios, safe or not."""
    both = [pair for pair in found if pair.change != Change.MISSING]
    sums = {area: [ZERO, ZERO, ZERO, ZERO] for area in SupportArea}
    for pair in both:
        for place, week in enumerate((pair.before, pair.after)):
            for figures in week.areas if week is not None else ():
                held = sums[SupportArea(figures.area)]
                held[place] += figures.paid
                held[place + 2] += figures.cost
    return [AreaChange(area, *held) for area, held in sums.items() if any(held)]


def figure(records: Records) -> Figure:
    """The weekly saving with its records."""
    found = cost_pairs(records)
    s = savings(found)
    shown = pounds_text(s.weekly) if s.confirmed else "None confirmed yet"
    own = sum(
        1
        for p in found
        if p.saving is not None and not p.is_confirmed and p.grant.id in records.other_figures
    )
    notes = [
        f"Over a year: {pounds_text(s.annualised)}." if s.confirmed else "",
        f"Paid back in {plain(s.payback, 2)} weeks, pooled; the median of the grants that have one is "
        f"{plain(s.median_payback, 2)}; {several(s.without_payback, 'has', 'have')} none."
        if s.confirmed
        else "",
        "A hospital stay that was avoided is not added: it would count the same money twice. A minus is a "
        "week that costs more.",
        "A commissioner may give another figure instead of confirming. It is kept at the grant and not added: "
        "it confirms neither week, line by line. It counts once the weeks are put right and confirmed.",
    ]
    return Figure(
        id="weekly-saving",
        code="OUT-20",
        title="Weekly cost saved, confirmed by commissioners",
        value=s.weekly if s.confirmed else None,
        shown=shown,
        unit="pounds a week" if s.confirmed else "",
        definition=(
            "The cost of the week before, less the cost of the latest week after, added up over the grants "
            "whose commissioner confirmed both. Each line is rounded to the penny; negatives are summed in."
        ),
        source="Programme definitions 5.4, OUT-20, and 6.1; clarifications 16 and 18",
        cut_off=records.scope.cut_off,
        denominators=(
            ("Confirmed", plain(s.confirmed), "grants with both weeks confirmed"),
            *(
                (
                    ("Before", pounds_text(s.before), "a week"),
                    ("After", pounds_text(s.after), "a week"),
                )
                if s.confirmed
                else ()
            ),
            ("Active", plain(s.active), "grants that became active"),
        ),
        missing=(
            Missing("Grants whose commissioner gave another figure", own),
            Missing("Other grants with both weeks, not both confirmed", s.both - s.confirmed - own),
            Missing("Grants that lack a week before or after", s.active - s.both),
        ),
        missing_says="They are left out: missing is not zero.",
        notes=tuple(note for note in notes if note),
        is_claim=True,
        record_columns=(
            Column("Grant"),
            Column("Organisation"),
            Column("Before", numeric=True),
            Column("After", numeric=True),
            Column("Report"),
            Column("Saved a week", numeric=True),
        ),
        records=[
            Record(
                opens=("grant", pair.grant.reference),
                cells=(
                    f"{pair.grant.alias}, {pair.grant.reference}",
                    pair.grant.organisation,
                    pounds_text(pair.before.weekly_cost) if pair.before else "missing",
                    pounds_text(pair.after.weekly_cost) if pair.after else "missing",
                    POINT_TITLE[pair.point] if pair.point else "none",
                    pounds_text(pair.saving) if pair.saving is not None else "missing",
                ),
                counts=None if pair.saving is None else pair.is_confirmed,
            )
            for pair in found
        ],
        record_noun=("grant", "grants"),
    )
