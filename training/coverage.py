"""How well a circle is covered, on one day and over time: circle × topic, leavers, the share trained.

Everything is worked out from three queries, whatever the circle's size and however long it lasted. Only
who is in the circle on the day counts (clarification 3); what somebody finished counts from the day of
the session with which they finished it, and ends when it has to be refreshed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, Subquery, When

from accounts import clock, written
from accounts.enums import HEADLINE_SECTOR, Sector
from focus_people.models import CircleMember
from grants.models import Grant

from .enums import SessionState
from .models import Activity, Attendance, Session, SignOff
from .models.session import label_of
from .reports import HEADLINE_LABELS, needed_sessions, sessions_needed
from .topics import DELEGATED, facts_of

TRAINED, EXPIRED, UNSIGNED = "trained", "expired", "unsigned"
PLANNED, MISSING = "planned", "missing"
WORDS = {
    TRAINED: "Trained",
    EXPIRED: "To refresh",
    UNSIGNED: "Attended, not signed off",
    PLANNED: "Planned",
    MISSING: "Not yet",
}

MOST_DAYS = 37  # three years by month; what runs longer is shown in even steps


@dataclass(frozen=True)
class Finished:
    """One intervention: who, which activity and topic, the day it was finished, the day it runs out.

    `spans`: for a delegated health task, the first and the first-no-longer day of each sign-off.
    """

    member: int
    activity: int
    topic: str
    on: date
    until: date | None
    spans: tuple[tuple[date, date], ...] = ()

    def holds(self, day: date) -> bool:
        """Whether it counts as up to date on a day."""
        if self.spans and not any(start <= day < end for start, end in self.spans):
            return False
        return self.on <= day and (self.until is None or day < self.until)

    def ended(self, day: date) -> date | None:
        """The day on which it stopped to hold, as known on a day; None while it never did."""
        ends = [end for start, end in self.spans if start <= day]
        ends = [max(ends)] if ends else []
        return min([*ends, *([self.until] if self.until else [])], default=None)


@dataclass(frozen=True)
class Cell:
    """One member and one topic on a day."""

    state: str
    on: date | None = None

    @property
    def words(self) -> str:
        return WORDS[self.state]


@dataclass(frozen=True)
class Row:
    """One member of the circle on the day."""

    label: str
    note: str
    cells: list[Cell]
    has_nothing: bool


@dataclass(frozen=True)
class Leaver:
    """Somebody who was trained and then left, and who took their place."""

    label: str
    trained_on: date
    left_on: date
    interventions: int
    replacement: str
    is_replacement_trained: bool


@dataclass(frozen=True)
class Point:
    """The circle on one day: how many may come, how many of them have finished something."""

    on: date
    trained: int
    active: int

    @property
    def percent(self) -> Decimal | None:
        """Share trained in a hundred; None where nobody may come."""
        return Decimal(self.trained * 100) / self.active if self.active else None


@dataclass(frozen=True)
class CoverageView:
    """Everything that the page says about one day, and the line over time."""

    on: date
    topics: list[tuple[str, str]]
    rows: list[Row]
    counts: list[dict[str, int]]
    now: Point
    line: list[Point]
    leavers: list[Leaver]
    absent_sectors: list[str]
    refresh: int

    @property
    def finding(self) -> str:
        """The heading over the matrix: what it shows."""
        if not self.now.active:
            return "nobody was in the circle"
        return f"{self.now.trained} of {self.now.active} people are trained in at least one topic"


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def attended_by(
    activities: Iterable[Any], marks: Iterable[tuple[int, int, date]]
) -> list[Finished]:
    """Who attended enough, and when, from activities with session counts and (activity, member, day) marks.

    The day is that of the session that made it complete (clarification 1, as `reports.needed_sessions`).
    """
    known = {activity.pk: activity for activity in activities}
    days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for activity_id, member_id, held_on in marks:
        days[activity_id, member_id].append(held_on)
    found = []
    for (activity_id, member_id), present in days.items():
        activity = known.get(activity_id)
        if activity is None:
            continue
        needed = needed_sessions(
            activity.min_sessions, activity.held + activity.to_come, activity.called_off
        )
        if len(present) >= needed:
            on = sorted(present)[needed - 1]
            months = activity.refresh_months
            until = add_months(on, months) if months else None
            found.append(Finished(member_id, activity_id, activity.topic, on, until))
    return found


def finishing_days(activity: Activity) -> dict[int, date]:
    """Member id → the day of the session with which they had attended enough. Two queries."""
    counted = Activity.objects.filter(pk=activity.pk).with_session_counts()
    marks = Attendance.objects.counted().filter(session__activity=activity).order_by()
    days = marks.values_list("session__activity_id", "member_id", "session__held_on")
    return {done.member: done.on for done in attended_by(counted, days)}


def signed_off(attended: Iterable[Finished], sign_offs: Iterable[SignOff]) -> list[Finished]:
    """Those who have finished: of a delegated health task, only with a sign-off, from its day (domain 1.18)."""
    held: dict[tuple[int, int], list[tuple[date, date]]] = defaultdict(list)
    for one in sign_offs:
        held[one.activity_id, one.member_id].append((one.signed_on, one.review_on))
    found = []
    for done in attended:
        if done.topic not in DELEGATED:
            found.append(done)
        elif spans := sorted(held[done.activity, done.member]):
            found.append(replace(done, on=max(done.on, spans[0][0]), spans=tuple(spans)))
    return found


def sign_offs_of(activities: Iterable[Any]) -> list[SignOff]:
    """The standing sign-offs of these activities; one query, and none where nothing is delegated."""
    ids = [activity.pk for activity in activities if activity.topic in DELEGATED]
    return list(SignOff.objects.standing().filter(activity__in=ids)) if ids else []


def finished_by(
    activities: Iterable[Any], marks: Iterable[tuple[int, int, date]]
) -> list[Finished]:
    """Interventions with their days: attended enough, and signed off where that is needed."""
    activities = list(activities)
    return signed_off(attended_by(activities, marks), sign_offs_of(activities))


def finishing(grants: QuerySet[Grant], until: date | None = None) -> list[tuple[int, Finished]]:
    """(grant id, intervention) for every intervention of these grants, with the day on which it was
    complete: the rule of `completions`, in one query."""
    signed = SignOff.objects.standing(until).filter(
        activity=OuterRef("session__activity_id"), member=OuterRef("member_id")
    )
    marks = (
        Attendance.objects.counted(until)
        .filter(session__activity__grant__in=grants)
        .filter(~Q(session__activity__topic__in=DELEGATED) | Exists(signed))
        .order_by("session__held_on", "pk")
        .annotate(
            needed=sessions_needed(),
            signed_on=Case(
                When(
                    session__activity__topic__in=DELEGATED,
                    then=Subquery(signed.order_by("signed_on").values("signed_on")[:1]),
                ),
                output_field=DateField(null=True),
            ),
        )
        .values_list(
            "session__activity__grant_id",
            "session__activity_id",
            "session__activity__topic",
            "session__activity__refresh_months",
            "member_id",
            "session__held_on",
            "signed_on",
            "needed",
        )
    )
    times: Counter[tuple[int, int]] = Counter()
    found = []
    for grant, activity, topic, months, member, held_on, signed_on, needed in marks:
        times[activity, member] += 1
        if times[activity, member] == needed:
            on = max(held_on, signed_on) if signed_on else held_on
            ends_on = add_months(held_on, months) if months else None
            found.append((grant, Finished(member, activity, topic, on, ends_on)))
    return found


def _is_here(member: CircleMember, day: date) -> bool:
    return member.joined_on <= day and (member.left_on is None or day < member.left_on)


def point_on(members: Iterable[CircleMember], done: Iterable[Finished], day: date) -> Point:
    """Share of the circle trained on a day; the same rule as `reports.coverage`."""
    active = {m.pk for m in members if m.can_attend and _is_here(m, day)}
    trained = {f.member for f in done if f.on <= day}
    return Point(day, len(active & trained), len(active))


def month_ends(start: date, end: date) -> list[date]:
    """The last day of every month from `start` on, and `end` itself."""
    found: list[date] = []
    day = date(start.year, start.month, 1)
    while True:
        day = add_months(day, 1)
        last = day - timedelta(days=1)
        if last >= end:
            return [*found, end]
        if last >= start:
            found.append(last)


def spread(days: list[date]) -> list[date]:
    """At most `MOST_DAYS` of these days, evenly: the first and the last are among them."""
    step = -(-(len(days) - 1) // (MOST_DAYS - 1)) or 1
    picked = days[::-step][::-1]
    return picked if picked[0] == days[0] else [days[0], *picked]


def view(grant: Grant, on: date) -> CoverageView:
    """The coverage of a grant's circle on a day. Four queries. `on`: today, or a day before it."""
    activities: list[Any] = list(
        Activity.objects.filter(grant=grant).standing().with_session_counts().order_by("number")
    )
    members = list(
        CircleMember.objects.filter(person=grant.application.person_id).order_by("number")
    )
    marks = list(
        Attendance.objects.counted()
        .filter(session__activity__grant=grant)
        .order_by()
        .values_list("session__activity_id", "member_id", "session__held_on")
    )
    to_come = set(
        Session.objects.standing()
        .filter(activity__grant=grant, held_on__gt=on)
        .exclude(state=SessionState.CANCELLED)
        .values_list("activity_id", flat=True)
    )
    attended = attended_by(activities, marks)
    done = signed_off(attended, sign_offs_of(activities))
    unsigned = {(a.member, a.topic) for a in attended if a.on <= on}
    topics = list(dict.fromkeys(activity.topic for activity in activities))
    unheld = {a.pk for a in activities if not a.held and not a.called_off}
    planned = {a.topic for a in activities if a.pk in to_come or a.pk in unheld}
    of: dict[tuple[int, str], list[Finished]] = defaultdict(list)
    for finished in done:
        if finished.on <= on:
            of[finished.member, finished.topic].append(finished)
    here = [m for m in members if m.can_attend and _is_here(m, on)]
    rows = [_row(m, members, topics, of, unsigned, planned, on) for m in here]
    rows.sort(key=lambda row: not row.has_nothing)
    counts = [
        {state: sum(row.cells[i].state == state for row in rows) for state in WORDS}
        for i in range(len(topics))
    ]
    agreed_on = clock.day_of(grant.agreed_at) if grant.agreed_at else on
    end = clock.today()
    days = spread(month_ends(min(agreed_on, end), end))
    line = [point_on(members, done, day) for day in days]
    return CoverageView(
        on,
        [(code, facts_of(code).label) for code in topics],
        rows,
        counts,
        point_on(members, done, on),
        line,
        _leavers(members, done, on),
        _absent(here, done, on),
        sum(cell.state == EXPIRED for row in rows for cell in row.cells),
    )


