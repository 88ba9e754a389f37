"""What training commits and costs, calendar files, and certificates."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import clock
from accounts.state import NotReady
from grants.actions import add_document
from grants.enums import LineKind
from grants.models import Grant
from grants.workflow import accept_claim, submit_claim
from tests.factories import awards
from tests.factories.accounts import staff
from tests.factories.grants import picture
from tests.factories.training import HERON_ACTIVITIES, activity_of, held, heron_training, session_of
from training import money
from training.actions import change_activity, void_activity
from training.calendar import calendar_of
from training.certificates import certificates_of
from training.models import Activity, Session
from training.workflow import cancel_session

pytestmark = pytest.mark.django_db


def test_money_of_the_worked_example(client, grant, lead):
    heron_training(grant, lead)
    use = money.use_of(grant)
    assert (use.awarded, use.interventions, use.people) == (Decimal("7762.20"), 50, 14)
    assert use.each(use.spent, 50) == Decimal("0.00")
    assert use.each(use.awarded, 50) == Decimal("155.24")
    # 7,338.20 spent over 50 interventions (domain 10.3)
    assert use.each(Decimal("7338.20"), use.interventions) == Decimal("146.76")
    assert {line.line.number: line.interventions for line in use.lines if line.interventions} == {
        1: 11,
        3: 10,
        4: 12,
        5: 8,
        6: 9,
    }
    assert all(line.line.kind == LineKind.CASH for line in use.lines)
    client.force_login(lead)
    words = client.get(reverse("training-money", args=[grant.reference])).content.decode()
    assert "£155.24" in words
    first = Activity.objects.get(grant=grant, number=1)
    assert "Not said" in client.get(first.get_absolute_url()).content.decode()


def test_a_line_is_warned_of_and_the_grant_is_refused(grant, lead):
    line = grant.application.lines.get(number=1)
    activity = activity_of(grant, lead, cost=line.total * Decimal("0.5"))

    def warning():
        return next(use.warning for use in money.use_of(grant).lines if use.line == line)

    assert warning() == ""
    activity = change_activity(activity, by=lead, cost=line.total)
    assert warning() == "£0.00 left"
    activity = change_activity(activity, by=lead, cost=line.total + 1)
    assert warning() == "£1.00 more than the line has"
    with pytest.raises(NotReady, match=r"That would commit .* The grant is £7,762\.20"):
        change_activity(activity, by=lead, cost=grant.amount + Decimal("0.01"))
    whole = change_activity(activity, by=lead, cost=grant.amount)
    with pytest.raises(NotReady, match="That would commit"):
        activity_of(grant, lead, HERON_ACTIVITIES[1], cost=Decimal("0.01"))
    void_activity(whole, by=lead, reason="Logged twice")
    assert activity_of(grant, lead, HERON_ACTIVITIES[1], cost=grant.amount).cost == grant.amount
    assert money.use_of(grant).committed == grant.amount


def test_cost_each_needs_an_intervention(client, grant, lead):
    activity = activity_of(grant, lead, cost=Decimal("100.00"))
    client.force_login(lead)
    assert "£100.00" in client.get(activity.get_absolute_url()).content.decode()
    assert money.use_of(grant).activities[0].cost_each is None
    held(activity, lead, ["SW2", "SW3", "F1"])
    assert money.use_of(grant).activities[0].cost_each == Decimal("33.33")


def test_evidence_stands_beside_each_line_and_what_lacks_it_is_named(client, grant, lead):
    claim = awards.claim(grant)
    line = grant.application.lines.get(number=1)
    add_document(grant.application, by=lead, content=picture(), line=line)
    url = reverse("training-money", args=[grant.reference])

    def said(who):
        client.force_login(who)
        context = client.get(url).context
        return (
            {held.number: [d.title for d in docs] for held, docs in context["evidence"] if docs},
            {held.number for held in context["bare"]},
        )

    assert said(lead) == ({1: ["Quote for line 1"]}, set())
    other = accept_claim(submit_claim(claim, by=lead), by=staff("officer"))
    spent = {n for n, (amount, _) in awards.SPENT.items() if amount}
    assert said(lead) == ({1: ["Quote for line 1"]}, spent)
    assert "Spent, no evidence yet" in client.get(url).content.decode()
    assert other.state == "accepted"


def test_evidence_of_a_claim_covers_the_lines_that_it_spends_from(client, grant, lead):
    claim = awards.claim(grant)
    add_document(grant.application, by=lead, content=picture(), claim=claim)
    accept_claim(submit_claim(claim, by=lead), by=staff("officer"))
    client.force_login(lead)
    context = client.get(reverse("training-money", args=[grant.reference])).context
    assert context["bare"] == []
    spent = {n for n, (amount, _) in awards.SPENT.items() if amount}
    assert {held.number for held, docs in context["evidence"] if docs} == spent


def test_calendar_holds_every_session_and_no_alias(client, grant, lead):
    activity = activity_of(grant, lead, title="Plans, goals; and “calm” days: " + "é" * 60)
    day = clock.today() + timedelta(days=4)
    session_of(activity, lead, day)
    cancel_session(session_of(activity, lead, day), by=lead, reason="Ill")
    client.force_login(lead)
    answer = client.get(reverse("training-calendar", args=[grant.reference]))
    assert answer["Content-Type"].startswith("text/calendar")
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    whole = answer.content.replace(b"\r\n ", b"").decode()
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 2
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in whole
    assert "SUMMARY:Plans\\, goals\\; and “calm” days: " + "é" * 60 + "\\, session 1" in whole
    assert whole.count("STATUS:CANCELLED") == 1
    assert grant.application.person.alias not in whole


@pytest.mark.parametrize(
    ("day", "starts_at", "start", "end"),
    [
        (date(2027, 7, 14), time(9, 30), "20270714T083000Z", "20270714T143000Z"),  # summer time
        (date(2027, 1, 13), time(9, 30), "20270113T093000Z", "20270113T153000Z"),
        (
            date(2027, 3, 28),
            time(0, 30),
            "20270328T003000Z",
            "20270328T063000Z",
        ),  # the hour that goes
        (date(2027, 7, 14), time(20), "20270714T190000Z", "20270715T010000Z"),  # past midnight
        (date(2027, 7, 14), time(0), "20270713T230000Z", "20270714T050000Z"),
    ],
)
def test_a_session_with_a_time_has_its_hours_in_the_calendar(
    grant, lead, day, starts_at, start, end
):
    activity = activity_of(grant, lead)
    session = Session(
        activity=activity, reference="X", held_on=day, starts_at=starts_at, hours=Decimal(6)
    )
    said = calendar_of([session]).decode()
    assert f"DTSTART:{start}\r\nDTEND:{end}\r\n" in said
    assert "VALUE=DATE" not in said


WRITTEN = {
    "": None,
    "9:30": time(9, 30),
    "09.30": time(9, 30),
    "9:30am": time(9, 30),
    "2 pm": time(14),
    "2.15 p.m.": time(14, 15),
    "12am": time(0),
    "12 pm": time(12),
    "14:00": time(14),
    "00:00": time(0),
    "midday": time(12),
    **dict.fromkeys(("9", "25:00", "14:60", "14pm", "0am", "soon", "9:3", "-1:00"), "wrong"),
}


@pytest.mark.parametrize("words", WRITTEN)
def test_a_start_is_taken_as_people_write_it(client, grant, lead, words):
    """Planned and changed on the page, shown there and in the API; what is no time is said, and kept."""
    activity = activity_of(grant, lead)
    client.force_login(lead)
    day = clock.today() + timedelta(days=3)
    sent = {f"held_on_{part}": getattr(day, part) for part in ("day", "month", "year")}
    sent |= {"hours": "2", "mode": "in_person", "place": "provider", "starts_at": words}
    answer = client.post(f"{activity.get_absolute_url()}plan-session/", sent)
    if WRITTEN[words] == "wrong":
        assert "Enter a time, such as 9:30am or 14:00" in answer.content.decode()
        assert not Session.objects.exists()
        return
    assert answer.status_code == 302
    session = Session.objects.get()
    assert session.starts_at == WRITTEN[words]
    shown = client.get(session.get_absolute_url()).content.decode()
    assert ("Starts at" in shown) is (session.starts_at is not None)
    api = client.get(f"/api/v1/sessions/{session.reference}/").json()
    assert api["starts_at"] == (f"{session.starts_at:%H:%M:%S}" if session.starts_at else None)
    where = f"{session.get_absolute_url()}change/"
    form = client.get(where).context["form"]
    assert (form["starts_at"].value() or "") == (
        f"{session.starts_at:%H:%M}" if session.starts_at else ""
    )
    assert client.post(where, sent | {"starts_at": "16:45"}).status_code == 302
    assert Session.objects.get().starts_at == time(16, 45)


def test_certificates_for_those_who_finished_only(client, grant, lead):
    activity = change_activity(activity_of(grant, lead, min_sessions=1), by=lead, refresh_months=12)
    held(activity, lead, ["SW2", "F1"])
    found = Activity.objects.filter(pk=activity.pk).with_session_counts().get()
    certificates = certificates_of(found)
    assert [c.who for c in certificates] == ["Support worker SW2", "Parent F1"]
    first = certificates[0]
    today = clock.today()
    assert (first.sessions, first.hours, first.finished_on) == (1, Decimal("6.00"), today)
    assert first.refresh_by is not None
    assert first.refresh_by.year == today.year + 1
    client.force_login(lead)
    args = [grant.reference, activity.number]
    pdf = client.get(reverse("activity-certificate", args=[*args, first.code]))
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.content == client.get(pdf.request["PATH_INFO"]).content
    assert client.get(reverse("activity-certificate", args=[*args, "M03"])).status_code == 404
    client.force_login(staff("officer"))
    assert client.get(pdf.request["PATH_INFO"]).status_code == 404
    assert Grant.objects.filter(pk=grant.pk).exists()
