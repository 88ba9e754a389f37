import contextlib
import functools
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.http import posted
from accounts.once import once
from accounts.shapes import SummaryRow
from accounts.state import NotReady
from accounts.state import blockers as blockers_of
from accounts.templatetags.pwb import clock_time, day, hours, percent, plural
from accounts.templatetags.pwb import money as money_words
from accounts.verbs import offered
from grants import grant_page
from grants.models import Document, Grant

from .. import actions, confidence, money, reports, workflow
from .. import coverage as coverage_of
from ..calendar import calendar_of
from ..certificates import certificate_pdf, certificates_of
from ..enums import RatingPoint, RegisterState, SessionState
from ..forms import (
    ActivityForm,
    CodeForm,
    OnTheDayForm,
    RatingForm,
    RowsForm,
    UploadForm,
    headings_in,
)
from ..models import (
    Activity,
    Cascade,
    Rating,
    RegisterImport,
    Session,
    SharedSession,
    SignOff,
    logging_blockers,
)
from ..models.session import label_of
from ..registers import (
    FIELD_LABELS,
    GRID,
    IGNORE,
    Preview,
    UnreadableRegister,
    judged_again,
    people_on,
)
from ..registers import blank_register as make_blank_register
from ..shapes import (
    Stat,
    activity_money_row,
    beyond_words,
    cascade_row,
    change_picture,
    cost_sentence,
    coverage_stats,
    line_row,
    matrix_finding,
    money_stats,
    quality_words,
    register_groups,
    replaced_words,
    sentence_of_activities,
    sentence_of_sessions,
    session_when,
    set_back_words,
    sign_off_row,
    training_stats,
)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Those of a day without a time come last, on any database.
_BY_TIME = F("starts_at").asc(nulls_last=True)
_WITH_PERSON = ("application__person", "application__organisation")


def _grant(
    request: HttpRequest, reference: str, permission: str = "training.view_training"
) -> Grant:
    visible = Grant.objects.visible_to(request.user).select_related(*_WITH_PERSON)
    grant = get_object_or_404(visible, reference=reference)
    if not request.user.has_perm(permission, grant):
        raise Http404
    return grant


def _session(request: HttpRequest, reference: str, activity: int, number: int) -> Session:
    visible = Session.objects.visible_to(request.user).select_related(
        "activity__grant__application__person", "activity__budget_line", "activity__need"
    )
    return get_object_or_404(
        visible, activity__grant__reference=reference, activity__number=activity, number=number
    )


def about_activity(user: Any, activity: Activity) -> dict[str, Any]:
    """What the pages behind an activity's verbs need besides the verb."""
    return {
        "crumb": (activity.title, activity.get_absolute_url()),
        "about": f"{activity.grant.application.person.alias}, {activity.code}",
        "lead": activity.title,
    }


def about_beyond(user: Any, thing: SignOff | Cascade) -> dict[str, Any]:
    """What the pages behind the verbs of a sign-off or a cascade session need besides the verb."""
    return {**about_activity(user, thing.activity), "lead": str(thing)}


def about_session(user: Any, session: Session) -> dict[str, Any]:
    """What the pages behind a session's verbs need besides the verb."""
    alias = session.activity.grant.application.person.alias
    return {
        "crumb": (str(session), session.get_absolute_url()),
        "about": f"{session.activity.code} {session}",
        "lead": f"{session_when(session)}, {hours(session.hours)} hours. For the people around {alias}.",
    }


def about_register(user: Any, register: RegisterImport) -> dict[str, Any]:
    """What the pages behind a register's verbs need besides the verb."""
    return {"crumb": ("Register", register.get_absolute_url()), "about": register.file_name}


