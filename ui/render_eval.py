"""A measured run, a comparison and a gate as text for a terminal or a pipe, 100 columns at most. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.evaluation.compare_page import chance, headline, sections
from assistant.evaluation.metric import TITLES, Estimate, Metric
from ui.render import MANY, PLAIN, Style, one_line

if TYPE_CHECKING:
    from assistant.evaluation.compare import Comparison, Difference
    from assistant.evaluation.measure import Measured

_DECIMALS = {"ms": 0, "MB": 0, "words": 1, "tokens/s": 1}
_BM25 = "bm25_"
_BY_KIND = ("correct", "correct_and_cited", "over_refusal", "false_answers")
_BY_KIND_OF_SEARCH = ("hit_at_1", "mrr_at_10", "answer_in_evidence")
_WIDTH = 100
_KIND = 24


def measured(run: "Measured", metrics: Sequence[Metric], style: Style = PLAIN) -> str:
    """Every metric with its 95% interval, group by group, search beside BM25 alone; then the kinds of question."""
    counted = f"{run.questions:,} questions, {run.answerable:,} of them answerable"
    by = "articles" if run.clustered else "questions"
    groups = dict.fromkeys(metric.group for metric in metrics if metric.name in run.overall)
    tables = [_group([m for m in metrics if m.group == group], run.overall, style) for group in groups]
    notes = style.dim(f"95% intervals by {by}; n: how many questions say something.")
    return "\n\n".join(part for part in (style.bold(counted), *tables, _kinds(run, style), notes) if part)


def comparison(found: "Comparison", name_a: str, name_b: str, style: Style = PLAIN) -> str:
    """Which run is better in what, then all differences, then the questions that flipped."""
    left_out = f", {found.unpaired:,} answered in one only and left out" if found.unpaired else ""
    head = [
        f"A: {one_line(name_a)}",
        f"B: {one_line(name_b)}",
        f"{found.paired:,} questions in both{left_out}",
    ]
    first = style.lines(headline(found))
    tables = [_section(name, some, style) for name, some in sections(found.differences).items()]
    flips = [_flips(found, gained, style) for gained in (False, True)]
    return "\n\n".join(part for part in (style.bold(first), "\n".join(head), *tables, *flips) if part)


def gate(failures: Sequence[str], style: Style = PLAIN) -> str:
    """The limits that were missed, one a line; or that none was."""
    if not failures:
        return "gate: every limit is kept"
    head = f"gate: {len(failures)} limit{'' if len(failures) == 1 else 's'} missed"
    return "\n".join((style.bold(head), *(f"  {one_line(line)}" for line in failures)))


def shown(value: float | None, unit: str, change: bool = False) -> str:
    """A value as in a table: shares and points as .123, ms and MB without decimals; – where there is none."""
    if value is None:
        return "–"
    decimals = _DECIMALS.get(unit, 3)
    rounded = round(value, decimals) + 0.0  # no minus before a zero
    text = f"{rounded:{'+' if change and rounded else ''},.{decimals}f}"
    return text.replace("0.", ".", 1) if decimals == 3 and abs(rounded) < 1 else text


def _group(metrics: Sequence[Metric], overall: dict[str, Estimate], style: Style) -> str:
    """One group as a table; what BM25 alone has stands beside ours."""
    beside = any(_BM25 + metric.name in overall for metric in metrics)
    title = TITLES[metrics[0].group]
    ours, bm25 = ("ours", "BM25 alone") if beside else ("value", "")
    head = f"{title:<26}{ours:>9}{'95% interval':>22}{'n':>8}{bm25:>13}".rstrip()
    lines = [
        _row(metric, overall[metric.name], overall.get(_BM25 + metric.name))
        for metric in metrics
        if metric.name in overall and not (metric.name.startswith(_BM25) and metric.name[len(_BM25) :] in overall)
    ]
    return "\n".join((style.bold(head), *lines))


def _row(metric: Metric, ours: Estimate, bm25: Estimate | None) -> str:
    beside = shown(bm25.value, metric.unit) if bm25 else ""
    between = _interval(ours.low, ours.high, metric.unit)
    return f"{metric.name:<26}{shown(ours.value, metric.unit):>9}{between:>22}{ours.n:>8,}{beside:>13}".rstrip()


def _interval(low: float | None, high: float | None, unit: str, change: bool = False) -> str:
    """[low, high]; nothing where there is none, or one without width, which says nothing."""
    if low is None or high is None or low == high:
        return ""
    return f"[{shown(low, unit, change)}, {shown(high, unit, change)}]"


def _kinds(run: "Measured", style: Style) -> str:
    """The metrics that tell most, by kind of question; nothing where there is but one kind."""
    some = _BY_KIND if any(name in run.overall for name in _BY_KIND) else _BY_KIND_OF_SEARCH
    columns = [name for name in some if any(name in found for found in run.by_kind.values())]
    if len(run.by_kind) < 2 or not columns:
        return ""
    head = f"{'By kind':<{_KIND}}{'n':>6}" + "".join(f"{name:>19}" for name in columns)
    lines = []
    for kind, found in run.by_kind.items():
        values = [found[name].value if name in found else None for name in columns]
        n = max((found[name].n for name in columns if name in found), default=0)
        cells = "".join(f"{shown(value, 'share'):>19}" for value in values)
        lines.append(f"{_cut(one_line(kind), _KIND - 1):<{_KIND}}{n:>6,}{cells}")
    return "\n".join((style.bold(head), *lines))


def _section(name: str, differences: "Sequence[Difference]", style: Style) -> str:
    if name == "The same":
        names = ", ".join(difference.metric for difference in differences)
        return f"{style.bold(name)}\n{Style(_WIDTH).lines(names)}"
    head = f"{name:<26}{'A':>8}{'B':>8}{'B - A':>9}{'95% interval':>20}{'n':>8}{'p':>9}  better"
    return "\n".join((style.bold(head), *(_difference(difference) for difference in differences)))


def _difference(d: "Difference") -> str:
    values = f"{shown(d.a, d.unit):>8}{shown(d.b, d.unit):>8}{shown(d.change, d.unit, change=True):>9}"
    between = _interval(d.low, d.high, d.unit, change=True)
    which = "–" if d.better is None else "B" if d.better else "A"
    return f"{d.metric:<26}{values}{between:>20}{d.n:>8,}{chance(d.p_holm):>9}  {which}"


def _flips(found: "Comparison", gained: bool, style: Style) -> str:
    """The questions that one run does better on: at most MANY."""
    questions = [flip.question.question for flip in found.flips if flip.gained is gained]
    if not questions:
        return ""
    head = f"{'B' if gained else 'A'} better in {found.flipped}: {len(questions):,}"
    lines = [f"  {_cut(one_line(question), _WIDTH - 2)}" for question in questions[:MANY]]
    more = [f"  and {len(questions) - MANY:,} more, in the page"] if len(questions) > MANY else []
    return "\n".join((style.bold(head), *lines, *more))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
