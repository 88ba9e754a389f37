"""The panel's part of the story: seats, declarations, sheets, flags, the conclusion."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from accounts import clock
from accounts.models import Organisation, User
from grants.enums import Outcome
from grants.models import Application
from panel import actions, workflow
from panel.enums import BiasCheck
from panel.models import Assessment, Panellist
from panel.reports.moderation import case_scores, counting_assessments
from panel.reports.service import earned_by_panellists

from . import words

if TYPE_CHECKING:
    from .story import Story

CONDITION = "Show us the refreshed working policy within 3 months"
SEATED = (("panel.one", False), ("panel.two", True), ("panel.three", False), ("panel.four", False))

AREAS = {
    "panel.one": ["behaviour", "autism"],
    "panel.two": ["families", "communication"],
    "panel.three": ["behaviour", "mental_health", "hospital"],
    "panel.four": ["communication", "epilepsy"],
}
REGIONS = {
    "panel.one": "north_west",
    "panel.two": "london",
    "panel.three": "south_west",
    "panel.four": "yorkshire",
}


def panellists(staff: dict[str, User]) -> list[Panellist]:
    """The panel takes its seats; the second member is an expert by experience."""
    return [
        actions.seat_panellist(
            staff[name],
            by=staff["lead"],
            is_lived_experience=lived,
            expertise="Expert by experience" if lived else "Positive behaviour support",
            areas=AREAS[name],
            region=REGIONS[name],
        )
        for name, lived in SEATED
    ]


def seat_at(story: "Story", name: str, *, employer: Organisation, words: str) -> Panellist:
    """A member whose employer applies too: every door of its cases stays closed to them."""
    return actions.seat_panellist(
        story.staff[name], by=story.staff["lead"], expertise=words, employer=employer
    )


def seats(story: "Story", made: Application, day: date, random: Random) -> list[Assessment]:
    """Three members, always one with lived experience, who declare no interest."""
    from .story import on

    lived, *others = sorted(story.assessors, key=lambda p: not p.is_lived_experience)
    free = [p for p in others if p.employer_id != made.organisation_id]
    chosen = [lived, *random.sample(free, 2)]
    with on(day, 17):
        given = workflow.assign(
            made, panellists=chosen, due_on=day + timedelta(days=10), by=story.chair
        )
    found = []
    with on(day + timedelta(days=1), 9):
        for assignment, panellist in zip(given, chosen, strict=True):
            workflow.declare(assignment, by=panellist.user, has_interest=False)
            sheet = Assessment.objects.get(assignment=assignment)
            sheet.assignment = assignment
            assignment.panellist = panellist
            found.append(sheet)
    return found


def brief(story: "Story") -> None:
    """Everybody is briefed for the story's round, and has looked through their register."""
    for person in story.assessors:
        actions.keep_service(
            person,
            story.round,
            by=story.staff["lead"],
            briefed_on=clock.today(),
            fee=Decimal("120.00") if person.is_lived_experience else Decimal("0.00"),
        )
        actions.confirm_register(person, by=person.user)


def pay(story: "Story") -> None:
    """Finance pays for the cases of the story's round, two weeks after the last of them was concluded."""
    from .story import on

    finance = story.staff["finance"]
    for row in earned_by_panellists(finance):
        if row.round == story.round and row.owed_cases:
            with on(row.last_on + timedelta(days=14)):
                actions.pay_participation(row.service, by=finance, cases=row.owed_cases)


def score(sheet: Assessment, scores: tuple[int, ...]) -> None:
    """Fill a sheet: a score and a reason for each criterion."""
    by = sheet.assignment.panellist.user
    codes = [f"C{n}" for n in range(1, 8)]
    given = {
        code: actions.Given(score=value, reason=words.REASONS[value])
        for code, value in zip(codes, scores, strict=True)
    }
    actions.save_scores(sheet, by=by, scores=given)


def send(sheet: Assessment) -> None:
    """Submit a sheet with the three checks ticked."""
    by = sheet.assignment.panellist.user
    workflow.submit_assessment(sheet, by=by, checks=list(BiasCheck.values))


def judge(
    story: "Story",
    made: Application,
    scores: list[tuple[int, ...]],
    from_day: date,
    until: date,
    random: Random,
) -> None:
    """From the seats to the conclusion, between two days; the suggestion of the rules is followed."""
    from .story import on

    sheets = seats(story, made, from_day, random)
    scored = from_day + timedelta(days=max(2, (until - from_day).days * 2 // 3))
    with on(scored, 14):
        for sheet, given in zip(sheets, scores, strict=True):
            score(sheet, given)
            send(sheet)
    with on(max(until, scored), 15):
        conclude(story, made, random)


def conclude(story: "Story", made: Application, random: Random) -> None:
    """The chair takes the chair of the case, resolves what is flagged and concludes."""
    chair = Panellist.objects.filter(user=story.chair).first()
    if chair is not None and chair.is_register_due:
        actions.confirm_register(chair, by=story.chair)
    workflow.declare_as_chair(made, by=story.chair, has_interest=False)
    found = case_scores(made, counting_assessments(made))
    for flag in found.open_flags:
        workflow.resolve_flag(
            made, by=story.chair, flag=flag.key, words="Discussed; the scores stand."
        )
    suggestion = found.suggestion
    if suggestion is None:
        raise ValueError(f"nobody’s sheet counts for {made}")
    approve = suggestion.outcome == Outcome.APPROVE
    conditions = [CONDITION] if approve and random.random() < 0.2 else []
    outcome = Outcome.APPROVE_WITH_CONDITIONS if conditions else suggestion.outcome
    newest = made.case_files.order_by("-version")[0]
    workflow.conclude(
        made,
        by=story.chair,
        outcome=outcome,
        amount=Decimal(newest.content["eligible"]) if approve else Decimal("0.00"),
        feedback={row.criterion.code: words.REASONS[round(row.average or 0)] for row in found.rows},
        reasons="The panel agreed, on the published criteria.",
        conditions=conditions,
    )
