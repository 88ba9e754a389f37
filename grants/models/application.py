import hashlib
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock, written
from accounts.enums import TeamRole
from accounts.models import Organisation, User
from accounts.state import StateField, StateMixin, transition
from focus_people.enums import ConsentUse
from focus_people.models import FocusPerson, Need
from focus_people.reports import current_consent

from .. import budget, readiness
from ..enums import (
    APPEAL_DAYS,
    APPLICANT_SEES,
    AWARDING,
    EDITABLE_PARTS,
    FAST_QUORUM,
    FAST_STATES,
    LIVE_STATES,
    STATE_OWNER,
    ApplicationState,
    EligibilityCriterion,
    FormKind,
    LineCategory,
    LineKind,
    LineVerdict,
    OtherFunding,
    Owner,
    RoundState,
    Verdict,
)
from ..querysets import ApplicationQuerySet
from ..working_days import working_days_after
from .eligibility import EligibilityCheck
from .programme import Question, Round, Terms

# The programme's people who know every state of an application.
CHECKERS = (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


class Application(StateMixin):
    """One organisation asks for money to train the people around one focus person."""

    reference = models.CharField(max_length=20, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications")
    terms = models.ForeignKey(
        Terms,
        models.PROTECT,
        related_name="applications",
        verbose_name="version of the round's questions and criteria",
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    person = models.ForeignKey(FocusPerson, models.PROTECT, related_name="applications")
    form = models.CharField(max_length=6, choices=FormKind, default=FormKind.FULL)
    state = StateField(max_length=14, choices=ApplicationState, default=ApplicationState.DRAFT)
    eligibility_check = models.ForeignKey(
        EligibilityCheck, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    needs = models.ManyToManyField(Need, related_name="applications", blank=True)
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("first sent at", null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    declarations = models.JSONField(default=list)
    effort_minutes = models.PositiveIntegerField(null=True, blank=True)
    case_officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("found not eligible or withdrawn at", null=True, blank=True)
    again_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="scored_again_as"
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="copies"
    )
    left_behind = models.JSONField(
        "names of the answers that were not carried over: the round does not ask them",
        default=list,
        blank=True,
    )
    fast_from = models.DateField("on the fast track since it was asked for", null=True, blank=True)
    late_until = models.DateTimeField("may be sent late until", null=True, blank=True)
    late_reason = models.CharField(max_length=300, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    ineligible_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[ApplicationQuerySet] = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="application_state"
            ),
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=Q(state__in=LIVE_STATES),
                name="one_live_application_per_person_and_round",
            ),
            models.CheckConstraint(
                condition=Q(late_until__isnull=True, late_reason="")
                | Q(late_until__isnull=False) & ~Q(late_reason=""),
                name="application_late_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="application_submitted_pair",
            ),
        )

    class Privacy:
        codes = ("declarations", "left_behind")
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "round",
            "terms",
            "organisation",
            "person",
            "form",
            "state",
            "eligibility_check",
            "started_at",
            "started_by",
            "submitted_at",
            "submitted_by",
            "declarations",
            "effort_minutes",
            "case_officer",
            "ended_at",
            "again_of",
            "copied_from",
            "left_behind",
            "fast_from",
            "late_until",
            "late_reason",
            "withdrawn_reason",
            "ineligible_reason",
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.person.alias}"

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.reference])

    @property
    def owner(self) -> Owner:
        """Whom the present state waits for."""
        return STATE_OWNER[ApplicationState(self.state)]

    @property
    def applicant_state(self) -> str:
        """The state that the applicant is told: nothing of a decision shows before its release."""
        hidden = ApplicationState(self.state) in APPLICANT_SEES
        return ApplicationState.WITH_PANEL.value if hidden else self.state

    @property
    def applicant_label(self) -> str:
        """The same in words."""
        return APPLICANT_SEES.get(ApplicationState(self.state)) or self.get_state_display()

    def label_for(self, user: Any) -> str:
        """The state in words, as `user` may know it: staff who do not belong to the organisation know it
        as it is, everybody else (and nobody) what the applicant is told."""
        is_staff = user is not None and user.is_team(*CHECKERS)
        if is_staff and not user.is_in(self.organisation_id):
            return str(self.get_state_display())
        return self.applicant_label

    @property
    def takes_until(self) -> datetime:
        """The moment until which it may be sent: the round's, or its own where it was given more time."""
        own = self.late_until
        return max(own, self.round.takes_until) if own else self.round.takes_until

    @property
    def is_in_time(self) -> bool:
        """Whether it may be sent at this moment: the round is published and has opened, and has not
        closed for this application."""
        return (
            self.round.state == RoundState.PUBLISHED
            and self.round.opens_at <= clock.now() < self.takes_until
        )

    @property
    def last_day(self) -> date:
        """The last London day on which it may be sent, as pages and reminders say it."""
        own = self.late_until
        held = self.round.last_day
        return max(held, clock.day_of(own - timedelta(microseconds=1))) if own else held

    @property
    def version_note(self) -> str:
        """Which version of the round it answers, in a sentence; nothing while there is one version alone."""
        newest = self.round.terms
        if newest.number == 1:
            return ""
        if newest.pk == self.terms_id:
            return f"It answers version {newest.number} of the round’s questions, the newest."
        return (
            f"It answers version {self.terms.number} of the round’s questions, and is judged by that. "
            f"Version {newest.number} is for applications that were started later."
        )

    @property
    def quorum(self) -> int:
        """Scores that this case needs: those of its version, on the fast track two."""
        return FAST_QUORUM if self.fast_from else self.terms.quorum

    @property
    def has_basis(self) -> bool:
        """Whether consent or a best-interests decision for the application stands now (uses a prefetch of
        the person's consents)."""
        return current_consent(self.person, ConsentUse.APPLICATION) is not None

    @property
    def figures(self) -> budget.Figures:
        """The figures of the budget as it stands (uses a prefetch of the lines)."""
        return budget.figures(self.lines.all())

    @property
    def most(self) -> Decimal:
        """Pounds that its form may ask for: the round's most, or what the short form is for."""
        if self.form == FormKind.SHORT:
            return min(self.round.short_form_up_to, self.round.maximum)
        return self.round.maximum

    def can_edit(self, part: str, question: Question | None = None) -> bool:
        """Whether a part ("answers", "needs", "outcomes", "budget") may change in this state.

        A returned application opens only where something was asked.
        """
        if part not in EDITABLE_PARTS.get(ApplicationState(self.state), frozenset()):
            return False
        if self.state == ApplicationState.DRAFT:
            return True
        asked = self.clarifications.filter(replied_at__isnull=True)
        if part == "budget":
            return asked.filter(question__isnull=True, line__isnull=True).exists()
        return question is not None and asked.filter(question=question).exists()

    def can_edit_line(self, number: int) -> bool:
        """Whether one budget line may change: with the whole budget, or because it was asked about."""
        if self.can_edit("budget"):
            return True
        if self.state != ApplicationState.RETURNED:
            return False
        return self.clarifications.filter(replied_at__isnull=True, line=number).exists()

    def submit_blockers(self) -> list[str]:
        return readiness.before_submit(self)

    def resubmit_blockers(self) -> list[str]:
        return readiness.before_resubmit(self)

    def assign_blockers(self) -> list[str]:
        return ["Nobody is waited for: it is over."] if self.owner == Owner.NOBODY else []

    def find_ineligible_blockers(self) -> list[str]:
        return readiness.before_ineligible(self)

    def pass_to_panel_blockers(self) -> list[str]:
        return readiness.before_panel(self)

    @transition("state", source=ApplicationState.DRAFT, target=ApplicationState.SUBMITTED)
    def submit(self, *, by: User, declarations: list[str]) -> None:
        self.submitted_at, self.submitted_by = clock.now(), by
        self.declarations = declarations

    @transition("state", source=ApplicationState.SUBMITTED, target=ApplicationState.IN_CHECK)
    def start_check(self, *, by: User) -> None:
        self.case_officer = by

    @transition(
        "state",
        source=[ApplicationState.IN_CHECK, ApplicationState.RETURNED],
        target=ApplicationState.RETURNED,
    )
    def ask(self) -> None: ...

    @transition("state", source=ApplicationState.RETURNED, target=ApplicationState.IN_CHECK)
    def resubmit(self) -> None: ...

    @transition("state", source=ApplicationState.IN_CHECK, target=ApplicationState.INELIGIBLE)
    def find_ineligible(self, *, reason: str) -> None:
        self.ineligible_reason, self.ended_at = reason, clock.now()

    @transition("state", source=ApplicationState.IN_CHECK, target=ApplicationState.WITH_PANEL)
    def pass_to_panel(self) -> None: ...

    @transition("state", source=ApplicationState.WITH_PANEL, target=ApplicationState.RECOMMENDED)
    def receive_recommendation(self) -> None: ...

    @transition("state", source=ApplicationState.RECOMMENDED, target=ApplicationState.DECIDED)
    def decide(self) -> None: ...

    @transition("state", source=ApplicationState.DECIDED, target=ApplicationState.RECOMMENDED)
    def take_back(self) -> None: ...

    def approve_blockers(self) -> list[str]:
        """What stands in the way of releasing the decision: the round's budget, if it awards."""
        decision = self.decision
        left = self.round.left
        if decision.outcome in AWARDING and decision.amount > left:
            return [
                f"{written.money(left)} of the round’s {written.money(self.round.budget)} is left. This award needs "
                f"{written.money(decision.amount)}."
            ]
        return []

    @transition("state", source=ApplicationState.DECIDED, target=ApplicationState.APPROVED)
    def approve(self) -> None: ...

    @transition("state", source=ApplicationState.DECIDED, target=ApplicationState.DECLINED)
    def decline(self) -> None: ...

    @transition("state", source=ApplicationState.DECIDED, target=ApplicationState.RESERVED)
    def put_in_reserve(self) -> None: ...

    @transition("state", source=ApplicationState.RESERVED, target=ApplicationState.RECOMMENDED)
    def take_from_reserve(self) -> None: ...

    @property
    def judged_before(self) -> set[int]:
        """Ids of everyone who had a part in a decision on this case that was appealed, or looked at the
        appeal: they judge it no more, here and where it is scored again.
        """
        held: list[Any] = list(self.appeals.all())
        if self.again_of is not None:
            held += list(self.again_of.appeals.all())
        found = {pk for appeal in held for pk in appeal.judges}
        return found | {appeal.reviewer_id for appeal in held if appeal.reviewer_id}

    @property
    def appeal_until(self) -> date | None:
        """The last London day for an appeal: 20 working days after the release (domain 8.4)."""
        decision = getattr(self, "decision", None)
        if decision is None or decision.released_at is None:
            return None
        return working_days_after(clock.day_of(decision.released_at), APPEAL_DAYS)

    @property
    def can_be_appealed(self) -> bool:
        """Declined, or approved with conditions, and released (domain 11)."""
        decision = getattr(self, "decision", None)
        if decision is None or decision.released_at is None:
            return False
        return self.state == ApplicationState.DECLINED or (
            self.state == ApplicationState.APPROVED and bool(decision.conditions)
        )

    @property
    def takes_appeals(self) -> bool:
        """It can be appealed, its 20 working days are not over, and it was not appealed yet."""
        until = self.appeal_until
        if not self.can_be_appealed or until is None or clock.today() > until:
            return False
        return not self.appeals.filter(made_at__gte=self.decision.released_at).exists()

    def appeal_blockers(self) -> list[str]:
        if not self.can_be_appealed:
            return ["Only a refusal, or the conditions of an award, can be appealed."]
        if earlier := self.appeals.filter(made_at__gte=self.decision.released_at).first():
            return [f"This decision has been appealed: {earlier.reference}."]
        until = self.appeal_until
        if until is not None and clock.today() > until:
            return [f"An appeal could be made until {written.day(until)}."]
        return []

    def ask_fast_track_blockers(self) -> list[str]:
        # By what the applicant is told: what the panel has concluded does not show before its release.
        if self.applicant_state not in FAST_STATES:
            return ["The fast track can be asked for from sending until the decision."]
        if hasattr(self, "fast_track"):
            return ["The fast track has been asked for already."]
        return []

    def answer_fast_track_blockers(self) -> list[str]:
        if self.state not in FAST_STATES:
            return ["The panel has concluded, or the application has ended."]
        held = getattr(self, "fast_track", None)
        if held is None or held.is_agreed is not None:
            return ["No request for the fast track waits for an answer."]
        return []

    def note_fast_track_blockers(self) -> list[str]:
        held = getattr(self, "fast_track", None)
        if held is None or not held.is_agreed:
            return ["This case is not on the fast track."]
        if held.note_due_on is None:
            return ["The panel looks back once the decision is released."]
        return [] if held.noted_at is None else ["The note is written."]

    def write_message_blockers(self) -> list[str]:
        if self.submitted_at is None:
            return ["Messages can be written once the application is sent."]
        return []

    def correct_state_blockers(self) -> list[str]:
        if not self.corrections:
            return ["Nothing can be put back from here: decide, take back, or answer an appeal."]
        return []

    @property
    def corrections(self) -> dict[str, str]:
        """Where this state may be put back to: state → the name of the arrow."""
        names = ("back_to_draft", "back_to_received", "back_to_check")
        machine = {name: getattr(type(self), name)._django_fsm for name in names}
        found = {
            ApplicationState.DRAFT.value: "back_to_draft",
            ApplicationState.SUBMITTED.value: "back_to_received",
            ApplicationState.IN_CHECK.value: "back_to_check",
        }
        was_sent = self.submitted_at is not None
        return {
            state: name
            for state, name in found.items()
            if machine[name].has_transition(self.state)
            and (state == ApplicationState.DRAFT) is not was_sent
        }

    def _not_ended(self) -> None:
        self.ended_at, self.withdrawn_reason, self.ineligible_reason = None, "", ""

    @transition("state", source=ApplicationState.WITHDRAWN, target=ApplicationState.DRAFT)
    def back_to_draft(self) -> None:
        self._not_ended()

    @transition(
        "state",
        source=[ApplicationState.IN_CHECK, ApplicationState.WITHDRAWN],
        target=ApplicationState.SUBMITTED,
    )
    def back_to_received(self) -> None:
        self._not_ended()
        self.case_officer = None

    @transition(
        "state",
        source=[
            ApplicationState.RETURNED,
            ApplicationState.WITH_PANEL,
            ApplicationState.INELIGIBLE,
        ],
        target=ApplicationState.IN_CHECK,
    )
    def back_to_check(self) -> None:
        self._not_ended()

    @transition("state", source=ApplicationState.DECLINED, target=ApplicationState.RECOMMENDED)
    def decide_again(self) -> None: ...

    @transition(
        "state",
        source=[
            ApplicationState.DRAFT,
            ApplicationState.SUBMITTED,
            ApplicationState.IN_CHECK,
            ApplicationState.RETURNED,
            ApplicationState.WITH_PANEL,
            ApplicationState.RECOMMENDED,
            # Were this arrow missing, its absence would tell the applicant of a decision.
            ApplicationState.DECIDED,
            ApplicationState.RESERVED,
        ],
        target=ApplicationState.WITHDRAWN,
    )
    def withdraw(self, *, reason: str) -> None:
        self.withdrawn_reason, self.ended_at = reason, clock.now()


