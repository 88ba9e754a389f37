from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from accounts import clock, written
from accounts.models import Organisation, User
from accounts.models.audit import RefusesChange, WrittenOnce
from accounts.state import StateField, StateMixin, transition
from accounts.written import money
from focus_people.enums import PersonState

from ..budget import counts
from ..enums import (
    CHANGE_STATE_OWNER,
    CHANGING_STATES,
    CLAIMING_STATES,
    EXTENDING_STATES,
    PAYING_STATES,
    TOP_UP_MOST,
    ChangeKind,
    ChangeState,
    ClaimState,
    ConditionOutcome,
    GrantState,
    Instalment,
    LifeChange,
    LifeOutcome,
    LifeWish,
    LineCategory,
    LineKind,
    Owner,
    PaymentState,
    ReviewOutcome,
)
from ..querysets import ChangeQuerySet, ConditionQuerySet, GrantQuerySet
from .application import Application, BudgetLine
from .programme import Round

ZERO = Decimal("0.00")


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
    agreement = models.JSONField("the agreement as it was accepted", default=dict, blank=True)
    delivery_until = models.DateField(null=True, blank=True)
    activated_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    final_report_accepted_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = models.CharField(max_length=300, blank=True)
    repaid = models.DecimalField(
        "paid back by the organisation", max_digits=9, decimal_places=2, default=ZERO
    )
    repaid_at = models.DateTimeField(null=True, blank=True)
    repaid_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    extended_until = models.DateField("training may last until", null=True, blank=True)
    paused_on = models.DateField("on hold since", null=True, blank=True)
    recovery_due_on = models.DateField("money is asked back by", null=True, blank=True)
    recovery_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()

    LOCKED_WITH = ("application",)
    # What waits while the grant is on hold, by every door. Payments say so themselves; what came back can
    # be noted, news can be told, and an officer can look after it, settle it or bring it to an end.
    WAITS_ON_HOLD = frozenset(
        {
            "add_claim",
            "ask_back",
            "ask_change",
            "ask_time",
            "finish_delivery",
            "start_reporting",
            "use_contingency",
        }
    )

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
            models.CheckConstraint(condition=Q(repaid__gte=0), name="grant_repaid"),
            models.CheckConstraint(
                condition=Q(recovery_due_on__isnull=True, recovery_reason="")
                | Q(recovery_due_on__isnull=False) & ~Q(recovery_reason=""),
                name="grant_recovery_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(repaid_at__isnull=True, repaid_by__isnull=True)
                | Q(repaid_at__isnull=False, repaid_by__isnull=False),
                name="grant_repaid_pair",
            ),
        )

    class Privacy:
        codes = ("agreement",)  # the sentences of a version, and nobody's own words
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
            "agreement",
            "delivery_until",
            "activated_on",
            "delivered_on",
            "final_report_accepted_on",
            "closed_at",
            "closed_by",
            "ended_reason",
            "repaid",
            "repaid_at",
            "repaid_by",
            "extended_until",
            "paused_on",
            "recovery_due_on",
            "recovery_reason",
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("grant", args=[self.reference])

    @property
    def round(self) -> Round:
        return self.application.round

    @property
    def organisation(self) -> Organisation:
        return self.application.organisation

    # Figures, in pounds ------------------------------------------------------------------

    @property
    def first_payment_amount(self) -> Decimal:
        """The round's share of the award that is paid in advance, to the penny, half up (6.3)."""
        share = Decimal(self.round.first_payment_percent) / 100
        return (self.amount * share).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def accepted_spend(self, as_of: date | None = None) -> Decimal:
        """Cash lines of claims accepted by the end of `as_of`, a London day (clarification 19)."""
        held = self.claims.filter(state=ClaimState.ACCEPTED, lines__line__kind=LineKind.CASH)
        if as_of is not None:
            held = held.filter(accepted_at__lt=clock.end_of(as_of))
        return held.aggregate(sum=Sum("lines__amount"))["sum"] or ZERO

    def paid_so_far(self) -> Decimal:
        """What has left the programme for this grant, less what came back."""
        held = self.payments.filter(state=PaymentState.PAID)
        return (held.aggregate(sum=Sum("amount"))["sum"] or ZERO) - self.repaid

    def owed(self) -> Decimal:
        """Accepted spend less what was paid; less than nothing is owed back (clarification 19)."""
        return self.accepted_spend() - self.paid_so_far()

    def live_payment(self, instalment: str) -> Any:
        """The payment of this instalment, unless it was sent back."""
        held = self.payments.filter(instalment=instalment)
        return held.exclude(state=PaymentState.REFUSED).first()

    def budget_lines(self) -> list[BudgetLine]:
        """The lines that the award pays for, in their order."""
        return [line for line in self.application.lines.order_by("number") if counts(line)]

    def agreed_lines(self, before: "Change | None" = None) -> list[tuple[BudgetLine, Decimal]]:
        """Each line that the award pays for, with what is agreed for it now: as sent, and every change
        that was agreed since, in pounds. `before` a change: as it was when that was asked for."""
        agreed = ChangeLine.objects.filter(change__grant=self, change__state=ChangeState.AGREED)
        if before is not None:  # one change at a time: those before it were answered before it
            agreed = agreed.filter(change__lt=before.pk)
        moved: dict[int, Decimal] = dict(agreed.values_list("line").annotate(sum=Sum("amount")))
        return [(line, line.total + moved.get(line.pk, ZERO)) for line in self.budget_lines()]

    def moved_unasked(self) -> dict[int, Decimal]:
        """Pounds that small moves, which nobody answered, have added to each line (by its key) since an
        officer last agreed to a change of it."""
        rows = ChangeLine.objects.filter(change__grant=self, change__state=ChangeState.AGREED)
        found: dict[int, Decimal] = {}
        for line, amount, asked_by, agreed_by in rows.order_by("change_id").values_list(
            "line", "amount", "change__made_by", "change__decided_by"
        ):
            found[line] = found.get(line, ZERO) + amount if asked_by == agreed_by else ZERO
        return found

    @property
    def training_until(self) -> date | None:
        """The last day for the training: as agreed with the offer, or as it was extended."""
        return self.extended_until or self.delivery_until

    @property
    def final_claim_is_accepted(self) -> bool:
        return self.claims.filter(state=ClaimState.ACCEPTED, is_final=True).exists()

    @property
    def ended_without_penalty(self) -> bool:
        """Life has changed, and it was agreed that the grant ends, or is handed on."""
        ends = (LifeOutcome.ENDED.label, LifeOutcome.TRANSFERRED.label)
        return self.state == GrantState.TERMINATED and self.ended_reason in ends

    # What stands in the way ---------------------------------------------------------------

    def on_hold(self) -> list[str]:
        """The sentence for whatever waits while the grant is on hold; nothing when it is not."""
        if self.paused_on is None:
            return []
        return [
            f"The grant has been on hold since {written.day(self.paused_on)}. This waits until an officer "
            "and the organisation have settled what happens."
        ]

    def any_blockers(self, move: str) -> list[str]:
        return self.on_hold() if move in self.WAITS_ON_HOLD else []

    @property
    def is_offer_after_death(self) -> bool:
        """The person died before the offer was accepted: nothing more is asked, and it is closed."""
        return (
            self.state == GrantState.OFFERED
            and self.application.person.state == PersonState.DECEASED
        )

    def accept_blockers(self) -> list[str]:
        if self.is_offer_after_death:
            return ["Nothing more is asked of you. An officer closes this offer."]
        if clock.today() > self.offer_open_until:
            day = self.offer_open_until
            return [
                f"The offer was open until {written.day(day)}. Ask the programme to open it again."
            ]
        return []

    def lapse_blockers(self) -> list[str]:
        if self.is_offer_after_death:
            return []
        if clock.today() <= self.offer_open_until:
            day = self.offer_open_until
            return [f"The offer is open until {written.day(day)}."]
        return []

    def prepare_first_payment_blockers(self) -> list[str]:
        if self.state == GrantState.OFFERED:
            return ["The offer is not accepted yet."]
        if self.state not in PAYING_STATES:
            return [f"Nothing is paid in advance on a grant that is “{self.get_state_display()}”."]
        if self.live_payment(Instalment.FIRST):
            return ["The first payment has been prepared."]
        if self.live_payment(Instalment.FINAL):
            return ["The final payment has been prepared: it covers everything that is owed."]
        if not self.first_payment_amount:
            return ["This round pays nothing in advance."]
        return self._payment_waits_for(Instalment.FIRST)

    def _payment_waits_for(self, *instalments: str) -> list[str]:
        """What holds a payment back besides the money: a hold, and conditions that come before it."""
        found = []
        if self.paused_on is not None:
            found.append("The grant is on hold. Settle with the organisation what happens first.")
        waiting = self.conditions.filter(met_at__isnull=True, before__in=instalments)
        return found + [
            f"Condition {condition.number} comes before the {condition.before} payment and is not met yet."
            for condition in waiting.order_by("number")
        ]

    def prepare_final_payment_blockers(self) -> list[str]:
        if self.state not in CLAIMING_STATES:
            return ["The grant is not under way."]
        if self.live_payment(Instalment.FINAL):
            return ["The final payment has been prepared."]
        found = []
        first = self.live_payment(Instalment.FIRST)
        if first is not None and first.state != PaymentState.PAID:
            found.append("The first payment is not paid yet.")
        if not self.final_claim_is_accepted:
            found.append("The last claim is not accepted yet.")
        if self.final_report_accepted_on is None and self.state != GrantState.TERMINATED:
            found.append("The final report is not accepted yet.")
        found += self._payment_waits_for(*Instalment.values)
        owed = self.owed()
        if self.final_claim_is_accepted and owed < 0:  # nothing else is worth waiting for
            return [f"{money(-owed)} is owed back: more was paid than was spent."]
        if self.final_claim_is_accepted and owed == 0:
            return ["Nothing is left to pay: everything that was spent has been paid."]
        return found

    def note_repayment_blockers(self) -> list[str]:
        if not self.final_claim_is_accepted:
            return ["The last claim is not accepted yet, so nobody knows what is owed back."]
        return [] if self.owed() < 0 else ["Nothing is owed back."]

    def add_claim_blockers(self) -> list[str]:
        if self.state not in CLAIMING_STATES:
            return ["You can claim once the baseline is recorded and the grant is under way."]
        if self.final_claim_is_accepted:
            return ["Your last claim has been accepted."]
        unfinished = self.claims.exclude(state=ClaimState.ACCEPTED).first()
        if unfinished:
            return [f"Claim {unfinished.number} is not finished yet."]
        return []

    def ask_change_blockers(self) -> list[str]:
        if self.state not in CHANGING_STATES:
            return ["Changes can be asked for while the grant runs."]
        if waiting := self.changes.filter(state=ChangeState.ASKED).first():
            return [f"{waiting.reference} waits for an officer. One change at a time."]
        if self.final_claim_is_accepted:
            return ["Your last claim has been accepted."]
        return []

    def use_contingency_blockers(self) -> list[str]:
        found = self.ask_change_blockers()
        if not found and self.contingency_left() <= 0:
            found.append("Nothing is left in the contingency of this budget.")
        return found

    def ask_time_blockers(self) -> list[str]:
        if self.state not in EXTENDING_STATES:
            return ["More time can be asked for until the training is finished."]
        return self.ask_change_blockers()

    def spent_by_line(self) -> dict[int, Decimal]:
        """Pounds accepted as spent, by the key of the budget line."""
        rows = self.claims.filter(state=ClaimState.ACCEPTED).values_list("lines__line")
        return {
            line: amount or ZERO for line, amount in rows.annotate(sum=Sum("lines__amount")) if line
        }

    def contingency_left(self) -> Decimal:
        """Pounds of the contingency that no change has taken and no claim spent."""
        put_by = [
            (line.pk, amount)
            for line, amount in self.agreed_lines()
            if line.category == LineCategory.CONTINGENCY
        ]
        spent = self.claims.filter(
            state=ClaimState.ACCEPTED, lines__line__in=[pk for pk, _ in put_by]
        ).aggregate(sum=Sum("lines__amount"))["sum"]
        return sum((amount for _, amount in put_by), ZERO) - (spent or ZERO if put_by else ZERO)

    def tell_us_blockers(self) -> list[str]:
        if self.state not in CHANGING_STATES:
            return ["The grant is not under way."]
        if self.life_events.filter(settled_at__isnull=True).exists():
            return ["You have told us already. An officer will be in touch with you."]
        return []

    def waiting_event(self) -> "LifeEvent | None":
        """The newest event that is not settled, or that keeps the grant on hold; none otherwise."""
        waits = Q(settled_at__isnull=True) | Q(outcome=LifeOutcome.PAUSED)
        return self.life_events.filter(waits).order_by("-pk").first()

    def settle_blockers(self) -> list[str]:
        return [] if self.waiting_event() else ["Nothing waits to be settled."]

    def ask_back_blockers(self) -> list[str]:
        if self.state not in CLAIMING_STATES:
            return ["The grant is not under way."]
        return self.note_repayment_blockers()

    def review_blockers(self) -> list[str]:
        if self.state not in CHANGING_STATES:
            return ["A grant is reviewed while it runs."]
        return []

    def note_final_report_blockers(self) -> list[str]:
        if self.state not in CLAIMING_STATES:
            return ["The grant is not under way."]
        return []

    def close_blockers(self) -> list[str]:
        found = []
        if self.final_report_accepted_on is None:
            found.append("The final report is not accepted yet.")
        if not self.final_claim_is_accepted:
            found.append("The last claim is not accepted yet.")
        else:
            owed = self.owed()
            if owed > 0:
                found.append(f"{money(owed)} of accepted spending is not paid yet.")
            elif owed < 0:
                found.append(f"{money(-owed)} is owed back and has not come in.")
        fast = getattr(self.application, "fast_track", None)
        if fast is not None and fast.waits_for_note:
            found.append("The panel’s note on the fast track is not written yet.")
        found += [
            f"Condition {condition.number} is neither met nor noted as not needed."
            for condition in self.conditions.filter(met_at__isnull=True).order_by("number")
        ]
        return found

    @transition("state", source=GrantState.OFFERED, target=GrantState.AGREED)
    def accept(self, *, by: User, delivery_until: date, agreement: dict[str, Any]) -> None:
        self.agreed_at, self.agreed_by, self.agreement = clock.now(), by, agreement
        self.delivery_until = delivery_until

    @transition("state", source=GrantState.OFFERED, target=GrantState.REFUSED)
    def turn_down(self, *, reason: str) -> None:
        self.ended_reason = reason

    @transition("state", source=GrantState.OFFERED, target=GrantState.REFUSED)
    def lapse(self) -> None:
        self.ended_reason = (
            "Circumstances have changed"
            if self.application.person.state == PersonState.DECEASED
            else "The offer was not accepted in time"
        )

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
        self.paused_on = None

    @transition(
        "state",
        source=list(CHANGING_STATES),
        target=GrantState.TERMINATED,
    )
    def end_without_penalty(self, *, reason: str) -> None:
        self.ended_reason = reason
        self.paused_on = None


