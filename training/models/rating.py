from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from focus_people.models import CircleMember

from ..enums import RatingPoint
from ..links import code_of, hash_of, new_key, spelled
from ..querysets import RatingLinkQuerySet, RatingQuerySet
from .activity import Activity

RATING = "rating"
ITEMS = ("understand", "prevent", "calm", "communication", "ask")


def _between(name: str, least: int, most: int) -> Q:
    return Q(**{f"{name}__gte": least, f"{name}__lte": most})


def _empty_or(name: str, least: int, most: int) -> Q:
    return Q(**{f"{name}__isnull": True}) | _between(name, least, most)


class RatingLink(models.Model):
    """Leads one learner of one activity to the questions, without an account."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="rating_links")
    member = models.ForeignKey(CircleMember, models.PROTECT, related_name="rating_links")
    key = models.CharField(max_length=32, default=new_key)
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[RatingLinkQuerySet] = RatingLinkQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["activity", "member"], name="rating_link_once"),
        )

    class Privacy:
        goes = True
        identity = ()
        special = ()
        operational = ("id", "activity", "member", "key", "code_hash", "made_at", "made_by")

    def __str__(self) -> str:
        return f"Questions of {self.activity_id} for {self.member_id}"

    def get_absolute_url(self) -> str:
        return reverse("rating", args=[self.code])

    @classmethod
    def fresh(cls, activity: Activity, member: CircleMember, by: User) -> "RatingLink":
        """A link that is not saved yet."""
        link = cls(activity=activity, member=member, made_by=by, made_at=clock.now())
        link.code_hash = hash_of(RATING, link.code)
        return link

    @property
    def code(self) -> str:
        return code_of(RATING, self.key)

    @property
    def spelled(self) -> str:
        return spelled(self.code)


class Rating(models.Model):
    """What one learner said at one point: five items of confidence, culture, stress (domain 5.3).

    Pages show shares and means of five people or more, never what one person said.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="ratings")
    member = models.ForeignKey(
        CircleMember, models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    # Which answers belong together once nobody knows whose they are (domain 7.5).
    pair = models.PositiveIntegerField(null=True, blank=True)
    point = models.CharField(max_length=8, choices=RatingPoint)
    understand = models.PositiveSmallIntegerField("understand why, 1 to 10")
    prevent = models.PositiveSmallIntegerField("prevent, 1 to 10")
    calm = models.PositiveSmallIntegerField("respond calmly, 1 to 10")
    communication = models.PositiveSmallIntegerField("support communication, 1 to 10")
    ask = models.PositiveSmallIntegerField("know who to ask, 1 to 10")
    culture = models.PositiveSmallIntegerField("behaviour is communication, 1 to 5", null=True)
    stress = models.PositiveSmallIntegerField("stressed at work, 0 to 10", null=True)
    quality = models.PositiveSmallIntegerField("how good the training was, 1 to 5", null=True)
    given_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[RatingQuerySet] = RatingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["activity", "member", "point"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(point__in=RatingPoint.values), name="rating_point_known"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True, pair__isnull=False)
                | Q(member__isnull=False, pair__isnull=True),
                name="rating_of_a_learner_or_of_nobody",
            ),
            models.CheckConstraint(
                condition=_between("understand", 1, 10)
                & _between("prevent", 1, 10)
                & _between("calm", 1, 10)
                & _between("communication", 1, 10)
                & _between("ask", 1, 10),
                name="rating_items_1_to_10",
            ),
            models.CheckConstraint(
                condition=_empty_or("culture", 1, 5), name="rating_culture_1_to_5"
            ),
            models.CheckConstraint(
                condition=_empty_or("stress", 0, 10), name="rating_stress_0_to_10"
            ),
            models.CheckConstraint(
                condition=_empty_or("quality", 1, 5), name="rating_quality_1_to_5"
            ),
        )

    class Privacy:
        identity = ()
        special = ("stress",)
        operational = (
            "id",
            "activity",
            "member",
            "pair",
            "point",
            "understand",
            "prevent",
            "calm",
            "communication",
            "ask",
            "culture",
            "quality",
            "given_at",
        )

    def __str__(self) -> str:
        return f"{self.get_point_display()} of {self.activity_id}"
