"""The questions of the experience survey (domain 8.3 and 4.1): which choices each has, which of them are the
good ones, and the words of the first version. The words are the host's to change, the choices are not: waves
could not be compared.

There is no question with free text: what somebody wrote would be their own answer, and nobody may read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class Group(TextChoices):
    """Who answers, as they say themselves. Coarse on purpose: nothing else is kept beside an answer."""

    PERSON = "person", "The person the budget is for"
    FAMILY = "family", "Family or a friend"
    WORKER = "worker", "Somebody who is paid to support the person"
    NOT_SAID = "not_said", "I would rather not say"


@dataclass(frozen=True)
class Choice:
    """One answer. easy and picture: its words and its drawing in easy read; not asked there without."""

    value: str
    label: str
    easy: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Question:
    """One question. good: the choices that the headline counts; apart: those that are in neither part.

    headline: what the share of the good ones says, as the end of "… of those who answered". is_score: the
    choices are numbers of which a mean is shown.
    """

    code: str
    text: str
    choices: tuple[Choice, ...]
    easy: str = ""
    picture: str = ""
    good: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    headline: str = ""
    is_score: bool = False

    @property
    def is_in_easy_read(self) -> bool:
        return bool(self.easy)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(choice.value for choice in self.choices)


def _scale(least: int, most: int, ends: tuple[str, str]) -> tuple[Choice, ...]:
    labels = {least: f"{least}: {ends[0]}", most: f"{most}: {ends[1]}"}
    return tuple(Choice(str(n), labels.get(n, str(n))) for n in range(least, most + 1))


_OUT_OF_TEN = _scale(0, 10, ("as bad as it could be", "as good as it could be"))
_ONE_TO_FIVE = _scale(1, 5, ("not at all", "completely"))
_MOSTLY = frozenset({"4", "5"})
_SEVEN_ON = frozenset({"7", "8", "9", "10"})

QUESTIONS: tuple[Question, ...] = (
    Question(
        "helped",
        "Did the training budget help you, or the person you support, to achieve what you wanted?",
        (
            Choice("completely", "Yes, completely", "Yes, a lot", "happy"),
            Choice("some", "Yes, to some extent", "Yes, a little", "fine"),
            Choice("no", "No", "No", "sad"),
            Choice("dont_know", "I don’t know", "I don’t know", "unsure"),
        ),
        easy="Did the training help you?",
        picture="training",
        good=frozenset({"completely", "some"}),
        apart=frozenset({"dont_know"}),
        headline="said that the budget helped, completely or to some extent",
    ),
    Question(
        "speed",
        "Was the time from starting to getting the budget about right?",
        (
            Choice("right", "About right", "It was OK", "happy"),
            Choice("bit", "A bit too slow", "It was a bit slow", "fine"),
            Choice("much", "Much too slow", "It was very slow", "sad"),
        ),
        easy="Was it quick to get the training?",
        picture="clock",
        good=frozenset({"bit", "much"}),
        headline="said that it was too slow",
    ),
    Question(
        "information",
        "How easy was it to find information?",
        (
            Choice("very_easy", "Very easy"),
            Choice("easy", "Easy", "It was easy", "happy"),
            Choice("neither", "Neither easy nor hard", "It was OK", "fine"),
            Choice("hard", "Hard", "It was hard", "sad"),
            Choice("very_hard", "Very hard"),
        ),
        easy="Was it easy to find out about it?",
        picture="information",
        good=frozenset({"very_easy", "easy"}),
        headline="said that information was easy to find",
    ),
    Question(
        "involved",
        "Were you, or the person you support, involved in deciding what training was needed?",
        (
            Choice("fully", "Yes, fully", "Yes, a lot", "happy"),
            Choice("partly", "Yes, partly", "A little", "fine"),
            Choice("no", "No", "No", "sad"),
        ),
        easy="Did people ask you what training was needed?",
        picture="talking",
        good=frozenset({"fully", "partly"}),
        headline="said that they were involved in deciding",
    ),
    Question(
        "control",
        "How much control do you, or does the person, have over support now?",
        _ONE_TO_FIVE,
        good=_MOSTLY,
        headline="gave 4 or 5 of 5 for control",
        is_score=True,
    ),
    Question(
        "choice",
        "How much choice do you, or does the person, have about support now?",
        _ONE_TO_FIVE,
        good=_MOSTLY,
        headline="gave 4 or 5 of 5 for choice",
        is_score=True,
    ),
    Question(
        "flexibility",
        "How flexible is support now?",
        _ONE_TO_FIVE,
        good=_MOSTLY,
        headline="gave 4 or 5 of 5 for flexibility",
        is_score=True,
    ),
    Question(
        "getting",
        "How was it to get the budget?",
        _OUT_OF_TEN,
        good=_SEVEN_ON,
        headline="gave 7 or more of 10 for getting the budget",
        is_score=True,
    ),
    Question(
        "achieved",
        "How good is what the budget achieved?",
        _OUT_OF_TEN,
        good=_SEVEN_ON,
        headline="gave 7 or more of 10 for what it achieved",
        is_score=True,
    ),
    Question(
        "recommend",
        "How likely are you to recommend a training budget?",
        (
            Choice("extremely_likely", "Extremely likely"),
            Choice("likely", "Likely", "Yes", "happy"),
            Choice("neither", "Neither likely nor unlikely", "Maybe", "fine"),
            Choice("unlikely", "Unlikely", "No", "sad"),
            Choice("extremely_unlikely", "Extremely unlikely"),
            Choice("dont_know", "I don’t know", "I don’t know", "unsure"),
        ),
        easy="Should other people get this training too?",
        picture="people",
        good=frozenset({"extremely_likely", "likely"}),
        apart=frozenset({"dont_know"}),
        headline="would recommend it",
    ),
    Question(
        "improve",
        "What is the one thing that should get better?",
        (
            Choice("time", "It should take less time"),
            Choice("information", "It should be easier to find out about it"),
            Choice("form", "The form should be shorter or easier"),
            Choice("say", "The person should have more say"),
            Choice("training", "There should be more choice of training"),
            Choice("trainers", "Trainers should know the person better"),
            Choice("together", "Family, care and health staff should learn together more"),
            Choice("after", "There should be help after the training"),
            Choice("nothing", "Nothing"),
        ),
    ),
)
BY_CODE = {question.code: question for question in QUESTIONS}
# What is counted once for everybody who answers, whatever they left out.
ANSWERED = "answered"


def first_words() -> dict[str, dict[str, str]]:
    """Code → {"text", "easy"}: the words that a new version starts from."""
    return {q.code: {"text": q.text, "easy": q.easy} for q in QUESTIONS}


def worded(texts: Mapping[str, Mapping[str, str]]) -> list[Question]:
    """The questions in the words of a version."""
    from dataclasses import replace

    return [
        replace(
            q,
            text=texts.get(q.code, {}).get("text") or q.text,
            easy=(texts.get(q.code, {}).get("easy") or q.easy) if q.easy else "",
        )
        for q in QUESTIONS
    ]
