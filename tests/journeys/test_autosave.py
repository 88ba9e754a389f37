"""Drafts that save themselves, whatever happens around them: in each of these scenarios not one
character is lost. What was typed stands on the page, in the database, or is handed back.

One server for all of them, that can be killed (connections cut, port closed) and started again.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.fields.text import plain
from grants import workflow
from grants.enums import ApplicationState
from grants.models import Answer, Round
from tests.factories.accounts import PASSWORD, lead_of, member, organisation
from tests.factories.grants import DECLARATIONS, application_at, started
from tests.journeys.conftest import Browsing

TEXT = "Loves water and humour. A good life: swimming every week."
MORE = " Held by the arms less."
# Characters of one to four bytes, joined ones, accents of their own, right to left, two lines.
EVERY_KIND = "A naïve café – “swim” £5 · 5€\nنص عربي עברית\n𝔘𝔫𝔦 𠜎 🏊🏽‍♀️ 👩‍👩‍👧‍👦 e\u0301 ñ"
SAVED = re.compile(r"^Saved at \d\d:\d\d$")


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None: ...


class _Cuttable(ThreadedWSGIServer):
    """Remembers who is connected, so that being killed cuts them off in the middle of a word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connected: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connected.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever was cut off is no fault of the server."""


class Server:
    """The service on an address that stays the same when it is killed and started again."""

    def __init__(self) -> None:
        self._app = StaticFilesHandler(WSGIHandler())
        self._port = 0
        self._httpd: Any = None
        self.start()

    def start(self) -> None:
        self.waits, self.goes_on, self.drafts = False, threading.Event(), 0
        self.answers_with, self.loses_the_answer = "", False
        self._httpd = _Cuttable(("127.0.0.1", self._port), _Silent)
        self._port = self._httpd.server_port
        self._httpd.set_app(self._serve)
        threading.Thread(target=self._httpd.serve_forever, args=(0.05,), daemon=True).start()

    def kill(self) -> None:
        httpd, self._httpd = self._httpd, None
        httpd.shutdown()
        httpd.server_close()
        for connection in httpd.connected:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def restart(self) -> None:
        if self._httpd:
            self.kill()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("HTTP_X_AUTOSAVE"):
            self.drafts += 1
            if self.waits:
                self.goes_on.wait(20)
            if self.answers_with:
                start_response(self.answers_with, [("Content-Type", "text/html")])
                return [b"Not now"]
        answer = self._app(environ, start_response)
        if self.loses_the_answer and environ.get("HTTP_X_AUTOSAVE"):
            b"".join(answer)
            answer.close()
            self.kill()
        return answer


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.restart()
    made.kill()


class Window:
    """Somebody's window at a page with a text that saves itself."""

    def __init__(self, page: Any, nth: int = 0) -> None:
        self.page = page
        self.form = page.locator("form[data-autosave]").nth(nth)
        self.status = self.form.locator("[data-saved]")
        self.box = self.form.locator("textarea")
        if nth == 0:
            self.page.on("dialog", lambda dialog: dialog.accept())

    def open(self, address: str, has_clock: bool = True) -> "Window":
        if has_clock:
            self.page.clock.install()
        self.page.goto(address)
        return self

    @property
    def text(self) -> str:
        return str(self.box.input_value())

    @property
    def says(self) -> str:
        return str(self.status.inner_text())

    @property
    def main(self) -> str:
        return str(self.page.locator("main").inner_text())

    def type(self, text: str) -> "Window":
        """At the end of what stands there, as a keyboard does it."""
        self.box.evaluate("box => { box.focus(); box.setSelectionRange(1e9, 1e9) }")
        self.page.keyboard.press("End")
        self.page.keyboard.insert_text(text)
        return self

    def leave_the_field(self) -> "Window":
        self.form.get_by_role("button", name=re.compile("^Save")).first.focus()
        return self

    def saved(self) -> "Window":
        self.status.get_by_text(SAVED).wait_for()
        return self

    def later(self, seconds: int = 70) -> "Window":
        """So much later by the window's own clock: what was put off is tried again."""
        self.page.clock.fast_forward(seconds * 1000)
        return self

    def until_it_says(self, words: str) -> "Window":
        self.status.get_by_text(words).wait_for()
        return self

    def press(self, button: str) -> "Window":
        """And wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()
        return self

    def sign_in(self, who: Any) -> "Window":
        """Through the page for it, in this window."""
        self.page.goto(reverse("account_login"))
        self.page.fill("[name=login]", who.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "/login/" not in url)
        return self


class Desk:
    """An application, the lead who writes it, and the windows around it."""

    def __init__(self, browsing: Browsing, server: Server) -> None:
        self.browsing, self.server = browsing, server
        self.application = started()
        self.lead = lead_of(self.application.organisation)

    def question(self, number: int = 1) -> str:
        return reverse("application-question", args=[self.application.reference, number])

    def signed_in(self, who: Any = None, scripts: bool = True) -> Window:
        """A window of somebody who is signed in."""
        page = self.browsing.window(scripts=scripts)
        client = Client()
        client.force_login(who or self.lead)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": self.server.url}])
        return Window(page)

    def another_tab(self, window: Window) -> Window:
        """Of the same browser: the same session, the same cookies."""
        return Window(window.page.context.new_page())

    def at(self, number: int = 1, who: Any = None, scripts: bool = True) -> Window:
        return self.signed_in(who, scripts).open(self.question(number), has_clock=scripts)

    def kept(self, number: int = 1) -> str:
        found = Answer.objects.filter(application=self.application, question__number=number)
        return found.get().text if found else ""

    def will_keep(self, text: str, window: Window, number: int = 1) -> None:
        """Within seconds the database holds this text, to the last character."""
        self.comes_true(lambda: self.kept(number) == text, window)
        assert self.kept(number) == text

    @staticmethod
    def comes_true(what: Callable[[], bool], window: Window) -> None:
        for _ in range(150):
            if what():
                return
            window.page.wait_for_timeout(50)

    def sign_everybody_out(self) -> None:
        Session.objects.all().delete()


@pytest.fixture
def desk(browser, server) -> Iterator[Desk]:
    server.restart()
    browsing = Browsing(browser, server.url)
    yield Desk(browsing, server)
    browsing.close()
    # The browser itself complains about a service that was killed or that failed: so it should.
    expected = ("net::ERR_", "status of 5")
    problems = [p for p in browsing.problems if not any(words in p for words in expected)]
    assert not problems, "\n".join(problems)


# Nothing happens, or the writer is quick ------------------------------------------------------------


def test_it_is_saved_a_few_seconds_after_the_last_key(desk):
    window = desk.at().type(TEXT)
    assert desk.kept() == ""
    window.later(4).saved()
    assert desk.kept() == TEXT
    saved = Answer.objects.get().saved_at.astimezone(clock.LONDON)
    assert window.says == f"Saved at {saved:%H:%M}"
    window.type(MORE).leave_the_field()
    desk.will_keep(TEXT + MORE, window)
    assert (window.text, Answer.objects.get().version) == (TEXT + MORE, 2)


@pytest.mark.parametrize(
    "text", [EVERY_KIND, "  two  spaces\n\n\nthree lines", "word " * 400 + "end", "x" * 20_000]
)
def test_every_character_is_kept(desk, text):
    window = desk.at().type(text).leave_the_field().saved()
    assert desk.kept() == plain(text)
    assert window.text == text
    assert window.open(desk.question()).text == plain(text)


def test_what_nobody_can_see_is_left_out_and_the_rest_is_kept(desk):
    window = desk.at()
    window.box.evaluate("box => { box.value = 'No\\u0000ne\\u200b lost' }")
    window.type(" here").leave_the_field().saved()
    assert desk.kept() == "None lost here"


@pytest.mark.parametrize("how", ["link", "address", "close", "reload", "back"])
def test_leaving_at_once_after_typing(desk, how):
    window = desk.signed_in()
    window.page.goto(desk.application.get_absolute_url())
    window.open(desk.question())
    window.page.keyboard.press("Tab")  # a hand on the keyboard, so that the browser may ask
    window.type(TEXT)
    page = window.page
    if how == "link":
        page.get_by_role("link", name="Task list").click(no_wait_after=True)
    elif how == "address":
        page.goto(desk.server.url + "/")
    elif how == "close":
        page.close(run_before_unload=True)
    elif how == "reload":
        page.reload()
    else:
        page.go_back()
    desk.will_keep(TEXT, desk.signed_in())


def test_leaving_while_the_answer_is_on_its_way(desk):
    window = desk.at().type(TEXT)
    desk.server.waits = True
    window.leave_the_field()
    desk.comes_true(lambda: desk.server.drafts == 1, window)
    window.type(MORE)
    window.page.get_by_role("link", name="Task list").click(no_wait_after=True)
    desk.server.goes_on.set()
    desk.will_keep(TEXT + MORE, desk.signed_in())


def test_going_back_to_a_page_that_was_left_by_its_button(desk):
    window = desk.at().type(TEXT).leave_the_field().saved()
    window.type(MORE).press("Save and continue")
    assert "questions/2" in window.page.url
    window.page.go_back()
    window.page.wait_for_load_state()
    assert window.text == TEXT + MORE
    window.type(" Every day.").leave_the_field()
    desk.will_keep(TEXT + MORE + " Every day.", window)
    window.saved()


# The service is away --------------------------------------------------------------------------------


def test_a_killed_server(desk):
    window = desk.at().type(TEXT).leave_the_field().saved()
    desk.server.kill()
    window.type(MORE).leave_the_field()
    window.until_it_says("We keep trying; copy your text if you leave.")
    assert re.match(r"Not saved since \d\d:\d\d\.", window.says)
    window.type(" Still here.").later()
    assert (window.text, desk.kept()) == (TEXT + MORE + " Still here.", TEXT)
    desk.server.start()
    window.later().saved()
    assert desk.kept() == window.text == TEXT + MORE + " Still here."


def test_a_server_that_is_killed_before_it_has_answered(desk):
    """It has kept the draft and nobody knows: the writer goes on, and meets no stranger in it."""
    window = desk.at().type(TEXT)
    desk.server.loses_the_answer = True
    window.leave_the_field().until_it_says("We keep trying")
    assert desk.kept() == TEXT
    window.type(MORE)
    desk.server.start()
    window.later().saved()
    assert desk.kept() == window.text == TEXT + MORE


def test_the_button_while_the_server_is_away_leaves_nobody_with_an_empty_page(desk):
    window = desk.at()
    desk.server.kill()
    window.type(TEXT)
    window.page.get_by_role("button", name="Save and continue").click(no_wait_after=True)
    window.until_it_says("We keep trying")
    assert window.text == TEXT
    desk.server.start()
    window.later(2).press("Save and continue")  # a second click within a second counts as the same
    window.page.wait_for_url("**/questions/2/")
    assert desk.kept() == TEXT


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Busy", "429 Too Many"])
def test_a_server_that_cannot_just_now(desk, status):
    window = desk.at().type(TEXT)
    desk.server.answers_with = status
    window.leave_the_field().until_it_says("We keep trying")
    assert (window.text, desk.kept()) == (TEXT, "")
    desk.server.answers_with = ""
    window.later().saved()
    assert desk.kept() == TEXT


def test_a_slow_answer_and_a_fast_hand(desk):
    window = desk.at().type(TEXT)
    desk.server.waits = True
    window.leave_the_field()
    desk.comes_true(lambda: desk.server.drafts == 1, window)
    window.type(MORE).later()
    desk.server.waits = False
    desk.server.goes_on.set()
    window.saved().later(5)
    desk.will_keep(TEXT + MORE, window)
    assert (window.text, Answer.objects.get().version) == (TEXT + MORE, 2)


def test_offline_and_online_again(desk):
    window = desk.at()
    window.page.context.set_offline(True)
    window.type(TEXT).leave_the_field().until_it_says("We keep trying")
    assert window.text == TEXT
    window.page.context.set_offline(False)
    window.saved()
    assert desk.kept() == TEXT


# Somebody else writes too ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["a second tab", "a colleague"])
def test_somebody_else_has_saved_it_since(desk, who):
    mine = desk.at()
    if who == "a second tab":
        theirs = desk.another_tab(mine).open(desk.question())
    else:
        theirs = desk.at(who=member(desk.application.organisation))
    theirs.type("Written elsewhere.").leave_the_field().saved()
    mine.type(TEXT).leave_the_field()
    mine.until_it_says("Somebody else has saved this answer since you opened it.")
    assert (mine.text, desk.kept()) == (TEXT, "Written elsewhere.")
    mine.press("Save and continue")
    assert "Written elsewhere." in mine.main
    assert (mine.text, desk.kept()) == (TEXT, "Written elsewhere.")
    mine.press("Save my text")
    assert desk.kept() == TEXT
    # The other one learns of it in the same way.
    theirs.type(" And more.").leave_the_field().until_it_says("Somebody else has saved")
    assert theirs.text == "Written elsewhere. And more."
    theirs.press("Save and continue")
    assert TEXT in theirs.main
    assert theirs.text == "Written elsewhere. And more."


def test_two_texts_on_one_page_are_both_kept(desk):
    made = application_at(ApplicationState.RETURNED)
    workflow.ask(made, by=made.case_officer, words="And when does it begin?")
    first = desk.signed_in(lead_of(made.organisation)).open(made.get_absolute_url())
    second = Window(first.page, nth=1)
    first.type(TEXT)
    second.type(EVERY_KIND)
    first.later(4).saved()
    second.saved()
    kept = made.clarifications.order_by("number").values_list("reply", flat=True)
    assert list(kept) == [TEXT, EVERY_KIND]
    # The button of one of them leaves the page: the other one's text goes along.
    second.type(MORE)
    first.type(MORE).press("Save reply to question 1")
    desk.comes_true(lambda: all(reply.endswith(MORE) for reply in kept.all()), first)
    assert list(kept.all()) == [TEXT + MORE, EVERY_KIND + MORE]


# The session ----------------------------------------------------------------------------------------


def test_a_session_that_ran_out_and_signing_in_in_another_tab(desk):
    window = desk.at().type(TEXT).leave_the_field().saved()
    desk.sign_everybody_out()
    window.type(MORE).leave_the_field()
    window.until_it_says("You have been signed out. Sign in again in another tab")
    assert (window.text, desk.kept()) == (TEXT + MORE, TEXT)
    desk.another_tab(window).sign_in(desk.lead)
    window.later().saved()
    assert desk.kept() == window.text == TEXT + MORE


def test_a_session_that_ran_out_and_the_page_is_closed(desk):
    window = desk.at().type(TEXT)
    desk.sign_everybody_out()
    window.leave_the_field().until_it_says("You have been signed out.")
    other = desk.another_tab(window)
    window.page.close()
    other.sign_in(desk.lead).open(desk.question())
    assert "We kept what you typed" in other.main
    other.press("Save what I typed")
    assert desk.kept() == TEXT


@pytest.mark.parametrize("scripts", [True, False])
def test_a_session_that_ran_out_and_the_button(desk, scripts):
    window = desk.at(scripts=scripts)
    window.box.fill(EVERY_KIND)
    desk.sign_everybody_out()
    window.press("Save and continue")
    window.page.wait_for_url("**/login/**")
    window.sign_in(desk.lead)
    window.page.goto(desk.question())
    assert "We kept what you typed" in window.main
    window.press("Save what I typed")
    assert desk.kept() == EVERY_KIND


def test_two_pages_of_one_session_that_ran_out_are_both_handed_back(desk):
    first = desk.at(1, scripts=False)
    second = desk.another_tab(first)
    second.page.goto(desk.question(2))
    first.box.fill(TEXT)
    second.box.fill(EVERY_KIND)
    desk.sign_everybody_out()
    for window in (first, second):
        window.press("Save and continue")
        window.page.wait_for_url("**/login/**")
    second.sign_in(desk.lead)
    for number, text in ((1, TEXT), (2, EVERY_KIND)):
        second.page.goto(desk.question(number))
        assert "We kept what you typed" in second.main
        second.press("Save what I typed")
        assert desk.kept(number) == text


def test_somebody_else_signs_in_at_the_same_computer(desk):
    """A stranger's session neither takes the text nor loses it; the writer's own takes it up again."""
    window = desk.at().type(TEXT).leave_the_field().saved()
    stranger = lead_of(organisation())
    desk.sign_everybody_out()
    other = desk.another_tab(window).sign_in(stranger)
    window.type(MORE).leave_the_field().until_it_says("Not saved since")
    assert (window.text, desk.kept()) == (TEXT + MORE, TEXT)
    desk.sign_everybody_out()
    other.sign_in(desk.lead)
    window.later().saved()
    assert desk.kept() == window.text == TEXT + MORE


def test_what_was_kept_waits_while_somebody_else_is_signed_in(desk):
    window = desk.at(scripts=False)
    window.box.fill(TEXT)
    desk.sign_everybody_out()
    window.press("Save and continue")
    colleague = member(desk.application.organisation)
    window.sign_in(colleague)
    window.page.goto(desk.question())
    assert "We kept" not in window.main
    assert TEXT not in window.page.content()
    desk.sign_everybody_out()
    window.sign_in(desk.lead)
    window.page.goto(desk.question())
    assert "We kept what you typed" in window.main
    window.press("Save what I typed")
    assert desk.kept() == TEXT


def test_a_budget_line_after_a_session_that_ran_out(desk):
    window = desk.signed_in()
    window.page.goto(reverse("budget-line-add", args=[desk.application.reference]))
    page = window.page
    words = page.locator("[name=description]")
    words.fill("Two days with a practitioner")
    page.locator("[name=quantity]").fill("2")
    page.locator("[name=unit_cost]").fill("950.10")
    desk.sign_everybody_out()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/login/**")
    window.sign_in(desk.lead)
    page.goto(reverse("budget-line-add", args=[desk.application.reference]))
    assert "We kept what you typed" in window.main
    window.press("Save what I typed")
    # Something is still missing: what was typed stands in the form that says so.
    assert words.input_value() == "Two days with a practitioner"
    assert page.locator("[name=quantity]").input_value() == "2"
    assert page.locator("[name=unit_cost]").input_value() == "950.10"


def test_without_scripts_a_tab_that_is_older_than_the_session_gets_its_text_back(desk):
    window = desk.at(scripts=False)
    window.box.fill(EVERY_KIND)
    desk.sign_everybody_out()
    desk.another_tab(window).sign_in(desk.lead)
    window.press("Save and continue")
    assert "Please send that again" in window.page.title()
    assert EVERY_KIND in window.main


# It may not be saved --------------------------------------------------------------------------------


def close_the_round(desk: Desk) -> None:
    Round.objects.update(closes_at=clock.now() - timedelta(days=1))


def send_it(desk: Desk) -> None:
    workflow.submit(desk.application, by=desk.lead, declarations=DECLARATIONS)


def withdraw_it(desk: Desk) -> None:
    workflow.withdraw(desk.application, by=desk.lead, reason="We found another way")


@pytest.mark.parametrize("happens", [send_it, withdraw_it], ids=lambda f: f.__name__)
def test_it_is_closed_while_somebody_types(desk, happens):
    desk.application = application_at(ApplicationState.DRAFT)
    desk.lead = lead_of(desk.application.organisation)
    window = desk.at()
    before = window.text
    happens(desk)
    window.type(MORE).leave_the_field()
    window.until_it_says("This part of the application is closed for changes now.")
    assert (window.text, desk.kept()) == (before + MORE, before)
    window.press("Save and continue")
    assert "What you typed" in window.main
    assert before + MORE in window.main


def test_the_round_closes_while_somebody_types(desk):
    window = desk.at().type(TEXT)
    close_the_round(desk)
    window.leave_the_field().saved()
    assert desk.kept() == TEXT


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (" Her NHS number is 943 476 5919.", "NHS number"),
        (" Ring 01632 960 001.", "telephone number"),
    ],
)
def test_what_could_identify_somebody_is_not_kept_and_the_page_says_so(desk, words, sentence):
    window = desk.at().type(TEXT).leave_the_field().saved()
    window.type(words).leave_the_field().until_it_says(sentence)
    assert (window.text, desk.kept()) == (TEXT + words, TEXT)
    window.press("Save and continue")
    assert sentence in window.main
    assert (window.text, desk.kept()) == (TEXT + words, TEXT)
    window.box.fill(TEXT + MORE)
    window.leave_the_field()
    desk.will_keep(TEXT + MORE, window)


def test_a_text_that_is_too_long(desk):
    long = "word " * 4_000 + "x"
    window = desk.at().type(long).leave_the_field()
    window.until_it_says("Shorten this to 20,000 characters or fewer.")
    assert (window.text, desk.kept()) == (long, "")
    window.press("Save and continue")
    assert "Shorten this to 20,000 characters or fewer" in window.main
    assert window.text == long
    window.box.fill(long[:20_000])
    window.leave_the_field().saved()
    assert desk.kept() == long[:20_000].strip()


def test_a_text_that_is_larger_than_any_request_may_be(desk):
    huge = "word " * 200_000
    window = desk.at()
    window.box.evaluate("(box, text) => { box.value = text }", huge)
    window.type("x").leave_the_field().until_it_says("Shorten this")
    window.page.get_by_role("button", name="Save and continue").click()
    window.page.wait_for_timeout(200)
    assert window.box.evaluate("box => box.value.length") == len(huge) + 1


# Without scripts ------------------------------------------------------------------------------------


def test_without_scripts_the_button_saves(desk):
    window = desk.at(scripts=False)
    window.box.fill(EVERY_KIND)
    window.press("Save and go back to the list")
    assert desk.kept() == EVERY_KIND
    window.page.goto(desk.question())
    assert window.text == EVERY_KIND
    assert re.match(r"Saved at \d\d:\d\d$", window.says)


def test_without_scripts_two_writers_see_both_texts(desk):
    mine, theirs = desk.at(scripts=False), desk.at(who=member(desk.application.organisation))
    mine.box.fill(TEXT)
    theirs.type("Written elsewhere.").leave_the_field().saved()
    mine.press("Save and continue")
    assert "Written elsewhere." in mine.main
    assert mine.text == TEXT


def test_without_scripts_what_is_refused_stays_in_the_box(desk):
    window = desk.at(scripts=False)
    for typed in ("Her NHS number is 943 476 5919", "word " * 260):
        window.box.fill(typed)
        window.press("Save and continue")
        assert window.page.title().startswith("Error")
        assert window.text.strip() == typed.strip()
    assert desk.kept() == ""
