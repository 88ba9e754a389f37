"""A list of applicants in the columns of Spotlight, the government's due-diligence check (standard 2.4 of
`uk-standards.md`). It holds what organisations told us about themselves, and nothing about any person.
"""

from collections import Counter
from collections.abc import Iterable

from accounts.enums import Sector
from accounts.models import Organisation

from .diligence import tidy_number
from .models import Application

COLUMNS = (
    "Application number (required)",
    "Organisation name (required)",
    "Organisation type (required)",
    "Address street (optional)",
    "Address town (optional)",
    "Address county (optional)",
    "Address postcode (required)",
    "Application amount (required)",
    "Charity Commission registration number (required - if applicable)",
    "Companies House registration number (required - if applicable)",
    "Similarities to other applications (optional)",
)


def _type_of(organisation: Organisation) -> str:
    """One of the types that the check knows."""
    if organisation.sector == Sector.LA_ASC:
        return "Local authority"
    if organisation.charity_number:
        return "Registered charity"
    return "Limited company" if organisation.company_number else "Other"


def rows(applications: Iterable[Application]) -> list[list[str]]:
    """A row for each application, in the order given; amounts in pounds with two places.

    Addresses of organisations are not collected: the columns are there, and empty, for whoever uploads
    the file. Uses the prefetches of `for_lists`.
    """
    cases = list(applications)
    numbers = Counter(
        number
        for one in {case.organisation_id: case.organisation for case in cases}.values()
        for number in (tidy_number(one.charity_number), tidy_number(one.company_number))
        if number
    )
    found = []
    for case in cases:
        one = case.organisation
        own = [tidy_number(one.charity_number), tidy_number(one.company_number)]
        shared = any(numbers[number] > 1 for number in own if number)
        found.append(
            [
                case.reference,
                one.name,
                _type_of(one),
                "",
                "",
                "",
                "",
                f"{case.figures.requested:.2f}",
                *own,
                "Another organisation in this list has the same number" if shared else "",
            ]
        )
    return found
