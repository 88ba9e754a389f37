"""How the programme ran: days to a decision, first payments, reports in time, delivery, forecasts
(domain 8.1, clarification 20). Days are calendar days in London unless said otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F

from accounts import written
from grants.models import Application, ClockStop
from grants.reports import clock
from grants.working_days import working_days_after

from .figure import Column, Figure, Record, Value, number, plain, several
from .records import Due, GrantRow, Records
from .statistics import Proportion, median, quantile

NINE_IN_TEN = Fraction(9, 10)
PAYMENT_DAYS = 10
GRACE_DAYS = 14
TARGET_ON_TIME, TARGET_PAID, TARGET_REPORTS, TARGET_GAP = 90, 90, 80, 10


@dataclass(frozen=True)
class Decided:
    """One application with a released decision: net and gross days from its first sending."""

    reference: str
    organisation: str
    net: int
    gross: int
    target: int

    @property
    def stopped(self) -> int:
        return self.gross - self.net

    @property
    def is_within(self) -> bool:
        return self.net <= self.target


@dataclass(frozen=True)
class Process:
    """Quantiles are of type 7; None where nothing was decided. `gap` is in percent of the award."""

    decided: int
    median_net_days: Fraction | None
    p90_net_days: Fraction | None
    median_gross_days: Fraction | None
    p90_gross_days: Fraction | None
    within_target: Proportion
    target_days: int
    paid_in_time: Proportion
    reports_in_time: Proportion
    delivered_in_window: Proportion
    median_gap: Fraction | None
    closed: int


def decisions(records: Records) -> list[Decided]:
    """Applications whose final decision was released by the cut-off: one query.

    A deferred case is not decided; open ones, those found not eligible and those withdrawn have no
    decision, and no time.
    """
    scope = records.scope
    rows = (
        Application.objects.filter(
            scope.of_applications(),
            submitted_at__isnull=False,
            decision__released_at__lt=scope.until,
        )
        .select_related("decision", "round", "organisation")
        .annotate(stop_from=F("clock_stops__from_on"), stop_until=F("clock_stops__until_on"))
        .order_by("reference", "stop_from")
    )
    stops: dict[Application, list[ClockStop]] = {}
    for row in rows:
        held = stops.setdefault(row, [])
        if row.stop_from is not None:
            held.append(ClockStop(from_on=row.stop_from, until_on=row.stop_until))
    found = []
    for application, own in stops.items():
        time = clock(application, own)
        if time is not None:
            found.append(
                Decided(
                    application.reference,
                    application.organisation.name,
                    time.net_days,
                    time.gross_days,
                    time.target_days,
                )
            )
    return found


def _paid_in_time(grant: GrantRow) -> bool | None:
    """Within ten working days of the released decision; None where either day is missing."""
    if grant.released_on is None or grant.first_paid_on is None:
        return None
    return grant.first_paid_on <= working_days_after(grant.released_on, PAYMENT_DAYS)


def _accepted_in_time(due: Due) -> bool:
    if due.accepted_on is None:
        return False
    return due.accepted_on <= due.due_on + timedelta(days=GRACE_DAYS)


def _share(found: Iterable[bool]) -> Proportion:
    marks = list(found)
    return Proportion(sum(marks), len(marks))


def _gap(awarded: Decimal, spent: Decimal) -> Fraction:
    return Fraction(abs(spent - awarded)) / Fraction(awarded) * 100


def process(records: Records, decided: list[Decided]) -> Process:
    """The process figures of a scope."""
    net, gross = [d.net for d in decided], [d.gross for d in decided]
    paid = [mark for g in records.grants if (mark := _paid_in_time(g)) is not None]
    closed = [g for g in records.grants if g.closed_on is not None and g.spent is not None]
    targets = {d.target for d in decided}
    return Process(
        decided=len(decided),
        median_net_days=median(net),
        p90_net_days=quantile(net, NINE_IN_TEN),
        median_gross_days=median(gross),
        p90_gross_days=quantile(gross, NINE_IN_TEN),
        within_target=_share(d.is_within for d in decided),
        target_days=max(targets, default=30),
        paid_in_time=_share(paid),
        reports_in_time=_share(_accepted_in_time(due) for due in records.due),
        delivered_in_window=_share(
            g.delivered_on <= g.delivery_until
            for g in records.active
            if g.delivered_on is not None and g.delivery_until is not None
        ),
        median_gap=median(_gap(g.amount, g.spent) for g in closed if g.spent is not None),
        closed=len(closed),
    )


BINS = ((0, 10), (11, 20), (21, 30), (31, 40), (41, 60), (61, None))


def spread(decided: list[Decided]) -> list[tuple[str, int]]:
    """(range of net days, decisions)."""

    def label(low: int, high: int | None) -> str:
        return f"{low} to {high}" if high is not None else f"{low} or more"

    return [
        (
            label(low, high),
            sum(1 for d in decided if low <= d.net and (high is None or d.net <= high)),
        )
        for low, high in BINS
    ]


# --- the table on the page ----------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line of "How the programme ran". colour: of the tag that says how it stands."""

    id: str
    title: str
    result: str
    base: str
    target: str
    state: str
    colour: str


