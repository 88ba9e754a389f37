from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import User
from accounts.models.audit import RefusesChange, WrittenOnce

from ..enums import DECISION_OUTCOMES, Outcome
from .application import Application


class Recommendation(WrittenOnce):
    """What the panel pushed down when it concluded: one per conclusion, the newest stands.

    `criteria`: [{"code", "title", "weight", "average" (string, 2 places, or null), "feedback"}].
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="recommendations")
    outcome = models.CharField(max_length=20, choices=Outcome)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    totals = models.JSONField("each counted total, highest first, as strings", default=list)
    criteria = models.JSONField(default=list)
    conditions = models.JSONField(default=list)
    reasons = models.TextField()
    panellists = models.JSONField("ids of everyone who scored", default=list)
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(score__range=(0, 100)), name="panel_score"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="recommended_amount"),
        )

    class Privacy:
        codes = ("panellists", "totals", "criteria")
        identity = ()
        special = ()
        operational = (
            "id",
            "application",
            "outcome",
            "amount",
            "score",
            "totals",
            "criteria",
            "conditions",
            "reasons",
            "panellists",
            "received_at",
            "received_by",
        )

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}, {self.score}"


class Decision(models.Model):
    """What one lead decided and another released. Nothing leaves before it is released."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=20, choices=DECISION_OUTCOMES)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    conditions = models.JSONField(default=list)
    criteria = models.JSONField("scores and feedback of the letter", default=list)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    reasons = models.TextField()
    in_part = models.TextField("why less than the eligible total is awarded", blank=True)
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="decision_released_pair",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=models.F("decided_by")),
                name="decision_two_people",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="decision_amount"),
        )

    class Privacy:
        codes = ("criteria",)
        identity = ()
        special = ()
        operational = (
            "id",
            "application",
            "outcome",
            "amount",
            "conditions",
            "criteria",
            "score",
            "reasons",
            "in_part",
            "decided_at",
            "decided_by",
            "released_at",
            "released_by",
        )

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}"
