"""Shapes that the pages of applicants and staff share."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts import clock

from .. import readiness
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
    if isinstance(day, datetime):
        day = clock.day_of(day)
    return f"{day.day} {day:%B %Y}" if day else ""


def budget_talk(application: Application) -> list[Clarification]:
    """What was asked about the budget, and answered."""
    settled = application.clarifications.filter(question__isnull=True, replied_at__isnull=False)
    return list(settled.order_by("number"))


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
