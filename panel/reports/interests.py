"""Where our records show a link between a panellist and the organisation that applies. The same
links as `querysets.conflict_of`, in words: for the panellist before they declare, and for the
chair who assigns (who is told the kind, never the panellist's own words).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Membership
from accounts.templatetags.pwb import day
from grants.models import Application

from ..models import InterestEntry, Panellist
from ..querysets import interest_counts_from


@dataclass(frozen=True)
class Match:
    """One link. A binding one removes the panellist; another is theirs to judge, with a reason."""

    words: str
    said_to_chair: str
    is_binding: bool = True


def matches_of_all(
    panellists: Iterable[Panellist], application: Application
) -> dict[int, list[Match]]:
    """Links of each panellist (by id) with the applicant organisation, in three queries at most."""
    people = list(panellists)
    organisation = application.organisation_id
    found: dict[int, list[Match]] = defaultdict(list)
    members = set(
        Membership.objects.filter(
            organisation=organisation, user__in=[p.user_id for p in people]
        ).values_list("user_id", flat=True)
    )
    for panellist in people:
        if panellist.user_id in members:
            found[panellist.pk].append(
                Match(
                    f"You belong to {application.organisation.name} in this service.",
                    "Belongs to the applicant organisation",
                )
            )
        if panellist.employer_id == organisation:
            found[panellist.pk].append(
                Match(
                    f"{application.organisation.name} is your employer.",
                    "Employed by the applicant",
                )
            )
    entries = (
        InterestEntry.objects.standing()
        .filter(organisation=organisation, panellist__in=people)
        .order_by("number")
    )
    since = interest_counts_from()
    for entry in entries:
        is_binding = entry.until is None or entry.until >= since
        ended = f", until {day(entry.until)}" if entry.until else ""
        found[entry.panellist_id].append(
            Match(
                f"{application.organisation.name} is in your register of interests: “{entry.words}” "
                f"({entry.get_kind_display().lower()}{ended}).",
                f"In the register of interests ({entry.get_kind_display().lower()}{ended})",
                is_binding,
            )
        )
    return dict(found)


def matches_of(panellist: Panellist | None, application: Application) -> list[Match]:
    """Links of one panellist; none for somebody who is not on the panel's list yet."""
    if panellist is None:
        return []
    return matches_of_all([panellist], application).get(panellist.pk, [])
