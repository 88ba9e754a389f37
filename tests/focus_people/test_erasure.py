"""One person is erased by two people: no trace is left anywhere, and no total has moved. The scanner finds
what is planted on purpose in each kind of place."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import audit, clock, traces
from accounts.enums import TeamRole
from accounts.models import AuditEvent, OnceToken, OutboxMessage
from accounts.outbox import post
from accounts.privacy import declared, words_of
from accounts.state import NotAllowed
from config.settings.base import database
from focus_people import workflow
from focus_people.erasing import make_anonymous
from focus_people.models import Erasure, FocusPerson, KeptWords
from focus_people.reports.everything import rows_about
from grants.models import Grant, SavedView
from tests import world
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.focus_people import heron, says_why, words_kept
from tests.routes import BEHIND
from tests.test_routes import TABLE

pytestmark = pytest.mark.django_db


def anyhow(row, **values):
    models.QuerySet(type(row)).filter(pk=row.pk).update(**values)


# What the database wants beside a reason.
TOGETHER = {
    "late_reason": {"late_until": clock.now()},
    "recovery_reason": {"recovery_due_on": clock.today()},
}


def planted_in(person):
    """A string of its own in every text that belongs to the person, whatever model holds it."""
    said = {}
    for model, held in rows_about(person, without=()).items():
        for row in held:
            for field in words_of(model):
                if (model, field.name) == (FocusPerson, "alias"):
                    continue
                token = f"Zq plant {len(said):04d}"
                if isinstance(field, models.FileField):
                    name = getattr(row, field.attname).name
                    default_storage.delete(name)
                    default_storage.save(name, ContentFile(f"A quote. {token}".encode()))
                elif isinstance(field, models.JSONField):
                    value = getattr(row, field.attname)
                    value = [*value, token] if isinstance(value, list) else {**value, "n": token}
                    anyhow(row, **{field.attname: value})
                elif field.name == "local_ref":
                    row.local_ref = token
                    row.save(update_fields=["local_ref"])
                else:
                    anyhow(row, **{field.attname: token}, **TOGETHER.get(field.name, {}))
                said[token] = f"{model._meta.label}.{field.name}"
    return said


def figures():
    out = io.StringIO()
    call_command("impact", "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_no_trace_is_left_and_no_total_moves(django_capture_on_commit_callbacks):
    made = world.build()
    grant = made.grant
    person = grant.application.person
    reference, alias = person.reference, person.alias
    asks, decides = made.people["programme lead"], staff(TeamRole.PROGRAMME_LEAD)
    first, second = Client(), Client()
    first.force_login(asks)
    second.force_login(decides)

    # While the grant runs, nobody erases.
    where = f"/people/{reference}/ask-erasure/"
    says_why(first, person, "rights")
    refused = first.post(where, {"why": "asked"})
    assert refused.status_code == 409
    assert f"Grant {grant.reference} is still running." in refused.content.decode()

    said = planted_in(person)
    assert len(set(said.values())) >= 35, sorted(set(said.values()))
    anyhow(grant, state="closed", closed_at=clock.now(), closed_by=asks)
    grant.payments.update(state="refused")
    post("grant_closed", to=["somebody@example.org"], key=f"x:{grant.reference}", grant=grant)
    OnceToken.objects.create(token="t1", user=asks, location=f"/people/{reference}/")
    words = words_kept(member(person.organisation), "Kemi Planted")
    KeptWords.objects.filter(pk=words.pk).update(place=f"/people/{reference}/needs/")
    SavedView.objects.create(user=asks, name="Mine", query=f"about={reference}")
    audit.record("person.edited", person, by=asks, fields=["Zq plant 0003"])
    audit.record("grant.closed", grant, by=asks, about=f"{reference} and Zq plant 0004")
    audit.seal()
    kept = SessionStore()
    kept["purposes"] = {reference: "checking"}
    kept["theme"] = "plain"
    kept.save()
    cache.set(
        "kept:abc", (1, f"/people/{reference}/needs/", [("row-0-statement", "Zq plant 0001")])
    )
    cache.set("kept:def", (1, "/elsewhere/", [("words", "Nothing of theirs")]))
    everything = [reference, *said]
    before = figures()
    found = {t.needle for t in traces.scan(everything).traces}
    assert found == set(everything)

    # One asks, and cannot decide; another does.
    assert first.post(where, {"why": "asked"}).status_code == 302
    erasure = Erasure.objects.get(person=person)
    assert first.post(f"/people/erasures/{erasure.reference}/erase/").status_code == 404
    with pytest.raises(NotAllowed):
        workflow.erase(erasure, by=asks)
    with django_capture_on_commit_callbacks(execute=True):
        done = second.post(f"/people/erasures/{erasure.reference}/erase/")
    assert done.status_code == 302

    assert traces.scan([*everything, alias]).traces == ()
    assert figures() == before
    shown = second.get(done["Location"]).content.decode()
    assert "No trace is left" in shown, Erasure.objects.get(pk=erasure.pk).traces
    assert audit.verify().broken_at is None
    assert cache.get("kept:abc") is None
    assert cache.get("kept:def") is not None
    assert SessionStore(kept.session_key)["theme"] == "plain"
    assert "purposes" not in SessionStore(kept.session_key)
    now = FocusPerson.objects.get(pk=person.pk)
    assert now.edit_blockers()
    assert (now.age_band, now.reference != reference) == (person.age_band, True)
    assert Grant.objects.get(pk=grant.pk).amount == grant.amount
    left_over = OutboxMessage.objects.create(
        dedupe_key="y", to="a@example.org", subject="x", body=f"About {reference}"
    )
    with pytest.raises(CommandError, match="1 places"):
        call_command("scan_for", reference)
    left_over.delete()
    call_command("scan_for", reference)

    # Every page and every export of everybody, afterwards: none fails, none says anything.
    wanted = traces.Needles(everything)
    for who in ("lead", "officer", "programme lead", "finance", "auditor", "chair"):
        client = Client()
        client.force_login(made.people[who])
        for name, opens in TABLE.items():
            part, more = BEHIND.get(name, ("", {}))
            if opens.only_post or who not in opens.to:
                continue
            response = client.get(reverse(name, kwargs={**made.parts.get(part, {}), **more}))
            if name in ("rating", "sign-in-sheet"):  # the links went with the person
                assert response.status_code == 404
                continue
            assert response.status_code == 200, (who, name, response.status_code)
            content = b"".join(response) if response.streaming else response.content
            assert wanted.within(traces.text_of_file(content)) == [], (who, name)


def test_the_scanner_finds_what_is_planted_in_each_kind_of_place():
    held = organisation()
    by = lead_of(held)
    made = heron(held, by)
    token = "Zqleft over 77"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:t>Zqleft</w:t><w:t> over 77</w:t>")

    def in_session():
        store = SessionStore()
        store["x"] = {"deep": [token]}
        store.save()

    def encrypted():
        made.local_ref = token
        made.save()

    places = {
        "focus_people.Need.statement": lambda: made.needs.filter(number=1).update(statement=token),
        "focus_people.Scenario.week": lambda: made.scenarios.create(
            number=1,
            title="x",
            setting="own_home",
            week={"lines": [{"label": token}]},
            changed_by=by,
        ),
        "focus_people.FocusPerson.local_ref": encrypted,
        "accounts.AuditEvent.data": lambda: audit.record("x.y", made, by=by, why=token),
        "accounts.OutboxMessage.body": lambda: OutboxMessage.objects.create(
            dedupe_key="k", to="a@example.org", subject="x", body=f"Dear\n{token.upper()}"
        ),
        "session": in_session,
        "cache": lambda: cache.set("kept:x", (1, "/", [("a", token)])),
        "file": lambda: default_storage.save("documents/a", ContentFile(packed.getvalue())),
    }
    assert traces.scan([token]).traces == ()
    for place, plant in places.items():
        before = {t.place for t in traces.scan([token]).traces}
        plant()
        assert {t.place for t in traces.scan([token]).traces} - before == {place}
    default_storage.save(f"documents/{token}.pdf", ContentFile(b"x"))
    assert len([t for t in traces.scan([token]).traces if t.place == "file"]) == 2


def test_a_hold_stops_an_erasure_that_was_asked_for():
    held = organisation()
    made = heron(held, lead_of(held))
    asks, decides = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    erasure = workflow.ask_erasure(made, by=asks, why="asked")
    workflow.place_hold(
        made, by=asks, reason="A claim", review_on=clock.today() + timedelta(days=30)
    )
    client = Client()
    client.force_login(decides)
    refused = client.post(f"/people/erasures/{erasure.reference}/erase/")
    assert refused.status_code == 409
    assert "A legal hold of" in refused.content.decode()
    assert FocusPerson.objects.get(pk=made.pk).reference == made.reference
    workflow.release_hold(made, by=decides)
    assert client.post(f"/people/erasures/{erasure.reference}/erase/").status_code == 302
    assert FocusPerson.objects.get(pk=made.pk).reference != made.reference


def test_what_is_said_everywhere_hides_nothing(monkeypatch):
    """However often one word is found, another that is found once is told."""
    monkeypatch.setattr(traces, "MOST_OF_ONE", 2)
    for number in range(5):
        OutboxMessage.objects.create(
            dedupe_key=f"s{number}", to="a@example.org", subject="said everywhere", body="x"
        )
    default_storage.save("documents/said just once.pdf", ContentFile(b""))
    found = traces.scan(["said everywhere", "said just once"]).traces
    assert [trace.needle for trace in found] == ["said everywhere"] * 2 + ["said just once"]
    default_storage.delete("documents/said just once.pdf")


@pytest.mark.sqlite
def test_no_free_page_of_the_file_keeps_what_was_erased():
    command = database("sqlite:///x.sqlite3")["OPTIONS"]["init_command"]
    assert "secure_delete=ON" in command
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            assert cursor.fetchone() == (1,)


def bytes_of_the_database():
    """What the file of an SQLite database and its write-ahead log hold."""
    name = connection.settings_dict["NAME"]
    return {
        end: (path.read_bytes() if (path := Path(f"{name}{end}")).exists() else b"")
        for end in ("", "-wal")
    }


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_no_byte_of_the_database_nor_of_its_log_keeps_what_was_erased():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its log by itself")
    words = "Zq plant that nobody else says"
    held = organisation()
    person = heron(held, lead_of(held))
    need = person.needs.first()
    anyhow(need, statement=words)
    alias, reference = "ZQALIASPLANT", person.reference
    anyhow(person, alias=alias)
    assert any(words.encode() in said for said in bytes_of_the_database().values())
    make_anonymous(FocusPerson.objects.get(pk=person.pk))
    kept = bytes_of_the_database()
    assert kept["-wal"] == b""
    assert [w for w in (words, alias, reference) if w.encode() in kept[""]] == []


@pytest.mark.postgres
def test_an_erasure_waits_for_a_hold_that_is_being_placed():
    """The record is locked before it is asked whether a hold stands on it."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL locks rows")
    held = organisation()
    one, two = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    asked = workflow.ask_erasure(heron(held, lead_of(held)), by=one, why="asked")
    with CaptureQueriesContext(connection) as said:
        workflow.erase(asked, by=two)
    queries = [query["sql"] for query in said.captured_queries]
    locks = [n for n, q in enumerate(queries) if "FOR UPDATE" in q and "_focusperson" in q]
    holds = [n for n, q in enumerate(queries) if 'FROM "focus_people_legalhold"' in q]
    assert locks[0] < holds[0]


