"""What each indicator is, in one place: its sentence, unit, direction, who rates it, when, where its rule
stands, who answers for it, what is aimed at, and how one grant is judged under it (domain 5.4).

`INDICATORS` is the register (OUT-01 to OUT-23). `PANEL` are the lines of the indicator panel: one
indicator may have several. An indicator that a programme lead adds in the pages (`models.OwnIndicator`)
becomes a line of the same kind.
"""

from dataclasses import dataclass
from enum import StrEnum

from ..enums import FOLLOW_UPS, Direction, Point
from .registry import BY_CODE, ITEMS


class Judge(StrEnum):
    """How one grant is judged under a line of the panel."""

    NUMBER = "number"  # a figure of `Measures`, before and after
    WORD = "word"  # a choice, before and after
    WEEK = "week"  # a figure of the support plan of that very point
    GOALS = "goals"  # the mean score of the person's goals
    HELD = "held"  # OUT-04: a home that was at risk
    CLAIM = "claim"  # OUT-01: a claim with its conditions
    STAYED_OUT = "stayed_out"  # OUT-03: no new stay within 90 days of a discharge
    OTHERS = "others"  # OUT-19: for at least one other person
    SINCE = "since"  # a choice of the follow-up alone
    LEARNERS = "learners"  # what learners said of themselves, in pairs
    OWN = "own"  # an indicator of the programme's own


# Judged on follow-ups alone: there is nothing at the baseline to compare with.
ALONE = frozenset({Judge.CLAIM, Judge.STAYED_OUT, Judge.OTHERS, Judge.SINCE})


@dataclass(frozen=True)
class Measured:
    """One line of the panel.

    code: a figure of `Measures`, of a week, or an item. item: the question that says why a value is
    missing. says: what "improved" means, after `well`. good, bad: for `Judge.SINCE`, the choices that
    count as better and as worse; any other is about the same. noun: what is counted.
    rates, choices: for `Judge.OWN`, whether the answer is a rate in 28 days; its choices, worst first.
    """

    code: str
    indicator: str
    title: str
    unit: str
    item: str
    says: str
    judge: Judge = Judge.NUMBER
    points: tuple[Point, ...] = FOLLOW_UPS
    well: str = "Improved"
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    noun: tuple[str, str] = ("grant", "grants")
    way: Direction | None = None
    rates: bool = False
    choices: tuple[str, ...] = ()
    source: str = ""
    label: str = ""

    @property
    def id(self) -> str:
        return f"change-{self.code.replace('_', '-')}"

    @property
    def is_number(self) -> bool:
        """Whether before and after are numbers, so that a change has a size."""
        if self.judge == Judge.OWN:
            return not self.choices
        return self.judge in (Judge.NUMBER, Judge.WEEK, Judge.GOALS, Judge.LEARNERS)

    @property
    def direction(self) -> str:
        if self.way is not None:
            return self.way.value
        held = BY_CODE.get(self.item)
        return held.direction.value if held else Direction.LOWER.value

    @property
    def shown_code(self) -> str:
        """The code that a reader sees: OUT-09, or OWN-3."""
        return self.label or self.indicator


