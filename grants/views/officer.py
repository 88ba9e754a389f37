import csv
import io
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, clock, written
from accounts.enums import TeamRole
from accounts.exports import plain_text
from accounts.fields import plain
from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one, say_once
from accounts.shapes import TimelineEntry
from accounts.state import NotReady, locked
from accounts.verbs import offered
from accounts.wording import words_of
from focus_people.enums import Condition
from focus_people.reports import current_consent

from .. import actions, diligence, reports, spotlight, workflow
from ..budget import Figures
from ..enums import ApplicationState, EligibilityCriterion, LineVerdict, Verdict
from ..filters import ApplicationFilter
from ..forms.officer import JudgeForm, finding_forms, officers
from ..models import Application
from ..recommendation_page import remarks
from ..versions import changes
from .shown import answer_rows, beside_lines, decision_links

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
    """The list as it is filtered and sorted: a CSV file, or a workbook with `?as=xlsx`."""
    user: Any = request.user
    if not user.is_team(*STAFF):
        raise Http404
    filters = ApplicationFilter(request.GET, queryset=_cases(user), request=request)
    rows = [_cells(CaseRow.of(one)) for one in filters.qs]
    if request.GET.get("as") == "xlsx":
        return _workbook(rows)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="casework-{clock.today()}.csv"'
    response.write("\ufeff")
    sheet = csv.writer(response)
    sheet.writerow(EXPORTED)
    sheet.writerows([plain_text(str(value)) for value in row] for row in rows)
    return response


