from datetime import date

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import User

from ..enums import FAST_NOTE_DAYS
from ..working_days import working_days_after
from .application import Application


class FastTrack(models.Model):
    """Why an application cannot wait, what a lead answered, and what the panel said when it looked back."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="fast_track")
    reason = models.CharField(max_length=400)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    is_agreed = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField("the panel's note afterwards", blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="fast_track_answered_pair",
            ),
            models.CheckConstraint(
                condition=Q(is_agreed__isnull=True, answered_at__isnull=True)
                | Q(is_agreed__isnull=False, answered_at__isnull=False),
                name="fast_track_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, noted_by__isnull=True)
                | Q(noted_at__isnull=False, noted_by__isnull=False),
                name="fast_track_noted_pair",
            ),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, note="")
                | Q(noted_at__isnull=False, is_agreed=True) & ~Q(note=""),
                name="fast_track_noted_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("asked_by")),
                name="fast_track_two_people",
            ),
        )

    class Privacy:
        identity = ()
        special = ("reason", "answer", "note")
        operational = (
            "id",
            "application",
            "asked_at",
            "asked_by",
            "is_agreed",
            "answered_at",
            "answered_by",
            "noted_at",
            "noted_by",
        )

    def __str__(self) -> str:
        return f"Fast track of {self.application_id}"

    @property
    def note_due_on(self) -> date | None:
        """The day by which the panel's note is written: ten working days from the letter. None: not yet."""
        decision = getattr(self.application, "decision", None)
        if not self.is_agreed or decision is None or decision.released_at is None:
            return None
        return working_days_after(clock.day_of(decision.released_at), FAST_NOTE_DAYS)

    @property
    def note_is_late(self) -> bool:
        """The day for the panel's note has passed, and it is not written."""
        due = self.note_due_on
        return self.noted_at is None and due is not None and due < clock.today()

    @property
    def waits_for_note(self) -> bool:
        """Decided on the fast track, and the panel has not looked back yet."""
        return self.noted_at is None and self.note_due_on is not None
