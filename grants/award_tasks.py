"""What waits for whom once the panel has recommended: deciding and releasing for leads, preparing and
accepting for officers, approving and paying for finance, the offer and the claim for applicants.

Few of a kind are named one by one; many are one line that leads to their list.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from accounts import clock, written
from accounts.enums import MemberRole, TeamRole
from accounts.worklist import Todo
from focus_people.enums import PersonState

from .enums import (
    APPEAL_DAYS,
    CHANGING_STATES,
    FAST_STATES,
    AppealState,
    ApplicationState,
    ChangeState,
    ClaimState,
    GrantState,
    PaymentState,
    ReviewOutcome,
)
from .grant_page import Due
from .models import Appeal, Application, Change, Claim, FastTrack, Grant, GrantReview, Payment
from .reports import clock as clock_of
from .working_days import working_days_after

NAMED = 5
# Working days in which a claim or a change that is asked for is answered; their pages promise them.
ANSWER_DAYS = 5
T = TypeVar("T")
OPEN_CLAIMS = (ClaimState.DRAFT, ClaimState.RETURNED)
COLOURS = {
    # grants
    "offered": "orange",
    "agreed": "blue",
    "active": "turquoise",
    "delivered": "blue",
    "reporting": "blue",
    "closed": "grey",
    "offer_declined": "grey",
    "terminated": "grey",
    # changes
    "asked": "orange",
    "change_agreed": "green",
    "change_refused": "plum",
    # appeals
    "lodged": "orange",
    "in_review": "blue",
    "answered": "grey",
    # payments and claims
    "prepared": "orange",
    "paid": "green",
    "accepted": "green",
    # rounds
    "published": "green",
}
EVENTS = {
    "application.recommended": "The panel has recommended",
    "application.decided": "Decided, not yet released",
    "application.decision_taken_back": "Decision taken back",
    "application.decision_released": "Decision released",
    "application.taken_from_reserve": "Taken from the reserve list",
    "application.appealed": "Appeal lodged",
    "application.appeal_answered": "Appeal answered",
    "appeal.lodged": "Appeal lodged",
    "appeal.review_started": "Review started",
    "appeal.answered": "Appeal answered",
    "grant.offered": "Award offered",
    "grant.agreed": "Offer accepted",
    "grant.offer_turned_down": "Offer turned down",
    "grant.offer_extended": "Offer opened for longer",
    "grant.offer_lapsed": "Offer not accepted in time",
    "grant.offer_closed": "Offer closed, nothing more is asked",
    "grant.activated": "Baseline recorded, grant under way",
    "grant.delivered": "Training finished",
    "grant.reporting": "Reporting has begun",
    "grant.final_report_accepted": "Final report accepted",
    "grant.condition_noted": "Condition noted",
    "grant.closed": "Grant closed",
    "grant.terminated": "Grant ended early",
    "grant.repaid": "Money came back",
    "grant.asked_back": "Money asked back",
    "grant.change_asked": "Change asked for",
    "grant.change_noted": "Small change noted",
    "grant.change_agreed": "Change agreed",
    "grant.change_refused": "Change not agreed",
    "grant.life_event": "On hold: life has changed",
    "grant.life_event_settled": "Settled with the organisation",
    "grant.reviewed": "Yearly review",
    "payment.prepared": "Payment prepared",
    "payment.approved": "Payment approved",
    "payment.sent_back": "Payment sent back",
    "payment.paid": "Payment made",
    "claim.started": "Claim started",
    "claim.filled": "Claim saved",
    "claim.submitted": "Claim sent",
    "claim.accepted": "Claim accepted",
    "claim.returned": "Claim sent back",
    "round.published": "Round published",
    "round.created": "Round set up",
    "round.question_changed": "Question changed",
    "round.criterion_changed": "Criterion changed",
    "round.changed": "Settings of the round changed",
    "round.question_added": "Question added",
    "round.question_taken_out": "Question taken out",
    "round.criterion_added": "Criterion added",
    "round.criterion_taken_out": "Criterion taken out",
    "round.bar_changed": "Score to reach or scores needed changed",
    "round.version_begun": "New version begun",
    "round.version_published": "New version published",
    "round.version_dropped": "New version thrown away",
    "programme.funders_changed": "Funders changed",
    "condition.added": "Standard condition added",
    "condition.changed": "Standard condition changed",
}


def _few_or_many(
    things: Sequence[T], one: Callable[[T], Todo], many: Callable[[int], Todo]
) -> Iterable[Todo]:
    """One task each, or a single task for all of them."""
    return map(one, things) if len(things) <= NAMED else [many(len(things))]


def todos(user: Any) -> Iterable[Todo]:
    """Everything of the award half that waits for `user`."""
    if user.is_team(TeamRole.PROGRAMME_LEAD):
        yield from _for_lead(user)
    if user.is_team(TeamRole.OFFICER):
        yield from _for_officer(user)
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        yield from _appeals(user)
    if user.is_team(TeamRole.FINANCE):
        yield from _for_finance(user)
    if user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR):
        yield from _for_applicant(user)


def _for_lead(user: Any) -> Iterable[Todo]:
    cases = (
        Application.objects.visible_to(user)
        .select_related("round", "person", "organisation", "decision", "again_of")
        .prefetch_related("recommendations", "clock_stops", "appeals")
        .order_by("submitted_at", "pk")
    )

    def due(application: Application) -> Any:
        time = clock_of(application)
        return time.due_on if time else None

    for held in (
        FastTrack.objects.filter(
            is_agreed__isnull=True,
            application__in=Application.objects.visible_to(user)
            .exclude(organisation__in=user.organisation_ids())
            .filter(state__in=FAST_STATES),
        )
        .select_related("application__person", "application__organisation")
        .order_by("asked_at")
    ):
        case = held.application
        yield Todo(
            title=f"Answer the request for the fast track of {case.person.alias}",
            url=reverse("application-verb", args=[case.reference, "answer-fast-track"]),
            action="Answer",
            detail=f"{case.reference}, {case.organisation.name}. The person may be in hospital within days.",
            due_on=clock.day_of(held.asked_at),
            is_urgent=True,
        )
    for held in (
        FastTrack.objects.filter(
            is_agreed=True,
            noted_at__isnull=True,
            application__decision__released_at__isnull=False,
            application__in=Application.objects.visible_to(user).exclude(
                organisation__in=user.organisation_ids()
            ),
        )
        .select_related("application__person", "application__decision")
        .order_by("application__decision__released_at")
    ):
        if held.note_is_late:
            yield Todo(
                title=f"The panel’s note on {held.application.person.alias} is late",
                url=held.application.get_absolute_url(),
                action="Look at it",
                detail=f"{held.application.reference} was decided on the fast track. Ask its chair.",
                due_on=held.note_due_on,
            )
    to_decide = [
        a
        for a in cases.filter(state=ApplicationState.RECOMMENDED)
        if user.has_perm("grants.decide", a)
    ]

    def to_decide_on(a: Application) -> Todo:
        fast = "Fast track. " if a.fast_from else ""
        return Todo(
            title=f"Decide on {a.person.alias}",
            url=reverse("decide", args=[a.reference]),
            action="Decide",
            detail=f"{a.reference}, {a.organisation.name}. {fast}The panel has recommended.",
            due_on=due(a),
            is_urgent=bool(fast),
        )

    yield from (to_decide_on(a) for a in to_decide if a.fast_from)  # never one of several
    usual = [a for a in to_decide if not a.fast_from]
    yield from _few_or_many(
        usual,
        to_decide_on,
        lambda n: Todo(
            title=f"{n} cases wait for a decision",
            url=f"{reverse('casework')}?state={ApplicationState.RECOMMENDED}",
            action="See them",
            due_on=due(usual[0]),
        ),
    )
    yield from _discontinued(user)
    by_round: dict[str, list[Application]] = {}
    for application in cases.filter(state=ApplicationState.DECIDED):
        if user.has_perm("grants.release_decision", application):
            by_round.setdefault(application.round.reference, []).append(application)
    for reference, waiting in by_round.items():
        number = "1 decision" if len(waiting) == 1 else f"{len(waiting)} decisions"
        one = waiting[0]
        yield Todo(
            title=f"Release {number} of {one.round.title}",
            url=reverse("release", args=[one.reference])
            if len(waiting) == 1
            else reverse("release-decisions", args=[reference]),
            action="Read and release",
            detail="Another lead has decided.",
            due_on=min((day for a in waiting if (day := due(a))), default=None),
            is_urgent=any(a.fast_from for a in waiting),
        )


def _discontinued(user: Any) -> Iterable[Todo]:
    """Running grants whose newest review ended in “Discontinue”: a lead ends them, or lets them run."""
    newest = GrantReview.objects.filter(grant=OuterRef("pk")).order_by("-pk").values("outcome")
    grants = (
        Grant.objects.visible_to(user)
        .filter(state__in=CHANGING_STATES)
        .exclude(application__organisation__in=user.organisation_ids())
        .annotate(reviewed=Subquery(newest[:1]))
        .filter(reviewed=ReviewOutcome.DISCONTINUE)
        .select_related("application__person", "application__organisation")
    )
    for grant in grants.order_by("pk"):
        yield Todo(
            title=f"End {grant.application.person.alias}’s grant early",
            url=reverse("grant-verb", args=[grant.reference, "terminate"]),
            action="End it",
            detail=f"{grant.reference}, {grant.application.organisation.name}. The yearly review says "
            "“Discontinue”.",
        )


def _for_officer(user: Any) -> Iterable[Todo]:
    grants = (
        Grant.objects.visible_to(user)
        .exclude(application__organisation__in=user.organisation_ids())
        .select_related("application__person", "application__organisation")
        .order_by("agreed_at", "pk")
    )

    def prepare(words: str, verb: str) -> Callable[[Grant], Todo]:
        return lambda grant: Todo(
            title=f"Prepare the {words} payment of {grant.application.person.alias}",
            url=reverse("grant-verb", args=[grant.reference, verb]),
            action="Prepare",
            detail=f"{grant.reference}, {grant.application.organisation.name}.",
        )

    def many(words: str) -> Callable[[int], Todo]:
        return lambda n: Todo(
            title=f"{n} {words} payments to prepare", url=reverse("grants"), action="See grants"
        )

    first = list(grants.awaiting_first_payment())
    yield from _few_or_many(first, prepare("first", "prepare-first-payment"), many("first"))
    final = list(grants.awaiting_final_payment())
    yield from _few_or_many(final, prepare("final", "prepare-final-payment"), many("final"))
    claims = list(
        Claim.objects.visible_to(user)
        .filter(state=ClaimState.SUBMITTED)
        .exclude(grant__application__organisation__in=user.organisation_ids())
        .select_related("grant__application__person", "grant__application__organisation")
        .order_by("submitted_at", "pk")
    )
    changes = (
        Change.objects.visible_to(user)
        .filter(
            state=ChangeState.ASKED,
            grant__in=Grant.objects.going_on().filter(state__in=CHANGING_STATES),
        )
        .exclude(grant__application__organisation__in=user.organisation_ids())
        .select_related("grant__application__person", "grant__application__organisation")
        .order_by("made_at", "pk")
    )
    for change in changes:
        yield Todo(
            title=f"Answer {change.grant.application.person.alias}: "
            f"{change.get_kind_display()[0].lower()}{change.get_kind_display()[1:]}",
            url=change.get_absolute_url(),
            action="Look at it",
            detail=f"{change.grant.reference}, {change.grant.application.organisation.name}.",
            due_on=working_days_after(clock.day_of(change.made_at), ANSWER_DAYS),
        )
    for grant in grants.filter(
        state=GrantState.OFFERED, application__person__state=PersonState.DECEASED
    ):
        yield Todo(
            title=f"Close the offer for {grant.application.person.alias}",
            url=reverse("grant-verb", args=[grant.reference, "lapse"]),
            action="Look at it",
            detail=f"{grant.reference}, {grant.application.organisation.name}. The person has died.",
        )
    yield from _owed_back_and_done(grants)
    for grant in grants.filter(
        paused_on__isnull=False, life_events__settled_at__isnull=True
    ).distinct():
        yield Todo(
            title=f"Speak with {grant.application.organisation.name} about "
            f"{grant.application.person.alias}",
            url=grant.get_absolute_url(),
            action="Look at it",
            detail=f"{grant.reference}. Life has changed, and everything waits.",
            is_urgent=True,
        )
    yield from (
        Todo(
            title=f"Look at claim {claim.number} of {claim.grant.application.person.alias}",
            url=claim.get_absolute_url(),
            action="Look at it",
            detail=f"{claim.grant.reference}, {claim.grant.application.organisation.name}.",
            due_on=working_days_after(clock.day_of(claim.submitted_at), ANSWER_DAYS)
            if claim.submitted_at
            else None,
        )
        for claim in claims
    )


def _owed_back_and_done(grants: Any) -> Iterable[Todo]:
    """Money that was paid and not spent: to be asked back, or late; and grants to be closed."""
    for grant in grants.owing_back():
        asked = grant.recovery_due_on
        if asked is not None and asked >= clock.today():
            continue
        alias = grant.application.person.alias
        yield Todo(
            title=f"Money asked back for {alias} is late"
            if asked
            else f"Ask for money back for {alias}",
            url=grant.get_absolute_url()
            if asked
            else reverse("grant-verb", args=[grant.reference, "ask-back"]),
            action="Look at it" if asked else "Ask",
            detail=f"{grant.reference}, {grant.application.organisation.name}. "
            f"{written.money(grant.paid - grant.spent)} was paid and not spent.",
            due_on=asked,
        )
    yield from _few_or_many(
        list(grants.awaiting_close()),
        lambda grant: Todo(
            title=f"Close the grant of {grant.application.person.alias}",
            url=reverse("grant-verb", args=[grant.reference, "close"]),
            action="Close it",
            detail=f"{grant.reference}, {grant.application.organisation.name}. Reported and settled.",
        ),
        lambda n: Todo(
            title=f"{n} grants to close",
            url=f"{reverse('grants')}?state={GrantState.REPORTING}",
            action="See grants",
            detail="Reported and settled.",
        ),
    )


def _appeals(user: Any) -> Iterable[Todo]:
    """Appeals to take, for those with no part in the decision; one's own to answer."""
    for appeal in (
        Appeal.objects.visible_to(user)
        .open()
        .select_related("application__person", "application__organisation")
        .order_by("made_at", "pk")
    ):
        mine = user.has_perm("grants.answer_appeal", appeal)
        if mine or (
            appeal.state == AppealState.LODGED and user.has_perm("grants.review_appeal", appeal)
        ):
            yield Todo(
                title=f"{'Answer' if mine else 'Take'} the appeal of {appeal.application.person.alias}",
                url=appeal.get_absolute_url(),
                action="Answer" if mine else "Look at it",
                detail=f"{appeal.reference}, {appeal.application.organisation.name}.",
                due_on=working_days_after(clock.day_of(appeal.made_at), APPEAL_DAYS),
            )


