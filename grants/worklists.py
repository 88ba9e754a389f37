"""What applications put on "Your work": for applicants what to finish and what to answer, for officers
what to check; and the applicant's table of where everything has got to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from accounts import clock as london
from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership, Organisation
from accounts.worklist import Section, Todo

from . import reports, tasks
from .enums import EXTENDING_STATES, ApplicationState, GrantState
from .models import Application, Grant, Message, Round
from .querysets import NOT_HELPERS
from .working_days import working_days_after

CHECK_DAYS = 5
ROWS = 10


def for_applicants(user: Any) -> Iterator[Todo]:
    """Drafts to finish and questions to answer, in the user's own organisations."""
    mine = user.organisation_ids()
    if not mine:
        return
    found = Application.objects.visible_to(user).filter(organisation__in=mine).for_lists()
    returned = found.filter(state=ApplicationState.RETURNED).prefetch_related("clarifications")
    for one in returned.order_by("pk"):
        waiting = (c for c in one.clarifications.all() if c.replied_at is None)
        asked = sorted(waiting, key=lambda clarification: clarification.asked_at)
        yield Todo(
            title=f"Answer the officer’s {'question' if len(asked) == 1 else 'questions'} about "
            f"{one.person.alias}",
            url=one.get_absolute_url(),
            action="Answer",
            detail="The count of days has stopped until you send your reply.",
            due_on=reports.reply_by(asked[0]) if asked else None,
        )
    drafts = found.filter(
        Q(round__closes_at__gt=london.now()) | Q(late_until__gt=london.now()),
        state=ApplicationState.DRAFT,
    )
    for one in drafts.for_task_lists().order_by("round__closes_at", "pk")[:ROWS]:
        groups = tasks.groups(one)
        yield Todo(
            title=f"Finish {one.person.alias}’s application",
            url=one.get_absolute_url(),
            action="Carry on",
            detail=f"{tasks.done(groups)} of {tasks.total(groups)} sections completed.",
            due_on=one.last_day,
        )


def for_officers(user: Any) -> Iterator[Todo]:
    """Applications to take, and the user's own checks: those on the fast track, then soonest first."""
    if not user.is_team(TeamRole.OFFICER):
        return
    found = (
        Application.objects.visible_to(user)
        .exclude(organisation__in=user.organisation_ids())
        .for_lists()
        .order_by(F("fast_from").asc(nulls_last=True), "submitted_at", "pk")
    )
    yield from _organisations(user)
    yield from _messages(user)
    mine = Q(state=ApplicationState.IN_CHECK, case_officer=user)
    for one in found.filter(mine | Q(state=ApplicationState.SUBMITTED))[:ROWS]:
        is_new = one.state == ApplicationState.SUBMITTED
        time = reports.clock(one)
        days = f"Day {time.net_days} of {time.target_days}. " if time else ""
        sent = london.day_of(one.submitted_at) if one.submitted_at else london.today()
        yield Todo(
            title=f"{'Start checking' if is_new else 'Finish checking'} {one.person.alias}, "
            f"{one.reference}",
            url=one.get_absolute_url(),
            action="Check" if is_new else "Carry on",
            detail=f"{'Fast track. ' if one.fast_from else ''}{days}{one.organisation}",
            due_on=sent + timedelta(days=CHECK_DAYS + (time.stopped_days if time else 0)),
            is_urgent=one.fast_from is not None,
        )


# Working days in which an organisation is verified: its lead has been told so.
VERIFY_DAYS = 2


def _organisations(user: Any) -> Iterator[Todo]:
    """Organisations that cannot send anything before an officer has verified them, the first one first."""
    found = Organisation.objects.visible_to(user).exclude(pk__in=user.organisation_ids())
    for one in found.waiting_for_verification().order_by("registered_at", "pk")[:ROWS]:
        yield Todo(
            title=f"Verify {one.name}",
            url=one.get_absolute_url(),
            action="Look at it",
            detail="It can send no application before that.",
            due_on=working_days_after(london.day_of(one.registered_at), VERIFY_DAYS),
        )


# Working days in which a message of an applicant is answered.
MESSAGE_DAYS = 3


