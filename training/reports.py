"""What was learned, as figures: one function for each, so that page, API and impact report agree.

An intervention is one person who completed one activity (domain 0, point 3; clarification 1). Present
in at least `min_sessions` sessions that were held is completed; where the activity does not say, all its
sessions count: held and still to come, not those that were cancelled or taken out. Cancelled sessions
lower what has to be attended to what could be. Voided activities and sessions disappear from every
count. Nothing links the same human in two circles, so people trained are members of circles.

`grants` is a queryset: reach counts agreed grants, training figures those that reached *active*
(clarification 4); the caller narrows it. `until` leaves out sessions held after that day.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Greatest, Least

from accounts import clock, written
from accounts.enums import HEADLINE_SECTOR, Sector
from focus_people.models import CircleMember
from grants.enums import ClaimState, LineKind
from grants.models import ClaimLine, Grant

from .enums import SessionState
from .models import Activity, Attendance, Cascade, Session, SignOff
from .models.session import label_of
from .querysets import AttendanceQuerySet
from .topics import DELEGATED

if TYPE_CHECKING:
    from .registers import Line

HEADLINE_LABELS = {
    "FAM": "Family and friends",
    "IND": "Personal assistants",
    "ASC": "Adult social care",
    "NHS": "NHS",
    "LA_ASC": "Council",
    "ICB": "Integrated care board",
    "HOU": "Housing",
    "EDU": "Education or employment",
    "ADV": "Advocacy",
    "CJS": "Police and justice",
    "VOL": "Volunteers",
}
_ZERO = Decimal("0.00")


def needed_sessions(min_sessions: int | None, available: int, cancelled: int) -> int:
    """How many held sessions complete an activity (clarification 1); the same rule as `sessions_needed`.

    available: sessions held or still to come; cancelled: those called off.
    """
    if min_sessions is None:
        return max(available, 1)
    return max(min(min_sessions, available), 1) if cancelled else min_sessions


def sessions_needed() -> Subquery:
    """The sessions that complete the activity of a mark, in the database."""
    standing = Q(sessions__voided_at__isnull=True)
    called_off = Q(sessions__state=SessionState.CANCELLED)
    counted = (
        Activity.objects.filter(pk=OuterRef("session__activity_id"))
        .annotate(
            available=Count("sessions", filter=standing & ~called_off),
            cancelled=Count("sessions", filter=standing & called_off),
        )
        .annotate(
            needed=Case(
                When(min_sessions__isnull=True, then=Greatest(F("available"), Value(1))),
                When(
                    cancelled__gt=0,
                    then=Greatest(Least(F("min_sessions"), F("available")), Value(1)),
                ),
                default=F("min_sessions"),
                output_field=IntegerField(),
            )
        )
    )
    return Subquery(counted.values("needed"), output_field=IntegerField())


def _marks() -> AttendanceQuerySet:
    """Every mark, as what it is."""
    return AttendanceQuerySet(Attendance)


def completions(grants: QuerySet[Grant], until: date | None = None) -> QuerySet[Any]:
    """One row for each intervention: grant, activity, member, sector, times present.

    A delegated health task is finished only with a clinician's sign-off (domain 1.18).
    """
    signed = SignOff.objects.standing(until).filter(
        activity=OuterRef("session__activity_id"), member=OuterRef("member_id")
    )
    return (
        _marks()
        .counted(until)
        .filter(session__activity__grant__in=grants)
        .filter(~Q(session__activity__topic__in=DELEGATED) | Exists(signed))
        .order_by()
        .values(
            "session__activity__grant_id", "session__activity_id", "member_id", "member__sector"
        )
        .annotate(times=Count("pk"), needed=sessions_needed())
        .filter(times__gte=F("needed"))
    )


def interventions(grants: QuerySet[Grant], until: date | None = None) -> int:
    """Person × completed activity, over these grants. One query."""
    return completions(grants, until).count()


def people_trained(grants: QuerySet[Grant], until: date | None = None) -> int:
    """Members of circles with at least one intervention, over these grants. One query."""
    rows = completions(grants, until).values_list("member_id", flat=True)
    return len(set(rows))


def _headline() -> Case:
    """The headline sector of a mark's member; none for primary care, day, transport and other."""
    return Case(
        *[
            When(marks__member__sector=sector.value, then=Value(code))
            for sector, code in HEADLINE_SECTOR.items()
        ],
        default=None,
        output_field=CharField(null=True),
    )


def joint_sessions(grants: QuerySet[Grant], until: date | None = None) -> tuple[int, int]:
    """Sessions attended by two headline sectors or more, of the held sessions with two people or more.

    Source: domain 04, clarification 2. One query.
    """
    rows = list(_session_rows(grants, until))
    return (
        sum(1 for row in rows if row["sectors"] >= 2),
        sum(1 for row in rows if row["people"] >= 2),
    )


