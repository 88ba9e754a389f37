"""Impact reports: made by one lead, approved by another, frozen, and the same in every format."""

import csv
import html
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.enums import MemberRole, OrganisationSize, Region, TeamRole
from accounts.models import Organisation
from accounts.state import NotAllowed, NotReady, blockers
from accounts.verbs import offered
from outcomes import actions, impact_report, open_data, workflow
from outcomes.enums import ReportStage
from outcomes.impact_report.formats import ABOUT, about, sheet_names, tables_of
from outcomes.models import ImpactReport
from outcomes.reports import FOOTNOTE, Audience, programme_figures
from outcomes.reports.publication import EXACT, counts_say
from outcomes.reports.published_set import printed, rule
from tests.factories.accounts import member, organisation, staff
from tests.factories.impact import GrantSpec, build, programme
from tests.outcomes.test_disclosure import by_subtraction, given_away
from tests.outcomes.test_impact_pages import spec

pytestmark = pytest.mark.django_db
CUT_OFF = date(2016, 12, 31)
REGIONS = (
    Region.LONDON,
    Region.LONDON,
    Region.EAST,
    Region.LONDON,
    Region.LONDON,
    Region.SOUTH_WEST,
)


def world(grants=24):
    """A programme large enough to publish: most in London, a few in two other regions."""
    round = programme()
    build(round, [spec(n, good=n % 5 != 2) for n in range(grants)], regions=REGIONS)
    return round


def draft(round, by, audience="published", **more):
    values = {
        "title": "What the budgets achieved",
        "programme": round.programme,
        "audience": audience,
        "cut_off": CUT_OFF,
        "sections": list(impact_report.SECTIONS),
        "summary": "Two paragraphs.\n\nThe second one.",
        "commentary": {"reach": "Mostly in London."},
        "easy_read": "We gave money for training.",
    }
    return actions.start_impact_report(by=by, **(values | more))


@pytest.fixture
def leads():
    return staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)


# --- two people ---------------------------------------------------------------------------------


def test_report_is_frozen_when_it_is_sent_and_approved_by_another(leads):
    first, second = leads
    round = world()
    report = draft(round, first)
    report = workflow.submit_impact_report(report, by=first)
    assert report.state == ReportStage.WAITING
    frozen = report.document
    with pytest.raises(NotAllowed):
        workflow.approve_impact_report(report, by=first)
    with pytest.raises(NotReady, match="does not change any more"):
        actions.save_impact_report(report, by=first, title="Another")
    build(round, [GrantSpec(90), GrantSpec(91)])
    report = workflow.approve_impact_report(report, by=second)
    assert (report.state, report.edition) == (ReportStage.APPROVED, 1)
    assert report.document == frozen
    assert workflow.composed(report) == frozen
    assert frozen["headlines"][1]["value"] == "24"


def test_sent_back_is_a_draft_with_its_reason(leads):
    first, second = leads
    report = workflow.submit_impact_report(draft(world(9), first), by=first)
    report = workflow.send_back_impact_report(report, by=second, reason="Say more")
    assert (report.state, report.document, report.return_reason) == (
        ReportStage.DRAFT,
        None,
        "Say more",
    )
    report = actions.save_impact_report(report, by=first, title="Better")
    assert workflow.submit_impact_report(report, by=second).submitted_by == second


def test_verbs_by_state_and_person(leads):
    first, second = leads
    people = {"first": first, "second": second} | {
        str(role): staff(role) for role in TeamRole if role != TeamRole.PROGRAMME_LEAD
    }
    people["member"] = member(organisation(), MemberRole.LEAD)
    report = draft(world(9), first)

    def seen():
        now = ImpactReport.objects.get(pk=report.pk)
        found = {who: {o.verb.name for o in offered(p, now)} for who, p in people.items()}
        return {who: verbs for who, verbs in found.items() if verbs}

    assert seen() == {"first": {"submit"}, "second": {"submit"}}
    workflow.submit_impact_report(report, by=first)
    assert seen() == {"second": {"approve", "send-back"}}
    workflow.approve_impact_report(report, by=second)
    assert seen() == {}
    assert "moved on" in blockers(ImpactReport.objects.get(pk=report.pk), "submit")[0]


