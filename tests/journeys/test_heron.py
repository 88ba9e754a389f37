"""The worked example (domain 10.3) in a browser: Larchwood Support applies for the people around HERON.

A chapter is one stretch of the story, told by the people in it; every figure that the example names is
read from a page. Told twice: with scripts, where every page also passes axe at two widths, and without.
"""

import datetime as dt
import re
from decimal import Decimal

import pytest

from accounts import clock
from accounts.clock import LONDON
from accounts.enums import TeamRole
from grants.enums import Declaration, EligibilityCriterion
from grants.general_requirements import TOPIC_LABELS
from grants.standard import CRITERIA, DESCRIPTORS, QUESTIONS
from outcomes.enums import POINT_TITLE, AnswerStatus, Point
from outcomes.indicators import items_at, wording
from panel.enums import BiasCheck
from tests.factories import accounts as accounts_of
from tests.factories import awards as awards_of
from tests.factories import focus_people as people_of
from tests.factories import grants as grants_of
from tests.factories import outcomes as outcomes_of
from tests.factories import panel as panel_of
from tests.factories import training as training_of
from tests.journeys.people import Story


def day(number: int, month: int, year: int = 2025) -> dt.date:
    return dt.date(year, month, number)


NEEDS = {n: f"N{n} {words}" for n, (_, words) in enumerate(people_of.HERON_NEEDS, start=1)}
WORDINGS = {question.number: question.wording for question in QUESTIONS}

# --- the cast ------------------------------------------------------------------------------------


def the_programme_has_its_staff_and_a_round(story: Story) -> None:
    """Before the story: the staff's accounts, and a round open until 30 May 2025."""
    staff = {
        "officer": (TeamRole.OFFICER, "Grants officer"),
        "first_lead": (TeamRole.PROGRAMME_LEAD, "Programme lead"),
        "second_lead": (TeamRole.PROGRAMME_LEAD, "Deputy programme lead"),
        "finance": (TeamRole.FINANCE, "Finance manager"),
        "chair": (TeamRole.PANEL_CHAIR, "Panel chair"),
        "expert": (TeamRole.PANEL_MEMBER, "Expert by experience"),
        "nurse": (TeamRole.PANEL_MEMBER, "Nurse consultant"),
        "commissioner": (TeamRole.PANEL_MEMBER, "Commissioner"),
        "carer": (TeamRole.PANEL_MEMBER, "Family carer"),
    }
    made = {}
    for key, (role, name) in staff.items():
        email = f"{key.replace('_', '.')}@programme.example.org"
        made[key] = accounts_of.staff(role, email=email, name=name)
        story.meet(key, email, name, has_code=True)
    lead = made["first_lead"]
    programme = grants_of.programme(
        by=lead,
        slug="pwb-england-2025",
        name="PWB England 2025",
        starts_on=day(1, 4),
        ends_on=day(31, 3, 2027),
    )
    grants_of.programme_and_round(
        by=lead,
        programme=programme,
        reference="2025-R2",
        title="2025 round 2",
        opens_at=dt.datetime(2025, 4, 7, 9, tzinfo=LONDON),
        closes_at=clock.end_of(day(30, 5)),
        budget=Decimal("550000.00"),
    )


# --- 1 -------------------------------------------------------------------------------------------

ELIGIBLE = {
    "Do you work for a social care or health organisation in England?": "Yes",
    "Is it for one person who has a learning disability, is autistic or has ADHD?": "Yes, for one person",
    "Is the person at risk of going into hospital, or about to leave it?": "At risk of admission",
    "Is the learning about this person, for the people around them?": "Yes, it is about this person",
    "How much will you ask for?": "Between £1,000 and £8,000",
    "Is anybody paying for this learning already?": "No",
}


def chapter_1_can_we_apply(story: Story) -> None:
    """Six questions without an account: a no that says where to go instead, then a yes."""
    the_programme_has_its_staff_and_a_round(story)
    story.clock.to(day(6, 5))
    lead = story.meet("lead", "operations@larchwood.example.org", "Operations lead")

    lead.open("/").follow("Check if you can apply")
    lead.answers(ELIGIBLE)
    question = "Is the learning about this person, for the people around them?"
    lead.answer(question, "No, any worker would need it").press("See the answer")
    lead.reads("This fund is not the right one", "Learning and Development Support Scheme (LDSS)")
    lead.follow("Answer the questions again")
    lead.answers(ELIGIBLE).press("See the answer")
    lead.reads("Yes, you can apply", "2025 round 2 is open until 30 May 2025")


