"""Who may be asked to judge a case, and why somebody else may not: the one answer for the verb that
assigns, the page on which the chair chooses, and the plan that the optimiser makes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from grants.enums import ApplicationState
from grants.models import Application

from ..enums import AssignmentState, Seat
from ..models import Assignment, Panellist, Service
from ..querysets import PANEL, conflict_of
from .interests import matches_of_all

NOT_ON_PANEL = "Not on the panel"
SEATED = "Has a seat at this case already"
NOT_BRIEFED = "Not briefed for this round"


@dataclass(frozen=True)
class Obstacle:
    """Why a panellist cannot be asked: a few words for the chair, and a sentence for a refusal."""

    words: str
    sentence: str
    is_conflict: bool = False


def loads_in(rounds: Iterable[int], *, leaving_out: Iterable[int] = ()) -> Counter[tuple[int, int]]:
    """Cases that each panellist judges in each of these rounds (ids): {(panellist, round): n}.

    Seats given back or left for an interest are not counted; those that are scored are. Cases of
    which the reader may not know are left out (`leaving_out`, ids).
    """
    seats = Assignment.objects.filter(
        application__round__in=list(rounds),
        seat=Seat.SCORER,
        state__in=(AssignmentState.ASSIGNED, AssignmentState.CLEAR),
    ).exclude(application__in=list(leaving_out))
    return Counter(seats.values_list("panellist_id", "application__round_id"))


def open_loads(user: Any) -> Counter[int]:
    """Cases with the panel that each panellist judges: {panellist: n}, without those of which `user`
    may not know."""
    seats = Assignment.objects.filter(
        application__state=ApplicationState.WITH_PANEL,
        seat=Seat.SCORER,
        state__in=(AssignmentState.ASSIGNED, AssignmentState.CLEAR),
    ).exclude(conflict_of(user, "application__"))
    return Counter(seats.values_list("panellist_id", flat=True))


def services_in(rounds: Iterable[int]) -> dict[tuple[int, int], Service]:
    """{(panellist, round): service} of these rounds (ids)."""
    found = Service.objects.filter(round__in=list(rounds))
    return {(service.panellist_id, service.round_id): service for service in found}


def limits_of(person: Panellist, service: Service | None, load: int) -> list[Obstacle]:
    """What the round asks of a panellist: the briefing, and room within their capacity."""
    if service is None or not service.is_briefed:
        return [Obstacle(NOT_BRIEFED, f"{person} has not been briefed for this round.")]
    if service.capacity is not None and load >= service.capacity:
        full = f"{load} of {service.capacity} cases in this round"
        return [Obstacle(f"Has {full}", f"{person} has {full}.")]
    return []


def obstacles(
    people: Iterable[Panellist], application: Application, *, seen_by: Any = None
) -> dict[int, tuple[Obstacle, ...]]:
    """What stands against asking each of these panellists (by id) for a case; nothing: they are free.

    In the order in which it is said: a seat already, the role, a conflict in our records (the kind of
    it, never the panellist's own words), the briefing for the round, their capacity in it. The same
    number of queries for any number of people (bring them with `user`). For a page, `seen_by` leaves
    the cases in which that person has an interest out of the count: their number would tell of them.
    """
    listed = list(people)
    seated = set(application.seats_given.values_list("panellist_id", flat=True))
    matches = matches_of_all(listed, application)
    in_round = application.round_id
    hidden = (
        ()
        if seen_by is None
        else Application.objects.filter(conflict_of(seen_by), round=in_round).values_list(
            "pk", flat=True
        )
    )
    loads, services = loads_in([in_round], leaving_out=hidden), services_in([in_round])
    found: dict[int, list[Obstacle]] = defaultdict(list)
    holders = set(
        User.objects.filter(
            is_active=True, pk__in=[p.user_id for p in listed], team_memberships__role__in=PANEL
        ).values_list("pk", flat=True)
    )
    for person in listed:
        key = (person.pk, in_round)
        if person.pk in seated:
            found[person.pk] = [Obstacle(SEATED, f"{person} has a seat at this case already.")]
            continue
        if person.user_id not in holders:
            found[person.pk] = [Obstacle(NOT_ON_PANEL, f"{person} is not on the panel.")]
            continue
        found[person.pk] = [
            Obstacle(m.said_to_chair, f"{person} has a conflict. {m.said_to_chair}.", True)
            for m in matches.get(person.pk, [])
            if m.is_binding
        ] + limits_of(person, services.get(key), loads[key])
    return {pk: tuple(reasons) for pk, reasons in found.items()}
