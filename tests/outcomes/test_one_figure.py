"""Fifty figures, each read wherever it stands: page, its picture's words and table, the files, the API."""

import csv
import html
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.enums import TeamRole
from outcomes import impact_report, open_data
from outcomes.reports import Audience, programme_figures
from tests.factories.accounts import staff
from tests.outcomes.test_impact_pages import small

pytestmark = pytest.mark.django_db
CUT_OFF = date(2016, 12, 31)


def words(content):
    text = re.sub(r"<[^>]+>", " ", content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


def expected(found):
    """Name → (the figure as it is printed, where the report holds it: table, row, column)."""
    r, m, a, s = found.reach, found.money, found.admissions, found.staffing
    figures = {
        "organisations": (f"{r.organisations:,}", ("Reach", "Organisations", "Number")),
        "grants": (f"{r.grants:,}", ("Reach", "Grants", "Number")),
        "focus-people": (f"{r.focus_people:,}", ("Reach", "Focus people", "Number")),
        "interventions": (
            f"{r.training_interventions:,}",
            ("Reach", "Training interventions", "Number"),
        ),
        "people-trained": (f"{r.people_trained:,}", ("Reach", "People trained", "Number")),
        "awarded": (f"£{m.awarded:,.2f}", ("Money", "Awarded", "Pounds")),
        "mean-grant": (f"£{m.mean_grant:,.2f}", ("Money", "Mean grant", "Pounds")),
        "spent": (f"£{m.spent:,.2f}", ("Money", "Spent", "Pounds")),
        "admissions": (f"{a.numerator:,}", (a.wording, "Headline (A)", "Yes")),
        "safe-reductions": (f"{s.safe_reductions:,}", (None, "Safe reduction", "Grants")),
    }
    columns = {"improved": "Better", "same": "About the same", "worse": "Worse"}
    for row in found.panel:
        for part, column in columns.items():
            title = f"{row.measured.title} ({row.measured.shown_code})"
            key = f"{row.measured.code}/{part}"
            figures[key] = (f"{getattr(row, part):,}", (None, title, column))
    return figures


def in_api(api, key):
    """The same figure over the API, as it would be printed."""
    if "/" in key:
        code, part = key.split("/")
        return f"{api['changes'][code][part]:,}"
    where = {
        "organisations": ("reach", "organisations"),
        "grants": ("reach", "grants"),
        "focus-people": ("reach", "focus_people"),
        "interventions": ("reach", "training_interventions"),
        "people-trained": ("reach", "people_trained"),
        "awarded": ("money", "awarded"),
        "mean-grant": ("money", "mean_grant"),
        "spent": ("money", "spent"),
        "admissions": ("admissions", "numerator"),
        "safe-reductions": ("staffing", "safe_reductions"),
    }
    group, name = where[key]
    value = api[group][name]
    return f"£{Decimal(value):,.2f}" if group == "money" else f"{value:,}"


def rows_of_csv(content):
    return {
        (line["Table"], line["Row"], line["Column"]): line["Printed"]
        for line in csv.DictReader(io.StringIO(content.decode()))
    }


def rows_of_workbook(content):
    found = {}
    for sheet in load_workbook(io.BytesIO(content)):
        if sheet.title in ("Contents", "Definitions"):
            continue
        heads = [cell.value for cell in sheet[4]]
        for line in sheet.iter_rows(min_row=5):
            for head, cell in zip(heads[1:], line[1:], strict=False):
                if head and cell.value is not None:
                    found[sheet["A1"].value, line[0].value, head] = cell.value
    return found


def held_in(rows, where):
    table, row, column = where
    found = [v for (t, r, c), v in rows.items() if table in (None, t) and (r, c) == (row, column)]
    assert found, where
    assert len(set(found)) == 1, where
    return found[0]


def test_fifty_figures_are_the_same_wherever_they_are_read(client):
    round = small(12)
    found = programme_figures(round.programme, CUT_OFF)
    figures = expected(found)
    assert len(figures) >= 50
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    query = {"programme": round.programme.slug, "cut_off": "2016-12-31"}
    api = client.get("/api/v1/impact/", query).json()
    page = words(client.get(reverse("impact"), query).content)
    document = impact_report.compose(found, audience=Audience.INTERNAL)
    files = {f: impact_report.written(document, f) for f in impact_report.FORMATS}
    by_csv, by_book = rows_of_csv(files["csv"]), rows_of_workbook(files["xlsx"])
    said = words(files["html"])
    pdf = re.sub(
        r"\s+", " ", " ".join(p.extract_text() for p in PdfReader(io.BytesIO(files["pdf"])).pages)
    )
    panel = {row.measured.code: row for row in found.panel}
    for key, (shown, where) in figures.items():
        assert in_api(api, key) == shown, key
        assert held_in(by_csv, where) == shown, key
        value = held_in(by_book, where)
        assert Decimal(str(value)) == Decimal(re.sub("[£,]", "", shown)), key
        assert shown in said, key
        assert shown in pdf, key
        if "/" not in key:
            figure = words(client.get(reverse("impact-figure", args=[key]), query).content)
            assert shown in figure, key
            assert shown.removesuffix(".00") in page, key
    for row in panel.values():
        line = f"{row.measured.title} {row.measured.shown_code} {row.improved:,}"
        better = "" if row.measured.well == "Improved" else f" {row.measured.well.lower()}"
        assert f"{line}{better} {row.same:,} {row.worse:,} {row.missing:,}" in page


def test_pictures_say_the_figures_in_words_and_in_their_tables(client):
    round = small(12)
    found = programme_figures(round.programme, CUT_OFF)
    client.force_login(staff(TeamRole.OFFICER))
    query = {"programme": round.programme.slug, "cut_off": "2016-12-31"}
    page = html.unescape(client.get(reverse("impact-pictures"), query).content.decode())
    panel = {row.measured.title: row for row in found.panel}
    checked = 0
    for name in ("changes", "topics", "regions", "pipeline", "crossing", "slopes"):
        picture = found.picture(name)
        assert f'alt="{picture.alt}"' in page
        table = client.get(reverse("impact-chart-table", args=[name]), query).content
        table = table.decode("utf-8-sig")
        held = list(csv.reader(io.StringIO(table)))
        assert held == [[c.label for c in picture.columns], *[list(row) for row in picture.rows]]
        checked += len(picture.rows)
    for title, better, same, worse, *_ in found.picture("changes").rows:
        row = panel[title]
        assert [better, same, worse] == [f"{n:,}" for n in (row.improved, row.same, row.worse)]
        assert (
            f"{row.improved:,} of {row.both:,}; {row.worse:,} worse."
            in found.picture("changes").alt
        )
    assert sum(int(row[1].replace(",", "")) for row in found.picture("topics").rows) == (
        found.reach.training_interventions
    )
    crossing = found.picture("crossing")
    assert (
        sum(sum(series.values) for series in crossing.series) == found.reach.training_interventions
    )
    assert {row[0]: row[1] for row in found.picture("pipeline").rows}["Agreed"] == str(
        found.reach.grants
    )
    assert checked > 20


def test_awards_as_open_data_add_up_to_the_same_money():
    round = small(12)
    found = programme_figures(round.programme, CUT_OFF)
    chosen = open_data.chosen()
    awards = [*chosen.listed, *(held.award for held in chosen.held_back)]
    own = [award for award in awards if award.programme_slug == round.programme.slug]
    assert len(own) == found.reach.grants
    assert sum(award.amount for award in own) == found.money.awarded
