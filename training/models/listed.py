from django.db import models
from django.db.models import F, Q

from accounts import clock
from accounts.models import User
from accounts.models.audit import WrittenOnce

from ..enums import ListKind


class ListNote(WrittenOnce):
    """From when until when an entry of a list may be chosen, what it is called, why, and who said so.

    The last one stands. An empty `label` means the name that the code gives it.
    """

    kind = models.CharField(max_length=8, choices=ListKind)
    code = models.CharField(max_length=24)
    valid_from = models.DateField()
    valid_to = models.DateField("first day on which it may not be chosen", null=True, blank=True)
    label = models.CharField("what it is called", max_length=80, blank=True)
    why = models.CharField(max_length=300)
    noted_at = models.DateTimeField(default=clock.now)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=ListKind.values), name="list_note_kind"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="list_note_ends_later",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "kind",
            "code",
            "valid_from",
            "valid_to",
            "label",
            "why",
            "noted_at",
            "noted_by",
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.code} from {self.valid_from}"
