"""Writes to the support plan: a new version, and the lines of a version that is not locked."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready

from ..enums import Confidence, RateBasis
from ..models import FocusPerson, SupportLine, SupportPlan

MOST_LINES = 40
_COPIED = ("expenses", "accommodation", "living", "payer_split")
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
    plan.payer_split = split
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
