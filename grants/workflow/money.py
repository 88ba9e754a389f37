"""The money of a grant: payments are prepared by one person and approved by another; claims say what
was spent, line by line, and an officer accepts them.

Every verb that makes a payment or a claim holds the grant's row first, so that two people, or one
person twice, make one.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from accounts import clock, written
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from ..enums import ClaimState, Instalment
from ..models import Claim, ClaimLine, Grant, Payment


def _people_of(grant: Grant) -> list[str]:
    return member_addresses(grant.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def _occasion(thing: Payment | Claim, what: str) -> str:
    return f"{what}:{thing.reference}:{clock.now():%Y%m%d%H%M%S}"


def _prepare(grant: Grant, *, by: User, instalment: Instalment, amount: Decimal) -> Payment:
    payment = Payment.objects.select_for_update().filter(grant=grant, instalment=instalment).first()
    if payment is None:
        payment = Payment(grant=grant, instalment=instalment, amount=amount, prepared_by=by)
    else:
        payment.prepare_again(by=by, amount=amount)
    payment.save()
    record("payment.prepared", payment, by=by, amount=str(amount))
    post(
        "payment_prepared",
        to=team_addresses(TeamRole.FINANCE),
        key=_occasion(payment, "payment.prepared"),
        payment=payment,
    )
    return payment


@transaction.atomic
def prepare_first_payment(grant: Grant, *, by: User) -> Payment:
    """An officer prepares the advance: the round's share (80%) of the award, half up (domain 6.3)."""
    grant = locked(grant)
    permitted(by, "grants.prepare_payment", grant)
    ready(grant, "prepare_first_payment")
    return _prepare(grant, by=by, instalment=Instalment.FIRST, amount=grant.first_payment_amount)


@transaction.atomic
def prepare_final_payment(grant: Grant, *, by: User) -> Payment:
    """An officer prepares what is left: accepted spend less what was paid (clarification 19).

    Raises `NotReady` while claims or the final report are open, and when money is owed back.
    """
    grant = locked(grant)
    permitted(by, "grants.prepare_payment", grant)
    ready(grant, "prepare_final_payment")
    return _prepare(grant, by=by, instalment=Instalment.FINAL, amount=grant.owed())


@transaction.atomic
def approve_payment(payment: Payment, *, by: User) -> Payment:
    """Finance approves what somebody else prepared, unless the grant is on hold."""
    locked(
        payment.grant
    )  # before its payment, as everywhere; whoever puts it on hold waits, or has
    payment = locked(payment)
    permitted(by, "grants.approve_payment", payment)
    ready(payment, "approve")
    payment.approve(by=by)
    payment.save()
    record("payment.approved", payment, by=by, shown_to="applicant", amount=str(payment.amount))
    post(
        "payment_approved",
        to=_people_of(payment.grant),
        key=_occasion(payment, "payment.approved"),
        payment=payment,
    )
    return payment


@transaction.atomic
def send_back_payment(payment: Payment, *, by: User, reason: str) -> Payment:
    """Finance does not approve, or stops what is approved and not paid yet; an officer may prepare it anew.
    `reason` is for the officers."""
    payment = locked(payment)
    permitted(by, "grants.approve_payment", payment)
    ready(payment, "send_back")
    payment.send_back(reason=reason)
    payment.save()
    record("payment.sent_back", payment, by=by)
    post(
        "payment_sent_back",
        to=team_addresses(TeamRole.OFFICER),
        key=_occasion(payment, "payment.sent_back"),
        payment=payment,
    )
    return payment


@transaction.atomic
def mark_paid(payment: Payment, *, by: User) -> Payment:
    """The money has left the account, today."""
    payment = locked(payment)
    permitted(by, "grants.mark_paid", payment)
    ready(payment, "mark_paid")
    payment.mark_paid()
    payment.save()
    record("payment.paid", payment, by=by, shown_to="applicant", amount=str(payment.amount))
    post(
        "payment_paid",
        to=_people_of(payment.grant),
        key=_occasion(payment, "payment.paid"),
        payment=payment,
    )
    return payment


