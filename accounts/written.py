"""How amounts of money and days are written, wherever they are written."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from . import clock

MINUS = "\N{MINUS SIGN}"


def money(amount: Decimal | int) -> str:
    """£7,762.20, to the penny, half up; a minus sign stands in front of the pound sign."""
    pence = Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{MINUS if pence < 0 else ''}£{abs(pence):,.2f}"


def pounds(amount: Decimal | int) -> str:
    """£8,000 where there are no pence, otherwise as money. For limits, not for columns."""
    return money(amount).removesuffix(".00")


def day(value: date | datetime) -> str:
    """9 June 2025; of a moment, its day in London."""
    on = _day_of(value)
    return f"{on.day} {on:%B %Y}"


def short_day(value: date | datetime, today: date | None = None) -> str:
    """9 June in the year of `today`, which is today unless told; with its year in any other."""
    on = _day_of(value)
    return f"{on.day} {on:%B}" if on.year == (today or clock.today()).year else day(on)


def _day_of(value: date | datetime) -> date:
    return clock.day_of(value) if isinstance(value, datetime) else value