class Answer(models.Model):
    """The text of one answer; `version` grows with every save, so that two tabs never overwrite."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "question"], name="answer_once"),
        )

    class Privacy:
        identity = ()
        special = ("text",)
        operational = ("id", "application", "question", "version", "saved_at", "saved_by")

    def __str__(self) -> str:
        return f"{self.application_id} Q{self.question_id}"


class PlannedOutcome(models.Model):
    """One of up to six measurable outcomes (question 7): 40 words each."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="outcomes")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=400)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "number"], name="outcome_number_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 6)), name="outcome_number"),
        )

    class Privacy:
        identity = ()
        special = ("words",)
        operational = ("id", "application", "number")

    def __str__(self) -> str:
        return f"{self.number}. {self.words}"


class BudgetLine(models.Model):
    """What the money buys: quantity × unit cost, tied to one or more needs of the person."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=24, choices=LineCategory)
    description = models.CharField(max_length=120)
    activity = models.CharField("activity that it is part of", max_length=80, blank=True)
    topic = models.CharField("topic code (domain 3.4, 3.5)", max_length=24, blank=True)
    quantity = models.DecimalField(max_digits=7, decimal_places=2)
    unit_cost = models.DecimalField(max_digits=9, decimal_places=2)
    kind = models.CharField(max_length=8, choices=LineKind, default=LineKind.CASH)
    needs = models.ManyToManyField(Need, related_name="budget_lines")
    justification = models.CharField(max_length=300, blank=True)
    other_funding = models.CharField(
        "who else pays for it", max_length=16, choices=OtherFunding, blank=True
    )
    verdict = models.CharField(max_length=10, choices=LineVerdict, default=LineVerdict.OPEN)
    verdict_reason = models.CharField(max_length=300, blank=True)

    # What was asked about it, for pages that show it beside the line.
    talk: "tuple[Clarification, ...]" = ()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "number"], name="line_number_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 25)), name="line_number"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(unit_cost__gte=0), name="line_amounts"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=LineVerdict.values), name="line_verdict"
            ),
            models.CheckConstraint(
                condition=Q(other_funding__in=OtherFunding.values), name="line_other_funding"
            ),
        )

    class Privacy:
        codes = ("topic",)
        identity = ()
        special = ("description", "activity", "justification")
        operational = (
            "id",
            "application",
            "number",
            "category",
            "topic",
            "quantity",
            "unit_cost",
            "kind",
            "other_funding",
            "verdict",
            "verdict_reason",
        )

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    @property
    def code(self) -> str:
        return f"L{self.number}"

    @property
    def total(self) -> Decimal:
        """Quantity × unit cost, to the penny (half up)."""
        return (self.quantity * self.unit_cost).quantize(Decimal("0.01"), ROUND_HALF_UP)


class EligibilityFinding(models.Model):
    """What the officer found on one criterion; the last finding of a criterion stands."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="findings")
    criterion = models.CharField(max_length=16, choices=EligibilityCriterion)
    verdict = models.CharField(max_length=8, choices=Verdict)
    note = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField(default=clock.now)
    found_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "criterion"], name="finding_once"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "application",
            "criterion",
            "verdict",
            "note",
            "found_at",
            "found_by",
        )

    def __str__(self) -> str:
        return f"{self.get_criterion_display()}: {self.get_verdict_display()}"


