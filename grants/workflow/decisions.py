"""From the panel's recommendation to the letter: receive, decide, take back, release.

Two leads make a decision: one decides, another releases, and nothing of it can be seen outside
before the release. The release holds the round's row while it counts what is left of the budget, so
that two releases at one moment cannot both take the last of the money.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from accounts import clock, written
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from ..budget import figures
from ..conditions import waits_for
from ..enums import AWARDING, RESERVE, Outcome
from ..models import Application, ClockStop, Condition, Decision, Grant, Recommendation

OFFER_DAYS = 28


@transaction.atomic
def receive_recommendation(
    application: Application,
    *,
    by: User,
    outcome: str,
    amount: Decimal,
    score: Decimal,
    totals: list[str],
    criteria: list[dict],
    conditions: list[str],
    reasons: str,
    panellists: list[int],
) -> Application:
    """Take the panel's recommendation: `amount` in pounds, `score` and `totals` from 0 to 100.

    `criteria` holds {"code", "title", "weight", "average", "feedback"} per criterion; `panellists` the
    ids of everyone who scored. Raises `NotReady` unless the case is with the panel, and when somebody
    scores again who had a part in a decision that was appealed.
    """
    application = locked(application)
    permitted(by, "grants.receive_recommendation", application)
    ready(application, "receive_recommendation", by)
    if application.judged_before & set(panellists):
        raise NotReady(
            [
                "After an appeal other people score. Stand down the assessors who scored it before, and "
                "assign others."
            ]
        )
    application.receive_recommendation()
    application.save()
    received = Recommendation.objects.create(
        application=application,
        outcome=outcome,
        amount=amount,
        score=score,
        totals=totals,
        criteria=criteria,
        conditions=conditions,
        reasons=reasons,
        panellists=panellists,
        received_by=by,
    )
    record("application.recommended", application, by=by, panellists=len(panellists))
    post(
        "recommendation_received",
        to=team_addresses(TeamRole.PROGRAMME_LEAD, may=("grants.decide", application)),
        key=f"application.recommended:{application.reference}:{received.pk}",
        application=application,
    )
    return application


def newest_recommendation(application: Application) -> Recommendation | None:
    """The recommendation that stands; None before the panel has concluded."""
    return application.recommendations.order_by("-pk").first()


def decision_errors(
    application: Application,
    *,
    outcome: str,
    amount: Decimal | None,
    conditions: Sequence[str],
    in_part: str = "",
) -> dict[str, str]:
    """What is wrong with a decision before it is made: field → sentence. None of them: it can be made.

    An award lies within the round's limits and is no more than the eligible total. Where it is less, the
    letter says why, and how the core of the learning still works (domain 10.2): `in_part`.
    """
    found: dict[str, str] = {}
    if outcome == Outcome.APPROVE_WITH_CONDITIONS and not conditions:
        found["conditions"] = "Write at least one condition, or approve without conditions"
    if outcome != Outcome.APPROVE_WITH_CONDITIONS and conditions:
        found["conditions"] = "Choose “Approve with conditions”, or take the conditions out"
    if outcome not in AWARDING:
        return found
    held = application.round
    eligible = figures(application.lines.all()).eligible
    if amount is None:
        found["amount"] = "Enter the amount of the award"
    elif amount < held.minimum:
        found["amount"] = f"The least this round awards is {written.money(held.minimum)}"
    elif amount > held.maximum:
        found["amount"] = f"The most this round awards is {written.money(held.maximum)}"
    elif amount > eligible:
        found["amount"] = f"The award may be up to the eligible total, {written.money(eligible)}"
    elif amount < eligible and not in_part.strip():
        found["in_part"] = (
            f"Say why it is less than the eligible {written.money(eligible)}, and how the core of the learning "
            "still works with it"
        )
    elif amount == eligible and in_part.strip():
        found["in_part"] = "Take this out: the award is the whole eligible total"
    return found


@transaction.atomic
def decide(
    application: Application,
    *,
    by: User,
    outcome: str,
    amount: Decimal | None,
    conditions: Sequence[str],
    reasons: str,
    feedback: Mapping[str, str],
    in_part: str = "",
) -> Application:
    """A lead decides: `amount` in pounds (none for a refusal), `feedback` by criterion code, `in_part` why
    less than the eligible total is awarded.

    The scores of the letter are those of the recommendation. Nothing leaves before another lead
    releases it. Raises `NotReady` with the sentences of `decision_errors`.
    """
    application = locked(application)
    permitted(by, "grants.decide", application)
    ready(application, "decide", by)
    errors = decision_errors(
        application, outcome=outcome, amount=amount, conditions=conditions, in_part=in_part
    )
    recommended = application.recommendations.order_by("-pk")[0]
    criteria = [
        {**row, "feedback": str(feedback.get(row["code"], "")).strip()}
        for row in recommended.criteria
    ]
    silent = [row["code"] for row in criteria if not row["feedback"]]
    sentences = list(errors.values())
    if silent:
        sentences.append(f"Write a sentence of feedback on {', '.join(silent)}.")
    if not reasons.strip():
        sentences.append("Give the reasons for the decision.")
    if sentences:
        raise NotReady(sentences)
    application.decide()
    application.save()
    Decision.objects.create(
        application=application,
        outcome=outcome,
        amount=amount if outcome in AWARDING and amount is not None else Decimal("0.00"),
        conditions=list(conditions),
        criteria=criteria,
        score=recommended.score,
        reasons=reasons.strip(),
        in_part=in_part.strip() if outcome in AWARDING else "",
        decided_by=by,
    )
    record("application.decided", application, by=by)
    post(
        "decision_to_release",
        to=team_addresses(TeamRole.PROGRAMME_LEAD, may=("grants.release_decision", application)),
        key=f"application.decided:{application.reference}:{clock.now():%Y%m%d%H%M%S}",
        application=application,
    )
    return application


def undo_decision(decision: Decision, *, by: User, reason: str) -> None:
    """Take a decision out; the trail keeps what it was, and why it went."""
    record(
        "application.decision_taken_back",
        decision.application,
        by=by,
        outcome=decision.outcome,
        amount=str(decision.amount),
        reason=reason,
    )
    decision.delete()


@transaction.atomic
def take_back_decision(application: Application, *, by: User, reason: str) -> Application:
    """Undo a decision that was not released; the case waits for a decision again."""
    application = locked(application)
    permitted(by, "grants.take_back_decision", application)
    ready(application, "take_back", by)
    undo_decision(application.decision, by=by, reason=reason)
    application = locked(application)
    application.take_back()
    application.save()
    return application


@transaction.atomic
def take_from_reserve(application: Application, *, by: User, reason: str) -> Application:
    """A lead takes a case from the reserve list, because there is money again or the round ends: it waits
    for a decision anew, by two leads as ever. The days on the list do not count.
    """
    application = locked(application)
    permitted(by, "grants.decide", application)
    ready(application, "take_from_reserve", by)
    decision = application.decision
    released = decision.released_at or decision.decided_at
    record(
        "application.taken_from_reserve",
        application,
        by=by,
        shown_to="applicant",
        reserved_on=clock.day_of(released).isoformat(),
        reason=reason,
    )
    ClockStop.objects.create(
        application=application, from_on=clock.day_of(released), until_on=clock.today()
    )
    decision.delete()
    application = locked(application)
    application.take_from_reserve()
    application.save()
    return application


def offer_until(day: date) -> date:
    """The last day of an offer that is made on `day`: 28 days later."""
    return day + timedelta(days=OFFER_DAYS)


@transaction.atomic
def release_decision(application: Application, *, by: User) -> Application:
    """Another lead lets the decision out: the letter, and for an award the grant with its offer.

    The round's row is held while the budget is counted: the awards of a round never exceed it. The
    offer stays open for 28 days. Raises `NotReady` with what is left when the money does not reach.
    """
    application = locked(application)
    permitted(by, "grants.release_decision", application)
    application.round = locked(application.round)
    ready(application, "approve", by)
    decision = application.decision = locked(application.decision)
    decision.released_at, decision.released_by = clock.now(), by
    decision.save()
    if decision.outcome in AWARDING:
        application.approve()
        _offer(application, decision, by=by)
    elif decision.outcome == RESERVE:
        application.put_in_reserve()
    else:
        application.decline()
    application.save()
    record("application.decision_released", application, by=by, shown_to="applicant")
    post(
        "decision_made",
        to=member_addresses(application.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"application.decision_released:{application.reference}:{decision.pk}",
        application=application,
    )
    return application


def _offer(application: Application, decision: Decision, *, by: User) -> Grant:
    grant = Grant.objects.create(
        reference=application.reference,
        application=application,
        amount=decision.amount,
        offer_open_until=offer_until(clock.today()),
    )
    Condition.objects.bulk_create(
        Condition(grant=grant, number=number, words=words, before=waits_for(words))
        for number, words in enumerate(decision.conditions, start=1)
    )
    record("grant.offered", grant, by=by, shown_to="applicant", amount=str(grant.amount))
    return grant
