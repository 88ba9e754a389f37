"""Providers of training, gaps, and sessions that several circles share without learning of each other."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import OutboxMessage
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from grants.enums import GrantState
from grants.models import Grant
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.awards import grant_at
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    circle_of,
    delegated,
    held,
    on_the_day,
    provider_of,
    seats_taken,
    shared_session,
    signed,
)
from training import market, money
from training.filters import PROVIDER_SORTS
from training.models import Activity, Rating, TrainingProvider
from training.workflow import (
    approve_provider,
    cancel_shared,
    change_provider,
    change_session,
    deliver_session,
    give_back_seats,
    withdraw_provider,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return staff(TeamRole.OFFICER)


def in_days(days):
    return clock.today() + timedelta(days=days)


# --- providers ---------------------------------------------------------------------------------

STATES = {
    "listed": lambda p, by: p,
    "approved": lambda p, by: approve_provider(p, by=by, review_on=in_days(90), basis="Seen"),
    "withdrawn": lambda p, by: withdraw_provider(p, by=by, reason="Closed"),
}
OFFERED = {
    "listed": {"approve", "change", "withdraw"},
    "approved": {"approve", "change", "withdraw"},
    "withdrawn": {"approve", "change"},
}


@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_of_a_provider_and_to_whom(officer, state):
    provider = STATES[state](provider_of(officer, approved=False), officer)
    assert provider.state == state
    assert {verb.name for verb in offered(officer, provider)} == OFFERED[state]
    assert offered(lead_of(organisation()), provider) == []
    seen = TrainingProvider.objects.visible_to(lead_of(organisation()))
    assert seen.exists() is (state != "withdrawn")
    with pytest.raises(NotAllowed):
        withdraw_provider(provider, by=user(), reason="No")


def test_approval_runs_out_by_itself_and_is_renewed(officer):
    provider = approve_provider(
        provider_of(officer, approved=False), by=officer, review_on=in_days(60), basis="Seen"
    )
    seen, words = {}, {}
    for days in (0, 31, 32, 59, 60):
        with on_the_day(in_days(days)):
            seen[days] = TrainingProvider.objects.approved(clock.today()).exists()
            assert seen[days] is provider.is_approved(clock.today())
            words[days] = [t.title for t in todos(officer) if "approval" in t.title]
    assert seen == {0: True, 31: True, 32: True, 59: True, 60: False}
    waiting = [f"Review the approval of {provider.name}"]
    assert words == {0: [], 31: [], 32: waiting, 59: waiting, 60: waiting}
    with on_the_day(in_days(60)):
        approve_provider(provider, by=officer, review_on=in_days(400), basis="Seen again")
        assert TrainingProvider.objects.approved(clock.today()).exists()
    with pytest.raises(NotReady, match="has to be in the future"):
        approve_provider(provider, by=officer, review_on=clock.today(), basis="Seen")


def test_restraint_needs_a_certificate_in_force(officer, grant, lead):
    facts = {"topics": ["PHYSICAL_INTERVENTION"], "approved": False}
    provider = provider_of(officer, **facts)
    with pytest.raises(NotReady, match="a certificate of the Restraint Reduction"):
        approve_provider(provider, by=officer, review_on=in_days(90), basis="Seen")
    provider = change_provider(
        provider, by=officer, topics=facts["topics"], regions=["london"], rrn_until=in_days(30)
    )
    provider = approve_provider(provider, by=officer, review_on=in_days(90), basis="Seen")
    physical = {"topic": "PHYSICAL_INTERVENTION", "rrn_certified": "yes", "provider": provider}
    assert activity_of(grant, lead, **physical).pk
    with on_the_day(in_days(31)), pytest.raises(NotReady, match="no certificate"):
        activity_of(grant, lead, **physical)


def test_a_provider_that_is_not_approved_needs_a_reason(officer, grant, lead):
    provider = provider_of(officer, approved=False)
    with pytest.raises(NotReady, match="is not approved"):
        activity_of(grant, lead, provider=provider)
    assert activity_of(grant, lead, provider=provider, provider_reason="Only one near").pk
    approved = approve_provider(provider, by=officer, review_on=in_days(90), basis="Seen")
    assert activity_of(grant, lead, provider=approved).provider == approved


def rate(activity, codes, quality):
    circle = circle_of(activity.grant)
    items = dict.fromkeys(("understand", "prevent", "calm", "communication", "ask"), 5)
    for code in codes:
        Rating.objects.create(
            activity=activity, member=circle[code], point="after", quality=quality, **items
        )


def test_ratings_show_from_five_answers_on(officer, grant, lead, client):
    provider = provider_of(officer)
    activity = activity_of(grant, lead, provider=provider)
    rate(activity, ["SW2", "SW3", "SW4", "SW5"], 4)
    found = TrainingProvider.objects.with_ratings().get()
    assert (found.answers, found.rating) == (4, None)
    client.force_login(lead)
    words = client.get(reverse("training-providers")).content.decode()
    assert "Shown from 5 answers on" in words
    assert client.get(reverse("training-providers"), {"rating": "3"}).context["rows"] == []
    rate(activity, ["SW6"], 2)
    found = TrainingProvider.objects.with_ratings().get()
    assert (found.answers, found.rating) == (5, 3.6)
    words = client.get(provider.get_absolute_url()).content.decode()
    assert "3.6 of 5 (5 answers)" in words
    assert len(client.get(reverse("training-providers"), {"rating": "3"}).context["rows"]) == 1
    assert client.get(reverse("training-providers"), {"rating": "4"}).context["rows"] == []


def test_directory_filters_sorts_and_compares_in_few_queries(officer, lead, client):
    cheap = provider_of(officer, "Alder", cost_person_day=Decimal("40"), cost_day=None)
    dear = provider_of(
        officer, "Beech", cost_person_day=Decimal("90"), regions=["london"], rrn_until=in_days(9)
    )
    client.force_login(lead)
    url = reverse("training-providers")

    def names(**asked):
        return [provider.name for provider, _ in client.get(url, asked).context["rows"]]

    assert names() == ["Alder", "Beech"]
    assert names(sort="-name") == ["Beech", "Alder"]
    assert names(sort="-person") == ["Beech", "Alder"]
    assert names(sort="day") == ["Beech", "Alder"]  # what is not said comes last
    assert names(region="london") == ["Beech"]
    assert names(topic="INTINT") == ["Alder", "Beech"]
    assert names(topic="FA") == []
    assert names(most_person="50") == ["Alder"]
    assert names(rrn="yes") == ["Beech"]
    assert names(name="ALD") == ["Alder"]
    for key in PROVIDER_SORTS:
        assert len(names(sort=key)) == 2
    with CaptureQueriesContext(connection) as two:
        client.get(url)
    for n in range(3):
        provider_of(officer, f"Cedar {n}")
    with CaptureQueriesContext(connection) as five:
        client.get(url)
    assert len(two) == len(five) <= 15
    compare = reverse("compare-training-providers")
    words = client.get(compare, {"provider": [cheap.reference, dear.reference]}).content.decode()
    assert "£40.00" in words
    assert "£90.00" in words
    assert "Nothing to compare" in client.get(compare).content.decode()


def test_a_provider_is_listed_through_its_page(officer, client):
    client.force_login(officer)
    form = {
        "name": "Alder Learning",
        "topics": ["INTINT"],
        "regions": ["london"],
        "group_size": "12",
        "cost_day": "450",
    }
    url = reverse("add-training-provider")
    assert client.post(url, form).status_code == 302
    made = TrainingProvider.objects.get()
    assert (made.name, made.state, made.topic_labels, made.region_labels) == (
        "Alder Learning",
        "listed",
        ["Intensive interaction"],
        ["London"],
    )
    again = client.post(url, form)
    assert "in the directory already" in again.content.decode()
    changed = client.post(
        f"{made.get_absolute_url()}change/", form | {"regions": ["london", "north_west"]}
    )
    assert changed.status_code == 302
    assert len(TrainingProvider.objects.get().region_labels) == 2


# --- gaps and what could be shared -------------------------------------------------------------


def grants_in(region, number):
    found = []
    for _ in range(number):
        made = grant_at(GrantState.ACTIVE)
        made.organisation.region = region
        made.organisation.save()
        found.append(Grant.objects.get(pk=made.pk))
    return found


def unmet(topic, region):
    return next((n for n in market.unmet_needs() if (n.topic, n.region) == (topic, region)), None)


def test_unmet_needs_are_people_who_may_come_and_are_not_up_to_date():
    first, second = grants_in("north_west", 2)
    lead = lead_of(first.organisation)
    for one in (first, second):
        activity_of(one, lead_of(one.organisation), HERON_ACTIVITIES[1])
    found = unmet("INTINT", "north_west")
    whole = sum(found.people)
    assert (found.circles, found.organisations) == (2, 2)
    held(first.activities.get(), lead, ["SW2", "SW3", "F1"])
    assert sum(unmet("INTINT", "north_west").people) == whole - 3
    assert unmet("INTINT", "london") is None


def test_together_costs_less_each_and_the_cheapest_approved_provider_is_taken(officer):
    for one in grants_in("north_west", 3):
        activity_of(one, lead_of(one.organisation), HERON_ACTIVITIES[1])
    need = unmet("INTINT", "north_west")
    people = sum(need.people)

    def proposal():
        return next(p for p in market.proposals() if p.need.topic == "INTINT")

    plain = proposal()
    groups = sum(-(-n // 15) for n in need.people)
    assert plain.provider is None
    assert plain.together == Decimal(850) * -(-people // 15)
    assert plain.apart == Decimal(850) * groups
    assert plain.may_open
    provider_of(officer, "Dear", cost_day=Decimal("700"))
    cheap = provider_of(officer, "Cheap", cost_day=Decimal("500"), group_size=20)
    provider_of(officer, "Elsewhere", cost_day=Decimal("10"), regions=["london"])
    provider_of(officer, "Unapproved", cost_day=Decimal("10"), approved=False)
    found = proposal()
    assert found.provider == cheap
    assert found.together == Decimal(500) * -(-people // 20)
    assert found.together_each == (found.together / people).quantize(Decimal("0.01"))
    assert found.together_each <= found.apart_each


def test_gaps_list_first_what_no_approved_provider_teaches(officer, grant):
    region = str(grant.organisation.get_region_display())
    found = {(g.topic_label, g.region_label): g for g in market.gaps()}
    asked = [key for key in found if key[1] == region]
    assert asked
    topics = {line.topic for line in grant.application.lines.exclude(topic="")}
    topic = sorted(t for t in topics if any(found[k].providers == 0 for k in asked))[0]
    provider_of(officer, topics=[topic], regions=[grant.organisation.region])
    after = market.gaps()
    assert sum(g.providers for g in after) == 1
    assert [g.providers > 0 for g in after] == sorted(g.providers > 0 for g in after)


def test_the_market_asks_as_many_queries_for_one_grant_as_for_three(officer):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            market.proposals()
            market.gaps()
        return len(queries)

    grants_in("north_west", 1)
    one = asked()
    grants_in("north_west", 2)
    assert asked() == one <= 15


# --- shared sessions ---------------------------------------------------------------------------


@pytest.mark.parametrize(("organisations", "opens"), [(0, True), (1, False), (2, False), (3, True)])
def test_one_or_two_organisations_of_a_region_cannot_be_told_of_each_other(
    officer, organisations, opens
):
    for one in grants_in("east", organisations):
        activity_of(one, lead_of(one.organisation), HERON_ACTIVITIES[1])
    if opens:
        assert shared_session(officer, region="east").pk
        return
    with pytest.raises(NotReady, match="Fewer than 3 organisations"):
        shared_session(officer, region="east")
    provider = TrainingProvider.objects.get()
    assert shared_session(officer, region="", provider=provider).pk


WRONG = {
    "general requirement": ({"topic": "OMMT_T2"}, "is a general requirement"),
    "over": ({"held_on": 0, "book_by": 0}, "have to be still to come"),
    "seats taken after": ({"book_by": 30}, "Seats cannot be taken after"),
    "approval over": ({"held_on": 400, "book_by": 20}, "is not approved on that day"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_opened(officer, case):
    facts, sentence = WRONG[case]
    facts = {k: in_days(v) if isinstance(v, int) else v for k, v in facts.items()}
    with pytest.raises(NotReady, match=sentence):
        shared_session(officer, **facts)


def test_seats_make_an_activity_that_holds_the_share(officer, grant, lead):
    shared = shared_session(officer)
    before = money.use_of(grant).committed
    booking = seats_taken(shared, grant, lead, seats=3)
    activity = booking.activity
    assert (booking.share, activity.cost, activity.planned_people) == (150, 150, 3)
    assert (activity.is_joint, activity.provider) == (True, shared.provider)
    assert activity.sessions.get().held_on == shared.held_on
    assert money.use_of(grant).committed == before + 150
    with pytest.raises(NotReady, match="has seats in this session already"):
        seats_taken(shared, grant, lead)
    give_back_seats(booking, by=lead)
    assert money.use_of(grant).committed == before
    assert Activity.objects.get(pk=activity.pk).is_voided
    assert shared.taken == 0
    assert seats_taken(shared, grant, lead, seats=1).share == 50


def test_seats_run_out_and_nobody_is_told_how_many_others_took(officer, grant, lead, client):
    shared = shared_session(officer, seats=6)
    other = grant_at(GrantState.ACTIVE)
    others = lead_of(other.organisation)
    words = []
    for taken in (0, 1, 4):
        if taken:
            seats_taken(shared, grant_at(GrantState.ACTIVE), _their_lead(), seats=taken)
        words.append(shared.room_words)
    assert words == ["Seats left", "Seats left", "Few seats left"]
    with pytest.raises(NotReady) as refused:
        seats_taken(shared, grant, lead, seats=2)
    assert refused.value.blockers == ["There are not that many seats left. Ask for fewer."]
    assert seats_taken(shared, grant, lead, seats=1).seats == 1
    assert shared.room_words == "Full"

    client.force_login(others)
    for url in (shared.get_absolute_url(), reverse("shared-sessions")):
        page = client.get(url).content.decode()
        assert "Full" in page
        for theirs in Grant.objects.exclude(pk=other.pk):
            assert theirs.application.person.reference not in page
            assert theirs.reference not in page
            assert theirs.organisation.name not in page
    client.force_login(officer)
    assert "6 of 6 seats taken" in client.get(shared.get_absolute_url()).content.decode()


def _their_lead():
    return lead_of(Grant.objects.order_by("-pk").first().organisation)


def test_what_an_organisation_sees_does_not_depend_on_who_else_takes_part(officer, client, grant):
    """Two worlds: nobody else has joined, or another organisation has. The pages are the same."""
    shared = shared_session(officer, seats=20)
    other = grant_at(GrantState.ACTIVE)
    client.force_login(lead_of(grant.organisation))
    urls = [shared.get_absolute_url(), reverse("shared-sessions"), reverse("training-providers")]

    def seen():
        return [client.get(url).content for url in urls]

    before = seen()
    seats_taken(shared, other, lead_of(other.organisation), seats=3)
    after = seen()
    assert _without_tokens(before) == _without_tokens(after)
    assert client.get(reverse("training-gaps")).status_code == 404


def _without_tokens(pages):
    return [re.sub(rb"(csrfmiddlewaretoken|once|nonce)[^>]*>", b"", page) for page in pages]


def test_no_more_seats_than_people_and_no_more_money_than_the_grant(officer, grant, lead):
    many = shared_session(officer, seats=100, seat_price=Decimal("5000"))
    with pytest.raises(NotReady, match="people who may come to training"):
        seats_taken(many, grant, lead, seats=50)
    with pytest.raises(NotReady, match="That would commit"):
        seats_taken(many, grant, lead, seats=2)
    assert not Activity.objects.filter(grant=grant).exists()


def test_seats_are_taken_until_the_last_day_and_by_those_who_log(officer, grant, lead):
    shared = shared_session(officer)
    helper = member(grant.organisation, MemberRole.HELPER)
    for who in (helper, officer, lead_of(organisation())):
        with pytest.raises(NotAllowed):
            seats_taken(shared, grant, who)
    too_late = shared.book_by + timedelta(days=1)
    with on_the_day(too_late), pytest.raises(NotReady, match="Seats could be taken until"):
        seats_taken(shared, grant, lead)
    with on_the_day(shared.book_by):
        assert seats_taken(shared, grant, lead).pk


def test_a_cancelled_session_gives_everything_back_and_tells_them(officer, grant, lead):
    shared = shared_session(officer)
    booking = seats_taken(shared, grant, lead)
    mail.outbox.clear()
    cancel_shared(shared, by=officer, reason="The trainer is ill")
    assert money.use_of(grant).committed == 0
    assert Activity.objects.get(pk=booking.activity_id).void_reason.endswith("The trainer is ill")
    told = OutboxMessage.objects.filter(subject__startswith="A shared session is cancelled")
    assert lead.email in {message.to for message in told}
    with pytest.raises(NotReady, match="given back"):
        give_back_seats(booking, by=lead)
    with pytest.raises(NotReady, match="cancelled"):
        seats_taken(shared, grant, lead)


def test_seats_through_the_page(officer, grant, lead, client):
    shared = shared_session(officer)
    client.force_login(lead)
    page = client.get(shared.get_absolute_url()).content.decode()
    url = reverse("take-seats", args=[shared.reference, grant.reference])
    assert url in page
    line = grant.application.lines.get(number=3)
    form = {"budget_line": line.pk, "need": line.needs.first().pk, "seats": "2"}
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 409
    booking = grant.seat_bookings.get()
    give = reverse("give-back-seats", args=[booking.reference])
    assert give in client.get(shared.get_absolute_url()).content.decode()
    assert client.post(give).status_code == 302
    assert not shared.bookings.standing().exists()
    client.force_login(lead_of(organisation()))
    assert client.get(url).status_code == 404


def test_a_session_is_opened_through_the_page(officer, client):
    provider = provider_of(officer)
    client.force_login(officer)
    url = reverse("open-shared-session")
    page = client.get(url, {"topic": "INTINT", "provider": provider.reference}).content.decode()
    assert '<option value="INTINT" selected' in page
    form = {
        "topic": "INTINT",
        "provider": provider.reference,
        "mode": "online",
        "hours": "3",
        "seats": "12",
        "seat_price": "40",
    }
    for name, days in (("held_on", 30), ("book_by", 20)):
        on = in_days(days)
        form |= {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}
    assert client.post(url, form).status_code == 302
    page = client.get(reverse("shared-sessions")).content.decode()
    assert "0 of 12 taken" in page
    assert "Online" in page


def test_pages_ask_as_many_queries_for_one_row_as_for_three(officer, lead, grant, client):
    """The rolling programme, one session with several bookings, an activity with several sign-offs."""
    shared = shared_session(officer, seats=20)
    task = delegated(grant, lead)
    held(task, lead, ["SW2", "SW3", "SW4"])
    seats_taken(shared, grant, lead)
    signed(task, lead, "SW2")

    def asked():
        found = {}
        for who in (lead, officer):
            client.force_login(who)
            for url in (
                reverse("shared-sessions"),
                shared.get_absolute_url(),
                task.get_absolute_url(),
            ):
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(url).status_code == 200
                found[who.pk, url] = len(queries)
        return found

    one = asked()
    for code in ("SW3", "SW4"):
        signed(task, lead, code)
    for _ in range(2):
        shared_session(officer, provider=shared.provider, topic="FA")
        more = grant_at(GrantState.ACTIVE, organisation=grant.organisation)
        seats_taken(shared, more, lead)
    assert asked() == one
    assert max(one.values()) <= 15


def test_seats_stay_once_somebody_has_come(officer, grant, lead):
    """The organisation has moved its session forward and held it: the share is spent."""
    booking = seats_taken(shared_session(officer), grant, lead)
    session = booking.activity.sessions.get()
    session = change_session(session, by=lead, held_on=clock.today())
    deliver_session(session, by=lead, present=[circle_of(grant)["SW2"]])
    with pytest.raises(NotReady, match="The day of this session is over"):
        give_back_seats(booking, by=lead)
