"""Documents of a case: who may add, read and take out; downloads and nothing else; twenty and no more;
what is not scanned stays here."""

import re
from unittest.mock import Mock

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts import chores, traces, uploads
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent
from accounts.state import NotAllowed, NotReady
from accounts.uploads import ScanState
from grants import actions, workflow
from grants.enums import MOST_DOCUMENTS, ApplicationState, GrantState
from grants.models import Document
from tests.factories.accounts import lead_of, member, organisation, signed_in, staff, user
from tests.factories.awards import claim, grant_at
from tests.factories.grants import DECLARATIONS, application_at, picture, quote_for
from tests.factories.moments import noon

pytestmark = pytest.mark.django_db


def sent(content, name="quote.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_a_quote_from_the_budget_to_the_officer():
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    page = signed_in(lead)
    assert b"Upload a quote" in page.get(f"/applications/{draft.reference}/budget/").content
    url = f"/applications/{draft.reference}/documents/"
    answer = page.post(url, {"purpose": "line-1", "file": sent(picture(), "M Smith quote.exe")})
    assert answer.status_code == 302
    kept = Document.objects.get()
    assert (kept.title, kept.kind, kept.scan) == ("Quote for line 1", "jpg", ScanState.NO_SCANNER)
    assert b"A quote is uploaded" in page.get(f"/applications/{draft.reference}/budget/").content

    download = page.get(kept.get_absolute_url())
    assert download.status_code == 200
    assert download["Content-Disposition"].startswith("attachment")
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download["Content-Type"] == "image/jpeg"
    assert b"".join(download.streaming_content) == kept.file.read()
    # Nothing of the name that it came with is left, in the row or on the disk.
    assert "Smith" not in "".join(map(str, Document.objects.values_list()[0]))
    assert kept.file.name.startswith("documents/")

    officer = signed_in(staff(TeamRole.OFFICER))
    assert officer.get(kept.get_absolute_url()).status_code == 404
    workflow.submit(draft, by=lead, declarations=DECLARATIONS)
    assert officer.get(kept.get_absolute_url()).status_code == 200
    assert b"Quote for line 1" in officer.get(url).content
    # What was sent stays.
    with pytest.raises(NotReady, match="stays in the record"):
        actions.remove_document(kept, by=lead)


def test_bad_files_are_refused_beside_the_field():
    draft = application_at(ApplicationState.DRAFT)
    page = signed_in(lead_of(draft.organisation))
    url = f"/applications/{draft.reference}/documents/"
    quote_for(draft.lines.get(number=1))
    for data, says in (
        ({"purpose": "line-1"}, "Choose the document"),
        ({"purpose": "line-1", "file": sent(b"MZ program")}, "something else"),
        ({"purpose": "line-99", "file": sent(picture())}, "from the list"),
        ({"purpose": "line-1", "file": sent(b"x" * (uploads.MOST_BYTES + 1))}, "10 MB or less"),
        ({"purpose": "line-1", "file": sent(picture())}, "This file is here already"),
    ):
        answer = page.post(url, data)
        assert answer.status_code in (200, 409)
        assert says in answer.content.decode(), says
    assert Document.objects.count() == 1


def test_a_case_holds_twenty():
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    for shade in range(MOST_DOCUMENTS):
        actions.add_document(draft, by=lead, content=picture(f"#0000{shade * 10:02x}"))
    with pytest.raises(NotReady, match="up to 20"):
        actions.add_document(draft, by=lead, content=picture("yellow"))
    first = Document.objects.order_by("pk")[0]
    actions.remove_document(first, by=lead)
    actions.add_document(draft, by=lead, content=picture("yellow"))


def test_a_full_case_says_so_before_a_file_is_chosen():
    """Also who may take nothing out any more: they are not told to."""
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    page, url = signed_in(lead), f"/applications/{draft.reference}/documents/"
    for shade in range(MOST_DOCUMENTS):
        assert b"as many as it can" not in page.get(url).content
        actions.add_document(draft, by=lead, content=picture(f"#0000{shade * 10:02x}"))
    full = page.get(url).content
    assert b"Take one out before you upload another" in full
    assert b"Upload the document" not in full
    late = {"purpose": "other", "file": SimpleUploadedFile("a.png", picture("yellow"))}
    answer = page.post(url, late)
    assert (answer.status_code, b"up to 20 documents" in answer.content) == (409, True)
    grant = grant_at(GrantState.ACTIVE)
    one = Document.objects.order_by("pk")[0]
    other = lead_of(grant.organisation)
    Document.objects.exclude(pk=one.pk).update(application=grant.application)
    actions.add_document(grant.application, by=other, content=picture("yellow"))
    sent = signed_in(other).get(f"/applications/{grant.reference}/documents/").content
    assert b"Write a message if another is needed" in sent
    assert b"Take one out" not in sent
    assert (b"Change</th>" in full, b"Change</th>" in sent) == (True, False)


def test_documents_for_one_thing_are_told_apart():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    filled = claim(grant)
    page, url = signed_in(lead), f"/applications/{grant.reference}/documents/?for=claim-1"
    for colour in ("red", "green"):
        sent = {"purpose": "claim-1", "file": SimpleUploadedFile("a.png", picture(colour))}
        answer = page.post(url, sent)
        assert answer.url == url  # back where the claim was left
    listed = page.get(url).content.decode()
    assert "Evidence for claim 1 (1)" in listed
    assert "Evidence for claim 1 (2)" in listed
    assert f'href="{filled.get_absolute_url()}">Go on with claim 1' in listed
    names = [one.file_name for one in Document.objects.order_by("pk")]
    assert names == [
        f"{grant.reference} evidence for claim 1.jpg",
        f"{grant.reference} evidence for claim 1 (2).jpg",
    ]
    shown = page.get(filled.get_absolute_url()).content.decode()
    assert "1. <a" in shown
    assert "2. <a" in shown
    Document.objects.update(scan=ScanState.QUARANTINED)
    assert "waits for the virus scan" in page.get(filled.get_absolute_url()).content.decode()
    Document.objects.update(size=0)
    assert "something was found, destroyed" in page.get(filled.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_out_leaves_the_disk():
    draft = application_at(ApplicationState.DRAFT)
    kept = quote_for(draft.lines.get(number=1))
    name = kept.file.name
    assert default_storage.exists(name)
    page = signed_in(lead_of(draft.organisation))
    assert page.post(f"{kept.get_absolute_url()}remove/").status_code == 302
    assert not default_storage.exists(name)
    events = [e.event for e in AuditEvent.objects.filter(event__contains="document").order_by("pk")]
    assert events == ["application.document_added", "application.document_removed"]


def test_who_may_add_and_read():
    draft = application_at(ApplicationState.DRAFT)
    grant = grant_at(GrantState.ACTIVE)
    quote = quote_for(draft.lines.get(number=1))
    filled = claim(grant)
    evidence = actions.add_document(
        grant.application, by=lead_of(grant.organisation), content=picture(), claim=filled
    )
    own, funded = draft.organisation, grant.organisation
    people = {
        "lead": (lead_of(own), lead_of(funded)),
        "contributor": (member(own), member(funded)),
        "helper": (member(own, MemberRole.HELPER), member(funded, MemberRole.HELPER)),
        "other": (lead_of(organisation()),) * 2,
        "newcomer": (user(),) * 2,
        **{role.value: (staff(role),) * 2 for role in TeamRole},
    }
    found = {}
    for kind, (of_draft, of_grant) in people.items():
        rights = set()
        for name, person, document in (
            ("quote", of_draft, quote),
            ("evidence", of_grant, evidence),
        ):
            if Document.objects.visible_to(person).filter(pk=document.pk).exists():
                rights.add(f"read {name}")
            try:
                actions.add_document(
                    document.application,
                    by=person,
                    content=picture(f"#{len(found) * 20:02x}ff00"),
                    line=document.line,
                    claim=document.claim,
                )
                rights.add(f"add {name}")
            except NotAllowed:
                pass
        found[kind] = rights
    writer = {"read quote", "add quote", "read evidence", "add evidence"}
    assert found == {
        "lead": writer,
        "contributor": writer,
        "helper": {"read quote", "add quote"},
        "other": set(),
        "newcomer": set(),
        **{role.value: set() for role in TeamRole},
        "officer": {"read evidence"},
        "programme_lead": {"read evidence"},
        "finance": {"read evidence"},
    }


def test_evidence_goes_with_its_claim():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    filled = claim(grant)
    page = signed_in(lead)
    assert b"Upload evidence" in page.get(filled.get_absolute_url()).content
    actions.add_document(grant.application, by=lead, content=picture(), claim=filled)
    filled = workflow.submit_claim(filled, by=lead)
    with pytest.raises(NotReady, match="This claim is sent"):
        actions.add_document(grant.application, by=lead, content=picture("red"), claim=filled)
    assert (
        b"Evidence of spending"
        in signed_in(staff(TeamRole.FINANCE)).get(filled.get_absolute_url()).content
    )


def test_quarantine(settings, monkeypatch):
    """A scanner that is away: the file waits. It comes back: clean files come out, others are destroyed."""
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    monkeypatch.setattr(uploads, "scan", lambda content: ScanState.QUARANTINED)
    clean = quote_for(draft.lines.get(number=1))
    bad = quote_for(draft.lines.get(number=1), colour="red")
    page = signed_in(lead)
    for one in (clean, bad):
        assert page.get(one.get_absolute_url()).status_code == 302
    assert actions.scan_again() == 0
    infected = bad.file.read()

    def found(content):
        if content == infected:
            raise uploads.UnsafeFile("Found.")
        return ScanState.CLEAN

    monkeypatch.setattr(uploads, "scan", found)
    assert actions.scan_again() == 1
    assert page.get(clean.get_absolute_url()).status_code == 200
    assert page.get(bad.get_absolute_url()).status_code == 302
    listed = page.get(f"/applications/{draft.reference}/documents/").content
    assert b"Something was found: destroyed" in listed
    assert b"0\xc2\xa0bytes" not in listed
    assert actions.scan_again() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_scanner(monkeypatch):
    """By the page with its token, by the shell, and by the worker: no transaction is open meanwhile."""
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    page, url = signed_in(lead), f"/applications/{draft.reference}/documents/"
    asked = []

    def scan(content):
        asked.append(connection.in_atomic_block)
        return ScanState.QUARANTINED if len(asked) < 3 else ScanState.CLEAN

    monkeypatch.setattr(uploads, "scan", scan)
    token = re.search(r'name="once" value="([^"]+)"', page.get(url).content.decode())[1]
    data = {"purpose": "line-1", "once": token}
    for _ in range(2):  # a double click keeps one
        assert page.post(url, data | {"file": sent(picture())}).status_code == 302
    assert Document.objects.count() == 1
    actions.add_document(draft, by=lead, content=picture("red"))
    assert actions.scan_again() == 1
    assert asked == [False] * 4
    assert not Document.objects.in_quarantine().exists()


def test_the_scanner_is_not_asked_about_what_is_not_kept(monkeypatch):
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)

    def scan(content):
        raise AssertionError("asked")

    monkeypatch.setattr(uploads, "scan", scan)
    url = f"/applications/{draft.reference}/documents/"
    assert (
        signed_in(lead).post(url, {"purpose": "line-99", "file": sent(picture())}).status_code
        == 200
    )
    assert (
        signed_in(lead_of(organisation())).post(url, {"file": sent(picture())}).status_code == 404
    )
    with pytest.raises(NotAllowed):
        actions.add_document(draft, by=user(), content=picture())


def test_what_is_taken_out_while_it_is_scanned_is_left_alone(monkeypatch):
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    monkeypatch.setattr(uploads, "scan", lambda content: ScanState.QUARANTINED)
    kept = quote_for(draft.lines.get(number=1))

    def meanwhile(content):
        actions.remove_document(kept, by=lead)
        return ScanState.CLEAN

    monkeypatch.setattr(uploads, "scan", meanwhile)
    assert actions.scan_again() == 0
    assert not Document.objects.exists()


def test_the_api_lists_them_and_hides_them_from_others():
    draft = application_at(ApplicationState.DRAFT)
    quote_for(draft.lines.get(number=1))
    answer = signed_in(lead_of(draft.organisation)).get(f"/api/v1/applications/{draft.reference}/")
    assert [one["title"] for one in answer.json()["documents"]] == ["Quote for line 1"]


def test_a_line_takes_the_files_of_its_quotes_along(django_capture_on_commit_callbacks):
    draft = application_at(ApplicationState.DRAFT)
    line = draft.lines.get(number=1)
    gone, stays = quote_for(line), quote_for(draft.lines.get(number=2))
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_line(line, by=lead_of(draft.organisation))
    assert not default_storage.exists(gone.file.name)
    assert default_storage.exists(stays.file.name)


def test_files_that_no_document_holds_go_after_a_day(monkeypatch):
    """The service was stopped after the file and before its row; or after the row was gone, before its file."""
    draft = application_at(ApplicationState.DRAFT)
    line = draft.lines.get(number=1)
    held = quote_for(line)
    row_gone, destroyed = quote_for(line, colour="red"), quote_for(line, colour="blue")
    Document.objects.filter(pk=row_gone.pk).delete()
    Document.objects.filter(pk=destroyed.pk).update(size=0)
    with monkeypatch.context() as stopped:
        stopped.setattr("grants.actions.documents.record", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            quote_for(line, colour="green")
    assert len([*traces.files("documents")]) == 4
    assert actions.forget_strays() == 0  # they may be on their way
    with time_machine.travel(noon(2)):
        assert actions.forget_strays() == 3
        assert actions.forget_strays() == 0  # once a day
    assert [*traces.files("documents")] == [held.file.name]


def test_the_worker_looks_for_strays_and_needs_no_folder():
    assert actions.forget_strays in chores._CHORES
    assert actions.forget_strays() == 0
