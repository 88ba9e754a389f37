"""The figures of an application's budget (domain 6.3), worked out from its lines and nowhere else:
pages, check answers, the case file, the panel and the API read the same ones.

Only cash counts towards the limits; what is given in kind shows its value and counts £0. A line
counts as eligible unless an officer refused it or, before an officer has judged it, it is a general
requirement (domain 3.4). Amounts are pounds with two places; percentages have one place, half up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accounts import written
from accounts.written import pounds

from .enums import (
    MAX_LINES,
    QUOTE_FROM,
    SHARE_LIMITS,
    LineCategory,
    LineKind,
    LineVerdict,
    OtherFunding,
)
from .general_requirements import Rule, assess_line

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Benchmark:
    """The usual range of a unit cost (domain 3.5): outside it a line is worth a second look."""

    low: Decimal
    high: Decimal
    unit: str

    @property
    def words(self) -> str:
        return f"Usual range {written.money(self.low)} to {written.money(self.high)} {self.unit}"


BENCHMARKS = {
    LineCategory.TRAINER_FEE: Benchmark(Decimal(450), Decimal(1400), "a day"),
    LineCategory.COACHING_FEE: Benchmark(Decimal(45), Decimal(110), "an hour"),
    LineCategory.LICENCES: Benchmark(Decimal(5), Decimal(40), "a licence"),
    LineCategory.BACKFILL: Benchmark(Decimal("13.50"), Decimal(22), "an hour"),
    LineCategory.REPLACEMENT_CARE: Benchmark(Decimal(18), Decimal("32.14"), "an hour"),
}
# How lines are grouped on the page: heading, categories.
GROUPS = (
    (
        "Learning",
        (
            LineCategory.TRAINER_FEE,
            LineCategory.COACHING_FEE,
            LineCategory.ASSESSMENT_WORKSHOP,
            LineCategory.PARTICIPATION,
            LineCategory.LICENCES,
        ),
    ),
    (
        "Materials, room and travel",
        (LineCategory.MATERIALS, LineCategory.VENUE, LineCategory.TRAVEL),
    ),
    (
        "Cover while people learn",
        (LineCategory.BACKFILL, LineCategory.REPLACEMENT_CARE),
    ),
    ("Evaluation and management", (LineCategory.EVALUATION, LineCategory.MANAGEMENT)),
    ("Put by for the unexpected", (LineCategory.CONTINGENCY,)),
)
# Who else may pay, as people write it (domain 10.1, question 9).
_OTHERS = (
    (OtherFunding.LDSS, re.compile(r"\bLDSS\b|learning and development support", re.I)),
    (OtherFunding.PHB, re.compile(r"\bPHB\b|personal health budget", re.I)),
    (OtherFunding.DIRECT_PAYMENT, re.compile(r"\bdirect payments?\b", re.I)),
    (
        OtherFunding.ULO,
        re.compile(r"\bULO\b|user[- ]led organi[sz]ation|individual employer", re.I),
    ),
)
_WHO_PAYS = {
    OtherFunding.LDSS: "the Learning and Development Support Scheme",
    OtherFunding.PHB: "a personal health budget",
    OtherFunding.DIRECT_PAYMENT: "a direct payment",
    OtherFunding.ULO: "the individual employer or user-led organisation fund",
    OtherFunding.ICB: "the integrated care board or the council",
    OtherFunding.OTHER: "somebody else",
}


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """`part` as a percentage of `whole`, one place, half up; 0 of nothing is 0."""
    if not whole:
        return Decimal("0.0")
    return (part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Share:
    """A part of the eligible total that has a limit. `limit` is a percentage."""

    label: str
    amount: Decimal
    percent: Decimal
    limit: Decimal
    is_over: bool

    @property
    def sentence(self) -> str:
        """Why it stands in the way, when it is over."""
        return (
            f"{self.label} may be up to {self.limit:.0f}% of what can be considered. "
            f"It is {self.percent}%."
        )


@dataclass(frozen=True)
class LineView:
    """One line with what the rules say about it."""

    line: Any
    rule: Rule | None
    counts: bool
    warnings: tuple[str, ...]

    @property
    def usual(self) -> str:
        """The usual range of this kind of cost, in words; empty where there is none."""
        found = benchmark_of(self.line.category)
        return found.words if found and self.counts else ""

    @property
    def needs_quote(self) -> bool:
        """Counted, in cash, and £1,000 or more: a written quote belongs to it (domain 6.3)."""
        return self.counts and self.line.total >= QUOTE_FROM

    @property
    def is_set_aside(self) -> bool:
        """Asked for in cash, and not counted."""
        return not self.counts and self.line.kind == LineKind.CASH


@dataclass(frozen=True)
class Figures:
    """What a budget adds up to. `requested` is what was asked for in cash; `eligible` what counts."""

    lines: tuple[LineView, ...]
    requested: Decimal
    eligible: Decimal
    in_kind: Decimal
    shares: tuple[Share, ...]

    @property
    def set_aside(self) -> Decimal:
        """Asked for, and not counted."""
        return self.requested - self.eligible

    @property
    def cover_percent(self) -> Decimal:
        """Backfill and replacement care, as a percentage of the eligible total."""
        return self.shares[0].percent

    @property
    def set_aside_lines(self) -> tuple[LineView, ...]:
        return tuple(view for view in self.lines if view.is_set_aside)


def counts(line: Any) -> bool:
    """Whether a line is part of the eligible total."""
    if line.kind != LineKind.CASH or line.verdict == LineVerdict.REFUSED:
        return False
    if line.verdict == LineVerdict.ACCEPTED:
        return True
    rule = assess_line(line.topic, line.description)
    return rule is None or not rule.is_refused


def benchmark_of(category: str) -> Benchmark | None:
    """The usual range of a category's unit cost, where there is one."""
    return BENCHMARKS.get(LineCategory(category)) if category else None


