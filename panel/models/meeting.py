from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock, written
from accounts.models import User
from accounts.models.audit import RefusesChange, WrittenOnce
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.models import Application, Round

from ..enums import AttendanceKind, MeetingState
from ..querysets import AgendaItemQuerySet, AttendanceQuerySet, MeetingQuerySet
from .panellist import Panellist


def meeting_reference() -> str:
    """A public reference that says nothing about the meeting."""
    return opaque("MEE")


def item_reference() -> str:
    """A public reference that says neither which case it is nor at which place it stands."""
    return opaque("ITM")


class Meeting(StateMixin):
    """A meeting of the panel on cases of one round. `current` is what the chair shows now; whoever
    may not see that case sees what everybody sees between two cases."""

    reference = models.CharField(max_length=20, unique=True, default=meeting_reference)
    round = models.ForeignKey(Round, models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    place = models.CharField("where it is, or how to join", max_length=200, blank=True)
    state = StateField(max_length=12, choices=MeetingState, default=MeetingState.PLANNED)
    current = models.ForeignKey(
        "panel.AgendaItem", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    called_at = models.DateTimeField(default=clock.now)
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MeetingQuerySet] = MeetingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=MeetingState.values), name="meeting_state"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_by__isnull=True)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="meeting_opened_pair",
            ),
            models.CheckConstraint(
                condition=Q(current__isnull=True) | Q(state=MeetingState.OPEN),
                name="meeting_shows_while_open",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "round",
            "held_on",
            "place",
            "state",
            "current",
            "called_at",
            "called_by",
            "opened_at",
            "opened_by",
            "ended_at",
        )

    def __str__(self) -> str:
        return f"Panel meeting on {written.day(self.held_on)}"

    def get_absolute_url(self) -> str:
        return reverse("panel-meeting", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return self.state == MeetingState.OPEN

    @property
    def is_frozen(self) -> bool:
        return self.state == MeetingState.APPROVED

    def open_blockers(self) -> list[str]:
        if self.held_on > clock.today():
            return ["The day of the meeting has not come yet."]
        return []

    def show_blockers(self) -> list[str]:
        return [] if self.is_open else ["A case is shown while the meeting is under way."]

    def agenda_blockers(self) -> list[str]:
        return ["The meeting is over."] if self.ended_at is not None else []

    def apologise_blockers(self) -> list[str]:
        return self.agenda_blockers()

    def prepare_blockers(self) -> list[str]:
        return ["The minutes are approved: nothing of them changes."] if self.is_frozen else []

    def approve_blockers(self) -> list[str]:
        """Who was there is part of the minutes."""
        if not self.attendances.filter(kind=AttendanceKind.PRESENT).exists():
            return ["Say first who was there."]
        return []

    @transition("state", source=MeetingState.PLANNED, target=MeetingState.OPEN)
    def open(self, *, by: User) -> None:
        self.opened_at, self.opened_by = clock.now(), by

    @transition("state", source=MeetingState.OPEN, target=MeetingState.ENDED)
    def end(self) -> None:
        self.ended_at, self.current = clock.now(), None

    @transition("state", source=MeetingState.ENDED, target=MeetingState.APPROVED)
    def approve(self) -> None:
        """The minutes are frozen beside it."""


class AgendaItem(models.Model):
    """A case on the agenda, with what was said about it."""

    reference = models.CharField(max_length=20, unique=True, default=item_reference)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, models.PROTECT, related_name="agenda_items")
    place = models.PositiveSmallIntegerField("order on the agenda")
    note = models.TextField("what was said", blank=True)
    shown_at = models.DateTimeField("when it was taken", null=True, blank=True)

    objects: ClassVar[AgendaItemQuerySet] = AgendaItemQuerySet.as_manager()

    LOCKED_WITH = ("meeting", "application")

    class Meta:
        verbose_name = "case on the agenda"
        constraints = (
            models.UniqueConstraint(fields=["meeting", "application"], name="agenda_case_once"),
        )

    class Privacy:
        identity = ()
        special = ("note",)
        operational = ("id", "reference", "meeting", "application", "place", "shown_at")

    def __str__(self) -> str:
        return f"{self.application.reference} on the agenda"

    def get_absolute_url(self) -> str:
        return reverse("panel-agenda-item", args=[self.reference])

    def note_blockers(self) -> list[str]:
        if self.meeting.state == MeetingState.PLANNED:
            return ["The meeting has not started yet."]
        return self.meeting.prepare_blockers()

    def move_blockers(self) -> list[str]:
        if self.meeting.ended_at is not None:
            return ["The meeting is over."]
        return []

    def take_off_blockers(self) -> list[str]:
        if self.shown_at is not None:
            return ["The meeting has taken this case."]
        return self.move_blockers()


class Attendance(models.Model):
    """Somebody who is called to a meeting, and whether they came."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    panellist = models.ForeignKey(Panellist, models.PROTECT, related_name="attendances")
    kind = models.CharField(
        max_length=9, choices=AttendanceKind, default=AttendanceKind.CALLED, blank=True
    )

    objects: ClassVar[AttendanceQuerySet] = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["meeting", "panellist"], name="meeting_attendance_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AttendanceKind.values), name="meeting_attendance_kind"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "meeting", "panellist", "kind")

    def __str__(self) -> str:
        return f"{self.panellist}: {self.get_kind_display()}"


class Minutes(WrittenOnce):
    """The chair approved the minutes: who was there, and what the ranking went by. What they say of each
    case stands beside them, in a row of that case."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    content = models.JSONField()
    approved_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Privacy:
        identity = ()
        special = ("content",)
        operational = ("id", "meeting", "approved_at", "approved_by")

    def __str__(self) -> str:
        return f"Minutes of {self.meeting_id}"


class MinutesOfCase(WrittenOnce):
    """What approved minutes say of one case. Nobody reads it but through `reports.minutes`, which leaves
    out what a reader may not see; what goes with the case, goes with it."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="cases")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    content = models.JSONField()

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["minutes", "application"], name="minutes_of_case_once"),
        )

    class Privacy:
        identity = ()
        special = ("content",)
        operational = ("id", "minutes", "application")

    def __str__(self) -> str:
        return f"Minutes of {self.application_id}"
