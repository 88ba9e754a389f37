"""The programme's figures: one function for each, so that page, chart, command, API and published page
never disagree. Reading only.

`programme_figures` gives them together; `Impact.figure` gives one with everything that stands behind it:
definition, numerator, denominators, missing answers, interval, other ways of counting and the records.
"""

from .admissions import FOOTNOTE, Admissions, is_provisional, kpi_adm
from .comparing import Compared, Line, compare
from .figure import Audience, Figure
from .pictures import Picture
from .programme import FIGURE_IDS, PICTURE_NAMES, Impact, programme_figures
from .publication import published_count, published_share
from .scope import Scope, default_programme, rounds_with_grants
from .statistics import Proportion, median, median_interval, quantile, wilson

__all__ = [
    "FIGURE_IDS",
    "FOOTNOTE",
    "PICTURE_NAMES",
    "Admissions",
    "Audience",
    "Compared",
    "Figure",
    "Impact",
    "Line",
    "Picture",
    "Proportion",
    "Scope",
    "compare",
    "default_programme",
    "is_provisional",
    "kpi_adm",
    "median",
    "median_interval",
    "programme_figures",
    "published_count",
    "published_share",
    "quantile",
    "rounds_with_grants",
    "wilson",
]
