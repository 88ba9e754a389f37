from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.state import StateField, StateMixin, transition
from accounts.written import money

from ..enums import GrantState, Instalment, PaymentState
from ..querysets import PaymentQuerySet
from .grant import Grant


class Payment(StateMixin):
    """Money to the organisation: prepared by one person, approved by another."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="payments")
    instalment = models.CharField(max_length=8, choices=Instalment)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    state = StateField(max_length=10, choices=PaymentState, default=PaymentState.PREPARED)
    prepared_at = models.DateTimeField(default=clock.now)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    paid_on = models.DateField(null=True, blank=True)
    refusal_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[PaymentQuerySet] = PaymentQuerySet.as_manager()

    LOCKED_WITH = ("grant__application",)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=PaymentState.values), name="payment_state"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount"),
            models.UniqueConstraint(fields=["grant", "instalment"], name="one_row_per_instalment"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="payment_approved_pair",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="payment_two_people",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "grant",
            "instalment",
            "amount",
            "state",
            "prepared_at",
            "prepared_by",
            "approved_at",
            "approved_by",
            "paid_on",
            "refusal_reason",
        )

    def __str__(self) -> str:
        return f"{self.get_instalment_display()} of {self.grant_id}"

    @property
    def reference(self) -> str:
        return f"{self.grant.reference}-{self.instalment}"

    def get_absolute_url(self) -> str:
        return reverse("payment", args=[self.grant.reference, self.instalment])

    @property
    def hold_remark(self) -> str:
        """Why it is not to be paid now, in a sentence for whoever pays; nothing most of the time."""
        if self.state != PaymentState.APPROVED:
            return ""
        if self.grant.paused_on is not None:
            return "The grant is on hold. Do not pay this now: send it back, unless the money has left."
        if self.grant.state == GrantState.TERMINATED and self.instalment == Instalment.FIRST:
            return "The grant has ended. Send this payment back, unless the money has left."
        return ""

    def approve_blockers(self) -> list[str]:
        if self.grant.paused_on is not None:
            return ["The grant is on hold. Wait until it is settled, or send this payment back."]
        if self.grant.state == GrantState.TERMINATED and self.instalment == Instalment.FIRST:
            return ["The grant has ended. Send this payment back."]
        if self.instalment == Instalment.FINAL and self.grant.owed() != self.amount:
            return [
                f"{money(self.grant.owed())} is owed now, not {money(self.amount)}. "
                "Send this payment back, so that it is prepared anew."
            ]
        return []

    @transition("state", source=PaymentState.REFUSED, target=PaymentState.PREPARED)
    def prepare_again(self, *, by: User, amount: Decimal) -> None:
        self.prepared_at, self.prepared_by, self.amount = clock.now(), by, amount
        self.refusal_reason = ""

    @transition("state", source=PaymentState.PREPARED, target=PaymentState.APPROVED)
    def approve(self, *, by: User) -> None:
        self.approved_at, self.approved_by = clock.now(), by

    @transition(
        "state",
        source=[PaymentState.PREPARED, PaymentState.APPROVED],
        target=PaymentState.REFUSED,
    )
    def send_back(self, *, reason: str) -> None:
        self.refusal_reason = reason
        self.approved_at = self.approved_by = None

    @transition("state", source=PaymentState.APPROVED, target=PaymentState.PAID)
    def mark_paid(self) -> None:
        self.paid_on = clock.today()
