"""The chair closes a case: flags are resolved in words, then the recommendation goes down to the
programme, which takes it with `grants.workflow.receive_recommendation`."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from accounts import written
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted
from grants.enums import AWARDING, ApplicationState
from grants.models import Application, CaseFile
from grants.workflow.decisions import receive_recommendation

from ..models import Conclusion, Resolution
from ..models.assignment import OVER
from ..reports.moderation import CaseScores, case_scores, conclude_blockers, counting_assessments


@transaction.atomic
def resolve_flag(application: Application, *, by: User, flag: str, words: str) -> Resolution:
    """The chair says what the panel made of a flag (its key, such as "spread-c3").

    The words answer the value that the flag has now: when scores move it, it asks again. Raises
    `NotReady` when there is no such flag any more or it is resolved.
    """
    application = locked(application)
    permitted(by, "panel.resolve_flag", application)
    if application.state != ApplicationState.WITH_PANEL:
        raise NotReady([OVER])
    scores = case_scores(application, counting_assessments(application))
    found = next((f for f in scores.flags if f.key == flag), None)
    if found is None:
        raise NotReady(["This flag is gone: the scores have moved."])
    if found.resolution is not None:
        raise NotReady(["This flag is resolved."])
    if not words:
        raise NotReady(["Say how the panel resolved it."])
    made = Resolution.objects.create(
        application=application,
        criterion=found.criterion,
        kind=found.kind,
        value=found.value,
        words=words,
        resolved_by=by,
    )
    record("panel.flag_resolved", application, by=by, kind=str(found.kind))
    return made


def eligible_amount(application: Application) -> Decimal:
    """The most that the panel may recommend, in pounds: the eligible total of the newest case file."""
    newest = CaseFile.objects.filter(application=application).order_by("-version")[0]
    return Decimal(newest.content["eligible"])


def _refuse_outcome(
    scores: CaseScores, outcome: str, amount: Decimal, conditions: list[str], most: Decimal
) -> list[str]:
    found = []
    if outcome in AWARDING:
        found += [
            f"{row.criterion.code} averages {row.average} and needs {row.criterion.minimum}: "
            "the panel cannot recommend approval."
            for row in scores.below_minimum
        ]
        least = scores.application.round.minimum
        if not least <= amount <= most:
            found.append(
                f"The amount must be from {written.money(least)} to {written.money(most)}."
            )
    elif amount:
        found.append("A case that is declined has no amount.")
    if outcome == "approve_conditions" and not conditions:
        found.append("Say what the conditions are.")
    if outcome != "approve_conditions" and conditions:
        found.append("Only an approval with conditions has conditions.")
    return found


@transaction.atomic
def conclude(
    application: Application,
    *,
    by: User,
    outcome: str,
    amount: Decimal,
    feedback: Mapping[str, str],
    reasons: str,
    conditions: list[str] | None = None,
    minutes: str = "",
) -> Conclusion:
    """The chair concludes: works out the panel score and passes the recommendation down.

    `amount` in pounds (0.00 when declined), `feedback` one or two sentences per criterion code for
    the applicant. Raises `NotReady` with what is missing: everybody's sheet, quorum with lived
    experience, flags to resolve, feedback, or an approval below an average needed to fund.
    """
    application = locked(application)
    permitted(by, "panel.conclude", application)
    scores = case_scores(application, counting_assessments(application))
    if standing := conclude_blockers(application, scores):
        raise NotReady(standing)
    conditions = [c for c in (conditions or []) if c]
    standing = _refuse_outcome(scores, outcome, amount, conditions, eligible_amount(application))
    standing += [
        f"Write the feedback for {row.criterion.code}."
        for row in scores.rows
        if not feedback.get(row.criterion.code)
    ]
    if not reasons:
        standing.append("Say why the panel recommends this.")
    if standing or scores.score is None:
        raise NotReady(standing or ["No sheet counts yet."])
    application = receive_recommendation(
        application,
        by=by,
        outcome=outcome,
        amount=amount,
        score=scores.score,
        totals=[str(total) for total in scores.totals],
        criteria=[
            {
                "code": row.criterion.code,
                "title": row.criterion.title,
                "weight": row.criterion.weight,
                "average": None if row.average is None else str(row.average),
                "feedback": feedback[row.criterion.code],
            }
            for row in scores.rows
        ],
        conditions=conditions,
        reasons=reasons,
        panellists=[s.assessment.assignment.panellist.user_id for s in scores.counted],
    )
    conclusion = Conclusion.objects.create(
        application=application, minutes=minutes, concluded_by=by
    )
    record("panel.concluded", application, by=by, sheets=len(scores.counted))
    return conclusion
