"""What awards add up to, for pages, the API and the programme's figures: the money of a grant, the
letter of a decision, what has happened, and a round at a glance. Reading only.

Amounts are pounds with two places. Spent means accepted claims by the cut-off, cash lines only
(clarification 19).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q, Sum

from accounts import clock, written
from accounts.enums import Region
from accounts.models import AuditEvent
from accounts.shapes import TimelineEntry
from accounts.wording import words_of
from focus_people.enums import NeedCategory

from .budget import figures, percent_of
from .enums import (
    APPEAL_DAYS,
    AWARDING,
    CHANGING_STATES,
    RESERVE,
    UPHELD,
    AppealOutcome,
    ApplicationState,
    ClaimState,
    GrantState,
    Instalment,
    LineKind,
    MessageFor,
    Outcome,
    PaymentState,
)
from .models import Appeal, Application, BudgetLine, ClaimLine, Decision, Grant, Payment, Round
from .reports import Clock, waiting_for
from .reports import clock as clock_of
from .workflow.decisions import offer_until
from .working_days import working_days_after

ZERO = Decimal("0.00")


# Money of one grant ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Money:
    """A grant's money in pounds. `owed` is spent − paid: less than nothing is owed back."""

    awarded: Decimal
    paid: Decimal
    spent: Decimal
    claimed: Decimal

    @property
    def underspend(self) -> Decimal:
        """Awarded and not spent: HERON 424.00."""
        return self.awarded - self.spent

    @property
    def owed(self) -> Decimal:
        return self.spent - self.paid

    @property
    def owed_back(self) -> Decimal:
        return max(-self.owed, ZERO)


def spent(grant: Grant, as_of: date | None = None) -> Decimal:
    """Accepted cash claims by the end of `as_of` (a London day; none: until now), in pounds."""
    return grant.accepted_spend(as_of)


def money_of(grant: Grant) -> Money:
    """Awarded, paid, spent, claimed and not yet accepted. HERON: 7,762.20, 7,338.20, 7,338.20."""
    waiting = ClaimLine.objects.filter(
        claim__grant=grant, claim__state=ClaimState.SUBMITTED, line__kind=LineKind.CASH
    ).aggregate(sum=Sum("amount"))["sum"]
    return Money(grant.amount, grant.paid_so_far(), grant.accepted_spend(), waiting or ZERO)


@dataclass(frozen=True)
class LineMoney:
    """One budget line of an award: what was agreed, spent, and claimed but not accepted yet."""

    line: BudgetLine
    agreed: Decimal
    spent: Decimal
    claimed: Decimal
    note: str

    @property
    def left(self) -> Decimal:
        return self.agreed - self.spent - self.claimed


def money_by_line(grant: Grant) -> list[LineMoney]:
    """Every line that the award pays for. The note is the newest claim's."""
    found: dict[int, dict[str, Any]] = {}
    rows = ClaimLine.objects.filter(
        claim__grant=grant, claim__state__in=(ClaimState.ACCEPTED, ClaimState.SUBMITTED)
    )
    for row in rows.select_related("claim").order_by("claim__number"):
        held = found.setdefault(row.line_id, {"spent": ZERO, "claimed": ZERO, "note": ""})
        key = "spent" if row.claim.state == ClaimState.ACCEPTED else "claimed"
        held[key] += row.amount or ZERO
        held["note"] = row.note or held["note"]
    nothing = {"spent": ZERO, "claimed": ZERO, "note": ""}
    return [
        LineMoney(line, agreed, **found.get(line.pk, nothing))
        for line, agreed in grant.agreed_lines()
    ]


