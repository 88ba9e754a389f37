"""Whatever is done in whatever order: no more money than the award, a register twice is a register once,
and 2,900 interventions counted in the database are those that a plain recount of raw rows finds."""

import contextlib
import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import clock
from accounts.enums import HEADLINE_SECTOR, Sector, TeamRole
from accounts.state import NotReady
from focus_people.models import CircleMember
from grants import workflow as grants_workflow
from grants.models import Claim, Grant
from tests.factories.accounts import staff
from tests.factories.awards import SPENT
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    on_the_day,
    register_csv,
    register_xlsx,
    session_of,
)
from training import money, reports
from training.actions import change_activity, preview_register, void_activity
from training.enums import SessionState
from training.models import Activity, Attendance, Session
from training.workflow import confirm_register, record_attendance, undo_register

pytestmark = pytest.mark.django_db
ANY_ORDER = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class _Over(Exception):
    """Takes an example's writes back."""


@contextlib.contextmanager
def taken_back():
    """Whatever is written inside is undone at the end."""
    with contextlib.suppress(_Over), transaction.atomic():
        yield
        raise _Over


# --- money -------------------------------------------------------------------------------------

PENCE = st.integers(0, 900_000).map(lambda pence: Decimal(pence) / 100)
MONEY = st.lists(
    st.one_of(
        st.tuples(st.just("plan"), st.integers(0, 4), PENCE),
        st.tuples(st.just("change"), st.integers(0, 4), PENCE),
        st.tuples(st.just("void"), st.integers(0, 4), PENCE),
        st.tuples(st.just("claim"), st.integers(1, 6), PENCE),
    ),
    min_size=3,
    max_size=12,
)


def spend(grant, lead, officer, what, place, amount):
    activities = list(Activity.objects.filter(grant=grant, voided_at__isnull=True).order_by("pk"))
    if what == "plan":
        activity_of(grant, lead, HERON_ACTIVITIES[place], cost=amount)
    elif what == "change" and place < len(activities):
        change_activity(activities[place], by=lead, cost=amount)
    elif what == "void" and place < len(activities):
        void_activity(activities[place], by=lead, reason="Twice")
    elif what == "claim":
        claim = Claim.objects.filter(grant=grant, state="draft").first()
        claim = claim or grants_workflow.add_claim(grant, by=lead)
        lines = {number: (Decimal("0.00"), "Nothing") for number in SPENT} | {place: (amount, "")}
        grants_workflow.fill_claim(claim, by=lead, lines=lines, is_final=False)
        claim = grants_workflow.submit_claim(claim, by=lead)
        grants_workflow.accept_claim(claim, by=officer)


@ANY_ORDER
@given(events=MONEY)
def test_neither_what_is_committed_nor_what_is_spent_passes_the_award(grant, lead, events):
    officer = staff(TeamRole.OFFICER)
    with taken_back():
        for what, place, amount in events:
            with contextlib.suppress(NotReady), transaction.atomic():
                spend(grant, lead, officer, what, place, amount)
            use = money.use_of(grant)
            assert use.committed <= grant.amount
            assert reports.spent_on(grant) <= grant.amount
            assert use.spent == reports.spent_on(grant)
            assert use.committed == sum(
                (a.cost or 0 for a in Activity.objects.filter(grant=grant, voided_at=None)),
                Decimal(0),
            )


def test_the_refusals_that_keep_it_so_do_happen(grant, lead):
    officer = staff(TeamRole.OFFICER)
    spend(grant, lead, officer, "claim", 1, Decimal("1900.00"))
    assert reports.spent_on(grant) == Decimal("1900.00")
    for what in ("plan", "claim"):
        with pytest.raises(NotReady), transaction.atomic():
            spend(grant, lead, officer, what, 1, Decimal("8999.99"))
    assert reports.spent_on(grant) == Decimal("1900.00")


# --- registers ---------------------------------------------------------------------------------

CODES = ["SW2", "SW3", "F1", "PA1", "N1", "TL1"]
ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(CODES), st.sampled_from(["x", "yes", "no", ""])),
    min_size=1,
    max_size=14,
    unique_by=lambda row: row[:2],
)


