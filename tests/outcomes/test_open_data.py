"""Awards as open data: valid by the official schema and by our own rules, and nobody singled out."""

import copy
import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import MemberRole, OrganisationSize, Region, TeamRole
from accounts.models import Organisation
from accounts.state import NotAllowed, NotReady
from outcomes import actions, open_data, workflow
from outcomes.models import AwardsRelease, PublishedAward, Publisher
from outcomes.open_data.awards import JOINED, SMALL_PROVIDER, Award, chosen
from outcomes.open_data.files import COLUMNS
from outcomes.open_data.standard import organisation_id
from tests.factories.accounts import member, organisation, staff
from tests.factories.impact import GrantSpec, build, programme

pytestmark = pytest.mark.django_db
SCHEMA = settings.BASE_DIR.parent / "shared/data/360giving-1.4.3"
SAYS = {
    "prefix": "quill",
    "name": "Quillmark Fund",
    "identifier": "GB-CHC-1098765",
    "website": "https://quillmark.example.org",
    "licence": "cc-by",
}


def award(
    number,
    *,
    organisation=1,
    size="large",
    on=date(2025, 6, 12),
    amount="3000.00",
    slug="pwb-2025",
):
    return Award(
        grant_id=number,
        reference=f"PWB-{number}",
        organisation_id=organisation,
        organisation=f"Provider {organisation}",
        organisation_reference=f"ORG-{organisation}",
        charity_number="",
        company_number="",
        size=size,
        region=Region.LONDON,
        amount=Decimal(amount),
        awarded_on=on,
        agreed_at=datetime(2025, 6, 20, 9, tzinfo=UTC),
        programme="PWB 2025",
        programme_slug=slug,
        paid_for_by="Example Department (60%) and Example Charity (40%)",
        months=6,
    )


def made(awards):
    found = chosen(awards)
    by = Publisher(**SAYS)
    return open_data.package(found, {a.grant_id: f"code{a.grant_id}" for a in awards}, by)


# --- which awards -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("awards", "held"),
    [
        ([], {}),
        # One award each of three small providers: all held back.
        (
            [award(n, organisation=n, size="micro") for n in (1, 2, 3)],
            {1: SMALL_PROVIDER, 2: SMALL_PROVIDER, 3: SMALL_PROVIDER},
        ),
        # Three in one month hide each other; in two months they do not.
        ([award(n, size="small") for n in (1, 2, 3)], {}),
        (
            [
                award(1, size="small"),
                award(2, size="small"),
                award(3, size="small", on=date(2025, 7, 1)),
            ],
            {1: SMALL_PROVIDER, 2: SMALL_PROVIDER, 3: SMALL_PROVIDER},
        ),
        # A large provider is listed with a single award.
        ([award(1), award(2, organisation=2)], {}),
        # What is held back belongs to one provider: the two with the fewest awards join it.
        (
            [
                award(1, size="micro"),
                award(2, organisation=2),
                award(3, organisation=3),
                award(4, organisation=3),
                award(5, organisation=4),
                award(6, organisation=4),
                award(7, organisation=4),
            ],
            {1: SMALL_PROVIDER, 2: JOINED, 3: JOINED, 4: JOINED},
        ),
        # Totals are those of a programme: what another one holds back hides nothing in it.
        (
            [
                *(award(n, organisation=n, size="micro") for n in (1, 2, 3)),
                award(4, organisation=1, size="micro", slug="pwb-2026"),
                *(award(n, organisation=n, slug="pwb-2026") for n in (5, 6, 7)),
            ],
            dict.fromkeys((1, 2, 3, 4), SMALL_PROVIDER) | {5: JOINED, 6: JOINED},
        ),
    ],
    ids=["none", "small", "three-together", "two-months", "large", "joined", "two-programmes"],
)
def test_award_that_would_single_somebody_out_is_held_back(awards, held):
    found = chosen(awards)
    assert {h.award.grant_id: h.reason for h in found.held_back} == held
    assert {a.grant_id for a in found.listed} == {a.grant_id for a in awards} - set(held)


@pytest.mark.parametrize(
    ("count", "says"), [(0, "none"), (1, "a few"), (7, "a few"), (8, "about 10"), (66, "about 65")]
)
def test_number_of_awards_held_back_is_no_exact_number(count, says):
    """Less the exact total of one programme it would be the awards of another, too small to publish."""
    assert open_data.held_back_says(count) == says


