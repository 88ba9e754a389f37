"""Where each case is, for those who work on it: one panellist's queue, and the overview of chair and
lead. Counts of sheets only; a value of a score never comes in here, and nothing is sorted by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from accounts import clock
from grants.enums import ApplicationState
from grants.models import Application, CaseFile

from ..enums import AssessmentState, AssignmentState, Phase, Seat
from ..models import Assessment, Assignment
from ..querysets import Standing, cases_for, conflict_of, standings, unsent_by, with_alias
from .case_files import content_for_scoring, hides_applicant, who_it_is_for


def phase_of(case: Any, standing: Standing) -> Phase:
    """The phase of an application (annotated by `with_alias`) from the standing of its scores."""
    if case.is_concluded:
        return Phase.CONCLUDED
    if case.state != ApplicationState.WITH_PANEL:
        return Phase.OVER
    if not standing.is_staffed:
        return Phase.ASSIGNING
    return Phase.MODERATING if standing.is_all_in else Phase.SCORING


@dataclass(frozen=True)
class PanelCase:
    """A case as chair and lead oversee it: counts and dates, no score."""

    application: Any
    alias: str
    phase: Phase
    seats: int
    sheets_in: int
    undeclared: int
    has_lived: bool
    due_on: date | None
    is_blind: bool = False  # whoever asks scores it, and their own sheet is not in

    @property
    def is_late(self) -> bool:
        late = self.due_on is not None and self.due_on < clock.today()
        return late and self.phase == Phase.SCORING

    @property
    def progress(self) -> str:
        """ "2 of 3 in", of at least as many as a conclusion needs."""
        if self.is_blind:
            return "Shown when yours are in"
        if not self.seats:
            return "Nobody assigned"
        return f"{self.sheets_in} of {max(self.seats, self.application.quorum)} in"

    @property
    def waiting(self) -> list[str]:
        """The sentence for those who wait for the others: how many, never who."""
        if self.is_blind:
            return ["Send in your own scores first."]
        if self.phase == Phase.ASSIGNING:
            return ["Another member is still to be assigned."]
        return [f"{self.sheets_in} of {self.seats} scores are in."]

    @property
    def note(self) -> str:
        """What is missing, where something is."""
        if self.phase == Phase.ASSIGNING:
            quorum = self.application.quorum
            missing = []
            if self.seats < quorum:
                missing.append(f"{quorum - self.seats} more to assign")
            if not self.has_lived:
                missing.append("nobody with lived experience")
            fast = "Fast track. " if self.application.fast_from else ""
            return fast + "; ".join(missing).capitalize()
        if self.phase == Phase.SCORING and self.undeclared and not self.is_blind:
            return f"{self.undeclared} still to declare"
        return ""


def cases_of(applications: Iterable[Any], *, seen_by: Any = None) -> list[PanelCase]:
    """Applications that `with_alias` annotated, as cases; three queries however many there are.

    For a page, `seen_by` says whose: how many sheets are in stays hidden while their own is not.
    """
    rows = list(applications)
    found = standings(row.pk for row in rows)
    blind = unsent_by(seen_by) if seen_by is not None else set()
    return [
        PanelCase(
            application=row,
            alias=row.alias or row.reference,
            phase=phase_of(row, found[row.pk]),
            seats=found[row.pk].seats,
            sheets_in=found[row.pk].sheets_in,
            undeclared=found[row.pk].undeclared,
            has_lived=found[row.pk].has_lived,
            due_on=row.last_due,
            is_blind=row.pk in blind,
        )
        for row in rows
    ]


def oversight(user: Any) -> QuerySet[Any]:
    """The cases that chair and lead oversee, annotated with what `cases_of` needs."""
    return with_alias(cases_for(user)).select_related("round", "terms", "organisation")


def progress_of(application: Application, *, seen_by: Any) -> PanelCase:
    """Where one case is, for `seen_by`: for pages that the caller has opened already."""
    rows = with_alias(Application.objects.filter(pk=application.pk)).select_related(
        "round", "terms"
    )
    return cases_of(rows, seen_by=seen_by)[0]


@dataclass(frozen=True)
class QueueRow:
    """One of a panellist's own cases. Nothing of its content before they have declared."""

    seat: Assignment
    reference: str
    alias: str
    state: str
    state_colour: str
    note: str
    action: str
    url_name: str
    who: str = ""
    region: str = ""
    eligible: Decimal | None = None
    due_on: date | None = None
    is_open: bool = False
    is_act_first: bool = False
    circle_size: int = 0
    scored: int = 0
    criteria: int = 0
    saved_at: Any = None
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Queue:
    rows: tuple[QueueRow, ...]
    submitted: int
    in_progress: int
    to_go: int
    undeclared: int

    @property
    def next(self) -> QueueRow | None:
        """The one to do now: begun first, then ready, then to declare; the soonest due first."""
        return next((row for row in self.rows if row.is_open), None)

    @property
    def total(self) -> int:
        return self.submitted + self.in_progress + self.to_go

    @property
    def cells(self) -> list[tuple[int, str]]:
        """The bar of progress: (x, tone) of each cell, at most 40 of them."""
        tones = ["done"] * self.submitted + ["now"] * self.in_progress + ["left"] * self.to_go
        return [(n, tone) for n, tone in enumerate(tones[:40])]


