"""Registers as people make them: each goes in exactly, or says which cell and why; nothing is written before."""

import io
import time
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import clock
from accounts.state import NotReady
from focus_people.actions import leave_circle
from focus_people.enums import LeftReason
from grants.enums import GrantState
from grants.models import Grant
from tests.factories.accounts import lead_of
from tests.factories.awards import grant_at
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    circle_of,
    held,
    heron_register,
    on_the_day,
    register_csv,
    register_xlsx,
    session_of,
    shift_of,
)
from training import reports
from training.actions import preview_register
from training.enums import RegisterState, SessionState
from training.models import Attendance, RegisterImport, Session
from training.registers import Preview, UnreadableRegister, blank_register
from training.workflow import confirm_register, record_attendance, undo_register, void_session

pytestmark = pytest.mark.django_db
FOUR = ("Date", "Activity", "Staff code", "Present")


@pytest.fixture
def grant():
    """Active, agreed today; A1 planned."""
    made = grant_at(GrantState.ACTIVE)
    activity_of(made, lead_of(made.organisation))
    return made


def read(grant, content, name="register.xlsx", session=None, given=None):
    return preview_register(
        grant,
        by=lead_of(grant.organisation),
        content=content,
        file_name=name,
        session=session,
        given=given,
    )


def counts(register):
    return (register.new_count, register.there_count, register.problem_count)


def problems(register):
    return [f"{p['cell']}: {p['message']}" for p in register.preview["problems"]]


def rows_of(*codes, day=None, activity="A1", mark="yes"):
    return [(day or clock.today(), activity, code, mark) for code in codes]


# Files that go in without a question: (rows under the header, header).
GOOD = {
    "as asked for": (FOUR, lambda d: [(d, "A1", "SW2", "yes"), (d, "A1", "SW3", "yes")]),
    "any order, any case, other words": (
        ("ATTENDED?", "staff id ", "Session Date", "Course title"),
        lambda d: [
            ("✓", "SW2", d, "PBS practitioner days"),
            ("x", "SW3", d, "pbs PRACTITIONER days"),
        ],
    ),
    "marks of every kind": (
        FOUR,
        lambda d: (
            [(d, "A1", c, m) for c, m in zip(("SW2", "SW3"), ("Y", 1), strict=True)]
            + [(d, "A1", "SW2", "✔"), (d, "A1", "SW3", "yes ")]
        ),
    ),
    "text dates": (
        FOUR,
        lambda d: [
            (f"{d:%d/%m/%Y}", "A1", "SW2", "yes"),
            (f"{d.day} {d:%B %Y}", "A1", "SW3", "Yes"),
        ],
    ),
    "ISO dates and short years": (
        FOUR,
        lambda d: [(f"{d:%Y-%m-%d}", "A1", "SW2", "yes"), (f"{d:%d.%m.%y}", "A1", "SW3", "yes")],
    ),
    "day numbers of a spreadsheet": (
        FOUR,
        lambda d: [((d - date(1899, 12, 30)).days, "A1", c, "yes") for c in ("SW2", "SW3")],
    ),
    "codes with spaces and dashes": (
        FOUR,
        lambda d: [(d, "a 1", "sw 2", "yes"), (d, "A-1", "SW-3 ", "yes")],
    ),
    "numbers in the circle": (FOUR, lambda d: [(d, "A1", "M02", "yes"), (d, "A1", "M03", "yes")]),
    "activity with code and title": (
        FOUR,
        lambda d: [(d, "A1 PBS practitioner days", c, "yes") for c in ("SW2", "SW3")],
    ),
    "a time with the date": (
        FOUR,
        lambda d: [
            (datetime(d.year, d.month, d.day, 9, 30), "A1", c, "yes") for c in ("SW2", "SW3")
        ],
    ),
    "blank rows and a line of totals": (
        FOUR,
        lambda d: [
            (d, "A1", "SW2", "yes"),
            (None, None, None, None),
            (d, "A1", "SW3", "yes"),
            ("Total", None, None, 2),
        ],
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_register_goes_in(grant, lead, name):
    header, rows = GOOD[name]
    register = read(grant, register_xlsx(rows(clock.today()), header))
    assert problems(register) == []
    assert {line["who"] for line in register.preview["lines"]} == {
        "Support worker SW2",
        "Support worker SW3",
    }

    confirm_register(register, by=lead)
    session = Session.objects.get()
    assert (session.state, session.held_on) == (SessionState.DELIVERED, clock.today())
    present = session.marks.filter(present=True).values_list("member__staff_code", flat=True)
    assert set(present) == {"SW2", "SW3"}


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("utf-8", ";"), ("cp1252", ","), ("utf-16", "\t")],
)
def test_text_file_goes_in(grant, encoding, delimiter):
    header = ("Date", "Activity", "Staff code", "Present", "Café")
    rows = [(clock.today(), "A1", "SW2", "yes", "né"), (clock.today(), "A1", "SW3", "no", "")]
    content = register_csv(rows, header, encoding=encoding, delimiter=delimiter)
    register = read(grant, content, "register.csv")
    assert counts(register) == (2, 0, 0)
    assert register.preview["unused"] == [["E", "Café"]]


