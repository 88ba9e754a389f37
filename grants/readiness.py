"""What still stands in the way of each verb of an application, in complete sentences for the page.

Called by the `<verb>_blockers()` of the model, so that pages, the API and the verbs say the same.
Reading only.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.urls import reverse

from accounts import clock, written
from accounts.enums import OrganisationState
from accounts.fields import count_words
from accounts.written import pounds
from focus_people.doubts import unanswered
from focus_people.identifiers import find_identifiers
from focus_people.reports import active_members, current_consent, sectors_in_circle

from . import budget
from .enums import (
    MAX_NEEDS,
    OUTCOME_WORDS,
    EligibilityCriterion,
    FormKind,
    LineVerdict,
    QuestionKind,
    Verdict,
)

if TYPE_CHECKING:
    from .models import Answer, Application, Question


def identifier_sentences(text: str) -> list[str]:
    """What in a text could say who somebody is and must come out; none means that it may be kept."""
    return [f"{found.sentence}." for found in find_identifiers(text) if found.is_refused]


def asked_questions(application: "Application") -> list["Question"]:
    """The questions that this application answers, in order: all twelve, or the short form's."""
    found = sorted(application.terms.questions.all(), key=lambda question: question.number)
    if application.form == FormKind.SHORT:
        found = [question for question in found if question.in_short_form]
    return found


@dataclass(frozen=True)
class QuestionStatus:
    """How far one question has got: `problem` is the sentence that keeps it from being sent."""

    question: "Question"
    text: str
    words: int
    problem: str

    @property
    def is_started(self) -> bool:
        return self.words > 0

    @property
    def is_complete(self) -> bool:
        return not self.problem


def _not_asked_about(
    application: "Application", questions: list["Question"], answers: dict[int, "Answer"]
) -> dict[int, str]:
    """By question: what a text that saved itself says of somebody, and its writer was never asked about."""
    asked = {
        reverse("application-question", args=[application.reference, question.number]): question
        for question in questions
        if question.pk in answers
    }
    found = unanswered({url: answers[question.pk].text for url, question in asked.items()})
    return {
        asked[
            url
        ].pk: f"{sentence}. Open the question and save it: take it out, or say why it stays."
        for url, sentence in found.items()
        if application.can_edit("answers", asked[url])
    }


def question_statuses(application: "Application") -> list[QuestionStatus]:
    """Each asked question with its text, its words and what is missing."""
    answers: dict[int, Answer] = {a.question_id: a for a in application.answers.all()}
    questions = asked_questions(application)
    doubts = _not_asked_about(application, questions, answers)
    found = []
    for question in questions:
        label = f"Question {question.number} ({question.short_name})"
        if question.kind == QuestionKind.NEEDS:
            needs = sorted(application.needs.all(), key=lambda need: need.number)
            text, problem = "\n".join(str(need) for need in needs), ""
            if not needs:
                problem = f"Choose the needs that the learning is for: question {question.number}."
            elif len(needs) > MAX_NEEDS:
                problem = f"Choose at most {MAX_NEEDS} needs: question {question.number}."
            found.append(QuestionStatus(question, text, len(needs), problem))
            continue
        if question.kind == QuestionKind.OUTCOMES:
            outcomes = sorted(application.outcomes.all(), key=lambda o: o.number)
            text, problem = "\n".join(o.words for o in outcomes), ""
            if not outcomes:
                problem = f"Set out what will be different: question {question.number}."
            elif any(count_words(o.words) > OUTCOME_WORDS for o in outcomes):
                problem = f"Shorten each outcome to {OUTCOME_WORDS} words or fewer."
            found.append(QuestionStatus(question, text, len(outcomes), problem))
            continue
        answer = answers.get(question.pk)
        text = answer.text if answer else ""
        words, problem = count_words(text), ""
        if not text.strip():
            problem = f"{label} has no answer yet."
        elif words > question.max_words:
            problem = f"{label} has {words} words. Shorten it to {question.max_words} or fewer."
        elif sentences := identifier_sentences(text):
            problem = f"{label}: {sentences[0]}"
        elif question.pk in doubts:
            problem = f"{label}: {doubts[question.pk]}"
        found.append(QuestionStatus(question, text, words, problem))
    return found


def _person_sentences(application: "Application") -> list[str]:
    person = application.person
    found = []
    if person.closed_because:
        found.append(person.closed_because)
    if current_consent(person) is None:
        found.append(f"Record consent or a best-interests decision for {person.alias}.")
    elif not application.has_basis:
        found.append(
            f"The consent or best-interests decision for {person.alias} does not cover an application."
        )
    if not person.cohort:
        found.append(
            f"Say whether {person.alias} is at risk of admission, about to be discharged or moving "
            "to adult services."
        )
    if not active_members(person, clock.today()):
        found.append(f"Add at least one person to {person.alias}’s circle of support.")
    return found


def budget_sentences(application: "Application") -> list[str]:
    """What stands in the way of sending the budget: limits, shares, lines without a need."""
    without = [said for _, said in _lines_without_need(application)]
    return _figure_sentences(application) + without


