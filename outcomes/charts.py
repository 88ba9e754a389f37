"""How pictures are drawn: the only module that knows matplotlib.

A picture comes from `outcomes.reports.pictures` with its numbers; here it becomes an SVG of about 560 or
345 pixels, with direct labels and colours that people who see few colours can tell apart. The SVG
carries no style attribute and no style element, so the strict content policy needs no exception, and the
same numbers give the same bytes. What has been drawn is kept by `outcomes.drawings`, through which
everybody asks: after a change here, its VERSION goes up.
"""

import io
import re
from collections.abc import Callable

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from .disclosure import HIDDEN
from .reports.figure import plain
from .reports.pictures import Picture

# One unit is one pixel, so that sizes below are those of the page.
matplotlib.rcParams.update(
    {
        "figure.dpi": 72,
        "font.family": "DejaVu Sans",
        "path.simplify": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "personal workforce budgets",
    }
)
BLUE, TEAL, PLUM, ORANGE = "#12436d", "#28a197", "#801650", "#f46a25"
INK, QUIET, LINE, BEFORE_INK = "#0b0c0c", "#45525e", "#d5dce2", "#a33c06"
FONTS = "Helvetica Neue, Helvetica, Arial, sans-serif"
WIDE, NARROW = 560, 345
SIZE = 14.0


class Sheet:
    """A blank sheet in pixels, from the top left: rectangles, lines, dots and words."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, linewidth=0))

    def line(self, xs: list[float], ys: list[float], colour: str, width: float = 1.0) -> None:
        self.axes.plot(xs, ys, color=colour, linewidth=width, solid_capstyle="butt")

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        self.axes.add_patch(Circle((x, y), radius, facecolor=colour, linewidth=0))

    def square(self, x: float, y: float, half: float, colour: str) -> None:
        self.box(x - half, y - half, 2 * half, 2 * half, colour)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = INK,
        at: str = "left",
        bold: bool = False,
        size: float = SIZE,
    ) -> None:
        """Words whose middle stands at `y`; `at`: left, center or right of `x`."""
        self.axes.text(
            x,
            y + size * 0.36,
            text,
            color=colour,
            ha=at,
            va="baseline",
            fontsize=size,
            fontweight="bold" if bold else "normal",
        )

    def svg(self) -> str:
        """The sheet as SVG without any style."""
        held = io.BytesIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        self.figure.savefig(held, format="svg", metadata=nothing, transparent=True)
        return without_styles(held.getvalue().decode("utf-8"))


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide words are, in pixels: enough for a wide font."""
    return len(text) * size * 0.58


