"""From the figures of a programme to a document, for the audience that will read it.

*internal*: figures as they are, small numbers included; not for sharing. *published*: reach, money and
counts of organisations exact, everything else from the published set (`outcomes.reports.published_set`),
printed and attacked together. A picture for everybody is drawn from printed numbers only.
"""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import written
from accounts.enums import Region

from .. import reports
from ..disclosure import Cell, Printed, known, share
from ..models import PublishedAward
from ..open_data import latest_release
from ..reports import FOOTNOTE, Admissions, Audience, Impact
from ..reports.admissions import SETTLED_PERCENT
from ..reports.figure import Column, plain, several
from ..reports.panel_row import PanelRow, definition_of, source_of, title_of
from ..reports.pictures import Picture, Series, Span
from ..reports.process import table as process_table
from ..reports.publication import (
    LEAST_ORGANISATIONS,
    LEAST_PEOPLE,
    counts_say,
    staffing_says,
)
from ..reports.published_set import GROWING, printed
from ..reports.staffing import BANDS, Change
from ..reports.statistics import Proportion
from . import document as d

SECTIONS = {
    "reach": "What was bought, and for whom",
    "admissions": "Hospital admissions",
    "changes": "What changed for the people",
    "staffing": "Fewer staff at a time, and whether it was safe",
    "learning": "What people learned",
    "regions": "Where the money went",
    "process": "How the programme ran",
}
TOO_FEW = "A programme is published once it has grants for 8 people or more."


@dataclass
class Making:
    """What the sections are made from. shown: the published set, for that audience alone."""

    impact: Impact
    audience: Audience
    shown: Printed | None

    @property
    def is_published(self) -> bool:
        return self.audience == Audience.PUBLISHED


def listed_in_open_data(impact: Impact) -> dict[str, int]:
    """Region → awards of these figures that the newest open data name. What was agreed after the cut-off
    is in neither. One query, and one for the release."""
    release = latest_release()
    if release is None:
        return {}
    named = {grant["id"].rpartition("-")[2] for grant in release.package["grants"]}
    region_of = {grant.id: grant.region for grant in impact.records.grants}
    codes = PublishedAward.objects.filter(grant__in=region_of).values_list("grant_id", "code")
    return dict(Counter(region_of[grant] for grant, code in codes if code in named))


Rows = list[tuple[dict[str, Any], ...]]


# --- sections -----------------------------------------------------------------------------------


def _reach(m: Making) -> list[d.Block]:
    r, money = m.impact.reach, m.impact.money
    return [
        d.table(
            "reach",
            "Reach",
            ("What", "Number"),
            [
                (d.words("Organisations"), d.count(r.organisations)),
                (d.words("Grants"), d.count(r.grants)),
                (d.words("Focus people"), d.count(r.focus_people)),
                (d.words("Training interventions"), d.count(r.training_interventions)),
                (d.words("People trained"), d.count(r.people_trained)),
            ],
            note="An intervention is one person who completed one activity. Nothing links the same person "
            "in two circles of support.",
        ),
        d.table(
            "money",
            "Money",
            ("What", "Pounds"),
            [
                (d.words("Awarded"), d.money(money.awarded)),
                (d.words("Mean grant"), d.money(money.mean_grant)),
                (d.words("Spent"), d.money(money.spent)),
                (d.words("Awarded for each intervention"), d.money(money.awarded_per_intervention)),
                (d.words("Spent for each intervention"), d.money(money.spent_per_intervention)),
            ],
            note="Spent: cash in claims accepted by the cut-off.",
        ),
    ]


def _reading(label: str, p: Proportion) -> tuple[dict[str, Any], ...]:
    return (d.words(label), d.count(p.part), d.count(p.whole), d.percent(p.percent), d.interval(p))


def _admissions(m: Making) -> list[d.Block]:
    a = m.impact.admissions
    columns = ("How it is counted", "Yes", "Of", "Result", "95% interval")
    if m.is_published:
        rows = [_reading("Of those that reported", a.of_reporting)]
        rows.append(_reading("Of all funded", a.of_funded))
        note = "Those that did not report count as no among all funded. Counts of organisations."
        return [d.table("admissions", a.wording, columns, rows, note=note)]
    figure = m.impact.figure("admissions")
    rows = [_reading(reading.label, reading.result) for reading in figure.sensitivity]
    blocks = [d.table("admissions", a.wording or a.headline_says, columns, rows)]
    blocks.append(
        d.table(
            "admissions-split",
            "For whom an admission was reduced or avoided",
            ("For whom", "Organisations"),
            [(d.words(part.label), d.count(part.count)) for part in figure.split],
        )
    )
    if found := m.impact.picture("sensitivity"):
        blocks.append(d.picture(found))
    return blocks


