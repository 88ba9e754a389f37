"""Every list of the grants app, page and API, for whoever reads it: as many queries for three rows as for
one, and at most fifteen. An address that is neither in the table nor named as no list fails.

"Your work", the calendar and a round at a glance gather many small lists: their count stays the same too,
but it is a sum."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from accounts.enums import TeamRole
from grants import actions, workflow
from grants.api import VIEWSETS
from grants.enums import ApplicationState, GrantState
from grants.models import Application, BudgetLine, Grant, Round
from grants.urls import urlpatterns
from tests.factories import awards
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.grants import application_at, picture, programme_and_round

pytestmark = pytest.mark.django_db

MOST = 15
LEAD, OFFICER, PROGRAMME_LEAD, FINANCE = "lead", "officer", "programme lead", "finance"
STAFF = (OFFICER, PROGRAMME_LEAD)
# Address → who reads it.
PAGES = {
    "applications": (LEAD,),
    "casework": STAFF,
    "casework-export": STAFF,
    "spotlight-export": STAFF,
    "grants": (LEAD, *STAFF, FINANCE),
    "payments": (*STAFF, FINANCE),
    "rounds": (LEAD, PROGRAMME_LEAD),
    "appeals": (LEAD, *STAFF),
    "conditions": (PROGRAMME_LEAD,),
    "calendar": (LEAD, OFFICER),
}
NO_LISTS = {
    "eligibility-check",
    "start-application",
    "casework-assign",
    "casework-view",
    "add-round",
    "add-programme",
    "add-condition",
}
# Lists within one thing: what the address names, and who reads it.
WITHIN = {
    "round": (PROGRAMME_LEAD,),
    "round-versions": (PROGRAMME_LEAD,),
    "release-decisions": (PROGRAMME_LEAD,),
    "application-documents": (LEAD, OFFICER),
    "application-budget": (LEAD,),
}
API = {
    "applications": (LEAD, *STAFF),
    "grants": (LEAD, *STAFF, FINANCE),
    "payments": (LEAD, *STAFF, FINANCE),
    "claims": (LEAD, *STAFF, FINANCE),
    "appeals": (LEAD, *STAFF),
    "changes": (LEAD, *STAFF, FINANCE),
    "rounds": (LEAD, PROGRAMME_LEAD),
}


class Rows:
    """Everything that the lists show; `add` adds one of each."""

    def __init__(self) -> None:
        self.round: Round = programme_and_round()
        self.organisation = organisation()
        self.draft: Application = application_at(
            ApplicationState.DRAFT, round=self.round, organisation=self.organisation
        )
        BudgetLine.objects.filter(application=self.draft).delete()
        self.people: dict[str, Any] = {
            LEAD: lead_of(self.organisation),
            OFFICER: staff(TeamRole.OFFICER),
            PROGRAMME_LEAD: staff(TeamRole.PROGRAMME_LEAD),
            FINANCE: staff(TeamRole.FINANCE),
        }
        self.count = 0

    def add(self) -> None:
        self.count += 1
        at = {"round": self.round, "organisation": self.organisation}
        lead, programme_lead = self.people[LEAD], self.people[PROGRAMME_LEAD]
        application_at(ApplicationState.DRAFT, **at)
        application_at(ApplicationState.SUBMITTED, **at)
        application_at(ApplicationState.RETURNED, **at)
        awards.decided(**at)
        grant: Grant = awards.grant_at(GrantState.ACTIVE, **at)
        workflow.appeal(grant.application, by=lead, ground="fact", words="Line 4 was misread")
        lines = {1: Decimal("1800.00"), 3: Decimal("950.00")}
        workflow.move_money(grant, by=lead, lines=lines, reason="Dearer")
        awards.accepted_claim(grant, is_final=False)
        awards.first_payment(grant)
        programme_and_round(by=programme_lead, programme=self.round.programme)
        actions.save_standard_condition(
            None,
            by=programme_lead,
            title=f"Report {self.count}",
            words=f"Report in month {self.count}",
            evidence="",
            before="",
        )
        actions.add_document(
            self.draft, by=lead, content=picture(("red", "green", "blue")[self.count - 1])
        )
        actions.save_line(
            self.draft,
            by=lead,
            needs=self.draft.person.needs.all()[:1],
            category="materials",
            description=f"Workbook {self.count}",
            topic="",
            quantity=Decimal(1),
            unit_cost=Decimal("1200.00"),
            kind="cash",
            justification="",
        )

    def addresses(self) -> Iterator[tuple[str, str]]:
        for name, roles in PAGES.items():
            yield from ((role, reverse(name)) for role in roles)
        for name, roles in WITHIN.items():
            thing = self.round if "round" in name or name == "release-decisions" else self.draft
            yield from ((r, reverse(name, args=[thing.reference])) for r in roles)
        for name, roles in API.items():
            yield from ((role, f"/api/v1/{name}/") for role in roles)
        yield from ((role, "/") for role in self.people)

    def counted(self) -> dict[tuple[str, str], int]:
        """Role and address → queries of the second look."""
        found = {}
        for role, url in self.addresses():
            client = Client()
            client.force_login(self.people[role])
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                status = client.get(url).status_code
            assert status in (200, 404), (role, url)
            if status == 200:
                found[role, url] = len(queries)
        return found


def test_every_address_is_a_list_or_none():
    alone = {one.name for one in urlpatterns if "<" not in str(one.pattern)}
    assert alone == set(PAGES) | NO_LISTS
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert set(WITHIN) <= named
    assert set(API) == {prefix for prefix, *_ in VIEWSETS}


def test_three_rows_take_as_many_queries_as_one_and_never_more_than_fifteen():
    rows = Rows()
    rows.add()
    one = rows.counted()
    rows.add()
    rows.add()
    three = rows.counted()
    # A block of "Your work" that is full asks less than one that looks for more.
    full = {at for at, n in one.items() if at[1] == "/" and three[at] < n}
    differs = {at for at, n in one.items() if three.get(at) != n} - full
    assert {at: (one[at], three.get(at)) for at in differs} == {}
    sums = ("/", reverse("calendar"), rows.round.get_absolute_url())
    lists = {at: n for at, n in three.items() if at[1] not in sums}
    assert {at: n for at, n in lists.items() if n > MOST} == {}
    assert len(three) > 35