PANEL: tuple[Measured, ...] = (
    Measured(
        "admission",
        "OUT-01",
        "Hospital admission",
        "what was reported",
        "admission",
        "an admission avoided or delayed, a stay shortened or a discharge as planned, with every condition "
        "of the claim; admitted is worse",
        judge=Judge.CLAIM,
        well="Reduced or avoided",
    ),
    Measured(
        "bed_days",
        "OUT-02",
        "Nights in hospital",
        "nights in 91 days",
        "bed_nights",
        "fewer nights in hospital for every 91 days",
    ),
    Measured(
        "readmitted",
        "OUT-03",
        "Out of hospital after a discharge",
        "yes or no",
        "readmitted",
        "not back in hospital within 90 days of a discharge; where there was no discharge it does not apply",
        judge=Judge.STAYED_OUT,
        well="Stayed out",
    ),
    Measured(
        "breakdowns",
        "OUT-04",
        "The home held",
        "placements that ended unplanned",
        "breakdowns",
        "no unplanned end of a home that was at risk at the baseline; a home that was not at risk then is "
        "not counted",
        judge=Judge.HELD,
        well="Held",
    ),
    Measured(
        "stability",
        "OUT-05",
        "How secure the home is",
        "red, amber or green",
        "stability",
        "a lower risk to the home",
        judge=Judge.WORD,
    ),
    Measured(
        "out_of_area",
        "OUT-06",
        "Back in their own area",
        "yes or no",
        "out_of_area",
        "back inside the area of the council that pays",
        judge=Judge.WORD,
    ),
    Measured(
        "incidents",
        "OUT-09",
        "Incidents of behaviour that challenges",
        "incidents in 28 days",
        "incidents",
        "fewer incidents in 28 days",
    ),
    Measured(
        "serious",
        "OUT-09",
        "Serious incidents",
        "incidents of severity 3 or 4 in 28 days",
        "serious_incidents",
        "fewer serious incidents in 28 days",
    ),
    Measured(
        "restrictive",
        "OUT-10",
        "Restrictive interventions",
        "interventions in 28 days",
        "restrictive",
        "fewer restrictive interventions in 28 days",
    ),
    Measured(
        "restrictive_grave",
        "OUT-10",
        "Prone, mechanical or seclusion",
        "yes or no",
        "restrictive_grave",
        "none any more, and some at the baseline",
        judge=Judge.WORD,
        well="Ended",
    ),
    Measured(
        "prn",
        "OUT-11",
        "As-needed calming medicine",
        "times in 28 days",
        "prn",
        "as-needed medicine given less often in 28 days",
    ),
    Measured(
        "antipsychotic",
        "OUT-11",
        "Antipsychotic medicine",
        "as the prescriber says",
        "antipsychotic",
        "reduced or stopped by the prescriber",
        judge=Judge.WORD,
    ),
    Measured(
        "medicine_reviewed",
        "OUT-11",
        "Medicine reviewed in 6 months",
        "yes or no",
        "medicine_reviewed",
        "reviewed by the prescriber, and not so at the baseline",
        judge=Judge.WORD,
    ),
    Measured(
        "quality_of_life",
        "OUT-12",
        "Quality of life",
        "points of 10",
        "quality_of_life",
        "a score higher by 1 or more; lower by 1 or more is worse, and between is the same",
    ),
    Measured(
        "outings",
        "OUT-13",
        "Activities outside home",
        "activities in 28 days",
        "outings",
        "more activities outside home in 28 days",
    ),
    Measured(
        "new_activity",
        "OUT-13",
        "A new kind of activity",
        "yes or no",
        "new_activity",
        "a new kind of activity since the last report",
        judge=Judge.SINCE,
        well="Started",
        good=("yes",),
    ),
    Measured(
        "confidence",
        "OUT-14",
        "Confidence of learners",
        "points of 10",
        "",
        "a higher mean of five items than before the learning, said by the same learner",
        judge=Judge.LEARNERS,
        noun=("learner", "learners"),
        way=Direction.HIGHER,
    ),
    Measured(
        "turnover",
        "OUT-15",
        "Turnover of the paid team",
        "percent a year",
        "leavers",
        "a smaller share of the paid team left in 12 months",
        points=(Point.M12,),
    ),
    Measured(
        "sickness",
        "OUT-15",
        "Sickness in the paid team",
        "percent of contracted days",
        "sick_days",
        "a smaller share of contracted days lost to sickness",
    ),
    Measured(
        "stress",
        "OUT-15",
        "Stress of the team",
        "points of 10",
        "stress",
        "a lower score; optional, so it may be left out",
    ),
    Measured(
        "family_wellbeing",
        "OUT-16",
        "How family cope",
        "points of 10",
        "family_wellbeing",
        "a higher score given by family",
    ),
    Measured(
        "family_hours",
        "OUT-17",
        "Unpaid hours of the family",
        "hours a week",
        "",
        "fewer unpaid hours of family a week: a check of the burden, for more is not better",
        judge=Judge.WEEK,
    ),
    Measured(
        "goals",
        "OUT-18",
        "The person’s own goals",
        "mean score from −2 to +2",
        "",
        "a higher mean score of the person’s goals",
        judge=Judge.GOALS,
        way=Direction.HIGHER,
    ),
    Measured(
        "others_effect",
        "OUT-19",
        "Admissions of other people",
        "what was reported",
        "others_effect",
        "admissions avoided or reduced for at least one other person whom the trained staff support",
        judge=Judge.OTHERS,
        well="Reduced or avoided",
    ),
    Measured(
        "weekly_cost",
        "OUT-20",
        "Cost of the week",
        "pounds a week",
        "",
        "a lower weekly cost of the support plan, whoever confirmed it",
        judge=Judge.WEEK,
    ),
    Measured(
        "health",
        "OUT-21",
        "Physical health",
        "better, about the same or worse",
        "health",
        "better physical health since the training; optional, so it may be left out",
        judge=Judge.SINCE,
        good=("better",),
        bad=("worse",),
    ),
    Measured(
        "working_together",
        "OUT-22",
        "Working together",
        "points of 5",
        "working_together",
        "a higher average score",
    ),
    Measured(
        "culture",
        "OUT-23",
        "Behaviour seen as communication",
        "points of 5",
        "",
        "a higher score than before the learning, said by the same learner",
        judge=Judge.LEARNERS,
        noun=("learner", "learners"),
        way=Direction.HIGHER,
    ),
)


