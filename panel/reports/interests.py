"""Where our records show a link between a panellist and the organisation that applies. The same
links as `querysets.conflict_of`, in words: for the panellist before they declare, and for the
chair who assigns (who is told the kind, never the panellist's own words).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Membership, Organisation
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
    """Links of each panellist (by id) with the applicant organisation, its parent or its children, in
    four queries at most."""
    people = list(panellists)
    near = {
        one.pk: one
        for one in Organisation.objects.filter(
            Q(pk=application.organisation_id)
            | Q(parent=application.organisation_id)
            | Q(pk=application.organisation.parent_id)
        ).order_by("name", "pk")
    }

    def kin(organisation: int) -> str:
        """ ", the parent of Larchwood Support"; nothing for the applicant itself."""
        if organisation == application.organisation_id:
            return ""
        is_parent = organisation == application.organisation.parent_id
        return f", {'the parent' if is_parent else 'a part'} of {application.organisation.name}"

    def near_words(organisation: int) -> str:
        if not (said := kin(organisation)):
            return "the applicant organisation"
        return f"{said.removeprefix(', ').partition(' of ')[0]} of the applicant"

    found: dict[int, list[Match]] = defaultdict(list)
    members: dict[int, list[int]] = defaultdict(list)
    for user, organisation in Membership.objects.filter(
        organisation__in=near, user__in=[p.user_id for p in people]
    ).values_list("user_id", "organisation_id"):
        members[user].append(organisation)
    for panellist in people:
        for pk in sorted(members[panellist.user_id]):
            found[panellist.pk].append(
                Match(
                    f"You belong to {near[pk].name}{kin(pk)} in this service.",
                    f"Belongs to {near_words(pk)}",
                )
            )
        pk = panellist.employer_id or 0
        if pk in near:
            by = "the applicant" if not kin(pk) else near_words(pk)
            found[panellist.pk].append(
                Match(f"{near[pk].name}{kin(pk)} is your employer.", f"Employed by {by}")
            )
    entries = (
        InterestEntry.objects.standing()
        .filter(organisation__in=near, panellist__in=people)
        .order_by("number")
    )
    since = interest_counts_from()
    for entry in entries:
        at = entry.organisation_id
        if at is None:
            continue
        is_binding = entry.until is None or entry.until >= since
        ended = f", until {day(entry.until)}" if entry.until else ""
        found[entry.panellist_id].append(
            Match(
                f"{near[at].name}{kin(at)} is in your register of interests: “{entry.words}” "
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
