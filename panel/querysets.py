"""The vocabulary of the panel: `visible_to(user)` first, then words that read as English.

Two things are decided here, once, for every door (page, list, count, API):

*Conflict.* A seat whose holder belongs to the applicant organisation, is employed there or has it
in the register of interests is not a seat, whatever its state says. It opens nothing and it is not
waited for.

*Blindness.* Until every score that is waited for is in, each panellist sees their own and nobody
sees another's: not the chair, not officers, not leads, not superusers. After that it is open to
those who scored the case and to the chair who declared no interest in it; officers and programme
leads see it once the panel has concluded; the applicant never sees it here.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import Membership
from grants.enums import ApplicationState
from grants.models import Application, CaseFile

from .enums import AssessmentState, AssignmentState, Seat

if TYPE_CHECKING:
    from .models import Assessment, Assignment, InterestEntry, Panellist

PANEL = (TeamRole.PANEL_MEMBER, TeamRole.PANEL_CHAIR)
INTEREST_LASTS_YEARS = 3


def interest_counts_from() -> date:
    """Entries that ended before this day bind nobody: three years ago today (London)."""
    today = clock.today()
    try:
        return today.replace(year=today.year - INTEREST_LASTS_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - INTEREST_LASTS_YEARS, day=28)


def _binding_entries(organisation: str, **whose: Any) -> Exists:
    from .models import InterestEntry

    entries = InterestEntry.objects.filter(organisation=OuterRef(organisation), **whose)
    return Exists(
        entries.filter(Q(until__isnull=True) | Q(until__gte=interest_counts_from()), struck_at=None)
    )


def _detected(user: str, panellist: str, application: str) -> Q:
    """The condition that the holder of a seat has a conflict that our records show."""
    member = Membership.objects.filter(
        user=OuterRef(user), organisation=OuterRef(f"{application}__organisation")
    )
    return (
        Q(Exists(member))
        | Q(
            **{
                f"{panellist}__employer__isnull": False,
                f"{panellist}__employer": F(f"{application}__organisation"),
            }
        )
        | Q(_binding_entries(f"{application}__organisation", panellist=OuterRef(panellist)))
    )


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
        opened = Q(state=AssessmentState.SUBMITTED, assignment__application__in=open_to(user))
        if user.is_team(*PANEL):
            opened |= Q(assignment__panellist__user=user, state__in=AssessmentState.values[:2])
        return (
            self.of_opening_seats()
            .filter(opened)
            .exclude(assignment__application__in=conflicting_for(user))
        )

    def of_opening_seats(self) -> "AssessmentQuerySet":
        from .models import Assignment

        return self.filter(assignment__in=Assignment.objects.opening().values("pk"))

    def submitted(self) -> "AssessmentQuerySet":
        """In, by people who may judge: what the panel counts (subject to five of seven judged)."""
        return self.of_opening_seats().filter(state=AssessmentState.SUBMITTED)


def conflicting_for(user: Any) -> QuerySet[Application, dict]:
    """Ids of the applications that are closed to `user` everywhere: detected, declared, stood down.

    Holds for anybody who signs in, with or without a seat on the panel.
    """
    from .models import Assignment, InterestEntry, Panellist

    left = Assignment.objects.filter(
        panellist__user=user, state__in=(AssignmentState.CONFLICTED, AssignmentState.STOOD_DOWN)
    )
    entries = InterestEntry.objects.filter(
        Q(until__isnull=True) | Q(until__gte=interest_counts_from()),
        panellist__user=user,
        struck_at=None,
    )
    return Application.objects.filter(
        Q(pk__in=left.values("application"))
        | Q(organisation__in=Membership.objects.filter(user=user).values("organisation"))
        | Q(organisation__in=Panellist.objects.filter(user=user).values("employer"))
        | Q(organisation__in=entries.values("organisation"))
    ).values("pk")


def with_phase(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Applications with what their phase is worked out from.

    Adds `seats` (scorers waited for), `undeclared`, `sheets_in`, `has_lived` (somebody with lived
    experience is among them), `is_concluded`, `last_due`, and `alias` from the newest case file.
    Counts only: never a value of a score.
    """
    from .models import Assessment, Assignment, Conclusion

    waited = Assignment.objects.waited_for().filter(application=OuterRef("pk"))

    def number(rows: QuerySet) -> Coalesce:
        grouped = rows.order_by().values("application").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(grouped), 0, output_field=models.IntegerField())

    sheets = Assessment.objects.filter(assignment=OuterRef("pk"), state=AssessmentState.SUBMITTED)
    newest = CaseFile.objects.filter(application=OuterRef("pk")).order_by("-version")
    return applications.annotate(
        seats=number(waited),
        undeclared=number(waited.filter(state=AssignmentState.ASSIGNED)),
        sheets_in=number(waited.filter(Exists(sheets))),
        has_lived=Exists(waited.filter(panellist__is_lived_experience=True)),
        is_concluded=Exists(Conclusion.objects.filter(application=OuterRef("pk"))),
        last_due=Subquery(waited.order_by("-due_on").values("due_on")[:1]),
        alias=Subquery(newest.annotate(said=KT("content__alias")).values("said")[:1]),
    )