def _queue_seats(user: Any) -> QuerySet[Assignment]:
    newest = CaseFile.objects.filter(application=OuterRef("application")).order_by("-version")
    answered = Q(assessment__scores__score__isnull=False) | Q(assessment__scores__is_not_able=True)
    return (
        Assignment.objects.filter(panellist__user=user)
        .scorers()
        .annotate(
            alias=Subquery(newest.annotate(said=KT("content__alias")).values("said")[:1]),
            answered=Count("assessment__scores", filter=answered),
        )
        .select_related(
            "application__round",
            "application__organisation",
            "application__conclusion",
            "application__person",
            "assessment__case_file",
            "panellist",
        )
        .prefetch_related(
            "application__terms__criteria", "application__person__consents", "assessment__scores"
        )
    )


def _row(seat: Any, *, is_closed: bool) -> QueueRow:
    application = seat.application
    common = {
        "seat": seat,
        "reference": application.reference,
        "alias": seat.alias or application.reference,
    }
    if is_closed or seat.state in (AssignmentState.CONFLICTED, AssignmentState.STOOD_DOWN):
        if seat.state == AssignmentState.ASSIGNED and is_closed:
            return QueueRow(
                **common,
                state="Declare first",
                state_colour="orange",
                note="Match found in our records",
                action="Declare",
                url_name="panel-declare",
                due_on=seat.due_on,
                is_open=application.state == ApplicationState.WITH_PANEL,
            )
        removed_at = {
            AssignmentState.CONFLICTED: seat.declared_at,
            AssignmentState.STOOD_DOWN: seat.stood_down_at,
        }.get(seat.state)
        return QueueRow(
            **common,
            state="Removed",
            state_colour="grey",
            note="" if removed_at else "Match found in our records",
            action="See why",
            url_name="panel-declare",
            saved_at=removed_at,
        )
    if seat.state == AssignmentState.ASSIGNED:
        return QueueRow(
            **common,
            state="Declare first",
            state_colour="orange",
            note="Interests come before content",
            action="Declare",
            url_name="panel-declare",
            due_on=seat.due_on,
            is_open=application.state == ApplicationState.WITH_PANEL,
        )
    sheet: Assessment = seat.assessment
    sheet.case_file.application = application
    content = content_for_scoring(sheet.case_file)
    criteria = sorted(application.terms.criteria.all(), key=lambda c: c.code)
    done = {s.criterion_id for s in sheet.scores.all() if s.is_answered}
    common |= {
        "who": who_it_is_for(content),
        "region": ""
        if hides_applicant(application)
        else application.organisation.get_region_display(),
        "eligible": Decimal(content.get("eligible", "0.00")),
        "criteria": len(criteria),
        "scored": seat.answered,
        "circle_size": content.get("person", {}).get("circle_size", 0),
        "is_act_first": bool(content.get("person", {}).get("act_first")),
        "left": tuple(f"{c.title} ({c.code})" for c in criteria if c.pk not in done),
        "saved_at": sheet.saved_at,
    }
    if sheet.state == AssessmentState.SUBMITTED:
        return QueueRow(
            **common | {"saved_at": sheet.submitted_at},
            state="Submitted",
            state_colour="grey",
            note="",
            action="View",
            url_name="panel-score",
        )
    is_with_panel = application.state == ApplicationState.WITH_PANEL
    begun = seat.answered > 0
    return QueueRow(
        **common,
        state=("In progress" if begun else "Ready to score") if is_with_panel else "Over",
        state_colour=("turquoise" if begun else "blue") if is_with_panel else "grey",
        note=f"{seat.answered} of {len(criteria)} criteria" if begun else "No interest declared",
        action=("Continue" if begun else "Score") if is_with_panel else "View",
        url_name="panel-score",
        due_on=seat.due_on if is_with_panel else None,
        is_open=is_with_panel,
    )


