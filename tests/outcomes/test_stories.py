"""Stories: published by two people, read only while the agreement stands, gone at once when it does not."""

import pytest
import time_machine
from django.urls import reverse

from accounts import clock, retention
from accounts.enums import MemberRole, TeamRole
from accounts.models import Removal
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from focus_people.actions import withdraw_consent
from focus_people.enums import ConsentBasis, DecisionMaker
from focus_people.workflow import place_hold, release_hold, report_death
from outcomes import stories
from outcomes.actions import start_impact_report
from outcomes.enums import StoryState
from outcomes.models import Story
from outcomes.tasks import stories_to_read
from outcomes.workflow import approve_impact_report, submit_impact_report
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.focus_people import heron
from tests.factories.impact import programme
from tests.factories.stories import agreed, published, story

pytestmark = pytest.mark.django_db
DAY = clock.timedelta(days=1)


@pytest.fixture
def ours():
    return organisation()


@pytest.fixture
def lead(ours):
    return lead_of(ours)


@pytest.fixture
def person(ours, lead):
    return heron(ours, lead)


@pytest.fixture
def officer():
    return staff(TeamRole.OFFICER)


def everybody(client):
    client.logout()
    return client.get(reverse("published-stories")).content.decode()


def is_read(client):
    """Whether the public page shows it; reports pick from the same queryset."""
    shown = "swims most weeks" in everybody(client)
    assert shown == Story.objects.for_everybody().exists() == Story.objects.for_reports().exists()
    return shown


# What ends the agreement, each at the very next request.
ENDINGS = {
    "withdrawn by the organisation": lambda s, lead: stories.withdraw_story(s, by=lead),
    "consent withdrawn": lambda s, lead: withdraw_consent(s.person, by=lead),
    "a newer consent without stories": lambda s, lead: agreed(s.person, lead, covers_story=False),
    "consent overdue for review": lambda s, lead: agreed(
        s.person, lead, review_on=clock.today() - DAY
    ),
    "the person died": lambda s, lead: report_death(s.person, by=lead),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_is_gone_at_the_next_request(person, lead, officer, client, ending):
    made = published(person, lead, officer)
    assert is_read(client)
    ENDINGS[ending](made, lead)
    assert not is_read(client)


def test_it_is_read_on_its_last_day_and_not_on_the_next(person, lead, officer, client):
    made = published(person, lead, officer)
    end = clock.end_of(made.expires_on)
    with time_machine.travel(end - clock.timedelta(seconds=1), tick=False):
        assert is_read(client)
    with time_machine.travel(end, tick=False):
        assert not is_read(client)


def test_where_it_may_stand(person, lead, officer):
    only = published(person, lead, officer, in_public=False)
    assert not Story.objects.for_everybody().exists()
    assert list(Story.objects.for_reports()) == [only]


def test_details_are_changed_unless_the_person_consented_themselves(person, lead, officer, client):
    made = published(person, lead, officer, is_fictionalised=False)
    assert is_read(client)
    others = {"basis": ConsentBasis.BEST_INTERESTS, "decision_maker": DecisionMaker.SOCIAL_WORKER}
    agreed(person, lead, **others)
    assert not is_read(client)
    assert "details must be changed" in made.consent_blockers()[0]
    agreed(person, lead)
    assert is_read(client)


def test_verbs_by_state_and_role(person, ours, lead, officer):
    people = {str(role): staff(role) for role in TeamRole}
    people |= {str(role): member(ours, role) for role in MemberRole if role != MemberRole.LEAD}
    people |= {"lead": lead, "other lead": lead_of(organisation()), "newcomer": user()}
    both = staff(TeamRole.OFFICER)
    both.memberships.create(organisation=ours, role=MemberRole.LEAD)
    people["officer of ours"] = both
    made = story(person, lead)

    def seen():
        held = Story.objects.get(pk=made.pk)
        found = {who: {o.verb.name for o in offered(p, held)} for who, p in people.items()}
        return {who: verbs for who, verbs in found.items() if verbs}

    away = {key: {"withdraw"} for key in ("contributor", "lead", "officer", "programme_lead")}
    assert seen() == away | {
        "lead": {"submit", "withdraw"},
        "officer of ours": {"submit", "withdraw"},
    }
    stories.submit_story(made, by=lead)
    judges = {"publish", "send-back", "withdraw"}
    assert seen() == away | {
        "officer": judges,
        "programme_lead": judges,
        "officer of ours": {"withdraw"},
    }
    with pytest.raises(NotAllowed):
        stories.publish_story(made, by=lead)
    stories.publish_story(made, by=officer)
    assert seen() == away | {"officer of ours": {"withdraw"}}
    stories.withdraw_story(made, by=officer)
    assert seen() == {}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("The NHS number is 943 476 5919", "NHS number"),
        ("Write to heron@example.org", "e-mail"),
        ("They live at SW1A 1AA", "postcode"),
    ],
)
def test_words_that_say_who_it_is_are_not_sent(person, lead, client, words, says):
    made = story(person, lead, words=words)
    with pytest.raises(NotReady, match=says):
        stories.submit_story(made, by=lead)
    client.force_login(lead)
    page = client.post(
        reverse("new-story", args=[person.reference]), {"title": "T", "words": words}
    )
    assert says in page.content.decode()


