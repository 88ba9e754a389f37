from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.fields import count_words
from accounts.models import User
from accounts.models.audit import RefusesChange, WrittenOnce
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.enums import ApplicationState
from grants.models import CaseFile, Criterion
from grants.standard import DESCRIPTORS

from ..enums import NOT_ABLE_LABEL, AssessmentState
from ..querysets import AssessmentQuerySet
from .assignment import OVER, Assignment

REASON_WORDS = 80
NO_BASIS = (
    "Consent for this application was withdrawn. Scores can be submitted when a new basis is recorded. "
    "What you have scored is kept."
)
WORD_OF_SCORE = {score: word for score, word, _ in DESCRIPTORS}


def assessment_reference() -> str:
    """A public reference that says neither who scored nor in which order."""
    return opaque("SCO")


def judged_needed(criteria: int) -> int:
    """How many criteria a sheet must judge to count: five of seven (clarification 21)."""
    return -(-criteria * 5 // 7)


class Assessment(StateMixin):
    """One panellist's scores for one case, pinned to the version of the case file they judge."""

    reference = models.CharField(max_length=20, unique=True, default=assessment_reference)
    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="assessment")
    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="assessments")
    state = StateField(max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT)
    version = models.PositiveIntegerField("grows with every save", default=1)
    started_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    checks = models.JSONField("bias checks ticked", default=list)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AssessmentQuerySet] = AssessmentQuerySet.as_manager()

    LOCKED_WITH = ("assignment__panellist", "assignment__application")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=AssessmentState.values), name="assessment_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=AssessmentState.SUBMITTED) | Q(submitted_at__isnull=False),
                name="assessment_submitted_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssessmentState.DRAFT) | Q(submitted_at__isnull=True),
                name="assessment_draft_not_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state=AssessmentState.VOID, voided_at__isnull=False)
                | (~Q(state=AssessmentState.VOID) & Q(voided_at__isnull=True)),
                name="assessment_voided_when",
            ),
        )

    class Privacy:
        codes = ("checks",)
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "assignment",
            "case_file",
            "state",
            "version",
            "started_at",
            "saved_at",
            "submitted_at",
            "checks",
            "voided_at",
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panel-assessment", args=[self.reference])

    @property
    def newest_case_file(self) -> CaseFile:
        found = CaseFile.objects.filter(application=self.assignment.application_id)
        return found.order_by("-version")[0]

    def save_scores_blockers(self) -> list[str]:
        if self.state != AssessmentState.DRAFT:
            return ["Your scores are submitted. They change only in moderation, with a reason."]
        if self.assignment.application.state != ApplicationState.WITH_PANEL:
            return [OVER]
        return []

    def submit_blockers(self) -> list[str]:
        """What is missing, criterion by criterion, in the order of the sheet."""
        if self.assignment.application.state != ApplicationState.WITH_PANEL:
            return [OVER]
        if not self.assignment.application.has_basis:
            return [NO_BASIS]
        criteria = list(
            Criterion.objects.filter(terms=self.assignment.application.terms_id).order_by("code")
        )
        held = {score.criterion_id: score for score in self.scores.all()}
        found, judged = [], 0
        for criterion in criteria:
            given = held.get(criterion.pk)
            if given is None or not given.is_answered:
                found.append(f"{criterion.code} {criterion.title} has no score.")
                continue
            judged += given.score is not None
            if not given.reason:
                found.append(f"{criterion.code} {criterion.title} has no reason.")
            elif (words := count_words(given.reason)) > REASON_WORDS:
                found.append(
                    f"The reason for {criterion.code} has {words} words. "
                    f"Shorten it to {REASON_WORDS} or fewer."
                )
        needed = judged_needed(len(criteria))
        if not found and judged < needed:
            found.append(
                f"You judged {judged} of {len(criteria)} criteria. A sheet counts from {needed}: "
                "score more, or stand down from this case."
            )
        newest = self.newest_case_file
        if newest.pk != self.case_file_id:
            found.append(
                f"The case file has changed: version {newest.version} came after you began. "
                "Read what changed and confirm it."
            )
        return found

    @transition("state", source=AssessmentState.DRAFT, target=AssessmentState.SUBMITTED)
    def submit(self, *, checks: list[str]) -> None:
        self.submitted_at, self.checks = clock.now(), checks

    @transition(
        "state",
        source=[AssessmentState.DRAFT, AssessmentState.SUBMITTED],
        target=AssessmentState.VOID,
    )
    def void(self) -> None:
        self.voided_at = clock.now()


class Score(models.Model):
    """What one panellist gives on one criterion. "Not able to judge" is an answer, and never 0."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    is_not_able = models.BooleanField("not able to judge", default=False)
    reason = models.TextField("reason, for the applicant", blank=True)
    note = models.TextField("private note", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["assessment", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 5)), name="score_0_to_5"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(is_not_able=False),
                name="score_or_not_able",
            ),
        )

    class Privacy:
        identity = ()
        special = ("reason", "note")
        operational = ("id", "assessment", "criterion", "score", "is_not_able")

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.label}"

    @property
    def is_answered(self) -> bool:
        return self.score is not None or self.is_not_able

    @property
    def label(self) -> str:
        """ "4 Good", "Not able to judge" or "Not scored"."""
        if self.score is not None:
            return f"{self.score} {WORD_OF_SCORE[self.score]}"
        return NOT_ABLE_LABEL if self.is_not_able else "Not scored"


class ScoreChange(WrittenOnce):
    """A score that its owner changed in moderation: what it was, what it became, and why."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="changes")
    old_score = models.PositiveSmallIntegerField(null=True)
    new_score = models.PositiveSmallIntegerField(null=True)
    old_reason = models.TextField()
    why = models.CharField("why it changed", max_length=600)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(old_score__isnull=True) | Q(old_score__range=(0, 5)))
                & (Q(new_score__isnull=True) | Q(new_score__range=(0, 5))),
                name="score_change_0_to_5",
            ),
        )

    class Privacy:
        identity = ()
        special = ("old_reason", "why")
        operational = ("id", "score", "old_score", "new_score", "changed_at", "changed_by")

    def __str__(self) -> str:
        return f"{self.old_score} to {self.new_score}"

    @property
    def words(self) -> str:
        """ "4 Good to 3 Adequate"; a missing number was "not able to judge"."""

        def said(score: int | None) -> str:
            return NOT_ABLE_LABEL if score is None else f"{score} {WORD_OF_SCORE[score]}"

        return f"{said(self.old_score)} to {said(self.new_score)}"
