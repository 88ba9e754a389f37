"""The small shapes that components draw: a row of facts, an entry of a timeline."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SummaryRow:
    """A fact with its name; `url` and `change` make the link that changes it."""

    key: str
    value: str
    url: str = ""
    change: str = ""
    empty: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened: when, who (a role), what, and who else sees it."""

    at: datetime
    who: str
    what: str
    detail: str = ""
    visibility: str = ""
    is_stop: bool = False
    is_next: bool = False
