"""What applications add up to: the clock of one, and the words for where it has got to. Reading only.

Pages, the API and the programme's figures call the same functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts import clock as london
from accounts import written

from .enums import FAST_DAYS, ApplicationState, Owner
from .models import Application, Clarification, ClockStop


@dataclass(frozen=True)
class Clock:
    """Calendar days from the first sending, in London days (clarification 20).

    gross_days: to the released decision, or to today. stopped_days: days that waited for the
    applicant. net_days: gross without them. due_on: the day on which net days reach the target.
    is_over: decided, found not eligible or withdrawn; the clock runs no more.
    target_days: those of the round; on the fast track seven net days from the request, if that is sooner.
    """

    gross_days: int
    net_days: int
    stopped_days: int
    is_stopped: bool
    due_on: date
    is_over: bool
    target_days: int
    is_fast: bool = False

    @property
    def is_late(self) -> bool:
        return self.net_days > self.target_days

    @property
    def sentence(self) -> str:
        """17 of 30 days. 22 in all, 5 stopped."""
        stopped = f" {self.gross_days} in all, {self.stopped_days} stopped."
        return f"{self.net_days} of {self.target_days} days.{stopped if self.stopped_days else ''}"


def end_of_clock(application: Application) -> date | None:
    """The day on which the clock ended: the release, or the end without a decision. None: it runs.

    What has been decided and not released is not told: the clock runs until the release.
    """
    decision = getattr(application, "decision", None)
    if decision is not None and decision.released_at:
        return london.day_of(decision.released_at)
    return london.day_of(application.ended_at) if application.ended_at else None


def clock(application: Application, stops: Sequence[ClockStop] | None = None) -> Clock | None:
    """The clock of an application; None before it was sent. Uses a prefetch of `clock_stops`, or `stops`
    where they were read with the application."""
    if application.submitted_at is None:
        return None
    sent = london.day_of(application.submitted_at)
    ended = end_of_clock(application)
    until = ended or london.today()
    stops = list(application.clock_stops.all()) if stops is None else stops
    stopped = sum(((stop.until_on or until) - stop.from_on).days for stop in stops)
    is_stopped = ended is None and any(stop.until_on is None for stop in stops)
    gross = (until - sent).days
    target = application.round.target_days
    if (fast := application.fast_from) is not None:
        before = [max((min(s.until_on or fast, fast) - s.from_on).days, 0) for s in stops]
        target = min(target, (fast - sent).days - sum(before) + FAST_DAYS)
    return Clock(
        gross_days=gross,
        net_days=gross - stopped,
        stopped_days=stopped,
        is_stopped=is_stopped,
        due_on=sent + timedelta(days=target + stopped),
        is_over=ended is not None,
        target_days=target,
        is_fast=application.fast_from is not None,
    )


# How long an applicant is given to answer a question; nothing ends when it passes.
REPLY_DAYS = 14


def reply_by(asked: Clarification) -> date:
    """The day by which a reply is asked for."""
    return london.day_of(asked.asked_at) + timedelta(days=REPLY_DAYS)


WAITS_FOR = {
    Owner.APPLICANT: "Applicant",
    Owner.OFFICER: "Officer",
    Owner.PANEL: "Panel",
    Owner.LEAD: "Programme lead",
    Owner.NOBODY: "Nobody",
}
_NEXT_STEP = {
    ApplicationState.DRAFT: "Finish and send it",
    ApplicationState.SUBMITTED: "Start the eligibility check",
    ApplicationState.IN_CHECK: "Finish the eligibility check",
    ApplicationState.RETURNED: "Answer the officer’s question",
    ApplicationState.WITH_PANEL: "Score and recommend",
    ApplicationState.RECOMMENDED: "Decide",
    ApplicationState.DECIDED: "Release the decision",
    ApplicationState.RESERVED: "Take it up when there is money, or decline it",
}


@dataclass(frozen=True)
class Waiting:
    """Whom an application waits for, and for what."""

    who: str
    what: str


def waiting_for(application: Application) -> Waiting:
    """Whom the present state waits for (staff's words)."""
    state = ApplicationState(application.state)
    return Waiting(WAITS_FOR[application.owner], _NEXT_STEP.get(state, ""))


@dataclass(frozen=True)
class Status:
    """Where an application has got to, in the applicant's words; nothing unreleased shows."""

    headline: str
    sentence: str
    next_on: date | None = None
    next_what: str = ""
    note: str = ""


def status_for_applicant(application: Application) -> Status:
    """Where it has got to, what comes next and by when (uses the clock)."""
    state = ApplicationState(application.state)
    time = clock(application)
    if state == ApplicationState.DRAFT:
        closes = application.last_day
        return Status(
            "Draft.", "You can send it any time before the round closes.", closes, "round closes"
        )
    note = ""
    if time and not time.is_over:
        note = f"Day {time.net_days} of {time.target_days}."
        if time.is_fast:
            note = f"On the fast track. {note}"
        if time.is_stopped:
            note += " The count has stopped while you answer."
        elif time.stopped_days:
            days = "1 day" if time.stopped_days == 1 else f"{time.stopped_days} days"
            note += f" The count stopped for {days} while you answered."
    due = time.due_on if time else None
    by = f"You hear by {written.short_day(due)}." if due else ""
    if state in (ApplicationState.SUBMITTED, ApplicationState.IN_CHECK):
        return Status("Being checked.", f"{by} Nothing for you to do.", due, "decision", note)
    if state == ApplicationState.RETURNED:
        asked = [stop.from_on for stop in application.clock_stops.all() if stop.until_on is None]
        reply = max(asked) + timedelta(days=REPLY_DAYS) if asked else None
        what = "reply" if reply else ""
        return Status(
            "A question for you.", "An officer needs one thing from you.", reply, what, note
        )
    if state == ApplicationState.RESERVED:
        return Status(
            "On the reserve list.",
            "The panel would fund it, and the money is gone for now. We tell you when that changes.",
        )
    if application.owner in (Owner.PANEL, Owner.LEAD):
        return Status("With the panel.", f"{by} Nothing for you to do.", due, "decision", note)
    if state == ApplicationState.APPROVED:
        return Status("Approved.", "The grant has its own page.")
    if state == ApplicationState.DECLINED:
        return Status("Declined.", "The letter has the scores and the reasons.")
    if state == ApplicationState.INELIGIBLE:
        return Status("Not eligible.", application.ineligible_reason)
    return Status("Withdrawn.", "You took this application back.")
