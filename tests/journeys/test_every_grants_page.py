"""Every page of the grants app in every state, errors included, in a real browser: nothing for axe to
find, nothing wider than the window, no reference torn in two, at 1280 and at 320 px.

The world is built once. Each page is asked for as a browser would, then shown in one window with the
product's own style sheet and scripts; what a form does is undone before the next.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.verbs import all_tables, offered
from grants import workflow
from grants.enums import ApplicationState, GrantState, LifeChange, LifeWish, LineCategory, Outcome
from grants.models import (
    Appeal,
    Application,
    BudgetLine,
    Change,
    Claim,
    Condition,
    Grant,
    Payment,
    Round,
)
from grants.urls import urlpatterns
from tests import world
from tests.factories import awards
from tests.factories.accounts import lead_of, user
from tests.factories.grants import SENT_STATES, application_at, programme_and_round
from tests.grants.test_changes import replaced
from tests.journeys.conftest import RUN_AXE
from tests.routes import BEHIND
from tests.test_routes import TABLE

# Who looks: the first of each side that may.
SIDES = (("lead", "contributor"), ("officer", "programme lead"), ("finance",), ("anonymous",))
LISTS = ("applications", "casework", "grants", "payments", "rounds", "appeals", "conditions")
# A reference, such as PWB-2026-0001, whose first and last letters stand on different lines.
TORN = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    for (const match of node.textContent.matchAll(/\\b[A-Z]{1,4}(-[A-Z0-9]+)+\\b/g)) {
      if (!/\\d/.test(match[0])) continue;
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].filter((r) => r.width).map((r) => Math.round(r.top)));
      if (lines.size > 1) found.push(match[0]);
    }
  }
  return found;
}"""


class Tour:
    """Asks for pages, undoes what they did, and shows each in the window once for each kind."""

    def __init__(self, browsing: Any) -> None:
        self.page = browsing.window()
        self.base = browsing.base_url
        self.axe = (settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text()
        self.seen: set[str] = set()
        self.problems: list[str] = []
        self.counts = {"pages": 0, "forms with errors": 0}
        self._html = ""
        self._held: dict[str, dict[str, Any]] = {}
        self.page.route("**/*", self._answer)

    def _answer(self, route: Any) -> None:
        kind, url = route.request.resource_type, route.request.url
        if kind == "document":
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        elif kind in ("stylesheet", "script", "font") and settings.STATIC_URL in url:
            # A window whose requests are looked at keeps nothing: they would come anew for every page.
            if url not in self._held:
                came = route.fetch()
                self._held[url] = {
                    "status": came.status,
                    "headers": came.headers,
                    "body": came.body(),
                }
            route.fulfill(**self._held[url])
        else:
            route.continue_()

    def client_of(self, who: Any) -> Client:
        """Somebody, signed in."""
        client = Client()
        if getattr(who, "pk", None):
            client.force_login(who)
        return client

    def visit(self, name: str, url: str, who: Any, kind: str = "") -> None:
        """The page, then its form sent empty and sent with nonsense."""
        if f"{name} {kind}" in self.seen:
            return
        self.seen.add(f"{name} {kind}")
        client = self.client_of(who)
        answer = client.get(url)
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            return
        page = b"".join(answer).decode()  # also of one that is sent while it is made
        self._look(f"{name} {kind}", url, page)
        self.counts["pages"] += 1
        if '<form method="post"' not in page.split("<main")[1]:
            return
        form = (answer.context or {}).get("form")
        nonsense = dict.fromkeys(getattr(form, "fields", ()), "x")
        for sent in ({}, nonsense):
            with transaction.atomic():
                answer = client.post(url, sent)
                html = answer.content.decode()
                transaction.set_rollback(True)
            if answer.status_code < 300 or answer.status_code in (400, 409):
                self._look(f"{name} {kind} sent with {sorted(set(sent.values()))}", url, html)
                self.counts["forms with errors"] += "govuk-error-summary" in html

    def _look(self, name: str, url: str, html: str) -> None:
        skeleton = re.sub(r'value="[^"]*"|[A-Za-z0-9_-]{20,}|\d+', "", html)
        if skeleton in self.seen:
            return
        self.seen.add(skeleton)
        self._html = html
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.goto(self.base + url)
        self.page.evaluate(self.axe)
        for width in (1280, 320):
            self.page.set_viewport_size({"width": width, "height": 900})
            at = f"{name} ({url}) at {width}:"
            self.problems += [f"{at} {rule} {nodes}" for rule, nodes in self.page.evaluate(RUN_AXE)]
            wider = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            self.problems += [f"{at} {wider} px too wide"] * (wider > 0)
            self.problems += [f"{at} {one} is torn" for one in self.page.evaluate(TORN)]

    def ends_well(self) -> None:
        assert not self.problems, f"{len(self.problems)}:\n" + "\n".join(self.problems)


@pytest.fixture
def tour(browsing) -> Tour:
    return Tour(browsing)


def name_of(address: Any) -> str:
    return str(address.name)


def sides(made: world.World, name: str) -> Iterator[tuple[str, Any]]:
    """One person of each side for whom this address opens."""
    for side in SIDES:
        who = next((one for one in side if one in TABLE[name].to), None)
        if who is not None:
            yield who, made.people[who]


def test_every_address_as_everybody_sees_it(tour):
    for name in LISTS:
        tour.visit(name, reverse(name), user(), "empty")
    made = world.build()
    names = {name_of(one) for one in urlpatterns}
    assert set(LISTS) < names <= set(TABLE)
    for name in sorted(names):
        if TABLE[name].only_post:
            continue
        part, more = BEHIND.get(name, ("", {}))
        url = reverse(name, kwargs={**made.parts.get(part, {}), **more})
        for who, person in sides(made, name):
            tour.visit(name, url, person, who)
    assert tour.counts["pages"] > 60
    assert tour.counts["forms with errors"] > 20
    tour.ends_well()


def test_faults_that_were_planted_are_found(tour):
    """Positive control: a picture without words, something too wide, a reference torn in two."""
    page = Client().get(reverse("eligibility-check")).content.decode()
    planted = (
        '<img src="/static/images/none.png"><div id="wide">A wide box</div>'
        '<p id="narrow">PWB-2026-0001</p>'
    )
    tour.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        "document.getElementById('wide').style.width = '1500px';"
        "document.getElementById('narrow').style.width = '60px' })"
    )
    tour._look("planted", "/eligibility/", page.replace("</main>", f"{planted}</main>"))
    for fault in ("image-alt", "px too wide", "PWB-2026-0001 is torn"):
        for width in (1280, 320):
            assert [one for one in tour.problems if fault in one and f"at {width}:" in one], fault


