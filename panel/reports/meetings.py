"""A meeting as one reader sees it: the agenda, and the case that is shown now. A case that they may not
know, or in which they have an interest, leaves neither a row nor a gap nor a number behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grants.enums import ApplicationState
from grants.models import Application, Recommendation, Round

from ..enums import AssignmentState, Phase, Seat
from ..models import AgendaItem, Assessment, Assignment, Meeting, Panellist
from ..querysets import PANEL, cases_readable_by, ties_of, with_alias
from .cases import PanelCase, cases_of, oversight
from .moderation import CaseScores, case_scores


def ready_to_meet_on(user: Any, in_round: Round) -> list[PanelCase]:
    """Cases of a round that a meeting can take, as far as `user` oversees them: every score is in, or
    the panel has concluded them and nothing is decided yet. By reference."""
    waiting = oversight(user).filter(
        round=in_round, state__in=(ApplicationState.WITH_PANEL, ApplicationState.RECOMMENDED)
    )
    cases = cases_of(waiting.order_by("reference"))
    return [case for case in cases if case.phase in (Phase.MODERATING, Phase.CONCLUDED)]


@dataclass(frozen=True)
class AgendaRow:
    """A case on the agenda. `recommendation` only for those to whom its scores are open."""

    item: AgendaItem
    number: int
    case: PanelCase
    is_current: bool
    is_readable: bool
    may_chair: bool
    recommendation: Recommendation | None


def agenda_of(meeting: Meeting, user: Any) -> list[AgendaRow]:
    """The agenda in order, numbered as this reader sees it; the same queries for any length."""
    items = list(
        AgendaItem.objects.visible_to(user)
        .filter(meeting=meeting)
        .select_related("application", "meeting")
        .order_by("place", "pk")
    )
    ids = [item.application_id for item in items]
    known = with_alias(Application.objects.filter(pk__in=ids)).select_related("round", "terms")
    cases = {case.application.pk: case for case in cases_of(known, seen_by=user)}
    readable = set(cases_readable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
    chaired = set(
        Assignment.objects.opening()
        .filter(panellist__user=user, seat=Seat.CHAIR, application__in=ids)
        .values_list("application_id", flat=True)
    )
    newest: dict[int, Recommendation] = {}
    for found in Recommendation.objects.filter(application__in=readable).order_by("pk"):
        newest[found.application_id] = found
    return [
        AgendaRow(
            item=item,
            number=n,
            case=cases[item.application_id],
            is_current=item.pk == meeting.current_id,
            is_readable=item.application_id in readable,
            may_chair=item.application_id in chaired,
            recommendation=newest.get(item.application_id)
            if cases[item.application_id].phase == Phase.CONCLUDED
            else None,
        )
        for n, item in enumerate(items, 1)
    ]


@dataclass(frozen=True)
class Shown:
    """The case that the chair shows. `scores` where they are open to the reader; `eligible` in pounds."""

    row: AgendaRow
    who: str
    eligible: Decimal
    scores: CaseScores | None


def shown_now(meeting: Meeting, user: Any) -> Shown | None:
    """What this reader's screen shows at this moment; None between cases, and for a case that is not
    theirs to see: the two look the same."""
    from .case_files import content_for_scoring, who_it_is_for

    # The agenda is asked for between two cases too: the number of queries tells nothing either.
    row = next((row for row in agenda_of(meeting, user) if row.is_current), None)
    if row is None:
        return None
    application = row.item.application
    newest = application.case_files.order_by("-version")[0]
    scores = None
    if row.is_readable:
        seen = (
            Assessment.objects.visible_to(user)
            .filter(assignment__application=application)
            .select_related("assignment__panellist", "assignment__application", "case_file")
            .prefetch_related("scores__changes")
        )
        scores = case_scores(application, seen, viewer_id=user.pk)
    return Shown(
        row=row,
        who=who_it_is_for(content_for_scoring(newest)) if row.is_readable else "",
        eligible=Decimal(newest.content.get("eligible", "0.00")),
        scores=scores,
    )


def out_of_the_room(
    panellists: Iterable[Panellist], applications: Iterable[Application]
) -> dict[int, list[Panellist]]:
    """{application: panellists who have an interest in it}, in the order given: recusals follow from the
    records, nobody writes them down. The same queries for any number. Bring panellists with `user`."""
    people, cases = list(panellists), list(applications)
    ties = ties_of([person.user_id for person in people])
    left = set(
        Assignment.objects.filter(
            panellist__in=people,
            application__in=cases,
            state__in=(AssignmentState.CONFLICTED, AssignmentState.STOOD_DOWN),
        ).values_list("panellist_id", "application_id")
    )
    return {
        case.pk: [
            person
            for person in people
            if (person.pk, case.pk) in left or case.organisation_id in ties.get(person.user_id, ())
        ]
        for case in cases
    }


def is_called(user: Any, meeting: Meeting) -> bool:
    """Whether this person is called to a meeting as a panellist."""
    return user.is_team(*PANEL) and meeting.attendances.filter(panellist__user=user).exists()
