"""An appeal against a decision (domain 8.4): lodged by the organisation's lead within 20 working days on
one of three grounds, taken by somebody with no part in the decision, answered with an outcome.

Upheld, a refusal goes back to be scored or decided again, by other people, and the conditions of an award
may be lifted. The decision as it was stays with the appeal.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from ..enums import AppealOutcome, ApplicationState, ConditionOutcome
from ..models import Appeal, Application, ClockStop, Decision
from ..rules.appeals import judges_of
from .decisions import offer_until

WRITERS = (MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def _as_it_was(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "amount": f"{decision.amount:.2f}",
        "score": f"{decision.score:.2f}",
        "conditions": decision.conditions,
        "criteria": decision.criteria,
        "reasons": decision.reasons,
        "decided_at": decision.decided_at.isoformat(),
        "released_at": decision.released_at.isoformat() if decision.released_at else None,
    }


@transaction.atomic
def appeal(application: Application, *, by: User, ground: str, words: str) -> Appeal:
    """The organisation's lead appeals against a released decision: `ground` is one of three.

    Raises `NotReady` after 20 working days, and when the decision cannot be, or was, appealed.
    """
    application = locked(application)
    permitted(by, "grants.appeal", application)
    ready(application, "appeal")
    number = application.appeals.count() + 1
    made = Appeal.objects.create(
        reference=f"{application.reference}-A{number}",
        application=application,
        ground=ground,
        words=words,
        made_by=by,
        decision=_as_it_was(application.decision),
        judges=sorted(judges_of(application)),
    )
    record("application.appealed", application, by=by, shown_to="applicant", ground=ground)
    record("appeal.lodged", made, by=by, shown_to="applicant")
    post(
        "appeal_lodged",
        to=team_addresses(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD),
        key=f"appeal.lodged:{made.reference}",
        appeal=made,
    )
    return made


@transaction.atomic
def start_review(appeal: Appeal, *, by: User) -> Appeal:
    """Somebody with no part in the decision takes the appeal."""
    appeal = locked(appeal)
    permitted(by, "grants.review_appeal", appeal)
    ready(appeal, "start_review")
    appeal.start_review(by=by)
    appeal.save()
    record("appeal.review_started", appeal, by=by, shown_to="applicant")
    return appeal


def appeal_errors(appeal: Appeal, *, outcome: str, lifted: Collection[int]) -> dict[str, str]:
    """What is wrong with an answer: field → sentence. A refusal is scored or decided again; of an award
    only conditions can be lifted.
    """
    is_refusal = appeal.application.state == ApplicationState.DECLINED
    again = (AppealOutcome.RESCORE, AppealOutcome.AWARD)
    if outcome in again and not is_refusal:
        return {"outcome": "An award stands: choose which conditions are lifted, or do not uphold"}
    if outcome == AppealOutcome.LIFTED and is_refusal:
        return {"outcome": "A refusal has no conditions: have it scored or decided again"}
    if outcome == AppealOutcome.LIFTED and not lifted:
        return {"lifted": "Choose at least one condition that is lifted"}
    if outcome != AppealOutcome.LIFTED and lifted:
        return {"lifted": "Choose “Upheld: conditions are lifted”, or leave the conditions"}
    return {}


@transaction.atomic
def answer_appeal(
    appeal: Appeal, *, by: User, outcome: str, answer: str, lifted: Collection[int] = ()
) -> Appeal:
    """The reviewer answers. `answer` is for the organisation; `lifted` are numbers of conditions.

    Scored or decided again: the decision is undone and kept with the appeal, and the days between its
    release and the appeal do not count. Raises `NotReady` with the sentences of `appeal_errors`.
    """
    application = locked(appeal.application)
    appeal = locked(appeal)
    permitted(by, "grants.answer_appeal", appeal)
    ready(appeal, "give_answer")
    if errors := appeal_errors(appeal, outcome=outcome, lifted=lifted):
        raise NotReady([f"{said}." for said in errors.values()])
    appeal.give_answer(by=by, outcome=outcome, answer=answer)
    appeal.save()
    if outcome in (AppealOutcome.RESCORE, AppealOutcome.AWARD):
        _reopen(application, appeal, outcome)
    elif outcome == AppealOutcome.LIFTED:
        _lift(application, appeal, by=by, lifted=lifted)
    record("appeal.answered", appeal, by=by, shown_to="applicant", outcome=outcome)
    record("application.appeal_answered", application, by=by, shown_to="applicant", outcome=outcome)
    post(
        "appeal_answered",
        to=member_addresses(application.organisation, *WRITERS),
        key=f"appeal.answered:{appeal.reference}",
        appeal=appeal,
    )
    if outcome == AppealOutcome.RESCORE:
        post(
            "scored_again",
            to=team_addresses(TeamRole.PANEL_CHAIR),
            key=f"appeal.rescore:{appeal.reference}",
            application=application,
        )
    return appeal


def _reopen(application: Application, appeal: Appeal, outcome: str) -> None:
    decision = application.decision
    released = clock.day_of(decision.released_at)
    ClockStop.objects.create(
        application=application, from_on=released, until_on=clock.day_of(appeal.made_at)
    )
    decision.delete()
    application = locked(application)
    if outcome == AppealOutcome.RESCORE:
        application.score_again()
    else:
        application.decide_again()
    application.save()


def _lift(application: Application, appeal: Appeal, *, by: User, lifted: Collection[int]) -> None:
    grant = locked(application.grant)
    for condition in grant.conditions.filter(number__in=lifted, met_at__isnull=True):
        condition.met_at, condition.met_by = clock.now(), by
        condition.outcome = ConditionOutcome.NOT_NEEDED
        condition.note = f"Lifted on appeal {appeal.reference}"
        condition.save()
    grant.offer_open_until = max(grant.offer_open_until, offer_until(clock.today()))
    grant.save()
