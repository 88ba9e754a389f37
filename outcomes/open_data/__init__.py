"""Awards as open data in the 360Giving Data Standard 1.4: which awards, what of them, and in which files.

Each award is about one person, so the rules for grants to individuals are kept although the money goes
to organisations (UK standards 1.5): a number drawn by lot, one text for all, no place finer than a
region, nothing about the person, and no award that would single somebody out.
"""

from .awards import (
    Chosen,
    HeldBack,
    chosen,
    codes_of,
    held_back_says,
    latest_release,
    package,
    publisher,
)
from .files import CONTENT_TYPES, FORMATS, written
from .standard import Problem, problems

__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "Chosen",
    "HeldBack",
    "Problem",
    "chosen",
    "codes_of",
    "held_back_says",
    "latest_release",
    "package",
    "problems",
    "publisher",
    "written",
]