# --- 2 -------------------------------------------------------------------------------------------


def chapter_2_larchwood_joins(story: Story) -> None:
    """An account, an organisation, an officer who verifies it, a colleague who is invited."""
    story.clock.to(day(6, 5), hour=10)
    lead, officer = story.lead, story.officer
    lead.open("/").follow("Make an account")
    sign_up(lead)
    lead.sign_in()
    lead.follow("Register your organisation")
    lead.answers(
        {
            "Name of the organisation": "Larchwood Support CIC",
            "What kind of organisation is it?": "Adult social care, voluntary",
            "Where do you mainly work?": "North West",
            "How many people work for you?": "50 to 249 staff",
            "Are you registered with the Care Quality Commission?": "Registered",
            "Integrated care board (optional)": "Example ICB",
        }
    ).press("Register")
    lead.reads("Waiting for verification")

    officer.sign_in()
    officer.open("/organisations/").follow("Larchwood Support CIC")
    officer.follow("Verify organisation").press("Verify organisation")
    officer.reads("Verified")

    lead.sign_in()
    lead.follow("Larchwood Support CIC", within=lead.page.get_by_role("complementary"))
    lead.reads("Verified").follow("Invite a colleague")
    lead.answers(
        {
            "E-mail address": "manager@larchwood.example.org",
            "What may they do?": "Contributor",
        }
    ).press("Send invitation")
    lead.reads("An invitation is on its way")

    colleague = story.meet("colleague", "manager@larchwood.example.org", "Registered manager")
    story.refs["join"] = colleague.link("You are invited")
    sign_up(colleague.open("/").follow("Make an account"))
    colleague.sign_in().open(story.refs["join"])
    colleague.reads("Join Larchwood Support CIC").press("Join")
    colleague.reads("You have joined Larchwood Support CIC")


def sign_up(person) -> None:
    """Make an account and confirm the address by the letter's link."""
    person.answers(
        {
            "Your name or job title": person.name,
            "E-mail address": person.email,
            "Password": accounts_of.PASSWORD,
        }
    ).press("Create account")
    person.open(person.link("Confirm your e-mail address")).press("Yes, confirm")


# --- 3 -------------------------------------------------------------------------------------------


def chapter_3_heron(story: Story) -> None:
    """A focus person without a name: facts, best interests, needs, goals, circle, the week before."""
    story.clock.to(day(6, 5), hour=11)
    colleague = story.colleague.sign_in()
    facts_of_heron(colleague)
    story.refs["person"] = colleague.page.url
    needs_and_goals(colleague)
    circle_of_17(colleague)
    the_week_before(colleague)
    story.clock.to(day(12, 5))
    colleague.sign_in().open(story.refs["person"])
    best_interests(colleague)
    colleague.reads("A week of support costs £10,936.80", "17 people around HERON, from 7 sectors")


def facts_of_heron(colleague) -> None:
    facts = people_of.HERON_FACTS
    colleague.open("/people/add/").answers(
        {
            "The word we use instead of a name": "HERON",
            "Your own reference (optional)": "LS-17",
            "Age": facts["age_band"].label,
            "What does the person live with?": [c.label for c in facts["conditions"]],
            "Strengths, and what they love": facts["strengths"],
            "How the person communicates, and how you involved them (optional)": facts[
                "communication"
            ],
            "Where do they live?": facts["setting"].label,
            "Is that in their own area?": facts["area"].label,
            "Why is support at risk?": facts["cohort"].label,
            "Rating on the dynamic support register": facts["dsr_rating"].label,
            "What shows the risk?": [e.label for e in facts["risk_evidence"]],
            "Month of the newest evidence": facts["risk_evidence_on"],
            "Level of need": "4, highest",
            "How serious are the difficulties?": "4, very serious",
            "How ready are the people around to make a difference?": "3",
            "What pays for the support?": [f.label for f in facts["funding_models"]],
            "Who commissions it? (optional)": facts["commissioner"],
            "Who controls the budget?": facts["control_level"].label,
            "Did the person choose their team?": facts["chose_team"].label,
            "Month of the service design (optional)": facts["service_design_on"],
            "Month of the working policy (optional)": facts["working_policy_on"],
        }
    ).press("Save and continue")
    colleague.reads("HERON", facts["strengths"])


