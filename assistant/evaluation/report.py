"""The report of a run: one HTML file without scripts or network. A summary first, then the details for an engineer."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from assistant.evaluation.case import Case, Question
from assistant.evaluation.judging import abstained, correct
from assistant.evaluation.matching import match_spans, yes_or_no
from assistant.evaluation.measure import UNANSWERABLE, Measured
from assistant.evaluation.metric import TITLES, Estimate, Group, Metric
from assistant.evaluation.ranking import holds_answer

if TYPE_CHECKING:
    from markupsafe import Markup
Fault = Literal["wrong", "refused", "not_found", "invented", "unsupported"]

_BM25 = "bm25_"


@dataclass(frozen=True)
class _Row:
    """A row of the table: a metric of Dateline, and the same metric of BM25 alone."""

    metric: Metric
    ours: Estimate
    bm25: Estimate | None


def report(
    name: str,
    about: Mapping[str, str],
    measured: Measured,
    metrics: Sequence[Metric],
    cases: Sequence[Case],
    plots: Mapping[str, str],
    warnings: Sequence[str],
) -> str:
    """The page as HTML.

    `about` are facts of the run by name; "questions", "articles", "model", "date", "oracle" and "retrieval only"
    make up a sentence, all are listed. `plots` are <svg> elements by the name of their function in plots.py;
    they alone are not escaped. Metrics that `measured` does not have are left out.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    page = Environment(
        loader=PackageLoader("assistant.evaluation", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters.update(percent=percent, shown=shown, marked=marked, gold_rank=gold_rank)
    return page.get_template("report.html.j2").render(
        name=name,
        about=about,
        measured=measured,
        kinds=Counter(case.question.kind if case.question.answerable else UNANSWERABLE for case in cases),
        groups={title: rows for group, title in TITLES.items() if (rows := _rows(group, measured, metrics))},
        plots={plot: Markup(svg) for plot, svg in plots.items() if svg},
        faults=faults(cases, metrics),
        asked=sum(case.question.answerable and case.outcome.answer is not None for case in cases),
        cases=cases,
        warnings=warnings,
    )


def fault(case: Case, cited: bool | None = None) -> Fault | None:
    """What went wrong with this question; None where nothing did. `cited`: whether a citation supports the answer."""
    if case.outcome.answer is None:
        return "not_found" if case.question.answerable and not was_retrieved(case) else None
    if not case.question.answerable:
        return None if abstained(case) else "invented"
    if correct(case):
        return "unsupported" if cited is False else None
    if abstained(case):
        return "refused" if was_retrieved(case) else "not_found"
    return "wrong"


def faults(cases: Sequence[Case], metrics: Sequence[Metric]) -> dict[Fault, list[Case]]:
    """All that went wrong, by what; whether an answer is cited is decided by the metric correct_and_cited."""
    judge = next((metric.each for metric in metrics if metric.name == "correct_and_cited"), None)
    groups: dict[Fault, list[Case]] = {group: [] for group in get_args(Fault)}
    for case in cases:
        part = judge(case) if judge else None
        if group := fault(case, cited=part[0] >= part[1] if part else None):
            groups[group].append(case)
    return groups


def was_retrieved(case: Case) -> bool:
    """Whether the model was given the answer.

    Where no text can show that ("yes", "no"): whether it was given a sentence that proves the answer; where none
    is known: whether search retrieved a gold article.
    """
    question, outcome = case.question, case.outcome
    held = holds_answer(question, outcome.evidence)
    if held is not None:
        return held
    if question.evidence:
        return any(sentence in outcome.evidence for sentence in question.evidence)
    return any(article in outcome.ranking for article in question.gold)


def gold_rank(case: Case) -> int | None:
    """The rank, from 1, of the first gold article retrieved; None where none was."""
    ranks = (rank for rank, article in enumerate(case.outcome.ranking, 1) if article in case.question.gold)
    return next(ranks, None)


def percent(share: float) -> str:
    """A share as a whole percentage; 0% and 100% mean none and all."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def shown(value: float, metric: Metric) -> str:
    """A metric's value, with its unit where the name does not say it."""
    match metric.unit:
        case "share":
            return f"{100 * value:.1f}%"
        case "ms":
            return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"
        case "points":
            return f"{value:.3f}"
        case "MB":
            return f"{value:,.0f}"
        case "tokens/s" | "words":
            return f"{value:.1f}"


def marked(text: str, question: Question) -> "Markup":
    """The text as HTML, escaped, the question's right answers in <mark>."""
    from markupsafe import Markup

    text = unicodedata.normalize("NFC", text)  # the form that `match_spans` counts in
    spellings = [spelling for group in question.spellings if not yes_or_no(group) for spelling in group]
    page, at = Markup(), 0
    for start, end in sorted(match_spans(text, spellings), key=lambda span: (span[0], -span[1])):
        if start >= at:
            page += text[at:start]  # a str that is added to a Markup is escaped
            page += Markup("<mark>{}</mark>").format(text[start:end])
            at = end
    return page + text[at:]


def _rows(group: Group, measured: Measured, metrics: Sequence[Metric]) -> list[_Row]:
    overall = measured.overall
    return [
        _Row(metric, overall[metric.name], overall.get(_BM25 + metric.name))
        for metric in metrics
        if metric.group == group and metric.name in overall and not metric.name.startswith(_BM25)
    ]