def _session_rows(grants: QuerySet[Grant], until: date | None) -> QuerySet[Any]:
    """One row for each held session: grant, activity, day, people, headline sectors."""
    present = Q(marks__present=True)
    return (
        Session.objects.delivered(until)
        .filter(activity__grant__in=grants)
        .order_by()
        .values("pk", "activity__grant_id", "activity_id", "held_on", "hours")
        .annotate(
            people=Count("marks", filter=present),
            sectors=Count(_headline(), filter=present, distinct=True),
        )
    )


@dataclass(frozen=True)
class TrainingSummary:
    """What was learned on one grant, or on several together (`total`)."""

    sessions_delivered: int = 0
    interventions: int = 0
    people: int = 0
    sectors: tuple[str, ...] = ()
    joint_sessions: int = 0
    sessions_with_two: int = 0
    grants_with_family: int = 0
    first_session_on: date | None = None
    last_session_on: date | None = None
    hours: Decimal = _ZERO

    @property
    def sectors_trained(self) -> int:
        """Distinct headline sectors of people with an intervention (domain 04)."""
        return len(self.sectors)

    @property
    def sector_labels(self) -> list[str]:
        return [HEADLINE_LABELS[code] for code in self.sectors]

    @property
    def joint_percent(self) -> Decimal | None:
        """Joint sessions in a hundred of those with two people or more; None where there are none."""
        if not self.sessions_with_two:
            return None
        return Decimal(self.joint_sessions * 100) / self.sessions_with_two

    def cost_each(self, amount: Decimal) -> Decimal | None:
        """An amount for each intervention, to the penny; None where there is none (clarification 5)."""
        if not self.interventions:
            return None
        return (amount / self.interventions).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass
class _Gathered:
    sessions: int = 0
    interventions: int = 0
    members: set[int] = field(default_factory=set)
    sectors: set[str] = field(default_factory=set)
    joint: int = 0
    with_two: int = 0
    days: list[date] = field(default_factory=list)
    hours: Decimal = _ZERO

    def add(self, other: "_Gathered") -> None:
        self.sessions += other.sessions
        self.interventions += other.interventions
        self.members |= other.members
        self.sectors |= other.sectors
        self.joint += other.joint
        self.with_two += other.with_two
        self.days += other.days
        self.hours += other.hours

    def summary(self, grants_with_family: int) -> TrainingSummary:
        return TrainingSummary(
            sessions_delivered=self.sessions,
            interventions=self.interventions,
            people=len(self.members),
            sectors=tuple(code for code in HEADLINE_LABELS if code in self.sectors),
            joint_sessions=self.joint,
            sessions_with_two=self.with_two,
            grants_with_family=grants_with_family,
            first_session_on=min(self.days, default=None),
            last_session_on=max(self.days, default=None),
            hours=self.hours,
        )


def _gather(grants: QuerySet[Grant], until: date | None) -> dict[int, _Gathered]:
    found: dict[int, _Gathered] = defaultdict(_Gathered)
    for row in completions(grants, until):
        gathered = found[row["session__activity__grant_id"]]
        gathered.interventions += 1
        gathered.members.add(row["member_id"])
        if code := HEADLINE_SECTOR.get(Sector(row["member__sector"])):
            gathered.sectors.add(code)
    for row in _session_rows(grants, until):
        gathered = found[row["activity__grant_id"]]
        gathered.sessions += 1
        gathered.joint += row["sectors"] >= 2
        gathered.with_two += row["people"] >= 2
        gathered.days.append(row["held_on"])
        gathered.hours += row["hours"]
    return found


def _has_family(gathered: _Gathered) -> int:
    return int("FAM" in gathered.sectors)


def summaries(grants: QuerySet[Grant], until: date | None = None) -> dict[int, TrainingSummary]:
    """The summary of each grant by its id, in two queries; grants with nothing logged have zeros."""
    gathered = _gather(grants, until)
    ids = set(gathered) | set(grants.order_by().values_list("pk", flat=True))
    return {
        pk: (held := gathered.get(pk, _Gathered())).summary(_has_family(held)) for pk in sorted(ids)
    }


def summary(grant: Grant, until: date | None = None) -> TrainingSummary:
    """The summary of one grant, in two queries."""
    return total(Grant.objects.filter(pk=grant.pk), until)


def spent_on(grant: Grant) -> Decimal:
    """What was accepted as spent on one grant, in pounds."""
    return spent(Grant.objects.filter(pk=grant.pk))