def _state(result: Value, target: int, *, at_least: bool) -> tuple[str, str]:
    if result is None:
        return "Nothing yet", "grey"
    met = result >= target if at_least else result < target
    return ("Met", "green") if met else ("Below target" if at_least else "Over target", "orange")


def table(p: Process) -> list[Row]:
    """The process figures as the page lists them."""

    def share(id: str, title: str, of: Proportion, base: str, target: int) -> Row:
        shown = "none yet" if of.exact is None else f"{of.whole_percent}%"
        state, colour = _state(of.exact, target, at_least=True)
        return Row(
            id, title, shown, f"{of.part:,} of {of.whole:,}{base}", f"{target}%", state, colour
        )

    spread_says = (
        f" decisions. Median {plain(p.median_net_days)}, 9 in 10 by {plain(p.p90_net_days)}"
        if p.decided
        else " decisions"
    )
    window = p.delivered_in_window
    gap_state, gap_colour = _state(p.median_gap, TARGET_GAP, at_least=False)
    return [
        share(
            "within-target",
            f"Decision within {p.target_days} net days",
            p.within_target,
            spread_says,
            TARGET_ON_TIME,
        ),
        share(
            "first-payment",
            f"First payment within {PAYMENT_DAYS} working days",
            p.paid_in_time,
            " first payments",
            TARGET_PAID,
        ),
        share(
            "reports-on-time",
            f"Reports accepted within {GRACE_DAYS} days of the due day",
            p.reports_in_time,
            " reports due",
            TARGET_REPORTS,
        ),
        Row(
            "delivered-in-window",
            "Training finished in its window",
            "none yet" if window.exact is None else f"{window.whole_percent}%",
            f"{window.part:,} of {window.whole:,} that have finished",
            "Trend",
            "Watch",
            "grey",
        ),
        Row(
            "spent-against-award",
            "Spent against award, median gap",
            "none yet" if p.median_gap is None else f"{plain(p.median_gap, 0)}%",
            f"Median of {several(p.closed, 'closed grant', 'closed grants')}",
            f"Under {TARGET_GAP}%",
            gap_state,
            gap_colour,
        ),
    ]


# --- the figures --------------------------------------------------------------------------------