def _for_finance(user: Any) -> Iterable[Todo]:
    payments = (
        Payment.objects.visible_to(user)
        .waiting_for_finance()
        .filter(grant__paused_on__isnull=True)
        .select_related("grant__application__person", "grant__application__organisation")
        .order_by("prepared_at", "pk")
    )
    waiting = list(payments)
    to_approve = [
        p
        for p in waiting
        if p.state == PaymentState.PREPARED and user.has_perm("grants.approve_payment", p)
    ]
    to_pay = [
        p
        for p in waiting
        if p.state == PaymentState.APPROVED and user.has_perm("grants.mark_paid", p)
    ]

    def one(words: str, action: str) -> Callable[[Payment], Todo]:
        return lambda payment: Todo(
            title=f"{words} the {payment.get_instalment_display().lower()} of "
            f"{payment.grant.application.person.alias}",
            url=payment.get_absolute_url(),
            action=action,
            detail=f"{payment.grant.reference}, {payment.grant.application.organisation.name}.",
        )

    def many(words: str, state: PaymentState) -> Callable[[int], Todo]:
        return lambda n: Todo(
            title=f"{n} payments {words}",
            url=f"{reverse('payments')}?state={state}",
            action="See them",
        )

    yield from _few_or_many(
        to_approve, one("Approve", "Look at it"), many("wait for approval", PaymentState.PREPARED)
    )
    yield from _few_or_many(
        to_pay, one("Pay", "Look at it"), many("are approved and to be paid", PaymentState.APPROVED)
    )
    asked_back = (
        Grant.objects.visible_to(user)
        .owing_back()
        .filter(recovery_due_on__isnull=False)
        .exclude(application__organisation__in=user.organisation_ids())
        .select_related("application__person", "application__organisation")
    )
    for grant in asked_back.order_by("recovery_due_on", "pk"):
        yield Todo(
            title=f"Note the money that comes back for {grant.application.person.alias}",
            url=reverse("grant-verb", args=[grant.reference, "note-repayment"]),
            action="Note it",
            detail=f"{grant.reference}, {grant.application.organisation.name}. "
            f"{written.money(grant.paid - grant.spent)} is asked back.",
            due_on=grant.recovery_due_on,
        )


