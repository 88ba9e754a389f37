"""What was learned: the baseline first, then activities with their sessions and who was there."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from accounts.models import User
from focus_people.models import CircleMember
from grants.models import Grant
from training import actions, workflow
from training.models import Activity

from . import reporting
from .plan import Case, Learning

if TYPE_CHECKING:
    from .story import Story

DOMAINS = ["confidence", "competence", "skills"]


def learn(
    story: "Story", grant: Grant, case: Case, lead: User, random: Random, *, finish: bool = True
) -> None:
    """The baseline a week before the first session, then everything the case plans to learn."""
    from .story import on

    with on(case.starts_on - timedelta(days=6), 16):
        reporting.baseline(grant, case, lead, random)
    members = story.members(grant.application.person)
    line = grant.application.lines.order_by("number")[0]
    need = line.needs.order_by("number")[0]
    held_on = case.starts_on
    for planned in case.learning:
        with on(held_on - timedelta(days=3)):
            activity = actions.plan_activity(
                grant,
                by=lead,
                title=planned.title,
                budget_line=line,
                need=need,
                topic=planned.topic,
                mode=planned.mode,
                learning_domains=DOMAINS,
                trainer="PBS practitioner",
                planned_people=planned.completers,
                session_hours=Decimal("6.00") if planned.sessions == 1 else Decimal("3.00"),
                is_joint=True,
            )
        held_on = hold(activity, planned, lead, members, held_on, random)
    if finish:
        with on(held_on + timedelta(days=2)):
            story.finish(grant, lead)


def hold(
    activity: Activity,
    planned: Learning,
    lead: User,
    members: list[CircleMember],
    first: date,
    random: Random,
) -> date:
    """Hold every session: the completers come to all, somebody else now and then to one of several."""
    from .story import on

    present = random.sample(members, planned.completers)
    others = [m for m in members if m not in present]
    day = first
    for n in range(planned.sessions):
        here = list(present)
        if n == 0 and planned.sessions > 1 and others and random.random() < 0.3:
            here.append(random.choice(others))
        with on(day, 9):
            session = workflow.plan_session(activity, by=lead, held_on=day)
        with on(day, 17):
            workflow.deliver_session(session, by=lead, present=here)
        day += timedelta(days=random.choice((7, 14)))
    return day
