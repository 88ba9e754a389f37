"""A new user without a mouse: from the first page to a sent application on the short form, by Tab,
Shift+Tab, Space, Enter, arrows and typing alone. At every stop the focus can be seen and lies in the
window; every page lets go of it; errors take it and lead to their field.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import Organisation
from accounts.workflow import verify_organisation
from grants.enums import ApplicationState, Declaration, FormKind
from grants.models import Application
from grants.standard import QUESTIONS
from tests.factories.accounts import PASSWORD, staff
from tests.factories.grants import HERON_ANSWERS, HERON_OUTCOMES, programme_and_round
from tests.journeys.people import Person

# What holds the focus: its name as it is read out, what asks (the legend around it), and whether a
# ring, a colour or a shadow shows it, inside the window and under nothing.
FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const words = (node) => node ? node.innerText.replace(/\\s+/g, ' ').trim() : '';
  const own = it.getAttribute('aria-label') || (it.getAttribute('aria-labelledby') || '').split(' ')
    .map((id) => words(document.getElementById(id))).join(' ').trim();
  const label = it.labels && it.labels.length ? it.labels[0] : null;
  const legends = [];
  for (let set = it.closest('fieldset'); set; set = set.parentElement.closest('fieldset'))
    legends.push(words(set.querySelector('legend')));
  const drawn = (style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
    && style.outlineColor !== 'rgba(0, 0, 0, 0)') || style.boxShadow !== 'none';
  const shown = [getComputedStyle(it)];
  if (it.type === 'radio' || it.type === 'checkbox') shown.push(getComputedStyle(label, '::before'));
  const box = (it.type === 'radio' || it.type === 'checkbox' ? label : it).getBoundingClientRect();
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
    && box.width > 0 && box.height > 0;
  return {
    tag: it.tagName, type: it.type || '', name: own || words(label) || words(it) || it.value || '',
    legends, isChecked: !!it.checked, className: it.className, inside,
    id: (window.met = window.met || []).indexOf(it) + 1 || window.met.push(it),
    option: it.tagName === 'SELECT' ? words(it.selectedOptions[0]) : '',
    isSeen: shown.some(drawn),
  };
}"""
# Everything that a keyboard should come by: a group of radio buttons is one stop.
STOPS = """() => {
  const groups = new Set();
  return [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
  )].filter((it) => {
    if (it.disabled || it.tabIndex < 0 || !it.getClientRects().length) return false;
    if (getComputedStyle(it).visibility === 'hidden') return false;
    if (it.type !== 'radio') return true;
    const isNew = !groups.has(it.name);
    groups.add(it.name);
    return isNew;
  }).length;
}"""


