"""Working days in England: neither Saturday nor Sunday nor a bank holiday.

Bank holidays are worked out from their rules (Banking and Financial Dealings Act 1971); single days
proclaimed once, such as a coronation, are not in them.
"""

from datetime import date, timedelta
from functools import cache


def _easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in this year, with their substitute days."""
    found: set[date] = {_easter(year) - timedelta(days=2), _easter(year) + timedelta(days=1)}
    may, june, september = date(year, 5, 1), date(year, 6, 1), date(year, 9, 1)
    found.add(may + timedelta(days=-may.weekday() % 7))
    found.add(june - timedelta(days=june.weekday() or 7))
    found.add(september - timedelta(days=september.weekday() or 7))
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() >= 5 or day in found:
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


def is_working_day(day: date) -> bool:
    """Whether offices in England are open on this day."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def working_days_after(day: date, days: int) -> date:
    """The day on which `days` working days have passed; the day itself is not counted."""
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
