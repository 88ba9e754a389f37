"""A register to fill in: one row for each person by role and code, no names, the day as an Excel date."""

import io
from datetime import date

import xlsxwriter

from accounts.exports import plain_text
from focus_people.models import CircleMember
from grants.models import Grant

from ..models import Activity, Session

HEADINGS = ("Date", "Activity", "Staff code", "Role", "Present")


def people_on(session: Session) -> list[CircleMember]:
    """The circle as it is on a session's day, those who come to training, in order."""
    members = CircleMember.objects.filter(
        person=session.activity.grant.application.person_id, can_attend=True
    )
    return list(members.active_on(session.held_on).order_by("number"))


def blank_register(grant: Grant, day: date, session: Session | None = None) -> bytes:
    """An .xlsx with the circle as it is on `day`, for one session or for the whole grant.

    A member without a staff code has their number in the circle (M11), which uploads understand.
    """
    members = CircleMember.objects.filter(person=grant.application.person_id, can_attend=True)
    people = list(members.active_on(session.held_on if session else day).order_by("number"))
    activities = list(Activity.objects.filter(grant=grant).standing().order_by("number"))
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1})
    as_day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    sheet = book.add_worksheet("Register")
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(0, column, heading, bold)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 14 if session is None else 34)
    sheet.set_column(2, 2, 14)
    sheet.set_column(3, 3, 34)
    sheet.set_column(4, 4, 10)
    sheet.freeze_panes(1, 0)
    for row, member in enumerate(people, start=1):
        if session is not None:
            sheet.write_datetime(row, 0, session.held_on, as_day)
            sheet.write_string(row, 1, session.activity.code)
        else:
            sheet.write_blank(row, 0, None, as_day)
        sheet.write_string(row, 2, plain_text(member.staff_code or member.code))
        sheet.write_string(row, 3, member.get_role_display())
    last = max(len(people), 1)
    sheet.data_validation(1, 4, last, 4, {"validate": "list", "source": ["yes", "no"]})
    if session is None and activities:
        codes = [activity.code for activity in activities]
        sheet.data_validation(1, 1, last, 1, {"validate": "list", "source": codes[:40]})
    notes = book.add_worksheet("How to fill this in")
    notes.set_column(0, 0, 90)
    lines = [
        "One row for each person at each session. Copy the rows for the next session.",
        "Activity: its code, as listed below. Present: yes or no.",
        "Write staff codes or roles, never names. Columns of names are not read.",
        "",
        *[f"{activity.code}: {activity.title}" for activity in activities],
    ]
    for row, text in enumerate(lines):
        notes.write_string(row, 0, plain_text(text))
    book.close()
    return out.getvalue()
