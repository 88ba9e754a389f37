"""The impact report: one document of plain data, made from the figures, that every format is written from.

`compose` asks `outcomes.reports` and prints by the rule of the audience; from then on nothing is worked
out any more, so page, PDF, workbook and CSV say the same, and the same document gives the same bytes.
"""

from .compose import SECTIONS, compose, composing, finished, listed_in_open_data
from .formats import CONTENT_TYPES, FORMATS, kept, with_pictures, written
from .released import Released, newest_edition

__all__ = [
    "CONTENT_TYPES",
    "FORMATS",
    "SECTIONS",
    "Released",
    "compose",
    "composing",
    "finished",
    "kept",
    "listed_in_open_data",
    "newest_edition",
    "with_pictures",
    "written",
]
