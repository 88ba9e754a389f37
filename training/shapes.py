"""The figures and findings of training as the pages say them: words are decided here, not in templates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts import clock
from accounts.templatetags.pwb import clock_time, day, money, percent, plural
from accounts.templatetags.pwb import hours as hours_words

from .confidence import Change
from .coverage import CoverageView, Leaver
from .enums import RatingPoint
from .market import Gap
from .models import Cascade, Session, SignOff
from .money import ActivityUse, LineUse, Use
from .querysets import LEAST_SHOWN
from .registers import Line, Preview
from .reports import Beyond, Matrix, TrainingSummary
from .topics import facts_of


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


def rating_words(provider: Any) -> str:
    """What learners say of a provider (with ratings), from five answers on."""
    if provider.rating is None:
        return f"Shown from {LEAST_SHOWN} answers on"
    return f"{provider.rating:.1f} of 5 ({plural(provider.answers, 'answer,answers')})"


def provider_facts(provider: Any) -> list[tuple[str, str]]:
    """What is known of a provider (with ratings, topics and regions), as pairs."""
    cost, person = provider.cost_day, provider.cost_person_day
    approval = provider.standing_words
    if provider.is_approved(clock.today()):
        approval += f", review due {day(provider.review_on)}"
    return [
        ("Approval", approval),
        ("What it rests on", provider.basis),
        ("Why it was taken off", provider.withdrawn_reason),
        ("Learners say", rating_words(provider)),
        ("For each person and day", "Not said" if person is None else money(person)),
        (
            "For a group and day",
            "Not said"
            if cost is None
            else f"{money(cost)}, {plural(provider.group_size, 'person,people')}",
        ),
        ("Where", ", ".join(provider.region_labels)),
        ("Restraint Reduction Network", provider.rrn_words),
        ("PBS Competence Framework", "; ".join(provider.area_labels) or "Not mapped"),
        (
            "Core Capabilities Framework",
            "; ".join(provider.tier_labels) or "Not mapped",
        ),
        ("Website", provider.website),
    ]


def compared(providers: Iterable[Any]) -> list[list[str]]:
    """Providers side by side: a row for each fact, a cell for each provider."""
    facts = [
        [*provider_facts(provider), ("Topics", ", ".join(provider.topic_labels))]
        for provider in providers
    ]
    rows = [[both[0][0], *(value or "–" for _, value in both)] for both in zip(*facts, strict=True)]
    return [row for row in rows if set(row[1:]) != {"–"}]


def gap_row(gap: Gap) -> list[str]:
    """One topic asked for in a region."""
    return [gap.topic_label, gap.region_label, str(gap.asked), str(gap.providers or "None")]


def beyond_words(beyond: Beyond) -> str:
    """What stands beside the interventions, as one sentence; empty where there is nothing."""
    parts = []
    if beyond.cascade_sessions:
        parts.append(
            f"{plural(beyond.cascade_sessions, 'session,sessions')} passed on to "
            f"{plural(beyond.cascade_people, 'person,people')}"
        )
    if beyond.others:
        parts.append(
            f"{plural(beyond.others, 'member of staff,members of staff')} who support other people"
        )
    return f"Beside these, and not counted in them: {' and '.join(parts)}." if parts else ""


def sign_off_row(one: SignOff) -> list[str]:
    """One sign-off: who, by which clinician, and whether it holds."""
    today = clock.today()
    until = f"review due {day(one.review_on)}"
    if not one.holds(today):
        until = f"review was due {day(one.review_on)}"
    return [
        str(one.member),
        f"{one.get_clinician_display()}, {day(one.signed_on)}",
        until[0].upper() + until[1:],
    ]


def session_when(session: Session) -> str:
    """ "Wednesday 16 July 2025, 14:00": the day, and the time where somebody said it."""
    said = day(session.held_on, "long")
    return f"{said}, {clock_time(session.starts_at)}" if session.starts_at else said


def cascade_row(one: Cascade) -> list[str]:
    """One session that was passed on."""
    return [
        f"{day(one.held_on)}, {hours_words(one.hours)} hours",
        f"{one.taught_by}: {facts_of(one.topic).label}",
        plural(one.people, "person,people"),
    ]


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


def set_back_words(preview: Preview, set_back: dict[int, int]) -> list[str]:
    """Whom a register would take out of those who have finished, and why: a sentence for each activity."""
    found = []
    for activity, people in set_back.items():
        lines = [line for line in preview.new if line.activity == activity]
        days = len({line.held_on for line in lines if line.session is None})
        who = plural(people, "person has finished it,people have finished it")
        why = (
            f"It takes all its sessions and this file adds {plural(days, 'day,days')}, so they would be "
            "part way until they attend again. If this was another course, add an activity for it first."
            if days
            else "They would be part way, because this file says that they were not there."
        )
        found.append(f"{lines[0].title}: {who} so far. {why}")
    return found


def people_in(lines: Iterable[Line]) -> int:
    """How many different people these rows name."""
    return len({line.member for line in lines})


def coverage_stats(view: CoverageView) -> list[Stat]:
    """The headline figures of coverage on a day."""
    share = "–" if view.now.percent is None else percent(view.now.percent, 0)
    found = [
        Stat(
            share,
            "of the circle is trained in at least one topic",
            f"{view.now.trained} of {view.now.active} people",
        ),
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


@dataclass(frozen=True)
class Pulled:
    """One line of a picture of change: from before to after, each on the scale of its question."""

    what: str
    before: Decimal
    after: Decimal
    x_before: float
    x_after: float
    y: int

    @property
    def words_y(self) -> int:
        return self.y - 10


@dataclass(frozen=True)
class ChangePicture:
    """What changed between before and another point, as a sentence, lines and a table."""

    title: str
    pairs: int
    lines: list[Pulled]
    height: int
    rows: list[list[str]]


def change_picture(point: RatingPoint, changes: list[Change]) -> ChangePicture:
    """The picture of one point; without lines where fewer than five people answered at both."""
    whole = changes[0]
    when = point.label.lower()
    lines: list[Pulled] = []
    for change in changes:
        if change.before is None or change.after is None:
            continue
        x_before, x_after = (
            round(30 + 540 * float((value - change.least) / (change.most - change.least)), 1)
            for value in (change.before, change.after)
        )
        y = 40 + 44 * len(lines)
        lines.append(Pulled(change.what, change.before, change.after, x_before, x_after, y))
    if whole.change is None:
        title = f"{point.label}: shown once {LEAST_SHOWN} people have answered before and {when}"
    elif whole.change > 0:
        title = f"{point.label}: confidence rose by {whole.change}, from {whole.before} to {whole.after}"
    elif whole.change < 0:
        title = f"{point.label}: confidence fell by {-whole.change}, from {whole.before} to {whole.after}"
    else:
        title = f"{point.label}: confidence stayed at {whole.before}"
    rows = [
        [line.what, f"{line.before}", f"{line.after}", f"{line.after - line.before:+}"]
        for line in lines
    ]
    return ChangePicture(title, whole.pairs, lines, 60 + 44 * len(lines), rows)


def quality_words(mean: Decimal | None, answers: int) -> str:
    """How good learners found the training, from five answers on."""
    if not answers:
        return ""
    if mean is None:
        return (
            f"How good learners found it is shown from {LEAST_SHOWN} answers on ({answers} so far)."
        )
    return f"Learners found it {mean} of 5 ({plural(answers, 'answer,answers')})."


def money_stats(use: Use) -> list[Stat]:
    """The headline figures of training's money."""
    each = use.each(use.awarded, use.interventions)
    person = use.each(use.awarded, use.people)
    note = f"of {money(use.awarded)} awarded"
    if use.unsaid:
        silent = "activity does not say what it costs,activities do not say what they cost"
        note += f"; {plural(use.unsaid, silent)}"
    found = [
        Stat(committed_words(use), "committed", note),
        Stat(money(use.spent), "spent", "Accepted in claims"),
        Stat("–" if each is None else money(each), "awarded for each intervention"),
        Stat("–" if person is None else money(person), "awarded for each person trained"),
    ]
    if use.in_kind:
        found.append(Stat(money(use.in_kind_total), "in kind", "Beside the cash, not added to it"))
    return found


def committed_words(use: LineUse | Use) -> str:
    """What is committed; “Not said” where activities are planned and none of them says what it costs."""
    return "Not said" if use.unsaid and not use.committed else money(use.committed)


def line_row(use: LineUse) -> list[str]:
    """One budget line in the table of money."""
    return [
        str(use.line),
        money(use.agreed),
        committed_words(use) + (f", {use.unsaid} not said" if use.unsaid and use.committed else ""),
        money(use.spent),
        str(use.interventions),
    ]


def activity_money_row(use: ActivityUse) -> list[str]:
    """One activity in the table of money."""
    cost = "Not said" if use.cost is None else money(use.cost)
    cost += " in kind" if use.is_in_kind and use.cost is not None else ""
    each = "–" if use.cost_each is None else money(use.cost_each)
    return [str(use.activity), cost, str(use.interventions), each]
