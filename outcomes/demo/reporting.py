"""What was reported: the baseline, the follow-ups, and then the money is settled and the grant closed."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TYPE_CHECKING

from accounts import clock
from accounts.models import User
from focus_people.enums import PlanPoint
from grants import workflow as money
from grants.models import Grant

from .. import actions, workflow
from ..enums import DUE_AFTER, Point, Rater
from ..indicators import Value, items_at
from ..models import OutcomeReport
from .plan import Case

if TYPE_CHECKING:
    from .story import Story

PLANS = {Point.M3: PlanPoint.AFTER_M3, Point.M6: PlanPoint.AFTER_M6, Point.M12: PlanPoint.AFTER_M12}
# How far things have got at each point: the share of incidents that is left.
LEFT = {Point.BASELINE: 1.0, Point.M3: 0.75, Point.M6: 0.55, Point.M12: 0.45}


def _answers(case: Case, point: str, random: Random) -> dict[str, Value]:
    """An answer to every item of a report, with some not known."""
    start = Random(case.seed)
    incidents = start.randint(6, 26)
    worse = start.random() < 0.12
    left = 1.1 if worse and point != Point.BASELINE else LEFT[Point(point)]
    now = max(0, round(incidents * left))
    serious = min(now, round(start.randint(0, 5) * left))
    level = min(9, start.randint(2, 5) + (0 if worse else int((1 - LEFT[Point(point)]) * 5)))
    numbers: dict[str, int | Decimal] = {
        "incidents": now,
        "serious_incidents": serious,
        "restrictive": round(start.randint(0, 9) * left),
        "prn": round(start.randint(0, 6) * left),
        "quality_of_life": level,
        "outings": start.randint(3, 7) + int((1 - left) * 8),
        "family_wellbeing": max(1, level - 1),
        "leavers": start.randint(1, 4) if point == Point.BASELINE else start.randint(0, 2),
        "headcount": 9,
        "sick_days": start.randint(10, 40),
        "contracted_days": 480,
        "working_together": Decimal(start.randint(30, 38) + int((1 - left) * 15)) / 10,
        "others_count": start.randint(1, 6) if case.others_yes else start.choice((0, 0, 2, 3)),
    }
    life = _life(case, point)
    numbers |= life.numbers
    choices = {
        "contribution": str(start.choice((1, 2, 2, 3))),
        "antipsychotic": start.choice(("unchanged", "unchanged", "reduced", "none")),
        "medicine_reviewed": start.choice(("yes", "yes", "no")),
        "admission": "avoided" if case.person_yes else life.admission,
        "attested_by": life.attested_by,
        "others_effect": start.choice(("avoided", "reduced")) if case.others_yes else "none",
    } | life.choices
    found = {}
    for item in items_at(point):
        if item.code in numbers:
            found[item.code] = Value(number=Decimal(numbers[item.code]))
        elif choices.get(item.code):
            found[item.code] = Value(choice=choices[item.code])
        elif not item.is_optional:
            found[item.code] = Value(status="not_applicable")
    if random.random() < 0.1:
        found["family_wellbeing"] = Value(status="not_known")
    if random.random() < 0.06:
        found["prn"] = Value(status="declined")
    for code in life.not_known & set(found):
        found[code] = Value(status="not_known")
    for code in life.left_out:
        found.pop(code, None)
    asked = {item.code for item in items_at(point) if item.asked(Point(point), found)}
    return {code: value for code, value in found.items() if code in asked}


@dataclass
class Life:
    """What differs from person to person at one point, drawn once for each case."""

    numbers: dict[str, int | Decimal]
    choices: dict[str, str]
    admission: str
    attested_by: str
    not_known: set[str]
    left_out: set[str]


def _life(case: Case, point: str) -> Life:
    """Home, activities, health and team of one case: most get better, some stay, a few get worse.

    Drawn from a seed of its own, so that nothing else of the story moves. Whoever reports an admission
    avoided has no night in hospital and somebody who attests it.
    """
    lot = Random(case.seed + 1)
    step = list(Point).index(Point(point))
    before = lot.choices(("red", "amber", "green"), (4, 5, 2))[0]
    path = lot.choices((1, 0, -1), (68, 24, 8))[0]  # better, the same, worse
    order = ["red", "amber", "green"]
    stability = order[max(0, min(2, order.index(before) + (path if step else 0)))]
    at_risk, breaks = lot.random() < 0.62, lot.random() < 0.07
    away, comes_back = lot.random() < 0.14, lot.random() < 0.3
    grave, grave_ends = lot.random() < 0.16, lot.random() < 0.7
    goes_in, nights = lot.random() < 0.09 and not case.person_yes, lot.randint(3, 40)
    new, stress, drop = lot.random(), lot.randint(3, 8), lot.choice((2, 1, 1, 0, 0, -1))
    health = lot.choices(("better", "same", "worse", ""), (34, 38, 7, 21))[0]
    attested = lot.choice(("social_worker", "commissioner", "registered_manager", "clinician"))
    readmitted = lot.choices(("", "no", "yes"), (88, 9, 3))[0]
    silent = {c for c in ("outings", "restrictive_grave", "stability", "new_activity", "readmitted",
                          "sick_days", "working_together") if lot.random() < 0.05}  # fmt: skip
    is_in = goes_in and bool(step)
    return Life(
        numbers={
            "bed_nights": nights if is_in else 0,
            "breakdowns": int(breaks and at_risk and step == 1),
            "stress": max(0, stress - (drop if step else 0)),
        },
        choices={
            "restrictive_grave": "yes" if grave and not (step and grave_ends) else "no",
            "new_activity": "yes" if new < 0.35 + 0.15 * step else "no",
            "breakdown_risk": "yes" if at_risk else "no",
            "stability": stability,
            "out_of_area": "yes" if away and not (step and comes_back) else "no",
            "readmitted": readmitted,
            "health": health,
        },
        admission="admitted" if is_in else "none_not_at_risk",
        attested_by=attested,
        not_known=silent,
        left_out={"stress"} if lot.random() < 0.3 else set(),
    )


def _fill(report: OutcomeReport, case: Case, by: User, random: Random) -> OutcomeReport:
    return actions.save_report(
        report,
        by=by,
        answers=_answers(case, report.point, random),
        window_end=clock.today() - timedelta(days=1),
        days_observed=random.choice((28, 28, 28, 26)),
        rater=Rater.JOINT,
    )


def baseline(grant: Grant, case: Case, lead: User, random: Random) -> None:
    """The first report; sending it makes the grant active."""
    report = workflow.start_baseline(grant, by=lead)
    workflow.submit(_fill(report, case, lead, random), by=lead)


def report(
    story: "Story", grant: Grant, case: Case, lead: User, officer: User, random: Random
) -> None:
    """The baseline is accepted, and each follow-up that this case sends; the money is settled after the first of
    them, and the grant is closed after the last."""
    from .story import on

    with on(case.starts_on - timedelta(days=2), 15):
        workflow.accept(OutcomeReport.objects.filter(grant=grant).baselines().get(), by=officer)
    for point in map(Point, case.reports):
        day = case.starts_on + timedelta(days=DUE_AFTER[point] + random.randint(-12, 8))
        with on(day):
            made = follow_up(story, grant, case, lead, point, random)
        with on(day + timedelta(days=random.randint(1, 9)), 15):
            workflow.accept(made, by=officer)
        if point == Point.M3:
            _settle(story, grant, case, lead, officer, day + timedelta(days=12))
    with on(day + timedelta(days=21)):
        money.close(Grant.objects.get(pk=grant.pk), by=officer)


def follow_up(
    story: "Story", grant: Grant, case: Case, lead: User, point: str, random: Random
) -> OutcomeReport:
    """Send one follow-up, with the week of support as it is at that point."""
    made = workflow.start_report(grant, point, by=lead)
    if point == Point.M3:
        actions.confirm_no_change(made, by=lead)
    else:
        _plan(story, grant, case, lead, Point(point))
    return workflow.submit(_fill(made, case, lead, random), by=lead)


def _plan(story: "Story", grant: Grant, case: Case, lead: User, point: Point) -> None:
    """The week of support at this point: fewer staff by day for those whose ratio falls."""
    person = grant.application.person
    before = person.plans.filter(point=PlanPoint.BEFORE).order_by("-version")[0]
    staff = before.lines.order_by("number")[0].staff
    nights = before.lines.order_by("-number")[0].staff
    if case.ratio_falls and staff > 1:
        staff -= 1
    story.plan(person, lead, PLANS[point], staff, min(nights, staff))
    if case.seed % 3:
        story.confirm(person, PLANS[point])


def _settle(story: "Story", grant: Grant, case: Case, lead: User, officer: User, day: date) -> None:
    """One final claim over all lines, and the last payment."""
    from .story import on

    with on(day):
        grant = money.start_reporting(Grant.objects.get(pk=grant.pk), by=lead)
        claim = money.add_claim(grant, by=lead)
        spent = {}
        for row in claim.lines.select_related("line"):
            amount = (row.line.total * case.spent_share).quantize(Decimal("0.01"), ROUND_HALF_UP)
            spent[row.line.number] = (amount, "")
        claim = money.fill_claim(claim, by=lead, lines=spent, is_final=True)
        claim = money.submit_claim(claim, by=lead)
    with on(day + timedelta(days=3)):
        money.accept_claim(claim, by=officer)
        grant = Grant.objects.get(pk=grant.pk)
        for condition in grant.conditions.all():
            money.meet_condition(condition, by=officer, outcome="met")
        payment = money.prepare_final_payment(grant, by=officer)
    with on(day + timedelta(days=5)):
        payment = money.approve_payment(payment, by=story.staff["finance"])
        money.mark_paid(payment, by=story.staff["finance"])