def _messages(user: Any) -> Iterator[Todo]:
    """Cases whose newest message is the organisation's, for its officer, or for all where it has none.

    A message back ends it; so does a note for staff, where nothing has to be answered.
    """
    newest = Message.objects.filter(application=OuterRef("pk")).order_by("-number")
    from_them = Membership.objects.filter(
        organisation=OuterRef("organisation"), user=OuterRef("newest_by")
    )
    found = (
        Application.objects.visible_to(user)
        .exclude(organisation__in=user.organisation_ids())
        .filter(Q(case_officer=user) | Q(case_officer__isnull=True))
        .annotate(
            newest_by=Subquery(newest.values("written_by")[:1]),
            newest_at=Subquery(newest.values("written_at")[:1]),
        )
        .filter(Exists(from_them))
        .select_related("person", "organisation")
        .order_by("newest_at", "pk")
    )
    for one in found[:ROWS]:
        yield Todo(
            title=f"Answer the message about {one.person.alias}",
            url=one.get_absolute_url(),
            action="Read it",
            detail=f"{one.reference}, {one.organisation.name}. A note for staff ends this too.",
            due_on=working_days_after(london.day_of(one.newest_at), MESSAGE_DAYS),
        )


# What a grant waits for, in the words of the table.
_GRANT_SAYS = {
    GrantState.OFFERED: "Read the letter and accept the offer.",
    GrantState.AGREED: "Record how things are now, then training can begin.",
    GrantState.ACTIVE: "Log the sessions as they are held.",
    GrantState.DELIVERED: "Report what has changed when it falls due.",
    GrantState.REPORTING: "Report what has changed when it falls due.",
    GrantState.CLOSED: "Nothing for you to do.",
    GrantState.REFUSED: "Nothing for you to do.",
    GrantState.TERMINATED: "What was spent can be claimed.",
}
NOT_AGREED = (GrantState.OFFERED, GrantState.REFUSED)
_GRANT_IS_OVER = (GrantState.CLOSED, GrantState.REFUSED, GrantState.TERMINATED)


@dataclass(frozen=True)
class Row:
    """A row of the applicant's table: where an application or its grant has got to, and the amount."""

    application: Application
    status: reports.Status
    amount: Decimal
    amount_what: str
    url: str

    @classmethod
    def of(cls, application: Application, user: Any) -> "Row":
        """The row of one application (uses what `for_lists` fetches). A helper sees no grant."""
        grant = getattr(application, "grant", None)
        if grant is not None and user.is_in(application.organisation_id, *NOT_HELPERS):
            return cls(
                application,
                _grant_status(grant),
                grant.amount,
                "offered" if grant.state in NOT_AGREED else "awarded",
                grant.get_absolute_url(),
            )
        is_draft = application.state == ApplicationState.DRAFT
        return cls(
            application,
            reports.status_for_applicant(application),
            application.figures.requested,
            "so far" if is_draft else "asked for",
            application.get_absolute_url(),
        )


def _grant_status(grant: Grant) -> reports.Status:
    state = GrantState(grant.state)
    headline, sentence = f"{state.label}.", _GRANT_SAYS[state]
    if grant.paused_on:
        return reports.Status("On hold.", "Nothing is asked of you now.")
    if grant.is_offer_after_death:
        return reports.Status("Offer.", "Nothing more is asked of you.")
    if state == GrantState.OFFERED:
        return reports.Status(headline, sentence, grant.offer_open_until, "last day to accept")
    if state not in EXTENDING_STATES or grant.training_until is None:
        return reports.Status(headline, sentence)
    return reports.Status(headline, sentence, grant.training_until, "last day for training")


def section(user: Any) -> Section | None:
    """Applications of the user's organisations; for officers the pipeline as it stands."""
    if mine := user.organisation_ids():
        found = Application.objects.visible_to(user).filter(organisation__in=mine)
        open_ones = found.live().exclude(grant__state__in=_GRANT_IS_OVER)
        live = list(open_ones.for_lists().order_by("-started_at", "-pk")[: ROWS + 1])
        context = {
            "title": "Applications and grants",
            "rows": [Row.of(one, user) for one in live[:ROWS]],
            "more": len(live) > ROWS or found.count() > len(live),
            "may_start": bool(user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR))
            and Round.objects.visible_to(user).open_now().exists(),
        }
        return Section("grants/_work.html", context)
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return Section("grants/_work_staff.html", {"counts": _counts(user)})
    return None


def _counts(user: Any) -> list[tuple[str, int, str]]:
    """(state in words, how many, address of the list) of what was sent and is not over."""
    held = dict(
        Application.objects.visible_to(user)
        .sent()
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    url = reverse("casework")
    return [
        (state.label, held[state], f"{url}?state={state.value}")
        for state in ApplicationState
        if state in held and state not in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    ]
