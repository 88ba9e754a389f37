"""The people of the demonstration: one sign-in for each role, and the others who act in the story."""

from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.enums import TeamRole
from accounts.models import TeamMembership, User

PASSWORD = "try-the-demonstration"  # noqa: S105 - printed by bin/demo; this data is invented


@dataclass(frozen=True)
class Account:
    """A sign-in that bin/demo prints."""

    email: str
    name: str
    what: str
    roles: tuple[TeamRole, ...] = ()


STAFF = (
    Account("officer@demo.example", "Officer", "Officer", (TeamRole.OFFICER,)),
    Account("officer.two@demo.example", "Second officer", "Another officer", (TeamRole.OFFICER,)),
    Account("lead@demo.example", "Programme lead", "Programme lead", (TeamRole.PROGRAMME_LEAD,)),
    Account(
        "lead.two@demo.example",
        "Second programme lead",
        "Another programme lead (releases decisions)",
        (TeamRole.PROGRAMME_LEAD,),
    ),
    Account("finance@demo.example", "Finance", "Finance", (TeamRole.FINANCE,)),
    Account("chair@demo.example", "Panel chair", "Panel chair", (TeamRole.PANEL_CHAIR,)),
    Account("panel.one@demo.example", "Assessor 1", "Panel member", (TeamRole.PANEL_MEMBER,)),
    Account(
        "panel.two@demo.example",
        "Assessor 2",
        "Panel member, expert by experience",
        (TeamRole.PANEL_MEMBER,),
    ),
    Account("panel.three@demo.example", "Assessor 3", "Panel member", (TeamRole.PANEL_MEMBER,)),
    Account("panel.four@demo.example", "Assessor 4", "Panel member", (TeamRole.PANEL_MEMBER,)),
    Account("funder@demo.example", "Funder", "Funder", (TeamRole.FUNDER,)),
    Account("auditor@demo.example", "Auditor", "Auditor", (TeamRole.AUDITOR,)),
    Account("host@demo.example", "Survey host", "Host of the survey", (TeamRole.SURVEY_HOST,)),
)
PROVIDER = Account("applicant@demo.example", "Operations lead", "Applicant, lead of Larchwood")
CONTRIBUTOR = Account("colleague@demo.example", "Registered manager", "Applicant, contributor")
NEWCOMER = Account("newcomer@demo.example", "Newcomer", "Somebody with no organisation yet")
PRINTED = (PROVIDER, CONTRIBUTOR, NEWCOMER, *STAFF)


@cache
def _hashed() -> str:
    """Hashing is slow by design; one password needs it once."""
    return make_password(PASSWORD)


def sign_in(account: Account) -> User:
    """An account that can sign in with the demonstration's password, with its roles."""
    made = somebody(account.email, account.name)
    made.password = _hashed()
    made.save()
    for role in account.roles:
        TeamMembership.objects.create(user=made, role=role)
    return made


def somebody(email: str, name: str) -> User:
    """Somebody who acts in the story and cannot sign in: no usable password."""
    made = User.objects.create_user(email, None, name=name)
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made
