"""The 360Giving Data Standard 1.4 as far as we use it: one line for each field, and what must hold of it.

Written from the published facts (schema 1.4.3, CC BY 4.0); the schema itself is not part of this
project. Each fault is named by its field in a sentence, where the official schema says one thing about
the whole grant. Stricter than the schema where its checker is: codes from the lists, unique numbers, no
unknown field, nothing that looks like a post code or an address.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts import clock

CHARITY = re.compile(r"\d{6,7}")
COMPANY = re.compile(r"\d{8}|[A-Z]{2}\d{6}|R\d{7}")
SCOTTISH, NORTHERN_IRISH = re.compile(r"SC\d{6}"), re.compile(r"NI[CR]?\d{6}")


def organisation_id(prefix: str, charity: str, company: str, reference: str) -> str:
    """The identifier of an organisation: its charity number, else its company number, else ours."""
    charity, company = charity.strip().upper(), company.strip().upper()
    if CHARITY.fullmatch(charity):
        return f"GB-CHC-{charity}"
    if SCOTTISH.fullmatch(charity):
        return f"GB-SC-{charity}"
    if COMPANY.fullmatch(company):
        return f"GB-COH-{company}"
    return f"360G-{prefix}-{re.sub(r'[^A-Za-z0-9-]', '_', reference)}"


@dataclass(frozen=True)
class Problem:
    """A fault in a package: where it is ("grants/0/awardDate"), and a sentence that says what it is."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b")
