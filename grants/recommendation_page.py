"""What other apps say beside the panel's recommendation, wherever staff read it before a decision leaves.

The panel stands above grants and is never imported here: it registers a function when it starts. Each
is asked with the person and the application, and says nothing by returning nothing.
"""

from collections.abc import Callable
from typing import Any

from .models import Application

RemarkFinder = Callable[[Any, Application], str]

_REMARKS: list[RemarkFinder] = []


def register_remark(finder: RemarkFinder) -> None:
    """Add a function that may say a sentence about the recommendation."""
    _REMARKS.append(finder)


def remarks(user: Any, application: Application) -> list[str]:
    """What there is to say to `user` beside the recommendation, in plain sentences."""
    return [said for find in _REMARKS if (said := find(user, application))]
