"""Ten cases scored in one sitting by keyboard alone, on a desk and on a phone's width: Tab, Space, Enter,
the digits and words. Nothing is clicked, and nothing is reached but by going there."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from panel.models import Assessment
from tests.factories.grants import application_at, programme_and_round
from tests.factories.panel import HERON_SCORES, assigned, declared, panellist

CASES = 10
FARTHEST = 60  # presses of Tab from one thing to do to the next, page and case file in between


def sign_in(page: Any, user: Any, address: str) -> None:
    """A session of theirs, as after the sign-in page."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


class Keys:
    """A keyboard in front of a page; counts how often Tab was pressed."""

    def __init__(self, page: Any) -> None:
        self.page, self.tabs = page, 0

    def tab_to(self, selector: str) -> "Keys":
        """Tab until the focus is on something; it must be seen that it is there."""
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            self.tabs += 1
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                assert self.page.evaluate(
                    """() => { const at = document.activeElement, look = getComputedStyle(at);
                    const box = at.getBoundingClientRect();
                    return look.outlineStyle !== 'none' || look.boxShadow !== 'none' || box.height > 0; }"""
                )
                return self
        raise AssertionError(f"{self.page.url}: {FARTHEST} tabs, and no {selector}")

    def press(self, key: str) -> "Keys":
        self.page.keyboard.press(key)
        return self

    def go(self, selector: str) -> "Keys":
        """Tab to a link or a button and press Enter; the next page is there."""
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def score(self, code: str, score: int | None, is_first: bool) -> None:
        """Open the criterion where it is folded, give the digit (or "not able"), and the reason."""
        self.tab_to(f"#{code} > summary")
        if not self.page.evaluate("c => document.getElementById(c).open", code):
            self.press("Enter")
        if score is None:
            self.tab_to(f"#{code} input[type=radio]").press("ArrowUp")  # the last of the scale
        else:
            self.press(str(score))
        self.tab_to(f"#{code} textarea[name={code}-reason]")
        self.page.keyboard.type(f"{code} is clear.")


@pytest.mark.parametrize("width", [1280, 320])
def test_ten_cases_by_keyboard_alone(browsing, width):
    here = programme_and_round()
    member = panellist(lived=True, name="Expert by experience")
    for _ in range(CASES):
        declared(assigned(application_at("with_panel", round=here), [member])[0])
    page = browsing.window(width)
    sign_in(page, member.user, browsing.base_url)
    page.goto("/panel/")
    keys = Keys(page)
    browsing.check(page)
    keys.go(".pwb-card--next a.govuk-button")
    for n in range(CASES):
        marks = [*HERON_SCORES[n % 3][:6], None if n % 2 else HERON_SCORES[n % 3][6]]
        for number, mark in enumerate(marks, 1):
            keys.score(f"c{number}", mark, number == 1)
        if n == 0:
            browsing.check(page)
        for _ in range(3):
            keys.tab_to("input[name=checks]").press("Space")
        keys.go("button[value=submit]")
        assert page.get_by_role("heading", level=1).inner_text().startswith("Your scores for")
        if n == 0:
            browsing.check(page)
        if n + 1 < CASES:
            keys.go(".pwb-card--next a.govuk-button")

    sheets = Assessment.objects.filter(assignment__panellist=member)
    assert {sheet.state for sheet in sheets} == {"scored"}
    assert sheets.count() == CASES
    given = [s.score for s in sheets.order_by("submitted_at")[0].scores.order_by("criterion__code")]
    assert tuple(given) == HERON_SCORES[0]
    second = sheets.order_by("submitted_at")[1].scores.get(criterion__code="C7")
    assert (second.score, second.is_not_able) == (None, True)
    page.goto("/panel/")
    assert "All your scores are in" in page.locator("main").inner_text()
