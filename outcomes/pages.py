"""What the reporting pages show, decided in Python: sentences, figures beside figures, guardrails."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from accounts.shapes import SummaryRow
from focus_people.enums import Confidence
from focus_people.models import SupportPlan
from focus_people.reports import figures_of
from grants.grant_page import subnav
from grants.models import Grant

from . import indicators
from .due import STATUS_COLOUR, STATUS_LABEL, ReportRow, rows_of
from .enums import (
    ADMISSION_CLAIMS,
    COUNT_DAYS,
    POINT_TITLE,
    AnswerStatus,
    Point,
    Rater,
    ReportState,
    Verdict,
)
from .forms import Question, ReportForm
from .models import Answer, OutcomeReport
from .reports.figure import Column
from .reports.pictures import Picture
from .reports.pictures import Series as PictureSeries
from .schedule import PLAN_POINT, said, start_of, timing

VERDICT_SHAPE = {Verdict.YES: "good", Verdict.NO: "stop", Verdict.CANNOT_SHOW: "look"}
VERDICT_WORD = {Verdict.YES: "Met", Verdict.NO: "Not met", Verdict.CANNOT_SHOW: "Cannot be shown"}


def is_reader(user: Any) -> bool:
    """Officers and programme leads read all reports."""
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def saved_time(report: OutcomeReport) -> str:
    """14:32, in London, of the last save."""
    if report.saved_at is None:
        return ""
    return f"{report.saved_at.astimezone(clock.LONDON):%H:%M}"


# --- reports of a grant, with their plans ------------------------------------------------------


@dataclass(frozen=True)
class PointFigures:
    """One point of a grant with its report, its answers and its plan version, as figures."""

    point: Point
    report: OutcomeReport | None
    answers: dict[str, Answer]
    plan: SupportPlan | None
    measures: indicators.Measures

    @property
    def label(self) -> str:
        return str(self.point.label)


def plans_of(grant: Grant) -> dict[str, SupportPlan]:
    """Point of the plan → its newest version, with lines; two queries."""
    found: dict[str, SupportPlan] = {}
    for plan in grant.application.person.plans.prefetch_related("lines").order_by("version"):
        found[plan.point] = plan
    return found


def figures_by_point(grant: Grant) -> dict[Point, PointFigures]:
    """Everything that a grant's reports say, by point (five queries)."""
    plans = plans_of(grant)
    reports = {r.point: r for r in grant.outcome_reports.prefetch_related("answers")}
    found = {}
    for point in Point:
        report = reports.get(point)
        if report is not None:
            report.grant = grant
        found[point] = _figures(point, report, plans.get(PLAN_POINT[point]))
    return found


def _figures(point: Point, report: OutcomeReport | None, plan: SupportPlan | None) -> PointFigures:
    answers = {a.item: a for a in report.answers.all()} if report is not None else {}
    figures = figures_of(plan) if plan is not None else None
    measures = indicators.measures(
        report.values() if report is not None else {},
        point=point,
        days_observed=report.days_observed if report is not None else None,
        rater=report.rater if report is not None else "",
        ratio=figures.exact_ratio if figures else None,
        is_confirmed=figures.is_confirmed if figures else None,
    )
    return PointFigures(point, report, answers, plan, measures)


def sent(figures: PointFigures) -> bool:
    """The report was sent and was not sent back."""
    held = (ReportState.SUBMITTED, ReportState.ACCEPTED)
    return figures.report is not None and figures.report.state in held


# --- the page of one report -------------------------------------------------------------------


def start_page(grant: Grant, point: str) -> dict[str, Any]:
    """Before a report is started: what it asks for and by when."""
    when = timing(point, start_of(grant))
    return {
        "grant": grant,
        "person": grant.application.person,
        "point": point,
        "report_title": POINT_TITLE[Point(point)],
        "when": when,
        "lead": _when_sentence(Point(point), when),
        "sections": _sections_words(Point(point)),
    }


def _sections_words(point: Point) -> list[tuple[str, int]]:
    counts = dict.fromkeys(indicators.SECTIONS, 0)
    for item in indicators.items_at(point):
        counts[item.section] += 1
    return [(name, count) for name, count in counts.items() if count]


def _when_sentence(point: Point, when: Any) -> str:
    if point == Point.BASELINE:
        return (
            "Count events over 28 days that end no more than 28 days before the first session. "
            "Training can be logged once the baseline is in."
        )
    if when.due_on is None:
        return "It is due counted from the first session, which has not been held yet."
    return (
        f"Due on {said(when.due_on)}. It can be sent between {said(when.opens_on)} "
        f"and {said(when.closes_on)}."
    )


