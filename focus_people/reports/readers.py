"""Who has read a record, and for what (domain 7.4)."""

from dataclasses import dataclass
from datetime import date

from accounts import audit, clock

from ..enums import ReadingPurpose
from ..models import FocusPerson

MOST_DAYS = 200


@dataclass(frozen=True)
class Reader:
    """One person on one day: their role, what for, how often they opened it."""

    day: date
    who: str
    purpose: str
    words: str
    times: int
    is_export: bool = False  # everything that is held was taken out, not only read


def readers_of(person: FocusPerson) -> list[Reader]:
    """Who opened the record, day by day, the newest first. Staff are named by their role; why they read
    is what they said last before."""
    said: dict[tuple[int, str], list[tuple[date, str]]] = {}
    for reading in person.readings.order_by("said_at", "pk"):
        key = (reading.said_by_id, reading.purpose)
        said.setdefault(key, []).append((clock.day_of(reading.said_at), reading.words))
    held: dict[tuple[date, int | None, str, str, bool], int] = {}
    rows = (
        audit.history(person)
        .filter(event__in=("person.read", "person.exported"))
        .order_by("-at", "-pk")
    )
    for row in rows[:2000]:
        key_of_day = (
            clock.day_of(row.at),
            row.actor_id,
            row.actor_label,
            str(row.data.get("purpose", "")),
            row.event == "person.exported",
        )
        held[key_of_day] = held.get(key_of_day, 0) + 1
    found = []
    for (day, actor, who, purpose, is_export), times in list(held.items())[:MOST_DAYS]:
        words = [w for on, w in said.get((actor or 0, purpose), []) if on <= day and w]
        label = ReadingPurpose(purpose).label if purpose in ReadingPurpose.values else ""
        found.append(Reader(day, who, label, words[-1] if words else "", times, is_export))
    return found