def total(grants: QuerySet[Grant], until: date | None = None) -> TrainingSummary:
    """One summary over these grants, in two queries. Sectors are those of all of them together."""
    whole, families = _Gathered(), 0
    for gathered in _gather(grants, until).values():
        whole.add(gathered)
        families += _has_family(gathered)
    return whole.summary(families)


def first_sessions(grants: QuerySet[Grant], until: date | None = None) -> dict[int, date]:
    """The day of the first held session by grant id: outcome reports fall due from it (clarification 7)."""
    rows: dict[int, date] = {}
    held = Session.objects.delivered(until).filter(activity__grant__in=grants).order_by("held_on")
    for grant_id, held_on in held.values_list("activity__grant_id", "held_on"):
        rows.setdefault(grant_id, held_on)
    return rows


@dataclass(frozen=True)
class Beyond:
    """What stands beside the interventions and is never added to them (clarification 6).

    `others`: staff who support other people and finished an activity; None where nobody said.
    """

    cascade_sessions: int
    cascade_people: int
    others: int | None


def beyond(grants: QuerySet[Grant], until: date | None = None) -> Beyond:
    """Training passed on, and others' staff trained, over these grants. Two queries."""
    cascades = (
        Cascade.objects.standing(until)
        .filter(activity__grant__in=grants)
        .aggregate(sessions=Count("pk"), people=Sum("people"))
    )
    others = (
        Activity.objects.standing()
        .filter(grant__in=grants)
        .aggregate(sum=Sum("others_finished"))["sum"]
    )
    return Beyond(cascades["sessions"], cascades["people"] or 0, others)


@dataclass(frozen=True)
class Coverage:
    """Members with an intervention, of the active members who may come to training on a day."""

    covered: int
    active: int

    @property
    def percent(self) -> Decimal | None:
        return Decimal(self.covered * 100) / self.active if self.active else None


def coverage(grants: QuerySet[Grant], on: date) -> Coverage:
    """Share of the circle trained on a day, pooled over these grants (clarification 3). Two queries.

    The numerator lies within the denominator: those who left, or may not come, count in neither.
    """
    active = set(
        CircleMember.objects.filter(person__applications__grant__in=grants)
        .active_on(on)
        .may_attend()
        .values_list("pk", flat=True)
    )
    trained = set(completions(grants, until=on).values_list("member_id", flat=True))
    return Coverage(len(active & trained), len(active))


def spent(grants: QuerySet[Grant], until: date | None = None) -> Decimal:
    """Accepted claims, cash lines (clarification 19), in pounds. One query."""
    lines = ClaimLine.objects.filter(
        claim__grant__in=grants, claim__state=ClaimState.ACCEPTED, line__kind=LineKind.CASH
    )
    if until is not None:
        lines = lines.filter(claim__accepted_at__lt=clock.end_of(until))
    amounts = lines.values_list("amount", flat=True)
    return sum((amount for amount in amounts if amount is not None), _ZERO)


@dataclass(frozen=True)
class Cost:
    """What one intervention cost, under its two names (clarification 5). None where there is none."""

    awarded_per_intervention: Decimal | None
    spent_per_intervention: Decimal | None


def cost_per_intervention(grants: QuerySet[Grant], until: date | None = None) -> Cost:
    """Awarded and spent, each divided by the interventions of these grants, to the penny."""
    count = interventions(grants, until)
    awarded = sum(grants.order_by().values_list("amount", flat=True), _ZERO)
    whole = TrainingSummary(interventions=count)
    return Cost(whole.cost_each(awarded), whole.cost_each(spent(grants, until)))


# --- the circle of one grant -----------------------------------------------------------------

FINISHED, PART_WAY, NOTHING = "finished", "part_way", "nothing"
MARK_WORDS = {FINISHED: "Finished", PART_WAY: "Part way", NOTHING: "Not yet"}


@dataclass(frozen=True)
class Mark:
    """How far one member is with one activity."""

    state: str
    times: int
    needed: int
    is_unsigned: bool = False

    @property
    def words(self) -> str:
        if self.is_unsigned:
            return "attended, not signed off"
        if self.state == PART_WAY:
            return f"{self.times} of {self.needed}"
        return MARK_WORDS[self.state]


@dataclass(frozen=True)
class MatrixRow:
    """One member and their marks. `is_gap`: active, may come, and has finished nothing yet."""

    member: CircleMember
    label: str
    note: str
    marks: list[Mark]
    is_gap: bool
    has_left: bool
    may_come: bool


@dataclass(frozen=True)
class Matrix:
    """Circle × activity: gaps first, those who left last. `finished`: how many, by activity."""

    activities: list[Activity]
    rows: list[MatrixRow]
    finished: list[int]
    covered: int
    active: int

    @property
    def gaps(self) -> list[MatrixRow]:
        return [row for row in self.rows if row.is_gap]