def _frame(report: OutcomeReport) -> dict[str, Any]:
    """What every page of a report shares."""
    grant = report.grant
    by_point = figures_by_point(grant)
    now = by_point[Point(report.point)]
    when = timing(report.point, start_of(grant))
    days = ""
    if report.window_start and report.window_end:
        days = f"{said(report.window_start)} to {said(report.window_end)}"
    return {
        "grant": grant,
        "person": grant.application.person,
        "report": report,
        "report_title": report.title,
        "lead": _when_sentence(Point(report.point), when),
        "count_days": days,
        "by_point": by_point,
        "guardrails": guardrails_box(by_point, now),
        "plan_box": plan_box(report, by_point),
        "counts": answer_counts(report),
        "course": course_table(by_point),
        "picture": events_picture(by_point, Point(report.point)),
        "picture_point": report.point,
    }


def _before(by_point: dict[Point, PointFigures], point: str) -> list[PointFigures]:
    """The points whose answers stand beside the questions: the baseline and the last one sent."""
    earlier = [by_point[p] for p in Point if list(Point).index(p) < list(Point).index(Point(point))]
    shown = [f for f in earlier if sent(f)]
    if len(shown) > 2:
        return [shown[0], shown[-1]]
    return shown


def edit_page(report: OutcomeReport, form: ReportForm) -> dict[str, Any]:
    """The report as a form: questions by section, with the last answers beside them."""
    context = _frame(report)
    before = _before(context["by_point"], report.point)
    alias = report.grant.application.person.alias
    sections = []
    for name in indicators.SECTIONS:
        questions: list[Question] = []
        only_then: list[Question] = []
        for item in form.items:
            if item.section != name:
                continue
            question, help_text, _ = indicators.wording(item, alias=alias, point=report.point)
            (only_then if item.only_if else questions).append(
                Question(
                    item=item,
                    question=question,
                    help=help_text,
                    last=[(f.label, _last(f, item)) for f in before],
                    value=form[item.code],
                    reason=form[f"{item.code}_reason"],
                    note=_note(form, item),
                )
            )
        if questions:
            sections.append({"name": name, "questions": questions, "only_then": only_then})
    earlier = [f for f in before if f.report is not None and f.report.rater]
    last_rater = earlier[-1].report.get_rater_display() if earlier else ""
    changed = bool(report.rater and earlier and earlier[-1].report.rater != report.rater)
    return context | {
        "form": form,
        "sections": sections,
        "last_rater": last_rater,
        "rater_changed": changed,
        "has_claim": form["admission"].value() in ADMISSION_CLAIMS
        if "admission" in form.fields
        else False,
        "autosave_url": report.get_absolute_url(),
    }


def _last(figures: PointFigures, item: indicators.Item) -> str:
    if figures.point not in item.points:
        return "Not asked"
    answer = figures.answers.get(item.code)
    return answer.said if answer is not None else "–"


def _note(form: ReportForm, item: indicators.Item) -> str:
    """What a reason means for the figures."""
    chosen = form[f"{item.code}_reason"].value()
    return {
        AnswerStatus.NOT_KNOWN: "Counted as not known. Never as no change.",
        AnswerStatus.DECLINED: "Counted as not said. Never as zero.",
    }.get(chosen, "")


def read_page(user: Any, report: OutcomeReport) -> dict[str, Any]:
    """The report to read: answers by section, guardrails, what stood before."""
    context = _frame(report)
    values = report.values()
    answers = {a.item: a for a in report.answers.all()}
    before = _before(context["by_point"], report.point)
    alias = report.grant.application.person.alias
    sections = []
    for name in indicators.SECTIONS:
        rows = []
        for item in indicators.items_at(report.point):
            if item.section != name or not item.asked(Point(report.point), values):
                continue
            question, _, unit = indicators.wording(item, alias=alias, point=report.point)
            answer = answers.get(item.code)
            if answer is None and item.is_optional:
                continue
            rows.append(
                {
                    "item": item,
                    "question": question,
                    "unit": unit,
                    "last": [(f.label, _last(f, item)) for f in before],
                    "said": answer.said if answer else "No answer yet",
                    "is_missing": answer is None or answer.status != AnswerStatus.VALUE,
                }
            )
        if rows:
            sections.append((name, rows))
    return context | {
        "sections": sections,
        "columns": [f.label for f in before],
        "facts": _facts(report),
        "claim": claim_sentence(report),
    }