def test_a_lead_of_the_organisation_itself_neither_asks_nor_decides():
    held = organisation()
    made = heron(held, lead_of(held))
    own = member(held)
    own.team_memberships.create(role=TeamRole.PROGRAMME_LEAD)
    own = type(own).objects.get(pk=own.pk)
    with pytest.raises(NotAllowed):
        workflow.ask_erasure(made, by=own, why="asked")
    erasure = workflow.ask_erasure(made, by=staff(TeamRole.PROGRAMME_LEAD), why="asked")
    with pytest.raises(NotAllowed):
        workflow.erase(erasure, by=own)
    other = staff(TeamRole.PROGRAMME_LEAD)
    workflow.turn_down_erasure(erasure, by=other)
    assert workflow.ask_erasure(made, by=other, why="asked").state == "erasure_asked"


def test_a_redacted_row_is_still_sealed():
    held = organisation()
    made = heron(held, lead_of(held))
    audit.seal()
    row = AuditEvent.objects.filter(subject_ref=made.reference).first()
    audit.redact(row, subject_ref="P-GONE", data={})
    assert audit.verify().broken_at is None
    models.QuerySet(AuditEvent).filter(pk=row.pk).update(event="person.died")
    assert audit.verify().broken_at == row.sealed_as


def test_every_model_says_which_rows_go():
    goes = {m._meta.label for m in rows_models() if declared(m, "goes")}
    assert goes == {
        "grants.Document",
        "grants.LinkingCode",
        "focus_people.Scenario",
        "training.SignInLink",
        "training.RatingLink",
        "outcomes.Story",
    }


def rows_models():
    from django.apps import apps

    return list(apps.get_models())
