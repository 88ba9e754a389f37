"""HERON's training (domain 10.3) and registers as spreadsheet programs write them.

`heron_training(grant, by)` walks every verb: 14 sessions, 50 interventions, 14 people, 6 sectors, joint
9 of 14. Days are those of the worked example, moved on by as much as the grant was agreed later than
27 June 2025; each session is held on its own day, whatever the clock says outside.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter

from accounts import clock
from accounts.models import User
from focus_people.actions import leave_circle
from focus_people.enums import LeftReason
from focus_people.models import CircleMember
from grants.models import Grant
from training.actions import plan_activity
from training.enums import LearningDomain, Mode
from training.models import (
    Activity,
    Cascade,
    SeatBooking,
    Session,
    SharedSession,
    SignOff,
    TrainingProvider,
)
from training.workflow import (
    approve_provider,
    deliver_session,
    list_provider,
    log_cascade,
    plan_session,
    sign_off,
    take_seats,
)
from training.workflow import (
    open_shared as open_shared,
)

AGREED_ON = date(2025, 6, 27)
WORKERS = [f"SW{n}" for n in range(2, 8)]


@dataclass(frozen=True)
class Planned:
    """An activity of the worked example: title, line, need, topic, mode, days with hours, who completes."""

    title: str
    line: int
    need: int
    topic: str
    mode: Mode
    days: tuple[tuple[date, str], ...]
    who: tuple[str, ...]
    is_joint: bool
    planned_people: int
    extra: tuple[tuple[int, str], ...] = ()


HERON_ACTIVITIES = (
    Planned(
        "PBS practitioner days",
        1,
        1,
        "PBS_PRACTITIONER",
        Mode.COURSE,
        ((date(2025, 7, 16), "6"), (date(2025, 7, 17), "6")),
        (*WORKERS, "TL1", "RM1", "PA1", "F1", "F2"),
        True,
        12,
    ),
    Planned(
        "Intensive interaction",
        3,
        2,
        "INTINT",
        Mode.COURSE,
        ((date(2025, 7, 30), "6"),),
        (*WORKERS, "TL1", "PA1", "F1", "F2"),
        True,
        10,
    ),
    Planned(
        "PBS plan workshop",
        4,
        4,
        "PBSPLAN",
        Mode.WORKSHOP,
        ((date(2025, 9, 10), "3"), (date(2025, 9, 24), "3")),
        (*WORKERS[:4], "TL1", "RM1", "PA1", "F1", "F2", "N1", "L1", "H1"),
        True,
        12,
    ),
    Planned(
        "Coaching on shift",
        5,
        1,
        "PBS_PRACTITIONER",
        Mode.COACHING,
        (
            (date(2025, 8, 6), "3"),
            (date(2025, 8, 20), "3"),
            (date(2025, 9, 17), "3"),
            (date(2025, 10, 1), "3"),
            (date(2025, 10, 15), "2"),
            (date(2025, 10, 29), "2"),
        ),
        (*WORKERS, "TL1", "RM1"),
        False,
        8,
        # The personal assistant came to one visit and did not complete.
        ((2, "PA1"),),
    ),
    Planned(
        "Reflective practice",
        6,
        6,
        "RRP",
        Mode.REFLECTIVE,
        ((date(2025, 9, 25), "2"), (date(2025, 10, 23), "2"), (date(2025, 11, 20), "2")),
        (*WORKERS, "TL1", "RM1", "PA1"),
        True,
        9,
    ),
)


def shift_of(grant: Grant) -> timedelta:
    """How much later than HERON's this grant was agreed; nothing when it was agreed before."""
    assert grant.agreed_at is not None
    return max(clock.day_of(grant.agreed_at) - AGREED_ON, timedelta(0))


def on_the_day(day: date, hour: int = 17) -> AbstractContextManager[None]:
    """The clock at the end of a day's training."""
    return clock.at(datetime.combine(day, time(hour), tzinfo=clock.LONDON))


