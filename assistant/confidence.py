"""How sure Dateline is that the evidence answers the question: a number in [0, 1] that decides on refusal."""

import math
from collections.abc import Sequence

from assistant.answer import Passage

MIN_CONFIDENCE = 0.5
"""Below it an answer is less likely than none, and Dateline refuses: see bench/evidence.md."""

COVERAGE, COSINE, CONSTANT = 9.9, 6.9, -8.8
"""A logistic regression, fitted on that half: is the question answerable, by its best passage?"""


def confidence(passages: Sequence[Passage]) -> float:
    """1 / (1 + exp(-(9.9 · coverage + 6.9 · cosine - 8.8))) of the best passage; 0.0 without any."""
    if not passages:
        return 0.0
    best = max(passages, key=lambda passage: passage.score)
    logit = COVERAGE * best.coverage + COSINE * best.cosine + CONSTANT
    return round(1 / (1 + math.exp(-logit)), 3)
