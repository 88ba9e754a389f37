"""Writes to the support plan: a new version, and the lines of a version that is not locked."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready

from ..enums import Confidence, RateBasis
from ..models import FocusPerson, Scenario, SupportLine, SupportPlan, UnitCost

MOST_LINES = 40
MOST_SCENARIOS = 4
_COPIED = ("expenses", "accommodation", "living", "payer_split", "shadow_rate")
_LINE = ("area", "label", "resource", "hours", "nights", "staff", "rate", "basis", "is_alongside")


@transaction.atomic
def new_plan_version(
    person: FocusPerson,
    *,
    by: User,
    point: str,
    dated_on: date,
    reason: str = "",
    copy_from: SupportPlan | None = None,
) -> SupportPlan:
    """Begin a version, empty or with the lines, costs and payers of `copy_from`; overwrites nothing.

    `reason` says what changed and who agreed it (domain 6.1): needed from the second version on.
    """
    person = locked(person)
    permitted(by, "focus_people.edit_plan", person)
    ready(person, "edit")
    last = person.plans.aggregate(last=Max("version"))["last"] or 0
    if last and not reason:
        raise NotReady(["Say why there is a new version, and who agreed it."])
    if copy_from is not None and copy_from.person_id != person.pk:
        raise NotReady(["That version belongs to somebody else’s plan."])
    plan = SupportPlan.objects.create(
        person=person,
        version=last + 1,
        point=point,
        dated_on=dated_on,
        reason=reason,
        made_by=by,
        **({name: getattr(copy_from, name) for name in _COPIED} if copy_from else {}),
    )
    if copy_from is not None:
        SupportLine.objects.bulk_create(
            SupportLine(plan=plan, number=x.number, **{name: getattr(x, name) for name in _LINE})
            for x in copy_from.lines.order_by("number")
        )
    record("plan.made", plan, by=by, shown_to="applicant", point=point)
    return plan


@transaction.atomic
def save_plan(
    plan: SupportPlan,
    *,
    by: User,
    lines: Sequence[Mapping[str, Any]],
    expenses: Decimal = Decimal("0.00"),
    accommodation: Decimal = Decimal("0.00"),
    living: Decimal = Decimal("0.00"),
    payer_split: Mapping[str, int | str | Decimal] | None = None,
    shadow_rate: Decimal = Decimal("0.00"),
) -> SupportPlan:
    """Write the week of a version: its lines in order, its other costs, and who pays, in percent.

    A line needs `area`, `resource` and `rate`; `label`, `hours`, `nights`, `staff` (1), `basis`
    (hourly) and `is_alongside` are optional. What was confirmed by the provider is an estimate
    again. Raises `NotReady` on a locked or commissioner-confirmed version, and when the payers'
    percentages do not sum to 100.
    """
    plan = locked(plan)
    permitted(by, "focus_people.edit_plan", plan)
    ready(plan, "edit")
    split = {payer: str(share) for payer, share in (payer_split or {}).items() if Decimal(share)}
    if split and sum(map(Decimal, split.values())) != 100:
        raise NotReady(["The shares of those who pay must add up to 100%."])
    if len(lines) > MOST_LINES:
        raise NotReady([f"A version holds at most {MOST_LINES} lines."])
    plan.expenses, plan.accommodation, plan.living = expenses, accommodation, living
    plan.payer_split, plan.shadow_rate = split, shadow_rate
    plan.confidence, plan.confirmed_at, plan.confirmed_by = Confidence.ESTIMATED, None, None
    plan.save()
    plan.lines.all().delete()
    SupportLine.objects.bulk_create(made_lines(plan, lines))
    record("plan.saved", plan, by=by, shown_to="applicant", lines=len(lines))
    return plan


def made_lines(plan: SupportPlan, rows: Sequence[Mapping[str, Any]]) -> list[SupportLine]:
    """Unsaved lines of a plan, numbered in order: what `save_plan` writes and "Work it out" adds up."""
    return [
        SupportLine(
            plan=plan,
            number=number,
            area=row["area"],
            label=row.get("label", ""),
            resource=row["resource"],
            hours=row.get("hours") or Decimal(0),
            nights=row.get("nights"),
            staff=row.get("staff") or Decimal(1),
            rate=row.get("rate") or Decimal(0),
            basis=row.get("basis") or RateBasis.HOURLY,
            is_alongside=bool(row.get("is_alongside")),
        )
        for number, row in enumerate(rows, start=1)
    ]


def week_of(plan: SupportPlan) -> dict[str, Any]:
    """The week of a version as a scenario keeps it: numbers as text, nothing rounded."""
    return {
        "lines": [
            {name: _as_text(getattr(line, name)) for name in _LINE}
            for line in plan.lines.order_by("number")
        ],
        "expenses": str(plan.expenses),
        "accommodation": str(plan.accommodation),
        "living": str(plan.living),
        "payer_split": dict(plan.payer_split or {}),
        "shadow_rate": str(plan.shadow_rate),
    }


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def plan_of(scenario: Scenario) -> tuple[SupportPlan, list[SupportLine]]:
    """A scenario as an unsaved version with its lines: what the calculator adds up."""
    week = scenario.week
    costs = {
        name: Decimal(week.get(name) or "0.00")
        for name in ("expenses", "accommodation", "living", "shadow_rate")
    }
    plan = SupportPlan(person=scenario.person, payer_split=week.get("payer_split") or {}, **costs)
    rows = [
        row | {name: Decimal(row.get(name) or 0) for name in ("hours", "staff", "rate")}
        for row in week.get("lines", [])
    ]
    return plan, made_lines(plan, rows)


@transaction.atomic
def add_scenario(
    person: FocusPerson,
    *,
    by: User,
    title: str,
    setting: str,
    week: Mapping[str, Any] | None = None,
) -> Scenario:
    """Begin a scenario, from the week of a version or empty. Raises `NotReady` beyond four."""
    person = locked(person)
    permitted(by, "focus_people.edit_plan", person)
    ready(person, "edit")
    taken = set(person.scenarios.values_list("number", flat=True))
    if len(taken) >= MOST_SCENARIOS:
        raise NotReady([f"There are {MOST_SCENARIOS} other weeks already. Take one out first."])
    number = min(set(range(1, MOST_SCENARIOS + 1)) - taken)
    made = Scenario.objects.create(
        person=person,
        number=number,
        title=title,
        setting=setting,
        week=dict(week or {"lines": []}),
        changed_by=by,
    )
    record("scenario.made", person, by=by, shown_to="applicant", number=number)
    return made


@transaction.atomic
def save_scenario(
    scenario: Scenario,
    *,
    by: User,
    lines: Sequence[Mapping[str, Any]],
    payer_split: Mapping[str, Any] | None = None,
    **costs: Decimal,
) -> Scenario:
    """Write the week of a scenario: the same parts as `save_plan`, in pounds a week."""
    scenario = locked(scenario)
    permitted(by, "focus_people.edit_plan", scenario)
    ready(scenario.person, "edit")
    if len(lines) > MOST_LINES:
        raise NotReady([f"A week holds at most {MOST_LINES} lines."])
    scenario.week = {
        "lines": [{name: _as_text(row.get(name)) for name in _LINE} for row in lines],
        "payer_split": {p: str(share) for p, share in (payer_split or {}).items()},
        **{name: str(amount) for name, amount in costs.items()},
    }
    scenario.changed_at, scenario.changed_by = clock.now(), by
    scenario.save()
    record("scenario.saved", scenario.person, by=by, shown_to="applicant", number=scenario.number)
    return scenario


@transaction.atomic
def remove_scenario(scenario: Scenario, *, by: User) -> None:
    """Take a scenario out. Versions of the plan are not touched."""
    scenario = locked(scenario)
    permitted(by, "focus_people.edit_plan", scenario)
    record("scenario.removed", scenario.person, by=by, shown_to="applicant", number=scenario.number)
    scenario.delete()


@transaction.atomic
def set_unit_cost(key: str, *, by: User, **facts: Any) -> UnitCost:
    """Set what a unit costs from now on: a new row, so that what stood before stays readable.

    Plans keep the rates they were written with, locked or not.
    """
    made = UnitCost(key=key, set_by=by, **facts)
    permitted(by, "focus_people.set_unit_cost", made)
    made.save()
    record("unit_cost.set", made, by=by, key=key)
    return made
