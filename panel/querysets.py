"""The vocabulary of the panel: `visible_to(user)` first, then words that read as English.

Two things are decided here, once, for every door (page, list, count, API):

*Conflict.* A seat whose holder belongs to the applicant organisation, its parent or its child, is employed
there or has it in the register of interests is not a seat, whatever its state says. It opens nothing and it is not
waited for.

*Blindness.* Until every score that is waited for is in, each panellist sees their own and nobody
sees another's: not the chair, not officers, not leads, not superusers. After that it is open to
those who scored the case and to the chair who declared no interest in it; officers and programme
leads see it once the panel has concluded; the applicant never sees it here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import Membership, Organisation
from grants.enums import FAST_QUORUM, ApplicationState
from grants.models import Application, CaseFile

from .enums import AssessmentState, AssignmentState, Seat

if TYPE_CHECKING:
    from .models import (
        AgendaItem,
        Assessment,
        Assignment,
        Attendance,
        InterestEntry,
        Meeting,
        Panellist,
        Service,
    )

PANEL = (TeamRole.PANEL_MEMBER, TeamRole.PANEL_CHAIR)
INTEREST_LASTS_YEARS = 3


def interest_counts_from() -> date:
    """Entries that ended before this day bind nobody: three years ago today (London)."""
    today = clock.today()
    try:
        return today.replace(year=today.year - INTEREST_LASTS_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - INTEREST_LASTS_YEARS, day=28)


def _is_or_is_near(mine: str, application: str) -> Q:
    """That the organisation at `mine` is the applicant of the outer row, its parent or its child."""
    applicant = f"{application}__organisation"
    return (
        Q(**{mine: OuterRef(applicant)})
        | Q(**{f"{mine}__parent": OuterRef(applicant)})
        | Q(**{mine: OuterRef(f"{applicant}__parent")})
    )


def _detected(user: str, panellist: str, application: str) -> Q:
    """The condition that the holder of a seat has a conflict that our records show: `ties_of`, for
    every seat at once."""
    from .models import InterestEntry, Panellist

    near = _is_or_is_near("organisation", application)
    member = Membership.objects.filter(near, user=OuterRef(user))
    employed = Panellist.objects.filter(
        _is_or_is_near("employer", application), pk=OuterRef(panellist)
    )
    entries = InterestEntry.objects.filter(
        near,
        Q(until__isnull=True) | Q(until__gte=interest_counts_from()),
        panellist=OuterRef(panellist),
        struck_at=None,
    )
    return Q(Exists(member)) | Q(Exists(employed)) | Q(Exists(entries))


class PanellistQuerySet(models.QuerySet["Panellist"]):
    def visible_to(self, user: Any) -> "PanellistQuerySet":
        """Chairs and programme leads see the panel; everybody else on it sees themselves."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
            return self
        return self.filter(user=user)

    def sitting(self) -> "PanellistQuerySet":
        """Active people who hold a panel role today."""
        return self.filter(user__is_active=True, user__team_memberships__role__in=PANEL).distinct()


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, user: Any) -> "ServiceQuerySet":
        """Chairs and programme leads see everybody's service; each panellist their own."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
            return self
        return self.filter(panellist__user=user)


class InterestEntryQuerySet(models.QuerySet["InterestEntry"]):
    def visible_to(self, user: Any) -> "InterestEntryQuerySet":
        """One's own register."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(panellist__user=user)

    def standing(self) -> "InterestEntryQuerySet":
        """Everything but what was struck out on the day it was entered."""
        return self.filter(struck_at=None)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> "AssignmentQuerySet":
        """One's own seats; chairs and leads see the seats of cases they have no interest in."""
        if not user.is_authenticated:
            return self.none()
        own = Q(panellist__user=user)
        if user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
            return self.filter(own | Q(application__in=cases_for(user).values("pk")))
        return self.filter(own) if user.is_team(*PANEL) else self.none()

    def scorers(self) -> "AssignmentQuerySet":
        return self.filter(seat=Seat.SCORER)

    def without_detected_conflict(self) -> "AssignmentQuerySet":
        """Seats whose holder our records show no link with the applicant organisation."""
        return self.exclude(_detected("panellist__user", "panellist", "application"))

    def waited_for(self) -> "AssignmentQuerySet":
        """Scorers who have not left the case: their sheet must be in before values open."""
        return (
            self.scorers()
            .filter(state__in=(AssignmentState.ASSIGNED, AssignmentState.CLEAR))
            .without_detected_conflict()
        )

    def opening(self) -> "AssignmentQuerySet":
        """Seats that open the case file: declared, without interest, without a detected conflict."""
        return self.filter(state=AssignmentState.CLEAR).without_detected_conflict()


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: Any) -> "AssessmentQuerySet":
        """The one selector of who sees whose scores; see the paragraph on top of this module."""
        if not user.is_authenticated:
            return self.none()
        opened = Q(state=AssessmentState.SUBMITTED) & open_to(user, "assignment__application__")
        if user.is_team(*PANEL):
            kept = (AssessmentState.DRAFT, AssessmentState.SUBMITTED)
            opened |= Q(assignment__panellist__user=user, state__in=kept)
        seen = self.of_opening_seats().filter(opened)
        return seen.exclude(conflict_of(user, "assignment__application__"))

    def of_opening_seats(self) -> "AssessmentQuerySet":
        from .models import Assignment

        return self.filter(assignment__in=Assignment.objects.opening().values("pk"))

    def submitted(self) -> "AssessmentQuerySet":
        """In, by people who may judge: what the panel counts (subject to five of seven judged)."""
        return self.of_opening_seats().filter(state=AssessmentState.SUBMITTED)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Any) -> "MeetingQuerySet":
        """Chairs and programme leads see every meeting; members those that they are called to."""
        from .models import Attendance

        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
            return self
        if not user.is_team(*PANEL):
            return self.none()
        called = Attendance.objects.filter(panellist__user=user)
        return self.filter(pk__in=called.values("meeting"))


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: Any) -> "AgendaItemQuerySet":
        """Cases of visible meetings of which this person may know, and in which they have no interest.

        Nothing tells that there are others: neither a number nor a gap.
        """
        from .models import Meeting

        meetings = Meeting.objects.visible_to(user).values("pk")
        seen = self.filter(meeting__in=meetings, application__in=cases_known_to(user).values("pk"))
        return seen.exclude(conflict_of(user, "application__"))


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: Any) -> "AttendanceQuerySet":
        """Who sits together knows who is there."""
        from .models import Meeting

        return self.filter(meeting__in=Meeting.objects.visible_to(user).values("pk"))