def test_the_records_reference_is_taken_out(person, lead):
    made = story(person, lead, words=f"About {person.reference}")
    with pytest.raises(NotReady, match="leads to the record"):
        stories.submit_story(made, by=lead)


def test_two_years_at_most(person, lead):
    with pytest.raises(NotReady, match="24 months"):
        story(person, lead, expires_on=clock.today() + clock.timedelta(days=740))
    assert story(person, lead, expires_on=clock.today() + clock.timedelta(days=730)).pk


def test_words_are_removed_after_thirty_days(person, lead, officer):
    kept = published(person, lead, officer, title="Kept")
    gone = stories.withdraw_story(published(person, lead, officer), by=lead)
    for days, left in ((29, 2), (31, 1)):
        with time_machine.travel(clock.now() + clock.timedelta(days=days)):
            stories.purge_stories()
        assert Story.objects.exclude(words="").count() == left
    gone = Story.objects.get(pk=gone.pk)
    assert (gone.state, gone.words, gone.easy_read, gone.themes) == (
        StoryState.WITHDRAWN,
        "",
        "",
        [],
    )
    assert Story.objects.get(pk=kept.pk).words


def test_what_is_due_is_shown_logged_and_held(person, lead, officer):
    """Retention knows stories: withdrawn or run out, on the day; a legal hold keeps them, a log says what went."""
    ran_out = story(person, lead, expires_on=clock.today() + 10 * DAY)
    withdrawn = stories.withdraw_story(published(person, lead, officer), by=lead)
    kept = published(person, lead, officer)
    for days, found in (
        (29, []),
        (30, [withdrawn]),
        (39, [withdrawn]),
        (40, [ran_out, withdrawn]),
    ):
        with time_machine.travel(clock.now() + days * DAY):
            (due,) = retention.due(["story"])
            assert [one.what for one in due.expired] == [one.reference for one in found], days
    boss = staff(TeamRole.PROGRAMME_LEAD)
    with time_machine.travel(clock.now() + 41 * DAY):
        later = clock.today() + 90 * DAY
        place_hold(person, by=boss, reason="A complaint", review_on=later)
        assert stories.purge_stories() == 0
        (due,) = retention.due(["story"])
        assert (due.expired, len(due.held)) == ([], 2)
        release_hold(person, by=boss)
        assert stories.purge_stories() == 2
        assert stories.purge_stories() == 0
        logged = Removal.objects.filter(kind="story").values_list("what", flat=True)
        assert {*logged} == {ran_out.reference, withdrawn.reference}
    assert [*Story.objects.exclude(words="")] == [kept]


