"""A conflict closes every door, in whatever order it and the work came (10.2; I4, I6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership, Organisation
from accounts.state import NotAllowed, NotReady
from panel import actions, workflow
from panel.models import Assessment, Assignment, Meeting, Panellist
from panel.reports import matches_of
from panel.reports.minutes import document_of, minutes_of
from panel.reports.packs import pack_document, pack_of
from panel.reports.service import earned_by_panellists
from panel.rules import can_open_case, has_conflict, visible_assessments
from tests.factories.accounts import member, organisation, staff, user
from tests.factories.grants import application_at
from tests.factories.panel import (
    CHECKS,
    assigned,
    briefed,
    concluded,
    declared,
    met,
    panellist,
    sheet,
    submitted,
)

pytestmark = pytest.mark.django_db


def joins(person, application):
    Membership.objects.create(
        user=person.user, organisation=application.organisation, role=MemberRole.CONTRIBUTOR
    )


def is_employed(person, application):
    actions.save_profile(person, by=person.user, employer=application.organisation, expertise="")


def enters(person, application):
    actions.add_interest(
        person,
        by=person.user,
        kind="professional",
        words="I train their staff",
        organisation=application.organisation,
    )


def declares(person, application):
    seat = application.seats_given.get(panellist=person)
    given = {"kind": "personal", "reason": "I know the family"}
    if seat.state == "clear":
        workflow.declare_late(seat, by=person.user, **given)
    else:
        workflow.declare(seat, by=person.user, has_interest=True, **given)


def stands_down(person, application):
    seat = application.seats_given.get(panellist=person)
    workflow.stand_down(seat, by=person.user, reason="Too many cases")


def was_employed(person, application):
    """Left the applicant organisation: the register remembers it."""
    is_employed(person, application)
    fresh = Panellist.objects.get(pk=person.pk)
    actions.save_profile(fresh, by=person.user, employer=None, expertise="")


def joins_the_parent(person, application):
    parent = organisation()
    Organisation.objects.filter(pk=application.organisation_id).update(parent=parent)
    Membership.objects.create(user=person.user, organisation=parent, role=MemberRole.CONTRIBUTOR)


def is_employed_by_a_part(person, application):
    part = organisation()
    Organisation.objects.filter(pk=part.pk).update(parent=application.organisation)
    actions.save_profile(person, by=person.user, employer=part, expertise="")


KINDS = (
    joins,
    is_employed,
    enters,
    declares,
    stands_down,
    was_employed,
    joins_the_parent,
    is_employed_by_a_part,
)
MOMENTS = ("assigned", "opened", "in progress", "submitted", "all in", "concluded", "met")


def at_moment(moment):
    """A case with three members, the person of interest among them, at a moment."""
    application = application_at("with_panel")
    person = panellist(lived=True)
    seats = assigned(application, [person, panellist(lived=True), panellist(), panellist()])
    n = MOMENTS.index(moment)
    if n >= 1:
        declared(seats[0])
    if n >= 2:
        sheet(seats[0], note="plantedword")
    if n >= 3:
        submitted(seats[0], note="plantedword")
    if n >= 4:
        for seat in seats[1:]:
            submitted(declared(seat), note="plantedword")
    if n >= 5:
        chair = panellist(chair=True).user
        concluded(application, chair=chair)
    if n >= 6:
        briefed(person, application.round, fee=Decimal("50.00"))
        met(application.round, chair=chair)
    return application, person


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_kind_closes_every_door_at_every_moment(client, moment):
    application, person = at_moment(moment)
    for conflict in KINDS:
        if conflict is stands_down and moment in ("concluded", "met"):
            continue  # nobody stands down from a case that has left the panel
        with transaction.atomic():
            conflict(person, application)
            assert_closed(client, application, person)
            transaction.set_rollback(True)


def assert_closed(client, application, person):
    who = type(person.user).objects.get(pk=person.user.pk)
    assert has_conflict(who, application)
    assert not can_open_case(who, application)
    assert not visible_assessments(who, application).exists()
    client.force_login(who)
    api = APIClient()
    api.force_authenticate(who)
    text = api.get("/api/v1/assessments/").content.decode()
    for page in ("", "score/", "moderation/", "file/", "conclude/", "moderation/c1/change/"):
        path = f"/panel/{application.reference}/{page}"
        text += client.get(path, follow=True).content.decode()
    text += client.get("/panel/").content.decode()
    text += assert_no_trace_beside_the_queue(client, api, application, who)
    assert "plantedword" not in text
    assert "PBS practitioner" not in text  # the budget
    assert "Loves water" not in text  # the person
    own = Assessment.objects.filter(assignment__panellist=person).first()
    if own is not None:
        with pytest.raises((NotAllowed, NotReady)):
            actions.save_scores(own, by=who, scores={})
        with pytest.raises((NotAllowed, NotReady)):
            workflow.submit_assessment(own, by=who, checks=CHECKS)
        assert not Assessment.objects.submitted().filter(pk=own.pk).exists()


def assert_no_trace_beside_the_queue(client, api, application, who):
    """Meetings, screen, minutes, pack, plan, fairness, ranking and payments do not name the case; the text
    of all, for what must not stand in any."""
    held = list(Meeting.objects.filter(round=application.round))
    addresses = ["/panel/meetings/", "/panel/plan/", "/panel/fairness/", "/panel/ranking/"]
    addresses += ["/panel/payments/", "/panel/cases/"]
    for one in held:
        addresses += [f"{one.get_absolute_url()}{part}" for part in ("", "screen/", "minutes/")]
    text = "".join(client.get(address).content.decode() for address in addresses)
    text += api.get("/api/v1/panel-agenda/").content.decode()
    text += "".join(str(document_of(minutes_of(one, who))) for one in held)
    for easy in (False, True):
        text += str(pack_document(pack_of(who, easy=easy)))
    assert application.reference not in text
    return text


@pytest.mark.parametrize("role", [TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE])
def test_who_oversees_or_pays_finds_no_trace_of_a_case_of_their_interest(client, role):
    """Plan, fairness, ranking, payments, meeting, screen, minutes: before and after the interest."""
    application, _ = at_moment("met")
    who = staff(role)
    if role != TeamRole.FINANCE:
        client.force_login(who)
        assert application.reference in client.get("/panel/cases/").content.decode()
    else:
        assert [row.cases for row in earned_by_panellists(who)] == [1]
    Membership.objects.create(
        user=who, organisation=application.organisation, role=MemberRole.HELPER
    )
    who = type(who).objects.get(pk=who.pk)
    client.force_login(who)
    api = APIClient()
    api.force_authenticate(who)
    assert_no_trace_beside_the_queue(client, api, application, who)
    assert earned_by_panellists(who) == []


@pytest.mark.parametrize("conflict", [joins, is_employed, enters])
def test_a_link_in_our_records_stops_the_assignment(conflict):
    application = application_at("with_panel")
    person = panellist(name="Linked member")
    conflict(person, application)

    with pytest.raises(NotReady) as refused:
        assigned(application, [person])

    assert "Linked member has a conflict." in refused.value.blockers[0]


@pytest.mark.parametrize("conflict", [joins, is_employed, enters])
def test_a_link_in_our_records_cannot_be_waved_away(client, conflict):
    application = application_at("with_panel")
    person = panellist()
    (seat,) = assigned(application, [person])
    conflict(person, application)
    client.force_login(person.user)
    where = f"/panel/{application.reference}/declare/"

    page = client.get(where).content.decode()
    answer = client.post(where, {"answer": "no", "reason": "It is nothing"})
    with pytest.raises(NotReady):
        workflow.declare(seat, by=person.user, has_interest=False, reason="It is nothing")

    assert "Our records show a conflict" in page
    assert answer.status_code == 200
    seat.refresh_from_db()
    assert seat.state == "assigned"


def test_an_interest_that_ended_long_ago_is_put_to_the_panellist_who_decides(client):
    application = application_at("with_panel")
    person = panellist()
    (seat,) = assigned(application, [person])
    actions.add_interest(
        person,
        by=person.user,
        kind="employer",
        words="First job",
        organisation=application.organisation,
        until=clock.today() - timedelta(days=4 * 366),
    )
    client.force_login(person.user)
    where = f"/panel/{application.reference}/declare/"

    page = client.get(where).content.decode()
    without = client.post(where, {"answer": "no", "reason": ""}).content.decode()
    client.post(where, {"answer": "no", "reason": "I left 4 years ago"})

    assert "First job" in page
    assert "Say why the match is not an interest" in without
    seat.refresh_from_db()
    assert (seat.state, seat.interest_reason) == ("clear", "I left 4 years ago")


def test_words_and_database_find_the_same_links():
    """The sentences of `matches_of` and the condition of `has_conflict` are two ways to say one rule."""
    application = application_at("with_panel")
    today, org = clock.today(), application.organisation
    people = {
        "nothing": panellist(),
        "employed": panellist(employer=org),
        "current": panellist(),
        "ended lately": panellist(),
        "ended long ago": panellist(),
        "struck out": panellist(),
        "other organisation": panellist(employer=application_at("draft").organisation),
    }
    joins(people.setdefault("joined", panellist()), application)
    was_employed(people.setdefault("was employed", panellist()), application)
    parent, part, beside = (organisation() for _ in range(3))
    own = Organisation.objects.filter(pk=application.organisation_id)
    own.update(parent=parent)
    Organisation.objects.filter(pk=part.pk).update(parent=own.get())
    Organisation.objects.filter(pk=beside.pk).update(parent=parent)
    people |= {
        "of the parent": panellist(employer=parent),
        "of a part": panellist(employer=part),
        "of a sister": panellist(employer=beside),
    }
    application = type(application).objects.get(pk=application.pk)
    enters(people["current"], application)
    for name, days in (("ended lately", 365), ("ended long ago", 4 * 366)):
        actions.add_interest(
            people[name],
            by=people[name].user,
            kind="family",
            words="x",
            organisation=org,
            until=today - timedelta(days=days),
        )
    entry = actions.add_interest(
        people["struck out"],
        by=people["struck out"].user,
        kind="family",
        words="x",
        organisation=org,
    )
    actions.strike_interest(entry, by=people["struck out"].user)

    expected = {
        "employed",
        "current",
        "ended lately",
        "joined",
        "was employed",
        "of the parent",
        "of a part",
    }
    by_rule = {name for name, p in people.items() if has_conflict(p.user, application)}
    by_words = {
        name
        for name, p in people.items()
        if any(m.is_binding for m in matches_of(Panellist.objects.get(pk=p.pk), application))
    }
    seats = {
        name: Assignment.objects.create(
            application=application, panellist=p, number=n, assigned_by=p.user
        )
        for n, (name, p) in enumerate(people.items(), 1)
    }
    free = set(Assignment.objects.without_detected_conflict().values_list("pk", flat=True))
    by_seats = {name for name, seat in seats.items() if seat.pk not in free}
    assert (by_rule, by_words, by_seats) == (expected, expected, expected)


def test_a_superuser_of_the_applicant_sees_nothing(client):
    application = concluded().application
    who = member(application.organisation)
    who.is_superuser = True
    who.save()
    client.force_login(who)

    assert not visible_assessments(who, application).exists()
    for page in ("", "score/", "moderation/", "file/", "assign/", "conclude/", "declare/"):
        assert client.get(f"/panel/{application.reference}/{page}").status_code == 404


def test_chair_lead_and_officer_of_the_applicant_are_out_too(client):
    application = concluded().application
    for role in (TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD, TeamRole.OFFICER):
        who = staff(role)
        Membership.objects.create(
            user=who, organisation=application.organisation, role=MemberRole.HELPER
        )
        client.force_login(who)
        found = [
            client.get(f"/panel/{application.reference}/{page}").status_code
            for page in ("", "assign/", "moderation/", "conclude/", "declare/")
        ]
        assert found == [404] * 5, role
        listed = client.get("/panel/cases/").content.decode()
        assert application.reference not in listed


def test_an_interest_is_struck_out_on_its_day_only():
    application = application_at("with_panel")
    person = panellist()
    enters(person, application)
    entry = person.interests.get()

    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(NotReady):
        actions.strike_interest(entry, by=person.user)
    with pytest.raises(NotAllowed):
        actions.strike_interest(entry, by=user())

    assert has_conflict(person.user, application)