def payments_said(payments: list[Payment], grant: Grant) -> str:
    """The sentences under the money: which part is paid and came back, what the rest waits for. While a grant
    is on hold nothing is asked of anybody, and after it has ended no report is due."""
    said = []
    by_instalment = {payment.instalment: payment for payment in payments}
    first = by_instalment.get(Instalment.FIRST)
    if first is not None and first.state == PaymentState.PAID and first.paid_on:
        is_share = first.amount == grant.first_payment_amount  # a top-up came after it otherwise
        share = f" ({grant.round.first_payment_percent}%)" if is_share else ""
        said.append(
            f"First payment {written.money(first.amount)}{share} on {written.day(first.paid_on)}."
        )
    final = by_instalment.get(Instalment.FINAL)
    if final is not None and final.state == PaymentState.PAID and final.paid_on:
        said.append(f"Final payment {written.money(final.amount)} on {written.day(final.paid_on)}.")
    if grant.repaid and grant.repaid_at:
        said.append(
            f"{written.money(grant.repaid)} has come back, the last of it on "
            f"{written.day(clock.day_of(grant.repaid_at))}."
        )
    is_over = grant.state in (GrantState.CLOSED, GrantState.REFUSED)
    if is_over or grant.paused_on is not None or (final and final.state == PaymentState.PAID):
        return " ".join(said)
    has_ended = grant.state == GrantState.TERMINATED
    if grant.final_claim_is_accepted:
        owed = grant.owed()
        if owed == 0:
            said.append("Nothing is left to pay.")
        elif owed > 0:
            waits = not has_ended and grant.final_report_accepted_on is None
            then = " follows the accepted report." if waits else " is still to be paid."
            said.append(f"The rest, {written.money(owed)},{then}")
    elif has_ended:
        said.append(
            "What was spent can be claimed, and what was paid and not spent goes back. Nothing else is due."
        )
    elif grant.state in CHANGING_STATES:
        said.append("The rest follows the last claim and the accepted report.")
        said.append("Ask before you move more than a tenth of a line.")
    return " ".join(said)


# The letter -----------------------------------------------------------------------------------

OUTCOME_SAYS: dict[str, str] = {
    RESERVE: "Your application is on the reserve list",
    Outcome.APPROVE: "Your application is approved",
    Outcome.APPROVE_WITH_CONDITIONS: "Your application is approved, with conditions",
    Outcome.DECLINE: "Your application is not funded this time",
}


@dataclass(frozen=True)
class Letter:
    """A decision as the applicant reads it. `criteria`: code, title, weight, average, feedback."""

    application: Application
    decision: Decision
    headline: str
    is_award: bool
    is_reserve: bool
    amount: Decimal
    eligible: Decimal
    score: Decimal
    threshold: Decimal
    criteria: list[dict]
    conditions: list[str]
    reasons: str
    in_part: str
    is_released: bool
    decided_on: date
    accept_until: date | None
    appeal_until: date
    appeal_is_over: bool
    first_payment: Decimal
    paid_for_by: str


def letter_of(application: Application) -> Letter:
    """The letter of a decision, released or (for the leads) as it will be sent today."""
    decision = application.decision
    released = decision.released_at
    day = clock.day_of(released) if released else clock.today()
    grant = getattr(application, "grant", None)
    is_award = decision.outcome in AWARDING
    until = None
    if is_award:
        until = grant.offer_open_until if grant else offer_until(day)
    share = Decimal(application.round.first_payment_percent) / 100
    return Letter(
        application=application,
        decision=decision,
        headline=OUTCOME_SAYS[decision.outcome],
        is_award=is_award,
        is_reserve=decision.outcome == RESERVE,
        amount=decision.amount,
        eligible=figures(application.lines.all()).eligible,
        score=decision.score,
        threshold=application.terms.threshold,
        criteria=decision.criteria,
        conditions=decision.conditions,
        reasons=decision.reasons,
        in_part=decision.in_part,
        is_released=released is not None,
        decided_on=day,
        accept_until=until,
        appeal_until=working_days_after(day, APPEAL_DAYS),
        appeal_is_over=clock.today() > working_days_after(day, APPEAL_DAYS),
        first_payment=(decision.amount * share).quantize(Decimal("0.01"), ROUND_HALF_UP),
        paid_for_by=application.round.programme.paid_for_by,
    )


# Appeals --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PastDecision:
    """A decision as it was when it was appealed; amounts in pounds."""

    headline: str
    amount: Decimal
    score: Decimal
    conditions: list[str]
    criteria: list[dict]
    reasons: str
    in_part: str


def decision_as_it_was(appeal: Appeal) -> PastDecision:
    """The decision that an appeal is about, also after it was undone."""
    held = appeal.decision
    return PastDecision(
        headline=OUTCOME_SAYS[held["outcome"]],
        amount=Decimal(held["amount"]),
        score=Decimal(held["score"]),
        conditions=held["conditions"],
        criteria=held["criteria"],
        reasons=held["reasons"],
        in_part=held.get("in_part", ""),
    )


