"""Every register of the corpus goes in exactly, or says which cell and why; and a second time adds nothing."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts import clock
from grants.enums import GrantState
from tests.factories.accounts import lead_of
from tests.factories.awards import grant_at
from tests.factories.registers import corpus
from tests.factories.training import HERON_ACTIVITIES, activity_of, on_the_day, session_of
from training.actions import preview_register
from training.models import Attendance
from training.registers import UnreadableRegister
from training.workflow import confirm_register

pytestmark = pytest.mark.django_db


class _UndoneAgain(Exception):
    """Takes back what one register wrote, so that the next one meets the same world."""


def marks_of(grant):
    rows = Attendance.objects.filter(session__activity__grant=grant).values_list(
        "session__activity__number", "session__held_on", "member__staff_code", "present"
    )
    return {(f"A{number}", day, code, present) for number, day, code, present in rows}


def what_came_of(grant, lead, register):
    """What was written, the problems, how many rows the same file would add again, and the notes."""
    try:
        read = preview_register(
            grant, by=lead, content=register.content, file_name=register.file_name
        )
    except UnreadableRegister as refused:
        return str(refused)
    problems = [(p["cell"], p["message"]) for p in read.preview["problems"]]
    assert "Quorn" not in str(read.preview)
    written, again = set(), 0
    if read.new_count:
        try:
            with transaction.atomic():
                confirm_register(read, by=lead)
                written = marks_of(grant)
                again = preview_register(
                    grant, by=lead, content=register.content, file_name=register.file_name
                ).new_count
                raise _UndoneAgain
        except _UndoneAgain:
            pass
    return written, problems, again, read.preview["notes"]


def test_every_register_goes_in_exactly_or_says_why():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    first = clock.today()
    activity_of(grant, lead)
    coaching = activity_of(grant, lead, HERON_ACTIVITIES[3])
    with on_the_day(first):
        for after in (1, 3, 5):
            session_of(coaching, lead, first + timedelta(days=after))
    registers = corpus(first)
    assert len(registers) >= 60
    assert len({register.name for register in registers}) == len(registers)
    wrong = {}
    with on_the_day(first + clock.timedelta(days=30)):
        for register in registers:
            came = what_came_of(grant, lead, register)
            if register.refused:
                if not (isinstance(came, str) and came.startswith(register.refused)):
                    wrong[register.name] = came
                continue
            if isinstance(came, str):
                wrong[register.name] = came
                continue
            written, problems, again, notes = came
            said = len(problems) == len(register.problems) and all(
                cell == at and message.startswith(words)
                for (cell, message), (at, words) in zip(problems, register.problems, strict=True)
            )
            said = said and set(register.notes) <= set(notes)
            if written != register.expected or not said or again:
                wrong[register.name] = {
                    "missing": sorted(map(str, register.expected - written)),
                    "too many": sorted(map(str, written - register.expected)),
                    "problems": problems,
                    "again": again,
                    "notes": notes,
                }
    assert wrong == {}