def _facts(report: OutcomeReport) -> list[SummaryRow]:
    days = ""
    if report.window_start and report.window_end:
        days = f"{said(report.window_start)} to {said(report.window_end)}"
    observed = ""
    if report.days_observed is not None:
        observed = f"{report.days_observed} of {COUNT_DAYS}"
    rows = [
        SummaryRow("Days counted", days, empty="Not said yet"),
        SummaryRow("Days at home with support", observed, empty="Not said yet"),
        SummaryRow(
            "Quality of life rated by",
            Rater(report.rater).label if report.rater else "",
            empty="Not said yet",
        ),
    ]
    start = start_of(report.grant) if report.is_baseline else None
    if start is not None and report.window_end is not None:
        gap = (start - report.window_end).days
        late = " More than 28: compare with care." if gap > COUNT_DAYS else ""
        rows.append(SummaryRow("Days from the count to the first session", f"{gap}.{late}"))
    risk = report.risk_at_baseline()
    if risk is not None:
        words = (
            "Evidence of the risk of admission stands on the record"
            if risk.is_evidenced
            else "No evidence of a risk of admission: “avoided” cannot be claimed later"
        )
        rows.append(SummaryRow("Risk of admission", words))
    return rows


def claim_sentence(report: OutcomeReport) -> str:
    """What a claim about an admission stands on; empty where nothing is claimed."""
    values = report.values()
    problems = indicators.admission_problems(values, report.baseline_risk())
    admission = values.get("admission")
    if admission is None or not admission.is_value or problems:
        return ""
    contribution, attested = values.get("contribution"), values.get("attested_by")
    if contribution is None or attested is None or not contribution.is_value:
        return ""
    item = indicators.BY_CODE
    return (
        f"{item['admission'].label_of(admission.choice)}: reported, with the learning’s contribution "
        f"rated “{item['contribution'].label_of(contribution.choice).lower()}” and attested by the "
        f"{item['attested_by'].label_of(attested.choice).lower()}. A claim, not a fact."
    )


def answer_counts(report: OutcomeReport) -> list[tuple[str, str]]:
    """ "Answered 9 of 12" and how many of each reason, over the items that are asked."""
    values = report.values()
    asked = [i for i in indicators.items_at(report.point) if i.asked(Point(report.point), values)]
    asked = [i for i in asked if not i.is_optional or i.code in values]
    held = [values[i.code] for i in asked if i.code in values]
    rows = [("Answered", f"{sum(v.is_value for v in held)} of {len(asked)}")]
    for status in AnswerStatus:
        if status != AnswerStatus.VALUE:
            rows.append((str(status.label), str(sum(v.status == status for v in held))))
    rows.append(("No answer yet", str(len(asked) - len(held))))
    return rows


# --- guardrails and the plan ------------------------------------------------------------------


def guardrails_box(by_point: dict[Point, PointFigures], now: PointFigures) -> dict[str, Any] | None:
    """The five guardrails of a follow-up with both figures; None for the baseline."""
    if now.point == Point.BASELINE:
        return None
    baseline = by_point[Point.BASELINE]
    result = indicators.safe_reduction(baseline.measures if sent(baseline) else None, now.measures)
    return {
        "rows": [
            {
                "title": g.title,
                "detail": g.detail,
                "tone": VERDICT_SHAPE[g.verdict],
                "word": VERDICT_WORD[g.verdict],
            }
            for g in result.guardrails
        ],
        "sentence": result.sentence,
        "verdict": result.verdict,
        "is_safe": result.verdict == Verdict.YES,
        "rater_changed": result.rater_changed,
    }


def plan_box(report: OutcomeReport, by_point: dict[Point, PointFigures]) -> dict[str, Any]:
    """The figures of this point's plan version, or how to make it."""
    figures = by_point[Point(report.point)]
    person = report.grant.application.person
    plan = figures.plan
    box: dict[str, Any] = {
        "label": PLAN_POINT[Point(report.point)].label,
        "plans_url": reverse("person", args=[person.reference]),
        "plan": plan,
        "rows": [],
        "can_copy": False,
    }
    if plan is None:
        latest = [f.plan for f in by_point.values() if f.plan is not None]
        box["can_copy"] = bool(latest) and report.is_editable and not report.is_baseline
        return box
    totals = figures_of(plan)
    ratio = (
        f"{totals.average_ratio}\u00a0:\u00a01" if totals.average_ratio is not None else "No figure"
    )
    box["rows"] = [
        ("Staff to one person, on average", ratio),
        (
            "Most at a time",
            f"{_plain(totals.peak_ratio)}\u00a0:\u00a01" if totals.peak_ratio else "No figure",
        ),
        ("Paid hours a week", _plain(totals.paid_hours)),
        ("Cost a week", f"£{totals.weekly_cost:,.2f}"),
        ("Unpaid family hours a week", _plain(totals.family_hours)),
        ("Confidence", Confidence(plan.confidence).label),
    ]
    return box