@require_safe
def grant_training(request: HttpRequest, reference: str) -> HttpResponse:
    """What was learned on a grant, by whom, and who still needs it."""
    grant = _grant(request, reference)
    today = clock.today()
    matrix = reports.matrix(grant, today)
    summary = reports.summary(grant)
    sessions = (
        Session.objects.visible_to(request.user)
        .filter(activity__grant=grant)
        .standing()
        .with_people()
        .select_related("activity__grant")
        .order_by("held_on", _BY_TIME, "activity__number", "number")
    )
    registers = (
        RegisterImport.objects.visible_to(request.user)
        .filter(grant=grant)
        .exclude(state=RegisterState.PREVIEWED)
        .select_related("grant")
        .order_by("-read_at")[:10]
    )
    context = {
        "grant": grant,
        "person": grant.application.person,
        "matrix": matrix,
        "summary": summary,
        "stats": training_stats(summary),
        "finding": matrix_finding(matrix),
        "sessions": list(sessions),
        "activities": list(zip(matrix.activities, matrix.finished, strict=True)),
        "activities_finding": sentence_of_activities(summary, matrix),
        "sessions_finding": sentence_of_sessions(summary),
        "beyond": beyond_words(
            reports.beyond(Grant.objects.visible_to(request.user).filter(pk=grant.pk))
        ),
        "cost": cost_sentence(summary, grant.amount, reports.spent_on(grant)),
        "subnav": grant_page.subnav(request.user, grant, "Training"),
        "registers": list(registers),
        "may_log": request.user.has_perm("training.plan_activity", grant),
        "blockers": logging_blockers(grant),
        "today": today,
    }
    return render(request, "training/grant.html", context)


