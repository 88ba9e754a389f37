"""The casework list: filters that agree with the clock, views of one's own, several cases at once, and an
export of exactly what is shown."""

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent
from accounts.state import NotAllowed, NotReady
from grants import actions, reports
from grants.enums import ApplicationState as S
from grants.models import Application, SavedView
from tests.factories.accounts import lead_of, organisation, signed_in, staff
from tests.factories.grants import application_at, programme_and_round
from tests.factories.moments import noon

pytestmark = pytest.mark.django_db


def listed(page, query=""):
    return {row.application.reference for row in page.get(f"/casework/?{query}").context["rows"]}


@pytest.fixture
def officer():
    return staff(TeamRole.OFFICER)


def test_the_clock_filter_agrees_with_the_clock(officer):
    """Cases of every age from 20 to 34 days: what the filter finds is what the clock says."""
    held = programme_and_round()
    one = organisation()
    made = [application_at(S.SUBMITTED, round=held, organisation=one) for _ in range(5)]
    made += [application_at(S.RETURNED, round=held, organisation=one)]
    ages = (20, 23, 24, 30, 31, 34)
    for case, age in zip(made, ages, strict=True):
        Application.objects.filter(pk=case.pk).update(submitted_at=noon(-age))
    made[-1].clock_stops.update(from_on=clock.today() - timedelta(days=10))
    cases = {c.reference: reports.clock(c) for c in Application.objects.for_lists()}
    page = signed_in(officer)
    late = {ref for ref, time in cases.items() if time.is_late}
    week = {
        ref
        for ref, time in cases.items()
        if not time.is_late and (time.due_on - clock.today()).days <= 7
    }
    stopped = {ref for ref, time in cases.items() if time.is_stopped}
    assert len(late) == len(stopped) == 1
    assert listed(page, "clock=late") == late
    assert listed(page, "clock=week") == week
    assert len(week) == 4
    assert listed(page, "clock=stopped") == stopped
    assert listed(page) == set(cases)


def test_the_need_filter_shows_a_case_once(officer):
    case = application_at(S.SUBMITTED)
    need = case.needs.order_by("number")[0]
    case.person.needs.update(category=need.category)
    page = signed_in(officer)
    rows = page.get(f"/casework/?need={need.category}").context["rows"]
    assert [row.application.pk for row in rows] == [case.pk]
    assert listed(page, "need=pica") == set()


def test_an_export_is_exactly_what_is_shown_and_holds_no_formula(officer):
    held = programme_and_round()
    for number in range(3):
        application_at(S.SUBMITTED, round=held, organisation=organisation(name=f"=SUM(A{number})"))
    application_at(S.IN_CHECK, round=held, officer=officer)
    page = signed_in(officer)
    query = f"state=submitted&sort=-case&round={held.reference}"
    shown = [row.application.reference for row in page.get(f"/casework/?{query}").context["rows"]]
    assert len(shown) == 3
    answer = page.get(f"/casework/export/?{query}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == shown
    assert all(row[2].startswith("'=SUM") for row in rows[1:])
    book = load_workbook(io.BytesIO(page.get(f"/casework/export/?{query}&as=xlsx").content))
    sheet = book.active
    cells = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in cells] == shown
    for row in cells:
        assert row[2].data_type == "s"
        assert row[2].value.startswith("=SUM")
        assert row[11].data_type == "n"
        assert float(row[11].value) == 7987.2