def _lines_without_need(application: "Application") -> list[tuple[int, str]]:
    """(number of the line, what is wrong with the need that it names)."""
    lines = sorted(application.lines.all(), key=lambda line: line.number)
    prefetch_related_objects(lines, "needs")
    chosen = {need.pk for need in application.needs.all()}
    found = []
    for line in lines:
        named = {need.pk for need in line.needs.all()}
        if not named:
            said = f"Line {line.number} names no need. Choose the need that it is for."
            found.append((line.number, said))
        elif chosen and not named & chosen:
            said = f"Line {line.number} names a need that question 4 does not choose."
            found.append((line.number, said))
    return found


def _figure_sentences(application: "Application") -> list[str]:
    """What the figures break: the round's limits, shares of the budget, the short form's limit."""
    lines = list(application.lines.all())
    round_ = application.round
    found = budget.limit_sentences(budget.figures(lines), round_.minimum, round_.maximum)
    requested = budget.figures(lines).requested
    if application.form == FormKind.SHORT and requested > round_.short_form_up_to:
        found.append(
            f"The short form is for up to {pounds(round_.short_form_up_to)}. Change to the "
            "full form: nothing you have written is lost."
        )
    return found


def before_submit(application: "Application") -> list[str]:
    """Everything that is missing before an application can be sent (domain 10.1, 11; 6.3 for money)."""
    found = []
    if application.organisation.state != OrganisationState.VERIFIED:
        found.append(
            f"{application.organisation} is not verified yet. An officer does this, usually within "
            "2 working days."
        )
    if not application.is_in_time:
        found.append(f"{application.round} is not open now.")
    found += _person_sentences(application)
    found += [status.problem for status in question_statuses(application) if status.problem]
    found += budget_sentences(application)
    return found


def circle_advice(application: "Application") -> str:
    """Not a hindrance: the fund looks for people of several sectors who learn together."""
    members = active_members(application.person, clock.today())
    if members and len(sectors_in_circle(members)) < 2:
        return "Everyone in the circle is from one sector. The panel looks for learning together."
    return ""


def before_resubmit(application: "Application") -> list[str]:
    """Each question that was asked has a reply, and what was reopened is still complete."""
    found = []
    for asked in application.clarifications.filter(replied_at__isnull=True).order_by("number"):
        if not asked.reply.strip():
            found.append(f"Reply to question {asked.number} from the officer.")
        elif sentences := identifier_sentences(asked.reply):
            found.append(f"Your reply to question {asked.number}: {sentences[0]}")
    found += [status.problem for status in question_statuses(application) if status.problem]
    return found + [said for said, is_theirs in _reopened_budget(application) if is_theirs]


def beyond_their_reach(application: "Application") -> list[str]:
    """What is wrong with the budget while only a part is open that cannot put it right: it keeps nobody from
    replying. The officer reads it too, and may ask about the whole budget."""
    return [said for said, is_theirs in _reopened_budget(application) if not is_theirs]


def _reopened_budget(application: "Application") -> list[tuple[str, bool]]:
    """What stands in the way of the budget, each with whether those who reply can put it right: the whole
    budget is open to them, or the line itself is at fault and open."""
    if application.can_edit("budget"):
        return [(said, True) for said in budget_sentences(application)]
    found = [(said, False) for said in _figure_sentences(application)]
    found += [
        (said, application.can_edit_line(number))
        for number, said in _lines_without_need(application)
    ]
    return found


def before_ineligible(application: "Application") -> list[str]:
    """A finding of “not met” stands behind every application that is found not eligible."""
    if application.findings.filter(verdict=Verdict.FAIL).exists():
        return []
    return ["Record which criterion is not met first."]


def before_panel(application: "Application") -> list[str]:
    """Every criterion met, every line judged, the eligible total within the round's limits; in a round that
    judges all together, its last day over (not on the fast track)."""
    verdicts = dict(application.findings.values_list("criterion", "verdict"))
    missing = [c.label for c in EligibilityCriterion if verdicts.get(c) != Verdict.PASS]
    found = []
    if len(missing) == len(EligibilityCriterion):
        found.append("Check the eligibility criteria. None is met yet.")
    else:
        found += [f"Not met yet: {label[0].lower()}{label[1:]}." for label in missing]
    lines = list(application.lines.order_by("number"))
    kept = {line.number for line in lines if line.verdict != LineVerdict.REFUSED}
    found += [
        f"{said.split('. ')[0].removesuffix('.')}. Ask about it."
        for number, said in _lines_without_need(application)
        if number in kept
    ]
    open_lines = [line.code for line in lines if line.verdict == LineVerdict.OPEN]
    if open_lines:
        found.append(f"Accept or refuse {', '.join(open_lines)}.")
    else:
        eligible = budget.figures(lines).eligible
        if not application.round.minimum <= eligible <= application.round.maximum:
            found.append(
                f"What is eligible comes to {written.money(eligible)}. It must be between "
                f"{pounds(application.round.minimum)} and "
                f"{pounds(application.round.maximum)}."
            )
        found += [share.sentence for share in budget.figures(lines).shares if share.is_over]
    judged_from = application.round.judged_from
    if judged_from and clock.now() < judged_from and not application.fast_from:
        day = clock.day_of(judged_from - timedelta(microseconds=1))
        found.append(
            f"This round is judged together: its cases go to the panel after {written.day(day)}."
        )
    return found
