"""95% intervals: Wilson's for shares, the bootstrap for the rest; questions about one article count as a cluster."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.evaluation.case import Case, Question
from assistant.evaluation.metric import Estimate, Metric, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST_CLUSTERS = 10
"""With effectively fewer, resampling clusters is meaningless: each question is then a cluster of its own."""
_BLOCK = 1000


@dataclass(frozen=True)
class OfRows:
    """A Metric's `whole` in two steps, so that each answer is judged once for all 10,000 resamples.

    `row` is what a case adds (None: nothing); `statistic` makes the metric of the rows, an array of shape
    (cases, columns), and its docstring is the definition. `resampled` is False where an interval makes no sense.
    """

    row: Callable[[Case], tuple[float, ...] | None]
    statistic: Callable[["NDArray[np.float64]"], float | None]
    resampled: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "__doc__", self.statistic.__doc__)

    def __call__(self, cases: Sequence[Case]) -> float | None:
        """The metric over these cases; None where it applies to none of them."""
        import numpy as np

        rows = [row for case in cases if (row := self.row(case)) is not None]
        return self.statistic(np.array(rows, dtype=float)) if rows else None


def clusters(questions: Sequence[Question]) -> list[int]:
    """A cluster's number for each question: those that share an article, also through others, have one number.

    A question's articles are its gold ones, else those it may search. One without any is a cluster of its own.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    places: dict[str, int] = {}
    edges = [
        (row, len(questions) + places.setdefault(article, len(places)))
        for row, question in enumerate(questions)
        for article in question.gold or question.context
    ]
    size = len(questions) + len(places)
    ends = ([a for a, _ in edges], [b for _, b in edges])
    graph = coo_array(([1] * len(edges), ends), shape=(size, size))
    return [int(label) for label in connected_components(graph, directed=False)[1][: len(questions)]]


def few_clusters(questions: Sequence[Question]) -> bool:
    """Whether there are effectively fewer than 10 clusters, so that intervals are by question."""
    return effective(clusters(questions)) < FEWEST_CLUSTERS


def effective(labels: Sequence[int]) -> float:
    """The effective number of clusters: n² / the sum of their squared sizes (Kish 1965).

    57 questions about one article and 17 about others are 18 clusters that weigh as 1.7.
    """
    sizes = Counter(labels).values()
    return sum(sizes) ** 2 / sum(size**2 for size in sizes) if sizes else 0.0


def estimate(metric: Metric, cases: Sequence[Case], seed: int = 0, resamples: int = 10_000) -> Estimate | None:
    """The metric over these cases with its 95% interval; None where it applies to none of them.

    A share (a metric of one 0 or 1 a question) has Wilson's interval, others the percentiles 2.5 and 97.5 of
    `resamples` bootstrap samples of whole clusters (Efron & Tibshirani 1993; Field & Welsh 2007), the same for the
    same seed. So have ratios that are all 0 or all 1, of which every sample would be the same. With effectively fewer
    than 10 clusters each question is a cluster. Samples where the metric is None are dropped.
    """
    if metric.whole:
        return _estimate_of_rows(metric.whole, cases, seed, resamples)
    assert metric.each
    applicable = [(case, part) for case in cases if (part := metric.each(case)) is not None and part[1]]
    if not applicable:
        return None
    labels = _labels([case.question for case, _ in applicable])
    parts = [part for _, part in applicable]
    shares = [part / whole for part, whole in parts]
    single = all(part in (0, 1) and whole == 1 for part, whole in parts)
    if metric.unit == "share" and (single or set(shares) in ({0.0}, {1.0})):
        return _wilson(shares, labels)
    return _ratio(parts, labels, seed, resamples)


def _labels(questions: Sequence[Question]) -> list[int]:
    """The clusters numbered from 0 without gaps; each question its own where there are too few."""
    labels = clusters(questions)
    if effective(labels) < FEWEST_CLUSTERS:
        return list(range(len(questions)))
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return [numbers[label] for label in labels]


