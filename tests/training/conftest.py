"""A running grant, and the lead of its organisation."""

import pytest

from grants.enums import GrantState
from tests.factories.accounts import lead_of
from tests.factories.awards import grant_at


@pytest.fixture
def grant():
    return grant_at(GrantState.ACTIVE)


@pytest.fixture
def lead(grant):
    return lead_of(grant.organisation)
