"""What single cells mean: dates as spreadsheets and people write them, marks, hours."""

import calendar
import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.fields.dates import MONTHS

_CLOCK = r"(?:,?[ T]+\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?[ap]m)?)?"  # a time beside the day says nothing more
_NUMBERS = re.compile(
    rf"(?:[a-z]{{3,9}}\.?,?\s+)?(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*(\d{{4}}|\d{{2}}){_CLOCK}",
    re.ASCII | re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_WORDED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})"
    + _CLOCK,
    re.ASCII | re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?:[a-z]{3,9},?\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII | re.I
)
_NO_YEAR = re.compile(r"\d{1,2}(?:st|nd|rd|th)?[\s/.-]+(?:\d{1,2}|[a-z]{3,9})", re.ASCII | re.I)
PRESENT_WORDS = frozenset(
    # ü and þ are the ticks of the Wingdings font, û and ý its crosses.
    {*"✓✔☑✅√🗸xyp1üþ", "yes", "present", "attended", "here", "true", "tick", "ticked", "in", "came"}
)
ABSENT_WORDS = frozenset(
    {*"na0-–—✗✘☐❌ûý", "no", "absent", "false", "apologies", "sick", "dna", "out"}
)
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
    elif (match := _MONTH_FIRST.fullmatch(text)) and (
        month_number := MONTHS.get(match[1].lower()) or MONTHS.get(match[1].lower()[:3], 0)
    ):
        day, month, year = int(match[2]), month_number, int(match[3])
    elif _NO_YEAR.fullmatch(text):
        raise NotThis("no year. Write it in full, as in 16/07/2025")
    else:
        raise NotThis("not a date")
    year += 2000 if year < 100 else 0
    return _real(day, month, year)


def is_month_first(value: Any) -> bool:
    """Whether a text can only be a day written as in America: 07/16/2025."""
    match = _NUMBERS.fullmatch(value.strip()) if isinstance(value, str) else None
    return match is not None and int(match[2]) > 12 >= int(match[1]) >= 1 and int(match[2]) <= 31


def either_way(value: Any) -> tuple[datetime.date, datetime.date] | None:
    """The two days that a text such as 07/08/2025 could mean, day first and month first; None if only one."""
    match = _NUMBERS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    if not (1 <= day <= 12 and 1 <= month <= 12) or day == month:
        return None
    year += 2000 if year < 100 else 0
    return datetime.date(year, month, day), datetime.date(year, day, month)


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
    if isinstance(value, datetime.time):
        return True  # the time at which somebody signed in
    text = re.sub(r"\s+", " ", str(value)).strip().casefold()
    if text in PRESENT_WORDS or re.fullmatch(r"\d{1,2}[:.]\d{2} ?([ap]m)?", text, re.ASCII):
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


def as_time(value: Any) -> Decimal | None:
    """A time of day in hours: 13:30 is 13.5. Takes the fraction of a day too. Raises `NotThis`."""
    if value in (None, ""):
        return None
    if isinstance(value, datetime.datetime):
        value = value.time()
    if isinstance(value, datetime.time):
        return Decimal(value.hour) + Decimal(value.minute) / 60
    if isinstance(value, datetime.timedelta):
        return Decimal(round(value.total_seconds() / 60)) / 60
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1:
        return Decimal(round(value * 24 * 60)) / 60
    text = str(value).strip().casefold()
    if match := re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))? ?([ap]m)?", text, re.ASCII):
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3]:
            hour = hour % 12 + (12 if match[3] == "pm" else 0)
        if hour <= 23 and minute <= 59 and (match[2] or match[3]):
            return Decimal(hour) + Decimal(minute) / 60
    raise NotThis("not a time, such as 13:30")


def as_number(value: Any) -> int | None:
    """A small whole number such as a session's. None where the cell holds something else or nothing."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) and float(value).is_integer():
        return int(value)
    match = re.fullmatch(r"(?:s|session)?\s*(\d{1,3})", str(value or "").strip(), re.ASCII | re.I)
    return int(match[1]) if match else None
