"""Pictures of a circle and of a week, as positions for an inline SVG: attributes only, no styles.

Each picture comes with the words that say the same, made from the same numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .enums import SupportArea
from .reports import AreaFigures, PlanFigures
from .reports.circles import SectorGroup

# Short words for a sector beside its arc.
SHORT = {
    "FAM": "Family",
    "IND": "Personal assistants",
    "ASC_P": "Support team",
    "ASC_V": "Support team",
    "ASC_LA": "Support team",
    "LA_ASC": "Council",
    "NHS_COM": "NHS community",
    "NHS_INP": "Hospital",
    "PRIM": "GP surgery",
    "ICB": "ICB",
    "HOU": "Housing",
    "EDU": "Education, work",
    "DAY": "Day services",
    "ADV": "Advocacy",
    "CJS": "Justice",
    "VOL": "Volunteers",
    "TRA": "Transport",
    "OTH": "Other",
}
NAVY, TEAL, PLUM, ORANGE = "#12436d", "#28a197", "#801650", "#f46a25"
_TONES = {"FAM": PLUM, "VOL": PLUM, "NHS_COM": TEAL, "NHS_INP": TEAL, "PRIM": TEAL}
_TONES |= {"LA_ASC": TEAL, "ICB": TEAL, "HOU": TEAL}


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    title: str
    tone: str


@dataclass(frozen=True)
class Arc:
    """One sector: the band behind its dots, the spoke to the middle, its label."""

    path: str
    spoke: tuple[str, str, str, str]
    label: list[str]
    label_x: str
    label_y: str
    anchor: str
    dots: list[Dot]


@dataclass(frozen=True)
class CirclePicture:
    width: int
    height: int
    cx: int
    cy: int
    middle: int
    dot: str
    font: int
    name: str
    arcs: list[Arc]
    alt: str


def _at(cx: float, cy: float, radius: float, angle: float) -> tuple[float, float]:
    """A point on a circle; the angle runs clockwise from the top."""
    return cx + radius * math.sin(angle), cy - radius * math.cos(angle)


def _n(value: float) -> str:
    return f"{value:.1f}"


def _band(cx: float, cy: float, inner: float, outer: float, a: float, b: float) -> str:
    (x1, y1), (x2, y2) = _at(cx, cy, outer, a), _at(cx, cy, outer, b)
    (x3, y3), (x4, y4) = _at(cx, cy, inner, b), _at(cx, cy, inner, a)
    large = 1 if b - a > math.pi else 0
    return (
        f"M{_n(x1)} {_n(y1)}A{_n(outer)} {_n(outer)} 0 {large} 1 {_n(x2)} {_n(y2)}"
        f"L{_n(x3)} {_n(y3)}A{_n(inner)} {_n(inner)} 0 {large} 0 {_n(x4)} {_n(y4)}Z"
    )


def _label(group: SectorGroup, *, in_lines: bool) -> list[str]:
    """A sector's short words and its count, in two lines where there is little room."""
    words = f"{SHORT.get(group.sector, group.label)}\u00a0{group.count}".split(" ")
    return words if in_lines else [" ".join(words)]


def circle_words(name: str, groups: Sequence[SectorGroup]) -> str:
    """The circle in a sentence, for those who cannot see the picture."""
    if not groups:
        return f"Nobody stands around {name} yet."
    total = sum(group.count for group in groups)
    parts = "; ".join(f"{group.label}: {group.roles}" for group in groups)
    people = "1 person" if total == 1 else f"{total} people"
    return f"{name} in the middle of {people}. {parts}."


