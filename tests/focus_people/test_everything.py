"""Everything held about one person: nothing of theirs is missing, nothing of anybody else's is there."""

import json

import pytest
from django.test import Client

from accounts.audit import history
from accounts.enums import TeamRole
from focus_people import actions
from focus_people.reports.everything import everything_about, parts_of, rows_about
from grants.models import Application
from tests.factories.accounts import lead_of, staff
from tests.factories.focus_people import HERON_GOALS, HERON_NEEDS
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db


def test_everything_of_one_and_nothing_of_another():
    application = application_at("draft")
    made = application.person
    by = lead_of(made.organisation)
    other = application_at("draft", organisation=made.organisation, round=application.round)
    actions.edit_person(made, by=by, strengths="Loves the sea", local_ref="FILE-PLANTED-1")
    actions.edit_person(other.person, by=by, strengths="Loves the hills")
    made.refresh_from_db()
    found = json.dumps(everything_about(made), default=str)
    for words in ["Loves the sea", made.alias, *(n for _, n in HERON_NEEDS), HERON_GOALS[0][1]]:
        assert words in found, words
    for words in ("Loves the hills", "FILE-PLANTED-1", other.person.reference, by.email, "SW1"):
        assert words not in found, words
    rows = rows_about(made)
    assert [row.pk for row in rows[Application]] == [application.pk]
    # Down to what only an application points at: its budget lines.
    assert any(model._meta.label == "grants.BudgetLine" for model in rows)


def test_it_is_taken_out_by_a_programme_lead_and_recorded():
    made = application_at("draft").person
    client = Client()
    where = f"/people/{made.reference}/everything/"
    for who, status in (
        (lead_of(made.organisation), 404),
        (staff(TeamRole.OFFICER), 404),
        (staff(TeamRole.PROGRAMME_LEAD), 200),
    ):
        client.force_login(who)
        assert client.get(where).status_code == status
    # Nothing leaves before it is said what for; and who holds the record reads that it left.
    file = client.get(f"/people/{made.reference}/everything.json")
    assert "Why do you open this record?" in file.content.decode()
    assert "Swim every week" not in file.content.decode()
    assert not history(made).filter(event="person.exported").exists()
    client.post(f"/people/{made.reference}/purpose/", {"purpose": "rights"})
    page = client.get(where).content.decode()
    for words in ("Swim every week", "Learning disability", "What is left out"):
        assert words in page, words
    for code in (
        "provider_confirmed",
        "own_home",
        "sl_sole",
        "under18_transition",
        "supported_living",
    ):
        assert code not in page, code
    file = client.get(f"/people/{made.reference}/everything.json")
    assert "attachment" in file["Content-Disposition"]
    assert file.json()["reference"] == made.reference
    assert history(made).filter(event="person.exported").count() == 2
    client.force_login(lead_of(made.organisation))
    readers = client.get(f"/people/{made.reference}/readers/").content.decode()
    assert "Took out everything that is held" in readers
    assert "To answer a request, a complaint or an appeal" in readers


def test_a_figure_and_somebodys_words_stand_as_they_were_written():
    """A list somewhere has "1", "rate" and "area" as codes: no number, key or line of text becomes one."""
    made = application_at("draft").person
    by = lead_of(made.organisation)
    actions.edit_person(made, by=by, strengths="other", need_level=3, seriousness=2)
    lines = [{"area": "personal_care", "staff": "1", "rate": "18.50", "nights": 3, "hours": "35"}]
    week = {"lines": lines, "payer_split": {"la": "60", "icb": "40"}}
    actions.add_scenario(made, by=by, title="rate", setting="own_home", week=week)
    made.refresh_from_db()
    parts = {part.title.split(",")[0]: part for part in parts_of(made)["parts"]}
    person = dict(parts["Focus person"].facts[0])
    assert (person["Need level"], person["Seriousness"]) == ("3", "2")
    assert person["Strengths"] == "other"
    numbers = [row[0] for row in parts["Circle members"].rows]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    told = dict(zip(parts["Scenario"].columns, parts["Scenario"].rows[0], strict=True))
    assert told["Title"] == "rate"
    lines, split = told["Week"].removeprefix("Lines: ").split("; Payer split: ")
    # a database may keep the parts of one value in an order of its own
    assert sorted(lines.split("; ")) == [
        "Area: Personal care",
        "Hours: 35",
        "Nights: 3",
        "Rate: 18.50",
        "Staff: 1",
    ]
    assert sorted(split.split("; ")) == ["Council: 60", "ICB: 40"]
