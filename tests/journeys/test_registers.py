"""Registers in a real browser: sixty people uploaded, corrected and put in; a phone in the room, by touch.

Both work with scripts and without; the pages pass axe at both widths.
"""

import pytest
from django.urls import reverse

from accounts import clock
from focus_people.actions import add_members
from focus_people.models import CircleMember
from grants.enums import GrantState
from tests.factories.accounts import PASSWORD, lead_of
from tests.factories.awards import grant_at
from tests.factories.training import activity_of, held, register_xlsx, session_of
from training.models import Attendance, Session
from training.workflow import open_sign_in

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def grant():
    return grant_at(GrantState.ACTIVE)


@pytest.fixture
def lead(grant):
    return lead_of(grant.organisation)


def sign_in(page, email):
    page.goto("/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "login" not in url)


def present(grant):
    marks = Attendance.objects.counted().filter(session__activity__grant=grant)
    return set(marks.values_list("member__staff_code", flat=True))


@SCRIPTS
def test_a_register_of_sixty_people_is_uploaded_corrected_and_put_in(
    browsing, grant, lead, scripts
):
    person = grant.application.person
    more = 60 - CircleMember.objects.filter(person=person).exclude(staff_code="").count()
    add_members(
        person,
        [{"role": "support_worker", "sector": "ASC_P", "staff_code": f"X{n}"} for n in range(more)],
        by=lead,
    )
    activity_of(grant, lead)
    codes = sorted(
        CircleMember.objects.filter(person=person)
        .exclude(staff_code="")
        .values_list("staff_code", flat=True)
    )
    assert len(codes) == 60
    today = clock.today()

    def file(first):
        rows = [(today, "A1", code, "x") for code in [first, *codes[1:]]]
        header = ("Date", "Activity", "Lanyard", "Present")
        return {
            "name": "register.xlsx",
            "mimeType": XLSX,
            "buffer": register_xlsx(rows, header=header),
        }

    page = browsing.window(scripts=scripts)
    sign_in(page, lead.email)
    page.goto(reverse("register-upload", args=[grant.reference]))
    if scripts:
        browsing.check(page)
    # A heading that nobody knows: somebody says what it is.
    page.set_input_files("[name=register]", file("QQ99"))
    page.get_by_role("button", name="Read the register").click()
    page.get_by_label("Column C, ‘Lanyard’").select_option(label="Staff code, or whom it is about")
    if scripts:
        browsing.check(page)
    page.set_input_files("[name=register]", file("QQ99"))
    page.get_by_role("button", name="Read the register").click()
    # Somebody whom nobody knows: 59 would go in, one cell is named.
    page.get_by_role("heading", name="1 row left out").wait_for()
    assert page.locator("main .pwb-addr", has_text="C2").first.is_visible()
    assert not present(grant)
    if scripts:
        browsing.check(page)
    # The file is corrected; what was said of its column is remembered.
    page.get_by_role("link", name="Upload a corrected file instead").click()
    page.set_input_files("[name=register]", file(codes[0]))
    page.get_by_role("button", name="Read the register").click()
    if page.locator("select[name=column_2]").count():
        page.locator("select[name=column_2]").select_option(label="Staff code, or whom it is about")
        page.set_input_files("[name=register]", file(codes[0]))
        page.get_by_role("button", name="Read the register").click()
    boxes = page.locator("input[name=rows]")
    assert boxes.count() == 60
    assert boxes.evaluate_all("nodes => nodes.filter(node => node.checked).length") == 60
    label = page.locator("label[for=id_rows_59]")
    out = codes[59]
    assert out in label.inner_text()
    label.click()
    page.get_by_role("button", name="Put 60 rows in").click()
    page.get_by_text("The register is in.").wait_for()
    if scripts:
        browsing.check(page)
    assert present(grant) == set(codes) - {out}
    assert Session.objects.get().state == "held"
    page.goto(reverse("grant-training", args=[grant.reference]))
    assert "59" in page.locator("main").inner_text()


@SCRIPTS
def test_a_phone_in_the_room_is_used_by_touch(browsing, grant, lead, scripts):
    activity = activity_of(grant, lead)
    held(activity, lead, ["SW2"])  # an earlier one, so that marks are not mixed up
    session = open_sign_in(session_of(activity, lead), by=lead)
    link = session.links.get()
    page = browsing.window(width=320, scripts=scripts, touch=True)
    page.goto("/sign-in/")
    if scripts:
        browsing.check(page)
    page.get_by_label("Your code").tap()
    page.get_by_label("Your code").fill(link.spelled.lower())
    page.get_by_role("button", name="Continue").tap()
    page.get_by_role("heading", name="Who is here?").wait_for()
    if scripts:
        browsing.check(page)
        page.evaluate(
            "window.taps = 0; document.addEventListener('touchstart', () => { window.taps += 1; })"
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for words in ("Support worker SW3", "Parent F1"):
        label = page.get_by_text(words, exact=True)
        box = label.bounding_box()
        assert box["height"] >= 24  # as large as WCAG 2.2 asks of what is touched
        label.tap()
    if scripts:
        assert page.evaluate("window.taps") == 2
    page.get_by_role("button", name="Save").tap()
    page.get_by_text("Saved. 2 people are ticked.").wait_for()
    assert page.get_by_text("2 of", exact=False).first.is_visible()
    if scripts:
        browsing.check(page)
    here = session.marks.filter(present=True).values_list("member__staff_code", flat=True)
    assert set(here) == {"SW3", "F1"}
    # Somebody ticked themselves by mistake: a second touch takes it back.
    page.get_by_text("Parent F1", exact=True).tap()
    page.get_by_role("button", name="Save").tap()
    page.get_by_text("Saved. 1 person is ticked.").wait_for()
    assert set(session.marks.filter(present=True).values_list("member__staff_code", flat=True)) == {
        "SW3"
    }
