"""Who may be asked for a case: briefing, capacity, conflicts; the yearly register; giving a seat back."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotAllowed, NotReady
from accounts.worklist import todos
from focus_people import enums as people_enums
from panel import actions, workflow
from panel.enums import EXPERTISE_FOR, DeclineKind, Expertise
from panel.models import Assignment, Panellist, Service
from panel.reports import obstacles
from panel.reports.case_files import areas_of
from tests.factories.accounts import staff
from tests.factories.grants import application_at
from tests.factories.panel import assigned, briefed, panellist, three

pytestmark = pytest.mark.django_db


def asked(application, person):
    """None, or the sentences with which asking is refused; nothing is kept."""
    try:
        with transaction.atomic():
            workflow.assign(
                application,
                panellists=[person],
                due_on=clock.today(),
                by=staff(TeamRole.PROGRAMME_LEAD),
            )
            transaction.set_rollback(True)
    except NotReady as refused:
        return refused.blockers
    return None


def test_who_may_be_asked_page_report_and_verb_agree(client):
    application = application_at("with_panel")
    people = {
        name: panellist(name=name)
        for name in ("Free", "Unbriefed", "Full", "Room", "Linked", "Seated", "Left")
    }
    here = application.round
    Service.objects.filter(panellist=people["Unbriefed"]).update(briefed_on=None)
    assigned(application_at("with_panel", round=here), [people["Full"], people["Room"]])
    briefed(people["Full"], here, capacity=1)
    briefed(people["Room"], here, capacity=2)
    people["Linked"].employer = application.organisation
    people["Linked"].save()
    assigned(application, [people["Seated"]])
    people["Left"].user.team_memberships.all().delete()
    expected = {
        "Free": None,
        "Unbriefed": "Not briefed for this round",
        "Full": "Has 1 of 1 cases in this round",
        "Room": None,
        "Linked": "Employed by the applicant",
        "Seated": "Has a seat at this case already",
        "Left": "Not on the panel",
    }

    listed = list(Panellist.objects.filter(pk__in=[p.pk for p in people.values()]))
    found = obstacles(listed, application)
    assert {
        name: found[p.pk][0].words if found[p.pk] else None for name, p in people.items()
    } == expected
    refused = {name: asked(application, p) for name, p in people.items()}
    assert {name: said is None for name, said in refused.items()} == {
        name: words is None for name, words in expected.items()
    }
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    page = client.get(f"/panel/{application.reference}/assign/").content.decode()
    offered = {name: f'value="{p.reference}"' in page for name, p in people.items()}
    assert offered == {name: words is None for name, words in expected.items()}
    for name in ("Unbriefed", "Full", "Linked"):
        assert expected[name] in page


def test_obstacles_take_the_same_queries_for_any_number():
    application = application_at("with_panel")
    three()

    def queries():
        people = list(Panellist.objects.select_related("user"))
        with CaptureQueriesContext(connection) as captured:
            obstacles(people, application)
        return len(people), len(captured)

    few, many = queries(), (three(), queries())[1]
    assert few[0] < many[0]
    assert few[1] == many[1]


def test_a_service_is_kept_by_programme_leads_alone_and_checked():
    person, here = panellist(), application_at("with_panel").round
    found = {}
    for role in TeamRole:
        try:
            with transaction.atomic():
                actions.keep_service(person, here, by=staff(role), briefed_on=clock.today())
            found[role] = "kept"
        except NotAllowed:
            found[role] = "no"
    assert found == dict.fromkeys(TeamRole, "no") | {TeamRole.PROGRAMME_LEAD: "kept"}
    lead = staff(TeamRole.PROGRAMME_LEAD)
    for wrong in (
        {"briefed_on": clock.today() + timedelta(days=1)},
        {"briefed_on": None, "capacity": 0},
    ):
        with pytest.raises(NotReady):
            actions.keep_service(person, here, by=lead, **wrong)


def test_a_register_that_was_not_confirmed_within_a_year_keeps_cases_closed(client):
    """The day after a year: no case opens, an interest can still be declared; confirming opens."""
    (seat,) = assigned(panellists=[panellist()])
    holder = seat.panellist.user
    last = seat.panellist.register_due_on
    with time_machine.travel(f"{last}T12:00:00Z", tick=False), transaction.atomic():
        workflow.declare(seat, by=holder, has_interest=False)
        transaction.set_rollback(True)
    with time_machine.travel(f"{last + timedelta(days=1)}T12:00:00Z", tick=False):
        client.force_login(holder)
        with pytest.raises(NotReady, match="Confirm your register"):
            workflow.declare(seat, by=holder, has_interest=False)
        with transaction.atomic():
            yes = workflow.declare(
                seat, by=holder, has_interest=True, kind="personal", reason="I know them"
            )
            assert yes.state == "conflicted"
            transaction.set_rollback(True)
        titles = {todo.title for todo in todos(User.objects.get(pk=holder.pk))}
        assert "Confirm your register of interests" in titles
        assert (
            "Confirm your register first"
            in client.get(f"/panel/{seat.application.reference}/declare/").content.decode()
        )
        client.post("/panel/interests/confirm/")
        workflow.declare(Assignment.objects.get(pk=seat.pk), by=holder, has_interest=False)
        titles = {todo.title for todo in todos(User.objects.get(pk=holder.pk))}
        assert "Confirm your register of interests" not in titles


def test_a_seat_is_given_back_with_a_kind_of_reason(client):
    application = application_at("with_panel")
    seats = assigned(application, [panellist() for _ in DeclineKind])
    for seat, kind in zip(seats, DeclineKind, strict=True):
        client.force_login(seat.panellist.user)
        where = f"/panel/seats/{seat.reference}/stand-down/"
        assert where in client.get(f"/panel/{application.reference}/declare/").content.decode()
        assert client.post(where, {"reason": "Sorry"}).status_code == 200  # the kind is missing
        client.post(where, {"kind": kind, "reason": "Sorry"})
    given = Assignment.objects.filter(application=application, state="stood_down")
    assert set(given.values_list("stand_down_kind", flat=True)) == set(DeclineKind)


def test_expertise_speaks_the_case_files_words():
    """Every word that is looked for is a label that a case file can hold; every area can be met."""
    known = {
        label
        for enum in (
            people_enums.Condition,
            people_enums.NeedCategory,
            people_enums.AgeBand,
            people_enums.Setting,
        )
        for label in enum.labels
    }
    assert {word for words in EXPERTISE_FOR.values() for word in words} <= known
    assert set(EXPERTISE_FOR) == set(Expertise)
    content = application_at("with_panel").case_files.order_by("-version")[0].content
    assert areas_of(content) == [  # HERON, as the factory tells it (domain 10.3)
        Expertise.AUTISM,
        Expertise.BEHAVIOUR,
        Expertise.COMMUNICATION,
        Expertise.MENTAL_HEALTH,
        Expertise.EPILEPSY,
        Expertise.FAMILIES,
    ]


def test_profile_page_keeps_areas_and_region(client):
    person = panellist()
    client.force_login(person.user)
    client.post("/panel/interests/profile/", {"areas": ["autism", "epilepsy"], "region": "london"})
    person.refresh_from_db()
    assert (person.areas, person.region) == (["autism", "epilepsy"], "london")
    assert "Epilepsy" in client.get("/panel/interests/").content.decode()