def circle_of(grant: Grant) -> dict[str, CircleMember]:
    """The circle by staff code."""
    members = CircleMember.objects.filter(person=grant.application.person)
    return {member.staff_code: member for member in members}


def activity_of(
    grant: Grant, by: User, planned: Planned = HERON_ACTIVITIES[0], **facts: Any
) -> Activity:
    """One activity of the worked example, without sessions."""
    application = grant.application
    return plan_activity(
        grant,
        by=by,
        **{
            "title": planned.title,
            "budget_line": application.lines.get(number=planned.line),
            "need": application.person.needs.get(number=planned.need),
            "topic": planned.topic,
            "mode": planned.mode,
            "learning_domains": [LearningDomain.SKILLS, LearningDomain.KNOWLEDGE],
            "is_joint": planned.is_joint,
            "trainer": "Example Learning CIC",
            "planned_people": planned.planned_people,
            "session_hours": Decimal(planned.days[0][1]),
        }
        | facts,
    )


def session_of(activity: Activity, by: User, held_on: date | None = None, **facts: Any) -> Session:
    """A planned session; today unless said."""
    return plan_session(activity, by=by, held_on=held_on or clock.today(), **facts)


def held(
    activity: Activity,
    by: User,
    codes: Iterable[str],
    held_on: date | None = None,
    **facts: Any,
) -> Session:
    """A session that was held on its day, with these staff codes present."""
    held_on = held_on or clock.today()
    session = session_of(activity, by, held_on, **facts)
    circle = circle_of(activity.grant)
    with on_the_day(held_on):
        return deliver_session(session, by=by, present=[circle[code] for code in codes])


def heron_activity(grant: Grant, by: User, number: int) -> Activity:
    """A1 … A5 of the worked example with all sessions planned and held."""
    planned = HERON_ACTIVITIES[number - 1]
    shift, circle = shift_of(grant), circle_of(grant)
    activity = activity_of(grant, by, planned)
    sessions = [
        plan_session(activity, by=by, held_on=day + shift, hours=Decimal(hours))
        for day, hours in planned.days
    ]
    for place, session in enumerate(sessions):
        codes = [*planned.who, *(code for at, code in planned.extra if at == place)]
        with on_the_day(session.held_on):
            deliver_session(session, by=by, present=[circle[code] for code in codes])
    return activity


def heron_training(grant: Grant, by: User) -> list[Activity]:
    """The whole worked example: 14 sessions, 50 interventions, 14 people. SW1 leaves before day 1."""
    leaver = circle_of(grant).get("SW1")
    if leaver is not None and leaver.left_on is None:
        leave_circle(
            leaver,
            by=by,
            left_on=date(2025, 7, 11) + shift_of(grant),
            left_reason=LeftReason.NEW_JOB,
        )
    return [heron_activity(grant, by, number) for number in range(1, len(HERON_ACTIVITIES) + 1)]


def delegated(grant: Grant, by: User, **facts: Any) -> Activity:
    """An activity that teaches a delegated health task, without sessions."""
    return activity_of(
        grant, by, **({"title": "Buccal midazolam", "topic": "EPILEPSY_BUCCAL"} | facts)
    )


def signed(activity: Activity, by: User, code: str, **facts: Any) -> SignOff:
    """A sign-off of today, reviewed in a year, of somebody who attended."""
    today = clock.today()
    return sign_off(
        activity,
        by=by,
        member=circle_of(activity.grant)[code],
        **(
            {"clinician": "ld_nurse", "signed_on": today, "review_on": today + timedelta(days=365)}
            | facts
        ),
    )


def beyond(grant: Grant, by: User) -> tuple[SignOff, Cascade]:
    """A sign-off, and a session that somebody trained as a trainer gave to four others."""
    task = delegated(grant, by)
    held(task, by, ["SW2"])
    trainers = activity_of(grant, by, title="Train the trainer", mode=Mode.TRAIN_THE_TRAINER)
    held(trainers, by, ["SW3"])
    passed_on = log_cascade(
        trainers,
        by=by,
        taught_by=circle_of(grant)["SW3"],
        topic="INTINT",
        held_on=clock.today(),
        hours=Decimal("2.00"),
        people=4,
    )
    return signed(task, by, "SW2"), passed_on


