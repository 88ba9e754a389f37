from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.enums import ApplicationState
from grants.models import Application

from ..enums import AssignmentState, DeclaredKind, DeclineKind, Seat
from ..querysets import AssignmentQuerySet
from .panellist import Panellist

OVER = "This case is no longer with the panel."


def seat_reference() -> str:
    """A public reference that says neither whose seat nor at which case."""
    return opaque("SEAT")


class Assignment(StateMixin):
    """A seat at one case: somebody is asked to judge it, and says first whether they may.

    A seat that chairs is taken by the chair's own declaration; it scores nothing.
    """

    reference = models.CharField(max_length=20, unique=True, default=seat_reference)
    application = models.ForeignKey(Application, models.PROTECT, related_name="seats_given")
    panellist = models.ForeignKey(Panellist, models.PROTECT, related_name="assignments")
    number = models.PositiveSmallIntegerField("assessor's number in this case")
    seat = models.CharField(max_length=6, choices=Seat, default=Seat.SCORER)
    assigned_at = models.DateTimeField(default=clock.now)
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    state = StateField(max_length=10, choices=AssignmentState, default=AssignmentState.ASSIGNED)
    has_interest = models.BooleanField(null=True)
    interest_kind = models.CharField(max_length=12, choices=DeclaredKind, blank=True)
    interest_reason = models.CharField(max_length=600, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    stood_down_at = models.DateTimeField(null=True, blank=True)
    stood_down_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    stand_down_kind = models.CharField(max_length=12, choices=DeclineKind, blank=True)
    stand_down_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()

    LOCKED_WITH = ("panellist",)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "panellist"], name="seat_once"),
            models.UniqueConstraint(fields=["application", "number"], name="seat_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=AssignmentState.values), name="seat_state"
            ),
            models.CheckConstraint(condition=Q(seat__in=Seat.values), name="seat_kind"),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.CLEAR)
                | Q(has_interest=False, declared_at__isnull=False),
                name="seat_clear_is_declared",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.CONFLICTED)
                | (Q(has_interest=True, declared_at__isnull=False) & ~Q(interest_kind="")),
                name="seat_conflict_is_declared",
            ),
            models.CheckConstraint(
                condition=Q(stood_down_at__isnull=True, stood_down_by__isnull=True)
                | Q(stood_down_at__isnull=False, stood_down_by__isnull=False),
                name="seat_stood_down_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ("interest_reason",)
        operational = (
            "id",
            "reference",
            "application",
            "panellist",
            "number",
            "seat",
            "assigned_at",
            "assigned_by",
            "due_on",
            "state",
            "has_interest",
            "interest_kind",
            "declared_at",
            "stood_down_at",
            "stood_down_by",
            "stand_down_kind",
            "stand_down_reason",
        )

    def __str__(self) -> str:
        return f"{self.application.reference}, {self.label}"

    @property
    def label(self) -> str:
        """How others on the panel see who sits here: never a name."""
        return "Chair" if self.seat == Seat.CHAIR else f"Assessor {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("panel-seat", args=[self.reference])

    @property
    def is_live(self) -> bool:
        """Still at the case, or still to declare."""
        return self.state in (AssignmentState.ASSIGNED, AssignmentState.CLEAR)

    def _over(self) -> list[str]:
        return [] if self.application.state == ApplicationState.WITH_PANEL else [OVER]

    def declare_clear_blockers(self) -> list[str]:
        """The case is with the panel, and the holder's register was confirmed within a year."""
        found = self._over()
        if not found and self.panellist.is_register_due:
            found.append(
                "Confirm your register of interests first: it was last confirmed more than a year ago."
            )
        return found

    def declare_interest_blockers(self) -> list[str]:
        return self._over()

    def stand_down_blockers(self) -> list[str]:
        return self._over()

    @transition("state", source=AssignmentState.ASSIGNED, target=AssignmentState.CLEAR)
    def declare_clear(self, *, reason: str) -> None:
        self._declared(False, "", reason)

    @transition("state", source=AssignmentState.ASSIGNED, target=AssignmentState.CONFLICTED)
    def declare_interest(self, *, kind: str, reason: str) -> None:
        self._declared(True, kind, reason)

    @transition("state", source=AssignmentState.CLEAR, target=AssignmentState.CONFLICTED)
    def declare_late(self, *, kind: str, reason: str) -> None:
        self._declared(True, kind, reason)

    @transition(
        "state",
        source=[AssignmentState.ASSIGNED, AssignmentState.CLEAR],
        target=AssignmentState.STOOD_DOWN,
    )
    def stand_down(self, *, by: User, reason: str, kind: str) -> None:
        self.stood_down_at, self.stood_down_by = clock.now(), by
        self.stand_down_reason, self.stand_down_kind = reason, kind

    def _declared(self, has_interest: bool, kind: str, reason: str) -> None:
        self.has_interest, self.declared_at = has_interest, clock.now()
        self.interest_kind, self.interest_reason = kind, reason