def _plain(value: Any) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- the course of a grant --------------------------------------------------------------------

COURSE = (
    ("Incidents in 28 days", "incidents", 1),
    ("Serious incidents in 28 days", "serious", 1),
    ("Restrictive interventions in 28 days", "restrictive", 1),
    ("As-needed medicine in 28 days", "prn", 1),
    ("Quality of life, 0 to 10", "quality_of_life", 1),
    ("Activities outside home in 28 days", "outings", 1),
    ("Family wellbeing, 0 to 10", "family_wellbeing", 1),
    ("Hospital nights in 91 days", "bed_days", 1),
    ("Staff turnover, %", "turnover", 1),
    ("Sickness, %", "sickness", 1),
    ("Working together, 1 to 5", "working_together", 1),
    ("Staff to one person", "ratio", 2),
)


def course_table(by_point: dict[Point, PointFigures]) -> dict[str, Any]:
    """Each measure over the points that were sent: rates, so that unequal counts compare."""
    shown = [f for f in by_point.values() if sent(f)]
    columns = [{"label": "Measure"}, *({"label": f.label, "numeric": True} for f in shown)]
    rows = []
    for label, field, places in COURSE:
        cells = [_cell(getattr(f.measures, field), places) for f in shown]
        rows.append([label, *cells])
    for label, code in (("How secure the home is", "stability"), ("Admission", "admission")):
        rows.append([label, *(_last(f, indicators.BY_CODE[code]) for f in shown)])
    return {"columns": columns, "rows": rows if shown else [], "count": len(shown)}


def _cell(value: Any, places: int) -> str:
    number = indicators.rounded(value, places)
    return "No figure" if number is None else _plain(number)


def _points(user: Any, grant: Grant) -> list[dict[str, Any]]:
    may_write = user.has_perm("outcomes.start_report", grant)
    return [
        {
            "row": row,
            "url": reverse("outcome-report", args=[grant.reference, row.point]),
            "label": STATUS_LABEL[row.status],
            "colour": STATUS_COLOUR.get(row.status, "grey"),
            "sentence": _row_sentence(row),
            "action": _row_action(row, may_write),
        }
        for row in rows_of([grant])
    ]


def section_context(user: Any, grant: Grant) -> dict[str, Any]:
    """The four reports on the grant's own page."""
    return {"grant": grant, "points": _points(user, grant)}


def events_picture(by_point: dict[Point, PointFigures], upto: Point) -> Picture | None:
    """Incidents and restrictive interventions over the points up to `upto`, whose report may still be
    a draft; None where fewer than two points have both figures. A gap is left out, never drawn as 0.
    """
    order = list(Point)
    chosen = [
        f
        for f in by_point.values()
        if order.index(f.point) <= order.index(upto)
        and (sent(f) or f.point == upto)
        and f.measures.incidents is not None
        and f.measures.restrictive is not None
    ]
    if len(chosen) < 2:
        return None
    labels = tuple(f.label for f in chosen)
    first = [f.measures.incidents or Fraction(0) for f in chosen]
    second = [f.measures.restrictive or Fraction(0) for f in chosen]
    rows = [
        (f.label, _cell(x, 1), _cell(y, 1)) for f, x, y in zip(chosen, first, second, strict=True)
    ]
    return Picture(
        name="events",
        kind="lines",
        title=finding(by_point, upto),
        subtitle=f"Events in 28 days, {labels[0].lower()} to {labels[-1].lower()}",
        alt="Two lines. "
        + " ".join(f"{a}: {b} incidents, {c} restrictive interventions." for a, b, c in rows),
        note="Reported by the provider. Other things changed too, so this does not prove that the "
        "training caused it.",
        labels=labels,
        series=(
            PictureSeries("Incidents", tuple(float(x) for x in first)),
            PictureSeries("Restrictive", tuple(float(y) for y in second)),
        ),
        columns=(
            Column("When"),
            Column("Incidents", numeric=True),
            Column("Restrictive interventions", numeric=True),
        ),
        rows=rows,
    )


