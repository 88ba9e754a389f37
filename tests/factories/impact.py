"""Small programmes built directly as rows, for figures: quick enough to make hundreds of them.

Everything that walks the workflow is in the other factories. These rows say what a figure reads and no
more, so that a test can make what no page would let through (imported data, say).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts import clock
from accounts.audit import record
from accounts.enums import CqcStatus, OrganisationSize, Region, Sector, TeamRole
from accounts.models import Organisation, User
from focus_people.enums import (
    AgeBand,
    Area,
    CircleRole,
    Cohort,
    Confidence,
    DsrRating,
    NeedCategory,
    PersonState,
    ResourceType,
    Setting,
    SupportArea,
)
from focus_people.models import (
    CircleMember,
    FocusPerson,
    Goal,
    GoalScore,
    Need,
    SupportLine,
    SupportPlan,
)
from grants.enums import ApplicationState, GrantState, LineCategory, LineKind, Outcome
from grants.models import (
    Application,
    BudgetLine,
    Claim,
    ClaimLine,
    ClockStop,
    Decision,
    Grant,
    Payment,
    Programme,
    Round,
    Terms,
)
from outcomes.actions import add_indicator, start_impact_report
from outcomes.enums import Point, ReportState
from outcomes.impact_report import SECTIONS
from outcomes.models import Answer, ImpactReport, OutcomeReport, OwnIndicator
from outcomes.schedule import PLAN_POINT
from tests.factories.accounts import staff as member_of_the_team
from training.enums import Mode, Pattern, PlaceKind, SessionState
from training.models import Activity, Attendance, Rating, Session
from training.models.rating import ITEMS

_numbers = itertools.count(1)
START = date(2015, 10, 1)
# A claim that an admission was avoided, with all its conditions but the evidence in the baseline.
AVOIDED = {
    "admission": "avoided",
    "bed_nights": 0,
    "contribution": "2",
    "attested_by": "registered_manager",
}
AT_RISK = {
    "cohort": "community_at_risk",
    "dsr_rating": "red",
    "evidence": [],
    "evidence_on": None,
    "as_of": "2015-09-01",
}


def noon(day: date) -> datetime:
    """Noon in London."""
    return datetime.combine(day, time(12), tzinfo=clock.LONDON)


@dataclass
class ReportSpec:
    """One report: what it says, and the day it was accepted (None: sent and waiting)."""

    answers: dict[str, Any] = field(default_factory=dict)
    accepted_on: date | None = None
    is_waived: bool = False
    risk: dict | None = None
    days: int = 28


@dataclass
class GrantSpec:
    """One grant. `organisation` is a number within the programme; `staff` is point → (staff, confirmed)."""

    organisation: int = 0
    amount: Decimal = Decimal("3000.00")
    agreed_on: date = date(2015, 9, 1)
    activated_on: date | None = date(2015, 9, 15)
    start: date | None = START
    reports: dict[Point, ReportSpec] = field(default_factory=dict)
    staff: dict[Point, tuple[str, bool]] = field(default_factory=dict)
    learners: int = 0
    submitted_on: date = date(2015, 7, 1)
    released_on: date = date(2015, 7, 29)
    stopped_days: int = 0
    spent: Decimal | None = None
    ended: str = ""
    ended_on: date | None = None
    # point → unpaid hours of family a week, in the plan of that point
    family: dict[Point, int] = field(default_factory=dict)
    # point → the scores of the person's goals
    goals: dict[Point, list[int]] = field(default_factory=dict)
    # one for each learner: what each of the five items said before and after (None: no answer), and
    # how many days after the session the second answer came
    ratings: list[tuple[int | None, int | None, int]] = field(default_factory=list)


def programme(slug: str = "", name: str = "Small programme") -> Round:
    """A programme with one round, which is returned."""
    number = next(_numbers)
    made = Programme.objects.create(
        slug=slug or f"small-{number}",
        name=name,
        starts_on=date(2015, 4, 1),
        ends_on=date(2016, 12, 31),
    )
    return another_round(made)


def drafted_report(by: User) -> ImpactReport:
    """A draft that `by` (a programme lead) began, for everybody."""
    return start_impact_report(
        by=by,
        title="What the budgets achieved",
        programme=programme().programme,
        audience="published",
        cut_off=date(2016, 12, 31),
        sections=list(SECTIONS),
        summary="Two paragraphs.\n\nThe second one.",
        easy_read="We gave money for training.",
    )


def own_indicator(by: User | None = None, **more: Any) -> OwnIndicator:
    """An indicator that a programme lead added: a score from 0 to 10."""
    values = {
        "title": "Calm days",
        "question": "How calm was the last week?",
        "sentence": "a calmer week",
        "kind": "score",
        "direction": "higher",
        "least": 0,
        "most": 10,
        "points": ["baseline", "m3", "m6", "m12"],
        "rater": "The team",
        "owner": "Programme lead",
    } | more
    return add_indicator(by=by or member_of_the_team(TeamRole.PROGRAMME_LEAD), **values)


def another_round(made: Programme) -> Round:
    number = next(_numbers)
    held = Round.objects.create(
        programme=made,
        reference=f"r{number}",
        title=f"Round {number}",
        opens_at=noon(date(2015, 5, 1)),
        closes_at=noon(date(2015, 8, 1)),
        budget=Decimal("550000.00"),
    )
    Terms.objects.create(round=held, number=1)
    return held


def somebody() -> User:
    """The hand behind the rows; two are needed where two people must differ."""
    number = next(_numbers)
    return User.objects.create(email=f"rows{number}@example.org", password="!")


def build(
    round: Round, specs: Sequence[GrantSpec], regions: Sequence[Region] = (Region.NORTH_WEST,)
) -> list[Grant]:
    """The grants of these specs, with everything that hangs on them."""
    by, other = somebody(), somebody()
    organisations: dict[int, Organisation] = {}
    return [_grant(round, spec, by, other, organisations, regions) for spec in specs]


def _organisation(number: int, by: User, region: Region) -> Organisation:
    return Organisation.objects.create(
        name=f"Quillmark Support {next(_numbers)} CIC",
        sector=Sector.ASC_V,
        region=region,
        size=OrganisationSize.SMALL,
        cqc_status=CqcStatus.REGISTERED,
        registered_by=by,
    )


def _grant(
    round: Round,
    spec: GrantSpec,
    by: User,
    other: User,
    organisations: dict[int, Organisation],
    regions: Sequence[Region],
) -> Grant:
    number = next(_numbers)
    if spec.organisation not in organisations:
        region = regions[spec.organisation % len(regions)]
        organisations[spec.organisation] = _organisation(spec.organisation, by, region)
    organisation = organisations[spec.organisation]
    person = FocusPerson.objects.create(
        alias=f"ZEPHYRIN{number}",
        organisation=organisation,
        state=PersonState.DECEASED if spec.ended == "died" else PersonState.CURRENT,
        age_band=AgeBand.FROM_18,
        cohort=Cohort.COMMUNITY,
        dsr_rating=DsrRating.RED,
        setting=Setting.SL_SOLE,
        area=Area.IN_AREA,
        need_level=3,
        seriousness=3,
        context=3,
        added_by=by,
    )
    need = Need.objects.create(
        person=person, number=1, category=NeedCategory.COMMUNICATION, statement="Signs"
    )
    application = Application.objects.create(
        reference=f"ROW-2015-{number:05d}",
        round=round,
        terms=round.terms,
        organisation=organisation,
        person=person,
        state=ApplicationState.APPROVED,
        started_by=by,
        started_at=noon(spec.submitted_on),
        submitted_at=noon(spec.submitted_on),
        submitted_by=by,
    )
    if spec.stopped_days:
        ClockStop.objects.create(
            application=application,
            from_on=spec.submitted_on,
            until_on=spec.submitted_on + timedelta(days=spec.stopped_days),
        )
    Decision.objects.create(
        application=application,
        outcome=Outcome.APPROVE,
        amount=spec.amount,
        score=Decimal(80),
        reasons="Good",
        decided_by=by,
        released_at=noon(spec.released_on),
        released_by=other,
    )
    line = BudgetLine.objects.create(
        application=application,
        number=1,
        category=LineCategory.TRAINER_FEE,
        description="Trainer",
        quantity=1,
        unit_cost=spec.amount,
        kind=LineKind.CASH,
    )
    grant = Grant.objects.create(
        reference=application.reference,
        application=application,
        amount=spec.amount,
        state=_state(spec),
        offer_open_until=spec.agreed_on,
        agreed_at=noon(spec.agreed_on),
        agreed_by=by,
        activated_on=spec.activated_on,
        delivery_until=START + timedelta(days=180),
    )
    if spec.ended and spec.ended_on:
        with clock.at(noon(spec.ended_on)):
            if spec.ended == "died":
                record("person.died", person, by=by)
            else:
                record("grant.terminated", grant, by=by)
    if spec.start is not None:
        _training(grant, line, need, spec, by)
    for point, said in spec.reports.items():
        _report(grant, point, said, by)
    for version, (point, (staff, confirmed)) in enumerate(spec.staff.items(), 1):
        _plan(person, version, point, Decimal(staff), confirmed, by, spec.family.get(point, 0))
    _goals(person, spec, by)
    if spec.spent is not None:
        _claim(grant, line, spec.spent, by)
    return grant


def _state(spec: GrantSpec) -> str:
    if spec.ended == "terminated":
        return GrantState.TERMINATED
    return GrantState.ACTIVE if spec.activated_on else GrantState.AGREED


def _training(grant: Grant, line: BudgetLine, need: Need, spec: GrantSpec, by: User) -> None:
    activity = Activity.objects.create(
        grant=grant,
        number=1,
        reference=f"{grant.reference}-A1",
        title="Days together",
        budget_line=line,
        need=need,
        topic="INTINT",
        mode=Mode.COURSE,
        pattern=Pattern.ONE_OFF,
        trainer="A trainer",
        planned_people=max(spec.learners, 1),
        session_hours=Decimal(6),
        planned_by=by,
    )
    session = Session.objects.create(
        activity=activity,
        number=1,
        reference=f"{grant.reference}-A1-S1",
        held_on=spec.start,
        hours=Decimal(6),
        place=PlaceKind.HOME,
        state=SessionState.DELIVERED,
        planned_by=by,
        delivered_at=noon(spec.start),
        delivered_by=by,
    )
    members = [
        CircleMember(
            person_id=grant.application.person_id,
            number=n,
            role=CircleRole.SUPPORT_WORKER,
            sector=Sector.ASC_V,
            joined_on=date(2015, 1, 1),
        )
        for n in range(1, spec.learners + 1)
    ]
    CircleMember.objects.bulk_create(members)
    Attendance.objects.bulk_create(
        [
            Attendance(session=session, member=member, present=True, recorded_by=by)
            for member in members
        ]
    )
    for member, (before, after, days) in zip(members, spec.ratings, strict=False):
        for point, said, on in (
            ("before", before, spec.start - timedelta(days=3)),
            ("after", after, spec.start + timedelta(days=days)),
        ):
            if said is not None:
                Rating.objects.create(
                    activity=activity,
                    member=member,
                    point=point,
                    **dict.fromkeys(ITEMS, said),
                    culture=min(said, 5),
                    given_at=noon(on),
                )


def _report(grant: Grant, point: Point, said: ReportSpec, by: User) -> None:
    sent = noon(said.accepted_on or START)
    state = ReportState.SUBMITTED
    if said.is_waived:
        state = ReportState.WAIVED
    elif said.accepted_on:
        state = ReportState.ACCEPTED
    report = OutcomeReport.objects.create(
        grant=grant,
        point=point,
        state=state,
        window_start=date(2015, 9, 1),
        window_end=date(2015, 9, 28),
        days_observed=said.days,
        rater="joint",
        risk=said.risk or {},
        started_by=by,
        submitted_at=None if said.is_waived else sent,
        submitted_by=None if said.is_waived else by,
        accepted_at=noon(said.accepted_on) if state == ReportState.ACCEPTED else None,
        accepted_by=by if state == ReportState.ACCEPTED else None,
        waived_at=sent if said.is_waived else None,
        waived_by=by if said.is_waived else None,
    )
    Answer.objects.bulk_create(
        [_answer(report, item, value) for item, value in said.answers.items()]
    )


REASONS = ("not_known", "not_applicable", "declined")


def _answer(report: OutcomeReport, item: str, value: Any) -> Answer:
    if value in REASONS:
        return Answer(report=report, item=item, status=value)
    if isinstance(value, str):
        return Answer(report=report, item=item, status="value", choice=value)
    return Answer(report=report, item=item, status="value", number=Decimal(value))


def _plan(
    person: FocusPerson,
    version: int,
    point: Point,
    staff: Decimal,
    confirmed: bool,
    by: User,
    family: int,
) -> None:
    at = noon(date(2015, 9, 20))
    plan = SupportPlan.objects.create(
        person=person,
        version=version,
        point=PLAN_POINT[point],
        dated_on=date(2015, 9, 20),
        made_at=at,
        made_by=by,
        confidence=Confidence.COMMISSIONER if confirmed else Confidence.ESTIMATED,
        confirmed_at=at if confirmed else None,
        confirmed_by=by if confirmed else None,
    )
    SupportLine.objects.create(
        plan=plan,
        number=1,
        area=SupportArea.PERSONAL_CARE,
        resource=ResourceType.PROVIDER,
        hours=Decimal(100),
        staff=staff,
        rate=Decimal("20.00"),
    )
    if family:
        SupportLine.objects.create(
            plan=plan,
            number=2,
            area=SupportArea.SOCIAL,
            resource=ResourceType.FAMILY,
            hours=Decimal(family),
            staff=Decimal(1),
            rate=Decimal(0),
        )


def _goals(person: FocusPerson, spec: GrantSpec, by: User) -> None:
    most = max((len(scores) for scores in spec.goals.values()), default=0)
    goals = [
        Goal.objects.create(person=person, number=n, words="More trips", domain="choice")
        for n in range(1, most + 1)
    ]
    for point, scores in spec.goals.items():
        for goal, score in zip(goals, scores, strict=False):
            GoalScore.objects.create(
                goal=goal, point=point, score=score, scored_at=noon(START), scored_by=by
            )


def _claim(grant: Grant, line: BudgetLine, amount: Decimal, by: User) -> None:
    at = noon(date(2016, 3, 1))
    claim = Claim.objects.create(
        grant=grant,
        number=1,
        state="accepted",
        made_by=by,
        submitted_at=at,
        submitted_by=by,
        accepted_at=at,
        accepted_by=by,
    )
    ClaimLine.objects.create(claim=claim, line=line, amount=amount)


def paid_first(grant: Grant, on: date) -> Payment:
    """The first payment, paid on a day."""
    by, other = somebody(), somebody()
    return Payment.objects.create(
        grant=grant,
        instalment="first",
        amount=Decimal("100.00"),
        state="paid",
        prepared_by=by,
        approved_at=noon(on),
        approved_by=other,
        paid_on=on,
    )
