from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from .. import clock, permissions
from ..enums import SECOND_FACTOR_ROLES, MemberRole, TeamRole


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in. `name` is how colleagues see them; a role title does as well."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_any_case"),)

    class Privacy:
        identity = ("email", "name")
        special = ()
        operational = ("id", "password", "last_login", "is_superuser", "is_active", "joined_at")

    def __str__(self) -> str:
        return self.name or self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Our rules first, for everybody alike; Django's model permissions for the rest."""
        if (rule := permissions.rule_for(perm)) is not None:
            return bool(self.is_active and obj is not None and rule(self, obj))
        return super().has_perm(perm, obj)

    @cached_property
    def _held(self) -> list[tuple[str, int | None, bool]]:
        """Every role with the organisation it is held in, None for the programme, and beside those whether
        there is a second factor: one query for a page."""
        factors = apps.get_model("mfa", "Authenticator").objects.filter(
            user=models.OuterRef("user")
        )
        team = self.team_memberships.annotate(
            place=models.Value(None, output_field=models.BigIntegerField()),
            is_sure=models.Exists(factors),
        )
        member = self.memberships.annotate(
            is_sure=models.Value(False, output_field=models.BooleanField())
        )
        return list(
            team.values_list("role", "place", "is_sure").union(
                member.values_list("role", "organisation_id", "is_sure"), all=True
            )
        )

    @cached_property
    def team_roles(self) -> frozenset[str]:
        """The programme roles this person holds today."""
        return frozenset(role for role, place, _ in self._held if place is None)

    @cached_property
    def organisation_roles(self) -> dict[int, str]:
        """Organisation id → the role held there."""
        return {place: role for role, place, _ in self._held if place is not None}

    def forget_roles(self) -> None:
        """Ask the database again: the roles have changed since this person was read."""
        for held in ("_held", "team_roles", "organisation_roles"):
            self.__dict__.pop(held, None)

    def is_team(self, *roles: TeamRole) -> bool:
        """Holds any of these programme roles (any at all, when none is named)."""
        return bool(self.team_roles & set(roles)) if roles else bool(self.team_roles)

    def is_in(self, organisation_id: int | None, *roles: MemberRole) -> bool:
        """Belongs to the organisation, in one of these roles when some are named."""
        held = self.organisation_roles.get(organisation_id) if organisation_id else None
        return held is not None and (not roles or held in roles)

    def organisation_ids(self, *roles: MemberRole) -> Iterable[int]:
        """Ids of the organisations where this person holds one of these roles (or any)."""
        return [o for o, role in self.organisation_roles.items() if not roles or role in roles]

    @property
    def lacks_second_factor(self) -> bool:
        """Holds a role that asks for a second factor, and has set up none."""
        return bool(self.team_roles & SECOND_FACTOR_ROLES) and not any(
            is_sure for _, place, is_sure in self._held if place is None
        )


class TeamMembership(models.Model):
    """A programme role: panel, officer, lead, finance, funder, auditor or survey host."""

    user = models.ForeignKey(User, models.CASCADE, related_name="team_memberships")
    role = models.CharField(max_length=20, choices=TeamRole)
    since = models.DateField(default=clock.today)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "role"], name="team_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=TeamRole.values), name="team_role"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "user", "role", "since")

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"