# The same sentences for the database as `reports.phase_of` has for one application.
IS_STAFFED = Q(seats__gte=F("round__quorum"), has_lived=True)
IS_ALL_IN = IS_STAFFED & Q(sheets_in=F("seats"))


def open_to(user: Any) -> QuerySet[Application, dict]:
    """Ids of the applications where `user` may see the scores of others."""
    from .models import Assessment, Assignment

    if not user.is_authenticated:
        return Application.objects.none().values("pk")
    seats = Assignment.objects.opening().filter(panellist__user=user)
    sheets = Assessment.objects.submitted().filter(assignment__panellist__user=user)
    cases = with_phase(Application.objects.all())
    allowed = Q(pk__in=())
    if user.is_team(*PANEL):
        allowed |= Q(pk__in=sheets.values("assignment__application")) & (
            IS_ALL_IN | Q(is_concluded=True)
        )
    if user.is_team(TeamRole.PANEL_CHAIR):
        chaired = seats.filter(seat=Seat.CHAIR).values("application")
        allowed |= Q(pk__in=chaired) & (IS_ALL_IN | Q(is_concluded=True))
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        allowed |= Q(is_concluded=True)
    return cases.filter(allowed).exclude(pk__in=conflicting_for(user)).values("pk")


def cases_for(user: Any) -> QuerySet[Application]:
    """What the chair and the programme lead oversee: every case that reached the panel, except
    those in which they have an interest."""
    if not user.is_authenticated or not user.is_team(TeamRole.PANEL_CHAIR, TeamRole.PROGRAMME_LEAD):
        return Application.objects.none()
    reached = Q(state=ApplicationState.WITH_PANEL) | Q(seats_given__isnull=False)
    return Application.objects.filter(reached).exclude(pk__in=conflicting_for(user)).distinct()


def cases_readable_by(user: Any) -> QuerySet[Application]:
    """Cases where `user` may see every score: the moderation page's door."""
    return Application.objects.filter(pk__in=open_to(user))


def cases_known_to(user: Any) -> QuerySet[Application]:
    """Cases of which `user` may know that they exist here: a seat of one's own (a closed one too),
    those one oversees, and those whose scores are open. What may be seen of each is another rule."""
    from .models import Assignment

    if not user.is_authenticated:
        return Application.objects.none()
    known = Q(pk__in=cases_for(user).values("pk")) | Q(pk__in=open_to(user))
    if user.is_team(*PANEL):
        known |= Q(pk__in=Assignment.objects.filter(panellist__user=user).values("application"))
    return Application.objects.filter(known)