def marks(grant):
    return set(
        Attendance.objects.filter(
            session__activity__grant=grant, session__voided_at__isnull=True
        ).values_list("session__held_on", "member__staff_code", "present")
    )


def put_in(grant, lead, content, name):
    """How many rows a file adds; a session at which nobody was is refused whole."""
    read = preview_register(grant, by=lead, content=content, file_name=name)
    if not read.new_count:
        return 0, None
    with contextlib.suppress(NotReady), transaction.atomic():
        return read.new_count, confirm_register(read, by=lead)
    return 0, None


@ANY_ORDER
@given(rows=ROWS, seed=st.integers(0, 99))
def test_importing_twice_equals_once_in_any_order_and_format(grant, lead, rows, seed):
    with taken_back():
        activity_of(grant, lead)
        first = clock.today()
        with on_the_day(first + timedelta(days=5)):
            lines = [(first + timedelta(days=n), "A1", code, mark) for n, code, mark in rows]
            before, counted = marks(grant), reports.interventions(Grant.objects.filter(pk=grant.pk))
            added, register = put_in(grant, lead, register_xlsx(lines), "register.xlsx")
            once = marks(grant)
            assert len(once - before) == added
            again = list(lines)
            random.Random(seed).shuffle(again)
            twice = put_in(grant, lead, register_csv(again), "other.csv")
            assert twice == (0, None) or not added
            assert marks(grant) == once or not added
            if register is not None:
                undo_register(register, by=lead)
                assert marks(grant) == before
                after = reports.interventions(Grant.objects.filter(pk=grant.pk))
                assert after == counted


def orders(files):
    """Every order in which these can be put in and undone, and each left standing at any point."""

    def further(waiting, standing):
        yield ()
        for name in waiting:
            for rest in further(waiting - {name}, standing | {name}):
                yield (("in", name), *rest)
        for name in standing:
            for rest in further(waiting, standing - {name}):
                yield (("undo", name), *rest)

    whole = list(further(frozenset(files), frozenset()))
    longest = {steps[:n] for steps in whole for n in range(len(steps))}
    return [steps for steps in whole if steps not in longest]


FILES = {
    "first": {"SW2": "yes", "F1": "no"},
    "same and more": {"SW2": "yes", "SW3": "yes"},
    "otherwise": {"SW2": "no", "SW3": "yes", "F1": "yes"},
}
BY_HAND = {"SW3", "PA1"}


def who_is_there(events):
    """A plain re-count: the last one who said something of somebody and was not undone."""
    said = {}
    for _, lines in events:
        said |= lines
    return {code for code, mark in said.items() if mark == "yes"}


def test_every_order_of_three_registers_and_their_undoing_counts_what_stands(grant, lead):
    """Nobody loses a mark because another register that named them too was undone (each step compared)."""
    activity_of(grant, lead)
    day = clock.today()
    steps_done = 0
    for steps in orders(FILES):
        with taken_back():
            events, registers = [], {}
            for what, name in steps:
                if what == "in":
                    content = register_csv([(day, "A1", c, m) for c, m in FILES[name].items()])
                    read = preview_register(grant, by=lead, content=content, file_name="r.csv")
                    if not read.new_count:
                        break
                    registers[name] = confirm_register(read, by=lead)
                    events.append((name, FILES[name]))
                else:
                    undo_register(registers[name], by=lead)
                    events = [event for event in events if event[0] != name]
                there = {code for _, code, present in marks(grant) if present}
                assert there == who_is_there(events), steps
                assert Session.objects.standing().exists() == bool(events), steps
                steps_done += 1
    assert steps_done > 300


