"""The plot of figures by date: every dated figure at its place, labels apart, its shapes told."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Figure
from ui.web.html.timeline import EDGE, FLOOR, HEIGHT, LETTER, LINE, SIZE, TOP, WIDTH, points, timeline


def figure(value: float, as_of: str | None, bound: str | None = None, unit: str | None = None) -> Figure:
    return Figure(f"{value:g} drones", value, bound, "drones", 1, unit, said_by="the <mayor>", as_of=as_of)


def svg(figures: list[Figure]) -> ET.Element:
    """The drawing, which is well-formed XML too."""
    found = ET.fromstring(timeline(figures)).find("svg")
    assert found is not None
    return found


def test_fewer_than_three_dated_figures_are_no_plot() -> None:
    two = [figure(1, "2025-05-01"), figure(2, "2025-05-02")]
    assert timeline([]) == timeline(two) == ""
    assert timeline([*two, figure(3, None), figure(4, "late Wednesday"), figure(5, "between 1990 and 1991")]) == ""
    assert timeline([*two, figure(3, "2025-05-03", unit="%")]) == ""
    assert timeline([*two, figure(3, "2025-05-03")])


def test_points_lie_at_date_and_value() -> None:
    plotted = points([figure(300, "2025-05-11"), figure(0, "2025-05-01"), figure(150, "2025-05-06")])
    assert [(point.x, point.y) for point in plotted] == [
        (EDGE, FLOOR),
        (WIDTH / 2, (FLOOR + TOP) / 2),
        (WIDTH - EDGE, TOP),
    ]
    years = points([figure(5, "in 1990"), figure(6, "1992"), figure(7, "2000-01-01")])
    assert [point.when for point in years] == ["1990", "1992", "2000-01-01"]
    same = points([figure(7, "2025-05-01")] * 3)
    assert {point.x for point in same} == {WIDTH / 2}


def test_the_bound_is_told_by_shape_and_in_words() -> None:
    bounds = (None, "at least", "over", "up to", "under", "about")
    shown = timeline([figure(n, f"2025-05-0{n}", bound) for n, bound in enumerate(bounds, 1)])
    assert shown.count("<circle") == 2
    assert shown.count("stroke-width") == 1
    # An arrow's base is below its tip, or above it.
    arrows = re.findall(r'<path d="M[\d.]+ ([\d.]+)H[\d.]+L[\d.]+ ([\d.]+)Z"/>', shown)
    assert [float(base) > float(tip) for base, tip in arrows] == [True, True, False, False]
    assert "● exact · ▲ at least, over · ▼ at most, under · ○ about" in shown
    assert "▼" not in timeline([figure(n, f"2025-05-0{n}") for n in (1, 2, 3)])


def test_it_says_what_it_shows() -> None:
    drawn = svg([figure(n, f"2025-05-0{n}") for n in (2, 3, 1)])
    assert drawn.get("role") == "img"
    assert [child.tag for child in drawn][:2] == ["title", "desc"]
    described = drawn[1].text or ""
    assert described.startswith("2025-05-01: 1 drones, the <mayor> [1]; 2025-05-02:")
    names = [text.text for text in drawn.iter("text")]
    assert names[:2] == ["2025-05-01", "2025-05-03"]
    assert set(names[2:]) == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("value", "unit", "label"),
    [
        (1_600_000, None, "1,600,000"),
        (5.5, "%", "5.5%"),
        (1200, "$", "$1,200"),
        (40, "km", "40 km"),
        (-3, "°C", "-3 °C"),
    ],
)
def test_labels(value: float, unit: str | None, label: str) -> None:
    drawn = svg([figure(value, f"2025-05-0{n}", unit=unit) for n in (1, 2, 3)])
    assert [text.text for text in drawn.iter("text")][2:] == [label] * 3


days = st.dates().map(str)
amounts = st.floats(0, 1e15) | st.integers(0, 500).map(float)


@given(st.lists(st.tuples(amounts, days, st.sampled_from([None, "over", "up to"])), min_size=3, max_size=12))
def test_labels_never_overlap_and_all_lies_inside(dated: list[tuple[float, str, str | None]]) -> None:
    drawn = svg([figure(value, day, bound) for value, day, bound in dated])
    boxes = []
    for text in drawn.iter("text"):
        wide, x, y = len(text.text or "") * LETTER, float(text.get("x", 0)), float(text.get("y", 0))
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor", "start")]
        boxes.append((left, y - SIZE + 1, left + wide, y + LINE - SIZE))
    for place, one in enumerate(boxes):
        assert one[0] > -1
        assert one[2] < WIDTH + 1
        assert 0 <= one[1] < one[3] <= HEIGHT
        for other in boxes[place + 1 :]:
            apart = 0.15  # coordinates are rounded to tenths
            assert (
                one[2] <= other[0] + apart
                or other[2] <= one[0] + apart
                or one[3] <= other[1] + apart
                or other[3] <= one[1] + apart
            )
