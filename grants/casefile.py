"""What a case file holds: the person as a pseudonymous snapshot, the answers, the budget with its
verdicts, the conversation. JSON-ready, amounts as strings. Whoever judges, judges this.
"""

from typing import TYPE_CHECKING, Any

from accounts import clock
from focus_people.reports import snapshot

from . import budget
from .dated_lists import TOPIC, called
from .enums import Declaration, QuestionKind
from .general_requirements import TOPIC_LABELS
from .readiness import question_statuses

if TYPE_CHECKING:
    from .models import Application


def unsigned(declarations: list[str]) -> list[str]:
    """The labels of the declarations that are still missing (domain 10.1: all eight are needed)."""
    return [d.label for d in Declaration if d.value not in declarations]


def content_of(application: "Application") -> dict[str, Any]:
    """The content of a case file, schema 1 (see `models.CaseFile`)."""
    lines = list(application.lines.prefetch_related("needs").order_by("number"))
    figures = budget.figures(lines)
    return {
        "schema": 1,
        "alias": application.person.alias,
        "form": application.form,
        "terms": application.terms.number,
        "person": snapshot(application.person, clock.today()),
        "organisation": application.organisation.reference,
        "answers": [
            {
                "number": status.question.number,
                "short_name": status.question.short_name,
                "wording": status.question.wording,
                "text": status.text,
            }
            for status in question_statuses(application)
            if status.question.kind == QuestionKind.TEXT
        ],
        "needs": [
            {
                "code": need.code,
                "category": need.get_category_display(),
                "statement": need.statement,
            }
            for need in application.needs.order_by("number")
        ],
        "outcomes": [o.words for o in application.outcomes.order_by("number")],
        "lines": [
            {
                "code": line.code,
                "category": line.get_category_display(),
                "description": line.description,
                "activity": line.activity,
                "topic": called(TOPIC, line.topic, TOPIC_LABELS.get(line.topic, "")),
                "quantity": f"{line.quantity:f}",
                "unit_cost": f"{line.unit_cost:.2f}",
                "total": f"{line.total:.2f}",
                "kind": line.kind,
                "needs": sorted(need.code for need in line.needs.all()),
                "justification": line.justification,
                "verdict": line.verdict,
                "verdict_reason": line.verdict_reason,
            }
            for line in lines
        ],
        "requested": f"{figures.requested:.2f}",
        "eligible": f"{figures.eligible:.2f}",
        "in_kind": f"{figures.in_kind:.2f}",
        "cover_percent": f"{figures.cover_percent}",
        "clarifications": [
            {
                "number": asked.number,
                "question": asked.question.number if asked.question else None,
                "line": asked.line,
                "words": asked.words,
                "reply": asked.reply,
            }
            for asked in application.clarifications.select_related("question").order_by("number")
        ],
    }
