"""Putting questions and criteria into a version that is being written, and taking them out of it. What
is published stands: answers and scores hang on the rows of the version they were given under.

The number of a question and the code of a criterion say which one it is in every version of a round: a
number that another version has is not given again, so that a list of changes never mixes two questions.
"""

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready

from ..enums import CriterionLevel
from ..models import Criterion, Question, Round, Terms
from ..standard import QUESTIONS


def _written(round: Round, by: User, move: str) -> tuple[Round, Terms]:
    """The round under a lock, and its version that is being written, once `move` may happen."""
    round = locked(round)
    permitted(by, "grants.manage_rounds", round)
    ready(round, move)
    terms = round.versions.get(published_at__isnull=True)
    return round, terms


@transaction.atomic
def add_question(
    round: Round,
    *,
    by: User,
    short_name: str,
    wording: str,
    guidance: str,
    max_words: int,
    in_short_form: bool,
) -> Round:
    """A further question in words, after the others. Its short name says which question it is when an
    answer is used again in another round, so no other of the version has it.

    Raises `NotReady` when no version is being written, it holds 20 already, or the name is taken.
    """
    round, terms = _written(round, by, "add_question")
    if terms.questions.filter(short_name__iexact=short_name).exists():
        raise NotReady([f"Another question is called “{short_name}”."])
    used = Question.objects.filter(terms__round=round).values_list("number", flat=True)
    made = Question.objects.create(
        terms=terms,
        number=max([len(QUESTIONS), *used]) + 1,
        short_name=short_name,
        wording=wording,
        guidance=guidance,
        max_words=max_words,
        in_short_form=in_short_form,
    )
    record("round.question_added", round, by=by, question=made.number, version=terms.number)
    return round


@transaction.atomic
def take_out_question(round: Round, *, by: User, question: Question) -> Round:
    """Ask a question no more. Raises `NotReady` for the needs and the outcomes: budget lines and reports
    are built on them. The others keep their numbers."""
    round, terms = _written(round, by, "take_out_question")
    held = terms.questions_to_take_out().filter(pk=question.pk).first()
    if held is None:
        raise NotReady([f"Question {question.number} cannot be taken out of this version."])
    record("round.question_taken_out", round, by=by, question=held.number, version=terms.number)
    held.delete()
    return round


def _free_code(round: Round, terms: Terms) -> str:
    """The first code that no version has; where each is taken, the first that this version has not."""
    codes = [f"C{number}" for number in range(1, Terms.MOST_CRITERIA + 1)]
    ever = set(Criterion.objects.filter(terms__round=round).values_list("code", flat=True))
    here = set(terms.criteria.values_list("code", flat=True))
    return next(
        (code for code in codes if code not in ever),
        next(code for code in codes if code not in here),
    )


@transaction.atomic
def add_criterion(
    round: Round,
    *,
    by: User,
    title: str,
    hint: str,
    level: CriterionLevel,
    weight: int,
    minimum: int | None,
    look_at: list[str],
) -> Round:
    """A further criterion. `weight` is in hundredths of the whole, `minimum` the average that is needed to
    fund (None: none), `look_at` the parts of the case file that it is about ("Q5", "budget").

    Raises `NotReady` when no version is being written or it holds nine already.
    """
    round, terms = _written(round, by, "add_criterion")
    made = Criterion.objects.create(
        terms=terms,
        code=_free_code(round, terms),
        title=title,
        hint=hint,
        level=level,
        weight=weight,
        minimum=minimum,
        look_at=look_at,
    )
    record("round.criterion_added", round, by=by, criterion=made.code, version=terms.number)
    return round


@transaction.atomic
def take_out_criterion(round: Round, *, by: User, criterion: Criterion) -> Round:
    """Judge by a criterion no more. The weights of the others have to come to 100 before the version is
    published. Raises `NotReady` for the last one."""
    round, terms = _written(round, by, "take_out_criterion")
    held = terms.criteria.filter(pk=criterion.pk).first()
    if held is None:
        raise NotReady([f"Criterion {criterion.code} cannot be taken out of this version."])
    record("round.criterion_taken_out", round, by=by, criterion=held.code, version=terms.number)
    held.delete()
    return round
