"""Writes on the money's road that change no state, a file per part of the work: programmes and
rounds, drafting an application, checking one.
"""

from .checking import assign_officer, judge_lines, record_findings
from .documents import add_document, remove_document, scan_again
from .drafting import (
    Conflict,
    change_form,
    choose_needs,
    keep_check,
    remove_line,
    save_answer,
    save_line,
    save_outcomes,
    save_reply,
)
from .programmes import create_programme, create_round

__all__ = [
    "Conflict",
    "add_document",
    "assign_officer",
    "change_form",
    "choose_needs",
    "create_programme",
    "create_round",
    "judge_lines",
    "keep_check",
    "record_findings",
    "remove_document",
    "remove_line",
    "save_answer",
    "save_line",
    "save_outcomes",
    "save_reply",
    "scan_again",
]
