"""Outcome reports of the worked example (domain 10.3), through the verbs that the pages use.

Points are `Point` values. Dates follow the grant's first delivered session, so the clock may stand
anywhere from which the report can be sent: `heron_report` reads it, and never moves it.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import User
from grants.models import Grant
from outcomes import actions, workflow
from outcomes.enums import AnswerStatus, Point, Rater
from outcomes.indicators import BY_CODE, Value
from outcomes.models import OutcomeReport
from tests.factories.accounts import staff
from training.actions import plan_activity
from training.enums import LearningDomain, Mode
from training.models import Session
from training.workflow import deliver_session, plan_session

NOT_APPLICABLE = AnswerStatus.NOT_APPLICABLE

# Item → what HERON's four reports say. Whole days of sickness give 7.9, 6.8, 5.4 and 5.0% of 520.
HERON: dict[Point, dict[str, Any]] = {
    Point.BASELINE: {
        "incidents": 22,
        "serious_incidents": 5,
        "restrictive": 9,
        "restrictive_grave": "no",
        "prn": 6,
        "antipsychotic": "unchanged",
        "medicine_reviewed": "no",
        "quality_of_life": 4,
        "outings": 5,
        "family_wellbeing": 3,
        "bed_nights": 0,
        "breakdown_risk": "yes",
        "breakdowns": 0,
        "stability": "red",
        "out_of_area": "no",
        "leavers": 4,
        "headcount": 9,
        "sick_days": 41,
        "contracted_days": 520,
        "working_together": "2.6",
    },
    Point.M3: {
        "incidents": 15,
        "serious_incidents": 3,
        "restrictive": 5,
        "restrictive_grave": "no",
        "prn": 4,
        "antipsychotic": "unchanged",
        "medicine_reviewed": "yes",
        "quality_of_life": 5,
        "outings": 7,
        "new_activity": "no",
        "family_wellbeing": 5,
        "bed_nights": 0,
        "admission": "avoided",
        "contribution": "2",
        "attested_by": "registered_manager",
        "readmitted": NOT_APPLICABLE,
        "breakdowns": 0,
        "stability": "amber",
        "out_of_area": "no",
        "sick_days": "35.5",
        "contracted_days": 520,
        "working_together": "3.5",
        "others_count": 3,
        "others_effect": "none",
    },
    Point.M6: {
        "incidents": 9,
        "serious_incidents": 1,
        "restrictive": 2,
        "restrictive_grave": "no",
        "prn": 1,
        "antipsychotic": "reduced",
        "medicine_reviewed": "yes",
        "quality_of_life": 6,
        "outings": 11,
        "new_activity": "yes",
        "family_wellbeing": 6,
        "bed_nights": 0,
        "admission": "avoided",
        "contribution": "2",
        "attested_by": "registered_manager",
        "readmitted": NOT_APPLICABLE,
        "breakdowns": 0,
        "stability": "green",
        "out_of_area": "no",
        "sick_days": 28,
        "contracted_days": 520,
        "working_together": "4.1",
        "others_count": 4,
        "others_effect": "none",
    },
    Point.M12: {
        "incidents": 7,
        "serious_incidents": 0,
        "restrictive": 1,
        "restrictive_grave": "no",
        "prn": 1,
        "antipsychotic": "reduced",
        "medicine_reviewed": "yes",
        "quality_of_life": 7,
        "outings": 12,
        "new_activity": "yes",
        "family_wellbeing": 7,
        "bed_nights": 0,
        "admission": "avoided",
        "contribution": "2",
        "attested_by": "registered_manager",
        "readmitted": NOT_APPLICABLE,
        "breakdowns": 0,
        "stability": "green",
        "out_of_area": "no",
        "leavers": 1,
        "headcount": 9,
        "sick_days": 26,
        "contracted_days": 520,
        "working_together": "4.4",
        "others_count": 4,
        "others_effect": "none",
    },
}


def values(said: dict[str, Any]) -> dict[str, Value | None]:
    """Plain answers as values: a number or text for what it is, a status for a missing one."""
    found: dict[str, Value | None] = {}
    for code, answer in said.items():
        if answer is None:
            found[code] = None
        elif isinstance(answer, AnswerStatus):
            found[code] = Value(status=answer)
        elif BY_CODE[code].is_choice:
            found[code] = Value(choice=str(answer))
        else:
            found[code] = Value(number=Decimal(str(answer)))
    return found


def filled(
    report: OutcomeReport, by: User, said: dict[str, Any] | None = None, **more: Any
) -> OutcomeReport:
    """The report with HERON's answers of its point, those of `said` in their place (None: left out)."""
    window_end = more.pop("window_end", clock.today() - timedelta(days=1))
    return actions.save_report(
        report,
        by=by,
        answers=values(HERON[Point(report.point)] | (said or {})),
        window_end=window_end,
        days_observed=more.pop("days_observed", 28),
        rater=more.pop("rater", Rater.JOINT),
        **more,
    )


def drafted(
    grant: Grant, point: Point, by: User, said: dict[str, Any] | None = None, **more: Any
) -> OutcomeReport:
    """HERON's report of a point, filled in and not sent."""
    return filled(workflow.start_report(grant, point, by=by), by, said, **more)


def heron_baseline(
    grant: Grant, by: User, said: dict[str, Any] | None = None, **more: Any
) -> OutcomeReport:
    """HERON's baseline, sent: the grant is active afterwards (read it afresh)."""
    return workflow.submit(drafted(grant, Point.BASELINE, by, said, **more), by=by)


def heron_report(
    grant: Grant, point: Point, by: User, said: dict[str, Any] | None = None, **more: Any
) -> OutcomeReport:
    """HERON's follow-up of a point, sent today."""
    return workflow.submit(drafted(grant, point, by, said, **more), by=by)


def accepted(report: OutcomeReport, by: User | None = None) -> OutcomeReport:
    """The report, accepted by an officer."""
    return workflow.accept(report, by=by or staff(TeamRole.OFFICER))


def first_session(grant: Grant, by: User, on: date | None = None) -> Session:
    """A session of the practitioner days, held on `on` (today) with two people of the circle."""
    line = grant.application.lines.get(number=1)
    activity = plan_activity(
        grant,
        by=by,
        title="PBS practitioner days",
        budget_line=line,
        need=line.needs.order_by("number")[0],
        topic="PBS_PRACTITIONER",
        mode=Mode.COURSE,
        learning_domains=[LearningDomain.SKILLS],
        trainer="Example Training",
        planned_people=12,
        session_hours=Decimal(6),
    )
    session = plan_session(activity, by=by, held_on=on or clock.today())
    present = grant.application.person.circle.order_by("number")[:2]
    return deliver_session(session, by=by, present=present)
