"""How sure Dateline is that the evidence answers the question: a number in [0, 1] that decides on refusal."""

from collections.abc import Sequence

from assistant.answer import Passage

MIN_CONFIDENCE = 0.4
"""Below it Dateline refuses. See bench/refusal.md."""


def confidence(question: str, passages: Sequence[Passage]) -> float:
    """The score of the best passage; 0.0 without any."""
    return round(max((p.score for p in passages), default=0.0), 3)
