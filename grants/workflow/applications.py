"""The verbs of an application, from the first word to the panel's door: start, submit, check, ask,
resubmit, find ineligible, pass to the panel, withdraw.

Sending freezes a case file: what is judged later is what was sent. A question stops the clock on
the day that it is asked and starts it again on the day of the reply (clarification 20).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses
from focus_people.models import FocusPerson

from .. import casefile
from ..enums import FormKind, LineVerdict, QuestionKind
from ..models import (
    Answer,
    Application,
    BudgetLine,
    CaseFile,
    Clarification,
    ClockStop,
    EligibilityCheck,
    PlannedOutcome,
    Question,
    ReferenceCounter,
    Round,
)

WRITERS = (MemberRole.LEAD, MemberRole.CONTRIBUTOR)
COPIED_OF_A_LINE = (
    "number",
    "category",
    "description",
    "activity",
    "topic",
    "quantity",
    "unit_cost",
    "kind",
    "justification",
    "other_funding",
)


def next_reference() -> str:
    """The next number of this London year: PWB-2025-0042. Call it inside a transaction."""
    year = clock.today().year
    ReferenceCounter.objects.get_or_create(year=year)
    counter = ReferenceCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save()
    return f"PWB-{year}-{counter.last:04d}"


def _officers_of(application: Application) -> list[str]:
    if application.case_officer is not None:
        return [application.case_officer.email]
    return team_addresses(TeamRole.OFFICER)


@transaction.atomic
def start_application(
    person: FocusPerson,
    *,
    by: User,
    round: Round,
    form: str = FormKind.FULL,
    eligibility_check: EligibilityCheck | None = None,
) -> Application:
    """Start an application for one person in an open round. One live application per person and round.

    Raises `NotReady` when the round is not open, the record is closed, or one exists already.
    """
    person = locked(person)
    permitted(by, "grants.start_application", person.organisation)
    standing = person.edit_blockers()
    if not round.is_open:
        standing.append(f"{round} is not open now.")
    if earlier := Application.objects.live().filter(person=person, round=round).first():
        standing.append(f"{person.alias} has an application in this round: {earlier.reference}.")
    if standing:
        raise NotReady(standing)
    if eligibility_check is not None and not eligibility_check.is_eligible:
        eligibility_check = None
    try:
        with transaction.atomic():
            application = Application.objects.create(
                reference=next_reference(),
                round=round,
                terms=round.terms,
                organisation=person.organisation,
                person=person,
                form=form,
                eligibility_check=eligibility_check,
                started_by=by,
            )
    except IntegrityError as clash:
        raise NotReady([f"{person.alias} has an application in this round already."]) from clash
    record("application.started", application, by=by, shown_to="applicant")
    return application


@transaction.atomic
def copy_application(
    application: Application, *, by: User, round: Round, person: FocusPerson
) -> Application:
    """Start a new application with what was written in an earlier one of the same organisation.

    Answers come by the name of their question, which every version and every copy of a round keeps; its
    number or its words may differ. `left_behind` of the new one names the answers that the new round
    has no question for. For the same person needs and the lines' needs come too; for another person each
    line waits for its need. Signatures, judgements, questions of officers and documents do not come.
    """
    permitted(by, "grants.copy_application", application)
    if person.organisation_id != application.organisation_id:
        raise ValueError("a person of another organisation")
    made = start_application(person, by=by, round=round, form=application.form)
    texts = made.terms.questions.filter(kind=QuestionKind.TEXT)
    asked = {q.short_name.casefold(): q for q in texts}
    left = []
    for answer in application.answers.select_related("question").order_by("question__number"):
        if not answer.text.strip():
            continue
        if question := asked.get(answer.question.short_name.casefold()):
            Answer.objects.create(
                application=made, question=question, text=answer.text, saved_by=by
            )
        else:
            left.append(answer.question.short_name)
    made.copied_from, made.left_behind = application, left
    made.save(update_fields=["copied_from", "left_behind"])
    PlannedOutcome.objects.bulk_create(
        PlannedOutcome(application=made, number=held.number, words=held.words)
        for held in application.outcomes.order_by("number")
    )
    is_same = person.pk == application.person_id
    if is_same:
        made.needs.set(application.needs.all())
    for line in application.lines.prefetch_related("needs").order_by("number"):
        copy = BudgetLine.objects.create(
            application=made, **{name: getattr(line, name) for name in COPIED_OF_A_LINE}
        )
        if is_same:
            copy.needs.set(line.needs.all())
    record(
        "application.copied",
        made,
        by=by,
        shown_to="applicant",
        copied_from=application.reference,
        left_behind=len(left),
    )
    return made


def _freeze(application: Application, reason: str) -> CaseFile:
    """Write the next version of the case file. Rows refuse change: versions supersede."""
    version = application.case_files.count() + 1
    return CaseFile.objects.create(
        application=application,
        version=version,
        content=casefile.content_of(application),
        reason=reason,
    )


@transaction.atomic
def submit(
    application: Application,
    *,
    by: User,
    declarations: list[str],
    effort_minutes: int | None = None,
) -> Application:
    """The lead signs and sends: all eight declarations, then case file version 1.

    `effort_minutes` is how long it took, in the applicant's own words (optional).
    """
    application = locked(application)
    permitted(by, "grants.submit_application", application)
    application.round = locked(application.round)  # whoever closes it waits, or has closed it
    ready(application, "submit", by)
    if missing := casefile.unsigned(declarations):
        raise NotReady([f"Declare: {label}." for label in missing])
    application.effort_minutes = effort_minutes
    application.submit(by=by, declarations=sorted(declarations))
    application.save()
    frozen = _freeze(application, "Sent by the applicant")
    record(
        "application.submitted",
        application,
        by=by,
        shown_to="applicant",
        case_file=frozen.version,
        requested=frozen.content["requested"],
    )
    post(
        "application_received",
        to=member_addresses(application.organisation, *WRITERS),
        key=f"application.submitted:{application.reference}",
        application=application,
    )
    post(
        "application_waits",
        to=team_addresses(TeamRole.OFFICER),
        key=f"application.waits:{application.reference}",
        application=application,
    )
    return application


@transaction.atomic
def start_check(application: Application, *, by: User) -> Application:
    """An officer takes the case and begins the eligibility check."""
    application = locked(application)
    permitted(by, "grants.check_application", application)
    ready(application, "start_check", by)
    application.start_check(by=by)
    application.save()
    record("application.check_started", application, by=by, shown_to="applicant")
    return application


@transaction.atomic
def ask(
    application: Application,
    *,
    by: User,
    words: str,
    question: Question | None = None,
    line: int | None = None,
) -> Application:
    """Ask the applicant about one answer, one budget line by its number, or the budget (neither). The clock
    stops today. A line that is asked about waits for its verdict again.

    May be used again while a question is open: the clock has stopped already then.
    """
    return _ask(application, [(question, line, words)], by=by)


@transaction.atomic
def ask_about_lines(application: Application, *, by: User, lines: Mapping[int, str]) -> Application:
    """Ask about several budget lines at once: number of the line → question. One letter says so."""
    return _ask(application, [(None, number, words) for number, words in lines.items()], by=by)


def _ask(
    application: Application,
    asked: Sequence[tuple[Question | None, int | None, str]],
    *,
    by: User,
) -> Application:
    application = locked(application)
    permitted(by, "grants.check_application", application)
    ready(application, "ask", by)
    made = [_asked(application, *one, by=by) for one in asked]
    if not application.clock_stops.filter(until_on__isnull=True).exists():
        ClockStop.objects.create(application=application, from_on=clock.today())
    post(
        "question_asked",
        to=member_addresses(application.organisation, *WRITERS),
        key=f"application.returned:{application.reference}:{made[-1].number}",
        application=application,
        questions=len(made),
    )
    return application


def _asked(
    application: Application,
    question: Question | None,
    line: int | None,
    words: str,
    *,
    by: User,
) -> Clarification:
    if line is not None:
        held = application.lines.filter(number=line).first()
        if held is None:
            raise NotReady([f"There is no budget line {line} any more."])
        held.verdict, held.verdict_reason = LineVerdict.OPEN, ""
        held.save(update_fields=["verdict", "verdict_reason"])
    application.ask()
    application.save()
    made = Clarification.objects.create(
        application=application,
        number=application.clarifications.count() + 1,
        question=question,
        line=line,
        words=words,
        asked_by=by,
    )
    record("application.returned", application, by=by, shown_to="applicant", question=made.number)
    return made


@transaction.atomic
def resubmit(application: Application, *, by: User) -> Application:
    """The lead sends the replies. The clock runs again from today; a new case file version stands."""
    application = locked(application)
    permitted(by, "grants.submit_application", application)
    ready(application, "resubmit", by)
    now = clock.now()
    replied = application.clarifications.filter(replied_at__isnull=True)
    numbers = list(replied.order_by("number").values_list("number", flat=True))
    replied.update(replied_at=now, replied_by=by)
    application.clock_stops.filter(until_on__isnull=True).update(until_on=clock.today())
    application.resubmit()
    application.save()
    frozen = _freeze(application, "Answered by the applicant")
    record(
        "application.resubmitted",
        application,
        by=by,
        shown_to="applicant",
        case_file=frozen.version,
        replies=numbers,
    )
    post(
        "reply_received",
        to=_officers_of(application),
        key=f"application.resubmitted:{application.reference}:{frozen.version}",
        application=application,
    )
    return application


@transaction.atomic
def find_ineligible(application: Application, *, by: User, reason: str) -> Application:
    """The application cannot go to the panel; `reason` is shown to the applicant."""
    application = locked(application)
    permitted(by, "grants.check_application", application)
    ready(application, "find_ineligible", by)
    application.find_ineligible(reason=reason)
    application.save()
    record("application.found_ineligible", application, by=by, shown_to="applicant")
    post(
        "not_eligible",
        to=member_addresses(application.organisation, *WRITERS),
        key=f"application.ineligible:{application.reference}",
        application=application,
    )
    return application


@transaction.atomic
def pass_to_panel(application: Application, *, by: User) -> Application:
    """Everything is checked: the last case file version holds the verdicts, and the panel may begin."""
    application = locked(application)
    permitted(by, "grants.check_application", application)
    ready(application, "pass_to_panel", by)
    application.pass_to_panel()
    application.save()
    frozen = _freeze(application, "Checked by an officer")
    record(
        "application.passed_to_panel",
        application,
        by=by,
        shown_to="applicant",
        case_file=frozen.version,
        eligible=frozen.content["eligible"],
    )
    post(
        "passed_to_panel",
        to=team_addresses(TeamRole.PANEL_CHAIR, may=("panel.oversee_case", application)),
        key=f"application.passed:{application.reference}",
        application=application,
    )
    return application


@transaction.atomic
def withdraw(application: Application, *, by: User, reason: str) -> Application:
    """The applicant's lead takes the application back. The clock stops for good."""
    application = locked(application)
    permitted(by, "grants.withdraw_application", application)
    ready(application, "withdraw", by)
    was_sent: Any = application.submitted_at
    application.withdraw(reason=reason)
    application.save()
    application.clock_stops.filter(until_on__isnull=True).update(until_on=clock.today())
    record("application.withdrawn", application, by=by, shown_to="applicant")
    if was_sent:
        post(
            "application_withdrawn",
            to=_officers_of(application),
            key=f"application.withdrawn:{application.reference}",
            application=application,
        )
    return application