_ORDER = {"Continue": 0, "Score": 1, "Declare": 2, "View": 3, "See why": 4}


def _is_past() -> Q:
    """Seats of cases that have left the panel. One that was never answered is nobody's case."""
    return ~Q(application__state=ApplicationState.WITH_PANEL) & ~Q(state=AssignmentState.ASSIGNED)


def _rows(user: Any, seats: list[Any]) -> list[QueueRow]:
    listed = Application.objects.filter(pk__in=[seat.application_id for seat in seats])
    closed = set(listed.filter(conflict_of(user)).values_list("pk", flat=True))
    return [_row(seat, is_closed=seat.application_id in closed) for seat in seats]


def queue(user: Any) -> Queue:
    """One panellist's cases that are with the panel now, the next to do first.

    The same number of queries for any number of cases; earlier ones are in `past_seats`.
    """
    now = _queue_seats(user).filter(application__state=ApplicationState.WITH_PANEL)
    rows = _rows(user, list(now))
    rows.sort(key=lambda row: (_ORDER[row.action], row.due_on or date.max, row.reference))
    in_progress = sum(row.action == "Continue" for row in rows)
    to_go = sum(row.is_open for row in rows) - in_progress
    return Queue(
        rows=tuple(rows),
        submitted=sum(row.state == "Submitted" for row in rows),
        in_progress=in_progress,
        to_go=to_go,
        undeclared=sum(row.action == "Declare" for row in rows),
    )


def past_seats(user: Any) -> QuerySet[Assignment]:
    """One panellist's seats of cases that have left the panel, the latest first: for `past_rows`."""
    return _queue_seats(user).filter(_is_past()).order_by("-assigned_at", "-pk")


def past_rows(user: Any, seats: Iterable[Any]) -> list[QueueRow]:
    """A page of `past_seats`, as the queue shows them."""
    return _rows(user, list(seats))


def next_case(user: Any, *, after: str = "") -> QueueRow | None:
    """The next case of a panellist's queue other than `after` (a reference)."""
    return next((r for r in queue(user).rows if r.is_open and r.reference != after), None)


def chaired_by(user: Any) -> set[int]:
    """Applications (ids) whose chair `user` has taken by declaring."""
    seats = Assignment.objects.opening().filter(panellist__user=user, seat=Seat.CHAIR)
    return set(seats.values_list("application_id", flat=True))


def waiting_for_chair(user: Any) -> list[PanelCase]:
    """Cases that wait for a chair or a lead: to assign, or (for a chair) to moderate and conclude."""
    waiting = oversight(user).filter(state=ApplicationState.WITH_PANEL).order_by("reference")
    found = cases_of(waiting, seen_by=user)
    return [case for case in found if case.phase in (Phase.ASSIGNING, Phase.MODERATING)]


def turnaround_days(application: Application) -> int | None:
    """P10: days from the first assignment to the last submitted score (London days; domain 8.1)."""
    seats = application.seats_given.filter(seat=Seat.SCORER).order_by("assigned_at")
    first = seats.values_list("assigned_at", flat=True).first()
    sheets = Assessment.objects.submitted().filter(assignment__application=application)
    last = sheets.order_by("-submitted_at").values_list("submitted_at", flat=True).first()
    if first is None or last is None:
        return None
    return (clock.day_of(last) - clock.day_of(first)).days
