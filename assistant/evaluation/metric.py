"""A metric: a named function of cases whose docstring is its definition."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.evaluation.case import Case

Part = tuple[float, float]
"""What one question adds to a ratio: (part, whole). Over questions a metric is sum of parts / sum of wholes."""

Group = Literal["retrieval", "answers", "numbers", "citations", "refusal", "calibration", "running"]

TITLES: dict[Group, str] = {
    "retrieval": "Search",
    "answers": "Answers",
    "numbers": "Figures",
    "citations": "Citations",
    "refusal": "Refusals",
    "calibration": "Confidence",
    "running": "Time and memory",
}
"""The heading of each group, in the order of the report."""


@dataclass(frozen=True)
class Metric:
    """A metric is `each` (the Part of one question, None where it does not apply) or `whole` (a function of all cases).

    `better` is the direction of improvement; None: neither (a length, a time that depends on the machine).
    """

    name: str
    group: Group
    each: Callable[[Case], Part | None] | None = None
    whole: Callable[[Sequence[Case]], float | None] | None = None
    better: Literal["higher", "lower"] | None = "higher"
    unit: Literal["share", "ms", "words", "tokens/s", "MB", "points"] = "share"

    @property
    def definition(self) -> str:
        """The docstring of its function."""
        return inspect.getdoc(self.each or self.whole) or ""

    def value(self, cases: Sequence[Case]) -> float | None:
        """The metric over these cases; None where it applies to none of them."""
        if self.whole:
            return self.whole(cases)
        assert self.each
        parts = [part for case in cases if (part := self.each(case)) is not None]
        total = sum(whole for _, whole in parts)
        return sum(part for part, _ in parts) / total if total else None


@dataclass(frozen=True)
class Estimate:
    """A metric with its 95% interval. It applies to `n` questions; `method` made the interval."""

    value: float
    low: float
    high: float
    n: int
    method: Literal["wilson", "bootstrap"]
