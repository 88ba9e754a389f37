"""How the verbs of training are offered. Planning an activity belongs to a grant and has its own page."""

from datetime import timedelta

from accounts import clock
from accounts.verbs import Verb, register

from . import actions, workflow
from .enums import SessionState
from .forms import (
    CascadeForm,
    ChangeActivityForm,
    ChangeSessionForm,
    OthersForm,
    ReasonForm,
    RowsForm,
    SessionForm,
    SheetForm,
    SignOffForm,
)
from .forms_market import ApproveForm, ChangeProviderForm
from .models import (
    Activity,
    Cascade,
    RegisterImport,
    SeatBooking,
    Session,
    SharedSession,
    SignOff,
    TrainingProvider,
)


def _stands(thing: Activity | Session) -> bool:
    return not thing.is_voided


def _not_voided(thing: SignOff | Cascade) -> bool:
    return not thing.is_voided


def _after_planning(session: Session) -> str:
    """A session of a day that is over goes straight on to who came."""
    own = session.get_absolute_url()
    return f"{own}deliver/" if session.held_on <= clock.today() else own


def _may_still_sign_in(session: Session) -> bool:
    """Not after the day that follows it: from then on somebody says who came."""
    return _not_cancelled(session) and clock.today() <= session.held_on + timedelta(days=1)


def _not_cancelled(session: Session) -> bool:
    return _stands(session) and session.state != SessionState.CANCELLED


ACTIVITY_VERBS = register(
    Activity,
    [
        Verb(
            name="plan-session",
            do=workflow.plan_session,
            permission="training.plan_session",
            label="Add a session",
            explain="One meeting, or one visit. You say who came once it is over.",
            done="The session is in the plan.",
            form=SessionForm,
            is_primary=True,
            only_while=_stands,
            leads_to=_after_planning,
        ),
        Verb(
            name="ask-learners",
            do=workflow.ask_learners,
            permission="training.ask_learners",
            label="Ask learners how confident they are",
            explain="Makes a link for everybody in the circle who comes to training: five questions "
            "before, just after and at three months, without an account. You see means of five people "
            "or more, never what one person said.",
            done="The links are ready. Hand each learner their own.",
            only_while=lambda activity: _stands(activity) and bool(workflow.without_link(activity)),
            leads_to=lambda activity: f"{activity.get_absolute_url()}confidence/",
        ),
        Verb(
            name="sign-off",
            do=workflow.sign_off,
            permission="training.sign_off",
            label="Record a competence sign-off",
            explain="A clinician watched somebody do the task and found them competent. Nobody counts as "
            "trained in a delegated health task before that.",
            done="The sign-off is recorded.",
            form=SignOffForm,
            only_while=lambda activity: _stands(activity) and activity.is_delegated,
        ),
        Verb(
            name="log-cascade",
            do=workflow.log_cascade,
            permission="training.log_cascade",
            label="Record training that was passed on",
            explain="Somebody who finished this has trained others. It is counted by itself: it is no "
            "intervention, because the grant did not pay for it.",
            done="The session is recorded.",
            form=CascadeForm,
            only_while=lambda activity: _stands(activity) and activity.makes_trainers,
        ),
        Verb(
            name="count-others",
            do=workflow.count_others,
            permission="training.count_others",
            label="Count staff who support other people",
            done="The number is kept.",
            form=OthersForm,
            only_while=_stands,
        ),
        Verb(
            name="change",
            do=actions.change_activity,
            permission="training.change_activity",
            label="Change the activity",
            done="The activity is changed.",
            form=ChangeActivityForm,
            only_while=_stands,
        ),
        Verb(
            name="void",
            do=actions.void_activity,
            permission="training.void_activity",
            label="Take it out of the record",
            explain="For an activity that was logged by mistake. It is kept with your reason, and "
            "counts nowhere.",
            done="The activity is out of every count.",
            form=ReasonForm,
            is_warning=True,
            only_while=_stands,
        ),
    ],
)

SIGN_OFF_VERBS = register(
    SignOff,
    [
        Verb(
            name="void",
            do=workflow.void_sign_off,
            permission="training.void_beyond",
            label="Take it out of the record",
            explain="For a sign-off that was recorded by mistake, or that the clinician took back.",
            done="The sign-off is out of every count.",
            form=ReasonForm,
            page="sign-off-void",
            is_warning=True,
            only_while=_not_voided,
        ),
    ],
)

CASCADE_VERBS = register(
    Cascade,
    [
        Verb(
            name="void",
            do=workflow.void_cascade,
            permission="training.void_beyond",
            label="Take it out of the record",
            explain="For a session that was recorded by mistake.",
            done="The session is out of every count.",
            form=ReasonForm,
            page="cascade-void",
            is_warning=True,
            only_while=_not_voided,
        ),
    ],
)

