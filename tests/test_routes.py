"""Every address by every role: who may open it is written here, and the list equals the resolver.

The world is built once; every address of it is asked for by somebody in every role. What is not
said to open answers 404 (signed out: it leads to signing in).
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import world
from tests.routes import BEHIND

EVERYBODY = {
    "anonymous",
    "newcomer",
    "other lead",
    "superuser",
    "lead",
    "contributor",
    "helper",
    "scorer",
    "removed",
    "waiting",
    "elsewhere",
    "chair",
    "officer",
    "programme lead",
    "finance",
    "funder",
    "auditor",
    "survey host",
}
SIGNED_IN = EVERYBODY - {"anonymous"}
WRITERS = {"lead", "contributor"}
OURS = WRITERS | {"helper"}
APPLICANTS = WRITERS | {"other lead"}
MEMBERS = OURS | {"other lead"}
STAFF = {"officer", "programme lead"}
PANEL = {"scorer", "removed", "waiting", "elsewhere", "chair"}
NOBODY: set[str] = set()


@dataclass(frozen=True)
class Opens:
    """For whom an address opens, and whom it leads on to another page (an interest to declare first)."""

    to: set[str]
    leads_on: set[str] = field(default_factory=set)
    only_post: bool = False
    is_public: bool = False


POST_ONLY = Opens(NOBODY, only_post=True)

TABLE: dict[str, Opens] = {
    "home": Opens(EVERYBODY),
    "organisations": Opens(SIGNED_IN),
    "register-organisation": Opens(SIGNED_IN),
    "organisation": Opens(OURS | STAFF | {"finance", "auditor"}),
    "invite-member": Opens({"lead"}),
    "organisation-verb": Opens(STAFF),
    "account": Opens(SIGNED_IN),
    "audit-trail": Opens({"programme lead", "auditor"}),
    "demo-mailbox": Opens(NOBODY, is_public=True),  # 404 outside a demonstration
    "people": Opens(MEMBERS | STAFF),
    "kept-words": Opens(STAFF),
    "kept-words-verb": Opens(STAFF),
    "add-person": Opens(APPLICANTS),
    "person": Opens(OURS | STAFF),
    "edit-person": Opens(WRITERS),
    "person-needs": Opens(OURS),
    "person-goals": Opens(OURS),
    "person-consent": Opens(WRITERS),
    "goal-scores": Opens(WRITERS),
    "person-everything": Opens({"programme lead"}),
    "everything-file": Opens({"programme lead"}),
    "reading-purpose": Opens(STAFF),
    "person-readers": Opens({"lead", "programme lead"}),
    "erasures": Opens({"programme lead"}),
    "erasure": Opens({"programme lead"}),
    "erasure-verb": Opens({"programme lead"}),
    "retention": Opens({"programme lead", "auditor"}),
    "retention-due": Opens({"programme lead", "auditor"}),
    "retention-period": Opens({"programme lead"}),
    "check-in": Opens(OURS),
    "check-in-verb": Opens(STAFF),
    "person-circle": Opens(OURS | STAFF),
    "add-circle": Opens(OURS),
    "paste-circle": Opens(OURS),
    "circle-member": Opens(OURS),
    "leave-circle": Opens(OURS),
    "replace-member": Opens(OURS),
    "new-plan": Opens(WRITERS),
    "person-plan": Opens(OURS | STAFF),
    "edit-plan": Opens(WRITERS),
    "plan-verb": Opens(WRITERS),
    "person-verb": Opens(WRITERS),
    "decide": Opens({"programme lead"}),
    "decision-letter": Opens(OURS | STAFF),
    "grants": Opens(SIGNED_IN),
    "grant": Opens(WRITERS | STAFF | {"finance"}),
    "grant-verb": Opens({"officer"}),
    "condition-verb": Opens({"officer"}),
    "add-claim": Opens(NOBODY, leads_on=WRITERS),
    "claim": Opens(WRITERS | STAFF | {"finance"}),
    "claim-verb": Opens(WRITERS),
    "payment": Opens(WRITERS | STAFF | {"finance"}),
    "payment-verb": Opens({"finance"}),
    "payments": Opens(STAFF | {"finance"}),
    "rounds": Opens(SIGNED_IN),
    "add-round": Opens({"programme lead"}),
    "add-programme": Opens({"programme lead"}),
    "round": Opens(SIGNED_IN),
    "release-decisions": Opens({"programme lead"}),
    "round-verb": Opens({"programme lead"}),
    "eligibility-check": Opens(EVERYBODY),
    "applications": Opens(SIGNED_IN),
    "start-application": Opens(APPLICANTS, leads_on={"newcomer", "superuser"}),
    "application": Opens(OURS),
    "eligibility-result": Opens(EVERYBODY),
    "join": Opens(SIGNED_IN),
    "compare-plans": Opens(OURS | STAFF),
    "plan-lines-out": Opens(OURS | STAFF),
    "plan-lines-in": Opens(WRITERS),
    "scenarios": Opens(OURS | STAFF),
    "add-scenario": Opens(WRITERS),
    "scenario": Opens(WRITERS),
    "remove-scenario": POST_ONLY,
    "unit-costs": Opens(STAFF),
    "unit-cost": Opens({"programme lead"}),
    "impact-chart": Opens(STAFF),
    "impact-chart-table": Opens(STAFF),
    "impact-pictures": Opens(STAFF),
    "impact-compare": Opens(STAFF),
    "grants-at-a-glance": Opens(STAFF | WRITERS | {"other lead"}),
    "release": Opens({"programme lead"}),
    "api-schema": Opens(EVERYBODY),
    "application-question": Opens(OURS),
    "application-form": Opens(OURS),
    "linking-code": Opens({"lead", "contributor"}),
    "application-check": Opens(OURS),
    "application-sent": Opens(OURS),
    "application-reply": POST_ONLY,
    "application-budget": Opens(OURS),
    "budget-line-add": Opens(OURS),
    "budget-table": Opens(OURS),
    "budget-table-out": Opens(OURS),
    "budget-line": Opens(OURS),
    "budget-line-remove": Opens(OURS),
    "casework": Opens(STAFF),
    "casework-export": Opens(STAFF),
    "spotlight-export": Opens(STAFF),
    "casework-assign": POST_ONLY,
    "casework-view": POST_ONLY,
    "application-download": Opens(OURS),
    "notices": Opens(SIGNED_IN),
    "calendar": Opens(SIGNED_IN),
    "calendar-feed": Opens(EVERYBODY),
    "agreement": Opens(WRITERS | STAFF | {"finance"}),
    "change": Opens(WRITERS | STAFF | {"finance"}),
    "change-verb": Opens({"officer"}),
    "round-question": Opens({"programme lead"}),
    "round-criterion": Opens({"programme lead"}),
    "conditions": Opens({"programme lead"}),
    "add-condition": Opens({"programme lead"}),
    "change-condition": Opens({"programme lead"}),
    "round-bar": Opens({"programme lead"}),
    "programme-funders": Opens({"programme lead"}),
    "round-versions": Opens(SIGNED_IN),
    "appeals": Opens(SIGNED_IN),
    "appeal": Opens(OURS | STAFF),
    "appeal-verb": Opens(STAFF),
    "application-documents": Opens(OURS),
    "document": Opens(OURS),
    "document-remove": Opens(OURS),
    "application-findings": Opens(STAFF),
    "application-lines": Opens(STAFF),
    "application-answers": Opens(STAFF),
    "application-versions": Opens(STAFF),
    "application-verb": Opens({"lead"}),
    "panel-queue": Opens(PANEL),
    "panel-guide": Opens(PANEL),
    "panel-payments": Opens({"finance", "programme lead"}),
    "panel-ranking": Opens({"chair", "programme lead"}),
    "panel-fairness": Opens({"chair", "programme lead"}),
    "panel-plan": Opens({"chair", "programme lead"}),
    "panel-cases": Opens({"chair", "programme lead"}),
    "panel-interests": Opens(PANEL),
    "panel-interest-add": Opens(PANEL),
    "panel-profile": Opens(PANEL),
    "panel-interest-end": Opens({"scorer"}),
    "panel-interest-strike": POST_ONLY,
    "panel-register-confirm": POST_ONLY,
    "panel-service": Opens({"programme lead"}),
    "panel-members": Opens({"programme lead"}),
    "panel-member-add": Opens({"programme lead"}),
    "panel-member": Opens({"programme lead"}),
    "panel-pay": Opens(NOBODY),  # nothing is owed yet
    "panel-pack": Opens(PANEL),
    "panel-meetings": Opens(PANEL | {"programme lead"}),
    "panel-meeting-call": Opens({"chair", "programme lead"}),
    "panel-meeting": Opens({"scorer", "removed", "waiting", "chair", "programme lead"}),
    "panel-meeting-verb": Opens({"chair", "programme lead"}),
    "panel-screen": Opens({"scorer", "removed", "waiting", "chair", "programme lead"}),
    "panel-minutes": Opens({"scorer", "removed", "waiting", "chair", "programme lead"}),
    "panel-agenda-item": Opens(NOBODY, leads_on={"chair", "programme lead"}),
    "panel-agenda-verb": Opens({"chair", "programme lead"}),
    "panel-seat": Opens(NOBODY, leads_on={"scorer", "chair", "programme lead"}),
    "panel-seat-verb": Opens({"scorer", "chair", "programme lead"}),
    "panel-assessment": Opens(NOBODY, leads_on={"scorer"}),
    "panel-assessment-verb": Opens({"scorer"}),
    "panel-case": Opens(
        NOBODY, leads_on={"scorer", "removed", "waiting", "chair", "programme lead"}
    ),
    "panel-declare": Opens({"scorer", "removed", "waiting", "chair"}),
    "panel-file": Opens({"scorer", "chair"}),
    "panel-score": Opens({"scorer"}, leads_on={"removed", "waiting", "chair"}),
    "panel-assign": Opens({"chair", "programme lead"}),
    "panel-moderation": Opens({"scorer", "chair"}),
    "panel-change-score": Opens(NOBODY),
    "panel-resolve-flag": Opens(NOBODY),
    "panel-conclude": Opens({"chair"}),
    "panel-note": Opens({"chair"}),
    "grant-training": Opens(WRITERS | STAFF),
    "plan-activity": Opens(WRITERS),
    "training-coverage": Opens(WRITERS | STAFF),
    "training-money": Opens(WRITERS | STAFF),
    "training-calendar": Opens(WRITERS | STAFF),
    "activity-certificate": Opens(NOBODY),  # nobody has finished it yet
    "blank-register": Opens(WRITERS | STAFF),
    "register-upload": Opens(WRITERS),
    "register-import": Opens(WRITERS | STAFF),
    "register-verb": Opens(WRITERS),
    "activity": Opens(WRITERS | STAFF),
    "activity-verb": Opens(WRITERS),
    "activity-confidence": Opens(WRITERS | STAFF),
    "rating": Opens(EVERYBODY),
    "training-providers": Opens(SIGNED_IN),
    "add-training-provider": Opens(STAFF),
    "compare-training-providers": Opens(SIGNED_IN),
    "training-gaps": Opens(STAFF),
    "training-provider": Opens(SIGNED_IN),
    "training-provider-verb": Opens(STAFF),
    "training-lists": Opens(SIGNED_IN),
    "training-list-entry": Opens(SIGNED_IN),
    "shared-sessions": Opens(APPLICANTS | STAFF),
    "open-shared-session": Opens(STAFF),
    "shared-session": Opens(APPLICANTS | STAFF),
    "shared-session-verb": Opens(STAFF),
    "take-seats": Opens(WRITERS),
    "give-back-seats": Opens(WRITERS),
    "sign-off-void": Opens(WRITERS),
    "cascade-void": Opens(WRITERS),
    "session": Opens(WRITERS | STAFF),
    "session-register-upload": Opens(WRITERS),
    "session-blank-register": Opens(WRITERS | STAFF),
    "session-verb": Opens(WRITERS),
    "session-print-register": Opens(WRITERS | STAFF),
    "session-sign-in": Opens(WRITERS),
    "sign-in": Opens(EVERYBODY),
    "sign-in-sheet": Opens(EVERYBODY),
    "outcome-events-picture": Opens(NOBODY),  # a baseline alone is no course to draw
    "outcome-reports": Opens(MEMBERS | STAFF | {"newcomer", "superuser"}),
    "grant-outcomes": Opens(WRITERS | STAFF),
    "outcome-report": Opens(WRITERS | STAFF),
    "start-outcome-report": Opens(NOBODY, leads_on=WRITERS),
    "check-outcome-report": Opens(NOBODY, leads_on=WRITERS | STAFF),
    "confirm-no-change": POST_ONLY,
    "waive-outcome-point": Opens(STAFF),
    "outcome-report-verb": Opens({"officer"}),
    "impact": Opens(STAFF),
    "impact-published": Opens(EVERYBODY),
    "impact-figure": Opens(STAFF),
    "impact-reports": Opens(EVERYBODY),
    "indicators": Opens(STAFF),
    "new-indicator": Opens({"programme lead"}),
    "own-indicator": Opens(STAFF),
    "edit-indicator": Opens({"programme lead"}),
    "indicator-verb": Opens({"programme lead"}),
    "new-impact-report": Opens({"programme lead"}),
    "impact-report": Opens(STAFF, is_public=True),  # a draft
    "edit-impact-report": Opens({"programme lead"}),
    "impact-report-making": Opens(STAFF),
    "impact-report-file": Opens(STAFF, is_public=True),
    "impact-report-verb": Opens({"programme lead"}),
    "open-data": Opens(EVERYBODY),
    "open-data-file": Opens(NOBODY, is_public=True),  # nothing is published in this world
    "prepare-open-data": Opens({"programme lead"}),
    "publish-open-data": POST_ONLY,
    "published-stories": Opens(EVERYBODY),
    "stories": Opens(SIGNED_IN),
    "new-story": Opens(WRITERS),
    "story": Opens(WRITERS | STAFF),
    "edit-story": Opens(WRITERS),
    "story-verb": Opens(WRITERS | STAFF),
    "grant-savings": Opens(WRITERS | STAFF),
    "confirm-saving": Opens(EVERYBODY),
    "saving-answered": Opens(EVERYBODY),
    "survey": Opens(EVERYBODY),
    "survey-thanks": Opens(EVERYBODY),
    "survey-answer": Opens(EVERYBODY),
    "survey-answer-easy": Opens(EVERYBODY),
    "you-said-we-did": Opens(EVERYBODY),
    "survey-published-chart": Opens(EVERYBODY),
    "surveys": Opens(STAFF | {"survey host"}),
    "survey-words": Opens({"survey host"}),
    "new-survey-wave": Opens({"survey host"}),
    "survey-wave": Opens(STAFF | {"survey host"}),
    "survey-invite": Opens({"survey host"}),
    "survey-codes": Opens({"survey host"}),
    "survey-improve": Opens({"programme lead"}),
    "survey-chart": Opens(STAFF | {"survey host"}),
    "survey-wave-verb": Opens({"survey host"}),
    "survey-action-verb": Opens({"programme lead"}),
    "help": Opens(EVERYBODY),
    "privacy": Opens(EVERYBODY),
    "privacy-easy-read": Opens(EVERYBODY),
    "accessibility": Opens(EVERYBODY),
    "cookies": Opens(EVERYBODY),
    "terms": Opens(EVERYBODY),
    "api-docs": Opens(EVERYBODY),
}
# allauth's own pages: signing in and up, passwords, the second factor. It tests who may open them.
ALLAUTH = "account/"


def addresses() -> dict[str, str]:
    """Name → pattern of every page of ours (the API has its own table)."""

    def walk(resolver: URLResolver, before: str = "") -> Any:
        for part in resolver.url_patterns:
            whole = before + str(part.pattern)
            if isinstance(part, URLPattern):
                yield part.name, whole
            else:
                yield from walk(part, whole)

    return {
        name: whole
        for name, whole in walk(get_resolver())
        if not whole.startswith("api/v1/") and (not whole.startswith(ALLAUTH) or name == "account")
    }


def test_table_equals_the_resolver():
    assert sorted(TABLE) == sorted(addresses())


def test_every_address_that_names_something_has_something_behind_it():
    assert sorted(BEHIND) == sorted(n for n, whole in addresses().items() if "<" in whole)


@pytest.mark.django_db
def test_every_address_by_every_role():
    made = world.build()
    found: dict[tuple[str, str], int] = {}
    expected: dict[tuple[str, str], int] = {}
    for who, person in made.people.items():
        client = Client()
        if not isinstance(person, AnonymousUser):
            client.force_login(person)
        for name, opens in TABLE.items():
            part, more = BEHIND.get(name, ("", {}))
            url = reverse(name, kwargs={**made.parts.get(part, {}), **more})
            found[name, who] = client.get(url).status_code
            if who == "anonymous":
                shut = 404 if opens.is_public else 302
                expected[name, who] = 200 if who in opens.to else shut
            elif opens.only_post:
                expected[name, who] = 405
            else:
                moved = 302 if who in opens.leads_on else 404
                expected[name, who] = 200 if who in opens.to else moved
    assert found == expected


@pytest.mark.django_db
def test_a_body_that_no_form_sends_is_answered_and_head_is_as_get():
    """For whoever may open each address: a post without any field, and a look at the headers alone."""
    made = world.build()
    faults, heads = {}, {}
    for name, opens in TABLE.items():
        who = next(iter(sorted(set(opens.to) - {"anonymous"})), None)
        if who is None:
            continue
        client = Client(raise_request_exception=False)
        client.force_login(made.people[who])
        part, more = BEHIND.get(name, ("", {}))
        url = reverse(name, kwargs={**made.parts.get(part, {}), **more})
        if not opens.only_post:
            heads[name] = (client.head(url).status_code, client.get(url).status_code)
        for body in ("", "[]"):
            with transaction.atomic():
                status = client.post(url, body, content_type="application/json").status_code
                transaction.set_rollback(True)
            if status >= 500:
                faults[name, body] = status
    assert len(heads) > 100
    assert faults == {}
    assert {name: both for name, both in heads.items() if both[0] != both[1]} == {}


# What is published, and the answers about an organisation that name nobody: anybody may keep a copy.
FOR_EVERYBODY = {"survey-published-chart", "eligibility-result"}


@pytest.mark.django_db
def test_what_lies_behind_a_code_or_a_signature_is_kept_by_no_browser():
    """People without an account answer on tablets and telephones that others use after them."""
    made = world.build()
    kept = {}
    for name, opens in TABLE.items():
        if name not in BEHIND or "anonymous" not in opens.to or name in FOR_EVERYBODY:
            continue
        part, more = BEHIND[name]
        url = reverse(name, kwargs={**made.parts[part], **more})
        kept[name] = "no-store" in Client().get(url).get("Cache-Control", "")
    assert len(kept) >= 6
    assert {name for name, is_told in kept.items() if not is_told} == set()
