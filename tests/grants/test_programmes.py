"""Programmes and who pays for them: shares come to 100% by page, verb and publication; where they are said."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import TeamRole
from accounts.state import NotAllowed, NotReady
from grants import actions, workflow
from grants.award_reports import letter_of
from grants.models import Funder, Programme
from outcomes.open_data import awards as open_data
from tests.factories.accounts import lead_of, organisation, signed_in, staff
from tests.factories.awards import accepted, offer
from tests.factories.grants import programme, programme_and_round

pytestmark = pytest.mark.django_db

TWO = [("Example Department", Decimal("60")), ("Example Charity", Decimal("40"))]
SAID = "Example Department (60%) and Example Charity (40%)"


def typed(*funders):
    found = {"row-count": str(len(funders))}
    for n, (name, share) in enumerate(funders):
        found |= {f"row-{n}-name": name, f"row-{n}-share": share}
    return found


NEW = {
    "name": "PWB 2031",
    "slug": "pwb-2031",
    **{"starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2031"},
    **{"ends_on_day": "31", "ends_on_month": "3", "ends_on_year": "2033"},
}


@pytest.mark.parametrize(
    ("funders", "sentence"),
    [
        ([("A", "60"), ("B", "39.99")], "come to 99.99%"),
        ([("A", "60"), ("B", "40.01")], "come to 100.01%"),
        ([("A", "50"), ("a", "50")], "The same funder stands twice"),
        ([("A", "１００"), ("", "")], "Enter the share in percent, such as 60"),
        ([("A", "0"), ("B", "100")], "The share must be more than nothing"),
        ([("A", ""), ("B", "100")], "Enter the share in percent"),
        ([("", "40"), ("B", "60")], "Enter who pays"),
        ([("", ""), ("", "")], "Say who pays for the programme"),
        ([("A", "60"), ("B", "40")], ""),
        ([("A", "33.33"), ("B", "33.33"), ("C", "33.34")], ""),
        ([("A", "100"), ("", "")], ""),
    ],
)
def test_shares_come_to_a_hundred(funders, sentence):
    lead = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    answer = lead.post(reverse("add-programme"), NEW | typed(*funders))
    made = Programme.objects.filter(slug="pwb-2031")
    if sentence:
        assert sentence in answer.content.decode()
        assert not made.exists()
    else:
        assert answer.status_code == 302
        held = made.get().funders.order_by("pk").values_list("name", "share")
        assert list(held) == [(name, Decimal(share)) for name, share in funders if name]


def test_more_rows_keep_what_was_typed():
    lead = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    answer = lead.post(
        reverse("add-programme"), NEW | typed(("A", "60"), ("B", "x")) | {"add": "1"}
    )
    said = answer.content.decode()
    assert 'name="row-2-name"' in said
    assert 'value="PWB 2031"' in said
    assert "There is a problem" not in said
    assert not Programme.objects.filter(slug="pwb-2031").exists()


def test_the_database_and_the_publication_refuse_shares_that_are_not_the_whole():
    held = programme_and_round(publish=False)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    for share in ("0", "-1", "100.01"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Funder.objects.create(programme=held.programme, name="X", share=Decimal(share))
    Funder.objects.create(programme=held.programme, name="X", share=Decimal("1"))
    with pytest.raises(NotReady, match="come to 101%"):
        workflow.publish_round(held, by=lead)
    actions.change_funders(held.programme, by=lead, funders=TWO)
    workflow.publish_round(held, by=lead)


def test_funders_change_until_a_letter_has_named_them():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead)
    at = reverse("programme-funders", args=[held.programme.slug])
    client = signed_in(lead)
    assert client.post(at, typed(("A", "60"), ("B", "41"))).status_code == 200
    assert client.post(at, typed(*((n, str(s)) for n, s in TWO))).status_code == 302
    assert held.programme.paid_for_by == SAID
    for who in (staff(TeamRole.OFFICER), lead_of(organisation())):
        assert signed_in(who).get(at).status_code == 404
        with pytest.raises(NotAllowed):
            actions.change_funders(held.programme, by=who, funders=TWO)
    offer(round=held)
    assert "this stands" in client.get(at).content.decode()
    assert client.post(at, typed(("A", "100"))).status_code == 409
    assert held.programme.paid_for_by == SAID


def test_the_funders_are_named_on_the_round_in_the_letter_and_in_the_open_data():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead, programme=programme(by=lead, funders=TWO))
    grant = accepted(offer(round=held))
    provider = signed_in(lead_of(grant.organisation))
    assert f"Paid for by {SAID}" in provider.get(held.get_absolute_url()).content.decode()
    letter = provider.get(reverse("decision-letter", args=[grant.reference])).content.decode()
    assert f"It is paid for by {SAID}" in letter
    assert letter_of(grant.application).paid_for_by == SAID
    (award,) = [a for a in open_data.agreed_awards() if a.grant_id == grant.pk]
    made = open_data.package(
        open_data.Chosen([award], []), {grant.pk: "A1"}, open_data.publisher()
    )["grants"][0]
    assert made["grantProgramme"][0]["description"] == f"Paid for by {SAID}."
    assert [one["name"] for one in made["fundingOrganization"]] == [open_data.publisher().name]


def test_the_api_says_what_the_pages_say_and_offers_the_verbs():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    held = programme_and_round(by=lead, programme=programme(by=lead, funders=TWO))
    draft = programme_and_round(by=lead, publish=False)
    provider, boss = signed_in(lead_of(organisation())), signed_in(lead)
    one = f"/api/v1/rounds/{held.reference}/"
    said = provider.get(one).json()
    assert said["funders"] == [
        {"name": "Example Department", "share": "60.00"},
        {"name": "Example Charity", "share": "40.00"},
    ]
    assert (said["terms"]["version"], len(said["terms"]["questions"])) == (1, 12)
    assert sum(row["weight"] for row in said["terms"]["criteria"]) == 100
    assert provider.get(f"/api/v1/rounds/{draft.reference}/").status_code == 404
    assert boss.get(f"/api/v1/rounds/{draft.reference}/").status_code == 200
    assert provider.post(f"{one}revise/").status_code in (403, 404)
    assert boss.post(f"{one}revise/").status_code == 200
    refused = boss.post(f"{one}publish-version/", {"reason": "x"}, "application/json")
    assert (refused.status_code, "Nothing is changed yet." in refused.content.decode()) == (
        409,
        True,
    )
