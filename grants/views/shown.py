"""Shapes that the pages of applicants and staff share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts import written

from .. import budget, readiness
from ..models import Application, Clarification


@dataclass(frozen=True)
class AnswerRow:
    """One answer with the conversation beside it."""

    status: readiness.QuestionStatus
    talk: list[Clarification]


def answer_rows(application: Application, *, with_open: bool = False) -> list[AnswerRow]:
    """Every asked question with its text and what was asked about it; open questions when told."""
    asked = list(application.clarifications.order_by("number"))
    if not with_open:
        asked = [one for one in asked if one.replied_at]
    return [
        AnswerRow(status, [one for one in asked if one.question_id == status.question.pk])
        for status in readiness.question_statuses(application)
    ]


def in_words(day: date | datetime | None) -> str:
    """A day as pages say it, 9 June 2025 (of a moment its London day); empty where there is none."""
    return written.day(day) if day else ""


def budget_talk(
    application: Application, figures: budget.Figures, *, with_open: bool = False
) -> list[Clarification]:
    """Put what was asked about a budget line beside it (`line.talk`), and return what was asked about the
    budget as a whole, or about a line that was taken out. Open questions when told."""
    asked = application.clarifications.filter(question__isnull=True).order_by("number")
    return beside_lines(
        (view.line for view in figures.lines),
        [one for one in asked if with_open or one.replied_at],
    )


def beside_lines(lines: Iterable[Any], asked: Iterable[Clarification]) -> list[Clarification]:
    """Put each question beside the line that it is about; returns those that are about none of them."""
    held = {line.number: line for line in lines}
    rest = []
    for one in asked:
        if line := held.get(one.line or 0):
            line.talk = (*line.talk, one)
        else:
            rest.append(one)
    return rest


def decision_links(user: Any, application: Application) -> dict[str, Any]:
    """`letter_url` and `grant` where `user` may open them: for the applicant not before the release."""
    may_read = user.has_perm("grants.view_decision", application)
    grant = getattr(application, "grant", None)
    may_see_grant = grant is not None and user.has_perm("grants.view_grant_page", grant)
    return {
        "decision": application.decision if may_read else None,
        "letter_url": reverse("decision-letter", args=[application.reference]) if may_read else "",
        "grant": grant if may_see_grant else None,
        "appeals": application.appeals.order_by("pk"),
    }
