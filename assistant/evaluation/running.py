"""How long answers take and how much memory: true of the machine the evaluation ran on, and of no other."""

from typing import TYPE_CHECKING

from assistant.evaluation.case import Case
from assistant.evaluation.intervals import OfRows
from assistant.evaluation.metric import Metric, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SPANS = {
    "search_ms": "until the evidence was found",
    "first_token_ms": "until the model wrote its first token, over the answers it wrote",
    "total_ms": "until the whole answer was there",
}
"""The key in Answer.timings -> what it measures."""


def tokens_per_second(case: Case) -> Part | None:
    """The tokens that the model wrote, over the seconds it wrote them in, over all answers together."""
    outcome = case.outcome
    return (float(outcome.written_tokens), outcome.writing_seconds) if outcome.writing_seconds > 0 else None


def peak_memory_mb(rows: "NDArray[np.float64]") -> float:
    """The most memory that the process held at any moment so far, in MB. One number a run: it has no interval."""
    return float(rows.max())


def _memory(case: Case) -> tuple[float] | None:
    return None if case.outcome.memory_mb is None else (case.outcome.memory_mb,)


def _span(name: str, percent: int) -> Metric:
    def milliseconds(case: Case) -> tuple[float] | None:
        answer = case.outcome.answer
        return None if answer is None or name not in answer.timings else (answer.timings[name],)

    def statistic(rows: "NDArray[np.float64]") -> float:
        import numpy as np

        return float(np.percentile(rows[:, 0], percent))

    statistic.__doc__ = _definition(name, percent)
    return Metric(f"{name}_p{percent}", "running", whole=OfRows(milliseconds, statistic), better=None, unit="ms")


def _definition(name: str, percent: int) -> str:
    share = "half" if percent == 50 else f"{percent}%"
    return (
        f"Milliseconds from the question {_SPANS[name]}: {share} of them took no longer "
        f"(percentile {percent}, linear between neighbours: Hyndman & Fan 1996, type 7)."
    )


METRICS: tuple[Metric, ...] = (
    *(_span(name, percent) for name in _SPANS for percent in (50, 95)),
    Metric("tokens_per_second", "running", each=tokens_per_second, better=None, unit="tokens/s"),
    Metric("peak_memory_mb", "running", whole=OfRows(_memory, peak_memory_mb, resampled=False), better=None, unit="MB"),
)
