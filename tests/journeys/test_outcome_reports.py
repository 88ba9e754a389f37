"""A report in a real browser: the pages of reporting pass axe at both widths, with scripts and without."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from grants.enums import GrantState
from grants.models import Grant
from outcomes.enums import Point
from tests.factories.accounts import PASSWORD, lead_of, staff
from tests.factories.awards import grant_at
from tests.factories.moments import noon
from tests.factories.outcomes import (
    accepted,
    drafted,
    first_session,
    heron_baseline,
    heron_report,
)


@pytest.fixture
def reporting():
    """A grant whose 3-month report is accepted and whose 6-month report is half written."""
    start = noon(-185)
    with clock.at(start - timedelta(days=10)):
        grant = grant_at(GrantState.AGREED)
        lead = lead_of(grant.organisation)
        heron_baseline(grant, lead)
        grant = Grant.objects.get(pk=grant.pk)
    with clock.at(start):
        first_session(grant, lead)
    with clock.at(start + timedelta(days=92)):
        accepted(heron_report(grant, Point.M3, lead))
    drafted(grant, Point.M6, lead, {"others_count": None})
    return grant


def sign_in(page, email):
    page.goto("/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "login" not in url)


def report_url(grant, point):
    return reverse("outcome-report", args=[grant.reference, point])


def test_reporting_pages_pass_axe(browsing, reporting, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    lead, officer = lead_of(reporting.organisation), staff(TeamRole.OFFICER)
    Authenticator.objects.all().delete()
    page = browsing.window()
    sign_in(page, lead.email)
    for address in (
        reverse("grant-outcomes", args=[reporting.reference]),
        report_url(reporting, Point.M3),
        report_url(reporting, Point.M6),
        report_url(reporting, Point.M6) + "check/",
        report_url(reporting, Point.M12),
    ):
        page.goto(address)
        browsing.check(page)
    page.goto(report_url(reporting, Point.M6))
    page.click("text=Check and send")
    page.wait_for_selector(".govuk-error-summary")
    browsing.check(page)
    other = browsing.window()
    sign_in(other, officer.email)
    for address in (
        reverse("outcome-reports"),
        report_url(reporting, Point.BASELINE),
        report_url(reporting, Point.BASELINE) + "accept/",
        report_url(reporting, Point.M12) + "not-needed/",
    ):
        other.goto(address)
        browsing.check(other)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_report_is_finished_and_sent_with_and_without_scripts(
    browsing, reporting, settings, scripts
):
    lead = lead_of(reporting.organisation)
    page = browsing.window(scripts=scripts)
    sign_in(page, lead.email)
    page.goto(report_url(reporting, Point.M6))
    page.fill("[name=others_count]", "4")
    if scripts:
        page.locator("[name=prn]").focus()
        page.wait_for_selector("[data-saved]:has-text('Saved at')")
    page.click("text=Check and send")
    page.wait_for_url("**/check/")
    page.click("text=Send this report")
    page.wait_for_url(lambda url: not url.endswith("/check/"))
    assert "Waiting for an officer" in page.content()
