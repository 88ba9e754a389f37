from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.state import StateField, StateMixin, transition
from accounts.written import money

from ..enums import CLAIMING_STATES, OVER_MOST, OVER_SHARE, ClaimState, LineCategory
from ..querysets import ClaimQuerySet
from .application import BudgetLine
from .grant import ZERO, Grant


class Claim(StateMixin):
    """What was spent, line by line, with an officer's acceptance."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField()
    state = StateField(max_length=10, choices=ClaimState, default=ClaimState.DRAFT)
    is_final = models.BooleanField("everything is spent", default=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ClaimQuerySet] = ClaimQuerySet.as_manager()

    LOCKED_WITH = ("grant__application",)

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
            "is_final",
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

    @property
    def total(self) -> Decimal:
        """What this claim adds up to, in pounds; lines without an answer count nothing yet."""
        return sum((row.amount for row in self.lines.all() if row.amount is not None), ZERO)

    def rows(self) -> list["ClaimLine"]:
        """The lines in their order, each with `agreed`: what is agreed for it now, in pounds."""
        agreed = {line.pk: amount for line, amount in self.grant.agreed_lines()}
        found = list(self.lines.select_related("line").order_by("line__number"))
        for row in found:
            row.agreed = agreed.get(row.line_id, row.line.total)
        return found

    def over_limits(self) -> list[tuple["ClaimLine | None", str]]:
        """What this claim, with those accepted before it, spends beyond the agreed budget: the line (none
        for the award as a whole) and a sentence."""
        before = dict(
            ClaimLine.objects.filter(claim__grant=self.grant_id, claim__state=ClaimState.ACCEPTED)
            .exclude(claim=self.pk)
            .values_list("line")
            .annotate(sum=Sum("amount"))
        )
        found: list[tuple[ClaimLine | None, str]] = []
        total = sum((amount or ZERO for amount in before.values()), ZERO)
        unasked = self.grant.moved_unasked()
        for row in self.rows():
            so_far = before.get(row.line_id, ZERO) + (row.amount or ZERO)
            total += row.amount or ZERO
            # What was moved to a line unasked is part of the tenth that nobody needs to agree to.
            moved = max(unasked.get(row.line_id, ZERO), ZERO)
            agreed = row.agreed - moved
            if so_far > agreed + min(agreed * OVER_SHARE, OVER_MOST):
                said = (
                    f"{row.line.code}: {money(so_far)} is more than 10% or £500 over the "
                    f"{money(agreed)} that was agreed"
                    + (f", before {money(moved)} was moved to it" if moved else "")
                    + ". Ask for a change to the budget first."
                )
                found.append((row, said))
        award = self.grant.amount
        if total > award:
            said = f"The claims come to {money(total)}. The award is {money(award)}."
            found.append((None, said))
        return found

    def limit_sentences(self) -> list[str]:
        """The sentences of `over_limits`."""
        return [said for _, said in self.over_limits()]

    def problems(self) -> list[tuple[str, str]]:
        """What has to be put right before it is sent: the input of the form that it concerns ("amount_3",
        "note_3", or "" for the whole) and a sentence."""
        found = []
        for row in self.lines.select_related("line").order_by("line__number"):
            number, code = row.line.number, row.line.code
            if row.line.category == LineCategory.CONTINGENCY and not row.amount:
                continue
            if row.amount is None:
                said = f"{code}: say what was spent. 0.00 is an answer too."
                found.append((f"amount_{number}", said))
            elif row.amount == 0 and not row.note:
                said = f"{code}: say in a few words why nothing was spent."
                found.append((f"note_{number}", said))
        over = self.over_limits()
        return found + [(f"amount_{row.line.number}" if row else "", said) for row, said in over]

    def any_blockers(self, move: str) -> list[str]:
        """While the grant is on hold nothing is sent, and nothing is asked to be put right. What was sent
        can be accepted."""
        return self.grant.on_hold() if move in ("submit", "send_back") else []

    def submit_blockers(self) -> list[str]:
        if self.grant.state not in CLAIMING_STATES:
            return ["The grant is not under way."]
        return [said for _, said in self.problems()]

    def accept_blockers(self) -> list[str]:
        return self.limit_sentences()

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
    """What was spent on one budget line. Empty is no answer yet; 0.00 with a note is one (a room
    given in kind)."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="lines")
    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="claimed")
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    agreed: Decimal
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
