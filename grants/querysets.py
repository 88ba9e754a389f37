"""The vocabulary of the money's road: `visible_to(user)` first, then words that read as English.

An organisation's members see its applications and grants (a helper sees no money after the award);
officers and programme leads see all; finance sees grants and what belongs to them. The panel reads
case files through its own door, and funders read published figures only.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Coalesce

from accounts import clock
from accounts.enums import MemberRole, TeamRole

from .enums import (
    AGREED_STATES,
    APPLICANT_SEES,
    CLAIMING_STATES,
    FAST_FIRST,
    LIVE_STATES,
    OVER_STATES,
    PAYING_STATES,
    AppealState,
    ApplicationState,
    ClaimState,
    GrantState,
    Instalment,
    LineKind,
    PaymentState,
    RoundState,
)

if TYPE_CHECKING:
    from .models import (
        Appeal,
        Application,
        Change,
        Claim,
        Condition,
        Document,
        EligibilityCheck,
        Grant,
        Payment,
        Programme,
        Round,
        StandardCondition,
    )

NOT_HELPERS = (MemberRole.LEAD, MemberRole.CONTRIBUTOR)
MONEY = models.DecimalField(max_digits=11, decimal_places=2)
ZERO = models.Value(Decimal("0.00"), output_field=MONEY)
# SQLite adds money up as floating point: two sums are the same within this.
HALF_A_PENNY = models.Value(
    Decimal("0.005"), output_field=models.DecimalField(max_digits=11, decimal_places=3)
)


def _rows(model: str) -> models.Manager:
    """The rows of a model of this app, for a subquery (models import this module)."""
    return apps.get_model("grants", model)._default_manager


def grants_visible_to(user: Any, prefix: str = "") -> models.Q:
    """The condition that a grant (reached through `prefix`) may be seen by `user`."""
    if not user.is_authenticated:
        return models.Q(pk__in=())
    if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD, TeamRole.FINANCE):
        return models.Q()
    own = user.organisation_ids(*NOT_HELPERS)
    return models.Q(**{f"{prefix}application__organisation__in": own})


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: Any) -> "ProgrammeQuerySet":
        """As a record of its own for officers and programme leads alone; others read of it on a round."""
        inside = user.is_authenticated and user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
        return self if inside else self.none()


class StandardConditionQuerySet(models.QuerySet["StandardCondition"]):
    def visible_to(self, user: Any) -> "StandardConditionQuerySet":
        """The library is the programme leads'."""
        is_lead = user.is_authenticated and user.is_team(TeamRole.PROGRAMME_LEAD)
        return self if is_lead else self.none()


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: Any) -> "RoundQuerySet":
        """Everybody sees what was published; officers and programme leads see drafts too."""
        if user.is_authenticated and user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        return self.exclude(state=RoundState.DRAFT)

    def open_now(self) -> "RoundQuerySet":
        """Published, opened and not yet closed at this moment."""
        now = clock.now()
        return self.filter(state=RoundState.PUBLISHED, opens_at__lte=now, closes_at__gt=now)