@dataclass(frozen=True)
class AppealRates:
    """P9 of domain 8.1: appeals of all released decisions, upheld ones of all answered."""

    decisions: int
    appeals: int
    answered: int
    upheld: int

    @property
    def rate(self) -> Decimal | None:
        """Appeals in a hundred decisions; the target is below 5."""
        return (
            percent_of(Decimal(self.appeals), Decimal(self.decisions)) if self.decisions else None
        )


def appeal_rates() -> AppealRates:
    """Counts over every round. An appealed decision that was undone is still a decision."""
    held = Counter(Appeal.objects.values_list("outcome", flat=True))
    undone = held[AppealOutcome.AWARD]
    appeals = sum(held.values())
    return AppealRates(
        decisions=Decision.objects.filter(released_at__isnull=False).count() + undone,
        appeals=appeals,
        answered=appeals - held[""],
        upheld=sum(held[outcome] for outcome in UPHELD),
    )


# What has happened ----------------------------------------------------------------------------


def timeline_of(grant: Grant, *, for_staff: bool) -> list[TimelineEntry]:
    """What has happened to a grant, its payments and claims, newest first."""
    rows = AuditEvent.objects.filter(
        Q(subject_type="grants.Grant", subject_ref=grant.reference)
        | Q(
            subject_type__in=("grants.Payment", "grants.Claim", "grants.Change"),
            subject_ref__startswith=f"{grant.reference}-",
        )
        | Q(
            subject_type="grants.Application",
            subject_ref=grant.reference,
            event="application.message",
        )
    )
    messages = {
        m.number: m.words
        for m in grant.application.messages.all()
        if for_staff or m.read_by == MessageFor.APPLICANT
    }
    if not for_staff:
        rows = rows.filter(shown_to=AuditEvent.Visibility.APPLICANT)
    found = []
    for row in rows.order_by("-at", "-pk"):
        amount = row.data.get("amount")
        what = words_of(row.event)
        found.append(
            TimelineEntry(
                row.at,
                row.actor_label,
                f"{what}: {written.money(Decimal(amount))}" if amount and Decimal(amount) else what,
                messages.get(row.data.get("message"), ""),
                visibility=row.shown_to if for_staff else "",
            )
        )
    return found


# A round at a glance --------------------------------------------------------------------------


def percentile(values: list[int], share: Decimal) -> Decimal | None:
    """Linear interpolation, type 7 (clarification 20), one place half up. None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    exact = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return Decimal(exact).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Stage:
    """One bar of the pipeline: how many applications reached it; `note` says what became of the rest."""

    label: str
    count: int
    note: str = ""


@dataclass(frozen=True)
class WaitingCase:
    """A case that waits: for whom, for what, since when in its clock."""

    application: Application
    who: str
    what: str
    clock: Clock


@dataclass(frozen=True)
class ShareRow:
    """One region, or one kind of need: applications sent, decided and awarded; pounds awarded."""

    label: str
    sent: int
    decided: int
    awards: int
    amount: Decimal


@dataclass(frozen=True)
class AtAGlance:
    """A round: what was asked for, awarded and left (pounds); how long decisions took (net days)."""

    stages: list[Stage]
    asked: Decimal
    eligible: Decimal
    awarded: Decimal
    to_release: Decimal
    left: Decimal
    decided: int
    awards: int
    median: Decimal | None
    p90: Decimal | None
    in_time: int
    net_days: list[int]
    waiting: list[WaitingCase]
    regions: list[ShareRow]
    needs: list[ShareRow]
    owners: list[tuple[str, int, int]]


CHECKED = (
    ApplicationState.WITH_PANEL,
    ApplicationState.RECOMMENDED,
    ApplicationState.DECIDED,
    ApplicationState.APPROVED,
    ApplicationState.DECLINED,
    ApplicationState.RESERVED,
)
CONCLUDED = CHECKED[1:]
WAITING_STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.IN_CHECK,
    ApplicationState.RETURNED,
    ApplicationState.WITH_PANEL,
    ApplicationState.RECOMMENDED,
    ApplicationState.DECIDED,
)


def _and_more(number: int, words: str) -> str:
    return f"{number} {words}" if number else ""


def _share(label: str, here: list[Application]) -> ShareRow:
    released = (ApplicationState.APPROVED, ApplicationState.DECLINED)
    live = [a.grant for a in here if hasattr(a, "grant")]
    live = [grant for grant in live if grant.state != GrantState.REFUSED]
    return ShareRow(
        label=label,
        sent=len(here),
        decided=sum(1 for a in here if a.state in released),
        awards=len(live),
        amount=sum((grant.amount for grant in live), ZERO),
    )


def _by_region(sent: list[Application]) -> list[ShareRow]:
    """The regions that somebody applied from, in the usual order of England's regions."""
    found = []
    for region in Region:
        if here := [a for a in sent if a.organisation.region == region]:
            found.append(_share(str(region.label), here))
    return found


