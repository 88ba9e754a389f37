"""Writes to training that change no state: plan, change and void an activity; read a register.

Each opens a transaction, takes the row under a lock, asks *may they?* (else `NotAllowed`), asks *what
stands in the way?* (else `NotReady`), writes, and leaves one row in the audit trail.
"""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotAllowed, NotReady, locked, permitted, ready
from focus_people.models import Need
from grants.models import BudgetLine, Grant

from .enums import ONGOING_MODES, ListKind, Pattern, RegisterState, RrnAnswer, SessionState
from .lists import BASE, entries, out_of_use
from .models import Activity, ListNote, RegisterImport, Session, TrainingProvider, logging_blockers
from .models.register import PREVIEW_HOURS
from .registers import read_register
from .rules import keeps_lists

_FACTS = (
    "title",
    "budget_line",
    "need",
    "topic",
    "mode",
    "learning_domains",
    "is_joint",
    "trainer",
    "provider",
    "provider_reason",
    "rrn_certified",
    "planned_people",
    "session_hours",
    "min_sessions",
    "refresh_months",
    "cost",
)


def pattern_of(mode: str) -> Pattern:
    """Whether a mode is learned once or over time (domain 3.5)."""
    return Pattern.ONGOING if mode in ONGOING_MODES else Pattern.ONE_OFF


def _not_in_lists(topic: str, mode: str) -> list[str]:
    """Why a topic or a way to learn cannot be chosen today: its list no longer has it, or not yet."""
    today = clock.today()
    found = []
    for kind, code in ((ListKind.TOPIC, topic), (ListKind.MODE, mode)):
        entry = out_of_use(kind, today).get(code) if code else None
        if entry is not None:
            found.append(f"{entry.label} is not in the list now. Choose another.")
    return found


@transaction.atomic
def note_entry(
    *,
    by: User,
    kind: str,
    code: str,
    valid_from: date,
    valid_to: date | None,
    why: str,
    label: str = "",
) -> ListNote:
    """Note from when until when an entry of a list may be chosen, and what it is called; earlier notes stay.

    `valid_to` is the first day on which it may not be; no `label` means the name that it began with. Raises
    `NotReady` where it ends before it begins or another entry has that name, `KeyError` for an unknown one.
    """
    if not keeps_lists(by):
        raise NotAllowed("training.note_entry")
    first = BASE[kind, code][0]
    if valid_to is not None and valid_to <= valid_from:
        raise NotReady([f"{label or first} has to end after it begins."])
    others = {e.label.casefold() for e in entries(kind) if e.code != code}
    if (label or first).casefold() in others:
        raise NotReady([f"Another entry of this list is called {label or first}."])
    made = ListNote(
        kind=kind,
        code=code,
        valid_from=valid_from,
        valid_to=valid_to,
        label="" if label == first else label,
        why=why,
        noted_at=clock.now(),
        noted_by=by,
    )
    made.save()
    record("list.dates_noted", by, by=by, kind=kind, code=code)
    return made


@transaction.atomic
def plan_activity(
    grant: Grant,
    *,
    by: User,
    title: str,
    budget_line: BudgetLine,
    need: Need,
    topic: str,
    mode: str,
    learning_domains: list[str],
    trainer: str,
    planned_people: int,
    session_hours: Decimal,
    is_joint: bool = False,
    rrn_certified: str = RrnAnswer.NOT_NEEDED,
    min_sessions: int | None = None,
    refresh_months: int | None = None,
    cost: Decimal | None = None,
    provider: TrainingProvider | None = None,
    provider_reason: str = "",
) -> Activity:
    """Add an activity to a grant, numbered on from the last: A1, A2 …

    `min_sessions`: how many held sessions make it complete; None means all of them (clarification 1).
    `refresh_months`: after how many months it has to be refreshed; None means that it does not run out.
    `cost`: what it commits of its line, in pounds; None means that nobody said.
    Raises `NotReady` before the baseline, after delivery, for a line or need of another grant, a need
    that the line does not name, a general requirement, physical intervention without a certificate,
    a provider that is not approved without a reason, and where the cash committed would be more than
    the grant.
    """
    grant = locked(grant)
    permitted(by, "training.plan_activity", grant)
    if standing := logging_blockers(grant):
        raise NotReady(standing)
    last = grant.activities.aggregate(last=Max("number"))["last"] or 0
    activity = Activity(
        grant=grant,
        number=last + 1,
        reference=f"{grant.reference}-A{last + 1}",
        title=title,
        budget_line=budget_line,
        need=need,
        topic=topic,
        mode=mode,
        pattern=pattern_of(mode),
        learning_domains=list(learning_domains),
        is_joint=is_joint,
        trainer=trainer,
        provider=provider,
        provider_reason=provider_reason,
        rrn_certified=rrn_certified,
        planned_people=planned_people,
        session_hours=session_hours,
        min_sessions=min_sessions,
        refresh_months=refresh_months,
        cost=cost,
        planned_at=clock.now(),
        planned_by=by,
    )
    if wrong := [*_not_in_lists(topic, mode), *activity.fact_blockers()]:
        raise NotReady(wrong)
    activity.save()
    record("activity.planned", activity, by=by, shown_to="applicant", topic=topic, mode=mode)
    return activity


