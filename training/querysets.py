"""The vocabulary of training: `visible_to(user)` first, then words that read as English.

What was learned is seen by the organisation that holds the grant (not by helpers from elsewhere), and
by officers and programme leads. A voided activity, session or register row is kept and never counted.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Avg, Case, Count, Q, Sum, When
from django.db.models.functions import Coalesce

from accounts.enums import TeamRole
from grants.querysets import NOT_HELPERS

from .enums import ProviderState, RatingPoint, SessionState, SharedState

if TYPE_CHECKING:
    from .models import (
        Activity,
        Attendance,
        Cascade,
        Rating,
        RatingLink,
        RegisterImport,
        SeatBooking,
        Session,
        SharedSession,
        SignInLink,
        SignOff,
        TrainingProvider,
    )


# Answers of learners are shown from so many people on, so that nobody can be told from them.
LEAST_SHOWN = 5


def training_visible_to(user: Any, prefix: str = "") -> Q:
    """The condition that what belongs to a grant (reached through `prefix`) may be seen by `user`."""
    if not user.is_authenticated:
        return Q(pk__in=())
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return Q()
    own = user.organisation_ids(*NOT_HELPERS)
    return Q(**{f"{prefix}grant__application__organisation__in": own})


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> "ActivityQuerySet":
        """Those of the organisation's own grants; all of them for officers and programme leads."""
        return self.filter(training_visible_to(user))

    def standing(self) -> "ActivityQuerySet":
        """Not voided."""
        return self.filter(voided_at__isnull=True)

    def with_session_counts(self) -> "ActivityQuerySet":
        """Annotates `held`, `to_come` and `called_off`: sessions by state, voided ones left out."""
        standing = Q(sessions__voided_at__isnull=True)

        def of(state: SessionState) -> Count:
            return Count("sessions", filter=standing & Q(sessions__state=state), distinct=True)

        return self.annotate(
            held=of(SessionState.DELIVERED),
            to_come=of(SessionState.PLANNED),
            called_off=of(SessionState.CANCELLED),
        )


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: Any) -> "SessionQuerySet":
        """Those of the activities that `user` may see."""
        return self.filter(training_visible_to(user, "activity__"))

    def standing(self) -> "SessionQuerySet":
        """Neither voided nor part of a voided activity."""
        return self.filter(voided_at__isnull=True, activity__voided_at__isnull=True)

    def delivered(self, until: date | None = None) -> "SessionQuerySet":
        """Held and standing, on or before `until` where it is given."""
        held = self.standing().filter(state=SessionState.DELIVERED)
        return held if until is None else held.filter(held_on__lte=until)

    def without_attendance(self, on: date) -> "SessionQuerySet":
        """Planned for a day that is over, and nobody has said who came."""
        return self.standing().filter(state=SessionState.PLANNED, held_on__lt=on)

    def with_people(self) -> "SessionQuerySet":
        """Annotates `people`: how many were present."""
        return self.annotate(people=Count("marks", filter=Q(marks__present=True)))


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: Any) -> "AttendanceQuerySet":
        """Those of the sessions that `user` may see."""
        return self.filter(training_visible_to(user, "session__activity__"))

    def counted(self, until: date | None = None) -> "AttendanceQuerySet":
        """Present, at a session that was held and stands, on or before `until` where it is given."""
        found = self.filter(
            present=True,
            session__state=SessionState.DELIVERED,
            session__voided_at__isnull=True,
            session__activity__voided_at__isnull=True,
        )
        return found if until is None else found.filter(session__held_on__lte=until)


class RegisterImportQuerySet(models.QuerySet["RegisterImport"]):
    def visible_to(self, user: Any) -> "RegisterImportQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(training_visible_to(user))


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def visible_to(self, user: Any) -> "SignInLinkQuerySet":
        """Those of the sessions that `user` may see."""
        return self.filter(training_visible_to(user, "session__activity__"))

    def behind(self, code_hash: str) -> "SignInLinkQuerySet":
        """The link of a code that somebody without an account holds: the code itself lets them in."""
        return self.filter(code_hash=code_hash)


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def visible_to(self, user: Any) -> "SignOffQuerySet":
        """Those of the activities that `user` may see."""
        return self.filter(training_visible_to(user, "activity__"))

    def standing(self, until: date | None = None) -> "SignOffQuerySet":
        """Neither voided nor of a voided activity; signed on or before `until` where it is given."""
        found = self.filter(voided_at__isnull=True, activity__voided_at__isnull=True)
        return found if until is None else found.filter(signed_on__lte=until)