_CHANGES = (
    "Indicator",
    "Better",
    "About the same",
    "Worse",
    "Missing",
    "Share better",
    "Interval",
)


def _changes(m: Making) -> list[d.Block]:
    rows = []
    for row in m.impact.panel:
        code = "" if m.is_published else f" ({row.measured.shown_code})"
        title = d.words(f"{row.measured.title}{code}")
        if m.shown is None:
            cells = [d.count(n) for n in (row.improved, row.same, row.worse, row.missing)]
            rows.append((title, *cells, d.percent(row.share.percent), d.interval(row.share)))
            continue
        parts, missing = _printed_indicator(m.shown, row)
        p = _published_share(m.shown, row)
        rows.append(
            (
                title,
                *(d.cell(c) for c in (*parts.values(), missing)),
                d.percent(p.whole_percent) if p else d.words("[c]"),
                d.interval(p) if p else d.words("[c]"),
            )
        )
    blocks = [
        d.table(
            "changes",
            "Each grant’s baseline against its latest accepted report",
            _CHANGES,
            rows,
            note="Of the grants whose report is due; confidence and behaviour seen as communication count "
            "learners. What counts as better stands with the definitions. Worse is counted as readily as "
            f"better; a missing answer is never a zero. Interval: 95%, Wilson.{_rounded(m)}",
        )
    ]
    if not m.is_published:
        blocks.append(_paired(m.impact.panel))
        if found := m.impact.picture("changes"):
            blocks.append(d.picture(found))
    elif m.shown and (published := _changes_picture(m.shown, m.impact.panel)):
        blocks.append(d.picture(published))
    return blocks


def _rounded(m: Making) -> str:
    """Beside a table of rounded counts: one may be printed above an exact total."""
    return f" {_nearest(m.shown)}" if m.shown else ""


def _nearest(shown: Printed) -> str:
    return f"Counts are rounded to the nearest {shown.rule.nearest}."


def _paired(panel: Sequence[PanelRow]) -> d.Block:
    return d.table(
        "paired",
        "Change from the baseline, in the unit of the indicator",
        ("Indicator", "Pairs", "Mean", "Median", "95% interval of the median"),
        [
            (
                d.words(f"{row.measured.title}, {row.measured.unit}"),
                d.count(len(row.changes)),
                d.count(row.mean, 2),
                d.count(row.median, 2),
                d.words(_median_says(row)),
            )
            for row in panel
            if row.changes
        ],
        note="Fewer than 8 pairs have neither. Exact interval, from the ranks.",
    )


def _median_says(row: PanelRow) -> str:
    ends = reports.median_interval(row.changes) if row.median is not None else None
    return f"{plain(ends[0], 2)} to {plain(ends[1], 2)}" if ends else "none"


def _printed_indicator(shown: Printed, row: PanelRow) -> tuple[dict[str, Cell], Cell]:
    code = row.measured.code
    return shown.table(code), shown.table(f"{code}-due")["Missing"]


def _published_share(shown: Printed, row: PanelRow) -> Proportion | None:
    """The share that improved, from printed numbers."""
    parts = shown.table(row.measured.code)
    held = share(parts["Improved"], list(parts.values()), shown.whole(f"both-{row.measured.code}"))
    return Proportion(*held) if held else None


def _changes_picture(shown: Printed, panel: Sequence[PanelRow]) -> Picture | None:
    held = [(row.measured.title, p) for row in panel if (p := _published_share(shown, row))]
    if not held:
        return None
    held.sort(key=lambda pair: (-(pair[1].exact or 0), pair[0]))
    left_out = len(panel) - len(held)
    return Picture(
        name="changes",
        kind="spans",
        title="Share that was better than before, indicator by indicator",
        subtitle=f"Of those with both answers, with 95% interval, from rounded counts. {left_out} "
        f"{'indicator is' if left_out == 1 else 'indicators are'} not shown, because a count is small.",
        alt="Dots with intervals. "
        + " ".join(f"{title}: {p.whole_percent}% of about {p.whole:,}." for title, p in held),
        note="Reported by providers.",
        spans=tuple(
            Span(title, float(p.low or 0), float(p.whole_percent or 0), float(p.high or 0))
            for title, p in held
        ),
        columns=(
            Column("Indicator"),
            Column("Better", True),
            Column("Of", True),
            Column("Share", True),
        ),
        rows=[(t, plain(p.part), plain(p.whole), f"{p.whole_percent}%") for t, p in held],
    )