def test_editions_are_numbered_within_their_programme(leads):
    first, second = leads
    one, other = world(9), world(9)
    numbers = []
    for round in (one, one, other):
        report = workflow.submit_impact_report(draft(round, first, "internal"), by=first)
        numbers.append(workflow.approve_impact_report(report, by=second).edition)
    assert numbers == [1, 2, 1]


# --- what stands in the way ---------------------------------------------------------------------


def test_words_that_name_a_person_or_a_case_are_refused(leads):
    round = world(9)
    grant = round.applications.first().grant
    alias = grant.application.person.alias
    for word in (alias, alias.lower(), grant.reference):
        report = draft(round, leads[0], commentary={"reach": f"We think of {word}, who moved."})
        with pytest.raises(NotReady, match="names a person or a case"):
            workflow.submit_impact_report(report, by=leads[0])
    assert workflow.submit_impact_report(draft(round, leads[0]), by=leads[0])


def test_small_programme_is_not_published(leads):
    report = draft(world(7), leads[0])
    with pytest.raises(NotReady, match="8 people or more"):
        workflow.submit_impact_report(report, by=leads[0])
    assert workflow.submit_impact_report(draft(world(7), leads[0], "internal"), by=leads[0])


def test_second_edition_that_tells_who_was_added_is_refused(leads):
    """12, 62 and 22 of 96, then 13, 68 and 23 of 104: together they would show the one who came."""
    first, second = leads
    round = programme()
    regions = (Region.LONDON, Region.EAST, Region.SOUTH_WEST)
    there = (0,) * 12 + (1,) * 62 + (2,) * 22
    build(round, [GrantSpec(n) for n in there], regions=regions)
    report = workflow.submit_impact_report(draft(round, first), by=first)
    workflow.approve_impact_report(report, by=second)
    came = [GrantSpec(n, agreed_on=date(2016, 11, 1)) for n in (0, *[1] * 6, 2)]
    build(round, came, regions=regions)
    again = draft(round, first)
    with pytest.raises(NotReady, match=r"edition 1 it would tell that 1 was added in London"):
        workflow.submit_impact_report(again, by=first)
    without = [id for id in impact_report.SECTIONS if id != "regions"]
    assert workflow.submit_impact_report(draft(round, first, sections=without), by=first)


# --- the same everywhere ------------------------------------------------------------------------


def cells_of(document):
    """(table, row, column) → what is printed."""
    return {
        (table["id"], row[0]["text"], column): cell["text"]
        for _, table in tables_of(document)
        for row in table["rows"]
        for column, cell in zip(table["columns"][1:], row[1:], strict=True)
    }


def cells_of_csv(content, document):
    ids = {table["title"]: table["id"] for _, table in tables_of(document)}
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {
        (ids[r["Table"]], r["Row"], r["Column"]): r["Printed"]
        for r in rows
        if r["Section"] != ABOUT
    }


