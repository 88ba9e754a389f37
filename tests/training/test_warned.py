"""What a page says before, instead of after: a late day, left-out rows, missing costs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.state import NotReady
from accounts.verbs import offered
from grants.enums import GrantState
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import grant_at
from tests.factories.training import (
    activity_of,
    circle_of,
    delegated,
    held,
    on_the_day,
    provider_of,
    register_xlsx,
    session_of,
    shared_session,
    signed,
)
from training import money
from training.actions import preview_register
from training.certificates import certificate_pdf, certificates_of
from training.enums import PlaceKind, SessionMode
from training.forms import RatingForm, SessionForm
from training.models import Session
from training.shapes import money_stats
from training.workflow import ask_learners, change_session, confirm_register, give_rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, lead):
    client.force_login(lead)
    return client


def words(response):
    return response.content.decode()


def test_what_a_register_left_out_is_said_after_it_went_in(page, grant, lead):
    activity_of(grant, lead)
    rows = [(clock.today(), "A1", code, "yes") for code in ("SW2", "SW3", "ZZ1", "ZZ2")]
    content = register_xlsx(rows)
    register = preview_register(grant, by=lead, content=content, file_name="r.xlsx")
    shown = words(page.get(register.get_absolute_url()))
    assert reverse("person-circle", args=[grant.application.person.reference]) in shown
    register = confirm_register(register, by=lead, rows=[2])
    shown = words(page.get(register.get_absolute_url()))
    assert "Left out: 2 rows with something to fix and 1 row that nobody ticked." in shown
    assert "New rows in the file" in shown
    whole = preview_register(grant, by=lead, content=register_xlsx(rows[:2]), file_name="r.xlsx")
    assert "Left out" not in words(page.get(confirm_register(whole, by=lead).get_absolute_url()))


def test_a_session_is_not_planned_after_the_last_day_for_training(grant, lead):
    activity = activity_of(grant, lead)
    last = grant.training_until
    late = last + timedelta(days=1)
    session = session_of(activity, lead, last)
    with pytest.raises(NotReady, match="Training on this grant ends by"):
        session_of(activity, lead, late)
    with pytest.raises(NotReady, match="Training on this grant ends by"):
        change_session(session, by=lead, held_on=late)
    with on_the_day(late):
        assert session_of(activity, lead, late).pk


@pytest.mark.parametrize(
    ("mode", "place", "fits"),
    [
        (SessionMode.IN_PERSON, PlaceKind.HOME, True),
        (SessionMode.IN_PERSON, PlaceKind.NONE, False),
        (SessionMode.ONLINE, PlaceKind.NONE, True),
        (SessionMode.ONLINE, PlaceKind.HOME, True),
    ],
)
def test_people_who_meet_in_person_meet_somewhere(grant, lead, mode, place, fits):
    today = clock.today()
    sent = {"hours": "3", "mode": mode, "place": place, "held_on": today.isoformat()}
    form = SessionForm(sent, subject=activity_of(grant, lead), by=lead)
    assert form.is_valid() is fits
    assert list(form.errors) == ([] if fits else ["place"])


def test_a_cost_that_nobody_said_is_not_nothing(page, grant, lead):
    url = reverse("training-money", args=[grant.reference])
    first = money_stats(money.use_of(grant))[0]
    assert (first.value, first.label) == ("£0.00", "committed")
    activity_of(grant, lead)
    first = money_stats(money.use_of(grant))[0]
    assert first.value == "Not said"
    assert "1 activity does not say what it costs" in first.note
    assert "Not said" in page.get(url).context["line_rows"][0]
    activity_of(grant, lead, cost=100)
    assert money_stats(money.use_of(grant))[0].value == "£100.00"
    assert "£100.00, 1 not said" in page.get(url).context["line_rows"][0]


def test_a_certificate_of_a_delegated_task_says_who_signed_it_off_and_until_when(grant, lead):
    start = clock.today()
    task = delegated(grant, lead)
    held(task, lead, ["SW2"], start)
    with on_the_day(start + timedelta(days=10)):
        one = signed(task, lead, "SW2")
        (found,) = certificates_of(type(task).objects.with_session_counts().get(pk=task.pk))
    assert (found.learned_on, found.finished_on) == (start, start + timedelta(days=10))
    assert found.signed_off == one
    assert certificate_pdf(found).startswith(b"%PDF")
    plain = activity_of(grant, lead)
    held(plain, lead, ["SW2"])
    (found,) = certificates_of(type(task).objects.with_session_counts().get(pk=plain.pk))
    assert found.signed_off is None


def test_a_learner_is_told_which_question_is_open_and_that_answers_are_in(client, grant, lead):
    activity = activity_of(grant, lead)
    ask_learners(activity, by=lead)
    link = activity.rating_links.first()
    said = [error for found in RatingForm({}, is_after=False).errors.values() for error in found]
    assert len(said) == len(set(said)) == 5
    assert "You have sent answers for this time already" not in words(
        client.get(link.get_absolute_url())
    )
    five = dict.fromkeys(("understand", "prevent", "calm", "communication", "ask"), 4)
    give_rating(link, **five, culture=None, stress=None)
    assert "You have sent answers for this time already" in words(
        client.get(link.get_absolute_url())
    )


@pytest.mark.parametrize(("days", "offers"), [(-2, False), (-1, True), (0, True), (3, True)])
def test_signing_in_is_not_offered_once_it_is_over(grant, lead, days, offers):
    grant.agreed_at -= timedelta(days=30)
    grant.save()
    session = session_of(activity_of(grant, lead), lead, clock.today() + timedelta(days=days))
    session = Session.objects.get(pk=session.pk)
    assert ("open-sign-in" in {verb.name for verb in offered(lead, session)}) is offers


def test_seats_are_refused_before_they_are_filled_in(client):
    waiting = grant_at(GrantState.AGREED)
    lead = lead_of(waiting.organisation)
    officer = staff("officer")
    shared = shared_session(officer, provider=provider_of(officer))
    client.force_login(lead)
    said = words(client.get(reverse("take-seats", args=[shared.reference, waiting.reference])))
    assert "Training can be logged once the baseline is in." in said
    assert circle_of(waiting)
