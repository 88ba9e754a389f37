"""What a set of figures is about: a programme, a cut-off, and perhaps one round or one region.

A cut-off is a London day. Whatever was agreed, held or accepted after it does not exist yet, so that
a past figure never moves (clarification 7).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from accounts import clock, written
from accounts.enums import Region
from grants.models import Programme, Round


@dataclass(frozen=True)
class Scope:
    """A programme (None: all of them), a cut-off, and perhaps one round, one region, some organisations,
    or the grants agreed in a period (both days included).

    A region is that of the organisation that applied.
    """

    programme: Programme | None
    cut_off: date
    round: Round | None = None
    region: str = ""
    agreed_from: date | None = None
    agreed_until: date | None = None
    organisations: tuple[int, ...] | None = None

    @property
    def until(self) -> datetime:
        """The first moment that lies after the cut-off."""
        return clock.end_of(self.cut_off)

    @property
    def is_whole_programme(self) -> bool:
        """Neither one round nor one region nor another part: programme totals (clarification 25)."""
        is_part = self.round or self.region or self.agreed_from or self.agreed_until
        return not is_part and self.organisations is None

    @property
    def words(self) -> str:
        """ "PWB England 2025, Round 2, North West"."""
        parts = [str(self.programme) if self.programme else "All programmes"]
        if self.round is not None:
            parts.append(self.round.title)
        parts.append(str(Region(self.region).label) if self.region else "all regions")
        return ", ".join(parts)

    @property
    def sentence(self) -> str:
        """What the page is about, with its cut-off."""
        return f"{self.words}. Cut-off {written.day(self.cut_off)}."

    def of_applications(self, prefix: str = "") -> Q:
        """The condition for applications in scope, reached through `prefix`; dates aside."""
        found = Q()
        if self.programme is not None:
            found &= Q(**{f"{prefix}round__programme": self.programme.pk})
        if self.round is not None:
            found &= Q(**{f"{prefix}round": self.round.pk})
        if self.region:
            found &= Q(**{f"{prefix}organisation__region": self.region})
        if self.organisations is not None:
            found &= Q(**{f"{prefix}organisation__in": self.organisations})
        return found

    def of_grants(self, prefix: str = "") -> Q:
        """The condition for grants in scope that were agreed by the cut-off (clarification 4)."""
        agreed = Q(**{f"{prefix}agreed_at__isnull": False, f"{prefix}agreed_at__lt": self.until})
        if self.agreed_from is not None:
            start = clock.end_of(self.agreed_from - timedelta(days=1))
            agreed &= Q(**{f"{prefix}agreed_at__gte": start})
        if self.agreed_until is not None:
            agreed &= Q(**{f"{prefix}agreed_at__lt": clock.end_of(self.agreed_until)})
        return agreed & self.of_applications(f"{prefix}application__")


def rounds_with_grants() -> list[Round]:
    """Every round with its programme and `grant_count`, how many of its grants were ever agreed."""
    agreed = Count(
        "applications__grant", filter=Q(applications__grant__agreed_at__isnull=False), distinct=True
    )
    return list(
        Round.objects.select_related("programme")
        .annotate(grant_count=agreed)
        .order_by("programme__starts_on", "programme_id", "opens_at", "pk")
    )


def default_programme(rounds: list[Round] | None = None) -> Programme | None:
    """The programme that is shown unless one is chosen: the one with the most agreed grants, and the
    newest of equals. None where there is no round at all."""
    counts: dict[Programme, int] = {}
    for found in rounds_with_grants() if rounds is None else rounds:
        counts[found.programme] = counts.get(found.programme, 0) + getattr(found, "grant_count", 0)
    return max(counts, key=lambda p: (counts[p], p.starts_on, p.pk), default=None)