def test_page_and_files_say_about_how_many_are_held_back(client, awards):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    actions.save_publisher(by=lead, **SAYS)
    release = workflow.publish_awards(by=lead)
    assert release.held_back == 3
    assert "A few more are held back" in release.package["description"]
    page = client.get(reverse("open-data")).content.decode()
    assert "A few" in page
    assert "3 more" not in page


@pytest.mark.parametrize(
    ("charity", "company", "wanted"),
    [
        ("1098765", "01234567", "GB-CHC-1098765"),
        ("SC012345", "", "GB-SC-SC012345"),
        ("", "oc301234", "GB-COH-OC301234"),
        ("12345678", "", "360G-quill-ORG-1"),
        ("", "", "360G-quill-ORG-1"),
    ],
)
def test_organisation_is_named_by_its_official_number_where_it_has_one(charity, company, wanted):
    assert organisation_id("quill", charity, company, "ORG-1") == wanted


# --- valid --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def official():
    if not SCHEMA.exists():
        pytest.skip("the official schema is not here")
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    grant, whole = (
        json.loads((SCHEMA / f"360-giving-{name}.json").read_text())
        for name in ("schema", "package-schema")
    )
    named = {whole["properties"]["grants"]["items"]["$ref"], grant["$id"]}
    held = Resource(contents=grant, specification=DRAFT202012)
    registry = Registry().with_resources([(url, held) for url in named])
    return Draft202012Validator(whole, registry=registry, format_checker=FormatChecker())


def changed(**what):
    def change(package):
        package["grants"][0].update(what)

    return change


def without(name):
    def change(package):
        del package["grants"][0][name]

    return change


REQUIRED = (
    "id",
    "title",
    "description",
    "currency",
    "amountAwarded",
    "awardDate",
    "recipientOrganization",
    "fundingOrganization",
)
# What is wrong, by name: a change, the path of our message, and whether the schema sees it too.
FAULTS = {
    **{f"no {name}": (without(name), f"grants/0/{name}", True) for name in REQUIRED},
    "no award": (lambda p: p.update(grants=[]), "grants", True),
    "day in British order": (changed(awardDate="12/06/2025"), "grants/0/awardDate", True),
    "day that is none": (changed(awardDate="2025-02-30"), "grants/0/awardDate", False),
    "day to come": (changed(awardDate="2999-01-01"), "grants/0/awardDate", False),
    "amount as text": (changed(amountAwarded="3,000"), "grants/0/amountAwarded", True),
    "no amount": (changed(amountAwarded=0), "grants/0/amountAwarded", False),
    "empty value": (changed(title=None), "grants/0/title", True),
    "day as moment": (changed(dateModified="2025-06-01"), "grants/0/dateModified", True),
    "version with three parts": (lambda p: p.update(version="1.4.3"), "version", True),
    "organisation bare": (
        changed(recipientOrganization={"id": "x", "name": "y"}),
        "grants/0/recipientOrganization",
        True,
    ),
    "no publisher's name": (
        lambda p: p.update(publisher={"identifier": "GB-CHC-1098765"}),
        "publisher/name",
        True,
    ),
    "two funders": (
        changed(fundingOrganization=[{"id": "a", "name": "b"}, {"id": "c", "name": "d"}]),
        "grants/0/fundingOrganization",
        False,
    ),
    "unknown scope": (changed(locationScope="XYZ"), "grants/0/locationScope", False),
    "open call in other words": (changed(fromOpenCall="yes"), "grants/0/fromOpenCall", True),
    "misspelt field": (changed(ammountAwarded=1), "grants/0/ammountAwarded", False),
    "same words twice": (
        changed(title="Training", description="Training"),
        "grants/0/description",
        False,
    ),
    "e-mail address": (changed(title="Ask jo@example.org"), "grants/0/title", False),
    "post code": (changed(description="Near LS1 4AP"), "grants/0/description", False),
    "long title": (changed(title="x" * 141), "grants/0/title", False),
    "number with a slash": (changed(id="360G-quill-a/b"), "grants/0/id", False),
    "same number twice": (
        lambda p: p["grants"][1].update(id=p["grants"][0]["id"]),
        "grants",
        False,
    ),
    "finer place": (
        changed(
            beneficiaryLocation=[
                {"name": "Leeds", "countryCode": "GB", "geoCode": "E08000035", "geoCodeType": "MD"}
            ]
        ),
        "grants/0/beneficiaryLocation/0/geoCode",
        False,
    ),
}


