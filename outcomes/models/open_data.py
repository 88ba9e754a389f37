"""What is published about awards as open data: who publishes, under which number, and each release."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts import clock
from accounts.models import User
from accounts.models.audit import RefusesChange, WrittenOnce
from grants.models import Grant

from ..enums import Licence

CODE_BYTES = 5


def new_code() -> str:
    """A number for an award that says nothing: ten characters by lot, never the case's reference."""
    return secrets.token_hex(CODE_BYTES)


class Publisher(models.Model):
    """Who publishes the awards: one row, kept by the programme lead.

    `prefix` is what 360Giving issues when a publisher registers; until then a stand-in is used and the
    pages say so. `identifier`: the publisher as an organisation ("GB-CHC-1164883").
    """

    only = models.BooleanField(default=True, unique=True)
    prefix = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    identifier = models.CharField(max_length=60)
    website = models.URLField(blank=True)
    licence = models.CharField(max_length=8, choices=Licence, default=Licence.CC_BY)
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(only=True), name="publisher_only_one"),
            models.CheckConstraint(
                condition=Q(licence__in=Licence.values), name="publisher_licence"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "only",
            "prefix",
            "name",
            "identifier",
            "website",
            "licence",
            "saved_at",
            "saved_by",
        )

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return self.prefix


class PublishedAward(WrittenOnce):
    """The number under which one award is published, for good: drawn by lot, so that it leads nowhere."""

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="published_award")
    code = models.CharField(max_length=20, unique=True, default=new_code)
    given_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "grant", "code", "given_at")

    def __str__(self) -> str:
        return self.code


class AwardsRelease(WrittenOnce):
    """One release of the awards as it was published: the whole 360Giving package, unchanged for good."""

    number = models.PositiveIntegerField(unique=True)
    package = models.JSONField()
    awards = models.PositiveIntegerField("awards listed")
    held_back = models.PositiveIntegerField("awards held back")
    released_at = models.DateTimeField(default=clock.now)
    released_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "number",
            "package",
            "awards",
            "held_back",
            "released_at",
            "released_by",
        )

    def __str__(self) -> str:
        return f"Release {self.number}"

    @property
    def reference(self) -> str:
        return f"awards-{self.number}"
