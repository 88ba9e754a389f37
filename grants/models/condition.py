from typing import ClassVar

from django.db import models
from django.db.models import Q

from ..conditions import told
from ..enums import Instalment
from ..querysets import StandardConditionQuerySet


class StandardCondition(models.Model):
    """A condition that leads often set: kept in the library, picked at a decision. What is picked is copied
    as text into the decision: a later change of the library changes no award."""

    number = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=60)
    words = models.CharField(max_length=180)
    evidence = models.CharField("what shows that it is met", max_length=70, blank=True)
    before = models.CharField(
        "payment that waits for it", max_length=6, choices=Instalment, blank=True
    )
    is_offered = models.BooleanField(default=True)

    objects: ClassVar[StandardConditionQuerySet] = StandardConditionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(before__in=["", *Instalment.values]), name="standard_condition_before"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "number", "title", "words", "evidence", "before", "is_offered")

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """What stands in a decision: the condition, what shows that it is met, what waits for it."""
        return told(self.words, self.evidence, self.before)
