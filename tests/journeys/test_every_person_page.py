"""Every page of a focus person's record and every page of data protection, in every state, errors included,
in a real browser: nothing for axe to find, nothing wider than the window, no reference torn in two, at 1280
and at 320 px.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.urls import urlpatterns as accounts_urls
from accounts.verbs import all_tables, offered
from config.pages import PAGES
from focus_people import actions, workflow
from focus_people.models import CheckIn, Erasure, FocusPerson, KeptWords, SupportPlan
from focus_people.urls import urlpatterns
from focus_people.views.records import PURPOSES
from tests import world
from tests.factories.accounts import lead_of, organisation, staff, user
from tests.factories.focus_people import checked_in, heron, heron_after_plan, person, words_kept
from tests.journeys.test_every_grants_page import Tour, name_of
from tests.routes import BEHIND
from tests.test_routes import TABLE

# Who looks: the first who may. How a page differs by who looks is in the tour of every state.
LOOKS = ("lead", "contributor", "programme lead", "officer", "anonymous")
LISTS = ("people", "erasures", "kept-words", "retention", "retention-due")
VERBS_OF = (FocusPerson, SupportPlan, CheckIn, Erasure, KeptWords)


class Reader(Tour):
    """Says beforehand what every record is opened for, so that its pages are seen and not the question."""

    asks = False

    def client_of(self, who: Any) -> Client:
        client = super().client_of(who)
        if getattr(who, "pk", None) and not self.asks:
            session = client.session
            session[PURPOSES] = dict.fromkeys(
                FocusPerson.objects.values_list("reference", flat=True), "rights"
            )
            session.save()
        return client


@pytest.fixture
def tour(browsing) -> Reader:
    return Reader(browsing)


def test_every_address_of_a_record_and_of_data_protection(tour):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    for name in LISTS:
        tour.visit(name, reverse(name), lead, "empty")
    made = world.build()
    names = {name_of(one) for one in urlpatterns} | {*PAGES}
    names |= {name_of(one) for one in accounts_urls if name_of(one).startswith("retention")}
    names -= {one for one in names if TABLE[one].only_post}
    for name in sorted(names):
        part, more = BEHIND.get(name, ("", {}))
        url = reverse(name, kwargs={**made.parts.get(part, {}), **more})
        who = next(one for one in LOOKS if one in TABLE[name].to)
        tour.visit(name, url, made.people[who], who)
    tour.asks = True
    tour.visit("person", made.draft.person.get_absolute_url(), made.people["officer"], "asked")
    assert tour.counts["pages"] > 50
    assert tour.counts["forms with errors"] > 20
    tour.ends_well()


def in_every_state(held: Any, by: Any, lead: Any) -> dict[str, FocusPerson]:
    """A record in each state that its page knows."""
    found = {"begun": person(held, by)}
    for kind in (
        "whole",
        "withdrawn",
        "left",
        "planned",
        "held",
        "asked",
        "kept",
        "moved",
        "died",
        "long",
    ):
        found[kind] = heron(held, by, alias=actions.free_aliases(held)[0])
    # A word that no phone is wide enough for.
    actions.edit_person(
        found["long"], by=by, strengths="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    )
    heron_after_plan(found["whole"], by)
    checked_in(found["whole"], by)
    found["withdrawn"] = actions.withdraw_consent(found["withdrawn"], by=by)
    member = found["left"].circle.order_by("number").first()
    actions.leave_circle(member, by=by, left_on=clock.today(), left_reason="new_job")
    actions.new_plan_version(
        found["planned"], by=by, point="planned", dated_on=clock.today(), reason="Agreed"
    )
    later = clock.today() + timedelta(days=90)
    workflow.place_hold(found["held"], by=lead, reason="A complaint", review_on=later)
    workflow.ask_erasure(found["asked"], by=lead, why="over")
    refused = workflow.ask_erasure(found["kept"], by=lead, why="over")
    workflow.turn_down_erasure(refused, by=staff(TeamRole.PROGRAMME_LEAD))
    workflow.report_move(found["moved"], by=by)
    workflow.report_death(found["died"], by=by)
    gone = heron(held, by, alias=actions.free_aliases(held)[0])
    erased = workflow.erase(
        workflow.ask_erasure(gone, by=lead, why="over"), by=staff(TeamRole.PROGRAMME_LEAD)
    )
    assert erased.state == "erased"
    return found


def test_a_record_in_every_state_and_every_verb(tour):
    """The page of each noun in each state, then each verb that is offered there: its question, its errors."""
    held = organisation()
    by, lead, second = lead_of(held), staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    officer = staff(TeamRole.OFFICER)
    records = in_every_state(held, by, lead)
    things: list[tuple[str, Any]] = list(records.items())
    things += [(one.state, one) for one in Erasure.objects.order_by("pk")]
    things += [("", SupportPlan.objects.order_by("pk").first()), ("", CheckIn.objects.get())]
    things += [("", words_kept(by))]
    sides = {"ours": by, "officer": officer, "lead": second, "first lead": lead}
    offered_somewhere = set()
    for kind, thing in things:
        noun = type(thing).__name__
        for side, who in sides.items():
            if hasattr(thing, "get_absolute_url"):
                tour.visit(noun, thing.get_absolute_url(), who, f"{kind} {side}")
            for one in offered(who, thing):
                offered_somewhere.add((noun, one.name))
                tour.visit(f"{noun} {one.name}", one.url, who, kind if one.blockers else "offered")
    for name in LISTS:
        tour.visit(name, reverse(name), lead, "full")
    tour.visit("people", reverse("people"), user(), "of nobody")
    tour.ends_well()
    verbs = {
        (model.__name__, verb.name)
        for model, table in all_tables().items()
        for verb in table
        if model in VERBS_OF
    }
    left = sorted(verbs - offered_somewhere)
    assert left == [], left
