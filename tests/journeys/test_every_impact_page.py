"""Every page of impact, its reports, the comparison, stories, savings and the survey, in every state, errors
included, in a real browser: nothing for axe to find, nothing wider than the window, no reference torn in
two, at 1280 and at 320 px.
"""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import OutboxMessage
from accounts.verbs import all_tables, offered
from outcomes import savings, stories
from outcomes import workflow as reporting
from outcomes.actions import start_impact_report
from outcomes.enums import ReportStage, StoryState, WaveState
from outcomes.models import ImpactReport, Story, SurveyAction, SurveyWave
from outcomes.survey import workflow as surveying
from outcomes.urls.impact import urlpatterns as impact
from outcomes.urls.savings import urlpatterns as saving
from outcomes.urls.stories import urlpatterns as telling
from outcomes.urls.survey import urlpatterns as survey
from tests import world
from tests.factories import stories as told
from tests.factories import survey as asked
from tests.factories.accounts import lead_of, staff
from tests.factories.focus_people import heron_after_plan
from tests.journeys.test_every_grants_page import Tour, name_of
from tests.routes import BEHIND
from tests.test_routes import TABLE

# Who looks: the first who may. How a page differs by who looks is in the tour of every state.
LOOKS = ("lead", "contributor", "programme lead", "officer", "survey host", "anonymous")
LISTS = ("impact", "impact-compare", "impact-pictures", "impact-reports", "indicators", "surveys")
VERBS_OF = (Story, SurveyWave, SurveyAction, ImpactReport)


NO_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"></svg>'


class Quick(Tour):
    """Draws no charts: what they say is tried elsewhere, and here they only take time."""

    def _answer(self, route: Any) -> None:
        if route.request.resource_type == "image":
            route.fulfill(body=NO_PICTURE, content_type="image/svg+xml")
        else:
            super()._answer(route)


@pytest.fixture
def tour(browsing) -> Tour:
    return Quick(browsing)


def test_every_address(tour):
    made = world.build()
    for one in (*impact, *saving, *telling, *survey):
        name = name_of(one)
        if TABLE[name].only_post:
            continue
        part, more = BEHIND.get(name, ("", {}))
        url = reverse(name, kwargs={**made.parts.get(part, {}), **more})
        who = next(one for one in LOOKS if one in TABLE[name].to)
        tour.visit(name, url, made.people[who], who)
    assert tour.counts["pages"] > 30
    assert tour.counts["forms with errors"] > 15
    tour.ends_well()


def stories_in_every_state(made: world.World, lead: Any) -> list[Story]:
    officer, person = made.people["officer"], made.draft.person
    draft, sent, back, gone = (told.story(person, lead) for _ in range(4))
    stories.submit_story(sent, by=lead)
    stories.submit_story(back, by=lead)
    stories.send_back_story(back, by=officer, reason="Who is “the team”?")
    stories.withdraw_story(gone, by=lead)
    held = [draft, sent, back, gone, told.published(person, lead, officer)]
    return [Story.objects.get(pk=one.pk) for one in held]


def waves_in_every_state(made: world.World, by: Any) -> list[SurveyWave]:
    programme = made.grant.application.round.programme
    said = [{"helped": h, "speed": "much", "recommend": "likely"} for h in ("some", "no") * 9]
    draft = surveying.plan_wave(
        by=by,
        programme=programme,
        wording=asked.wording(by),
        title="Next year",
        closes_on=clock.today() + clock.timedelta(days=60),
    )
    few = asked.opened(by, programme, "Few")
    asked.answered(few, by, said[:6])
    surveying.close_wave(few, by=by)
    many = asked.opened(by, programme, "Many")
    asked.answered(many, by, said, group="family")
    surveying.close_wave(many, by=by)
    held = [draft, asked.opened(by, programme, "This year", codes=2), few, many]
    held.append(asked.published(by, programme, said))
    return [SurveyWave.objects.get(pk=one.pk) for one in held]


