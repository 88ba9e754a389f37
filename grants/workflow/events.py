"""When the person has died, moved or been admitted: the organisation tells us, everything waits, and an
officer settles it with them, never with a penalty. Also the yearly review of a running grant, and money
that is asked back.

The record of the person follows in the same transaction: a death ends what is asked about them.
"""

from datetime import date
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, blockers, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses
from focus_people.models import FocusPerson
from focus_people.workflow import report_death, report_move

from ..enums import (
    CHANGING_STATES,
    EXTENDING_STATES,
    LifeChange,
    LifeOutcome,
    LifeWish,
    ReviewOutcome,
)
from ..models import Grant, GrantReview, LifeEvent

ENDING = (LifeOutcome.ENDED, LifeOutcome.TRANSFERRED)


def _writers(grant: Grant) -> list[str]:
    return member_addresses(grant.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR)


@transaction.atomic
def tell_us(grant: Grant, *, by: User, kind: str, happened_on: date, wish: str) -> Grant:
    """The organisation tells what has happened; the grant is on hold from today, and reminders stop.

    `wish` is what they would like. Raises `NotReady` for a day to come and when it was told already.
    """
    locked(
        grant.application.person
    )  # the person's row before the grant's, as a death on the record takes them
    grant = locked(grant)
    permitted(by, "grants.tell_us", grant)
    ready(grant, "tell_us")
    if happened_on > clock.today():
        raise NotReady(["The day cannot be in the future."])
    if kind == LifeChange.DIED and wish == LifeWish.TRANSFER:
        raise NotReady(["Choose to wait, to carry on for the people around them, or to end it."])
    _hold(grant, by=by, kind=kind, happened_on=happened_on, wish=wish)
    person = grant.application.person
    if kind == LifeChange.DIED and not blockers(person, "report_death"):
        report_death(person, by=by)
    return grant


def _hold(grant: Grant, *, by: User, kind: str, happened_on: date, wish: str) -> None:
    LifeEvent.objects.create(grant=grant, kind=kind, happened_on=happened_on, wish=wish, told_by=by)
    grant.paused_on = clock.today()
    grant.save()
    record("grant.life_event", grant, by=by, shown_to="applicant")
    post(
        "life_event",
        to=team_addresses(TeamRole.OFFICER),
        key=f"grant.life_event:{grant.reference}:{clock.now():%Y%m%d%H%M%S}",
        grant=grant,
    )


def hold_after_death(sender: Any, *, person: FocusPerson, by: User, **kwargs: Any) -> None:
    """A death that was written on the record puts every running grant for the person on hold, but one that
    was told of already. An officer speaks with the organisation, which says what it wishes then."""
    running = Grant.objects.filter(application__person=person, state__in=CHANGING_STATES)
    for one in running.order_by("pk"):
        grant = locked(one)
        if grant.state in CHANGING_STATES and grant.waiting_event() is None:
            _hold(
                grant,
                by=by,
                kind=LifeChange.DIED,
                happened_on=clock.today(),
                wish=LifeWish.PAUSE,
            )


@transaction.atomic
def settle(grant: Grant, *, by: User, outcome: str, note: str = "") -> Grant:
    """An officer settles it: carry on, stay on hold, end, or hand on. `note` is shown.

    Carried on, the days on hold are added to the time for the training. Ended or handed on, nothing more is
    due: no report, no penalty; what was spent can be claimed.
    """
    grant = locked(grant)
    permitted(by, "grants.settle_event", grant)
    ready(grant, "settle")
    event = grant.waiting_event()
    if event is None:
        raise NotReady(grant.settle_blockers())
    if event.kind == LifeChange.DIED and outcome == LifeOutcome.TRANSFERRED:
        raise NotReady(["After a death the grant carries on, stays on hold or ends."])
    event.outcome, event.note = outcome, note
    event.settled_at, event.settled_by = clock.now(), by
    event.save()
    if outcome == LifeOutcome.CARRY_ON:
        _give_back_days(grant)
        grant.paused_on = None
    elif outcome in ENDING:
        grant.end_without_penalty(reason=str(LifeOutcome(outcome).label))
        if outcome == LifeOutcome.TRANSFERRED and not blockers(
            grant.application.person, "report_move"
        ):
            _moved_on(grant, by)
    grant.save()
    record("grant.life_event_settled", grant, by=by, shown_to="applicant", outcome=outcome)
    post(
        "life_event_settled",
        to=_writers(grant),
        key=f"grant.settled:{grant.reference}:{clock.now():%Y%m%d%H%M%S}",
        grant=grant,
    )
    return grant


def _give_back_days(grant: Grant) -> None:
    """No day on hold counts against anybody: the training may last as much longer."""
    held, until = grant.paused_on, grant.training_until
    if held is not None and until is not None and grant.state in EXTENDING_STATES:
        days = (clock.today() - held).days
        if days:
            grant.extended_until = until + clock.timedelta(days=days)


def _moved_on(grant: Grant, by: User) -> None:
    """The record belongs to the organisation: whoever told us closes it, not the officer."""
    event = grant.life_events.order_by("-pk")[0]
    if event.told_by.has_perm("focus_people.report_change", grant.application.person):
        report_move(grant.application.person, by=event.told_by)


@transaction.atomic
def ask_back(grant: Grant, *, by: User, due_on: date, reason: str) -> Grant:
    """An officer asks for money back that was paid and not spent: why, and by when. Shown to both."""
    grant = locked(grant)
    permitted(by, "grants.ask_back", grant)
    ready(grant, "ask_back")
    if due_on <= clock.today():
        raise NotReady(["The day must be in the future."])
    grant.recovery_due_on, grant.recovery_reason = due_on, reason
    grant.save()
    owed = -grant.owed()
    record("grant.asked_back", grant, by=by, shown_to="applicant", amount=str(owed))
    post(
        "money_asked_back",
        to=_writers(grant),
        key=f"grant.asked_back:{grant.reference}:{clock.now():%Y%m%d%H%M%S}",
        grant=grant,
    )
    return grant


@transaction.atomic
def review_grant(grant: Grant, *, by: User, outcome: str, words: str) -> Grant:
    """The yearly review: money against training, ending in continue, amend or discontinue."""
    grant = locked(grant)
    permitted(by, "grants.review_grant", grant)
    ready(grant, "review")
    GrantReview.objects.create(
        grant=grant,
        outcome=outcome,
        words=words,
        paid=grant.paid_so_far(),
        spent=grant.accepted_spend(),
        reviewed_by=by,
    )
    record("grant.reviewed", grant, by=by, shown_to="applicant", outcome=outcome)
    if outcome != ReviewOutcome.CONTINUE:
        post(
            "grant_reviewed",
            to=_writers(grant),
            key=f"grant.reviewed:{grant.reference}:{clock.now():%Y%m%d%H%M%S}",
            grant=grant,
        )
    return grant
