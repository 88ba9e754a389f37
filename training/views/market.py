"""The market of training: the directory of providers, gaps, sessions to share, seats in them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.enums import MemberRole
from accounts.http import posted
from accounts.once import once
from accounts.shapes import SummaryRow
from accounts.state import NotReady
from accounts.templatetags.pwb import day, hours, money, plural
from accounts.verbs import offered
from grants.enums import GrantState
from grants.models import Grant

from .. import actions, lists, market, workflow
from ..enums import ListKind
from ..filters import ProviderFilter, ordered_providers
from ..forms_market import NoteForm, ProviderForm, SeatsForm, SharedForm
from ..models import SeatBooking, SharedSession, TrainingProvider, logging_blockers
from ..rules import keeps_lists, manages_market
from ..shapes import compared, gap_row, provider_facts, rating_words

MOST_COMPARED = 4


@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """The directory: filter, sort, choose up to four to compare."""
    visible = TrainingProvider.objects.visible_to(request.user).with_ratings()
    rows = ordered_providers(
        visible.prefetch_related("topics", "regions"), request.GET.get("sort", "")
    )
    filters = ProviderFilter(request.GET, queryset=rows, request=request)
    page = Paginator(filters.qs, 25).get_page(request.GET.get("page"))
    context = {
        "filter": filters,
        "page": page,
        "rows": [(provider, rating_words(provider)) for provider in page],
        "may_manage": manages_market(request.user),
        "is_narrowed": any(request.GET.get(name) for name in filters.filters),
    }
    return render(request, "training/market/providers.html", context)


@require_safe
def compare_providers(request: HttpRequest) -> HttpResponse:
    """Up to four providers side by side."""
    chosen = request.GET.getlist("provider")[:MOST_COMPARED]
    found = list(
        TrainingProvider.objects.visible_to(request.user)
        .with_ratings()
        .filter(reference__in=chosen)
        .prefetch_related("topics", "regions")
        .order_by("name", "pk")
    )
    columns = [{"label": "What"}, *({"label": provider.name} for provider in found)]
    context = {"found": found, "columns": columns, "rows": compared(found)}
    return render(request, "training/market/compare.html", context)


@require_safe
def provider(request: HttpRequest, reference: str) -> HttpResponse:
    visible = TrainingProvider.objects.visible_to(request.user).with_ratings()
    found = get_object_or_404(visible.prefetch_related("topics", "regions"), reference=reference)
    context = {
        "provider": found,
        "facts": [SummaryRow(key, value) for key, value in provider_facts(found) if value],
        "topics": found.topic_labels,
        "verbs": offered(request.user, found),
    }
    return render(request, "training/market/provider.html", context)


def about_provider(user: Any, found: TrainingProvider) -> dict[str, Any]:
    """What the pages behind a provider's verbs need besides the verb."""
    return {"crumb": (found.name, found.get_absolute_url()), "about": found.reference}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_provider(request: HttpRequest) -> HttpResponse:
    if not manages_market(request.user):
        raise Http404
    form = ProviderForm(posted(request), subject=None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.list_provider(by=request.user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error("name", refused.blockers[0].rstrip("."))
        else:
            messages.success(request, "The provider is in the directory, not approved yet.")
            return redirect(made)
    context = {
        "form": form,
        "title": "Add a provider of training",
        "button": "Add the provider",
        "cancel_url": reverse("training-providers"),
        "crumb": ("Providers of training", reverse("training-providers")),
    }
    return render(request, "training/market/form.html", context)


@require_safe
def training_gaps(request: HttpRequest) -> HttpResponse:
    """What is asked for and nobody approved teaches; what circles could learn together."""
    if not manages_market(request.user):
        raise Http404
    found = market.gaps()
    without = [gap for gap in found if not gap.providers]
    context = {
        "proposals": market.proposals(),
        "least": market.LEAST_ORGANISATIONS,
        "without": without,
        "columns": [
            {"label": "Topic"},
            {"label": "Region"},
            {"label": "Cases that ask for it", "numeric": True},
            {"label": "Approved providers", "numeric": True},
        ],
        "rows": [gap_row(gap) for gap in found],
    }
    return render(request, "training/market/gaps.html", context)


# --- shared sessions ---------------------------------------------------------------------------


@require_safe
def shared_sessions(request: HttpRequest) -> HttpResponse:
    """The rolling programme: open sessions with seats, soonest first."""
    is_staff = manages_market(request.user)
    if not is_staff and not request.user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR):
        raise Http404
    visible = SharedSession.objects.visible_to(request.user)
    coming = visible.filter(held_on__gte=clock.today()).select_related("provider")
    if not is_staff:
        coming = coming.taking_seats(clock.today())
    page = Paginator(coming.with_taken().order_by("held_on", "reference"), 25).get_page(
        request.GET.get("page")
    )
    mine = (
        SeatBooking.objects.visible_to(request.user)
        .standing()
        .filter(session__held_on__gte=clock.today())
        .select_related("session__provider", "grant__application__person")
        .order_by("session__held_on", "reference")
    )
    context = {
        "page": page,
        "bookings": [] if is_staff else list(mine[:50]),
        "may_manage": is_staff,
    }
    return render(request, "training/market/shared_sessions.html", context)


@require_safe
def shared_session(request: HttpRequest, reference: str) -> HttpResponse:
    """One open session: what it is, what a seat costs, and for which grants seats can be taken."""
    visible = SharedSession.objects.visible_to(request.user).select_related("provider")
    found = get_object_or_404(visible, reference=reference)
    is_staff = manages_market(request.user)
    bookings = list(
        SeatBooking.objects.visible_to(request.user)
        .standing()
        .filter(session=found)
        .select_related("grant__application__person", "activity__grant", "session")
        .order_by("grant__reference")
    )
    booked = {booking.grant_id for booking in bookings}
    rows = [
        ("Topic", found.topic_label),
        ("Day", f"{day(found.held_on, 'long')}, {hours(found.hours)} hours"),
        ("Where", found.where),
        ("Delivered by", found.provider.name),
        ("A seat costs", money(found.seat_price)),
        ("Seats can be taken until", day(found.book_by)),
        (
            "Room",
            f"{found.taken} of {plural(found.seats, 'seat,seats')} taken"
            if is_staff
            else found.room_words,
        ),
        ("Why cancelled", found.cancel_reason),
    ]
    own = request.user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    grants = (
        Grant.objects.visible_to(request.user)
        .filter(application__organisation__in=own, state=GrantState.ACTIVE, paused_on__isnull=True)
        .exclude(pk__in=booked)
        .select_related("application__person")
        .order_by("reference")
    )
    context = {
        "shared": found,
        "facts": [SummaryRow(key, value) for key, value in rows if value],
        "bookings": [
            (b, [v for v in offered(request.user, b) if not v.blockers]) for b in bookings
        ],
        "grants": list(grants[:100]) if found.is_taking_seats else [],
        "standing": found.join_blockers(),
        "is_staff": is_staff,
        "verbs": offered(request.user, found),
    }
    return render(request, "training/market/shared_session.html", context)


def about_shared(user: Any, found: SharedSession) -> dict[str, Any]:
    """What the pages behind a shared session's verbs need besides the verb."""
    return {"crumb": (str(found), found.get_absolute_url()), "about": found.where}


def about_booking(user: Any, found: SeatBooking) -> dict[str, Any]:
    """What the page behind giving seats back needs besides the verb."""
    alias = found.grant.application.person.alias
    return {
        "crumb": (str(found.session), found.get_absolute_url()),
        "about": f"{alias}, {plural(found.seats, 'seat,seats')}",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@once
def open_shared(request: HttpRequest) -> HttpResponse:
    """Open a session for several circles; `topic`, `region` and `provider` may come with the address."""
    if not manages_market(request.user):
        raise Http404
    given = {name: request.GET.get(name, "") for name in ("topic", "region", "provider")}
    form = SharedForm(posted(request), subject=None, by=request.user, initial=given)
    standing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.open_shared(by=request.user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, "The session is open.")
            return redirect(made)
    context = {
        "form": form,
        "blockers": standing,
        "title": "Open a shared session",
        "button": "Open the session",
        "cancel_url": reverse("training-gaps"),
        "crumb": ("Gaps in training", reverse("training-gaps")),
    }
    return render(request, "training/market/form.html", context, status=409 if standing else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def take_seats(request: HttpRequest, reference: str, grant: str) -> HttpResponse:
    """Take seats in a shared session for the circle of one grant."""
    visible = SharedSession.objects.visible_to(request.user).select_related("provider")
    shared = get_object_or_404(visible, reference=reference)
    held = get_object_or_404(
        Grant.objects.visible_to(request.user).select_related("application__person"),
        reference=grant,
    )
    if not request.user.has_perm("training.plan_activity", held):
        raise Http404
    form = SeatsForm(posted(request), subject=shared, by=request.user, grant=held)
    standing = shared.join_blockers() or logging_blockers(held)
    if request.method == "POST" and not standing and form.is_valid():
        try:
            made = workflow.take_seats(shared, by=request.user, grant=held, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(
                request,
                f"{plural(made.seats, 'seat is,seats are')} yours, for {money(made.share)}. "
                "The session is in your plan.",
            )
            return redirect(made.activity)
    context = {
        "form": form,
        "blockers": standing,
        "title": "Take seats",
        "about": f"{held.application.person.alias}, grant {held.reference}",
        "lead": f"{shared}. {money(shared.seat_price)} a seat. {shared.room_words}.",
        "button": "Take the seats",
        "cancel_url": shared.get_absolute_url(),
        "crumb": (str(shared), shared.get_absolute_url()),
    }
    status = 409 if standing and request.method == "POST" else 200
    return render(request, "training/market/form.html", context, status=status)


# --- lists -------------------------------------------------------------------------------------


@require_safe
def training_lists(request: HttpRequest) -> HttpResponse:
    """Topics, levels, ways to learn and frameworks, each with its dates."""
    today = clock.today()
    found = lists.entries()
    groups = [
        (kind.label, [(e, e.in_use(today)) for e in found if e.kind == kind]) for kind in ListKind
    ]
    context = {"groups": groups, "may_note": keeps_lists(request.user)}
    return render(request, "training/market/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def list_entry(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The history of one entry; for a programme lead, a new note of its dates."""
    entry = next((e for e in lists.entries(kind) if e.code == code), None)
    if entry is None:
        raise Http404
    may_note = keeps_lists(request.user)
    if request.method == "POST" and not may_note:
        raise Http404
    initial = {"label": entry.label, "valid_from": entry.since, "valid_to": entry.until}
    form = NoteForm(posted(request), initial=initial) if may_note else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            actions.note_entry(by=request.user, kind=kind, code=code, **form.cleaned_data)
        except NotReady as refused:
            at = "valid_to" if "has to end" in refused.blockers[0] else "label"
            form.add_error(at, refused.blockers[0].rstrip("."))
        else:
            messages.success(request, "It is noted.")
            return redirect(reverse("training-list-entry", args=[kind, code]))
    context = {
        "entry": entry,
        "form": form,
        "button": "Note the change",
        "columns": [
            {"label": "Called"},
            {"label": "From"},
            {"label": "Until"},
            {"label": "Why"},
            {"label": "Noted"},
        ],
        "rows": [
            [
                note.label or lists.BASE[kind, code][0],
                day(note.valid_from),
                day(note.valid_to) if note.valid_to else "No end",
                note.why,
                day(note.noted_at),
            ]
            for note in reversed(entry.notes)
        ],
    }
    return render(request, "training/market/list_entry.html", context)
