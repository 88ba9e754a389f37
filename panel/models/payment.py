from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts import clock, written
from accounts.models import User
from accounts.models.audit import RefusesChange, WrittenOnce

from .panellist import Service


class ParticipationPayment(WrittenOnce):
    """Finance has paid a panellist for so many concluded cases of a round. Which cases is not said."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="payments")
    cases = models.PositiveSmallIntegerField()
    amount = models.DecimalField("pounds", max_digits=9, decimal_places=2)
    paid_at = models.DateTimeField(default=clock.now)
    paid_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cases__gte=1, amount__gt=0), name="participation_paid"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "service", "cases", "amount", "paid_at", "paid_by")

    def __str__(self) -> str:
        return f"{self.cases} cases, {written.money(self.amount)}"
