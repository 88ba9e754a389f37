"""What everybody reads of a programme: its newest published edition, and nothing newer.

Figures that moved from day to day would be subtracted from each other: one more grant between two visits is
one person, with what was awarded for them (clarifications 27 and 28). So the public page is written from
what was frozen, and editions are checked against each other before they are released.
"""

from dataclasses import dataclass
from typing import Any

from grants.models import Programme

from ..models import ImpactReport
from ..reports import Proportion
from .formats import tables_of


def newest_edition(programme: Programme | None) -> ImpactReport | None:
    """The edition with the latest cut-off; of any programme where none is told."""
    found = ImpactReport.objects.published().select_related("programme")
    if programme is not None:
        found = found.filter(programme=programme)
    return found.order_by("-cut_off", "-edition", "-pk").first()


@dataclass(frozen=True)
class Reported:
    """The headline as it was frozen. funded: how many organisations there were."""

    headline: str
    share: Proportion
    funded: int


@dataclass(frozen=True)
class Released:
    """The parts of an edition that the public page shows: what the edition says, in its own words."""

    document: dict[str, Any]

    def _rows(self, id: str) -> list[list[dict[str, Any]]]:
        found = next((t for _, t in tables_of(self.document) if t["id"] == id), None)
        return found["rows"] if found else []

    @property
    def totals(self) -> list[dict[str, str]]:
        """The exact totals, large."""
        return [line for line in self.document["headlines"] if line["id"] != "admissions"]

    @property
    def bought(self) -> list[tuple[str, str]]:
        """(what, how much) of reach and money, without the totals above; empty where the edition leaves them out."""
        shown = {line["label"] for line in self.totals} | {"focus people"}
        rows = [(name["text"], cell["text"]) for name, cell in self._rows("reach")]
        rows += [(name["text"], cell["text"]) for name, cell in self._rows("money")]
        return [row for row in rows if row[0].lower() not in shown]

    @property
    def reported(self) -> Reported | None:
        """None where the edition has no headline."""
        line = next((x for x in self.document["headlines"] if x["id"] == "admissions"), None)
        rows = self._rows("admissions")
        if line is None or len(rows) < 2:
            return None
        _, part, whole, *_ = rows[0]
        return Reported(
            line["value"],
            Proportion(int(part["number"]), int(whole["number"])),
            int(rows[1][2]["number"]),
        )
