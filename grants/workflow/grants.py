"""The life of a grant: its offer is accepted or turned down, it becomes active with the baseline, its
training ends, it reports, it is closed; or it ends early. Conditions are met or noted on the way.
"""

from collections.abc import Collection

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from ..agreement import agreement_of
from ..models import Condition, Grant
from .changes import months_after
from .decisions import offer_until


@transaction.atomic
def accept_offer(grant: Grant, *, by: User, acknowledged: Collection[int]) -> Grant:
    """The organisation's lead accepts; `acknowledged` holds the number of every condition that is open: one
    that was lifted on appeal binds nobody.

    The agreement stays with the grant as it reads today. The training is to be delivered within the round's
    months from today. Raises `NotReady` when the
    offer has run out or a condition was not acknowledged.
    """
    grant = locked(grant)
    permitted(by, "grants.accept_offer", grant)
    ready(grant, "accept")
    numbers = set(grant.conditions.filter(met_at__isnull=True).values_list("number", flat=True))
    if missing := sorted(numbers - set(acknowledged)):
        raise NotReady([f"Accept condition {number} first." for number in missing])
    agreement = agreement_of(grant)
    until = months_after(clock.today(), grant.round.delivery_months)
    grant.accept(by=by, delivery_until=until, agreement=agreement)
    grant.save()
    record(
        "grant.agreed",
        grant,
        by=by,
        shown_to="applicant",
        conditions=len(numbers),
        agreement=agreement["version"],
    )
    post(
        "offer_accepted",
        to=team_addresses(TeamRole.OFFICER),
        key=f"grant.agreed:{grant.reference}",
        grant=grant,
    )
    return grant


@transaction.atomic
def turn_down_offer(grant: Grant, *, by: User, reason: str) -> Grant:
    """The organisation's lead turns the offer down; the money goes back to the round."""
    grant = locked(grant)
    permitted(by, "grants.accept_offer", grant)
    ready(grant, "turn_down")
    grant.turn_down(reason=reason)
    grant.save()
    record("grant.offer_turned_down", grant, by=by, shown_to="applicant")
    post(
        "offer_turned_down",
        to=team_addresses(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD),
        key=f"grant.offer_turned_down:{grant.reference}",
        grant=grant,
    )
    return grant


@transaction.atomic
def extend_offer(grant: Grant, *, by: User) -> Grant:
    """A lead opens the offer again, for 28 days from today."""
    grant = locked(grant)
    permitted(by, "grants.extend_offer", grant)
    ready(grant, "turn_down")
    grant.offer_open_until = offer_until(clock.today())
    grant.save()
    record("grant.offer_extended", grant, by=by, shown_to="applicant")
    post(
        "offer_extended",
        to=member_addresses(grant.organisation, MemberRole.LEAD),
        key=f"grant.offer_extended:{grant.reference}:{grant.offer_open_until}",
        grant=grant,
    )
    return grant


@transaction.atomic
def lapse_offer(grant: Grant, *, by: User) -> Grant:
    """A lead lets an offer go that nobody accepted in time; the money goes back to the round. After the
    person has died an officer does so too, on any day, and the words are neutral."""
    grant = locked(grant)
    permitted(by, "grants.lapse_offer", grant)
    ready(grant, "lapse")
    after_death = grant.is_offer_after_death
    grant.lapse()
    grant.save()
    event = "grant.offer_closed" if after_death else "grant.offer_lapsed"
    record(event, grant, by=by, shown_to="applicant")
    post(
        "offer_lapsed",
        to=member_addresses(grant.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"grant.offer_lapsed:{grant.reference}",
        grant=grant,
    )
    return grant


@transaction.atomic
def activate(grant: Grant, *, by: User) -> Grant:
    """The baseline is in: the grant is active from today (domain 11)."""
    grant = locked(grant)
    permitted(by, "grants.activate_grant", grant)
    ready(grant, "activate")
    grant.activate()
    grant.save()
    record("grant.activated", grant, by=by, shown_to="applicant")
    return grant


@transaction.atomic
def finish_delivery(grant: Grant, *, by: User) -> Grant:
    """All training has been delivered, today."""
    grant = locked(grant)
    permitted(by, "grants.deliver_grant", grant)
    ready(grant, "finish_delivery")
    grant.finish_delivery()
    grant.save()
    record("grant.delivered", grant, by=by, shown_to="applicant")
    return grant


@transaction.atomic
def start_reporting(grant: Grant, *, by: User) -> Grant:
    """Only reports and the last claim remain."""
    grant = locked(grant)
    permitted(by, "grants.deliver_grant", grant)
    ready(grant, "start_reporting")
    grant.start_reporting()
    grant.save()
    record("grant.reporting", grant, by=by, shown_to="applicant")
    return grant


@transaction.atomic
def note_final_report(grant: Grant, *, by: User) -> Grant:
    """The report that the final payment waits for has been accepted, today. Said twice, it stands once."""
    grant = locked(grant)
    permitted(by, "grants.note_final_report", grant)
    if grant.final_report_accepted_on is not None:
        return grant
    ready(grant, "note_final_report")
    grant.final_report_accepted_on = clock.today()
    grant.save()
    record("grant.final_report_accepted", grant, by=by, shown_to="applicant")
    return grant


@transaction.atomic
def meet_condition(condition: Condition, *, by: User, outcome: str, note: str = "") -> Condition:
    """An officer notes that a condition is met, or why it is not needed (`note` is then required)."""
    condition = locked(condition)
    permitted(by, "grants.meet_condition", condition)
    ready(condition, "meet")
    if outcome == "not_needed" and not note.strip():
        raise NotReady(["Say why the condition is not needed."])
    condition.met_at, condition.met_by = clock.now(), by
    condition.outcome, condition.note = outcome, note.strip()
    condition.save()
    record(
        "grant.condition_noted",
        condition.grant,
        by=by,
        shown_to="applicant",
        number=condition.number,
        outcome=outcome,
    )
    return condition


@transaction.atomic
def close(grant: Grant, *, by: User) -> Grant:
    """An officer closes the grant: report accepted, money settled, conditions met or noted."""
    grant = locked(grant)
    permitted(by, "grants.close_grant", grant)
    ready(grant, "close")
    grant.close(by=by)
    grant.save()
    record("grant.closed", grant, by=by, shown_to="applicant")
    post(
        "grant_closed",
        to=member_addresses(grant.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"grant.closed:{grant.reference}",
        grant=grant,
    )
    return grant


@transaction.atomic
def terminate(grant: Grant, *, by: User, reason: str) -> Grant:
    """A lead ends the grant early; what was spent may still be claimed. `reason` is shown."""
    grant = locked(grant)
    permitted(by, "grants.terminate_grant", grant)
    ready(grant, "terminate")
    grant.terminate(reason=reason)
    grant.save()
    record("grant.terminated", grant, by=by, shown_to="applicant")
    post(
        "grant_terminated",
        to=member_addresses(grant.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"grant.terminated:{grant.reference}",
        grant=grant,
    )
    return grant
