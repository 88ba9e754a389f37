"""Two versions of one person's plan beside each other (domain 6.1, clarification 18).

A saving may be negative, and stays so. Hospital costs avoided are never added to it: that would
count the same money twice.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from ..models import SupportPlan
from .costs import (
    CARER_HOURS,
    PENNY,
    WEEKS_IN_A_YEAR,
    ZERO,
    PlanFigures,
    figures_of,
    to_penny,
)


@dataclass(frozen=True)
class Comparison:
    """What changes from `before` to `after`. Money is pounds; a minus is a cost, not a saving.

    saving_percent: of the week before, one place; None where the week before cost nothing.
    payback_weeks: grant / weekly saving, two places; None without a saving or without a grant.
    saving_by_payer: empty unless both versions say who pays.
    family_hours_delta: unpaid family hours after, less before; a plus asks more of the family.
    carer_reasons: why somebody should ask the carer first, in sentences; empty when nothing does.
    """

    before: PlanFigures
    after: PlanFigures
    weekly_saving: Decimal
    annualised: Decimal
    saving_percent: Decimal | None
    payback_weeks: Decimal | None
    saving_by_payer: dict[str, Decimal]
    unpaid_hours_delta: Decimal
    family_hours_delta: Decimal
    grant_spent: Decimal | None = None
    carer_reasons: list[str] = field(default_factory=list)

    @property
    def unpaid_hours_flag(self) -> bool:
        """Family hours reach 35 a week, or rise by more than a fifth (from none: at all)."""
        return bool(self.carer_reasons)

    @property
    def is_confirmed(self) -> bool:
        """Both versions are confirmed by the commissioner: may enter the headline."""
        return self.before.is_confirmed and self.after.is_confirmed

    @property
    def is_implausible(self) -> bool:
        """Paid back in less than a week: confirm with the commissioner before it is used."""
        return self.payback_weeks is not None and self.payback_weeks < 1

    @property
    def has_payback(self) -> bool:
        return self.payback_weeks is not None


def _plain(number: Decimal) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def carer_reasons(before: Decimal, after: Decimal) -> list[str]:
    """Why somebody should ask the carer first, in sentences: 35 unpaid hours of family a week, or a rise by
    more than a fifth (clarification 18)."""
    reasons = []
    if after >= CARER_HOURS:
        reasons.append(
            f"The family gives {_plain(after)} unpaid hours a week. From 35 hours a carer may claim "
            "Carer’s Allowance."
        )
    if before == 0 and after > 0:
        reasons.append(f"The family gave no unpaid hours before, and now gives {_plain(after)}.")
    elif after > before * Decimal("1.2"):
        rise = ((after - before) / before * 100).quantize(Decimal(1), ROUND_HALF_UP)
        reasons.append(
            f"Unpaid family hours rise from {_plain(before)} to {_plain(after)} a week, up {rise}%."
        )
    return reasons


def annualised_saving(weekly: Decimal) -> Decimal:
    """Pounds a year: the weekly saving × 52."""
    return weekly * WEEKS_IN_A_YEAR


def compare(
    before: SupportPlan | PlanFigures,
    after: SupportPlan | PlanFigures,
    grant_spent: Decimal | None = None,
) -> Comparison:
    """Compare two versions, saved or worked out; `grant_spent` in pounds gives the payback."""
    b = figures_of(before) if isinstance(before, SupportPlan) else before
    a = figures_of(after) if isinstance(after, SupportPlan) else after
    saving = b.weekly_cost - a.weekly_cost
    percent = payback = None
    if b.weekly_cost:
        percent = (saving / b.weekly_cost * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if saving > 0 and grant_spent is not None:
        payback = (grant_spent / saving).quantize(PENNY, ROUND_HALF_UP)
    by_payer: dict[str, Decimal] = {}
    if b.by_payer and a.by_payer:
        payers = dict.fromkeys([*b.by_payer, *a.by_payer])
        by_payer = {p: b.by_payer.get(p, ZERO) - a.by_payer.get(p, ZERO) for p in payers}
    return Comparison(
        before=b,
        after=a,
        weekly_saving=saving,
        annualised=annualised_saving(saving),
        saving_percent=percent,
        payback_weeks=payback,
        saving_by_payer=by_payer,
        unpaid_hours_delta=a.unpaid_hours - b.unpaid_hours,
        family_hours_delta=a.family_hours - b.family_hours,
        grant_spent=grant_spent,
        carer_reasons=carer_reasons(b.family_hours, a.family_hours),
    )


def net_avoided(weeks: int, inpatient_weekly: Decimal, community_weekly: Decimal) -> Decimal:
    """Pounds: weeks × (a week in hospital − a week at home). Often negative; shown on its own.

    26 weeks × (3,500.00 − 6,822.00) = −86,372.00: staying out of hospital can cost more.
    """
    return to_penny(weeks * (inpatient_weekly - community_weekly))
