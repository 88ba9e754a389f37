"""Setting up a programme and its rounds. A new round copies the standard questions and criteria."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotAllowed, NotReady, locked, permitted, ready

from ..models import Criterion, Funder, Programme, Question, Round, Terms
from ..models.programme import share_sentences
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
    """A fund with its funders: (name, share in percent), which together come to 100.

    Raises `NotAllowed` unless `by` is a lead, `NotReady` when the shares do not come to 100 or a funder
    stands twice.
    """
    if not by.is_team(TeamRole.PROGRAMME_LEAD):
        raise NotAllowed("grants.manage_rounds")
    held = _checked(funders)
    programme = Programme.objects.create(slug=slug, name=name, starts_on=starts_on, ends_on=ends_on)
    _pay(programme, held)
    record("programme.created", programme, by=by, slug=slug)
    return programme


def _checked(funders: Iterable[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    held = list(funders)
    found = share_sentences(share for _, share in held)
    if len({name.casefold() for name, _ in held}) < len(held):
        found.append("The same funder stands twice.")
    if any(share <= 0 for _, share in held):
        found.append("Each share is more than nothing.")
    if found:
        raise NotReady(found)
    return held


def _pay(programme: Programme, funders: list[tuple[str, Decimal]]) -> None:
    Funder.objects.bulk_create(
        Funder(programme=programme, name=name, share=share) for name, share in funders
    )


@transaction.atomic
def change_funders(
    programme: Programme, *, by: User, funders: Iterable[tuple[str, Decimal]]
) -> Programme:
    """Put other funders and shares (in percent) in the place of those that a programme has.

    Raises `NotReady` as above, and once an award of the programme is released: letters have said who pays.
    """
    programme = locked(programme)
    permitted(by, "grants.manage_rounds", programme)
    if standing := programme.change_funders_blockers():
        raise NotReady(standing)
    held = _checked(funders)
    before = [f"{funder}" for funder in programme.funders.order_by("pk")]
    programme.funders.all().delete()
    _pay(programme, held)
    record("programme.funders_changed", programme, by=by, before=before)
    return programme


COPIED = (
    "is_rolling",
    "priorities",
    "minimum",
    "maximum",
    "short_form_up_to",
    "target_days",
    "delivery_months",
    "first_payment_percent",
    "final_report_months",
    "grace_minutes",
    "hides_organisation",
)


CHANGED = (
    "title",
    "opens_at",
    "closes_at",
    "is_rolling",
    "priorities",
    "budget",
    "minimum",
    "maximum",
    "short_form_up_to",
    "delivery_months",
    "grace_minutes",
    "hides_organisation",
)


@transaction.atomic
def change_round(round: Round, *, by: User, **settings: Any) -> Round:
    """Change what a round in draft says about itself: `settings` are those of `CHANGED`, amounts in pounds.

    Raises `NotReady` once it is published: applicants have read it.
    """
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    ready(round, "change")
    changed = [name for name in CHANGED if name in settings]
    moved = sorted(name for name in changed if getattr(round, name) != settings[name])
    for name in moved:
        setattr(round, name, settings[name])
    round.save()
    record("round.changed", round, by=by, settings=moved)
    return round


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
    copy_terms(round.terms, made, 1)
    record("round.created", made, by=by, copied_from=round.reference)
    return made


def copy_terms(terms: Terms, round: Round, number: int) -> Terms:
    """A version of `round` to be written, with everything that another version says. Call it inside a
    transaction."""
    made = Terms.objects.create(
        round=round, number=number, threshold=terms.threshold, quorum=terms.quorum
    )
    kinds: tuple[type[Question] | type[Criterion], ...] = (Question, Criterion)
    for kind in kinds:
        for row in kind._default_manager.filter(terms=terms).order_by("pk"):
            row.pk, row.terms = None, made
            row._state.adding = True
            row.save()
    return made


def _being_written(terms: Terms, by: User) -> Terms:
    """The version, with its round under a lock, while it is being written."""
    round = locked(terms.round)
    permitted(by, "grants.manage_rounds", round)
    terms = Terms.objects.get(pk=terms.pk)
    if terms.is_frozen:
        raise NotReady([f"Version {terms.number} is published: it stands. Write a new version."])
    terms.round = round
    return terms


@transaction.atomic
def change_bar(terms: Terms, *, by: User, threshold: Decimal, quorum: int) -> Terms:
    """Change the score to reach (0 to 100) and the scores that each case needs (1 to 9) of a version that
    is being written. Raises `NotReady` once it is published.
    """
    terms = _being_written(terms, by)
    terms.threshold, terms.quorum = threshold, quorum
    terms.save()
    record("round.bar_changed", terms.round, by=by, version=terms.number)
    return terms


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
    """Change what a version that is being written asks. Raises `NotReady` once it is published."""
    question.terms = _being_written(question.terms, by)
    question.wording, question.guidance = wording, guidance
    question.max_words, question.in_short_form = max_words, in_short_form
    question.save()
    record(
        "round.question_changed",
        question.terms.round,
        by=by,
        question=question.number,
        version=question.terms.number,
    )
    return question


@transaction.atomic
def change_criterion(
    criterion: Criterion,
    *,
    by: User,
    title: str,
    hint: str,
    weight: int,
    minimum: int | None,
    look_at: list[str] | None = None,
) -> Criterion:
    """Change a criterion of a version that is being written; `weight` in hundredths of the whole, `minimum`
    the average that is needed to fund (None: none), `look_at` the parts of the case file that it is about
    (None: as they are). Raises `NotReady` once it is published.
    """
    criterion.terms = _being_written(criterion.terms, by)
    criterion.title, criterion.hint = title, hint
    criterion.weight, criterion.minimum = weight, minimum
    if look_at is not None:
        criterion.look_at = look_at
    criterion.save()
    record(
        "round.criterion_changed",
        criterion.terms.round,
        by=by,
        criterion=criterion.code,
        version=criterion.terms.number,
    )
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
    threshold: Decimal = Decimal("60.00"),
    quorum: int = 3,
    **settings: Any,
) -> Round:
    """A round in draft with the twelve standard questions and seven criteria as rows of its own.

    `budget` in pounds; `settings` are the model's own fields (minimum, maximum …);
    `threshold` (0 to 100) and `quorum` go into the first version of its terms.
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
    terms = Terms.objects.create(round=made, number=1, threshold=threshold, quorum=quorum)
    Question.objects.bulk_create(
        Question(
            terms=terms,
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
            terms=terms,
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
