"""What each picture shows, in numbers and words: its finding as the title, the text that stands for it,
the table under it. `outcomes.charts` draws it; nothing here knows how.

Title, text and table are written from the very numbers that are drawn.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from accounts.enums import Region
from training.enums import TopicFamily

from .admissions import Admissions
from .circles import family_of
from .figure import Column, Figure, plain, pounds_text, several
from .incidents import ENOUGH, Incidents
from .learning import Learning
from .panel_row import ENOUGH as ENOUGH_PAIRS
from .panel_row import PanelRow
from .process import Decided, Process, spread
from .staffing import Pair, Staffing, bands
from .statistics import Proportion


@dataclass(frozen=True)
class Series:
    """One set of bars or one line: its name and its values, in the order of the picture's labels."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Span:
    """One row of an interval picture, in percent."""

    label: str
    low: float
    middle: float
    high: float
    is_headline: bool = False


@dataclass(frozen=True)
class Slope:
    """One line from before to after. count: how many it stands for (0: the mean of all). tone: good, open,
    same, more or all."""

    before: float
    after: float
    count: int
    tone: str


@dataclass(frozen=True)
class Picture:
    """One picture. kind: pairs, lines, trend, bars, steps, columns, grid, slopes or spans. mark: columns
    from this index on are beyond the target. None of it names anybody."""

    name: str
    kind: str
    title: str
    subtitle: str
    alt: str
    note: str = ""
    labels: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    spans: tuple[Span, ...] = ()
    slopes: tuple[Slope, ...] = ()
    mark: int | None = None
    axis: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[str]] = field(default=())

    @property
    def drawn(self) -> dict[str, Any]:
        """Everything that decides what the picture looks like."""
        keys = ("name", "kind", "labels", "series", "spans", "slopes", "mark", "axis")
        held = asdict(self)
        return {key: held[key] for key in keys}


def _numeric(*labels: str) -> tuple[Column, ...]:
    return (Column(labels[0]), *(Column(label, numeric=True) for label in labels[1:]))


def staffing_picture(found: list[Pair], s: Staffing) -> Picture | None:
    """People by average ratio before and after; None where nobody has both."""
    if not s.with_both:
        return None
    rows = bands(found)
    before = sum(b for _, b, _ in rows[:2])
    after = sum(a for _, _, a in rows[:2])
    if after > before:
        title = "More people are supported at 2:1 or less"
    elif after < before:
        title = "Fewer people are supported at 2:1 or less"
    else:
        title = "As many people as before are supported at 2:1 or less"
    rest = [f"Lower but not counted as safe: {s.not_safe:,}.", f"Same: {s.same:,}."]
    rest.append(f"Higher: {s.higher:,}.")
    if s.largest_fall:
        rest.append(f"Largest safe fall at the peak: {s.largest_fall_words}.")
    return Picture(
        name="staffing",
        kind="pairs",
        title=title,
        subtitle=(
            "People by average paid staff to person in a normal week. "
            f"{s.with_both:,} of {s.due:,} with both answers; {s.missing:,} missing one or both."
        ),
        alt=(
            "Paired bars, before the grant and at the latest report. "
            + " ".join(f"{label}: {b:,} before, {a:,} after." for label, b, a in rows)
        ),
        note=f"Counted as a safe reduction: {s.safe_reductions:,} of {s.with_both:,}. {' '.join(rest)}",
        labels=tuple(label for label, _, _ in rows),
        series=(
            Series("Before the grant", tuple(float(b) for _, b, _ in rows)),
            Series("Latest report", tuple(float(a) for _, _, a in rows)),
        ),
        columns=_numeric("Staff to person", "Before the grant", "Latest report"),
        rows=[(label, plain(b), plain(a)) for label, b, a in rows],
    )


def _moved(found: Incidents) -> str:
    values = found.all_incidents
    last = found.labels[-1].lower()
    steps = list(itertools.pairwise(values))
    if all(after < before for before, after in steps):
        return "Reported incidents were fewer at each point"
    if all(after > before for before, after in steps):
        return "Reported incidents were more at each point"
    if values[-1] == values[0]:
        return f"Reported incidents were as many after {last} as at the baseline"
    word = "fewer" if values[-1] < values[0] else "more"
    return f"Reported incidents were {word} after {last} than at the baseline"


