"""Decisions and grants, walked through the verbs that the pages use.

`recommended(application)` speaks for the panel; `decided` and `released` go on with two different
leads; `grant_at(state)` walks a HERON grant (award £7,762.20, first payment £6,209.76, spent
£7,338.20, final payment £1,128.44) to any state. Figures of the worked example: domain 10.3.
"""

from decimal import Decimal
from typing import Any

from accounts.enums import TeamRole
from accounts.models import User
from grants import workflow
from grants.enums import RESERVE, ApplicationState, GrantState, Instalment, Outcome
from grants.models import Application, Claim, Grant, Payment
from tests.factories.accounts import lead_of, staff
from tests.factories.grants import application_at

AWARD = Decimal("7762.20")
IN_PART = "The third visit is left out. The days for the whole circle stand by themselves."
CONDITIONS = (
    "Refresh the working policy within 3 months",
    "Use a certified trainer for any physical-intervention element",
    "Claim the Oliver McGowan training elsewhere",
)
AVERAGES = {
    "C1": "4.67",
    "C2": "4.00",
    "C3": "4.33",
    "C4": "3.67",
    "C5": "3.67",
    "C6": "3.67",
    "C7": "3.33",
}
# Budget line → what HERON spent (domain 10.3): 7,338.20 together.
SPENT: dict[int, tuple[Decimal | None, str]] = {
    1: (Decimal("1900.00"), ""),
    2: (Decimal("132.00"), "11 of 12 used"),
    3: (Decimal("850.00"), ""),
    4: (Decimal("950.00"), ""),
    5: (Decimal("1040.00"), "16 hours"),
    6: (Decimal("420.00"), ""),
    7: (Decimal("1672.00"), "110 hours"),
    8: (Decimal("289.20"), ""),
    9: (Decimal("0.00"), "The room was given in kind"),
    10: (Decimal("85.00"), ""),
}


def recommended(
    application: Application | None = None,
    *,
    by: User | None = None,
    outcome: str = Outcome.APPROVE_WITH_CONDITIONS,
    amount: Decimal = AWARD,
    score: Decimal = Decimal("80.33"),
    panellists: tuple[int, ...] = (),
    **kw: Any,
) -> Application:
    """The panel has concluded: scored 80.33, approve with three conditions."""
    application = application or application_at(ApplicationState.WITH_PANEL, **kw)
    criteria = [
        {
            "code": row.code,
            "title": row.title,
            "weight": row.weight,
            "average": AVERAGES[row.code],
            "feedback": f"Feedback on {row.code}: clear and specific to this person.",
        }
        for row in application.round.criteria.order_by("code")
    ]
    return workflow.receive_recommendation(
        application,
        by=by or staff(TeamRole.PANEL_CHAIR),
        outcome=outcome,
        amount=amount if outcome != Outcome.DECLINE else Decimal("0.00"),
        score=score,
        totals=["83.00", "81.00", "77.00"],
        criteria=criteria,
        conditions=list(CONDITIONS) if outcome == Outcome.APPROVE_WITH_CONDITIONS else [],
        reasons="A strong plan around one person, with the family inside it.",
        panellists=list(panellists),
    )


def decided(
    application: Application | None = None,
    *,
    by: User | None = None,
    outcome: str | None = None,
    amount: Decimal | None = None,
    in_part: str | None = None,
    **kw: Any,
) -> Application:
    """One lead has decided as the panel recommended (or as `outcome` and `amount` say). An award in part
    comes with its reason unless `in_part` says otherwise."""
    application = application or recommended(**kw)
    stands = application.recommendations.order_by("-pk")[0]
    outcome = outcome or stands.outcome
    amount = amount if amount is not None else stands.amount
    if in_part is None:
        in_part = IN_PART if amount < application.figures.eligible else ""
    return workflow.decide(
        application,
        by=by or staff(TeamRole.PROGRAMME_LEAD),
        outcome=outcome,
        amount=amount,
        in_part=in_part,
        conditions=stands.conditions if outcome == Outcome.APPROVE_WITH_CONDITIONS else [],
        reasons=stands.reasons,
        feedback={row["code"]: row["feedback"] for row in stands.criteria},
    )


