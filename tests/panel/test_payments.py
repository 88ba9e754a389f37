"""What panellists have earned, how long they take, and who is reminded."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts import clock
from accounts.chores import do_chores
from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership, OutboxMessage, TeamMembership, User
from accounts.state import NotAllowed, NotReady
from panel import actions, workflow
from panel.models import ParticipationPayment
from panel.reports.service import earned_by_panellists, turnaround_of_panellists
from tests.factories.accounts import staff
from tests.factories.grants import application_at, programme_and_round
from tests.factories.moments import noon
from tests.factories.panel import (
    assigned,
    briefed,
    concluded,
    conflicted,
    declared,
    panellist,
    scored,
    sheet,
    submitted,
    three,
)

pytestmark = pytest.mark.django_db


def test_only_concluded_cases_are_paid_and_which_they_were_is_not_said(client):
    here = programme_and_round(by=staff(TeamRole.PROGRAMME_LEAD))
    members = three()
    paid = members[0]
    briefed(paid, here, fee=Decimal("120.50"))
    done = [application_at("with_panel", round=here) for _ in range(2)]
    for case in done:
        concluded(case, panellists=members)
    waiting = application_at("with_panel", round=here)
    scored(waiting, panellists=members)
    finance = staff(TeamRole.FINANCE)

    rows = earned_by_panellists(finance)
    assert [(r.panellist, r.cases, r.amount) for r in rows] == [(paid, 2, Decimal("241.00"))]
    assert turnaround_of_panellists(finance) == {m.pk: (0, 2) for m in members}
    client.force_login(finance)
    page = client.get("/panel/payments/").content.decode()
    sheet_of_pay = client.get("/panel/payments/", {"format": "csv"}).content.decode()
    assert "£241.00" in page
    assert sheet_of_pay.splitlines()[1].split(",")[2:5] == ["2", "120.50", "241.00"]
    for case in (*done, waiting):
        assert case.reference not in page + sheet_of_pay
    Membership.objects.create(
        user=finance, organisation=done[0].organisation, role=MemberRole.CONTRIBUTOR
    )
    assert [r.cases for r in earned_by_panellists(User.objects.get(pk=finance.pk))] == [1]


def test_reminders_go_to_those_whose_sheet_is_missing_once_for_each_day_due():
    application = application_at("with_panel")
    due = clock.today() + timedelta(days=10)
    names = ("undeclared", "draft", "sent", "removed", "gone")
    people = {name: panellist(lived=name == "sent") for name in names}
    seats = dict(zip(names, assigned(application, people.values(), due_on=due), strict=True))
    sheet(declared(seats["draft"]))
    submitted(declared(seats["sent"]))
    conflicted(seats["removed"])
    workflow.stand_down(seats["gone"], by=people["gone"].user, reason="Ill")

    def reminded():
        found = OutboxMessage.objects.filter(dedupe_key__startswith="panel.reminder:")
        return sorted(found.values_list("to", flat=True))

    missing = sorted(people[name].user.email for name in ("undeclared", "draft"))
    found = {}
    for days in (7, 8, 9):
        with time_machine.travel(noon(days), tick=False):
            do_chores()
        found[days] = reminded()
    assert found == {7: [], 8: missing, 9: missing}


class Owed:
    """A member who is owed for two concluded cases, and somebody in finance."""

    def __init__(self):
        self.round = programme_and_round(by=staff(TeamRole.PROGRAMME_LEAD))
        self.members = three()
        self.service = briefed(self.members[0], self.round, fee=Decimal("120.50"))
        for _ in range(2):
            self.conclude()
        self.finance = staff(TeamRole.FINANCE)
        self.address = f"/panel/payments/{self.members[0].reference}/{self.round.reference}/"

    def conclude(self):
        concluded(application_at("with_panel", round=self.round), panellists=self.members)

    def row(self):
        (row,) = earned_by_panellists(self.finance)
        return row


def test_finance_marks_what_is_owed_as_paid_once(client):
    here = Owed()
    client.force_login(here.finance)
    assert "£241.00" in client.get(here.address).content.decode()
    client.post(here.address, {"cases": "2"})
    assert (here.row().paid, here.row().owed, here.row().owed_cases) == (
        Decimal("241.00"),
        Decimal("0.00"),
        0,
    )
    again = client.post(here.address, {"cases": "2"})
    assert again.status_code == 409
    assert ParticipationPayment.objects.count() == 1

    here.conclude()
    here.service.fee = Decimal("100.00")
    here.service.save()
    assert (here.row().paid, here.row().owed) == (Decimal("241.00"), Decimal("100.00"))
    sheet_of_pay = client.get("/panel/payments/", {"format": "csv"}).content.decode()
    assert sheet_of_pay.splitlines()[1].split(",")[-3] == "241.00"


def test_a_payment_of_what_is_no_longer_owed_is_refused():
    here = Owed()
    here.conclude()
    with pytest.raises(NotReady):
        actions.pay_participation(here.service, by=here.finance, cases=2)
    assert not ParticipationPayment.objects.exists()


def test_only_finance_marks_as_paid_and_never_for_themselves(client):
    here = Owed()
    for who in (staff(TeamRole.PROGRAMME_LEAD), here.members[0].user, staff(TeamRole.PANEL_CHAIR)):
        with pytest.raises(NotAllowed):
            actions.pay_participation(here.service, by=who, cases=2)
        client.force_login(who)
        assert client.get(here.address).status_code == 404
    own = here.members[0].user
    TeamMembership.objects.create(user=own, role=TeamRole.FINANCE)
    own = User.objects.get(pk=own.pk)
    with pytest.raises(NotAllowed):
        actions.pay_participation(here.service, by=own, cases=2)