def incidents_picture(found: Incidents | None) -> Picture | None:
    """Median incidents over the points; None where nobody answered at two of them."""
    if found is None:
        return None
    if len(found.points) == 4:
        where = "all four points"
    else:
        where = ", ".join(found.labels[:-1]).lower() + " and " + found.labels[-1].lower()
    few = (
        " Few people: look at each of them before you quote this." if found.people < ENOUGH else ""
    )
    pairs = list(zip(found.labels, found.all_incidents, found.serious, strict=True))
    return Picture(
        name="incidents",
        kind="lines",
        title=_moved(found),
        subtitle=(
            f"Median incidents in 28 days; the same {several(found.people, 'person', 'people')} at "
            f"{where}. {several(found.missing, 'other has', 'others have')} an answer missing."
        ),
        alt=(
            "Two lines. "
            + " ".join(
                f"{label}: {plain(every)} incidents, {plain(serious)} of severity 3 or 4."
                for label, every, serious in pairs
            )
        ),
        note=(
            "Severity 3: medical attention or police called. 4: hospital or serious injury. Blank answers "
            f"are never counted as zero.{few}"
        ),
        labels=tuple(found.labels),
        series=(
            Series("All incidents", tuple(float(value) for value in found.all_incidents)),
            Series("Severity 3 or 4", tuple(float(value) for value in found.serious)),
        ),
        columns=_numeric("When", "All incidents", "Severity 3 or 4"),
        rows=[(label, plain(every), plain(serious)) for label, every, serious in pairs],
    )


def changes_picture(panel: Sequence[PanelRow]) -> Picture | None:
    """Share that improved under each indicator, with its interval; None where no indicator has eight
    grants with both answers."""
    shown = [row for row in panel if row.both >= ENOUGH_PAIRS]
    if not shown:
        return None
    spans, rows = [], []
    for row in sorted(shown, key=lambda r: (-(r.share.exact or 0), r.measured.title)):
        p = row.share
        spans.append(
            Span(row.measured.title, float(p.low or 0), float(p.percent or 0), float(p.high or 0))
        )
        rows.append(
            (
                row.measured.title,
                plain(row.improved),
                plain(row.same),
                plain(row.worse),
                plain(row.both),
                f"{p.percent}%",
                f"{p.whole_low}% to {p.whole_high}%",
            )
        )
    few = len(panel) - len(shown)
    more_better = sum(1 for row in shown if row.improved > row.worse)
    left_out = f" {several(few, 'indicator has', 'indicators have')} fewer than 8." if few else ""
    return Picture(
        name="changes",
        kind="spans",
        title=(
            f"On {more_better} of {several(len(shown), 'indicator', 'indicators')}, more was reported "
            "better than worse"
        ),
        subtitle=(
            "Share that was better than before, of those with an answer, with 95% interval."
            f"{left_out}"
        ),
        alt="Dots with intervals. "
        + " ".join(
            f"{title}: {share} better, {better} of {of}; {worse} worse."
            for title, better, _, worse, of, share, _ in rows
        ),
        note="Reported by providers. About the same is not counted as better.",
        spans=tuple(spans),
        columns=_numeric(
            "Indicator", "Better", "Same", "Worse", "Of", "Better, share", "95% interval"
        ),
        rows=rows,
    )


def topics_picture(learnt: Learning) -> Picture | None:
    """Interventions by family of topics, most first; None before the first intervention."""
    counts: dict[TopicFamily, int] = {}
    for topic, count in learnt.by_topic.items():
        family = family_of(topic)
        counts[family] = counts.get(family, 0) + count
    if not counts:
        return None
    order = list(TopicFamily)
    rows = sorted(counts.items(), key=lambda pair: (-pair[1], order.index(pair[0])))
    first, most = rows[0]
    total = learnt.interventions
    return Picture(
        name="topics",
        kind="bars",
        title=f"{first.label} was the most common subject of the learning",
        subtitle=(
            f"Training interventions by family of topics: {most:,} of {total:,} were about "
            f"{str(first.label)[0].lower()}{str(first.label)[1:]}."
        ),
        alt="Bars. " + " ".join(f"{family.label}: {count:,}." for family, count in rows),
        note="An intervention is one person who completed one activity.",
        labels=tuple(str(family.label) for family, _ in rows),
        series=(Series("Interventions", tuple(float(count) for _, count in rows)),),
        columns=_numeric("Topics", "Interventions", "Share"),
        rows=[
            (str(family.label), plain(count), f"{Proportion(count, total).whole_percent}%")
            for family, count in rows
        ],
    )


