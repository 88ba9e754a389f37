"""What focus people's records add up to: the cost of a week, the circle on a day, two versions of a
plan compared, and what a case file freezes. Reading only: nothing here writes, and the same
functions serve pages, applications, outcome reports and the published figures.
"""

from .circles import active_members, by_sector, circle_gaps, current_consent, sectors_in_circle
from .comparison import Comparison, annualised_saving, compare, net_avoided
from .costs import (
    HOURS_IN_A_WEEK,
    AreaFigures,
    PlanFigures,
    average_ratio,
    cost_by_payer,
    covered_hours,
    family_hours,
    figures_of,
    hours_by_area,
    latest_plan,
    line_cost,
    paid_hours,
    peak_ratio,
    plan_in_force,
    unpaid_hours,
    weekly_cost,
)
from .snapshots import snapshot
from .unit_costs import unit_cost, unit_costs

__all__ = [
    "HOURS_IN_A_WEEK",
    "AreaFigures",
    "Comparison",
    "PlanFigures",
    "active_members",
    "annualised_saving",
    "average_ratio",
    "by_sector",
    "circle_gaps",
    "compare",
    "cost_by_payer",
    "covered_hours",
    "current_consent",
    "family_hours",
    "figures_of",
    "hours_by_area",
    "latest_plan",
    "line_cost",
    "net_avoided",
    "paid_hours",
    "peak_ratio",
    "plan_in_force",
    "sectors_in_circle",
    "snapshot",
    "unit_cost",
    "unit_costs",
    "unpaid_hours",
    "weekly_cost",
]
