"""The verbs of who: register, verify or refuse an organisation; invite and join.

Each opens a transaction, takes the row under a lock, asks *may they?*, asks *what stands in the
way?*, moves, saves, writes the audit row and posts the mail that leaves with the commit.
"""

import hashlib
import secrets
from typing import Any

from django.db import transaction

from . import clock
from .audit import record
from .enums import APART, MemberRole, TeamRole
from .models import Invitation, Membership, Organisation, TeamMembership, User
from .outbox import post
from .state import NotReady, locked, permitted, ready


def team_addresses(*roles: TeamRole, may: tuple[str, Any] | None = None) -> list[str]:
    """E-mail addresses of everyone who holds one of these programme roles.

    `may` (a permission and its object) leaves out whoever a rule keeps from what the message is about:
    a message is a door too.
    """
    held = User.objects.filter(team_memberships__role__in=roles, is_active=True)
    people = held.order_by("pk").distinct()
    return [one.email for one in people if may is None or one.has_perm(*may)]


def member_addresses(organisation: Organisation, *roles: MemberRole) -> list[str]:
    """E-mail addresses of the organisation's members in these roles (all roles, when none named)."""
    held = organisation.memberships.filter(user__is_active=True)
    if roles:
        held = held.filter(role__in=roles)
    return list(held.order_by("pk").values_list("user__email", flat=True))


@transaction.atomic
def give_role(user: User, role: str, *, all_the_same: bool = False) -> bool:
    """Give somebody a programme role; answers whether they did not hold it before.

    Raises `NotReady` for a role that one person does not hold beside one of theirs (`APART`), unless it is
    given `all_the_same`: then the audit trail says so. Even so nobody decides a case that they judged.
    """
    user = locked(user)
    held = {m.role for m in user.team_memberships.all()}
    if role in held:
        return False
    both = [r for r in TeamRole if r in held & APART[role]]
    if both and not all_the_same:
        raise NotReady(
            [
                f"They are {' and '.join(r.label for r in both).lower()} already. {TeamRole(role).label} is a role for "
                "somebody else, so that each stays independent."
            ]
        )
    TeamMembership.objects.create(user=user, role=role)
    user.forget_roles()
    beside = {"beside": ", ".join(both)} if both else {}
    record("role.given", user, by=None, role=role, **beside)
    return True


@transaction.atomic
def register_organisation(*, by: User, **details: Any) -> Organisation:
    """Register an organisation; whoever registers it becomes its lead.

    `details` are the model's own fields. Officers are told that one waits for verification. Raises
    `NotReady` when the same person has registered one of this name already.
    """
    locked(by)
    name = details["name"]
    if Organisation.objects.filter(registered_by=by, name__iexact=name).exists():
        raise NotReady([f"You have registered {name} already."])
    organisation = Organisation.objects.create(registered_by=by, **details)
    Membership.objects.create(user=by, organisation=organisation, role=MemberRole.LEAD)
    by.forget_roles()
    record("organisation.registered", organisation, by=by, shown_to="applicant")
    post(
        "organisation_registered",
        to=team_addresses(TeamRole.OFFICER),
        key=f"organisation.registered:{organisation.reference}",
        organisation=organisation,
    )
    return organisation


@transaction.atomic
def say_parent(
    organisation: Organisation, *, by: User, parent: Organisation | None
) -> Organisation:
    """The organisation that this one is part of, or none. Raises `NotReady` for a circle of parents."""
    organisation = locked(organisation)
    permitted(by, "accounts.verify_organisation", organisation)
    above = parent
    while above is not None:
        if above.pk == organisation.pk:
            raise NotReady([f"{organisation.name} cannot be a part of itself."])
        above = above.parent
    organisation.parent = parent
    organisation.save(update_fields=["parent"])
    record(
        "organisation.parent_said", organisation, by=by, parent=parent.reference if parent else ""
    )
    return organisation


@transaction.atomic
def verify_organisation(organisation: Organisation, *, by: User) -> Organisation:
    """An officer confirms that the organisation exists and may apply."""
    organisation = locked(organisation)
    permitted(by, "accounts.verify_organisation", organisation)
    ready(organisation, "verify")
    organisation.verify(by=by)
    organisation.save()
    record("organisation.verified", organisation, by=by, shown_to="applicant")
    post(
        "organisation_verified",
        to=member_addresses(organisation, MemberRole.LEAD),
        key=f"organisation.verified:{organisation.reference}",
        organisation=organisation,
    )
    return organisation


@transaction.atomic
def refuse_organisation(organisation: Organisation, *, by: User, reason: str) -> Organisation:
    """An officer could not confirm the organisation; `reason` is shown to its lead."""
    organisation = locked(organisation)
    permitted(by, "accounts.verify_organisation", organisation)
    ready(organisation, "refuse")
    organisation.refuse(reason=reason)
    organisation.save()
    record("organisation.refused", organisation, by=by, shown_to="applicant")
    post(
        "organisation_refused",
        to=member_addresses(organisation, MemberRole.LEAD),
        key=f"organisation.refused:{organisation.reference}:{clock.now():%Y%m%d%H%M}",
        organisation=organisation,
    )
    return organisation


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(organisation: Organisation, *, by: User, email: str, role: str) -> Invitation:
    """Invite an address to join in a role. The link holds the only copy of the token; an earlier
    invitation that was not used stops working.

    Raises `NotReady` when the address belongs to a member already.
    """
    organisation = locked(organisation)
    permitted(by, "accounts.invite_member", organisation)
    email = email.strip().lower()
    if organisation.memberships.filter(user__email__iexact=email).exists():
        raise NotReady(["Someone with this e-mail address belongs to your organisation already."])
    token = secrets.token_urlsafe(24)
    Invitation.objects.open().filter(organisation=organisation, email=email).delete()  # replaced
    invitation = Invitation.objects.create(
        organisation=organisation, email=email, role=role, invited_by=by, token_hash=_hash(token)
    )
    record("member.invited", organisation, by=by, shown_to="applicant", role=role)
    post(
        "invitation",
        to=[email],
        key=f"invitation:{invitation.pk}",
        organisation=organisation,
        role=invitation.get_role_display(),
        token=token,
    )
    return invitation


def find_invitation(token: str) -> Invitation | None:
    """The open invitation behind a link, or None when it is used, too old or not one of ours."""
    return Invitation.objects.open().filter(token_hash=_hash(token)).first()


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Membership:
    """Join the organisation. Raises `NotReady` unless the invitation was sent to this person."""
    invitation = locked(invitation)
    if invitation.accepted_at is not None:
        raise NotReady(["This invitation has been used."])
    if invitation.email.lower() != by.email.lower():
        raise NotReady(
            ["This invitation was sent to another e-mail address. Sign in with that address."]
        )
    membership, _ = Membership.objects.get_or_create(
        user=by, organisation=invitation.organisation, defaults={"role": invitation.role}
    )
    invitation.accepted_at, invitation.accepted_by = clock.now(), by
    invitation.save()
    by.forget_roles()
    record("member.joined", invitation.organisation, by=by, shown_to="applicant")
    return membership
