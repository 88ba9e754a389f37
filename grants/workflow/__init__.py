"""The verbs of the money's road, a file per noun: rounds, applications, decisions, grants, money.

Every verb opens a transaction, takes its row under a lock, asks *may they?*, asks *what stands in
the way?*, moves, saves, writes the audit row and posts the mail that leaves with the commit.
"""

from .applications import (
    ask,
    find_ineligible,
    pass_to_panel,
    resubmit,
    start_application,
    start_check,
    submit,
    withdraw,
)
from .decisions import receive_recommendation
from .rounds import publish_round

__all__ = [
    "ask",
    "find_ineligible",
    "pass_to_panel",
    "publish_round",
    "receive_recommendation",
    "resubmit",
    "start_application",
    "start_check",
    "submit",
    "withdraw",
]