PROVIDER_VERBS = register(
    TrainingProvider,
    [
        Verb(
            name="approve",
            do=workflow.approve_provider,
            permission="training.manage_provider",
            label="Approve until a day",
            explain="Organisations see that it is approved, and until when. Approve it again to renew.",
            done="The provider is approved.",
            form=ApproveForm,
            is_primary=True,
        ),
        Verb(
            name="change",
            do=workflow.change_provider,
            permission="training.manage_provider",
            label="Change what we know of it",
            done="The provider is changed.",
            form=ChangeProviderForm,
        ),
        Verb(
            name="withdraw",
            do=workflow.withdraw_provider,
            permission="training.manage_provider",
            label="Take it off the list",
            explain="Organisations no longer see it. What it has delivered stays in the record.",
            done="The provider is off the list.",
            form=ReasonForm,
            is_warning=True,
        ),
    ],
)

SHARED_VERBS = register(
    SharedSession,
    [
        Verb(
            name="cancel",
            do=workflow.cancel_shared,
            permission="training.manage_shared",
            label="Cancel the session",
            explain="All seats are given back, and their organisations are told.",
            done="The session is cancelled.",
            form=ReasonForm,
            is_warning=True,
        ),
    ],
)

BOOKING_VERBS = register(
    SeatBooking,
    [
        Verb(
            name="give-back",
            do=workflow.give_back_seats,
            permission="training.give_back_seats",
            label="Give the seats back",
            explain="Others may take them. What they cost is free again in your budget.",
            done="The seats are given back.",
            page="give-back-seats",
            is_warning=True,
            only_while=lambda booking: booking.is_standing,
        ),
    ],
)

SESSION_VERBS = register(
    Session,
    [
        Verb(
            name="deliver",
            do=workflow.deliver_session,
            permission="training.deliver_session",
            label="Say who came",
            done="The session is held, and who came is recorded.",
            form=SheetForm,
            is_primary=True,
            only_while=_stands,
        ),
        Verb(
            name="open-sign-in",
            do=workflow.open_sign_in,
            permission="training.open_sign_in",
            label="Let people sign in on the day",
            explain="Makes a link and a code for this session alone. Whoever has it can tick who is "
            "there, without an account, until the end of the day after the session. An earlier link ends.",
            done="Signing in is open.",
            only_while=_may_still_sign_in,
            leads_to=lambda session: f"{session.get_absolute_url()}sign-in/",
        ),
        Verb(
            name="close-sign-in",
            do=workflow.close_sign_in,
            permission="training.open_sign_in",
            label="End signing in",
            explain="The link and the code stop working at once. Marks that were made stay.",
            done="Signing in has ended.",
            only_while=lambda session: _stands(session) and workflow.open_link(session) is not None,
        ),
        Verb(
            name="record-attendance",
            do=workflow.record_attendance,
            permission="training.record_attendance",
            label="Correct who came",
            done="Who came is corrected.",
            form=SheetForm,
            only_while=_stands,
        ),
        Verb(
            name="change",
            do=workflow.change_session,
            permission="training.change_session",
            label="Change day, time or place",
            done="The session is changed.",
            form=ChangeSessionForm,
            only_while=_not_cancelled,
        ),
        Verb(
            name="cancel",
            do=workflow.cancel_session,
            permission="training.cancel_session",
            label="Cancel the session",
            explain="It does not happen. Nobody has to attend it to finish the activity.",
            done="The session is cancelled.",
            form=ReasonForm,
            only_while=_stands,
        ),
        Verb(
            name="void",
            do=workflow.void_session,
            permission="training.void_session",
            label="Take it out of the record",
            explain="For a session that was logged by mistake. It is kept with your reason, and "
            "counts nowhere.",
            done="The session is out of every count.",
            form=ReasonForm,
            is_warning=True,
            only_while=_stands,
        ),
    ],
)

REGISTER_VERBS = register(
    RegisterImport,
    [
        Verb(
            name="confirm",
            do=workflow.confirm_register,
            permission="training.import_register",
            label="Put the ticked rows in",
            explain="All of the ticked rows go in, or none of them.",
            done="The register is in.",
            form=RowsForm,
            is_primary=True,
        ),
        Verb(
            name="undo",
            do=workflow.undo_register,
            permission="training.import_register",
            label="Undo this register",
            explain="Takes back the marks that it put in and the sessions that it made. Marks that "
            "another register says too, or that somebody corrected since, stay.",
            done="The register is undone.",
            is_warning=True,
        ),
    ],
)
