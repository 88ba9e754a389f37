"""Programmes, rounds and applications, walked through the verbs that the pages use.

`application_at(state)` stops in DRAFT, SUBMITTED, IN_CHECK, RETURNED, WITH_PANEL, INELIGIBLE or
WITHDRAWN. Everything is HERON's (domain 10.3): requested £7,987.20, eligible £7,762.20, cover 27.2%.
Give `round=`, `organisation=`, `person=` or `officer=` to share them between applications.
"""

import io
import itertools
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts import clock
from accounts.enums import TeamRole
from accounts.models import Organisation, User
from focus_people.models import FocusPerson
from grants import actions, workflow
from grants.enums import (
    ApplicationState,
    Declaration,
    EligibilityCriterion,
    FormKind,
    LineCategory,
    LineKind,
    LineVerdict,
    QuestionKind,
    Verdict,
)
from grants.general_requirements import assess_line
from grants.models import Application, BudgetLine, Document, Programme, Round
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import heron

_numbers = itertools.count(1)

# number: category, description, topic, quantity, unit cost, need numbers.
HERON_LINES = (
    (
        LineCategory.TRAINER_FEE,
        "PBS practitioner, 2 days, 12 people, joint",
        "PBS_PRACTITIONER",
        "2",
        "950.00",
        (1, 4),
    ),
    (LineCategory.MATERIALS, "Workbooks", "PBS_PRACTITIONER", "12", "12.00", (1,)),
    (LineCategory.TRAINER_FEE, "Intensive interaction, 1 day", "INTINT", "1", "850.00", (2,)),
    (
        LineCategory.ASSESSMENT_WORKSHOP,
        "PBS plan workshop, circle, 2 half days",
        "PBSPLAN",
        "2",
        "475.00",
        (4, 5),
    ),
    (
        LineCategory.COACHING_FEE,
        "In-situ coaching, 6 visits of 3 hours",
        "PBS_PRACTITIONER",
        "18",
        "65.00",
        (1, 3),
    ),
    (LineCategory.COACHING_FEE, "Reflective practice, 3 of 2 hours", "RRP", "6", "70.00", (6,)),
    (LineCategory.BACKFILL, "8 workers, 15 hours each", "", "120", "15.20", (1,)),
    (
        LineCategory.REPLACEMENT_CARE,
        "Mother and brother attend, 12 hours",
        "",
        "12",
        "24.10",
        (5,),
    ),
    (LineCategory.VENUE, "Community room", "", "1", "120.00", (5,)),
    (LineCategory.TRAVEL, "Family and housing officer", "", "1", "95.00", (5,)),
    (
        LineCategory.TRAINER_FEE,
        "Oliver McGowan training tier 2, 3 new starters",
        "OMMT_T2",
        "3",
        "75.00",
        (1,),
    ),
)

HERON_ANSWERS = {
    1: "A young autistic person with a learning disability and epilepsy. Loves water, humour and "
    "music. A good life: choosing their own day, swimming every week, being held by the arms less.",
    2: "Red on the dynamic support register since May 2025. Community review in April 2025. Three "
    "staff by day and two at night, and the home is at risk.",
    3: "17 people: support workers, team leader, manager, personal assistant, mother, brother, "
    "nurse, speech therapist, social worker, housing officer and a volunteer. 7 sectors.",
    5: "Two practitioner days learned together, one day of intensive interaction, a workshop where "
    "the circle writes one plan, then six coaching visits on real shifts.",
    6: "Family and personal assistant sit beside staff. Three reflective meetings follow. The plan "
    "is reviewed after each.",
    8: "HERON chose who should be on the team days, with pictures. Mother and brother asked to learn "
    "with staff.",
    9: "Council 60%, integrated care board 40% for the weekly support. Neither pays for the circle "
    "to learn together.",
    10: "The team leader learns to coach new starters. The plan is part of every welcome.",
    11: "No physical holds are taught. Social worker and nurse review risk every month. Fewer staff "
    "only if it is safe.",
    12: "July to December 2025, led by the registered manager. Costs come from written quotes.",
}
HERON_OUTCOMES = (
    "Stays out of hospital at 3, 6 and 12 months",
    "Fewer incidents in 28 days, from 22 at the start",
    "Fewer restrictive interventions, and none that hurt",
    "Swims every week",
)
DECLARATIONS = [declaration.value for declaration in Declaration]
SENT_STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.IN_CHECK,
    ApplicationState.RETURNED,
    ApplicationState.WITH_PANEL,
    ApplicationState.INELIGIBLE,
)


def programme(by: User | None = None, **details: Any) -> Programme:
    """A programme made by a programme lead."""
    n = next(_numbers)
    today = clock.today()
    return actions.create_programme(
        by=by or staff(TeamRole.PROGRAMME_LEAD),
        **{
            "slug": f"pwb-england-{n}",
            "name": f"PWB England {n}",
            "starts_on": today - timedelta(days=60),
            "ends_on": today + timedelta(days=700),
            "funders": [("Example Department", Decimal("100.00"))],
        }
        | details,
    )


