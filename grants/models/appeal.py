from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.state import StateField, StateMixin, transition

from ..enums import APPEAL_STATE_OWNER, AppealGround, AppealOutcome, AppealState, Owner
from ..querysets import AppealQuerySet
from .application import Application


class Appeal(StateMixin):
    """An organisation says that a decision went wrong, on one of three grounds; somebody who had no
    part in it looks. `decision` keeps the decision as it was: an upheld appeal may undo it.
    """

    reference = models.CharField(max_length=30, unique=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="appeals")
    ground = models.CharField(max_length=8, choices=AppealGround)
    words = models.TextField("what went wrong")
    state = StateField(max_length=9, choices=AppealState, default=AppealState.LODGED)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=AppealOutcome, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.JSONField("the decision that is appealed, as it was released")
    judges = models.JSONField("ids of everyone who had a part in the decision", default=list)

    objects: ClassVar[AppealQuerySet] = AppealQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="appeal_answered_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | Q(answered_at__isnull=False, outcome__in=AppealOutcome.values),
                name="appeal_answer_has_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state="answered"),
                name="one_open_appeal",
            ),
        )

    class Privacy:
        codes = ("judges",)
        identity = ()
        special = ("words", "answer")
        operational = (
            "id",
            "reference",
            "application",
            "ground",
            "state",
            "made_at",
            "made_by",
            "reviewer",
            "outcome",
            "answered_at",
            "answered_by",
            "decision",
            "judges",
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("appeal", args=[self.reference])

    @property
    def owner(self) -> Owner:
        """Whom the present state waits for."""
        return APPEAL_STATE_OWNER[AppealState(self.state)]

    @transition("state", source=AppealState.LODGED, target=AppealState.IN_REVIEW)
    def start_review(self, *, by: User) -> None:
        self.reviewer = by

    @transition("state", source=AppealState.IN_REVIEW, target=AppealState.ANSWERED)
    def give_answer(self, *, by: User, outcome: str, answer: str) -> None:
        self.outcome, self.answer = outcome, answer
        self.answered_at, self.answered_by = clock.now(), by
