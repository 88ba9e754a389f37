from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import User
from accounts.models.audit import RefusesChange, WrittenOnce
from grants.models import Application, Criterion

from ..enums import FlagKind


class Resolution(WrittenOnce):
    """How the chair resolved one flag. It answers the value that the flag had: when scores move the
    flag to another value, it asks again."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="flag_resolutions")
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=FlagKind)
    value = models.CharField("what the flag said", max_length=20)
    words = models.CharField(max_length=600)
    resolved_at = models.DateTimeField(default=clock.now)
    resolved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind"),
        )

    class Privacy:
        codes = ("value",)
        identity = ()
        special = ("words",)
        operational = (
            "id",
            "application",
            "criterion",
            "kind",
            "value",
            "resolved_at",
            "resolved_by",
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}"


class Conclusion(WrittenOnce):
    """The chair closed the case: the minutes, and who counted. The rest is in the recommendation."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="conclusion")
    minutes = models.TextField(blank=True)
    concluded_at = models.DateTimeField(default=clock.now)
    concluded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Privacy:
        identity = ()
        special = ("minutes",)
        operational = ("id", "application", "concluded_at", "concluded_by")

    def __str__(self) -> str:
        return f"Conclusion on {self.application_id}"
