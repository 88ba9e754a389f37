"""The task list of an application: what there is to do, how far each part has got, and what comes
after what. Every status is worked out from the data; nothing is ticked by hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts import clock, written
from accounts.shapes import SummaryRow
from accounts.written import pounds
from focus_people.reports import active_members, current_consent, sectors_in_circle

from . import readiness
from .enums import MAX_NEEDS, MAX_OUTCOMES, QuestionKind
from .models import Application, Question

DONE, OPEN, STARTED, LOOK, OPTIONAL = (
    "Completed",
    "Not started",
    "Incomplete",
    "Look again",
    "Optional",
)
TO_DO = "To do"
_COLOURS = {DONE: "", OPEN: "blue", STARTED: "blue", TO_DO: "blue", LOOK: "orange", OPTIONAL: ""}
# The groups of the page, and the questions in each.
GROUPS = (
    ("The person", (1, 2, 3, 4, 8)),
    ("The learning", (5, 6, 7, 10, 11, 12)),
    ("The money", (9,)),
)
FURTHER = "Also asked in this round"  # what a round asks beyond the standard form
_NAMES = {
    1: "Describe the person and a good life",
    2: "Say what is happening now",
    3: "Say who is in the circle and who will learn",
    4: "Choose the needs the learning is for",
    5: "Describe the learning and who gives it",
    6: "Say how people will learn together",
    7: "Set out what will be different",
    8: "Say how the person and family shaped this",
    9: "Declare other funding",
    10: "Say how the learning will last",
    11: "Plan for safety and less restriction",
    12: "Plan the delivery",
}


def _grouped(numbers: Iterable[int]) -> list[tuple[str, tuple[int, ...]]]:
    """The groups with the questions in each; those that only this round asks come before the money."""
    standard = {number for _, held in GROUPS for number in held}
    further = tuple(sorted(set(numbers) - standard))
    return [*GROUPS[:-1], *([(FURTHER, further)] if further else []), GROUPS[-1]]


@dataclass(frozen=True)
class Task:
    """One line of the list; without `url` it cannot be started yet."""

    name: str
    status: str
    url: str = ""
    hint: str = ""

    @property
    def colour(self) -> str:
        return _COLOURS.get(self.status, "")

    @property
    def is_done(self) -> bool:
        return self.status in (DONE, LOOK)


@dataclass(frozen=True)
class Group:
    title: str
    tasks: list[Task]


def _url_of(application: Application, question: Question) -> str:
    return reverse("application-question", args=[application.reference, question.number])


def _question_task(application: Application, status: readiness.QuestionStatus) -> Task:
    question = status.question
    if question.kind == QuestionKind.NEEDS:
        hint = f"Question {question.number}. {status.words} of up to {MAX_NEEDS}"
    elif question.kind == QuestionKind.OUTCOMES:
        hint = f"Question {question.number}. {status.words} of up to {MAX_OUTCOMES} outcomes"
    else:
        hint = f"Question {question.number}. {status.words} of {question.max_words} words"
    if status.is_complete:
        state = DONE
    elif not status.is_started:
        state = OPEN
    else:
        state, hint = LOOK, status.problem
    name = _NAMES.get(question.number, question.short_name)
    # "Look again" counts as done in a task; an answer that cannot be sent is incomplete.
    return Task(name, STARTED if state == LOOK else state, _url_of(application, question), hint)


def _person_tasks(application: Application) -> list[Task]:
    person = application.person
    members = active_members(person, clock.today())
    sectors = len(sectors_in_circle(members))
    people = "1 person" if len(members) == 1 else f"{len(members)} people"
    advice = readiness.circle_advice(application)
    return [
        Task(
            "Check what is recorded about the person",
            DONE if person.cohort else STARTED,
            reverse("edit-person" if not person.cohort else "person", args=[person.reference]),
            person.get_cohort_display() or "Say whether they are at risk or about to be discharged",
        ),
        Task(
            "List the circle of support",
            (LOOK if advice else DONE) if members else OPEN,
            reverse("person-circle", args=[person.reference]),
            advice or f"{people} in {sectors} {'sector' if sectors == 1 else 'sectors'}",
        ),
    ]


def _before(application: Application) -> list[Task]:
    consent = current_consent(application.person)
    check = application.eligibility_check
    found = []
    if check is not None:
        day = clock.day_of(check.made_at)
        found.append(
            Task(
                "Check you can apply",
                DONE,
                reverse("eligibility-result", args=[check.reference]),
                f"Yes, on {written.day(day)}",
            )
        )
    else:
        hint = "Two minutes. You can send without it"
        found.append(Task("Check you can apply", OPTIONAL, reverse("eligibility-check"), hint))
    words = ""
    if consent:
        on = consent.decided_on
        words = f"{written.day(on)}, {consent.get_decision_maker_display().lower()}"
    found.append(
        Task(
            "Record consent or best interests",
            DONE if consent else OPEN,
            reverse("person-consent", args=[application.person.reference]),
            words or "The basis, the date and the role of who decided",
        )
    )
    return found


def _budget_task(application: Application) -> Task:
    figures = application.figures
    problems = readiness.budget_sentences(application)
    lines = len(figures.lines)
    hint = "1 line" if lines == 1 else f"{lines} lines"
    hint += f". {pounds(figures.requested)} asked for"
    if not lines:
        status, hint = OPEN, f"Up to {pounds(application.most)}"
    elif problems:
        status, hint = STARTED, problems[0]
    elif figures.set_aside_lines:
        n = len(figures.set_aside_lines)
        status = LOOK
        hint = (
            f"{hint}. {'One line' if n == 1 else f'{n} lines'} cannot be funded: take it out or "
            "leave it for us to set aside"
        )
    elif any(view.warnings for view in figures.lines):
        status = LOOK
    else:
        status = DONE
    return Task(
        "Build the budget",
        status,
        reverse("application-budget", args=[application.reference]),
        hint,
    )


def groups(application: Application) -> list[Group]:
    """The task list with honest statuses."""
    statuses = {s.question.number: s for s in readiness.question_statuses(application)}
    found = [Group("Before you write", _before(application))]
    for title, numbers in _grouped(statuses):
        own = [_question_task(application, statuses[n]) for n in numbers if n in statuses]
        if title == "The person":
            own = [*_person_tasks(application), *own]
        if title == "The money":
            own = [_budget_task(application), *own]
        found.append(Group(title, own))
    open_tasks = [t for g in found for t in g.tasks if not t.is_done and t.status != OPTIONAL]
    if open_tasks:
        hint = (
            "Opens fully when everything above is completed. Only your lead can send"
            if len(open_tasks) > 1
            else f"One thing is left: {open_tasks[0].name.lower()}"
        )
    else:
        hint = "Only your lead can send"
    last = Task(
        "Check your answers, declare and send",
        "Ready" if not open_tasks else OPEN,
        reverse("application-check", args=[application.reference]),
        hint,
    )
    return [*found, Group("Send it", [last])]


def _counted(found: list[Group]) -> list[Task]:
    return [t for group in found[:-1] for t in group.tasks if t.status != OPTIONAL]


def done(found: list[Group]) -> int:
    """How many tasks are completed (what is optional, and sending itself, are not counted)."""
    return sum(task.is_done for task in _counted(found))


def total(found: list[Group]) -> int:
    """How many tasks there are to complete."""
    return len(_counted(found))


def after(application: Application, question: Question) -> str:
    """The address of the task that follows a question in the list."""
    asked = {q.number: q for q in readiness.asked_questions(application)}
    order = [n for _, numbers in _grouped(asked) for n in numbers]
    budget_url = reverse("application-budget", args=[application.reference])
    here = order.index(question.number)
    following = [n for n in order[here + 1 :] if n in asked]
    is_about_money = question.number in GROUPS[-1][1]
    if not following and is_about_money:
        return reverse("application-check", args=[application.reference])
    if not following or (following[0] in GROUPS[-1][1] and not is_about_money):
        return budget_url
    return _url_of(application, asked[following[0]])


def saved_at(application: Application) -> datetime | None:
    """When an answer was last kept."""
    return max((a.saved_at for a in application.answers.all()), default=None)


def person_rows(application: Application) -> list[SummaryRow]:
    """The facts about the person that go into the case file, for check answers."""
    person: Any = application.person
    consent = current_consent(person)
    members = active_members(person, clock.today())
    sectors = len(sectors_in_circle(members))

    def url(name: str) -> str:
        return reverse(name, args=[person.reference])

    return [
        SummaryRow("Person", person.alias),
        SummaryRow("Why now", person.get_cohort_display(), url("edit-person")),
        SummaryRow(
            "Consent", consent.get_basis_display() if consent else "", url("person-consent")
        ),
        SummaryRow(
            "Circle",
            f"{len(members)} people in {sectors} sectors" if members else "",
            url("person-circle"),
        ),
    ]
