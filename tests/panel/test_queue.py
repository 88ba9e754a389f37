"""The queue: what is with the panel now, earlier cases by page, and the menu that says where one is."""

import re

import pytest

from accounts.worklist import todos
from panel.reports import queue
from panel.reports.cases import past_rows, past_seats
from tests.factories.grants import application_at
from tests.factories.panel import chaired, concluded, panellist, scored, three

pytestmark = pytest.mark.django_db


def here(page: str) -> str:
    """The entry of the menu that the page says it lies under."""
    found = re.findall(r'aria-current="[^"]*"[^>]*>\s*(?:<strong[^>]*>)?([^<]+)<', page)
    return found[0].strip() if found else ""


def test_past_cases_leave_the_queue_and_come_by_page(client, monkeypatch):
    members = three()
    reader = members[0].user
    now = application_at("with_panel")
    scored(now, panellists=members)
    for _ in range(2):
        concluded(application_at("with_panel"), panellists=members)
    monkeypatch.setattr("panel.views.queue.PAST_ON_A_PAGE", 1)
    client.force_login(reader)

    assert [row.reference for row in queue(reader).rows] == [now.reference]
    past = [row.reference for row in past_rows(reader, past_seats(reader))]
    pages = [client.get("/panel/", {"page": n}).content.decode() for n in (1, 2)]
    shown = [[ref for ref in past if ref in page] for page in pages]
    assert shown == [[past[0]], [past[1]]]
    assert all(now.reference in page for page in pages)


def test_a_chair_declares_before_they_moderate(client):
    application = application_at("with_panel")
    scored(application)
    chair = panellist(chair=True).user

    def waiting():
        return [(t.action, t.url) for t in todos(chair) if application.reference in t.url]

    ref = application.reference
    client.force_login(chair)
    listed = client.get("/panel/cases/").content.decode()
    assert (waiting(), f"/panel/{ref}/declare/" in listed) == (
        [("Declare", f"/panel/{ref}/declare/")],
        True,
    )
    chaired(application, chair)
    listed = client.get("/panel/cases/").content.decode()
    assert (waiting(), f"/panel/{ref}/moderation/" in listed) == (
        [("Moderate", f"/panel/{ref}/moderation/")],
        True,
    )
    places = {
        "/panel/": "Queue",
        "/panel/cases/": "Cases",
        "/panel/interests/": "Interests",
        f"/panel/{ref}/assign/": "Cases",
        f"/panel/{ref}/moderation/": "Cases",
        f"/panel/{ref}/file/": "Queue",
    }
    assert {path: here(client.get(path).content.decode()) for path in places} == places
