"""The verbs of focus people and their support plans: a version is locked or confirmed; a person
moves on or dies; a legal hold is placed; one person’s record is erased by two. Each takes the row under
a lock, asks *may they?*, asks *what stands in the way?*, moves, saves and writes the audit row.
"""

from datetime import date

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready

from .enums import Confidence, WordsVerdict
from .erasing import make_anonymous
from .models import CheckIn, Erasure, FocusPerson, KeptWords, LegalHold, SupportPlan
from .signals import person_died


@transaction.atomic
def report_move(person: FocusPerson, *, by: User) -> FocusPerson:
    """The organisation no longer supports the person: the record is kept as it was."""
    person = locked(person)
    permitted(by, "focus_people.report_change", person)
    ready(person, "report_move")
    person.report_move()
    person.save()
    record("person.moved", person, by=by, shown_to="applicant")
    return person


@transaction.atomic
def report_death(person: FocusPerson, *, by: User) -> FocusPerson:
    """The person has died: nothing more is asked, and no report falls due after this day."""
    person = locked(person)
    permitted(by, "focus_people.report_change", person)
    ready(person, "report_death")
    person.report_death()
    person.save()
    record("person.died", person, by=by, shown_to="applicant")
    person_died.send(type(person), person=person, by=by)
    return person


@transaction.atomic
def lock_plan(plan: SupportPlan, *, by: User) -> SupportPlan:
    """Freeze a version, as the baseline does; one that is locked already stays as it is."""
    plan = locked(plan)
    permitted(by, "focus_people.lock_plan", plan)
    if plan.locked_at is None:
        plan.locked_at = clock.now()
        plan.save()
        record("plan.locked", plan, by=by, shown_to="applicant")
    return plan


@transaction.atomic
def confirm_plan(plan: SupportPlan, *, by: User) -> SupportPlan:
    """Say that the figures of a version are right (domain 6.1).

    An officer or programme lead records that the commissioner has confirmed them: only those enter
    the funder's headline. A lead or contributor of the organisation confirms for the provider.
    """
    plan = locked(plan)
    for_commissioner = by.has_perm("focus_people.confirm_plan_for_commissioner", plan)
    if not for_commissioner:
        permitted(by, "focus_people.confirm_plan", plan)
    ready(plan, "confirm")
    if not for_commissioner and plan.confidence == Confidence.PROVIDER:
        raise NotReady(["Your organisation has confirmed this version already."])
    plan.confidence = Confidence.COMMISSIONER if for_commissioner else Confidence.PROVIDER
    plan.confirmed_at, plan.confirmed_by = clock.now(), by
    plan.save()
    record("plan.confirmed", plan, by=by, shown_to="applicant", confidence=plan.confidence)
    return plan


def _looked(words: KeptWords, verdict: WordsVerdict, by: User) -> KeptWords:
    words = locked(words)
    permitted(by, "focus_people.look_at_words", words)
    ready(words, "look")
    words.verdict, words.looked_at, words.looked_by = verdict, clock.now(), by
    words.save()
    record("words.looked_at", words, by=by, verdict=str(verdict))
    return words


@transaction.atomic
def let_words_stay(words: KeptWords, *, by: User) -> KeptWords:
    """An officer agrees that these words identify nobody."""
    return _looked(words, WordsVerdict.FINE, by)


@transaction.atomic
def send_words_back(words: KeptWords, *, by: User) -> KeptWords:
    """These words have to come out: the writer is asked by e-mail, which does not repeat them, and the
    check asks again at that place."""
    words = _looked(words, WordsVerdict.OUT, by)
    post(
        "words_come_out",
        to=[words.kept_by.email],
        key=f"words:{words.reference}:{words.kept_at:%Y%m%d%H%M%S}",
        words=words,
    )
    return words


