import csv
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
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
from ..budget import Figures
from ..enums import ApplicationState, EligibilityCriterion, LineVerdict, Verdict
from ..filters import ApplicationFilter
from ..forms.officer import JudgeForm, finding_forms
from ..models import Application
from ..versions import changes
from .shown import answer_rows, decision_links, posted

STAFF = (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
CHECKING = (ApplicationState.IN_CHECK, ApplicationState.RETURNED)


@dataclass(frozen=True)
class CaseRow:
    """A row of the casework list."""

    application: Application
    clock: reports.Clock | None
    waiting: reports.Waiting
    figures: Figures

    @classmethod
    def of(cls, one: Application) -> "CaseRow":
        """The row of one application (uses what `for_lists` fetches)."""
        return cls(one, reports.clock(one), reports.waiting_for(one), one.figures)


def _cases(user: Any) -> Any:
    """What was sent, soonest due first; never the applications of the user's own organisations."""
    visible = Application.objects.visible_to(user).sent().for_lists()
    others = visible.exclude(organisation__in=user.organisation_ids())
    ordered: Any = others.with_shown_state(user).with_clock_order()
    return ordered.order_by("is_over", "clock_from", "pk")


@require_safe
def casework_export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered and sorted, as a CSV file."""
    user: Any = request.user
    if not user.is_team(*STAFF):
        raise Http404
    filters = ApplicationFilter(request.GET, queryset=_cases(user), request=request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="casework-{clock.today()}.csv"'
    response.write("\ufeff")
    sheet = csv.writer(response)
    sheet.writerow(EXPORTED)
    for one in filters.qs:
        row = CaseRow.of(one)
        sheet.writerow([_plain_cell(value) for value in _cells(row)])
    return response


EXPORTED = (
    "Reference",
    "Case",
    "Organisation",
    "Region",
    "Round",
    "State",
    "Waits for",
    "Sent",
    "Due",
    "Net days",
    "Stopped days",
    "Asked for",
    "Eligible",
    "Officer",
)


def _cells(row: CaseRow) -> list[Any]:
    one, time = row.application, row.clock
    return [
        one.reference,
        one.person.alias,
        one.organisation.name,
        one.organisation.get_region_display(),
        one.round.reference,
        one.get_state_display(),
        row.waiting.who,
        clock.day_of(one.submitted_at) if one.submitted_at else "",
        time.due_on if time and not time.is_over else "",
        time.net_days if time else "",
        time.stopped_days if time else "",
        row.figures.requested,
        row.figures.eligible,
        one.case_officer or "",
    ]


def _plain_cell(value: Any) -> str:
    """Text that a spreadsheet program does not take for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@require_safe
def casework(request: HttpRequest) -> HttpResponse:
    """Every application that was sent, soonest due first."""
    user: Any = request.user
    if not user.is_team(*STAFF):
        raise Http404
    visible = _cases(user)
    filters = ApplicationFilter(request.GET, queryset=visible, request=request)
    page = Paginator(filters.qs, 50).get_page(request.GET.get("page"))
    context = {
        "filter": filters,
        "page": page,
        "rows": [CaseRow.of(one) for one in page],
        "is_sorted": bool(request.GET.get("sort")),
        "exports": [
            {
                "url": f"{reverse('casework-export')}?{request.GET.urlencode()}",
                "label": "Download these as a spreadsheet",
                "note": "CSV, what the filter shows",
            }
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
            f"Documents, {found.documents.count()}",
            reverse("application-documents", args=[found.reference]),
            here == "documents",
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
        "recommendation": found.recommendations.order_by("-pk").first(),
        **decision_links(user, found),
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
    """The whole trail for staff, newest first, each entry with who else sees it.

    A run of the same small step (eight findings, ten lines) is one entry.
    """
    asked = {c.number: c for c in found.clarifications.all()}
    entries: list[TimelineEntry] = []
    items: list[str] = []
    for row in reversed(list(audit.history(found))):
        item = _item_of(row)
        key = (words_of(row.event), row.actor_label, row.shown_to)
        last = entries[-1] if entries else None
        if item and last and items and key == (last.what, last.who, last.visibility):
            items.insert(0, item)
            entries[-1] = replace(last, detail=_joined(items))
            continue
        items = [item] if item else []
        detail = _joined(items) if item else _said(row, asked)
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
    return entries


def _item_of(row: Any) -> str:
    """A small step in a few words; empty for everything that stands by itself."""
    if row.event == "application.line_judged":
        return f"{row.data['line']} {row.data['verdict']}"
    if row.event == "application.line_changed":
        return f"{row.data['line']} changed"
    if row.event == "application.finding":
        return f"criterion {Verdict(row.data['verdict']).label.lower()}"
    return ""


def _joined(items: list[str]) -> str:
    """L1, L2 accepted. L11 refused. 8 × criterion met."""
    groups: dict[str, list[str]] = {}
    for item in items:
        thing, _, verdict = item.partition(" ")
        groups.setdefault(verdict, []).append(thing)
    said = []
    for verdict, things in groups.items():
        if things[0] == "criterion":
            noun = "criterion" if len(things) == 1 else "criteria"
            said.append(f"{len(things)} {noun} {verdict}")
        else:
            said.append(f"{', '.join(things)} {verdict}")
    return ". ".join(said)


def _said(row: Any, asked: dict[int, Any]) -> str:
    if row.event == "application.returned" and row.data.get("question") in asked:
        return f"“{asked[row.data['question']].words}”"
    if row.event == "application.resubmitted":
        replies = [asked[n].reply for n in row.data.get("replies", []) if n in asked]
        return "\n".join(f"“{reply}”" for reply in replies)
    return str(row.data.get("line", ""))


@require_http_methods(["GET", "POST"])
def findings(request: HttpRequest, reference: str) -> HttpResponse:
    """Check eligibility: each criterion with what the record says."""
    found = _checkable(request, reference)
    if found.state not in CHECKING:
        return redirect(found)
    data = posted(request)
    held = list(found.findings.all())
    forms = finding_forms(data, held, evidence(found))
    valid = [request.method == "POST" and form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        before = {f.criterion: (f.verdict, f.note) for f in held}
        said = {
            form.criterion.value: (form.cleaned_data["verdict"], form.cleaned_data["note"])
            for form in forms
            if form.cleaned_data["verdict"]
        }
        new = {code: said[code] for code in said if before.get(code) != said[code]}
        actions.record_findings(found, by=request.user, found=new)
        messages.success(request, "The eligibility check is saved.")
        return redirect(found)
    return render(request, "grants/findings.html", {"application": found, "forms": forms})


@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept or refuse each budget line; a general requirement brings its reason and signpost."""
    found = _checkable(request, reference)
    if found.state not in CHECKING:
        return redirect(found)
    data = posted(request)
    rows = found.lines.prefetch_related("needs").order_by("number")
    forms = [JudgeForm(data, line=line) for line in rows]
    valid = [request.method == "POST" and form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        try:
            judged = {}
            for form in forms:
                verdict, line = form.cleaned_data["verdict"], form.line
                reason = form.cleaned_data["reason"] if verdict == LineVerdict.REFUSED else ""
                if verdict and (line.verdict, line.verdict_reason) != (verdict, reason):
                    judged[line.number] = (verdict, reason)
            actions.judge_lines(found, by=request.user, judged=judged)
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
