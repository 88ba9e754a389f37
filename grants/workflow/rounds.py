"""Publishing a round, and publishing another version of what it asks and how it judges.

A published version stands. Another one is written beside it, binds nobody while it is written, and
counts for the applications that are started after it is published: nothing changes under anybody
who has begun.
"""

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import locked, permitted, ready

from ..actions.programmes import copy_terms
from ..models import Round, Terms


def _freeze(terms: Terms, by: User, reason: str = "") -> None:
    terms.published_at, terms.published_by, terms.reason = clock.now(), by, reason
    terms.save()


@transaction.atomic
def publish_round(round: Round, *, by: User) -> Round:
    """Publish a round with version 1. It takes applications between its opening and its closing moment."""
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    ready(round, "publish")
    _freeze(round.terms, by)
    round.publish(by=by)
    round.save()
    record("round.published", round, by=by, shown_to="applicant")
    return round


@transaction.atomic
def revise_round(round: Round, *, by: User) -> Round:
    """Begin another version of a published round, with what the present one says."""
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    ready(round, "revise")
    present = round.terms
    made = copy_terms(present, round, present.number + 1)
    record("round.version_begun", round, by=by, version=made.number)
    return round


@transaction.atomic
def publish_version(round: Round, *, by: User, reason: str) -> Round:
    """Publish the version that was written; `reason` is shown on the page of the versions.

    It counts for applications started from now on. Raises `NotReady` with what is missing.
    """
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    ready(round, "publish_version")
    draft = round.versions.get(published_at__isnull=True)
    _freeze(draft, by, reason)
    record("round.version_published", round, by=by, shown_to="applicant", version=draft.number)
    return round


@transaction.atomic
def drop_version(round: Round, *, by: User) -> Round:
    """Throw away the version that is being written. Nobody has seen it."""
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    ready(round, "drop_version")
    draft = round.versions.get(published_at__isnull=True)
    record("round.version_dropped", round, by=by, version=draft.number)
    draft.delete()
    return round
