"""The verbs of the money's road, a file per noun: rounds, applications, decisions, grants, money.

Every verb opens a transaction, takes its row under a lock, asks *may they?*, asks *what stands in
the way?*, moves, saves, writes the audit row and posts the mail that leaves with the commit.
"""

from .appeals import answer_appeal, appeal, start_review
from .applications import (
    ask,
    copy_application,
    find_ineligible,
    pass_to_panel,
    resubmit,
    start_application,
    start_check,
    submit,
    withdraw,
)
from .changes import (
    agree_change,
    ask_for_time,
    ask_top_up,
    move_money,
    refuse_change,
    use_contingency,
)
from .corrections import allow_late, correct_state
from .decisions import (
    decide,
    receive_recommendation,
    release_decision,
    take_back_decision,
    take_from_reserve,
)
from .events import ask_back, review_grant, settle, tell_us
from .fast import answer_fast_track, ask_fast_track, note_fast_track
from .grants import (
    accept_offer,
    activate,
    close,
    extend_offer,
    finish_delivery,
    lapse_offer,
    meet_condition,
    note_final_report,
    start_reporting,
    terminate,
    turn_down_offer,
)
from .money import (
    accept_claim,
    add_claim,
    approve_payment,
    fill_claim,
    mark_paid,
    note_repayment,
    prepare_final_payment,
    prepare_first_payment,
    send_back_claim,
    send_back_payment,
    submit_claim,
)
from .rounds import drop_version, publish_round, publish_version, revise_round

__all__ = [
    "accept_claim",
    "accept_offer",
    "activate",
    "add_claim",
    "agree_change",
    "allow_late",
    "answer_appeal",
    "answer_fast_track",
    "appeal",
    "approve_payment",
    "ask",
    "ask_back",
    "ask_fast_track",
    "ask_for_time",
    "ask_top_up",
    "close",
    "copy_application",
    "correct_state",
    "decide",
    "drop_version",
    "extend_offer",
    "fill_claim",
    "find_ineligible",
    "finish_delivery",
    "lapse_offer",
    "mark_paid",
    "meet_condition",
    "move_money",
    "note_fast_track",
    "note_final_report",
    "note_repayment",
    "pass_to_panel",
    "prepare_final_payment",
    "prepare_first_payment",
    "publish_round",
    "publish_version",
    "receive_recommendation",
    "refuse_change",
    "release_decision",
    "resubmit",
    "review_grant",
    "revise_round",
    "send_back_claim",
    "send_back_payment",
    "settle",
    "start_application",
    "start_check",
    "start_reporting",
    "start_review",
    "submit",
    "submit_claim",
    "take_back_decision",
    "take_from_reserve",
    "tell_us",
    "terminate",
    "turn_down_offer",
    "use_contingency",
    "withdraw",
]