@dataclass(frozen=True)
class Indicator:
    """One entry of the register. version: goes up when its definition changes. rater: who rates.
    when: the points at which it is asked, in words. target: what is aimed at."""

    code: str
    title: str
    sentence: str
    unit: str
    direction: str
    rater: str
    when: str
    source: str
    owner: str
    target: str
    version: int = 1
    figures: tuple[str, ...] = ()
    is_core: bool = True


PROVIDER = "The organisation’s lead"
LEARNER = "Each learner, by a link without an account"
LEAD = "Programme lead"
NO_TARGET = "None set: worse is reported as easily as better"
_FOLLOW, _ALL = "At 3, 6 and 12 months", "At the baseline and at 3, 6 and 12 months"
_YEARLY = "At the baseline and at 12 months"


def _entry(
    code: str,
    title: str,
    sentence: str,
    unit: str,
    way: Direction,
    when: str,
    *figures: str,
    rater: str = PROVIDER,
    target: str = NO_TARGET,
) -> Indicator:
    number = int(code[-2:])
    return Indicator(
        code=code,
        title=title,
        sentence=sentence,
        unit=unit,
        direction=str(way.label),
        rater=rater,
        when=when,
        source=f"Programme definitions 5.4, {code}",
        owner=LEAD,
        target=target,
        figures=figures,
        is_core=number <= 15,
    )


