"""HERON and others, through the actions that the pages use (the worked example of domain 10.3)."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.fields.doubts import Doubt, Stays, stays, writing
from accounts.models import Organisation, User
from focus_people import actions
from focus_people.enums import (
    AgeBand,
    Area,
    ChoseTeam,
    CircleRole,
    Cohort,
    Condition,
    ConsentBasis,
    ControlLevel,
    DecisionMaker,
    DsrRating,
    FundingModel,
    GoalDomain,
    NeedCategory,
    PlanPoint,
    ResourceType,
    RiskEvidence,
    Setting,
    SupportArea,
)
from focus_people.models import FocusPerson, KeptWords, SupportPlan

RATE = Decimal("24.10")
SPLIT = {"la": 60, "icb": 40}

HERON_FACTS: dict[str, Any] = {
    "age_band": AgeBand.FROM_18,
    "conditions": [Condition.LD, Condition.AUTISM, Condition.EPILEPSY],
    "cohort": Cohort.COMMUNITY,
    "dsr_rating": DsrRating.RED,
    "risk_evidence": [RiskEvidence.DSR, RiskEvidence.REVIEW],
    "risk_evidence_on": date(2025, 5, 1),
    "setting": Setting.SL_SOLE,
    "area": Area.IN_AREA,
    "funding_models": [FundingModel.LA_BUDGET, FundingModel.CHC],
    "commissioner": "Council and ICB",
    "need_level": 4,
    "seriousness": 4,
    "context": 3,
    "strengths": "Loves water, humour and music",
    "communication": "Single words, signs and pictures",
    "control_level": ControlLevel.WITH_HELP,
    "chose_team": ChoseTeam.PARTLY,
    "service_design_on": date(2024, 1, 1),
    "working_policy_on": date(2024, 3, 1),
}

HERON_NEEDS = [
    (NeedCategory.COMMUNICATION, "Staff misread early signs"),
    (NeedCategory.COMMUNICATION, "Mixed communication styles"),
    (NeedCategory.ANXIETY, "High anxiety at transitions"),
    (NeedCategory.SHARED_PLAN, "No shared PBS plan"),
    (NeedCategory.WORKING_TOGETHER, "Family and staff not aligned"),
    (NeedCategory.RESTRICTION, "Restraint used too soon"),
]

HERON_GOALS = [
    (GoalDomain.CHOICE, "Choose my own day", True),
    (GoalDomain.COMMUNITY, "Swim every week", True),
    (GoalDomain.DIGNITY, "Be held by the arms less", False),
    (GoalDomain.RELATIONSHIPS, "Call people by name", False),
]

# 17 people in seven headline sectors. Staff codes of the provider's team: SW1 … SW7, TL1, RM1.
HERON_CIRCLE = [
    *(
        {"role": CircleRole.SUPPORT_WORKER, "sector": "ASC_V", "staff_code": f"SW{n}"}
        for n in range(1, 8)
    ),
    {"role": CircleRole.TEAM_LEADER, "sector": "ASC_V", "staff_code": "TL1"},
    {"role": CircleRole.REGISTERED_MANAGER, "sector": "ASC_V", "staff_code": "RM1"},
    {"role": CircleRole.PA, "sector": "IND", "staff_code": "PA1"},
    {"role": CircleRole.PARENT, "sector": "FAM", "staff_code": "F1"},
    {"role": CircleRole.SIBLING, "sector": "FAM", "staff_code": "F2"},
    {"role": CircleRole.LD_NURSE, "sector": "NHS_COM", "staff_code": "N1"},
    {"role": CircleRole.SALT, "sector": "NHS_COM", "staff_code": "N2"},
    {"role": CircleRole.SOCIAL_WORKER, "sector": "LA_ASC", "staff_code": "L1"},
    {"role": CircleRole.HOUSING_OFFICER, "sector": "HOU", "staff_code": "H1"},
    {"role": CircleRole.VOLUNTEER, "sector": "VOL", "staff_code": "V1"},
]


def line(area: SupportArea, hours: int | str, staff: int | str = 1, **more: Any) -> dict[str, Any]:
    """One hourly line of the provider at £24.10, unless said otherwise."""
    return {
        "area": area,
        "resource": ResourceType.PROVIDER,
        "hours": Decimal(hours),
        "staff": Decimal(staff),
        "rate": RATE,
    } | more


def family_line(hours: int | str) -> dict[str, Any]:
    """Unpaid hours of the family, beside the provider's workers."""
    return line(
        SupportArea.SOCIAL,
        hours,
        label="Family",
        resource=ResourceType.FAMILY,
        rate=Decimal("0.00"),
        is_alongside=True,
    )


