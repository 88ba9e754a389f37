"""Learning once, together: open a shared session, take seats in it for a grant, give them back, cancel it."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotAllowed, NotReady, locked, permitted, ready
from focus_people.models import CircleMember, Need
from grants.models import BudgetLine, Grant

from ..actions import plan_activity
from ..enums import LearningDomain, Mode, PlaceKind, RrnAnswer, SessionMode
from ..market import LEAST_ORGANISATIONS, unmet_needs
from ..models import SeatBooking, SharedSession, TrainingProvider
from ..models.shared import DAY_OVER
from ..rules import manages_market
from ..topics import PHYSICAL, facts_of
from .sessions import plan_session

TOO_FEW = (
    "Fewer than {} organisations need this in this region. An open session could tell one of them of "
    "another’s person. Open it for anywhere in England instead."
)


@transaction.atomic
def open_shared(
    *,
    by: User,
    topic: str,
    region: str,
    provider: TrainingProvider,
    held_on: date,
    hours: Decimal,
    mode: str,
    seats: int,
    seat_price: Decimal,
    book_by: date,
) -> SharedSession:
    """Open a session for several circles, with `seats` at `seat_price` pounds each.

    Raises `NotReady` for a general requirement, for a provider without an approval on that day, a day
    that is over, and where one or two organisations alone need the topic in the region.
    """
    if not manages_market(by):
        raise NotAllowed("training.open_shared")
    wrong = []
    if facts_of(topic).is_general:
        wrong.append(f"{facts_of(topic).label} is a general requirement. {facts_of(topic).says}")
    if not provider.is_approved(held_on):
        wrong.append(f"{provider} is not approved on that day.")
    if topic == PHYSICAL and not provider.is_certified(held_on):
        wrong.append(f"{provider} has no certificate of the Restraint Reduction Network that day.")
    if held_on <= clock.today() or book_by < clock.today():
        wrong.append("The session, and the last day to take seats, have to be still to come.")
    if book_by > held_on:
        wrong.append("Seats cannot be taken after the session.")
    if region:
        needs = [n for n in unmet_needs() if (n.topic, n.region) == (topic, region)]
        if needs and needs[0].organisations < LEAST_ORGANISATIONS:
            wrong.append(TOO_FEW.format(LEAST_ORGANISATIONS))
    if wrong:
        raise NotReady(wrong)
    made = SharedSession.objects.create(
        topic=topic,
        region=region,
        provider=provider,
        held_on=held_on,
        hours=hours,
        mode=mode,
        seats=seats,
        seat_price=seat_price,
        book_by=book_by,
        opened_at=clock.now(),
        opened_by=by,
    )
    record("shared_session.opened", made, by=by, topic=topic, seats=seats)
    return made


@transaction.atomic
def take_seats(
    shared: SharedSession,
    *,
    by: User,
    grant: Grant,
    budget_line: BudgetLine,
    need: Need,
    seats: int,
) -> SeatBooking:
    """Take seats for the circle of a grant: plans an activity with its session, and commits the share.

    Raises `NotReady` when seats can no longer be taken, when there are not that many (without saying how
    many there are), for more seats than the circle has people who may come, for a grant that has seats
    there already, and as `plan_activity` does (need, line, the whole grant).
    """
    shared = locked(shared)
    permitted(by, "training.plan_activity", grant)
    wrong = shared.join_blockers()
    if not wrong and SeatBooking.objects.standing().filter(session=shared, grant=grant).exists():
        wrong = ["This grant has seats in this session already."]
    people = CircleMember.objects.filter(person=grant.application.person_id)
    here = people.active_on(clock.today()).may_attend().count()
    if not wrong and seats > here:
        wrong = [f"The circle has {here} people who may come to training. Take no more seats."]
    if not wrong and seats > shared.seats - shared.taken:
        wrong = ["There are not that many seats left. Ask for fewer."]
    if wrong:
        raise NotReady(wrong)
    share = (shared.seat_price * seats).quantize(Decimal("0.01"))
    activity = plan_activity(
        grant,
        by=by,
        title=f"Shared: {shared.topic_label}"[:120],
        budget_line=budget_line,
        need=need,
        topic=shared.topic,
        mode=Mode.WEBINAR if shared.mode == SessionMode.ONLINE else Mode.COURSE,
        learning_domains=[LearningDomain.SKILLS, LearningDomain.KNOWLEDGE],
        trainer=shared.provider.name,
        provider=shared.provider,
        provider_reason="The programme chose it for a shared session.",
        planned_people=seats,
        session_hours=shared.hours,
        is_joint=True,
        rrn_certified=RrnAnswer.YES if shared.topic == PHYSICAL else RrnAnswer.NOT_NEEDED,
        cost=share,
    )
    plan_session(
        activity,
        by=by,
        held_on=shared.held_on,
        hours=shared.hours,
        mode=shared.mode,
        place=PlaceKind.NONE if shared.mode == SessionMode.ONLINE else PlaceKind.TRAINING_CENTRE,
    )
    made = SeatBooking.objects.create(
        session=shared,
        grant=grant,
        activity=activity,
        seats=seats,
        share=share,
        booked_at=clock.now(),
        booked_by=by,
    )
    record("seats.taken", grant, by=by, shown_to="applicant", session=shared.reference, seats=seats)
    return made


def _end(booking: SeatBooking, by: User, why: str) -> None:
    """End a booking and take its activity out of the record: the share is free again."""
    now = clock.now()
    booking.ended_at, booking.ended_by = now, by
    booking.save()
    activity = locked(booking.activity)
    if not activity.is_voided:
        activity.voided_at, activity.voided_by, activity.void_reason = now, by, why[:300]
        activity.save()
        record("activity.voided", activity, by=by, shown_to="applicant")


@transaction.atomic
def give_back_seats(booking: SeatBooking, *, by: User) -> SeatBooking:
    """Give seats back before the day: others may take them, and the share of the cost is free again."""
    locked(booking.session)
    booking = locked(booking)
    permitted(by, "training.give_back_seats", booking)
    ready(booking, "give_back")
    if booking.activity.has_started:
        raise NotReady([DAY_OVER])
    _end(booking, by, "The seats were given back.")
    record("seats.given_back", booking.grant, by=by, shown_to="applicant")
    return booking


@transaction.atomic
def cancel_shared(shared: SharedSession, *, by: User, reason: str) -> SharedSession:
    """The session does not happen: bookings end, their shares are free again, their people are told."""
    shared = locked(shared)
    permitted(by, "training.manage_shared", shared)
    ready(shared, "cancel")
    shared.cancel(reason=reason)
    shared.save()
    for booking in shared.bookings.standing().order_by("pk"):
        booking = locked(booking)
        _end(booking, by, f"The shared session was cancelled. {reason}")
        members = booking.grant.application.organisation.memberships
        leads = members.filter(role=MemberRole.LEAD, user__is_active=True)
        post(
            "shared_session_cancelled",
            to=list(leads.order_by("pk").values_list("user__email", flat=True)),
            key=f"shared-cancelled:{shared.reference}:{booking.grant.reference}",
            shared=shared,
            grant=booking.grant,
        )
    record("shared_session.cancelled", shared, by=by)
    return shared
