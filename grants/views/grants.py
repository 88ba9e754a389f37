"""Grants: the list, and the page of one with its money, conditions and history."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import written
from accounts.enums import TeamRole
from accounts.shapes import SummaryRow
from accounts.verbs import offered, verb_page

from .. import award_reports, grant_page
from ..agreement import agreement_of
from ..award_filters import GrantFilter
from ..budget import figures
from ..enums import GrantState
from ..models import Condition, Grant
from ..querysets import NOT_HELPERS
from ..rules.grants import STAFF
from .shown import in_words

PAGE = 50


@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    visible = (
        Grant.objects.visible_to(request.user)
        .select_related("application__person", "application__organisation", "application__round")
        .with_money()
        .order_by("-offered_at", "-pk")
    )
    filters = GrantFilter(request.GET, queryset=visible, request=request)
    page = Paginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    return render(request, "grants/awards/grants.html", {"filter": filters, "page": page})


def found_grant(user: Any, reference: str) -> Grant:
    """The grant with what its pages need, or 404."""
    visible = Grant.objects.visible_to(user).select_related(
        "application__person", "application__organisation", "application__round"
    )
    return get_object_or_404(visible, reference=reference)


@require_safe
def grant(request: HttpRequest, reference: str) -> HttpResponse:
    found = found_grant(request.user, reference)
    user: Any = request.user
    money = award_reports.money_of(found)
    payments = list(found.payments.order_by("prepared_at", "pk"))
    may_note = user.is_team(TeamRole.OFFICER) and not user.is_in(found.organisation.pk)
    has_ended = (
        found.state in (GrantState.TERMINATED, GrantState.REFUSED) or found.is_offer_after_death
    )
    conditions = [
        {
            "condition": condition,
            "url": f"{found.get_absolute_url()}conditions/{condition.number}/meet/"
            if may_note and not condition.met_at and found.state != GrantState.REFUSED
            else "",
        }
        for condition in found.conditions.order_by("number")
    ]
    context = {
        "grant": found,
        "person": found.application.person,
        "verbs": offered(user, found),
        "acts": [] if found.paused_on else grant_page.acts(user, found),
        "subnav": grant_page.subnav(user, found),
        "sections": grant_page.sections(user, found),
        "due": grant_page.due(user, found),
        "money": money,
        "free": money.awarded - money.spent - money.claimed,
        "eligible": figures(found.application.lines.all()).eligible,
        "heading": _finding(found, money),
        "lines": award_reports.money_by_line(found),
        "payments": payments,
        "paid_out": money.paid + found.repaid,
        "payments_said": award_reports.payments_said(payments, found),
        "claims": found.claims.prefetch_related("lines").order_by("number"),
        "conditions": conditions,
        "has_ended": has_ended,
        "has_agreement": found.agreed_at is not None or found.state == GrantState.OFFERED,
        "to_accept": sum(row["condition"].met_at is None for row in conditions),
        "changes": found.changes.order_by("pk"),
        "reviews": found.reviews.order_by("-pk"),
        "settled": _settled(found),
        "pay_back": _to_pay_back(user, found, money),
        "rest": "Not spent" if has_ended or found.final_claim_is_accepted else "Free",
        "timeline": award_reports.timeline_of(found, for_staff=user.is_team(*STAFF)),
        "told": _told(user, found),
        "may_read_letter": user.has_perm("grants.view_decision", found.application),
        "may_read_application": user.has_perm("grants.view_application_page", found.application),
        "lead": _lead(found),
        "is_offer": found.state == GrantState.OFFERED and not found.is_offer_after_death,
        "shows_money": found.state not in (GrantState.OFFERED, GrantState.REFUSED),
    }
    return render(request, "grants/awards/grant.html", context)


@require_safe
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """The agreement as it was accepted; while the offer is open, as it would be accepted today. Of one that
    was accepted before agreements were kept, the page says so."""
    found = found_grant(request.user, reference)
    held = found.agreement
    if not held and found.state == GrantState.OFFERED:
        held = agreement_of(found)
    if not held and found.agreed_at is None:
        raise Http404
    agreed = found.agreed_at
    waived = Q(met_at__lt=agreed) if agreed else Q(met_at__isnull=False)
    context = {
        "grant": found,
        "agreement": held,
        "amount": Decimal(held.get("amount", found.amount)),
        "conditions": found.conditions.exclude(waived).order_by("number"),
    }
    return render(request, "grants/awards/agreement.html", context)


def _finding(grant: Grant, money: award_reports.Money) -> str:
    """The sentence over the money."""
    if grant.state in (GrantState.OFFERED, GrantState.REFUSED):
        over = grant.state == GrantState.REFUSED or grant.is_offer_after_death
        return f"Money: {written.money(money.awarded)} {'was' if over else 'is'} offered"
    is_claimed = grant.final_claim_is_accepted
    if money.owed_back and is_claimed:
        return f"Money: {written.money(money.owed_back)} is owed back"
    if is_claimed or grant.state == GrantState.CLOSED:
        return f"Money: {written.money(money.spent)} of {written.money(money.awarded)} was spent"
    if grant.state == GrantState.TERMINATED:
        return f"Money: {written.money(money.spent)} of {written.money(money.awarded)} is accepted as spent"
    free = money.awarded - money.spent - money.claimed
    return f"Money: {written.money(free)} of {written.money(money.awarded)} is not claimed yet"


def _told(user: Any, grant: Grant) -> list[SummaryRow]:
    """What the organisation told us, while it waits: for those who settle it, and nobody else."""
    event = grant.waiting_event() if grant.paused_on else None
    if event is None or not user.has_perm("grants.settle_event", grant):
        return []
    return [
        SummaryRow("What has happened", event.get_kind_display()),
        SummaryRow("When", in_words(event.happened_on)),
        SummaryRow("What the organisation would like", event.get_wish_display()),
    ]


def _settled(grant: Grant) -> tuple[str, str] | None:
    """What was settled last about a change in a person's life: the outcome, and the officer's words."""
    life = grant.life_events.order_by("-pk").first()
    if life is None or not life.outcome:
        return None
    said = life.note or f"Settled on {in_words(life.settled_at)}."
    return life.get_outcome_display(), said


def _lead(grant: Grant) -> str:
    """Where it has got to, in one sentence."""
    state = GrantState(grant.state)
    if grant.paused_on:
        return f"On hold since {in_words(grant.paused_on)}. Nothing is asked of you now."
    if grant.is_offer_after_death:
        return "Nothing more is asked of you. An officer closes this offer."
    ends = in_words(grant.training_until)
    return {
        GrantState.OFFERED: f"The offer is open until {in_words(grant.offer_open_until)}.",
        GrantState.AGREED: f"Next: record the baseline. Training ends by {ends}.",
        GrantState.ACTIVE: f"Training ends by {ends}.",
        GrantState.DELIVERED: f"Training finished on {in_words(grant.delivered_on)}.",
        GrantState.REPORTING: _still_to_come(grant),
        GrantState.CLOSED: "Reported, settled and closed.",
        GrantState.REFUSED: f"Reason given: {grant.ended_reason}",
        GrantState.TERMINATED: _ended(grant),
    }[state]


def _ended(grant: Grant) -> str:
    """Settled after life has changed, a notice says what was agreed; else the reason stands here."""
    life = grant.life_events.order_by("-pk").first() if grant.ended_without_penalty else None
    if life is None:
        return f"Reason given: {grant.ended_reason}"
    return f"Ended on {in_words(life.settled_at)}."


def _still_to_come(grant: Grant) -> str:
    """What a grant in reporting waits for."""
    report, claim = grant.final_report_accepted_on is None, not grant.final_claim_is_accepted
    if report and claim:
        return "Only the reports and the last claim are still to come."
    if report or claim:
        return f"Only the {'reports are' if report else 'last claim is'} still to come."
    owed = grant.owed()
    if owed:
        what = "final payment" if owed > 0 else "money that is owed back"
        return f"Only the {what} is still to come."
    if waiting := grant.conditions.filter(met_at__isnull=True).count():
        return (
            f"Only {'a condition is' if waiting == 1 else f'{waiting} conditions are'} still open."
        )
    return "Reported and settled. An officer closes it."


def _to_pay_back(user: Any, grant: Grant, money: award_reports.Money) -> dict[str, Any] | None:
    """What was paid and not spent, why and by when it is asked back, and how to pay it back for those who
    do. Nothing while the grant is on hold, and before anybody knows how much it is."""
    is_own = user.is_in(grant.organisation.pk, *NOT_HELPERS)
    if grant.paused_on is not None or not money.owed_back or not grant.final_claim_is_accepted:
        return None
    asked = grant.recovery_due_on
    if asked is None and not is_own:
        return None
    amount = written.money(money.owed_back)
    return {
        "title": f"{amount} is asked back by {written.day(asked)}"
        if asked
        else f"{amount} was paid and not spent",
        "reason": grant.recovery_reason,
        "is_asked": asked is not None,
        "tells_how": is_own,
    }


def _crumb(user: Any, obj: Any) -> dict[str, Any]:
    found = obj if isinstance(obj, Grant) else obj.grant
    return {"crumb": (found.reference, found.get_absolute_url())}


def _grant_extra(user: Any, grant: Grant) -> dict[str, Any]:
    return _crumb(user, grant) | {"told": _told(user, grant)}


grant_verb = verb_page(Grant, template="grants/awards/grant_verb.html", extra=_grant_extra)
condition_verb = verb_page(
    Condition,
    lookup={"reference": "grant__reference", "number": "number"},
    template="grants/awards/condition.html",
    extra=_crumb,
)