def test_title_rows_and_other_sheets_are_passed_over(grant):
    content = register_xlsx(
        rows_of("SW2"),
        above=[("Register of Example Learning CIC",), (), ("Course: PBS", "Room 4")],
        before=["Cover"],
        after=["Notes"],
    )
    register = read(grant, content)
    assert counts(register) == (1, 0, 0)
    assert register.preview["notes"] == ["Sheet ‘Register’ was read. Not read: ‘Cover’, ‘Notes’."]


def test_name_column_is_never_read_nor_kept(grant):
    header = ("Date", "Activity", "Full name", "Staff code", "Present", "Signature")
    rows = [(clock.today(), "A1", "Zebedee Quorn", c, "yes", "Z. Quorn") for c in ("SW2", "SW99")]
    register = read(grant, register_xlsx(rows, header))
    assert register.preview["names"] == [["C", "Full name"], ["F", "Signature"]]
    assert "Quorn" not in str(register.preview)
    assert problems(register) == ["D3: ‘SW99’ is not in the circle"]


# cell, its content, the sentence: one row each, in row 2 (A date, B activity, C staff code, D present).
BAD = [
    (0, "31/09/2025", "A2: not a real date. September 2025 has 30 days"),
    (
        0,
        "07/16/2025",
        "A2: not a date: there is no month 16. Write the day first, as in 16/07/2025",
    ),
    (0, "yesterday", "A2: not a date"),
    (0, "", "A2: no date"),
    (0, 7, "A2: not a date"),
    (0, True, "A2: not a date"),
    (0, "00/00/2025", "A2: not a real date"),
    (1, "A9", "B2: ‘A9’ is not an activity here. This grant has A1"),
    (1, "", "B2: no activity"),
    (2, "SW9", "C2: ‘SW9’ is not in the circle"),
    (2, "", "C2: no staff code and no role"),
    (
        2,
        "support worker",
        "C2: 7 people in the circle have the role “support worker”. Give the staff code",
    ),
    (2, "943 476 5919", "C2: this looks like an NHS number. Use a staff code or a role"),
    (
        2,
        "a.person@example.org",
        "C2: this looks like an e-mail address. Use a staff code or a role",
    ),
    (3, "maybe", "D2: not a mark we know. Use yes or no"),
]


@pytest.mark.parametrize(("column", "content", "sentence"), BAD)
def test_bad_cell_is_named(grant, column, content, sentence):
    row = [clock.today(), "A1", "SW2", "yes"]
    row[column] = content
    register = read(grant, register_xlsx([row, *rows_of("SW3")]))
    assert problems(register) == [sentence]
    assert counts(register) == (1, 0, 1)
    if "looks like" in sentence:
        assert content not in str(register.preview)


