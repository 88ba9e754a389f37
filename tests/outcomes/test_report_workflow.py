from datetime import date

import pytest

from accounts import clock
from accounts.state import NotReady
from grants.enums import GrantState
from outcomes.enums import Point, ReportState
from tests.factories.accounts import lead_of
from tests.factories.outcomes import accepted, heron_report

from .conftest import noon


def test_a_baseline_activates_the_grant_and_locks_the_plan(active):
    assert active.state == GrantState.ACTIVE
    plan = active.application.person.plans.get(point="before")
    assert plan.locked_at is not None
    assert active.outcome_reports.get().state == ReportState.SUBMITTED


def test_the_report_that_the_round_names_is_noted_on_the_grant(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(date(2026, 1, 12))):
        accepted(heron_report(started, Point.M6, lead))
    started = type(started).objects.get(pk=started.pk)
    assert started.final_report_accepted_on == date(2026, 1, 12)


def test_early(started):
    lead = lead_of(started.organisation)
    with clock.at(noon(date(2025, 9, 1))), pytest.raises(NotReady) as refused:
        heron_report(started, Point.M3, lead)
    assert refused.value.blockers == [
        "It is too early: this report can be sent from 24 September 2025."
    ]
