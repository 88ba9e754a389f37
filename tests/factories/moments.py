"""Moments for tests that count days: a test says the same at any hour, on either side of a change of the clocks."""

from datetime import datetime, time, timedelta

from accounts import clock


def noon(days: int) -> datetime:
    """Noon in London, `days` after today (before it when negative)."""
    return datetime.combine(clock.today() + timedelta(days=days), time(12), tzinfo=clock.LONDON)
