"""The plots of a report, each as an inline <svg>: the same data gives the same bytes, and CSS gives the colours."""

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from math import floor, log10
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TEXT, _LINE = "#010101", "#020202"
"""Placeholders for the page's colours: matplotlib would write black text without a colour."""

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 11,
    "legend.fontsize": 10,
    "text.color": _TEXT,
    "axes.labelcolor": _TEXT,
    "axes.edgecolor": _TEXT,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
    "grid.color": _TEXT,
    "grid.alpha": 0.15,
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
_SIZE = (5.0, 3.7)
"""Inches. No wider, or the text is too small on a phone, where the plot shrinks to the screen."""

_WIDTH = (0.0, 1.02)
_DASHES = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (7, 2, 1.5, 2)))


def risk_coverage(points: Sequence[tuple[float, float]]) -> str:
    """The share of wrong answers against the share of questions answered, the surest first.

    `points` are (coverage, risk), both in [0, 1]. "" where there are none.
    """
    if not points:
        return ""

    def draw(axes: "Axes") -> None:
        axes.plot(*zip(*points, strict=True), color=_LINE, marker="." if len(points) < 20 else "")
        axes.set(xlabel="share of questions answered", ylabel="of these, wrong")
        axes.set(xlim=_WIDTH, ylim=(0, max(0.1, 1.1 * max(risk for _, risk in points))))
        _in_percent(axes)

    return _svg("Wrong answers by share of questions answered", draw)


def reliability(bins: Sequence[tuple[float, float, int]]) -> str:
    """How often answers were right against how sure Dateline was, with the diagonal on which the two are equal.

    `bins` are (mean confidence, accuracy, number of questions); dots grow with the number. "" where there are none.
    """
    if not bins:
        return ""

    def draw(axes: "Axes") -> None:
        confidence, accuracy, counts = zip(*bins, strict=True)
        axes.plot([0, 1], [0, 1], color=_TEXT, linestyle=_DASHES[1], linewidth=1, label="as sure as right")
        axes.plot(confidence, accuracy, color=_LINE)
        axes.scatter(confidence, accuracy, s=[max(15.0, 200 * n / max(counts)) for n in counts], color=_LINE)
        for sure, right, count in bins:
            axes.annotate(str(count), (sure, right), (9, -4), textcoords="offset points")
        axes.set(xlabel="how sure Dateline was", ylabel="of these, right", xlim=_WIDTH, ylim=_WIDTH)
        _in_percent(axes)

    return _svg("How sure Dateline was, and how often it was right", draw)


def latency(times_ms: Mapping[str, Sequence[float]]) -> str:
    """The share of questions done within a time: a line for each of `times_ms` (name: milliseconds), the last bold.

    The time axis is logarithmic, in seconds; times under a millisecond count as one. "" where there are none.
    """
    measured = {name: [max(time, 1.0) / 1000 for time in times] for name, times in times_ms.items() if times}
    if not measured:
        return ""
    decades = [log10(time) for times in measured.values() for time in times]

    def draw(axes: "Axes") -> None:
        for place, (name, times) in enumerate(measured.items(), 1 - len(measured)):
            axes.ecdf(
                times,
                label=name.removesuffix("_ms").replace("_", " "),
                color=_LINE if place == 0 else _TEXT,
                linestyle=_DASHES[-place % len(_DASHES)],
            )
        axes.set(xlabel="seconds", ylabel="share of questions", xscale="log", ylim=_WIDTH)
        # Whole decades: only they are labelled, and a range within one would have no label.
        axes.set_xlim(10.0 ** floor(min(decades)), 10.0 ** (floor(max(decades)) + 1))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_major_formatter(_percent)

    return _svg("Time until search, the first word and the whole answer were done", draw)


def _in_percent(axes: "Axes") -> None:
    axes.xaxis.set_major_formatter(_percent)
    axes.yaxis.set_major_formatter(_percent)


def _percent(value: float, _: float = 0) -> str:
    return f"{100 * value:.3g}%"


def _svg(title: str, draw: "Callable[[Axes], None]") -> str:
    """What `draw` draws. pyplot is not used: it keeps every figure, and wants a screen."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        # The salt makes ids: with one of its own, no plot has the id of another on the same page.
        matplotlib.rcParams.update({**_STYLE, "svg.hashsalt": title})
        figure = Figure(figsize=_SIZE, layout="constrained")
        axes = figure.subplots()
        draw(axes)
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside upper left", ncols=4)
        drawn = BytesIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(drawn, format="svg", transparent=True, metadata=nothing)
    return _inline(drawn.getvalue(), title)


def _inline(file: bytes, title: str) -> str:
    """The SVG file as an element of a page: no namespaces, no style sheet, no ids but those that it uses itself."""
    root = ElementTree.fromstring(file)
    used = {value for element in root.iter() for name, value in element.items() if name.endswith("href")}
    for element in root.iter():
        element.tag = _bare(element.tag)
        # Nothing is drawn outside the axes, so there is nothing to clip.
        kept = {_bare(name): value for name, value in element.items() if name != "clip-path"}
        if f"#{kept.get('id')}" not in used:
            kept.pop("id", None)
        if "style" in kept:
            kept["style"] = _style(kept["style"])
        element.attrib.clear()
        element.attrib.update(kept)
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in ("style", "clipPath", "metadata")]:
            parent.remove(child)
    size = {"viewBox": root.attrib["viewBox"], "width": "100%", "role": "img", "stroke-linejoin": "round"}
    root.attrib.clear()
    root.attrib.update(size)
    named = ElementTree.Element("title")
    named.text = title
    root.insert(0, named)
    return ElementTree.tostring(root, encoding="unicode")


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def _style(style: str) -> str:
    style = re.sub(r"font-family: [^;]+", "font-family: inherit", style)
    return style.replace(_TEXT, "currentColor").replace(_LINE, "var(--accent, #1a5fb4)")