def grant_page(user: Any, grant: Grant) -> dict[str, Any]:
    """The four points of a grant, what they say together, and what can be done."""
    by_point = figures_by_point(grant)
    points = _points(user, grant)
    latest = [f for f in by_point.values() if f.point != Point.BASELINE and sent(f)]
    return {
        "grant": grant,
        "person": grant.application.person,
        "subnav": subnav(user, grant, "Outcomes"),
        "points": points,
        "course": course_table(by_point),
        "finding": finding(by_point),
        "guardrails": guardrails_box(by_point, latest[-1]) if latest else None,
        "picture": events_picture(by_point, latest[-1].point) if latest else None,
        "picture_point": latest[-1].point if latest else "",
        "guardrails_of": POINT_TITLE[latest[-1].point] if latest else "",
        "primary_url": next((p["url"] for p in points if p["action"] and p["row"].is_due), ""),
    }


def _row_sentence(row: ReportRow) -> str:
    report = row.report
    if report is not None and report.state == ReportState.ACCEPTED:
        return f"Accepted on {said(clock.day_of(report.accepted_at))}"  # type: ignore[arg-type]
    if report is not None and report.state == ReportState.SUBMITTED:
        return f"Sent on {said(clock.day_of(report.submitted_at))}"  # type: ignore[arg-type]
    if report is not None and report.state == ReportState.WAIVED:
        return report.waive_reason
    if report is not None and report.state == ReportState.RETURNED:
        return f"An officer asks: {report.return_reason}"
    if not row.is_expected:
        return "Nothing more is asked"
    return _when_sentence(row.point, row.timing)


def _row_action(row: ReportRow, may_write: bool) -> str:
    if row.report is not None and row.is_done:
        return "Read"
    if not may_write or not row.is_expected:
        return "Read" if row.report is not None else ""
    if row.report is not None:
        return "Answer the question" if row.state == ReportState.RETURNED else "Continue"
    if row.point == Point.BASELINE:
        return "Record the baseline"
    return "Start" if row.is_due else ""


def finding(by_point: dict[Point, PointFigures], upto: Point = Point.M12) -> str:
    """The heading over the figures: what the incidents did, in words that claim no cause."""
    order = list(Point)
    baseline = by_point[Point.BASELINE]
    later = [
        f
        for f in by_point.values()
        if f.point != Point.BASELINE
        and order.index(f.point) <= order.index(upto)
        and (sent(f) or f.point == upto)
        and f.measures.incidents is not None
    ]
    before = baseline.measures.incidents
    if not sent(baseline) or not later or before is None:
        return "What the reports say"
    after = later[-1].measures.incidents
    first, last = _cell(before, 1), _cell(after, 1)
    where = f"{first} in 28 days at baseline, {last} at {later[-1].label}"
    if after is None or after == before:
        return f"As many incidents reported as at baseline: {last} in 28 days"
    return f"{'Fewer' if after < before else 'More'} incidents reported: {where}"


# --- the list ---------------------------------------------------------------------------------

_POINTS = list(Point)
_ORDER = ("submitted", "overdue", "returned", "due", "later", "accepted", "waived", "stopped")


@dataclass(frozen=True)
class ListRow:
    """One line of the officers' list."""

    row: ReportRow
    url: str
    label: str
    colour: str
    when: date | None


def sorted_rows(rows: Iterable[ReportRow]) -> list[ListRow]:
    """What waits first: sent, overdue, sent back, due; then what is to come and what is done."""
    ordered = sorted(
        rows,
        key=lambda r: (
            _ORDER.index(r.status),
            r.due_on or date.max,
            r.grant.reference,
            _POINTS.index(r.point),
        ),
    )
    return [
        ListRow(
            row=row,
            url=reverse("outcome-report", args=[row.grant.reference, row.point]),
            label=STATUS_LABEL[row.status],
            colour=STATUS_COLOUR.get(row.status, "grey"),
            when=row.due_on,
        )
        for row in ordered
    ]


def list_stats(rows: list[ReportRow]) -> list[dict[str, Any]]:
    """Four counts over the list, each leading to its rows."""
    address = reverse("outcome-reports")
    return [
        {
            "value": str(sum(row.status == status for row in rows)),
            "label": label,
            "url": f"{address}?status={status}",
        }
        for status, label in (
            ("submitted", "Waiting for an officer"),
            ("overdue", "Overdue"),
            ("due", "Due now"),
            ("accepted", "Accepted"),
        )
    ]
