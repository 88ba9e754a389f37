"""Lists with dates: what may be chosen on which day, what was planned keeps its entry, history stays."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.state import NotAllowed, NotReady
from grants import budget_sheet
from grants.dated_lists import one_page
from grants.enums import GrantState
from grants.forms.applications import LineForm
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import grant_at
from tests.factories.grants import application_at
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    held,
    on_the_day,
    provider_of,
    shared_session,
)
from training.actions import change_activity, note_entry
from training.enums import FrameworkArea, Level, ListKind, Mode, Tier
from training.forms import ActivityForm, CascadeForm
from training.forms_market import ProviderForm, SharedForm
from training.lists import BASE, entries, out_of_use
from training.models import ListNote
from training.topics import CATALOGUE, LEVEL_NAMES

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return staff(TeamRole.PROGRAMME_LEAD)


def ended(by, code="INTINT", days=10, kind=ListKind.TOPIC):
    today = clock.today()
    return note_entry(
        by=by,
        kind=kind,
        code=code,
        valid_from=today - timedelta(days=99),
        valid_to=today + timedelta(days=days),
        why="Nobody teaches it any more",
    )


def test_every_list_is_whole_and_dated():
    found = entries()
    assert {kind: sum(e.kind == kind for e in found) for kind in ListKind} == {
        ListKind.TOPIC: len(CATALOGUE),
        ListKind.LEVEL: len(Level),
        ListKind.MODE: len(Mode),
        ListKind.AREA: len(FrameworkArea),
        ListKind.TIER: len(Tier),
    }
    assert all(e.since and e.in_use(clock.today()) for e in found)
    assert set(LEVEL_NAMES) == set(Level)
    general = [f for f in CATALOGUE.values() if f.is_general]
    assert len(general) >= 20
    assert all(f.says for f in CATALOGUE.values() if f.kind != "normal")


def test_an_entry_is_offered_until_its_last_day_and_planned_things_keep_it(officer):
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    activity = activity_of(grant, lead, HERON_ACTIVITIES[1])
    ended(officer)

    def offered(subject):
        form = ActivityForm(subject=subject, by=lead)
        groups = form.fields["topic"].choices
        return any(code == "INTINT" for _, group in groups[1:] for code, _ in group)

    first, seen = clock.today(), {}
    for days in (0, 9, 10):
        with on_the_day(first + timedelta(days=days)):
            seen[days] = (offered(grant), offered(activity))
    assert seen == {0: (True, True), 9: (True, True), 10: (False, True)}
    with on_the_day(first + timedelta(days=10)):
        with pytest.raises(NotReady, match="is not in the list now"):
            activity_of(grant, lead, HERON_ACTIVITIES[1])
        assert change_activity(activity, by=lead, title="Once more").topic == "INTINT"
        assert set(out_of_use(ListKind.TOPIC, clock.today())) == {"INTINT"}
        assert out_of_use(ListKind.MODE, clock.today()) == {}
    ended(officer, days=900)
    with on_the_day(first + timedelta(days=10)):
        assert activity_of(grant, lead, HERON_ACTIVITIES[1]).pk


def test_notes_are_kept_and_only_a_programme_lead_writes_them(officer, client):
    ended(officer)
    ended(officer, days=20)
    with pytest.raises(NotAllowed):
        ended(staff(TeamRole.OFFICER))
    with pytest.raises(NotReady, match="has to end after it begins"):
        ended(officer, days=-100)
    entry = next(e for e in entries(ListKind.TOPIC) if e.code == "INTINT")
    assert len(entry.notes) == 2
    assert entry.until == clock.today() + timedelta(days=20)
    with pytest.raises(TypeError):
        ListNote.objects.all().delete()
    url = reverse("training-list-entry", args=["topic", "INTINT"])
    on = clock.today()
    form = {"why": "It starts again", "label": "Intensive interaction"} | {
        f"valid_from_{part}": getattr(on, part) for part in ("day", "month", "year")
    }
    client.force_login(staff(TeamRole.OFFICER))
    assert client.post(url, form).status_code == 404
    client.force_login(officer)
    assert client.post(url, form).status_code == 302
    assert "It starts again" in client.get(url).content.decode()
    assert client.get(reverse("training-list-entry", args=["topic", "NONE"])).status_code == 404
    assert (
        BASE[ListKind.TOPIC, "INTINT"][0] in client.get(reverse("training-lists")).content.decode()
    )


def called(by, code, label, **facts):
    given = {"kind": ListKind.TOPIC, "code": code, "valid_from": clock.today(), "valid_to": None}
    return note_entry(by=by, label=label, why="It was misspelt", **(given | facts))


def test_a_corrected_name_is_shown_everywhere_and_the_old_one_is_kept(officer, client):
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    activity = activity_of(grant, lead, HERON_ACTIVITIES[1])
    shared = shared_session(officer)
    draft = application_at(organisation=grant.organisation, by=lead)
    called(officer, "INTINT", "Intensive Interaction (Hewett)")
    called(officer, "course_1off", "A course of one day", kind=ListKind.MODE)
    pages = [
        activity.get_absolute_url(),
        shared.get_absolute_url(),
        reverse("training-lists"),
        reverse("training-coverage", args=[grant.reference]),
        reverse("plan-activity", args=[grant.reference]),
        reverse("budget-line-add", args=[draft.reference]),
        shared.provider.get_absolute_url(),
        "/api/v1/activities/",
    ]
    held(activity, lead, ["SW2"])
    client.force_login(lead)
    for url in pages:
        said = client.get(url).content.decode()
        assert "Intensive Interaction (Hewett)" in said, url
        assert "Intensive interaction<" not in said.replace(activity.title, ""), url
    assert "A course of one day" in client.get(pages[0]).content.decode()
    client.force_login(officer)
    url = reverse("training-list-entry", args=["topic", "INTINT"])
    called(officer, "INTINT", "Intensive interaction")
    rows = [row[0] for row in client.get(url).context["rows"]]
    assert rows == ["Intensive interaction", "Intensive Interaction (Hewett)"]


@pytest.mark.parametrize("name", ["Communication", "communication"])
def test_two_entries_of_a_list_have_two_names(officer, client, name):
    with pytest.raises(NotReady, match="Another entry of this list is called"):
        called(officer, "INTINT", name)
    client.force_login(officer)
    on = clock.today()
    form = {"why": "Once more", "label": name} | {
        f"valid_from_{part}": getattr(on, part) for part in ("day", "month", "year")
    }
    url = reverse("training-list-entry", args=["topic", "INTINT"])
    assert "Another entry of this list" in client.post(url, form).content.decode()
    assert ListNote.objects.count() == 0


def test_a_budget_offers_a_topic_until_its_last_day_and_keeps_what_it_holds(officer):
    ended(officer)
    needs = grant_at(GrantState.ACTIVE).application.person.needs.all()

    def offered(**initial):
        groups = LineForm(needs=needs, initial=initial).fields["topic"].choices
        return any(code == "INTINT" for _, group in groups[1:] for code, _ in group)

    seen = {}
    for days in (9, 10):
        with on_the_day(clock.today() + timedelta(days=days)):
            seen[days] = (offered(), offered(topic="INTINT"))
    assert seen == {9: (True, True), 10: (False, True)}


def test_an_ended_topic_is_offered_nowhere_anew(officer):
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    teaches = provider_of(officer, topics=["INTINT"])
    activity = activity_of(grant, lead)
    ended(officer, days=1)
    with on_the_day(clock.today() + timedelta(days=1)):
        forms = {
            "activity": ActivityForm(subject=grant, by=lead).fields["topic"],
            "passed on": CascadeForm(subject=activity, by=lead).fields["topic"],
            "shared": SharedForm(subject=None, by=officer).fields["topic"],
            "new provider": ProviderForm(subject=None, by=officer).fields["topics"],
            "its provider": ProviderForm(subject=teaches, by=officer).fields["topics"],
        }
        offers = {name for name, field in forms.items() if "INTINT" in codes_of(field.choices)}
    assert offers == {"its provider"}


def codes_of(choices):
    found = set()
    for value, words in choices:
        found |= codes_of(words) if isinstance(words, list | tuple) else {value}
    return found


def test_a_page_reads_the_lists_once_at_most(officer, client):
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    for planned in HERON_ACTIVITIES[:3]:
        held(activity_of(grant, lead, planned), lead, ["SW2"])
    client.force_login(lead)
    for name in ("grant-training", "training-coverage", "plan-activity"):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name, args=[grant.reference]))
        assert sum("listnote" in query["sql"] for query in queries) <= 1, name


@pytest.mark.parametrize(
    "words", ["INTINT", "Intensive interaction", "Intensive Interaction (Hewett)"]
)
def test_a_budget_from_a_spreadsheet_may_use_any_name_of_a_topic(officer, words):
    called(officer, "INTINT", "Intensive Interaction (Hewett)")
    table = f"What you will pay for\tHow many\tCost of one\tTopic\nTwo days\t2\t300\t{words}"
    with one_page():
        (row,) = budget_sheet.read(table)
    assert row.said["topic"] == "INTINT"
