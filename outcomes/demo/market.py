"""Who teaches what, a session that several circles may share, and a health task that a clinician signed off."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accounts import clock
from accounts.models import User
from grants.models import Grant
from training import actions, workflow
from training.models import TrainingProvider

if TYPE_CHECKING:
    from .live import Live

NORTH = ["north_west", "north_east", "yorkshire"]
# name, about, topics, regions, per person and day, per group and day, framework areas, days until review
PROVIDERS: tuple[tuple[Any, ...], ...] = (
    (
        "Harbour Skills",
        "PBS practitioners and family carers who teach together.",
        ["PBS_FOUNDATION", "PBS_PRACTITIONER", "FA", "PBSPLAN"],
        NORTH,
        None,
        "850.00",
        ["environments", "assessment", "plan"],
        300,
    ),
    (
        "Quiet Room Training",
        "Occupational and speech therapists. Groups of up to ten.",
        ["SENSORY", "COMM", "INTINT"],
        [*NORTH, "west_midlands", "south_west"],
        "75.00",
        "600.00",
        ["environments"],
        20,
    ),
    (
        "Second Voice CIC",
        "Autistic trainers.",
        ["AUT_T2", "TRAUMA", "RRP", "LOWAROUSAL"],
        ["south_west", "london"],
        "95.00",
        None,
        [],
        0,
    ),
)


def tell(live: "Live", grant: Grant, lead: User) -> None:
    """The directory, an open session, and on a running grant a delegated task with its review coming."""
    officer = live.story.staff["officer"]
    with live.ago(340):
        made = [_listed(live, officer, row) for row in PROVIDERS]
    held_on = live.today + timedelta(days=16)
    with live.ago(6):
        workflow.open_shared(
            by=officer,
            topic="INTINT",
            region="",
            provider=made[1],
            held_on=held_on,
            hours=Decimal("5.00"),
            mode="online",
            seats=20,
            seat_price=Decimal("45.00"),
            book_by=held_on - timedelta(days=7),
        )
    _delegated(live, grant, lead)


def _listed(live: "Live", officer: User, row: tuple) -> TrainingProvider:
    name, about, topics, regions, person, group, areas, days = row
    made = workflow.list_provider(
        by=officer,
        name=name,
        about=about,
        topics=topics,
        regions=regions,
        cost_person_day=Decimal(person) if person else None,
        cost_day=Decimal(group) if group else None,
        group_size=10 if name.startswith("Quiet") else 15,
        framework_areas=areas,
        tiers=["2", "3"] if "AUT_T2" in topics else [],
    )
    if not days:
        return made
    review_on = live.today + timedelta(days=days)
    return workflow.approve_provider(
        made, by=officer, review_on=review_on, basis="Two references and a sample day"
    )


def _delegated(live: "Live", grant: Grant, lead: User) -> None:
    """Buccal midazolam: four attended, two are signed off, and one review is due in three weeks."""
    line = grant.application.lines.order_by("number")[0]
    members = live.story.members(grant.application.person)[:4]
    with live.ago(60):
        activity = actions.plan_activity(
            grant,
            by=lead,
            title="Buccal midazolam for this person",
            budget_line=line,
            need=line.needs.order_by("number")[0],
            topic="EPILEPSY_BUCCAL",
            mode="competency_assessment",
            learning_domains=["competence", "skills"],
            trainer="Epilepsy nurse",
            planned_people=4,
            session_hours=Decimal("2.00"),
        )
        held = workflow.plan_session(activity, by=lead, held_on=clock.today())
        workflow.deliver_session(held, by=lead, present=members)
    with live.ago(50):
        for member, days in zip(members, (21, 300), strict=False):
            workflow.sign_off(
                activity,
                by=lead,
                member=member,
                clinician="epilepsy_nurse",
                signed_on=clock.today(),
                review_on=live.today + timedelta(days=days),
            )
