"""Documents of an application: added, removed while they are in draft, scanned again when the scanner is
back. The file itself is looked at, cleaned and scanned before anything is written (`accounts.uploads`).
"""

import hashlib
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction

from accounts import uploads
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted

from ..enums import MOST_DOCUMENTS, ClaimState, DocumentPurpose
from ..models import Application, BudgetLine, Claim, Document

OPEN_CLAIM = (ClaimState.DRAFT, ClaimState.RETURNED)


def _standing(application: Application, line: BudgetLine | None, claim: Claim | None) -> list[str]:
    found = []
    if application.documents.count() >= MOST_DOCUMENTS:
        found.append(f"A case holds up to {MOST_DOCUMENTS} documents. Remove one first.")
    if claim is not None and claim.state not in OPEN_CLAIM:
        found.append(
            "This claim is sent. Evidence is added before it is sent, or when it comes back."
        )
    return found


@transaction.atomic
def add_document(
    application: Application,
    *,
    by: User,
    content: bytes,
    line: BudgetLine | None = None,
    claim: Claim | None = None,
) -> Document:
    """Keep a file: a quote for `line`, evidence for `claim`, or something that the officer asked for.

    Raises `uploads.UnsafeFile` for a file that is not taken, `NotReady` when the case is full, the claim
    is sent, or the same file is there already.
    """
    application = locked(application)
    permitted(by, "grants.add_document", application)
    if line is not None and line.application_id != application.pk:
        raise ValueError("a line of another application")
    if claim is not None:
        permitted(by, "grants.submit_claim", claim)
        if claim.grant.application_id != application.pk:
            raise ValueError("a claim of another application")
    if standing := _standing(application, line, claim):
        raise NotReady(standing)
    safe = uploads.inspect(content)
    state = uploads.scan(safe.content)
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


@transaction.atomic
def remove_document(document: Document, *, by: User) -> None:
    """Take out a file that nobody has judged by: of a draft, or of a claim that is not sent."""
    application = locked(document.application)
    permitted(by, "grants.add_document", application)
    if not removable(document):
        raise NotReady(["What was sent stays in the record."])
    storage, name = document.file.storage, str(document.file.name)
    record(
        "application.document_removed",
        application,
        by=by,
        shown_to="applicant",
        what=document.title,
        sha256=document.sha256,
    )
    document.delete()
    transaction.on_commit(partial(storage.delete, name))


def removable(document: Document) -> bool:
    """Whether nobody has judged by it yet."""
    if document.claim is not None:
        return document.claim.state in OPEN_CLAIM
    return document.application.can_edit("budget")


def scan_again() -> int:
    """Scan what waits in quarantine; returns how many files came out of it. A file in which something
    is found loses its content and stays in quarantine for good.
    """
    done = 0
    for waiting in Document.objects.in_quarantine().filter(size__gt=0).order_by("pk")[:20]:
        with transaction.atomic():
            document = locked(waiting)
            with document.file.open("rb") as opened:
                content = opened.read()
            try:
                state = uploads.scan(content)
            except uploads.UnsafeFile:
                document.size = 0
                document.save(update_fields=["size"])
                record(
                    "application.document_infected",
                    document.application,
                    by=None,
                    shown_to="applicant",
                    what=document.title,
                )
                transaction.on_commit(
                    partial(document.file.storage.delete, str(document.file.name))
                )
                continue
            if state == uploads.ScanState.QUARANTINED:
                return done
            document.scan = state
            document.save(update_fields=["scan"])
            done += 1
    return done