def _row(
    member: CircleMember,
    members: list[CircleMember],
    topics: list[str],
    of: dict[tuple[int, str], list[Finished]],
    attended: set[tuple[int, str]],
    planned: set[str],
    on: date,
) -> Row:
    cells = []
    for topic in topics:
        done = of.get((member.pk, topic), [])
        holding = [f.on for f in done if f.holds(on)]
        if holding:
            cells.append(Cell(TRAINED, max(holding)))
        elif done:
            ended = [day for f in done if (day := f.ended(on))]
            cells.append(Cell(EXPIRED, max(ended)))
        elif (member.pk, topic) in attended:
            cells.append(Cell(UNSIGNED))
        else:
            cells.append(Cell(PLANNED if topic in planned else MISSING))
    note = ""
    if member.replaces_id:
        note = f"Joined {written.day(member.joined_on)}, in somebody’s place"
    has_nothing = not any(cell.state in (TRAINED, EXPIRED) for cell in cells)
    return Row(label_of(member, members), note, cells, has_nothing)


def _leavers(members: list[CircleMember], done: list[Finished], on: date) -> list[Leaver]:
    """Those who had finished something when they left, the latest first."""
    by_member: dict[int, list[date]] = defaultdict(list)
    for finished in done:
        if finished.on <= on:
            by_member[finished.member].append(finished.on)
    after = {m.replaces_id: m for m in members if m.replaces_id and m.joined_on <= on}
    found = []
    for member in members:
        if member.left_on is None or member.left_on > on or member.pk not in by_member:
            continue
        new = after.get(member.pk)
        found.append(
            Leaver(
                label_of(member, members),
                max(by_member[member.pk]),
                member.left_on,
                len(by_member[member.pk]),
                label_of(new, members) if new else "",
                bool(new and new.pk in by_member),
            )
        )
    return sorted(found, key=lambda leaver: leaver.left_on, reverse=True)


