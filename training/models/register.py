from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock, written
from accounts.models import User
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.models import Grant

from ..enums import RegisterState
from ..querysets import RegisterImportQuerySet
from .activity import correcting_blockers, logging_blockers

UNDO_DAYS = 14
PREVIEW_HOURS = 24


def register_reference() -> str:
    """A reference for an uploaded register."""
    return opaque("REG")


class RegisterImport(StateMixin):
    """What was read from an uploaded register: a preview, then what went in, then perhaps undone.

    The file itself is not kept, only its fingerprint. `preview` holds the rows as they were understood;
    the words of cells that nobody understood leave it when the register is put in.
    """

    reference = models.CharField(max_length=20, unique=True, default=register_reference)
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="registers")
    session = models.ForeignKey(
        "training.Session", models.PROTECT, null=True, blank=True, related_name="registers"
    )
    state = StateField(max_length=10, choices=RegisterState, default=RegisterState.PREVIEWED)
    file_name = models.CharField(max_length=80)
    digest = models.CharField("fingerprint of the file (SHA-256)", max_length=64)
    preview = models.JSONField(default=dict)
    given = models.JSONField("what somebody said its columns are", default=dict)
    written = models.JSONField("what was written, so that it can be undone", default=dict)
    new_count = models.PositiveIntegerField(default=0)
    there_count = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    written_count = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(default=clock.now)
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[RegisterImportQuerySet] = RegisterImportQuerySet.as_manager()

    LOCKED_WITH = ("grant__application",)

    class Meta:
        verbose_name = "register"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RegisterState.values), name="register_state"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="register_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="register_undone_pair",
            ),
        )

    class Privacy:
        codes = ("digest",)
        identity = ("file_name", "preview")
        special = ()
        operational = (
            "id",
            "reference",
            "grant",
            "session",
            "state",
            "digest",
            "given",
            "written",
            "new_count",
            "there_count",
            "problem_count",
            "written_count",
            "read_at",
            "read_by",
            "confirmed_at",
            "confirmed_by",
            "undone_at",
            "undone_by",
        )

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("register-import", args=[self.grant.reference, self.reference])

    @property
    def undo_until(self) -> str:
        """The last day on which it can be undone, in words."""
        if self.confirmed_at is None:
            return ""
        return written.day(clock.day_of(self.confirmed_at) + timedelta(days=UNDO_DAYS))

    @transition("state", source=RegisterState.PREVIEWED, target=RegisterState.CONFIRMED)
    def confirm(self, *, by: User) -> None:
        self.confirmed_at, self.confirmed_by = clock.now(), by

    @transition("state", source=RegisterState.CONFIRMED, target=RegisterState.UNDONE)
    def undo(self, *, by: User) -> None:
        self.undone_at, self.undone_by = clock.now(), by

    def confirm_blockers(self) -> list[str]:
        found = logging_blockers(self.grant)
        if not found and clock.now() - self.read_at > timedelta(hours=PREVIEW_HOURS):
            found = ["This preview is more than a day old. Upload the file again."]
        if not found and self.session is not None and self.session.is_voided:
            found = ["The session was taken out of the record."]
        if not found and not self.new_count and not self.there_count:
            found = ["Nothing in this file is new and without a problem."]
        return found

    def undo_blockers(self) -> list[str]:
        found = correcting_blockers(self.grant)
        age = (clock.today() - clock.day_of(self.confirmed_at)).days if self.confirmed_at else 0
        if not found and age > UNDO_DAYS:
            found = [
                f"A register can be undone for {UNDO_DAYS} days. Correct the sessions instead."
            ]
        return found
