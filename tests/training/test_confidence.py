"""Confidence before and after: asked by a link, at three points, compared in pairs of five or more only."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import clock, worklist
from accounts.audit import history
from accounts.state import NotAllowed, NotReady
from focus_people.models import CircleMember
from tests.factories.accounts import lead_of, organisation
from tests.factories.training import activity_of, held, on_the_day, session_of
from training import confidence
from training.actions import void_activity
from training.enums import RatingPoint
from training.models import Activity, Rating
from training.models.rating import ITEMS
from training.shapes import change_picture
from training.workflow import ask_learners, deliver_session, give_rating

pytestmark = pytest.mark.django_db
ANSWERS = dict.fromkeys(ITEMS, 5)


@pytest.fixture
def activity(grant, lead):
    return ask_learners(activity_of(grant, lead), by=lead)


def links(activity):
    rows = activity.rating_links.select_related("member", "activity__grant").order_by(
        "member__number"
    )
    return {link.member.staff_code: link for link in rows}


def rated(activity, code, point, score):
    """One answer as the table holds it."""
    member = CircleMember.objects.get(person=activity.grant.application.person, staff_code=code)
    return Rating.objects.create(
        activity=activity, member=member, point=point, **dict.fromkeys(ITEMS, score)
    )


ASKED, FIRST, DONE = date(2025, 7, 1), date(2025, 7, 16), date(2025, 9, 30)
POINTS = [
    (date(2025, 6, 30), None),
    (date(2025, 7, 1), RatingPoint.BEFORE),
    (date(2025, 7, 16), RatingPoint.BEFORE),
    (date(2025, 7, 17), None),
    (date(2025, 9, 29), None),
    (date(2025, 9, 30), RatingPoint.AFTER),
    (date(2025, 10, 14), RatingPoint.AFTER),
    (date(2025, 10, 15), None),
    (date(2025, 12, 15), None),
    (date(2025, 12, 16), RatingPoint.THREE_MONTHS),
    (date(2026, 1, 27), RatingPoint.THREE_MONTHS),
    (date(2026, 1, 28), None),
]


@pytest.mark.parametrize(("day", "point"), POINTS)
def test_when_a_learner_is_asked(day, point):
    spans = confidence.windows(FIRST, DONE, ASKED)
    assert [w.point for w in spans if w.is_open(day)] == ([point] if point else [])


def test_everybody_in_the_circle_gets_one_link(activity, lead, grant):
    circle = CircleMember.objects.filter(person=grant.application.person)
    here = circle.active_on(clock.today()).may_attend().count()
    assert activity.rating_links.count() == here
    with pytest.raises(NotReady, match="has a link"):
        ask_learners(activity, by=lead)
    with pytest.raises(NotAllowed):
        ask_learners(activity, by=lead_of(organisation()))


def test_asking_is_offered_while_somebody_has_no_link(client, activity, lead):
    client.force_login(lead)
    assert "ask-learners" not in client.get(activity.get_absolute_url()).text
    links(activity)["SW2"].delete()
    assert "ask-learners" in client.get(activity.get_absolute_url()).text


def test_a_second_time_is_said_to_take_the_place_of_the_first(client, activity):
    url, says = (
        links(activity)["SW2"].get_absolute_url(),
        "You have sent answers for this time already",
    )
    assert says not in client.get(url).text
    client.post(url, ANSWERS)
    assert says in client.get(url).text


def test_answers_come_by_the_link_at_the_point_that_is_open(client, activity, lead):
    link = links(activity)["SW2"]
    found = client.post(reverse("sign-in"), {"code": link.spelled})
    assert found.url == link.get_absolute_url()
    words = client.get(found.url).content.decode()
    assert "How confident are you?" in words
    assert "How good was the training?" not in words
    assert activity.grant.application.person.alias not in words
    wrong = client.post(found.url, {"understand": 11})
    assert "choose a number from 1 to 10" in wrong.content.decode()
    assert Rating.objects.count() == 0
    assert "Thank you" in client.post(found.url, ANSWERS | {"stress": 0}).content.decode()
    client.post(found.url, ANSWERS | {"understand": 9})
    rating = Rating.objects.get()
    assert (rating.point, rating.understand, rating.stress, rating.culture) == (
        "before",
        9,
        None,
        None,
    )

    session = session_of(activity, lead, clock.today() + timedelta(days=3))
    with on_the_day(session.held_on):
        deliver_session(session, by=lead, present=[link.member])
    with on_the_day(session.held_on + timedelta(days=14)):
        assert "How good was the training?" in client.get(found.url).content.decode()
        client.post(found.url, ANSWERS | {"quality": 4})
    with on_the_day(session.held_on + timedelta(days=15)):
        assert "Nothing to answer now" in client.get(found.url).content.decode()
        with pytest.raises(NotReady):
            give_rating(link, **ANSWERS)
    assert sorted(Rating.objects.values_list("point", flat=True)) == ["after", "before"]
    trail = [row for row in history(activity) if row.event == "activity.rated"]
    assert len(trail) == 3
    assert all(set(row.data) == {"point"} and row.actor_id is None for row in trail)


def test_nobody_else_answers_after(client, activity, lead):
    held(activity, lead, ["SW2"])
    with on_the_day(clock.today() + timedelta(days=1)):
        answer = client.get(links(activity)["SW3"].get_absolute_url())
    assert "Nothing to answer now" in answer.content.decode()


def test_a_voided_activity_asks_nobody(client, activity, lead):
    link = links(activity)["SW2"]
    void_activity(activity, by=lead, reason="Logged twice")
    assert "Nothing to answer now" in client.get(link.get_absolute_url()).content.decode()
    assert client.get(reverse("rating", args=["AAAAABBBBB"])).status_code == 404


def test_only_pairs_count_and_only_from_five(activity):
    codes = ["SW2", "SW3", "SW4", "SW5", "SW6", "SW7"]
    for code in codes[:4]:
        rated(activity, code, "before", 4)
        rated(activity, code, "after", 6)
    rated(activity, "SW6", "before", 1)  # never answered again
    rated(activity, "SW7", "after", 10)  # was not asked before
    ratings = Rating.objects.filter(activity=activity)
    four = confidence.changes(ratings, RatingPoint.AFTER)
    assert [(c.pairs, c.before, c.after) for c in four] == [
        *[(4, None, None)] * 6,
        *[(0, None, None)] * 2,
    ]
    rated(activity, "RM1", "before", 9)
    rated(activity, "RM1", "after", 9)
    whole = confidence.changes(ratings, RatingPoint.AFTER)[0]
    assert (whole.pairs, whole.before, whole.after) == (5, Decimal("5.0"), Decimal("6.6"))
    assert whole.change == Decimal("1.6")
    assert confidence.changes(ratings, RatingPoint.THREE_MONTHS)[0].pairs == 0


def test_culture_and_stress_are_compared_on_their_own_scales(client, activity, lead):
    codes = ["SW2", "SW3", "SW4", "SW5", "SW6"]
    for code in codes:
        rated(activity, code, "before", 3)
        rated(activity, code, "after", 6)
    ratings = Rating.objects.filter(activity=activity)
    ratings.filter(point="before").update(culture=2, stress=8)
    ratings.filter(point="after").update(culture=4, stress=5)
    last = ratings.filter(point="after").order_by("-pk").first()
    Rating.objects.filter(pk=last.pk).update(stress=None)  # would rather not say
    found = {c.what[:6]: c for c in confidence.changes(ratings, RatingPoint.AFTER)}
    assert (found["Behavi"].pairs, found["Behavi"].change) == (5, Decimal("2.0"))
    assert (found["Stress"].pairs, found["Stress"].change) == (4, None)
    Rating.objects.filter(pk=last.pk).update(stress=0)
    found = confidence.changes(ratings, RatingPoint.AFTER)
    assert (found[-1].before, found[-1].after) == (Decimal("8.0"), Decimal("4.0"))
    lines = change_picture(RatingPoint.AFTER, found).lines
    # 8 and 4 of 0 to 10; 2 and 4 of 1 to 5
    assert (lines[-1].x_before, lines[-1].x_after) == (462.0, 246.0)
    assert (lines[-2].x_before, lines[-2].x_after) == (165.0, 435.0)
    client.force_login(lead)
    url = reverse("activity-confidence", args=[activity.grant.reference, activity.number])
    assert "Stress at work, 0 to 10" in client.get(url).content.decode()


def test_the_page_shows_the_change_and_nobodys_answers(client, activity, lead):
    url = reverse("activity-confidence", args=[activity.grant.reference, activity.number])
    client.force_login(lead)
    words = client.get(url).content.decode()
    assert "nothing is shown" in words
    assert links(activity)["SW2"].spelled in words
    for place, code in enumerate(["SW2", "SW3", "SW4", "SW5", "SW6"]):
        rated(activity, code, "before", 3)
        rated(activity, code, "after", 5 + place % 2)
        Rating.objects.filter(point="after").update(quality=4)
    words = client.get(url).content.decode()
    assert "confidence rose by 2.4, from 3.0 to 5.4" in words
    assert "Learners found it 4.0 of 5 (5 answers)." in words
    assert "Answered" in words


def test_those_who_log_are_reminded(activity, lead):
    held(activity, lead, ["SW2", "SW3"])

    def said():
        found = [t for t in worklist.todos(lead) if "confident" in t.title]
        return [(t.title.split(" to say")[0], t.due_on) for t in found]

    today = clock.today()
    ends = today + timedelta(days=14)
    with on_the_day(today + timedelta(days=1)):
        assert said() == [("Remind 2", ends)]
        give_rating(links(activity)["SW2"], **ANSWERS)
        assert said() == [("Remind 1", ends)]
    with on_the_day(ends + timedelta(days=1)):
        assert said() == []


def test_links_are_found_in_few_queries(activity, django_assert_max_num_queries):
    activities = list(Activity.objects.filter(pk=activity.pk).with_session_counts())
    with django_assert_max_num_queries(5):
        found = confidence.learners(activities)[activity.pk]
    assert len(found) == activity.rating_links.count() > 10