BEFORE_LINES = [
    line(SupportArea.PERSONAL_CARE, 21, 3),
    line(SupportArea.DOMESTIC, 14, 3),
    line(SupportArea.SOCIAL, 28, 3),
    line(SupportArea.OTHER, 49, 3, label="Home, day"),
    line(SupportArea.NIGHT_WAKING, 56, 2),
    family_line(12),
]

AFTER_LINES = [
    line(SupportArea.PERSONAL_CARE, 21, 2),
    line(SupportArea.DOMESTIC, 14, 2),
    line(SupportArea.SOCIAL, 22, 2),
    line(SupportArea.EDUCATION, 6, 2, label="Education or work"),
    line(SupportArea.OTHER, 39, 2, label="Home, day"),
    line(SupportArea.OTHER, 10, 1, label="Home, day, beside the personal assistant"),
    line(
        SupportArea.OTHER,
        10,
        1,
        label="Personal assistant",
        resource=ResourceType.PA,
        rate=Decimal("16.00"),
        is_alongside=True,
    ),
    line(SupportArea.NIGHT_WAKING, 56, 1),
    family_line(10),
]


def person(organisation: Organisation, by: User, alias: str = "", **facts: Any) -> FocusPerson:
    """A record with HERON's facts and nothing else; any word for an alias unless one is given."""
    return actions.add_person(organisation, by=by, alias=alias, **(HERON_FACTS | facts))


def consented(made: FocusPerson, by: User) -> FocusPerson:
    """The record, with the best-interests decision that it stands on."""
    actions.record_consent(
        made,
        by=by,
        basis=ConsentBasis.BEST_INTERESTS,
        decided_on=date(2025, 5, 12),
        decision_maker=DecisionMaker.SOCIAL_WORKER,
    )
    return made


def before_plan(made: FocusPerson, by: User) -> SupportPlan:
    """HERON's week before: £10,936.80, 448 paid hours, 168 covered, 2.67 : 1."""
    plan = actions.new_plan_version(
        made, by=by, point=PlanPoint.BEFORE, dated_on=date(2025, 6, 2), reason="First version"
    )
    return actions.save_plan(
        plan, by=by, lines=BEFORE_LINES, expenses=Decimal("140.00"), payer_split=SPLIT
    )


def words_kept(by: User, words: str = "Kemi") -> KeptWords:
    """Words that `by` let stay in a text, as the page keeps them."""
    with writing(by, "/people/P-7K3M9QX/needs/") as said:
        stays(Doubt(words, "name", f"“{words}” may be a name", False), "The need", Stays.NO_NAME)
    return KeptWords.objects.get(kept_by=said.user, place=said.place)


def says_why(client: Any, made: FocusPerson, purpose: str = "checking") -> Any:
    """Somebody of the programme says why they open the record, as the page asks; the same client."""
    assert (
        client.post(f"/people/{made.reference}/purpose/", {"purpose": purpose}).status_code == 302
    )
    return client


def checked_in(made: FocusPerson, by: User, stability: str = "red") -> dict[str, Any]:
    """A check-in of this month, as the parts of its address."""
    quiet = {"more_distress": "no", "team_gap": "yes", "plan_slipped": "no"}
    said = actions.check_in(made, by=by, stability=stability, **quiet)
    return {"reference": made.reference, "year": said.month.year, "month": said.month.month}


def heron_after_plan(
    made: FocusPerson,
    by: User,
    point: PlanPoint = PlanPoint.AFTER_M6,
    dated_on: date = date(2025, 12, 1),
) -> SupportPlan:
    """HERON's week after: £6,822.00, 280 paid hours, 168 covered, 1.67 : 1."""
    plan = actions.new_plan_version(
        made,
        by=by,
        point=point,
        dated_on=dated_on,
        reason="Two people by day, one awake at night; agreed with the social worker",
    )
    return actions.save_plan(
        plan, by=by, lines=AFTER_LINES, expenses=Decimal("155.00"), payer_split=SPLIT
    )


def heron(organisation: Organisation, by: User, alias: str = "HERON") -> FocusPerson:
    """The worked example: facts, consent, six needs, four goals, a circle of 17, the before plan."""
    made = consented(person(organisation, by, alias), by)
    actions.set_needs(made, HERON_NEEDS, by=by)
    actions.set_goals(made, HERON_GOALS, by=by)
    joined = [row | {"joined_on": date(2025, 1, 6)} for row in HERON_CIRCLE]
    actions.add_members(made, joined, by=by)
    before_plan(made, by)
    return made