def figures(records: Records) -> list[Figure]:
    """Each process figure, with its records."""
    decided = decisions(records)
    p = process(records, decided)
    cut_off = records.scope.cut_off
    days = [
        Record(
            opens=("application", d.reference),
            cells=(d.reference, d.organisation, plain(d.net), plain(d.gross), plain(d.stopped)),
            counts=d.is_within,
        )
        for d in decided
    ]
    columns = (
        Column("Application"),
        Column("Organisation"),
        Column("Net days", numeric=True),
        Column("Gross days", numeric=True),
        Column("Stopped", numeric=True),
    )
    clock_says = (
        "Calendar days from the first sending to the released decision, without the days that waited for "
        "the applicant. Open, withdrawn and ineligible cases have no time."
    )
    quantiles = "Quantiles by linear interpolation (type 7)."
    common: dict[str, Any] = {
        "cut_off": cut_off,
        "record_columns": columns,
        "records": days,
        "record_noun": ("decision", "decisions"),
        "source": "Programme definitions 8.1, P1 and P2; clarification 20",
    }
    table_rows = {row.id: row for row in table(p)}

    def share(
        id: str, code: str, of: Proportion, definition: str, what: str, rows: list, heads: tuple
    ) -> Figure:
        return Figure(
            id=id,
            code=code,
            title=table_rows[id].title,
            value=of.exact,
            shown=table_rows[id].result,
            unit="%",
            definition=definition,
            source=f"Programme definitions 8.1, {code}",
            cut_off=cut_off,
            numerator=(plain(of.part), what),
            denominators=(
                ("Denominator", plain(of.whole), table_rows[id].base.partition(" of ")[2]),
            ),
            proportion=of,
            record_columns=heads,
            records=rows,
            record_noun=("record", "records"),
        )

    grants = {g.id: g for g in records.grants}
    head = (Column("Grant"), Column("Organisation"))

    def row(grant_id: int, counts: bool | None, *cells: str) -> Record:
        g = grants[grant_id]
        return Record(
            opens=("grant", g.reference),
            cells=(f"{g.alias}, {g.reference}", g.organisation, *cells),
            counts=counts,
        )

    paid = [
        row(g.id, _paid_in_time(g), written.day(g.released_on), written.day(g.first_paid_on))
        for g in records.grants
        if g.released_on and g.first_paid_on
    ]
    reports = [
        row(
            due.grant.id,
            _accepted_in_time(due),
            str(due.point.label),
            written.day(due.due_on),
            written.day(due.accepted_on) if due.accepted_on else "not accepted",
        )
        for due in records.due
    ]
    windows = [
        row(
            g.id,
            g.delivered_on <= g.delivery_until,
            written.day(g.delivered_on),
            written.day(g.delivery_until),
        )
        for g in records.active
        if g.delivered_on and g.delivery_until
    ]
    gaps = [
        row(
            g.id,
            None,
            written.money(g.amount),
            written.money(g.spent),
            f"{plain(_gap(g.amount, g.spent))}%",
        )
        for g in records.grants
        if g.closed_on is not None and g.spent is not None
    ]
    return [
        Figure(
            id="net-days",
            code="P1",
            title="Net days to a decision, median",
            value=p.median_net_days,
            shown=plain(p.median_net_days),
            unit="days",
            definition=clock_says,
            denominators=(
                ("Decisions", plain(p.decided), "released by the cut-off"),
                ("Nine in ten within", plain(p.p90_net_days), "net days"),
                (
                    "Gross beside it",
                    plain(p.median_gross_days),
                    f"days in all, median; nine in ten within {plain(p.p90_gross_days)}",
                ),
            ),
            notes=(quantiles,),
            **common,
        ),
        Figure(
            id="within-target",
            code="P1",
            title=table_rows["within-target"].title,
            value=p.within_target.exact,
            shown=table_rows["within-target"].result,
            unit="% of decisions",
            definition=clock_says,
            numerator=(plain(p.within_target.part), "decisions within the target of their round"),
            denominators=(("Denominator", plain(p.decided), "decisions released by the cut-off"),),
            proportion=p.within_target,
            **common,
        ),
        share(
            "first-payment",
            "P3",
            p.paid_in_time,
            f"Grants whose first payment was made within {PAYMENT_DAYS} working days of the released "
            "decision. Bank holidays in England are no working days.",
            "first payments in time",
            paid,
            (*head, Column("Released"), Column("Paid")),
        ),
        share(
            "reports-on-time",
            "P6",
            p.reports_in_time,
            f"Reports due after 3, 6 and 12 months that were accepted within {GRACE_DAYS} days of the day "
            "they were due. A report that was waived is not due, nor one after a death or an early end.",
            "accepted in time",
            reports,
            (*head, Column("Report"), Column("Due"), Column("Accepted")),
        ),
        share(
            "delivered-in-window",
            "P7",
            p.delivered_in_window,
            "Grants whose training was finished by the last day of its delivery window.",
            "finished in the window",
            windows,
            (*head, Column("Finished"), Column("Window ends")),
        ),
        Figure(
            id="spent-against-award",
            code="P8",
            title=table_rows["spent-against-award"].title,
            value=p.median_gap,
            shown=table_rows["spent-against-award"].result,
            unit="% of the award",
            definition=(
                "The difference between what was spent and what was awarded, as a share of the award, "
                "whichever way it goes: the median over closed grants."
            ),
            source="Programme definitions 8.1, P8",
            cut_off=cut_off,
            denominators=(
                ("Grants", plain(p.closed), "closed by the cut-off, with an accepted claim"),
            ),
            record_columns=(
                *head,
                Column("Awarded", numeric=True),
                Column("Spent", numeric=True),
                Column("Gap", numeric=True),
            ),
            records=gaps,
            record_noun=("grant", "grants"),
        ),
    ]


def as_json(p: Process) -> dict[str, int | float | None]:
    """The keys of the command and the API."""
    return {
        "decided": p.decided,
        "median_net_days": number(p.median_net_days),
        "p90_net_days": number(p.p90_net_days),
        "median_gross_days": number(p.median_gross_days),
        "p90_gross_days": number(p.p90_gross_days),
        "within_target": p.within_target.part,
        "within_target_percent": number(p.within_target.exact),
        "target_days": p.target_days,
        "first_payments": p.paid_in_time.whole,
        "first_payments_in_time": p.paid_in_time.part,
        "reports_due": p.reports_in_time.whole,
        "reports_in_time": p.reports_in_time.part,
        "delivered": p.delivered_in_window.whole,
        "delivered_in_window": p.delivered_in_window.part,
        "median_gap_percent": number(p.median_gap),
    }
