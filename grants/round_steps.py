"""What is to be looked through before a round can be published, worked out from the round itself."""

from django.urls import reverse

from accounts import clock
from accounts.written import day, pounds

from .models import Round
from .models.programme import short_number
from .tasks import DONE, LOOK, OPTIONAL, TO_DO, Group, Task


def _task(name: str, url: str, said: str, wrong: list[str], fine: str = DONE) -> Task:
    return Task(name, TO_DO if wrong else fine, url, " ".join(wrong) or said)


def steps(round: Round, *, may_change: bool) -> list[Group]:
    """The parts of a round in draft, each with what it says or what is wrong with it. Without `may_change`
    nothing leads anywhere."""
    terms, programme = round.terms, round.programme
    until = round.last_day
    days = f"Opens on {day(round.opens_at)}, last day {day(until)}."
    settings = f"{round.get_absolute_url()}change/"
    full, short = terms.counts()
    gone = until < clock.today()
    tasks = [
        _task(
            "Say who pays",
            reverse("programme-funders", args=[programme.slug]),
            f"{programme.paid_for_by}.",
            programme.funder_blockers(),
        ),
        _task(
            "Set the days and the money",
            settings,
            f"{days} Budget {pounds(round.budget)}, {pounds(round.minimum)} to "
            f"{pounds(round.maximum)} each.{' The last day is over.' if gone else ''}",
            [],
            LOOK if gone else DONE,
        ),
        _task(
            "Say what it looks for first",
            settings,
            "Said." if round.priorities else "Nothing is said yet.",
            [],
            DONE if round.priorities else OPTIONAL,
        ),
        _task(
            "Look through the questions",
            "#questions",
            f"{full} questions in the full form, {short} in the short one.",
            terms.question_blockers(),
        ),
        _task(
            "Look through the criteria",
            "#criteria",
            "Their weights add up to 100.",
            terms.criterion_blockers(),
        ),
        _task(
            "Set the score to reach",
            reverse("round-bar", args=[round.reference]),
            f"{short_number(terms.threshold)} of 100, {terms.quorum} scores for each case.",
            [],
        ),
    ]
    if not may_change:
        tasks = [Task(one.name, one.status, "", one.hint) for one in tasks]
    return [Group("", tasks)]
