"""What a case file holds about the person: enough to judge, nothing to recognise anybody by.

JSON-ready: text, whole numbers, lists; amounts, hours and dates as strings. Never the provider's
own reference, a staff code, an organisation or the person's public reference.
"""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.enums import Sector

from .. import enums
from ..models import FocusPerson, SupportPlan
from .circles import active_members, current_consent, sectors_in_circle
from .costs import PlanFigures, figures_of, latest_plan, line_cost, lines_of


def _labels(choices: Any, values: list[str]) -> list[str]:
    return [choices(value).label for value in values]


def _choice(person: FocusPerson, name: str) -> dict[str, str]:
    value = getattr(person, name)
    label = getattr(person, f"get_{name}_display")()
    return {"value": str(value), "label": str(label) if value else "Not known"}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _month(value: date | None) -> str | None:
    return None if value is None else f"{value:%Y-%m}"


def snapshot(person: FocusPerson, on: date) -> dict[str, Any]:
    """What stands about `person` on `on`; the circle is that of the day, the plan the newest."""
    members = active_members(person, on)
    counts = Counter((m.role, m.sector) for m in members)
    consent = current_consent(person)
    plan = latest_plan(person, by_day=on) or latest_plan(person)
    return {
        "on": on.isoformat(),
        "alias": person.alias,
        "facts": {
            name: _choice(person, name)
            for name in (
                "age_band",
                "setting",
                "area",
                "control_level",
                "chose_team",
            )
        }
        | {
            "conditions": _labels(enums.Condition, person.conditions),
            "funding_models": _labels(enums.FundingModel, person.funding_models),
            "commissioner": person.commissioner,
            "strengths": person.strengths,
            "communication": person.communication,
            "communication_needs": _labels(enums.CommunicationNeed, person.communication_needs),
            "service_design": _month(person.service_design_on),
            "working_policy": _month(person.working_policy_on),
        },
        "cohort": _choice(person, "cohort"),
        "dsr": _choice(person, "dsr_rating"),
        "evidence": {
            "kinds": _labels(enums.RiskEvidence, person.risk_evidence),
            "month": _month(person.risk_evidence_on),
            "discharge_planned": _month(person.discharge_planned_on),
        },
        "consent": consent
        and {
            "basis": consent.get_basis_display(),
            "decision_maker": consent.get_decision_maker_display(),
            "decided_on": consent.decided_on.isoformat(),
        },
        "need_level": person.need_level,
        "seriousness": person.seriousness,
        "context": person.context,
        "act_first": person.is_act_first,
        "needs": [
            {
                "code": need.code,
                "category": need.get_category_display(),
                "statement": need.statement,
            }
            for need in person.needs.order_by("number")
        ],
        "goals": [
            {
                "code": goal.code,
                "words": goal.words,
                "domain": goal.get_domain_display(),
                "own_words": goal.is_own_words,
            }
            for goal in person.goals.order_by("number")
        ],
        "circle": [
            {
                "role": enums.CircleRole(role).label,
                "sector": sector,
                "sector_label": Sector(sector).label,
                "count": n,
            }
            for (role, sector), n in counts.items()
        ],
        "circle_size": len(members),
        "sectors": sorted(sectors_in_circle(members)),
        "sectors_count": len(sectors_in_circle(members)),
        "plan": plan and _plan(plan, figures_of(plan)),
    }


def _plan(plan: SupportPlan, figures: PlanFigures) -> dict[str, Any]:
    return {
        "version": plan.version,
        "point": plan.get_point_display(),
        "dated_on": plan.dated_on.isoformat(),
        "confidence": plan.get_confidence_display(),
        "weekly_cost": _text(figures.weekly_cost),
        "covered_hours": _text(figures.covered_hours),
        "paid_hours": _text(figures.paid_hours),
        "average_ratio": _text(figures.average_ratio),
        "peak_ratio": _text(figures.peak_ratio),
        "unpaid_hours": _text(figures.unpaid_hours),
        "family_hours": _text(figures.family_hours),
        "by_payer": [
            {"payer": enums.Payer(payer).label, "percent": _text(share)}
            for payer, share in figures.split.items()
        ],
        "expenses": _text(plan.expenses),
        "accommodation": _text(plan.accommodation),
        "living": _text(plan.living),
        "lines": [
            {
                "area": line.get_area_display(),
                "resource": line.get_resource_display(),
                "hours": _text(line.hours),
                "staff": _text(line.staff),
                "alongside": line.is_alongside,
                "cost": _text(line_cost(line)),
            }
            for line in lines_of(plan)
        ],
    }
