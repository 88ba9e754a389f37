"""Pages of people and organisations: who gets in, what is kept, what a second click does."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.enums import MemberRole, TeamRole
from accounts.models import Invitation, Organisation
from tests.factories.accounts import PASSWORD, lead_of, member, organisation, signed_in, staff, user

pytestmark = pytest.mark.django_db

DETAILS = {
    "name": "Larchwood Support CIC",
    "sector": "ASC_V",
    "region": "north_west",
    "size": "medium",
    "cqc_status": "registered",
}


def test_register_twice_with_one_form_makes_one_organisation():
    client = signed_in(user())
    url = reverse("register-organisation")
    first = client.post(url, DETAILS | {"once": "token-1"})
    second = client.post(url, DETAILS | {"once": "token-1"})
    assert Organisation.objects.count() == 1
    assert first.url == second.url == Organisation.objects.get().get_absolute_url()


def test_a_form_with_errors_can_be_sent_again_with_the_same_token():
    client = signed_in(user())
    url = reverse("register-organisation")
    wrong = client.post(url, DETAILS | {"once": "token-1", "name": "\u200b"})
    assert wrong.status_code == 200
    assert "Enter the name of your organisation" in wrong.text
    assert 'value="token-1"' in wrong.text
    client.post(url, DETAILS | {"once": "token-1"})
    assert Organisation.objects.count() == 1


def test_another_organisation_does_not_exist_for_a_stranger():
    made = organisation()
    client = signed_in(lead_of(organisation()))
    for url in (
        made.get_absolute_url(),
        reverse("invite-member", args=[made.reference]),
        f"{made.get_absolute_url()}verify/",
    ):
        assert (client.get(url).status_code, client.post(url).status_code) in {
            (404, 404),
            (404, 405),
        }


def test_verify_page_asks_then_does_then_says_it_has_moved_on():
    made = organisation(verified=False)
    client = signed_in(staff(TeamRole.OFFICER))
    url = f"{made.get_absolute_url()}verify/"
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    again = client.post(url)
    assert again.status_code == 409
    assert "moved on" in again.text


def test_lead_invites_and_a_contributor_does_not():
    made = organisation()
    url = reverse("invite-member", args=[made.reference])
    sent = {"email": "new@example.org", "role": MemberRole.CONTRIBUTOR, "once": "a"}
    assert signed_in(member(made)).post(url, sent).status_code == 404
    assert signed_in(lead_of(made)).post(url, sent).status_code == 302
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("role", list(TeamRole))
def test_programme_roles_need_a_second_factor(role):
    someone = staff(role)
    client = signed_in(someone)
    assert client.get("/").status_code == 200
    Authenticator.objects.filter(user=someone).delete()
    response = client.get("/")
    if role in (TeamRole.FUNDER, TeamRole.AUDITOR):
        assert response.status_code == 200
    else:
        assert response.url == reverse("mfa_activate_totp")


def test_second_factor_can_be_switched_off_by_one_setting(settings):
    settings.SECOND_FACTOR_REQUIRED = False
    someone = staff(TeamRole.OFFICER)
    Authenticator.objects.filter(user=someone).delete()
    assert signed_in(someone).get("/").status_code == 200


def test_what_was_typed_outlives_the_session():
    someone = user()
    client = Client()
    client.post(reverse("account_login"), {"login": someone.email, "password": PASSWORD})
    assert client.get("/").status_code == 200
    url = reverse("register-organisation")
    del client.cookies["sessionid"]
    lost = client.post(url, DETAILS | {"once": "token-9", "password": "never kept"})
    assert lost.status_code == 302
    client.post(reverse("account_login"), {"login": someone.email, "password": PASSWORD})
    offered = client.get(url)
    assert "We kept what you typed" in offered.text
    assert "Larchwood Support CIC" in offered.text
    assert "never kept" not in offered.text
    assert client.get(url).text.count("We kept what you typed") == 2  # looked at twice, not lost
    said = dict(offered.context["fields"])
    token = dict([offered.context["token"]])
    assert client.post(url, said | token).status_code == 302
    assert Organisation.objects.get().name == "Larchwood Support CIC"
    assert "We kept" not in client.get(url).text


def test_what_was_typed_is_not_shown_to_somebody_else():
    first, second = user(), user()
    client = Client()
    client.post(reverse("account_login"), {"login": first.email, "password": PASSWORD})
    client.get("/")
    url = reverse("register-organisation")
    del client.cookies["sessionid"]
    client.post(url, DETAILS | {"once": "token-9"})
    client.post(reverse("account_login"), {"login": second.email, "password": PASSWORD})
    response = client.get(url, follow=True)
    assert "Larchwood" not in response.text


def test_signed_out_pages_lead_to_signing_in():
    for name in ("register-organisation", "organisations", "audit-trail", "account"):
        response = Client().get(reverse(name))
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))
    assert Client().get("/").status_code == 200


def test_audit_trail_is_for_auditors_and_leads():
    organisation()
    for role in TeamRole:
        status = signed_in(staff(role)).get(reverse("audit-trail")).status_code
        expected = 200 if role in (TeamRole.AUDITOR, TeamRole.PROGRAMME_LEAD) else 404
        assert (role, status) == (role, expected)


def test_letter_box_exists_in_the_demonstration_only(settings):
    assert Client().get(reverse("demo-mailbox")).status_code == 404
    settings.DEMO = True
    assert Client().get(reverse("demo-mailbox")).status_code == 200


def test_list_of_organisations_asks_the_same_for_one_and_for_three(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    officer = staff(TeamRole.OFFICER)
    organisation()
    client = signed_in(officer)
    client.get(reverse("organisations"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(reverse("organisations"))
    organisation()
    organisation()
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("organisations"))
    assert len(one) == len(three) <= 15


def test_the_home_page_says_where_a_code_from_a_letter_or_a_screen_goes():
    page = Client().get("/").content.decode()
    for name in ("survey", "sign-in", "eligibility-check", "impact-published"):
        assert f'href="{reverse(name)}"' in page, name


def test_nobody_reads_twice_that_nothing_waits():
    page = signed_in(staff(TeamRole.FUNDER)).get("/").content.decode()
    assert page.count("Nothing waits for you.") == 1
    assert "Waiting for you" not in page
    assert "See the published figures" in page
