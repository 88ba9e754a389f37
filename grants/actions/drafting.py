"""Writing an application: answers, needs, outcomes, budget lines, replies. Everything is kept as it is
written; only what could say who somebody is, is never kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted
from focus_people.models import Need

from ..enums import (
    MAX_LINES,
    MAX_NEEDS,
    MAX_OUTCOMES,
    ApplicationState,
    FormKind,
    LineVerdict,
    QuestionKind,
)
from ..models import (
    Answer,
    Application,
    BudgetLine,
    Clarification,
    EligibilityCheck,
    PlannedOutcome,
    Question,
)
from ..readiness import identifier_sentences
from .documents import drop_files


class Conflict(Exception):
    """Somebody else saved this answer or reply in the meantime; `saved` is what stands now."""

    def __init__(self, saved: Any) -> None:
        self.saved = saved
        super().__init__("saved elsewhere")


def keep_check(*, answers: dict[str, str], is_eligible: bool) -> EligibilityCheck:
    """Keep an eligibility check that anyone made; it names nobody."""
    return EligibilityCheck.objects.create(answers=answers, is_eligible=is_eligible)


def _editable(
    application: Application,
    by: User,
    part: str,
    question: Question | None = None,
    line: BudgetLine | None = None,
) -> Application:
    """The application under a lock, once `by` may edit and this part, or this line of it, is open."""
    application = locked(application)
    permitted(by, "grants.edit_application", application)
    is_open = (
        application.can_edit_line(line.number) if line else application.can_edit(part, question)
    )
    if not is_open:
        raise NotReady(["This part of the application is closed for changes now."])
    return application


def _asks(application: Application, kind: QuestionKind) -> Question | None:
    """The question of the application that is answered in this way."""
    return application.terms.questions.filter(kind=kind).first()


def _no_identifiers(*texts: str) -> None:
    for text in texts:
        if sentences := identifier_sentences(text):
            raise NotReady(sentences)


@transaction.atomic
def save_answer(
    application: Application, question: Question, *, by: User, text: str, version: int
) -> Answer:
    """Keep the text of one answer; `version` is the one that the writer had in front of them (0: none).

    Raises `Conflict` when a newer version stands, `NotReady` for words that could identify somebody
    or a part that is closed. A text over its limit is kept: it blocks sending, not saving.
    """
    application = _editable(application, by, "answers", question)
    if question.kind != QuestionKind.TEXT or question.terms_id != application.terms_id:
        raise ValueError("not a question in words of this application's round")
    _no_identifiers(text)
    held = Answer.objects.filter(application=application, question=question).first()
    if held is None:
        return Answer.objects.create(
            application=application, question=question, text=text, saved_by=by
        )
    if held.text == text:
        return held
    if held.version != version:
        raise Conflict(held)
    held.text, held.version = text, held.version + 1
    held.saved_at, held.saved_by = clock.now(), by
    held.save()
    return held


@transaction.atomic
def choose_needs(application: Application, *, by: User, needs: Iterable[Need]) -> Application:
    """Choose the needs that the learning is for, up to eight of the person's own (question 4)."""
    application = _editable(application, by, "needs", _asks(application, QuestionKind.NEEDS))
    chosen = list(needs)
    if any(need.person_id != application.person_id for need in chosen):
        raise ValueError("a need of somebody else")
    if len(chosen) > MAX_NEEDS:
        raise NotReady([f"Choose at most {MAX_NEEDS} needs."])
    application.needs.set(chosen)
    return application


@transaction.atomic
def save_outcomes(application: Application, *, by: User, words: Sequence[str]) -> Application:
    """Replace the planned outcomes (question 7), up to six; empty ones are left out."""
    application = _editable(application, by, "outcomes", _asks(application, QuestionKind.OUTCOMES))
    kept = [text for text in words if text.strip()]
    if len(kept) > MAX_OUTCOMES:
        raise NotReady([f"Write at most {MAX_OUTCOMES} outcomes."])
    _no_identifiers(*kept)
    application.outcomes.all().delete()
    PlannedOutcome.objects.bulk_create(
        PlannedOutcome(application=application, number=number, words=text)
        for number, text in enumerate(kept, start=1)
    )
    return application