def provider_of(by: User, name: str = "Example Learning CIC", **facts: Any) -> TrainingProvider:
    """An approved provider, reviewed in a year; `topics`, `regions` and `approved=False` as wanted."""
    approved = facts.pop("approved", True)
    made = list_provider(
        by=by,
        **(
            {
                "name": name,
                "topics": ["PBS_PRACTITIONER", "INTINT"],
                "regions": ["north_west"],
                "cost_day": Decimal("600.00"),
                "group_size": 15,
            }
            | facts
        ),
    )
    if not approved:
        return made
    review = clock.today() + timedelta(days=365)
    return approve_provider(made, by=by, review_on=review, basis="Two references")


def shared_session(by: User, **facts: Any) -> SharedSession:
    """A session that anybody in England may join, in three weeks: ten seats at £50."""
    held_on = clock.today() + timedelta(days=21)
    if "provider" not in facts:
        facts["provider"] = provider_of(by)
    return open_shared(
        by=by,
        **(
            {
                "topic": "INTINT",
                "region": "",
                "held_on": held_on,
                "hours": Decimal("6"),
                "mode": "in_person",
                "seats": 10,
                "seat_price": Decimal("50.00"),
                "book_by": held_on - timedelta(days=7),
            }
            | facts
        ),
    )


def seats_taken(shared: SharedSession, grant: Grant, by: User, seats: int = 2) -> SeatBooking:
    """Seats for a grant's circle, from its third line, for its second need."""
    application = grant.application
    return take_seats(
        shared,
        by=by,
        grant=grant,
        budget_line=application.lines.get(number=3),
        need=application.person.needs.get(number=2),
        seats=seats,
    )


# --- registers -------------------------------------------------------------------------------

HEADER = ("Date", "Activity", "Staff code", "Present")


def register_xlsx(
    rows: Iterable[Sequence[Any]],
    header: Sequence[str] = HEADER,
    *,
    sheet: str = "Register",
    above: Iterable[Sequence[Any]] = (),
    before: Iterable[str] = (),
    after: Iterable[str] = (),
) -> bytes:
    """A register as a spreadsheet program writes it: dates are Excel dates.

    above: rows over the header; before, after: names of other sheets.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name in before:
        book.add_worksheet(name).write_string(0, 0, "Nothing to see here")
    page = book.add_worksheet(sheet)
    written = [*above, header, *rows] if header else [*above, *rows]
    for number, row in enumerate(written):
        for column, value in enumerate(row):
            if isinstance(value, datetime | date):
                page.write_datetime(number, column, value, day)
            elif isinstance(value, bool):
                page.write_boolean(number, column, value)
            elif isinstance(value, int | float | Decimal):
                page.write_number(number, column, float(value))
            elif value not in (None, ""):
                page.write_string(number, column, str(value))
    for name in after:
        book.add_worksheet(name).write_string(0, 0, "Notes")
    book.close()
    return out.getvalue()


def register_csv(
    rows: Iterable[Sequence[Any]],
    header: Sequence[str] = HEADER,
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> bytes:
    """A register as text: dates as d/m/Y."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in [header, *rows]:
        writer.writerow([f"{v:%d/%m/%Y}" if isinstance(v, date) else v for v in row])
    return out.getvalue().encode(encoding)


def heron_register(grant: Grant, number: int) -> list[tuple[date, str, str, str]]:
    """The register rows of A1 … A5: (day, code, staff code, mark)."""
    planned = HERON_ACTIVITIES[number - 1]
    shift = shift_of(grant)
    return [
        (day + shift, f"A{number}", code, "yes")
        for place, (day, _) in enumerate(planned.days)
        for code in [*planned.who, *(c for at, c in planned.extra if at == place)]
    ]