def test_day_before_the_agreement_and_day_to_come_are_named(grant):
    day = clock.today()
    words = f"{day.day} {day:%B %Y}"
    rows = [
        (day - timedelta(days=1), "A1", "SW2", "yes"),
        (day + timedelta(days=1), "A1", "SW2", "yes"),
    ]
    register = read(grant, register_xlsx(rows))
    later = day + timedelta(days=1)
    assert problems(register) == [
        f"A2: the grant was agreed on {words}. Nothing before that day can be logged",
        f"A3: this session is on {later.day} {later:%B %Y}. Say who came on that day or after it",
    ]


def test_somebody_who_had_left_is_named(grant, lead):
    day = clock.today()
    leave_circle(circle_of(grant)["SW2"], by=lead, left_on=day, left_reason=LeftReason.NEW_JOB)
    register = read(grant, register_xlsx(rows_of("SW2", "SW3")))
    words = f"{day.day} {day:%B %Y}"
    assert problems(register) == [f"C2: Support worker SW2 left the circle on {words}"]


def test_formula_without_a_value_is_named(grant):
    book = openpyxl.Workbook()
    page = book.active
    page.append(FOUR)
    page.append([clock.today(), "A1", "SW2", "=B1"])
    page.append(["=TODAY()", "A1", "SW3", "yes"])
    out = io.BytesIO()
    book.save(out)
    register = read(grant, out.getvalue())
    words = "a formula without a value. Open the file in your spreadsheet program and save it again"
    assert problems(register) == [f"D2: {words}", f"A3: {words}"]
    assert counts(register) == (0, 0, 2)


def test_one_row_against_another_is_named(grant):
    rows = [*rows_of("SW2"), *rows_of("SW2"), *rows_of("SW2", mark="no")]
    register = read(grant, register_xlsx(rows))
    assert problems(register) == ["D4: Support worker SW2 is marked otherwise in row 2"]
    assert counts(register) == (1, 1, 1)


def test_role_instead_of_a_code_is_a_guess_to_check(grant):
    header = ("Date", "Activity", "Role", "Present")
    rows = rows_of("mother", "CLDT nurse", "Social Worker", "Team leadr", "support worker 3")
    register = read(grant, register_xlsx(rows, header))
    lines = register.preview["lines"]
    assert [(x["cell"], x["words"], x["who"], x["guess"], x["why"]) for x in lines] == [
        ("C2", "mother", "Parent F1", "sure", "The only parent in the circle"),
        (
            "C3",
            "CLDT nurse",
            "Learning disability nurse N1",
            "sure",
            "The only learning disability nurse in the circle",
        ),
        ("C4", "Social Worker", "Social worker L1", "sure", "The only social worker in the circle"),
        ("C5", "Team leadr", "Team leader TL1", "check", "Nearest role: team leader"),
        ("C6", "support worker 3", "Support worker SW3", "check", "Number 3 of 7 in this role"),
    ]


def test_of_two_columns_for_the_person_the_one_called_staff_code_counts(grant):
    header = ("Date", "Activity", "Who", "Staff code", "Present")
    rows = [(clock.today(), "A1", "somebody", code, "yes") for code in ("SW2", "SW3")]
    register = read(grant, register_xlsx(rows, header))
    assert counts(register) == (2, 0, 0)
    assert [line["cell"] for line in register.preview["lines"]] == ["D2", "D3"]
    assert any("Column C ‘Who’ was not used" in note for note in register.preview["notes"])

    # The other way round it is the same, and whoever says otherwise is believed.
    turned = [(day, activity, code, who, mark) for day, activity, who, code, mark in rows]
    register = read(
        grant, register_xlsx(turned, ("Date", "Activity", "Staff code", "Who", "Present"))
    )
    assert [line["cell"] for line in register.preview["lines"]] == ["C2", "C3"]
    given = {"who": "ignore", "payroll": "code", "staff code": "code"}
    odd = [(*row[:2], "SW2", row[3], row[4]) for row in rows[:1]]
    header = ("Date", "Activity", "Payroll", "Staff code", "Present")
    register = read(grant, register_xlsx(odd, header), given=given)
    assert [line["cell"] for line in register.preview["lines"]] == ["C2"]


