"""Grants at a glance and two periods beside each other: signs, data quality, who sees what, few queries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership
from grants.models import Grant
from outcomes.due import with_people
from outcomes.enums import Point
from outcomes.indicators import items_at
from outcomes.reports import Scope, compare, programme_figures
from outcomes.reports.glance import Sign, glances
from tests.factories.accounts import staff, user
from tests.factories.impact import AT_RISK, GrantSpec, ReportSpec, build, noon, programme

pytestmark = pytest.mark.django_db
START = date(2025, 10, 1)
TODAY = date(2026, 2, 15)
CALM = {"incidents": 10, "restrictive": 2, "quality_of_life": 6, "stability": "green"}


def spec(number=0, before=None, after=None, **more):
    reports = {}
    if before is not None:
        reports[Point.BASELINE] = ReportSpec(before, accepted_on=date(2025, 9, 14), risk=AT_RISK)
    if after is not None:
        reports[Point.M3] = ReportSpec(after, accepted_on=START + timedelta(days=95))
    held = {
        "agreed_on": date(2025, 9, 1),
        "activated_on": date(2025, 9, 15),
        "start": START,
        "submitted_on": date(2025, 7, 1),
        "released_on": date(2025, 7, 29),
    } | more
    return GrantSpec(number, reports=reports, **held)


def glance_of(*specs):
    build(programme(), list(specs))
    with clock.at(noon(TODAY)):
        grants = list(with_people(Grant.objects.order_by("reference")))
        return glances(grants, Scope(None, clock.today()))


SIGNS = [
    (spec(before=CALM, after=CALM), []),
    (spec(before=CALM, after=CALM | {"incidents": 12}), [Sign.INCIDENTS]),
    (spec(before=CALM, after=CALM | {"incidents": 11}), []),
    (spec(before=CALM, after=CALM | {"restrictive": 3}), [Sign.RESTRICTIVE]),
    (spec(before=CALM, after=CALM | {"stability": "red"}), [Sign.HOME]),
    (spec(before=CALM, after=CALM | {"quality_of_life": 5}), [Sign.LIFE]),
    (spec(before=CALM), [Sign.OVERDUE]),
    (spec(activated_on=None, start=None), [Sign.NO_BASELINE]),
    (spec(before=CALM, start=None), [Sign.NO_SESSION]),
    (spec(before=CALM, after=CALM, staff={Point.BASELINE: ("2", True), Point.M3: ("2", True)},
          family={Point.BASELINE: 10, Point.M3: 13}), [Sign.FAMILY]),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(SIGNS)))
def test_each_sign_appears_when_it_should(case):
    made, expected = SIGNS[case]
    (found,) = glance_of(made)
    assert list(found.warnings) == expected


def test_data_quality_is_the_share_of_what_was_asked_by_now():
    required = {
        point: [i for i in items_at(point) if not i.is_optional and i.only_if is None]
        for point in (Point.BASELINE, Point.M3)
    }
    before, after = (
        {item.code: "not_applicable" for item in required[p]} for p in (Point.BASELINE, Point.M3)
    )
    missing = len(required[Point.M3]) + 1
    whole = len(required[Point.BASELINE]) + 1 + missing
    plans = {Point.BASELINE: ("2", True), Point.M3: ("2", True)}
    (full,) = glance_of(spec(before=before, after=after, staff=plans))
    assert (full.answered.part, full.answered.whole) == (whole, whole)
    after["incidents"] = "not_known"
    (less,) = glance_of(spec(before=before, after=after, staff={Point.M3: ("2", True)}))[1:]
    assert (less.answered.part, less.answered.whole) == (whole - 2, whole)
    (no_report,) = glance_of(spec(before=before, staff=plans))[2:]
    assert (no_report.answered.part, no_report.answered.whole) == (whole - missing, whole)


def test_page_shows_the_organisation_its_own_and_the_team_all(client):
    ours, theirs = build(programme(), [spec(0, before=CALM), spec(1, before=CALM, after=CALM)])
    lead = user()
    Membership.objects.create(
        user=lead, organisation=ours.application.organisation, role=MemberRole.CONTRIBUTOR
    )
    url = reverse("grants-at-a-glance")
    with clock.at(noon(TODAY)):
        client.force_login(lead)
        page = client.get(url).content.decode()
        assert ours.reference in page
        assert theirs.reference not in page
        assert "Report overdue" in page
        client.force_login(staff(TeamRole.OFFICER))
        page = client.get(url).content.decode()
        assert ours.reference in page
        assert theirs.reference in page
        kept = client.get(url, {"sign": "overdue"}).content.decode()
        assert ours.reference in kept
        assert theirs.reference not in kept
        none = client.get(url, {"sign": "incidents"}).content.decode()
        assert "No grant fits these filters" in none


def test_page_needs_the_same_queries_for_one_and_for_three(client):
    build(programme(), [spec(0, before=CALM)])
    counts = []
    for extra in ([], [spec(1, before=CALM), spec(2, before=CALM, after=CALM)]):
        build(programme(), extra)
        client.force_login(staff(TeamRole.OFFICER))
        with clock.at(noon(TODAY)), CaptureQueriesContext(connection) as held:
            client.get(reverse("grants-at-a-glance"))
        counts.append(len(held))
    assert counts[0] == counts[1] <= 15


# --- two periods --------------------------------------------------------------------------------


def two_periods():
    round = programme()
    early = {"agreed_on": date(2015, 6, 30), "amount": Decimal("1000.00"), "learners": 2}
    late = {"agreed_on": date(2015, 7, 1), "amount": Decimal("3000.00"), "learners": 3}
    build(round, [GrantSpec(0, **early), GrantSpec(1, **late), GrantSpec(2, **late)])
    return round


def test_each_grant_counts_in_the_period_of_its_agreement():
    round = two_periods()
    scope = Scope(round.programme, date(2016, 12, 31))
    first = (date(2015, 4, 1), date(2015, 6, 30))
    found = compare(scope, first, (date(2015, 7, 1), date(2015, 12, 31)))
    assert [(x.id, x.first, x.second) for x in found.bought[:3]] == [
        ("grants", "1", "2"),
        ("organisations", "1", "2"),
        ("awarded", "£1,000.00", "£6,000.00"),
    ]
    whole = programme_figures(round.programme, date(2016, 12, 31))
    parts = (found.first.reach, found.second.reach)
    for name in ("grants", "training_interventions", "people_trained"):
        assert sum(getattr(r, name) for r in parts) == getattr(whole.reach, name)
    assert not found.first.scope.is_whole_programme


def test_page_compares_what_the_address_says(client):
    round = two_periods()
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    url = reverse("impact-compare")
    query = {"programme": round.programme.slug, "cut_off": "2016-12-31"}
    page = client.get(url, query).content.decode()
    assert "30 June 2015 to 30 June 2015" in page
    assert "1 July 2015 to 1 July 2015" in page
    chosen = query | {
        "first_from": "01/04/2015",
        "first_until": "30/06/2015",
        "second_from": "01/07/2015",
        "second_until": "31/12/2015",
    }
    page = client.get(url, chosen).content.decode()
    assert "1 April 2015 to 30 June 2015" in page
    assert "£6,000.00" in page
    assert "An organisation with grants in both periods counts in both" in page
    wrong = client.get(url, chosen | {"first_until": "01/01/2015"}).content.decode()
    assert "The last day must not lie before the first" in wrong