def best_interests(colleague) -> None:
    colleague.follow("Record consent or best interests")
    colleague.answers(
        {
            "On what basis do you keep this record?": "A best-interests decision is recorded by the provider",
            "Who decided?": "Social worker",
            "When was it decided?": day(12, 5),
        }
    ).press("Save")
    colleague.reads("Decided on 12 May 2025. Role: social worker.")


def needs_and_goals(colleague) -> None:
    colleague.follow("Write needs")
    for number, (category, statement) in enumerate(people_of.HERON_NEEDS, start=1):
        row = add_row(colleague, f"N{number}", "Add another need")
        colleague.answers(
            {"What it is about": category.label, "The need, in one line": statement}, within=row
        )
    colleague.press("Save").follow("Write goals")
    for number, (domain, words, own) in enumerate(people_of.HERON_GOALS, start=1):
        row = add_row(colleague, f"G{number}", "Add another goal")
        colleague.answers(
            {
                "The goal, in one line": words,
                "What it is about": domain.label,
                "In their own words": own,
            },
            within=row,
        )
    colleague.press("Save").reads("Swim every week")


def add_row(person, name: str, button: str):
    """The fieldset of this row; asks for another one where the page has too few."""
    row = person.page.get_by_role("group", name=name, exact=True)
    if not row.count():
        person.press(button)
    return row


def circle_of_17(colleague) -> None:
    colleague.follow("Change the circle").follow("Paste a list")
    pasted = "\n".join(
        f"{row['role'].label}; {row['sector']}; {row['staff_code']}"
        for row in people_of.HERON_CIRCLE
    )
    colleague.answers({"The list": pasted, "When did they join?": day(6, 1)})
    colleague.press("Check the list").reads("We understood 17 people")
    colleague.press("Add 17 people").reads("17 people added to HERON’s circle")


def the_week_before(colleague) -> None:
    colleague.open(colleague.story.refs["person"]).follow("Write the support plan")
    colleague.answers({"Which moment does it describe?": "Before", "From which day?": day(5, 5)})
    colleague.press("Continue to the week")
    fill_week(colleague, people_of.BEFORE_LINES, expenses="140.00")
    colleague.press("Work it out").reads("Worked out, not saved yet.")
    assert colleague.figure("Cost of a week") == "£10,936.80"
    colleague.press("Save the week").reads("£10,936.80", "2.67")


def fill_week(colleague, lines: list[dict], expenses: str) -> None:
    """Type every line of a week; the page gives more rows when asked."""
    rows = colleague.page.locator("main tbody tr")
    while rows.count() < len(lines):
        colleague.press("Add lines")
    for number, line in enumerate(lines, start=1):
        name, row = f"Line {number}", rows.nth(number - 1)
        colleague.answers(
            {
                f"{name}: Part of the week": line["area"].label,
                "In your words (optional)": line.get("label", ""),
                f"{name}: Who or what": line["resource"].label,
                "Alongside": line.get("is_alongside", False),
                f"{name}: Hours a week": line["hours"],
                f"{name}: Staff": line["staff"],
                f"{name}: Rate": line["rate"],
            },
            within=row,
        )
    colleague.answers({"Expenses": expenses, "Council": "60", "ICB": "40"})


# --- 4 -------------------------------------------------------------------------------------------


def chapter_4_the_application(story: Story) -> None:
    """Twelve questions, eleven lines, check answers, declarations: a reference and what comes next."""
    story.clock.to(day(12, 5), hour=11)
    colleague = story.colleague.sign_in()
    colleague.open("/applications/start/").answer("Who is it for?", "HERON")
    colleague.press("Start").reads("Apply to train the people around HERON")
    story.refs["application"] = colleague.page.url
    twelve_questions(colleague)

    story.clock.to(day(19, 5))
    lead = story.lead.sign_in()
    lead.open(story.refs["application"]).follow("Check your answers, declare and send")
    lead.reads("£7,987.20 asked for, £7,762.20 can be considered")
    lead.follow("Continue to the declarations").reads("You ask for £7,987.20 for HERON.")
    lead.answer("I declare for my organisation", [d.label for d in Declaration])
    lead.answer("How many minutes did the application take? (optional)", "50")
    lead.press("Sign and send").reads("Application sent", "You hear by Wednesday 18 June 2025")
    story.refs["number"] = lead.page.locator(".govuk-panel strong").inner_text()
    assert story.refs["number"] in lead.letter("We have your application")