def _staffing(m: Making) -> list[d.Block]:
    s = m.impact.staffing
    if m.shown is None:
        figure = m.impact.figure("safe-reductions")
        counts = [(part.label, d.count(part.count)) for part in figure.split]
        counts.append(("Missing", d.count(s.missing)))
        blocks = [_split(figure.wording, counts)]
        hours = [
            ("Safe reductions", s.paid_hours_before, s.paid_hours_after),
            ("All with both", s.all_paid_hours_before, s.all_paid_hours_after),
        ]
        blocks.append(
            d.table(
                "paid-hours",
                "Paid support hours a week",
                ("Grants", "Before", "After"),
                [(d.words(label), d.count(b, 2), d.count(a, 2)) for label, b, a in hours],
                note=f"Largest safe fall in staff at once for one person: {s.largest_fall_words}.",
            )
        )
        if found := m.impact.picture("staffing"):
            blocks.append(d.picture(found))
        return blocks
    shown = m.shown
    parts = shown.table("staffing")
    counts = [(change.value, d.cell(parts[change.value])) for change in list(Change)[:4]]
    counts.append(("Missing", d.cell(shown.table("staffing-due")["Missing"])))
    before, after = shown.table("before"), shown.table("after")
    labels = [label for label, _ in BANDS]
    blocks = [
        _split("Grants by what became of the staffing ratio", counts, _nearest(shown)),
        d.table(
            "bands",
            "People by paid staff to person in a normal week",
            ("Staff to person", "Before the grant", "Latest report"),
            [(d.words(label), d.cell(before[label]), d.cell(after[label])) for label in labels],
            note=_nearest(shown),
        ),
    ]
    if not any(c.is_hidden for c in (*before.values(), *after.values())):
        blocks.append(d.picture(_bands_picture(labels, before, after)))
    return blocks


def _split(title: str, counts: Sequence[tuple[str, dict[str, Any]]], more: str = "") -> d.Block:
    return d.table(
        "staffing",
        title or "Grants by what became of the staffing ratio",
        ("What became of the ratio", "Grants"),
        [(d.words(label), cell) for label, cell in counts],
        note="Safe: serious incidents and restrictive interventions did not rise, quality of life did not "
        "fall, and the commissioner confirmed the plan. Anything missing is not counted as safe."
        + (f" {more}" if more else ""),
    )


def _bands_picture(
    labels: Sequence[str], before: Mapping[str, Cell], after: Mapping[str, Cell]
) -> Picture:
    def values(cells: Mapping[str, Cell]) -> tuple[float, ...]:
        return tuple(float(cells[label].number or 0) for label in labels)

    return Picture(
        name="staffing",
        kind="pairs",
        title="People by paid staff to person, before and after",
        subtitle="A normal week, before the grant and at the latest report. Counts rounded to the nearest 5.",
        alt="Paired bars. "
        + " ".join(f"{x}: {before[x].text} before, {after[x].text} after." for x in labels),
        labels=tuple(labels),
        series=(Series("Before the grant", values(before)), Series("Latest report", values(after))),
        columns=(Column("Staff to person"), Column("Before", True), Column("After", True)),
        rows=[(x, before[x].text, after[x].text) for x in labels],
    )


def _bars(name: str, title: str, subtitle: str, rows: Sequence[tuple[str, int, str]]) -> Picture:
    return Picture(
        name=name,
        kind="bars",
        title=title,
        subtitle=subtitle,
        alt="Bars. " + " ".join(f"{label}: {text}." for label, _, text in rows),
        labels=tuple(label for label, _, _ in rows),
        series=(Series(title, tuple(float(value) for _, value, _ in rows)),),
        columns=(Column("What"), Column("Number", True)),
        rows=[(label, text) for label, _, text in rows],
    )


def _printed_bars(name: str, title: str, cells: Mapping[str, Cell]) -> list[d.Block]:
    """A picture of a published table; none where a cell of it is hidden."""
    if any(c.is_hidden for c in cells.values()):
        return []
    rows = sorted(
        ((x, c.number or 0, c.text) for x, c in cells.items()), key=lambda r: (-r[1], r[0])
    )
    return [d.picture(_bars(name, title, "Counts rounded to the nearest 5.", rows))]


