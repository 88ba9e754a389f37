"""The factories walk every state, with the figures of the worked example."""

from decimal import Decimal

import pytest

from grants.enums import GrantState
from grants.models import Payment
from tests.factories.awards import grant_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", GrantState.values)
def test_grant_at_reaches_every_state(state):
    assert grant_at(state).state == state


def test_heron_is_paid_and_closed():
    grant = grant_at(GrantState.CLOSED)
    payments = Payment.objects.filter(grant=grant).order_by("pk").values_list("amount", flat=True)
    assert list(payments) == [Decimal("6209.76"), Decimal("1128.44")]
    assert grant.accepted_spend() == Decimal("7338.20")