def twelve_questions(colleague) -> None:
    """Each page leads on to the next: the person, the learning, then the money."""
    colleague.follow("Describe the person and a good life")
    for number in (1, 2, 3, 4, 8, 5, 6, 7, 10, 11, 12):
        if number == 4:
            colleague.answer(WORDINGS[4], list(NEEDS.values()))
        elif number == 7:
            for n, words in enumerate(grants_of.HERON_OUTCOMES, start=1):
                colleague.answer(f"Outcome {n}" + (" (optional)" if n > 1 else ""), words)
        else:
            colleague.answer(WORDINGS[number], grants_of.HERON_ANSWERS[number])
        colleague.press("Save and continue")
    eleven_lines(colleague)
    colleague.follow("Continue").answer(WORDINGS[9], grants_of.HERON_ANSWERS[9])
    colleague.press("Save and continue").reads("Only your lead can sign and send")


def eleven_lines(colleague) -> None:
    """Every line names its needs; the Oliver McGowan line is warned of, with where to go instead."""
    for category, description, topic, quantity, unit_cost, needs in grants_of.HERON_LINES:
        colleague.follow("Add a line").answers(
            {
                "What kind of cost is it?": category.label,
                "What will you pay for?": description,
                "What is it about? (optional)": TOPIC_LABELS.get(topic, "Not about one topic"),
                "Which need is it for?": [NEEDS[n] for n in needs],
                "How many?": quantity,
                "Cost of one": unit_cost,
            }
        ).press("Add this line")
    colleague.reads(
        "Line 11 is saved, but it cannot be funded.",
        "Line 11 cannot be funded: Oliver McGowan training, tier 2, £225.00",
        "Where to go instead: You can claim it through the Learning and Development Support Scheme",
        "Asked for £7,987.20",
        "27.2%",
    )


# --- 5 -------------------------------------------------------------------------------------------


def chapter_5_the_officer_checks(story: Story) -> None:
    """Criteria, lines, a question that stops the clock, a reply that starts it, then the panel's door."""
    story.clock.to(day(22, 5))
    officer = story.officer.sign_in()
    officer.open("/casework/").follow("HERON")
    officer.follow("Start the eligibility check").press("Start the eligibility check")
    officer.follow("Check eligibility")
    for number, criterion in enumerate(EligibilityCriterion, start=1):
        officer.reads(f"{number}. {criterion.label}")
        officer.answer(f"Result of criterion {number}", "Met")
        officer.answer(f"Because, criterion {number}", "Seen on the record")
    officer.press("Save the check").follow("Accept or refuse lines, or ask")
    for number in range(1, 11):
        officer.answer(f"Decision on L{number}", "Accept")
    refusal = officer.page.get_by_label("Why L11 is refused").input_value()
    assert "Learning and Development Support Scheme (LDSS)" in refusal
    assert (
        officer.page.get_by_role("group", name="Decision on L11")
        .get_by_label("Refuse")
        .is_checked()
    )
    officer.press("Save the decisions")
    officer.reads("Budget lines: 10 of 11 accepted", "£7,762.20")

    story.clock.to(day(23, 5))
    officer.sign_in().open(story.refs["application"]).follow("Ask the applicant a question")
    officer.answer("What is it about?", "9. Other funding")
    officer.answer("Your question", "Does the integrated care board pay for any of this already?")
    officer.press("Ask the applicant a question").reads("The clock has stopped")

    story.clock.to(day(28, 5))
    lead = story.lead.sign_in().open(story.refs["application"])
    lead.reads("The 30-day count has stopped on day 4 while you answer.")
    lead.answer("Your reply", "No. It pays its share of the weekly support, and no learning.")
    lead.press("Save and send reply").press("Send reply and restart the count")
    lead.reads("One budget line cannot be funded", "L11 Oliver McGowan training")

    officer.sign_in().open(story.refs["application"])
    officer.reads("No. It pays its share of the weekly support")
    officer.follow("Pass to the panel").press("Pass to the panel")
    officer.reads("The case is with the panel.")


# --- 6 -------------------------------------------------------------------------------------------