def programme_and_round(by: User | None = None, publish: bool = True, **settings: Any) -> Round:
    """A published round that is open now (30 days ago to 300 days from now), in a programme of its own.

    `settings` are the round's own fields; `programme=` puts it into one that exists.
    """
    lead = by or staff(TeamRole.PROGRAMME_LEAD)
    held = settings.pop("programme", None) or programme(by=lead)
    n = next(_numbers)
    now = clock.now()
    made = actions.create_round(
        held,
        by=lead,
        **{
            "reference": f"2025-R{n}",
            "title": f"2025 round {n}",
            "opens_at": now - timedelta(days=30),
            "closes_at": now + timedelta(days=300),
            "budget": Decimal("550000.00"),
        }
        | settings,
    )
    return workflow.publish_round(made, by=lead) if publish else made


def heron_lines(application: Application, by: User | None = None) -> None:
    """The eleven lines of the worked example, each tied to its needs."""
    by = by or lead_of(application.organisation)
    needs = {need.number: need for need in application.person.needs.all()}
    for category, description, topic, quantity, unit_cost, numbers in HERON_LINES:
        actions.save_line(
            application,
            by=by,
            needs=[needs[n] for n in numbers],
            category=category,
            description=description,
            topic=topic,
            quantity=Decimal(quantity),
            unit_cost=Decimal(unit_cost),
            kind=LineKind.CASH,
            justification="",
        )


def heron_answers(application: Application, by: User | None = None) -> None:
    """Every answer in words, the needs and four outcomes."""
    by = by or lead_of(application.organisation)
    for question in application.round.questions.filter(kind=QuestionKind.TEXT):
        text = HERON_ANSWERS[question.number]
        actions.save_answer(application, question, by=by, text=text, version=0)
    actions.choose_needs(application, by=by, needs=application.person.needs.all())
    actions.save_outcomes(application, by=by, words=HERON_OUTCOMES)


def picture(colour: str = "white", exif: bytes = b"") -> bytes:
    """A small JPEG; give it another colour to make it another file."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def quote_for(line: BudgetLine, by: User | None = None, colour: str = "white") -> Document:
    """A quote for a budget line, uploaded by the organisation's lead."""
    by = by or lead_of(line.application.organisation)
    return actions.add_document(line.application, by=by, content=picture(colour), line=line)


def started(
    *,
    round: Round | None = None,
    organisation: Organisation | None = None,
    person: FocusPerson | None = None,
    by: User | None = None,
    form: str = FormKind.FULL,
) -> Application:
    """An application with nothing written yet."""
    held = organisation or (person.organisation if person else _organisation())
    lead = by or lead_of(held)
    person = person or heron(held, lead, alias=_alias(held))
    return workflow.start_application(
        person, by=lead, round=round or programme_and_round(), form=form
    )


def _organisation() -> Organisation:
    return organisation()


def _alias(held: Organisation) -> str:
    """HERON for an organisation's first person; whatever is free for the others."""
    return "" if held.focus_people.exists() else "HERON"


def checked(application: Application, by: User) -> Application:
    """Every criterion met; every line accepted but the general requirements, refused as they say."""
    met = dict.fromkeys(EligibilityCriterion.values, (Verdict.PASS.value, "Seen"))
    actions.record_findings(application, by=by, found=met)
    judged = {}
    for line in application.lines.order_by("number"):
        rule = assess_line(line.topic, line.description)
        is_refused = rule is not None and rule.is_refused
        judged[line.number] = (
            (LineVerdict.REFUSED, rule.reason) if is_refused else (LineVerdict.ACCEPTED, "")
        )
    actions.judge_lines(application, by=by, judged=judged)
    return application


def application_at(
    state: ApplicationState | str = ApplicationState.DRAFT,
    *,
    round: Round | None = None,
    organisation: Organisation | None = None,
    person: FocusPerson | None = None,
    officer: User | None = None,
    by: User | None = None,
) -> Application:
    """A complete HERON application, walked to `state` through the real verbs."""
    made = started(round=round, organisation=organisation, person=person, by=by)
    lead = by or lead_of(made.organisation)
    heron_answers(made, lead)
    heron_lines(made, lead)
    if state == ApplicationState.DRAFT:
        return Application.objects.get(pk=made.pk)
    if state == ApplicationState.WITHDRAWN:
        return workflow.withdraw(made, by=lead, reason="We found another way")
    if state not in SENT_STATES:
        raise ValueError(f"{state} is reached by another factory")
    made = workflow.submit(made, by=lead, declarations=DECLARATIONS, effort_minutes=50)
    if state == ApplicationState.SUBMITTED:
        return made
    officer = officer or staff(TeamRole.OFFICER)
    made = workflow.start_check(made, by=officer)
    if state == ApplicationState.IN_CHECK:
        return made
    if state == ApplicationState.RETURNED:
        question = made.round.questions.get(number=9)
        return workflow.ask(made, by=officer, words="Does the ICB pay already?", question=question)
    if state == ApplicationState.INELIGIBLE:
        missed = {EligibilityCriterion.RISK.value: (Verdict.FAIL.value, "")}
        actions.record_findings(made, by=officer, found=missed)
        return workflow.find_ineligible(made, by=officer, reason="No risk of admission is shown.")
    return workflow.pass_to_panel(checked(made, officer), by=officer)
