"""Payments and claims."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import TeamRole
from accounts.http import posted
from accounts.opened import one_by_one
from accounts.shapes import SummaryRow
from accounts.state import NotReady, blockers, locked
from accounts.verbs import offered, verb_page

from .. import award_reports, workflow
from ..award_filters import PaymentFilter
from ..enums import ClaimState, PaymentState
from ..forms.grants import ClaimForm
from ..models import Claim, Document, Payment
from .grants import _crumb, found_grant
from .shown import in_words

PAGE = 50
WAITING_FIRST = Case(
    When(state=PaymentState.PREPARED, then=Value(0)),
    When(state=PaymentState.APPROVED, then=Value(1)),
    default=Value(2),
)


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not user.is_team(TeamRole.FINANCE, TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        raise Http404
    visible = (
        Payment.objects.visible_to(user)
        .select_related("grant__application__person", "grant__application__organisation")
        .order_by(WAITING_FIRST, "prepared_at", "pk")
    )
    filters = PaymentFilter(request.GET, queryset=visible, request=request)
    page = Paginator(filters.qs, PAGE).get_page(request.GET.get("page"))
    waiting = visible.filter(state=PaymentState.PREPARED).count()
    to_pay = visible.filter(state=PaymentState.APPROVED).count()
    context = {"filter": filters, "page": page, "waiting": waiting, "to_pay": to_pay}
    return render(request, "grants/awards/payments.html", context)


@require_safe
def payment(request: HttpRequest, reference: str, instalment: str) -> HttpResponse:
    visible = Payment.objects.visible_to(request.user).select_related(
        "grant__application__person",
        "grant__application__organisation",
        "grant__application__round",
        "prepared_by",
        "approved_by",
    )
    found = get_object_or_404(visible, grant__reference=reference, instalment=instalment)
    user: Any = request.user
    is_staff = user.is_team(TeamRole.FINANCE, TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
    prepared_it = user.pk in (found.prepared_by_id, found.grant.application.case_officer_id)
    context = {
        "payment": found,
        "grant": found.grant,
        "money": award_reports.money_of(found.grant),
        "verbs": offered(user, found),
        "facts": _payment_facts(found, is_staff=is_staff),
        "is_own": is_staff
        and prepared_it
        and user.is_team(TeamRole.FINANCE)
        and found.state == PaymentState.PREPARED,
        "shows_reason": is_staff,
    }
    return render(request, "grants/awards/payment.html", context)


def _payment_facts(payment: Payment, *, is_staff: bool) -> list[SummaryRow]:
    organisation = payment.grant.organisation
    rows = [
        ("To", str(organisation)),
        ("For", f"{payment.get_instalment_display()} of {payment.grant.reference}"),
        ("Prepared", in_words(payment.prepared_at)),
        ("Approved", in_words(payment.approved_at)),
        ("Paid", in_words(payment.paid_on)),
    ]
    if is_staff:
        who = payment.approved_by
        rows[2] = ("Prepared", f"{in_words(payment.prepared_at)} by {payment.prepared_by}")
        rows[3] = ("Approved", f"{in_words(payment.approved_at)} by {who}" if who else "")
    return [SummaryRow(key, value, empty="Not yet") for key, value in rows]


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def claim(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A claim: while it is open, a form that keeps what was typed; afterwards, a table."""
    visible = Claim.objects.visible_to(request.user).select_related(
        "grant__application__person",
        "grant__application__organisation",
        "grant__application__round",
    )
    found = get_object_or_404(visible, grant__reference=reference, number=number)
    if request.method == "POST":
        found = locked(found)
    user: Any = request.user
    is_open = found.state in (ClaimState.DRAFT, ClaimState.RETURNED)
    may_edit = is_open and user.has_perm("grants.submit_claim", found)
    form = None
    standing: list[str] = []
    if may_edit:
        form = ClaimForm(posted(request), claim=found, sends="send" in request.POST)
    if request.method == "POST":
        if form is None and not user.has_perm("grants.submit_claim", found):
            raise Http404
        if form is None:
            raise NotReady([f"This claim has moved on: it is now “{found.get_state_display()}”."])
        if form.is_valid():
            try:
                is_final = form.cleaned_data["is_final"] is True
                found = workflow.fill_claim(found, by=user, lines=form.lines(), is_final=is_final)
                if "send" in request.POST and not blockers(found, "submit"):
                    return redirect(f"{found.get_absolute_url()}submit/")
            except NotReady as refused:
                standing = refused.blockers
            else:
                if "send" not in request.POST:
                    return redirect(found)
                form = form.as_kept(found)
                said = form.say(found)
                standing = [one for one in blockers(found, "submit") if one not in said]
    context = {
        "claim": found,
        "grant": found.grant,
        "form": form,
        "rows": found.rows(),
        "verbs": [] if may_edit else offered(user, found),
        "blockers": standing,
        "saved_at": None,
        "money": award_reports.money_of(found.grant),
        "evidence": Document.objects.visible_to(user).filter(claim=found).order_by("pk"),
        "may_add": may_edit,
    }
    status = 409 if standing and request.method == "POST" else 200
    return render(request, "grants/awards/claim.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def add_claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Start a claim; while one is open, this leads to it."""
    grant = found_grant(request.user, reference)
    if not request.user.has_perm("grants.add_claim", grant):
        raise Http404
    unfinished = grant.claims.exclude(state=ClaimState.ACCEPTED).order_by("number").first()
    if unfinished is not None:
        return redirect(unfinished)
    standing = blockers(grant, "add_claim")
    if request.method == "POST" and not standing:
        try:
            return redirect(workflow.add_claim(grant, by=request.user))
        except NotReady as refused:
            standing = refused.blockers
    context = {
        "grant": grant,
        "blockers": standing,
        "lines": award_reports.money_by_line(grant),
        "money": award_reports.money_of(grant),
    }
    status = 409 if standing and request.method == "POST" else 200
    return render(request, "grants/awards/add_claim.html", context, status=status)


def _money(user: Any, obj: Any) -> dict[str, Any]:
    return _crumb(user, obj) | {"money": award_reports.money_of(obj.grant)}


def _claimed(user: Any, claim: Claim) -> dict[str, Any]:
    """What is about to be sent or accepted, and what that means for the money."""
    money = award_reports.money_of(claim.grant)
    stays = money.awarded - money.spent - claim.total
    evidence = Document.objects.visible_to(user).filter(claim=claim).count()
    return _money(user, claim) | {
        "rows": claim.rows(),
        "stays": stays if claim.is_final and stays > 0 else None,
        "evidence": evidence,
    }


payment_verb = verb_page(
    Payment,
    lookup={"reference": "grant__reference", "instalment": "instalment"},
    template="grants/awards/payment_verb.html",
    extra=_money,
)
claim_verb = verb_page(
    Claim,
    lookup={"reference": "grant__reference", "number": "number"},
    template="grants/awards/claim_verb.html",
    extra=_claimed,
)
