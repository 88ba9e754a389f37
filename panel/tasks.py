"""What waits for the panel on "Your work": declarations and sheets for members; cases to assign,
moderate and conclude for chairs and leads. Several of a kind are one task."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.worklist import Todo
from grants.models import FastTrack

from .enums import MeetingState, Phase
from .models import Meeting, Panellist
from .querysets import PANEL, cases_known_to
from .reports import queue
from .reports.cases import PanelCase, QueueRow, chaired_by, waiting_for_chair

REMIND_DAYS = 14
DECLARE_AND_CHAIR = ("Declare your interests, then chair", "Declare", "panel-declare")
MODERATE = ("Moderate and conclude", "Moderate", "panel-moderation")


def for_panellists(user: Any) -> Iterator[Todo]:
    """One task for the interests to declare, one for the cases to score."""
    if not user.is_team(*PANEL):
        return
    open_rows = [row for row in queue(user).rows if row.is_open]
    declaring = [row for row in open_rows if row.action == "Declare"]
    scoring = [row for row in open_rows if row.action != "Declare"]
    own = Panellist.objects.filter(user=user).first()
    if own is not None and clock.today() >= own.register_due_on - timedelta(days=REMIND_DAYS):
        yield Todo(
            "Confirm your register of interests",
            reverse("panel-interests"),
            "Look through it",
            "It counts for a year.",
            own.register_due_on,
        )
    if declaring:
        yield _many(declaring, "Declare your interests in", "cases", "Declare", "panel-declare")
    if scoring:
        yield _many(scoring, "Score", "cases", "Score", "panel-score")


def meetings(user: Any) -> Iterator[Todo]:
    """The meetings that one is called to: under way, or within two weeks."""
    if not user.is_team(*PANEL, TeamRole.PROGRAMME_LEAD):
        return
    until = clock.today() + timedelta(days=REMIND_DAYS)
    coming = Meeting.objects.visible_to(user).filter(
        state__in=(MeetingState.PLANNED, MeetingState.OPEN), held_on__lte=until
    )
    for meeting in coming.select_related("round").order_by("held_on", "pk"):
        if meeting.is_open:
            where = reverse("panel-screen", args=[meeting.reference])
            yield Todo("The panel is meeting", where, "Open the shared screen", str(meeting.round))
        else:
            yield Todo(
                "Panel meeting",
                meeting.get_absolute_url(),
                "Look at the agenda",
                str(meeting.round),
                meeting.held_on,
            )


def _many(rows: list[QueueRow], verb: str, noun: str, action: str, url_name: str) -> Todo:
    due = min((row.due_on for row in rows if row.due_on), default=None)
    first = rows[0]
    if len(rows) == 1:
        where = reverse(url_name, args=[first.reference])
        detail = f"{first.reference}. {first.note}." if first.note else first.reference
        return Todo(f"{verb} {first.alias}", where, action, detail, due)
    return Todo(
        f"{verb} {len(rows)} {noun}",
        reverse("panel-queue"),
        "Open your queue",
        f"Next: {first.alias}.",
        due,
    )


def for_chairs(user: Any) -> Iterator[Todo]:
    """Cases to assign (chairs and leads), those on the fast track one by one and first; and cases to moderate
    and conclude (chairs)."""
    if not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        return
    found = waiting_for_chair(user)
    assigning = [case for case in found if case.phase == Phase.ASSIGNING]
    moderating = [case for case in found if case.phase == Phase.MODERATING]
    fast, assigning = _apart(assigning)
    for case in fast:
        yield _urgent(case, "Assign members to", "Assign", "panel-assign")
    if len(assigning) == 1:
        yield _cases(assigning, "Assign members to", "Assign", "panel-assign")
    elif assigning:
        yield Todo(
            f"Assign members to {len(assigning)} cases",
            reverse("panel-plan"),
            "See a plan",
            f"First: {assigning[0].alias}.",
        )
    if moderating and user.is_team(TeamRole.PANEL_CHAIR):
        taken = chaired_by(user)
        mine = [case for case in moderating if case.application.pk in taken]
        free = [case for case in moderating if case.application.pk not in taken]
        for cases, words in ((free, DECLARE_AND_CHAIR), (mine, MODERATE)):
            fast, usual = _apart(cases)
            for case in fast:
                yield _urgent(case, *words)
            if usual:
                yield _cases(usual, *words)


def notes_to_write(user: Any) -> Iterator[Todo]:
    """The panel's notes on cases that were decided on the fast track, for whoever chaired them."""
    if not user.is_team(TeamRole.PANEL_CHAIR):
        return
    held = FastTrack.objects.filter(
        is_agreed=True,
        noted_at__isnull=True,
        application__decision__released_at__isnull=False,
        application__in=cases_known_to(user).filter(pk__in=chaired_by(user)),
    )
    for fast in held.select_related("application__decision", "application__person"):
        yield Todo(
            f"Write the panel’s note on {fast.application.person.alias}",
            reverse("panel-note", args=[fast.application.reference]),
            "Write it",
            f"{fast.application.reference} was decided on the fast track.",
            fast.note_due_on,
        )


def _apart(cases: list[PanelCase]) -> tuple[list[PanelCase], list[PanelCase]]:
    """Those on the fast track, and the others."""
    fast = [case for case in cases if case.application.fast_from is not None]
    return fast, [case for case in cases if case not in fast]


def _urgent(case: PanelCase, verb: str, action: str, url_name: str) -> Todo:
    """A case on the fast track is never one of several."""
    found = _cases([case], verb, action, url_name)
    if "Fast track." not in found.detail:
        found = replace(found, detail=f"{found.detail} Fast track.")
    return replace(found, is_urgent=True)


def _cases(cases: list[PanelCase], verb: str, action: str, url_name: str) -> Todo:
    first = cases[0]
    if len(cases) == 1:
        where = reverse(url_name, args=[first.application.reference])
        detail = f"{first.application.reference}. {first.note or first.progress}."
        return Todo(f"{verb} {first.alias}", where, action, detail)
    where = f"{reverse('panel-cases')}?phase={first.phase.value}"
    return Todo(f"{verb} {len(cases)} cases", where, "Open the list", f"First: {first.alias}.")
