"""What panellists gave, and what they are owed for it. Concluded cases alone: whether somebody has
scored a case that is still open is nobody's to know.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from accounts import clock
from grants.models import Round

from ..enums import AssessmentState, AssignmentState
from ..models import Assessment, Assignment, Panellist, ParticipationPayment, Service
from ..querysets import conflict_of


@dataclass(frozen=True)
class Earned:
    """What one panellist has earned in one round: concluded cases that they scored, at their fee; and
    how many of them finance has paid, in pounds too."""

    panellist: Panellist
    round: Round
    cases: int
    fee: Decimal
    last_on: date
    service: Service
    paid_cases: int = 0
    paid: Decimal = Decimal("0.00")
    paid_on: date | None = None

    @property
    def amount(self) -> Decimal:
        """Pounds."""
        return self.fee * self.cases

    @property
    def owed_cases(self) -> int:
        """Concluded cases that are not paid yet; a case scored again is not taken back."""
        return max(self.cases - self.paid_cases, 0)

    @property
    def owed(self) -> Decimal:
        """Pounds still to pay, at today's fee."""
        return self.fee * self.owed_cases


def _counted(user: Any) -> Any:
    sheets = Assessment.objects.submitted().filter(
        assignment__application__conclusion__isnull=False
    )
    return sheets.exclude(conflict_of(user, "assignment__application__"))


def earned_by_panellists(user: Any) -> list[Earned]:
    """Participation payments for finance, the newest round first; without cases in which `user`
    has an interest. Somebody without a fee is not listed."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    rows = _counted(user).values_list(
        "assignment__panellist_id",
        "assignment__application__round_id",
        "assignment__application__conclusion__concluded_at",
    )
    for panellist, in_round, concluded_at in rows:
        found[panellist, in_round].append(concluded_at)
    paid: dict[int, list[ParticipationPayment]] = defaultdict(list)
    for payment in ParticipationPayment.objects.order_by("pk"):
        paid[payment.service_id].append(payment)
    services = (
        Service.objects.filter(fee__gt=0)
        .select_related("panellist__user", "round")
        .order_by("-round__opens_at", "panellist__user__name", "pk")
    )
    return [
        Earned(
            service.panellist,
            service.round,
            len(moments),
            service.fee,
            max(clock.day_of(moment) for moment in moments),
            service,
            sum(payment.cases for payment in paid[service.pk]),
            sum((payment.amount for payment in paid[service.pk]), Decimal("0.00")),
            clock.day_of(paid[service.pk][-1].paid_at) if paid[service.pk] else None,
        )
        for service in services
        if (moments := found.get((service.panellist_id, service.round_id)))
    ]


def turnaround_of_panellists(user: Any) -> dict[int, tuple[int, int]]:
    """{panellist: (median days from the seat to the sheet, sheets)}: London days, concluded cases."""
    days: dict[int, list[int]] = defaultdict(list)
    rows = _counted(user).values_list(
        "assignment__panellist_id", "assignment__assigned_at", "submitted_at"
    )
    for panellist, given, sent in rows:
        days[panellist].append((clock.day_of(sent) - clock.day_of(given)).days)
    return {panellist: (round(median(took)), len(took)) for panellist, took in days.items()}


def seats_to_remind(until: date) -> Iterable[Assignment]:
    """Seats whose scores are due by `until` (London day) and not in yet, cases with the panel alone."""
    waiting = Assignment.objects.waited_for().filter(
        application__state="with_panel", due_on__lte=until
    )
    return (
        waiting.exclude(state=AssignmentState.CLEAR, assessment__state=AssessmentState.SUBMITTED)
        .select_related("panellist__user", "application")
        .order_by("pk")
    )
