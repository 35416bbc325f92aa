"""The plots of a report: inline, in the page's colours, the same bytes for the same data."""

from collections.abc import Callable
from functools import cache
from xml.etree import ElementTree

import pytest

from assistant.evaluation.plots import latency, reliability, risk_coverage

DRAWN: dict[str, Callable[[], str]] = {
    "risk_coverage": lambda: risk_coverage([(0.25, 0.0), (0.5, 0.1), (1.0, 0.3)]),
    "reliability": lambda: reliability([(0.1, 0.0, 3), (0.5, 0.4, 17), (0.95, 1.0, 40)]),
    "latency": lambda: latency({"search": [80, 120], "first_token_ms": [900, 1100], "whole answer": [2000, 2500]}),
}
every_plot = pytest.mark.parametrize("plot", DRAWN)


@cache
def drawn(plot: str) -> str:
    return DRAWN[plot]()


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


@every_plot
def test_the_same_data_gives_the_same_bytes(plot: str) -> None:
    assert DRAWN[plot]() == drawn(plot)


@every_plot
def test_it_stands_in_a_page_by_itself(plot: str) -> None:
    svg = drawn(plot)
    assert svg.startswith("<svg ")
    for outside in ("http", "xmlns", "<?xml", "<!DOCTYPE", "<style", "url(", "<metadata", "clip-path"):
        assert outside not in svg
    root = ElementTree.fromstring(svg)
    assert (root.get("role"), root.get("width"), root[0].tag) == ("img", "100%", "title")


@every_plot
def test_it_has_the_colours_of_the_page_alone(plot: str) -> None:
    styles = [element.get("style") or "" for element in ElementTree.fromstring(drawn(plot)).iter()]
    colours = {
        part.partition(":")[2].strip()
        for style in styles
        for part in style.split(";")
        if part.strip().startswith(("fill:", "stroke:"))
    }
    assert colours == {"none", "currentColor", "var(--accent, #1a5fb4)"}


def test_no_two_plots_of_a_page_have_the_same_id() -> None:
    ids = [
        element.get("id")
        for plot in DRAWN
        for element in ElementTree.fromstring(drawn(plot)).iter()
        if element.get("id")
    ]
    assert ids
    assert len(ids) == len(set(ids))


def test_ids_are_those_that_are_used() -> None:
    root = ElementTree.fromstring(drawn("reliability"))
    uses = {element.get("href") for element in root.iter("use")}
    assert {f"#{element.get('id')}" for element in root.iter() if element.get("id")} == uses


def test_risk_and_coverage_in_plain_words() -> None:
    svg = drawn("risk_coverage")
    assert "<title>Wrong answers by share of questions answered</title>" in svg
    assert {"share of questions answered", "of these, wrong", "100%"} <= set(texts(svg))


def test_reliability_has_its_diagonal_and_the_number_of_questions_at_each_dot() -> None:
    svg = drawn("reliability")
    assert "<title>How sure Dateline was, and how often it was right</title>" in svg
    assert {"as sure as right", "of these, right", "3", "17", "40"} <= set(texts(svg))


def test_latency_has_a_line_for_each_and_seconds_as_plain_numbers() -> None:
    svg = drawn("latency")
    assert "<title>Time until search, the first word and the whole answer were done</title>" in svg
    assert {"search", "first token", "whole answer", "seconds", "0.01", "0.1", "1", "10"} <= set(texts(svg))


def test_times_within_one_decade_still_have_two_numbers_on_the_axis() -> None:
    assert {"1", "10"} <= set(texts(latency({"total_ms": [3000, 4000]})))


def test_a_time_of_nothing_counts_as_a_millisecond() -> None:
    assert "0.001" in texts(latency({"search": [0.0, 5.0]}))


def test_a_name_is_text() -> None:
    assert "<b>" in texts(latency({"<b>": [1.0]}))


def test_what_has_no_times_has_no_line() -> None:
    assert "search" not in texts(latency({"search": [], "total": [5.0]}))


def test_nothing_to_draw_is_nothing() -> None:
    assert (risk_coverage([]), reliability([]), latency({}), latency({"search": []})) == ("", "", "", "")


def test_a_plot_leaves_matplotlib_as_it_was() -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 33}):
        risk_coverage([(1.0, 0.5)])
        assert matplotlib.rcParams["font.size"] == 33
