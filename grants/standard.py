"""The standard form and the published criteria (domain 10.1, 10.2). A new round copies them to rows
of its own, so that a later change here never touches what was asked or judged before.
"""

from dataclasses import dataclass

from .enums import CriterionLevel, QuestionKind


@dataclass(frozen=True)
class StandardQuestion:
    """One of the twelve questions: its limit in words and whether the short form asks it."""

    number: int
    short_name: str
    wording: str
    guidance: str
    max_words: int
    in_short_form: bool = False
    kind: QuestionKind = QuestionKind.TEXT


_WORDS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def how_many_questions(count: int) -> str:
    """ "twelve questions"; beyond twelve in digits."""
    said = _WORDS[count] if count < len(_WORDS) else str(count)
    return f"{said} {'question' if count == 1 else 'questions'}"


QUESTIONS = (
    StandardQuestion(
        1,
        "The person and a good life",
        "Describe, without names or identifying details, the person this grant is for and what a "
        "good life would look like to them.",
        "Use their words. Say how they were involved. No name, date of birth, NHS number or "
        "hospital name.",
        250,
        True,
    ),
    StandardQuestion(
        2,
        "What is happening now",
        "What is happening now, and why is support at risk (or discharge held up)?",
        "Give dates by month, the dynamic support register rating and any care and treatment "
        "review. Avoid clinical narratives.",
        250,
        True,
    ),
    StandardQuestion(
        3,
        "The circle and who will learn",
        "Who is in the circle of support, and who will learn?",
        "List by role and sector. Include family, personal assistants and night staff.",
        150,
        True,
    ),
    StandardQuestion(
        4,
        "Needs the learning is for",
        "Which of the person’s needs will the learning address?",
        "Choose up to 8. Each budget line must link to one of these.",
        25,
        True,
        QuestionKind.NEEDS,
    ),
    StandardQuestion(
        5,
        "The learning and why it fits",
        "What learning will you arrange, who will deliver it and why is it right for this person "
        "rather than general training?",
        "Explain what makes it personal. Statutory and mandatory training is not fundable.",
        300,
        True,
    ),
    StandardQuestion(
        6,
        "Learning together, put into practice",
        "How will people learn together or in a joined-up way, and how will it be put into "
        "practice (coaching, reflection, plan review)?",
        "Say who sits in the same session, and what happens on shift afterwards.",
        200,
    ),
    StandardQuestion(
        7,
        "What will be different",
        "What will be different for the person, the team and the wider system in 3, 6 and 12 "
        "months?",
        "Up to 6 measurable outcomes. Say where you start from and how you will know.",
        40,
        True,
        QuestionKind.OUTCOMES,
    ),
    StandardQuestion(
        8,
        "How they shaped this bid",
        "How have the person, family or advocate shaped this bid, and how will you act on their "
        "views?",
        "If that was not possible, say why and who decided in best interests.",
        150,
    ),
    StandardQuestion(
        9,
        "Other funding",
        "What other funding exists for this (personal health budget, direct payment, Learning and "
        "Development Support Scheme, user-led organisation fund, integrated care board)? What "
        "will this grant add?",
        "Double funding is refused, so we ask everyone. If there is none, say so.",
        120,
        True,
    ),
    StandardQuestion(
        10,
        "Making it last",
        "How will the learning last when staff change, and how will others benefit?",
        "Train-the-trainer, induction, cascading, rolling sessions.",
        150,
    ),
    StandardQuestion(
        11,
        "Safety and restriction",
        "What could go wrong, how will you keep people safe and reduce restrictive practice?",
        "Include safeguarding, capacity, risk and positive risk-taking.",
        150,
        True,
    ),
    StandardQuestion(
        12,
        "Delivery plan",
        "What is your delivery plan: start, key dates, who leads, and how the budget was worked "
        "out?",
        "Three to four months proved tight in the pilot; allow six.",
        150,
    ),
)


@dataclass(frozen=True)
class StandardCriterion:
    """One of the seven criteria: weight of 100, and the average needed to fund (None: no minimum)."""

    code: str
    title: str
    hint: str
    level: CriterionLevel
    weight: int
    minimum: int | None
    look_at: tuple[str, ...]


CRITERIA = (
    StandardCriterion(
        "C1",
        "Fit to the person’s specific needs, not a general requirement",
        "Could this bid be about nobody else? Each line should name a need that you can recognise "
        "in the person’s story.",
        CriterionLevel.PERSON,
        20,
        3,
        ("Q1", "Q4", "Q5", "needs", "budget"),
    ),
    StandardCriterion(
        "C2",
        "Likely outcomes for the person: admission, quality of life, restriction",
        "How likely is it that this person stays out of hospital, is restricted less and lives "
        "better? Look for a starting point and a measure.",
        CriterionLevel.PERSON,
        20,
        2,
        ("Q2", "Q7", "outcomes"),
    ),
    StandardCriterion(
        "C3",
        "The circle: who is included, across sectors, learning together, family",
        "Are family, personal assistants, night staff and other organisations in the same room?",
        CriterionLevel.TEAM,
        15,
        2,
        ("Q3", "Q6", "circle"),
    ),
    StandardCriterion(
        "C4",
        "Quality of the learning’s design and evidence",
        "Positive behaviour support framework, coaching on shift, reflection, competence checked "
        "in practice.",
        CriterionLevel.TEAM,
        15,
        2,
        ("Q5", "Q6", "budget"),
    ),
    StandardCriterion(
        "C5",
        "Benefit to the wider system, and whether it lasts",
        "Who else gains, and what is left when trained people leave?",
        CriterionLevel.SYSTEM,
        15,
        None,
        ("Q7", "Q10"),
    ),
    StandardCriterion(
        "C6",
        "Value for money, and a realistic budget and timetable",
        "Are the costs usual for what they buy, is other funding used first, and can it be done "
        "in the time?",
        CriterionLevel.SYSTEM,
        10,
        None,
        ("Q9", "Q12", "budget"),
    ),
    StandardCriterion(
        "C7",
        "Involvement, safety and measurement",
        "Was this shaped with the person and family? Are safeguarding, positive risk-taking and a "
        "baseline planned?",
        CriterionLevel.PERSON,
        5,
        2,
        ("Q8", "Q11", "Q7"),
    ),
)

# What each score means, for every criterion: score, word, meaning (domain 10.2).
DESCRIPTORS = (
    (0, "Not addressed", "Nothing relevant, or clearly ineligible"),
    (1, "Poor", "Mostly generic; major gaps; little link to the person"),
    (
        2,
        "Weak",
        "Some relevance; important gaps that conditions could not easily fix",
    ),
    (3, "Adequate", "Meets the criterion; minor gaps fixable by a condition"),
    (4, "Good", "Clear, specific, evidenced, linked to this person; few minor gaps"),
    (
        5,
        "Excellent",
        "Compelling, specific, co-produced, measurable and sustainable; could be a model",
    ),
)
