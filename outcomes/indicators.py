"""The indicators as a registry, and what is computed from one report or a pair of them (domain 5.4).

An *item* is one question; an *indicator* (OUT-01 …) is fed by one or several. Everything here is pure:
it takes plain values and returns plain values, touches no database, and serves pages, figures and tests
alike. A missing answer is `None` and stays missing: nothing here reads a blank as zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from .enums import (
    ADMISSION_CLAIMS,
    COUNT_DAYS,
    FOLLOW_UPS,
    PERIOD_DAYS,
    Admission,
    Antipsychotic,
    Attester,
    Change,
    Contribution,
    Direction,
    ItemKind,
    Movement,
    OthersEffect,
    Point,
    Stability,
    Verdict,
    YesNo,
)

EVERY_POINT = tuple(Point)
YEARLY = (Point.BASELINE, Point.M12)


@dataclass(frozen=True)
class Item:
    """One question of a report.

    code: its name in the database, the API and the exports. indicator: the figure that it feeds.
    unit: what stands over the box ("in 28 days"). points: when it is asked.
    only_if: (item, values): asked only where that item was answered with one of these.
    """

    code: str
    indicator: str
    section: str
    question: str
    help: str
    kind: ItemKind
    unit: str = ""
    direction: Direction = Direction.LOWER
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    step: Decimal = Decimal(1)
    choices: tuple[tuple[str, str], ...] = ()
    points: tuple[Point, ...] = EVERY_POINT
    only_if: tuple[str, tuple[str, ...]] | None = None
    is_optional: bool = False

    @property
    def is_choice(self) -> bool:
        return self.kind == ItemKind.CHOICE

    @property
    def is_long(self) -> bool:
        """Its choices need the whole width of a line."""
        return any(len(label) > 16 for _, label in self.choices)

    def label_of(self, choice: str) -> str:
        """The words for one of its choices."""
        return dict(self.choices).get(choice, choice)

    def asked(self, point: str, values: Mapping[str, "Value"]) -> bool:
        """Whether it is asked at this point, given what the others say."""
        if point not in self.points:
            return False
        if self.only_if is None:
            return True
        other, wanted = self.only_if
        said = values.get(other)
        return said is not None and said.is_value and said.choice in wanted


@dataclass(frozen=True)
class Value:
    """What one item says: a number, a choice, or (status) why there is neither."""

    status: str = "value"
    number: Decimal | None = None
    choice: str = ""

    @property
    def is_value(self) -> bool:
        return self.status == "value"


DISTRESS = "Distress and restriction"
LIFE = "Life"
HOME = "Home and hospital"
TEAM = "The team"
OTHERS = "Other people you support"
SECTIONS = (DISTRESS, LIFE, HOME, TEAM, OTHERS)
_CLAIMS = ("admission", tuple(str(c) for c in ADMISSION_CLAIMS))
TEN = Decimal(10)


def _choices(enum: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), label) for value, label in enum.choices)


ITEMS: tuple[Item, ...] = (
    Item(
        "incidents",
        "OUT-09",
        DISTRESS,
        "Incidents of behaviour that challenges",
        "Count every one, whatever its severity",
        ItemKind.COUNT,
        "in the days counted",
        most=Decimal(9999),
    ),
    Item(
        "serious_incidents",
        "OUT-09",
        DISTRESS,
        "Serious incidents",
        "Severity 3 or 4: a doctor, the police, hospital or a serious injury",
        ItemKind.COUNT,
        "in the days counted",
        most=Decimal(9999),
    ),
    Item(
        "restrictive",
        "OUT-10",
        DISTRESS,
        "Restrictive interventions",
        "All kinds, including holding by the arms",
        ItemKind.COUNT,
        "in the days counted",
        most=Decimal(9999),
    ),
    Item(
        "restrictive_grave",
        "OUT-10",
        DISTRESS,
        "Any prone or mechanical restraint, or seclusion?",
        "Say yes for a single one",
        ItemKind.CHOICE,
        choices=_choices(YesNo),
    ),
    Item(
        "prn",
        "OUT-11",
        DISTRESS,
        "As-needed calming medicine given",
        "How many times. No drug names, no doses",
        ItemKind.COUNT,
        "in the days counted",
        most=Decimal(9999),
    ),
    Item(
        "antipsychotic",
        "OUT-11",
        DISTRESS,
        "Antipsychotic medicine",
        "As the prescriber says. It is not safe to change the dose without a doctor’s help",
        ItemKind.CHOICE,
        direction=Direction.NEITHER,
        choices=_choices(Antipsychotic),
    ),
    Item(
        "medicine_reviewed",
        "OUT-11",
        DISTRESS,
        "Did the prescriber review it in the last 6 months?",
        "A review that changed nothing is a review",
        ItemKind.CHOICE,
        direction=Direction.HIGHER,
        choices=_choices(YesNo),
    ),
    Item(
        "quality_of_life",
        "OUT-12",
        LIFE,
        "Overall, how good has life been for {alias} in the last 4 weeks?",
        "0 is as bad as it could be, 10 as good as it could be",
        ItemKind.SCALE,
        direction=Direction.HIGHER,
        unit="0 to 10",
        most=TEN,
    ),
    Item(
        "outings",
        "OUT-13",
        LIFE,
        "Activities outside home of 30 minutes or more",
        "Not health appointments, not transport",
        ItemKind.COUNT,
        "in the days counted",
        direction=Direction.HIGHER,
        most=Decimal(999),
    ),
    Item(
        "new_activity",
        "OUT-13",
        LIFE,
        "A new kind of activity started?",
        "Something {alias} did not do at the last report",
        ItemKind.CHOICE,
        direction=Direction.HIGHER,
        choices=_choices(YesNo),
        points=FOLLOW_UPS,
    ),
    Item(
        "family_wellbeing",
        "OUT-16",
        LIFE,
        "How are family coping at the moment?",
        "0 not at all, 10 very well, in their own judgement",
        ItemKind.SCALE,
        direction=Direction.HIGHER,
        unit="0 to 10",
        most=TEN,
    ),
    Item(
        "health",
        "OUT-21",
        LIFE,
        "Physical health since the training",
        "Optional",
        ItemKind.CHOICE,
        direction=Direction.HIGHER,
        choices=_choices(Change),
        points=FOLLOW_UPS,
        is_optional=True,
    ),
    Item(
        "bed_nights",
        "OUT-02",
        HOME,
        "Nights in hospital",
        "Mental health and learning disability wards, midnight to midnight",
        ItemKind.COUNT,
        "in the last {period} days",
        most=Decimal(183),
    ),
    Item(
        "admission",
        "OUT-01",
        HOME,
        "What became of the risk of an admission?",
        "Report what happened. “Avoided” is a claim and is checked below",
        ItemKind.CHOICE,
        direction=Direction.NEITHER,
        choices=_choices(Admission),
        points=FOLLOW_UPS,
    ),
    Item(
        "contribution",
        "OUT-01",
        HOME,
        "How much did the learning contribute?",
        "For an admission avoided, delayed or a stay shortened",
        ItemKind.CHOICE,
        direction=Direction.NEITHER,
        choices=_choices(Contribution),
        points=FOLLOW_UPS,
        only_if=_CLAIMS,
    ),
    Item(
        "attested_by",
        "OUT-01",
        HOME,
        "Who attests it?",
        "A role, no name. The trainer may not; your registered manager may",
        ItemKind.CHOICE,
        direction=Direction.NEITHER,
        choices=_choices(Attester),
        points=FOLLOW_UPS,
        only_if=_CLAIMS,
    ),
    Item(
        "days_later",
        "OUT-01",
        HOME,
        "How many days later than was likely?",
        "For an admission delayed: 28 days or more",
        ItemKind.COUNT,
        "days",
        direction=Direction.NEITHER,
        most=Decimal(999),
        points=FOLLOW_UPS,
        only_if=("admission", (str(Admission.DELAYED),)),
    ),
    Item(
        "comparator_nights",
        "OUT-01",
        HOME,
        "How many nights was the stay before, or planned to be?",
        "For a stay shortened: at least a fifth more than the nights above",
        ItemKind.COUNT,
        "nights",
        direction=Direction.NEITHER,
        most=Decimal(9999),
        points=FOLLOW_UPS,
        only_if=("admission", (str(Admission.SHORTENED),)),
    ),
    Item(
        "readmitted",
        "OUT-03",
        HOME,
        "Back in hospital within 90 days of a discharge?",
        "Choose “does not apply” where there was no discharge",
        ItemKind.CHOICE,
        choices=_choices(YesNo),
        points=FOLLOW_UPS,
    ),
    Item(
        "breakdown_risk",
        "OUT-04",
        HOME,
        "Is the placement at risk of breaking down?",
        "Asked once, so that a home that held can be told from one that was never in doubt",
        ItemKind.CHOICE,
        choices=_choices(YesNo),
        points=(Point.BASELINE,),
    ),
    Item(
        "breakdowns",
        "OUT-04",
        HOME,
        "Placements that ended unplanned",
        "Notice served by the provider, eviction or an emergency move",
        ItemKind.COUNT,
        "in the last {period} days",
        most=Decimal(99),
    ),
    Item(
        "stability",
        "OUT-05",
        HOME,
        "How secure is the home?",
        "Red means notice served, or likely within 28 days",
        ItemKind.CHOICE,
        choices=_choices(Stability),
    ),
    Item(
        "out_of_area",
        "OUT-06",
        HOME,
        "Lives outside the responsible council’s area?",
        "The council that pays for the support",
        ItemKind.CHOICE,
        choices=_choices(YesNo),
    ),
    Item(
        "leavers",
        "OUT-15",
        TEAM,
        "People who left the paid team in the last 12 months",
        "Everyone who left, for whatever reason",
        ItemKind.COUNT,
        "people",
        most=Decimal(999),
        points=YEARLY,
    ),
    Item(
        "headcount",
        "OUT-15",
        TEAM,
        "Average size of the paid team in those 12 months",
        "People, not full-time equivalents",
        ItemKind.DECIMAL,
        "people",
        direction=Direction.NEITHER,
        least=Decimal("0.5"),
        most=Decimal(999),
        step=Decimal("0.5"),
        points=YEARLY,
    ),
    Item(
        "sick_days",
        "OUT-15",
        TEAM,
        "Days lost to sickness in the paid team",
        "No reasons",
        ItemKind.DECIMAL,
        "in the last 91 days",
        most=Decimal(9999),
        step=Decimal("0.5"),
    ),
    Item(
        "contracted_days",
        "OUT-15",
        TEAM,
        "Days the paid team was contracted to work",
        "In the same 91 days",
        ItemKind.DECIMAL,
        "in the last 91 days",
        direction=Direction.NEITHER,
        least=Decimal("0.5"),
        most=Decimal(99999),
        step=Decimal("0.5"),
    ),
    Item(
        "stress",
        "OUT-15",
        TEAM,
        "How stressed does the team feel about supporting {alias}?",
        "Optional. 0 not at all, 10 the most",
        ItemKind.SCALE,
        is_optional=True,
        unit="0 to 10",
        most=TEN,
    ),
    Item(
        "working_together",
        "OUT-22",
        TEAM,
        "Agencies and family worked towards a common purpose",
        "1 not at all, 5 fully. The average of those you asked",
        ItemKind.SCALE,
        "1 to 5",
        direction=Direction.HIGHER,
        least=Decimal(1),
        most=Decimal(5),
        step=Decimal("0.1"),
    ),
    Item(
        "others_count",
        "OUT-19",
        OTHERS,
        "Other people whom the trained staff support",
        "0 is an answer",
        ItemKind.COUNT,
        "people",
        direction=Direction.NEITHER,
        most=Decimal(9999),
        points=FOLLOW_UPS,
    ),
    Item(
        "others_effect",
        "OUT-19",
        OTHERS,
        "Did the learning affect hospital admissions for any of them?",
        "Someone other than {alias}",
        ItemKind.CHOICE,
        direction=Direction.NEITHER,
        choices=_choices(OthersEffect),
        points=FOLLOW_UPS,
    ),
)
BY_CODE = {item.code: item for item in ITEMS}


def items_at(point: str) -> list[Item]:
    """The questions of a report at this point, in the order of the page."""
    return [item for item in ITEMS if point in item.points]


def wording(item: Item, *, alias: str, point: str) -> tuple[str, str, str]:
    """Question, help and unit with the alias and the days of the period put in."""
    words = {"alias": alias, "period": PERIOD_DAYS[Point(point)]}
    return (item.question.format(**words), item.help.format(**words), item.unit.format(**words))


# --- rates -----------------------------------------------------------------------------------


def rate28(events: Decimal | int | None, days: int | None) -> Fraction | None:
    """Events in 28 days, unrounded: events × 28 / days observed; None where either is missing.

    19 in 30 days → 17.73 (domain 5.1). Zero days observed give no rate.
    """
    if events is None or not days:
        return None
    return Fraction(events) * COUNT_DAYS / days


def bed_days_per_91(nights: Decimal | int | None, days: int | None) -> Fraction | None:
    """Nights in hospital × 91 / days of the period, unrounded (OUT-02)."""
    if nights is None or not days:
        return None
    return Fraction(nights) * 91 / days


def percentage(part: Decimal | int | None, whole: Decimal | int | None) -> Fraction | None:
    """part / whole × 100, unrounded: turnover (leavers / average headcount) and sickness (days lost /
    contracted days) of OUT-15; None where either is missing or the whole is zero."""
    if part is None or not whole:
        return None
    return Fraction(part) / Fraction(whole) * 100


def rounded(value: Fraction | Decimal | None, places: int = 2) -> Decimal | None:
    """For the page: half up, to so many places."""
    if value is None:
        return None
    exact = Fraction(value)
    step = Decimal(1).scaleb(-places)
    # Enough digits for the quotient, so that a half is a half.
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return quotient.quantize(step, ROUND_HALF_UP)


# --- one report as figures --------------------------------------------------------------------


@dataclass(frozen=True)
class Measures:
    """What one report says, as figures; None is missing. Rates are unrounded.

    ratio, is_confirmed: of the support plan version of this very point (clarification 12).
    """

    incidents: Fraction | None = None
    serious: Fraction | None = None
    restrictive: Fraction | None = None
    prn: Fraction | None = None
    outings: Fraction | None = None
    quality_of_life: Decimal | None = None
    rater: str = ""
    bed_days: Fraction | None = None
    turnover: Fraction | None = None
    sickness: Fraction | None = None
    family_wellbeing: Decimal | None = None
    working_together: Decimal | None = None
    ratio: Fraction | None = None
    is_confirmed: bool | None = None


def measures(
    values: Mapping[str, Value],
    *,
    point: str,
    days_observed: int | None,
    rater: str = "",
    ratio: Fraction | None = None,
    is_confirmed: bool | None = None,
) -> Measures:
    """The figures of a report from its answers and its plan version."""

    def number(code: str) -> Decimal | None:
        said = values.get(code)
        return said.number if said is not None and said.is_value else None

    return Measures(
        incidents=rate28(number("incidents"), days_observed),
        serious=rate28(number("serious_incidents"), days_observed),
        restrictive=rate28(number("restrictive"), days_observed),
        prn=rate28(number("prn"), days_observed),
        outings=rate28(number("outings"), days_observed),
        quality_of_life=number("quality_of_life"),
        rater=rater,
        bed_days=bed_days_per_91(number("bed_nights"), PERIOD_DAYS[Point(point)]),
        turnover=percentage(number("leavers"), number("headcount")),
        sickness=percentage(number("sick_days"), number("contracted_days")),
        family_wellbeing=number("family_wellbeing"),
        working_together=number("working_together"),
        ratio=ratio,
        is_confirmed=is_confirmed,
    )


# --- the safe reduction -----------------------------------------------------------------------


@dataclass(frozen=True)
class Guardrail:
    """One condition of a safe reduction: met (yes), not met (no) or cannot be shown."""

    code: str
    title: str
    verdict: Verdict
    detail: str


@dataclass(frozen=True)
class SafeReduction:
    """Whether fewer staff at a time counts as a success (OUT-07, clarification 13)."""

    verdict: Verdict
    guardrails: tuple[Guardrail, ...]
    is_reduction: bool | None
    rater_changed: bool

    @property
    def failing(self) -> list[Guardrail]:
        """The conditions that are not met or cannot be shown."""
        return [g for g in self.guardrails if g.verdict != Verdict.YES]

    @property
    def sentence(self) -> str:
        """What the page says about it."""
        if self.verdict == Verdict.YES:
            return "All five are met, so this counts as a safe reduction."
        failed = [g for g in self.guardrails if g.verdict == Verdict.NO]
        if failed:
            names = _and([g.title.lower() for g in failed])
            return f"Not counted as a safe reduction: no “{names}”."
        names = _and([g.title.lower() for g in self.failing])
        return f"Cannot be shown as a safe reduction: no figure yet for “{names}”."


def _and(words: list[str]) -> str:
    return "”, “".join(words)


def _plain(value: Fraction | Decimal | None, places: int = 2) -> str:
    number = rounded(value, places)
    if number is None:
        return "no figure"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _compared(
    code: str,
    title: str,
    before: Fraction | Decimal | None,
    after: Fraction | Decimal | None,
    *,
    passes: Any,
    ending: str = "",
    places: int = 2,
) -> Guardrail:
    then = f"{_plain(before, places)}{ending if before is not None else ''}"
    now = f"{_plain(after, places)}{ending if after is not None else ''}"
    detail = f"{then} at baseline, {now} now"
    if before is None or after is None:
        return Guardrail(code, title, Verdict.CANNOT_SHOW, detail)
    return Guardrail(code, title, Verdict.YES if passes(before, after) else Verdict.NO, detail)


def safe_reduction(baseline: Measures | None, followup: Measures) -> SafeReduction:
    """Whether the lower staffing ratio is safe, each guardrail named (domain 5.4 OUT-07).

    Serious incidents and restrictive interventions are compared as unrounded rates in 28 days, and
    equal passes. Anything missing cannot be shown, and is never safe (clarification 13).
    """
    b = baseline or Measures()
    t = followup
    confirmed = {
        True: (Verdict.YES, "The commissioner has confirmed the plan of this point"),
        False: (Verdict.NO, "The commissioner has not confirmed the plan of this point"),
        None: (Verdict.CANNOT_SHOW, "There is no plan for this point yet"),
    }[t.is_confirmed]
    rails = (
        _compared(
            "ratio",
            "Fewer staff at a time",
            b.ratio,
            t.ratio,
            passes=lambda x, y: y < x,
            ending=" : 1",
        ),
        _compared(
            "serious",
            "Serious incidents not up",
            b.serious,
            t.serious,
            passes=lambda x, y: y <= x,
        ),
        _compared(
            "restrictive",
            "Restrictive interventions not up",
            b.restrictive,
            t.restrictive,
            passes=lambda x, y: y <= x,
        ),
        _compared(
            "quality_of_life",
            "Quality of life not down",
            b.quality_of_life,
            t.quality_of_life,
            passes=lambda x, y: y >= x,
        ),
        Guardrail("confirmed", "Commissioner confirmed it", *confirmed),
    )
    verdicts = {g.verdict for g in rails}
    if Verdict.NO in verdicts:
        verdict = Verdict.NO
    elif Verdict.CANNOT_SHOW in verdicts:
        verdict = Verdict.CANNOT_SHOW
    else:
        verdict = Verdict.YES
    is_reduction = None if b.ratio is None or t.ratio is None else t.ratio < b.ratio
    changed = bool(b.rater and t.rater and b.rater != t.rater)
    return SafeReduction(verdict, rails, is_reduction, changed)


# --- what moved -------------------------------------------------------------------------------

_RISK = {"green": 0, "amber": 1, "red": 2}


def movement(code: str, before: Any, after: Any) -> Movement:
    """How one figure moved from baseline to a follow-up: improved, same, worse, or missing.

    `code` is a field of `Measures` or an item. Numbers are compared in the direction of their
    indicator; quality of life needs a whole point either way (clarification 14); "stability" is judged
    by risk, "out_of_area" and "medicine_reviewed" by yes and no, "antipsychotic" by its own word alone.
    """
    if code == "antipsychotic":
        if after is None:
            return Movement.MISSING
        better = after in (Antipsychotic.REDUCED, Antipsychotic.STOPPED)
        worse = after in (Antipsychotic.INCREASED, Antipsychotic.STARTED)
        return Movement.IMPROVED if better else Movement.WORSE if worse else Movement.SAME
    if before is None or after is None:
        return Movement.MISSING
    if code == "stability":
        before, after = _RISK[before], _RISK[after]
    elif code in {"out_of_area", "medicine_reviewed"}:
        before, after = int(before == YesNo.YES), int(after == YesNo.YES)
    gain = after - before if code in _HIGHER else before - after
    least = 1 if code == "quality_of_life" else 0
    if gain == 0 or abs(gain) < least:
        return Movement.SAME
    return Movement.IMPROVED if gain > 0 else Movement.WORSE


_HIGHER = frozenset(
    {
        "outings",
        "quality_of_life",
        "family_wellbeing",
        "working_together",
        "medicine_reviewed",
    }
)


def is_material_drop(before: Fraction | None, after: Fraction | None) -> bool | None:
    """OUT-09: the rate falls by at least a fifth and by at least 2 in 28 days (clarification 14)."""
    if before is None or after is None:
        return None
    fall = before - after
    return fall >= 2 and fall * 5 >= before


# --- OUT-01: a claim and its conditions -------------------------------------------------------


@dataclass(frozen=True)
class Risk:
    """What stood about the risk of admission when the baseline was recorded (domain 5.4 OUT-01 a)."""

    cohort: str = ""
    dsr_rating: str = ""
    evidence: tuple[str, ...] = field(default_factory=tuple)
    evidence_on: date | None = None
    as_of: date | None = None

    @property
    def is_evidenced(self) -> bool:
        """In the community at risk, with one of: red or amber on the register, a review within 6
        months of the baseline, a letter of a commissioner or clinician."""
        if self.cohort != "community_at_risk":
            return False
        letters = {"commissioner_letter", "clinician_letter"} & set(self.evidence)
        return bool(self.dsr_rating in ("red", "amber") or letters or self._has_recent_review)

    @property
    def _has_recent_review(self) -> bool:
        if "ctr" not in self.evidence or self.evidence_on is None or self.as_of is None:
            return False
        months = (self.as_of.year - self.evidence_on.year) * 12
        months += self.as_of.month - self.evidence_on.month
        return 0 <= months <= 6


def admission_problems(values: Mapping[str, Value], risk: Risk | None) -> dict[str, str]:
    """Item → sentence for every condition that a claim about an admission does not meet.

    "Avoided" needs all of (a) to (d), "delayed" 28 days, "shortened" a fifth (domain 5.4 OUT-01,
    clarification 9). A fact ("admitted") and an answer ("not at risk") need nothing.
    """
    said = values.get("admission")
    if said is None or not said.is_value or said.choice not in ADMISSION_CLAIMS:
        return {}
    found: dict[str, str] = {}

    def number(code: str) -> Decimal | None:
        value = values.get(code)
        return value.number if value is not None and value.is_value else None

    def choice(code: str) -> str:
        value = values.get(code)
        return value.choice if value is not None and value.is_value else ""

    nights = number("bed_nights")
    if said.choice == Admission.AVOIDED:
        if risk is None or not risk.is_evidenced:
            found["admission"] = (
                "An admission can be avoided only where the baseline shows evidence of the risk: "
                "on the register as red or amber, a review within 6 months, or a letter."
            )
        if nights is None:
            found["bed_nights"] = (
                "Enter the nights in hospital: an admission was avoided only where there were none"
            )
        elif nights > 0:
            found["bed_nights"] = (
                "There were nights in hospital, so no admission was avoided. Choose another answer"
            )
        if choice("contribution") not in ("1", "2", "3"):
            found["contribution"] = (
                "Say that the learning made at least some contribution, or choose another answer"
            )
    if said.choice == Admission.DELAYED:
        later = number("days_later")
        if later is None or later < 28:
            found["days_later"] = "A delay counts from 28 days. Enter how many days later it was"
    if said.choice == Admission.SHORTENED:
        usual = number("comparator_nights")
        if usual is None or nights is None:
            found["comparator_nights"] = (
                "Enter the nights of the earlier or planned stay, and the nights of this one"
            )
        elif not usual or (usual - nights) * 5 < usual:
            found["comparator_nights"] = (
                "A stay counts as shortened when it is at least a fifth shorter"
            )
    attested = choice("attested_by")
    if attested == Attester.TRAINER:
        found["attested_by"] = "The trainer may not attest it. Choose somebody else’s role"
    elif not attested:
        found["attested_by"] = "Say who attests it, by their role"
    return found


def answer_problems(values: Mapping[str, Value]) -> dict[str, str]:
    """Item → sentence for answers that contradict each other."""

    def number(code: str) -> Decimal | None:
        value = values.get(code)
        return value.number if value is not None and value.is_value else None

    found: dict[str, str] = {}
    pairs = (
        (
            "serious_incidents",
            "incidents",
            "There cannot be more serious incidents than incidents in all",
        ),
        (
            "sick_days",
            "contracted_days",
            "There cannot be more days lost than days contracted",
        ),
    )
    for part, whole, sentence in pairs:
        less, more = number(part), number(whole)
        if less is not None and more is not None and less > more:
            found[part] = sentence
    return found
