"""Which awards are published, which are held back and why, and what is said of each.

Held back (UK standards 1.5): an award to a provider with fewer than 50 staff, unless at least three of
its awards were decided in the same month. Provider, month and amount together would otherwise point at
one person whom neighbours may know. Where everything held back in a programme would belong to one or two
providers, the provider with the fewest awards there joins them: totals of each programme are public, and
the difference to the list would be the amount of that one.

What was paid and when an award ended is left out: a part payment says that something happened to the
person.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts import clock
from accounts.enums import OrganisationSize, Region
from grants.models import Grant

from ..disclosure import HES, first_print
from ..enums import LICENCE_URL, Licence
from ..models import AwardsRelease, PublishedAward, Publisher
from .standard import organisation_id

SMALL = (OrganisationSize.MICRO, OrganisationSize.SMALL)
# So many awards of a small provider in one month hide each other; so many providers hide a remainder.
LEAST_TOGETHER, LEAST_HELD_BACK = 3, 3
STAND_IN_PREFIX = "pwb"
# The regions of England in the register of the Office for National Statistics.
REGION_CODE = {
    Region.NORTH_EAST: "E12000001",
    Region.NORTH_WEST: "E12000002",
    Region.YORKSHIRE: "E12000003",
    Region.EAST_MIDLANDS: "E12000004",
    Region.WEST_MIDLANDS: "E12000005",
    Region.EAST: "E12000006",
    Region.LONDON: "E12000007",
    Region.SOUTH_EAST: "E12000008",
    Region.SOUTH_WEST: "E12000009",
}
TITLE = "Training for the people around one person: {programme}"
DESCRIPTION = (
    "A grant to a provider organisation to train the people who support one person with a learning "
    "disability, autism or both, who was at risk of going into hospital or about to leave it. The same "
    "words stand for every award, so that nobody can be recognised."
)
SMALL_PROVIDER = (
    "A small provider with fewer than 3 awards in that month: it would single out a person"
)
JOINED = "Held back so that the amount of another award cannot be worked out from the total"


@dataclass(frozen=True)
class Award:
    """One agreed award, as far as open data needs it."""

    grant_id: int
    reference: str
    organisation_id: int
    organisation: str
    organisation_reference: str
    charity_number: str
    company_number: str
    size: str
    region: str
    amount: Decimal
    awarded_on: date
    agreed_at: Any
    programme: str
    programme_slug: str
    paid_for_by: str  # the funders with their shares; empty where none is named
    months: int


@dataclass(frozen=True)
class HeldBack:
    """One award that is not published, and the reason in words."""

    award: Award
    reason: str


@dataclass(frozen=True)
class Chosen:
    """The awards that go into the next release, and those that do not."""

    listed: list[Award]
    held_back: list[HeldBack]

    @property
    def listed_amount(self) -> Decimal:
        """Pounds."""
        return sum((a.amount for a in self.listed), Decimal("0.00"))


def agreed_awards() -> list[Award]:
    """Every award whose offer was accepted, in the order of the decisions: two queries."""
    rows = (
        Grant.objects.filter(
            agreed_at__isnull=False, application__decision__released_at__isnull=False
        )
        .select_related(
            "application__organisation", "application__round__programme", "application__decision"
        )
        .prefetch_related("application__round__programme__funders")
        .order_by("application__decision__released_at", "reference")
    )
    found = []
    for grant in rows:
        application = grant.application
        organisation, round = application.organisation, application.round
        released_at = application.decision.released_at
        if released_at is None:  # filtered above
            continue
        found.append(
            Award(
                grant_id=grant.pk,
                reference=grant.reference,
                organisation_id=organisation.pk,
                organisation=organisation.name,
                organisation_reference=organisation.reference,
                charity_number=organisation.charity_number,
                company_number=organisation.company_number,
                size=organisation.size,
                region=organisation.region,
                amount=grant.amount,
                awarded_on=clock.day_of(released_at),
                agreed_at=grant.agreed_at,
                programme=round.programme.name,
                programme_slug=round.programme.slug,
                paid_for_by=round.programme.paid_for_by,
                months=round.delivery_months,
            )
        )
    return found


def chosen(awards: list[Award] | None = None) -> Chosen:
    """What the next release lists and what it holds back, by the rules at the top of this module."""
    awards = agreed_awards() if awards is None else awards
    together = Counter((a.organisation_id, a.awarded_on.replace(day=1)) for a in awards)
    reasons: dict[int, str] = {}
    for a in awards:
        month = (a.organisation_id, a.awarded_on.replace(day=1))
        if a.size in SMALL and together[month] < LEAST_TOGETHER:
            reasons[a.grant_id] = SMALL_PROVIDER
    for slug in {a.programme_slug for a in awards}:
        _join([a for a in awards if a.programme_slug == slug], reasons)
    return Chosen(
        listed=[a for a in awards if a.grant_id not in reasons],
        held_back=[HeldBack(a, reasons[a.grant_id]) for a in awards if a.grant_id in reasons],
    )


def _join(awards: list[Award], reasons: dict[int, str]) -> None:
    """More providers of one programme, the fewest awards first, until what is held back there belongs to
    three or to none."""
    by: dict[int, list[Award]] = defaultdict(list)
    for a in awards:
        by[a.organisation_id].append(a)
    held = {a.organisation_id for a in awards if a.grant_id in reasons}
    others = sorted(
        (len(own), own[0].organisation, key) for key, own in by.items() if key not in held
    )
    while held and len(held) < LEAST_HELD_BACK and others:
        _, _, key = others.pop(0)
        held.add(key)
        for a in by[key]:
            reasons[a.grant_id] = JOINED


def publisher() -> Publisher:
    """Who publishes, as the lead wrote it down; a stand-in, not saved, where nobody has yet."""
    found = Publisher.objects.first()
    if found is not None:
        return found
    return Publisher(
        prefix=STAND_IN_PREFIX,
        name=settings.PRODUCT_NAME,
        identifier=f"360G-{STAND_IN_PREFIX}",
        website=settings.SITE_URL,
    )


def latest_release() -> AwardsRelease | None:
    """What the public addresses serve."""
    return AwardsRelease.objects.order_by("-number").first()


def codes_of(awards: list[Award]) -> dict[int, str]:
    """Grant id → the number it is published under; those that have none yet are given one.

    Writes. Call inside a transaction.
    """
    ids = [a.grant_id for a in awards]
    held = dict(PublishedAward.objects.filter(grant__in=ids).values_list("grant_id", "code"))
    new = [PublishedAward(grant_id=id) for id in ids if id not in held]
    PublishedAward.objects.bulk_create(new)
    return held | {made.grant_id: made.code for made in new}


def held_back_says(count: int) -> str:
    """How many awards are held back, as everybody may know it: "none", "a few", "about 65". The exact
    number less the exact total of one programme would be the awards of the others (decision 17)."""
    if not count:
        return "none"
    shown = first_print(count, HES)
    return "a few" if shown.is_hidden else f"about {shown.text}"


def package(
    found: Chosen, codes: dict[int, str], by: Publisher, *, number: int | None = None
) -> dict[str, Any]:
    """The 360Giving package: a dictionary ready for JSON. `codes`: grant id → published number."""
    site = settings.SITE_URL.rstrip("/")
    now = clock.now().replace(microsecond=0)
    held = held_back_says(len(found.held_back)).capitalize()
    about = (
        f"{len(found.listed)} awards. {held} more are held back, because provider, month and amount "
        "would single out a person."
        if found.held_back
        else f"{len(found.listed)} awards."
    )
    made: dict[str, Any] = {
        "version": "1.4",
        "title": f"Awards of {by.name}",
        "description": f"{about} Each award pays for training around one person; nothing about that "
        "person is in this file.",
        "issued": clock.day_of(now).isoformat(),
        "modified": now.isoformat(),
        "identifier": f"{by.prefix}-awards-{number}" if number else f"{by.prefix}-awards",
        "publisher": {"identifier": by.identifier, "name": by.name},
        "license": LICENCE_URL[Licence(by.licence)],
        "downloadURL": f"{site}/open-data/awards.json",
        "accessURL": f"{site}/open-data/",
        "grants": [_grant(a, codes[a.grant_id], by, site) for a in _in_order(found.listed, codes)],
    }
    if by.website:
        made["publisher"]["website"] = by.website
    return made


def _in_order(awards: list[Award], codes: dict[int, str]) -> list[Award]:
    """By day, then by lot: the order of the cases would be a trace of them."""
    return sorted(awards, key=lambda a: (a.awarded_on, codes[a.grant_id]))


def _grant(a: Award, code: str, by: Publisher, site: str) -> dict[str, Any]:
    recipient: dict[str, Any] = {
        "id": organisation_id(
            by.prefix, a.charity_number, a.company_number, a.organisation_reference
        ),
        "name": a.organisation,
    }
    if a.charity_number:
        recipient["charityNumber"] = a.charity_number
    if a.company_number:
        recipient["companyNumber"] = a.company_number.upper()
    return {
        "id": f"360G-{by.prefix}-{code}",
        "title": TITLE.format(programme=a.programme)[:140],
        "description": DESCRIPTION,
        "currency": "GBP",
        "amountAwarded": _number(a.amount),
        "awardDate": a.awarded_on.isoformat(),
        "plannedDates": [{"duration": a.months}],
        "recipientOrganization": [recipient],
        "beneficiaryLocation": [
            {
                "name": str(Region(a.region).label),
                "countryCode": "GB",
                "geoCode": REGION_CODE[Region(a.region)],
                "geoCodeType": "RGN/GOR",
            }
        ],
        "fundingOrganization": [{"id": by.identifier, "name": by.name}],
        "grantProgramme": [_programme(a)],
        "fromOpenCall": "Yes",
        "locationScope": "GLS040",
        "dateModified": a.agreed_at.replace(microsecond=0).isoformat(),
        "dataSource": f"{site}/open-data/",
    }


def _programme(a: Award) -> dict[str, str]:
    """The programme, and who pays for it: the funding organisation is who decides and publishes."""
    made = {"code": a.programme_slug, "title": a.programme}
    if a.paid_for_by:
        made["description"] = f"Paid for by {a.paid_for_by}."
    return made


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
