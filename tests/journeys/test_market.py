"""Providers of training, gaps, shared sessions, sign-offs and lists pass axe at both widths."""

from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.enums import TeamRole
from grants.enums import GrantState
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import grant_at
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    beyond,
    seats_taken,
    shared_session,
)
from tests.journeys.test_registers import sign_in


def test_the_pages_of_the_market_and_of_sign_offs_pass_axe(browsing, settings):
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    settings.SECOND_FACTOR_REQUIRED = False
    officer = staff(TeamRole.PROGRAMME_LEAD)
    Authenticator.objects.all().delete()
    one, passed_on = beyond(grant, lead)
    shared = shared_session(officer, seats=20)
    seats_taken(shared, grant, lead)
    other = shared_session(officer, provider=shared.provider, topic="PBS_PRACTITIONER")
    for _ in range(2):
        more = grant_at(GrantState.ACTIVE)
        activity_of(more, lead_of(more.organisation), HERON_ACTIVITIES[1])
    provider = shared.provider
    page = browsing.window()
    sign_in(page, lead.email)
    for address in (
        reverse("training-providers"),
        f"{reverse('compare-training-providers')}?provider={provider.reference}",
        provider.get_absolute_url(),
        reverse("shared-sessions"),
        shared.get_absolute_url(),
        reverse("take-seats", args=[other.reference, grant.reference]),
        reverse("training-lists"),
        reverse("training-coverage", args=[grant.reference]),
        reverse("training-money", args=[grant.reference]),
        one.activity.get_absolute_url(),
        f"{one.activity.get_absolute_url()}sign-off/",
        f"{passed_on.activity.get_absolute_url()}log-cascade/",
        f"{passed_on.activity.get_absolute_url()}change/",
        reverse("sign-off-void", args=[one.reference]),
    ):
        page.goto(address)
        browsing.check(page)
    their = browsing.window()
    sign_in(their, officer.email)
    for address in (
        reverse("training-gaps"),
        reverse("add-training-provider"),
        f"{provider.get_absolute_url()}approve/",
        reverse("open-shared-session"),
        shared.get_absolute_url(),
        reverse("training-list-entry", args=["topic", "INTINT"]),
    ):
        their.goto(address)
        browsing.check(their)