def without_styles(svg: str) -> str:
    """Style attributes as presentation attributes; no style element, no metadata, sizes in pixels."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.S)
    svg = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", "", svg, flags=re.S)
    svg = re.sub(r' style="([^"]*)"', _attributes, svg)
    svg = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', svg)
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    svg = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", svg)
    return re.sub(r"\s*\n\s*", "\n", svg).strip() + "\n"


def _attributes(match: re.Match[str]) -> str:
    found = []
    for part in match.group(1).split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip(), value.strip().replace('"', "'")
        if name == "font-family":
            value = FONTS
        if name:
            found.append(f'{name}="{value}"')
    return " " + " ".join(found)


def _text(value: float) -> str:
    """A value beside its mark: thousands apart, at most one decimal."""
    return plain(int(value)) if value == int(value) else f"{value:,.1f}"


def _ticks(most: float) -> list[float]:
    """Round numbers from nothing to the first one that is not below `most`: three to five steps."""
    size = 1.0
    while True:
        for step in (size, 2 * size, 2.5 * size, 5 * size):
            count = max(-(-most // step), 1)
            if count <= 5 and (step >= 5 or step == int(step)):
                return [step * n for n in range(int(count) + 1)]
        size *= 10


def _left(labels: tuple[str, ...] | list[str], width: int, most: float = 0.42) -> float | None:
    """Where bars begin beside their labels; None where the labels must stand above the bars."""
    room = max(width_of(label) for label in labels) + 12
    return room if room <= width * most else None


def _pairs(picture: Picture, width: int) -> Sheet:
    """Two bars for each label: before and after."""
    first, second = picture.series
    left = _left(picture.labels, width)
    above = 0 if left is not None else 22
    start = left if left is not None else 0.0
    thick, gap = 17, 15
    each = above + 2 * thick + 3 + gap
    sheet = Sheet(width, 34 + each * len(picture.labels))
    key = start if width > NARROW else 0.0
    sheet.words(key, 12, first.name, colour=BEFORE_INK, bold=True)
    sheet.words(key + width_of(first.name) + 34, 12, second.name, colour=BLUE, bold=True)
    most = max(*first.values, *second.values, 1.0)
    room = width - start - 12 - max(width_of(_text(value)) + 8 for value in (most, 100))
    for i, label in enumerate(picture.labels):
        y = 34.0 + i * each
        if left is not None:
            sheet.words(start - 10, y + thick + 1.5, label, at="right")
        else:
            sheet.words(0, y + 8, label)
            y += above
        for value, colour, ink, down in (
            (first.values[i], ORANGE, INK, 0),
            (second.values[i], BLUE, INK, thick + 3),
        ):
            long = room * value / most
            sheet.box(start, y + down, max(long, 1.0), thick, colour)
            sheet.words(
                start + long + 7,
                y + down + thick / 2,
                ("£" if picture.axis == "£" else "") + _text(value),
                colour=ink,
                bold=colour == BLUE,
            )
    return sheet


def _bars(picture: Picture, width: int) -> Sheet:
    """One bar for each label, in their order; the first stands out, and among steps all are alike."""
    (series,) = picture.series
    is_first = picture.kind == "bars"
    left = _left(picture.labels, width)
    above = 0 if left is not None else 22
    start = left if left is not None else 0.0
    thick, gap = 22, 12
    each = above + thick + gap
    sheet = Sheet(width, each * len(picture.labels) + 2)
    most = max(*series.values, 1.0)
    room = width - start - 58
    for i, label in enumerate(picture.labels):
        y = float(i * each)
        if left is not None:
            sheet.words(start - 10, y + thick / 2, label, at="right")
        else:
            sheet.words(0, y + 9, label)
            y += above
        long = room * series.values[i] / most
        sheet.box(start, y, max(long, 1.0), thick, TEAL if is_first and i else BLUE)
        sheet.words(
            start + long + 7, y + thick / 2, _text(series.values[i]), bold=not is_first or i == 0
        )
    return sheet


def _columns(picture: Picture, width: int) -> Sheet:
    """Columns side by side; those beyond the target in orange."""
    (series,) = picture.series
    height, top, bottom = (280 if width > NARROW else 260), 52.0, 50.0
    sheet = Sheet(width, height)
    mark = len(series.values) if picture.mark is None else picture.mark
    sheet.words(0, 12, "In time", colour=BLUE, bold=True)
    if mark < len(series.values):
        sheet.words(84, 12, "Later", colour=BEFORE_INK, bold=True)
    base = height - bottom
    each = width / len(series.values)
    most = max(*series.values, 1.0)
    for i, value in enumerate(series.values):
        tall = (base - top) * value / most
        x = i * each
        sheet.box(x + each * 0.1, base - tall, each * 0.8, tall, BLUE if i < mark else ORANGE)
        sheet.words(x + each / 2, base - tall - 11, _text(value), at="center", bold=i < mark)
        sheet.words(x + each / 2, base + 14, picture.labels[i], at="center")
    sheet.line([0, width], [base, base], QUIET)
    sheet.words(width / 2, height - 12, picture.axis, at="center", colour=QUIET)
    return sheet


def _lines(picture: Picture, width: int) -> Sheet:
    """Lines over the points, each value written at its mark, each line named where it ends."""
    is_wide = width > NARROW
    height, top, base = 300, 46.0, 262.0
    left = 34.0
    right = width - (128.0 if is_wide else 24.0)
    sheet = Sheet(width, height)
    colours = (BLUE, PLUM)
    if not is_wide:
        x = 0.0
        for series, colour in zip(picture.series, colours, strict=True):
            sheet.words(x, 10, series.name, colour=colour, bold=True)
            x += width_of(series.name) + 30
    ticks = _ticks(max(max(series.values) for series in picture.series))
    most = ticks[-1]
    for tick in ticks:
        y = base - (base - top) * tick / most
        sheet.line([left, right], [y, y], LINE if tick else QUIET)
        sheet.words(left - 8, y, _text(tick), at="right", colour=QUIET)
    inset = 22.0
    step = (right - left - 2 * inset) / max(len(picture.labels) - 1, 1)
    xs = [left + inset + i * step for i in range(len(picture.labels))]
    for x, label in zip(xs, picture.labels, strict=True):
        short = label if is_wide else label.replace(" months", " mo").replace("Baseline", "Start")
        sheet.words(x, base + 18, short, at="center")
    over = _are_apart(picture)
    ends: list[float] = []
    for k, (series, colour) in enumerate(zip(picture.series, colours, strict=True)):
        ys = [base - (base - top) * value / most for value in series.values]
        sheet.line(xs, ys, colour, 2.5)
        for x, y, value in zip(xs, ys, series.values, strict=True):
            (sheet.dot if k == 0 else sheet.square)(x, y, 5.0 if k == 0 else 4.5, colour)
            below = k == 1 and not over
            sheet.words(
                x,
                y + (16 if below else -15),
                _text(round(value, 1)),
                at="center",
                colour=colour,
                bold=True,
            )
        if is_wide:
            ends.append(ys[-1])
    if is_wide and len(ends) == 2 and abs(ends[0] - ends[1]) < SIZE + 4:
        middle, upper = sum(ends) / 2, 0 if ends[0] <= ends[1] else 1
        ends[upper], ends[1 - upper] = middle - SIZE * 0.65, middle + SIZE * 0.65
    for y, series, colour in zip(ends, picture.series, colours, strict=False):
        sheet.words(right + 6, y, series.name, colour=colour)
    return sheet


def _are_apart(picture: Picture) -> bool:
    """Whether the second line leaves room for its own values above it."""
    first, second = picture.series
    most = max(first.values) or 1.0
    return all(a - b > most * 0.16 for a, b in zip(first.values, second.values, strict=True))


def _spans(picture: Picture, width: int) -> Sheet:
    """A dot with its interval for each way of counting."""
    labels = [span.label for span in picture.spans]
    left = _left(labels, width, 0.6) if width > NARROW else None
    is_beside = left is not None
    start = (left or 8.0) + 12
    each = 40 if is_beside else 58
    down = 26 if is_beside else 44
    sheet = Sheet(width, each * len(labels) + 34)
    low = min(int(min(span.low for span in picture.spans) // 10) * 10, 60)
    end = width - 22.0
    base = each * len(labels) + 6.0

    def x_of(percent: float) -> float:
        return start + (end - start) * (percent - low) / (100 - low)

    for tick in range(low, 101, 20 if low % 20 == 0 else 10):
        x = x_of(tick)
        sheet.line([x, x], [0, base], LINE)
        sheet.words(x, base + 14, f"{tick}%", at="center", colour=QUIET)
    for i, span in enumerate(picture.spans):
        y = float(i * each + down)
        colour = BLUE if span.is_headline else QUIET
        if is_beside:
            sheet.words(start - 18, y, span.label, at="right", bold=span.is_headline)
        else:
            sheet.words(0, y - 34, span.label, bold=span.is_headline)
        sheet.line([x_of(span.low), x_of(span.high)], [y, y], colour, 4.0)
        sheet.dot(x_of(span.middle), y, 6.0, colour)
        shown = f"{span.middle:.0f}%" if span.middle == int(span.middle) else f"{span.middle:.1f}%"
        sheet.words(
            x_of(span.middle), y - 15, shown, at="center", bold=span.is_headline, colour=colour
        )
    return sheet


def _trend(picture: Picture, width: int) -> Sheet:
    """One line of percentages over time: the first and the last value are written, every mark is there."""
    (series,) = picture.series
    height, top, base, left = 280, 26.0, 232.0, 48.0
    right = width - 48.0
    sheet = Sheet(width, height)
    for tick in (0, 25, 50, 75, 100):
        y = base - (base - top) * tick / 100
        sheet.line([left, right], [y, y], LINE if tick else QUIET)
        sheet.words(left - 8, y, f"{tick}%", at="right", colour=QUIET)
    count = len(series.values)
    xs = [left + (right - left) * i / max(count - 1, 1) for i in range(count)]
    ys = [base - (base - top) * value / 100 for value in series.values]
    sheet.line(xs, ys, BLUE, 2.5)
    for x, y in zip(xs, ys, strict=True):
        sheet.dot(x, y, 4.0, BLUE)
    first, last = (f"{series.values[i]:.0f}%" for i in (0, count - 1))
    sheet.words(xs[0] + 9, ys[0] + 12, first, colour=BLUE, bold=True)
    sheet.words(xs[-1], ys[-1] - 15, last, at="center", colour=BLUE, bold=True)
    shown = {0, count - 1} if width <= NARROW else {0, count // 2, count - 1}
    for i in sorted(shown):
        sheet.words(xs[i], base + 20, picture.labels[i], at="center")
    return sheet


TONES = {"good": BLUE, "open": ORANGE, "same": "#8a949c", "more": PLUM}
TONE_WORDS = {"good": "Lower, safe", "open": "Lower, not safe", "same": "Same", "more": "Higher"}


def _slopes(picture: Picture, width: int) -> Sheet:
    """A line for each, wider where several are alike; the mean dark, with its two values."""
    is_wide = width > NARROW
    top, base = (44.0, 290.0) if is_wide else (66.0, 312.0)
    left, right = 92.0, width - 92.0
    sheet = Sheet(width, int(base) + 42)
    x, y = 0.0, 12.0
    for tone in dict.fromkeys(slope.tone for slope in picture.slopes if slope.tone != "all"):
        if x + width_of(TONE_WORDS[tone]) + 22 > width:
            x, y = 0.0, y + 22
        sheet.box(x, y - 2, 16, 4, TONES[tone])
        sheet.words(x + 22, y, TONE_WORDS[tone])
        x += width_of(TONE_WORDS[tone]) + 40
    ticks = _ticks(max(max(s.before, s.after) for s in picture.slopes))
    most = ticks[-1]

    def y_of(value: float) -> float:
        return base - (base - top) * value / most

    for at in (left, right):
        sheet.line([at, at], [top, base], LINE)
    for tick in ticks:
        sheet.words(left - 46, y_of(tick), f"{_text(tick)}:1", at="right", colour=QUIET)
    biggest = max((s.count for s in picture.slopes), default=1) or 1
    for slope in picture.slopes:
        if slope.tone != "all":
            thick = 2.2 + 7.0 * slope.count / biggest
            ends = [y_of(slope.before), y_of(slope.after)]
            sheet.line([left, right], ends, TONES[slope.tone], thick)
    for slope in (s for s in picture.slopes if s.tone == "all"):
        ends = [y_of(slope.before), y_of(slope.after)]
        sheet.line([left, right], ends, "#ffffff", 7.0)
        sheet.line([left, right], ends, INK, 4.0)
        sheet.words(left - 8, ends[0], f"{slope.before:.1f}:1", at="right", bold=True)
        sheet.words(right + 8, ends[1], f"{slope.after:.1f}:1", bold=True)
    for x, label in ((left, picture.labels[0]), (right, picture.labels[1])):
        sheet.words(x, base + 22, label, at="center")
    return sheet


# From nothing to the most, and the ink that can be read on each.
SHADES = ("#ffffff", "#dbe6ef", "#a9c3d8", "#6d97b8", BLUE)


def _grid(picture: Picture, width: int) -> Sheet:
    """A number in each cell, darker where it is larger."""
    is_wide = width > NARROW
    left = max(width_of(label) for label in picture.labels) + 12 if is_wide else 0.0
    left = min(left, width * 0.42)
    tall, above, head = 30, 0 if is_wide else 22, 28
    small = 13.0 if is_wide else 11.0
    each = tall + above + 4
    sheet = Sheet(width, head + each * len(picture.labels) + 2)
    wide = (width - left) / len(picture.series)
    most = max(max(series.values) for series in picture.series) or 1.0
    for n, series in enumerate(picture.series):
        x = left + n * wide
        sheet.words(x + wide / 2, 12, series.name, at="center", size=small, bold=True)
    for i, label in enumerate(picture.labels):
        y = float(head + i * each)
        if is_wide:
            sheet.words(left - 10, y + tall / 2, label, at="right", size=13.0)
        else:
            sheet.words(0, y + 10, label, size=13.0)
            y += above
        for n, series in enumerate(picture.series):
            value = series.values[i]
            place = 0 if not value else 1 + min(int(3.999 * value / most), 3)
            x = left + n * wide
            sheet.box(x + 1, y, wide - 2, tall, SHADES[place] if value else "#f3f5f6")
            ink = "#ffffff" if place == 4 else INK
            sheet.words(x + wide / 2, y + tall / 2, _text(value), at="center", colour=ink)
    return sheet


def _answers(picture: Picture, width: int) -> Sheet:
    """One bar for each answer, in the order asked; below nought stands for a count that is not shown."""
    (series,) = picture.series
    left = _left(picture.labels, width)
    above = 0 if left is not None else 22
    start = left if left is not None else 0.0
    thick, gap = 22, 12
    each = above + thick + gap
    sheet = Sheet(width, each * len(picture.labels) + 2)
    most = max(*series.values, 1.0)
    room = width - start - 58
    for i, (label, value) in enumerate(zip(picture.labels, series.values, strict=True)):
        y = float(i * each)
        if left is not None:
            sheet.words(start - 10, y + thick / 2, label, at="right")
        else:
            sheet.words(0, y + 9, label)
            y += above
        long = room * max(value, 0.0) / most
        sheet.box(start, y, max(long, 1.0), thick, BLUE if value >= 0 else LINE)
        says = HIDDEN if value < 0 else _text(value)
        sheet.words(start + long + 7, y + thick / 2, says)
    return sheet


_DRAWINGS: dict[str, Callable[[Picture, int], Sheet]] = {
    "pairs": _pairs,
    "bars": _bars,
    "columns": _columns,
    "lines": _lines,
    "spans": _spans,
    "steps": _bars,
    "trend": _trend,
    "slopes": _slopes,
    "grid": _grid,
    "answers": _answers,
}


def draw(picture: Picture, *, is_narrow: bool = False) -> str:
    """The picture as SVG, for a desk or (narrow) for a phone. The same numbers give the same bytes."""
    return _DRAWINGS[picture.kind](picture, NARROW if is_narrow else WIDE).svg()
