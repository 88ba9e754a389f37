"""Work that waits for every role today, in a programme of its own: nothing of it is in the pilot's figures.

Days count back from today, so that a demonstration made next month is as fresh as one made now.
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from accounts import clock
from accounts import workflow as who
from accounts.enums import MemberRole
from accounts.models import Membership, Organisation, User
from grants import actions, workflow
from grants.enums import QuestionKind
from grants.models import Application, Grant
from panel import workflow as panel

from . import judging, learning, market, voices, words
from .people import CONTRIBUTOR, NEWCOMER, PROVIDER, sign_in, somebody
from .plan import Body, Case, Learning
from .story import FUNDERS, Story, on

LARCHWOOD = Body("Larchwood Support CIC", "ASC_V", "north_west", "medium", "registered", "both")
NEIGHBOUR = Body("Willowgate Homes", "ASC_P", "yorkshire", "small", "registered", "no")
WAITING = Body("Hazelcombe Living", "ASC_V", "south_west", "micro", "applied", "no")
GOOD = [(5, 4, 4, 4, 4, 4, 3), (4, 4, 5, 3, 4, 3, 3), (5, 4, 4, 4, 3, 4, 4)]
SPLIT = [(5, 4, 4, 4, 4, 4, 3), (3, 2, 3, 3, 3, 3, 3), (5, 4, 4, 4, 3, 4, 4)]

LIBRARY = (
    ("Working policy", "Refresh the working policy within 3 months", "the policy", ""),
    (
        "Certified trainer",
        "Use a trainer certified by the Restraint Reduction Network for any physical intervention",
        "the certificate",
        "first",
    ),
    ("General training", "Pay for general training in another way, such as the LDSS", "", ""),
    ("Plan shared", "Share the written plan with everybody in the circle", "its date", "final"),
)


class Live:
    """The present: one case in every state that waits for somebody."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.random = Random(2026)
        self.today = clock.today()
        self.larchwood: Organisation
        self.neighbour: Organisation

    def ago(self, days: int) -> AbstractContextManager[None]:
        """The clock at ten o'clock, so many days ago."""
        return on(self.today - timedelta(days=days))

    def tell(self) -> None:
        with self.ago(400):
            self.open_round()
        for days in (399, 200):  # and once more when the year is over
            with self.ago(days):
                judging.brief(self.story)
        voices.survey(self)
        lead, other = self.organisations()
        self.draft(lead)
        self.question(lead)
        self.with_panel(lead, other)
        self.moderation(other)
        self.decisions(other)
        self.offer(lead)
        self.running(lead)
        self.reporting(other)
        voices.stories(self, lead)
        for days in (2, 1):
            self.sent(self.neighbour, other, days)

    def open_round(self) -> None:
        story = self.story
        lead = story.staff["lead"]
        year = self.today.year
        programme = actions.create_programme(
            by=lead,
            slug="pwb-now",
            name=f"Personal workforce budgets, {year} to {year + 1}",
            starts_on=self.today - timedelta(days=400),
            ends_on=self.today + timedelta(days=700),
            funders=FUNDERS,
        )
        made = actions.create_round(
            programme,
            by=lead,
            reference=f"{year}-R1",
            title=f"Rolling round of {year}",
            opens_at=clock.now() - timedelta(days=1),
            closes_at=datetime.combine(
                self.today + timedelta(days=200), time(17), tzinfo=clock.LONDON
            ),
            budget=Decimal("90000.00"),
        )
        story.round = workflow.publish_round(made, by=lead)
        for title, said, evidence, before in LIBRARY:
            actions.save_standard_condition(
                None, by=lead, title=title, words=said, evidence=evidence, before=before
            )
        story.texts = list(story.round.questions.filter(kind=QuestionKind.TEXT))

    def organisations(self) -> tuple[User, User]:
        story = self.story
        with self.ago(399):
            lead, other = sign_in(PROVIDER), somebody("lead@willowgate.example", "Service manager")
            colleague = sign_in(CONTRIBUTOR)
            sign_in(NEWCOMER)
        self.larchwood = story.join(LARCHWOOD, lead, self.today - timedelta(days=398))
        self.neighbour = story.join(NEIGHBOUR, other, self.today - timedelta(days=398))
        Membership.objects.create(
            user=colleague, organisation=self.larchwood, role=MemberRole.CONTRIBUTOR
        )
        with self.ago(1):
            who.register_organisation(
                by=somebody("lead@hazelcombe.example", "Founder"),
                name=WAITING.name,
                sector=WAITING.sector,
                region=WAITING.region,
                size=WAITING.size,
                cqc_status=WAITING.cqc,
            )
        with self.ago(300):
            story.assessors[3] = judging.seat_at(
                story, "panel.four", employer=self.neighbour, words="Works there"
            )
        return lead, other

    def write(self, organisation: Organisation, lead: User) -> Application:
        story = self.story
        person = story.person(organisation, lead, self.random, 12, self.random.randint(2, 4))
        amount = Decimal(self.random.randrange(180, 760) * 10)
        return story.write(person, lead, self.random, amount, self.random.random() < 0.2)

    def sent(self, organisation: Organisation, lead: User, days: int) -> Application:
        """Sent so many days ago: waits for an officer."""
        with self.ago(days + 4):
            made = self.write(organisation, lead)
        with self.ago(days):
            return self.story.send(made, lead, self.random)

    def checked(self, organisation: Organisation, lead: User, days: int) -> Application:
        """Passed to the panel so many days ago."""
        made = self.sent(organisation, lead, days + 3)
        officer = self.story.staff["officer"]
        with self.ago(days + 2):
            made = workflow.start_check(made, by=officer)
        with self.ago(days):
            return workflow.pass_to_panel(self.story.check(made, officer), by=officer)

    def draft(self, lead: User) -> None:
        """Half written: waits for the applicant."""
        story = self.story
        with self.ago(3):
            person = story.person(self.larchwood, lead, self.random, 9, 3)
            made = workflow.start_application(person, by=lead, round=story.round)
            for question in story.texts[:4]:
                text = words.ANSWERS[question.number].format(
                    alias=person.alias, strength=person.strengths, need="", months=6
                )
                actions.save_answer(made, question, by=lead, text=text, version=0)

    def question(self, lead: User) -> None:
        """An officer has asked something: the clock stands still."""
        made = self.sent(self.larchwood, lead, 9)
        officer = self.story.staff["officer"]
        with self.ago(7):
            made = workflow.start_check(made, by=officer)
        with self.ago(5):
            workflow.ask(
                made,
                by=officer,
                words="Does the integrated care board pay for any of this learning already?",
                question=self.story.round.questions.get(number=9),
            )

    def with_panel(self, lead: User, other: User) -> None:
        """Three cases to score: one is the neighbour's, which a member works for."""
        story = self.story
        for organisation, by in (
            (self.larchwood, lead),
            (self.neighbour, other),
            (self.larchwood, lead),
        ):
            made = self.checked(organisation, by, 4)
            with self.ago(3):
                panel.assign(
                    made,
                    panellists=story.assessors[:3],
                    due_on=self.today + timedelta(days=6),
                    by=story.chair,
                )

    def judged(
        self, organisation: Organisation, lead: User, days: int, scores: list
    ) -> Application:
        """All sheets are in, so many days ago."""
        made = self.checked(organisation, lead, days + 6)
        sheets = judging.seats(self.story, made, self.today - timedelta(days=days + 5), self.random)
        with self.ago(days):
            for sheet, given in zip(sheets, scores, strict=True):
                judging.score(sheet, given)
                judging.send(sheet)
        return made

    def moderation(self, other: User) -> None:
        """Scores lie far apart: waits for the chair."""
        self.judged(self.neighbour, other, 1, SPLIT)

    def concluded(self, organisation: Organisation, lead: User, days: int) -> Application:
        made = self.judged(organisation, lead, days + 1, GOOD)
        with self.ago(days):
            judging.conclude(self.story, made, self.random)
        return Application.objects.get(pk=made.pk)

    def decided(self, made: Application, days: int) -> Application:
        recommended = made.recommendations.order_by("-pk")[0]
        return self.story.decide(made, clock.today() - timedelta(days=days), recommended.amount)

    def decisions(self, other: User) -> None:
        """One to decide, one to release."""
        self.concluded(self.neighbour, other, 1)
        self.decided(self.concluded(self.neighbour, other, 3), 1)

    def offered(self, organisation: Organisation, lead: User, days: int) -> Grant:
        made = self.decided(self.concluded(organisation, lead, days + 2), days)
        with on(self.today - timedelta(days=days), 15):
            workflow.release_decision(made, by=self.story.staff["lead.two"])
        return Grant.objects.get(application=made)

    def agreed(self, organisation: Organisation, lead: User, days: int) -> Grant:
        grant = self.offered(organisation, lead, days + 3)
        with self.ago(days):
            numbers = list(grant.conditions.values_list("number", flat=True))
            return workflow.accept_offer(grant, by=lead, acknowledged=numbers)

    def offer(self, lead: User) -> None:
        """One offer to accept, one first payment to approve."""
        self.offered(self.larchwood, lead, 2)
        grant = self.agreed(self.larchwood, lead, 2)
        with self.ago(1):
            workflow.prepare_first_payment(grant, by=self.story.staff["officer"])

    def case(self, starts: int, *, sessions: int = 2) -> Case:
        template = self.story.bodies[0].cases[0]
        return replace(
            template,
            starts_on=self.today - timedelta(days=starts),
            circle=12,
            learning=[
                Learning("PBS_PRACTITIONER", "PBS with the whole circle", "workshop", sessions, 8),
                Learning("INTINT", "Intensive interaction", "workshop", 1, 6),
            ],
            person_yes=True,
            others_yes=False,
            seed=20,
        )

    def running(self, lead: User) -> None:
        """Training under way: sessions held, more to come, and a 3-month report that is due."""
        story = self.story
        grant = self.agreed(self.larchwood, lead, 110)
        self.pay_first(grant, 108)
        learning.learn(story, grant, self.case(90), lead, self.random, finish=False)
        market.tell(self, grant, lead)

    def pay_first(self, grant: Grant, days: int) -> None:
        """The first payment, prepared and paid so many days ago."""
        story = self.story
        with self.ago(days):
            payment = workflow.prepare_first_payment(grant, by=story.staff["officer"])
        with self.ago(days - 1):
            payment = workflow.approve_payment(payment, by=story.staff["finance"])
            workflow.mark_paid(payment, by=story.staff["finance"])

    def reporting(self, other: User) -> None:
        """A 3-month report waits for an officer."""
        from . import reporting

        grant = self.agreed(self.neighbour, other, 130)
        self.pay_first(grant, 128)
        case = self.case(95)
        learning.learn(self.story, grant, case, other, self.random, finish=False)
        with self.ago(2):
            reporting.follow_up(self.story, grant, case, other, "m3", self.random)
