from typing import ClassVar

from django.db import models

from accounts import clock
from accounts.references import opaque

from ..querysets import EligibilityCheckQuerySet


def check_reference() -> str:
    """A reference for an eligibility check that anyone may have made."""
    return opaque("E", 10)


class EligibilityCheck(models.Model):
    """Five or six answers without an account, and what they led to. Kept as evidence when used."""

    reference = models.CharField(max_length=20, unique=True, default=check_reference)
    answers = models.JSONField(default=dict)
    is_eligible = models.BooleanField()
    made_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[EligibilityCheckQuerySet] = EligibilityCheckQuerySet.as_manager()

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "reference", "answers", "is_eligible", "made_at")

    def __str__(self) -> str:
        return self.reference
