"""Figures by date as a list with a bar for each value: plain HTML, which a screen reader reads as a list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Figure
from ui.web.html.dates import day_or_year, time_html
from ui.web.html.escaping import safe

FEWEST = 3
"""Dated figures that make a timeline; fewer are clear from the table alone."""


@dataclass(frozen=True)
class Point:
    """A figure of the timeline; `when` is an ISO day or a year, of which `day` is the first day."""

    figure: Figure
    day: date
    when: str

    @property
    def label(self) -> str:
        """The bound, the value and its unit: "at least 12", "5.5%", "$1,200"."""
        value, unit = f"{self.figure.value:,.12g}", self.figure.unit or ""
        if unit in ("$", "€", "£", "¥"):
            value = f"{unit}{value}"
        elif unit:
            value = f"{value}{unit}" if unit == "%" else f"{value} {unit}"
        bound = self.figure.bound if self.figure.bound != "between" else "about"
        return f"{bound} {value}" if bound else value


def timeline(figures: Sequence[Figure]) -> str:
    """The dated figures of the commonest unit as HTML, the earliest first; "" for fewer than FEWEST."""
    plotted = points(figures)
    if len(plotted) < FEWEST:
        return ""
    values = [point.figure.value for point in plotted]
    low, high = min(0.0, *values), max(0.0, *values)
    rows = "".join(_row(point, low, high if high > low else 1.0) for point in plotted)
    return f'<figure class="timeline"><figcaption>Figures by date</figcaption><ol>{rows}</ol></figure>'


def points(figures: Sequence[Figure]) -> list[Point]:
    """The figures of the commonest unit that have a day or a year, the earliest first."""
    dated = [Point(figure, *when) for figure in figures if (when := day_or_year(figure.as_of))]
    if not dated:
        return []
    unit = Counter(point.figure.unit for point in dated).most_common(1)[0][0]
    return sorted((point for point in dated if point.figure.unit == unit), key=lambda point: (point.day, point.when))


def _row(point: Point, low: float, high: float) -> str:
    """Date, bar and value. The bar repeats the value and is hidden from screen readers; its scale contains zero.

    It is a <progress> and no <meter>, which Chromium draws at half its height.
    """
    bar = f'<progress max="{high - low:.12g}" value="{point.figure.value - low:.12g}" aria-hidden="true"></progress>'
    return f"<li>{time_html(point.when)} {bar} <b>{safe(point.label)}</b></li>"
