"""Setting up a programme and its rounds. A new round copies the standard questions and criteria."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotAllowed, NotReady, permitted

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
    for rows in (round.questions.all(), round.criteria.all()):
        copies = list(rows)
        for row in copies:
            row.pk, row.round = None, made
            row._state.adding = True
        if copies:
            type(copies[0])._base_manager.bulk_create(copies)
    record("round.created", made, by=by, copied_from=round.reference)
    return made


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