def design_effect(values: Sequence[float], labels: Sequence[int]) -> float:
    """How many times more the mean varies for its clusters than it would without them; at least 1 (Kish 1965).

    The clustered variance is that of the ratio of cluster sums. Values that are all the same show no effect: 1.
    """
    import numpy as np

    off = np.asarray(values, dtype=float) - np.mean(values)
    groups, n = len(set(labels)), len(off)
    if groups < 2 or not off.any():
        return 1.0
    simple = (off**2).sum() / (n * (n - 1))
    clustered = groups / (groups - 1) * (np.bincount(labels, weights=off) ** 2).sum() / n**2
    return max(1.0, float(clustered / simple))


def _wilson(values: Sequence[float], labels: Sequence[int]) -> Estimate:
    """Wilson's interval with n / design effect in the place of n (Dean & Pavlou 2015, for clustered samples)."""
    from statsmodels.stats.proportion import proportion_confint

    share, n = sum(values) / len(values), len(values)
    effective = n / design_effect(values, labels)
    low, high = proportion_confint(share * effective, effective, method="wilson")
    # Rounding takes the ends a hair past 0, 1 and the share.
    return Estimate(share, max(0.0, min(float(low), share)), min(1.0, max(float(high), share)), n, "wilson")


def _ratio(parts: Sequence[Part], labels: Sequence[int], seed: int, resamples: int) -> Estimate:
    import numpy as np

    part, whole = np.array(parts, dtype=float).T
    sums = np.stack([np.bincount(labels, weights=part), np.bincount(labels, weights=whole)], axis=1)
    drawn = np.concatenate([block @ sums for block in _draws(len(sums), seed, resamples)])
    values = drawn[:, 0] / drawn[:, 1]
    return _percentiles(float(part.sum() / whole.sum()), values, len(parts))


def _estimate_of_rows(
    whole: Callable[[Sequence[Case]], float | None], cases: Sequence[Case], seed: int, resamples: int
) -> Estimate | None:
    import numpy as np

    if not isinstance(whole, OfRows):
        # As slow as the function itself, `resamples` times.
        return _estimate_of_rows(_of_places(whole, cases), cases, seed, resamples)
    applicable = [(case.question, row) for case in cases if (row := whole.row(case)) is not None]
    rows = np.array([row for _, row in applicable], dtype=float)
    value = whole.statistic(rows) if applicable else None
    if value is None:
        return None
    if not whole.resampled:
        return Estimate(value, value, value, len(rows), "bootstrap")
    samples = _samples(_labels([question for question, _ in applicable]), seed, resamples)
    values = [again for places in samples if (again := whole.statistic(rows[places])) is not None]
    return _percentiles(value, np.array(values), len(rows))


def _of_places(whole: Callable[[Sequence[Case]], float | None], cases: Sequence[Case]) -> OfRows:
    """The places of the cases as rows; a case counts if the function has a value for it alone."""
    rows = {id(case): (float(place),) for place, case in enumerate(cases) if whole([case]) is not None}
    return OfRows(lambda case: rows.get(id(case)), lambda places: whole([cases[int(place)] for place in places[:, 0]]))


def _percentiles(value: float, resampled: "NDArray[np.float64]", n: int) -> Estimate:
    import numpy as np

    low, high = np.percentile(resampled, [2.5, 97.5]) if len(resampled) else (value, value)
    return Estimate(value, float(low), float(high), n, "bootstrap")


def _samples(labels: Sequence[int], seed: int, resamples: int) -> Iterator["NDArray[np.intp]"]:
    """The places of the cases that are in each sample: a cluster that is drawn twice brings its cases twice."""
    import numpy as np

    places, of = np.arange(len(labels)), np.array(labels)
    for block in _draws(max(labels) + 1, seed, resamples):
        for counts in block:
            yield np.repeat(places, counts[of])


@lru_cache(maxsize=2)
def _draws(groups: int, seed: int, resamples: int) -> list["NDArray[np.uint16]"]:
    """How often each cluster is drawn in each sample, in blocks of shape (at most 1000, groups).

    Cached for the next metric: most have the same clusters.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    sizes = [min(_BLOCK, resamples - done) for done in range(0, resamples, _BLOCK)]
    even = np.full(groups, 1 / groups)
    return [random.multinomial(groups, even, size=size).astype(np.uint16) for size in sizes]
