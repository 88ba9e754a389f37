"""OUT-01: a claim about an admission and its conditions; and answers that contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..enums import ADMISSION_CLAIMS, PERIOD_DAYS, Admission, Attester, Point
from .items import Value


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


COUNTED = ("incidents", "restrictive", "prn", "outings")


def answer_problems(
    values: Mapping[str, Value], *, point: str, days_observed: int | None
) -> dict[str, str]:
    """Item → sentence for answers that contradict each other, the length of the period (OUT-02) or the
    days on which there was anybody to count for (`days_observed`, of 28)."""

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
    nights, period = number("bed_nights"), PERIOD_DAYS[Point(point)]
    if nights is not None and nights > period:
        found["bed_nights"] = f"There are {period} nights in the period at most"
    if days_observed == 0 and any(number(code) for code in COUNTED):
        found["days_observed"] = (
            "Something was counted, so the person was at home with support on one day at least"
        )
    return found