class Clarification(models.Model):
    """A question that an officer asked beside one answer, one budget line or the budget, and its reply.

    A line is kept by its number, which no other line gets: the question stays when the line is taken out.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="clarifications")
    number = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, models.PROTECT, null=True, blank=True, related_name="+")
    line = models.PositiveSmallIntegerField("number of the budget line", null=True, blank=True)
    words = models.CharField("what is asked", max_length=500)
    reply = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["application", "number"], name="clarification_number_once"
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, replied_by__isnull=True)
                | Q(replied_at__isnull=False, replied_by__isnull=False),
                name="clarification_replied_pair",
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=True) | Q(question__isnull=True, line__range=(1, 25)),
                name="clarification_is_about_one_thing",
            ),
        )

    class Privacy:
        identity = ()
        special = ("words", "reply")
        operational = (
            "id",
            "application",
            "number",
            "question",
            "line",
            "asked_at",
            "asked_by",
            "replied_at",
            "replied_by",
        )

    def __str__(self) -> str:
        return f"Question {self.number} on {self.application_id}"

    @property
    def about(self) -> str:
        """“9. Other funding”, “Budget line 3” or “The budget”."""
        if self.question:
            return f"{self.question.number}. {self.question.short_name}"
        return f"Budget line {self.line}" if self.line else "The budget"

    @property
    def draft_version(self) -> str:
        """A mark of the reply's present text, so that two writers never overwrite each other."""
        return hashlib.sha256(self.reply.encode()).hexdigest()[:12]


class ClockStop(models.Model):
    """Days that waited for the applicant: they do not count towards the decision (P1, clarification 20)."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="clock_stops")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(until_on__isnull=True),
                name="one_open_clock_stop",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="clock_stop_ends_after_start",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "application", "from_on", "until_on")

    def __str__(self) -> str:
        return f"{self.from_on} to {self.until_on or 'now'}"