def test_asked_again_every_column_that_is_known_is_chosen_already(grant, lead):
    header = ("Datum", "Activity", "Staff code", "Present", "Remarks")
    rows = [(clock.today(), "A1", "SW2", "yes", "")]
    client = Client()
    client.force_login(lead)
    file = SimpleUploadedFile("register.xlsx", register_xlsx(rows, header))
    page = client.post(f"/grants/{grant.reference}/registers/upload/", {"register": file})
    form = page.context["form"]
    assert [form[f"column_{place}"].value() for place in range(5)] == [
        "",
        "activity",
        "code",
        "present",
        "",
    ]


def png():
    return b"\x89PNG\r\n\x1a\n" + b"\x00" * 200


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def bomb():
    return zipped(xl__workbook_dot_xml=b"<workbook/>", xl__sheet_dot_xml=b" " * 40_000_000)


def with_a_doctype():
    return zipped(
        xl__workbook_dot_xml=b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "b">]><workbook/>'
    )


UNREADABLE = {
    "empty": (b"", "r.xlsx", "The file is empty."),
    "picture": (png(), "register.xlsx", "This is a picture or a PDF, not a spreadsheet."),
    "pdf": (b"%PDF-1.7 ...", "register.csv", "This is a picture or a PDF, not a spreadsheet."),
    "old": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
        "r.xls",
        "This is an old or a password",
    ),
    "noise": (b"\x01\x02\x03 nothing", "r.xlsx", "The file cannot be opened as a spreadsheet."),
    "nulls": (b"a,b\x00,c\n1,2,3\n", "r.csv", "The file is not text that we can read."),
    "html": (
        b"<html><table><tr><td>Date</td></tr></table>",
        "r.csv",
        "The file is not a table.",
    ),
    "zip": (zipped(hello_dot_txt=b"hello"), "r.xlsx", "This is a zip file, not a spreadsheet."),
    "ods": (zipped(content_dot_xml=b"<office/>"), "r.ods", "The workbook has no sheet with cells."),
    "broken": (zipped(xl__workbook_dot_xml=b"<workbook"), "r.xlsx", "The workbook is damaged"),
    "cut": (register_xlsx([])[:900], "r.xlsx", "The workbook is damaged"),
    "bomb": (bomb(), "r.xlsx", "The workbook is too large once it is opened."),
    "doctype": (with_a_doctype(), "r.xlsx", "The workbook holds parts that a spreadsheet"),
    "too big": (b"x" * (2 * 1024 * 1024 + 1), "r.csv", "The file is larger than 2 MB."),
    "no heading": (
        register_xlsx([("Monday", "all here")], header=()),
        "r.xlsx",
        "We could not find a row of headings.",
    ),
    "no mark": (
        register_xlsx([], ("Date", "Activity", "Staff code")),
        "r.xlsx",
        "We could not find a column for who was there (call it Present).",
    ),
    "no day": (
        register_csv([], ("Activity", "Staff code", "Present")),
        "r.csv",
        "We could not find a column for the day (call it Date).",
    ),
    "names only": (
        register_csv([("1/1/2025", "A1", "Zebedee", "y")], ("Date", "Activity", "Name", "Present")),
        "r.csv",
        "We could not find a column for the person (call it Staff code, or Role).",
    ),
    "60,000 rows": (
        b"Date,Activity,Staff code,Present\n" + b"1/1/2025,A1,SW2,y\n" * 60_000,
        "r.csv",
        "The sheet has more than 2,000 rows.",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_register_is_refused_in_a_sentence(grant, name):
    content, file_name, sentence = UNREADABLE[name]
    with pytest.raises(UnreadableRegister) as refused:
        read(grant, content, file_name)
    assert str(refused.value).startswith(sentence)
    assert RegisterImport.objects.count() == 0


def test_preview_writes_nothing(grant):
    read(grant, register_xlsx(rows_of("SW2", "SW99")))
    assert (Session.objects.count(), Attendance.objects.count()) == (0, 0)
    assert RegisterImport.objects.get().state == RegisterState.PREVIEWED


def test_a_corrected_file_replaces_the_first_preview(grant):
    read(grant, register_xlsx(rows_of("SW2", "SW99")))
    read(grant, register_xlsx(rows_of("SW2", "SW3")))
    assert RegisterImport.objects.get().new_count == 2


def test_only_chosen_rows_go_in(grant, lead):
    register = read(grant, register_xlsx(rows_of("SW2", "SW3", "SW4")))
    confirm_register(register, by=lead, rows=[2, 4])
    marks = Attendance.objects.values_list("member__staff_code", flat=True)
    assert set(marks) == {"SW2", "SW4"}


@pytest.mark.parametrize("rows", [[], [99], [3]])
def test_nothing_chosen_is_refused(grant, lead, rows):
    """Row 3 has a problem: it cannot be chosen."""
    register = read(grant, register_xlsx(rows_of("SW2", "SW99")))
    with pytest.raises(NotReady, match="Tick at least one row"):
        confirm_register(register, by=lead, rows=rows)
    assert Attendance.objects.count() == 0


def test_the_same_file_twice_adds_nothing(grant, lead):
    content = register_xlsx(rows_of("SW2", "SW3"))
    confirm_register(read(grant, content), by=lead)
    again = read(grant, content)
    assert counts(again) == (0, 2, 0)
    with pytest.raises(NotReady, match="Nothing in this file is new"):
        confirm_register(again, by=lead)
    assert (Session.objects.count(), Attendance.objects.count()) == (1, 2)


def test_two_previews_of_one_file_go_in_once(grant, lead):
    """Two people read the same file, and both put it in."""
    content = register_xlsx(rows_of("SW2", "SW3"))
    other = RegisterImport.objects.get(pk=read(grant, content).pk)
    other.pk, other.reference = None, "REG-OTHER"
    other.save()
    confirm_register(RegisterImport.objects.exclude(pk=other.pk).get(), by=lead)
    assert confirm_register(other, by=lead).written_count == 0
    assert (Session.objects.count(), Attendance.objects.count()) == (1, 2)


def changed_workbook(change):
    """A workbook with its sheet's part changed."""
    out, written = io.BytesIO(), register_xlsx(rows_of("SW2"))
    with zipfile.ZipFile(io.BytesIO(written)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part.decode()) if "worksheets/sheet1" in name else part)
    return out.getvalue()