@transaction.atomic
def change_activity(activity: Activity, *, by: User, **facts: Any) -> Activity:
    """Change the facts of an activity: any that `plan_activity` takes.

    Raises `NotReady` as `plan_activity` does, and for another completion rule after the first session
    (clarification 1: `min_sessions` is set before it).
    """
    activity = locked(activity)
    permitted(by, "training.change_activity", activity)
    ready(activity, "change")
    if (
        "min_sessions" in facts
        and facts["min_sessions"] != activity.min_sessions
        and activity.has_started
    ):
        raise NotReady(
            ["A session has been held. The number of sessions to finish stays as it was."]
        )
    changed = sorted(
        name for name in _FACTS if name in facts and facts[name] != getattr(activity, name)
    )
    for name in changed:
        setattr(activity, name, facts[name])
    activity.pattern = pattern_of(activity.mode)
    listed = [
        activity.topic if "topic" in changed else "",
        activity.mode if "mode" in changed else "",
    ]
    if wrong := [*_not_in_lists(*listed), *activity.fact_blockers()]:
        raise NotReady(wrong)
    if changed:
        activity.save()
        record("activity.changed", activity, by=by, shown_to="applicant", fields=changed)
    return activity


@transaction.atomic
def void_activity(activity: Activity, *, by: User, reason: str) -> Activity:
    """Take an activity that was logged by mistake out of every count. It is kept, with the reason."""
    activity = locked(activity)
    permitted(by, "training.void_activity", activity)
    ready(activity, "void")
    activity.voided_at, activity.voided_by, activity.void_reason = clock.now(), by, reason
    activity.save()
    record("activity.voided", activity, by=by, shown_to="applicant")
    return activity


@transaction.atomic
def preview_register(
    grant: Grant,
    *,
    by: User,
    content: bytes,
    file_name: str,
    session: Session | None = None,
    given: dict[str, str] | None = None,
) -> RegisterImport:
    """Read a register and keep what was understood; writes nothing into the training record.

    `session`: the register is about this one. `given`: heading → field, where somebody said what a
    column is; without it, what was said of the last register of this grant that went in. An earlier
    preview of the same person that was not put in is replaced. Raises `UnreadableRegister` with a
    sentence, and `NotReady` before the baseline.
    """
    grant = locked(grant)
    permitted(by, "training.import_register", grant)
    if standing := logging_blockers(grant):
        raise NotReady(standing)
    if session is not None:
        session = locked(session)
        move = "record_attendance" if session.state == SessionState.DELIVERED else "deliver"
        ready(session, move)
    if given is None:
        given = _last_given(grant)
    preview = read_register(content, file_name, grant, session, given)
    RegisterImport.objects.filter(
        grant=grant, session=session, read_by=by, state=RegisterState.PREVIEWED
    ).delete()
    register = RegisterImport.objects.create(
        grant=grant,
        session=session,
        file_name=file_name[:80],
        digest=hashlib.sha256(content).hexdigest(),
        preview=preview.as_json(),
        given=given,
        new_count=len(preview.new),
        there_count=len(preview.there),
        problem_count=len(preview.problem_rows),
        read_at=clock.now(),
        read_by=by,
    )
    record(
        "register.read", register, by=by, new=register.new_count, problems=register.problem_count
    )
    return register


def forget_previews() -> int:
    """Delete previews that nobody put in within a day: they hold words that may be somebody's name.

    Returns how many went. What was put in or undone stays.
    """
    ended = clock.now() - timedelta(hours=PREVIEW_HOURS)
    old = RegisterImport.objects.filter(state=RegisterState.PREVIEWED, read_at__lt=ended)
    return old.delete()[0]


def _last_given(grant: Grant) -> dict[str, str]:
    """What was said of the columns of the last register of this grant that went in."""
    went_in = RegisterImport.objects.filter(grant=grant, state=RegisterState.CONFIRMED)
    last = went_in.exclude(given={}).order_by("-confirmed_at").first()
    return last.given if last else {}
