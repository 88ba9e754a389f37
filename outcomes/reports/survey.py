"""What the experience survey says: counts of a wave that has closed, from ten answers to the question on.

What could be told by subtracting is not shown either. Results come once, when the wave has closed: nobody
watches them grow. Waves are never added up: a small one would be the rest. A breakdown by who answered is
shown only where every part of it has ten answers or more; smaller groups are put together first. For
everybody, counts follow the rule of what leaves the programme, attacked together (clarifications 24 to 28).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from accounts import clock

from ..disclosure import Cell, Counts, Printed, Rule, Table, protect, share
from ..enums import WaveState
from ..models import SurveyTally, SurveyWave
from ..survey.questions import ANSWERED, QUESTIONS, Group, Question
from .figure import Audience, Column, Figure, plain, several
from .pictures import Picture, Series
from .published_set import rule
from .scope import Scope
from .statistics import Proportion

# Nothing is shown under so many answers to the question (clarification 24).
LEAST = 10
EVERYBODY_ELSE = "Everybody else"
RULE_SAYS = (
    f"Nothing is shown for a question that fewer than {LEAST} people answered. Nobody’s own answers are kept: "
    "what somebody chooses is added to a count."
)

SOURCE = "Programme definitions 8.3; clarification 24"
TOO_FEW = "Too few answers yet"
WHOLE_ONLY = "The survey knows neither round nor region, so it speaks of a whole programme alone."
NO_LIST = "There is no list behind this figure: nobody’s own answers are kept."
OVER = (WaveState.CLOSED, WaveState.PUBLISHED)

# group → question → choice → how often
Tallies = Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True)
class Part:
    """One group of a breakdown: how many of those who answered chose a good one."""

    label: str
    result: Proportion


@dataclass(frozen=True)
class Result:
    """One question of a wave. Where `is_shown` is False nothing else says anything.

    answered: those who answered it. rows: choice → how often, in the order asked. headline: the good ones of
    those who said something; None where fewer than ten did. mean: of scores.
    """

    question: Question
    is_shown: bool
    answered: int = 0
    rows: tuple[tuple[str, int], ...] = ()
    headline: Proportion | None = None
    apart: int = 0
    mean: Fraction | None = None
    groups: tuple[Part, ...] = ()


@dataclass(frozen=True)
class WaveResults:
    """A wave: how many were asked and answered, and its questions."""

    wave: SurveyWave
    asked: int
    answered: int
    results: tuple[Result, ...] = ()
    counts: Tallies = field(default_factory=dict, repr=False)

    @property
    def is_shown(self) -> bool:
        return any(result.is_shown for result in self.results)

    @property
    def says_a_share(self) -> bool:
        """At least one question has a share that may be said."""
        return any(result.headline is not None for result in self.results)


def _tallies(wave: SurveyWave) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in wave.tallies.all():
        found.setdefault(row.group, {}).setdefault(row.question, {})[row.choice] = row.count
    return found


def _sum(tallies: Tallies, question: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for held in tallies.values():
        for choice, count in held.get(question, {}).items():
            found[choice] = found.get(choice, 0) + count
    return found


def result_of(question: Question, tallies: Tallies) -> Result:
    """One question from its counts; nothing below ten answers."""
    counts = _sum(tallies, question.code)
    answered = sum(counts.values())
    if answered < LEAST:
        return Result(question, is_shown=False)
    mean = None
    if question.is_score:
        mean = Fraction(sum(int(choice) * n for choice, n in counts.items()), answered)
    return Result(
        question,
        is_shown=True,
        answered=answered,
        rows=tuple((choice.label, counts.get(choice.value, 0)) for choice in question.choices),
        headline=_headline(question, counts),
        apart=sum(counts.get(choice, 0) for choice in question.apart),
        mean=mean,
        groups=_groups(question, tallies),
    )


def _headline(question: Question, counts: Mapping[str, int]) -> Proportion | None:
    of = sum(n for choice, n in counts.items() if choice not in question.apart)
    if not question.good or of < LEAST:
        return None
    return Proportion(sum(counts.get(choice, 0) for choice in question.good), of)


def _groups(question: Question, tallies: Tallies) -> tuple[Part, ...]:
    """The headline by who answered; empty where it would say less than ten people's answers.

    Groups of fewer than ten are put together; where even together they are fewer, the smallest of the others
    joins them. One part alone is no breakdown.
    """
    if not question.good:
        return ()
    sizes: dict[str, tuple[int, int]] = {}
    for group in Group:
        counts = tallies.get(group, {}).get(question.code, {})
        of = sum(n for choice, n in counts.items() if choice not in question.apart)
        if of:
            sizes[str(group.label)] = (sum(counts.get(c, 0) for c in question.good), of)
    small = [label for label, (_, of) in sizes.items() if of < LEAST]
    rest = sorted((label for label in sizes if label not in small), key=lambda x: sizes[x][1])
    while small and sum(sizes[x][1] for x in small) < LEAST and rest:
        small.append(rest.pop(0))
    parts = [Part(label, Proportion(*sizes[label])) for label in sizes if label in rest]
    if small:
        good, of = (sum(sizes[x][i] for x in small) for i in (0, 1))
        parts.append(Part(EVERYBODY_ELSE, Proportion(good, of)))
    return tuple(parts) if len(parts) > 1 else ()


def results_of(wave: SurveyWave) -> WaveResults:
    """What a wave says, for the host and the programme. Before it has closed: how many answered, nothing
    else. Three queries."""
    tallies = _tallies(wave)
    asked = wave.codes.count()
    if not wave.is_over:
        return WaveResults(wave, asked, sum(_sum(tallies, ANSWERED).values()))
    return _read(wave, tallies, asked)


def _read(wave: SurveyWave, tallies: Tallies, asked: int = 0) -> WaveResults:
    words = {q.code: q for q in wave.wording.questions()}
    found = tuple(result_of(words[q.code], tallies) for q in QUESTIONS)
    return WaveResults(wave, asked, sum(_sum(tallies, ANSWERED).values()), found, tallies)


def picture_of(result: Result) -> Picture | None:
    """Bars of one question, with its text and table; None where nothing is shown."""
    if not result.is_shown:
        return None
    numbers = [(label, float(n), plain(n)) for label, n in result.rows]
    return _picture(result.question, numbers, several(result.answered, "answer", "answers"))


def _picture(question: Question, rows: Sequence[tuple[str, float, str]], of: str) -> Picture:
    """`rows`: label, length of the bar (−1 where the count is hidden), what is printed."""
    return Picture(
        name=f"survey-{question.code}",
        kind="answers",
        title=question.text,
        subtitle=of,
        alt=f"Bars. {' '.join(f'{label}: {said}.' for label, _, said in rows)}",
        labels=tuple(label for label, _, _ in rows),
        series=(Series("Answers", tuple(n for _, n, _ in rows)),),
        columns=(Column("Answer"), Column("How many", numeric=True)),
        rows=[(label, said) for label, _, said in rows],
    )


def figure_of(found: WaveResults, result: Result) -> Figure | None:
    """The headline of a question with everything that stands behind it; None where nothing is shown."""
    if result.headline is None or found.wave.closed_at is None:
        return None
    done = result.headline
    question = result.question
    return Figure(
        id=f"survey-{question.code}",
        title=question.text,
        value=done.percent,
        shown=f"{done.whole_percent}%",
        unit=f"of those who answered {question.headline}",
        definition=(
            f"People who {question.headline}, of those who answered the question in “{found.wave.title}”."
            + (" “I don’t know” is in neither part." if question.apart else "")
        ),
        source=SOURCE,
        cut_off=clock.day_of(found.wave.closed_at),
        numerator=(plain(done.part), "people"),
        denominators=(("Denominator", plain(done.whole), "people who said something"),),
        proportion=done,
        audience=Audience.INTERNAL,
        notes=(RULE_SAYS, WHOLE_ONLY),
        no_list=NO_LIST,
    )


def of_programme(scope: Scope) -> WaveResults | None:
    """The newest wave that had closed by the cut-off and has a share to say; None without one, and for a part
    of a programme: nobody knows which round or region an answer came from. One query."""
    if scope.programme is None or not scope.is_whole_programme:
        return None
    rows = SurveyTally.objects.filter(
        wave__programme=scope.programme, wave__state__in=OVER, wave__closed_at__lt=scope.until
    ).select_related("wave__wording")
    waves: dict[SurveyWave, dict[str, dict[str, dict[str, int]]]] = {}
    for row in rows.order_by("-wave__closed_at", "-wave", "pk"):
        held = waves.setdefault(row.wave, {}).setdefault(row.group, {})
        held.setdefault(row.question, {})[row.choice] = row.count
    read = (_read(wave, tallies) for wave, tallies in waves.items())
    return next((found for found in read if found.says_a_share), None)


def figures(found: WaveResults | None, scope: Scope) -> list[Figure]:
    """The share of every question that has one; without ten answers a figure that says so, and no number."""
    by_code = {r.question.code: r for r in found.results} if found is not None else {}
    made = []
    for question in QUESTIONS:
        if question.good:
            result = by_code.get(question.code)
            said = figure_of(found, result) if found is not None and result is not None else None
            made.append(said or _untold(question, scope))
    return made


def _untold(question: Question, scope: Scope) -> Figure:
    return Figure(
        id=f"survey-{question.code}",
        title=question.text,
        value=None,
        shown=TOO_FEW,
        unit="",
        definition=f"People who {question.headline}, of those who answered the question.",
        source=SOURCE,
        cut_off=scope.cut_off,
        notes=(RULE_SAYS, WHOLE_ONLY),
        no_list=NO_LIST,
    )


def as_json(found: WaveResults | None) -> dict[str, Any] | None:
    """The shares under fixed keys; a question with too few answers is None, and so is everything without a
    wave that says something."""
    if found is None:
        return None
    held = {r.question.code: r.headline for r in found.results if r.question.good}
    return {
        "wave": found.wave.reference,
        "closed_on": clock.day_of(found.wave.closed_at).isoformat(),  # type: ignore[arg-type]
        "questions": {code: _share(done) for code, done in held.items()},
    }


def _share(done: Proportion | None) -> dict[str, Any] | None:
    if done is None or done.percent is None or done.low is None or done.high is None:
        return None
    return {
        "numerator": done.part,
        "denominator": done.whole,
        "percent": float(done.percent),
        "ci_low": float(done.low),
        "ci_high": float(done.high),
    }


# --- for everybody ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublishedResult:
    """One question as everybody reads it: printed counts, and what may be said of them."""

    question: Question
    is_shown: bool
    answered: str = ""
    rows: tuple[tuple[str, Cell], ...] = ()
    headline: str = ""
    picture: Picture | None = None


def counts_of(question: Question, counts: Mapping[str, int]) -> Counts:
    """The counts of one question that are printed together: answered → said something or not → good or
    not → each choice. How many answered is taken as known."""
    apart = sorted(question.apart, key=question.values.index)
    spoke = [v for v in question.values if v not in question.apart]
    n = {v: counts.get(v, 0) for v in question.values}
    wholes: dict[str, tuple[int, bool]] = {"answered": (sum(n.values()), False)}
    tables = []
    at = "answered"
    if apart:
        wholes["spoke"] = (sum(n[v] for v in spoke), False)
        parts = (("spoke", wholes["spoke"][0]), *((v, n[v]) for v in apart))
        tables.append(Table("apart", at, parts))
        at = "spoke"
    if question.good:
        for name, is_good in (("good", True), ("other", False)):
            wholes[name] = (sum(n[v] for v in spoke if (v in question.good) == is_good), False)
        tables.append(Table("headline", at, tuple((x, wholes[x][0]) for x in ("good", "other"))))
        for name, is_good in (("good", True), ("other", False)):
            parts = tuple((v, n[v]) for v in spoke if (v in question.good) == is_good)
            tables.append(Table(name, name, parts))
    else:
        tables.append(Table("choices", at, tuple((v, n[v]) for v in spoke)))
    return Counts(wholes, tuple(tables), frozenset({"answered"}))


def _cells(question: Question, printed: Printed) -> dict[str, Cell]:
    """Choice → printed cell, whichever table it stands in."""
    found: dict[str, Cell] = {}
    for table in printed.counts.tables:
        for value, cell in printed.table(table.id).items():
            if value in question.values:
                found[value] = cell
    return found


def published_result(
    question: Question, tallies: Tallies, by: Rule | None = None
) -> PublishedResult:
    """One question for everybody: counts by the rule in force, nothing below ten answers."""
    counts = _sum(tallies, question.code)
    if sum(counts.values()) < LEAST:
        return PublishedResult(question, is_shown=False)
    printed = protect(counts_of(question, counts), by or rule())
    cells = _cells(question, printed)
    rows = tuple((choice.label, cells[choice.value]) for choice in question.choices)
    answered = printed.whole("answered")
    drawn = [
        (label, -1.0 if cell.number is None else float(cell.number), cell.text)
        for label, cell in rows
    ]
    return PublishedResult(
        question,
        is_shown=True,
        answered=f"about {answered.text}",
        rows=rows,
        headline=_published_headline(question, printed),
        picture=_picture(question, drawn, f"About {answered.text} answers"),
    )


def _published_headline(question: Question, printed: Printed) -> str:
    """ "About 75% said that …", from printed counts; empty where it may not be said."""
    if not question.good:
        return ""
    parts = printed.table("headline")
    whole = printed.whole("spoke" if question.apart else "answered")
    held = share(parts["good"], list(parts.values()), whole)
    if held is None or held[1] < LEAST:
        return ""
    percent = round(100 * held[0] / held[1])
    if percent == 0:
        return f"Nobody {question.headline}."
    if percent == 100:
        return f"Everybody {question.headline}."
    return f"About {percent}% {question.headline}."


def published_results(wave: SurveyWave) -> tuple[PublishedResult, ...]:
    """What everybody reads of a wave. Raises `ValueError` before it is published: two queries."""
    if wave.published_at is None:
        raise ValueError("This wave is not published")
    tallies = _tallies(wave)
    return tuple(published_result(q, tallies) for q in wave.wording.questions())
