"""A plan for all open seats of a round: the question for the optimiser, and its answer with reasons.

Only cases that the asker oversees come in, and only their seats are counted as load: somebody with an
interest in a case learns nothing of it from a plan, not even from how busy a member is.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.enums import TeamRole
from accounts.models import User
from grants.enums import ApplicationState
from grants.models import Application, Round

from ..enums import Expertise
from ..models import Panellist
from ..optimiser import MISMATCH_MOST, Case, Member, Problem, Rule, Solution, solve
from ..querysets import cases_for, conflict_of, standings, ties_of
from .availability import loads_in, services_in
from .case_files import areas_of, joined

RULE_SAYS = {
    Rule.CAPACITY: "Capacity: the members who may judge these cases have no room for more.",
    Rule.LIVED_EXPERIENCE: "Lived experience: every case needs a member with it, and too few are free.",
    Rule.CONFLICTS: "Conflicts: too many members have an interest or a seat already.",
    Rule.BRIEFING: "Briefing: members who were not briefed for this round would be needed.",
    Rule.MEMBERS: "Members: there are fewer people on the panel than seats in a case.",
}


@dataclass(frozen=True)
class PlannedSeat:
    """Somebody for a case, and why they."""

    panellist: Panellist
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class PlannedCase:
    """A case with open seats: whom the plan puts there, and how many seats nobody can fill."""

    application: Any
    alias: str
    region: str
    areas: tuple[str, ...]
    in_place: int
    seats: tuple[PlannedSeat, ...]
    unfilled: int


@dataclass(frozen=True)
class Load:
    """Cases of one member in the round, now and with the plan; `most` None: no limit."""

    panellist: Panellist
    now: int
    planned: int
    most: int | None
    note: str = ""


@dataclass(frozen=True)
class Plan:
    round: Round
    members_for_each: int
    cases: tuple[PlannedCase, ...]
    loads: tuple[Load, ...]
    rules: tuple[str, ...]

    @property
    def seats(self) -> int:
        """Seats that the plan fills."""
        return sum(len(case.seats) for case in self.cases)

    @property
    def unfilled(self) -> int:
        return sum(case.unfilled for case in self.cases)

    @property
    def pairs(self) -> list[tuple[str, list[str]]]:
        """(reference of a case, references of panellists): what is applied, and nothing else."""
        return [
            (case.application.reference, [s.panellist.reference for s in case.seats])
            for case in self.cases
            if case.seats
        ]


def _barred(
    people: list[Panellist], cases: list[Any], services: dict, here: int
) -> dict[tuple[int, int], Rule]:
    """(case, panellist) that cannot be: a briefing that is missing, a link in our records, a seat
    held or left at this very case, a part in a decision on it that was appealed. Four queries for any number."""
    found: dict[tuple[int, int], Rule] = {}
    links = ties_of(person.user_id for person in people)
    for case in cases:
        for person in people:
            service = services.get((person.pk, here))
            if service is None or not service.is_briefed:
                found[case.pk, person.pk] = Rule.BRIEFING
            if case.organisation_id in links.get(person.user_id, ()):
                found[case.pk, person.pk] = Rule.CONFLICTS
            if person.user_id in case.judged_before:
                found[case.pk, person.pk] = Rule.CONFLICTS
        for panellist in case.seats_given.all():
            found[case.pk, panellist.panellist_id] = Rule.CONFLICTS
    return found


def _mismatch(person: Panellist, areas: list[Expertise], region: str) -> int:
    """How ill somebody fits: 0 when they know 3 of the case's areas, or all; one more in the same
    region, where they are likelier to know the people."""
    known = sum(area in person.areas for area in areas)
    return min(3, len(areas)) - min(3, known) + bool(region and person.region == region)


def _why(person: Panellist, areas: list[Expertise], region: str, fills_lived: bool) -> list[str]:
    reasons = ["Lived experience"] if fills_lived else []
    known = [a.label[:1].lower() + a.label[1:] for a in areas if a in person.areas]
    if known:
        reasons.append(f"Knows about {joined(known)}")
    if region and person.region and person.region != region:
        reasons.append("Works in another region")
    if not known:
        reasons.append("Keeps the load even")
    return reasons


def open_cases(user: Any, in_round: Round) -> list[Any]:
    """Cases of a round that `user` oversees and that are with the panel, the earliest first."""
    return list(
        cases_for(user)
        .filter(round=in_round, state=ApplicationState.WITH_PANEL)
        .select_related("organisation", "round", "again_of")
        .prefetch_related("seats_given", "case_files", "appeals", "again_of__appeals")
        .order_by("submitted_at", "reference")
    )


def plan_of(user: Any, in_round: Round, *, members_for_each: int) -> Plan:
    """The best plan for the open seats of a round, for chair and lead; nothing is changed by it.

    Seats that are given stay given: after somebody stood down, the plan fills that one seat. At least
    the round's quorum sits on each case (`members_for_each` asks for more), one with lived experience.
    """
    usual = in_round.terms.quorum
    wanted = max(members_for_each, usual)
    cases = open_cases(user, in_round)
    standing = standings(case.pk for case in cases)
    people = list(
        Panellist.objects.sitting().select_related("user", "employer").order_by("user__name", "pk")
    )
    chairs = set(
        User.objects.filter(team_memberships__role=TeamRole.PANEL_CHAIR).values_list(
            "pk", flat=True
        )
    )
    people = [p for p in people if p.user_id not in chairs]  # who chairs does not score
    services = services_in([in_round.pk])
    hidden = set(
        Application.objects.filter(conflict_of(user), round=in_round).values_list("pk", flat=True)
    )
    loads = loads_in([in_round.pk], leaving_out=hidden)
    asked = []
    for case in cases:
        now = standing[case.pk]
        open_seats = max(now.quorum + wanted - usual - now.seats, 0 if now.has_lived else 1)
        if open_seats:
            asked.append((case, Case(case.pk, open_seats, not now.has_lived)))
    areas = {
        case.pk: areas_of(max(case.case_files.all(), key=lambda f: f.version).content)
        for case, _ in asked
    }
    regions = {case.pk: case.organisation.region for case, _ in asked}
    members = [
        Member(
            p.pk,
            loads[p.pk, in_round.pk],
            service.capacity if (service := services.get((p.pk, in_round.pk))) else None,
            p.is_lived_experience,
        )
        for p in people
    ]
    solution = solve(
        Problem(
            tuple(row for _, row in asked),
            tuple(members),
            _barred(people, [case for case, _ in asked], services, in_round.pk),
            {
                (case.pk, p.pk): min(_mismatch(p, areas[case.pk], regions[case.pk]), MISMATCH_MOST)
                for case, _ in asked
                for p in people
            },
        )
    )
    return _told(in_round, wanted, asked, people, members, solution, standing, areas, services)


def _told(
    in_round: Round,
    wanted: int,
    asked: Iterable[tuple[Any, Case]],
    people: list[Panellist],
    members: list[Member],
    solution: Solution,
    standing: dict,
    areas: dict,
    services: dict,
) -> Plan:
    """The solution in words."""
    planned = []
    for case, _ in asked:
        region = case.organisation.region
        chosen = [p for p in people if (case.pk, p.pk) in solution.pairs]
        chosen.sort(key=lambda p: not p.is_lived_experience)
        newest = max(case.case_files.all(), key=lambda f: f.version).content
        planned.append(
            PlannedCase(
                application=case,
                alias=newest.get("alias") or case.reference,
                region=case.organisation.get_region_display(),
                areas=tuple(area.label for area in areas[case.pk]),
                in_place=standing[case.pk].seats,
                seats=tuple(
                    PlannedSeat(p, tuple(_why(p, areas[case.pk], region, p.is_lived_experience)))
                    for p in chosen
                ),
                unfilled=solution.unfilled.get(case.pk, 0),
            )
        )
    given = Counter(member for _, member in solution.pairs)
    loads = []
    for person, member in zip(people, members, strict=True):
        service = services.get((person.pk, in_round.pk))
        note = "" if service is not None and service.is_briefed else "Not briefed for this round"
        loads.append(
            Load(person, member.load, member.load + given[person.pk], member.capacity, note)
        )
    return Plan(
        in_round,
        wanted,
        tuple(planned),
        tuple(loads),
        tuple(RULE_SAYS[rule] for rule in solution.rules),
    )
