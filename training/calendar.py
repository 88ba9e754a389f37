"""Sessions as a calendar file (RFC 5545): from hour to hour where the plan says when one starts, else a day.

It holds no alias and no people, because calendars are shared.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from accounts import clock

from .enums import SessionState
from .models import Session


def _escaped(text: str) -> str:
    for sign, said in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, said)
    return text


def _folded(line: str) -> str:
    """A line in parts of at most 75 bytes, each but the first with a space before it."""
    parts: list[bytes] = []
    part = b""
    for sign in line:
        encoded = sign.encode()
        if len(part) + len(encoded) > (75 if not parts else 74):
            parts.append(part)
            part = b""
        part += encoded
    return "\r\n ".join(p.decode() for p in [*parts, part])


def _times(session: Session) -> list[str]:
    """When it begins and ends: hours in universal time, or a whole day."""
    if session.starts_at is None:
        after = session.held_on + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{session.held_on:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
    start = datetime.combine(session.held_on, session.starts_at, clock.LONDON).astimezone(UTC)
    end = start + timedelta(hours=float(session.hours))
    return [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}"]


def calendar_of(sessions: Iterable[Session]) -> bytes:
    """A calendar file with these sessions; cancelled ones are marked so that they leave the calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Personal workforce budgets//Training//EN"]
    stamp = clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for session in sessions:
        hours = f"{session.hours.normalize():f}"
        words = f"{hours} hours. {session.get_place_display()}."
        is_off = session.state == SessionState.CANCELLED
        lines += [
            "BEGIN:VEVENT",
            f"UID:{session.reference}@personal-workforce-budgets",
            f"DTSTAMP:{stamp}",
            *_times(session),
            f"SUMMARY:{_escaped(str(session))}",
            f"DESCRIPTION:{_escaped(words)}",
            f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
            f"TRANSP:{'TRANSPARENT' if session.starts_at is None else 'OPAQUE'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return ("\r\n".join(_folded(line) for line in lines) + "\r\n").encode()