@transaction.atomic
def note_repayment(grant: Grant, *, by: User, amount: Decimal) -> Grant:
    """Finance notes that money came back: `amount` in pounds, up to what is owed back. They are told."""
    grant = locked(grant)
    permitted(by, "grants.note_repayment", grant)
    ready(grant, "note_repayment")
    owed_back = -grant.owed()
    if not Decimal(0) < amount <= owed_back:
        raise NotReady([f"Enter an amount up to the {written.money(owed_back)} that is owed back."])
    grant.repaid += amount
    grant.repaid_at, grant.repaid_by = clock.now(), by
    grant.save()
    record("grant.repaid", grant, by=by, shown_to="applicant", amount=str(amount))
    post(
        "money_came_back",
        to=_people_of(grant),
        key=f"grant.repaid:{grant.reference}:{clock.now():%Y%m%d%H%M%S}",
        grant=grant,
    )
    return grant


@transaction.atomic
def add_claim(grant: Grant, *, by: User) -> Claim:
    """Start a claim with an empty row for every line that the award pays for."""
    grant = locked(grant)
    permitted(by, "grants.add_claim", grant)
    ready(grant, "add_claim")
    number = grant.claims.count() + 1
    claim = Claim.objects.create(grant=grant, number=number, made_by=by)
    ClaimLine.objects.bulk_create(
        ClaimLine(claim=claim, line=line) for line in grant.budget_lines()
    )
    record("claim.started", claim, by=by, shown_to="applicant")
    return claim


@transaction.atomic
def fill_claim(
    claim: Claim, *, by: User, lines: Mapping[int, tuple[Decimal | None, str]], is_final: bool
) -> Claim:
    """Keep what was typed into an unsent claim: budget line number → (pounds or none, note)."""
    claim = locked(claim)
    permitted(by, "grants.submit_claim", claim)
    if claim.state not in (ClaimState.DRAFT, ClaimState.RETURNED):
        raise NotReady([f"This claim has moved on: it is now “{claim.get_state_display()}”."])
    rows = list(claim.lines.select_related("line"))
    for row in rows:
        row.amount, row.note = lines.get(row.line.number, (row.amount, row.note))
    ClaimLine.objects.bulk_update(rows, ["amount", "note"])
    claim.is_final = is_final
    claim.save()
    record("claim.filled", claim, by=by)
    return claim


@transaction.atomic
def submit_claim(claim: Claim, *, by: User) -> Claim:
    """Send a claim: every line has an answer, none goes far over what was agreed (domain 3.13)."""
    locked(claim.grant)  # whoever puts it on hold waits, or has
    claim = locked(claim)
    permitted(by, "grants.submit_claim", claim)
    ready(claim, "submit")
    claim.submit(by=by)
    claim.save()
    record("claim.submitted", claim, by=by, shown_to="applicant", amount=str(claim.total))
    post(
        "claim_submitted",
        to=team_addresses(TeamRole.OFFICER),
        key=_occasion(claim, "claim.submitted"),
        claim=claim,
    )
    return claim


@transaction.atomic
def accept_claim(claim: Claim, *, by: User) -> Claim:
    """An officer accepts a claim: from now on it counts as spent."""
    grant = locked(claim.grant)
    claim = locked(claim)
    permitted(by, "grants.accept_claim", claim)
    ready(claim, "accept")
    claim.accept(by=by)
    claim.save()
    record("claim.accepted", claim, by=by, shown_to="applicant", amount=str(claim.total))
    post(
        "claim_accepted",
        to=_people_of(grant),
        key=_occasion(claim, "claim.accepted"),
        claim=claim,
    )
    return claim


@transaction.atomic
def send_back_claim(claim: Claim, *, by: User, reason: str) -> Claim:
    """An officer asks for a correction; `reason` is shown to the organisation."""
    claim = locked(claim)
    permitted(by, "grants.accept_claim", claim)
    ready(claim, "send_back")
    claim.send_back(reason=reason)
    claim.save()
    record("claim.returned", claim, by=by, shown_to="applicant")
    post(
        "claim_returned",
        to=_people_of(claim.grant),
        key=_occasion(claim, "claim.returned"),
        claim=claim,
    )
    return claim