def matrix(grant: Grant, on: date) -> Matrix:
    """Who in the circle has learned what, as it stands on a day. Three queries."""
    activities = list(
        Activity.objects.filter(grant=grant)
        .standing()
        .with_session_counts()
        .select_related("grant", "need", "budget_line")
        .order_by("number")
    )
    members = list(
        CircleMember.objects.filter(person=grant.application.person_id).order_by("number")
    )
    times: dict[tuple[int, int], int] = {}
    marks = _marks().counted().filter(session__activity__grant=grant).order_by()
    for activity_id, member_id, count in marks.values_list(
        "session__activity_id", "member_id"
    ).annotate(n=Count("pk")):
        times[activity_id, member_id] = count
    delegated = [activity.pk for activity in activities if activity.topic in DELEGATED]
    signed = (
        set(
            SignOff.objects.standing()
            .filter(activity__in=delegated)
            .values_list("activity_id", "member_id")
        )
        if delegated
        else set()
    )
    rows = [
        _matrix_row(m, members, activities, times, signed, on, label_of(m, members))
        for m in members
    ]
    agreed_on = clock.day_of(grant.agreed_at) if grant.agreed_at else on
    rows = [row for row in rows if not row.has_left or _still_shown(row, agreed_on)]
    rows.sort(key=lambda row: (row.has_left, not row.is_gap, row.member.number))
    here = [row for row in rows if not row.has_left and row.may_come]
    return Matrix(
        activities,
        rows,
        [sum(1 for row in rows if row.marks[i].state == FINISHED) for i in range(len(activities))],
        sum(1 for row in here if not row.is_gap),
        len(here),
    )


def finished(activity: Activity) -> int:
    """How many people have completed one activity. One query."""
    rows = completions(Grant.objects.filter(pk=activity.grant_id))
    return rows.filter(session__activity=activity).count()


def set_back(grant: Grant, lines: Iterable["Line"]) -> dict[int, int]:
    """Activity id → how many people who have finished it would not have once these rows are in. One query.

    A new session of an activity that asks for all its sessions (clarification 1) asks it of those who had
    finished too; a mark taken back may be the one that was missing.
    """
    days: dict[int, set[str]] = defaultdict(set)
    marks: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        if line.session is None:
            days[line.activity].add(line.held_on)
        if line.present:
            marks[line.activity, line.member] += 1
        elif line.before:
            marks[line.activity, line.member] -= 1
    named = {*days, *(activity for activity, _ in marks)}
    rows = (
        completions(Grant.objects.filter(pk=grant.pk))
        .filter(session__activity__in=named)
        .values_list(
            "session__activity_id",
            "member_id",
            "session__activity__min_sessions",
            "times",
            "needed",
        )
    )
    found: dict[int, int] = defaultdict(int)
    for activity, member, least, times, needed in rows:
        wanted = needed + len(days[activity])
        if least is not None:
            wanted = min(least, wanted)
        if times + marks[activity, member] < wanted:
            found[activity] += 1
    return dict(found)


def _still_shown(row: MatrixRow, agreed_on: date) -> bool:
    """Somebody who left is shown where they learned something, or left after the agreement."""
    left_on = row.member.left_on
    return any(m.times for m in row.marks) or bool(left_on and left_on >= agreed_on)


def _matrix_row(
    member: CircleMember,
    members: Iterable[CircleMember],
    activities: list[Any],
    times: dict[tuple[int, int], int],
    signed: set[tuple[int, int]],
    on: date,
    label: str,
) -> MatrixRow:
    marks = []
    for activity in activities:
        needed = needed_sessions(
            activity.min_sessions, activity.held + activity.to_come, activity.called_off
        )
        count = times.get((activity.pk, member.pk), 0)
        state = FINISHED if count >= needed else PART_WAY if count else NOTHING
        is_unsigned = (
            state == FINISHED
            and activity.topic in DELEGATED
            and (activity.pk, member.pk) not in signed
        )
        marks.append(Mark(PART_WAY if is_unsigned else state, count, needed, is_unsigned))
    has_left = bool(member.left_on and member.left_on <= on)
    is_here = not has_left and member.joined_on <= on
    note = ""
    if has_left and member.left_on:
        note = f"Left {written.short_day(member.left_on)}"
    elif not member.can_attend:
        note = "Does not come to training"
    elif member.replaces_id:
        note = f"Joined {written.short_day(member.joined_on)}, in somebody’s place"
    is_gap = is_here and member.can_attend and not any(m.state == FINISHED for m in marks)
    return MatrixRow(member, label, note, marks, is_gap, has_left, member.can_attend)