def chapter_6_the_panel(story: Story) -> None:
    """Seats, interests before content, three blind sheets, moderation, a recommendation."""
    story.clock.to(day(29, 5))
    the_panel_is_seated(story.first_lead.sign_in())
    the_chair_assigns(story.chair.sign_in())
    story.clock.to(day(2, 6))
    an_interest_closes_the_case(story.carer.sign_in())
    story.clock.to(day(10, 6))
    scorers = (story.expert, story.nurse, story.commissioner)
    for person, scores, total in zip(scorers, SCORES, ("83.00", "77.00", "81.00"), strict=True):
        scores_of(person.sign_in(), scores, total)
    story.clock.to(day(17, 6))
    the_chair_concludes(story.chair.sign_in())


SCORES = panel_of.HERON_SCORES
WORDS = {score: f"{score} {word}" for score, word, _ in DESCRIPTORS}


def the_panel_is_seated(lead) -> None:
    lead.open("/panel/cases/").follow("Who sits on the panel")
    for key in ("expert", "nurse", "commissioner", "carer", "chair"):
        lead.follow("Add a member")
        lead.answer("Who?", lead.story.people[key].name)
        lead.answer("Sits for people with lived experience", key == "expert")
        lead.press("Save")
    for key in ("expert", "nurse", "commissioner", "carer"):
        lead.open("/panel/members/").follow(f"Change {lead.story.people[key].name}")
        lead.follow("2025 round 2")
        lead.answer("When were they briefed for this round?", day(28, 5)).press("Save")


def the_chair_assigns(chair) -> None:
    chair.open("/panel/cases/").follow("Assign HERON")
    who = ("expert", "nurse", "commissioner", "carer")
    chair.answer("Assign members", [chair.story.people[key].name for key in who])
    chair.answer("Scores are due by the end of", day(13, 6)).press("Assign")


def an_interest_closes_the_case(carer) -> None:
    """A family carer who knows the family says so, and never sees the case."""
    carer.follow("Declare", exact=False).does_not_read("Loves water", "£7,762.20")
    carer.answer("Your answer", "Yes, personal")
    carer.answer("What is the interest, or why is the match not one?", "We meet in a carers’ group")
    carer.press("Save my declaration").reads("You are removed from HERON only.")
    carer.open(f"/panel/{carer.story.refs['number']}/file/").reads("Page not found")


def scores_of(person, scores: tuple[int, ...], total: str) -> None:
    """No interest; seven scores with reasons; three checks; the total on the sheet that is in."""
    person.follow("Declare", exact=False).does_not_read("Loves water")
    person.answer("Your answer", "No, I have no interest").press("Save my declaration")
    person.reads("Loves water, humour and music", "7,762.20")
    for number, score in enumerate(scores, start=1):
        criterion = person.page.locator(f"#c{number}")
        if criterion.get_attribute("open") is None:
            criterion.locator("summary").click()
        person.answer(f"Score for C{number}", WORDS[score], within=criterion)
        person.answer(
            "Reason, for the applicant", f"C{number}: specific to HERON", within=criterion
        )
    person.answer("Stop and look at your scores once more", [c.label for c in BiasCheck])
    person.press("Submit scores").reads("Your scores are in.", f"{total} of 100, 7 of 7")


def the_chair_concludes(chair) -> None:
    chair.open("/panel/cases/").follow("Declare HERON")
    chair.answer("Your answer", "No, I have no interest").press("Save my declaration")
    chair.reads("80.33", "Mean of 83.00, 81.00, 77.00", "Nothing is flagged")
    chair.follow("Conclude").answer("The panel recommends to", "Approve with conditions")
    chair.answers(
        {
            "Amount": "7,762.20",
            "Conditions, one on each line": "\n".join(awards_of.CONDITIONS),
            "Why does the panel recommend this?": "A strong plan around one person.",
        }
    )
    for criterion in CRITERIA:
        chair.answer(f"{criterion.code} {criterion.title}", FEEDBACK.format(criterion.code))
    chair.press("Conclude and recommend").reads("Panel score 80.33", "£7,762.20")


FEEDBACK = "{} is clear and specific to this person."

# --- 7 -------------------------------------------------------------------------------------------


def chapter_7_decision_offer_and_first_payment(story: Story) -> None:
    """One lead decides, another releases; the offer is accepted; one prepares, another approves."""
    story.clock.to(day(20, 6))
    lead = story.first_lead.sign_in().open(story.refs["application"])
    lead.follow("Decide").press("Decide").reads("Decided. Another lead can now read the letter")
    second = story.second_lead.sign_in().open(story.refs["application"])
    second.follow("Release the decision").reads("£7,762.20 is awarded for the people around HERON")
    second.press("Release the decision").reads("The decision is released.")
    assert second.figure("net days") == "27 of 30"
    second.reads("32 gross, 5 stopped", where=second.row("net days"))
    the_letter(story.lead.sign_in())
    story.clock.to(day(27, 6))
    the_offer(story.lead.sign_in())
    story.clock.to(day(4, 7))
    first_payment(story)


