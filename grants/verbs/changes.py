"""How changes of a running grant are offered and answered, and what is offered when life has changed."""

from accounts.verbs import Verb, register

from .. import workflow
from ..enums import CHANGING_STATES, EXTENDING_STATES, GrantState
from ..forms.changes import (
    AgreeForm,
    AskBackForm,
    ContingencyForm,
    MoreTimeForm,
    MoveMoneyForm,
    RefuseForm,
    ReviewForm,
    SettleForm,
    TellUsForm,
    TopUpForm,
)
from ..models import Change, Grant
from ..workflow.changes import has_replacement, top_up_most


def _runs(grant: Grant) -> bool:
    return grant.state in CHANGING_STATES and not grant.paused_on


def _takes_changes(grant: Grant) -> bool:
    """After the last claim there is nothing left to change: what would be refused is not offered."""
    return _runs(grant) and not grant.final_claim_is_accepted


def _grant_runs(change: Change) -> bool:
    return _runs(change.grant)


def _to_change(change: Change) -> str:
    return change.get_absolute_url()


ON_GRANT = (
    Verb(
        name="move-money",
        do=workflow.move_money,
        permission="grants.ask_change",
        label="Move money between lines",
        explain="Up to a tenth of each line, and up to £500, holds at once. All that was moved since an "
        "officer last agreed counts together. Beyond that an officer answers.",
        form=MoveMoneyForm,
        move="ask_change",
        only_while=_takes_changes,
        leads_to=_to_change,
    ),
    Verb(
        name="more-time",
        do=workflow.ask_for_time,
        permission="grants.ask_change",
        label="Ask for more time",
        explain="An officer answers, usually within 5 working days.",
        form=MoreTimeForm,
        move="ask_time",
        only_while=lambda grant: _takes_changes(grant) and grant.state in EXTENDING_STATES,
        leads_to=_to_change,
    ),
    Verb(
        name="top-up",
        do=workflow.ask_top_up,
        permission="grants.ask_change",
        label="Ask for a top-up for a replacement starter",
        explain="Up to £500, when somebody who was trained has left and another has taken their place "
        "within 90 days.",
        form=TopUpForm,
        move="ask_change",
        only_while=lambda grant: (
            _takes_changes(grant) and has_replacement(grant) and top_up_most(grant) > 0
        ),
        leads_to=_to_change,
    ),
    Verb(
        name="use-contingency",
        do=workflow.use_contingency,
        permission="grants.ask_change",
        label="Use the contingency",
        explain="An officer answers. What is not used goes back to the programme.",
        form=ContingencyForm,
        move="use_contingency",
        only_while=lambda grant: _takes_changes(grant) and grant.contingency_left() > 0,
        leads_to=_to_change,
    ),
    Verb(
        name="tell-us",
        do=workflow.tell_us,
        permission="grants.tell_us",
        label="Tell us that life has changed",
        explain="If the person has died, moved or been admitted to hospital. Everything waits from then "
        "on, and there is never a penalty.",
        done="Thank you for telling us. Nothing is asked of you now. An officer will be in touch with you.",
        form=TellUsForm,
        only_while=_runs,
    ),
    Verb(
        name="settle",
        do=workflow.settle,
        permission="grants.settle_event",
        label="Settle what happens to the grant",
        explain="Speak with the organisation first. There is never a penalty: what was spent can be "
        "claimed, and nothing else is due.",
        done="It is settled. The organisation has been told.",
        form=SettleForm,
        only_while=lambda grant: bool(grant.paused_on),
        is_primary=True,
    ),
    Verb(
        name="ask-back",
        do=workflow.ask_back,
        permission="grants.ask_back",
        label="Ask for money back",
        explain="More was paid than was spent. Say why, and by when. Asked again, the new day counts.",
        done="The organisation has been told.",
        form=AskBackForm,
        only_while=lambda grant: (
            grant.state not in (GrantState.CLOSED, GrantState.REFUSED)
            and grant.final_claim_is_accepted
            and grant.owed() < 0
        ),
    ),
    Verb(
        name="review",
        do=workflow.review_grant,
        permission="grants.review_grant",
        label="Write the yearly review",
        explain="What was paid and spent until today is kept with it.",
        done="The review is kept.",
        form=ReviewForm,
        only_while=lambda grant: grant.state in CHANGING_STATES,
    ),
)
CHANGE_VERBS = register(
    Change,
    [
        Verb(
            name="agree",
            do=workflow.agree_change,
            permission="grants.answer_change",
            label="Agree to this change",
            explain="It holds from now on.",
            done="Agreed. The organisation has been told.",
            only_while=_grant_runs,
            form=AgreeForm,
            is_primary=True,
        ),
        Verb(
            name="refuse",
            do=workflow.refuse_change,
            permission="grants.answer_change",
            label="Do not agree",
            explain="Everything stays as it was.",
            only_while=_grant_runs,
            done="The organisation has been told.",
            form=RefuseForm,
        ),
    ],
)