def _absent(here: list[CircleMember], done: list[Finished], on: date) -> list[str]:
    """Sectors of the circle from which nobody has finished anything: family first, then specialists."""
    trained = {f.member for f in done if f.on <= on}
    of: dict[str, bool] = {}
    for member in here:
        code = HEADLINE_SECTOR.get(Sector(member.sector))
        if code:
            of[code] = of.get(code, False) or member.pk in trained
    return [HEADLINE_LABELS[code] for code in HEADLINE_LABELS if of.get(code) is False]


@dataclass(frozen=True)
class Drawn:
    """The line over time, ready to be drawn: points of a polyline in a box of 400 by 200, all of which fits a phone."""

    points: str
    dots: list[tuple[float, float]]
    first: str
    last: str
    says: str


def drawn(line: list[Point]) -> Drawn | None:
    """The line of the share trained; None where there is nothing to draw a line through."""
    shown = [(point, point.percent) for point in line if point.percent is not None]
    if len(shown) < 2:
        return None
    start, end = shown[0][0].on, shown[-1][0].on
    days = max((end - start).days, 1)
    dots = [
        (
            round(50 + 335 * (point.on - start).days / days, 1),
            round(float(170 - share * 150 / 100), 1),
        )
        for point, share in shown
    ]
    says = ", ".join(f"{point.on:%B %Y} {share:.0f}%" for point, share in shown)
    return Drawn(
        " ".join(f"{x},{y}" for x, y in dots), dots, f"{start:%b %Y}", f"{end:%b %Y}", says
    )
