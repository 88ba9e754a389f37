from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.models import Programme

from ..enums import ReportAudience, ReportStage
from ..querysets import ImpactReportQuerySet
from .story import Story


def report_reference() -> str:
    """ "IMPACT-7K3M9": says nothing, and can be quoted."""
    return opaque("IMPACT", 5)


def _pair(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
        | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
        name=f"impact_report_{name}_pair",
    )


class ImpactReport(StateMixin):
    """A report to funders: what the lead chose and wrote, and from its sending on the document itself.

    `document` is what the second person reads and approves, and what is published: worked out once, when
    the report is sent, and never again. `edition` numbers the approved reports of a programme.
    """

    reference = models.CharField(max_length=20, unique=True, default=report_reference)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="impact_reports")
    title = models.CharField(max_length=120)
    audience = models.CharField(max_length=10, choices=ReportAudience)
    cut_off = models.DateField()
    sections = models.JSONField(default=list)
    summary = models.TextField(blank=True)
    commentary = models.JSONField("words for each section", default=dict, blank=True)
    easy_read = models.TextField("in easy words, one sentence a line", blank=True)
    # Read live, never frozen: a story is gone from every report when the agreement to it ends.
    stories = models.ManyToManyField(Story, blank=True, related_name="+")
    state = StateField(max_length=10, choices=ReportStage, default=ReportStage.DRAFT)
    document = models.JSONField(null=True, blank=True)
    edition = models.PositiveIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(max_length=500, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[ImpactReportQuerySet] = ImpactReportQuerySet.as_manager()

    class Meta:
        verbose_name = "impact report"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ReportStage.values), name="impact_report_state"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=ReportAudience.values), name="impact_report_audience"
            ),
            models.CheckConstraint(
                condition=Q(state=ReportStage.DRAFT, document__isnull=True)
                | (~Q(state=ReportStage.DRAFT) & Q(document__isnull=False)),
                name="impact_report_sent_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportStage.APPROVED, edition__isnull=False)
                | (~Q(state=ReportStage.APPROVED) & Q(edition__isnull=True)),
                name="impact_report_edition_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("submitted_by")),
                name="impact_report_by_two_people",
            ),
            models.UniqueConstraint(fields=["programme", "edition"], name="impact_edition_once"),
            _pair("submitted"),
            _pair("approved"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "programme",
            "title",
            "audience",
            "cut_off",
            "sections",
            "summary",
            "commentary",
            "easy_read",
            "state",
            "document",
            "edition",
            "made_at",
            "made_by",
            "submitted_at",
            "submitted_by",
            "return_reason",
            "approved_at",
            "approved_by",
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("impact-report", args=[self.reference])

    @property
    def is_draft(self) -> bool:
        return self.state == ReportStage.DRAFT

    @property
    def is_public(self) -> bool:
        """Approved, and for everybody."""
        return self.state == ReportStage.APPROVED and self.audience == ReportAudience.PUBLISHED

    def texts(self) -> list[str]:
        """Everything in it that somebody wrote."""
        return [self.title, self.summary, self.easy_read, *self.commentary.values()]

    def edit_blockers(self) -> list[str]:
        """What was sent does not change: it is what the second person reads."""
        if not self.is_draft:
            return [
                f"This report does not change any more: it is {self.get_state_display().lower()}."
            ]
        return []

    @transition("state", source=ReportStage.DRAFT, target=ReportStage.WAITING)
    def submit(self, *, by: User, document: dict[str, Any]) -> None:
        self.document = document
        self.submitted_at, self.submitted_by, self.return_reason = clock.now(), by, ""

    @transition("state", source=ReportStage.WAITING, target=ReportStage.DRAFT)
    def send_back(self, *, reason: str) -> None:
        self.document, self.return_reason = None, reason
        self.submitted_at = self.submitted_by = None

    @transition("state", source=ReportStage.WAITING, target=ReportStage.APPROVED)
    def approve(self, *, by: User, edition: int) -> None:
        self.approved_at, self.approved_by, self.edition = clock.now(), by, edition