def _by_need(sent: list[Application]) -> list[ShareRow]:
    """The kinds of need that the learning is for; an application counts once in each that it names."""
    found = []
    for category in NeedCategory:
        here = [a for a in sent if any(n.category == category for n in a.needs.all())]
        if here:
            found.append(_share(str(category.label), here))
    return sorted(found, key=lambda row: -row.sent)


def _by_owner(waiting: list[WaitingCase]) -> list[tuple[str, int, int]]:
    """(who, cases that wait for them, of those past the target), the most first."""
    held: dict[str, list[WaitingCase]] = {}
    for case in waiting:
        held.setdefault(case.who, []).append(case)
    rows = [(who, len(cases), sum(c.clock.is_late for c in cases)) for who, cases in held.items()]
    return sorted(rows, key=lambda row: -row[1])


def at_a_glance(round: Round) -> AtAGlance:
    """Everything the lead sees of a round first. A fixed number of queries."""
    applications = list(
        round.applications.select_related("organisation", "person", "round", "decision", "grant")
        .prefetch_related("clock_stops", "lines", "needs")
        .order_by("submitted_at", "pk")
    )
    states = Counter(ApplicationState(application.state) for application in applications)
    sent = [a for a in applications if a.submitted_at is not None]
    checked = [a for a in sent if a.state in CHECKED]
    budgets = {a.pk: figures(a.lines.all()) for a in sent}
    asked = sum((budgets[a.pk].requested for a in sent), ZERO)
    eligible = sum((budgets[a.pk].eligible for a in checked), ZERO)
    grants = [a.grant for a in applications if hasattr(a, "grant")]
    live = [grant for grant in grants if grant.state != GrantState.REFUSED]
    awarded = sum((grant.amount for grant in live), ZERO)
    to_release = sum(
        (
            a.decision.amount
            for a in sent
            if a.state == ApplicationState.DECIDED and a.decision.outcome in AWARDING
        ),
        ZERO,
    )
    net = [
        time.net_days
        for a in sent
        if a.state in (ApplicationState.APPROVED, ApplicationState.DECLINED)
        and (time := clock_of(a)) is not None
    ]
    waiting = [
        WaitingCase(a, waits.who, waits.what, time)
        for a in sent
        if a.state in WAITING_STATES
        and (time := clock_of(a)) is not None
        and (waits := waiting_for(a))
    ]
    out = states[ApplicationState.INELIGIBLE], states[ApplicationState.WITHDRAWN]
    said = ", ".join(
        filter(None, (_and_more(out[0], "not eligible"), _and_more(out[1], "withdrawn")))
    )
    stages = [
        Stage("Started", len(applications)),
        Stage("Sent", len(sent), _and_more(states[ApplicationState.DRAFT], "still in draft")),
        Stage("Passed to the panel", len(checked), said),
        Stage(
            "Recommended on",
            sum(1 for a in checked if a.state in CONCLUDED),
            _and_more(states[ApplicationState.WITH_PANEL], "with the panel"),
        ),
        Stage(
            "Decision released",
            states[ApplicationState.APPROVED] + states[ApplicationState.DECLINED],
            ", ".join(
                filter(
                    None,
                    (
                        _and_more(states[ApplicationState.DECLINED], "declined"),
                        _and_more(states[ApplicationState.RESERVED], "on the reserve list"),
                    ),
                )
            ),
        ),
        Stage("Awarded", len(live), _and_more(len(grants) - len(live), "offers turned down")),
    ]
    return AtAGlance(
        stages=stages,
        asked=asked,
        eligible=eligible,
        awarded=awarded,
        to_release=to_release,
        left=round.budget - awarded - to_release,
        decided=len(net),
        awards=len(live),
        median=percentile(net, Decimal("0.5")),
        p90=percentile(net, Decimal("0.9")),
        in_time=sum(1 for days in net if days <= round.target_days),
        net_days=sorted(net),
        waiting=sorted(waiting, key=lambda case: case.clock.due_on),
        regions=_by_region(sent),
        needs=_by_need(sent),
        owners=_by_owner(waiting),
    )
