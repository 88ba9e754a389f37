"""An appeal against a decision (domain 8.4): lodged by the organisation's lead within 20 working days on
one of three grounds, taken by somebody with no part in the decision, answered with an outcome.

Upheld, a refusal is scored again under a number of its own, or decided again, each time by other people;
the conditions of an award may be lifted. The decision as it was stays with the appeal.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from .. import casefile
from ..enums import AppealOutcome, ApplicationState, ConditionOutcome
from ..models import Appeal, Application, CaseFile, ClockStop, Decision
from ..rules.appeals import judges_of
from .applications import next_reference
from .decisions import offer_until

WRITERS = (MemberRole.LEAD, MemberRole.CONTRIBUTOR)
# What an application that is scored again takes with it as it was.
CARRIED = (
    "round",
    "terms",
    "organisation",
    "person",
    "form",
    "eligibility_check",
    "started_at",
    "started_by",
    "submitted_at",
    "submitted_by",
    "case_officer",
)


def _as_it_was(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "amount": f"{decision.amount:.2f}",
        "score": f"{decision.score:.2f}",
        "conditions": decision.conditions,
        "criteria": decision.criteria,
        "reasons": decision.reasons,
        "in_part": decision.in_part,
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

    Decided again: the decision is undone and kept with the appeal. Scored again: the same application goes
    to other assessors under a new number. The days between release and appeal do not count. Raises
    `NotReady` with the sentences of `appeal_errors`.
    """
    application = locked(appeal.application)
    appeal = locked(appeal)
    permitted(by, "grants.answer_appeal", appeal)
    ready(appeal, "give_answer")
    if errors := appeal_errors(appeal, outcome=outcome, lifted=lifted):
        raise NotReady([f"{said}." for said in errors.values()])
    appeal.give_answer(by=by, outcome=outcome, answer=answer)
    appeal.save()
    if outcome == AppealOutcome.RESCORE:
        again = _score_again(application, appeal, by=by)
        post(
            "scored_again",
            to=team_addresses(TeamRole.PANEL_CHAIR, may=("panel.oversee_case", again)),
            key=f"appeal.rescore:{appeal.reference}",
            application=again,
        )
    elif outcome == AppealOutcome.AWARD:
        _decide_again(application, appeal)
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
    return appeal


def _decide_again(application: Application, appeal: Appeal) -> None:
    """The decision is undone; the case waits for one by other people. Days in between do not count."""
    decision = application.decision
    ClockStop.objects.create(
        application=application,
        from_on=clock.day_of(decision.released_at or decision.decided_at),
        until_on=clock.day_of(appeal.made_at),
    )
    decision.delete()
    application = locked(application)
    application.decide_again()
    application.save()


def _score_again(application: Application, appeal: Appeal, *, by: User) -> Application:
    """The same application before a new panel, under a number of its own: other people sit at it, and
    nothing of the first scores is near. The refusal stays what it was.
    """
    made = Application.objects.create(
        reference=next_reference(),
        again_of=application,
        state=ApplicationState.WITH_PANEL,
        declarations=application.declarations,
        **{name: getattr(application, name) for name in CARRIED},
    )
    made.needs.set(application.needs.all())
    for line in application.lines.order_by("number"):
        needs = list(line.needs.all())
        _carry([line], made)
        line.needs.set(needs)
    for rows in (
        application.answers,
        application.outcomes,
        application.findings,
        application.clarifications,
        application.clock_stops,
    ):
        _carry(rows.order_by("pk"), made)
    decision = application.decision
    ClockStop.objects.create(
        application=made,
        from_on=clock.day_of(decision.released_at or decision.decided_at),
        until_on=clock.day_of(appeal.made_at),
    )
    CaseFile.objects.create(
        application=made,
        version=1,
        content=casefile.content_of(made),
        reason=f"Scored again after appeal {appeal.reference}",
    )
    record(
        "application.scored_again",
        made,
        by=by,
        shown_to="applicant",
        again_of=application.reference,
    )
    return made


def _carry(rows: Iterable[Any], made: Application) -> None:
    """The same rows, once more, for the application that is scored again."""
    for row in rows:
        row.pk, row.application = None, made
        row._state.adding = True
        row.save()


def _lift(application: Application, appeal: Appeal, *, by: User, lifted: Collection[int]) -> None:
    grant = locked(application.grant)
    for condition in grant.conditions.filter(number__in=lifted, met_at__isnull=True):
        condition.met_at, condition.met_by = clock.now(), by
        condition.outcome = ConditionOutcome.NOT_NEEDED
        condition.note = f"Lifted on appeal {appeal.reference}"
        condition.save()
    grant.offer_open_until = max(grant.offer_open_until, offer_until(clock.today()))
    grant.save()
