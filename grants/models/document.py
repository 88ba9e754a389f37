import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.uploads import FileKind, ScanState

from ..enums import DocumentPurpose
from ..querysets import DocumentQuerySet
from .application import Application, BudgetLine
from .claim import Claim

FOLDER = "documents"  # where the files lie; nothing else does


def new_reference() -> str:
    """The address of a document, and the name of its file: nobody can guess it, and it says nothing."""
    return secrets.token_urlsafe(18)


def _where(document: "Document", _: str) -> str:
    return f"{FOLDER}/{secrets.token_hex(20)}"


class Document(models.Model):
    """A file that belongs to an application: a quote for a line, evidence of a claim.

    The name that the file came with is not kept, and what it said about its maker was taken out.
    """

    reference = models.CharField(max_length=30, unique=True, default=new_reference)
    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    purpose = models.CharField(max_length=8, choices=DocumentPurpose)
    line = models.ForeignKey(
        BudgetLine, models.CASCADE, null=True, blank=True, related_name="documents"
    )
    claim = models.ForeignKey(
        Claim, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    kind = models.CharField(max_length=4, choices=FileKind)
    size = models.PositiveIntegerField("bytes")
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=11, choices=ScanState)
    file = models.FileField(upload_to=_where, max_length=80)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(purpose__in=DocumentPurpose.values), name="document_purpose"
            ),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="document_kind"),
            models.CheckConstraint(condition=Q(scan__in=ScanState.values), name="document_scan"),
            models.CheckConstraint(
                condition=Q(purpose="evidence", claim__isnull=False)
                | ~Q(purpose="evidence") & Q(claim__isnull=True),
                name="evidence_has_a_claim",
            ),
            models.UniqueConstraint(
                "application",
                "sha256",
                "purpose",
                Coalesce("line", 0),
                Coalesce("claim", 0),
                name="document_once",
            ),
        )

    class Privacy:
        goes = True
        identity = ()
        special = ("file",)
        operational = (
            "id",
            "reference",
            "application",
            "purpose",
            "line",
            "claim",
            "kind",
            "size",
            "sha256",
            "scan",
            "added_at",
            "added_by",
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.reference])

    @property
    def title(self) -> str:
        """Quote for line 1; Evidence for claim 2."""
        if self.claim is not None:
            return f"Evidence for claim {self.claim.number}"
        if self.line is not None:
            return f"{self.get_purpose_display()} for line {self.line.number}"
        return str(self.get_purpose_display())

    @property
    def place(self) -> int:
        """Which one it is of those for the same thing, the first uploaded first."""
        same = Document.objects.filter(
            application=self.application_id,
            purpose=self.purpose,
            line=self.line_id,
            claim=self.claim_id,
        )
        return same.filter(pk__lte=self.pk).count()

    @property
    def file_name(self) -> str:
        """The name of the download: PWB-2026-0001 quote for line 1.pdf; of the second, … line 1 (2).pdf."""
        title = f"{self.title[0].lower()}{self.title[1:]}"
        which = f" ({place})" if (place := self.place) > 1 else ""
        return f"{self.application.reference} {title}{which}.{self.kind}"
