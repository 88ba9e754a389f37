"""The pages of one report: before it is started, as a form, to check and to read."""

from typing import Any

from django.urls import reverse

from accounts import clock, written
from accounts.shapes import SummaryRow
from focus_people.enums import Confidence
from focus_people.reports import figures_of
from grants.models import Grant

from .. import indicators
from ..enums import (
    ADMISSION_CLAIMS,
    COUNT_DAYS,
    POINT_TITLE,
    AnswerStatus,
    Point,
    Rater,
)
from ..forms import Question, ReportForm
from ..models import OutcomeReport
from ..models.indicator import own_items
from ..schedule import PLAN_POINT, start_of, timing
from .points import (
    PointFigures,
    course_table,
    events_picture,
    figures_by_point,
    guardrails_box,
    last_said,
    plain,
    sent,
)


def saved_time(report: OutcomeReport) -> str:
    """14:32, in London, of the last save."""
    if report.saved_at is None:
        return ""
    return f"{report.saved_at.astimezone(clock.LONDON):%H:%M}"


def start_page(grant: Grant, point: str) -> dict[str, Any]:
    """Before a report is started: what it asks for and by when."""
    when = timing(point, start_of(grant))
    return {
        "grant": grant,
        "person": grant.application.person,
        "point": point,
        "report_title": POINT_TITLE[Point(point)],
        "when": when,
        "lead": when_sentence(Point(point), when),
        "sections": _sections_words(Point(point)),
    }


def _sections_words(point: Point) -> list[tuple[str, int]]:
    counts = dict.fromkeys(indicators.SECTIONS, 0)
    for item in [*indicators.items_at(point), *own_items(point, clock.now())]:
        counts[item.section] += 1
    return [(name, count) for name, count in counts.items() if count]


def when_sentence(point: Point, when: Any) -> str:
    if point == Point.BASELINE:
        return (
            "Count events over 28 days that end no more than 28 days before the first session. "
            "Training can be logged once the baseline is in."
        )
    if when.due_on is None:
        return "It is due counted from the first session, which has not been held yet."
    return (
        f"Due on {written.day(when.due_on)}. It can be sent between {written.day(when.opens_on)} "
        f"and {written.day(when.closes_on)}."
    )


def _frame(report: OutcomeReport) -> dict[str, Any]:
    """What every page of a report shares."""
    grant = report.grant
    by_point = figures_by_point(grant)
    now = by_point[Point(report.point)]
    when = timing(report.point, start_of(grant))
    days = ""
    if report.window_start and report.window_end:
        days = f"{written.day(report.window_start)} to {written.day(report.window_end)}"
    return {
        "grant": grant,
        "person": grant.application.person,
        "report": report,
        "report_title": report.title,
        "lead": when_sentence(Point(report.point), when),
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
                    last=[(f.label, last_said(f, item)) for f in before],
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
        for item in report.items:
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
                    "last": [(f.label, last_said(f, item)) for f in before],
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
        days = f"{written.day(report.window_start)} to {written.day(report.window_end)}"
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
    asked = [i for i in report.items if i.asked(Point(report.point), values)]
    asked = [i for i in asked if not i.is_optional or i.code in values]
    held = [values[i.code] for i in asked if i.code in values]
    rows = [("Answered", f"{sum(v.is_value for v in held)} of {len(asked)}")]
    for status in AnswerStatus:
        if status != AnswerStatus.VALUE:
            rows.append((str(status.label), str(sum(v.status == status for v in held))))
    rows.append(("No answer yet", str(len(asked) - len(held))))
    return rows


def plan_box(report: OutcomeReport, by_point: dict[Point, PointFigures]) -> dict[str, Any]:
    """The figures of this point's plan version, or how to make it."""
    figures = by_point[Point(report.point)]
    person = report.grant.application.person
    plan = figures.plan
    box: dict[str, Any] = {
        "label": PLAN_POINT[Point(report.point)].label,
        "plans_url": f"{reverse('new-plan', args=[person.reference])}?point={PLAN_POINT[Point(report.point)]}",
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
            f"{plain(totals.peak_ratio)}\u00a0:\u00a01" if totals.peak_ratio else "No figure",
        ),
        ("Paid hours a week", plain(totals.paid_hours)),
        ("Cost a week", written.money(totals.weekly_cost)),
        ("Unpaid family hours a week", plain(totals.family_hours)),
        ("Confidence", Confidence(plan.confidence).label),
    ]
    return box
