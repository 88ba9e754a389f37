from django.urls import path, re_path

from ..verbs.grants import GRANT_VERBS
from ..views import appeals, changes, decisions, grants, library, money, rounds

# Named one by one: other apps have pages of a grant at the same depth.
_GRANT_VERBS = "|".join(verb.name for verb in GRANT_VERBS if not verb.page)

urlpatterns = [
    path("applications/<str:reference>/decide/", decisions.decide, {"verb": "decide"}, "decide"),
    path(
        "applications/<str:reference>/release/", decisions.release, {"verb": "release"}, "release"
    ),
    path("applications/<str:reference>/decision/", decisions.letter, name="decision-letter"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/<str:reference>/", appeals.appeal, name="appeal"),
    path("appeals/<str:reference>/<slug:verb>/", appeals.appeal_verb, name="appeal-verb"),
    path("grants/", grants.grants, name="grants"),
    path("grants/<str:reference>/", grants.grant, name="grant"),
    re_path(
        rf"^grants/(?P<reference>[^/]+)/(?P<verb>{_GRANT_VERBS})/$",
        grants.grant_verb,
        name="grant-verb",
    ),
    path("grants/<str:reference>/agreement/", grants.agreement, name="agreement"),
    path(
        "grants/<str:reference>/conditions/<int:number>/<slug:verb>/",
        grants.condition_verb,
        name="condition-verb",
    ),
    path("grants/<str:grant>/changes/<str:reference>/", changes.change, name="change"),
    path(
        "grants/<str:grant>/changes/<str:reference>/<slug:verb>/",
        changes.change_verb,
        name="change-verb",
    ),
    path("grants/<str:reference>/claims/add/", money.add_claim, name="add-claim"),
    path("grants/<str:reference>/claims/<int:number>/", money.claim, name="claim"),
    path(
        "grants/<str:reference>/claims/<int:number>/<slug:verb>/",
        money.claim_verb,
        name="claim-verb",
    ),
    path("grants/<str:reference>/payments/<slug:instalment>/", money.payment, name="payment"),
    path(
        "grants/<str:reference>/payments/<slug:instalment>/<slug:verb>/",
        money.payment_verb,
        name="payment-verb",
    ),
    path("payments/", money.payments, name="payments"),
    path("conditions/", library.library, name="conditions"),
    path("conditions/add/", library.add_condition, name="add-condition"),
    path("conditions/<int:number>/", library.change_condition, name="change-condition"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/add/", rounds.add_round, name="add-round"),
    path("rounds/programmes/add/", rounds.add_programme, name="add-programme"),
    path(
        "rounds/programmes/<slug:slug>/funders/", rounds.programme_funders, name="programme-funders"
    ),
    path("rounds/<str:reference>/", rounds.round, name="round"),
    path("rounds/<str:reference>/questions/<int:number>/", rounds.question, name="round-question"),
    path("rounds/<str:reference>/criteria/<str:code>/", rounds.criterion, name="round-criterion"),
    path("rounds/<str:reference>/bar/", rounds.bar, name="round-bar"),
    path("rounds/<str:reference>/versions/", rounds.versions, name="round-versions"),
    path("rounds/<str:reference>/decisions/", decisions.release_many, name="release-decisions"),
    path("rounds/<str:reference>/<slug:verb>/", rounds.round_verb, name="round-verb"),
]