def other_payer(line: Any) -> OtherFunding:
    """Who else pays for a line: as the applicant says, or else as the words of the line give away."""
    if line.other_funding:
        return OtherFunding(line.other_funding)
    said = f"{line.description} {line.justification}"
    return next((who for who, words in _OTHERS if words.search(said)), OtherFunding.NONE)


def _double_funding(line: Any) -> list[str]:
    who = other_payer(line)
    if not who:
        return []
    if line.other_funding:
        return [
            f"Paid for already, or in part, by {_WHO_PAYS[who]}. Nothing is paid for twice: ask only "
            "for the part that nobody pays for, and say in question 9 what this grant adds."
        ]
    return [
        f"This speaks of {_WHO_PAYS[who]}. Nothing is paid for twice. If it pays for a part, ask "
        "only for the rest, and say so in question 9."
    ]


def warnings_of(line: Any) -> tuple[str, ...]:
    """Sentences worth a second look; none of them ever stops a line from being saved."""
    found = _double_funding(line) if line.kind == LineKind.CASH else []
    usual = benchmark_of(line.category)
    if usual and line.kind == LineKind.CASH and not usual.low <= line.unit_cost <= usual.high:
        side = "more" if line.unit_cost > usual.high else "less"
        said = " The reason is given." if line.justification else " Say why in a sentence."
        found.append(
            f"{written.money(line.unit_cost)} {usual.unit} is {side} than this usually costs "
            f"({written.money(usual.low)} to {written.money(usual.high)}).{said}"
        )
    return tuple(found)


def _view(line: Any) -> LineView:
    rule = None if line.verdict != LineVerdict.OPEN else assess_line(line.topic, line.description)
    is_counted = counts(line)
    return LineView(line, rule, is_counted, warnings_of(line) if is_counted else ())


def figures(lines: Iterable[Any]) -> Figures:
    """Every figure of these lines. HERON: requested 7,987.20, eligible 7,762.20, cover 27.2%."""
    views = tuple(_view(line) for line in sorted(lines, key=lambda line: line.number))
    eligible = sum((v.line.total for v in views if v.counts), ZERO)
    shares = []
    for label, categories, limit in SHARE_LIMITS:
        amount = sum(
            (v.line.total for v in views if v.counts and v.line.category in categories), ZERO
        )
        shares.append(
            Share(
                label,
                amount,
                percent_of(amount, eligible),
                limit * 100,
                amount > limit * eligible,
            )
        )
    cash = [v.line for v in views if v.line.kind == LineKind.CASH]
    return Figures(
        lines=views,
        requested=sum((line.total for line in cash), ZERO),
        eligible=eligible,
        in_kind=sum((v.line.total for v in views if v.line.kind == LineKind.IN_KIND), ZERO),
        shares=tuple(shares),
    )


def limit_sentences(found: Figures, least: Decimal, most: Decimal) -> list[str]:
    """What stands in the way of sending this budget: sentences; none means it fits.

    `least` and `most` are the round's limits, both inclusive, on what is asked for in cash.
    """
    if not found.lines:
        return ["Add at least one line to the budget."]
    sentences = []
    if len(found.lines) > MAX_LINES:
        sentences.append(
            f"A budget has at most {MAX_LINES} lines. This one has {len(found.lines)}."
        )
    if found.requested > most:
        sentences.append(
            f"You can ask for up to {pounds(most)}. The budget asks for {written.money(found.requested)}: "
            f"{written.money(found.requested - most)} too much."
        )
    elif found.requested < least:
        sentences.append(
            f"The least you can ask for is {pounds(least)}. The budget asks for "
            f"{written.money(found.requested)}."
        )
    sentences += [share.sentence for share in found.shares if share.is_over]
    return sentences


def grouped(found: Figures) -> list[tuple[str, Decimal, Sequence[LineView]]]:
    """(heading, subtotal, lines) for the page: by kind of cost, then what is given, then left out."""
    groups: list[tuple[str, Decimal, Sequence[LineView]]] = []
    for heading, categories in GROUPS:
        views = [v for v in found.lines if v.counts and v.line.category in categories]
        if views:
            groups.append((heading, sum((v.line.total for v in views), ZERO), views))
    given = [v for v in found.lines if v.line.kind == LineKind.IN_KIND]
    if given:
        groups.append(("Given in kind: counts £0 towards the limit", found.in_kind, given))
    if found.set_aside_lines:
        groups.append(("Left out: cannot be funded", found.set_aside, found.set_aside_lines))
    return groups