@transaction.atomic
def answer_alert(said: CheckIn, *, by: User, offer: str) -> CheckIn:
    """Answer a check-in that alerts: a top-up, coaching, a talk, or nothing. The one who checked in is
    told by e-mail, which says nothing about the person."""
    said = locked(said)
    permitted(by, "focus_people.answer_alert", said)
    ready(said, "answer")
    said.offer, said.answered_at, said.answered_by = offer, clock.now(), by
    said.save()
    record("person.alert_answered", said.person, by=by, shown_to="applicant", offer=offer)
    post(
        "alert_answered",
        to=[said.checked_by.email],
        key=f"alert:{said.reference}:{said.checked_at:%Y%m%d%H%M%S}",
        check_in=said,
    )
    return said


@transaction.atomic
def place_hold(person: FocusPerson, *, by: User, reason: str, review_on: date) -> FocusPerson:
    """From now on nothing of the record is removed: by no erasure and by no period of retention."""
    person = locked(person)
    permitted(by, "focus_people.hold_person", person)
    ready(person, "hold")
    LegalHold.objects.create(person=person, reason=reason, review_on=review_on, placed_by=by)
    record("person.held", person, by=by, review_on=review_on.isoformat())
    return person


@transaction.atomic
def release_hold(person: FocusPerson, *, by: User) -> FocusPerson:
    """The hold ends: periods of retention count again."""
    person = locked(person)
    permitted(by, "focus_people.hold_person", person)
    ready(person, "release_hold")
    person.holds.filter(released_at__isnull=True).update(released_at=clock.now(), released_by=by)
    record("person.hold_released", person, by=by)
    return person


@transaction.atomic
def ask_erasure(person: FocusPerson, *, by: User, why: str) -> Erasure:
    """Ask that everything that says who the person is be taken out. Another programme lead decides."""
    person = locked(person)
    permitted(by, "focus_people.ask_erasure", person)
    ready(person, "ask_erasure")
    asked = Erasure.objects.create(person=person, why=why, asked_by=by)
    record("erasure.asked", asked, by=by, why=why)
    return asked


@transaction.atomic
def erase(erasure: Erasure, *, by: User) -> Erasure:
    """Take the person out of everything and look whether anything is left (see `focus_people.erasing`).
    Cannot be undone. What totals count stays as it is."""
    erasure = locked(erasure)
    # The record too, before anything is asked: a hold that is being placed is waited for.
    erasure.person = locked(erasure.person)
    permitted(by, "focus_people.erase_person", erasure)
    ready(erasure, "erase")
    erasure.erase(by=by)
    erasure.save()
    erased = make_anonymous(erasure.person)
    erasure.removed, erasure.traces, erasure.scanned = (
        erased.removed,
        erased.traces,
        erased.read,
    )
    erasure.save()
    record("erasure.done", erasure, by=by, traces=len(erased.traces))
    return Erasure.objects.get(pk=erasure.pk)


@transaction.atomic
def turn_down_erasure(erasure: Erasure, *, by: User) -> Erasure:
    """The record stays. Somebody may ask again."""
    erasure = locked(erasure)
    permitted(by, "focus_people.erase_person", erasure)
    ready(erasure, "turn_down")
    erasure.turn_down(by=by)
    erasure.save()
    record("erasure.turned_down", erasure, by=by)
    return erasure


@transaction.atomic
def take_commissioners_word(plan: SupportPlan, *, asked_by: User) -> SupportPlan:
    """The commissioner has confirmed the version by a link of their own, which the caller has checked.

    It then does not change any more. `asked_by`: who had asked them; the trail says that it was not they who
    confirmed. A version that is commissioner confirmed already stays as it is.
    """
    plan = locked(plan)
    if plan.confidence == Confidence.COMMISSIONER:
        return plan
    ready(plan, "confirm")
    plan.confidence = Confidence.COMMISSIONER
    plan.confirmed_at, plan.confirmed_by = clock.now(), asked_by
    plan.save()
    record("plan.confirmed", plan, by=None, shown_to="applicant", confidence=plan.confidence)
    return plan
