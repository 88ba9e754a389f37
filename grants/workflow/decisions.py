"""From the panel's recommendation to the letter: receive, decide, take back, release.

Two leads make a decision: one decides, another releases, and nothing of it can be seen outside
before the release. The release holds the round's row while it counts what is left of the budget, so
that two releases at one moment cannot both take the last of the money.
"""

from decimal import Decimal

from django.db import transaction

from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import locked, permitted, ready
from accounts.workflow import team_addresses

from ..models import Application, Recommendation


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
    ids of everyone who scored. Raises `NotReady` unless the case is with the panel.
    """
    application = locked(application)
    permitted(by, "grants.receive_recommendation", application)
    ready(application, "receive_recommendation")
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
        to=team_addresses(TeamRole.PROGRAMME_LEAD),
        key=f"application.recommended:{application.reference}:{received.pk}",
        application=application,
    )
    return application
