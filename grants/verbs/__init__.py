"""How the verbs of the money's road are offered, a file per noun."""

from accounts.verbs import register

from ..models import Application
from . import appeals, applications, changes, decisions, fast, grants, rounds, talk

APPLICATION_VERBS = register(
    Application,
    [
        *applications.VERBS,
        *decisions.DECISION_VERBS,
        *appeals.ON_APPLICATION,
        *decisions.CORRECTION_VERBS,
        *fast.FAST_VERBS,
        *talk.TALK_VERBS,
    ],
)
APPEAL_VERBS = appeals.APPEAL_VERBS
GRANT_VERBS, ROUND_VERBS = grants.GRANT_VERBS, rounds.ROUND_VERBS
PAYMENT_VERBS, CLAIM_VERBS = grants.PAYMENT_VERBS, grants.CLAIM_VERBS
CONDITION_VERBS, CHANGE_VERBS = grants.CONDITION_VERBS, changes.CHANGE_VERBS
