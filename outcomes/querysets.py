"""The vocabulary of outcome reports: `visible_to(user)` first, then words that read as English.

Whoever may see the grant may see its reports, but for finance, who pay and do not read what is said
about the person. Helpers, the panel and funders see none: funders read published figures.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts import clock
from accounts.enums import TeamRole
from accounts.models.audit import RefusesChange
from focus_people.enums import ConsentBasis, PersonState
from grants.querysets import NOT_HELPERS

from .enums import (
    FOLLOW_UPS,
    Point,
    ReportAudience,
    ReportStage,
    ReportState,
    StoryState,
    WaveState,
)

if TYPE_CHECKING:
    from .models import (
        ImpactReport,
        OutcomeReport,
        OwnIndicator,
        SavingConfirmation,
        Story,
        SurveyAction,
        SurveyWave,
    )


class OutcomeReportQuerySet(models.QuerySet["OutcomeReport"]):
    def visible_to(self, user: Any) -> "OutcomeReportQuerySet":
        """Those of the user's organisations (not for helpers); all for officers and leads."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        own = user.organisation_ids(*NOT_HELPERS)
        return self.filter(grant__application__organisation__in=own)

    def follow_ups(self) -> "OutcomeReportQuerySet":
        """Reports after the start; the baseline is no outcome report (clarification 7)."""
        return self.filter(point__in=FOLLOW_UPS)

    def baselines(self) -> "OutcomeReportQuerySet":
        """Baselines that were sent and were not sent back: what follow-ups are compared with."""
        return self.filter(
            point=Point.BASELINE, state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED)
        )

    def accepted(self, by_day: date | None = None) -> "OutcomeReportQuerySet":
        """Accepted; on or before the London day `by_day` when it is given, so that a past figure
        never moves (clarification 7)."""
        found = self.filter(state=ReportState.ACCEPTED)
        if by_day is None:
            return found
        return found.filter(accepted_at__lt=clock.end_of(by_day))

    def waiting_for_officer(self) -> "OutcomeReportQuerySet":
        """Sent, and neither accepted nor sent back."""
        return self.filter(state=ReportState.SUBMITTED)


class ImpactReportQuerySet(models.QuerySet["ImpactReport"]):
    def visible_to(self, user: Any) -> "ImpactReportQuerySet":
        """All for officers and programme leads; for everybody else, signed in or not, what is published."""
        if user.is_authenticated and user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        return self.published()

    def published(self) -> "ImpactReportQuerySet":
        """Approved, and for everybody."""
        return self.filter(state=ReportStage.APPROVED, audience=ReportAudience.PUBLISHED)

    def waiting(self) -> "ImpactReportQuerySet":
        """Sent, and not yet approved."""
        return self.filter(state=ReportStage.WAITING)


class OwnIndicatorQuerySet(models.QuerySet["OwnIndicator"]):
    def visible_to(self, user: Any) -> "OwnIndicatorQuerySet":
        """The newest version of each, for officers and programme leads."""
        if not user.is_authenticated or not user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self.none()
        newer = self.model._default_manager.filter(
            number=models.OuterRef("number"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(newer))

    def newest(self, at: datetime | None = None) -> "list[OwnIndicator]":
        """The newest version of each indicator (made before `at`, where it is given), by number: one
        query. `first_at` is the moment from which it was asked at all."""
        rows = self.filter(made_at__lt=at) if at is not None else self
        by: dict[int, OwnIndicator] = {}
        first: dict[int, datetime] = {}
        row: OwnIndicator
        for row in rows.order_by("number", "version"):
            first.setdefault(row.number, row.made_at)
            by[row.number] = row
            row.first_at = first[row.number]
        return list(by.values())

    def standing(self, at: datetime) -> "list[OwnIndicator]":
        """The versions that a report begun at `at` asks: one query."""
        rows = self.filter(made_at__lte=at).order_by("number", "version")
        by = {row.number: row for row in rows}
        return [row for row in by.values() if row.retired_at is None or row.retired_at > at]


class SurveyWaveQuerySet(models.QuerySet["SurveyWave"]):
    def visible_to(self, user: Any) -> "SurveyWaveQuerySet":
        """All for the survey host, officers and programme leads; for everybody else what is published."""
        if user.is_authenticated and user.is_team(
            TeamRole.SURVEY_HOST, TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD
        ):
            return self
        return self.published()

    def published(self) -> "SurveyWaveQuerySet":
        """Closed, and published by the host."""
        return self.filter(state=WaveState.PUBLISHED)


class SurveyWordingQuerySet(RefusesChange):
    def visible_to(self, user: Any) -> "SurveyWordingQuerySet":
        """For everybody: how people are asked is no secret."""
        return self


class SurveyActionQuerySet(models.QuerySet["SurveyAction"]):
    def visible_to(self, user: Any) -> "SurveyActionQuerySet":
        """Those of the waves that the user may see."""
        from .models import SurveyWave

        return self.filter(wave__in=SurveyWave.objects.visible_to(user))


class SavingConfirmationQuerySet(models.QuerySet["SavingConfirmation"]):
    def visible_to(self, user: Any) -> "SavingConfirmationQuerySet":
        """Those of the user's organisations (not for helpers); all for officers and leads."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        own = user.organisation_ids(*NOT_HELPERS)
        return self.filter(grant__application__organisation__in=own)


class StoryQuerySet(models.QuerySet["Story"]):
    def visible_to(self, user: Any) -> "StoryQuerySet":
        """Those of the user's organisations (not for helpers); all for officers and leads."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        return self.filter(person__organisation__in=user.organisation_ids(*NOT_HELPERS))

    def publishable(self) -> "StoryQuerySet":
        """Published, and agreed to at this moment: neither withdrawn nor run out, with a consent on the
        record that covers stories and is not overdue for review; details changed unless the person
        consented themselves; nobody's who has died."""
        from focus_people.models import Consent

        today = clock.today()
        standing = Consent.objects.filter(person=OuterRef("person"), withdrawn_at__isnull=True)
        newest = standing.order_by("-recorded_at", "-pk").values("pk")[:1]
        return (
            self.filter(state=StoryState.PUBLISHED, expires_on__gte=today)
            .exclude(person__state=PersonState.DECEASED)
            .filter(
                Q(person__consents__review_on__isnull=True)
                | Q(person__consents__review_on__gte=today),
                Q(is_fictionalised=True) | Q(person__consents__basis=ConsentBasis.CONSENTED),
                person__consents=Subquery(newest),
                person__consents__covers_story=True,
            )
        )

    def for_everybody(self) -> "StoryQuerySet":
        """Those that may stand on the public page at this moment."""
        return self.publishable().filter(in_public=True)

    def for_reports(self) -> "StoryQuerySet":
        """Those that may stand in an impact report at this moment."""
        return self.publishable().filter(in_reports=True)
