"""The impact pages: the same numbers as the command, few queries, the right readers, nothing leaked."""

import html
import json
import re
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import MemberRole, Region, TeamRole
from accounts.state import NotReady
from outcomes import actions, drawings, workflow
from outcomes.enums import Point
from outcomes.impact_report import SECTIONS
from outcomes.reports import FIGURE_IDS, FOOTNOTE, PICTURE_NAMES, programme_figures
from tests.factories.accounts import member, organisation, staff, user
from tests.factories.impact import (
    AT_RISK,
    AVOIDED,
    START,
    GrantSpec,
    ReportSpec,
    build,
    paid_first,
    programme,
)
from tests.factories.survey import YES, host, published

pytestmark = pytest.mark.django_db
CUT_OFF = date(2016, 12, 31)
STAFF = (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
COUNTS = {"incidents": 10, "serious_incidents": 1, "restrictive": 2, "prn": 3, "quality_of_life": 5}


def spec(number, *, good=True, **more):
    """A grant with a whole story: baseline, three reports, plans, training, a claim."""
    said = AVOIDED if good else {"admission": "admitted"}
    later = COUNTS | said | {"incidents": 6, "others_count": 2, "others_effect": "none"}
    reports = {Point.BASELINE: ReportSpec(COUNTS, accepted_on=date(2015, 9, 14), risk=AT_RISK)}
    for point, days in ((Point.M3, 91), (Point.M6, 182), (Point.M12, 365)):
        reports[point] = ReportSpec(later, accepted_on=START + timedelta(days=days))
    staffing = {Point.BASELINE: ("3", False), Point.M12: ("2", True)}
    held = {"amount": Decimal("3299.41"), "learners": 5, "spent": Decimal("3100.00")} | more
    said = [(4, 7, 3)] * held["learners"]
    return GrantSpec(number, reports=reports, staff=staffing, ratings=said, **held)


def small(grants=3):
    round = programme()
    for made in build(round, [spec(n, good=n % 3 != 2) for n in range(grants)]):
        paid_first(made, date(2015, 8, 5))
    return round


def words_of(response):
    """What a reader sees: tags out, entities read, spaces single."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


def printed(*options):
    out = StringIO()
    call_command("impact", "--format", "json", *options, stdout=out)
    return json.loads(out.getvalue())


# --- one number everywhere ----------------------------------------------------------------------


def test_command_prints_its_keys_exactly():
    small()
    found = printed()
    assert set(found) >= {"reach", "money", "admissions", "staffing", "process"}
    assert list(found["reach"].items()) == [
        ("organisations", 3),
        ("grants", 3),
        ("focus_people", 3),
        ("training_interventions", 15),
        ("people_trained", 15),
    ]
    assert found["money"] == {
        "awarded": "9898.23",
        "mean_grant": "3299.41",
        "spent": "9300.00",
        "awarded_per_intervention": "659.88",
        "spent_per_intervention": "620.00",
    }
    a = found["admissions"]
    keys = ("numerator", "reporting", "funded", "percent", "ci_low", "ci_high")
    assert [a[k] for k in keys] == [2, 3, 3, 66.7, 20.8, 93.9]
    assert [a[k] for k in ("person_only", "others_only", "both")] == [2, 0, 0]
    s = found["staffing"]
    assert [s[k] for k in ("with_both", "safe_reductions", "missing")] == [3, 3, 0]
    p = found["process"]
    assert [p[k] for k in ("decided", "median_net_days", "p90_net_days")] == [3, 28, 28]


def test_command_takes_programme_and_cut_off():
    round = small()
    small(1)
    slug = round.programme.slug
    assert printed("--programme", slug)["reach"]["grants"] == 3
    early = printed("--programme", slug, "--cut-off", "2016-01-31")
    assert early["admissions"]["reporting"] == 3
    assert early["reports"] == {"due": 3, "accepted": 3}
    with pytest.raises(CommandError, match="no programme"):
        printed("--programme", "nowhere")
    with pytest.raises(CommandError, match="not a day"):
        printed("--cut-off", "31/12/2016")


def test_command_speaks_in_text_too():
    small()
    out = StringIO()
    call_command("impact", stdout=out)
    assert "3 organisations, 3 grants" in out.getvalue()
    assert "said there had been a reduction or avoidance" in out.getvalue()


def test_page_command_and_api_give_the_same_numbers(client):
    round = small(12)
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    query = {"programme": round.programme.slug, "cut_off": "2016-12-31"}
    response = client.get(reverse("impact"), query)
    said = words_of(response)
    found = printed("--programme", round.programme.slug, "--cut-off", "2016-12-31")
    assert client.get("/api/v1/impact/", query).json() == found
    r, m, a, s, p = (found[k] for k in ("reach", "money", "admissions", "staffing", "process"))
    stats = re.search(
        r"organisations (\d+) (\d+) grants focus people (\d+) .*? training interventions (\d+)",
        said,
    )
    assert [int(n) for n in stats.groups()] == [
        r["organisations"],
        r["grants"],
        r["focus_people"],
        r["training_interventions"],
    ]
    assert f"Mean grant £{Decimal(m['mean_grant']):,.2f}" in said
    for label, key in (
        ("Spent", "spent"),
        ("Awarded for each intervention", "awarded_per_intervention"),
        ("Spent for each intervention", "spent_per_intervention"),
    ):
        assert f"{label} £{Decimal(m[key]):,.2f}" in said
    assert f"People trained {r['people_trained']}" in said
    assert (
        f"{a['numerator']} of {a['reporting']} that reported; {a['funded']} funded. 95% interval "
        f"{round_half_up(a['ci_low'])}% to {round_half_up(a['ci_high'])}%" in said
    )
    assert f"Safe reductions in staffing {s['safe_reductions']} of {s['with_both']}" in said
    assert f"Median {p['median_net_days']}, 9 in 10 by {p['p90_net_days']}" in said


def round_half_up(number):
    return int(Decimal(str(number)).quantize(Decimal(1), "ROUND_HALF_UP"))


def test_page_quotes_the_wording_and_the_footnote(client):
    small()
    client.force_login(staff(TeamRole.OFFICER))
    said = words_of(client.get(reverse("impact")))
    assert (
        "67% of organisations that reported (2 of 3; 3 funded) said there had been a reduction or "
        "avoidance of a hospital admission for the person and/or other people their staff support "
        "(provider-reported; 95% CI 21–94%)." in said
    )
    assert FOOTNOTE in said
    assert "2 of 3" in said
    assert not re.search(r"\b(caused|proved|thanks to)\b", said)


def test_provisional_notice_says_how_many_are_missing(client):
    round = programme()
    build(round, [spec(0), GrantSpec(1)])
    client.force_login(staff(TeamRole.OFFICER))
    said = words_of(client.get(reverse("impact")))
    assert (
        "3 of 6 reports due are accepted (50%). The label goes at 80%, which needs 2 more." in said
    )


def test_page_without_any_programme_says_so(client):
    client.force_login(staff(TeamRole.OFFICER))
    assert "There is no programme yet" in words_of(client.get(reverse("impact")))
    assert "No figures are published yet" in words_of(client.get(reverse("impact-published")))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"cut_off": "31/13/2016"}, "Enter a cut-off day, for example 31/12/2016"),
        ({"cut_off": "１1/12/2016x"}, "Enter a cut-off day, for example 31/12/2016"),
        ({"cut_off": "2999-01-01"}, "The cut-off must be today or earlier"),
        ({"programme": "nowhere"}, "Choose a programme from the list"),
        ({"round": "nowhere"}, "Choose a round from the list"),
        ({"region": "atlantis"}, "Choose a region from the list"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_page_still_stands(client, query, sentence):
    small(1)
    client.force_login(staff(TeamRole.OFFICER))
    response = client.get(reverse("impact"), query)
    assert response.status_code == 200
    assert sentence in words_of(response)
    assert client.get("/api/v1/impact/", query).status_code == 400


def test_filters_of_the_page_narrow_every_figure(client):
    round = programme()
    build(round, [spec(0), spec(1)], regions=(Region.LONDON, Region.EAST))
    client.force_login(staff(TeamRole.OFFICER))
    query = {"region": "london"}
    assert client.get("/api/v1/impact/", query).json()["reach"]["grants"] == 1
    said = words_of(client.get(reverse("impact-figure", args=["grants"]), query))
    assert "1 to 1 of 1 grant" in said
    assert "London" in said


# --- every figure opens -------------------------------------------------------------------------


@pytest.mark.parametrize("id", FIGURE_IDS)
def test_every_figure_opens_into_its_definition_and_records(client, id):
    round = small()
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    response = client.get(reverse("impact-figure", args=[id]))
    figure = programme_figures(round.programme).figure(id)
    said = words_of(response)
    assert figure.definition in said
    assert figure.source in said
    assert "Cut-off" in said
    assert (FOOTNOTE in said) == figure.is_claim
    for record in figure.records:
        assert record.url in response.content.decode()
        assert len(record.cells) == len(figure.record_columns)


def test_admissions_figure_shows_denominators_missing_split_and_sensitivity(client):
    round = programme()
    silent = ReportSpec({"admission": "not_known"}, accepted_on=START + timedelta(days=95))
    build(round, [spec(0), spec(1, good=False), GrantSpec(2, reports={Point.M3: silent})])
    client.force_login(staff(TeamRole.OFFICER))
    said = words_of(client.get(reverse("impact-figure", args=["admissions"])))
    assert "Denominator A, headline 2 organisations" in said
    assert "Denominator B, always shown 3 organisations" in said
    assert "Organisations funded, with no answer to this question: 1" in said
    assert "Accepted reports that say “not known”: 1" in said
    assert "The person only, 1 Both, 0 Others only, 0 Neither, 1" in said
    assert "Latest report of each grant only (A) 1 2 50.0%" in said
    assert "All funded (B) 1 3 33.3%" in said


def test_unknown_figure_and_picture_are_404(client):
    small(1)
    client.force_login(staff(TeamRole.OFFICER))
    assert client.get(reverse("impact-figure", args=["happiness"])).status_code == 404
    assert client.get(reverse("impact-chart", args=["happiness"])).status_code == 404


def test_two_periods_are_compared_by_their_shares(client):
    small()
    client.force_login(staff(TeamRole.OFFICER))
    said = words_of(client.get(reverse("impact-compare")))
    assert "2 of 3 (67%)" in said


# --- queries ------------------------------------------------------------------------------------


def test_impact_page_needs_few_queries_whatever_the_size(client):
    counts = []
    one, many = small(1), small(9)
    by = host()
    for _ in range(2):
        published(by, many.programme, [YES] * 12)
    for round in (one, many):
        client.force_login(staff(TeamRole.PROGRAMME_LEAD))
        with CaptureQueriesContext(
            connection,
        ) as held:
            response = client.get(reverse("impact"), {"programme": round.programme.slug})
        assert response.status_code == 200
        counts.append(len(held))
    assert counts[0] == counts[1]
    assert counts[0] < 15, "\n".join(q["sql"][:260] + " … " + q["sql"][-160:] for q in held)


@pytest.mark.parametrize("id", FIGURE_IDS)
def test_figure_page_needs_the_same_queries_for_one_and_for_three(client, id):
    counts = []
    for round in (small(1), small(3)):
        client.force_login(staff(TeamRole.OFFICER))
        with CaptureQueriesContext(connection) as held:
            client.get(reverse("impact-figure", args=[id]), {"programme": round.programme.slug})
        counts.append(len(held))
    assert counts[0] == counts[1] < 15


# --- who may ------------------------------------------------------------------------------------

PAGES = {
    "impact": ("impact", ()),
    "figure": ("impact-figure", ("admissions",)),
    "chart": ("impact-chart", ("staffing",)),
    "published": ("impact-published", ()),
}


@pytest.mark.parametrize("role", TeamRole)
def test_only_officers_and_leads_open_the_figures(client, role):
    small(1)
    client.force_login(staff(role))
    allowed = 200 if role in STAFF else 404
    found = {
        page: client.get(reverse(name, args=args)).status_code
        for page, (name, args) in PAGES.items()
    }
    assert found == {"impact": allowed, "figure": allowed, "chart": allowed, "published": 200}
    assert client.get("/api/v1/impact/").status_code == allowed


@pytest.mark.parametrize("role", MemberRole)
def test_organisations_see_published_figures_only(client, role):
    small(1)
    client.force_login(member(organisation(), role))
    found = [client.get(reverse(name, args=args)).status_code for name, args in PAGES.values()]
    assert found == [404, 404, 404, 200]
    assert client.get("/api/v1/impact/").status_code == 404


def test_strangers_are_asked_to_sign_in_but_for_the_published_page(client):
    small(1)
    found = [client.get(reverse(name, args=args)).status_code for name, args in PAGES.values()]
    assert found == [302, 302, 302, 200]
    assert client.get("/api/v1/impact/").status_code == 401


def test_funder_comes_home_to_the_published_page(client):
    client.force_login(staff(TeamRole.FUNDER))
    page = client.get(reverse("home")).content.decode()
    assert page.count(reverse("impact-published")) == 2  # the menu, and the card
    assert f'href="{reverse("impact")}"' not in page
    client.force_login(user())
    assert reverse("impact-published") not in client.get(reverse("home")).content.decode()


# --- published ----------------------------------------------------------------------------------


def release(round, **more):
    """An edition for everybody: sent by one lead, approved by another."""
    first, second = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    values = {
        "title": "What the budgets achieved",
        "programme": round.programme,
        "audience": "published",
        "cut_off": CUT_OFF,
        "sections": list(SECTIONS),
    }
    report = actions.start_impact_report(by=first, **(values | more))
    report = workflow.submit_impact_report(report, by=first)
    return workflow.approve_impact_report(report, by=second)


def test_published_page_says_nothing_until_an_edition_is_released(client):
    round = programme()
    build(round, [spec(n) for n in range(12)])
    release(round, audience="internal")
    for query in ({}, {"programme": round.programme.slug}, {"programme": "nowhere"}):
        said = words_of(client.get(reverse("impact-published"), query))
        assert "No figures are published yet" in said
        assert "£" not in said.replace("£1,000 to £8,000", "")
    edition = release(round)
    page = client.get(reverse("impact-published"))
    assert "Figures to 31 December 2016" in words_of(page)
    assert edition.get_absolute_url() in page.content.decode()


def test_two_visits_around_one_new_grant_say_the_same(client):
    """One more grant between them would be one person, and what was awarded for them."""
    round = programme()
    build(round, [spec(n) for n in range(12)])
    release(round)

    def seen():
        return [
            words_of(client.get(reverse("impact-published"), query))
            for query in ({}, {"programme": round.programme.slug})
        ]

    before = seen()
    build(round, [spec(90, amount=Decimal("1234.56"), agreed_on=date(2015, 8, 1))])
    assert seen() == before
    with pytest.raises(NotReady, match="what was awarded for 1 person"):
        release(round)
    build(round, [spec(91 + n, agreed_on=date(2015, 8, 1)) for n in range(7)])
    release(round, sections=["reach"])
    assert "people the grants were for 20" in seen()[0]
    release(round, sections=["reach"], cut_off=date(2016, 12, 30))  # nobody more
    assert "Figures to 31 December 2016" in seen()[0]


def test_published_page_hides_what_few_organisations_said(client):
    round = programme()
    build(round, [spec(n % 4) for n in range(12)])
    release(round)
    said = words_of(client.get(reverse("impact-published")))
    assert "published once 10 of them have answered" in said
    assert "100%" not in said


def test_published_page_gives_exact_totals_and_rounded_people(client):
    round = programme()
    build(round, [spec(n, good=n % 4 != 3) for n in range(12)])
    release(round)
    said = words_of(client.get(reverse("impact-published"), {"programme": round.programme.slug}))
    assert "people the grants were for 12" in said
    assert "organisations 12" in said
    assert "9 of 12 that reported; 12 funded" in said
    assert "between 47% and 91%" in said
    assert "For about 10 of about 10 people" in said
    assert "Mean grant £3,299.41" in said
    assert FOOTNOTE in said


def test_published_page_shows_what_the_edition_has(client):
    """An edition may leave sections out: then the page has its totals alone."""
    round = programme()
    build(round, [spec(n) for n in range(12)])
    release(round, sections=["regions"])
    said = words_of(client.get(reverse("impact-published")))
    assert "people the grants were for 12" in said
    for absent in ("What was bought", "that reported;", "Fewer staff at a time"):
        assert absent not in said


def test_published_page_names_nobody_and_shows_no_small_count(client):
    round = programme()
    few = [spec(n) for n in range(3)]  # three safe reductions: nobody may count them
    rest = [GrantSpec(n, reports=spec(n).reports, learners=2) for n in range(3, 14)]
    grants = build(round, few + rest)
    release(round)
    response = client.get(reverse("impact-published"))
    page, said = response.content.decode(), words_of(response)
    assert "people the grants were for 14" in said
    assert "Fewer staff at a time" not in said
    for grant in grants:
        for secret in (
            grant.reference,
            grant.application.person.alias,
            grant.application.person.reference,
            grant.application.organisation.name,
            grant.application.organisation.reference,
        ):
            assert secret not in page
    for region in Region:
        assert region.label not in said


def test_published_page_cannot_be_narrowed(client):
    round = programme()
    build(round, [spec(n) for n in range(12)], regions=(Region.LONDON, Region.EAST))
    release(round)
    whole = words_of(client.get(reverse("impact-published")))
    assert "people the grants were for 12" in whole
    for query in ({"region": "london"}, {"cut_off": "2016-01-31"}, {"round": round.reference}):
        assert words_of(client.get(reverse("impact-published"), query)) == whole


# --- pictures -----------------------------------------------------------------------------------


def test_a_picture_is_drawn_once_for_the_same_numbers(monkeypatch):
    picture = programme_figures(small(9).programme).picture("regions")
    first = {narrow: drawings.drawn(picture, is_narrow=narrow) for narrow in (False, True)}
    assert first[False] != first[True]
    monkeypatch.setitem(sys.modules, "outcomes.charts", None)  # whoever asks for it fails
    assert {n: drawings.drawn(picture, is_narrow=n) for n in (False, True)} == first
    with pytest.raises(ImportError):
        drawings.drawn(replace(picture, labels=(*picture.labels[:-1], "Elsewhere")))


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("name", PICTURE_NAMES)
def test_picture_has_no_style_and_the_same_bytes_twice(client, name, size):
    from outcomes import charts

    round = small(9)
    client.force_login(staff(TeamRole.OFFICER))
    response = client.get(reverse("impact-chart", args=[name]), {"size": size})
    assert response["Content-Type"] == "image/svg+xml"
    svg = response.content.decode()
    assert not re.search(r"style|<script|<metadata|href=\"http", svg)
    assert f'width="{345 if size == "phone" else 560}"' in svg
    picture = programme_figures(round.programme).picture(name)
    assert charts.draw(picture, is_narrow=size == "phone") == svg
    again = client.get(
        reverse("impact-chart", args=[name]),
        {"size": size},
        headers={"if-none-match": response["ETag"]},
    )
    assert again.status_code == 304


def test_page_shows_each_picture_with_words_and_table_of_the_same_numbers(client):
    round = small(9)
    client.force_login(staff(TeamRole.OFFICER))
    page = html.unescape(client.get(reverse("impact")).content.decode())
    pictures = programme_figures(round.programme).pictures
    assert [p.name for p in pictures] == [
        "staffing",
        "incidents",
        "changes",
        "topics",
        "regions",
        "decisions",
    ]
    for picture in pictures:
        assert f'alt="{picture.alt}"' in page
        assert picture.title in page
        assert reverse("impact-chart", args=[picture.name]) in page
        for row in picture.rows:
            assert all(str(cell) in page for cell in row)


def test_auditor_comes_home_to_the_audit_trail(client):
    client.force_login(staff(TeamRole.AUDITOR))
    page = client.get(reverse("home")).content.decode()
    assert "Open the audit trail" in page
    assert page.count(reverse("audit-trail")) == 2  # the menu, and the card
    client.force_login(staff(TeamRole.FINANCE))
    assert "Open the audit trail" not in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("name", ["impact", "impact-compare", "impact-pictures"])
@pytest.mark.parametrize("day", ["01/01/0001", "31/12/9999", "31/12/1999"])
def test_day_out_of_all_years_is_named_at_its_field(client, name, day):
    small()
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    fields = ["cut_off"]
    if name == "impact-compare":
        fields += ["first_from", "first_until", "second_from", "second_until"]
    for field in fields:
        response = client.get(reverse(name), {field: day})
        assert response.status_code == 200
        is_late = field == "cut_off" and day.endswith("9999")
        sentence = (
            "The cut-off must be today or earlier"
            if is_late
            else "The year must be between 2000 and 2100"
        )
        assert sentence in response.content.decode()