def test_written_sent_and_published_through_the_pages(person, lead, officer, client):
    client.force_login(lead)
    agreed(person, lead)
    today = clock.today()
    form = {
        "title": "Good morning",
        "words": "He says good morning and swims most weeks.",
        "easy_read": "He swims.\nThe team listens.",
        "themes": ["empathy"],
        "told_by": "person",
        "is_fictionalised": "on",
        "in_public": "on",
        **{f"agreed_on_{k}": getattr(today, k) for k in ("day", "month", "year")},
        "expires_on_day": today.day if today.day < 29 else 28,
        "expires_on_month": today.month,
        "expires_on_year": today.year + 1,
    }
    made = client.post(reverse("new-story", args=[person.reference]), form)
    assert made.status_code == 302
    address = made.url
    assert client.post(f"{address}submit/").status_code == 302
    assert client.post(f"{address}edit/", form).status_code == 409
    client.force_login(officer)
    assert "Good morning" in client.get("/").content.decode()
    assert client.post(f"{address}publish/").status_code == 302
    page = everybody(client)
    for words in (
        "Good morning",
        "Details are changed",
        "The team listens.",
        "Seeing it the person’s way",
    ):
        assert words in page.replace("seeing it", "Seeing it")
    assert person.reference not in page
    assert "1 story" in page
    assert (
        client.get(reverse("published-stories"), {"theme": "health"})
        .content.decode()
        .count("Good morning")
        == 0
    )
    client.force_login(lead)
    assert client.post(f"{address}withdraw/").status_code == 302
    assert "Good morning" not in everybody(client)


@pytest.mark.parametrize("name", ["published-stories", "stories"])
def test_lists_cost_the_same(person, lead, officer, client, django_assert_max_num_queries, name):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            published(person, lead, officer)
        if name == "stories":
            client.force_login(officer)
        with django_assert_max_num_queries(15) as counted:
            client.get(reverse(name))
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]


def test_a_report_shows_the_stories_that_were_picked_as_long_as_they_stand(
    person, lead, officer, client
):
    here, picked = programme(), published(person, lead, officer)
    only_public = published(person, lead, officer, title="Not for reports", in_reports=False)
    author, second = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    client.force_login(author)
    page = client.get(reverse("new-impact-report")).content.decode()
    assert (picked.reference in page, only_public.reference in page) == (True, False)
    report = start_impact_report(
        by=author,
        title="What the budgets achieved",
        programme=here.programme,
        audience="internal",
        cut_off=clock.today(),
        sections=["reach"],
        stories=[picked, only_public],
    )
    report = submit_impact_report(report, by=author)
    report = approve_impact_report(report, by=second)

    def read():
        answer = client.get(report.get_absolute_url())
        assert answer.status_code == 200
        return "swims most weeks" in answer.content.decode()

    file = reverse("impact-report-file", args=[report.reference, "html"])
    before = client.get(file).content
    assert read()
    assert "Not for reports" not in client.get(report.get_absolute_url()).content.decode()
    stories.withdraw_story(picked, by=lead)
    assert not read()
    assert client.get(file).content == before
    assert b"swims most weeks" not in before


@pytest.mark.parametrize(
    ("who", "finds"),
    [("lead", True), ("contributor", True), ("officer", False)],
)
def test_writing_starts_on_the_persons_page(person, ours, lead, officer, client, who, finds):
    people = {"lead": lead, "officer": officer}
    asked = people.get(who) or member(ours, MemberRole(who))
    client.force_login(asked)
    address = reverse("new-story", args=[person.reference])
    assert (address in client.get(person.get_absolute_url()).content.decode()) == finds
    assert (client.get(address).status_code == 200) == finds


def test_nobody_is_asked_for_a_story_of_somebody_who_died(person, lead, client):
    report_death(person, by=lead)
    client.force_login(lead)
    address = reverse("new-story", args=[person.reference])
    assert address not in client.get(person.get_absolute_url()).content.decode()


def test_a_story_that_waits_asks_nothing_once_the_person_died(person, lead, officer):
    made = stories.submit_story(story(person, lead), by=lead)
    assert [one.url for one in stories_to_read(officer)] == [made.get_absolute_url()]
    report_death(person, by=lead)
    made = Story.objects.get(pk=made.pk)
    assert list(stories_to_read(officer)) == []
    with pytest.raises(NotReady, match="The person has died"):
        stories.send_back_story(made, by=officer, reason="Who is “the team”?")
    assert stories.withdraw_story(made, by=lead).state == StoryState.WITHDRAWN


def test_everybody_finds_stories_and_the_survey_from_the_welcome_page(client):
    page = client.get(reverse("home")).content.decode()
    for name in ("published-stories", "you-said-we-did", "impact-published"):
        assert f'href="{reverse(name)}"' in page, name
