"""The timeline of figures: every dated figure in its order, with a bar of its size, its bound in words."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Figure
from ui.web.html.timeline import points, timeline


def figure(value: float, as_of: str | None, bound: str | None = None, unit: str | None = None) -> Figure:
    return Figure(f"{value:g} drones", value, bound, "drones", 1, unit, said_by="the <mayor>", as_of=as_of)


def rows(figures: list[Figure]) -> list[str]:
    """The texts of the list's items; the whole is well-formed XML."""
    return [" ".join("".join(item.itertext()).split()) for item in ET.fromstring(timeline(figures)).iter("li")]


def bars(figures: list[Figure]) -> list[tuple[float, float]]:
    """Length of each bar, and of its scale."""
    elements = ET.fromstring(timeline(figures)).iter("progress")
    return [(float(bar.attrib["value"]), float(bar.attrib["max"])) for bar in elements]


def test_fewer_than_three_dated_figures_are_no_timeline() -> None:
    two = [figure(1, "2025-05-01"), figure(2, "2025-05-02")]
    assert timeline([]) == timeline(two) == ""
    assert timeline([*two, figure(3, None), figure(4, "late Wednesday"), figure(5, "between 1990 and 1991")]) == ""
    assert timeline([*two, figure(3, "2025-05-03", unit="%")]) == ""
    assert timeline([*two, figure(3, "2025-05-03")])


def test_they_are_in_the_order_of_dates_with_bars_from_zero() -> None:
    three = [figure(300, "2025-05-11"), figure(20, "2025-05-01"), figure(150, "2025-05-06")]
    assert [point.when for point in points(three)] == ["2025-05-01", "2025-05-06", "2025-05-11"]
    assert bars(three) == [(20, 300), (150, 300), (300, 300)]
    assert bars([figure(n, "2025-05-01", unit="°C") for n in (-5, -2, 3)]) == [(0, 8), (3, 8), (8, 8)]
    assert bars([figure(0, "2025-05-01")] * 3) == [(0, 1)] * 3
    years = points([figure(5, "in 1990"), figure(6, "1992"), figure(7, "2000-01-01")])
    assert [point.when for point in years] == ["1990", "1992", "2000-01-01"]


def test_the_bound_is_in_words() -> None:
    bounds = (None, "at least", "over", "up to", "under", "about", "between")
    figures = [figure(n, f"2025-05-0{n}", bound) for n, bound in enumerate(bounds, 1)]
    labels = [row.split("2025 ")[1] for row in rows(figures)]
    assert labels == ["1", "at least 2", "over 3", "up to 4", "under 5", "about 6", "about 7"]


def test_it_is_a_captioned_list_in_which_only_the_bars_are_hidden_from_a_screen_reader() -> None:
    figures = [figure(n, f"2025-05-0{n}") for n in (2, 3, 1)]
    assert rows(figures) == ["1 May 2025 1", "2 May 2025 2", "3 May 2025 3"]
    html = timeline(figures)
    assert "<figcaption>Figures by date</figcaption><ol>" in html
    assert '<time datetime="2025-05-01">' in html
    assert html.count('aria-hidden="true"') == 3


@pytest.mark.parametrize(
    ("value", "unit", "label"),
    [
        (1_600_000, None, "1,600,000"),
        (5.5, "%", "5.5%"),
        (1200, "$", "$1,200"),
        (40, "km", "40 km"),
        (-3, "°C", "-3 °C"),
        (3, "<b>", "3 <b>"),
    ],
)
def test_labels(value: float, unit: str | None, label: str) -> None:
    shown = rows([figure(value, f"2025-05-0{n}", unit=unit) for n in (1, 2, 3)])
    assert [row.split("2025 ")[1] for row in shown] == [label] * 3


days = st.dates().map(str)
amounts = st.floats(0, 1e15) | st.integers(-50, 500).map(float)


@given(st.lists(st.tuples(amounts, days, st.sampled_from([None, "over", "up to"])), min_size=3, max_size=12))
def test_every_figure_is_listed_and_its_bar_lies_on_the_scale(dated: list[tuple[float, str, str | None]]) -> None:
    figures = [figure(value, day, bound) for value, day, bound in dated]
    assert len(rows(figures)) == len(figures)
    assert all(0 <= length <= scale for length, scale in bars(figures))
    lowest = min(0.0, *(f.value for f in figures))
    assert sorted(length for length, _ in bars(figures)) == pytest.approx(sorted(f.value - lowest for f in figures))