class EligibilityCheckQuerySet(models.QuerySet["EligibilityCheck"]):
    def visible_to(self, user: Any) -> "EligibilityCheckQuerySet":
        """Whoever holds the reference: a check names nobody and needs no account."""
        return self


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """Those of the user's organisations; for officers and leads all that were ever sent."""
        if not user.is_authenticated:
            return self.none()
        own = models.Q(organisation__in=user.organisation_ids())
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self.filter(own | models.Q(submitted_at__isnull=False))
        return self.filter(own)

    def with_shown_state(self, user: Any) -> "ApplicationQuerySet":
        """Annotates `shown_state`: what `user` may know. To the applicant's own members a decision
        does not exist before its release; filters and sorting use this and never `state`.
        """
        inside = models.Q(
            organisation__in=user.organisation_ids(), state__in=[s.value for s in APPLICANT_SEES]
        )
        return self.annotate(
            shown_state=models.Case(
                models.When(inside, then=models.Value(ApplicationState.WITH_PANEL.value)),
                default=models.F("state"),
                output_field=models.CharField(),
            )
        )

    def live(self) -> "ApplicationQuerySet":
        """Neither declined, nor ineligible, nor withdrawn."""
        return self.filter(state__in=LIVE_STATES)

    def with_panel(self) -> "ApplicationQuerySet":
        """Waiting for the panel."""
        return self.filter(state=ApplicationState.WITH_PANEL)

    def sent(self) -> "ApplicationQuerySet":
        """Ever sent: drafts belong to their writers alone."""
        return self.filter(submitted_at__isnull=False)

    def for_lists(self) -> "ApplicationQuerySet":
        """With everything that a row of a list shows, in a fixed number of queries."""
        return self.select_related(
            "person", "organisation", "round", "case_officer", "decision", "grant"
        ).prefetch_related("lines", "clock_stops")

    def for_task_lists(self) -> "ApplicationQuerySet":
        """With everything that the task list of a draft reads, in a fixed number of queries."""
        return self.select_related("eligibility_check").prefetch_related(
            "answers",
            "needs",
            "outcomes",
            "lines__needs",
            "terms__questions",
            "person__circle",
            "person__consents",
        )

    def with_clock_order(self) -> "ApplicationQuerySet":
        """Annotates what "soonest due first" sorts by: `is_over` (1 where nobody is waited for) and
        `clock_from`, the sending moved on by the days that the clock stood.
        """
        days = models.ExpressionWrapper(
            Coalesce(models.F("until_on"), models.Value(clock.today())) - models.F("from_on"),
            output_field=models.DurationField(),
        )
        stops = (
            _rows("ClockStop")
            .filter(application=models.OuterRef("pk"))
            .order_by()
            .values("application")
            .annotate(stopped=models.Sum(days, output_field=models.DurationField()))
            .values("stopped")
        )
        stopped = Coalesce(
            models.Subquery(stops, output_field=models.DurationField()),
            models.Value(clock.timedelta(0), output_field=models.DurationField()),
        )
        over = models.Q(state__in=OVER_STATES)
        return self.annotate(
            is_over=models.Case(
                models.When(over, then=1), default=0, output_field=models.IntegerField()
            ),
            # The fast track is due weeks before anything that was sent with it.
            clock_from=models.Case(
                models.When(
                    fast_from__isnull=False,
                    then=models.ExpressionWrapper(
                        models.F("submitted_at")
                        + stopped
                        - models.Value(clock.timedelta(days=FAST_FIRST)),
                        output_field=models.DateTimeField(),
                    ),
                ),
                default=models.ExpressionWrapper(
                    models.F("submitted_at") + stopped, output_field=models.DateTimeField()
                ),
            ),
        )

    def waiting_for_officer(self) -> "ApplicationQuerySet":
        """Received or in check."""
        return self.filter(state__in=(ApplicationState.SUBMITTED, ApplicationState.IN_CHECK))


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, user: Any) -> "GrantQuerySet":
        """Those of the user's organisations (not for helpers); all for the programme's staff."""
        return self.filter(grants_visible_to(user))

    def agreed(self) -> "GrantQuerySet":
        """Ever agreed: what reach counts (clarification 4)."""
        return self.filter(state__in=AGREED_STATES)

    def reached_active(self) -> "GrantQuerySet":
        """Ever active: what training figures count (clarification 4)."""
        return self.filter(activated_on__isnull=False)

    def with_money(self) -> "GrantQuerySet":
        """Each with `spent` (accepted cash lines) and `paid` (less what came back), in pounds, and `ends_on`, the
        day on which the training was finished, or the last day for it; none of what ended before."""
        spent = (
            _rows("ClaimLine")
            .filter(
                claim__grant=models.OuterRef("pk"),
                claim__state=ClaimState.ACCEPTED,
                line__kind=LineKind.CASH,
            )
            .values("claim__grant")
            .annotate(sum=models.Sum("amount"))
            .values("sum")
        )
        paid = (
            _rows("Payment")
            .filter(grant=models.OuterRef("pk"), state=PaymentState.PAID)
            .values("grant")
            .annotate(sum=models.Sum("amount"))
            .values("sum")
        )
        return self.annotate(
            ends_on=models.Case(
                models.When(
                    state__in=(GrantState.REFUSED, GrantState.TERMINATED), then="delivered_on"
                ),
                default=Coalesce("delivered_on", "extended_until", "delivery_until"),
            ),
            spent=Coalesce(models.Subquery(spent), ZERO, output_field=MONEY),
            paid=Coalesce(models.Subquery(paid), ZERO, output_field=MONEY) - models.F("repaid"),
        )

    def awaiting_first_payment(self) -> "GrantQuerySet":
        """Accepted, with an advance that nobody has prepared (or that was sent back) and that waits for
        nothing: the grant is not on hold, and no condition comes before it."""
        return (
            self.paying(Instalment.FIRST)
            .filter(state__in=PAYING_STATES, application__round__first_payment_percent__gt=0)
            .exclude(
                models.Exists(
                    _rows("Payment")
                    .filter(grant=models.OuterRef("pk"))
                    .exclude(state=PaymentState.REFUSED)
                )
            )
        )

    def awaiting_final_payment(self) -> "GrantQuerySet":
        """Last claim and report accepted, money still owed to the organisation, nothing prepared."""
        payments = _rows("Payment")
        claims = _rows("Claim")
        return (
            self.paying(*Instalment.values)
            .with_money()
            .filter(models.Q(("spent__gt", models.F("paid"))), state__in=CLAIMING_STATES)
            .filter(
                models.Q(final_report_accepted_on__isnull=False)
                | models.Q(state=GrantState.TERMINATED)
            )
            .filter(
                models.Exists(
                    claims.filter(
                        grant=models.OuterRef("pk"), state=ClaimState.ACCEPTED, is_final=True
                    )
                )
            )
            .exclude(
                models.Exists(
                    payments.filter(grant=models.OuterRef("pk")).filter(
                        models.Q(instalment=Instalment.FINAL)
                        & ~models.Q(state=PaymentState.REFUSED)
                        | models.Q(
                            instalment=Instalment.FIRST,
                            state__in=(PaymentState.PREPARED, PaymentState.APPROVED),
                        )
                    )
                )
            )
        )

    def owing_back(self) -> "GrantQuerySet":
        """Last claim accepted, and more was paid than was spent: the difference is to come back."""
        return self._claimed_in_full().filter(
            models.Q(("spent__lt", models.F("paid") - HALF_A_PENNY))
        )

    def awaiting_close(self) -> "GrantQuerySet":
        """Report and last claim accepted, nothing owed to anybody, every condition met or noted."""
        open_ones = _rows("Condition").filter(grant=models.OuterRef("pk"), met_at__isnull=True)
        return (
            self._claimed_in_full()
            .filter(state=GrantState.REPORTING, final_report_accepted_on__isnull=False)
            .filter(
                models.Q(("spent__gt", models.F("paid") - HALF_A_PENNY)),
                models.Q(("spent__lt", models.F("paid") + HALF_A_PENNY)),
            )
            .exclude(
                application__fast_track__is_agreed=True,
                application__fast_track__noted_at__isnull=True,
            )
            .exclude(models.Exists(open_ones))
        )

    def _claimed_in_full(self) -> "GrantQuerySet":
        last = _rows("Claim").filter(
            grant=models.OuterRef("pk"), state=ClaimState.ACCEPTED, is_final=True
        )
        held = self.going_on().with_money().filter(state__in=CLAIMING_STATES)
        return held.filter(models.Exists(last))

    def paying(self, *instalments: str) -> "GrantQuerySet":
        """Not on hold, and no condition that comes before one of these payments is open."""
        waiting = _rows("Condition").filter(
            grant=models.OuterRef("pk"), met_at__isnull=True, before__in=instalments
        )
        return self.going_on().exclude(models.Exists(waiting))

    def going_on(self) -> "GrantQuerySet":
        """Not on hold: nobody is reminded of anything while a grant is."""
        return self.filter(paused_on__isnull=True)

    def with_budget(self) -> "GrantQuerySet":
        """Still taking money from a round: everything but a turned-down offer."""
        return self.exclude(state=GrantState.REFUSED)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: Any) -> "PaymentQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(grants_visible_to(user, "grant__"))

    def waiting_for_finance(self) -> "PaymentQuerySet":
        """Prepared or approved, and not paid yet."""
        return self.filter(state__in=(PaymentState.PREPARED, PaymentState.APPROVED))


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: Any) -> "ClaimQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(grants_visible_to(user, "grant__"))