def words_in(markup):
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def cells_of_page(text, document):
    """Read the tables of a page: every cell in its place, by the order of the tables."""
    found = {}
    pages = re.findall(r"<table[^>]*>.*?</table>", text, re.S)
    wanted = [table for _, table in tables_of(document)]
    headings = dict(re.findall(r'<h3 id="([^"]+)">(.*?)</h3>', text, re.S))
    captions = [
        words_in(
            headings[labelled[1]]  # outside what scrolls
            if (labelled := re.match(r'<table aria-labelledby="([^"]+)"', page))
            else re.search(r"<caption[^>]*>(.*?)</caption>", page, re.S)[1]
        )
        for page in pages
    ]
    for table in wanted:
        body = pages[captions.index(table["title"])]
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
        heads, *lines = [
            [words_in(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in rows
        ]
        for name, *values in lines:
            for column, value in zip(heads[1:], values, strict=True):
                found[table["id"], name, column] = value
    return found


def cells_of_workbook(content, document):
    book = load_workbook(io.BytesIO(content))
    found = {}
    for number, (_, table) in enumerate(tables_of(document), 1):
        sheet = book.worksheets[number]
        assert sheet["A1"].value == table["title"]
        heads = [c.value for c in sheet[4]]
        for line in sheet.iter_rows(min_row=5, max_row=4 + len(table["rows"])):
            for column, cell in zip(heads[1:], line[1:], strict=False):
                if column is not None:
                    found[table["id"], line[0].value, column] = cell
    return found


def text_of_pdf(content):
    """The words of a PDF, read back by another library."""
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("audience", ["internal", "published"])
def test_every_figure_is_the_same_in_page_files_and_table(client, leads, audience):
    first, second = leads
    round = world()
    report = workflow.submit_impact_report(draft(round, first, audience), by=first)
    report = workflow.approve_impact_report(report, by=second)
    document = report.document
    cells = cells_of(document)
    assert len(cells) >= 50
    client.force_login(second)
    page = client.get(report.get_absolute_url()).content.decode()
    files = {
        format: client.get(reverse("impact-report-file", args=[report.reference, format])).content
        for format in impact_report.FORMATS
    }
    assert cells_of_page(page, document) == cells
    assert cells_of_page(files["html"].decode(), document) == cells
    assert cells_of_csv(files["csv"], document) == cells
    held = cells_of_workbook(files["xlsx"], document)
    assert set(held) == set(cells)
    for key, cell in held.items():
        assert cell.data_type != "f"
        if isinstance(cell.value, int | float):
            shown = Decimal(re.sub(r"[£,%]", "", cells[key]).replace("\N{MINUS SIGN}", "-"))
            assert Decimal(str(cell.value)) == shown, key
        else:
            assert cell.value == cells[key]
    said = text_of_pdf(files["pdf"])
    assert FOOTNOTE.split(" – ")[0][:60] in said
    for (_, row, _), value in cells.items():
        assert value in said, (row, value)


def test_published_figures_are_those_of_the_pages_and_the_api(client, leads):
    """Exact ones beside the published page and the API; the others are the API's by the rule."""
    round = world()
    report = workflow.submit_impact_report(draft(round, leads[0]), by=leads[0])
    workflow.approve_impact_report(report, by=leads[1])
    figures = programme_figures(round.programme, CUT_OFF)
    document = impact_report.compose(figures, audience=Audience.PUBLISHED)
    cells, api = cells_of(document), figures.as_json()
    exact = {
        ("reach", "Organisations"): f"{api['reach']['organisations']:,}",
        ("reach", "Grants"): f"{api['reach']['grants']:,}",
        ("reach", "Focus people"): f"{api['reach']['focus_people']:,}",
        ("reach", "Training interventions"): f"{api['reach']['training_interventions']:,}",
        ("reach", "People trained"): f"{api['reach']['people_trained']:,}",
        ("money", "Awarded"): f"£{Decimal(api['money']['awarded']):,.2f}",
        ("money", "Spent"): f"£{Decimal(api['money']['spent']):,.2f}",
    }
    for (table, row), value in exact.items():
        column = "Number" if table == "reach" else "Pounds"
        assert cells[table, row, column] == value
    page = client.get(
        reverse("impact-published"), {"programme": round.programme.slug}
    ).content.decode()
    for value in exact.values():
        assert value.removesuffix(".00") in page
    by_rule = printed(figures)
    for row in figures.panel:
        title = row.measured.title
        parts = by_rule.table(row.measured.code)
        for part in ("Improved", "About the same", "Worse"):
            column = "Better" if part == "Improved" else part
            assert cells["changes", title, column] == parts[part].text
    said = re.sub(r"\s+", " ", words_in(page))
    assert document["rule"].startswith(counts_say(rule()))
    assert counts_say(rule()) in said
    assert "(OUT-" not in str(document)
    assert "OUT-0" not in str(document)
    assert "(OUT-02)" in str(impact_report.compose(figures, audience=Audience.INTERNAL))
    for exact in ("Money", "organisations", "grants", "training", "hospital admissions"):
        assert exact in EXACT
    homes = [d for d in document["definitions"] if d["title"] == "The home held"]
    assert [d["definition"].partition(":")[0] for d in homes] == ["Held"]


def test_sheets_of_the_workbook_are_named_after_their_tables():
    figures = programme_figures(world().programme, CUT_OFF)
    for audience in Audience:
        document = impact_report.compose(figures, audience=audience)
        names = sheet_names(document)
        book = load_workbook(io.BytesIO(impact_report.written(document, "xlsx")))
        assert book.sheetnames == ["Contents", *names, "Definitions"]
        assert names[:2] == ["Reach", "Money"]
        assert max(map(len, names)) <= 31
        assert len({n.lower() for n in names}) == len(names)
        links = [c.hyperlink.location for c in book["Contents"]["A"] if c.hyperlink]
        assert links == [f"'{name}'!A1" for name in (*names, "Definitions")]
    odd = [{"title": "A [b]: c/d?", "blocks": []}]
    for title in ("What: a/b?", "what a b", "History", "x" * 40, "x" * 40):
        odd[0]["blocks"].append({"kind": "table", "title": title})
    assert sheet_names({"sections": odd}) == [
        "What a b",
        "A b c d",
        "History 2",
        "x" * 31,
        "x" * 28 + " 2",
    ]


def test_published_report_gives_nothing_away_with_the_open_data_beside_it(leads):
    round = world(30)
    Organisation.objects.update(size=OrganisationSize.LARGE)
    actions.save_publisher(
        by=leads[0],
        prefix="quill",
        name="Fund",
        identifier="GB-CHC-1098765",
        website="",
        licence="cc-by",
    )
    workflow.publish_awards(by=leads[0])
    figures = programme_figures(round.programme, CUT_OFF)
    listed = impact_report.listed_in_open_data(figures)
    assert sum(listed.values()) == 30
    found = printed(figures, listed)
    assert given_away(found, by_subtraction(found)) == {}
    document = impact_report.compose(figures, audience=Audience.PUBLISHED)
    cells = cells_of(document)
    assert "[c]" in cells.values()
    for format in ("html", "csv"):
        text = impact_report.written(document, format).decode()
        for grant in figures.records.grants:
            for secret in (grant.alias, grant.reference, grant.organisation):
                assert secret not in text
    assert "£" not in "".join(v for (t, _, _), v in cells.items() if t not in ("money", "reach"))


def test_awards_agreed_after_the_cut_off_are_no_part_of_an_older_report(leads):
    round = programme()
    early = [replace(spec(n), agreed_on=date(2015, 9, 1)) for n in range(12)]
    late = [replace(spec(n), agreed_on=date(2015, 11, 1)) for n in range(12, 24)]
    build(round, early + late, regions=REGIONS)
    Organisation.objects.update(size=OrganisationSize.LARGE)
    actions.save_publisher(
        by=leads[0],
        prefix="quill",
        name="Fund",
        identifier="GB-CHC-1098765",
        website="",
        licence="cc-by",
    )
    workflow.publish_awards(by=leads[0])
    figures = programme_figures(round.programme, date(2015, 10, 1))
    listed = impact_report.listed_in_open_data(figures)
    assert listed == Counter(grant.region for grant in figures.records.grants)
    assert sum(listed.values()) == 12
    impact_report.compose(figures, audience=Audience.PUBLISHED)


def test_same_edition_comes_out_byte_for_byte(client, leads):
    first, second = leads
    report = workflow.submit_impact_report(draft(world(), first), by=first)
    report = workflow.approve_impact_report(report, by=second)
    once = {f: impact_report.written(report.document, f) for f in impact_report.FORMATS}
    again = ImpactReport.objects.get(pk=report.pk)
    for format in impact_report.FORMATS:
        url = reverse("impact-report-file", args=[again.reference, format])
        response = client.get(url)  # anybody: it is published
        assert response.content == once[format]
        assert response["Content-Type"] == impact_report.CONTENT_TYPES[format]
        assert client.get(url, headers={"If-None-Match": response["ETag"]}).status_code == 304


# --- the files ----------------------------------------------------------------------------------


def walk(element):
    """Every element of the structure tree under this one."""
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from walk(kid)


def test_pdf_is_tagged_with_language_title_alternatives_and_heads():
    round = world()
    figures = programme_figures(round.programme, CUT_OFF)
    document = impact_report.compose(figures, audience=Audience.INTERNAL, title="What we achieved")
    content = impact_report.written(document, "pdf")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang).startswith("en")
        assert root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as meta:
            assert meta["dc:title"] == "What we achieved"
            assert meta["pdfuaid:part"] == "1"
        top = root.StructTreeRoot.K
        tree = list(walk(top[0] if isinstance(top, pikepdf.Array) else top))
        kinds = [str(e.S) for e in tree]
        tables = sum(1 for _ in tables_of(document))
        pictures = [b for s in document["sections"] for b in s["blocks"] if b["kind"] == "picture"]
        assert kinds.count("/Table") == tables
        assert kinds.count("/TH") == sum(len(t["columns"]) for _, t in tables_of(document))
        alts = [str(e.Alt) for e in tree if str(e.S) == "/Figure" and "/Alt" in e]
        assert sorted(alts) == sorted(b["picture"]["alt"] for b in pictures)
        assert "/H1" in kinds
        assert kinds.count("/H2") == len(document["sections"]) + 1


def figures_in(content):
    """(page height, bottom, top) of every picture of a PDF, in points."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        top = pdf.Root.StructTreeRoot.K
        tree = walk(top[0] if isinstance(top, pikepdf.Array) else top)
        held = [e.A for e in tree if str(e.S) == "/Figure" and "/Alt" in e]
        layouts = [a[0] if isinstance(a, pikepdf.Array) else a for a in held]
        boxes = [layout.BBox for layout in layouts]
        height = float(pdf.pages[0].mediabox[3])
        return [(height, float(box[1]), float(box[3])) for box in boxes]


def test_every_picture_of_the_pdf_stands_whole_on_its_page():
    """The indicators are so many that their picture was taller than the page: its first rows were cut."""
    figures = programme_figures(world().programme, CUT_OFF)
    for audience in Audience:
        document = impact_report.compose(figures, audience=audience)
        blocks = [b for s in document["sections"] for b in s["blocks"] if b["kind"] == "picture"]
        changes = next(b["picture"] for b in blocks if b["id"] == "picture-changes")
        span = changes["spans"][0]
        changes["spans"] = [span | {"label": f"Indicator {n}"} for n in range(60)]
        found = figures_in(impact_report.written(document, "pdf"))
        assert len(found) == len(blocks)
        for height, bottom, top in found:
            assert 60 < bottom < top < height - 60  # the footer, and the margin above


def test_no_code_runs_over_two_lines():
    figures = programme_figures(world().programme, CUT_OFF)
    document = impact_report.compose(figures, audience=Audience.INTERNAL)
    # Names of every length, so that codes stand at the ends of lines.
    for _, table in tables_of(document):
        if table["id"] == "changes":
            for n, row in enumerate(table["rows"]):
                row[0]["text"] = f"{'i' * (4 + 2 * n)} OUT-{n:02}"
    pages = PdfReader(io.BytesIO(impact_report.written(document, "pdf"))).pages
    lines = [line for page in pages for line in page.extract_text().splitlines()]
    assert sum("OUT-" in line for line in lines) > 20
    assert [line for line in lines if re.search(r"[A-Z]{2,}-\s*$", line)] == []
    page = impact_report.written(document, "html").decode()
    text = re.sub(r'(src|srcset|href)="[^"]*"', "", page)
    assert text.count("OUT-") == text.count('<span class="pwb-nowrap">OUT-') > 20


def test_easy_words_and_narrow_pictures_are_in_what_is_handed_out(client, leads):
    first, _ = leads
    report = draft(world(), first, easy_read="We gave money.\nPeople learned a lot.")
    document = workflow.composed(report)
    said = text_of_pdf(impact_report.written(document, "pdf"))
    assert "In easy words We gave money. People learned a lot." in said
    drawn = sum(b["kind"] == "picture" for s in document["sections"] for b in s["blocks"])
    client.force_login(first)
    page = client.get(report.get_absolute_url()).content.decode()
    for text in (impact_report.written(document, "html").decode(), page):
        both = re.findall(r'<source media="[^"]+" srcset="([^"]+)"><img src="([^"]+)"', text)
        assert len(both) == drawn > 2
        assert all(narrow != wide for narrow, wide in both)


@pytest.mark.parametrize("audience", list(Audience))
def test_numbers_alone_say_who_may_read_them_and_how_they_are_printed(audience):
    figures = programme_figures(world().programme, CUT_OFF)
    document = impact_report.compose(figures, audience=audience)
    said = dict(about(document))
    assert document["audience_says"] in said.values()
    assert document["footnote"] in said.values()
    assert (document["rule"] in said.values()) == (audience == Audience.PUBLISHED)
    content = impact_report.written(document, "csv").decode()
    assert content.startswith("\ufeff")  # else spreadsheet programs show £ as two signs
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert {r["Row"]: r["Printed"] for r in rows if r["Section"] == ABOUT} == said
    book = load_workbook(io.BytesIO(impact_report.written(document, "xlsx")))
    held = {(row[0].value, row[1].value) for row in book["Contents"].iter_rows()}
    assert said.items() <= held
    # No name of a sheet holds a figure or stops in the middle of a sentence.
    assert not [
        n for n in book.sheetnames if n[0].isdigit() or n.split()[-1] in ("the", "of", "was", "in")
    ]


def test_what_somebody_typed_is_never_a_formula_nor_set_as_code():
    round = world(9)
    figures = programme_figures(round.programme, CUT_OFF)
    document = impact_report.compose(
        figures,
        audience=Audience.INTERNAL,
        title="=1+1 #panic() *bold* <b>",
        summary="$x$ <script>alert(1)</script>",
    )
    book = load_workbook(io.BytesIO(impact_report.written(document, "xlsx")))
    assert all(c.data_type != "f" for s in book for row in s.iter_rows() for c in row)
    assert impact_report.written(document, "csv").decode().count("'=1+1") > 5
    assert "#panic() *bold* <b>" in text_of_pdf(impact_report.written(document, "pdf"))
    assert "<script>" not in impact_report.written(document, "html").decode()


def test_empty_programme_makes_an_internal_report_in_every_format():
    figures = programme_figures(programme().programme, CUT_OFF)
    document = impact_report.compose(figures, audience=Audience.INTERNAL)
    for format in impact_report.FORMATS:
        assert impact_report.written(document, format)


def test_command_writes_every_format_for_every_audience(tmp_path):
    round = world(12)
    for audience in Audience:
        for format in impact_report.FORMATS:
            target = tmp_path / f"{audience}.{format}"
            call_command(
                "impact_report",
                *("--format", format, "--audience", str(audience), "--output", str(target)),
                *("--programme", round.programme.slug, "--cut-off", "2016-12-31"),
            )
            figures = programme_figures(round.programme, CUT_OFF)
            document = impact_report.compose(figures, audience=audience)
            assert target.read_bytes() == impact_report.written(document, format)
    build(programme(), [GrantSpec(0)])
    with pytest.raises(CommandError, match="no programme"):
        call_command("impact_report", "--output", str(target), "--programme", "nowhere")


# --- the pages ----------------------------------------------------------------------------------


def posted(round, **more):
    return {
        "title": "A report",
        "programme": round.programme.slug,
        "audience": "published",
        "cut_off_day": "31",
        "cut_off_month": "12",
        "cut_off_year": "2016",
        "sections": ["reach", "changes"],
        "said_reach": "Our words",
    } | more


def test_lead_makes_previews_sends_and_another_approves_in_the_pages(client, leads):
    first, second = leads
    round = world()
    client.force_login(first)
    made = client.post(reverse("new-impact-report"), posted(round))
    assert made.status_code == 302
    page = client.get(made.url).content.decode()
    assert "Our words" in page
    assert "What changed for the people" in page
    assert "Where the money went" not in page
    edited = client.post(f"{made.url}edit/", posted(round, said_reach="Better words"))
    assert edited.status_code == 302
    assert client.post(f"{made.url}submit/").status_code == 302
    assert client.get(f"{made.url}edit/").status_code == 404
    client.logout()
    assert client.get(made.url).status_code == 404
    client.force_login(second)
    assert "Read and approve" in client.get(reverse("home")).content.decode()
    assert client.post(f"{made.url}approve/").status_code == 302
    client.logout()
    public = client.get(made.url).content.decode()
    assert "Better words" in public
    assert "noindex" not in public
    assert made.url in client.get(reverse("impact-reports")).content.decode()


def test_errors_are_named_beside_their_fields(client, leads):
    round = world(8)
    client.force_login(leads[0])
    long = "This sentence has very many words so that nobody could call it an easy one at all."
    page = client.post(
        reverse("new-impact-report"),
        posted(round, title="", sections=[], cut_off_year="2999", easy_read=long),
    ).content.decode()
    for said in (
        "Enter a title",
        "Select at least one section",
        "must be",
        "Shorten this sentence to 15 words",
    ):
        assert said in page


def test_internal_reports_are_for_staff_alone(client, leads):
    first, second = leads
    report = workflow.submit_impact_report(draft(world(9), first, "internal"), by=first)
    report = workflow.approve_impact_report(report, by=second)
    urls = [
        report.get_absolute_url(),
        reverse("impact-report-file", args=[report.reference, "csv"]),
    ]
    for who in [*(staff(role) for role in TeamRole), member(organisation(), MemberRole.LEAD), None]:
        client.logout()
        if who is not None:
            client.force_login(who)
        allowed = who is not None and who.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
        assert {client.get(url).status_code for url in urls} == {200 if allowed else 404}
        assert (report.title in client.get(reverse("impact-reports")).content.decode()) == allowed


def test_open_data_and_report_count_the_same_awards(leads):
    round = world(12)
    Organisation.objects.update(size=OrganisationSize.LARGE)
    figures = programme_figures(round.programme, CUT_OFF)
    cells = cells_of(impact_report.compose(figures, audience=Audience.INTERNAL))
    listed = [a for a in open_data.chosen().listed if a.programme_slug == round.programme.slug]
    assert cells["reach", "Grants", "Number"] == str(len(listed))
    assert cells["money", "Awarded", "Pounds"] == f"£{sum(a.amount for a in listed):,.2f}"
    for region in Region:
        count = sum(1 for a in listed if a.region == region)
        assert cells["regions", str(region.label), "Grants"] == str(count)


def test_rule_is_a_setting(settings):
    figures = programme_figures(world(42).programme, CUT_OFF)
    shown = {}
    for name in ("hes", "mhsds"):
        settings.DISCLOSURE_RULE = name
        document = impact_report.compose(figures, audience=Audience.PUBLISHED)
        shown[name] = cells_of(document), document["rule"]
        found = printed(figures)
        assert given_away(found, by_subtraction(found)) == {}
    assert "Counts of 1 to 7" in shown["hes"][1]
    assert "Counts of 1 to 4" in shown["mhsds"][1]
    assert shown["hes"][0] != shown["mhsds"][0]


def test_report_shows_its_progress_while_it_is_made(client, leads):
    """Line by line, the sections of a draft and then the files, without a script."""
    report = draft(world(), leads[0])
    client.force_login(leads[0])
    response = client.get(reverse("impact-report-making", args=[report.reference]))
    assert response.streaming
    parts = [part.decode() for part in response.streaming_content]
    lines = [re.sub(r"<[^>]+>", "", p).strip() for p in parts if p.startswith("<li>")]
    files = ["File: Web page", "File: PDF", "File: Workbook", "File: CSV"]
    assert lines[0] == "Small numbers hidden, and the attack on them"
    assert lines[1:-5] == list(impact_report.SECTIONS.values())
    assert lines[-5:] == ["Definitions", *files]
    page = "".join(parts)
    assert "Done</h2>" in page
    assert page.count("</html>") == 1
    assert client.head(reverse("impact-report-making", args=[report.reference])).status_code == 200


def test_report_that_cannot_be_made_says_why(client, leads):
    report = draft(world(3), leads[0])
    client.force_login(leads[0])
    response = client.get(reverse("impact-report-making", args=[report.reference]))
    page = b"".join(response.streaming_content).decode()
    assert "grants for 8 people or more" in page
    assert "Done</h2>" not in page
    assert page.count("</html>") == 1