class CascadeQuerySet(models.QuerySet["Cascade"]):
    def visible_to(self, user: Any) -> "CascadeQuerySet":
        """Those of the activities that `user` may see."""
        return self.filter(training_visible_to(user, "activity__"))

    def standing(self, until: date | None = None) -> "CascadeQuerySet":
        """Neither voided nor of a voided activity; held on or before `until` where it is given."""
        found = self.filter(voided_at__isnull=True, activity__voided_at__isnull=True)
        return found if until is None else found.filter(held_on__lte=until)


class TrainingProviderQuerySet(models.QuerySet["TrainingProvider"]):
    def visible_to(self, user: Any) -> "TrainingProviderQuerySet":
        """Every one for officers and programme leads; for others signed in, those on the list."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        return self.exclude(state=ProviderState.WITHDRAWN)

    def approved(self, on: date) -> "TrainingProviderQuerySet":
        """With an approval that holds on a day."""
        return self.filter(state=ProviderState.APPROVED, review_on__gt=on)

    def with_ratings(self) -> "TrainingProviderQuerySet":
        """Annotates `answers` and `rating`: how good learners found it, 1 to 5; None below five answers."""
        given = Q(
            activities__voided_at__isnull=True,
            activities__ratings__point=RatingPoint.AFTER,
            activities__ratings__quality__isnull=False,
        )
        return self.annotate(
            answers=Count("activities__ratings", filter=given, distinct=True),
            mean_quality=Avg("activities__ratings__quality", filter=given),
        ).annotate(
            rating=Case(
                When(answers__gte=LEAST_SHOWN, then="mean_quality"),
                default=None,
                output_field=models.FloatField(null=True),
            )
        )


class SharedSessionQuerySet(models.QuerySet["SharedSession"]):
    def visible_to(self, user: Any) -> "SharedSessionQuerySet":
        """For officers, programme leads, and those who log training in an organisation: all of them."""
        if not user.is_authenticated:
            return self.none()
        is_staff = user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
        return self if is_staff or user.organisation_ids(*NOT_HELPERS) else self.none()

    def with_taken(self) -> "SharedSessionQuerySet":
        """Annotates `taken_seats`: what `taken` says, for a list."""
        held = Q(bookings__ended_at__isnull=True)
        return self.annotate(taken_seats=Coalesce(Sum("bookings__seats", filter=held), 0))

    def taking_seats(self, on: date) -> "SharedSessionQuerySet":
        """Open, and seats may still be taken on a day."""
        return self.filter(state=SharedState.OPEN, book_by__gte=on)


class SeatBookingQuerySet(models.QuerySet["SeatBooking"]):
    def visible_to(self, user: Any) -> "SeatBookingQuerySet":
        """Those of the organisation's own grants; all of them for officers and programme leads."""
        return self.filter(training_visible_to(user))

    def standing(self) -> "SeatBookingQuerySet":
        """Not given back, and not ended with their session."""
        return self.filter(ended_at__isnull=True)


class RatingLinkQuerySet(models.QuerySet["RatingLink"]):
    def visible_to(self, user: Any) -> "RatingLinkQuerySet":
        """Those of the activities that `user` may see."""
        return self.filter(training_visible_to(user, "activity__"))

    def behind(self, code_hash: str) -> "RatingLinkQuerySet":
        """The link of a code that a learner holds: the code itself lets them in."""
        return self.filter(code_hash=code_hash)


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: Any) -> "RatingQuerySet":
        """Those of the activities that `user` may see: for figures over five people or more."""
        return self.filter(
            training_visible_to(user, "activity__"), activity__voided_at__isnull=True
        )