class ConditionQuerySet(models.QuerySet["Condition"]):
    def visible_to(self, user: Any) -> "ConditionQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(grants_visible_to(user, "grant__"))


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> "DocumentQuerySet":
        """Those of the user's organisations (evidence of spending not for helpers); for officers and
        leads those of applications that were sent; for finance evidence of spending.
        """
        if not user.is_authenticated:
            return self.none()
        own = models.Q(application__organisation__in=user.organisation_ids())
        own &= models.Q(claim__isnull=True) | models.Q(
            application__organisation__in=user.organisation_ids(*NOT_HELPERS)
        )
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            own |= models.Q(application__submitted_at__isnull=False)
        if user.is_team(TeamRole.FINANCE):
            own |= models.Q(claim__isnull=False)
        return self.filter(own)

    def in_quarantine(self) -> "DocumentQuerySet":
        """Not scanned yet, though there is a scanner."""
        return self.filter(scan="quarantined")


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user: Any) -> "AppealQuerySet":
        """Those of the user's organisations; all for officers and programme leads."""
        if not user.is_authenticated:
            return self.none()
        if user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
            return self
        return self.filter(application__organisation__in=user.organisation_ids())

    def open(self) -> "AppealQuerySet":
        """Not answered yet."""
        return self.exclude(state=AppealState.ANSWERED)


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: Any) -> "ChangeQuerySet":
        """Those of the grants that `user` may see."""
        return self.filter(grants_visible_to(user, "grant__"))