def reports_in_every_state(made: world.World) -> list[ImpactReport]:
    """A draft, one that waits for a second person, one that is approved."""
    sender = staff(TeamRole.PROGRAMME_LEAD)
    held = [
        start_impact_report(
            by=sender,
            programme=made.grant.application.round.programme,
            title="What it achieved",
            audience=audience,
            cut_off=clock.today(),
            summary="Much was learned.",
            easy_read="We gave money for training.",
            sections=["reach", "admissions", "changes"],
        )
        for audience in ("published", "internal", "internal")
    ]
    for report in held[1:]:
        reporting.submit_impact_report(report, by=sender)
    reporting.approve_impact_report(held[2], by=made.people["programme lead"])
    return [ImpactReport.objects.get(pk=one.pk) for one in held]


def test_every_state_and_every_verb(tour):
    made = world.build()
    lead, host = lead_of(made.organisation), made.people["survey host"]
    things: list[Any] = stories_in_every_state(made, lead)
    assert {one.state for one in things} == set(StoryState)
    waves = waves_in_every_state(made, host)
    assert {one.state for one in waves} == set(WaveState)
    reports = reports_in_every_state(made)
    assert {one.state for one in reports} == set(ReportStage)
    things += [*waves, *SurveyAction.objects.all(), *reports]
    people = {name: made.people[name] for name in ("programme lead", "survey host", "anonymous")}
    people["lead"] = lead
    found = set()
    for number, thing in enumerate(things):
        noun, state = type(thing).__name__, getattr(thing, "state", "")
        for who, person in people.items():
            if noun != "SurveyAction":
                tour.visit(noun, thing.get_absolute_url(), person, f"{state} {who} {number}")
            for verb in offered(person, thing) if who != "anonymous" else ():
                found.add((noun, verb.name))
                tour.visit(f"{noun} {verb.name}", verb.url, person, "offered")
    for name in LISTS:
        url = reverse(name)
        programme = made.grant.application.round.programme.slug
        for who in ("programme lead", "survey host"):
            tour.visit(name, f"{url}?programme={programme}", people[who], f"{who} with results")
    for name in ("published-stories", "you-said-we-did"):
        tour.visit(name, reverse(name), people["anonymous"], "with something to read")
    tour.ends_well()
    offers = {(m.__name__, v.name) for m, table in all_tables().items() for v in table}
    left = {pair for pair in offers if pair[0] in {m.__name__ for m in VERBS_OF}} - found
    assert not left, left


ANSWERS = {
    "confirmed": {},
    "different": {"figure": Decimal("-80.50")},
    "cannot": {"reason": "We have no record of nights"},
}


def test_a_saving_from_nothing_to_each_answer(tour):
    made = world.build()
    lead, grant = lead_of(made.organisation), made.grant
    page = reverse("grant-savings", args=[grant.reference])
    tour.visit("grant-savings", page, lead, "as it is")
    heron_after_plan(grant.application.person, lead)
    tour.visit("grant-savings", page, lead, "with both weeks")
    for answer, more in reversed(ANSWERS.items()):
        savings.ask_commissioner(grant, by=lead, address="buyer@council.example")
        letter = OutboxMessage.objects.filter(to="buyer@council.example").latest("pk")
        code = letter.body.split("/confirm/")[1].split("/")[0]
        link = reverse("confirm-saving", args=[code])
        tour.visit("confirm-saving", link, None, answer)
        held = savings.asked_behind(code)
        savings.answer_saving(held, answer=answer, role="Commissioning manager", **more)
        tour.visit("confirm-saving", link, None, f"{answer} before")
        for person in (lead, made.people["officer"]):
            tour.visit("grant-savings", page, person, f"{answer} {person.pk}")
    tour.visit("saving-answered", reverse("saving-answered"), None)
    tour.ends_well()
