"""What goes beyond attending: a clinician's sign-off, training passed on, and others' staff, as a number."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db import transaction

from accounts import clock, written
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready
from focus_people.models import CircleMember

from ..coverage import finishing_days
from ..models import Activity, Cascade, SignOff
from ..topics import facts_of

V = TypeVar("V", SignOff, Cascade)


@transaction.atomic
def sign_off(
    activity: Activity,
    *,
    by: User,
    member: CircleMember,
    clinician: str,
    signed_on: date,
    review_on: date,
) -> SignOff:
    """Record that a clinician found a member competent in the delegated task that an activity teaches.

    Raises `NotReady` for another kind of topic, for somebody who has not attended enough, for a day in the
    future or before they had, and for a review that is not after it. A later one renews an earlier one.
    """
    activity = locked(activity)
    permitted(by, "training.sign_off", activity)
    ready(activity, "sign_off")
    days = finishing_days(activity)
    wrong = []
    if member.pk not in days:
        wrong.append(f"{member} has not attended enough sessions of this activity.")
    elif signed_on < days[member.pk]:
        on = days[member.pk]
        wrong.append(f"{member} finished on {written.day(on)}. Sign off on that day or later.")
    if signed_on > clock.today():
        wrong.append("A sign-off cannot be in the future.")
    if review_on <= signed_on:
        wrong.append("The review comes after the sign-off.")
    if activity.sign_offs.standing().filter(member=member, signed_on=signed_on).exists():
        wrong.append(f"{member} was signed off on that day already.")
    if wrong:
        raise NotReady(wrong)
    made = SignOff.objects.create(
        activity=activity,
        member=member,
        clinician=clinician,
        signed_on=signed_on,
        review_on=review_on,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    record("activity.signed_off", activity, by=by, shown_to="applicant", review_on=str(review_on))
    return made


@transaction.atomic
def void_sign_off(sign_off: SignOff, *, by: User, reason: str) -> SignOff:
    """Take a sign-off that was recorded by mistake, or withdrawn, out of every count. It is kept."""
    return _voided(sign_off, by, reason, "activity.sign_off_voided")


def _voided(thing: V, by: User, reason: str, event: str) -> V:
    thing = locked(thing)
    permitted(by, "training.void_beyond", thing)
    ready(thing, "void")
    thing.voided_at, thing.voided_by, thing.void_reason = clock.now(), by, reason
    thing.save()
    record(event, thing.activity, by=by, shown_to="applicant")
    return thing


@transaction.atomic
def log_cascade(
    activity: Activity,
    *,
    by: User,
    taught_by: CircleMember,
    topic: str,
    held_on: date,
    hours: Decimal,
    people: int,
) -> Cascade:
    """Record that somebody who finished training of trainers trained `people` others: no intervention.

    Raises `NotReady` for an activity that makes no trainers, for somebody who had not finished it by that
    day, for a day in the future, and for a general requirement.
    """
    activity = locked(activity)
    permitted(by, "training.log_cascade", activity)
    ready(activity, "log_cascade")
    days = finishing_days(activity)
    wrong = []
    if taught_by.pk not in days:
        wrong.append(f"{taught_by} has not finished this activity.")
    elif held_on < days[taught_by.pk]:
        on = days[taught_by.pk]
        wrong.append(f"{taught_by} finished it on {written.day(on)}, after that day.")
    if held_on > clock.today():
        wrong.append("A session that is still to come cannot be recorded yet.")
    if facts_of(topic).is_general:
        wrong.append(f"{facts_of(topic).label} is a general requirement. It is not recorded here.")
    if wrong:
        raise NotReady(wrong)
    made = Cascade.objects.create(
        activity=activity,
        taught_by=taught_by,
        topic=topic,
        held_on=held_on,
        hours=hours,
        people=people,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    record("activity.passed_on", activity, by=by, shown_to="applicant", people=people)
    return made


@transaction.atomic
def void_cascade(cascade: Cascade, *, by: User, reason: str) -> Cascade:
    """Take a cascade session that was recorded by mistake out of the counts. It is kept."""
    return _voided(cascade, by, reason, "activity.passed_on_voided")


@transaction.atomic
def count_others(activity: Activity, *, by: User, people: int) -> Activity:
    """Say how many staff who support other people finished an activity: a number, never who they are."""
    activity = locked(activity)
    permitted(by, "training.count_others", activity)
    ready(activity, "count_others")
    activity.others_finished = people
    activity.save(update_fields=["others_finished"])
    record("activity.others_counted", activity, by=by, shown_to="applicant", people=people)
    return activity
