"""Publishing a round: from then on its questions and criteria stand."""

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.state import locked, permitted, ready

from ..models import Round


@transaction.atomic
def publish_round(round: Round, *, by: User) -> Round:
    """Publish a round. It takes applications between its opening and its closing moment."""
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    ready(round, "publish")
    round.publish(by=by)
    round.save()
    record("round.published", round, by=by, shown_to="applicant")
    return round
