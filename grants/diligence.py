"""Due diligence on an applicant, from what the service knows (standard 7 of `uk-standards.md`): numbers that
are missing, malformed or shared with another organisation, money and reports still owed, and other money
for the same person. Findings warn an officer; they decide nothing.
"""

import re
from dataclasses import dataclass

from accounts import clock
from accounts.enums import CqcStatus, OrganisationState
from accounts.models import Organisation

from .enums import GrantState
from .models import Application, Grant
from .same_person import ASK, is_worth_asking

# Charity Commission: 6 or 7 figures. Companies House: 8 figures, or two letters and 6 figures.
CHARITY = re.compile(r"\d{6,7}\Z", re.ASCII)
COMPANY = re.compile(r"(\d{8}|[A-Z]{2}\d{6}|R\d{7})\Z", re.ASCII)
RUNNING = (GrantState.AGREED, GrantState.ACTIVE, GrantState.DELIVERED, GrantState.REPORTING)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what, what was found, and whether it wants a second look."""

    what: str
    found: str
    wants_a_look: bool = False


def tidy_number(number: str) -> str:
    """A number as the registers write it: no spaces, capital letters."""
    return re.sub(r"[\s-]", "", number).upper()


def same_numbers(organisation: Organisation) -> list[Organisation]:
    """Other organisations, refused ones aside, with the same charity or company number."""
    charity, company = (
        tidy_number(organisation.charity_number),
        tidy_number(organisation.company_number),
    )
    others = Organisation.objects.exclude(pk=organisation.pk).exclude(
        state=OrganisationState.REFUSED
    )
    return [
        one
        for one in others.order_by("name", "pk")
        if (charity and tidy_number(one.charity_number) == charity)
        or (company and tidy_number(one.company_number) == company)
    ]


def _number(what: str, number: str, form: re.Pattern[str]) -> Check:
    if not number:
        return Check(what, "None given")
    is_right = bool(form.match(tidy_number(number)))
    return Check(what, number if is_right else f"{number}: not a number of this kind", not is_right)


def checks(application: Application) -> list[Check]:
    """Everything that was looked at for an application, in the order of the page. A fixed number of queries."""
    organisation = application.organisation
    shared = same_numbers(organisation)
    names = ", ".join(one.name for one in shared)
    found = [
        _number("Charity number", organisation.charity_number, CHARITY),
        _number("Company number", organisation.company_number, COMPANY),
        Check(
            "Care Quality Commission",
            str(organisation.get_cqc_status_display()),
            organisation.cqc_status == CqcStatus.APPLIED,
        ),
        Check(
            "Another organisation with the same number",
            f"Yes: {names}" if names else "No",
            bool(names),
        ),
    ]
    grants = list(
        Grant.objects.filter(application__organisation=organisation)
        .exclude(application=application.pk)
        .with_money()
        .order_by("pk")
    )
    today = clock.today()
    owing = [
        g.reference for g in grants if g.recovery_due_on and g.repaid == 0 and g.spent < g.paid
    ]
    late = [
        g.reference
        for g in grants
        if g.state in RUNNING
        and g.training_until is not None
        and g.training_until < today
        and g.final_report_accepted_on is None
    ]
    found.append(Check("Earlier grants", str(len(grants)) if grants else "None"))
    found.append(Check("Money asked back and not come in", ", ".join(owing) or "None", bool(owing)))
    found.append(
        Check("Training time over, last report not accepted", ", ".join(late) or "None", bool(late))
    )
    other = application.person.applications.exclude(pk=application.pk).filter(grant__isnull=False)
    funded = list(
        other.exclude(grant__state=GrantState.REFUSED)
        .order_by("pk")
        .values_list("reference", flat=True)
    )
    may_be = is_worth_asking(application.person)
    found.append(
        Check(
            "Money for the same person through another organisation",
            ASK if may_be else "Nothing points to it",
            may_be,
        )
    )
    found.append(
        Check("Earlier money for the same person", ", ".join(funded) or "None", bool(funded))
    )
    return found
