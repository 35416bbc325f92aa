"""Metrics of the confidence. An answer that was held back as a refusal is judged as if it had been given.

A row is (confidence, 1 if the answer is right or else 0); to an unanswerable question no answer is right.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.evaluation.case import Case
from assistant.evaluation.intervals import OfRows
from assistant.evaluation.judging import would_be_right
from assistant.evaluation.metric import Metric, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BINS = 10


def judged(case: Case) -> tuple[float, float] | None:
    """(confidence, 1 if the answer is right or would have been, else 0); None without an answer."""
    answer = case.outcome.unrefused or case.outcome.answer
    return None if answer is None else (answer.confidence, float(would_be_right(case)))


def brier(case: Case) -> Part | None:
    """The mean of (confidence - 1 if right, 0 if wrong) squared, over all questions (Brier 1950).

    An answer that was held back as a refusal counts as if it had been given.
    """
    row = judged(case)
    return None if row is None else ((row[0] - row[1]) ** 2, 1.0)


def ece(rows: "NDArray[np.float64]") -> float:
    """Expected calibration error: |accuracy - mean confidence|, averaged over the answers in 10 bins of equal width.

    Guo et al. 2017, On Calibration of Modern Neural Networks. An answer that was held back as a refusal counts as
    if it had been given; to an unanswerable question no answer is right.
    """
    import numpy as np

    confidence, right = rows.T
    return float(np.abs(np.bincount(_bin(confidence), weights=right - confidence)).sum() / len(rows))


def auroc(rows: "NDArray[np.float64]") -> float | None:
    """The chance that a right answer has more confidence than a wrong one, ties counted as half (Hanley & McNeil 1982).

    The area under the ROC curve, as Mann and Whitney's U. An answer that was held back as a refusal counts as if it
    had been given. None where all are right or all wrong.
    """
    import numpy as np

    confidence, right = rows[:, 0], rows[:, 1] == 1
    of_right, of_wrong = confidence[right], np.sort(confidence[~right])
    if not len(of_right) or not len(of_wrong):
        return None
    # Wrong answers with less confidence count twice, those with as much once.
    twice_won = np.searchsorted(of_wrong, of_right, "left") + np.searchsorted(of_wrong, of_right, "right")
    return float(twice_won.mean() / (2 * len(of_wrong)))


def _accuracy_at(percent: int) -> Callable[["NDArray[np.float64]"], float]:
    def statistic(rows: "NDArray[np.float64]") -> float:
        import numpy as np

        confidence, right = rows.T
        taken = -(-len(rows) * percent // 100)
        cut = np.partition(confidence, len(rows) - taken)[len(rows) - taken]
        above, tied = confidence > cut, confidence == cut
        return float((right[above].sum() + (taken - above.sum()) * right[tied].mean()) / taken)

    statistic.__doc__ = (
        f"The share of right answers if only the {percent}% of all questions (rounded up) with the most confidence "
        "are answered: selective accuracy (El-Yaniv & Wiener 2010). "
        "Of those that tie at the cut, the average; to an unanswerable question no answer is right."
    )
    return statistic


def reliability(cases: Sequence[Case]) -> list[tuple[float, float, int]]:
    """(mean confidence, accuracy, count) of each of ten bins of equal width that has an answer, lowest first."""
    import numpy as np

    rows = _rows(cases)
    bins = _bin(rows[:, 0])
    return [(*rows[bins == place].mean(axis=0).tolist(), int((bins == place).sum())) for place in np.unique(bins)]


def risk_coverage(cases: Sequence[Case]) -> list[tuple[float, float]]:
    """(share answered, share of those that are wrong) for each distinct confidence as the least that is answered.

    From few answers to all (El-Yaniv & Wiener 2010, On the Foundations of Noise-free Selective Classification).
    """
    import numpy as np

    rows = _rows(cases)
    answered = [rows[rows[:, 0] >= least] for least in np.unique(rows[:, 0])[::-1]]
    return [(len(some) / len(rows), 1 - float(some[:, 1].mean())) for some in answered]


def _rows(cases: Sequence[Case]) -> "NDArray[np.float64]":
    import numpy as np

    return np.array([row for case in cases if (row := judged(case)) is not None], dtype=float).reshape(-1, 2)


def _bin(confidence: "NDArray[np.float64]") -> "NDArray[np.intp]":
    """0 for [0, 0.1], 1 for (0.1, 0.2], and so on to 9."""
    import numpy as np

    places: NDArray[np.intp] = np.ceil(confidence * BINS).astype(np.intp) - 1
    return places.clip(0, BINS - 1)


METRICS: tuple[Metric, ...] = (
    Metric("ece", "calibration", whole=OfRows(judged, ece), better="lower", unit="points"),
    Metric("brier", "calibration", each=brier, better="lower", unit="points"),
    Metric("auroc", "calibration", whole=OfRows(judged, auroc), unit="points"),
    *(
        Metric(f"accuracy_at_{percent}", "calibration", whole=OfRows(judged, _accuracy_at(percent)))
        for percent in (50, 70, 90)
    ),
)
