from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit, clock
from accounts.enums import TeamRole
from accounts.shapes import TimelineEntry
from accounts.state import NotReady
from accounts.verbs import offered
from accounts.wording import words_of
from focus_people.enums import Condition
from focus_people.reports import current_consent

from .. import actions, reports
from ..enums import ApplicationState, EligibilityCriterion, LineVerdict
from ..filters import ApplicationFilter
from ..forms.officer import JudgeForm, finding_forms
from ..models import Application
from ..versions import changes
from .shown import answer_rows

STAFF = (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
CHECKING = (ApplicationState.IN_CHECK, ApplicationState.RETURNED)


@require_safe
def casework(request: HttpRequest) -> HttpResponse:
    """Every application that was sent, soonest due first."""
    user: Any = request.user
    if not user.is_team(*STAFF):
        raise Http404
    visible = Application.objects.visible_to(user).sent().for_lists().with_clock_order()
    filters = ApplicationFilter(
        request.GET,
        queryset=visible.order_by("is_over", "clock_from", "pk"),
        request=request,
    )
    page = Paginator(filters.qs, 50).get_page(request.GET.get("page"))
    context = {
        "filter": filters,
        "page": page,
        "rows": [
            {
                "application": one,
                "clock": reports.clock(one),
                "waiting": reports.waiting_for(one),
                "figures": one.figures,
            }
            for one in page
        ],
        "now": clock.now(),
        "total": visible.filter(is_over=0).count(),
    }
    return render(request, "grants/casework.html", context)


def _checkable(request: HttpRequest, reference: str) -> Application:
    found = get_object_or_404(
        Application.objects.visible_to(request.user).select_related(
            "person", "organisation", "round__programme", "case_officer"
        ),
        reference=reference,
    )
    if not request.user.has_perm("grants.check_application", found):
        raise Http404
    return found


def subnav(found: Application, here: str) -> list[tuple[str, str, bool]]:
    """The sections of a case."""
    return [
        ("Overview", found.get_absolute_url(), here == "overview"),
        (
            "Application",
            reverse("application-answers", args=[found.reference]),
            here == "answers",
        ),
        (
            f"Versions, {found.case_files.count()}",
            reverse("application-versions", args=[found.reference]),
            here == "versions",
        ),
    ]


def evidence(found: Application) -> dict[str, str]:
    """What the record says about each criterion: the officer reads it beside the question."""
    person: Any = found.person
    consent = current_consent(person)
    conditions = ", ".join(Condition(value).label for value in person.conditions)
    month = f"{person.risk_evidence_on:%B %Y}" if person.risk_evidence_on else ""
    rules = [v.line.code for v in found.figures.lines if v.rule is not None and v.rule.is_refused]
    return {
        EligibilityCriterion.ORGANISATION: f"{found.organisation}, "
        f"{found.organisation.get_region_display()}, {found.organisation.get_cqc_status_display()}",
        EligibilityCriterion.PERSON: conditions,
        EligibilityCriterion.RISK: ", ".join(
            part
            for part in (
                person.get_cohort_display(),
                f"support register {person.get_dsr_rating_display().lower()}",
                month,
            )
            if part
        ),
        EligibilityCriterion.CONSENT: (
            f"{consent.get_basis_display()}, {consent.decided_on.day} {consent.decided_on:%B %Y}, "
            f"{consent.get_decision_maker_display().lower()}"
            if consent
            else "None is recorded"
        ),
        EligibilityCriterion.AROUND_PERSON: "Questions 3 and 5",
        EligibilityCriterion.NOT_GENERAL: f"Look at {', '.join(rules)}" if rules else "",
        EligibilityCriterion.NO_DOUBLE: "Question 9",
        EligibilityCriterion.NOT_STARTED: "Question 12",
    }


def case(request: HttpRequest, found: Application) -> HttpResponse:
    """The case as the programme's staff see it (reached through `applications.application`)."""
    user: Any = request.user
    time = reports.clock(found)
    figures = found.figures
    held = {f.criterion: f for f in found.findings.select_related("found_by")}
    own_check = user.has_perm("grants.check_application", found)
    is_checking = own_check and found.state in CHECKING
    verbs = offered(user, found)
    context = {
        "application": found,
        "clock": time,
        "figures": figures,
        "waiting": reports.waiting_for(found),
        "stats": _stats(found, time, figures),
        "criteria": [(c, held.get(c)) for c in EligibilityCriterion],
        "checked": _checked(held.values()),
        "lines": list(figures.lines),
        "accepted": sum(v.line.verdict == LineVerdict.ACCEPTED for v in figures.lines),
        "clarifications": found.clarifications.select_related("question").order_by("number"),
        "verbs": verbs,
        "is_checking": is_checking,
        "timeline": history(found),
        "subnav": subnav(found, "overview"),
    }
    return render(request, "grants/case.html", context)


def _checked(findings: Any) -> dict[str, Any] | None:
    newest = max(findings, key=lambda f: f.found_at, default=None)
    return newest and {"on": newest.found_at, "by": newest.found_by}


def _stats(found: Application, time: reports.Clock | None, figures: Any) -> list[dict[str, str]]:
    cards = []
    if time is not None:
        stopped = f"{time.gross_days} gross, {time.stopped_days} stopped"
        due = f"Decide by {time.due_on.day} {time.due_on:%B}"
        cards.append(
            {
                "value": f"{time.net_days} of {time.target_days}",
                "label": "net days",
                "note": stopped if time.is_over else f"{stopped}. {due}",
            }
        )
    open_lines = sum(v.line.verdict == LineVerdict.OPEN for v in figures.lines)
    return [
        *cards,
        {
            "value": f"£{figures.eligible:,.2f}",
            "label": "eligible",
            "note": f"of £{figures.requested:,.2f} asked",
        },
        {
            "value": f"{len(figures.lines) - open_lines} of {len(figures.lines)}",
            "label": "lines judged",
            "note": "All are decided" if not open_lines else "Accept or refuse each",
        },
        {
            "value": f"{figures.cover_percent}%",
            "label": "backfill and replacement care",
            "note": "Limit 30%",
        },
    ]


def history(found: Application) -> list[TimelineEntry]:
    """The whole trail for staff, newest first, each entry with who else sees it."""
    asked = {c.number: c for c in found.clarifications.all()}
    entries = []
    for row in audit.history(found):
        detail = ""
        if row.event == "application.returned" and row.data.get("question") in asked:
            detail = f"“{asked[row.data['question']].words}”"
        elif row.event == "application.resubmitted":
            replies = [asked[n].reply for n in row.data.get("replies", []) if n in asked]
            detail = "\n".join(f"“{reply}”" for reply in replies)
        elif row.event in ("application.line_judged", "application.line_changed"):
            detail = f"{row.data.get('line', '')} {row.data.get('verdict', '')}".strip()
        elif row.event == "application.finding":
            criterion = EligibilityCriterion(row.data["criterion"])
            detail = f"{criterion.label}: {row.data['verdict']}"
        entries.append(
            TimelineEntry(
                row.at,
                row.actor_label,
                words_of(row.event),
                detail,
                row.shown_to,
                is_stop=row.event == "application.returned",
            )
        )
    return _shortened(entries[::-1])


def _shortened(entries: list[TimelineEntry]) -> list[TimelineEntry]:
    """Runs of the same small step (eight findings, ten lines) as one entry, newest first."""
    found: list[TimelineEntry] = []
    for entry in entries:
        last = found[-1] if found else None
        same = last and (last.what, last.who, last.visibility) == (
            entry.what,
            entry.who,
            entry.visibility,
        )
        if last and same and last.detail and entry.detail and not entry.is_stop:
            found[-1] = TimelineEntry(
                last.at, last.who, last.what, f"{entry.detail}\n{last.detail}", last.visibility
            )
        else:
            found.append(entry)
    return found


@require_http_methods(["GET", "POST"])
def findings(request: HttpRequest, reference: str) -> HttpResponse:
    """Check eligibility: each criterion with what the record says."""
    found = _checkable(request, reference)
    if found.state not in CHECKING:
        return redirect(found)
    data = request.POST if request.method == "POST" else None
    held = list(found.findings.all())
    forms = finding_forms(data, held, evidence(found))
    valid = [request.method == "POST" and form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        before = {f.criterion: (f.verdict, f.note) for f in held}
        with transaction.atomic():
            for form in forms:
                verdict, note = form.cleaned_data["verdict"], form.cleaned_data["note"]
                if verdict and before.get(form.criterion.value) != (verdict, note):
                    actions.record_finding(
                        found,
                        by=request.user,
                        criterion=form.criterion,
                        verdict=verdict,
                        note=note,
                    )
        messages.success(request, "The eligibility check is saved.")
        return redirect(found)
    return render(request, "grants/findings.html", {"application": found, "forms": forms})


@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept or refuse each budget line; a general requirement brings its reason and signpost."""
    found = _checkable(request, reference)
    if found.state not in CHECKING:
        return redirect(found)
    data = request.POST if request.method == "POST" else None
    rows = found.lines.prefetch_related("needs").order_by("number")
    forms = [JudgeForm(data, line=line) for line in rows]
    valid = [request.method == "POST" and form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        try:
            with transaction.atomic():
                for form in forms:
                    verdict, line = form.cleaned_data["verdict"], form.line
                    reason = form.cleaned_data["reason"]
                    reason = reason if verdict == LineVerdict.REFUSED else ""
                    if verdict and (line.verdict, line.verdict_reason) != (verdict, reason):
                        actions.judge_line(line, by=request.user, verdict=verdict, reason=reason)
        except NotReady as refused:
            messages.error(request, " ".join(refused.blockers))
        else:
            messages.success(request, "The budget lines are saved.")
            return redirect(found)
    context = {"application": found, "forms": forms, "figures": found.figures}
    return render(request, "grants/lines.html", context)


@require_safe
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """The application as it was sent, with the conversation beside each answer."""
    found = _checkable(request, reference)
    context = {
        "application": found,
        "answers": answer_rows(found, with_open=True),
        "subnav": subnav(found, "answers"),
    }
    return render(request, "grants/case_answers.html", context)


@require_safe
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Each frozen version of the case file, with what changed since the one before."""
    found = _checkable(request, reference)
    files = list(found.case_files.order_by("version"))
    pairs = [(files[n], changes(files[n - 1], files[n]) if n else []) for n in range(len(files))]
    context = {
        "application": found,
        "versions": pairs[::-1],
        "subnav": subnav(found, "versions"),
    }
    return render(request, "grants/case_versions.html", context)