@require_safe
def spotlight_export(request: HttpRequest) -> HttpResponse:
    """The applicants of the filtered list, for the government's due-diligence check: a CSV file."""
    user: Any = request.user
    if not user.is_team(*STAFF):
        raise Http404
    filters = ApplicationFilter(request.GET, queryset=_cases(user), request=request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="spotlight-{clock.today()}.csv"'
    sheet = csv.writer(response)
    sheet.writerow(spotlight.COLUMNS)
    sheet.writerows([plain_text(value) for value in row] for row in spotlight.rows(filters.qs))
    return response


def _workbook(rows: list[list[Any]]) -> HttpResponse:
    """Words stay words, whatever they begin with; amounts and days are numbers and dates."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Casework")
    bold = book.add_format({"bold": True})
    formats = {
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        date: book.add_format({"num_format": "d mmmm yyyy"}),
    }
    sheet.write_row(0, 0, EXPORTED, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(EXPORTED) - 1)
    sheet.set_column(0, len(EXPORTED) - 1, 18)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, formats[date])
            elif isinstance(value, Decimal | int):
                sheet.write_number(number, column, value, formats.get(type(value)))
            else:
                sheet.write_string(number, column, str(value))
    book.close()
    response = HttpResponse(
        out.getvalue(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="casework-{clock.today()}.xlsx"'
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
                "label": "Download these as CSV",
                "note": "What the filter shows, in its order",
            },
            {
                "url": f"{reverse('casework-export')}?{_with(request, 'xlsx')}",
                "label": "Download these for Excel",
                "note": "What the filter shows, in its order",
            },
            {
                "url": f"{reverse('spotlight-export')}?{request.GET.urlencode()}",
                "label": "Download for the Spotlight check",
                "note": "Names and numbers of the organisations. We hold no addresses: add each "
                "postcode, which the check needs, before you upload it",
            },
        ],
        "views": actions.views_of(user),
        "query": request.GET.urlencode(),
        "kept_query": actions.kept_query(request.GET.urlencode()),
        "officers": officers(),
        "now": clock.now(),
        "total": visible.filter(is_over=0).count(),
    }
    return render(request, "grants/casework.html", context)


def _with(request: HttpRequest, kind: str) -> str:
    asked = request.GET.copy()
    asked["as"] = kind
    return asked.urlencode()


@require_POST
def casework_assign(request: HttpRequest) -> HttpResponse:
    """Give the ticked cases to one officer; each that cannot be given is said."""
    user: Any = request.user
    if not user.is_team(*STAFF):
        raise Http404
    back = f"{reverse('casework')}?{request.POST.get('query', '')}"
    chosen = _cases(user).filter(reference__in=map(plain, request.POST.getlist("case")))
    officer = next((one for one in officers() if one.email == request.POST.get("officer")), None)
    if officer is None or not chosen:
        messages.error(request, "Tick at least one case, and choose who takes them.")
        return redirect(back)
    done, refused = actions.assign_many(chosen, by=user, officer=officer)
    if done:
        cases = "1 case is" if done == 1 else f"{done} cases are"
        messages.success(request, f"{cases} now with {officer}.")
    for said in refused:
        messages.error(request, said)
    if not done and not refused:
        messages.info(request, f"{officer} has them already.")
    return redirect(back)


@require_POST
def casework_view(request: HttpRequest) -> HttpResponse:
    """Keep the filter as it stands under a name, or take one out."""
    user: Any = request.user
    if not user.is_team(*STAFF):
        raise Http404
    query, name = request.POST.get("query", ""), plain(request.POST.get("name", ""))[:60].strip()
    if "forget" in request.POST:
        actions.forget_view(by=user, name=plain(request.POST["forget"]))
        messages.success(request, "The view is taken out.")
    elif not name:
        messages.error(request, "Give the view a name.")
    else:
        try:
            actions.save_view(by=user, name=name, query=query)
            messages.success(request, f"“{name}” is kept.")
        except NotReady as refused:
            messages.error(request, refused.blockers[0])
    return redirect(f"{reverse('casework')}?{query}")


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


def _still_checked(request: HttpRequest, reference: str) -> Application:
    """The same; on a POST it stays as it is until the answer, and `NotReady` says what it is now."""
    found = _checkable(request, reference)
    if request.method == "POST":
        locked(found)
        if found.state not in CHECKING:
            raise NotReady([f"This application is now “{found.get_state_display()}”."])
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
            f"{consent.get_basis_display()}, {written.day(consent.decided_on)}, "
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
    looked_at = diligence.checks(found)
    asked = found.clarifications.select_related("question").order_by("number")
    clarifications = beside_lines((view.line for view in figures.lines), asked)
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
        "clarifications": clarifications,
        "verbs": verbs,
        "is_checking": is_checking,
        "timeline": history(found),
        "subnav": subnav(found, "overview"),
        "diligence": looked_at,
        "wants_a_look": any(check.wants_a_look for check in looked_at),
        "fast_track": getattr(found, "fast_track", None),
        "recommendation": found.recommendations.order_by("-pk").first(),
        "remarks": remarks(user, found),
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
        due = f"Decide by {written.short_day(time.due_on)}"
        cards.append(
            {
                "value": f"{time.net_days} of {time.target_days}",
                "label": "net days, fast track" if time.is_fast else "net days",
                "note": stopped if time.is_over else f"{stopped}. {due}",
            }
        )
    open_lines = sum(v.line.verdict == LineVerdict.OPEN for v in figures.lines)
    return [
        *cards,
        {
            "value": written.money(figures.eligible),
            "label": "eligible",
            "note": f"of {written.money(figures.requested)} asked",
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
    talk = {m.number: m.words for m in found.messages.all()}
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
        detail = _joined(items) if item else _said(row, asked, talk)
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


def _said(row: Any, asked: dict[int, Any], talk: dict[int, str]) -> str:
    if row.event == "application.message":
        return talk.get(row.data.get("message"), "")
    if row.event == "application.returned" and row.data.get("question") in asked:
        return f"“{asked[row.data['question']].words}”"
    if row.event == "application.resubmitted":
        replies = [asked[n].reply for n in row.data.get("replies", []) if n in asked]
        return "\n".join(f"“{reply}”" for reply in replies)
    return str(row.data.get("line", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def findings(request: HttpRequest, reference: str) -> HttpResponse:
    """Check eligibility: each criterion with what the record says."""
    found = _still_checked(request, reference)
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
    say_once(forms)
    return render(request, "grants/findings.html", {"application": found, "forms": forms})


@require_http_methods(["GET", "HEAD", "POST"])
@once
@one_by_one
def lines(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept or refuse each budget line, or ask about it; a general requirement brings its reason and
    signpost. What is sent together is saved together, or not at all."""
    found = _still_checked(request, reference)
    if found.state not in CHECKING:
        return redirect(found)
    data = posted(request)
    rows = list(found.lines.prefetch_related("needs").order_by("number"))
    beside_lines(rows, found.clarifications.order_by("number"))
    forms = [JudgeForm(data, line=line) for line in rows]
    valid = [request.method == "POST" and form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        try:
            asked = _judge(request.user, found, forms)
        except NotReady as refused:
            messages.error(request, " ".join(refused.blockers))
        else:
            questions = "question is" if asked == 1 else "questions are"
            said = f" {asked} {questions} on the way, and the clock has stopped." if asked else ""
            messages.success(request, f"The budget lines are saved.{said}")
            return redirect(found)
    say_once(forms)
    context = {"application": found, "forms": forms, "figures": found.figures}
    return render(request, "grants/lines.html", context)


@transaction.atomic
def _judge(by: Any, found: Application, forms: list[JudgeForm]) -> int:
    """Save what the officer decided of each line, and ask; returns how many questions were asked."""
    judged, asked = {}, {}
    for form in forms:
        verdict, line = form.cleaned_data["verdict"], form.line
        if verdict == JudgeForm.ASK:
            asked[line.number] = form.cleaned_data["reason"]
            continue
        reason = form.cleaned_data["reason"] if verdict == LineVerdict.REFUSED else ""
        if verdict and (line.verdict, line.verdict_reason) != (verdict, reason):
            judged[line.number] = (verdict, reason)
    actions.judge_lines(found, by=by, judged=judged)
    if asked:
        workflow.ask_about_lines(found, by=by, lines=asked)
    return len(asked)


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