def the_letter(lead) -> None:
    """Scores and a sentence for each criterion, and no panellist's name."""
    lead.open(lead.story.refs["application"]).follow("Read the letter", exact=False)
    lead.reads("£7,762.20 is awarded", "The panel’s score: 80.33 of 100")
    lead.reads(*(FEEDBACK.format(criterion.code) for criterion in CRITERIA))
    lead.reads("4.67 of 5", *awards_of.CONDITIONS)
    lead.does_not_read("Nurse consultant", "Expert by experience", "83.00")


def the_offer(lead) -> None:
    lead.open(lead.story.refs["application"]).follow("Read the letter", exact=False)
    lead.follow("See the offer")
    lead.story.refs["grant"] = lead.page.url
    lead.follow("Accept the offer")
    for number, words in enumerate(awards_of.CONDITIONS, start=1):
        lead.answer(f"We accept condition {number}: {words}", True)
    lead.answer("We accept the agreement, version 1", True)
    lead.press("Accept the offer").reads("The offer is accepted.")


def first_payment(story: Story) -> None:
    """£6,209.76: 80% of the award. Whoever prepared it is not offered to approve it."""
    officer = story.officer.sign_in().open(story.refs["grant"])
    officer.follow("Prepare the first payment").press("Prepare the first payment")
    officer.reads("£6,209.76").follow("First payment")
    officer.reads("Prepared 4 July 2025").does_not_read("Approve this payment")
    pay(story.finance.sign_in(), "HERON, first payment", "£6,209.76")


def pay(finance, payment: str, amount: str) -> None:
    finance.open("/payments/").follow(payment).reads(amount)
    finance.follow("Approve this payment").press("Approve this payment")
    finance.follow("Mark as paid today").press("Mark as paid today")
    finance.reads("The payment is marked as paid.", amount)


# --- 8 -------------------------------------------------------------------------------------------


def chapter_8_baseline_and_training(story: Story) -> None:
    """How things were; five activities and 14 sessions, by register and form; the 3-month report."""
    story.clock.to(day(7, 7))
    report_of(story, Point.BASELINE, counted_to=day(29, 6))
    story.clock.to(day(11, 7))
    somebody_leaves(story.colleague.sign_in(), "SW1", day(11, 7))

    story.clock.to(day(18, 7))
    colleague = story.colleague.sign_in()
    for activity in training_of.HERON_ACTIVITIES:
        plan_activity(colleague, activity)
    upload_register(colleague, "A1")
    story.clock.to(day(22, 10))
    report_of(story, Point.M3, counted_to=day(19, 10))
    an_officer_accepts(story.officer.sign_in(), Point.M3)
    story.clock.to(day(21, 11))
    story.colleague.sign_in()
    for number in (2, 3, 4, 5):
        hold_sessions(colleague, number)
    colleague.open(f"{story.refs['grant']}training/")
    assert colleague.figure("interventions") == "50"
    assert colleague.figure("people trained") == "14"
    assert colleague.figure("sessions held") == "14"
    assert colleague.figure("sessions joined sectors") == "9 of 14"
    assert colleague.figure("sectors trained") == "6"


def report_of(story: Story, point: Point, counted_to: dt.date) -> None:
    """The lead fills in every question of a point and sends the report."""
    lead = story.lead.sign_in().open(f"{story.refs['grant']}outcomes/{point}/").press("Start")
    if point == Point.M3:
        lead.press("Confirm: the week is as it was").reads("says: no change")
    elif point == Point.M6:
        the_week_after(lead)
        lead.open(f"{story.refs['grant']}outcomes/{point}/")
    lead.answer("Last of the 28 days you counted", counted_to)
    lead.answer("On how many of those days was the person at home with support?", "28")
    lead.answer("Who rated the quality of life?", "Family and staff together")
    claim = lead.page.get_by_text("If an admission was avoided or delayed, or a stay shortened")
    if claim.count():
        claim.click()
    for item in items_at(point):
        if item.code in outcomes_of.HERON[point]:
            answer_item(lead, item, point, outcomes_of.HERON[point][item.code])
    lead.press("Check and send").press("Send this report")
    lead.reads("The report is sent.")


