from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.state import StateField, StateMixin, transition

from ..enums import ClaimState, GrantState, Instalment, PaymentState
from ..querysets import ClaimQuerySet, GrantQuerySet, PaymentQuerySet
from .application import Application, BudgetLine


class Grant(StateMixin):
    """An award: offered, agreed, active once a baseline is in, delivered, reported, closed."""

    reference = models.CharField(max_length=20, unique=True)
    application = models.OneToOneField(Application, models.PROTECT, related_name="grant")
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    state = StateField(max_length=16, choices=GrantState, default=GrantState.OFFERED)
    offered_at = models.DateTimeField(default=clock.now)
    offer_open_until = models.DateField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    delivery_until = models.DateField(null=True, blank=True)
    activated_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    final_report_accepted_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=GrantState.values), name="grant_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="grant_amount"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="grant_agreed_pair",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="grant_closed_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "application",
            "amount",
            "state",
            "offered_at",
            "offer_open_until",
            "agreed_at",
            "agreed_by",
            "delivery_until",
            "activated_on",
            "delivered_on",
            "final_report_accepted_on",
            "closed_at",
            "closed_by",
            "ended_reason",
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("grant", args=[self.reference])

    @transition("state", source=GrantState.OFFERED, target=GrantState.AGREED)
    def accept(self, *, by: User) -> None:
        self.agreed_at, self.agreed_by = clock.now(), by

    @transition("state", source=GrantState.OFFERED, target=GrantState.REFUSED)
    def turn_down(self, *, reason: str) -> None:
        self.ended_reason = reason

    @transition("state", source=GrantState.AGREED, target=GrantState.ACTIVE)
    def activate(self) -> None:
        self.activated_on = clock.today()

    @transition("state", source=GrantState.ACTIVE, target=GrantState.DELIVERED)
    def finish_delivery(self) -> None:
        self.delivered_on = clock.today()

    @transition("state", source=GrantState.DELIVERED, target=GrantState.REPORTING)
    def start_reporting(self) -> None: ...

    @transition("state", source=GrantState.REPORTING, target=GrantState.CLOSED)
    def close(self, *, by: User) -> None:
        self.closed_at, self.closed_by = clock.now(), by

    @transition(
        "state",
        source=[
            GrantState.AGREED,
            GrantState.ACTIVE,
            GrantState.DELIVERED,
            GrantState.REPORTING,
        ],
        target=GrantState.TERMINATED,
    )
    def terminate(self, *, reason: str) -> None:
        self.ended_reason = reason


class Condition(models.Model):
    """A condition of the award, in words; accepted with the offer, ticked off when it is met."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="conditions")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["grant", "number"], name="condition_number_once"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_by__isnull=True)
                | Q(met_at__isnull=False, met_by__isnull=False),
                name="condition_met_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "grant", "number", "words", "met_at", "met_by")

    def __str__(self) -> str:
        return f"{self.number}. {self.words}"


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

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=PaymentState.values), name="payment_state"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount"),
            models.UniqueConstraint(
                fields=["grant", "instalment"],
                condition=~Q(state=PaymentState.REFUSED),
                name="one_payment_per_instalment",
            ),
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

    @transition("state", source=PaymentState.PREPARED, target=PaymentState.APPROVED)
    def approve(self, *, by: User) -> None:
        self.approved_at, self.approved_by = clock.now(), by

    @transition("state", source=PaymentState.PREPARED, target=PaymentState.REFUSED)
    def send_back(self, *, reason: str) -> None:
        self.refusal_reason = reason

    @transition("state", source=PaymentState.APPROVED, target=PaymentState.PAID)
    def mark_paid(self) -> None:
        self.paid_on = clock.today()


class Claim(StateMixin):
    """What was spent, line by line, with an officer's acceptance."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField()
    state = StateField(max_length=10, choices=ClaimState, default=ClaimState.DRAFT)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ClaimQuerySet] = ClaimQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state"),
            models.UniqueConstraint(fields=["grant", "number"], name="claim_number_once"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="claim_submitted_pair",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="claim_accepted_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "grant",
            "number",
            "state",
            "made_at",
            "made_by",
            "submitted_at",
            "submitted_by",
            "accepted_at",
            "accepted_by",
            "return_reason",
        )

    def __str__(self) -> str:
        return f"Claim {self.number} of {self.grant_id}"

    @property
    def reference(self) -> str:
        return f"{self.grant.reference}-C{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("claim", args=[self.grant.reference, self.number])

    @transition(
        "state", source=[ClaimState.DRAFT, ClaimState.RETURNED], target=ClaimState.SUBMITTED
    )
    def submit(self, *, by: User) -> None:
        self.submitted_at, self.submitted_by, self.return_reason = clock.now(), by, ""

    @transition("state", source=ClaimState.SUBMITTED, target=ClaimState.RETURNED)
    def send_back(self, *, reason: str) -> None:
        self.return_reason = reason

    @transition("state", source=ClaimState.SUBMITTED, target=ClaimState.ACCEPTED)
    def accept(self, *, by: User) -> None:
        self.accepted_at, self.accepted_by = clock.now(), by


class ClaimLine(models.Model):
    """What was spent on one budget line. 0.00 with a note is an answer (a room given in kind)."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="lines")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="claimed")
    amount = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal("0.00"))
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["claim", "line"], name="claim_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="claim_line_amount"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "claim", "line", "amount", "note")

    def __str__(self) -> str:
        return f"{self.line_id}: {self.amount}"
