"""Setting up a programme and its rounds. A new round copies the standard questions and criteria."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotAllowed, NotReady, locked, permitted

from ..enums import RoundState
from ..models import Criterion, Funder, Programme, Question, Round
from ..standard import CRITERIA, QUESTIONS


@transaction.atomic
def create_programme(
    *,
    by: User,
    slug: str,
    name: str,
    starts_on: date,
    ends_on: date,
    funders: Iterable[tuple[str, Decimal]] = (),
) -> Programme:
    """A fund with its funders: (name, share in percent). Raises `NotAllowed` unless `by` is a lead."""
    if not by.is_team(TeamRole.PROGRAMME_LEAD):
        raise NotAllowed("grants.manage_rounds")
    programme = Programme.objects.create(slug=slug, name=name, starts_on=starts_on, ends_on=ends_on)
    Funder.objects.bulk_create(
        Funder(programme=programme, name=funder, share=share) for funder, share in funders
    )
    record("programme.created", programme, by=by, slug=slug)
    return programme


COPIED = (
    "is_rolling",
    "minimum",
    "maximum",
    "short_form_up_to",
    "threshold",
    "quorum",
    "target_days",
    "delivery_months",
    "first_payment_percent",
    "final_report_months",
    "grace_minutes",
)


@transaction.atomic
def copy_round(
    round: Round,
    *,
    by: User,
    reference: str,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    budget: Decimal,
) -> Round:
    """A new round in draft with the settings, questions and criteria of an earlier one.

    `budget` in pounds. The earlier round stays as it was.
    """
    permitted(by, "grants.manage_rounds", round)
    try:
        with transaction.atomic():
            made = Round.objects.create(
                programme=round.programme,
                reference=reference,
                title=title,
                opens_at=opens_at,
                closes_at=closes_at,
                budget=budget,
                **{name: getattr(round, name) for name in COPIED},
            )
    except IntegrityError as clash:
        raise NotReady([f"Another round has the short name {reference}."]) from clash
    kinds: tuple[type[Question] | type[Criterion], ...] = (Question, Criterion)
    for kind in kinds:
        for row in kind._default_manager.filter(round=round).order_by("pk"):
            row.pk, row.round = None, made
            row._state.adding = True
            row.save()
    record("round.created", made, by=by, copied_from=round.reference)
    return made


def _in_draft(round: Round, by: User) -> Round:
    """The round under a lock, while nobody has seen what it asks."""
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    if round.state != RoundState.DRAFT:
        raise NotReady(
            [
                "What a published round asks and how it is judged stands. Copy the round to change it."
            ]
        )
    return round


@transaction.atomic
def change_question(
    question: Question,
    *,
    by: User,
    wording: str,
    guidance: str,
    max_words: int,
    in_short_form: bool,
) -> Question:
    """Change what a round in draft asks. Raises `NotReady` once it is published."""
    round = _in_draft(question.round, by)
    question.wording, question.guidance = wording, guidance
    question.max_words, question.in_short_form = max_words, in_short_form
    question.save()
    record("round.question_changed", round, by=by, question=question.number)
    return question


@transaction.atomic
def change_criterion(
    criterion: Criterion, *, by: User, title: str, hint: str, weight: int, minimum: int | None
) -> Criterion:
    """Change a criterion of a round in draft; `weight` in hundredths of the whole, `minimum` the average
    that is needed to fund (None: none). Raises `NotReady` once it is published.
    """
    round = _in_draft(criterion.round, by)
    criterion.title, criterion.hint = title, hint
    criterion.weight, criterion.minimum = weight, minimum
    criterion.save()
    record("round.criterion_changed", round, by=by, criterion=criterion.code)
    return criterion


@transaction.atomic
def create_round(
    programme: Programme,
    *,
    by: User,
    reference: str,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    budget: Decimal,
    **settings: Any,
) -> Round:
    """A round in draft with the twelve standard questions and seven criteria as rows of its own.

    `budget` in pounds; `settings` are the model's own fields (minimum, maximum, threshold …).
    """
    permitted(by, "grants.manage_rounds", programme)
    made = Round.objects.create(
        programme=programme,
        reference=reference,
        title=title,
        opens_at=opens_at,
        closes_at=closes_at,
        budget=budget,
        **settings,
    )
    Question.objects.bulk_create(
        Question(
            round=made,
            number=q.number,
            short_name=q.short_name,
            wording=q.wording,
            guidance=q.guidance,
            max_words=q.max_words,
            kind=q.kind,
            in_short_form=q.in_short_form,
        )
        for q in QUESTIONS
    )
    Criterion.objects.bulk_create(
        Criterion(
            round=made,
            code=c.code,
            title=c.title,
            hint=c.hint,
            level=c.level,
            weight=c.weight,
            minimum=c.minimum,
            look_at=list(c.look_at),
        )
        for c in CRITERIA
    )
    record("round.created", made, by=by)
    return made
