from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import User

from ..links import code_of, hash_of, new_key, spelled
from ..querysets import SignInLinkQuerySet
from .session import Session

SIGN_IN = "sign-in"


class SignInLink(models.Model):
    """Leads to the sign-in sheet of one session without an account. Ends by itself; can be ended before."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="links")
    key = models.CharField(max_length=32, default=new_key)
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[SignInLinkQuerySet] = SignInLinkQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="sign_in_link_closed_pair",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(closed_at__isnull=True),
                name="sign_in_link_one_open",
            ),
        )

    class Privacy:
        goes = True
        identity = ()
        special = ()
        operational = (
            "id",
            "session",
            "key",
            "code_hash",
            "made_at",
            "made_by",
            "expires_at",
            "closed_at",
            "closed_by",
        )

    def __str__(self) -> str:
        return f"Signing in to {self.session_id}"

    def get_absolute_url(self) -> str:
        return reverse("sign-in-sheet", args=[self.code])

    @classmethod
    def fresh(cls, session: Session, by: User, expires_at: datetime) -> "SignInLink":
        """A link that is not saved yet."""
        link = cls(session=session, made_by=by, made_at=clock.now(), expires_at=expires_at)
        link.code_hash = hash_of(SIGN_IN, link.code)
        return link

    @property
    def code(self) -> str:
        return code_of(SIGN_IN, self.key)

    @property
    def spelled(self) -> str:
        return spelled(self.code)

    def is_open(self) -> bool:
        """Whether it still leads to the sheet: not ended, and its maker may still log this session."""
        return (
            self.closed_at is None
            and clock.now() < self.expires_at
            and self.made_by.is_active
            and self.made_by.has_perm("training.open_sign_in", self.session)
        )
