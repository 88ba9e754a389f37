"""What people say: a published wave of the survey and a small one, one that is open, and a few stories."""

from datetime import timedelta
from typing import TYPE_CHECKING

from focus_people import actions as people
from focus_people.enums import ConsentBasis, DecisionMaker
from focus_people.models import FocusPerson
from grants.models import Programme

from .. import stories as telling
from ..models import SurveyWave
from ..survey import workflow
from ..survey.questions import first_words

if TYPE_CHECKING:
    from accounts.models import User

    from .live import Live

# question → how often each answer is given, out of 40; what is left over leaves the question out.
SAID = {
    "helped": {"completely": 18, "some": 15, "no": 5, "dont_know": 2},
    "speed": {"right": 15, "bit": 14, "much": 10},
    "information": {"very_easy": 4, "easy": 13, "neither": 9, "hard": 10, "very_hard": 3},
    "involved": {"fully": 17, "partly": 14, "no": 8},
    "control": {"2": 6, "3": 12, "4": 14, "5": 6},
    "choice": {"2": 8, "3": 13, "4": 12, "5": 5},
    "flexibility": {"1": 4, "2": 8, "3": 12, "4": 10, "5": 4},
    "getting": {"3": 5, "5": 11, "6": 9, "7": 9, "8": 5},
    "achieved": {"5": 6, "6": 6, "7": 10, "8": 10, "9": 7},
    "recommend": {"extremely_likely": 14, "likely": 16, "neither": 6, "unlikely": 3},
    "improve": {"time": 14, "information": 9, "form": 6, "say": 5, "after": 4},
}
GROUPS = ("family", "worker", "person", "family", "worker")
STORIES = (
    (
        "Good morning",
        "He says good morning by name now, and swims most weeks. The team sees the shouting as “I am worried "
        "about what comes next”, and shows what comes next.",
        "He swims most weeks.\nThe team shows him what comes next.",
        ["relationships", "empathy"],
        "staff",
    ),
    (
        "The bus to the market",
        "We used to go everywhere by car, at night, when nobody was about. After we had all learned together, "
        "his mother, his support workers and the nurse, we tried the bus. Now he chooses the vegetables.",
        "We learned together.\nNow he goes to the market by bus.",
        ["community", "together", "independence"],
        "family",
    ),
    (
        "My own kettle",
        "I make my own tea. Before, they said it was not safe. Now they know how to help me and I know when "
        "to ask.",
        "I make my own tea.\nI know when to ask.",
        ["independence", "communication"],
        "person",
    ),
)


def _answers(count: int) -> list[dict[str, str]]:
    """So many people's answers, in the shares of `SAID`."""
    columns = {
        question: [choice for choice, n in given.items() for _ in range(n)]
        for question, given in SAID.items()
    }
    return [
        {
            question: held[place]
            for n, (question, held) in enumerate(columns.items())
            if (place := (7 * i + 11 * n) % 40) < len(held)
        }
        for i in range(count)
    ]


def survey(live: "Live") -> None:
    """A wave of 40 answers with what is done about it, one of 6 that shows nothing, and one to answer."""
    host, lead = live.story.staff["host"], live.story.staff["lead"]
    programme = Programme.objects.get(slug="pwb-now")
    with live.ago(300):
        wording = workflow.word_survey(
            by=host,
            texts=first_words(),
            co_produced="eight members of two self-advocacy groups and three family carers",
        )

    def wave(title: str, opens: int, closes: int) -> SurveyWave:
        with live.ago(opens):
            made = workflow.plan_wave(
                by=host,
                programme=programme,
                wording=wording,
                title=title,
                closes_on=live.today - timedelta(days=closes),
            )
            return workflow.open_wave(made, by=host)

    for title, opens, closes, count in (("First year", 200, 150, 40), ("One month on", 120, 90, 6)):
        made = wave(title, opens, closes)
        with live.ago(opens - 10):
            workflow.invite(made, by=host, codes=count + count // 2)
            codes = made.codes.order_by("pk")[:count]
            for n, (code, given) in enumerate(zip(codes, _answers(count), strict=True)):
                workflow.answer(code, group=GROUPS[n % len(GROUPS)], answers=given)
        with live.ago(closes):
            made = workflow.close_wave(made, by=host)
        with live.ago(closes - 7):
            if count == 40:
                made = workflow.publish_wave(made, by=host)
                _improve(live, made, lead)
    with live.ago(7):
        workflow.invite(wave("This year", 8, -30), by=host, codes=12)


def _improve(live: "Live", made: SurveyWave, lead: "User") -> None:
    """One improvement that is done, one that is not."""
    first = workflow.improve(
        made,
        by=lead,
        said="Six in ten said that getting a budget took too long",
        action="Decisions within 30 days, and a short form for smaller grants",
        owner="Programme lead",
        due_on=live.today - timedelta(days=60),
    )
    workflow.improve(
        made,
        by=lead,
        said="Information was hard to find",
        action="A two-minute check whether you can apply, and a guide in easy read",
        owner="Grants officer",
        due_on=live.today + timedelta(days=45),
    )
    workflow.finish(first, by=lead, evidence="The short form is open, and a clock shows the days")


def stories(live: "Live", lead: "User") -> None:
    """Two stories that everybody reads, and one that waits for a second person."""
    officer = live.story.staff["officer"]
    held = FocusPerson.objects.filter(organisation=live.larchwood).order_by("pk")[: len(STORIES)]
    for n, (person, (title, words, easy, themes, told_by)) in enumerate(
        zip(held, STORIES, strict=False)
    ):
        people.record_consent(
            person,
            by=lead,
            basis=ConsentBasis.CONSENTED,
            decided_on=live.today - timedelta(days=21),
            decision_maker=DecisionMaker.PERSON,
            covers_story=True,
        )
        made = telling.write_story(
            person,
            by=lead,
            title=title,
            words=words,
            easy_read=easy,
            themes=themes,
            told_by=told_by,
            agreed_on=live.today - timedelta(days=21),
            expires_on=live.today + timedelta(days=500),
            in_public=True,
            in_reports=True,
        )
        made = telling.submit_story(made, by=lead)
        if n < 2:
            telling.publish_story(made, by=officer)
