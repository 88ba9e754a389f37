"""Documents of an application: added, removed while they are in draft, scanned again when the scanner is
back. The file itself is looked at, cleaned and scanned before anything is written (`accounts.uploads`), and
before a transaction begins: a slow scanner keeps nobody else from writing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from accounts import clock, uploads
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted

from ..enums import MOST_DOCUMENTS, ClaimState, DocumentPurpose
from ..models import Application, BudgetLine, Claim, Document
from ..models.document import FOLDER

OPEN_CLAIM = (ClaimState.DRAFT, ClaimState.RETURNED)


@dataclass(frozen=True)
class LookedAt:
    """A file that may be kept: its content without what it told about its maker, and the scanner's word."""

    safe: uploads.SafeFile
    scan: uploads.ScanState


def look_at(content: bytes) -> LookedAt:
    """Inspect, clean and scan a file; takes as long as the scanner does, so call it outside a transaction.

    Raises `uploads.UnsafeFile` for a file that is not taken.
    """
    safe = uploads.inspect(content)
    return LookedAt(safe, uploads.scan(safe.content))


def _standing(application: Application, line: BudgetLine | None, claim: Claim | None) -> list[str]:
    found = []
    if application.documents.count() >= MOST_DOCUMENTS:
        found.append(f"A case holds up to {MOST_DOCUMENTS} documents. Remove one first.")
    if claim is not None and claim.state not in OPEN_CLAIM:
        found.append(
            "This claim is sent. Evidence is added before it is sent, or when it comes back."
        )
    return found


def _may_keep(
    application: Application, by: User, line: BudgetLine | None, claim: Claim | None
) -> None:
    permitted(by, "grants.add_document", application)
    if line is not None and line.application_id != application.pk:
        raise ValueError("a line of another application")
    if claim is not None:
        permitted(by, "grants.submit_claim", claim)
        if claim.grant.application_id != application.pk:
            raise ValueError("a claim of another application")
    if standing := _standing(application, line, claim):
        raise NotReady(standing)


def add_document(
    application: Application,
    *,
    by: User,
    content: bytes,
    line: BudgetLine | None = None,
    claim: Claim | None = None,
) -> Document:
    """Look at a file and keep it (`look_at`, `keep_document`): who may not, is told before the scanner is
    asked."""
    _may_keep(application, by, line, claim)
    return keep_document(application, by=by, file=look_at(content), line=line, claim=claim)


@transaction.atomic
def keep_document(
    application: Application,
    *,
    by: User,
    file: LookedAt,
    line: BudgetLine | None = None,
    claim: Claim | None = None,
) -> Document:
    """Keep a file: a quote for `line`, evidence for `claim`, or something that the officer asked for.

    Raises `NotReady` when the case is full, the claim is sent, or the same file is there already.
    """
    application = locked(application)
    _may_keep(application, by, line, claim)
    safe, state = file.safe, file.scan
    digest = hashlib.sha256(safe.content).hexdigest()
    purpose = DocumentPurpose.OTHER
    if claim is not None:
        purpose = DocumentPurpose.EVIDENCE
    elif line is not None:
        purpose = DocumentPurpose.QUOTE
    same = application.documents.filter(sha256=digest, purpose=purpose, line=line, claim=claim)
    if same.exists():
        raise NotReady(["This file is here already."])
    made = Document(
        application=application,
        purpose=purpose,
        line=line,
        claim=claim,
        kind=safe.kind,
        size=len(safe.content),
        sha256=digest,
        scan=state,
        added_by=by,
    )
    made.file.save("", ContentFile(safe.content), save=False)
    made.save()
    record(
        "application.document_added",
        application,
        by=by,
        shown_to="applicant",
        what=made.title,
        kind=made.kind,
        sha256=digest,
    )
    return made


def drop_files(names: Iterable[str]) -> None:
    """Take the files of documents away once this transaction is over."""
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))


@transaction.atomic
def remove_document(document: Document, *, by: User) -> None:
    """Take out a file that nobody has judged by: of a draft, or of a claim that is not sent."""
    application = locked(document.application)
    permitted(by, "grants.add_document", application)
    if not removable(document):
        raise NotReady(["What was sent stays in the record."])
    drop_files([str(document.file.name)])
    record(
        "application.document_removed",
        application,
        by=by,
        shown_to="applicant",
        what=document.title,
        sha256=document.sha256,
    )
    document.delete()


def removable(document: Document) -> bool:
    """Whether nobody has judged by it yet."""
    if document.claim is not None:
        return document.claim.state in OPEN_CLAIM
    application, line = document.application, document.line
    return application.can_edit("budget") or (
        line is not None and application.can_edit_line(line.number)
    )


def scan_again() -> int:
    """Scan what waits in quarantine; returns how many files came out of it. A file in which something
    is found loses its content and stays in quarantine for good.
    """
    done = 0
    for waiting in Document.objects.in_quarantine().filter(size__gt=0).order_by("pk")[:20]:
        try:
            with waiting.file.open("rb") as opened:
                content = opened.read()
        except FileNotFoundError:  # taken out in the meantime
            continue
        try:
            state = uploads.scan(content)
        except uploads.UnsafeFile:
            state = None
        if state == uploads.ScanState.QUARANTINED:
            return done
        with transaction.atomic():
            held = Document.objects.select_for_update().filter(pk=waiting.pk, scan=waiting.scan)
            document = held.filter(size__gt=0).first()
            if document is None:  # taken out, or scanned by another worker
                continue
            if state is None:
                document.size = 0
                document.save(update_fields=["size"])
                record(
                    "application.document_infected",
                    document.application,
                    by=None,
                    shown_to="applicant",
                    what=document.title,
                )
                drop_files([str(document.file.name)])
                continue
            document.scan = state
            document.save(update_fields=["scan"])
            done += 1
    return done


def forget_strays() -> int:
    """The worker's chore, once a day: files that no document holds go. One stays behind where the service
    was stopped between writing a file and its row, or between taking out a row and its file.

    What was written within a day is left alone: its row may be on its way. Returns how many went.
    """
    if not cache.add(f"documents:strays:{clock.today()}", 1, 60 * 60 * 24):
        return 0
    try:
        names = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    except FileNotFoundError:
        return 0
    held = Document.objects.filter(size__gt=0).values_list("file", flat=True)
    strays = names.difference(held.iterator())
    until = clock.now() - timedelta(days=1)
    old = [name for name in strays if default_storage.get_modified_time(name) < until]
    for name in old:
        default_storage.delete(name)
    return len(old)