def circle_picture(
    name: str, groups: Sequence[SectorGroup], *, phone: bool = False
) -> CirclePicture | None:
    """The person in the middle, everybody around by sector; None for an empty circle."""
    total = sum(group.count for group in groups)
    if not total:
        return None
    width, height = (350, 290) if phone else (540, 400)
    cx, cy = width / 2, height / 2
    ring = 86 if phone else 138
    gap = min(0.09, 0.6 / len(groups))
    slot = (2 * math.pi - gap * len(groups)) / total
    dot = max(4.0, min(11.0 if phone else 13.5, ring * slot * 0.42))
    half = dot + (7 if phone else 9)
    # The largest group sits at the top, its middle at twelve o'clock.
    angle = -(groups[0].count * slot) / 2
    arcs = []
    for group in groups:
        span = group.count * slot
        start, end, middle = angle, angle + span, angle + span / 2
        tone = _TONES.get(group.sector, NAVY)
        dots = []
        for n, member in enumerate(group.members):
            x, y = _at(cx, cy, ring, start + slot * (n + 0.5))
            dots.append(Dot(_n(x), _n(y), str(member.get_role_display()), tone))
        lx, ly = _at(cx, cy, ring + half + 10, middle)
        side = math.sin(middle)
        anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
        label = _label(group, in_lines=anchor != "middle")
        if anchor == "middle":
            ly += -2 if math.cos(middle) > 0 else 12
        else:
            ly += 4 - 7 * (len(label) - 1)
        inner, outer = (
            _at(cx, cy, 54 if not phone else 46, middle),
            _at(cx, cy, ring - half, middle),
        )
        arcs.append(
            Arc(
                path=_band(cx, cy, ring - half, ring + half, start, end) if len(groups) > 1 else "",
                spoke=(_n(inner[0]), _n(inner[1]), _n(outer[0]), _n(outer[1])),
                label=label,
                label_x=_n(lx),
                label_y=_n(ly),
                anchor=anchor,
                dots=dots,
            )
        )
        angle = end + gap
    return CirclePicture(
        width=width,
        height=height,
        cx=int(cx),
        cy=int(cy),
        middle=44 if phone else 52,
        dot=_n(dot),
        font=13 if phone else 14,
        name=name,
        arcs=arcs,
        alt=circle_words(name, groups),
    )


@dataclass(frozen=True)
class Piece:
    x: str
    text_x: str
    width: str
    hours: str
    tone: str
    ink: str
    is_wide: bool


@dataclass(frozen=True)
class WeekBar:
    label: str
    y: int
    total: str
    total_x: str
    pieces: list[Piece]


@dataclass(frozen=True)
class WeekPicture:
    """Stacked bars of paid hours a week, one for each version, on one scale."""

    width: int
    height: int
    bars: list[WeekBar]
    key: list[tuple[str, str]]
    rows: list[list[str]]
    alt: str


PARTS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("Night", NAVY, "#ffffff", frozenset({SupportArea.NIGHT_WAKING, SupportArea.NIGHT_SLEEPIN})),
    ("Home and day", TEAL, "#0b0c0c", frozenset({SupportArea.OTHER})),
    (
        "Personal care and domestic",
        PLUM,
        "#ffffff",
        frozenset({SupportArea.PERSONAL_CARE, SupportArea.DOMESTIC}),
    ),
    (
        "Out and about",
        ORANGE,
        "#0b0c0c",
        frozenset(
            {
                SupportArea.SOCIAL,
                SupportArea.EDUCATION,
                SupportArea.WORK,
                SupportArea.HEALTH,
                SupportArea.TRANSPORT,
            }
        ),
    ),
)


def _hours(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _in(areas: Sequence[AreaFigures], wanted: frozenset[str]) -> float:
    return float(sum(a.paid for a in areas if a.area in wanted))


def week_picture(
    weeks: Sequence[tuple[str, PlanFigures]], *, phone: bool = False
) -> WeekPicture | None:
    """Paid staff hours a week by part of the week; None where no version has any."""
    most = max((float(f.paid_hours) for _, f in weeks), default=0)
    if not most:
        return None
    width = 340 if phone else 940
    left, right = (0, 98) if phone else (150, 110)
    room = width - left - right
    step, top, tall = (70, 22, 34) if phone else (64, 6, 42)
    bars, rows, said = [], [], []
    for place, (label, figures) in enumerate(weeks):
        x, pieces, row = float(left), [], []
        for _, tone, ink, wanted in PARTS:
            hours = _in(figures.areas, wanted)
            row.append(_hours(hours))
            if hours:
                wide = hours / most * room
                pieces.append(
                    Piece(
                        _n(x),
                        _n(x + wide / 2),
                        _n(max(wide - 2, 1)),
                        _hours(hours),
                        tone,
                        ink,
                        wide > 30,
                    )
                )
                x += wide
        total = _hours(figures.paid_hours)
        bars.append(WeekBar(label, top + place * step, f"{total} hours", _n(x + 8), pieces))
        rows.append([label, *row, total])
        parts = ", ".join(
            f"{name.lower()} {n}" for (name, *_), n in zip(PARTS, row, strict=True) if n != "0"
        )
        said.append(f"{label} {total} hours: {parts}")
    return WeekPicture(
        width=width,
        height=top + len(bars) * step - (step - tall) + 8,
        bars=bars,
        key=[(name, tone) for name, tone, _, _ in PARTS],
        rows=rows,
        alt="Paid staff hours a week. " + ". ".join(said) + ".",
    )