DAY = re.compile(r"\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
GRANT_ID = re.compile(r"360G-[A-Za-z0-9]+-[A-Za-z0-9_-]+")
REGION_CODE = re.compile(r"E12\d{6}")
ADDRESS = re.compile(r"https?://\S+")

Check = Callable[[Any], str]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return "must be text and must not be empty"
    if EMAIL.search(value):
        return "looks like an e-mail address"
    return ""


def _free_text(value: Any) -> str:
    said = _text(value)
    if not said and POSTCODE.search(value):
        return "looks like a post code: no place finer than a region is published"
    return said


def _title(value: Any) -> str:
    return _free_text(value) or ("is longer than 140 characters" if len(value) > 140 else "")


def _grant_id(value: Any) -> str:
    said = _text(value)
    if not said and not GRANT_ID.fullmatch(value):
        return "must be 360G, the publisher's prefix and a number, with hyphens between them"
    return said


def _organisation(value: Any) -> str:
    said = _text(value)
    if said:
        return said
    if re.search(r"[\s/\\]", value):
        return "must have no spaces, line breaks or slashes"
    scheme, _, number = value.partition("-CHC-") if "-CHC-" in value else value.partition("-COH-")
    if scheme == "GB" and "-CHC-" in value and not CHARITY.fullmatch(number):
        return "has a charity number that is not 6 or 7 digits"
    if scheme == "GB" and "-COH-" in value and not COMPANY.fullmatch(number):
        return "has a company number that is not 8 characters"
    return ""


def _currency(value: Any) -> str:
    return "" if value == "GBP" else "must be GBP"


def _amount(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number, without a pound sign or commas"
    return "" if value > 0 else "must be more than nothing"


def _months(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return "must be a number of months"
    return ""


def _day(value: Any) -> str:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return "must be a day as YYYY-MM-DD"
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return "is a day that does not exist"
    return "lies in the future" if found > clock.today() else ""


def _moment(value: Any) -> str:
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        return "must be a day with time and time zone"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "is a moment that does not exist"
    return ""


def _one_of(*allowed: str) -> Check:
    said = f"must be {' or '.join(allowed)}"
    return lambda value: "" if value in allowed else said


def _matches(pattern: re.Pattern[str], said: str) -> Check:
    return lambda value: "" if isinstance(value, str) and pattern.fullmatch(value) else said


@dataclass(frozen=True)
class Field:
    """One field of an object: whether it must be there, how it is checked, or what lies inside it.

    title: the heading of its column in the spreadsheet. one: exactly one item in the list.
    """

    name: str
    title: str = ""
    check: Check | None = None
    inside: tuple["Field", ...] = ()
    is_required: bool = False
    is_list: bool = False
    one: bool = False


ORGANISATION = (
    Field("id", "Identifier", _organisation, is_required=True),
    Field("name", "Name", _free_text, is_required=True),
    Field("charityNumber", "Charity Number", _text),
    Field("companyNumber", "Company Number", _text),
)
GRANT: tuple[Field, ...] = (
    Field("id", "Identifier", _grant_id, is_required=True),
    Field("title", "Title", _title, is_required=True),
    Field("description", "Description", _free_text, is_required=True),
    Field("currency", "Currency", _currency, is_required=True),
    Field("amountAwarded", "Amount Awarded", _amount, is_required=True),
    Field("awardDate", "Award Date", _day, is_required=True),
    Field(
        "plannedDates",
        "Planned Dates",
        inside=(Field("duration", "Duration (months)", _months, is_required=True),),
        is_list=True,
    ),
    Field(
        "recipientOrganization",
        "Recipient Org",
        inside=ORGANISATION,
        is_required=True,
        is_list=True,
        one=True,
    ),
    Field(
        "beneficiaryLocation",
        "Beneficiary Location",
        inside=(
            Field("name", "Name", _free_text, is_required=True),
            Field("countryCode", "Country Code", _one_of("GB"), is_required=True),
            Field(
                "geoCode",
                "Geographic Code",
                _matches(REGION_CODE, "must be the code of a region of England"),
                is_required=True,
            ),
            Field("geoCodeType", "Geographic Code Type", _one_of("RGN/GOR"), is_required=True),
        ),
        is_list=True,
    ),
    Field(
        "fundingOrganization",
        "Funding Org",
        inside=ORGANISATION[:2],
        is_required=True,
        is_list=True,
        one=True,
    ),
    Field("locationScope", "Location Scope", _one_of("GLS040")),
    Field(
        "grantProgramme",
        "Grant Programme",
        inside=(
            Field("code", "Code", _text),
            Field("title", "Title", _free_text, is_required=True),
            Field("description", "Description", _free_text),
        ),
        is_list=True,
    ),
    Field("fromOpenCall", "From An Open Call?", _one_of("Yes", "No")),
    Field("dateModified", "Last Modified", _moment, is_required=True),
    Field(
        "dataSource",
        "Data Source",
        _matches(ADDRESS, "must be a web address"),
        is_required=True,
    ),
)
_URL = _matches(ADDRESS, "must be a web address")
PACKAGE: tuple[Field, ...] = (
    Field("version", "Version", _one_of("1.4"), is_required=True),
    Field("title", "Title", _text, is_required=True),
    Field("description", "Description", _text, is_required=True),
    Field("issued", "Issued", _day, is_required=True),
    Field("identifier", "Identifier", _text, is_required=True),
    Field(
        "publisher",
        "Publisher",
        inside=(
            Field("name", "Name", _text, is_required=True),
            Field("website", "Website", _URL),
            Field("identifier", "Identifier", _organisation, is_required=True),
        ),
        is_required=True,
    ),
    Field("downloadURL", "Download URL", _URL, is_required=True),
    Field("accessURL", "Access URL", _URL, is_required=True),
    Field("modified", "Modified", _moment, is_required=True),
    Field("license", "License", _URL, is_required=True),
)


def _of_object(value: Any, fields: tuple[Field, ...], path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, "must be an object with fields")
        return
    at = f"{path}/" if path else ""
    known = {field.name for field in fields} | ({"grants"} if fields is PACKAGE else set())
    for name in value:
        if name not in known:
            yield Problem(f"{at}{name}", "is not a field that we publish")
    for field in fields:
        if field.name not in value:
            if field.is_required:
                yield Problem(f"{at}{field.name}", "is missing")
            continue
        yield from _of_field(value[field.name], field, f"{at}{field.name}")


def _of_field(value: Any, field: Field, path: str) -> Iterator[Problem]:
    if not field.is_list:
        if field.inside:
            yield from _of_object(value, field.inside, path)
        elif field.check is not None and (said := field.check(value)):
            yield Problem(path, said)
        return
    if not isinstance(value, list) or not value:
        yield Problem(path, "must be a list with something in it")
        return
    if field.one and len(value) != 1:
        yield Problem(path, "must have one entry, not several")
    for i, item in enumerate(value):
        yield from _of_object(item, field.inside, f"{path}/{i}")


def problems(package: Any) -> list[Problem]:
    """Every fault of a package, by field; none means that it may be published."""
    found = list(_of_object(package, PACKAGE, ""))
    grants = package.get("grants") if isinstance(package, dict) else None
    if not isinstance(grants, list) or not grants:
        return [*found, Problem("grants", "has no award in it: a file needs one at least")]
    for i, grant in enumerate(grants):
        found += _of_object(grant, GRANT, f"grants/{i}")
        if not isinstance(grant, dict):
            continue
        if grant.get("title") and grant.get("title") == grant.get("description"):
            found.append(Problem(f"grants/{i}/description", "says the same as the title"))
    ids = [g.get("id") for g in grants if isinstance(g, dict) and isinstance(g.get("id"), str)]
    for id, count in Counter(ids).items():
        if count > 1:
            found.append(Problem("grants", f"{count} awards have the number {id}"))
    return found
