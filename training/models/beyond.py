from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts import clock, written
from accounts.models import User
from accounts.references import opaque
from focus_people.models import CircleMember

from ..enums import Clinician
from ..querysets import CascadeQuerySet, SignOffQuerySet
from .activity import Activity, correcting_blockers


def sign_off_reference() -> str:
    """A reference for a competence sign-off."""
    return opaque("SIG")


def cascade_reference() -> str:
    """A reference for a session that somebody trained here gave to others."""
    return opaque("CAS")


class _KeptWithReason(models.Model):
    """What is voided with a reason, and never deleted."""

    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def is_voided(self) -> bool:
        return self.voided_at is not None

    def void_blockers(self) -> list[str]:
        if self.is_voided:
            return ["This was taken out of the record."]
        return correcting_blockers(self.activity.grant)


class SignOff(_KeptWithReason):
    """A clinician watched a member do a delegated health task, and says that they are competent.

    Who the clinician is is not kept, only their role. A later one renews it; each has its review date.
    """

    reference = models.CharField(max_length=20, unique=True, default=sign_off_reference)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sign_offs")
    member = models.ForeignKey(CircleMember, models.PROTECT, related_name="sign_offs")
    clinician = models.CharField("role of the clinician", max_length=16, choices=Clinician)
    signed_on = models.DateField()
    review_on = models.DateField("first day on which it no longer holds")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[SignOffQuerySet] = SignOffQuerySet.as_manager()

    LOCKED_WITH = ("activity__grant__application",)

    class Meta:
        verbose_name = "sign-off"
        constraints = (
            models.CheckConstraint(
                condition=Q(clinician__in=Clinician.values), name="sign_off_clinician"
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("signed_on")), name="sign_off_reviewed_later"
            ),
            models.UniqueConstraint(
                fields=["activity", "member", "signed_on"],
                condition=Q(voided_at__isnull=True),
                name="sign_off_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="sign_off_voided_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "activity",
            "member",
            "clinician",
            "signed_on",
            "review_on",
            "recorded_at",
            "recorded_by",
            "voided_at",
            "voided_by",
            "void_reason",
        )

    def __str__(self) -> str:
        return f"{self.member}, {self.activity.title}"

    def get_absolute_url(self) -> str:
        return self.activity.get_absolute_url()

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day: from the day it was signed until the review is due."""
        return self.signed_on <= day < self.review_on


class Cascade(_KeptWithReason):
    """A session in which somebody who learned to train others did so: a number of people, no more.

    It is no intervention of the grant (clarification 6): the grant did not pay for it.
    """

    reference = models.CharField(max_length=20, unique=True, default=cascade_reference)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="cascades")
    taught_by = models.ForeignKey(CircleMember, models.PROTECT, related_name="cascades")
    topic = models.CharField("topic code (domain 3.5)", max_length=24)
    held_on = models.DateField("day")
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    people = models.PositiveSmallIntegerField("how many learned")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[CascadeQuerySet] = CascadeQuerySet.as_manager()

    LOCKED_WITH = ("activity__grant__application",)

    class Meta:
        verbose_name = "cascade session"
        constraints = (
            models.CheckConstraint(condition=Q(people__gte=1), name="cascade_people"),
            models.CheckConstraint(
                condition=Q(hours__gte=Decimal("0.25")) & Q(hours__lte=12), name="cascade_hours"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True)
                | Q(voided_at__isnull=False, voided_by__isnull=False),
                name="cascade_voided_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "activity",
            "taught_by",
            "topic",
            "held_on",
            "hours",
            "people",
            "recorded_at",
            "recorded_by",
            "voided_at",
            "voided_by",
            "void_reason",
        )

    def __str__(self) -> str:
        return f"{self.activity.title}, passed on on {written.day(self.held_on)}"

    def get_absolute_url(self) -> str:
        return self.activity.get_absolute_url()
