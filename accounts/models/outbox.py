from django.conf import settings
from django.db import models

from .. import clock
from ..enums import DeliveryState


class OutboxMessage(models.Model):
    """A message that left with the commit of the verb that wrote it; the worker delivers it."""

    dedupe_key = models.CharField(max_length=160, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=DeliveryState.values), name="outbox_state"
            ),
        )
        indexes = (models.Index(fields=["state", "due_at"], name="outbox_due"),)

    class Privacy:
        identity = ("to", "body")
        special = ()
        operational = (
            "id",
            "dedupe_key",
            "subject",
            "state",
            "created_at",
            "due_at",
            "attempts",
            "lease",
            "last_error",
            "sent_at",
        )

    def __str__(self) -> str:
        return f"{self.subject} ({self.state})"


class OnceToken(models.Model):
    """A form that was sent: the same form sent again leads to the same place, and does nothing."""

    token = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    location = models.CharField(max_length=300, blank=True)
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "token"], name="form_once"),)

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "token", "user", "location", "used_at")

    def __str__(self) -> str:
        return self.token
