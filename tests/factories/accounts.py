"""People and organisations for tests, through the verbs that the pages use.

Plain functions. `user`, `organisation`, `member` and `staff` make distinct people each time;
staff have their second factor, as in production, so that `client.force_login(staff(...))` reaches
every page.
"""

import itertools

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.enums import CqcStatus, MemberRole, OrganisationSize, Region, Sector, TeamRole
from accounts.models import Membership, Organisation, TeamMembership, User
from accounts.workflow import register_organisation, verify_organisation

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def user(email: str = "", name: str = "", password: str = PASSWORD) -> User:
    """Somebody who can sign in: a confirmed address, no organisation and no programme role."""
    email = email or f"person{next(_numbers)}@example.org"
    made = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def staff(*team_roles: TeamRole | str, email: str = "", name: str = "") -> User:
    """Somebody with these programme roles and a second factor."""
    made = user(email, name)
    for role in team_roles:
        TeamMembership.objects.create(user=made, role=role)
    TOTP.activate(made, "JBSWY3DPEHPK3PXP")
    return made


def organisation(verified: bool = True, by: User | None = None, **details: object) -> Organisation:
    """An organisation registered by `by` (its lead; somebody new unless given), verified or not."""
    details = {
        "name": f"Larchwood Support {next(_numbers)} CIC",
        "sector": Sector.ASC_V,
        "region": Region.NORTH_WEST,
        "size": OrganisationSize.MEDIUM,
        "cqc_status": CqcStatus.REGISTERED,
        "icb_name": "Example ICB",
    } | details
    made = register_organisation(by=by or user(), **details)
    if verified:
        made = verify_organisation(made, by=staff(TeamRole.OFFICER))
    return made


def lead_of(organisation: Organisation) -> User:
    """The first lead of the organisation."""
    held = organisation.memberships.filter(role=MemberRole.LEAD).select_related("user")
    return held.order_by("pk")[0].user


def member(
    organisation: Organisation, role: MemberRole | str = MemberRole.CONTRIBUTOR, **who: str
) -> User:
    """A new colleague who belongs to the organisation in this role."""
    made = user(**who)
    Membership.objects.create(user=made, organisation=organisation, role=role)
    return made


def signed_in(who) -> Client:
    """A browser without scripts in which `who` has signed in."""
    client = Client()
    client.force_login(who)
    return client
