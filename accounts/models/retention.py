from django.db import models

from .. import clock
from .audit import WrittenOnce
from .user import User


class RetentionPeriod(WrittenOnce):
    """How many months one class of records is kept. The newest row of a class counts; without one the
    default of its class does. Rows never change, so the history is the table."""

    kind = models.CharField("class of records", max_length=24)
    months = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(months__gte=1) & models.Q(months__lte=600),
                name="retention_months",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "kind", "months", "reason", "set_at", "set_by")

    def __str__(self) -> str:
        return f"{self.kind}: {self.months} months"

    @property
    def reference(self) -> str:
        """How the audit trail names it."""
        return self.kind


class Removal(WrittenOnce):
    """The log of what retention removed: which class, which record, since when it was due, by what rule.

    A record whose own reference went with it is named by the one that is left.
    """

    kind = models.CharField("class of records", max_length=24)
    what = models.CharField(max_length=60)
    why = models.CharField(max_length=200)
    due_on = models.DateField()
    pieces = models.PositiveIntegerField("rows and files")
    removed_at = models.DateTimeField(default=clock.now)
    actor_label = models.CharField(max_length=80)

    class Meta:
        indexes = (models.Index(fields=["removed_at"], name="removal_at"),)

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "kind",
            "what",
            "why",
            "due_on",
            "pieces",
            "removed_at",
            "actor_label",
        )

    def __str__(self) -> str:
        return f"{self.what}, {self.removed_at:%Y-%m-%d}"