def answer_item(lead, item, point: Point, said) -> None:
    """A number or a choice; or, for a question that does not apply, the reason for no answer."""
    question, _, _ = wording(item, alias="HERON", point=point)
    group = lead.page.get_by_role("group", name=question, exact=True)
    if said == AnswerStatus.NOT_APPLICABLE:
        group.get_by_label("Or no answer, because").select_option(label=said.label)
    elif item.is_choice:
        group.get_by_label(re.compile("^Now")).select_option(label=item.label_of(str(said)))
    else:
        group.get_by_label(re.compile("^Now")).fill(str(said))


def somebody_leaves(colleague, code: str, on: dt.date) -> None:
    colleague.open(f"{colleague.story.refs['person']}circle/")
    row = colleague.page.get_by_role("row").filter(has=colleague.page.get_by_text(code, exact=True))
    colleague.follow("Left", within=row, exact=False)
    colleague.answers(
        {
            "What was the first day on which they no longer belonged to the circle?": on,
            "Why did they leave?": "New job",
        }
    ).press("Save")


def plan_activity(colleague, activity: training_of.Planned) -> None:
    colleague.open(f"{colleague.story.refs['grant']}training/").follow("Add an activity")
    _, description, *_ = grants_of.HERON_LINES[activity.line - 1]
    lines = colleague.page.get_by_label("Which budget line pays for it?", exact=True)
    line = lines.locator("option", has_text=f"L{activity.line} {description}, for ")
    colleague.answers(
        {
            "What will people learn?": activity.title,
            "Which budget line pays for it?": line.inner_text(),
            "Which need of the person is it for?": NEEDS[activity.need],
            "Topic": TOPIC_LABELS[activity.topic],
            "How will people learn?": activity.mode.label,
            "What will people gain?": ["Skills", "Knowledge"],
            "Do people of different sectors learn together?": "Yes" if activity.is_joint else "No",
            "Who delivers it?": "Example Learning CIC",
            "How many people is it planned for?": activity.planned_people,
            "How long is a session, usually?": activity.days[0][1],
        }
    ).press("Add the activity")
    colleague.reads(activity.title)


def upload_register(colleague, code: str) -> None:
    """The trainer's spreadsheet: written by one library, read by another, dates as Excel dates."""
    activity = training_of.HERON_ACTIVITIES[int(code[1:]) - 1]
    rows = [(on, code, who, "yes") for on, _ in activity.days for who in activity.who]
    colleague.open(f"{colleague.story.refs['grant']}training/").follow("Upload a register")
    colleague.page.get_by_label("Choose the register").set_input_files(
        {
            "name": "july.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": training_of.register_xlsx(rows),
        }
    )
    colleague.press("Read the register").reads("22 rows", "16 July 2025", "17 July 2025")
    colleague.press("Put 22 rows in").reads("22 rows were put in")


def hold_sessions(colleague, number: int) -> None:
    """Each session of an activity: the day, the hours, and a tick for everyone in the room."""
    activity = training_of.HERON_ACTIVITIES[number - 1]
    for place, (on, hours) in enumerate(activity.days):
        colleague.open(f"{colleague.story.refs['grant']}activities/{number}/")
        colleague.follow("Add a session").answers(
            {
                "Which day is it?": on,
                "How long is it?": hours,
                "How do people meet?": "In person",
                "Where?": "Where the person lives",
            }
        ).press("Add a session")
        extra = [code for at, code in activity.extra if at == place]
        for code in [*activity.who, *extra]:
            named = re.compile(rf"\b{code}\b")
            colleague.page.get_by_role("checkbox", name=named).check()
        colleague.press("Say who came").reads("The session is held")


# --- 9 -------------------------------------------------------------------------------------------


def chapter_9_what_changed(story: Story) -> None:
    """The report after 6 months, the claim, the final payment, and the programme's figures."""
    story.clock.to(day(14, 1, 2026))
    report_of(story, Point.M6, counted_to=day(11, 1, 2026))
    the_commissioner_agrees(story.officer.sign_in())
    an_officer_accepts(story.officer, Point.M6)
    safely_fewer_staff(story.lead.sign_in())

    story.clock.to(day(21, 1, 2026))
    claim(story.lead.sign_in())
    story.clock.to(day(23, 1, 2026))
    officer = story.officer.sign_in()
    officer.open(story.refs["grant"]).follow("Claim 1").follow("Accept this claim")
    officer.press("Accept this claim").reads("The claim is accepted.")
    officer.open(story.refs["grant"]).follow("Prepare the final payment")
    officer.press("Prepare the final payment").reads("£1,128.44", "£7,338.20")
    pay(story.finance.sign_in(), "HERON, final payment", "£1,128.44")
    the_impact(story.first_lead.sign_in())