def spanning(count):
    """An OpenDocument sheet whose cells all say that they cover the whole sheet."""
    cell = '<table:table-cell table:number-columns-spanned="40" table:number-rows-spanned="2000"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
            '<office:spreadsheet><table:table table:name="R">'
            + f"<table:table-row>{cell}</table:table-row>" * count
            + "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            lambda: changed_workbook(
                lambda part: part.replace(
                    "</sheetData>",
                    '</sheetData><mergeCells count="2000">'
                    + '<mergeCell ref="A1:XFD1048576"/>' * 2000
                    + "</mergeCells>",
                ).replace(
                    "</row></sheetData>",
                    '</row><row r="1900"><c r="A1900"><v>1</v></c></row></sheetData>',
                )
            ),
            "too many merged cells",
        ),
        (lambda: spanning(1500), "too many merged cells"),
        (
            lambda: changed_workbook(
                lambda part: (
                    '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "A">]>'
                    + part.split("?>", 1)[1]
                ).encode("utf-16")
            ),
            "parts that a spreadsheet program does not write",
        ),
        (
            lambda: changed_workbook(
                lambda part: part.replace(
                    "?>", "?><!--" + "p" * 5000 + '--><!DOCTYPE x [<!ENTITY a "A">]>', 1
                )
            ),
            "parts that a spreadsheet program does not write",
        ),
    ],
    ids=["merged", "spanned", "doctype in UTF-16", "doctype after a comment"],
)
def test_a_small_file_that_would_take_minutes_is_refused_at_once(grant, content, sentence):
    started = time.process_time()
    with pytest.raises(UnreadableRegister, match=sentence):
        read(grant, content(), "register.xlsx")
    assert time.process_time() - started < 5


