"""How the verbs of grants, conditions, payments and claims are offered."""

from accounts.verbs import Verb, register

from .. import workflow
from ..enums import CLAIMING_STATES, PAYING_STATES, GrantState, Instalment
from ..forms.grants import (
    AcceptClaimForm,
    AcceptOfferForm,
    ApprovePaymentForm,
    ConditionForm,
    RepaymentForm,
    SendBackForm,
    SubmitClaimForm,
    TerminateForm,
    TurnDownForm,
)
from ..models import Claim, Condition, Grant, Payment
from .changes import ON_GRANT


def _goes_on(grant: Grant) -> bool:
    """Nobody is asked to go on with a grant that is on hold."""
    return grant.paused_on is None


def _first_payment_is_to_come(grant: Grant) -> bool:
    return (
        grant.state in (GrantState.OFFERED, *PAYING_STATES)
        and not grant.is_offer_after_death
        and grant.live_payment(Instalment.FIRST) is None
        and grant.live_payment(Instalment.FINAL) is None
    )


def _final_payment_is_to_come(grant: Grant) -> bool:
    """Once the last claim is accepted and nothing is left to pay, no payment will ever come."""
    if grant.state not in CLAIMING_STATES or grant.live_payment(Instalment.FINAL) is not None:
        return False
    return grant.owed() > 0 or not grant.final_claim_is_accepted


def _may_still_claim(grant: Grant) -> bool:
    claims = (GrantState.AGREED, *CLAIMING_STATES)
    return _goes_on(grant) and grant.state in claims and not grant.final_claim_is_accepted


GRANT_VERBS = register(
    Grant,
    [
        Verb(
            name="accept",
            do=workflow.accept_offer,
            permission="grants.accept_offer",
            label="Accept the offer",
            explain="You accept the award and its terms for your organisation.",
            done="The offer is accepted. The first payment is being prepared.",
            only_while=lambda grant: not grant.is_offer_after_death,
            form=AcceptOfferForm,
            is_primary=True,
        ),
        Verb(
            name="turn-down",
            do=workflow.turn_down_offer,
            permission="grants.accept_offer",
            label="Turn the offer down",
            explain="The money goes back to the programme. This cannot be undone.",
            done="The offer is turned down.",
            only_while=lambda grant: not grant.is_offer_after_death,
            form=TurnDownForm,
            is_warning=True,
        ),
        Verb(
            name="extend-offer",
            do=workflow.extend_offer,
            permission="grants.extend_offer",
            label="Open the offer for 28 more days",
            explain="Counted from today. The organisation is told.",
            done="The offer is open for 28 days from today.",
            only_while=lambda grant: (
                grant.state == GrantState.OFFERED and not grant.is_offer_after_death
            ),
            move="extend_offer",
        ),
        Verb(
            name="lapse",
            do=workflow.lapse_offer,
            permission="grants.lapse_offer",
            label="Close the offer",
            explain="When nobody accepted it in time, or the person has died. The money goes back to the "
            "round. This cannot be undone.",
            done="The offer is closed. The organisation has been told.",
            is_warning=True,
        ),
        Verb(
            name="prepare-first-payment",
            do=workflow.prepare_first_payment,
            permission="grants.prepare_payment",
            label="Prepare the first payment",
            explain="Somebody in finance approves it: never the person who prepared it.",
            done="The first payment waits for approval by finance.",
            only_while=_first_payment_is_to_come,
            is_primary=True,
        ),
        Verb(
            name="prepare-final-payment",
            do=workflow.prepare_final_payment,
            permission="grants.prepare_payment",
            label="Prepare the final payment",
            explain="Accepted spending less what was paid. Somebody in finance approves it.",
            done="The final payment waits for approval by finance.",
            only_while=_final_payment_is_to_come,
        ),
        Verb(
            name="note-repayment",
            do=workflow.note_repayment,
            permission="grants.note_repayment",
            label="Note money that came back",
            explain="More was paid than was spent, and the organisation has paid it back.",
            done="The repayment is noted.",
            form=RepaymentForm,
            only_while=lambda grant: (
                grant.state in CLAIMING_STATES
                and grant.final_claim_is_accepted
                and grant.owed() < 0
            ),
        ),
        Verb(
            name="add-claim",
            do=workflow.add_claim,
            permission="grants.add_claim",
            label="Claim what was spent",
            explain="One row for each budget line. You can save it and come back.",
            page="add-claim",
            only_while=_may_still_claim,
            leads_to=lambda claim: claim.get_absolute_url(),
        ),
        Verb(
            name="finish-delivery",
            do=workflow.finish_delivery,
            permission="grants.deliver_grant",
            label="Say that the training is finished",
            explain="Every session has been held and logged.",
            done="The training is finished.",
            only_while=_goes_on,
        ),
        Verb(
            name="start-reporting",
            do=workflow.start_reporting,
            permission="grants.deliver_grant",
            label="Move on to reporting",
            explain="Only the reports and the last claim are still to come.",
            done="The grant is now in reporting.",
            only_while=_goes_on,
        ),
        Verb(
            name="close",
            do=workflow.close,
            permission="grants.close_grant",
            label="Close the grant",
            explain="The report is accepted, the money settled, the conditions met or noted.",
            done="The grant is closed.",
        ),
        Verb(
            name="terminate",
            do=workflow.terminate,
            permission="grants.terminate_grant",
            label="End the grant early",
            explain="What was spent so far can still be claimed. This cannot be undone.",
            done="The grant has ended early. The organisation has been told.",
            form=TerminateForm,
            is_warning=True,
        ),
        *ON_GRANT,
    ],
)
CONDITION_VERBS = register(
    Condition,
    [
        Verb(
            name="meet",
            do=workflow.meet_condition,
            permission="grants.meet_condition",
            label="Note what became of the condition",
            done="The condition is noted.",
            form=ConditionForm,
            move="meet",
        ),
    ],
)
PAYMENT_VERBS = register(
    Payment,
    [
        Verb(
            name="approve",
            do=workflow.approve_payment,
            permission="grants.approve_payment",
            label="Approve this payment",
            explain="You have checked the amount and the organisation.",
            done="The payment is approved.",
            form=ApprovePaymentForm,
            is_primary=True,
        ),
        Verb(
            name="send-back",
            do=workflow.send_back_payment,
            permission="grants.approve_payment",
            label="Send it back",
            explain="It is not paid. An officer puts it right and prepares it anew.",
            done="The payment is sent back to the officers.",
            form=SendBackForm,
        ),
        Verb(
            name="mark-paid",
            do=workflow.mark_paid,
            permission="grants.mark_paid",
            label="Mark as paid today",
            explain="The money has left the account.",
            done="The payment is marked as paid.",
            is_primary=True,
        ),
    ],
)
CLAIM_VERBS = register(
    Claim,
    [
        Verb(
            name="submit",
            do=workflow.submit_claim,
            permission="grants.submit_claim",
            label="Send this claim",
            explain="An officer looks at it, usually within 5 working days.",
            done="Your claim is sent.",
            form=SubmitClaimForm,
            is_primary=True,
        ),
        Verb(
            name="accept",
            do=workflow.accept_claim,
            permission="grants.accept_claim",
            label="Accept this claim",
            explain="From now on it counts as spent.",
            done="The claim is accepted.",
            form=AcceptClaimForm,
            is_primary=True,
        ),
        Verb(
            name="send-back",
            do=workflow.send_back_claim,
            permission="grants.accept_claim",
            label="Send it back",
            explain="The organisation corrects it and sends it again.",
            done="The claim is sent back to the organisation.",
            form=SendBackForm,
        ),
    ],
)