def the_week_after(lead) -> None:
    """Two people by day, one awake at night, ten hours of a personal assistant: £6,822.00."""
    lead.follow("Make the plan version of this point").answers(
        {
            "Which moment does it describe?": "After 6 months",
            "From which day?": day(1, 12),
            "What changed, and who agreed it?": "Two people by day, one awake at night",
            "Where do you want to start?": "An empty week",
        }
    ).press("Continue to the week")
    fill_week(lead, people_of.AFTER_LINES, expenses="155.00")
    lead.press("Save the week").reads("£6,822.00", "1.67")


def the_commissioner_agrees(officer) -> None:
    """The officer records the agreement to the week before and the week after 6 months."""
    for version in (1, 3):
        officer.open(f"{officer.story.refs['person']}plans/{version}/")
        officer.follow("Record the commissioner’s agreement")
        officer.press("Record the commissioner’s agreement").reads("Confirmed by commissioner")


def an_officer_accepts(officer, point: Point) -> None:
    officer.open("/outcome-reports/").follow(f"HERON, {POINT_TITLE[point].lower()}")
    officer.follow("Accept this report").press("Accept this report")
    officer.reads("The report is accepted.")


def safely_fewer_staff(lead) -> None:
    lead.open(f"{lead.story.refs['grant']}outcomes/m6/").reads("1.67", "£6,822.00")
    lead.reads("All five are met, so this counts as a safe reduction.")
    lead.open(f"{lead.story.refs['person']}compare/").answers(
        {"Before": "1: Before", "After": "3: After 6 months", "Grant spent (optional)": "7338.20"}
    ).press("Compare")
    lead.reads("A week costs £4,114.80 less", "£10,936.80", "£6,822.00", "2.67", "1.67", "37.6%")
    lead.reads("Grant of £7,338.20 paid back in 1.78 weeks", "£213,969.60", "12 to 10")


def claim(lead) -> None:
    lead.open(lead.story.refs["grant"])
    lead.follow("Say that the training is finished").press("Say that the training is finished")
    lead.follow("Move on to reporting").press("Move on to reporting")
    lead.follow("Claim what was spent").press("Start the claim")
    for number, (amount, note) in awards_of.SPENT.items():
        lead.answers({f"L{number}: spent": amount, f"L{number}: note": note})
    lead.answer("Is this your last claim?", "Yes, everything is spent")
    lead.press("Check and send").press("Send this claim").reads("£7,338.20")


def the_impact(lead) -> None:
    """The programme's figures, and the admissions figure with everything behind it."""
    lead.open("/impact/")
    assert lead.figure("organisations") == "1"
    assert lead.figure("training interventions") == "50"
    assert lead.figure("awarded") == "£7,762.20"
    for line in (
        "Spent £7,338.20",
        "Spent for each intervention £146.76",
        "People trained 14",
        "Safe reductions in staffing 1 of 1",
        "Paid hours a week, safe reductions 448 to 280",
    ):
        lead.reads(line)
    lead.follow("What is behind this figure").reads(
        "Numerator 1 organisation with a report that counts",
        "Denominator A, headline 1 organisation that answered the admission question",
        "Organisations funded, with no answer to this question: 0",
        "95% interval 20.7% to 100.0%",
        "Larchwood Support CIC",
    )
    lead.open("/impact/").follow("Net and gross days of every decision").reads("27", "32")


CHAPTERS = [
    chapter_1_can_we_apply,
    chapter_2_larchwood_joins,
    chapter_3_heron,
    chapter_4_the_application,
    chapter_5_the_officer_checks,
    chapter_6_the_panel,
    chapter_7_decision_offer_and_first_payment,
    chapter_8_baseline_and_training,
    chapter_9_what_changed,
]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_worked_example_from_the_first_question_to_the_final_payment(browsing, scripts):
    story = Story(browsing, scripts=scripts)
    with story.clock:
        for chapter in CHAPTERS:
            chapter(story)