def test_a_preview_says_who_would_no_longer_have_finished(grant, lead):
    """A1 asks for all its sessions: a day more is asked of those who had finished, too."""
    activity, everybody = grant.activities.get(), Grant.objects.all()
    held(activity, lead, ["SW2", "SW3", "SW4"])
    with on_the_day(clock.today() + timedelta(days=2)):
        again = read(grant, register_xlsx(rows_of("SW2")))
        said = reports.set_back(grant, Preview.from_json(again.preview).new)
        confirm_register(again, by=lead)
    assert (said, reports.interventions(everybody)) == ({activity.pk: 2}, 1)
    assert reports.set_back(grant, []) == {}


def test_a_mark_that_is_taken_back_is_said_too(grant, lead):
    activity = grant.activities.get()
    session = held(activity, lead, ["SW2", "SW3"])
    rows = [(session.held_on, "A1", "SW2", "no"), (session.held_on, "A1", "SW3", "yes")]
    lines = Preview.from_json(read(grant, register_xlsx(rows)).preview).new
    assert reports.set_back(grant, lines) == {activity.pk: 1}


def test_all_or_nothing(grant, lead):
    """Somebody left between preview and confirmation: no row goes in."""
    register = read(grant, register_xlsx(rows_of("SW2", "SW3")))
    leave_circle(
        circle_of(grant)["SW3"], by=lead, left_on=clock.today(), left_reason=LeftReason.NEW_JOB
    )
    with pytest.raises(NotReady) as refused:
        confirm_register(register, by=lead)
    assert refused.value.blockers[-1] == "Nothing was put in. Upload the file again."
    assert (Session.objects.count(), Attendance.objects.count()) == (0, 0)


def test_planned_session_of_the_day_is_used(grant, lead):
    session = session_of(grant.activities.get(), lead)
    confirm_register(read(grant, register_xlsx(rows_of("SW2", "SW3"))), by=lead)
    session = Session.objects.get()
    assert (session.number, session.state, session.marks.count()) == (1, SessionState.DELIVERED, 2)


def test_words_leave_with_the_confirmation(grant, lead):
    register = read(grant, register_xlsx(rows_of("SW2", "Zebedee Quorn")))
    assert problems(register) == ["C3: this is not a staff code or a role in the circle"]
    assert "Quorn" not in str(register.preview)
    register = read(grant, register_xlsx(rows_of("SW2", "ZQ1")))
    assert "ZQ1" in str(register.preview)
    assert "ZQ1" not in str(confirm_register(register, by=lead).preview)


def test_undo_takes_back_what_went_in(grant, lead):
    activity = grant.activities.get()
    planned = session_of(activity, lead)
    other = activity_of(grant, lead, HERON_ACTIVITIES[1])
    rows = [*rows_of("SW2", "SW3"), *rows_of("SW2", activity=other.code)]
    register = confirm_register(read(grant, register_xlsx(rows)), by=lead)
    assert reports.summary(grant).sessions_delivered == 2

    register = undo_register(register, by=lead)
    assert register.state == RegisterState.UNDONE
    assert reports.summary(grant).sessions_delivered == 0
    assert Attendance.objects.count() == 0
    assert Session.objects.get(pk=planned.pk).state == SessionState.PLANNED
    assert Session.objects.get(activity=other).voided_at is not None
    # and the file can go in again
    assert counts(read(grant, register_xlsx(rows))) == (3, 0, 0)


def test_undo_leaves_what_was_corrected_since(grant, lead):
    session = held(grant.activities.get(), lead, ["SW2"])
    register = confirm_register(read(grant, register_xlsx(rows_of("SW3", "SW4"))), by=lead)
    circle = circle_of(grant)
    record_attendance(session, by=lead, present=[circle["SW2"], circle["SW4"]])
    undo_register(register, by=lead)
    marks = dict(session.marks.values_list("member__staff_code", "present"))
    assert marks == {"SW2": True, "SW3": False}


def test_undo_ends_after_a_fortnight(grant, lead):
    register = confirm_register(read(grant, register_xlsx(rows_of("SW2"))), by=lead)
    with on_the_day(clock.today() + timedelta(days=15)), pytest.raises(NotReady, match="14 days"):
        undo_register(register, by=lead)