def regions_picture(found: Mapping[Region, tuple[int, Decimal]]) -> Picture | None:
    """Grants by region of the organisation, most first; None before the first grant."""
    rows = sorted(
        ((region, count, pounds) for region, (count, pounds) in found.items() if count),
        key=lambda row: (-row[1], str(row[0].label)),
    )
    if not rows:
        return None
    none = [str(region.label) for region, (count, _) in found.items() if not count]
    return Picture(
        name="regions",
        kind="bars",
        title=f"{rows[0][0].label} has the most grants",
        subtitle="Grants by region of the organisation."
        + (f" None in {', '.join(none)}." if none else ""),
        alt="Bars. "
        + " ".join(
            f"{region.label}: {several(count, 'grant', 'grants')}, {pounds_text(pounds)}."
            for region, count, pounds in rows
        ),
        labels=tuple(str(region.label) for region, _, _ in rows),
        series=(Series("Grants", tuple(float(count) for _, count, _ in rows)),),
        columns=_numeric("Region", "Grants", "Awarded"),
        rows=[
            (str(region.label), plain(count), pounds_text(pounds)) for region, count, pounds in rows
        ],
    )


def decisions_picture(decided: list[Decided], p: Process) -> Picture | None:
    """Decisions by net days; None before the first."""
    if not decided:
        return None
    rows = spread(decided)
    within = p.within_target
    mark = next(
        (i for i, (label, _) in enumerate(rows) if int(label.split()[0]) > p.target_days), None
    )
    return Picture(
        name="decisions",
        kind="columns",
        title=(
            f"{within.part:,} of {several(within.whole, 'decision', 'decisions')} came within "
            f"{p.target_days} net days"
        ),
        subtitle=(
            f"Decisions by net days, without days that waited for the applicant. Median "
            f"{plain(p.median_net_days)}, 9 in 10 by {plain(p.p90_net_days)}."
        ),
        alt="Columns, decisions by net days. "
        + " ".join(f"{label} days: {count:,}." for label, count in rows),
        note=(
            f"Gross days, with those that waited: median {plain(p.median_gross_days)}, 9 in 10 by "
            f"{plain(p.p90_gross_days)}."
        ),
        labels=tuple(label.replace(" to ", "–").replace(" or more", "+") for label, _ in rows),
        series=(Series("Decisions", tuple(float(count) for _, count in rows)),),
        mark=mark,
        axis="Net days to the decision",
        columns=_numeric("Net days", "Decisions"),
        rows=[(label, plain(count)) for label, count in rows],
    )


def sensitivity_picture(figure: Figure, found: Admissions) -> Picture | None:
    """The admissions figure under each way of counting; None where nobody reported."""
    spans, rows = [], []
    for reading in figure.sensitivity:
        p = reading.result
        if p.percent is None or p.low is None or p.high is None:
            continue
        spans.append(
            Span(reading.label, float(p.low), float(p.percent), float(p.high), reading.is_headline)
        )
        rows.append(
            (
                reading.label,
                plain(p.part),
                plain(p.whole),
                f"{p.percent}%",
                f"{p.whole_low}% to {p.whole_high}%",
            )
        )
    if not found.reporting or not spans:
        return None
    return Picture(
        name="sensitivity",
        kind="spans",
        title="The result depends on whom you count",
        subtitle="Percentage and 95% interval under each way of counting.",
        alt="Dots with intervals. "
        + " ".join(f"{label}: {shown}, {span}." for label, _, _, shown, span in rows),
        note=(
            "Attested outside the provider: by a commissioner, social worker or clinician. Contribution: "
            "0 none, 1 some, 2 significant, 3 the main reason."
        ),
        spans=tuple(spans),
        columns=(
            Column("How it is counted"),
            *(Column(label, numeric=True) for label in ("Yes", "Of", "Result", "95% interval")),
        ),
        rows=rows,
    )
