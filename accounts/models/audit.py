from typing import Any, ClassVar, NoReturn

from django.db import models

from .. import clock


class RefusesChange(models.QuerySet):
    """Rows that are written once: corrections supersede, nothing is altered or removed."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model.__name__} rows do not change")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__} rows are not deleted")


class WrittenOnce(models.Model):
    """Base of every model whose rows refuse change once they are saved."""

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows do not change")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__} rows are not deleted")


class AuditEvent(WrittenOnce):
    """Who did what to which thing. No foreign keys: it outlives its actor and its subject.

    `data` holds state names, amounts and references only: never a name, a need or free text.
    """

    class Visibility(models.TextChoices):
        APPLICANT = "applicant", "Applicant and staff"
        PANEL = "panel", "Panel and staff"
        STAFF = "staff", "Staff"

    at = models.DateTimeField(default=clock.now)
    event = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_ref = models.CharField(max_length=40)
    shown_to = models.CharField(max_length=10, choices=Visibility, default=Visibility.STAFF)
    data = models.JSONField(default=dict)
    sealed_as = models.BigIntegerField(null=True, unique=True)
    seal = models.CharField(max_length=64, blank=True)
    redaction = models.CharField(
        "seal of what was left after an erasure", max_length=64, blank=True
    )

    class Meta:
        indexes = (
            models.Index(fields=["subject_type", "subject_ref", "id"], name="audit_subject"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "at",
            "event",
            "actor_id",
            "actor_label",
            "subject_type",
            "subject_ref",
            "shown_to",
            "data",
            "sealed_as",
            "seal",
            "redaction",
        )

    def __str__(self) -> str:
        return f"{self.event} {self.subject_ref}"


class AuditCut(WrittenOnce):
    """Where the trail begins since its oldest rows were removed: the last of them, and its seal."""

    sealed_as = models.BigIntegerField(unique=True)
    seal = models.CharField(max_length=64)
    proof = models.CharField(max_length=64)
    cut_at = models.DateTimeField(default=clock.now)

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "sealed_as", "seal", "proof", "cut_at")

    def __str__(self) -> str:
        return f"The trail begins after {self.sealed_as}"