_LOW, _HIGH, _NEITHER = Direction.LOWER, Direction.HIGHER, Direction.NEITHER
INDICATORS: tuple[Indicator, ...] = (
    _entry(
        "OUT-01",
        "Admission outcome",
        "What became of the risk of a hospital admission. “Avoided” needs evidence of the risk at the "
        "baseline, no nights in hospital, a contribution of the learning, and a named role that attests it; "
        "“delayed” 28 days; “shortened” a fifth.",
        "one of a list",
        _NEITHER,
        _FOLLOW,
        "admissions",
        "change-admission",
        rater="The organisation’s lead; a named role, not the trainer, attests a claim",
        target="For comparison: 53 of 65 organisations in 2015–16",
    ),
    _entry(
        "OUT-02",
        "Nights in hospital",
        "Nights occupied, midnight to midnight, × 91 / days of the period.",
        "nights in 91 days",
        _LOW,
        _ALL,
        "change-bed-days",
    ),
    _entry(
        "OUT-03",
        "Back in hospital within 90 days",
        "A new stay 1 to 90 days after a discharge.",
        "yes or no",
        _LOW,
        _FOLLOW,
        "change-readmitted",
    ),
    _entry(
        "OUT-04",
        "Placement breakdown",
        "Unplanned endings of the placement, where it was at risk at the baseline.",
        "placements",
        _LOW,
        _ALL,
        "change-breakdowns",
    ),
    _entry(
        "OUT-05",
        "How secure the home is",
        "Red, amber or green; red means notice served, or likely within 28 days.",
        "red, amber or green",
        _LOW,
        _ALL,
        "change-stability",
    ),
    _entry(
        "OUT-06",
        "Out of area",
        "Lives outside the area of the council that pays.",
        "yes or no",
        _LOW,
        _ALL,
        "change-out-of-area",
    ),
    _entry(
        "OUT-07",
        "Average staffing ratio",
        "Hours × staff / hours of the paid support of a normal week. Lower counts only when every safeguard "
        "is met: serious incidents and restrictive interventions not up, quality of life not down, the "
        "commissioner confirmed it.",
        "staff to one person",
        _LOW,
        _ALL,
        "safe-reductions",
        "largest-fall",
        rater="The organisation’s lead; the commissioner confirms",
    ),
    _entry(
        "OUT-08",
        "Paid support hours a week",
        "Hours × paid staff of a normal week, with the safeguards of OUT-07.",
        "hours a week",
        _LOW,
        _ALL,
        "paid-hours",
        rater="The organisation’s lead; the commissioner confirms",
    ),
    _entry(
        "OUT-09",
        "Incidents of behaviour that challenges",
        "Incidents × 28 / days observed; and those of severity 3 or 4. A fall is material from a fifth and "
        "two incidents.",
        "in 28 days",
        _LOW,
        _ALL,
        "change-incidents",
        "change-serious",
        "incidents",
    ),
    _entry(
        "OUT-10",
        "Restrictive interventions",
        "All kinds × 28 / days observed; and whether any was prone, mechanical or seclusion.",
        "in 28 days",
        _LOW,
        _ALL,
        "change-restrictive",
        "change-restrictive-grave",
    ),
    _entry(
        "OUT-11",
        "Calming and antipsychotic medicine",
        "As-needed medicine × 28 / days observed; what the prescriber did; reviewed in the last 6 months. "
        "Each part is judged by itself.",
        "in 28 days, and in words",
        _NEITHER,
        _ALL,
        "change-prn",
        "change-antipsychotic",
        "change-medicine-reviewed",
        rater="The organisation’s lead, as the prescriber says",
    ),
    _entry(
        "OUT-12",
        "Quality of life",
        "How good life has been in the last 4 weeks, 0 to 10. Better from one point up, worse from one down.",
        "points of 10",
        _HIGH,
        _ALL,
        "change-quality-of-life",
        rater="The person, family or staff: the same each time, or with a warning",
    ),
    _entry(
        "OUT-13",
        "Activities outside home",
        "Activities of 30 minutes or more × 28 / days observed, without health appointments; and whether a "
        "new kind started.",
        "in 28 days",
        _HIGH,
        _ALL,
        "change-outings",
        "change-new-activity",
    ),
    _entry(
        "OUT-14",
        "Confidence of learners",
        "Mean of five items from 1 to 10, the same learners before their learning and within 14 days of the "
        "last activity they completed.",
        "points of 10",
        _HIGH,
        "Before the learning, and within 14 days of it",
        "change-confidence",
        rater=LEARNER,
    ),
    _entry(
        "OUT-15",
        "Stability of the team",
        "Leavers of 12 months / average size of the paid team; days lost to sickness / contracted days; "
        "stress, which is optional. Each part is judged by itself.",
        "percent; points of 10",
        _LOW,
        _YEARLY,
        "change-turnover",
        "change-sickness",
        "change-stress",
    ),
    _entry(
        "OUT-16",
        "How family cope",
        "“How are you coping at the moment?” 0 to 10.",
        "points of 10",
        _HIGH,
        _ALL,
        "change-family-wellbeing",
        rater="Family",
    ),
    _entry(
        "OUT-17",
        "Unpaid hours of the family",
        "Hours × people of the family in a normal week. A check of the burden: more is not better.",
        "hours a week",
        _LOW,
        _ALL,
        "change-family-hours",
    ),
    _entry(
        "OUT-18",
        "The person’s own goals",
        "Mean of up to five goals, each scored from −2 to +2.",
        "points",
        _HIGH,
        _ALL,
        "change-goals",
        rater="The person and the team together",
    ),
    _entry(
        "OUT-19",
        "Wider reach",
        "Other people whom the trained staff support, and whether admissions were avoided or reduced for "
        "any of them. Asked in every report.",
        "people; one of a list",
        _NEITHER,
        _FOLLOW,
        "admissions",
        "change-others-effect",
    ),
    _entry(
        "OUT-20",
        "Cost of the week",
        "Pounds of a normal week, line by line to the penny. In the headline only where the commissioner "
        "confirmed both weeks.",
        "pounds a week",
        _NEITHER,
        _ALL,
        "change-weekly-cost",
        "weekly-saving",
        rater="The organisation’s lead; the commissioner confirms",
    ),
    _entry(
        "OUT-21",
        "Physical health",
        "Better, about the same or worse since the training.",
        "one of a list",
        _HIGH,
        _FOLLOW,
        "change-health",
    ),
    _entry(
        "OUT-22",
        "Working together",
        "“Agencies and family worked towards a common purpose”, 1 to 5, the average of those asked.",
        "points of 5",
        _HIGH,
        _ALL,
        "change-working-together",
        rater="Those around the person",
    ),
    _entry(
        "OUT-23",
        "Behaviour seen as communication",
        "“We see behaviours as communication that a need is not being met”, 1 to 5, the same learners before "
        "and after.",
        "points of 5",
        _HIGH,
        "Before the learning, and within 14 days of it",
        "change-culture",
        rater=LEARNER,
    ),
)


def items_of(code: str) -> list[str]:
    """The questions of a report that feed an indicator, by their codes."""
    return [item.code for item in ITEMS if item.indicator == code]
