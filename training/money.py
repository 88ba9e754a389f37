"""What training commits and costs: by line, by activity, for each intervention and each person.

Committed is what the activities say they will cost; spent is what was accepted in claims. In kind stands
beside cash and is never added to it. Amounts are pounds as `Decimal`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from accounts import written
from grants.award_reports import money_by_line
from grants.enums import LineKind, LineVerdict
from grants.models import BudgetLine, Document, Grant

from .models import Activity
from .reports import completions

ZERO = Decimal("0.00")
NEARLY = Decimal("0.90")  # of a line: from here on somebody should look


@dataclass(frozen=True)
class LineUse:
    """One budget line: agreed, committed by activities, spent and claimed, and what it brought.

    `unsaid`: how many of its activities do not say what they cost; missing is not zero.
    """

    line: BudgetLine
    agreed: Decimal
    committed: Decimal
    spent: Decimal
    interventions: int
    unsaid: int = 0

    @property
    def warning(self) -> str:
        """What to look at before the line is overspent; empty where there is nothing."""
        used = max(self.committed, self.spent)
        if used > self.agreed:
            return f"{written.money(used - self.agreed)} more than the line has"
        if self.agreed and used >= self.agreed * NEARLY:
            return f"{written.money(self.agreed - used)} left"
        return ""


@dataclass(frozen=True)
class ActivityUse:
    """One activity: what it commits, and for each intervention. None where it does not say, or has none."""

    activity: Activity
    cost: Decimal | None
    is_in_kind: bool
    interventions: int

    @property
    def cost_each(self) -> Decimal | None:
        if self.cost is None or not self.interventions:
            return None
        return (self.cost / self.interventions).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Use:
    """The money of a grant's training."""

    awarded: Decimal
    lines: list[LineUse]
    in_kind: list[LineUse]
    activities: list[ActivityUse]
    interventions: int
    people: int

    @property
    def committed(self) -> Decimal:
        return sum((line.committed for line in self.lines), ZERO)

    @property
    def unsaid(self) -> int:
        """How many activities paid in cash do not say what they cost."""
        return sum(line.unsaid for line in self.lines)

    @property
    def spent(self) -> Decimal:
        return sum((line.spent for line in self.lines), ZERO)

    @property
    def in_kind_total(self) -> Decimal:
        return sum((line.agreed for line in self.in_kind), ZERO)

    def each(self, amount: Decimal, count: int) -> Decimal | None:
        """An amount for each of `count`, to the penny; None where there is none."""
        if not count:
            return None
        return (amount / count).quantize(Decimal("0.01"), ROUND_HALF_UP)


def evidence_for(documents: Iterable[Document]) -> dict[int, list[Document]]:
    """The quotes of each budget line, and the evidence of claims that spend from it, by line id.

    `documents`: those of one application that the reader may see, with their claims' lines.
    """
    found: dict[int, list[Document]] = defaultdict(list)
    for document in documents:
        if document.line_id is not None:
            found[document.line_id].append(document)
        elif document.claim is not None:
            for row in document.claim.lines.all():
                if row.amount:
                    found[row.line_id].append(document)
    return found


def without_evidence(use: "Use", evidence: dict[int, list[Document]]) -> list[LineUse]:
    """Lines of which something is spent, and no claim's evidence is attached."""
    return [
        line
        for line in use.lines
        if line.spent and not any(d.claim_id is not None for d in evidence.get(line.line.pk, ()))
    ]


def use_of(grant: Grant) -> Use:
    """What a grant's training commits and costs."""
    activities = list(
        Activity.objects.filter(grant=grant)
        .standing()
        .select_related("budget_line", "grant")
        .order_by("number")
    )
    done: dict[int, int] = defaultdict(int)
    people = set()
    for row in completions(Grant.objects.filter(pk=grant.pk)):
        done[row["session__activity_id"]] += 1
        people.add(row["member_id"])
    committed: dict[int, Decimal] = defaultdict(lambda: ZERO)
    brought: dict[int, int] = defaultdict(int)
    unsaid: dict[int, int] = defaultdict(int)
    for activity in activities:
        committed[activity.budget_line_id] += activity.cost or ZERO
        unsaid[activity.budget_line_id] += activity.cost is None
        brought[activity.budget_line_id] += done[activity.pk]

    def line_use(line: BudgetLine, agreed: Decimal, spent: Decimal) -> LineUse:
        return LineUse(line, agreed, committed[line.pk], spent, brought[line.pk], unsaid[line.pk])

    cash = [
        line_use(row.line, row.agreed, row.spent)
        for row in money_by_line(grant)
        if row.line.kind == LineKind.CASH
    ]
    given = grant.application.lines.filter(kind=LineKind.IN_KIND)
    in_kind = [
        line_use(line, line.total, ZERO)
        for line in given.exclude(verdict=LineVerdict.REFUSED).order_by("number")
    ]
    uses = [
        ActivityUse(a, a.cost, a.budget_line.kind == LineKind.IN_KIND, done[a.pk])
        for a in activities
    ]
    return Use(grant.amount, cash, in_kind, uses, sum(done.values()), len(people))
