from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import User
from accounts.models.audit import RefusesChange, WrittenOnce

from ..enums import MessageFor
from .application import Application


class Message(WrittenOnce):
    """A word on a case: to or from the applicant, for the panel, or a note that stays with staff. It is
    part of the record, and never changes."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="messages")
    number = models.PositiveSmallIntegerField()
    read_by = models.CharField(max_length=9, choices=MessageFor)
    words = models.TextField()
    written_at = models.DateTimeField(default=clock.now)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "number"], name="message_number_once"),
            models.CheckConstraint(
                condition=Q(read_by__in=MessageFor.values), name="message_read_by"
            ),
        )

    class Privacy:
        identity = ()
        special = ("words",)
        operational = ("id", "application", "number", "read_by", "written_at", "written_by")

    def __str__(self) -> str:
        return f"Message {self.number} on {self.application_id}"
