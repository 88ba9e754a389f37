"""Due diligence: what an officer is told of an applicant, and what is nobody's business."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import clock
from accounts.enums import CqcStatus, OrganisationState, TeamRole
from accounts.models import Organisation
from grants.diligence import checks
from grants.enums import ApplicationState, GrantState
from grants.models import Grant
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.awards import grant_at
from tests.factories.grants import application_at, programme_and_round

pytestmark = pytest.mark.django_db


def found(application):
    application.organisation.refresh_from_db()
    return {check.what: (check.found, check.wants_a_look) for check in checks(application)}


@pytest.mark.parametrize(
    ("field", "what", "number", "is_right"),
    [
        ("charity_number", "Charity number", "1164883", True),
        ("charity_number", "Charity number", "116488", True),
        ("charity_number", "Charity number", "11648", False),
        ("charity_number", "Charity number", "11648833", False),
        ("company_number", "Company number", "09668396", True),
        ("company_number", "Company number", "sc 123456", True),
        ("company_number", "Company number", "9668396", False),
        ("company_number", "Company number", "ABC12345", False),
    ],
)
def test_numbers_are_held_to_the_form_of_their_register(field, what, number, is_right):
    case = application_at(ApplicationState.SUBMITTED)
    Organisation.objects.filter(pk=case.organisation_id).update(**{field: number})
    said, wants_a_look = found(case)[what]
    assert said.startswith(number)
    assert wants_a_look is not is_right


def test_a_number_that_another_organisation_has_too():
    case = application_at(ApplicationState.SUBMITTED)
    what = "Another organisation with the same number"
    Organisation.objects.filter(pk=case.organisation_id).update(
        charity_number="1164883", company_number=""
    )
    twin, refused, empty = (organisation(name=name) for name in ("Twin Care", "Gone", "Nobody"))
    Organisation.objects.filter(pk=empty.pk).update(charity_number="", company_number="")
    assert found(case)[what] == ("No", False)
    Organisation.objects.filter(pk=refused.pk).update(
        charity_number="1164883", state=OrganisationState.REFUSED
    )
    assert found(case)[what] == ("No", False)
    Organisation.objects.filter(pk=twin.pk).update(charity_number=" 116 4883 ")
    assert found(case)[what] == ("Yes: Twin Care", True)


def test_what_is_owed_and_what_the_person_had_before():
    earlier = grant_at(GrantState.ACTIVE)
    held = earlier.organisation
    case = application_at(
        ApplicationState.SUBMITTED,
        round=programme_and_round(),
        organisation=held,
        person=earlier.application.person,
    )
    seen = found(case)
    assert seen["Earlier grants"] == ("1", False)
    assert seen["Earlier money for the same person"] == (earlier.reference, True)
    assert seen["Training time over, last report not accepted"] == ("None", False)
    Grant.objects.filter(pk=earlier.pk).update(delivery_until=clock.today() - timedelta(days=1))
    seen = found(case)
    assert seen["Training time over, last report not accepted"] == (earlier.reference, True)
    Grant.objects.filter(pk=earlier.pk).update(extended_until=clock.today())
    assert found(case)["Training time over, last report not accepted"] == ("None", False)
    Organisation.objects.filter(pk=held.pk).update(cqc_status=CqcStatus.APPLIED)
    assert found(case)["Care Quality Commission"][1] is True


def test_it_is_for_the_programmes_staff_alone():
    case = application_at(ApplicationState.SUBMITTED)
    for who, sees in ((staff(TeamRole.OFFICER), True), (lead_of(case.organisation), False)):
        client = Client()
        client.force_login(who)
        page = client.get(case.get_absolute_url()).content.decode()
        assert ("Due diligence" in page) is sees
