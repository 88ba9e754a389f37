"""The survey in a real browser: every page passes axe at both widths, and it is answered on a phone by
keyboard alone, with scripts and without."""

import os

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from outcomes.models import SurveyTally
from outcomes.survey import workflow
from tests.factories.accounts import staff
from tests.factories.impact import programme
from tests.factories.survey import answered, host, opened
from tests.journeys.test_outcome_reports import sign_in

SHOTS = os.environ.get("SHOTS")  # a folder for pictures of the pages, for whoever wants to look
GIVEN = [
    {"helped": "completely", "speed": "bit", "achieved": "8", "improve": "time"},
    {"helped": "some", "speed": "much", "achieved": "6", "improve": "information"},
    {"helped": "no", "speed": "right", "achieved": "3", "improve": "time"},
]


@pytest.fixture
def by():
    return host()


@pytest.fixture
def asking(by):
    return opened(by, programme().programme, codes=3)


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_survey_pages_pass_axe(browsing, by, asking, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    told = opened(by, asking.programme, "Last year")
    answered(told, by, GIVEN * 8 + GIVEN[:1] * 12, group="family")
    answered(told, by, GIVEN * 5, group="person")
    told = workflow.close_wave(told, by=by)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    for said in ("It took too long", "Information was hard to find"):
        workflow.improve(
            told,
            by=lead,
            said=said,
            action="We decide within 30 days",
            owner="Programme lead",
            due_on=clock.today(),
        )
    Authenticator.objects.all().delete()
    page = browsing.window()
    code = asking.codes.order_by("pk")[0].code
    for name, address in (
        ("answer", reverse("survey-answer", args=[code])),
        ("easy", reverse("survey-answer-easy", args=[code])),
        ("enter", reverse("survey")),
        ("thanks", reverse("survey-thanks")),
    ):
        page.goto(address)
        browsing.check(page)
        shot(page, name)
    page.goto(reverse("survey-answer-easy", args=[code]))
    page.click("main button[type=submit]")
    page.wait_for_selector(".govuk-error-summary")
    browsing.check(page)
    sign_in(page, by.email)
    for name, address in (
        ("list", reverse("surveys")),
        ("words", reverse("survey-words")),
        ("new", reverse("new-survey-wave")),
        ("wave", told.get_absolute_url()),
        ("invite", reverse("survey-invite", args=[asking.reference])),
        ("codes", reverse("survey-codes", args=[asking.reference])),
        ("close", asking.get_absolute_url() + "close/"),
        ("publish", told.get_absolute_url() + "publish/"),
    ):
        page.goto(address)
        browsing.check(page)
        shot(page, name)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: not url.endswith("/publish/"))
    page.goto(reverse("you-said-we-did"))
    browsing.check(page)
    shot(page, "you-said")
    phone = browsing.window(320)
    for name, address in (
        ("phone-easy", reverse("survey-answer-easy", args=[code])),
        ("phone-said", reverse("you-said-we-did")),
    ):
        phone.goto(address)
        shot(phone, name)
    other = browsing.window()
    sign_in(other, lead.email)
    for address in (
        told.get_absolute_url(),
        reverse("survey-improve", args=[told.reference]),
        reverse("survey-action-verb", args=[told.reference, 1, "finish"]),
    ):
        other.goto(address)
        browsing.check(other)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_survey_is_answered_on_a_phone_by_keyboard(browsing, asking, scripts):
    page = browsing.window(320, scripts=scripts)
    page.goto(reverse("survey"))
    page.focus("[name=code]")
    page.keyboard.type(asking.codes.order_by("pk")[0].spelled.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: len(url.rstrip("/").split("/")[-1]) == 10)
    page.focus("text=Answer in easy read")
    page.keyboard.press("Enter")
    page.wait_for_url("**/easy-read/")
    page.focus("[name=helped]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.focus("main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thank-you/")
    said = SurveyTally.objects.filter(count=1).values_list("question", "choice")
    assert set(said) == {("answered", ""), ("helped", "completely")}
