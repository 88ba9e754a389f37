"""The menu: one row where the places are few, groups and the places of one where they are many. For every
role, every place that it may see is within two steps and no other is shown."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.context import _ENTRIES, MOST_IN_A_ROW
from accounts.enums import TeamRole
from tests.factories.accounts import lead_of, organisation, staff, user

pytestmark = pytest.mark.django_db


def links(page, name):
    return [(label, url) for label, url, _ in page.context[name]]


@pytest.mark.parametrize("role", ["lead of an organisation", "newcomer", *TeamRole.values])
def test_every_place_is_within_two_steps_and_none_is_shown_that_is_not_theirs(role):
    who = {"newcomer": user, "lead of an organisation": lambda: lead_of(organisation())}.get(
        role, lambda: staff(role)
    )()
    client = Client()
    client.force_login(who)
    theirs = {(one.label, reverse(one.url_name)) for one in _ENTRIES if one.shown(who)}
    home = client.get("/")
    top = links(home, "navigation")
    assert len(top) <= MOST_IN_A_ROW
    if len(theirs) <= MOST_IN_A_ROW:
        assert set(top) == theirs
        assert links(home, "navigation_under") == []
        return
    found = set()
    for label, url in top:
        page = client.get(url)
        assert page.status_code == 200, url
        below = links(page, "navigation_under")
        found |= set(below) or {(label, url)}
        here = [one for one in page.context["navigation"] if one[2]]
        assert [one[:2] for one in here] == [(label, url)]
    assert found == theirs


def test_both_kinds_of_menu_are_met():
    """A positive control: somebody has one row, somebody has groups; a group leads to its own name first."""
    few, many = Client(), Client()
    few.force_login(lead_of(organisation()))
    many.force_login(staff(TeamRole.PROGRAMME_LEAD))
    assert not few.get("/casework/").context["navigation_under"]
    page = many.get(reverse("stories"))
    assert ("Impact", reverse("impact"), True) in page.context["navigation"]
    assert [one for one in page.context["navigation_under"] if one[2]] == [
        ("Stories", reverse("stories"), True)
    ]