def ties_of(users: Iterable[int]) -> dict[int, set[int]]:
    """{user: organisations (ids) that our records tie each of these users (ids) to}: those they belong
    to, their employer, their register of interests (now or within three years), and the parent and the
    children of each of these. In five queries at most."""
    from .models import InterestEntry, Panellist

    ids = list(users)
    entries = InterestEntry.objects.filter(
        Q(until__isnull=True) | Q(until__gte=interest_counts_from()),
        panellist__user__in=ids,
        organisation__isnull=False,
        struck_at=None,
    )
    employers = Panellist.objects.filter(user__in=ids, employer__isnull=False)
    found: dict[int, set[int]] = {}
    for user, organisation in (
        *Membership.objects.filter(user__in=ids).values_list("user_id", "organisation_id"),
        *employers.values_list("user_id", "employer_id"),
        *entries.values_list("panellist__user_id", "organisation_id"),
    ):
        found.setdefault(user, set()).add(organisation)
    own = {organisation for held in found.values() for organisation in held}
    relatives: dict[int, set[int]] = {}
    related = Organisation.objects.filter(Q(pk__in=own) | Q(parent__in=own), parent__isnull=False)
    for child, parent in related.values_list("pk", "parent_id"):
        relatives.setdefault(child, set()).add(parent)
        relatives.setdefault(parent, set()).add(child)
    for held in found.values():
        held |= {near for one in list(held) for near in relatives.get(one, ())}
    return found


def conflict_of(user: Any, prefix: str = "") -> Q:
    """The condition that an application (reached through `prefix`) is closed to `user` everywhere:
    a link in our records, an interest declared, a seat given up.

    Holds for anybody who signs in, with or without a seat on the panel.
    """
    from .models import Assignment

    left = Assignment.objects.filter(
        panellist__user=user, state__in=(AssignmentState.CONFLICTED, AssignmentState.STOOD_DOWN)
    )
    organisations = ties_of([user.pk]).get(user.pk, set())
    return Q(**{f"{prefix}organisation__in": organisations}) | Q(
        **{f"{prefix}id__in": list(left.values_list("application_id", flat=True))}
    )


@dataclass
class Standing:
    """How far the scoring of one case is: counts of sheets, never a value of a score."""

    quorum: int
    seats: int = 0
    undeclared: int = 0
    sheets_in: int = 0
    has_lived: bool = False

    @property
    def is_staffed(self) -> bool:
        """Enough scorers, one of them with lived experience (domain 10.2)."""
        return self.seats >= self.quorum and self.has_lived

    @property
    def is_all_in(self) -> bool:
        """Staffed, and everybody who is waited for has submitted: values are open."""
        return self.is_staffed and self.sheets_in == self.seats