def good():
    return made([award(n, organisation=n, amount=f"{3000 + n}.50") for n in (1, 2, 3)])


def test_package_has_no_fault():
    assert open_data.problems(good()) == []


def test_package_is_valid_by_the_official_schema(official):
    assert [e.message for e in official.iter_errors(good())] == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_by_its_field(name):
    change, path, _ = FAULTS[name]
    package = copy.deepcopy(good())
    change(package)
    assert path in {fault.path for fault in open_data.problems(package)}


def test_what_the_official_schema_refuses_we_refuse(official):
    seen = {}
    for name, (change, _, _) in FAULTS.items():
        package = copy.deepcopy(good())
        change(package)
        seen[name] = not official.is_valid(package)
    assert seen == {name: refused for name, (_, _, refused) in FAULTS.items()}


def test_codes_are_those_of_the_official_lists():
    if not SCHEMA.exists():
        pytest.skip("the official lists are not here")

    def codes(name):
        text = (SCHEMA / "codelists" / f"{name}.csv").read_text(encoding="utf-8-sig")
        rows = csv.DictReader(io.StringIO(text))
        return {row[next(k for k in row if k.lower() == "code")] for row in rows}

    grant = good()["grants"][0]
    assert grant["locationScope"] in codes("locationScope")
    assert grant["beneficiaryLocation"][0]["geoCodeType"] in codes("geoCodeType")
    assert grant["beneficiaryLocation"][0]["countryCode"] in codes("countryCode")
    assert grant["currency"] in codes("currency")


# --- files --------------------------------------------------------------------------------------


def flat(grant):
    """A grant as its row: heading → value, worked out anew from the JSON."""
    row = {}
    for title, path in COLUMNS:
        value = grant
        for part in path:
            value = value[0] if isinstance(value, list) else value
            value = value.get(part) if value else None
        row[title] = value
    return row


def test_files_say_the_same_awards():
    package = good()
    wanted = [flat(g) for g in json.loads(open_data.written(package, "json"))["grants"]]
    rows = list(csv.DictReader(io.StringIO(open_data.written(package, "csv").decode())))
    assert [{k: v or None for k, v in row.items()} for row in rows] == [
        {k: None if v is None else str(v) for k, v in row.items()} for row in wanted
    ]
    book = load_workbook(io.BytesIO(open_data.written(package, "xlsx")))
    assert book.sheetnames == ["grants", "Meta"]
    head, *body = book["grants"].iter_rows()
    titles = [cell.value for cell in head]
    assert [dict(zip(titles, (c.value for c in row), strict=True)) for row in body] == wanted
    kinds = {cell.data_type for row in body for cell in row}
    assert "f" not in kinds
    meta = {a.value: b.value for a, b in book["Meta"].iter_rows(max_col=2)}
    assert meta["Version"] == "1.4"
    assert meta["Publisher:Name"] == SAYS["name"]
    assert meta["License"] == package["license"]


def test_name_that_looks_like_a_formula_stays_text():
    listed = [award(n, organisation=n) for n in (1, 2, 3)]
    object.__setattr__(listed[0], "organisation", "=1+1 Care")
    package = made(listed)
    book = load_workbook(io.BytesIO(open_data.written(package, "xlsx")))
    cells = {c.value: c.data_type for row in book["grants"].iter_rows() for c in row}
    assert cells["=1+1 Care"] == "s"
    assert "'=1+1 Care" in open_data.written(package, "csv").decode()


def test_same_package_gives_the_same_bytes():
    package = good()
    for format in open_data.FORMATS:
        assert open_data.written(package, format) == open_data.written(package, format)


# --- releases -----------------------------------------------------------------------------------


@pytest.fixture
def awards(db):
    """Four awards of large providers and one of a small one, as rows."""
    grants = build(programme(), [GrantSpec(n, amount=Decimal(3000 + n)) for n in range(5)])
    sizes = [OrganisationSize.LARGE] * 4 + [OrganisationSize.MICRO]
    for grant, size in zip(grants, sizes, strict=True):
        Organisation.objects.filter(pk=grant.application.organisation_id).update(size=size)
    return grants


