"""The four points of a grant as figures, and what they say together: the course as a table and as a
picture, its finding in words, the guardrails.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from focus_people.models import SupportPlan
from focus_people.reports import figures_of
from grants.models import Grant

from .. import indicators
from ..enums import (
    Point,
    ReportState,
    Verdict,
)
from ..models import Answer, OutcomeReport
from ..reports.figure import Column
from ..reports.pictures import Picture
from ..reports.pictures import Series as PictureSeries
from ..schedule import PLAN_POINT


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


def plain(value: Any) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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
        rows.append([label, *(last_said(f, indicators.BY_CODE[code]) for f in shown)])
    return {"columns": columns, "rows": rows if shown else [], "count": len(shown)}


def _cell(value: Any, places: int) -> str:
    number = indicators.rounded(value, places)
    return "No figure" if number is None else plain(number)


def last_said(figures: PointFigures, item: indicators.Item) -> str:
    if figures.point not in item.points:
        return "Not asked"
    answer = figures.answers.get(item.code)
    return answer.said if answer is not None else "–"


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


VERDICT_SHAPE = {Verdict.YES: "good", Verdict.NO: "stop", Verdict.CANNOT_SHOW: "look"}
VERDICT_WORD = {Verdict.YES: "Met", Verdict.NO: "Not met", Verdict.CANNOT_SHOW: "Cannot be shown"}


def guardrails_box(by_point: dict[Point, PointFigures], now: PointFigures) -> dict[str, Any] | None:
    """The five guardrails of a follow-up with both figures; None for the baseline."""
    if now.point == Point.BASELINE:
        return None
    baseline = by_point[Point.BASELINE]
    result = indicators.safe_reduction(baseline.measures if sent(baseline) else None, now.measures)
    words = VERDICT_WORD if sent(now) else VERDICT_WORD | {Verdict.CANNOT_SHOW: "No figure yet"}
    is_empty = not sent(now) and all(g.verdict == Verdict.CANNOT_SHOW for g in result.guardrails)
    return {
        "rows": [
            {
                "title": g.title,
                "detail": g.detail,
                "tone": VERDICT_SHAPE[g.verdict],
                "word": words[g.verdict],
            }
            for g in result.guardrails
        ],
        "sentence": "Worked out as you answer: it counts as safe once all five are met."
        if is_empty
        else result.sentence,
        "verdict": result.verdict,
        "is_safe": result.verdict == Verdict.YES,
        "is_empty": is_empty,
        "rater_changed": result.rater_changed,
    }
