"""A sheet is submitted once, and moves only in moderation, by its owner, with a reason that is kept."""

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from grants.enums import ApplicationState
from grants.models import Application

from ..enums import BiasCheck
from ..models import Assessment, ScoreChange
from ..models.assignment import OVER
from ..querysets import standings
from .seats import chairs_to_tell


def _held(assessment: Assessment) -> tuple[Application, Assessment]:
    application = locked(assessment.assignment.application)
    assessment = locked(assessment)
    assessment.assignment.application = application
    return application, assessment


@transaction.atomic
def submit_assessment(assessment: Assessment, *, by: User, checks: list[str]) -> Assessment:
    """Send the sheet in. It freezes; the panel may see it when everybody's is in.

    Raises `NotReady` with what is missing: a score, a reason, the newest case file, fewer than
    five of seven judged, or one of the three bias checks (domain 09, 4.5).
    """
    application, assessment = _held(assessment)
    permitted(by, "panel.score", assessment)
    ready(assessment, "submit")
    if set(checks) != set(BiasCheck.values):
        raise NotReady(["Look at your scores once more, and tick the 3 checks."])
    assessment.submit(checks=sorted(checks))
    assessment.save()
    standing = standings([application.pk])[application.pk]
    record(
        "assessment.submitted",
        application,
        by=by,
        sheets_in=standing.sheets_in,
        seats=standing.seats,
    )
    if standing.is_all_in:
        post(
            "panel_scores_in",
            to=chairs_to_tell(application),
            key=f"panel.scores_in:{application.reference}:{assessment.pk}",
            application=application,
        )
    return assessment


@transaction.atomic
def change_score(
    assessment: Assessment,
    *,
    by: User,
    criterion: str,
    score: int | None,
    reason: str,
    why: str,
) -> Assessment:
    """Change one's own score on a criterion (its code) in moderation; None is "not able to judge".

    `reason` goes to the applicant, `why` says what changed one's mind; the old ones are kept. Raises
    `NotReady` when the case has left the panel or nothing changes.
    """
    application, assessment = _held(assessment)
    permitted(by, "panel.change_own_score", assessment)
    if application.state != ApplicationState.WITH_PANEL:
        raise NotReady([OVER])
    row = assessment.scores.select_related("criterion").filter(criterion__code=criterion).first()
    if row is None:
        raise NotReady([f"There is no criterion {criterion} on your sheet."])
    if row.score == score:
        raise NotReady([f"Your score for {criterion} is {row.label.lower()} already."])
    if not why:
        raise NotReady(["Say why you change the score."])
    ScoreChange.objects.create(
        score=row,
        old_score=row.score,
        new_score=score,
        old_reason=row.reason,
        why=why,
        changed_by=by,
    )
    row.score, row.is_not_able, row.reason = score, score is None, reason
    row.save()
    record("assessment.score_changed", application, by=by, criterion=criterion)
    return assessment
