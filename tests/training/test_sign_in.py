"""Signing in on the day without an account: one session, for a while, and two phones at once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole
from accounts.models import Membership
from accounts.state import NotReady
from tests.factories.training import activity_of, circle_of, on_the_day, session_of
from training.enums import SessionState
from training.links import code_of, hash_of, new_key, spelled
from training.models import Session, SignInLink
from training.workflow import (
    cancel_session,
    close_sign_in,
    open_link,
    open_sign_in,
    sign_in,
    void_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(grant, lead):
    return open_sign_in(session_of(activity_of(grant, lead), lead), by=lead)


def here(session):
    marks = session.marks.filter(present=True)
    return set(marks.values_list("member__staff_code", flat=True))


def test_codes_are_kept_as_a_hash_and_forgive_the_way_they_are_typed():
    key = new_key()
    code = code_of("sign-in", key)
    assert code == code_of("sign-in", key) != code_of("rating", key)
    assert len({code_of("sign-in", new_key()) for _ in range(500)}) == 500
    assert not set(code) & set("01OIL")
    typed = f" {spelled(code).lower()} "
    assert hash_of("sign-in", typed) == hash_of("sign-in", code) != hash_of("rating", code)


def test_the_sheet_is_filled_in_on_a_phone_without_an_account(client, session):
    link = open_link(session)
    found = client.post(reverse("sign-in"), {"code": link.spelled.lower()})
    assert found.url == link.get_absolute_url()
    sheet = client.get(found.url)
    words = sheet.content.decode()
    assert "Support worker SW2" in words
    assert session.activity.grant.application.person.alias not in words
    members = circle_of(session.activity.grant)
    sent = client.post(found.url, {"present": [members["SW2"].code, members["F1"].code]})
    assert sent.status_code == 302
    assert "2 people are ticked" in client.get(found.url).content.decode()
    session = Session.objects.get()
    assert (session.state, here(session)) == (SessionState.DELIVERED, {"SW2", "F1"})
    # The sheet says who was ticked when it was opened, so that a tick can be taken back.
    shown = re.findall(r'name="shown" value="(M\d+)"', client.get(found.url).content.decode())
    assert set(shown) == {members["SW2"].code, members["F1"].code}
    client.post(found.url, {"present": [members["SW2"].code], "shown": shown})
    assert here(session) == {"SW2"}


def test_two_phones_do_not_undo_each_other(session, grant):
    circle, link = circle_of(grant), open_link(session)
    sign_in(link, present=[circle["SW2"]], shown=[])
    sign_in(link, present=[circle["SW3"]], shown=[])  # opened before the other one was saved
    assert here(session) == {"SW2", "SW3"}
    sign_in(link, present=[circle["SW3"], circle["F1"]], shown=[circle["SW2"], circle["SW3"]])
    assert here(session) == {"SW3", "F1"}


def ended(session, lead, how):
    if how == "closed":
        close_sign_in(session, by=lead)
    elif how == "cancelled":
        cancel_session(session, by=lead, reason="The trainer was ill")
    elif how == "voided":
        void_session(session, by=lead, reason="Logged twice")
    elif how == "another one was made":
        open_sign_in(session, by=lead)
    elif how == "its maker may not log any more":
        Membership.objects.filter(user=lead).update(role=MemberRole.HELPER)
    elif how == "its maker has left the service":
        type(lead).objects.filter(pk=lead.pk).update(is_active=False)
    return how


@pytest.mark.parametrize(
    "how",
    [
        "closed",
        "another one was made",
        "its maker may not log any more",
        "its maker has left the service",
        "two days later",
        "cancelled",
        "voided",
    ],
)
def test_a_link_ends(client, session, lead, grant, how):
    link = SignInLink.objects.select_related("made_by").get()
    assert client.get(link.get_absolute_url()).status_code == 200
    ended(session, lead, how)
    later = clock.today() + timedelta(days=2 if how == "two days later" else 0)
    link = SignInLink.objects.select_related("made_by").get(pk=link.pk)
    with on_the_day(later):
        answer = client.get(link.get_absolute_url())
        sent = client.post(link.get_absolute_url(), {"present": ["M02"]})
        with pytest.raises(NotReady):
            sign_in(link, present=[circle_of(grant)["SW2"]], shown=[])
    if how in ("cancelled", "voided"):
        assert (answer.status_code, sent.status_code) == (200, 409)
    else:
        assert (answer.status_code, sent.status_code) == (404, 404)
    assert here(session) == set()


def test_wrong_codes_lead_nowhere(client, session):
    answer = client.post(reverse("sign-in"), {"code": "AAAAA-BBBBB"})
    assert "We do not know this code" in answer.content.decode()
    assert client.get(reverse("sign-in-sheet", args=["AAAAABBBBB"])).status_code == 404


def test_nobody_signs_in_before_the_day(grant, lead):
    day = clock.today() + timedelta(days=1)
    session = open_sign_in(session_of(activity_of(grant, lead), lead, day), by=lead)
    with pytest.raises(NotReady, match="on that day or after it"):
        sign_in(open_link(session), present=[circle_of(grant)["SW2"]], shown=[])


def test_signing_in_opens_only_around_the_day_of_the_session(grant, lead):
    day = clock.today() + timedelta(days=20)
    session = session_of(activity_of(grant, lead), lead, day)
    for days in (-20, -2, -1, 0, 1, 2, 20):
        with on_the_day(day + timedelta(days=days)):
            if abs(days) > 1:
                with pytest.raises(NotReady, match="until the day after it"):
                    open_sign_in(session, by=lead)
                assert open_link(session) is None, days
                continue
            ends = open_link(open_sign_in(session, by=lead)).expires_at.astimezone(clock.LONDON)
            assert (ends.date() - day, ends.hour) == (timedelta(days=1), 23), days


def test_the_screen_shows_the_code_to_those_who_log(client, session, lead):
    url = f"{session.get_absolute_url()}sign-in/"
    client.force_login(lead)
    assert open_link(session).spelled in client.get(url).content.decode()
    close_sign_in(session, by=lead)
    assert "Signing in is not open" in client.get(url).content.decode()


def test_a_register_can_be_printed_with_its_people(client, session, lead):
    client.force_login(lead)
    words = client.get(f"{session.get_absolute_url()}print-register/").content.decode()
    assert "Support worker SW2" in words
    assert "Parent F1" in words
