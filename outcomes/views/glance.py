"""Grants at a glance: for the organisation its own, for officers and programme leads all of them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.enums import MemberRole
from grants.models import Grant

from .. import pages
from ..due import with_people
from ..filters import GlanceFilter
from ..reports.figure import plain, pounds_text
from ..reports.glance import Glance, glances
from ..reports.programme import Impact
from ..reports.scope import Scope
from ..reports.statistics import Proportion

PAGE_SIZE = 50
# From this share of answers on, the data of a grant is good enough to rest on.
GOOD, POOR = 90, 70


def _colour(found: Proportion) -> str:
    if found.exact is None:
        return "grey"
    return "green" if found.exact >= GOOD else "orange" if found.exact >= POOR else "red"


def _row(found: Glance) -> dict[str, Any]:
    due = found.due[0] if found.due else None
    return {
        "grant": found.grant,
        "url": reverse("grant-outcomes", args=[found.grant.reference]),
        "accepted": found.accepted,
        "next": due,
        "next_url": reverse("outcome-report", args=[found.grant.reference, due.point])
        if due
        else "",
        "quality": f"{found.answered.whole_percent}%"
        if found.answered.whole
        else "Nothing asked yet",
        "quality_says": f"{found.answered.part:,} of {found.answered.whole:,}",
        "colour": _colour(found.answered),
        "signs": [sign.value for sign in found.warnings],
    }


def _stats(found: list[Glance], impact: Impact, *, is_ours: bool) -> list[dict[str, Any]]:
    answered = sum((g.answered for g in found), Proportion(0, 0))
    address = reverse("grants-at-a-glance")
    stats: list[dict[str, Any]] = [
        {"value": plain(len(found)), "label": "grants"},
        {
            "value": plain(sum(1 for g in found if g.due)),
            "label": "with a report due",
        },
        {
            "value": plain(sum(1 for g in found if g.warnings)),
            "label": "with an early sign",
            "url": f"{address}?sign=any",
        },
        {
            "value": "none yet" if answered.exact is None else f"{answered.whole_percent}%",
            "label": "of what was asked is answered",
        },
    ]
    if is_ours:
        stats += [
            {
                "value": plain(impact.reach.training_interventions),
                "label": "training interventions",
            },
            {"value": pounds_text(impact.money.spent), "label": "spent, in accepted claims"},
        ]
    return stats


@require_safe
def at_a_glance(request: HttpRequest) -> HttpResponse:
    """Reports due, data quality and early signs of each grant; the ones that need somebody first."""
    own = tuple(request.user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR))
    is_reader = pages.is_reader(request.user)
    if not is_reader and not own:
        raise Http404
    visible = with_people(Grant.objects.visible_to(request.user))
    if not is_reader:
        visible = visible.filter(application__organisation__in=own)
    filters = GlanceFilter(request.GET, queryset=visible.order_by("reference"))
    scope = Scope(None, clock.today(), organisations=None if is_reader else own)
    found = glances(list(filters.qs), scope)
    kept = sorted(
        (g for g in found if filters.keeps(g)),
        key=lambda g: (-len(g.warnings), not g.due, g.grant.reference),
    )
    page = Paginator(kept, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": filters,
        "page": page,
        "rows": [_row(g) for g in page],
        "stats": _stats(found, Impact(scope), is_ours=not is_reader),
        "is_reader": is_reader,
    }
    return render(request, "outcomes/reporting/glance.html", context)
