from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock, written
from accounts.models import User
from accounts.state import StateField, StateMixin, transition
from focus_people.models import CircleMember

from ..enums import PlaceKind, SessionMode, SessionState
from ..querysets import AttendanceQuerySet, SessionQuerySet
from .activity import Activity, correcting_blockers, day_blockers, logging_blockers
from .register import RegisterImport


def label_of(member: CircleMember, circle: Iterable[CircleMember]) -> str:
    """How a member is shown: role and staff code; their number where the role alone says too little."""
    if member.staff_code:
        return str(member)
    alike = [m for m in circle if m.role == member.role and not m.staff_code]
    return f"{member} {member.code}" if len(alike) > 1 else str(member)


def member_blockers(member: CircleMember, held_on: date) -> list[str]:
    """Why this member cannot have been at a session on that day; `left_on` is the first day out."""
    who = str(member)
    if member.left_on and held_on >= member.left_on:
        words = written.day(member.left_on)
        return [f"{who} left the circle on {words}."]
    if held_on < member.joined_on:
        words = written.day(member.joined_on)
        return [f"{who} joined the circle on {words}, after this session."]
    if not member.can_attend:
        return [f"{who} is marked in the circle as not coming to training."]
    return []


class Session(StateMixin):
    """One meeting of an activity: planned, then held or cancelled. A mistake is voided, not deleted."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=36, unique=True)
    held_on = models.DateField("day")
    starts_at = models.TimeField(
        "when it starts, in London (empty: not said)", null=True, blank=True
    )
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    mode = models.CharField(max_length=12, choices=SessionMode, default=SessionMode.IN_PERSON)
    place = models.CharField(max_length=16, choices=PlaceKind)
    is_joint = models.BooleanField("meant for people of different sectors", default=False)
    state = StateField(max_length=10, choices=SessionState, default=SessionState.PLANNED)
    planned_at = models.DateTimeField(default=clock.now)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField("attendance recorded at", null=True, blank=True)
    delivered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)
    came_from = models.ForeignKey(
        RegisterImport, models.PROTECT, null=True, blank=True, related_name="sessions_made"
    )

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()

    LOCKED_WITH = ("activity__grant__application",)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["activity", "number"], name="session_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=SessionState.values), name="session_state"
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=Decimal("0.25")) & Q(hours__lte=12), name="session_hours"
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True, delivered_by__isnull=True)
                | Q(delivered_at__isnull=False, delivered_by__isnull=False),
                name="session_delivered_pair",
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=SessionState.DELIVERED) & Q(delivered_at__isnull=True)),
                name="session_held_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="session_cancelled_pair",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="session_voided_pair",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""),
                name="session_void_has_reason",
            ),
        )
        indexes = (models.Index(fields=["state", "held_on"], name="session_by_state_and_day"),)

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "activity",
            "number",
            "reference",
            "held_on",
            "starts_at",
            "hours",
            "mode",
            "place",
            "is_joint",
            "state",
            "planned_at",
            "planned_by",
            "delivered_at",
            "delivered_by",
            "cancelled_at",
            "cancelled_by",
            "cancel_reason",
            "voided_at",
            "voided_by",
            "void_reason",
            "came_from",
        )

    def __str__(self) -> str:
        return f"{self.activity.title}, session {self.number}"

    def get_absolute_url(self) -> str:
        activity = self.activity
        return reverse("session", args=[activity.grant.reference, activity.number, self.number])

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None or self.activity.is_voided

    @transition("state", source=SessionState.PLANNED, target=SessionState.DELIVERED)
    def deliver(self, *, by: User) -> None:
        self.delivered_at, self.delivered_by = clock.now(), by

    @transition("state", source=SessionState.DELIVERED, target=SessionState.DELIVERED)
    def record_attendance(self) -> None:
        """Marks may be corrected while the session stands."""

    @transition("state", source=SessionState.PLANNED, target=SessionState.CANCELLED)
    def cancel(self, *, by: User, reason: str) -> None:
        self.cancelled_at, self.cancelled_by, self.cancel_reason = clock.now(), by, reason

    @transition("state", source=SessionState.DELIVERED, target=SessionState.PLANNED)
    def reopen(self) -> None:
        """Only the undoing of a register leads back."""
        self.delivered_at, self.delivered_by = None, None

    def _voided(self) -> list[str]:
        return ["This session was taken out of the record."] if self.is_voided else []

    def deliver_blockers(self) -> list[str]:
        grant = self.activity.grant
        return (
            self._voided()
            or logging_blockers(grant)
            or day_blockers(grant, self.held_on, is_held=True)
        )

    def record_attendance_blockers(self) -> list[str]:
        return self._voided() or correcting_blockers(self.activity.grant)

    def cancel_blockers(self) -> list[str]:
        return self._voided() or correcting_blockers(self.activity.grant)

    def change_blockers(self) -> list[str]:
        found = self._voided() or correcting_blockers(self.activity.grant)
        if not found and self.state == SessionState.CANCELLED:
            found = ["This session was cancelled. Plan another one instead."]
        return found

    def open_sign_in_blockers(self) -> list[str]:
        found = self._voided() or logging_blockers(self.activity.grant)
        if not found and self.state == SessionState.CANCELLED:
            found = ["This session was cancelled."]
        if not found and not self.is_around_its_day:
            found = [
                "People can sign in on a phone from the day before the session until the day after it. "
                "Say on the session’s page who came."
            ]
        return found

    @property
    def is_around_its_day(self) -> bool:
        """Whether today, in London, is the day before the session, its day, or the day after."""
        return abs((clock.today() - self.held_on).days) <= 1

    def close_sign_in_blockers(self) -> list[str]:
        is_open = self.links.filter(closed_at__isnull=True).exists()
        return [] if is_open else ["Signing in is not open."]

    def void_blockers(self) -> list[str]:
        return self._voided() or correcting_blockers(self.activity.grant)


class Attendance(models.Model):
    """Whether one member of the circle was at one session. No row means that nobody said."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="marks")
    member = models.ForeignKey(CircleMember, models.PROTECT, related_name="attendance")
    present = models.BooleanField()
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    came_from = models.ForeignKey(
        RegisterImport, models.PROTECT, null=True, blank=True, related_name="marks_made"
    )

    objects: ClassVar[AttendanceQuerySet] = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "attendance"
        constraints = (
            models.UniqueConstraint(fields=["session", "member"], name="attendance_once"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "session",
            "member",
            "present",
            "recorded_at",
            "recorded_by",
            "came_from",
        )

    def __str__(self) -> str:
        return f"{self.member_id} at {self.session_id}: {'present' if self.present else 'absent'}"
