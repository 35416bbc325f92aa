"""Two runs on the same questions: significance tests, and the interval of the difference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from assistant.evaluation.intervals import FEWEST_CLUSTERS, effective

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAME = 1e-12
"""Sums in another order differ in their last bits."""
_BATCH = 500

Test = Literal["mcnemar", "randomisation"]


def test(a: "NDArray[np.float64]", b: "NDArray[np.float64]", seed: int, resamples: int) -> tuple[Test, float]:
    """The test that suits these n x 2 parts and its two-sided p."""
    import numpy as np

    both = np.concatenate([a, b])
    if np.isin(both[:, 0], (0, 1)).all() and (both[:, 1] == 1).all():
        return "mcnemar", _mcnemar(a[:, 0], b[:, 0])
    return "randomisation", _randomisation(a, b, seed, resamples)


def _mcnemar(a: "NDArray[np.float64]", b: "NDArray[np.float64]") -> float:
    """McNemar's exact test: of the questions that flipped, a binomial with 1/2 (McNemar 1947)."""
    from statsmodels.stats.contingency_tables import mcnemar

    table = [[int(((a == i) & (b == j)).sum()) for j in (1, 0)] for i in (1, 0)]
    return 1.0 if (a == b).all() else float(mcnemar(table, exact=True).pvalue)


def _randomisation(a: "NDArray[np.float64]", b: "NDArray[np.float64]", seed: int, resamples: int) -> float:
    """Paired randomisation: were the runs alike, each question's two results could as well be swapped.

    p = (1 + swaps with a difference at least as large) / (1 + resamples): Noreen 1989, "Computer-Intensive Methods
    for Testing Hypotheses"; Smucker et al. 2007, "A comparison of statistical significance tests for IR evaluation".
    """
    import numpy as np

    if (a == b).all():
        return 1.0
    rng = np.random.default_rng(seed)
    observed = abs(_ratio(b.sum(axis=0)) - _ratio(a.sum(axis=0)))
    extreme = 0
    for done in range(0, resamples, _BATCH):
        swap = rng.integers(0, 2, (min(_BATCH, resamples - done), len(a))).astype(np.float64)
        moved = swap @ (b - a)
        change = _ratio(b.sum(axis=0) - moved) - _ratio(a.sum(axis=0) + moved)
        # A swap that leaves one run without a whole is no number, and counts against the change.
        extreme += int((~(np.abs(change) < observed - SAME)).sum())
    return (1 + extreme) / (1 + resamples)


def interval(
    a: "NDArray[np.float64]", b: "NDArray[np.float64]", clusters: Sequence[int], seed: int, resamples: int
) -> tuple[float, float]:
    """95% percentile interval of b - a by paired bootstrap: clusters of questions drawn with replacement.

    Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13. With effectively fewer than 10 clusters
    each question is one, as in the intervals of a single run.
    """
    import numpy as np
    from scipy.stats import bootstrap

    labels = clusters if effective(clusters) >= FEWEST_CLUSTERS else range(len(a))
    _, place = np.unique(np.asarray(labels), return_inverse=True)
    sums = np.zeros((int(place.max()) + 1, 4))
    np.add.at(sums, place, np.concatenate([a, b], axis=1))

    def change(drawn: "NDArray[np.int64]", axis: int) -> "NDArray[np.float64]":
        total = np.moveaxis(sums[drawn], axis if axis >= 0 else axis - 1, 0).sum(axis=0)
        return _ratio(total[..., 2:]) - _ratio(total[..., :2])

    drawn = bootstrap(
        (np.arange(len(sums)),), change, n_resamples=resamples, batch=_BATCH, vectorized=True, method="percentile",
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    low, high = np.nanpercentile(drawn.bootstrap_distribution, [2.5, 97.5])
    return float(low), float(high)


def _ratio(sums: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Part / whole along the last axis; nan where there is no whole."""
    import numpy as np

    part, whole = sums[..., 0], sums[..., 1]
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
