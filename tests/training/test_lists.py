"""Lists with dates: what may be chosen on which day, what was planned keeps its entry, history stays."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.state import NotAllowed, NotReady
from grants.enums import GrantState
from tests.factories.accounts import lead_of, staff
from tests.factories.awards import grant_at
from tests.factories.training import HERON_ACTIVITIES, activity_of, on_the_day
from training.actions import change_activity, note_dates
from training.enums import FrameworkArea, Level, ListKind, Mode, Tier
from training.forms import ActivityForm
from training.lists import BASE, entries, out_of_use
from training.models import ListNote
from training.topics import CATALOGUE, LEVEL_NAMES

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return staff(TeamRole.PROGRAMME_LEAD)


def ended(by, code="INTINT", days=10, kind=ListKind.TOPIC):
    today = clock.today()
    return note_dates(
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
    form = {"why": "It starts again"} | {
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
