"""Writes to the person's own record: facts, the basis it stands on, needs and goals."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction

from accounts import clock
from accounts.audit import record
from accounts.models import Organisation, User
from accounts.state import NotReady, locked, permitted, ready

from ..enums import ALIASES, GoalPoint, Stability
from ..models import CheckIn, Consent, FocusPerson, Goal, GoalScore, Need, Reading

MOST_NEEDS = 8
MOST_GOALS = 5


def free_aliases(organisation: Organisation) -> list[str]:
    """The words that no record of this organisation uses yet, in alphabetical order."""
    used = set(
        FocusPerson.objects.filter(organisation=organisation).values_list("alias", flat=True)
    )
    return [alias for alias in ALIASES if alias not in used]


@transaction.atomic
def add_person(
    organisation: Organisation, *, by: User, alias: str = "", **facts: Any
) -> FocusPerson:
    """Begin a record. `alias` is drawn by lot from the words not used in the organisation, unless
    one of them is chosen. `facts` are the model's own fields. Raises `NotReady` when the alias is
    taken or is none of ours.
    """
    organisation = locked(organisation)
    permitted(by, "focus_people.add_person", organisation)
    free = free_aliases(organisation)
    alias = alias or (secrets.choice(free) if free else "")
    if alias not in free:
        raise NotReady([f"The word {alias} is taken. Choose another one."])
    person = FocusPerson.objects.create(
        organisation=organisation, alias=alias, added_by=by, **facts
    )
    record("person.added", person, by=by, shown_to="applicant")
    return person


@transaction.atomic
def edit_person(person: FocusPerson, *, by: User, **facts: Any) -> FocusPerson:
    """Change banded facts. The audit row says which fields, never their values."""
    person = locked(person)
    permitted(by, "focus_people.edit_person", person)
    ready(person, "edit")
    changed = sorted(name for name, value in facts.items() if getattr(person, name) != value)
    if changed:
        for name in changed:
            setattr(person, name, facts[name])
        person.save()
        record("person.edited", person, by=by, shown_to="applicant", fields=changed)
    return person


@transaction.atomic
def record_consent(
    person: FocusPerson,
    *,
    by: User,
    basis: str,
    decided_on: date,
    decision_maker: str,
    review_on: date | None = None,
    covers_application: bool = True,
    covers_reporting: bool = True,
    covers_story: bool = False,
) -> Consent:
    """Record on what basis the record exists (MCA 2005, domain 7.1). Earlier ones stay as they are;
    the newest that has not been withdrawn is the one that counts.
    """
    person = locked(person)
    permitted(by, "focus_people.record_consent", person)
    ready(person, "edit")
    consent = Consent.objects.create(
        person=person,
        basis=basis,
        decided_on=decided_on,
        decision_maker=decision_maker,
        review_on=review_on,
        covers_application=covers_application,
        covers_reporting=covers_reporting,
        covers_story=covers_story,
        recorded_by=by,
    )
    record("consent.recorded", person, by=by, shown_to="applicant", basis=basis)
    return consent


@transaction.atomic
def withdraw_consent(person: FocusPerson, *, by: User) -> FocusPerson:
    """Withdraw every basis that stands, at once. Allowed on closed records too."""
    person = locked(person)
    permitted(by, "focus_people.withdraw_consent", person)
    ready(person, "withdraw_consent")
    standing = person.consents.filter(withdrawn_at__isnull=True)
    standing.update(withdrawn_at=clock.now(), withdrawn_by=by)
    record("consent.withdrawn", person, by=by, shown_to="applicant")
    return person


def _set_numbered(
    person: FocusPerson,
    model: type[Need] | type[Goal],
    rows: Sequence[dict[str, Any] | None],
    what: str,
) -> None:
    """Write rows 1, 2, 3 … where their place is their number, so that whatever names N3 still does.

    None empties a place. A row that something names (a budget line) cannot be emptied.
    """
    given = {number: row for number, row in enumerate(rows, start=1) if row}
    if given:
        made: list[Any] = [model(person=person, number=n, **row) for n, row in given.items()]
        model._default_manager.bulk_create(
            made,
            update_conflicts=True,
            unique_fields=["person", "number"],
            update_fields=list(next(iter(given.values()))),
        )
    gone = model._default_manager.filter(person=person).exclude(number__in=given)
    if model is Goal:
        scored = GoalScore.objects.filter(goal__in=list(gone)).values_list(
            "goal__number", flat=True
        )
        if numbers := sorted(set(scored)):
            raise NotReady([f"{what}{n} has been scored. Reword it instead." for n in numbers])
    named = [f"{what}{held.number}" for held in gone.order_by("number") if _is_named(held)]
    if named:
        raise NotReady(
            [
                f"{code} is named by an application. Reword it, or take it out there."
                for code in named
            ]
        )
    gone.delete()


def _is_named(row: models.Model) -> bool:
    """Whether anything above this app points at the row: a budget line, an application, an activity."""
    return any(
        related.related_model._default_manager.filter(**{related.field.name: row}).exists()
        for related in row._meta.related_objects
    )


@transaction.atomic
def set_needs(
    person: FocusPerson, needs: Sequence[tuple[str, str] | None], *, by: User
) -> FocusPerson:
    """Set N1 … N8 as (category, statement), one line each; None leaves a place empty.

    Raises `NotReady` for more than eight, or when a need that a budget line names would go.
    """
    person = locked(person)
    permitted(by, "focus_people.edit_needs", person)
    ready(person, "edit")
    if len(needs) > MOST_NEEDS:
        raise NotReady([f"Give at most {MOST_NEEDS} needs."])
    rows = [n and {"category": n[0], "statement": n[1]} for n in needs]
    _set_numbered(person, Need, rows, "N")
    record("person.needs_set", person, by=by, shown_to="applicant", count=sum(map(bool, needs)))
    return person


@transaction.atomic
def set_goals(
    person: FocusPerson, goals: Sequence[tuple[str, str, bool] | None], *, by: User
) -> FocusPerson:
    """Set G1 … G5 as (domain, words, are they the person's own); None leaves a place empty."""
    person = locked(person)
    permitted(by, "focus_people.edit_goals", person)
    ready(person, "edit")
    if len(goals) > MOST_GOALS:
        raise NotReady([f"Give at most {MOST_GOALS} goals."])
    rows = [g and {"domain": g[0], "words": g[1], "is_own_words": g[2]} for g in goals]
    _set_numbered(person, Goal, rows, "G")
    record("person.goals_set", person, by=by, shown_to="applicant", count=sum(map(bool, goals)))
    return person


def record_reading(person: FocusPerson, *, by: User, purpose: str = "") -> None:
    """Note that somebody opened the record (domain 7.4: every view is logged), and staff for what."""
    record("person.read", person, by=by, **({"purpose": purpose} if purpose else {}))


@transaction.atomic
def say_purpose(person: FocusPerson, *, by: User, purpose: str, words: str = "") -> Reading:
    """Say why one is about to read the record: asked of the programme’s staff once for a session."""
    permitted(by, "focus_people.read_for_a_purpose", person)
    return Reading.objects.create(person=person, purpose=purpose, words=words, said_by=by)


@transaction.atomic
def score_goals(
    person: FocusPerson, scores: Mapping[tuple[int, str], int | None], *, by: User
) -> FocusPerson:
    """Set how far goals are reached: (goal number, point) → −2 … +2 (OUT-18); None takes a score out.

    Raises `NotReady` for a goal that is not there, a point or a score that is none.
    """
    person = locked(person)
    permitted(by, "focus_people.score_goals", person)
    ready(person, "edit")
    goals = {goal.number: goal for goal in person.goals.all()}
    for (number, point), score in scores.items():
        if number not in goals or point not in GoalPoint.values:
            raise NotReady([f"There is no goal G{number}, or no such point."])
        held = GoalScore.objects.filter(goal=goals[number], point=point)
        if score is None:
            held.delete()
        elif not -2 <= score <= 2:
            raise NotReady(["A score is a whole number from −2 to +2."])
        elif (found := held.first()) is None:
            GoalScore.objects.create(goal=goals[number], point=point, score=score, scored_by=by)
        elif found.score != score:
            found.score, found.scored_at, found.scored_by = score, clock.now(), by
            found.save()
    record("person.goals_scored", person, by=by, shown_to="applicant", count=len(scores))
    return person


@transaction.atomic
def check_in(
    person: FocusPerson,
    *,
    by: User,
    stability: str,
    more_distress: str,
    team_gap: str,
    plan_slipped: str,
) -> CheckIn:
    """The monthly check-in of this month; said again in the same month it replaces the first answer.

    One red, or amber in this month and in the one before, alerts the officers (issue 4; idea 2.20).
    An alert that was answered and is said again alerts again.
    """
    person = locked(person)
    permitted(by, "focus_people.check_in", person)
    ready(person, "edit")
    month = clock.today().replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    was_amber = CheckIn.objects.filter(
        person=person, month=before, stability=Stability.AMBER
    ).exists()
    is_alert = stability == Stability.RED or (stability == Stability.AMBER and was_amber)
    said, _ = CheckIn.objects.update_or_create(
        person=person,
        month=month,
        defaults={
            "stability": stability,
            "more_distress": more_distress,
            "team_gap": team_gap,
            "plan_slipped": plan_slipped,
            "is_alert": is_alert,
            "checked_at": clock.now(),
            "checked_by": by,
            "offer": "",
            "answered_at": None,
            "answered_by": None,
        },
    )
    record("person.checked_in", person, by=by, shown_to="applicant", is_alert=is_alert)
    return said


def record_export(person: FocusPerson, *, by: User, purpose: str = "") -> None:
    """Note that everything about the person was taken out, and what for (domain 7.4: every export is
    logged)."""
    record("person.exported", person, by=by, shown_to="applicant", purpose=purpose)
