"""What the reporting pages show, decided in Python: sentences, figures beside figures, guardrails."""

from .grant import grant_page, section_context
from .lists import is_reader, list_stats, sorted_rows
from .points import events_picture, figures_by_point, sent
from .report import edit_page, read_page, saved_time, start_page

__all__ = [
    "edit_page",
    "events_picture",
    "figures_by_point",
    "grant_page",
    "is_reader",
    "list_stats",
    "read_page",
    "saved_time",
    "section_context",
    "sent",
    "sorted_rows",
    "start_page",
]