class Change(StateMixin):
    """Something that the organisation asks to be changed while the grant runs, and the answer."""

    reference = models.CharField(max_length=30, unique=True)
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=11, choices=ChangeKind)
    state = StateField(max_length=14, choices=ChangeState, default=ChangeState.ASKED)
    reason = models.CharField(max_length=500)
    until_on = models.DateField("training until", null=True, blank=True)
    amount = models.DecimalField(
        "pounds moved or added", max_digits=9, decimal_places=2, default=ZERO
    )
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[ChangeQuerySet] = ChangeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="change_state"),
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="change_kind"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="change_decided_pair",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ChangeKind.TOP_UP) | Q(amount__lte=TOP_UP_MOST),
                name="change_top_up_most",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="change_amount"),
            models.UniqueConstraint(
                fields=["grant"], condition=Q(state=ChangeState.ASKED), name="one_change_at_a_time"
            ),
        )

    class Privacy:
        identity = ()
        special = ("reason", "answer")
        operational = (
            "id",
            "reference",
            "grant",
            "kind",
            "state",
            "until_on",
            "amount",
            "made_at",
            "made_by",
            "decided_at",
            "decided_by",
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("change", args=[self.grant.reference, self.reference])

    @property
    def owner(self) -> Owner:
        """Whom the present state waits for."""
        return CHANGE_STATE_OWNER[ChangeState(self.state)]

    def any_blockers(self, move: str) -> list[str]:
        """Nothing is answered while the grant is on hold."""
        return self.grant.on_hold()

    def agree_blockers(self) -> list[str]:
        """What stands in the way: a top-up takes money of the round; other money is there already."""
        grant = self.grant
        if grant.state not in CHANGING_STATES:
            return ["The grant no longer runs."]
        if self.kind == ChangeKind.TOP_UP:
            left = grant.round.left_to_decide
            if self.amount > left:
                return [f"{money(max(left, ZERO))} is left in the round."]
            if grant.amount + self.amount > grant.round.maximum:
                return [f"The award would be more than {money(grant.round.maximum)}."]
        if self.kind == ChangeKind.CONTINGENCY and self.amount > grant.contingency_left():
            return [f"{money(grant.contingency_left())} is left in the contingency."]
        return self._spent_since()

    def _spent_since(self) -> list[str]:
        """Lines of which more is accepted as spent by now than this change would leave."""
        agreed = {line.pk: amount for line, amount in self.grant.agreed_lines()}
        spent = self.grant.spent_by_line()
        found = []
        for row in self.lines.select_related("line").order_by("line__number"):
            used, left = spent.get(row.line_id, ZERO), agreed.get(row.line_id, ZERO) + row.amount
            if row.amount < 0 and used > left:
                found.append(
                    f"{row.line.code}: {money(used)} is spent by now, and this would leave "
                    f"{money(left)}. Do not agree, so that they can ask anew."
                )
        return found

    @transition("state", source=ChangeState.ASKED, target=ChangeState.AGREED)
    def agree(self, *, by: User, answer: str) -> None:
        self.answer, self.decided_at, self.decided_by = answer, clock.now(), by

    @transition("state", source=ChangeState.ASKED, target=ChangeState.REFUSED)
    def refuse(self, *, by: User, answer: str) -> None:
        self.answer, self.decided_at, self.decided_by = answer, clock.now(), by


class ChangeLine(models.Model):
    """What a change adds to a budget line, or (less than nothing) takes from it, in pounds."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="lines")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="changed")
    amount = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["change", "line"], name="change_line_once"),)

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "change", "line", "amount")

    def __str__(self) -> str:
        return f"{self.line_id}: {self.amount}"


class LifeEvent(models.Model):
    """The person has died, moved or been admitted. Nothing is asked of anybody until it is settled, and
    it is settled without any penalty."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="life_events")
    kind = models.CharField(max_length=8, choices=LifeChange)
    happened_on = models.DateField()
    wish = models.CharField(max_length=8, choices=LifeWish)
    told_at = models.DateTimeField(default=clock.now)
    told_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=11, choices=LifeOutcome, blank=True)
    note = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=LifeChange.values), name="life_kind"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="life_settled_pair",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | Q(settled_at__isnull=False, outcome__in=LifeOutcome.values),
                name="life_outcome",
            ),
        )

    class Privacy:
        identity = ()
        special = ("kind", "happened_on", "note")
        operational = (
            "id",
            "grant",
            "wish",
            "told_at",
            "told_by",
            "outcome",
            "settled_at",
            "settled_by",
        )

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.kind}"


