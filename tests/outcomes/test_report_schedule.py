"""Due days and windows are London days, whatever the clocks do."""

from datetime import UTC, date, datetime

import pytest

from accounts import clock
from focus_people.models import FocusPerson
from grants.enums import GrantState
from grants.models import Application, Grant
from outcomes.due import STATUS_LABEL, ReportRow
from outcomes.enums import Point
from outcomes.pages.lists import sorted_rows
from outcomes.schedule import timing

START = date(2025, 7, 16)


@pytest.mark.parametrize(
    ("point", "opens", "due", "closes"),
    [
        (Point.M3, date(2025, 9, 24), date(2025, 10, 15), date(2025, 11, 5)),
        (Point.M6, date(2025, 12, 17), date(2026, 1, 14), date(2026, 2, 11)),
        (Point.M12, date(2026, 6, 4), date(2026, 7, 16), date(2026, 8, 27)),
    ],
)
def test_days_of_the_worked_example(point, opens, due, closes):
    when = timing(point, START)
    assert (when.opens_on, when.due_on, when.closes_on) == (opens, due, closes)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2025, 7, 27), date(2025, 10, 26)),  # the clocks go back that night
        (date(2025, 12, 28), date(2026, 3, 29)),  # the clocks go forward that night
        (date(2025, 10, 25), date(2026, 1, 24)),
        (date(2025, 11, 29), date(2026, 2, 28)),
    ],
)
def test_a_change_of_the_clocks_moves_no_due_day(start, due):
    assert timing(Point.M3, start).due_on == due


@pytest.mark.parametrize(
    ("point", "moment", "is_open"),
    [
        # Summer time: half past eleven at night in UTC is the next day in London.
        (Point.M3, datetime(2025, 9, 23, 22, 59, tzinfo=UTC), False),
        (Point.M3, datetime(2025, 9, 23, 23, 0, tzinfo=UTC), True),
        # Winter time: the two agree.
        (Point.M6, datetime(2025, 12, 16, 23, 59, tzinfo=UTC), False),
        (Point.M6, datetime(2025, 12, 17, 0, 0, tzinfo=UTC), True),
    ],
)
def test_a_window_opens_at_midnight_in_london(point, moment, is_open):
    with clock.at(moment):
        assert timing(point, START).is_open is is_open


@pytest.mark.parametrize(
    ("moment", "is_overdue"),
    [
        (datetime(2025, 11, 5, 23, 59, tzinfo=UTC), False),
        (datetime(2025, 11, 6, 0, 0, tzinfo=UTC), True),
    ],
)
def test_a_window_closes_with_its_last_day(moment, is_overdue):
    with clock.at(moment):
        assert timing(Point.M3, START).is_overdue is is_overdue


def test_nothing_is_due_before_the_first_session():
    when = timing(Point.M6, None)
    assert (when.due_on, when.is_open, when.is_overdue) == (None, False, False)


def test_a_report_is_neither_due_nor_overdue_while_the_grant_is_on_hold():
    for day, going_on in ((date(2025, 10, 1), "due"), (date(2025, 12, 1), "overdue")):
        with clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            for paused_on, status in ((None, going_on), (day, "on_hold")):
                grant = Grant(
                    state=GrantState.DELIVERED,
                    reference="PWB-2025-0001",
                    application=Application(person=FocusPerson()),
                    paused_on=paused_on,
                )
                row = ReportRow(grant, Point.M3, None, timing(Point.M3, START))
                assert (row.status, row.is_due) == (status, paused_on is None)
                assert [r.label for r in sorted_rows([row])] == [STATUS_LABEL[status]]
