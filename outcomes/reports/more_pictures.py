"""The pictures of the lead's page of pictures, in numbers and words (see `pictures`)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from accounts import written
from accounts.enums import Sector
from training.coverage import Point as CoverageDay
from training.enums import TopicFamily
from training.reports import HEADLINE_LABELS

from .circles import OTHER, Crossing
from .figure import Column, plain, pounds_text, several
from .incidents import ENOUGH, Incidents
from .learners import Items
from .pictures import Picture, Series, Slope
from .pipeline import Pipeline
from .savings import AreaChange
from .staffing import Change, Pair
from .statistics import Proportion, mean

BEFORE, AFTER = "Before the grant", "Latest report"
TONES = {
    Change.SAFE: "good",
    Change.NOT_SAFE: "open",
    Change.SAME: "same",
    Change.HIGHER: "more",
}
# So many sectors have a column of their own.
MOST_SECTORS = 5
SHORT_SECTORS = {
    "FAM": "Family",
    "IND": "Assistants",
    "ASC": "Care",
    "NHS": "NHS",
    "LA_ASC": "Council",
    "ICB": "ICB",
    "HOU": "Housing",
    "EDU": "Work",
    "ADV": "Advocacy",
    "CJS": "Police",
    "VOL": "Volunteers",
    OTHER: "Other",
}


def pipeline_picture(found: Pipeline) -> Picture | None:
    """Applications by how far they came; None before the first."""
    if not found.started:
        return None
    counts = dict(found.stages)
    sent = counts["Sent"]
    return Picture(
        name="pipeline",
        kind="steps",
        title=f"{counts['Awarded']:,} of {several(sent, 'application', 'applications')} sent became awards",
        subtitle="Applications by how far they came by the cut-off. Each stage holds those after it.",
        alt="Bars. " + " ".join(f"{label}: {count:,}." for label, count in found.stages),
        labels=tuple(label for label, _ in found.stages),
        series=(Series("Applications", tuple(float(count) for _, count in found.stages)),),
        columns=(Column("Stage"), Column("Applications", True), Column("Of those started", True)),
        rows=[
            (label, plain(count), f"{Proportion(count, found.started).whole_percent}%")
            for label, count in found.stages
        ],
    )


def slopes_picture(found: Sequence[Pair]) -> Picture | None:
    """The ratio of each person before and after, and the mean of all; None where nobody has both."""
    ends = [
        (Fraction(p.before.ratio or 0), Fraction(p.after.ratio or 0), p.change)
        for p in found
        if p.change != Change.MISSING and p.before and p.after
    ]
    if not ends:
        return None
    counts: dict[tuple[Fraction, Fraction, Change], int] = {}
    for end in ends:
        counts[end] = counts.get(end, 0) + 1
    before, after = mean(b for b, _, _ in ends), mean(a for _, a, _ in ends)
    word = (
        "fell" if (after or 0) < (before or 0) else "rose" if (after or 0) > (before or 0) else ""
    )
    moved = f"{word} from {plain(before, 2)} to {plain(after, 2)}" if word else "stayed the same"
    rows = []
    for change in TONES:
        own = [(b, a) for b, a, c in ends if c == change]
        if own:
            first, last = mean(b for b, _ in own), mean(a for _, a in own)
            rows.append((change.value, plain(len(own)), plain(first, 2), plain(last, 2)))
    rows.append(("All with both", plain(len(ends)), plain(before, 2), plain(after, 2)))
    return Picture(
        name="slopes",
        kind="slopes",
        title=f"Staff to one person {moved} on average",
        subtitle=(
            f"Average paid staff to person, one line for each of {several(len(ends), 'person', 'people')} "
            "with both answers; wider lines stand for several. The dark line is the mean."
        ),
        alt="Lines from before to after. "
        + " ".join(f"{label}: {count}, mean {b} before, {a} after." for label, count, b, a in rows),
        note="Lower counts as safe only with every safeguard.",
        slopes=(
            *(
                Slope(float(b), float(a), count, TONES[change])
                for (b, a, change), count in sorted(counts.items(), key=lambda pair: pair[1])
            ),
            Slope(float(before or 0), float(after or 0), 0, "all"),
        ),
        labels=(BEFORE, AFTER),
        columns=(
            Column("What became of the ratio"),
            Column("People", True),
            Column("Mean before", True),
            Column("Mean after", True),
        ),
        rows=rows,
    )


def restrictive_picture(found: Incidents | None) -> Picture | None:
    """Median restrictive interventions and as-needed medicine over the points, the same people at each."""
    if found is None or found.people == 0:
        return None
    first, last = found.all_incidents[0], found.all_incidents[-1]
    when = found.labels[-1].lower()
    if first == last:
        title = f"Restrictive interventions were as many after {when} as at the baseline"
    else:
        word = "fewer" if last < first else "more"
        title = f"Restrictive interventions were {word} after {when} than at the baseline"
    few = " Few people: look at each before you quote this." if found.people < ENOUGH else ""
    points = list(zip(found.labels, found.all_incidents, found.serious, strict=True))
    return Picture(
        name="restrictive",
        kind="lines",
        title=title,
        subtitle=(
            f"Median in 28 days; the same {several(found.people, 'person', 'people')} at every point. "
            f"{several(found.missing, 'other has', 'others have')} an answer missing."
        ),
        alt="Two lines. "
        + " ".join(
            f"{label}: {plain(a)} restrictive interventions, as-needed medicine {plain(b)} times."
            for label, a, b in points
        ),
        note=f"All kinds of restriction. Blank answers are never counted as zero.{few}",
        labels=tuple(found.labels),
        series=(
            Series("Restrictive", tuple(float(v) for v in found.all_incidents)),
            Series("Medicine", tuple(float(v) for v in found.serious)),
        ),
        columns=(
            Column("When"),
            Column("Restrictive interventions", True),
            Column("As-needed medicine", True),
        ),
        rows=[(label, plain(a), plain(b)) for label, a, b in points],
    )


def crossing_picture(found: Crossing) -> Picture | None:
    """Interventions by family of topics and sector; None before the first."""
    if not found.families:
        return None
    own = [s for s in found.sectors if s != OTHER][:MOST_SECTORS]
    rest = [s for s in found.sectors if s not in own]
    heads = [SHORT_SECTORS[s] for s in own] + (["Other"] if rest else [])

    def cells(family: TopicFamily) -> list[int]:
        counts = {s: found.counts.get((family, s), 0) for s in found.sectors}
        return [counts[s] for s in own] + ([sum(counts[s] for s in rest)] if rest else [])

    rows = [(str(family.label), cells(family)) for family in found.families]
    total = sum(sum(row) for _, row in rows)
    outside = total - sum(row[own.index("ASC")] for _, row in rows) if "ASC" in own else total
    labels = [HEADLINE_LABELS.get(s, str(Sector.OTH.label)) for s in found.sectors]
    return Picture(
        name="crossing",
        kind="grid",
        title=f"{outside:,} of {total:,} interventions reached people outside social care",
        subtitle="Training interventions by family of topics and by sector of the person who learned.",
        alt="A grid. "
        + " ".join(
            f"{label}: "
            + ", ".join(f"{head} {n:,}" for head, n in zip(heads, row, strict=True))
            + "."
            for label, row in rows
        ),
        note="Care: adult social care. Other: everybody else, and those outside the headline sectors.",
        labels=tuple(label for label, _ in rows),
        series=tuple(
            Series(head, tuple(float(row[n]) for _, row in rows)) for n, head in enumerate(heads)
        ),
        columns=(Column("Topics"), *(Column(label, True) for label in labels)),
        rows=[
            (str(family.label), *(plain(n) for n in found.row(family))) for family in found.families
        ],
    )


def coverage_picture(found: Sequence[CoverageDay]) -> Picture | None:
    """The share of the circles that has completed something, over time; None under two days."""
    shown = [(point, point.percent) for point in found if point.percent is not None]
    if len(shown) < 2:
        return None
    last = shown[-1][0]
    return Picture(
        name="coverage",
        kind="trend",
        title=(
            f"{Proportion(last.trained, last.active).whole_percent}% of the people around the person had "
            f"learned something by {last.on:%B %Y}"
        ),
        subtitle=(
            "Share of the members of all circles on the day, who may come to training, that has completed "
            "an activity. People join and leave, so it may fall."
        ),
        alt="A line. "
        + " ".join(f"{p.on:%B %Y}: {p.trained:,} of {p.active:,}, {s:.0f}%." for p, s in shown),
        labels=tuple(f"{p.on:%b %Y}" for p, _ in shown),
        series=(Series("Share trained", tuple(round(float(s), 1) for _, s in shown)),),
        axis="%",
        columns=(
            Column("Day"),
            Column("Trained", True),
            Column("In the circles", True),
            Column("Share", True),
        ),
        rows=[
            (written.day(p.on), plain(p.trained), plain(p.active), f"{s:.1f}%") for p, s in shown
        ],
    )


def _areas_picture(
    found: Sequence[AreaChange],
    *,
    name: str,
    title: str,
    subtitle: str,
    values: Sequence[tuple[Decimal, Decimal]],
    money: bool,
) -> Picture:
    labels = [str(row.area.label) for row in found]

    def said(value: Decimal) -> str:
        return pounds_text(value.quantize(Decimal("0.01"))) if money else plain(value, 2)

    return Picture(
        name=name,
        kind="pairs",
        title=title,
        subtitle=subtitle,
        alt="Paired bars, before the grant and at the latest report. "
        + " ".join(
            f"{label}: {said(b)} before, {said(a)} after."
            for label, (b, a) in zip(labels, values, strict=True)
        ),
        labels=tuple(labels),
        series=(
            Series(BEFORE, tuple(float(round(b)) for b, _ in values)),
            Series(AFTER, tuple(float(round(a)) for _, a in values)),
        ),
        axis="£" if money else "",
        columns=(Column("Area of support"), Column(BEFORE, True), Column(AFTER, True)),
        rows=[(label, said(b), said(a)) for label, (b, a) in zip(labels, values, strict=True)],
    )


def _moved(before: Decimal, after: Decimal) -> str:
    return "less" if after < before else "more" if after > before else "as much"


def hours_picture(found: Sequence[AreaChange], people: int) -> Picture | None:
    """Paid hours a week by area before and after; None where nobody has both weeks."""
    shown = [row for row in found if row.hours_before or row.hours_after]
    if not shown:
        return None
    b = sum((row.hours_before for row in shown), Decimal(0))
    a = sum((row.hours_after for row in shown), Decimal(0))
    word = {"less": "Fewer", "more": "More", "as much": "As many"}[_moved(b, a)]
    return _areas_picture(
        shown,
        name="hours",
        title=f"{word} paid hours a week after than before: {plain(b)} and {plain(a)}",
        subtitle=(
            "Paid hours × staff in a normal week by area of support, of "
            f"{several(people, 'person', 'people')} with both weeks, safe or not."
        ),
        values=[(row.hours_before, row.hours_after) for row in shown],
        money=False,
    )


def cost_picture(found: Sequence[AreaChange], people: int) -> Picture | None:
    """Pounds a week by area before and after; None where nobody has both weeks."""
    shown = [row for row in found if row.cost_before or row.cost_after]
    if not shown:
        return None
    b = sum((row.cost_before for row in shown), Decimal(0))
    a = sum((row.cost_after for row in shown), Decimal(0))
    word = {"less": "less", "more": "more", "as much": "as much"}[_moved(b, a)]
    than = "as before" if word == "as much" else "than before"
    return _areas_picture(
        shown,
        name="cost",
        title=f"The weeks cost {word} after {than}: {pounds_text(b)} and {pounds_text(a)}",
        subtitle=(
            "Pounds a week by area of support, of "
            f"{several(people, 'person', 'people')} with both weeks, confirmed or not."
        ),
        values=[(row.cost_before, row.cost_after) for row in shown],
        money=True,
    )


def confidence_picture(found: Items | None) -> Picture | None:
    """Means of the same learners before and after; None under five pairs."""
    if found is None:
        return None
    _, before, after = found.rows[0]
    word = "rose" if after > before else "fell" if after < before else "stayed"
    return Picture(
        name="confidence",
        kind="pairs",
        title=f"Learners’ confidence {word} from {plain(before)} to {plain(after)} of 10",
        subtitle=(
            f"Means of the same {several(found.pairs, 'learner', 'learners')} before the learning and within "
            "14 days of it, 1 to 10, in their own judgement."
        ),
        alt="Paired bars, before and after. "
        + " ".join(f"{label}: {plain(b)} before, {plain(a)} after." for label, b, a in found.rows),
        note="Nothing is shown under five pairs.",
        labels=tuple(label for label, _, _ in found.rows),
        series=(
            Series("Before", tuple(round(float(b), 1) for _, b, _ in found.rows)),
            Series("After", tuple(round(float(a), 1) for _, _, a in found.rows)),
        ),
        columns=(Column("What"), Column("Before", True), Column("After", True)),
        rows=[(label, plain(b), plain(a)) for label, b, a in found.rows],
    )
