from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from accounts import clock, written
from accounts.enums import Region
from accounts.models import User
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.models import Grant

from ..enums import SessionMode, SharedState
from ..querysets import SeatBookingQuerySet, SharedSessionQuerySet
from ..topics import facts_of
from .activity import Activity
from .provider import TrainingProvider

FEW = 5
DAY_OVER = "The day of this session is over. Say on the activity’s page who came."


def shared_reference() -> str:
    """A reference for a session that several circles share."""
    return opaque("SHA")


class SharedSession(StateMixin):
    """A session that the programme opens for several circles: seats at a fixed price, until a day.

    It says nothing of who asked for it or who takes part: an organisation may not learn from it of
    another's person. The price is fixed when it opens, so that it does not tell how many have joined.
    """

    reference = models.CharField(max_length=20, unique=True, default=shared_reference)
    topic = models.CharField("topic code (domain 3.5)", max_length=24)
    region = models.CharField("region (empty: anywhere)", max_length=20, choices=Region, blank=True)
    provider = models.ForeignKey(TrainingProvider, models.PROTECT, related_name="shared_sessions")
    held_on = models.DateField("day")
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    mode = models.CharField(max_length=12, choices=SessionMode, default=SessionMode.IN_PERSON)
    seats = models.PositiveSmallIntegerField()
    seat_price = models.DecimalField("pounds a seat", max_digits=7, decimal_places=2)
    book_by = models.DateField("last day to take seats")
    state = StateField(max_length=10, choices=SharedState, default=SharedState.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[SharedSessionQuerySet] = SharedSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "shared session"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=SharedState.values), name="shared_state"),
            models.CheckConstraint(
                condition=Q(seats__gte=2) & Q(seats__lte=200), name="shared_seats"
            ),
            models.CheckConstraint(condition=Q(seat_price__gte=0), name="shared_seat_price"),
            models.CheckConstraint(
                condition=Q(book_by__lte=models.F("held_on")), name="shared_book_by"
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=Decimal("0.25")) & Q(hours__lte=12), name="shared_hours"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "topic",
            "region",
            "provider",
            "held_on",
            "hours",
            "mode",
            "seats",
            "seat_price",
            "book_by",
            "state",
            "opened_at",
            "opened_by",
            "cancel_reason",
        )

    def __str__(self) -> str:
        return f"{self.topic_label}, {written.day(self.held_on)}"

    def get_absolute_url(self) -> str:
        return reverse("shared-session", args=[self.reference])

    @property
    def topic_label(self) -> str:
        return facts_of(self.topic).label

    @property
    def where(self) -> str:
        if self.mode == SessionMode.ONLINE:
            return "Online"
        return str(self.get_region_display()) if self.region else "Anywhere in England"

    @property
    def taken(self) -> int:
        """Seats that are taken now."""
        if "taken_seats" in self.__dict__:
            return int(self.__dict__["taken_seats"])
        return self.bookings.standing().aggregate(sum=Sum("seats"))["sum"] or 0

    @property
    def is_taking_seats(self) -> bool:
        return self.state == SharedState.OPEN and clock.today() <= self.book_by

    @property
    def room_words(self) -> str:
        """How much room there is, for those who may not know how many others have joined."""
        free = self.seats - self.taken
        if free <= 0:
            return "Full"
        return "Few seats left" if free < FEW else "Seats left"

    @transition("state", source=SharedState.OPEN, target=SharedState.CANCELLED)
    def cancel(self, *, reason: str) -> None:
        self.cancel_reason = reason

    def cancel_blockers(self) -> list[str]:
        return ["The day of this session is over."] if self.held_on < clock.today() else []

    def join_blockers(self) -> list[str]:
        """Why nobody can take seats now."""
        if self.state == SharedState.CANCELLED:
            return ["This session was cancelled."]
        if clock.today() > self.book_by:
            words = written.day(self.book_by)
            return [f"Seats could be taken until {words}."]
        return [] if self.taken < self.seats else ["This session is full."]


class SeatBooking(models.Model):
    """Seats that a grant takes in a shared session; the activity that it made holds the share of the cost."""

    reference = models.CharField(max_length=20, unique=True, default=shared_reference)
    session = models.ForeignKey(SharedSession, models.PROTECT, related_name="bookings")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="seat_bookings")
    activity = models.OneToOneField(Activity, models.PROTECT, related_name="seat_booking")
    seats = models.PositiveSmallIntegerField()
    share = models.DecimalField("pounds", max_digits=9, decimal_places=2)
    booked_at = models.DateTimeField(default=clock.now)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[SeatBookingQuerySet] = SeatBookingQuerySet.as_manager()

    LOCKED_WITH = ("grant__application", "session", "activity")

    class Meta:
        verbose_name = "booking of seats"
        constraints = (
            models.CheckConstraint(condition=Q(seats__gte=1), name="booking_seats"),
            models.CheckConstraint(condition=Q(share__gte=0), name="booking_share"),
            models.UniqueConstraint(
                fields=["session", "grant"],
                condition=Q(ended_at__isnull=True),
                name="booking_once_for_each_grant",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="booking_ended_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "session",
            "grant",
            "activity",
            "seats",
            "share",
            "booked_at",
            "booked_by",
            "ended_at",
            "ended_by",
        )

    def __str__(self) -> str:
        return f"{self.seats} seats, {self.session}"

    def get_absolute_url(self) -> str:
        return self.session.get_absolute_url()

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None

    def give_back_blockers(self) -> list[str]:
        if self.ended_at is not None:
            return ["These seats were given back."]
        if self.session.held_on < clock.today():
            return [DAY_OVER]
        return []
