"""What is kept for its time and no longer: every class of domain 7.5, a dry run that removes nothing, a log
that says why, and a hold that stops it."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import models
from django.test import Client

from accounts import audit, clock, retention
from accounts.enums import TeamRole
from accounts.models import AuditCut, AuditEvent, OutboxMessage, Removal
from accounts.state import NotAllowed
from focus_people import actions, workflow
from focus_people.models import FocusPerson
from grants import workflow as road
from grants.enums import ApplicationState
from grants.models import Application
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import heron, words_kept
from tests.factories.grants import application_at
from tests.factories.moments import noon

pytestmark = pytest.mark.django_db

# Class → months, from domain 7.5; letters, forms and kept words are the service's own.
PERIODS = {
    "audit": 72,
    "letters": 12,
    "forms": 1,
    "person": 24,
    "words": 24,
    "application": 24,
    "award": 72,
    "appeal": 120,
    "answers": 12,
    "story": 1,
    "survey": 24,
}


def due(kind):
    (found,) = retention.due([kind])
    return [one.what for one in found.expired], [one.what for one in found.held]


def after(months):
    return time_machine.travel(noon(31 * months), tick=False)


def test_every_class_of_the_rules_has_its_period():
    assert {kind: one.months for kind, one in retention.all_classes().items()} == PERIODS


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), -2, date(2027, 2, 28)),
    ],
)
def test_months_before(day, months, expected):
    assert retention.months_before(day, months) == expected


def test_an_application_is_emptied_after_its_time_and_still_counts():
    made = application_at(ApplicationState.DRAFT)
    lead = lead_of(made.organisation)
    line = made.lines.first().description
    road.withdraw(made, by=lead, reason="Another funder helps")
    assert due("application") == ([], [])
    with after(25):
        assert due("application") == ([made.reference], [])
        out = io.StringIO()
        call_command("retention", "--dry-run", "--class", "application", stdout=out)
        assert f"{made.reference}, due" in out.getvalue()
        assert "Nothing was removed." in out.getvalue()
        assert made.lines.first().description == line
        assert not Removal.objects.exists()
        call_command("retention", "--class", "application", stdout=out)
        logged = Removal.objects.get()
        assert (logged.kind, logged.what) == ("application", made.reference)
        assert logged.why == "Application that led to no grant: 2 years after it ended"
        assert logged.pieces > 3
        assert logged.due_on == retention.months_before(clock.today() - timedelta(days=775), -24)
        kept = Application.objects.get(pk=made.pk)
        assert (kept.state, kept.lines.first().description) == ("withdrawn", "Removed")
        assert kept.lines.first().total == made.lines.first().total
        assert due("application") == ([], [])


def test_a_hold_stops_it_and_its_end_lets_it_go():
    made = application_at(ApplicationState.DRAFT)
    lead = staff(TeamRole.PROGRAMME_LEAD)
    road.withdraw(made, by=lead_of(made.organisation), reason="Another funder helps")
    workflow.place_hold(
        made.person, by=lead, reason="A claim", review_on=clock.today() + timedelta(days=300)
    )
    audit.seal()
    with after(80):
        assert due("application") == ([], [made.reference])
        assert due("person") == ([], [made.person.reference])
        assert due("audit")[0] == []
        assert retention.remove_due() == [] or not {r.kind for r in Removal.objects.all()} & {
            "application",
            "person",
            "audit",
        }
        workflow.release_hold(made.person, by=lead)
        audit.seal()
        assert due("application") == ([made.reference], [])
        retention.remove_due(["application", "person"])
        assert {r.kind for r in Removal.objects.all()} >= {"application"}


def test_a_person_whom_nothing_needs_is_made_anonymous():
    held = organisation()
    made = heron(held, lead_of(held))
    running = application_at(ApplicationState.SUBMITTED)
    with after(25):
        assert due("person") == ([made.reference], [])
        (removed,) = retention.remove_due(["person"])
        now = FocusPerson.objects.get(pk=made.pk)
        assert (removed.what, removed.pieces > 10) == (now.reference, True)
        assert made.reference not in f"{removed.what} {removed.why}"
        assert (now.strengths, now.age_band) == ("Removed", made.age_band)
        assert now.service_design_on == date(2024, 1, 1)
        assert now.working_policy_on == date(2024, 1, 1)  # March, by its quarter
        assert due("person") == ([], [])
    assert FocusPerson.objects.get(pk=running.person.pk).reference == running.person.reference


def test_words_that_an_officer_looked_at_go():
    words = words_kept(lead_of(organisation()))
    with after(25):
        assert due("words") == ([], [])
    workflow.let_words_stay(words, by=staff(TeamRole.OFFICER))
    with after(25):
        assert due("words") == ([words.reference], [])


def test_the_trail_is_cut_from_its_beginning_and_stays_whole():
    with time_machine.travel("2019-01-10T10:00:00Z", tick=False):
        held = organisation()
        by = lead_of(held)
        made = heron(held, by)
    audit.seal()
    old = AuditEvent.objects.count()
    actions.edit_person(made, by=by, strengths="Loves the hills")
    audit.seal()
    retention.remove_due(["audit"])
    assert AuditEvent.objects.filter(at__year=2019).count() == 0
    verdict = audit.verify()
    assert (verdict.broken_at, AuditEvent.objects.count()) == (None, verdict.checked)
    assert Removal.objects.get().pieces >= old - 20
    actions.edit_person(made, by=by, strengths="Loves the sea")
    audit.seal()
    assert audit.verify().broken_at is None
    # Whoever takes a row away, or moves the cut, is found out.
    first = AuditEvent.objects.order_by("sealed_as").first()
    models.QuerySet(AuditEvent).filter(pk=first.pk).delete()
    assert audit.verify().broken_at is not None
    models.QuerySet(AuditCut).update(sealed_as=first.sealed_as, seal=first.seal)
    assert audit.verify().broken_at is not None


def test_letters_that_wait_are_never_removed():
    now = noon(-400)
    for number, state in enumerate(("waiting", "sent", "dead")):
        OutboxMessage.objects.create(
            dedupe_key=f"k{number}",
            to="a@example.org",
            subject="x",
            body="x",
            state=state,
            created_at=now,
        )
    retention.remove_due(["letters"])
    assert [m.state for m in OutboxMessage.objects.all()] == ["waiting"]


def test_periods_are_set_by_a_lead_with_a_reason_and_keep_their_history():
    lead = staff(TeamRole.PROGRAMME_LEAD)
    with pytest.raises(NotAllowed):
        retention.set_period("person", by=staff(TeamRole.AUDITOR), months=12, reason="x")
    client = Client()
    client.force_login(lead)
    where = "/retention/person/"
    assert "Say why the period" in client.post(where, {"months": "36"}).content.decode()
    assert client.post(where, {"months": "36", "reason": "Agreed by the board"}).status_code == 302
    assert retention.months_of("person") == 36
    page = client.get(where).content.decode()
    assert "Agreed by the board" in page
    assert "3 years" in client.get("/retention/").content.decode()


def test_the_worker_removes_once_a_day_where_it_is_wanted(settings):
    held = organisation()
    heron(held, lead_of(held))
    with after(25):
        settings.RETENTION_BY_WORKER = False
        assert retention.daily() == 0
        settings.RETENTION_BY_WORKER = True
        assert retention.daily() >= 1
        heron(held, lead_of(held), alias="WREN")
        assert retention.daily() == 0
