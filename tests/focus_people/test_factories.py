import pytest

from accounts.enums import OrganisationState, TeamRole
from tests.factories.accounts import lead_of, member, organisation, staff

pytestmark = pytest.mark.django_db


def test_factories_make_people_who_belong():
    made = organisation()
    assert made.state == OrganisationState.VERIFIED
    assert lead_of(made).is_in(made.pk)
    assert member(made).is_in(made.pk, "contributor")
    assert staff(TeamRole.OFFICER).is_team(TeamRole.OFFICER)
