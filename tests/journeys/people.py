"""People in front of a browser: they sign in, answer questions by their labels and press buttons.

A `Story` holds the clock, the windows and everybody in it. Every page that somebody arrives at is
looked at: no form that came back, and (once for each kind of page) axe at two widths.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import time_machine
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.urls import resolve

from accounts.clock import LONDON
from accounts.outbox import deliver_due
from tests.factories.accounts import PASSWORD

TOTP_SECRET = "JBSWY3DPEHPK3PXP"


class Clock:
    """The clock of the whole product: the live server runs in this process. It goes on ticking."""

    def __init__(self, day: dt.date) -> None:
        self._travel = time_machine.travel(self._morning(day), tick=True)

    @staticmethod
    def _morning(day: dt.date, hour: int = 9) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour), tzinfo=LONDON)

    def __enter__(self) -> "Clock":
        self._traveller = self._travel.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._travel.__exit__(*exc)

    def to(self, day: dt.date, hour: int = 9) -> None:
        """Go on to the morning of a day; never back."""
        morning = self._morning(day, hour)
        if morning > dt.datetime.now(LONDON):
            self._traveller.move_to(morning)

    def a_minute_later(self) -> None:
        """Long enough for the app on a phone to show another code."""
        self._traveller.shift(dt.timedelta(minutes=1))


class Person:
    """Somebody with a window of their own."""

    def __init__(
        self, story: "Story", email: str, name: str = "", has_code: bool = False, width: int = 1280
    ) -> None:
        self.story, self.email, self.name, self.has_code = story, email, name, has_code
        self.width, self._page = width, None

    @property
    def page(self):
        if self._page is None:
            self._page = self.story.browsing.window(self.width, scripts=self.story.scripts)
        return self._page

    # --- coming and going ------------------------------------------------------------------------

    def open(self, path: str) -> "Person":
        """Type an address, or open a link of a letter."""
        self.page.goto(re.sub(r"^https?://[^/]+", "", path))
        return self._arrived()

    def follow(self, link: str, within: Any = None, exact: bool = True, nth: int = 0) -> "Person":
        """Click a link by its words, whether it looks like a link or like a button."""
        where = within or self.page
        buttons = where.locator("a").and_(where.get_by_role("button", name=link, exact=exact))
        where.get_by_role("link", name=link, exact=exact).or_(buttons).nth(nth).click()
        return self._arrived()

    def press(self, button: str, within: Any = None, exact: bool = True) -> "Person":
        """Press a button by its words; the form must not come back."""
        found = (within or self.page).get_by_role("button", name=button, exact=exact).first
        if found.evaluate("button => Boolean(button.closest('form[data-autosave]'))"):
            with self.page.expect_navigation():  # what is typed is saved first, and then sent
                found.click()
        else:
            found.click()
        return self._arrived()

    def sign_in(self) -> "Person":
        """Through the page for it, unless this window's session still lasts; then "Your work"."""
        self.story.last = self
        self.page.goto("/")
        if self.page.get_by_role("heading", level=1, name="Your work").count():
            return self._arrived()
        self._arrived().follow("Sign in")
        self.answer("E-mail address", self.email)
        self.answer("Password", PASSWORD)
        self.press("Sign in")
        if self.has_code:
            self.story.clock.a_minute_later()
            self.answer("Code", self.code())
            self.press("Sign in")
        return self

    @staticmethod
    def code() -> str:
        """What the app on the phone shows at this moment."""
        return format_hotp_value(
            hotp_value(TOTP_SECRET, next(iter(yield_hotp_counters_from_time())))
        )

    def _arrived(self) -> "Person":
        self.story.last = self
        self.page.wait_for_load_state()
        title = self.page.title()
        assert not title.startswith("Error"), f"{self.page.url}: {self._summary()}"
        self.story.look_at(self)
        if title.startswith("Why do you open this record?"):
            self.page.get_by_label("To look after a grant").check()
            return self.press("Open the record")
        return self

    def _summary(self) -> str:
        found = self.page.locator(".govuk-error-summary")
        return found.inner_text() if found.count() else self.page.locator("main").inner_text()[:400]

    # --- forms -----------------------------------------------------------------------------------

    def answer(self, question: str, answer: Any, within: Any = None) -> "Person":
        """Give one answer by the label of its question.

        Text is typed or chosen; a date is typed in three parts, or as month and year where there is
        one field; a list ticks boxes; True and False tick or clear the one box of that label.
        """
        where = within or self.page
        group = where.get_by_role("group", name=question, exact=True)
        if isinstance(answer, bool):
            where.get_by_label(question, exact=True).set_checked(answer)
        elif isinstance(answer, dt.date) and not group.count():
            where.get_by_label(question, exact=True).fill(f"{answer.month} {answer.year}")
        elif isinstance(answer, dt.date):
            for part in ("Day", "Month", "Year"):
                field = group.get_by_label(part, exact=True)
                if field.count():
                    field.fill(str(getattr(answer, part.lower())))
        elif isinstance(answer, list | tuple):
            for option in answer:
                group.get_by_label(option, exact=True).check()
        else:
            self._one(where, group, question, str(answer))
        return self

    def _one(self, where: Any, group: Any, question: str, answer: str) -> None:
        field = where.get_by_label(question, exact=True)
        if group.count():
            group.get_by_label(answer, exact=True).check()
        elif field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(answer)

    def answers(self, answers: Mapping[str, Any], within: Any = None) -> "Person":
        """Several answers, in order."""
        for question, answer in answers.items():
            self.answer(question, answer, within)
        return self

    # --- reading ---------------------------------------------------------------------------------

    def text(self, where: Any = None) -> str:
        """What the page's main part says, as one line."""
        return " ".join((where or self.page.locator("main")).inner_text().split())

    def reads(self, *sentences: str, where: Any = None) -> "Person":
        """All of this stands on the page."""
        text = self.text(where)
        for sentence in sentences:
            assert sentence in text, f"{self.page.url}: no “{sentence}” in: {text[:3000]}"
        return self

    def does_not_read(self, *sentences: str) -> "Person":
        text = self.text()
        for sentence in sentences:
            assert sentence not in text, f"{self.page.url}: “{sentence}” stands there"
        return self

    def figure(self, label: str, within: Any = None) -> str:
        """The value of a figure or fact of this label: what its <dd> says after the <dt>."""
        return self.text(self.row(label, within).locator("dd").first)

    def row(self, label: str, within: Any = None) -> Any:
        """The div of a list of facts whose <dt> is this label."""
        terms = (within or self.page.locator("main")).locator("dt")
        return terms.get_by_text(label, exact=True).first.locator("xpath=..")

    def letter(self, subject: str) -> str:
        """The newest letter to this person whose subject holds these words."""
        deliver_due()
        mine = [m for m in mail.outbox if m.to == [self.email] and subject in m.subject]
        assert mine, f"no “{subject}” for {self.email}: {[m.subject for m in mail.outbox]}"
        return str(mine[-1].body)

    def link(self, subject: str) -> str:
        """The first link of that letter."""
        found = re.search(r"https?://\S+", self.letter(subject))
        assert found is not None
        return found.group()


class Story:
    """Everybody, the clock and the references that were read from pages on the way."""

    def __init__(self, browsing: Any, scripts: bool = True) -> None:
        self.browsing, self.scripts = browsing, scripts
        self.clock = Clock(dt.date(2025, 5, 1))
        self.people: dict[str, Person] = {}
        self.last: Person | None = None
        self.seen: set[str] = set()
        self.refs: dict[str, str] = {}

    def meet(self, key: str, email: str, name: str = "", has_code: bool = False) -> Person:
        """Somebody new in this story."""
        made = Person(self, email, name, has_code)
        self.people[key] = made
        return made

    def __getattr__(self, key: str) -> Person:
        try:
            return self.__dict__["people"][key]
        except KeyError:
            raise AttributeError(key) from None

    def look_at(self, person: Person) -> None:
        """Check a page for everybody's eyes and hands, once for each address, title and side.

        One address may show a task list, a letter or a case: the title and whether it is staff who
        look tell them apart.
        """
        if not self.scripts:
            return
        page = person.page
        path = re.sub(r"^https?://[^/]+|[?#].*$", "", page.url)
        kind = f"{resolve(path).route} {page.title()} {person.has_code}"
        if kind not in self.seen:
            self.seen.add(kind)
            self.browsing.check(page)