class GrantReview(WrittenOnce):
    """The yearly look at a running grant: money against training, and what follows."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=11, choices=ReviewOutcome)
    words = models.CharField(max_length=500)
    paid = models.DecimalField("paid until then", max_digits=9, decimal_places=2)
    spent = models.DecimalField("accepted spending until then", max_digits=9, decimal_places=2)
    reviewed_at = models.DateTimeField(default=clock.now)
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=ReviewOutcome.values), name="review_outcome"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "grant",
            "outcome",
            "words",
            "paid",
            "spent",
            "reviewed_at",
            "reviewed_by",
        )

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.outcome}"


class Condition(models.Model):
    """A condition of the award, in words; accepted with the offer, ticked off when it is met."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="conditions")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    before = models.CharField(
        "payment that waits for it", max_length=6, choices=Instalment, blank=True
    )
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=ConditionOutcome, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ConditionQuerySet] = ConditionQuerySet.as_manager()

    LOCKED_WITH = ("grant__application",)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["grant", "number"], name="condition_number_once"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_by__isnull=True)
                | Q(met_at__isnull=False, met_by__isnull=False),
                name="condition_met_pair",
            ),
            models.CheckConstraint(
                condition=Q(before__in=["", *Instalment.values]), name="condition_before"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, outcome="")
                | Q(met_at__isnull=False, outcome__in=ConditionOutcome.values),
                name="condition_outcome",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "grant",
            "number",
            "words",
            "before",
            "met_at",
            "met_by",
            "outcome",
            "note",
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.words}"

    def get_absolute_url(self) -> str:
        return self.grant.get_absolute_url()

    @property
    def reference(self) -> str:
        return f"{self.grant.reference}-condition-{self.number}"