@dataclass
class Keyboard:
    """Somebody at a keyboard. Everything goes through whatever holds the focus."""

    page: Any

    def focus(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.page.evaluate(FOCUS)
        return found

    def tab(self, key: str = "Tab") -> dict[str, Any] | None:
        """One stop on; it can be seen."""
        self.page.keyboard.press(key)
        found = self.focus()
        if found is not None:
            assert found["isSeen"], f"{self.page.url}: nobody sees the focus on {found}"
            assert found["inside"], f"{self.page.url}: outside the window: {found}"
        return found

    def to(self, name: str, within: str = "", tags: str = "") -> dict[str, Any]:
        """Tab on until this has the focus, around the page at most once."""
        met = []
        for _ in range(300):
            found = self.tab()
            if found is None:
                if len(met) > 1 and met.count("") > 1:
                    break
                met.append("")
                continue
            met.append(found["name"])
            is_it = name in (found["name"], *found["legends"][:1]) and (
                not within or within in found["legends"]
            )
            if is_it and (not tags or found["tag"] in tags):
                return found
        raise AssertionError(f"{self.page.url}: no way to “{name}” among {met}")

    def through(self) -> None:
        """All the way around this page and a step back: no stop holds on to the focus."""
        stops = self.page.evaluate(STOPS)
        met = {(found or {"id": 0})["id"] for found in (self.tab() for _ in range(stops + 2))}
        assert len(met - {0}) == stops, f"{self.page.url}: {len(met - {0})} of {stops} stops"
        first = self.tab() or self.tab() or {}
        if self.tab() is not None:
            assert (self.tab("Shift+Tab") or {})["id"] == first["id"]

    # --- the words of a person, as in people.py ---------------------------------------------------

    def open(self, path: str) -> "Keyboard":
        """Type an address, or open a link of a letter."""
        self.page.goto(re.sub(r"^https?://[^/]+", "", path))
        return self

    def enter(self, key: str = "Enter") -> "Keyboard":
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        return self

    def follow(self, link: str) -> "Keyboard":
        self.to(link, tags="A")
        return self.enter()

    def press(self, button: str, goes_well: bool = True) -> "Keyboard":
        self.to(button, tags="BUTTON")
        self.enter()
        is_well = not self.page.title().startswith("Error")
        assert is_well == goes_well, self.page.locator(".govuk-error-summary").inner_text()
        return self

    def answers(self, answers: dict[str, Any], within: str = "") -> "Keyboard":
        for question, answer in answers.items():
            self.answer(question, answer, within)
        return self

    def answer(self, question: str, answer: Any, within: str = "") -> "Keyboard":
        found = self.to(question, within, tags="INPUT SELECT TEXTAREA")
        if isinstance(answer, dt.date):
            self._date(found, answer)
        elif isinstance(answer, list):
            self._boxes(found, answer)
        elif found["type"] == "radio":
            self._radio(found, answer)
        elif found["tag"] == "SELECT":
            self._option(found, answer)
        else:
            self.page.keyboard.type(str(answer))
        return self

    def _date(self, found: dict[str, Any], answer: dt.date) -> None:
        if not found["legends"]:
            self.page.keyboard.type(f"{answer.month} {answer.year}")
            return
        for part in ("day", "month", "year"):
            if found["name"] == part.capitalize():
                self.page.keyboard.type(str(getattr(answer, part)))
                if part != "year":
                    found = self.tab() or {}

    def _boxes(self, found: dict[str, Any], answer: list[str]) -> None:
        left, group = set(answer), found["legends"][:1]
        while found["legends"][:1] == group:
            if found["name"] in left:
                self.page.keyboard.press("Space")
                left.remove(found["name"])
            if not left:
                return
            found = self.tab() or {"legends": []}
        raise AssertionError(f"{self.page.url}: no {left} in {group}")

    def _radio(self, found: dict[str, Any], answer: str) -> None:
        for _ in range(40):
            if found["name"] == answer:
                if not found["isChecked"]:
                    self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
            found = self.focus() or {}
        raise AssertionError(f"{self.page.url}: no “{answer}”")

    def _option(self, found: dict[str, Any], answer: str) -> None:
        for _ in range(200):
            if found["option"] == answer:
                return
            self.page.keyboard.press("ArrowDown")
            found = self.focus() or {}
        raise AssertionError(f"{self.page.url}: no “{answer}”")

    def reads(self, *sentences: str) -> "Keyboard":
        text = " ".join(self.page.locator("main").inner_text().split())
        for sentence in sentences:
            assert sentence in text, f"{self.page.url}: no “{sentence}” in: {text[:2000]}"
        return self


class Letters:
    """The letters to one address: their links are opened, as in a mail program."""

    link, letter = Person.link, Person.letter

    def __init__(self, email: str) -> None:
        self.email = email


WORDINGS = {question.number: question.wording for question in QUESTIONS}
EMAIL = "manager@oakfield.example.org"
NEED = "Staff misread signs of pain as anger"


@pytest.fixture
def keys(browsing) -> Keyboard:
    programme_and_round()
    return Keyboard(browsing.window())


def test_a_new_user_sends_the_short_form_by_keyboard_alone(keys):
    find_out(keys)
    join(keys)
    describe_the_person(keys)
    write(keys)
    spend(keys)
    send(keys)
    made = Application.objects.get()
    assert (made.state, made.form) == (ApplicationState.SUBMITTED, FormKind.SHORT)
    assert made.figures.requested == 1900
    assert made.answers.get(question__number=1).text == HERON_ANSWERS[1]


@pytest.mark.parametrize(
    ("spoilt", "complaint"),
    [
        (
            "const sheet = new CSSStyleSheet();"
            "sheet.replaceSync('*:focus { outline: none !important; box-shadow: none !important }');"
            "document.adoptedStyleSheets = [sheet];",
            "nobody sees the focus",
        ),
        (
            "document.querySelector('main a').addEventListener('keydown', (e) => e.preventDefault());",
            "stops",
        ),
        ("document.querySelector('main a').style.position = 'fixed';", "outside the window"),
    ],
)
def test_a_page_that_hides_or_holds_the_focus_is_found(keys, spoilt, complaint):
    keys.open("/")
    if "fixed" in spoilt:
        spoilt += "document.querySelector('main a').style.top = '-900px';"
    keys.page.evaluate(f"() => {{ {spoilt} }}")
    with pytest.raises(AssertionError, match=complaint):
        keys.through()


def find_out(keys: Keyboard) -> None:
    """The first stop of a page leads past its menus; six questions, an error on the way."""
    keys.open("/")
    skip = keys.tab()
    assert skip
    assert skip["name"] == "Skip to main content"
    keys.through()
    keys.follow("Check if you can apply").through()
    keys.press("See the answer", goes_well=False)
    an_error_leads_to_its_field(keys)
    keys.answers(
        {
            "Is it for one person who has a learning disability, is autistic or has ADHD?": "Yes, for one person",
            "Is the person at risk of going into hospital, or about to leave it?": "At risk of admission",
            "Is the learning about this person, for the people around them?": "Yes, it is about this person",
            "How much will you ask for?": "Between £1,000 and £8,000",
            "Is anybody paying for this learning already?": "No",
        }
    )
    keys.press("See the answer").reads("Yes, you can apply").through()


def an_error_leads_to_its_field(keys: Keyboard) -> None:
    """The summary has the focus; its first link leads into the first question, which is answered."""
    summary = keys.focus()
    assert summary is not None
    assert "govuk-error-summary" in summary["className"]
    link = keys.tab()
    assert link is not None
    assert link["tag"] == "A"
    keys.page.keyboard.press("Enter")
    field = keys.focus()
    assert field is not None
    assert field["isSeen"]
    assert field["inside"]
    keys._radio(field, "Yes")


def join(keys: Keyboard) -> None:
    """An account, a confirmed address, an organisation; an officer verifies it elsewhere."""
    keys.follow("Make an account").answers(
        {
            "Your name or job title": "Registered manager",
            "E-mail address": EMAIL,
            "Password": PASSWORD,
        }
    ).press("Create account")
    keys.open(Letters(EMAIL).link("Confirm your e-mail address")).press("Yes, confirm")
    if "login" not in keys.page.url:
        keys.open("/").follow("Sign in")
    keys.through()
    keys.answers({"E-mail address": EMAIL, "Password": PASSWORD}).press("Sign in")
    keys.through()
    keys.follow("Register your organisation").through()
    keys.answers(
        {
            "Name of the organisation": "Oakfield Care",
            "What kind of organisation is it?": "Adult social care, voluntary",
            "Where do you mainly work?": "North West",
            "How many people work for you?": "50 to 249 staff",
            "Are you registered with the Care Quality Commission?": "Registered",
        }
    ).press("Register")
    verify_organisation(Organisation.objects.get(), by=staff(TeamRole.OFFICER))


def describe_the_person(keys: Keyboard) -> None:
    """Starting says what is missing and leads there: the person, needs, consent, the circle."""
    keys.open("/applications/start/").through()
    keys.follow("Add a person").through()
    keys.answers(
        {
            "The word we use instead of a name": "HERON",
            "Age": "18 to 25",
            "What does the person live with?": ["Autism"],
            "Strengths, and what they love": "Water and humour",
            "Where do they live?": "Supported living, shared",
            "Is that in their own area?": "In their own area",
            "Why is support at risk?": "Living in the community, at risk of admission",
            "Rating on the dynamic support register": "Not known",
            "What shows the risk?": ["A commissioner has said so in writing"],
            "Month of the newest evidence": clock.today() - dt.timedelta(days=60),
            "Level of need": "4, highest",
            "How serious are the difficulties?": "4, very serious",
            "How ready are the people around to make a difference?": "3",
            "What pays for the support?": ["Direct payment"],
            "Who controls the budget?": "Not known",
            "Did the person choose their team?": "Yes",
        }
    ).press("Save and continue")
    keys.through()
    keys.follow("Write needs").through()
    keys.answers(
        {"What it is about": "Communication", "The need, in one line": NEED}, within="N1"
    ).press("Save")
    keys.follow("Record consent or best interests").through()
    keys.answers(
        {
            "On what basis do you keep this record?": "A best-interests decision is recorded by the provider",
            "Who decided?": "Social worker",
            "When was it decided?": clock.today() - dt.timedelta(days=3),
        }
    ).press("Save")
    keys.follow("Change the circle").through()
    keys.follow("Paste a list")
    keys.answers(
        {
            "The list": "Support worker; Adult social care, voluntary; A1\nMother",
            "When did they join?": clock.today() - dt.timedelta(days=90),
        }
    ).press("Check the list")
    keys.press("Add 2 people")


def write(keys: Keyboard) -> None:
    """The short form, question after question; the draft saves itself as the field is left."""
    keys.open("/applications/start/")
    keys.answer("Who is it for?", "HERON")
    keys.answer("How much will you ask for?", "Up to £2,500: the short form, eight questions")
    keys.press("Start").through()
    keys.follow("Describe the person and a good life").through()
    numbers = [q.number for q in QUESTIONS if q.in_short_form and q.number != 9]
    for number in numbers:
        if number == 4:
            keys.answer(WORDINGS[4], [f"N1 {NEED}"])
        elif number == 7:
            keys.answer("Outcome 1", HERON_OUTCOMES[0])
        else:
            keys.answer(WORDINGS[number], HERON_ANSWERS[number])
        keys.press("Save and continue")


def spend(keys: Keyboard) -> None:
    """One line of two days; the page adds up. Then who else pays, which stands with the money."""
    keys.through()
    keys.follow("Add a line").through()
    keys.press("Add this line", goes_well=False)
    keys.answers(
        {
            "What kind of cost is it?": "Trainer fee",
            "What will you pay for?": "PBS practitioner, 2 days, 12 people",
            "Which need is it for?": [f"N1 {NEED}"],
            "How many?": "2",
            "Cost of one": "950",
        }
    ).press("Add this line")
    keys.reads("£1,900.00").follow("Continue")
    if any(q.in_short_form for q in QUESTIONS if q.number == 9):
        keys.answer(WORDINGS[9], HERON_ANSWERS[9]).press("Save and continue")


def send(keys: Keyboard) -> None:
    """Check answers, read the declarations, sign."""
    keys.reads("Check your answers").through()
    keys.follow("Continue to the declarations").through()
    keys.answer("I declare for my organisation", [d.label for d in Declaration])
    keys.press("Sign and send").reads("Application sent").through()
