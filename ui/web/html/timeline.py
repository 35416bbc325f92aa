"""Figures by their dates as a small plot: an SVG of our own, its bounds told by shape, readable on a phone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Figure
from ui.web.html.dates import day_or_year
from ui.web.html.escaping import safe

FEWEST = 3
WIDTH, HEIGHT = 360, 170
EDGE, TOP, FLOOR = 24, 34, 136
"""Points lie between EDGE and WIDTH - EDGE, between TOP and FLOOR; the axis is below FLOOR."""

SIZE = 11
LETTER, LINE = 0.62 * SIZE, SIZE + 2
"""A label's size; how wide one of its characters is at most, and how high a line."""

RADIUS = 5
SHAPES = {"at least": "▲", "over": "▲", "up to": "▼", "under": "▼", "about": "○", "nearly": "○", "between": "○"}
WORDS = {"●": "exact", "▲": "at least, over", "▼": "at most, under", "○": "about"}

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in units of the plot."""


@dataclass(frozen=True)
class Point:
    """A figure at its place in the plot; `when` is an ISO day or a year."""

    figure: Figure
    day: date
    when: str
    x: float
    y: float

    @property
    def shape(self) -> str:
        """What the bound looks like."""
        return SHAPES.get(self.figure.bound or "", "●")

    @property
    def label(self) -> str:
        """The value with its unit, short."""
        value, unit = f"{self.figure.value:,.12g}", self.figure.unit or ""
        if unit in ("$", "€", "£", "¥"):
            return f"{unit}{value}"
        return f"{value}{unit}" if unit == "%" else f"{value} {unit}".rstrip() if len(unit) < 5 else value

    @property
    def told(self) -> str:
        """The figure in words: when, what, who says so, from which source."""
        return f"{self.when}: {self.figure.text}, {self.figure.said_by or 'the article'} [{self.figure.marker}]"


def timeline(figures: Sequence[Figure]) -> str:
    """The figures that have a day or a year, at date × value, those of the commonest unit; "" for fewer than three."""
    plotted = points(figures)
    if len(plotted) < FEWEST:
        return ""
    marks = "".join(f"<g><title>{safe(point.told)}</title>{_shape(point)}</g>" for point in plotted)
    legend = " · ".join(f"{shape} {words}" for shape, words in WORDS.items() if any(p.shape == shape for p in plotted))
    return (
        f'<figure class="timeline"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="{SIZE}" '
        f'fill="currentColor" stroke="none"><title>Figures by date</title>'
        f"<desc>{safe('; '.join(point.told for point in plotted))}</desc>"
        f"{_axis(plotted)}{marks}{_labels(plotted)}</svg><figcaption>{legend}</figcaption></figure>"
    )


def points(figures: Sequence[Figure]) -> list[Point]:
    """The dated figures of the commonest unit, the earliest first, each with its place."""
    dated = [(found, figure) for figure in figures if (found := day_or_year(figure.as_of))]
    if not dated:
        return []
    unit = Counter(figure.unit for _, figure in dated).most_common(1)[0][0]
    kept = sorted((found, place, figure) for place, (found, figure) in enumerate(dated) if figure.unit == unit)
    days = [day.toordinal() for (day, _), _, _ in kept]
    values = [figure.value for _, _, figure in kept]
    # From zero where that leaves the differences visible; else the lowest figure lies on the floor.
    low = min(0.0, *values) if min(values) <= max(values) / 2 else min(values)
    return [
        Point(
            figure,
            day,
            when,
            EDGE + _share(day.toordinal(), min(days), max(days)) * (WIDTH - 2 * EDGE),
            FLOOR - _share(figure.value, low, max(values)) * (FLOOR - TOP),
        )
        for (day, when), _, figure in kept
    ]


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5


def _shape(point: Point) -> str:
    x, y, r = point.x, point.y, RADIUS
    if point.shape in "●○":
        hollow = ' fill="none" stroke="currentColor" stroke-width="2"' if point.shape == "○" else ""
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}"{hollow}/>'
    tip = y - r if point.shape == "▲" else y + r
    base = 2 * y - tip
    return f'<path d="M{x - r:.1f} {base:.1f}H{x + r:.1f}L{x:.1f} {tip:.1f}Z"/>'


def _axis(plotted: Sequence[Point]) -> str:
    """A line from the first date to the last, a tick at each, the two named."""
    y = FLOOR + 14
    ticks = "".join(f"M{x:.1f} {y}v5" for x in sorted({point.x for point in plotted}))
    first, last = plotted[0], plotted[-1]
    ends = [("start", 8, first.when), ("end", WIDTH - 8, last.when)]
    if first.day == last.day:
        ends = [("middle", WIDTH // 2, first.when)]
    names = "".join(
        f'<text x="{x}" y="{HEIGHT - 3}" text-anchor="{side}">{safe(name)}</text>' for side, x, name in ends
    )
    line = f'<path d="M{EDGE} {y}H{WIDTH - EDGE}{ticks}" fill="none" stroke="currentColor" stroke-opacity="0.6"/>'
    return line + names


def _labels(plotted: Sequence[Point]) -> str:
    """The values beside their points; one that has no free place is told by its title alone."""
    taken: list[Box] = [(p.x - RADIUS, p.y - RADIUS, p.x + RADIUS, p.y + RADIUS) for p in plotted]
    texts = []
    for point in plotted:
        box = next((box for box in _places(point) if not any(_meet(box, other) for other in taken)), None)
        if box:
            taken.append(box)
            x, y = (box[0] + box[2]) / 2, box[3] - 3
            texts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{safe(point.label)}</text>')
    return "".join(texts)


def _places(point: Point) -> list[Box]:
    """Where a label may stand, the best first: above its point, below, at its sides, within the plot."""
    wide, gap = len(point.label) * LETTER, RADIUS + 2
    left, above = point.x - wide / 2, point.y - gap - LINE
    corners = [
        (left, above),
        (left, point.y + gap),
        (point.x + gap, point.y - LINE / 2),
        (point.x - gap - wide, point.y - LINE / 2),
        (left, above - LINE),
    ]
    held = [(min(max(x, 0.0), max(0.0, WIDTH - wide)), y) for x, y in corners]
    return [(x, y, x + wide, y + LINE) for x, y in held if y >= 0 and y + LINE <= FLOOR + 13]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