def _next_number(application: Application) -> int:
    """The number after the last line; where 25 is taken, the first free one. A line that was asked about
    and taken out keeps its number, while there is another."""
    taken = set(application.lines.values_list("number", flat=True))
    if len(taken) >= MAX_LINES:
        raise NotReady([f"A budget has at most {MAX_LINES} lines."])
    asked = {one.line for one in application.clarifications.all() if one.line}
    after = max(taken | asked, default=0) + 1
    if after <= MAX_LINES:
        return after
    free = set(range(1, MAX_LINES + 1)) - taken
    return min(free - asked or free)


@transaction.atomic
def save_line(
    application: Application,
    *,
    by: User,
    needs: Iterable[Need],
    line: BudgetLine | None = None,
    **details: Any,
) -> BudgetLine:
    """Add a budget line, or change `line`. `details`: category, description, activity, topic, quantity,
    unit_cost (pounds), kind, justification. A changed line waits for the officer's judgement again.
    """
    application = _editable(application, by, "budget", line=line)
    chosen = list(needs)
    if any(need.person_id != application.person_id for need in chosen):
        raise ValueError("a need of somebody else")
    _no_identifiers(
        *(details.get(name, "") for name in ("description", "activity", "justification"))
    )
    if line is None:
        line = BudgetLine(application=application, number=_next_number(application))
    elif line.application_id != application.pk:
        raise ValueError("a line of another application")
    for name, value in details.items():
        setattr(line, name, value)
    line.verdict, line.verdict_reason = LineVerdict.OPEN, ""
    line.save()
    line.needs.set(chosen)
    if application.state != ApplicationState.DRAFT:
        record("application.line_changed", application, by=by, shown_to="applicant", line=line.code)
    return line


@transaction.atomic
def save_lines(
    application: Application,
    *,
    by: User,
    rows: Iterable[tuple[int | None, dict[str, Any]]],
) -> list[BudgetLine]:
    """Add and change several lines, all of them or none. `rows`: the number of the line to change (None,
    or a number that no line has: a new one), and what `save_line` takes, `needs` included.
    """
    application = _editable(application, by, "budget")
    held = {line.number: line for line in application.lines.all()}
    return [
        save_line(application, by=by, line=held.get(number or 0), **details)
        for number, details in rows
    ]


@transaction.atomic
def remove_line(line: BudgetLine, *, by: User) -> None:
    """Take a line out of the budget, and the quotes for it. The others keep their numbers."""
    application = _editable(line.application, by, "budget", line=line)
    code = line.code
    drop_files(line.documents.values_list("file", flat=True))
    line.delete()
    if application.state != ApplicationState.DRAFT:
        record("application.line_removed", application, by=by, shown_to="applicant", line=code)


@transaction.atomic
def change_form(application: Application, *, by: User, form: FormKind) -> Application:
    """Change between the short and the full form. Answers stay, also those no longer asked."""
    application = _editable(application, by, "budget")
    application.form = form
    application.save(update_fields=["form"])
    return application


@transaction.atomic
def save_reply(
    clarification: Clarification, *, by: User, text: str, version: str | None = None
) -> Clarification:
    """Draft the reply to an officer's question. It is sent by `workflow.resubmit`.

    `version` is the `draft_version` that the writer had in front of them (None: whatever stands).
    Raises `Conflict` when another draft stands by now.
    """
    application = locked(clarification.application)
    permitted(by, "grants.edit_application", application)
    clarification = locked(clarification)
    if application.state != ApplicationState.RETURNED or clarification.replied_at is not None:
        raise NotReady(["This question has been answered already."])
    _no_identifiers(text)
    if clarification.reply not in ("", text) and version not in (None, clarification.draft_version):
        raise Conflict(clarification)
    clarification.reply = text
    clarification.save(update_fields=["reply"])
    return clarification