def _for_applicant(user: Any) -> Iterable[Todo]:
    own = (
        Grant.objects.visible_to(user)
        .going_on()
        .filter(
            application__organisation__in=user.organisation_ids(
                MemberRole.LEAD, MemberRole.CONTRIBUTOR
            )
        )
    )
    shown = own.select_related("application__person").order_by("offer_open_until", "pk")
    for grant in shown.filter(
        state=GrantState.OFFERED,
        application__organisation__in=user.organisation_ids(MemberRole.LEAD),
    ).exclude(application__person__state=PersonState.DECEASED):
        yield Todo(
            title=f"Accept the offer for {grant.application.person.alias}",
            url=grant.get_absolute_url(),
            action="See the offer",
            detail="Read the letter and the conditions first.",
            due_on=grant.offer_open_until,
        )
    for claim in (
        Claim.objects.visible_to(user)
        .filter(grant__in=own, state__in=OPEN_CLAIMS)
        .select_related("grant__application__person")
        .order_by("made_at", "pk")
    ):
        returned = claim.state == ClaimState.RETURNED
        yield Todo(
            title=f"{'Correct' if returned else 'Finish'} your claim for "
            f"{claim.grant.application.person.alias}",
            url=claim.get_absolute_url(),
            action="Open the claim",
            detail="An officer has sent it back." if returned else "It is not sent yet.",
        )
    for grant in shown.owing_back().filter(recovery_due_on__isnull=False):
        yield Todo(
            title=f"Pay back what was not spent for {grant.application.person.alias}",
            url=grant.get_absolute_url(),
            action="See how",
            detail=f"{written.money(grant.paid - grant.spent)} is asked back.",
            due_on=grant.recovery_due_on,
        )
    to_claim = shown.filter(state__in=(GrantState.DELIVERED, GrantState.REPORTING)).exclude(
        claims__isnull=False
    )
    for grant in to_claim:
        yield Todo(
            title=f"Claim what was spent for {grant.application.person.alias}",
            url=reverse("add-claim", args=[grant.reference]),
            action="Start the claim",
            detail="The training is finished. The last payment waits for your claim.",
        )


def sees_grants(user: Any) -> bool:
    """Those whom the grants list shows something: staff, and leads and contributors."""
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE) or bool(
        user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    )


def sees_rounds(user: Any) -> bool:
    """Officers and leads, and everybody who may apply."""
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD) or bool(user.organisation_roles)


def sees_payments(user: Any) -> bool:
    """Finance, officers and leads."""
    return user.is_team(TeamRole.FINANCE, TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def due(user: Any, grant: Grant) -> Iterable[Due]:
    """What the award half knows to be due on a grant."""
    if grant.state == GrantState.OFFERED and not grant.is_offer_after_death:
        yield Due(grant.offer_open_until, "Offer open until the end of this day")
    if grant.recovery_due_on and grant.owed() < 0:
        yield Due(grant.recovery_due_on, "Money is asked back by this day")
    if grant.state in (GrantState.AGREED, GrantState.ACTIVE) and grant.training_until:
        yield Due(grant.training_until, "Training ends")
