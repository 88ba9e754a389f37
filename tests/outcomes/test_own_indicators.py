"""Indicators that a programme lead adds without code: asked from then on, on the panel, never in history."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.state import NotAllowed, NotReady
from outcomes import actions, impact_report
from outcomes.enums import Point
from outcomes.indicators import INDICATORS, ITEMS, PANEL, Value
from outcomes.models import OutcomeReport, OwnIndicator
from outcomes.reports import FIGURE_IDS, Audience, programme_figures
from outcomes.reports.published_set import printed
from tests.factories.accounts import lead_of, staff
from tests.factories.impact import (
    AT_RISK,
    START,
    GrantSpec,
    ReportSpec,
    build,
    own_indicator,
    programme,
)

pytestmark = pytest.mark.django_db
CUT_OFF = date(2016, 12, 31)
POSTED = {
    "title": "Calm days",
    "question": "How calm was the last week for {alias}?",
    "sentence": "a calmer week",
    "kind": "score",
    "direction": "higher",
    "least": "0",
    "most": "10",
    "points": ["m3", "m6"],
    "rater": "The team",
    "owner": "Programme lead",
    "instrument": "own",
}


def long_ago(**more):
    """An indicator that stood before every report of the factories."""
    with clock.at(datetime(2015, 1, 1, 12, tzinfo=clock.LONDON)):
        return own_indicator(**more)


def reported(own, before, after, number=0, **more):
    """A grant that answered before and after."""
    reports = {
        Point.BASELINE: ReportSpec({own.code: before}, accepted_on=date(2015, 9, 14), risk=AT_RISK),
        Point.M3: ReportSpec({own.code: after}, accepted_on=START + timedelta(days=91), **more),
    }
    return GrantSpec(number, reports=reports)


def row_of(own, round, cut_off=CUT_OFF):
    panel = programme_figures(round.programme, cut_off).panel
    return next((r for r in panel if r.measured.code == own.code), None)


# --- the register -------------------------------------------------------------------------------


def test_register_holds_every_indicator_with_all_it_needs():
    codes = [found.code for found in INDICATORS]
    assert codes == [f"OUT-{n:02d}" for n in range(1, 24)]
    assert [found.is_core for found in INDICATORS] == [True] * 15 + [False] * 8
    for found in INDICATORS:
        for said in ("title", "sentence", "unit", "direction", "rater", "when", "source", "owner"):
            assert getattr(found, said), (found.code, said)
        assert found.target
        assert found.version >= 1
        assert found.figures
        assert set(found.figures) <= set(FIGURE_IDS)
    assert {m.indicator for m in PANEL} | {"OUT-07", "OUT-08"} == set(codes)
    assert {item.indicator for item in ITEMS} <= set(codes)


@pytest.mark.parametrize("role", [TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD])
def test_register_is_a_page(client, role):
    own_indicator()
    client.force_login(staff(role))
    page = client.get(reverse("indicators")).content.decode()
    for found in INDICATORS:
        assert f"{found.code} {found.title}" in page
    assert "OWN-1 Calm days" in page
    assert ("Add an indicator" in page) == (role == TeamRole.PROGRAMME_LEAD)


# --- adding, changing, retiring -----------------------------------------------------------------


def test_lead_adds_revises_and_retires_in_the_pages(client):
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    made = client.post(reverse("new-indicator"), POSTED)
    assert made.status_code == 302
    held = OwnIndicator.objects.get()
    assert (held.reference, held.version, held.points) == ("OWN-1", 1, ["baseline", "m3", "m6"])
    words = {k: v for k, v in POSTED.items() if k not in ("kind", "points", "least", "most")}
    revised = client.post(f"{made.url}edit/", words | {"title": "Calm weeks", "change": "Clearer"})
    assert revised.status_code == 302
    newest = OwnIndicator.objects.get(version=2)
    assert (newest.title, newest.kind, newest.most) == ("Calm weeks", "score", 10)
    page = client.get(made.url).content.decode()
    assert "Calm weeks" in page
    assert "Clearer" in page
    assert client.post(f"{made.url}retire/").status_code == 302
    assert "Retired" in client.get(made.url).content.decode()
    assert client.get(f"{made.url}edit/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"title": ""}, "Enter a short name"),
        ({"most": "0"}, "The highest score must be above the lowest"),
        ({"least": ""}, "Enter a whole number from 0 to 100"),
        ({"direction": ""}, "Select which way is better"),
        ({"points": []}, "Select at least one follow-up"),
        ({"kind": "choice"}, "Enter 2 to 8 answers, one a line"),
        ({"kind": "choice", "choices": "Red\nred"}, "Enter each answer once"),
        ({"kind": "choice", "choices": "x" * 31 + "\ny"}, "Shorten this to 30 characters"),
        ({"question": "Ask 9434765919 how it was"}, "NHS number"),
    ],
)
def test_errors_are_named_beside_their_fields(client, sent, sentence):
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    assert sentence in client.post(reverse("new-indicator"), POSTED | sent).content.decode()
    assert not OwnIndicator.objects.exists()


@pytest.mark.parametrize("title", ["Calm days", "CALM  days", "calm\ndays", "Hospital admission"])
def test_no_two_indicators_have_one_name(client, title):
    held = own_indicator(title="Calm days")
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    sentence = "Another indicator has this name"
    page = client.post(reverse("new-indicator"), POSTED | {"title": title})
    assert sentence in page.content.decode()
    refused = client.post("/api/v1/indicators/", POSTED | {"title": title}, "application/json")
    assert sentence in refused.content.decode()
    words = {k: v for k, v in POSTED.items() if k not in ("kind", "points", "least", "most")}
    words |= {"title": title, "change": "Clearer"}
    revised = client.post(f"{held.get_absolute_url()}edit/", words)
    assert revised.status_code == (200 if title == "Hospital admission" else 302)
    assert OwnIndicator.objects.filter(version=1).count() == 1


def test_api_adds_revises_retires_and_refuses_as_the_pages_do(client):
    client.force_login(staff(TeamRole.OFFICER))
    assert client.post("/api/v1/indicators/", POSTED, "application/json").status_code == 404
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))

    def post(path, body):
        return client.post(f"/api/v1/indicators/{path}", json.dumps(body), "application/json")

    assert post("", POSTED | {"title": ""}).status_code == 400
    body = POSTED | {"kind": "choice", "choices": ["Worse", "Same", "Better"]}
    made = post("", body)
    assert made.status_code == 201
    assert made.json()["choices"] == ["Worse", "Same", "Better"]
    assert made.json()["direction"] == "higher"
    revised = post("1/revise/", POSTED | {"question": "Clearer words?", "change": "Clearer"})
    assert (revised.json()["version"], revised.json()["question"]) == (2, "Clearer words?")
    assert post("1/retire/", {}).status_code == 200
    assert post("1/retire/", {}).status_code == 409
    assert post("1/revise/", POSTED | {"change": "Again"}).status_code == 409
    assert [row["version"] for row in client.get("/api/v1/indicators/").json()["results"]] == [2]


def test_somebody_without_the_role_adds_nothing_and_an_old_version_is_not_the_base_of_a_new_one():
    with pytest.raises(NotAllowed):
        own_indicator(by=staff(TeamRole.OFFICER))
    lead = staff(TeamRole.PROGRAMME_LEAD)
    first = own_indicator(by=lead)
    values = {"title": "New", "change": "Why"}
    kept = {f: getattr(first, f) for f in ("question", "sentence", "rater", "owner")}
    actions.revise_indicator(first, by=lead, **values, **kept)
    with pytest.raises(NotReady, match="newer version"):
        actions.revise_indicator(first, by=lead, **values, **kept)


# --- asked in reports ---------------------------------------------------------------------------


def test_reports_ask_it_from_then_on_in_the_words_of_their_day(client, started):
    lead = lead_of(started.organisation)
    at = datetime(2025, 10, 1, 12, tzinfo=clock.LONDON)
    with clock.at(at):
        first = own_indicator(question="In the first words?")
    baseline = started.outcome_reports.get()
    assert first.code not in [item.code for item in baseline.items]
    with clock.at(at + timedelta(days=10)):
        client.force_login(lead)
        asked = client.post(reverse("start-outcome-report", args=[started.reference, "m3"]))
        page = client.get(asked.url).content.decode()
        assert "In the first words?" in page
        report = OutcomeReport.objects.get(point="m3")
    with clock.at(at + timedelta(days=11)):
        kept = {f: getattr(first, f) for f in ("title", "sentence", "rater", "owner")}
        actions.revise_indicator(
            first, by=first.made_by, question="In other words?", change="Why", **kept
        )
        assert "In the first words?" in client.get(asked.url).content.decode()
        actions.save_report(report, by=lead, answers={first.code: Value(number=Decimal(7))})
        api = client.get(f"/api/v1/outcome-reports/{report.reference}/").json()
        assert {"item": "own_1", "status": "value", "number": "7.00", "choice": ""} in api[
            "answers"
        ]
        assert "How calm" not in str(OutcomeReport.objects.get(point="m3").unanswered())
    with clock.at(at + timedelta(days=20)):
        report = OutcomeReport.objects.get(point="m3")
        actions.retire_indicator(OwnIndicator.objects.get(version=2), by=first.made_by)
        assert first.code in [item.code for item in report.items]
        report.started_at = clock.now()
        del report.items
        assert first.code not in [item.code for item in report.items]


# --- in the figures -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ({}, 4, 6, "improved"),
        ({}, 4, 4, "same"),
        ({}, 4, 3, "worse"),
        ({}, 4, "not_known", "missing"),
        ({"direction": "lower"}, 4, 3, "improved"),
        ({"direction": "neither"}, 4, 3, "same"),
        ({"kind": "number", "least": None, "most": None}, 4, 6, "improved"),
        ({"kind": "choice", "least": None, "most": None, "choices": ["Bad", "Good"]},
         "Bad", "Good", "improved"),
        ({"kind": "choice", "least": None, "most": None, "choices": ["Bad", "Good"]},
         "Good", "Bad", "worse"),
    ],
)  # fmt: skip
def test_panel_judges_it_as_it_was_set_up(kind, before, after, expected):
    own, round = long_ago(**kind), programme()
    build(round, [reported(own, before, after)])
    row = row_of(own, round)
    names = ("improved", "same", "worse", "missing", "not_eligible")
    assert [name for name in names if getattr(row, name)] == [expected]


def test_rate_is_compared_in_28_days():
    own, round = long_ago(kind="rate", least=None, most=None, direction="lower"), programme()
    build(round, [reported(own, 4, 3, days=14)])
    row = row_of(own, round)
    assert (row.worse, row.changes) == (1, (2,))


def test_history_does_not_change():
    """Reports begun before it was asked are not missing, and a past cut-off does not know it."""
    round = programme()
    build(round, [GrantSpec(reports={Point.BASELINE: ReportSpec(accepted_on=date(2015, 9, 14))})])
    before = programme_figures(round.programme, CUT_OFF).as_json()
    own = own_indicator()
    assert programme_figures(round.programme, CUT_OFF).as_json() == before
    row = row_of(own, round, clock.today())
    assert (row.due, row.not_eligible) == (0, 1)


def test_it_stands_on_page_figure_report_api_and_published_set(client):
    own, round = long_ago(), programme()
    build(round, [reported(own, 4, 6 if n < 12 else 3, n) for n in range(24)])
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    query = {"programme": round.programme.slug, "cut_off": "2016-12-31"}
    page = client.get(reverse("impact"), query).content.decode()
    assert "Calm days" in page
    assert "OWN-1" in page
    figure = client.get(reverse("impact-figure", args=["change-own-1"]), query).content.decode()
    assert "12 of 24" in figure
    assert "Improved: a calmer week." in figure
    api = client.get("/api/v1/impact/", query).json()["changes"]["own_1"]
    assert (api["indicator"], api["improved"], api["worse"]) == ("OWN-1", 12, 12)
    found = programme_figures(round.programme, CUT_OFF)
    cells = printed(found).table("own_1")
    assert [cell.text for cell in cells.values()] == ["10", "0", "10"]
    for audience in Audience:
        document = impact_report.compose(found, audience=audience)
        (changes,) = [b for s in document["sections"] for b in s["blocks"] if b["id"] == "changes"]
        assert any(row[0]["text"].startswith("Calm days") for row in changes["rows"])
        assert "Calm days" in impact_report.written(document, "csv").decode()
