"""The figures and findings of training as the pages say them: words are decided here, not in templates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.templatetags.pwb import money, percent, plural

from .coverage import CoverageView, Leaver
from .registers import Line, Preview
from .reports import Matrix, TrainingSummary


@dataclass(frozen=True)
class Stat:
    """A headline figure: its value, what it is, and its denominator or limit."""

    value: str
    label: str
    note: str = ""
    url: str = ""


def training_stats(summary: TrainingSummary) -> list[Stat]:
    """The headline figures of one grant."""
    joint = summary.joint_percent
    return [
        Stat(str(summary.sessions_delivered), "sessions held"),
        Stat(
            str(summary.interventions), "interventions", "A person who finished an activity is one"
        ),
        Stat(str(summary.people), "people trained"),
        Stat(str(summary.sectors_trained), "sectors trained", ", ".join(summary.sector_labels)),
        Stat(
            f"{summary.joint_sessions} of {summary.sessions_with_two}",
            "sessions joined sectors",
            "" if joint is None else f"{percent(joint, 0)} of sessions with two people or more",
        ),
    ]


def cost_sentence(summary: TrainingSummary, awarded: Decimal, spent: Decimal) -> str:
    """What one intervention cost, awarded and (once claims are accepted) spent."""
    if not summary.interventions:
        return ""
    words = f"{money(summary.cost_each(awarded))} awarded for each intervention"
    if spent:
        words += f", {money(summary.cost_each(spent))} spent"
    return f"{words}."


def matrix_finding(matrix: Matrix) -> str:
    """The heading over the matrix: what it shows."""
    if not matrix.active:
        return "nobody is in it yet"
    if not matrix.covered:
        return f"nobody of {plural(matrix.active, 'person,people')} has finished anything yet"
    verb = "has" if matrix.covered == 1 else "have"
    return f"{matrix.covered} of {plural(matrix.active, 'person,people')} {verb} finished something"


def sentence_of_activities(summary: TrainingSummary, matrix: Matrix) -> str:
    """The heading over the activities: what they show."""
    if not summary.interventions:
        return "nobody has finished one yet"
    return (
        f"{plural(summary.people, 'person has,people have')} finished one or more, "
        f"{plural(summary.interventions, 'intervention,interventions')} in all"
    )


def sentence_of_sessions(summary: TrainingSummary) -> str:
    """The heading over the sessions: what they show."""
    if not summary.sessions_delivered:
        return "none has been held yet"
    if not summary.sessions_with_two:
        return plural(summary.sessions_delivered, "session was held,sessions were held")
    return (
        f"{summary.joint_sessions} of {plural(summary.sessions_with_two, 'session,sessions')} "
        "brought two or more sectors together"
    )


@dataclass
class RegisterGroup:
    """The rows of one session in a register, counted."""

    title: str
    held_on: date
    is_new_session: bool
    new: int = 0
    there: int = 0


def register_groups(preview: Preview) -> list[RegisterGroup]:
    """What goes where: the rows by session, in the order of their days."""
    groups: dict[tuple, RegisterGroup] = {}
    for line in preview.lines:
        key = (line.title, line.held_on, line.session)
        group = groups.setdefault(
            key,
            RegisterGroup(line.title, date.fromisoformat(line.held_on), line.session is None),
        )
        if line.status == "new":
            group.new += 1
        else:
            group.there += 1
    return sorted(groups.values(), key=lambda g: (g.held_on, g.title))


def people_in(lines: Iterable[Line]) -> int:
    """How many different people these rows name."""
    return len({line.member for line in lines})


def coverage_stats(view: CoverageView) -> list[Stat]:
    """The headline figures of coverage on a day."""
    share = "–" if view.now.percent is None else percent(view.now.percent, 0)
    found = [
        Stat(share, "of the circle is trained", f"{view.now.trained} of {view.now.active} people"),
        Stat(str(sum(row.has_nothing for row in view.rows)), "have finished nothing yet"),
        Stat(str(len(view.leavers)), "trained, then left"),
    ]
    if view.refresh:
        found.append(Stat(str(view.refresh), "to refresh"))
    return found


def replaced_words(leaver: Leaver) -> str:
    """Who took somebody's place, and whether they have been trained."""
    if not leaver.replacement:
        return "Nobody yet"
    return (
        f"{leaver.replacement}, {'trained' if leaver.is_replacement_trained else 'not trained yet'}"
    )
