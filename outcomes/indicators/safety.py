"""Whether fewer staff at a time is safe (OUT-07): five guardrails, each named (clarification 13)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..enums import Verdict
from .figures import Measures, rounded


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