def released(
    application: Application | None = None, *, by: User | None = None, **kw: Any
) -> Application:
    """Another lead has released the decision."""
    application = application or decided(**kw)
    return workflow.release_decision(application, by=by or staff(TeamRole.PROGRAMME_LEAD))


def reserved(application: Application | None = None, **kw: Any) -> Application:
    """On the reserve list: decided by one lead, released by another."""
    return released(decided(application, outcome=RESERVE, **kw))


def offer(application: Application | None = None, **kw: Any) -> Grant:
    """The grant of a released award."""
    return released(application, **kw).grant


def accepted(grant: Grant) -> Grant:
    """The organisation's lead accepts the offer with every condition."""
    numbers = grant.conditions.values_list("number", flat=True)
    return workflow.accept_offer(grant, by=lead_of(grant.organisation), acknowledged=list(numbers))


def first_payment(grant: Grant, *, officer: User | None = None) -> Payment:
    """The first payment, waiting for approval."""
    return workflow.prepare_first_payment(grant, by=officer or staff(TeamRole.OFFICER))


def paid(payment: Payment, *, finance: User | None = None) -> Payment:
    """The payment, approved and paid."""
    finance = finance or staff(TeamRole.FINANCE)
    return workflow.mark_paid(workflow.approve_payment(payment, by=finance), by=finance)


def claim(
    grant: Grant,
    lines: dict[int, tuple[Decimal | None, str]] | None = None,
    *,
    is_final: bool = True,
) -> Claim:
    """A claim in draft, filled with what HERON spent (or `lines`)."""
    lead = lead_of(grant.organisation)
    made = workflow.add_claim(grant, by=lead)
    return workflow.fill_claim(made, by=lead, lines=SPENT | (lines or {}), is_final=is_final)


def accepted_claim(grant: Grant, **kw: Any) -> Claim:
    """A claim that an officer has accepted."""
    made = claim(grant, **kw)
    made = workflow.submit_claim(made, by=lead_of(grant.organisation))
    return workflow.accept_claim(made, by=staff(TeamRole.OFFICER))


def final_payment(grant: Grant) -> Payment:
    """The final payment, waiting for approval: claim and report accepted before it."""
    workflow.note_final_report(grant, by=staff(TeamRole.OFFICER))
    return workflow.prepare_final_payment(grant, by=staff(TeamRole.OFFICER))


def grant_at(state: GrantState | str = GrantState.AGREED, **kw: Any) -> Grant:
    """A HERON grant at `state`; `kw` goes to `application_at` (round, organisation, person, officer).

    CLOSED has everything: both payments, the claim, the report, the conditions noted.
    """
    grant = offer(**kw)
    lead = lead_of(grant.organisation)
    if state == GrantState.OFFERED:
        return grant
    if state == GrantState.REFUSED:
        return workflow.turn_down_offer(grant, by=lead, reason="We found the money elsewhere")
    grant = accepted(grant)
    if state == GrantState.AGREED:
        return grant
    if state == GrantState.CLOSED:
        paid(first_payment(grant))
    grant = workflow.activate(grant, by=lead)
    if state == GrantState.ACTIVE:
        return grant
    if state == GrantState.TERMINATED:
        programme_lead = staff(TeamRole.PROGRAMME_LEAD)
        return workflow.terminate(grant, by=programme_lead, reason="The person has moved away")
    grant = workflow.finish_delivery(grant, by=lead)
    if state == GrantState.DELIVERED:
        return grant
    grant = workflow.start_reporting(grant, by=lead)
    if state == GrantState.REPORTING:
        return grant
    accepted_claim(grant)
    paid(final_payment(grant))
    officer = staff(TeamRole.OFFICER)
    for condition in grant.conditions.order_by("number"):
        workflow.meet_condition(condition, by=officer, outcome="met", note="Seen")
    assert state == GrantState.CLOSED
    assert grant.live_payment(Instalment.FINAL) is not None
    return workflow.close(grant, by=officer)