def _learning(m: Making) -> list[d.Block]:
    columns, title = ("Topics", "Interventions"), "Training interventions by family of topics"
    if m.shown is not None:
        cells = m.shown.table("topics")
        rows = [(d.words(label), d.cell(c)) for label, c in cells.items()]
        block = d.table("topics", title, columns, rows, note=_nearest(m.shown))
        return [block, *_printed_bars("topics", title, cells)]
    found = m.impact.picture("topics")
    if found is None:
        return [d.table("topics", title, columns, [])]
    counted = zip(found.rows, found.series[0].values, strict=True)
    rows = [(d.words(row[0]), d.count(int(value))) for row, value in counted]
    return [d.table("topics", title, columns, rows), d.picture(found)]


def _regions(m: Making) -> list[d.Block]:
    title = "Grants by region of the organisation"
    if m.shown is not None:
        cells = m.shown.table("regions")
        rows: Rows = [(d.words(label), d.cell(c)) for label, c in cells.items()]
        note = (
            f"{_nearest(m.shown)} Pounds are not broken down: beside a small count they would be one "
            "person’s record."
        )
        block = d.table("regions", title, ("Region", "Grants"), rows, note=note)
        return [block, *_printed_bars("regions", title, cells)]
    found = m.impact.picture("regions")
    rows = [
        (d.words(str(region.label)), d.count(n), d.money(pounds))
        for region in Region
        for n, pounds in [m.impact.by_region[region]]
    ]
    blocks = [d.table("regions", title, ("Region", "Grants", "Awarded"), rows)]
    return [*blocks, d.picture(found)] if found else blocks


def _process(m: Making) -> list[d.Block]:
    p = m.impact.process
    if m.shown is not None:
        parts = m.shown.table("decisions-in-time")
        rows: Rows = [
            (d.words("Decided within the target"), d.cell(parts["Within the target"])),
            (d.words("Decided later"), d.cell(parts["Later"])),
        ]
        if p.decided >= m.shown.rule.least_mean:
            rows.append((d.words("Net days to a decision, median"), d.count(p.median_net_days)))
        note = f"Net days leave out the days that waited for the applicant. {_nearest(m.shown)}"
        return [d.table("process", "Time to a decision", ("What", "Number"), rows, note=note)]
    rows = [
        (d.words(r.title), d.words(r.result), d.words(r.base), d.words(r.target), d.words(r.state))
        for r in process_table(p)
    ]
    columns = ("What", "Result", "From", "Target", "State")
    return [d.table("process", "Clocks and targets", columns, rows)]


_MAKERS: dict[str, Callable[[Making], list[d.Block]]] = {
    "reach": _reach,
    "admissions": _admissions,
    "changes": _changes,
    "staffing": _staffing,
    "learning": _learning,
    "regions": _regions,
    "process": _process,
}


# --- the whole ----------------------------------------------------------------------------------


def _definitions(
    impact: Impact, sections: Iterable[str], *, with_source: bool
) -> list[dict[str, str]]:
    """What each figure counts; where its rule stands is for staff, who have the document it names."""
    wanted = {
        "reach": (
            "organisations",
            "grants",
            "focus-people",
            "interventions",
            "people-trained",
            "awarded",
            "spent",
        ),
        "admissions": ("admissions",),
        "changes": (),
        "staffing": ("safe-reductions", "paid-hours"),
        "learning": (),
        "regions": (),
        "process": ("net-days", "within-target"),
    }
    found = []
    for section in sections:
        if section == "changes":
            lines = (row.measured for row in impact.panel)
            found += [(title_of(m), definition_of(m), source_of(m)) for m in lines]
        for figure in (impact.figure(id) for id in wanted[section]):
            found.append((figure.title, figure.definition, figure.source))
    return [
        {"title": title, "definition": says, "source": source if with_source else ""}
        for title, says, source in found
    ]


def _headlines(m: Making, sections: Sequence[str]) -> list[dict[str, str]]:
    r, money, a = m.impact.reach, m.impact.money, m.impact.admissions
    found = [
        ("organisations", plain(r.organisations), "organisations"),
        ("focus-people", plain(r.focus_people), "people the grants were for"),
        ("interventions", plain(r.training_interventions), "training interventions"),
        ("awarded", d.money(money.awarded)["text"].removesuffix(".00"), "awarded"),
    ]
    if "admissions" in sections and a.reporting >= LEAST_ORGANISATIONS:
        says = "of organisations that reported said an admission was reduced or avoided"
        found.append(("admissions", a.headline, says))
    return [{"id": id, "value": value, "label": label} for id, value, label in found]


