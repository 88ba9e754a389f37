"""Whoever judged a case on the panel, or has an interest in it, decides nothing of it in another role; and
one person does not hold roles that stay apart."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.enums import APART, TeamRole
from accounts.models import AuditEvent, TeamMembership, User
from accounts.state import NotReady
from accounts.workflow import give_role
from grants.models import Application
from panel import workflow
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.awards import decided
from tests.factories.grants import application_at
from tests.factories.panel import (
    assigned,
    concluded,
    conflicted,
    declared,
    panellist,
    submitted,
    three,
)

pytestmark = pytest.mark.django_db
ALL = (4,) * 7


def _seat(case, who):
    return assigned(case, [who])[0]


def _nothing(case, who):
    pass


def _counted(case, who):
    submitted(declared(_seat(case, who)), ALL)


def _late_interest(case, who):
    seat = declared(_seat(case, who))
    submitted(seat, ALL)
    workflow.declare_late(seat, by=who.user, kind="personal", reason="A cousin")


def _stood_down(case, who):
    workflow.stand_down(declared(_seat(case, who)), by=who.user, reason="Too many")


def _employed(case, who):
    who.employer = case.organisation
    who.save()


def _employed_by_the_parent(case, who):
    parent = organisation()
    case.organisation.parent = parent
    case.organisation.save()
    who.interests.create(
        number=1, kind="professional", organisation=parent, words="Sits on its board"
    )


# What somebody, who is a programme lead as well, has to do with a case on the panel: may they decide it?
PARTS = {
    "nothing": (_nothing, True),
    "scored": (_counted, False),
    "found an interest later": (_late_interest, False),
    "declared an interest": (lambda case, who: conflicted(_seat(case, who)), False),
    "stood down": (_stood_down, False),
    "works for the applicant": (_employed, False),
    "has an interest in its parent": (_employed_by_the_parent, False),
}
VERBS = ("grants.decide", "grants.release_decision", "grants.take_back_decision")


@pytest.mark.parametrize("part", PARTS)
def test_who_judged_a_case_decides_nothing_of_it(part):
    does, may = PARTS[part]
    who = panellist(lived=True)
    TeamMembership.objects.create(user=who.user, role=TeamRole.PROGRAMME_LEAD)
    case = application_at("with_panel")
    for seat in assigned(case, three()):
        submitted(declared(seat), ALL)
    does(case, who)
    concluded(case)
    case = decided(Application.objects.get(pk=case.pk), by=staff(TeamRole.PROGRAMME_LEAD))
    user = User.objects.get(pk=who.user.pk)
    assert {verb: user.has_perm(verb, case) for verb in VERBS} == dict.fromkeys(VERBS, may)


def test_the_chair_who_concluded_a_case_does_not_decide_it():
    chair = panellist(chair=True).user
    TeamMembership.objects.create(user=chair, role=TeamRole.PROGRAMME_LEAD)
    case, other = application_at("with_panel"), application_at("with_panel")
    concluded(case, chair=chair, panellists=three())
    concluded(other, panellists=three())
    chair = User.objects.get(pk=chair.pk)
    assert [chair.has_perm("grants.decide", c) for c in (case, other)] == [False, True]


def test_roles_that_stay_apart_do_so_both_ways():
    assert {(a, b) for a, apart in APART.items() for b in apart} == {
        (b, a) for a, apart in APART.items() for b in apart
    }


@pytest.mark.parametrize("held", TeamRole)
@pytest.mark.parametrize("role", TeamRole)
def test_a_role_that_breaks_independence_is_refused_unless_it_is_given_all_the_same(held, role):
    user = staff(held)
    if role in APART[held]:
        with pytest.raises(NotReady, match=f"are {TeamRole(held).label.lower()} already"):
            give_role(user, role)
        assert User.objects.get(pk=user.pk).team_roles == {held}
        assert give_role(user, role, all_the_same=True)
        assert AuditEvent.objects.get(event="role.given").data["beside"] == held
    else:
        assert give_role(user, role) is (held != role)
    assert User.objects.get(pk=user.pk).team_roles == {held, role}


def test_the_command_says_what_stands_in_the_way():
    out = StringIO()
    call_command("add_staff", "lee@example.org", "panel_member", stdout=out)
    with pytest.raises(CommandError, match="They are panel member already"):
        call_command("add_staff", "lee@example.org", "officer", stdout=out)
    assert User.objects.get(email="lee@example.org").team_roles == {"panel_member"}
    call_command("add_staff", "lee@example.org", "officer", "--all-the-same", stdout=out)
    call_command("add_staff", "lee@example.org", "officer", stdout=out)
    assert out.getvalue().splitlines() == [
        "lee@example.org is now: Panel member.",
        "lee@example.org is now: Officer.",
        "lee@example.org was already: Officer.",
    ]


def _read(who, address):
    client = Client()
    client.force_login(User.objects.get(pk=who.pk))
    page = client.get(address).content.decode()
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


@pytest.mark.parametrize("role", [TeamRole.AUDITOR, TeamRole.PROGRAMME_LEAD])
def test_the_trail_says_of_an_own_case_what_the_applicant_is_told(role, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    case = decided()
    both = lead_of(case.organisation)
    both.team_memberships.create(role=role)
    at = f"/audit/?about={case.reference}"
    other = _read(staff(role), at)
    own = _read(both, at)
    for words in ("The panel has recommended", "Decided, not yet released"):
        assert words in other
        assert words not in own
    assert "Sent" in own
    assert "The panel has recommended" not in _read(both, "/audit/")


def test_the_trail_does_not_say_to_a_scorer_who_has_scored(settings):
    settings.SECOND_FACTOR_REQUIRED = False
    case, colleague, who = application_at("with_panel"), panellist(), panellist()
    who.user.team_memberships.create(role=TeamRole.AUDITOR)
    seats = assigned(case, [colleague, who])
    at = f"/audit/?about={case.reference}"
    declared(seats[1])
    before = _read(who.user, at)
    submitted(declared(seats[0]), ALL)
    assert _read(who.user, at) == before
    assert "Scores submitted" in _read(staff(TeamRole.AUDITOR), at)


@pytest.mark.parametrize("role", [TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD])
def test_the_page_of_a_round_leaves_out_the_cases_of_ones_own_organisation(role, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    case = decided()
    both = lead_of(case.organisation)
    both.team_memberships.create(role=role)
    at = case.round.get_absolute_url()
    assert case.reference in _read(staff(role), at)
    own = _read(both, at)
    assert "No case waits" in own
    assert case.reference not in own
    assert case.person.alias not in own
