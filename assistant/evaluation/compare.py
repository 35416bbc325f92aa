"""Two runs of one question set: what differs, by how much, and whether that is more than chance."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer
from assistant.errors import EvaluationError
from assistant.evaluation.case import Case, Question
from assistant.evaluation.metric import Metric, Part
from assistant.evaluation.paired import SAME, Test, interval, test

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVEL = 0.05
"""A difference whose corrected p is smaller than this is called beyond chance."""
FEWEST = 5
"""With fewer pairs there is no test: four that all go one way have p = 0.125."""
Pair = tuple[Case, Case]


@dataclass(frozen=True)
class Difference:
    """One metric of both runs, over the `n` questions for which it has a value in either.

    `change` is b - a, with its 95% interval; `p` the chance of a change as large if the runs were alike, two-sided;
    `p_holm` that with Holm's correction over all tested metrics. `better`: whether b is the better one, chance or
    not; None where they are equal or no way is up. What was not tested has no interval and no p.
    """

    metric: str
    a: float | None
    b: float | None
    change: float | None
    low: float | None
    high: float | None
    n: int
    test: Test | None
    p: float | None
    p_holm: float | None
    better: bool | None
    unit: str = "share"
    definition: str = ""

    @property
    def beyond_chance(self) -> bool:
        """Whether the corrected p is below 5%."""
        return self.p_holm is not None and self.p_holm < LEVEL


@dataclass(frozen=True)
class Flip:
    """A question that came out differently: `gained` if b does better on it."""

    question: Question
    a: Answer | None
    b: Answer | None
    gained: bool


@dataclass(frozen=True)
class Comparison:
    """Run b against run a. `flips` are of the metric `flipped`; `unpaired` questions are in one run only."""

    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    flipped: str | None
    paired: int
    unpaired: int

    @property
    def tested(self) -> int:
        """How many metrics share Holm's correction."""
        return sum(difference.p is not None for difference in self.differences)

    def to_dict(self) -> dict[str, Any]:
        """The object as plain lists and dictionaries, in the order of its fields."""
        return asdict(self)


def compare(
    a: Sequence[Case],
    b: Sequence[Case],
    metrics: Sequence[Metric],
    seed: int = 0,
    resamples: int = 10_000,
    clusters: Sequence[int] | None = None,
    flips: str | None = None,
) -> Comparison:
    """Run b against run a, question by question: both are of one question set, paired by question id.

    `clusters`: which cases of `a` belong together, one number a case, as the bootstrap draws them together; None:
    each is its own cluster. `flips` names the metric whose flips are listed; None: correct_and_cited, else the first.
    Metrics over whole runs, and those without a direction of improvement, are not tested; their two values are given.
    A name in `flips` that is no metric of a question: EvaluationError.
    """
    others = {case.question.id: case for case in b}
    numbers = range(len(a)) if clusters is None else clusters
    kept = [(case, number) for case, number in zip(a, numbers, strict=True) if case.question.id in others]
    pairs = [(case, others[case.question.id]) for case, _ in kept]
    differences = [_difference(metric, pairs, [number for _, number in kept], seed, resamples) for metric in metrics]
    judge = _judge(metrics, flips)
    return Comparison(
        differences=_holm(differences),
        flips=_flips(judge, pairs) if judge else (),
        flipped=judge.name if judge else None,
        paired=len(pairs),
        unpaired=len(a) + len(b) - 2 * len(pairs),
    )


def _judge(metrics: Sequence[Metric], name: str | None) -> Metric | None:
    single = {metric.name: metric for metric in metrics if metric.each and metric.better}
    if name is not None and name not in single:
        known = ", ".join(single) or "none"
        raise EvaluationError(f"{name!r} judges no single question; the metrics that do are: {known}")
    return single.get(name or "correct_and_cited") or next(iter(single.values()), None)


def _difference(
    metric: Metric, pairs: Sequence[Pair], clusters: Sequence[int], seed: int, resamples: int
) -> Difference:
    if metric.whole:
        values = metric.whole([one for one, _ in pairs]), metric.whole([other for _, other in pairs])
        return _untested(metric, *values, len(pairs))
    parts = [(_part(metric, one), _part(metric, other)) for one, other in pairs]
    valued = [(*both, cluster) for both, cluster in zip(parts, clusters, strict=True) if both != (None, None)]
    a, b = _array([one for one, _, _ in valued]), _array([other for _, other, _ in valued])
    plain = _untested(metric, _value(a), _value(b), len(valued))
    if plain.change is None or metric.better is None or len(valued) < FEWEST:
        return plain
    kind, p = test(a, b, seed, resamples)
    low, high = interval(a, b, [cluster for _, _, cluster in valued], seed, resamples)
    return replace(plain, test=kind, p=p, low=low, high=high)


def _untested(metric: Metric, a: float | None, b: float | None, n: int) -> Difference:
    """The two values, and which is the better."""
    change = None if a is None or b is None else b - a
    if change is not None and abs(change) < SAME:
        change = 0.0
    better = (change > 0) == (metric.better == "higher") if change and metric.better else None
    return Difference(
        metric.name, a, b, change, low=None, high=None, n=n, test=None, p=None, p_holm=None, better=better,
        unit=metric.unit, definition=metric.definition,
    )  # fmt: skip


def _part(metric: Metric, case: Case) -> Part | None:
    """What the case adds; None also where that is nothing out of nothing."""
    assert metric.each
    part = metric.each(case)
    return part if part and part[1] else None


def _array(parts: Sequence[Part | None]) -> "NDArray[np.float64]":
    """The parts as an array of n x 2.

    Where only one run has a value (a precision of refusals, where the other did not refuse) the other adds
    nothing: (0, 0). To leave such questions out would leave out the very ones that differ.
    """
    import numpy as np

    return np.array([part or (0.0, 0.0) for part in parts], dtype=np.float64).reshape(-1, 2)


def _value(parts: "NDArray[np.float64]") -> float | None:
    part, whole = (float(total) for total in parts.sum(axis=0))
    return part / whole if whole else None


def _holm(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """The differences with p_holm, corrected over those with a p (Holm 1979)."""
    from statsmodels.stats.multitest import multipletests

    ps = [difference.p for difference in differences if difference.p is not None]
    corrected = iter(multipletests(ps, method="holm")[1] if ps else ())
    return tuple(d if d.p is None else replace(d, p_holm=float(next(corrected))) for d in differences)


def _flips(metric: Metric, pairs: Sequence[Pair]) -> tuple[Flip, ...]:
    """The questions whose value changed, in the order of run a."""
    flips = []
    for one, other in pairs:
        in_a, in_b = _part(metric, one), _part(metric, other)
        if in_a and in_b and (change := in_b[0] / in_b[1] - in_a[0] / in_a[1]):
            gained = (change > 0) == (metric.better == "higher")
            flips.append(Flip(one.question, one.outcome.answer, other.outcome.answer, gained))
    return tuple(flips)
