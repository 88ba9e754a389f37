"""What single cells mean: dates as spreadsheets and people write them, marks, hours."""

import calendar
import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.fields.dates import MONTHS

_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_WORDED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})",
    re.ASCII | re.IGNORECASE,
)
PRESENT_WORDS = frozenset(
    {*"✓✔☑✅√xyp1", "yes", "present", "attended", "here", "true", "tick", "ticked", "in", "came"}
)
ABSENT_WORDS = frozenset({*"na0-–—✗✘☐", "no", "absent", "false", "apologies", "sick", "dna", "out"})
ABSENT_WORDS |= {"did not attend", "not present", "no show", "on leave", "n/a", "annual leave"}
_EXCEL_DAYS = (36526, 73050)  # 2000 to 2099 as Excel counts days
_EXCEL_ZERO = datetime.date(1899, 12, 30)


class NotThis(ValueError):
    """A cell that does not hold what its column needs; the text is the sentence for the page."""


def shown(value: Any) -> str:
    """A cell in the file's own words, short enough for a page."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def as_date(value: Any) -> datetime.date | None:
    """A day from an Excel date, an Excel day number, d/m/Y, Y-m-d or words. None for an empty cell.

    Raises `NotThis`. A slash date is always day first, as in Britain.
    """
    if value in (None, ""):
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, bool | datetime.time | datetime.timedelta):
        raise NotThis("not a date")
    if isinstance(value, int | float):
        if _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1]:
            return _EXCEL_ZERO + datetime.timedelta(days=int(value))
        raise NotThis("not a date")
    text = str(value).strip()
    if match := _NUMBERS.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _WORDED.fullmatch(text):
        name = match[2].lower()
        month_number = MONTHS.get(name) or MONTHS.get(name[:3], 0)
        if not month_number:
            raise NotThis("not a date")
        day, month, year = int(match[1]), month_number, int(match[3])
    else:
        raise NotThis("not a date")
    year += 2000 if year < 100 else 0
    return _real(day, month, year)


def _real(day: int, month: int, year: int) -> datetime.date:
    if month > 12 >= day and month <= 31:
        raise NotThis(
            f"not a date: there is no month {month}. Write the day first, as in {month:02d}/{day:02d}/{year}"
        )
    try:
        return datetime.date(year, month, day)
    except ValueError:
        if 1 <= month <= 12 and day <= 31 and 1 <= year <= 9999:
            last = calendar.monthrange(year, month)[1]
            words = f"{calendar.month_name[month]} {year} has {last} days"
            raise NotThis(f"not a real date. {words}") from None
        raise NotThis("not a real date") from None


def as_mark(value: Any) -> bool:
    """Whether somebody was there: ✓ x Y 1 yes mean present; blank, n, 0, no mean absent. Raises `NotThis`."""
    if value is None or value == "":
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    text = re.sub(r"\s+", " ", str(value)).strip().casefold()
    if text in PRESENT_WORDS:
        return True
    if text in ABSENT_WORDS:
        return False
    raise NotThis("not a mark we know. Use yes or no")


def as_hours(value: Any) -> Decimal | None:
    """Hours in quarters, up to 12; a time such as 3:30 counts as hours and minutes. Raises `NotThis`."""
    if value in (None, ""):
        return None
    if isinstance(value, datetime.time):
        hours = Decimal(value.hour) + Decimal(value.minute) / 60
    elif isinstance(value, datetime.timedelta):
        hours = Decimal(int(value.total_seconds())) / 3600
    elif isinstance(value, bool | datetime.date):
        raise NotThis("not a number of hours")
    else:
        text = re.sub(r"\s*(hours?|hrs?|h)\.?$", "", str(value).strip(), flags=re.IGNORECASE)
        if match := re.fullmatch(r"(\d{1,2}):(\d{2})", text, re.ASCII):
            hours = Decimal(match[1]) + Decimal(match[2]) / 60
        elif re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text, re.ASCII):
            try:
                hours = Decimal(text)
            except InvalidOperation:
                raise NotThis("not a number of hours") from None
        else:
            raise NotThis("not a number of hours")
    if not Decimal("0.25") <= hours <= 12:
        raise NotThis("hours for one session must be between a quarter and 12")
    if hours % Decimal("0.25"):
        raise NotThis("hours must be in quarters, such as 1.5 or 2.25")
    return hours.quantize(Decimal("0.01"))


def as_number(value: Any) -> int | None:
    """A small whole number such as a session's. None where the cell holds something else or nothing."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) and float(value).is_integer():
        return int(value)
    match = re.fullmatch(r"(?:s|session)?\s*(\d{1,3})", str(value or "").strip(), re.ASCII | re.I)
    return int(match[1]) if match else None
