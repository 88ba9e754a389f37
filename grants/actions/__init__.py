"""Writes on the money's road that change no state, a file per part of the work: programmes and
rounds, drafting an application, checking one.
"""

from .casework import assign_many, forget_view, kept_query, save_view, views_of
from .checking import assign_officer, judge_lines, record_findings
from .documents import (
    add_document,
    forget_strays,
    keep_document,
    look_at,
    remove_document,
    scan_again,
)
from .drafting import (
    Conflict,
    change_form,
    choose_needs,
    keep_check,
    remove_line,
    save_answer,
    save_line,
    save_lines,
    save_outcomes,
    save_reply,
)
from .library import save_standard_condition
from .linking import give_linking_code
from .messages import write_message
from .programmes import (
    change_bar,
    change_criterion,
    change_funders,
    change_question,
    change_round,
    copy_round,
    create_programme,
    create_round,
)
from .terms import add_criterion, add_question, take_out_criterion, take_out_question

__all__ = [
    "Conflict",
    "add_criterion",
    "add_document",
    "add_question",
    "assign_many",
    "assign_officer",
    "change_bar",
    "change_criterion",
    "change_form",
    "change_funders",
    "change_question",
    "change_round",
    "choose_needs",
    "copy_round",
    "create_programme",
    "create_round",
    "forget_strays",
    "forget_view",
    "give_linking_code",
    "judge_lines",
    "keep_check",
    "keep_document",
    "kept_query",
    "look_at",
    "record_findings",
    "remove_document",
    "remove_line",
    "save_answer",
    "save_line",
    "save_lines",
    "save_outcomes",
    "save_reply",
    "save_standard_condition",
    "save_view",
    "scan_again",
    "take_out_criterion",
    "take_out_question",
    "views_of",
    "write_message",
]
