from decimal import Decimal

import pytest

from grants.budget import figures
from grants.enums import ApplicationState
from grants.models import CaseFile
from grants.views.budgets import meters
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db


def test_heron_figures_from_draft_to_panel():
    draft = application_at(ApplicationState.DRAFT)
    assert draft.figures.requested == Decimal("7987.20")
    assert draft.figures.eligible == Decimal("7762.20")
    assert draft.figures.cover_percent == Decimal("27.2")
    passed = application_at(ApplicationState.WITH_PANEL)
    assert passed.figures.eligible == Decimal("7762.20")
    newest = CaseFile.objects.filter(application=passed).order_by("-version")[0]
    assert (newest.version, newest.content["eligible"]) == (2, "7762.20")
    assert newest.content["lines"][10]["verdict"] == "refused"


@pytest.mark.parametrize("state", ["submitted", "in_check", "returned", "ineligible", "withdrawn"])
def test_application_at_walks_to_each_state(state):
    assert application_at(state).state == state


def test_needs_are_counted_once_some_are_chosen():
    application = application_at(ApplicationState.DRAFT)
    held = figures(application.lines.prefetch_related("needs"))
    chosen = application.needs.count()
    assert chosen

    def row():
        rows = meters(application, held)
        (found,) = (row for row in rows if row["label"] == "Needs with at least one line")
        return found

    assert row()["limit"] == f"of {chosen}"
    application.needs.clear()
    assert (row()["value"], row()["limit"], row()["tone"]) == ("None chosen yet", "", "")
    assert "question 4" in row()["note"]
