"""All metrics of a run with their intervals: over all questions, and by kind of question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.evaluation import answers, calibration, citations, numeric, ranking, refusals, running
from assistant.evaluation.case import Case
from assistant.evaluation.intervals import estimate, few_clusters
from assistant.evaluation.metric import Estimate, Metric

ALL: tuple[Metric, ...] = (
    *citations.METRICS,
    *answers.METRICS,
    *numeric.METRICS,
    *refusals.METRICS,
    *ranking.METRICS,
    *calibration.METRICS,
    *running.METRICS,
)
"""Every metric, in the order of the report."""

_GROUPS_BY_KIND = ("citations", "answers", "numbers", "refusal")
_ALSO_BY_KIND = ("hit_at_1", "mrr_at_10", "answer_in_evidence")
UNANSWERABLE = "unanswerable"
"""The kind under which all unanswerable questions are reported, whatever their own."""


@dataclass(frozen=True)
class Measured:
    """The metrics of a run by name; those without a value for any case are left out.

    `by_kind` is by the questions' kind. `clustered`: intervals are by clusters of questions about one article;
    otherwise there were too few of these, and intervals are by question.
    """

    overall: dict[str, Estimate]
    by_kind: dict[str, dict[str, Estimate]]
    clustered: bool
    questions: int
    answerable: int

    def to_dict(self) -> dict[str, Any]:
        """The object as plain dictionaries: {"overall": {name: {"value", "low", "high", "n", "method"}}, ...}."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Measured":
        """The object that `to_dict` gave, also after JSON. Anything else: TypeError or KeyError."""
        return cls(
            overall=_estimates(data["overall"]),
            by_kind={kind: _estimates(estimated) for kind, estimated in data["by_kind"].items()},
            clustered=data["clustered"],
            questions=data["questions"],
            answerable=data["answerable"],
        )


def measure(
    cases: Sequence[Case],
    seed: int = 0,
    resamples: int = 10_000,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Measured:
    """Every metric over these cases, with 95% intervals; see `estimate`.

    `progress` is called with the number of metrics that are done and of all.
    """
    kinds = _kinds(cases)
    overall: dict[str, Estimate] = {}
    by_kind: dict[str, dict[str, Estimate]] = {kind: {} for kind in kinds}
    for done, metric in enumerate(ALL):
        progress(done, len(ALL))
        judged = _judged_once(metric, cases)
        if estimated := estimate(judged, cases, seed, resamples):
            overall[metric.name] = estimated
        if metric.group not in _GROUPS_BY_KIND and metric.name not in _ALSO_BY_KIND:
            continue
        for kind, some in kinds.items():
            if estimated := estimate(judged, some, seed, resamples):
                by_kind[kind][metric.name] = estimated
    progress(len(ALL), len(ALL))
    return Measured(
        overall=overall,
        by_kind=by_kind,
        clustered=not few_clusters([case.question for case in cases]),
        questions=len(cases),
        answerable=sum(case.question.answerable for case in cases),
    )


def _kinds(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """The cases of each kind; the kinds by name, the unanswerable questions last."""
    kinds: dict[str, list[Case]] = {}
    for case in cases:
        kinds.setdefault(case.question.kind if case.question.answerable else UNANSWERABLE, []).append(case)
    return dict(sorted(kinds.items(), key=lambda item: (item[0] == UNANSWERABLE, item[0])))


def _judged_once(metric: Metric, cases: Sequence[Case]) -> Metric:
    """The metric with its part of each case computed once: the same cases come again by kind."""
    if metric.each is None:
        return metric
    parts = {id(case): metric.each(case) for case in cases}
    return replace(metric, each=lambda case: parts[id(case)])


def _estimates(data: Mapping[str, Any]) -> dict[str, Estimate]:
    return {name: Estimate(**estimated) for name, estimated in data.items()}
