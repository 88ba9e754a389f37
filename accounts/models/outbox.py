from django.conf import settings
from django.db import models

from .. import clock
from ..enums import DeliveryState, NoticeHow


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


class NoticeChoice(models.Model):
    """How somebody wants to hear of one kind of event. No row: at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    notice = models.CharField("the template of the message", max_length=40)
    how = models.CharField(max_length=9, choices=NoticeHow)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "notice"], name="notice_choice_once"),
            models.CheckConstraint(
                condition=models.Q(how__in=NoticeHow.values), name="notice_choice_how"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "user", "notice", "how")

    def __str__(self) -> str:
        return f"{self.notice}: {self.how}"


class DigestLine(models.Model):
    """A message that waits for the next daily letter of its reader."""

    dedupe_key = models.CharField(max_length=160, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["created_at"], name="digest_created"),)

    class Privacy:
        identity = ("to", "body")
        special = ()
        operational = ("id", "dedupe_key", "subject", "created_at")

    def __str__(self) -> str:
        return self.subject