def application_in(state: str, **at: Any) -> Application:
    if state in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, *SENT_STATES):
        return application_at(state, **at)
    if state == ApplicationState.RECOMMENDED:
        return awards.recommended(**at)
    if state == ApplicationState.DECIDED:
        return awards.decided(**at)
    if state == ApplicationState.DECLINED:
        return awards.released(awards.decided(outcome=Outcome.DECLINE, amount=0, **at))
    if state == ApplicationState.RESERVED:
        return awards.reserved(**at)
    return awards.released(**at)


def further_on(made: world.World) -> list[Any]:
    """What opens the verbs that the world itself does not offer."""
    at = {"organisation": made.organisation}
    lead, finance = lead_of(made.organisation), made.people["finance"]
    programme_lead = made.people["programme lead"]
    appeal = workflow.start_review(Appeal.objects.get(), by=programme_lead)
    claim = workflow.submit_claim(Claim.objects.filter(state="draft")[0], by=lead)
    payment = workflow.approve_payment(Payment.objects.filter(state="prepared")[0], by=finance)
    draft = programme_and_round(publish=False, by=programme_lead)
    changed = workflow.revise_round(programme_and_round(by=programme_lead), by=programme_lead)
    stopped = awards.grant_at(GrantState.ACTIVE, **at)
    stopped = workflow.tell_us(
        stopped, by=lead, kind=LifeChange.MOVED, happened_on=clock.today(), wish=LifeWish.PAUSE
    )
    overpaid = awards.grant_at(GrantState.AGREED, **at)
    awards.paid(awards.first_payment(overpaid))
    overpaid = workflow.activate(overpaid, by=lead)
    nothing = {n: (Decimal("0.00"), "Cancelled") for n in range(1, 11)}
    awards.accepted_claim(overpaid, lines=nothing)
    hurried = application_at(ApplicationState.SUBMITTED, **at)
    workflow.ask_fast_track(hurried, by=lead, reason="Admission within days")
    changing = awards.grant_at(GrantState.ACTIVE, **at)
    BudgetLine.objects.filter(application=changing.application, number=10).update(
        category=LineCategory.CONTINGENCY
    )
    replaced(changing, 10)
    return [
        Application.objects.get(pk=hurried.pk),
        appeal,
        claim,
        payment,
        draft,
        changed,
        stopped,
        Grant.objects.get(pk=overpaid.pk),
        Grant.objects.get(pk=changing.pk),
    ]


def test_every_state_and_every_verb(tour):
    """The page of each noun in each state, then each verb that is offered there: its question, its errors."""
    made = world.build()
    at = {"organisation": made.organisation, "officer": made.people["officer"]}
    things: list[Any] = [application_in(state, **at) for state in ApplicationState]
    assert {one.state for one in things} == set(ApplicationState)
    grants = [awards.grant_at(state, **at) for state in GrantState]
    assert {one.state for one in grants} == set(GrantState)
    things += grants
    for model in (Round, Appeal, Change, Claim, Condition, Payment):
        things += model.objects.order_by("pk")
    offered_somewhere = set()
    marked = [("", thing) for thing in things]
    marked += [(f"later {number}", thing) for number, thing in enumerate(further_on(made))]
    for later, thing in marked:
        noun = type(thing).__name__
        for side in SIDES[:3]:
            for who in side[:1] if side[0] != "officer" else side:
                person = made.people[who]
                state = getattr(thing, "state", "")
                if hasattr(thing, "get_absolute_url"):
                    tour.visit(noun, thing.get_absolute_url(), person, f"{state} {who} {later}")
                for one in offered(person, thing):
                    offered_somewhere.add((noun, one.name))
                    tour.visit(f"{noun} {one.name}", one.url, person, "offered")
    verbs = {
        (model.__name__, verb.name)
        for model, table in all_tables().items()
        for verb in table
        if model in {type(thing) for thing in things}
    }
    tour.ends_well()
    left = sorted(verbs - offered_somewhere)
    assert left == [], left
