"""The rules of what is never paid for (domain 3.4) and of the questions (domain 10.1), one by one: each rule
by its topic and by words that people write, and each limit at its edge, by page, API and shell."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.state import NotReady
from grants import actions, workflow
from grants.budget import figures
from grants.enums import (
    MAX_NEEDS,
    MAX_OUTCOMES,
    OUTCOME_WORDS,
    ApplicationState,
    Declaration,
    FormKind,
    LineCategory,
    QuestionKind,
)
from grants.general_requirements import RULES, TOPICS, assess_line
from grants.models import Application, BudgetLine
from grants.readiness import asked_questions, question_statuses
from tests.factories.accounts import lead_of
from tests.factories.grants import DECLARATIONS, application_at

# Domain 3.4: code → words as people write them. Refused, or considered on a written case.
REFUSED = {
    "OMMT_T1": "OMMT tier 1 for starters",
    "OMMT_T2": "Oliver McGowan training, tier 2",
    "LD_AUTISM_EQUIVALENT": "Mandatory autism e-learning",
    "CARE_CERT": "Care Certificate for two starters",
    "L2_ASC_CERT": "Level 2 Adult Social Care Certificate",
    "INDUCTION": "Induction of the new team",
    "MOVING_HANDLING": "Moving and handling refresher",
    "FIRE": "Fire safety day",
    "INFECTION_CONTROL": "Infection control course",
    "FOOD_HYGIENE": "Food hygiene, level 2",
    "H_AND_S": "Health and safety at work",
    "COSHH": "COSHH refresher",
    "DSE": "Display screen training",
    "BLS_FIRST_AID": "Basic life support",
    "EFAW": "Emergency first aid at work",
    "SAFEGUARDING_L1_L2": "Safeguarding level 2",
    "MCA_DOLS_BASIC": "Mental Capacity Act basics",
    "EQUALITY": "Equality and diversity",
    "DATA_PROTECTION": "GDPR for staff",
    "CONFLICT_RES_BASIC": "Conflict resolution",
    "MEDICATION_ADMIN_BASIC": "Administration of medicines",
    "RECORD_KEEPING": "Record keeping",
    "DUTY_OF_CANDOUR": "Duty of candour",
    "WHISTLEBLOWING": "Whistleblowing briefing",
    "DIPLOMA_L2_L3_L4_L5": "Level 3 Diploma in Adult Care",
    "APPRENTICESHIP": "Apprenticeship fee",
    "REVALIDATION_CPD": "Nurse revalidation",
    "SUPERVISION_STATUTORY": "Statutory supervision",
    "AUTISM_AWARENESS_GENERIC": "General autism awareness, half a day",
    "PHYSICAL_INTERVENTION": "Physical intervention, 2 days",
}
CONDITIONAL = {
    "EPILEPSY_BUCCAL": "Buccal midazolam for the circle",
    "PEG_ENTERAL": "PEG feeding",
    "DIABETES": "Diabetes and insulin",
    "DYSPHAGIA": "Dysphagia and safe eating",
    "MENTAL_HEALTH_FIRST_AID": "Mental health first aid",
    "MEDICATION_STOMP": "STOMP workshop about these tablets",
}
# Words with a false friend of a rule in them: learning for one person all the same.
HARMLESS = (
    "Handling anger: a low-arousal day",
    "Recording what comes before an episode",
    "Moving on from hospital: a plan workshop",
    "Coaching on shift after the induction of N3",
    "Fire pit cooking as an activity he chose",
    "Keeping people safe: restraint reduction and human rights",
    "Autism learning about this person, a full day",
    "Food that she likes: sensory workshop",
    "Equal partners: family and staff learn together",
)


def test_the_rules_are_those_of_the_register():
    held = {True: {r.code for r in RULES if r.is_refused}}
    held[False] = {r.code for r in RULES} - held[True]
    assert held == {True: set(REFUSED), False: set(CONDITIONAL)}


@pytest.mark.parametrize(("code", "words"), [*REFUSED.items(), *CONDITIONAL.items()])
def test_a_rule_is_found_by_its_topic_and_by_its_words_and_decides_what_counts(code, words):
    lines = {
        "topic": {"topic": code, "description": "A day of learning"},
        "words": {"topic": "", "description": words},
        "words under another topic": {"topic": "OTHER", "description": words},
        "in capitals": {"topic": "", "description": words.upper()},
    }
    for how, said in lines.items():
        rule = assess_line(said["topic"], said["description"])
        assert (rule and rule.code) == code, how
        line = BudgetLine(
            number=1,
            category=LineCategory.TRAINER_FEE,
            quantity=Decimal(1),
            unit_cost=Decimal("1500.00"),
            **said,
        )
        found = figures([line])
        assert found.requested == Decimal("1500.00")
        assert found.eligible == (0 if code in REFUSED else Decimal("1500.00")), how
        assert found.set_aside_lines == (found.lines if code in REFUSED else ()), how


@pytest.mark.parametrize("words", [*HARMLESS, *(label for _, label in TOPICS)])
def test_learning_for_one_person_falls_under_no_refusing_rule(words):
    rule = assess_line("", words)
    assert rule is None or not rule.is_refused


# Questions ---------------------------------------------------------------------------------------

# Domain 10.1: question → words; the short form asks those with a star.
LIMITS = {1: 250, 2: 250, 3: 150, 5: 300, 6: 200, 8: 150, 9: 120, 10: 150, 11: 150, 12: 150}
SHORT = {1, 2, 3, 4, 5, 7, 9, 11}


@pytest.mark.django_db
def test_each_form_asks_the_questions_of_the_domain_with_their_limits():
    draft = application_at(ApplicationState.DRAFT)
    asked = {q.number: q for q in asked_questions(draft)}
    assert set(asked) == set(range(1, 13))
    words = {n: q.max_words for n, q in asked.items() if q.kind == QuestionKind.TEXT}
    assert words == LIMITS
    assert (MAX_NEEDS, MAX_OUTCOMES, OUTCOME_WORDS) == (8, 6, 40)
    draft.form = FormKind.SHORT
    assert {q.number for q in asked_questions(draft)} == SHORT


@pytest.mark.django_db
@pytest.mark.parametrize("number", LIMITS)
def test_an_answer_is_held_to_its_words_and_none_is_lost(number):
    """At the limit it can be sent; a word more is kept and stands in the way; nothing at all as well."""
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    question = next(q for q in asked_questions(draft) if q.number == number)
    pages = Client()
    pages.force_login(lead)
    page = reverse("application-question", args=[draft.reference, number])
    submit = f"/api/v1/applications/{draft.reference}/submit/"
    limit = LIMITS[number]
    for words, problem in (
        (limit, ""),
        (limit + 1, f"has {limit + 1} words. Shorten it to {limit} or fewer."),
        (0, "has no answer yet."),
    ):
        text = "word " * words
        held = draft.answers.get(question=question)
        actions.save_answer(draft, question, by=lead, text=text, version=held.version)
        draft = Application.objects.get(pk=draft.pk)
        said = next(s for s in question_statuses(draft) if s.question.number == number)
        assert (said.words, said.problem.endswith(problem)) == (words, True)
        assert bool(said.problem) is bool(problem)
        assert text.strip() in pages.get(page).content.decode()
        refusals = draft.submit_blockers()
        assert refusals == ([said.problem] if problem else [])
        if problem:
            answer = pages.post(
                submit, {"declarations": DECLARATIONS}, content_type="application/json"
            )
            assert answer.status_code == 409
            assert said.problem in str(answer.json())
            with pytest.raises(NotReady):
                workflow.submit(draft, by=lead, declarations=DECLARATIONS)
    assert Application.objects.get(pk=draft.pk).submitted_at is None


@pytest.mark.django_db
def test_outcomes_and_needs_at_their_edges():
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    for count, words, fits in (
        (1, 1, True),
        (6, 40, True),
        (6, 41, False),
        (0, 0, False),
    ):
        actions.save_outcomes(draft, by=lead, words=["word " * words] * count)
        draft = Application.objects.get(pk=draft.pk)
        assert (draft.submit_blockers() == []) is fits, (count, words)
    with pytest.raises(NotReady, match="at most 6"):
        actions.save_outcomes(draft, by=lead, words=["word"] * 7)


@pytest.mark.django_db
@pytest.mark.parametrize("left_out", Declaration.values)
def test_every_declaration_has_to_be_made(left_out):
    draft = application_at(ApplicationState.DRAFT)
    lead = lead_of(draft.organisation)
    made = [one for one in DECLARATIONS if one != left_out]
    assert len(made) == len(DECLARATIONS) - 1
    pages = Client()
    pages.force_login(lead)
    url = reverse("application-check", args=[draft.reference])
    for door in (f"/applications/{draft.reference}/submit/", url):
        pages.post(door, {"declarations": made})
    data = {"declarations": made}
    api = f"/api/v1/applications/{draft.reference}/submit/"
    assert pages.post(api, data, content_type="application/json").status_code in (400, 409)
    with pytest.raises(NotReady):
        workflow.submit(draft, by=lead, declarations=made)
    assert Application.objects.get(pk=draft.pk).submitted_at is None
