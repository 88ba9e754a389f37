"""What time it is, for the whole product.

Moments are aware and stored in UTC; days and deadlines are Europe/London. The
demonstration programme tells a story that lies in the past, so it sets the clock with
`at`; nothing else does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")
_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """The present day in London."""
    return now().astimezone(LONDON).date()


def day_of(moment: datetime) -> date:
    """The London day on which a moment falls."""
    return moment.astimezone(LONDON).date()


def end_of(day: date) -> datetime:
    """The first moment after a London day: a deadline "on 30 May" has passed from here on."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=LONDON)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Tell the demonstration's story at `moment` (aware)."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
