"""The indicators as a registry, and what is computed from one report or a pair of them (domain 5.4).

An *item* is one question; an *indicator* (OUT-01 …) is fed by one or several. Everything here is pure:
it takes plain values and returns plain values, touches no database, and serves pages, figures and tests
alike. A missing answer is `None` and stays missing: nothing here reads a blank as zero.
"""

from .catalogue import ALONE, INDICATORS, PANEL, Indicator, Judge, Measured
from .claims import Risk, admission_problems, answer_problems
from .figures import (
    Measures,
    bed_days_per_91,
    is_material_drop,
    measures,
    moved,
    movement,
    percentage,
    rate28,
    rounded,
)
from .items import Item, Value
from .registry import BY_CODE, ITEMS, OWN, SECTIONS, items_at, wording
from .safety import Guardrail, SafeReduction, safe_reduction

__all__ = [
    "ALONE",
    "BY_CODE",
    "INDICATORS",
    "ITEMS",
    "OWN",
    "PANEL",
    "SECTIONS",
    "Guardrail",
    "Indicator",
    "Item",
    "Judge",
    "Measured",
    "Measures",
    "Risk",
    "SafeReduction",
    "Value",
    "admission_problems",
    "answer_problems",
    "bed_days_per_91",
    "is_material_drop",
    "items_at",
    "measures",
    "moved",
    "movement",
    "percentage",
    "rate28",
    "rounded",
    "safe_reduction",
    "wording",
]
