"""The story of the 2015–16 programme, told case by case through the same verbs as the pages.

`Story.tell()` sets the stage, then lets each case happen with the clock at its own days: apply, check,
judge, decide, learn, report, settle. Nothing is written past the verbs and actions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from random import Random

from accounts import clock
from accounts import workflow as who
from accounts.enums import Sector
from accounts.models import Organisation, User
from focus_people import actions as people
from focus_people import enums as bands
from focus_people import workflow as plans
from focus_people.models import CircleMember, FocusPerson
from grants import actions, workflow
from grants.enums import (
    Declaration,
    EligibilityCriterion,
    FormKind,
    LineCategory,
    LineKind,
    LineVerdict,
    Outcome,
    QuestionKind,
    Verdict,
)
from grants.models import Application, Grant, Programme, Question, Round

from . import judging, learning, reporting, words
from .people import STAFF, sign_in, somebody
from .plan import AWARDED, Body, Case, Refusal, draw

RATE = Decimal("20.00")
COACH = Decimal("65.00")
LIVE_MONTHS = 6
FUNDERS = (
    ("Example Skills Charity", Decimal("25.00")),
    ("Example Department", Decimal("25.00")),
    ("Example Education Body", Decimal("25.00")),
    ("Example Health Body", Decimal("25.00")),
)

STAFFED = (
    (bands.CircleRole.SUPPORT_WORKER, 6),
    (bands.CircleRole.TEAM_LEADER, 1),
    (bands.CircleRole.REGISTERED_MANAGER, 1),
    (bands.CircleRole.NIGHT_STAFF, 2),
)
AROUND = (
    (bands.CircleRole.PARENT, Sector.FAM),
    (bands.CircleRole.LD_NURSE, Sector.NHS_COM),
    (bands.CircleRole.SOCIAL_WORKER, Sector.LA_ASC),
    (bands.CircleRole.SIBLING, Sector.FAM),
    (bands.CircleRole.HOUSING_OFFICER, Sector.HOU),
    (bands.CircleRole.PA, Sector.IND),
    (bands.CircleRole.SALT, Sector.NHS_COM),
    (bands.CircleRole.VOLUNTEER, Sector.VOL),
    (bands.CircleRole.ADVOCATE, Sector.ADV),
)
UNPAID_SECTORS = (Sector.FAM, Sector.VOL)
# Who decided, for each basis of a record: as its form asks for it.
DECIDES = {
    bands.ConsentBasis.CONSENTED: bands.DecisionMaker.PERSON,
    bands.ConsentBasis.BEST_INTERESTS: bands.DecisionMaker.SOCIAL_WORKER,
    bands.ConsentBasis.ATTORNEY: bands.DecisionMaker.ATTORNEY,
}


@contextmanager
def on(day: date, hour: int = 10, minute: int = 0) -> Iterator[None]:
    """The clock stands at this hour of this London day."""
    with clock.at(datetime.combine(day, time(hour, minute), tzinfo=clock.LONDON)):
        yield


class Story:
    """Everyone and everything that the telling needs, and the telling."""

    def __init__(self) -> None:
        self.bodies, self.refusals = draw()
        self.staff: dict[str, User] = {}
        self.organisations: list[Organisation] = []
        self.leads: list[User] = []

    # --- the stage -----------------------------------------------------------------------------

    def tell(self) -> Programme:
        """Tell all of it; returns the programme."""
        with on(date(2015, 5, 11)):
            self.staff = {account.email.split("@")[0]: sign_in(account) for account in STAFF}
            self.round = self.open_round()
            self.texts = list(self.round.questions.filter(kind=QuestionKind.TEXT))
            self.assessors = judging.panellists(self.staff)
            judging.brief(self)
        for index, body in enumerate(self.bodies):
            self.register(index, body)
        for refusal in self.refusals:
            self.refuse(refusal)
        for body in self.bodies:
            for case in body.cases:
                self.follow(case)
        judging.pay(self)
        return self.round.programme

    def open_round(self) -> Round:
        lead = self.staff["lead"]
        programme = actions.create_programme(
            by=lead,
            slug="pwb-2015",
            name="Personal workforce budgets, 2015 to 2016",
            starts_on=date(2015, 5, 1),
            ends_on=date(2017, 6, 30),
            funders=FUNDERS,
        )
        made = actions.create_round(
            programme,
            by=lead,
            reference="2015-R1",
            title="Round of 2015",
            opens_at=datetime(2015, 5, 18, 9, tzinfo=clock.LONDON),
            closes_at=datetime(2015, 10, 30, 17, tzinfo=clock.LONDON),
            budget=AWARDED,
            delivery_months=4,
            final_report_months=3,
            short_form_up_to=Decimal("4000.00"),
        )
        return workflow.publish_round(made, by=lead)

    def register(self, index: int, body: Body) -> None:
        first = min((case.submitted_on for case in body.cases), default=date(2015, 6, 8))
        with on(date(2015, 5, 12)):
            lead = somebody(f"lead.{index + 1}@provider.example", "Operations lead")
        made = self.join(body, lead, first - timedelta(days=21))
        self.organisations.append(made)
        self.leads.append(lead)

    def join(self, body: Body, lead: User, day: date) -> Organisation:
        """Register an organisation, and have it verified the day after."""
        with on(day):
            made = who.register_organisation(
                by=lead,
                name=body.name,
                sector=body.sector,
                region=body.region,
                size=body.size,
                cqc_status=body.cqc,
            )
        with on(day + timedelta(days=1)):
            return who.verify_organisation(made, by=self.staff["officer"])

    # --- one application -------------------------------------------------------------------------

    def person(
        self, organisation: Organisation, lead: User, random: Random, circle: int, level: int
    ) -> FocusPerson:
        """A record with consent, needs, goals, a circle of `circle` people and a week's plan."""
        today = clock.today()
        conditions = [bands.Condition.LD] * (random.random() < 0.85)
        if random.random() < 0.62 or not conditions:
            conditions.append(bands.Condition.AUTISM)
        if random.random() < 0.25:
            conditions.append(bands.Condition.EPILEPSY)
        made = people.add_person(
            organisation,
            by=lead,
            alias=random.choice(people.free_aliases(organisation)),
            age_band=random.choices(list(bands.AgeBand), (2, 8, 9, 7, 1))[0],
            conditions=conditions,
            cohort=bands.Cohort.COMMUNITY,
            dsr_rating=random.choice((bands.DsrRating.RED, bands.DsrRating.AMBER)),
            risk_evidence=[bands.RiskEvidence.DSR],
            risk_evidence_on=(today - timedelta(days=40)).replace(day=1),
            setting=random.choices(list(bands.Setting), (3, 6, 5, 1, 5, 2, 0, 1))[0],
            area=random.choices(list(bands.Area), (8, 2, 1))[0],
            funding_models=[random.choice(list(bands.FundingModel)[:6])],
            need_level=level,
            seriousness=min(4, level + random.randint(0, 1)),
            context=random.randint(2, 4),
            strengths=random.choice(words.STRENGTHS),
        )
        basis = random.choice(list(bands.ConsentBasis))
        people.record_consent(
            made,
            by=lead,
            basis=basis,
            decided_on=today - timedelta(days=random.randint(3, 20)),
            decision_maker=DECIDES[basis],
        )
        needs = random.sample(words.NEEDS, random.randint(3, 4))
        people.set_needs(made, needs, by=lead)
        goals = random.sample(words.GOALS, random.randint(1, 2))
        people.set_goals(made, [(domain, text, True) for text, domain in goals], by=lead)
        people.add_members(made, self.circle(organisation, random, circle), by=lead)
        staff = Decimal(random.choice(("2", "2", "3", "3", "4", "1")))
        self.plan(made, lead, bands.PlanPoint.BEFORE, staff, min(staff, Decimal(2)))
        return made

    def circle(self, organisation: Organisation, random: Random, size: int) -> list[dict]:
        sector = organisation.sector if organisation.sector.startswith("ASC") else Sector.ASC_V
        joined = clock.today() - timedelta(days=200)
        rows: list[dict[str, object]] = []
        outside = min(len(AROUND), max(3, size - 8))
        staffed = [role for role, count in STAFFED for _ in range(count)]
        for n in range(size - outside):
            role = staffed[n % len(staffed)]
            rows.append({"role": role, "sector": sector, "staff_code": f"S{n + 1:02d}"})
        for n, (role, around) in enumerate(AROUND[:outside]):
            paid = around not in UNPAID_SECTORS
            row = {"role": role, "sector": around, "staff_code": f"C{n + 1:02d}", "is_paid": paid}
            rows.append(row)
        return [row | {"joined_on": joined} for row in rows]

    def plan(
        self, person: FocusPerson, by: User, point: str, staff: Decimal, nights: Decimal
    ) -> None:
        """A week of 168 hours: `staff` people by day, `nights` by night."""
        made = people.new_plan_version(
            person, by=by, point=point, dated_on=clock.today(), reason="As agreed with the team"
        )
        day = {"resource": bands.ResourceType.PROVIDER, "rate": RATE, "staff": staff}
        lines = [
            day | {"area": bands.SupportArea.PERSONAL_CARE, "hours": Decimal(21)},
            day | {"area": bands.SupportArea.SOCIAL, "hours": Decimal(28)},
            day | {"area": bands.SupportArea.OTHER, "hours": Decimal(63)},
            day | {"area": bands.SupportArea.NIGHT_WAKING, "hours": Decimal(56), "staff": nights},
        ]
        people.save_plan(
            made,
            by=by,
            lines=lines,
            expenses=Decimal("60.00"),
            payer_split={"la": 60, "icb": 40},
        )

    def write(
        self, person: FocusPerson, lead: User, random: Random, amount: Decimal, refused: bool
    ) -> Application:
        """A whole draft: answers, needs, outcomes, and lines that add up to `amount`."""
        short = amount + (refused and Decimal("180.00")) <= self.round.short_form_up_to
        form = FormKind.SHORT if short else FormKind.FULL
        made = workflow.start_application(person, by=lead, round=self.round, form=form)
        need = person.needs.order_by("number").first()
        for question in self.questions(form):
            text = words.ANSWERS[question.number].format(
                alias=person.alias,
                strength=person.strengths,
                need=need.statement.lower() if need else "",
                months=LIVE_MONTHS,
            )
            actions.save_answer(made, question, by=lead, text=text, version=0)
        needs = list(person.needs.order_by("number"))
        actions.choose_needs(made, by=lead, needs=needs)
        actions.save_outcomes(
            made, by=lead, words=[o.format(alias=person.alias) for o in words.OUTCOMES]
        )
        for (category, description), (quantity, unit_cost) in zip(
            words.LINES, _parts(amount), strict=True
        ):
            actions.save_line(
                made,
                by=lead,
                needs=random.sample(needs, 1),
                category=category,
                description=description,
                topic="PBS_PRACTITIONER" if category == LineCategory.TRAINER_FEE else "",
                quantity=quantity,
                unit_cost=unit_cost,
                kind=LineKind.CASH,
                justification="As quoted for this person’s team",
            )
        if refused:
            actions.save_line(
                made,
                by=lead,
                needs=needs[:1],
                category=LineCategory.TRAINER_FEE,
                description="Care Certificate for two new starters",
                topic="CARE_CERT",
                quantity=Decimal(2),
                unit_cost=Decimal("90.00"),
                kind=LineKind.CASH,
                justification="",
            )
        return made

    def questions(self, form: str) -> list[Question]:
        """The questions of a form that are answered in words."""
        return [q for q in self.texts if form == FormKind.FULL or q.in_short_form]

    def send(self, case: Application, lead: User, random: Random) -> Application:
        return workflow.submit(
            case,
            by=lead,
            declarations=[d.value for d in Declaration],
            effort_minutes=random.randint(35, 120),
        )

    def check(self, made: Application, officer: User) -> Application:
        """Every criterion is met; general requirements are refused, everything else accepted."""
        met = dict.fromkeys(EligibilityCriterion.values, (Verdict.PASS.value, ""))
        actions.record_findings(made, by=officer, found=met)
        reason = "Every new worker needs it. Your employer pays, or the LDSS."
        judged = {
            number: (LineVerdict.REFUSED, reason)
            if topic == "CARE_CERT"
            else (LineVerdict.ACCEPTED, "")
            for number, topic in made.lines.values_list("number", "topic")
        }
        actions.judge_lines(made, by=officer, judged=judged)
        return made

    # --- one case, from the first word to the last payment ------------------------------------------

    def follow(self, case: Case) -> None:
        random = Random(case.seed)
        organisation = self.organisations[case.organisation]
        lead = self.leads[case.organisation]
        officer = self.staff[random.choice(("officer", "officer.two"))]
        sent = case.submitted_on
        with on(sent - timedelta(days=random.randint(4, 12))):
            person = self.person(organisation, lead, random, case.circle, case.need_level)
            made = self.write(person, lead, random, case.amount, case.refused_line)
        with on(sent, 15):
            made = self.send(made, lead, random)
        checked = sent + timedelta(days=random.randint(1, 3))
        with on(checked, 11):
            made = workflow.start_check(made, by=officer)
        if case.question_days:
            with on(checked, 12):
                question = self.questions(made.form)[-1]
                made = workflow.ask(
                    made,
                    by=officer,
                    words="Which day does the first session start, and who leads it?",
                    question=question,
                )
            with on(checked + timedelta(days=case.question_days), 14):
                asked = made.clarifications.get()
                actions.save_reply(asked, by=lead, text="In the first month, led by the manager.")
                made = workflow.resubmit(made, by=lead)
        passed = checked + timedelta(days=case.question_days)
        with on(passed, 16):
            made = workflow.pass_to_panel(self.check(made, officer), by=officer)
        judging.judge(self, made, case.scores, passed, case.decided_on - timedelta(days=1), random)
        grant = self.award(made, case, lead, officer)
        learning.learn(self, grant, case, lead, random)
        reporting.report(self, grant, case, lead, officer, random)

    def award(self, made: Application, case: Case, lead: User, officer: User) -> Grant:
        """Decided by one lead, released by another; accepted; the first payment paid."""
        made = self.decide(made, case.decided_on, case.amount)
        self.release(made, case.decided_on)
        grant = Grant.objects.get(application=made)
        agreed = case.decided_on + timedelta(days=5)
        with on(agreed):
            numbers = list(grant.conditions.values_list("number", flat=True))
            grant = workflow.accept_offer(grant, by=lead, acknowledged=numbers)
        with on(agreed + timedelta(days=1)):
            payment = workflow.prepare_first_payment(grant, by=officer)
        with on(agreed + timedelta(days=3)):
            payment = workflow.approve_payment(payment, by=self.staff["finance"])
        with on(agreed + timedelta(days=7)):
            workflow.mark_paid(payment, by=self.staff["finance"])
        return Grant.objects.get(pk=grant.pk)

    def refuse(self, refusal: Refusal) -> None:
        """An application that ends without a grant."""
        random = Random(refusal.seed)
        organisation = self.organisations[refusal.organisation]
        lead, officer = self.leads[refusal.organisation], self.staff["officer"]
        sent = refusal.submitted_on
        with on(sent - timedelta(days=5)):
            person = self.person(organisation, lead, random, 9, random.randint(1, 4))
            made = self.write(person, lead, random, refusal.amount, False)
        with on(sent):
            made = self.send(made, lead, random)
        if refusal.ending == "withdrawn":
            with on(sent + timedelta(days=2)):
                workflow.withdraw(made, by=lead, reason="The commissioner pays for it now")
            return
        with on(sent + timedelta(days=2)):
            made = workflow.start_check(made, by=officer)
        if refusal.ending == "ineligible":
            with on(sent + timedelta(days=3)):
                missed = {EligibilityCriterion.RISK.value: (Verdict.FAIL.value, "")}
                actions.record_findings(made, by=officer, found=missed)
                workflow.find_ineligible(
                    made,
                    by=officer,
                    reason="No risk of admission is shown. Write to us again when a review has "
                    "taken place, or ask the integrated care board about training.",
                )
            return
        with on(sent + timedelta(days=3)):
            made = workflow.pass_to_panel(self.check(made, officer), by=officer)
        low = [tuple(random.choice((1, 2, 2, 3)) for _ in range(7))] * 3
        decided = sent + timedelta(days=random.randint(19, 29))
        judging.judge(self, made, low, sent + timedelta(days=3), decided, random)
        made = self.decide(made, decided, None)
        self.release(made, decided)

    def decide(self, made: Application, day: date, amount: Decimal | None) -> Application:
        """The lead follows what the panel recommends, with its feedback; no amount declines."""
        is_declined = amount is None
        recommended = made.recommendations.order_by("-pk")[0]
        with on(day, 12):
            return workflow.decide(
                made,
                by=self.staff["lead"],
                outcome=Outcome.DECLINE if is_declined else recommended.outcome,
                amount=amount,
                conditions=[] if is_declined else recommended.conditions,
                reasons="Too little of it is about this person."
                if is_declined
                else "The panel’s recommendation, within the budget.",
                feedback={row["code"]: row["feedback"] for row in recommended.criteria},
                in_part="The sessions for the whole circle are funded, and they stand by themselves."
                if amount is not None and amount < made.figures.eligible
                else "",
            )

    def release(self, made: Application, day: date) -> None:
        """A second lead releases the decision in the afternoon."""
        with on(day, 16):
            workflow.release_decision(made, by=self.staff["lead.two"])

    def members(self, person: FocusPerson) -> list[CircleMember]:
        return list(person.circle.order_by("number"))

    def confirm(self, person: FocusPerson, point: str) -> None:
        plan = person.plans.filter(point=point).order_by("-version")[0]
        plans.confirm_plan(plan, by=self.staff["officer"])

    def finish(self, grant: Grant, lead: User) -> None:
        workflow.finish_delivery(Grant.objects.get(pk=grant.pk), by=lead)

    @property
    def chair(self) -> User:
        return self.staff["chair"]


def _parts(amount: Decimal) -> list[tuple[Decimal, Decimal]]:
    """`amount` in three parts, as quantity and unit cost within the usual ranges (domain 3.5): days of
    a trainer, hours of coaching, and materials for what is left."""
    days = (amount * Decimal("0.6") / 850).to_integral_value(ROUND_UP)
    day = (amount * Decimal("0.6") / days).to_integral_value(ROUND_DOWN)
    hours = (amount * Decimal("0.25") / COACH).to_integral_value(ROUND_UP)
    return [(days, day), (hours, COACH), (Decimal(1), amount - days * day - hours * COACH)]