def standings(applications: Iterable[int]) -> dict[int, Standing]:
    """The standing of each of these applications (ids), in two queries."""
    from .models import Assignment

    ids = list(applications)
    quorums = Application.objects.filter(pk__in=ids).values_list("pk", "terms__quorum", "fast_from")
    found = {pk: Standing(FAST_QUORUM if fast else quorum) for pk, quorum, fast in quorums}
    seats = Assignment.objects.waited_for().filter(application__in=ids)
    for pk, state, is_lived, sheet in seats.values_list(
        "application_id", "state", "panellist__is_lived_experience", "assessment__state"
    ):
        standing = found[pk]
        standing.seats += 1
        standing.undeclared += state == AssignmentState.ASSIGNED
        standing.sheets_in += sheet == AssessmentState.SUBMITTED
        standing.has_lived |= is_lived
    return found


def unsent_by(user: Any) -> set[int]:
    """Cases (ids) that wait for this person's own sheet: until it is in they learn nothing of the
    others', not even how many there are."""
    from .models import Assignment

    held = Assignment.objects.waited_for().filter(panellist__user=user)
    return set(
        held.exclude(assessment__state=AssessmentState.SUBMITTED).values_list(
            "application_id", flat=True
        )
    )


def with_alias(applications: QuerySet[Application]) -> QuerySet[Any]:
    """Applications with `alias` (of the newest case file), `is_concluded` and `last_due`."""
    from .models import Assignment, Conclusion

    live = Assignment.objects.filter(
        application=OuterRef("pk"),
        seat=Seat.SCORER,
        state__in=(AssignmentState.ASSIGNED, AssignmentState.CLEAR),
    )
    newest = CaseFile.objects.filter(application=OuterRef("pk")).order_by("-version")
    return applications.annotate(
        is_concluded=Exists(Conclusion.objects.filter(application=OuterRef("pk"))),
        last_due=Subquery(live.order_by("-due_on").values("due_on")[:1]),
        alias=Subquery(newest.annotate(said=KT("content__alias")).values("said")[:1]),
    )


def open_to(user: Any, prefix: str = "") -> Q:
    """The condition that an application (reached through `prefix`) shows `user` everybody's scores.

    Conflicts are another condition, `conflict_of`: leave those out as well.
    """
    from .models import Assessment, Assignment, Conclusion

    allowed = Q(**{f"{prefix}id__in": ()})
    if not user.is_authenticated:
        return allowed
    if user.is_team(*PANEL):
        sheets = Assessment.objects.submitted().filter(assignment__panellist__user=user)
        mine = set(sheets.values_list("assignment__application_id", flat=True))
        if user.is_team(TeamRole.PANEL_CHAIR):
            chaired = Assignment.objects.opening().filter(panellist__user=user, seat=Seat.CHAIR)
            mine |= set(chaired.values_list("application_id", flat=True))
        concluded = set(
            Conclusion.objects.filter(application__in=mine).values_list("application", flat=True)
        )
        waiting = standings(mine - concluded)
        ready = concluded | {pk for pk, standing in waiting.items() if standing.is_all_in}
        allowed |= Q(**{f"{prefix}id__in": ready})
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        allowed |= Q(**{f"{prefix}conclusion__isnull": False})
    return allowed


def cases_for(user: Any) -> QuerySet[Application]:
    """What the chair and the programme lead oversee: every case that reached the panel, except
    those in which they have an interest."""
    from .models import Assignment

    if not user.is_authenticated or not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        return Application.objects.none()
    seats = Assignment.objects.filter(application=OuterRef("pk"))
    reached = Q(state=ApplicationState.WITH_PANEL) | Q(Exists(seats))
    return Application.objects.filter(reached).exclude(conflict_of(user))


def cases_readable_by(user: Any) -> QuerySet[Application]:
    """Cases where `user` may see every score: the moderation page's door."""
    return Application.objects.filter(open_to(user)).exclude(conflict_of(user))


def cases_known_to(user: Any) -> QuerySet[Application]:
    """Cases of which `user` may know that they exist here: a seat of one's own (a closed one too),
    those one oversees, and those whose scores are open. What may be seen of each is another rule."""
    from .models import Assignment

    if not user.is_authenticated:
        return Application.objects.none()
    known = Q(pk__in=cases_for(user).values("pk")) | Q(pk__in=cases_readable_by(user).values("pk"))
    if user.is_team(*PANEL):
        own = Assignment.objects.filter(application=OuterRef("pk"), panellist__user=user)
        known |= Q(Exists(own))
    return Application.objects.filter(known)
