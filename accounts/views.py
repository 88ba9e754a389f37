from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe
from rest_framework.authtoken.models import Token

from . import audit, clock, retention, workflow, worklist
from .enums import MEMBER_ROLE_SAYS, MemberRole, TeamRole
from .filters import OrganisationFilter
from .forms import InvitationForm, NoticesForm, OrganisationForm, PeriodForm
from .http import posted
from .models import Organisation, OutboxMessage
from .notices import choose
from .once import once
from .shapes import SummaryRow, TimelineEntry
from .state import NotReady, locked
from .typed import typed_texts
from .verbs import offered
from .wording import words_of


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Strangers read what this is; everyone else sees what waits for them."""
    if not request.user.is_authenticated:
        return render(request, "accounts/welcome.html")
    user: Any = request.user
    context = {
        "today": clock.today(),
        "todos": worklist.todos(user),
        "sections": worklist.sections(user),
        "organisations": Organisation.objects.filter(pk__in=user.organisation_ids()).order_by(
            "name"
        ),
        "belongs_nowhere": not user.organisation_roles and not user.team_roles,
    }
    return render(request, "accounts/your_work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def register_organisation(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        organisation = workflow.register_organisation(by=request.user, **form.cleaned_data)
        messages.success(
            request,
            "Your organisation is registered. An officer checks it, usually within 2 working days. "
            "You can write an application meanwhile.",
        )
        return redirect(organisation)
    return render(request, "accounts/organisation_form.html", {"form": form})


@require_safe
def organisation(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.visible_to(request.user), reference=reference)
    members = found.memberships.select_related("user").order_by("joined_at", "pk")
    context = {
        "organisation": found,
        "members": [(m, MEMBER_ROLE_SAYS[MemberRole(m.role)]) for m in members],
        "invitations": found.invitations.open().order_by("invited_at"),
        "verbs": offered(request.user, found),
        "may_invite": request.user.has_perm("accounts.invite_member", found),
        "facts": _facts(found),
        "timeline": [
            TimelineEntry(row.at, row.actor_label, words_of(row.event))
            for row in audit.history(found)
        ],
    }
    return render(request, "accounts/organisation.html", context)


def _facts(found: Organisation) -> list[SummaryRow]:
    rows = [
        ("Kind", found.get_sector_display()),
        ("Region", found.get_region_display()),
        ("Size", found.get_size_display()),
        ("Care Quality Commission", found.get_cqc_status_display()),
        ("Integrated care board", found.icb_name),
        ("Charity number", found.charity_number),
        ("Company number", found.company_number),
    ]
    return [SummaryRow(key, value) for key, value in rows if value]


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    visible = Organisation.objects.visible_to(request.user).order_by("name", "pk")
    filters = OrganisationFilter(request.GET, queryset=visible)
    page = Paginator(filters.qs, 50).get_page(request.GET.get("page"))
    return render(request, "accounts/organisations.html", {"filter": filters, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def invite(request: HttpRequest, reference: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.visible_to(request.user), reference=reference)
    if not request.user.has_perm("accounts.invite_member", found):
        raise Http404
    form = InvitationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            workflow.invite(found, by=request.user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error("email", refused.blockers[0])
        else:
            messages.success(
                request, f"An invitation is on its way to {form.cleaned_data['email']}."
            )
            return redirect(found)
    return render(request, "accounts/invite.html", {"form": form, "organisation": found})


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: signed in with the invited address, join with one button."""
    invitation = workflow.find_invitation(token)
    if invitation is None:
        return render(request, "accounts/join_gone.html", status=404)
    standing: list[str] = []
    if request.method == "POST":
        try:
            workflow.accept_invitation(invitation, by=request.user)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, f"You have joined {invitation.organisation}.")
            return redirect("home")
    context = {
        "invitation": invitation,
        "role_says": MEMBER_ROLE_SAYS[MemberRole(invitation.role)],
        "blockers": standing,
    }
    return render(request, "accounts/join.html", context, status=409 if standing else 200)