@require_safe
def coverage(request: HttpRequest, reference: str) -> HttpResponse:
    """How well the circle is covered, on a day of the grant and over time."""
    grant = _grant(request, reference)
    today = clock.today()
    on = today
    with contextlib.suppress(ValueError):
        on = min(date.fromisoformat(request.GET.get("on", "")), today)
    found = coverage_of.view(grant, on)
    line_rows = [
        [day(point.on), f"{point.trained} of {point.active}", percent(point.percent, 0)]
        for point in found.line
    ]
    context = {
        "grant": grant,
        "person": grant.application.person,
        "coverage": found,
        "is_today": on == today,
        "drawn": coverage_of.drawn(found.line),
        "stats": coverage_stats(found),
        "totals": [counts["trained"] for counts in found.counts],
        "line_columns": [
            {"label": "Day"},
            {"label": "Trained", "numeric": True},
            {"label": "Share", "numeric": True},
        ],
        "line_rows": line_rows,
        "days": [point.on for point in found.line],
        "top_up_url": next(
            (
                verb.url
                for verb in offered(request.user, grant)
                if verb.name == "top-up" and not verb.blockers
            ),
            "",
        )
        if any(who.replacement and not who.is_replacement_trained for who in found.leavers)
        else "",
        "shared": list(
            SharedSession.objects.visible_to(request.user)
            .taking_seats(today)
            .filter(
                Q(region="") | Q(region=grant.application.organisation.region),
                topic__in=[
                    code
                    for (code, _), counts in zip(found.topics, found.counts, strict=True)
                    if any(n for state, n in counts.items() if state != coverage_of.TRAINED)
                ],
            )
            .order_by("held_on", "pk")[:10]
        )
        if on == today
        else [],
        "leaver_columns": [
            {"label": "Who"},
            {"label": "Last trained"},
            {"label": "Left"},
            {"label": "In their place"},
        ],
        "leaver_rows": [
            [who.label, day(who.trained_on), day(who.left_on), replaced_words(who)]
            for who in found.leavers
        ],
        "subnav": grant_page.subnav(request.user, grant, "Training"),
    }
    return render(request, "training/coverage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def plan_activity(request: HttpRequest, reference: str) -> HttpResponse:
    grant = _grant(request, reference, "training.plan_activity")
    standing = logging_blockers(grant)
    form = ActivityForm(posted(request), subject=grant, by=request.user)
    if request.method == "POST" and not standing and form.is_valid():
        try:
            made = actions.plan_activity(grant, by=request.user, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            messages.success(request, f"{made.code} is in the plan. Add its sessions next.")
            for use in money.use_of(grant).lines if made.cost else ():
                if use.line.pk == made.budget_line_id and use.warning:
                    messages.warning(request, f"Look at {use.line}: {use.warning}.")
            return redirect(made)
    context = {
        "form": form,
        "grant": grant,
        "blockers": standing,
        "button": "Add the activity",
        "cancel_url": reverse("grant-training", args=[grant.reference]),
    }
    status = 409 if standing and request.method == "POST" else 200
    return render(request, "training/activity_form.html", context, status=status)


@require_safe
def activity(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    visible = Activity.objects.visible_to(request.user).select_related(
        "grant__application__person", "budget_line", "need"
    )
    found = get_object_or_404(
        visible.with_session_counts(), grant__reference=reference, number=number
    )
    sessions = (
        Session.objects.visible_to(request.user)
        .filter(activity=found)
        .with_people()
        .select_related("activity__grant")
        .order_by("held_on", _BY_TIME, "number")
    )
    needed = reports.needed_sessions(
        found.min_sessions, found.held + found.to_come, found.called_off
    )
    finished = reports.finished(found)
    context = {
        "activity": found,
        "grant": found.grant,
        "person": found.grant.application.person,
        "sessions": list(sessions),
        "finished": finished,
        "facts": _activity_facts(found, needed),
        "verbs": offered(request.user, found),
        "sign_offs": _beyond_rows(
            request,
            SignOff.objects.visible_to(request.user)
            .standing()
            .filter(activity=found)
            .select_related("member", "activity__grant__application")
            .order_by("member__number", "-signed_on"),
            sign_off_row,
        ),
        "cascades": _beyond_rows(
            request,
            Cascade.objects.visible_to(request.user)
            .standing()
            .filter(activity=found)
            .select_related("taught_by", "activity__grant__application")
            .order_by("-held_on", "pk"),
            cascade_row,
        ),
        "may_log": request.user.has_perm("training.plan_session", found),
        "certificates": certificates_of(found)
        if request.user.has_perm("training.plan_session", found) and not found.is_voided
        else [],
    }
    return render(request, "training/activity.html", context)


def _beyond_rows(request: HttpRequest, things: Any, row: Any) -> list[dict[str, Any]]:
    """Each sign-off or cascade session in words, with the address where it is taken out."""
    found = []
    for thing in things:
        verbs = offered(request.user, thing)
        found.append({"says": row(thing), "url": verbs[0].url if verbs else ""})
    return found


def _provider_facts(found: Activity) -> list[tuple[str, str]]:
    """The provider of the directory, where one was chosen, and why one that was not approved."""
    if found.provider is None:
        return []
    rows = [("In the directory", found.provider.name)]
    return [*rows, ("Why this provider", found.provider_reason)] if found.provider_reason else rows


def _activity_facts(found: Any, needed: int) -> list[SummaryRow]:
    rule = "All sessions" if found.min_sessions is None else f"{found.min_sessions} sessions"
    if found.held + found.to_come:
        rule += f": {needed} as it stands"
    rows = [
        ("Need", str(found.need)),
        ("Paid from", str(found.budget_line)),
        ("Topic", found.topic_label),
        ("How", f"{found.mode_label}, {found.get_pattern_display().lower()}"),
        ("What people gain", found.learning_words),
        ("Learning together", "Yes" if found.is_joint else "No"),
        ("Delivered by", found.trainer),
        *_provider_facts(found),
        ("Restraint Reduction Network", found.get_rrn_certified_display()),
        ("Planned for", f"{found.planned_people} people"),
        ("Needed to finish", rule),
        (
            "Staff who support other people",
            "Not said" if found.others_finished is None else f"{found.others_finished} finished it",
        ),
        ("Costs", "Not said" if found.cost is None else money_words(found.cost)),
        (
            "Refreshed every",
            f"{found.refresh_months} months" if found.refresh_months else "Does not run out",
        ),
    ]
    return [SummaryRow(key, value) for key, value in rows]


@require_safe
def session(request: HttpRequest, reference: str, activity: int, number: int) -> HttpResponse:
    found = _session(request, reference, activity, number)
    marks = list(found.marks.select_related("member").order_by("member__number"))
    members = [mark.member for mark in marks]
    here = [label_of(m.member, members) for m in marks if m.present]
    away = [label_of(m.member, members) for m in marks if not m.present]
    context = {
        "session": found,
        "activity": found.activity,
        "grant": found.activity.grant,
        "person": found.activity.grant.application.person,
        "here": here,
        "away": away,
        "facts": _session_facts(found),
        "verbs": offered(request.user, found),
        "signs_in": request.user.has_perm("training.open_sign_in", found)
        and workflow.open_link(found) is not None,
        "may_upload": found.held_on <= clock.today()
        and request.user.has_perm("training.import_register", found)
        and found.state != SessionState.CANCELLED
        and not found.is_voided,
    }
    return render(request, "training/session.html", context)


def _session_facts(found: Session) -> list[SummaryRow]:
    rows = [
        ("Day", day(found.held_on, "long")),
        ("Starts at", clock_time(found.starts_at)),
        ("Length", f"{hours(found.hours)} hours"),
        ("How", found.get_mode_display()),
        ("Where", found.get_place_display()),
        ("Why cancelled", found.cancel_reason),
        ("Why taken out", found.void_reason),
    ]
    return [SummaryRow(key, value) for key, value in rows if value]


# --- registers -------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    grant = _grant(request, reference, "training.import_register")
    return _upload(request, grant, None)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def upload_for_session(
    request: HttpRequest, reference: str, activity: int, number: int
) -> HttpResponse:
    found = _session(request, reference, activity, number)
    if not request.user.has_perm("training.import_register", found):
        raise Http404
    return _upload(request, found.activity.grant, found)


def _upload(request: HttpRequest, grant: Grant, session: Session | None) -> HttpResponse:
    is_sent = request.method == "POST"
    if is_sent:
        form = UploadForm(request.POST, request.FILES, headings=headings_in(request.POST))
    else:
        form = UploadForm(headings=_headings_of(request, grant))
    standing = logging_blockers(grant)
    if is_sent and not standing and form.is_valid():
        file = form.cleaned_data["register"]
        try:
            made = actions.preview_register(
                grant,
                by=request.user,
                content=file.read(),
                file_name=file.name,
                session=session,
                given=form.given(),
            )
        except UnreadableRegister as unreadable:
            form = _asking_again(request, form, unreadable)
        except NotReady as refused:
            standing = refused.blockers
        else:
            return redirect(made)
    context = {
        "form": form,
        "grant": grant,
        "session": session,
        "person": grant.application.person,
        "blockers": standing,
        "activities": [] if session else list(grant.activities.standing().order_by("number")),
        "button": "Read the register",
        "back": session.get_absolute_url()
        if session
        else reverse("grant-training", args=[grant.reference]),
        "blank_url": reverse(
            "session-blank-register",
            args=[grant.reference, session.activity.number, session.number],
        )
        if session
        else reverse("blank-register", args=[grant.reference]),
    }
    status = 409 if standing and is_sent else 200
    return render(request, "training/upload.html", context, status=status)


def _headings_of(request: HttpRequest, grant: Grant) -> list[tuple[str, str, str]]:
    """The headings of a register that was read before, so that somebody can say what they are."""
    earlier = (
        RegisterImport.objects.visible_to(request.user)
        .filter(grant=grant, reference=request.GET.get("columns", ""))
        .first()
    )
    held = earlier.preview.get("headings", []) if earlier else []
    return [(letter, words, taken) for letter, words, taken in held if taken != GRID]


def _asking_again(
    request: HttpRequest, form: UploadForm, unreadable: UnreadableRegister
) -> UploadForm:
    """The form with the reason, and with each heading that was found, to say what it is."""
    if unreadable.headings:
        known = {words: taken for _, words, taken in headings_in(request.POST)}
        data = request.POST.copy()
        asked = []
        for place, (letter, words, taken) in enumerate(unreadable.headings):
            data[f"heading_{place}"] = f"{letter}|{words}"
            data.setdefault(f"column_{place}", known.get(words, taken))
            asked.append((letter, words, known.get(words, taken)))
        form = UploadForm(data, request.FILES, headings=asked)
        form.is_valid()
        words = " Say below what each column is, and choose the file again."
        form.add_error("register", f"{unreadable}{words}")
    else:
        form.add_error("register", str(unreadable))
    return form


def or_gone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Says to those who may put registers in what became of a preview that is no longer there."""

    @functools.wraps(view)
    def wrapped(
        request: HttpRequest, *, reference: str, register: str, **kwargs: Any
    ) -> HttpResponse:
        try:
            return view(request, reference=reference, register=register, **kwargs)
        except Http404:
            grant = _grant(request, reference, "training.import_register")
            if (
                RegisterImport.objects.visible_to(request.user)
                .filter(grant=grant, reference=register)
                .exists()
            ):
                raise
            return render(request, "training/register_gone.html", {"grant": grant}, status=404)

    return wrapped


@or_gone
@require_safe
def register_import(request: HttpRequest, reference: str, register: str) -> HttpResponse:
    """What was read from a register, before it goes in; afterwards, what went in."""
    visible = RegisterImport.objects.visible_to(request.user).select_related(
        "grant__application__person", "session__activity__grant"
    )
    found = get_object_or_404(visible, grant__reference=reference, reference=register)
    is_waiting = found.state == RegisterState.PREVIEWED
    preview = judged_again(found) if is_waiting else Preview.from_json(found.preview)
    groups = register_groups(preview)
    verbs = offered(request.user, found)
    earlier = (
        RegisterImport.objects.visible_to(request.user)
        .filter(grant=found.grant, digest=found.digest, state=RegisterState.CONFIRMED)
        .exclude(pk=found.pk)
        .order_by("confirmed_at")
        .last()
    )
    context = {
        "register": found,
        "grant": found.grant,
        "person": found.grant.application.person,
        "preview": preview,
        "stats": [
            Stat(str(len(preview.new)), "rows will go in"),
            Stat(str(len(preview.there)), "already there, skipped"),
            Stat(str(len(preview.problem_rows)), "left out, to fix"),
        ],
        "problem_rows": len(preview.problem_rows),
        "nothing_says": "Every row is in already. Nothing is counted twice."
        if preview.there and not preview.problems
        else "Fix the cells below, or upload another file.",
        "set_back": set_back_words(preview, reports.set_back(found.grant, preview.new))
        if is_waiting
        else [],
        "earlier_says": f"This same file was put in on {day(earlier.confirmed_at)}."
        if earlier
        else "",
        "confirm_url": f"{found.get_absolute_url()}confirm/",
        "group_columns": [
            {"label": "Session"},
            {"label": "Day"},
            {"label": "New rows in the file", "numeric": True},
        ],
        "group_rows": [
            [group.title, day(group.held_on), group.new] for group in groups if group.new
        ],
        "problems": preview.problems[:50],
        "more_problems": max(len(preview.problems) - 50, 0),
        "guesses": [line for line in preview.lines if line.guess],
        "by_code": len([line for line in preview.lines if not line.guess]),
        "groups": groups,
        "form": RowsForm(subject=found, by=request.user) if is_waiting and preview.new else None,
        "is_waiting": is_waiting,
        "is_circle": any("the circle" in problem.says for problem in preview.problems),
        "left_out": _left_out(found, preview),
        "earlier": earlier,
        "confirm": next((v for v in verbs if v.name == "confirm"), None),
        "verbs": [v for v in verbs if v.name != "confirm"],
        "upload_url": _upload_url(found),
        "columns": [
            [f"Column {letter}", f"‘{words}’", _taken(taken)]
            for letter, words, taken in preview.headings
        ],
        "column_columns": [{"label": "Column"}, {"label": "Heading"}, {"label": "Read as"}],
        "may_upload": request.user.has_perm("training.import_register", found),
    }
    return render(request, "training/register.html", context)


def _left_out(register: RegisterImport, preview: Preview) -> str:
    """The rows of a file that did not go in, as one sentence; empty where all did."""
    unticked = len(preview.new) - register.written_count
    parts = []
    if register.problem_count:
        parts.append(f"{plural(register.problem_count, 'row,rows')} with something to fix")
    if unticked > 0:
        parts.append(f"{plural(unticked, 'row,rows')} that nobody ticked")
    return f"Left out: {' and '.join(parts)}." if parts else ""


def _taken(taken: str) -> str:
    """What a column was taken for, in words."""
    says = {"": "Not used", IGNORE: "Not read", GRID: "Marks, one column for each day"}
    return says.get(taken) or FIELD_LABELS[taken]


def _upload_url(found: RegisterImport) -> str:
    if found.session is None:
        return reverse("register-upload", args=[found.grant.reference])
    args = [found.grant.reference, found.session.activity.number, found.session.number]
    return reverse("session-register-upload", args=args)


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@require_safe
def blank_register(request: HttpRequest, reference: str) -> HttpResponse:
    grant = _grant(request, reference)
    return _download(make_blank_register(grant, clock.today()), f"register-{grant.reference}")


@require_safe
def blank_register_of_session(
    request: HttpRequest, reference: str, activity: int, number: int
) -> HttpResponse:
    found = _session(request, reference, activity, number)
    content = make_blank_register(found.activity.grant, found.held_on, found)
    return _download(content, f"register-{found.reference}")


@require_safe
def print_register(
    request: HttpRequest, reference: str, activity: int, number: int
) -> HttpResponse:
    """A register to print and tick with a pen: the circle as it is on the day, by role and code."""
    found = _session(request, reference, activity, number)
    people = people_on(found)
    context = {
        "session": found,
        "person": found.activity.grant.application.person,
        "columns": [
            {"label": "Role and code"},
            {"label": "Staff code or number"},
            {"label": "Present, yes or no"},
        ],
        "rows": [[label_of(m, people), m.staff_code or m.code, "…………………"] for m in people],
    }
    return render(request, "training/print_register.html", context)


# --- on the day --------------------------------------------------------------------------------


@require_safe
def sign_in_screen(
    request: HttpRequest, reference: str, activity: int, number: int
) -> HttpResponse:
    """What is shown on a screen in the room: the address and the code."""
    found = _session(request, reference, activity, number)
    if not request.user.has_perm("training.open_sign_in", found):
        raise Http404
    link = workflow.open_link(found)
    verbs = {"open-sign-in", "close-sign-in"}
    context = {
        "session": found,
        "link": link,
        "enter_url": f"{settings.SITE_URL}{reverse('sign-in')}",
        "link_url": f"{settings.SITE_URL}{link.get_absolute_url()}" if link else "",
        "verbs": [v for v in offered(request.user, found) if v.name in verbs],
        "here": found.marks.filter(present=True).count(),
    }
    return render(request, "training/sign_in_screen.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Where the code on the screen is entered."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if link := workflow.link_behind(code) or workflow.rating_link_behind(code):
            return redirect(link)
        form.add_error("code", "We do not know this code. Check it, or ask for a new one")
    context = {"form": form, "button": "Continue"}
    return render(request, "training/sign_in.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of one session on a phone, without an account."""
    link = workflow.link_behind(code)
    if link is None:
        return render(request, "training/sign_in_gone.html", status=404)
    standing: list[str] = []
    is_sent = request.method == "POST"
    form = OnTheDayForm(request.POST if is_sent else None, subject=link.session)
    if is_sent and form.is_valid():
        try:
            workflow.sign_in(link, **form.cleaned_data)
        except NotReady as refused:
            standing = refused.blockers
        else:
            here = link.session.marks.filter(present=True).count()
            messages.success(request, f"Saved. {plural(here, 'person is,people are')} ticked.")
            return redirect(link)
    context = {
        "form": form,
        "session": link.session,
        "activity": link.session.activity,
        "blockers": standing or blockers_of(link.session, "open_sign_in"),
        "expires_at": link.expires_at,
    }
    status = 409 if standing else 200
    return render(request, "training/sign_in_sheet.html", context, status=status)


# --- confidence --------------------------------------------------------------------------------


@require_safe
def activity_confidence(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What changed for the learners of an activity; for those who log, each learner's link."""
    visible = Activity.objects.visible_to(request.user).select_related("grant__application__person")
    found = get_object_or_404(
        visible.with_session_counts(), grant__reference=reference, number=number
    )
    ratings = Rating.objects.visible_to(request.user).filter(activity=found)
    pictures = [
        change_picture(point, confidence.changes(ratings, point))
        for point in (RatingPoint.AFTER, RatingPoint.THREE_MONTHS)
    ]
    may_ask = request.user.has_perm("training.ask_learners", found)
    today = clock.today()
    everybody = confidence.learners([found])[found.pk] if may_ask else []
    context = {
        "activity": found,
        "person": found.grant.application.person,
        "pictures": pictures,
        "change_columns": [
            {"label": "What was asked"},
            {"label": "Before", "numeric": True},
            {"label": "Afterwards", "numeric": True},
            {"label": "Change", "numeric": True},
        ],
        "quality": quality_words(*confidence.quality(ratings)),
        "learner_columns": [{"label": "Learner"}, {"label": "Code"}]
        + [{"label": point.label} for point in RatingPoint],
        "learner_rows": [
            [who.label, who.link.spelled, *[who.words(point, today) for point in RatingPoint]]
            for who in everybody
        ],
        "enter_url": f"{settings.SITE_URL}{reverse('sign-in')}",
        "verbs": [v for v in offered(request.user, found) if v.name == "ask-learners"],
    }
    return render(request, "training/confidence.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, code: str) -> HttpResponse:
    """A learner's own page: the questions of the point that is open, without an account."""
    link = workflow.rating_link_behind(code)
    if link is None:
        return render(request, "training/sign_in_gone.html", status=404)
    learner = None if link.activity.is_voided else confidence.learner_of(link)
    window = learner.open_on(clock.today()) if learner else None
    if learner is None or window is None:
        return render(request, "training/rating_closed.html", {"says": workflow.NOT_NOW})
    is_after = window.point == RatingPoint.AFTER
    form = RatingForm(posted(request), is_after=is_after)
    if request.method == "POST" and form.is_valid():
        workflow.give_rating(link, **form.cleaned_data)
        return render(request, "training/rating_done.html", {"point": window.point})
    context = {
        "form": form,
        "activity": link.activity,
        "point": window.point.label,
        "has_answered": window.point in learner.given,
        "button": "Send my answers",
    }
    return render(request, "training/rating.html", context)


# --- money, calendar, certificates -------------------------------------------------------------


@require_safe
def training_money(request: HttpRequest, reference: str) -> HttpResponse:
    """What training commits and costs: by line, by activity, for each intervention and person."""
    grant = _grant(request, reference)
    use = money.use_of(grant)
    documents = (
        Document.objects.visible_to(request.user)
        .filter(application=grant.application)
        .select_related("line", "claim__grant", "application")
        .prefetch_related("claim__lines")
        .order_by("added_at", "pk")
    )
    evidence = money.evidence_for(documents)
    numeric = [
        {"label": label, "numeric": True}
        for label in ("Agreed", "Committed", "Spent", "Interventions")
    ]
    context = {
        "grant": grant,
        "person": grant.application.person,
        "use": use,
        "stats": money_stats(use),
        "line_columns": [{"label": "Budget line"}, *numeric],
        "line_rows": [line_row(line) for line in use.lines],
        "in_kind_rows": [line_row(line) for line in use.in_kind],
        "warnings": [(line.line, line.warning) for line in use.lines if line.warning],
        "evidence": [(line.line, evidence.get(line.line.pk, [])) for line in use.lines],
        "bare": [line.line for line in money.without_evidence(use, evidence)],
        "documents_url": reverse("application-documents", args=[grant.application.reference]),
        "activity_columns": [
            {"label": "Activity"},
            {"label": "Costs", "numeric": True},
            {"label": "Interventions", "numeric": True},
            {"label": "Each", "numeric": True},
        ],
        "activity_rows": [activity_money_row(row) for row in use.activities],
        "subnav": grant_page.subnav(request.user, grant, "Training"),
    }
    return render(request, "training/money.html", context)


@require_safe
def training_calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The sessions of a grant as a calendar file."""
    grant = _grant(request, reference)
    sessions = (
        Session.objects.visible_to(request.user)
        .filter(activity__grant=grant)
        .standing()
        .select_related("activity")
        .order_by("held_on", _BY_TIME, "reference")
    )
    response = HttpResponse(calendar_of(sessions), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="training-{grant.reference}.ics"'
    return response


@require_safe
def activity_certificate(
    request: HttpRequest, reference: str, number: int, member: str
) -> HttpResponse:
    """The certificate of somebody who finished an activity, by their number in the circle (M04)."""
    visible = (
        Activity.objects.visible_to(request.user).standing().select_related("grant__application")
    )
    found = get_object_or_404(
        visible.with_session_counts(), grant__reference=reference, number=number
    )
    facts = next((c for c in certificates_of(found) if c.code == member), None)
    if facts is None or not request.user.has_perm("training.plan_session", found):
        raise Http404
    response = HttpResponse(certificate_pdf(facts), content_type="application/pdf")
    name = f"certificate-{found.reference}-{member}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