def test_what_somebody_corrected_stands_in_every_order(grant, lead):
    """A correction by hand between any two steps is one more that says something, and is never undone."""
    activity_of(grant, lead)
    day = clock.today()
    names = ["first", "same and more"]
    codes = {m.staff_code: m for m in CircleMember.objects.filter(person=grant.application.person)}
    for steps in orders(names):
        for place in range(1, len(steps)):
            with taken_back():
                events, registers = [], {}
                for n, (what, name) in enumerate(steps):
                    if what == "in":
                        content = register_csv([(day, "A1", c, m) for c, m in FILES[name].items()])
                        read = preview_register(grant, by=lead, content=content, file_name="r.csv")
                        registers[name] = confirm_register(read, by=lead)
                        events.append((name, FILES[name]))
                    else:
                        undo_register(registers[name], by=lead)
                        events = [event for event in events if event[0] != name]
                    held = Session.objects.standing().filter(state=SessionState.DELIVERED).first()
                    if n == place and held is not None:
                        before = {c: p for _, c, p in marks(grant)}
                        record_attendance(held, by=lead, present=[codes[c] for c in BY_HAND])
                        after = {c: p for _, c, p in marks(grant)}
                        hand = {
                            c: "yes" if p else "no" for c, p in after.items() if before.get(c) != p
                        }
                        events.append(("hand", hand))
                    there = {code for _, code, present in marks(grant) if present}
                    assert there == who_is_there(events), (steps, place)


@pytest.mark.parametrize("rows", [None, [2, 3], [3]])
def test_what_was_there_when_a_file_was_read_and_was_undone_since_is_new(grant, lead, rows):
    """It goes in with the rest; a page that still shows it as there is refused, and nothing is written."""
    activity_of(grant, lead)
    day = clock.today()
    reads = {}
    for name in ("first", "same and more"):
        content = register_csv([(day, "A1", c, m) for c, m in FILES[name].items()])
        reads[name] = preview_register(grant, by=lead, content=content, file_name="r.csv")
        if name == "first":
            confirm_register(reads[name], by=lead)
    undo_register(reads["first"], by=lead)
    second = reads["same and more"]
    if rows == [3]:
        with pytest.raises(NotReady, match="Support worker SW2 was marked at A1"):
            confirm_register(second, by=lead, rows=rows)
        assert marks(grant) == set()
    else:
        confirm_register(second, by=lead, rows=rows)
        assert marks(grant) == {(day, "SW2", True), (day, "SW3", True)}


# --- 2,900 -------------------------------------------------------------------------------------


def test_2900_interventions_recount_from_raw_rows_in_one_query_each(grant, lead):
    """290 people and ten activities: some with one session, some with two of which both are needed."""
    person, today = grant.application.person, clock.today()
    sectors = [Sector.ASC_P, Sector.FAM, Sector.NHS_COM, Sector.PRIM]
    CircleMember.objects.bulk_create(
        CircleMember(
            person=person,
            number=100 + n,
            role="support_worker",
            sector=sectors[n % 4],
            staff_code=f"Z{n}",
            joined_on=today,
        )
        for n in range(300)
    )
    members = list(CircleMember.objects.filter(person=person, number__gte=100).order_by("number"))
    numbers = random.Random(6)
    for place in range(10):
        activity = activity_of(grant, lead, title=f"Course {place}")
        sessions = [session_of(activity, lead) for _ in range(1 + place % 2)]
        Session.objects.filter(activity=activity).update(
            state=SessionState.DELIVERED, delivered_at=clock.now(), delivered_by=lead
        )
        finishing = set(numbers.sample(range(300), 290))
        Attendance.objects.bulk_create(
            Attendance(session=session, member=member, present=True, recorded_by=lead)
            for at, session in enumerate(sessions)
            for n, member in enumerate(members)
            if n in finishing or (at == 0 and len(sessions) == 2)
        )
    grants = Grant.objects.filter(pk=grant.pk)

    # From the raw rows, one by one.
    held = {s.pk: s.activity_id for s in Session.objects.filter(state="held", voided_at=None)}
    needed, times, there = defaultdict(int), defaultdict(int), defaultdict(list)
    for activity_id in held.values():
        needed[activity_id] += 1
    of = {m.pk: m.sector for m in members}
    for mark in Attendance.objects.filter(present=True):
        times[held[mark.session_id], mark.member_id] += 1
        there[mark.session_id].append(HEADLINE_SECTOR.get(Sector(of[mark.member_id])))
    done = {key for key, count in times.items() if count >= needed[key[0]]}
    joint = sum(len(set(found) - {None}) >= 2 for found in there.values())
    assert len(done) == 2900

    for count, expected in (
        (reports.interventions, 2900),
        (reports.people_trained, len({member for _, member in done})),
        (reports.joint_sessions, (joint, sum(len(found) >= 2 for found in there.values()))),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert count(grants) == expected
        assert len(asked) == 1, count