def test_release_is_frozen_and_served_to_everybody(client, awards):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    address = reverse("open-data-file", args=["json"])
    assert client.get(address).status_code == 404
    assert "Nothing is published yet" in client.get(reverse("open-data")).content.decode()
    with pytest.raises(NotReady, match="who publishes"):
        workflow.publish_awards(by=lead)
    actions.save_publisher(by=lead, **SAYS)
    release = workflow.publish_awards(by=lead)
    # The small provider's award, and those of the two that join it.
    assert (release.awards, release.held_back) == (2, 3)
    first = client.get(address)
    assert first["Content-Type"] == "application/json"
    assert open_data.problems(first.json()) == []
    assert {g["id"] for g in first.json()["grants"]} == {
        f"360G-quill-{code}" for code in PublishedAward.objects.values_list("code", flat=True)
    }
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Organisation.objects.update(name="Renamed", size=OrganisationSize.LARGE)
    assert client.get(address).content == first.content
    again = workflow.publish_awards(by=lead)
    assert (again.number, again.awards) == (2, 5)
    assert {g["id"] for g in first.json()["grants"]} < {
        g["id"] for g in client.get(address).json()["grants"]
    }
    for format in open_data.FORMATS:
        assert client.get(reverse("open-data-file", args=[format])).status_code == 200
    assert client.get(reverse("open-data-file", args=["pdf"])).status_code == 404


def test_nothing_of_the_person_or_the_case_is_in_any_file(client, awards):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    actions.save_publisher(by=lead, **SAYS)
    Organisation.objects.update(size=OrganisationSize.LARGE)
    workflow.publish_awards(by=lead)
    whole = client.get(reverse("open-data-file", args=["json"])).content.decode()
    whole += client.get(reverse("open-data-file", args=["csv"])).content.decode()
    whole += client.get(reverse("open-data")).content.decode()
    for grant in awards:
        person = grant.application.person
        for secret in (person.alias, person.reference, grant.reference, "ROW-2015"):
            assert secret not in whole
        assert grant.application.organisation.name in whole  # the control: something is there


def test_prefix_does_not_change_once_awards_are_published(awards):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    actions.save_publisher(by=lead, **SAYS)
    actions.save_publisher(by=lead, **SAYS | {"prefix": "other"})
    workflow.publish_awards(by=lead)
    with pytest.raises(NotReady, match="under the prefix other"):
        actions.save_publisher(by=lead, **SAYS)
    assert Publisher.objects.count() == 1


def test_only_programme_leads_publish(client, awards):
    for who in [*(staff(role) for role in TeamRole), member(organisation(), MemberRole.LEAD)]:
        is_lead = who.is_team(TeamRole.PROGRAMME_LEAD)
        client.force_login(who)
        assert client.get(reverse("prepare-open-data")).status_code == (200 if is_lead else 404)
        posted = client.post(reverse("publish-open-data"))
        assert posted.status_code == (302 if is_lead else 404)
        if not is_lead:
            with pytest.raises(NotAllowed):
                workflow.publish_awards(by=who)
            with pytest.raises(NotAllowed):
                actions.save_publisher(by=who, **SAYS)
    assert not AwardsRelease.objects.exists()  # nobody has said who publishes


def test_lead_prepares_and_publishes_in_the_pages(client, awards):
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    url = reverse("prepare-open-data")
    page = client.get(url).content.decode()
    assert "The prefix is a stand-in" in page
    assert SMALL_PROVIDER in page
    bad = client.post(url, SAYS | {"prefix": "a b", "name": ""}).content.decode()
    assert "Enter the prefix with letters and digits only" in bad
    assert "Enter the name of the organisation that publishes" in bad
    assert client.post(url, SAYS).status_code == 302
    assert client.post(reverse("publish-open-data")).url == reverse("open-data")
    said = client.get(reverse("open-data")).content.decode()
    assert "Quillmark Fund" in said
    assert "awards.xlsx" in said


# --- the command --------------------------------------------------------------------------------


def test_command_writes_a_valid_file_in_every_format(awards, tmp_path: Path, capsys):
    Organisation.objects.update(size=OrganisationSize.LARGE)
    for format in open_data.FORMATS:
        target = tmp_path / f"awards.{format}"
        call_command("publish_360giving", "--format", format, "--output", str(target))
        assert target.stat().st_size > 500
    said = capsys.readouterr()
    assert "5 awards written" in said.out
    assert "stand-in" in said.err
    package = json.loads((tmp_path / "awards.json").read_text())
    assert open_data.problems(package) == []
    assert PublishedAward.objects.count() == 5


def test_command_says_why_it_writes_nothing(tmp_path: Path):
    target = tmp_path / "awards.json"
    with pytest.raises(CommandError, match="needs one at least"):
        call_command("publish_360giving", "--output", str(target))
    assert not target.exists()