def test_a_view_is_kept_for_its_owner_alone(officer):
    page = signed_in(officer)
    query = "state=submitted&clock=late&q=&page=3"
    page.post("/casework/views/", {"name": "Late ones", "query": query})
    view = SavedView.objects.get()
    assert view.query == "state=submitted&clock=late"
    assert "Late ones" in page.get("/casework/").content.decode()
    assert page.get(view.get_absolute_url()).status_code == 200
    other = signed_in(staff(TeamRole.OFFICER))
    assert "Late ones" not in other.get("/casework/").content.decode()
    other.post("/casework/views/", {"forget": "Late ones"})
    assert SavedView.objects.count() == 1
    # The same name again replaces it; the thirteenth is refused in words.
    page.post("/casework/views/", {"name": "Late ones", "query": "clock=week"})
    assert SavedView.objects.get().query == "clock=week"
    for number in range(11):
        actions.save_view(by=officer, name=f"View {number}", query="")
    with pytest.raises(NotReady, match="12 views"):
        actions.save_view(by=officer, name="One more", query="")
    page.post("/casework/views/", {"forget": "Late ones"})
    assert not SavedView.objects.filter(name="Late ones").exists()
    with pytest.raises(NotAllowed):
        actions.save_view(by=lead_of(organisation()), name="Mine", query="")


def test_several_cases_are_given_at_once_and_each_refusal_is_said(officer):
    held = programme_and_round()
    one, two = (application_at(S.SUBMITTED, round=held) for _ in range(2))
    over = application_at(S.INELIGIBLE, round=held)
    taker = staff(TeamRole.OFFICER)
    belongs = application_at(S.SUBMITTED, round=held)
    belongs.organisation.memberships.create(user=taker, role=MemberRole.HELPER)
    page = signed_in(officer)
    chosen = [case.reference for case in (one, two, over, belongs)]
    answer = page.post(
        "/casework/assign/",
        {"case": chosen, "officer": taker.email, "query": "state=submitted"},
        follow=True,
    )
    assert answer.redirect_chain[0][0] == "/casework/?state=submitted"
    said = [str(message) for message in answer.context["messages"]]
    assert said[0] == f"2 cases are now with {taker}."
    assert {line.split(":")[0] for line in said[1:]} == {over.reference, belongs.reference}
    with_taker = set(
        Application.objects.filter(case_officer=taker).values_list("reference", flat=True)
    )
    assert with_taker == {one.reference, two.reference}
    assert AuditEvent.objects.filter(event="application.assigned").count() == 2
    nobody = page.post("/casework/assign/", {"case": [], "officer": ""}, follow=True)
    assert "Tick at least one case" in nobody.content.decode()
    applicant = signed_in(lead_of(one.organisation))
    assert (
        applicant.post("/casework/assign/", {"case": chosen, "officer": officer.email}).status_code
        == 404
    )


def test_views_and_downloads_stand_above_the_list(officer):
    application_at(S.SUBMITTED)
    page = signed_in(officer)
    page.post("/casework/views/", {"name": "Late ones", "query": "state=submitted"})
    seen = page.get("/casework/?state=submitted&page=1").content.decode()
    list_at = seen.index("<table")
    for what in ("Late ones", "Keep or take out a view", "Download this list", "Spotlight"):
        assert seen.count(what) >= 1
        assert seen.rindex(what) < list_at, what
    assert re.search(r'aria-current="page">Late ones', seen)
    assert not re.search(r'aria-current="page">Late ones', page.get("/casework/").content.decode())
    nothing = page.get("/casework/?state=ineligible").content.decode()
    assert "Download this list" not in nothing
    assert "Keep or take out a view" in nothing


def test_what_no_form_of_the_list_sends_is_no_fault(officer):
    """PostgreSQL takes no NUL; a name that cannot be seen is none."""
    page = signed_in(officer)
    for name, views in (("\0", []), ("Late\0 ones\u202e", ["Late ones"])):
        assert page.post("/casework/views/", {"name": name}).status_code == 302
        assert [view.name for view in actions.views_of(officer)] == views
    long = "word " * 30
    page.post("/casework/views/", {"name": long})
    page.post("/casework/views/", {"forget": actions.views_of(officer)[-1].name})
    page.post("/casework/views/", {"forget": "Late\0 ones"})
    assert actions.views_of(officer) == []
    case = {"case": ["\0"], "officer": officer.email}
    assert page.post("/casework/assign/", case).status_code == 302
