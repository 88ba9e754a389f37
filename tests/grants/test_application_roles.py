"""State × verb × role for applications: what is offered, what is seen, what is refused. Equality."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import MemberRole, TeamRole
from accounts.verbs import offered
from grants.enums import ApplicationState as S
from grants.models import Application
from grants.verbs.applications import VERBS
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.grants import application_at, programme_and_round

pytestmark = pytest.mark.django_db

OWN = {verb.name for verb in VERBS}
STATES = (
    S.DRAFT,
    S.SUBMITTED,
    S.IN_CHECK,
    S.RETURNED,
    S.WITH_PANEL,
    S.INELIGIBLE,
    S.WITHDRAWN,
)
BY_LEAD = {
    S.DRAFT: {"submit", "withdraw"},
    S.SUBMITTED: {"withdraw"},
    S.IN_CHECK: {"withdraw"},
    S.RETURNED: {"resubmit", "withdraw"},
    S.WITH_PANEL: {"withdraw"},
    S.INELIGIBLE: set(),
    S.WITHDRAWN: set(),
}
BY_STAFF = {
    S.DRAFT: set(),
    S.SUBMITTED: {"start-check", "assign"},
    S.IN_CHECK: {"ask", "find-ineligible", "pass-to-panel", "assign"},
    S.RETURNED: {"ask", "assign"},
    S.WITH_PANEL: {"assign"},
    S.INELIGIBLE: set(),
    S.WITHDRAWN: set(),
}
SENT = {S.SUBMITTED, S.IN_CHECK, S.RETURNED, S.WITH_PANEL, S.INELIGIBLE}


def cast(held):
    """One person per role; `held` is the applicant's organisation."""
    own_officer = staff(TeamRole.OFFICER)
    held.memberships.create(user=own_officer, role=MemberRole.CONTRIBUTOR)
    superuser = staff()
    superuser.is_superuser = True
    superuser.save()
    return {
        "lead": lead_of(held),
        "contributor": member(held, MemberRole.CONTRIBUTOR),
        "helper": member(held, MemberRole.HELPER),
        "officer of the organisation": own_officer,
        "lead of another": lead_of(organisation()),
        "officer": staff(TeamRole.OFFICER),
        "programme lead": staff(TeamRole.PROGRAMME_LEAD),
        "panel member": staff(TeamRole.PANEL_MEMBER),
        "chair": staff(TeamRole.PANEL_CHAIR),
        "finance": staff(TeamRole.FINANCE),
        "funder": staff(TeamRole.FUNDER),
        "auditor": staff(TeamRole.AUDITOR),
        "superuser": superuser,
    }


def expected(role, state):
    if role == "lead":
        return BY_LEAD[state]
    if role in ("officer", "programme lead"):
        return BY_STAFF[state]
    return set()


def may_see(role, state):
    if role in ("lead", "contributor", "helper", "officer of the organisation"):
        return True
    return role in ("officer", "programme lead") and state in SENT


@pytest.mark.parametrize("state", STATES)
def test_each_role_is_offered_and_refused_the_same_verbs(client, state):
    held = organisation()
    application = application_at(state, organisation=held)
    for role, who in cast(held).items():
        own = {o.name for o in offered(who, application) if o.name in OWN}
        assert own == expected(role, state), (role, state)
        visible = Application.objects.visible_to(who).filter(pk=application.pk).exists()
        assert visible == may_see(role, state), (role, state)
        client.force_login(who)
        page = client.get(application.get_absolute_url())
        assert page.status_code == (200 if may_see(role, state) else 404), (role, state)
        for verb in VERBS:
            url = f"{application.get_absolute_url()}{verb.name}/"
            if verb.name in expected(role, state):
                assert client.get(url).status_code == 200, (role, state, verb.name)
                continue
            permitted = may_see(role, state) and who.has_perm(verb.permission, application)
            refused = 409 if permitted else 404
            assert client.post(url).status_code == refused, (role, state, verb.name)
    assert Application.objects.get(pk=application.pk).state == state


def test_nobody_signed_in_sees_nothing(client):
    application = application_at(S.SUBMITTED)
    assert not Application.objects.visible_to(AnonymousUser()).exists()
    assert client.get(application.get_absolute_url()).status_code == 302


OTHERS_PAGES = (
    "",
    "questions/1/",
    "questions/4/",
    "questions/7/",
    "form/",
    "check/",
    "sent/",
    "budget/",
    "budget/add/",
    "budget/1/",
    "budget/1/remove/",
    "findings/",
    "lines/",
    "answers/",
    "versions/",
    "submit/",
    "nonsense/",
)


@pytest.mark.parametrize("role", [TeamRole.PANEL_MEMBER, TeamRole.FUNDER, TeamRole.FINANCE, None])
def test_pages_of_others_are_not_found(client, role):
    application = application_at(S.IN_CHECK)
    client.force_login(staff(role) if role else lead_of(organisation()))
    found = {
        page: client.get(f"{application.get_absolute_url()}{page}").status_code
        for page in OTHERS_PAGES
    }
    assert set(found.values()) == {404}, found
    replied = client.post(f"{application.get_absolute_url()}replies/1/", {"reply": "x"})
    assert replied.status_code == 404
    assert client.get("/casework/").status_code == 404
    assert client.get("/casework/export/").status_code == 404


def test_writers_pages_are_closed_to_staff_and_the_officers_pages_to_writers(client):
    application = application_at(S.IN_CHECK)
    url = application.get_absolute_url()
    client.force_login(staff(TeamRole.OFFICER))
    for page in ("questions/1/", "budget/", "budget/add/", "check/", "form/"):
        assert client.get(url + page).status_code == 404, page
    client.force_login(lead_of(application.organisation))
    for page in ("findings/", "lines/", "answers/", "versions/"):
        assert client.get(url + page).status_code == 404, page


def test_casework_leaves_out_the_officers_own_organisation(client):
    held = organisation()
    application_at(S.SUBMITTED, organisation=held)
    own_officer = staff(TeamRole.OFFICER)
    held.memberships.create(user=own_officer, role=MemberRole.CONTRIBUTOR)
    client.force_login(own_officer)
    assert "No applications match" in client.get("/casework/").content.decode()


def test_lists_take_the_same_number_of_queries_for_one_row_and_for_three(client):
    open_round = programme_and_round()
    held = organisation()
    application_at(S.SUBMITTED, round=open_round, organisation=held)
    officer, lead = staff(TeamRole.OFFICER), lead_of(held)

    def counted(who, url):
        client.force_login(who)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    pages = [(officer, "/casework/"), (officer, "/casework/export/"), (lead, "/applications/")]
    pages += [(officer, "/api/v1/applications/"), (lead, "/api/v1/applications/")]
    before = [counted(*page) for page in pages]
    for _ in range(2):
        application_at(S.SUBMITTED, round=open_round, organisation=held)
    assert [counted(*page) for page in pages] == before