def test_old_preview_is_read_again(grant, lead):
    register = read(grant, register_xlsx(rows_of("SW2")))
    with (
        on_the_day(clock.today() + timedelta(days=2)),
        pytest.raises(NotReady, match="more than a day old"),
    ):
        confirm_register(register, by=lead)


def test_register_of_one_session_needs_no_day_and_no_activity(grant, lead):
    session = session_of(grant.activities.get(), lead)
    content = register_xlsx([("SW2", "y"), ("SW3", ""), ("SW77", "y")], ("Code", "Here"))
    register = read(grant, content, session=session)
    assert counts(register) == (2, 0, 1)
    assert problems(register) == ["A4: ‘SW77’ is not in the circle"]
    confirm_register(register, by=lead)
    assert dict(session.marks.values_list("member__staff_code", "present")) == {
        "SW2": True,
        "SW3": False,
    }


def test_register_of_one_session_names_another_day(grant, lead):
    session = session_of(grant.activities.get(), lead)
    day = clock.today()
    content = register_xlsx(
        [(day - timedelta(days=1), "SW2", "y"), (day, "SW3", "y")], ("Date", "Code", "Here")
    )
    register = read(grant, content, session=session)
    assert problems(register) == [f"A2: not the day of this session ({day.day} {day:%B %Y})"]


def test_register_of_a_voided_session_is_refused(grant, lead):
    session = session_of(grant.activities.get(), lead)
    void_session(session, by=lead, reason="Logged twice")
    with pytest.raises(NotReady, match="taken out of the record"):
        read(grant, register_xlsx([("SW2", "y")], ("Code", "Here")), session=session)


def test_hours_longer_than_the_session_are_named(grant, lead):
    session_of(grant.activities.get(), lead)
    rows = [
        (*row, hours) for row, hours in zip(rows_of("SW2", "SW3", "SW4"), (6, 7.5, 14), strict=True)
    ]
    register = read(grant, register_xlsx(rows, (*FOUR, "Hours")))
    assert problems(register) == [
        "E3: longer than the session (6 hours)",
        "E4: hours for one session must be between a quarter and 12",
    ]


def test_blank_register_comes_back_filled_in(grant, lead):
    content = blank_register(grant, clock.today())
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Register"]
    assert [cell.value for cell in page[1]] == ["Date", "Activity", "Staff code", "Role", "Present"]
    assert page.max_row == 18
    notes = [row[0].value for row in book["How to fill this in"].iter_rows(max_row=4)]
    assert notes[0].startswith("One row")
    assert notes[3] in (None, "")
    empty = read(grant, content)
    assert counts(empty) == (0, 0, 0)
    for row in (3, 4):
        page.cell(row, 1, clock.today())
        page.cell(row, 2, "A1")
        page.cell(row, 5, "yes")
    out = io.BytesIO()
    book.save(out)
    assert counts(read(grant, out.getvalue())) == (2, 0, 0)


def test_blank_register_of_a_session_is_ready_to_tick(grant, lead):
    session = session_of(grant.activities.get(), lead)
    book = openpyxl.load_workbook(io.BytesIO(blank_register(grant, clock.today(), session)))
    page = book["Register"]
    day = page["A2"].value.date()
    assert (day, page["B2"].value, page["C2"].value) == (clock.today(), "A1", "SW1")


def test_heron_by_registers_alone_gives_the_same_figures():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    for planned in HERON_ACTIVITIES:
        activity_of(grant, lead, planned)
    with on_the_day(date(2025, 12, 1) + shift_of(grant)):
        rows = [row for number in range(1, 6) for row in heron_register(grant, number)]
        register = confirm_register(read(grant, register_xlsx(rows)), by=lead)
    assert register.written_count == len(rows) == 11 * 2 + 10 + 12 * 2 + 8 * 6 + 1 + 9 * 3
    summary = reports.summary(grant)
    assert (summary.sessions_delivered, summary.interventions, summary.people) == (14, 50, 14)
    assert (summary.joint_sessions, summary.sessions_with_two) == (9, 14)
    assert Grant.objects.get(pk=grant.pk).state == GrantState.ACTIVE
