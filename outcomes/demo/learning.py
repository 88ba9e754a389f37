"""What was learned: the baseline first, then activities with their sessions and who was there."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from accounts.models import User
from accounts.state import NotReady
from focus_people.models import CircleMember
from grants.models import Grant
from training import actions, workflow
from training.models import Activity
from training.models.rating import ITEMS
from training.workflow import ratings as asking

from . import reporting
from .plan import Case, Learning

if TYPE_CHECKING:
    from .story import Story

# In one case of so many, learners are asked how confident they are.
ASKED_EVERY = 28
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
            is_asked = finish and planned is case.learning[-1] and case.number % ASKED_EVERY == 3
            if is_asked:
                activity = asking.ask_learners(activity, by=lead)
                _rated(activity, random=Random(case.seed + 2), gain=0)
        held_on = hold(activity, planned, lead, members, held_on, random)
        if is_asked:
            with on(activity.sessions.order_by("-held_on")[0].held_on + timedelta(days=1)):
                _rated(activity, random=Random(case.seed + 2), gain=2)
    if finish:
        with on(held_on + timedelta(days=2)):
            story.finish(grant, lead)


def _rated(activity: Activity, *, random: Random, gain: int) -> None:
    """Most learners answer through their links: before, and (with a gain for most) just after."""
    for link in activity.rating_links.select_related("activity", "member").order_by(
        "member__number"
    ):
        base, moved, keeps = random.randint(3, 7), random.choice((2, 2, 1, 0, -1)), random.random()
        level = max(1, min(10, base + (moved if gain else 0)))
        if keeps > 0.9:
            continue
        answers = {item: max(1, min(10, level + random.choice((-1, 0, 0, 1)))) for item in ITEMS}
        culture, stress = min(5, 2 + level // 3), max(0, 8 - level)
        # Only those who completed it are asked afterwards.
        with suppress(NotReady):
            asking.give_rating(link, **answers, culture=culture, stress=stress)


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
