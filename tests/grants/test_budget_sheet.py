"""A budget from a spreadsheet: columns as people head them, every row judged by the form of a line, all rows
or none, the same table twice adds nothing, and the limits of the round hold as by any other door."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from accounts.state import NotReady
from grants import actions, workflow
from grants.budget_sheet import COLUMNS, BadSheet, read, written
from grants.enums import ApplicationState
from grants.models import Application, BudgetLine
from tests.factories.accounts import lead_of, organisation
from tests.factories.grants import DECLARATIONS, application_at
from tests.factories.registers import Page, as_xlsx

pytestmark = pytest.mark.django_db

HEAD = "What\tKind of cost\tHow many\tCost of one\tNeeds"


@pytest.fixture
def draft():
    return application_at(ApplicationState.DRAFT)


@pytest.fixture
def window(draft):
    client = Client()
    client.force_login(lead_of(draft.organisation))
    return client


def address(draft):
    return reverse("budget-table", args=[draft.reference])


def said(*rows):
    return "\n".join([HEAD, *rows])


def needs_of(draft):
    return ", ".join(need.code for need in draft.needs.order_by("number")[:1])


def rows_of(draft):
    """Everything that a line says, by number."""
    names = [f.attname for f in BudgetLine._meta.fields if f.name not in ("id", "application")]
    return {
        line.number: [getattr(line, name) for name in names]
        + [sorted(n.pk for n in line.needs.all())]
        for line in draft.lines.prefetch_related("needs")
    }


def test_what_goes_out_comes_in_unchanged_and_adds_nothing(draft, window):
    draft.lines.filter(number=1).update(description="=2+5", justification="’tis '-1")
    draft.lines.filter(number=2).update(description="'Tis a room", justification="＝2")
    before = rows_of(draft)
    out = window.get(reverse("budget-table-out", args=[draft.reference]))
    text = out.content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == 1 + len(before)
    assert "'=2+5" in text
    page = window.post(address(draft), {"table": text, "save": "1"}, follow=True)
    assert "Nothing was new." in page.content.decode()
    assert rows_of(draft) == before
    # Without the numbers of the lines it is still the same table.
    bare = "\n".join(",".join(f'"{cell}"' for cell in row[1:]) for row in table)
    window.post(address(draft), {"table": bare, "save": "1"})
    assert rows_of(draft) == before


def test_rows_are_shown_first_and_added_when_they_are_confirmed(draft, window):
    before = rows_of(draft)
    text = said(
        f"Room\tVenue\t2\t£150.00\t{needs_of(draft)}",
        f"Notes\tmaterials\t3.5\t10\t{needs_of(draft)}",
    )
    page = window.post(address(draft), {"table": text}).content.decode()
    assert "We understood 2 lines" in page
    assert "Save 2 lines" in page
    assert rows_of(draft) == before
    window.post(address(draft), {"table": text, "save": "1"})
    added = draft.lines.exclude(number__in=before).order_by("number")
    assert [(one.category, one.description, one.total) for one in added] == [
        ("venue", "Room", Decimal("300.00")),
        ("materials", "Notes", Decimal("35.00")),
    ]
    window.post(address(draft), {"table": text, "save": "1"})
    assert len(rows_of(draft)) == len(before) + 2


def test_a_row_with_the_number_of_a_line_changes_it(draft, window):
    line = draft.lines.get(number=1)
    rows = list(csv.reader(io.StringIO(written([line]))))
    rows[1][COLUMNS.index("Cost of one")] = "£1,234.50"
    rows[1][COLUMNS.index("Cash or in kind")] = "in kind"
    text = "\n".join("\t".join(row) for row in rows)
    assert "Changes line 1" in window.post(address(draft), {"table": text}).content.decode()
    window.post(address(draft), {"table": text, "save": "1"})
    line.refresh_from_db()
    assert (line.unit_cost, line.kind, draft.lines.filter(number=1).count()) == (
        Decimal("1234.50"),
        "in_kind",
        1,
    )


def test_what_a_colleague_saved_since_the_lines_were_shown_is_shown_and_not_overwritten(
    draft, window
):
    line = draft.lines.get(number=1)
    rows = list(csv.reader(io.StringIO(written([line]))))
    rows[1][COLUMNS.index("Cost of one")] = "900"
    text = "\n".join("\t".join(row) for row in rows)

    def seen(page):
        return re.search(r'name="seen" value="(\w+)"', page.content.decode())[1]

    shown = window.post(address(draft), {"table": text})
    draft.lines.filter(number=1).update(unit_cost=Decimal("650.00"), quantity=2)
    refused = window.post(address(draft), {"table": text, "save": "1", "seen": seen(shown)})
    assert "Somebody has changed the budget since you opened this page" in refused.content.decode()
    assert "Changes line 1 (£1,300.00 now)" in refused.content.decode()
    line.refresh_from_db()
    assert line.unit_cost == Decimal("650.00")
    window.post(address(draft), {"table": text, "save": "1", "seen": seen(refused)})
    line.refresh_from_db()
    assert line.unit_cost == Decimal("900.00")


# What is typed → what the page says. Each with a good row beside it, which must not go in alone.
WRONG = [
    ("Room\tVenue\t\t150\tN", "Row 3, How many: Enter how many"),
    ("Room\tVenue\t-1\t150\tN", "Row 3, How many: "),
    ("Room\tVenue\ttwo\t150\tN", "Row 3, How many: "),
    ("Room\tVenue\t1\t1.234\tN", "Row 3, Cost of one: "),
    ("Room\tVenue\t1\t\tN", "Row 3, Cost of one: Enter what one costs, in pounds"),
    ("Room\tVenue\t1\t0\tN", "Row 3, Cost of one: Enter what one costs. It cannot be £0"),
    ("Room\tPalace\t1\t150\tN", "Row 3, Kind of cost: Choose a kind of cost from the list"),
    ("Room\t\t1\t150\tN", "Row 3, Kind of cost: Choose what kind of cost it is"),
    ("\tVenue\t1\t150\tN", "Row 3, What you will pay for: Say what you will pay for"),
    ("Room\tVenue\t1\t150\t", "Row 3, Needs: Select at least one need that this is for"),
    ("Room\tVenue\t1\t150\tN9", "Row 3, Needs: Select needs from the list"),
    ("x" * 121 + "\tVenue\t1\t150\tN", "Row 3, What you will pay for: Shorten this to 120"),
    ("NHS 943 476 5919\tVenue\t1\t150\tN", "NHS number"),
]


@pytest.mark.parametrize(("row", "sentence"), WRONG)
def test_what_is_wrong_is_said_by_row_and_column_and_nothing_goes_in(draft, window, row, sentence):
    need = needs_of(draft)
    row = row.removesuffix("N") + need if row.endswith("\tN") else row
    before = rows_of(draft)
    text = said(f"Notes\tMaterials\t1\t20\t{need}", row)
    page = window.post(address(draft), {"table": text, "save": "1"})
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "Notes" in page.content.decode()
    assert rows_of(draft) == before


UNREADABLE = [
    ("", "Paste at least one line"),
    ("What\tHow many\nRoom\t1", "The first row must name the columns. Missing: Cost of one"),
    (HEAD, "There is no row below the headings"),
    (said(*["Room\tVenue\t1\t5\tN1"] * 26), "A budget has at most 25 lines. This table has 26"),
    ("hello", "The first row must name the columns"),
    ("\x00", "Paste at least one line"),
]


@pytest.mark.parametrize(("text", "sentence"), UNREADABLE)
def test_what_is_no_table_is_said_in_a_sentence(draft, window, text, sentence):
    page = window.post(address(draft), {"table": text, "save": "1"})
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_a_budget_that_would_be_too_long_is_refused_whole(draft, window):
    before = rows_of(draft)
    rows = [f"Room {n}\tVenue\t1\t5\t{needs_of(draft)}" for n in range(26 - len(before))]
    page = window.post(address(draft), {"table": said(*rows), "save": "1"})
    assert "A budget has at most 25 lines." in page.content.decode()
    assert rows_of(draft) == before


def test_two_rows_cannot_change_one_line(draft, window):
    line = written([draft.lines.get(number=1)]).splitlines()
    text = "\n".join([line[0], line[1], line[1]])
    page = window.post(address(draft), {"table": text, "save": "1"})
    assert "Two rows name line 1" in page.content.decode()


def workbook(rows):
    book = Workbook()
    book.active.title = "Notes"
    book.active.append(["Our plans for this year"])
    sheet = book.create_sheet("Budget")
    sheet.append(["Larchwood, budget for the training"])
    sheet.append([])
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return SimpleUploadedFile("budget.xlsx", held.getvalue())


def test_a_hidden_sheet_is_named_and_not_read(draft, window):
    rows = [["Item", "Qty", "Unit cost"], ["Coaching", 4, 10]]
    book = as_xlsx([Page(rows, name="Now"), Page(rows, name="Last year", is_hidden=True)])
    file = SimpleUploadedFile("budget.xlsx", book)
    shown = window.post(address(draft), {"table": "", "file": file}).content.decode()
    assert "Not read, because it is hidden in the file: ‘Last year’." in shown


def test_a_workbook_with_a_title_another_sheet_and_a_total_is_read_into_the_text(draft, window):
    before = rows_of(draft)
    need = needs_of(draft)
    file = workbook(
        [
            ["Item", "Category", "Qty", "Unit cost", "Total", "Need"],
            ["Coaching", "Coaching fee", 4.0, 0.1 + 0.2, 1.2, need],
            ["Room", "venue", 1, 150.5, 150.5, need],
            ["Total", None, None, None, 151.7, None],
        ]
    )
    page = window.post(address(draft), {"table": "", "file": file, "save": "1"})
    assert "We understood 2 lines" in page.content.decode()
    assert rows_of(draft) == before, "a file is looked at first"
    text = page.context["form"]["table"].value()
    assert text.splitlines()[1].startswith("Coaching\tCoaching fee\t4\t0.3\t")
    window.post(address(draft), {"table": text, "save": "1"})
    assert len(rows_of(draft)) == len(before) + 2


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"\x89PNG\r\n\x1a\n", ""),
        ("a.xlsx", b"", ""),
        ("a.csv", b"a,b,c\n1,2,3\n", "No sheet has the columns"),
    ],
)
def test_a_file_that_is_no_budget_is_refused_with_a_sentence(
    draft, window, name, content, sentence
):
    before = rows_of(draft)
    file = SimpleUploadedFile(name, content)
    page = window.post(address(draft), {"table": "", "file": file, "save": "1"})
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert sentence in page.content.decode()
    assert rows_of(draft) == before


@pytest.mark.parametrize(
    ("amount", "fits"),
    [("999.99", False), ("1000.00", True), ("8000.00", True), ("8000.01", False)],
)
def test_the_limits_of_the_round_hold_for_what_came_in_by_a_table(draft, window, amount, fits):
    draft.lines.all().delete()
    needs = ", ".join(need.code for need in draft.needs.all())
    text = said(f"PBS course\tTrainer fee\t1\t{amount}\t{needs}")
    page = window.post(address(draft), {"table": text}).content.decode()
    assert ("This has to change before you send" in page) is not fits
    window.post(address(draft), {"table": text, "save": "1"})
    assert draft.lines.get().total == Decimal(amount), "saved all the same: nothing is lost"
    lead = lead_of(draft.organisation)
    if fits:
        workflow.submit(draft, by=lead, declarations=DECLARATIONS)
    else:
        with pytest.raises(NotReady):
            workflow.submit(draft, by=lead, declarations=DECLARATIONS)
    assert (Application.objects.get(pk=draft.pk).submitted_at is not None) is fits


SENT = ("submitted", "in_check", "returned", "with_panel", "ineligible", "withdrawn")


@pytest.mark.parametrize("state", [ApplicationState(state) for state in SENT])
def test_the_table_is_closed_when_the_budget_is(state):
    """As the budget's own page: open again only while the officer has asked about it."""
    found = application_at(state)
    lead = lead_of(found.organisation)
    is_open = found.can_edit("budget")
    client = Client()
    client.force_login(lead)
    before = rows_of(found)
    text = said(f"Room\tVenue\t1\t150\t{needs_of(found)}")
    client.post(address(found), {"table": text, "save": "1"})
    assert (rows_of(found) != before) is is_open
    if not is_open:
        with pytest.raises(NotReady):
            actions.save_lines(found, by=lead, rows=[])


def test_reading_is_exact():
    [row] = read(
        "Line;What;Qty;Rate;Needs;Cash;Topic\nL3;'=1+1;2;£5;N1 and N2;no;intensive interaction"
    )
    assert (row.number, row.line) == (2, 3)
    assert row.said == {
        "description": "=1+1",
        "quantity": "2",
        "unit_cost": "£5",
        "needs": ["1", "2"],
        "kind": "in_kind",
        "topic": "INTINT",
        "activity": "",
        "justification": "",
        "category": "",
        "other_funding": "",
    }
    with pytest.raises(BadSheet):
        read("")


def test_somebody_elses_budget_is_not_found(draft):
    client = Client()
    client.force_login(lead_of(organisation()))
    for name in ("budget-table", "budget-table-out"):
        assert client.get(reverse(name, args=[draft.reference])).status_code == 404
