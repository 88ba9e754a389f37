"""The pages of training as people meet them, and the same through the API."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, worklist
from accounts.enums import MemberRole, TeamRole
from focus_people.actions import leave_circle
from focus_people.enums import LeftReason
from grants.enums import GrantState
from grants.models import Grant
from tests.factories.accounts import lead_of, member, organisation, staff
from tests.factories.awards import grant_at
from tests.factories.training import (
    HERON_ACTIVITIES,
    activity_of,
    circle_of,
    held,
    heron_training,
    on_the_day,
    register_xlsx,
    session_of,
    shift_of,
)
from training.actions import void_activity
from training.enums import RegisterState, SessionState
from training.models import Activity, Attendance, RegisterImport, Session
from training.workflow import cancel_session, deliver_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(grant, lead):
    return activity_of(grant, lead)


@pytest.fixture
def page(client, lead):
    client.force_login(lead)
    return client


def text(response):
    words = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", words))


def upload(content, name="register.xlsx"):
    return {"register": SimpleUploadedFile(name, content)}


def preview(page, grant, rows):
    url = reverse("register-upload", args=[grant.reference])
    response = page.post(url, upload(register_xlsx(rows)))
    assert response.status_code == 302
    return response.url


def every_page(grant, activity, session, register):
    one, two = (
        [grant.reference, activity.number],
        [grant.reference, activity.number, session.number],
    )
    return {
        "read": [
            reverse("grant-training", args=[grant.reference]),
            reverse("blank-register", args=[grant.reference]),
            reverse("activity", args=one),
            reverse("session", args=two),
            reverse("session-blank-register", args=two),
            reverse("register-import", args=[grant.reference, register.reference]),
        ],
        "write": [
            reverse("plan-activity", args=[grant.reference]),
            reverse("register-upload", args=[grant.reference]),
            reverse("session-register-upload", args=two),
            *[reverse("activity-verb", args=[*one, v]) for v in ("plan-session", "change", "void")],
            *[
                reverse("session-verb", args=[*two, v])
                for v in ("deliver", "change", "cancel", "void")
            ],
            *[
                reverse("register-verb", args=[grant.reference, register.reference, v])
                for v in ("confirm", "undo")
            ],
        ],
    }


@pytest.mark.parametrize(
    ("who", "sees", "writes"),
    [
        ("lead", 200, 200),
        ("contributor", 200, 200),
        ("helper", 404, 404),
        ("officer", 200, 404),
        ("programme lead", 200, 404),
        ("panel", 404, 404),
        ("funder", 404, 404),
        ("another organisation", 404, 404),
    ],
)
def test_url_by_role(client, grant, lead, activity, who, sees, writes):
    session = session_of(activity, lead)
    client.force_login(lead)
    preview(client, grant, [(clock.today(), "A1", "SW2", "yes")])
    pages = every_page(grant, activity, session, RegisterImport.objects.get())
    made = {
        "lead": lambda: lead,
        "contributor": lambda: member(grant.organisation, MemberRole.CONTRIBUTOR),
        "helper": lambda: member(grant.organisation, MemberRole.HELPER),
        "officer": lambda: staff(TeamRole.OFFICER),
        "programme lead": lambda: staff(TeamRole.PROGRAMME_LEAD),
        "panel": lambda: staff(TeamRole.PANEL_MEMBER),
        "funder": lambda: staff(TeamRole.FUNDER),
        "another organisation": lambda: lead_of(organisation()),
    }[who]()
    client.force_login(made)
    assert {url: client.get(url).status_code for url in pages["read"]} == dict.fromkeys(
        pages["read"], sees
    )
    assert {url: client.get(url).status_code for url in pages["write"]} == dict.fromkeys(
        pages["write"], writes
    )
    if writes == 404:
        posted = {url: client.post(url, {}).status_code for url in pages["write"]}
        assert posted == dict.fromkeys(pages["write"], 404)


def activity_data(grant, **more):
    application = grant.application
    return {
        "title": "PBS practitioner days",
        "budget_line": application.lines.get(number=1).pk,
        "need": application.person.needs.get(number=1).pk,
        "topic": "PBS_PRACTITIONER",
        "mode": "course_1off",
        "learning_domains": ["skills", "values"],
        "is_joint": "yes",
        "trainer": "Example Learning CIC",
        "rrn_certified": "not_needed",
        "planned_people": "12",
        "session_hours": "6",
        "min_sessions": "",
    } | more


def test_activity_is_added_then_its_session_then_who_came(page, grant):
    url = reverse("plan-activity", args=[grant.reference])
    response = page.post(url, activity_data(grant, once="x1"))
    activity = Activity.objects.get()
    assert response.url == activity.get_absolute_url()
    # the same form again makes no second one
    page.post(url, activity_data(grant, once="x1"))
    assert Activity.objects.count() == 1

    day = clock.today()
    facts = {"held_on_day": day.day, "held_on_month": day.month, "held_on_year": day.year}
    facts |= {"hours": "6", "mode": "in_person", "place": "provider", "once": "x2"}
    response = page.post(f"{activity.get_absolute_url()}plan-session/", facts)
    assert response.status_code == 302, text(response)
    session = Session.objects.get()
    assert response.url == f"{session.get_absolute_url()}deliver/"

    sheet = text(page.get(response.url))
    assert "Tick everyone in the room" in sheet
    response = page.post(response.url, {"present": ["M02", "M11"]})
    assert response.url == session.get_absolute_url()
    shown = text(page.get(response.url))
    assert "2 people were there" in shown
    assert "Support worker SW2" in shown
    assert "Parent F1" in shown


BAD_FACTS = [
    ({"title": "\u200b\u200b"}, "Enter a short name for the activity"),
    ({"budget_line": ""}, "Choose the budget line that pays for it"),
    ({"budget_line": "999999"}, "Choose a line of this grant’s budget"),
    ({"budget_line": "ten"}, "Choose a line of this grant’s budget"),
    ({"need": ""}, "Choose the need it is for"),
    ({"topic": "OMMT_T2"}, "Select a valid choice"),
    ({"learning_domains": []}, "Choose at least one thing that people will gain"),
    ({"is_joint": ""}, "Choose yes if people of different sectors learn together"),
    ({"planned_people": "1e3"}, "Enter a whole number, such as 12"),
    ({"planned_people": "0"}, "Enter 1 or more"),
    ({"planned_people": "１２"}, "Enter a whole number, such as 12"),
    ({"session_hours": "NaN"}, "Enter a number such as 7 or 7.5"),
    ({"session_hours": "1.1"}, "Enter a number in steps of 0.25"),
    ({"session_hours": "13"}, "The number must be 12 or less"),
    ({"min_sessions": "-1"}, "Enter a whole number, such as 12"),
    ({"trainer": ""}, "Enter who delivers it"),
]


@pytest.mark.parametrize(("more", "sentence"), BAD_FACTS)
def test_wrong_facts_get_a_sentence_and_keep_what_was_typed(page, grant, more, sentence):
    url = reverse("plan-activity", args=[grant.reference])
    response = page.post(url, activity_data(grant, title="Typed with care") | more)
    assert response.status_code == 200
    assert sentence in text(response)
    if "title" not in more:
        assert "Typed with care" in response.content.decode()
    assert Activity.objects.count() == 0


def test_need_must_be_one_of_the_line(page, grant):
    url = reverse("plan-activity", args=[grant.reference])
    need = grant.application.person.needs.get(number=6).pk
    assert "L1 is for N1 or N4" in text(page.post(url, activity_data(grant, need=need)))


@pytest.mark.parametrize(
    ("present", "sentence"),
    [
        ([], "Tick at least one person. If nobody came, cancel the session"),
        (["M99"], "Somebody on this list is not in the circle"),
        (["M02", "' OR 1=1"], "Somebody on this list is not in the circle"),
    ],
)
def test_wrong_sheet_gets_a_sentence(page, activity, lead, present, sentence):
    session = session_of(activity, lead)
    response = page.post(f"{session.get_absolute_url()}deliver/", {"present": present})
    assert response.status_code == 200
    assert sentence in text(response)
    assert Attendance.objects.count() == 0


def test_sheet_says_who_left_and_ticks_who_was_there(page, activity, lead):
    day = clock.today()
    leave_circle(circle_of(activity.grant)["SW1"], by=lead, left_on=day, left_reason="new_job")
    session = held(activity, lead, ["SW2", "SW3"])
    shown = page.get(f"{session.get_absolute_url()}record-attendance/")
    assert f"Support worker SW1 left the circle on {day.day} {day:%B}." in text(shown)
    assert "2 of 16 ticked when last saved" in text(shown)
    assert shown.content.decode().count(" checked") == 2


def test_blocked_before_the_baseline(client):
    grant = grant_at(GrantState.AGREED)
    lead = lead_of(grant.organisation)
    client.force_login(lead)
    for name in ("grant-training", "plan-activity", "register-upload"):
        shown = text(client.get(reverse(name, args=[grant.reference])))
        assert "Training can be logged once the baseline is in." in shown
    url = reverse("plan-activity", args=[grant.reference])
    assert client.post(url, activity_data(grant)).status_code == 409
    url = reverse("register-upload", args=[grant.reference])
    content = register_xlsx([(clock.today(), "A1", "SW2", "yes")])
    assert client.post(url, upload(content)).status_code == 409
    assert RegisterImport.objects.count() == 0


def test_page_shows_herons_figures(page, grant, lead):
    heron_training(grant, lead)
    with on_the_day(date(2025, 12, 1) + shift_of(grant)):
        shown = text(page.get(reverse("grant-training", args=[grant.reference])))
        grant_page = text(page.get(reverse("grant", args=[grant.reference])))
    for words in (
        "sessions held14interventions50",
        "Sessions: 9 of 14 sessions brought two or more sectors together",
        "Activities: 14 people have finished one or more, 50 interventions in all",
        "Circle: 14 of 16 people have finished something",
    ):
        assert words in shown
    assert "Learning: 14 of 16 people have finished something" in grant_page


def test_upload_preview_confirm_undo(page, grant, activity):
    rows = [
        (clock.today(), "A1", "SW2", "yes"),
        ("31/09/2025", "A1", "SW3", "yes"),
        (clock.today(), "A1", "mother", "yes"),
    ]
    url = preview(page, grant, rows)
    shown = text(page.get(url))
    assert "A3: not a real date. September 2025 has 30 days (‘31/09/2025’)" in shown
    assert "C4 ‘mother’" in shown
    assert "The only parent in the circle" in shown
    assert "Nothing is saved yet." in shown
    assert Session.objects.count() == 0

    response = page.post(f"{url}confirm/", {"rows": ["2", "4"]})
    assert response.url == url
    assert Attendance.objects.count() == 2
    assert "2 rows were put in from register.xlsx" in text(page.get(url))

    assert page.get(f"{url}undo/").status_code == 200
    page.post(f"{url}undo/")
    assert RegisterImport.objects.get().state == RegisterState.UNDONE
    assert Attendance.objects.count() == 0


def test_one_more_session_says_whom_it_sets_back(page, grant, activity, lead):
    """A1 takes all its sessions: those who have finished it would be part way again."""
    held(activity, lead, ["SW2", "SW3"])
    later = clock.today() + timedelta(days=1)
    with on_the_day(later):
        shown = text(page.get(preview(page, grant, [(later, "A1", "SW2", "yes")])))
        planned = text(page.get(f"{activity.get_absolute_url()}plan-session/"))
    assert (
        "1 person has finished it so far. It takes all its sessions and this file adds 1 day"
        in shown
    )
    assert "2 people have finished this activity so far" in planned


def test_a_preview_that_was_replaced_says_so(client, page, grant, activity):
    rows = [(clock.today(), "A1", "SW2", "yes")]
    old = preview(page, grant, rows)
    kept = preview(page, grant, rows)
    for gone in (page.get(old), page.post(f"{old}confirm/", {"rows": ["2"]})):
        assert gone.status_code == 404
        assert "Nothing of it was put in" in text(gone)
    assert "Nothing of it" not in text(page.get(f"{kept}bend/"))
    client.force_login(lead_of(organisation()))
    assert "Nothing of it" not in text(client.get(old))
    assert Attendance.objects.count() == 0


def _leaves(grant, lead, session):
    member = circle_of(grant)["SW2"]
    leave_circle(member, by=lead, left_on=clock.today(), left_reason=LeftReason.NEW_JOB)


def _is_marked(grant, lead, session):
    deliver_session(session, by=lead, present=[circle_of(grant)["SW2"]])


SINCE = {
    "somebody left": (_leaves, ["3"], "C2: Support worker SW2 left the circle on"),
    "somebody was marked": (_is_marked, ["3"], "already there, skipped1"),
    "the session was cancelled": (
        lambda grant, lead, session: cancel_session(session, by=lead, reason="Snow"),
        [],
        "this session was cancelled or taken out of the record since",
    ),
    "the activity was taken out": (
        lambda grant, lead, session: void_activity(session.activity, by=lead, reason="Twice"),
        [],
        "this activity was taken out of the record since",
    ),
    "nothing": (lambda *_: None, ["2", "3"], "rows will go in2"),
}


@pytest.mark.parametrize("what", SINCE)
def test_a_preview_that_waits_is_judged_again(page, grant, activity, lead, what):
    """What it offers to put in goes in, all of it, whatever happened since the file was read."""
    happens, offered, says = SINCE[what]
    session = session_of(activity, lead)
    url = preview(page, grant, [(clock.today(), "A1", code, "yes") for code in ("SW2", "SW3")])
    happens(grant, lead, session)
    shown = page.get(url)
    assert re.search(says, text(shown))
    ticks = re.findall(r'name="rows" value="(\d+)"', shown.content.decode())
    assert ticks == offered
    if offered:
        assert page.post(f"{url}confirm/", {"rows": ticks}).status_code == 302
        assert RegisterImport.objects.get().state == RegisterState.CONFIRMED


@pytest.mark.parametrize("rows", [[], ["3"], ["x"], ["2", "9999"]])
def test_confirming_something_else_writes_nothing(page, grant, activity, rows):
    url = preview(
        page, grant, [(clock.today(), "A1", "SW2", "yes"), (clock.today(), "A1", "SW99", "yes")]
    )
    assert page.post(f"{url}confirm/", {"rows": rows}).status_code == 200
    assert Attendance.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "register.xlsx", "The file is empty"),
        (
            b"\x89PNG\r\n\x1a\n0000",
            "register.xlsx",
            "This is a picture or a PDF, not a spreadsheet",
        ),
        (b"x" * 2_100_000, "register.csv", "The file is larger than 2 MB"),
        (b"PK\x03\x04 cut", "register.xlsx", "The workbook is damaged"),
    ],
)
def test_unreadable_file_gets_a_sentence(page, grant, content, name, sentence):
    url = reverse("register-upload", args=[grant.reference])
    response = page.post(url, upload(content, name))
    assert response.status_code == 200
    assert sentence in text(response)


def test_no_file_gets_a_sentence(page, grant):
    url = reverse("register-upload", args=[grant.reference])
    assert "Choose the file with the register" in text(page.post(url, {}))


def test_double_click_reads_one_register(page, grant, activity):
    url = reverse("register-upload", args=[grant.reference])
    content = register_xlsx([(clock.today(), "A1", "SW2", "yes")])
    first = page.post(url, upload(content) | {"once": "same"})
    again = page.post(url, upload(content) | {"once": "same"})
    assert first.url == again.url
    assert RegisterImport.objects.count() == 1


def test_blank_registers_download(page, activity, lead):
    session = session_of(activity, lead)
    for url in (
        reverse("blank-register", args=[activity.grant.reference]),
        reverse("session-blank-register", args=[activity.grant.reference, 1, session.number]),
    ):
        response = page.get(url)
        assert response["Content-Type"].endswith("spreadsheetml.sheet")
        assert response.content.startswith(b"PK")


def test_the_matrix_names_each_activity_and_not_its_code_alone(page, activity, lead):
    session_of(activity, lead)
    shown = page.get(reverse("grant-training", args=[activity.grant.reference])).content.decode()
    head = shown.split("<thead", 1)[1].split("</thead>", 1)[0]
    assert f'aria-label="{activity.code} {activity.title}"' in head
    assert f">{activity.title}</span>" in head
    key = shown.split("<thead", 1)[0]
    assert f"{activity.code} {activity.title}" in key.rsplit("pwb-phone", 1)[1]


def test_your_work_names_sessions_without_attendance(activity, lead):
    session = session_of(activity, lead)
    session_of(activity, lead, clock.today() + timedelta(days=30))
    with on_the_day(clock.today() + timedelta(days=1)):
        found = [todo for todo in worklist.todos(lead) if "Say who came" in todo.title]
        assert [(todo.url, todo.due_on) for todo in found] == [
            (f"{session.get_absolute_url()}deliver/", session.held_on)
        ]
        officer = staff(TeamRole.OFFICER)
        assert not [todo for todo in worklist.todos(officer) if "Say who came" in todo.title]


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_pages_take_as_many_queries_for_three_as_for_one(page, grant, lead):
    for planned in HERON_ACTIVITIES[:1]:
        held(activity_of(grant, lead, planned), lead, ["SW2", "F1"])
    urls = [
        reverse("grant-training", args=[grant.reference]),
        reverse("activity", args=[grant.reference, 1]),
        "/api/v1/sessions/",
        "/api/v1/activities/",
    ]
    before = [queries_of(page, url) for url in urls]
    for planned in HERON_ACTIVITIES[1:3]:
        held(activity_of(grant, lead, planned), lead, ["SW2", "SW3", "TL1"])
    held(Activity.objects.get(grant=grant, number=1), lead, ["SW2", "SW3"])
    held(Activity.objects.get(grant=grant, number=1), lead, ["SW2", "SW3"])
    after = [queries_of(page, url) for url in urls]
    assert after == before


# --- the API ---------------------------------------------------------------------------------


def test_api_lists_what_is_visible(client, grant, lead, activity):
    session = held(activity, lead, ["SW2", "F1"])
    client.force_login(lead)
    found = client.get("/api/v1/sessions/", {"grant": grant.reference}).json()["results"]
    assert [(row["reference"], row["people"], row["present"]) for row in found] == [
        (session.reference, 2, ["M02", "M11"])
    ]
    assert client.get("/api/v1/sessions/", {"state": "planned"}).json()["count"] == 0
    assert client.get(f"/api/v1/activities/{activity.reference}/").json()["sessions_held"] == 1

    client.force_login(lead_of(organisation()))
    assert client.get("/api/v1/sessions/").json()["count"] == 0
    assert client.get(f"/api/v1/sessions/{session.reference}/").status_code == 404
    assert client.post(f"/api/v1/sessions/{session.reference}/void/").status_code == 404


def test_api_refuses_what_the_page_refuses(client, activity, lead):
    session = session_of(activity, lead)
    url = f"/api/v1/sessions/{session.reference}/"
    client.force_login(lead)
    wrong = client.post(f"{url}deliver/", {"present": []}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json())) == (400, ["present"])
    done = client.post(f"{url}deliver/", {"present": ["M02"]}, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, SessionState.DELIVERED)
    again = client.post(f"{url}deliver/", {"present": ["M02"]}, content_type="application/json")
    assert again.status_code == 409
    assert again.json()["blockers"] == ["This session has moved on: it is now “Held”."]
    client.force_login(staff(TeamRole.OFFICER))
    assert client.get(url).status_code == 200
    refused = client.post(f"{url}void/", {"reason": "x"}, content_type="application/json")
    assert refused.status_code == 404
    assert Grant.objects.count() == 1


def test_columns_can_be_corrected(page, grant, activity):
    """Headings that nobody could guess: the page asks, and the answer is remembered for the next file."""
    rows = [(clock.today(), "A1", "SW2", "yes"), (clock.today(), "A1", "SW3", "yes")]
    content = register_xlsx(rows, ("Date", "Activity", "Badge", "Da"))
    url = reverse("register-upload", args=[grant.reference])
    asked = page.post(url, upload(content))
    words = text(asked)
    assert "We could not find a column for who was there" in words
    assert "Column C, ‘Badge’" in words
    sent = upload(content)
    for place, (heading, name) in enumerate(
        [("A|Date", "date"), ("B|Activity", "activity"), ("C|Badge", "code"), ("D|Da", "present")]
    ):
        sent[f"heading_{place}"], sent[f"column_{place}"] = heading, name
    read = page.post(url, sent)
    register = RegisterImport.objects.get()
    assert read.url == register.get_absolute_url()
    assert (register.new_count, register.problem_count) == (2, 0)
    assert "Column C" in text(page.get(read.url))
    page.post(f"{read.url}confirm/", {"rows": [2, 3]})
    later = page.post(url, upload(content))
    assert RegisterImport.objects.exclude(pk=register.pk).get().there_count == 2
    assert "‘Badge’" in text(page.get(f"{url}?columns={later.url.split('/')[-2]}"))


def test_a_column_of_names_is_left_alone_when_somebody_says_so(page, grant, activity):
    """A heading that was taken for a staff code can be given up: its cells are not looked at."""
    rows = [(clock.today(), "A1", "Zebedee Quorn", "SW2", "yes")]
    header = ("Date", "Activity", "Learner", "Payroll", "Present")
    content, sent = register_xlsx(rows, header), {}
    for place, (heading, name) in enumerate([("C|Learner", "ignore"), ("D|Payroll", "code")]):
        sent[f"heading_{place}"], sent[f"column_{place}"] = heading, name
    page.post(reverse("register-upload", args=[grant.reference]), upload(content) | sent)
    register = RegisterImport.objects.get()
    assert (register.new_count, register.problem_count) == (1, 0)
    assert "Quorn" not in str(register.preview)
