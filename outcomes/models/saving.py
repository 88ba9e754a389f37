from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.references import opaque
from focus_people.models import SupportPlan
from grants.models import Grant

from ..enums import SavingAnswer
from ..querysets import SavingConfirmationQuerySet

SAVING = "saving"
ANSWER_DAYS = 28


def saving_reference() -> str:
    """ "SAVING-7K3M9": says nothing, and can be quoted."""
    return opaque("SAVING", 5)


class SavingConfirmation(models.Model):
    """The commissioner is asked whether the weeks before and after are right, by a link without an account.

    `figures` is what they were shown: {"before", "after", "weekly_saving", "print"}, pounds a week as text;
    `print` tells whether the weeks still say the same. figure: the weekly saving in pounds by the
    commissioner's own reckoning, where it is another one. The link's hash alone is kept.
    """

    reference = models.CharField(max_length=20, unique=True, default=saving_reference)
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="saving_confirmations")
    before = models.ForeignKey(SupportPlan, models.PROTECT, related_name="+")
    after = models.ForeignKey(SupportPlan, models.PROTECT, related_name="+")
    figures = models.JSONField()
    sent_to = models.EmailField("commissioner's e-mail address")
    code_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField("when a newer link took its place", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=SavingAnswer, blank=True)
    role = models.CharField("role of the one who answered", max_length=80, blank=True)
    figure = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[SavingConfirmationQuerySet] = SavingConfirmationQuerySet.as_manager()

    LOCKED_WITH = ("grant__application__person", "before", "after")

    class Meta:
        verbose_name = "confirmation of a saving"
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=SavingAnswer.values, answered_at__isnull=False),
                name="saving_answer_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(answer=SavingAnswer.DIFFERENT, figure__isnull=False)
                | (~Q(answer=SavingAnswer.DIFFERENT) & Q(figure__isnull=True)),
                name="saving_other_figure",
            ),
            models.CheckConstraint(
                condition=~Q(answer=SavingAnswer.CANNOT) | ~Q(reason=""),
                name="saving_cannot_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(answered_at__isnull=True, replaced_at__isnull=True),
                name="saving_one_open_link",
            ),
        )

    class Privacy:
        codes = ("figures",)
        identity = ("sent_to",)
        special = ("figures", "figure", "reason")
        operational = (
            "id",
            "reference",
            "grant",
            "before",
            "after",
            "code_hash",
            "asked_at",
            "asked_by",
            "replaced_at",
            "answered_at",
            "answer",
            "role",
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("grant-savings", args=[self.grant.reference])

    @property
    def expires_at(self) -> clock.datetime:
        """The moment from which the link does not work any more."""
        return clock.end_of(clock.day_of(self.asked_at) + clock.timedelta(days=ANSWER_DAYS))

    @property
    def is_open(self) -> bool:
        """The link works: not answered, not replaced, not too old."""
        return (
            self.answered_at is None and self.replaced_at is None and clock.now() < self.expires_at
        )

    @property
    def weekly_saving(self) -> Decimal:
        """Pounds a week that were put to the commissioner; less than nothing is a cost."""
        return Decimal(self.figures["weekly_saving"])

    @property
    def confirmed_saving(self) -> Decimal | None:
        """Pounds a week that the commissioner stands by; None where they do not, or have not answered."""
        if self.answer == SavingAnswer.CONFIRMED:
            return self.weekly_saving
        return self.figure