def _register(shown: Printed) -> dict[str, Any]:
    """What a reader knows of the tables that only grow, for the comparison with later editions."""
    held = {}
    for id in GROWING:
        if found := known(shown, id):
            held[id] = {"parts": {k: list(v) for k, v in found.parts.items()}, "whole": found.whole}
    return held


def compose(
    impact: Impact,
    *,
    audience: Audience,
    title: str = "",
    sections: Sequence[str] = tuple(SECTIONS),
    summary: str = "",
    commentary: Mapping[str, str] | None = None,
    easy_read: str = "",
) -> dict[str, Any]:
    """The document for an audience: plain data, the same for the same figures.

    sections: of `SECTIONS`, in that order. Raises `ValueError` where everybody may not read it: a part
    of a programme, or a programme with fewer than eight people.
    """
    return finished(
        composing(
            impact,
            audience=audience,
            title=title,
            sections=sections,
            summary=summary,
            commentary=commentary,
            easy_read=easy_read,
        )
    )


def finished(steps: Generator[str, None, dict[str, Any]]) -> dict[str, Any]:
    """The document that steps end with, without looking at them."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: dict[str, Any] = ended.value
            return found


def composing(
    impact: Impact,
    *,
    audience: Audience,
    title: str = "",
    sections: Sequence[str] = tuple(SECTIONS),
    summary: str = "",
    commentary: Mapping[str, str] | None = None,
    easy_read: str = "",
) -> Generator[str, None, dict[str, Any]]:
    """As `compose`, step by step: says what has been done, and returns the document at its end."""
    audience = Audience(audience)
    is_published = audience == Audience.PUBLISHED
    if is_published and impact.reach.focus_people < LEAST_PEOPLE:
        raise ValueError(TOO_FEW)
    shown = printed(impact, listed_in_open_data(impact)) if is_published else None
    if is_published:
        yield "Small numbers hidden, and the attack on them"
    making = Making(impact, audience, shown)
    chosen = [id for id in SECTIONS if id in sections]
    if is_published and impact.admissions.reporting < LEAST_ORGANISATIONS:
        chosen = [id for id in chosen if id != "admissions"]
    said = commentary or {}
    a = impact.admissions
    blocks = {}
    for id in chosen:
        blocks[id] = _MAKERS[id](making)
        yield SECTIONS[id]
    made = {
        "title": title or f"What {impact.scope.programme or 'the programmes'} achieved",
        "scope": impact.scope.words if not is_published else str(impact.scope.programme or ""),
        "cut_off": impact.scope.cut_off.isoformat(),
        "cut_off_says": written.day(impact.scope.cut_off),
        "audience": audience.value,
        "audience_says": (
            "For everybody."
            if is_published
            else "For staff: it holds small numbers and is not for sharing."
        ),
        "rule": f"{counts_say(shown.rule)} {shown.rule.hidden_says}" if shown else "",
        "provisional": _provisional(a, is_published=is_published),
        "summary": _paragraphs(summary),
        "easy_read": [line.strip() for line in easy_read.splitlines() if line.strip()],
        "headlines": _headlines(making, chosen),
        "sections": [
            {
                "id": id,
                "title": SECTIONS[id],
                "commentary": _paragraphs(said.get(id, "")),
                "blocks": blocks[id],
            }
            for id in chosen
        ],
        "definitions": _definitions(impact, chosen, with_source=not is_published),
        "footnote": FOOTNOTE,
        "staffing_says": staffing_says(shown) if shown and "staffing" in chosen else "",
        "register": _register(shown) if shown else {},
    }
    yield "Definitions"
    # As it comes back from where it is kept: lists, not tuples.
    document: dict[str, Any] = json.loads(json.dumps(made))
    return document


def _provisional(a: Admissions, *, is_published: bool) -> str:
    if not a.is_provisional:
        return ""
    if is_published:
        return f"Provisional: fewer than {SETTLED_PERCENT}% of the reports due are accepted."
    return f"Provisional: {a.accepted:,} of {several(a.due, 'report', 'reports')} due are accepted."


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
