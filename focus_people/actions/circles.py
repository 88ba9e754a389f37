"""Writes to the circle of support: who joins, who changes, who leaves and who takes their place."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts import clock, written
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready

from ..enums import UNPAID_SECTORS
from ..models import CircleMember, FocusPerson

MOST_MEMBERS = 60


@transaction.atomic
def add_members(
    person: FocusPerson, rows: Iterable[Mapping[str, Any]], *, by: User
) -> list[CircleMember]:
    """Add people to the circle, numbered on from the last one.

    A row needs `role` and `sector`; `staff_code`, `is_paid` (unpaid for family and volunteers unless
    said), `can_attend` and `joined_on` (today unless said) are optional. Raises `NotReady` when a
    staff code is used twice in the circle, or beyond 60 people.
    """
    person = locked(person)
    permitted(by, "focus_people.edit_circle", person)
    ready(person, "edit")
    rows = list(rows)
    held = CircleMember.objects.filter(person=person)
    last = held.aggregate(last=Max("number"))["last"] or 0
    codes = set(held.exclude(staff_code="").values_list("staff_code", flat=True))
    if held.active_on(clock.today()).count() + len(rows) > MOST_MEMBERS:
        raise NotReady([f"A circle holds at most {MOST_MEMBERS} people at a time."])
    members = []
    for number, row in enumerate(rows, start=last + 1):
        code = row.get("staff_code", "")
        if code and code in codes:
            raise NotReady([f"The staff code {code} is used in this circle already."])
        codes.add(code)
        is_paid = row.get("is_paid")
        members.append(
            CircleMember(
                person=person,
                number=number,
                role=row["role"],
                sector=row["sector"],
                staff_code=code,
                is_paid=row["sector"] not in UNPAID_SECTORS if is_paid is None else is_paid,
                can_attend=row.get("can_attend", True),
                joined_on=row.get("joined_on") or clock.today(),
                replaces=row.get("replaces"),
            )
        )
    CircleMember.objects.bulk_create(members)
    record("circle.joined", person, by=by, shown_to="applicant", count=len(members))
    return members


def add_member(
    person: FocusPerson, *, by: User, role: str, sector: str, **more: Any
) -> CircleMember:
    """Add one person to the circle; see `add_members`."""
    return add_members(person, [{"role": role, "sector": sector, **more}], by=by)[0]


@transaction.atomic
def edit_member(member: CircleMember, *, by: User, **facts: Any) -> CircleMember:
    """Change role, sector, staff code, pay, attendance or the day they joined.

    Raises `NotReady` for a staff code of somebody else, or a day of joining after that of leaving.
    """
    member = locked(member)
    permitted(by, "focus_people.edit_circle", member)
    ready(member.person, "edit")
    for name, value in facts.items():
        setattr(member, name, value)
    others = CircleMember.objects.filter(person_id=member.person_id).exclude(pk=member.pk)
    if member.staff_code and others.filter(staff_code=member.staff_code).exists():
        raise NotReady([f"The staff code {member.staff_code} is used in this circle already."])
    if member.left_on and member.left_on < member.joined_on:
        raise NotReady(["They cannot join after the day they left."])
    member.save()
    record("circle.edited", member.person, by=by, shown_to="applicant", member=member.code)
    return member


@transaction.atomic
def leave_circle(
    member: CircleMember, *, by: User, left_on: date, left_reason: str
) -> CircleMember:
    """Record that somebody left; `left_on` is their first day out (clarification 3).

    Raises `NotReady` when the day lies before they joined.
    """
    member = locked(member)
    permitted(by, "focus_people.edit_circle", member)
    ready(member.person, "edit")
    if left_on < member.joined_on:
        raise NotReady([f"They joined on {written.day(member.joined_on)}, after that day."])
    member.left_on, member.left_reason = left_on, left_reason
    member.save()
    record("circle.left", member.person, by=by, shown_to="applicant", member=member.code)
    return member


@transaction.atomic
def replace_member(
    member: CircleMember,
    *,
    by: User,
    joined_on: date,
    staff_code: str = "",
    role: str = "",
    sector: str = "",
) -> CircleMember:
    """Add the person who took a place, in the same role and sector unless said.

    Raises `NotReady` when the member has not left, or has been replaced already.
    """
    member = locked(member)
    permitted(by, "focus_people.edit_circle", member)
    if member.left_on is None:
        raise NotReady(["Record first that they left."])
    if CircleMember.objects.filter(replaces=member).exists():
        raise NotReady(["Somebody has taken their place already."])
    row = {
        "role": role or member.role,
        "sector": sector or member.sector,
        "staff_code": staff_code,
        "is_paid": member.is_paid,
        "can_attend": member.can_attend,
        "joined_on": joined_on,
        "replaces": member,
    }
    return add_members(member.person, [row], by=by)[0]