@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what: for auditors and programme leads; of their own cases, what the applicant is told."""
    if not request.user.is_team(TeamRole.AUDITOR, TeamRole.PROGRAMME_LEAD):
        raise Http404
    rows = audit.trail_for(request.user)
    reference = request.GET.get("about", "").strip()
    if reference:
        rows = rows.filter(subject_ref__iexact=reference)
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    for row in page:
        row.words = words_of(row.event)
    return render(request, "accounts/audit.html", {"page": page, "about": reference})


def _may(request: HttpRequest, permission: str) -> bool:
    return request.user.has_perm(permission, retention)


@require_safe
def retention_periods(request: HttpRequest) -> HttpResponse:
    """How long what is kept, and the log of what was removed: for programme leads and auditors."""
    if not _may(request, "accounts.see_retention"):
        raise Http404
    context = {
        "classes": [
            {"kind": kind, "period": retention.said(months)} for kind, months in retention.periods()
        ],
        "page": Paginator(retention.log(), 100).get_page(request.GET.get("page")),
        "may_set": _may(request, "accounts.set_retention"),
        "by_worker": settings.RETENTION_BY_WORKER,
    }
    return render(request, "accounts/retention.html", context)


@require_safe
def retention_due(request: HttpRequest) -> HttpResponse:
    """The dry run: what would go today, and what a legal hold keeps."""
    if not _may(request, "accounts.see_retention"):
        raise Http404
    return render(request, "accounts/retention_due.html", {"due": list(retention.due())})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def retention_period(request: HttpRequest, kind: str) -> HttpResponse:
    """Set the period of one class; what was set before stays below."""
    user: Any = request.user
    if kind not in retention.all_classes() or not _may(request, "accounts.set_retention"):
        raise Http404
    months = retention.months_of(kind)
    form = PeriodForm(posted(request), initial={"months": months})
    if request.method == "POST" and form.is_valid():
        retention.set_period(kind, by=user, **form.cleaned_data)
        messages.success(request, "The period is set.")
        return redirect("retention")
    past = retention.history_of(kind)
    for row in past:
        row.period = retention.said(row.months)
    context = {
        "form": form,
        "kind": retention.all_classes()[kind],
        "period": retention.said(months),
        "past": past,
    }
    return render(request, "accounts/retention_period.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Password, second factor, e-mail address, API token. A token is shown once, when it is made."""
    user: Any = request.user
    made = ""
    if request.method == "POST":
        with transaction.atomic():
            locked(user)  # pressed twice, the second press replaces the first one's token
            Token.objects.filter(user=user).delete()
            made = Token.objects.create(user=user).key
    context = {
        "roles": ", ".join(role.label for role in TeamRole if role in user.team_roles),
        "token": made,
        "token_says": "Copy it now. It is not shown again.",
        "has_token": Token.objects.filter(user=user).exists(),
    }
    return render(request, "accounts/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Which e-mails the person gets, and how."""
    user: Any = request.user
    form = NoticesForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        choose(user, form.cleaned_data)
        messages.success(request, "Your choices are kept.")
        return redirect("notices")
    return render(request, "accounts/notices.html", {"form": form})


@login_not_required
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """The demonstration's letter box: every message that the service has written. Demonstration only."""
    if not settings.DEMO:
        raise Http404
    page = Paginator(OutboxMessage.objects.order_by("-pk"), 20).get_page(request.GET.get("page"))
    return render(request, "accounts/mailbox.html", {"page": page})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was typed is handed back on the page, where it is certain that our own page sent it."""
    own = f"{request.scheme}://{request.get_host()}"
    context: dict[str, Any] = {}
    if request.method == "POST" and request.headers.get("Origin") == own:
        context["typed"] = typed_texts(request.POST.lists())
    return render(request, "403_csrf.html", context, status=403)
