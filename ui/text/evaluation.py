"""A measured run, a comparison of two runs and a gate as text: at most WIDTH columns, fewer at a narrow terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.evaluation.compare_page import chance, headline, sections
from assistant.evaluation.metric import TITLES, Estimate, Metric
from ui.text.columns import Column, table
from ui.text.escaping import inline
from ui.text.style import PLAIN, Style

if TYPE_CHECKING:
    from assistant.evaluation.compare import Comparison, Difference
    from assistant.evaluation.measure import Measured

WIDTH = 100
MOST_FLIPS = 20
"""Questions that are named of each kind of flip; the page of the comparison names all."""

_DECIMALS = {"ms": 0, "MB": 0, "words": 1, "tokens/s": 1}
_BM25 = "bm25_"
_BY_KIND = ("correct", "correct_and_cited", "over_refusal", "false_answers")
_BY_KIND_OF_SEARCH = ("hit_at_1", "mrr_at_10", "answer_in_evidence")


def measured_run(run: "Measured", metrics: Sequence[Metric], style: Style = PLAIN) -> str:
    """Every metric with its 95% interval, group by group, search beside BM25 alone; then the kinds of question."""
    counts = f"{run.questions:,} questions, {run.answerable:,} of them answerable"
    by = "articles" if run.clustered else "questions"
    groups = dict.fromkeys(metric.group for metric in metrics if metric.name in run.overall)
    tables = [_group([m for m in metrics if m.group == group], run.overall, style) for group in groups]
    notes = style.dim(f"95% intervals by {by}; n: how many questions the value is of.")
    return "\n\n".join(part for part in (style.bold(counts), *tables, _kinds(run, style), notes) if part)


def comparison_of_runs(comparison: "Comparison", name_a: str, name_b: str, style: Style = PLAIN) -> str:
    """Which run is better in what, then all differences, then the questions that flipped."""
    left_out = f", {comparison.unpaired:,} answered in one only and left out" if comparison.unpaired else ""
    head = [
        f"A: {inline(name_a)}",
        f"B: {inline(name_b)}",
        f"{comparison.paired:,} questions in both{left_out}",
    ]
    first = style.wrap(headline(comparison))
    tables = [_section(name, some, style) for name, some in sections(comparison.differences).items()]
    flips = [_flips(comparison, gained, style) for gained in (False, True)]
    return "\n\n".join(part for part in (style.bold(first), "\n".join(head), *tables, *flips) if part)


def gate_result(failures: Sequence[str], style: Style = PLAIN) -> str:
    """The limits that were missed, one a line; or that none was."""
    if not failures:
        return "gate: every limit is kept"
    head = f"gate: {len(failures)} limit{'' if len(failures) == 1 else 's'} missed"
    return "\n".join((style.bold(head), *(f"  {inline(failure)}" for failure in failures)))


def value_text(value: float | None, unit: str, change: bool = False) -> str:
    """A value as in a table: shares and points as .123, ms and MB without decimals; – where there is none.

    `change`: the value is a difference, and gets a sign.
    """
    if value is None:
        return "–"
    decimals = _DECIMALS.get(unit, 3)
    rounded = round(value, decimals) + 0.0  # no minus before a zero
    text = f"{rounded:{'+' if change and rounded else ''},.{decimals}f}"
    return text.replace("0.", ".", 1) if decimals == 3 and abs(rounded) < 1 else text


def _width(style: Style) -> int:
    return min(style.width or WIDTH, WIDTH)


def _group(metrics: Sequence[Metric], overall: Mapping[str, Estimate], style: Style) -> str:
    """One group of metrics as a table; the values of BM25 alone are beside ours, where there are any."""
    beside = any(_BM25 + metric.name in overall for metric in metrics)
    columns = [
        Column(TITLES[metrics[0].group], 26),
        Column("ours" if beside else "value", 7, right=True),
        Column("95% interval", 20, right=True),
        Column("n", 6, right=True),
        *([Column("BM25 alone", 11, right=True)] if beside else []),
    ]
    rows = [
        _row(metric, overall[metric.name], overall.get(_BM25 + metric.name))[: len(columns)]
        for metric in metrics
        if metric.name in overall and not (metric.name.startswith(_BM25) and metric.name[len(_BM25) :] in overall)
    ]
    return "\n".join(table(columns, rows, _width(style), style))


def _row(metric: Metric, ours: Estimate, bm25: Estimate | None) -> list[str]:
    beside = value_text(bm25.value, metric.unit) if bm25 else ""
    interval = _interval(ours.low, ours.high, metric.unit)
    return [metric.name, value_text(ours.value, metric.unit), interval, f"{ours.n:,}", beside]


def _interval(low: float | None, high: float | None, unit: str, change: bool = False) -> str:
    """[low, high]; "" where there is none, or one without width, which shows nothing."""
    if low is None or high is None or low == high:
        return ""
    return f"[{value_text(low, unit, change)}, {value_text(high, unit, change)}]"


def _kinds(run: "Measured", style: Style) -> str:
    """The most telling metrics by kind of question; "" where there is but one kind."""
    some = _BY_KIND if any(name in run.overall for name in _BY_KIND) else _BY_KIND_OF_SEARCH
    names = [name for name in some if any(name in estimates for estimates in run.by_kind.values())]
    if len(run.by_kind) < 2 or not names:
        return ""
    columns = [Column("By kind", 24), Column("n", 4, right=True), *(Column(name, 17, right=True) for name in names)]
    rows = []
    for kind, estimates in run.by_kind.items():
        values = [value_text(estimates[name].value if name in estimates else None, "share") for name in names]
        n = max((estimates[name].n for name in names if name in estimates), default=0)
        rows.append([kind, f"{n:,}", *values])
    return "\n".join(table(columns, rows, _width(style), style))


def _section(name: str, differences: "Sequence[Difference]", style: Style) -> str:
    if name == "The same":
        names = ", ".join(difference.metric for difference in differences)
        return f"{style.bold(name)}\n{Style(_width(style)).wrap(names)}"
    numbers = (("A", 6), ("B", 6), ("B - A", 7), ("95% interval", 18), ("n", 6), ("p", 7))
    columns = [Column(name, 26), *(Column(head, width, right=True) for head, width in numbers), Column("better")]
    return "\n".join(table(columns, [_difference(each) for each in differences], _width(style), style))


def _difference(d: "Difference") -> list[str]:
    values = [value_text(d.a, d.unit), value_text(d.b, d.unit), value_text(d.change, d.unit, change=True)]
    better = "–" if d.better is None else "B" if d.better else "A"
    return [d.metric, *values, _interval(d.low, d.high, d.unit, change=True), f"{d.n:,}", chance(d.p_holm), better]


def _flips(comparison: "Comparison", gained: bool, style: Style) -> str:
    """The questions that one run does better on (`gained`: run B), at most MOST_FLIPS; "" if there are none."""
    questions = [flip.question.question for flip in comparison.flips if flip.gained is gained]
    if not questions:
        return ""
    head = f"{'B' if gained else 'A'} better in {comparison.flipped}: {len(questions):,}"
    rows = [f"  {_cut(inline(question), _width(style) - 2)}" for question in questions[:MOST_FLIPS]]
    more = [f"  and {len(questions) - MOST_FLIPS:,} more, in the page"] if len(questions) > MOST_FLIPS else []
    return "\n".join((style.bold(head), *rows, *more))


def _cut(text: str, width: int) -> str:
    """The text, or as much of it as fits in `width` cells with an ellipsis at its end."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"
