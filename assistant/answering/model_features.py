"""What the learned models say of the sentences: candidates and features of the linear model (scoring.py)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Passage
from assistant.answering.candidates import Candidate, learned_candidate
from assistant.answering.reader import Heard, Words

if TYPE_CHECKING:
    from assistant.ranker.ranker import Reading, SentenceReader

FLOOR = -12.0
"""A log probability below it tells nothing more."""


@dataclass(frozen=True)
class Clues:
    """The ranker's readings by the number of the passage, empty without it; what the reader heard, None without it."""

    readings: "Mapping[int, Reading]" = field(default_factory=dict)
    heard: Heard | None = None

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.readings) or self.heard is not None

    def candidates(self, question: str, passage: Passage) -> list[Candidate]:
        """The words that each of them found in a passage."""
        made = []
        if reading := self.readings.get(passage.number):
            made.append(learned_candidate(passage.text, *reading.best(), question, "read"))
        made += [learned_candidate(passage.text, w.start, w.end, question, "heard") for w in self._heard_in(passage)]
        return [candidate for candidate in made if candidate]

    def features(self, passage: Passage, candidate: Candidate) -> dict[str, float]:
        """What each of them says of a candidate and of its passage, by name."""
        return {**self._as_read(passage, candidate), **self._as_heard(passage, candidate)}

    def _heard_in(self, passage: Passage) -> list[Words]:
        return [words for words in self.heard.words if words.passage == passage.number] if self.heard else []

    def _as_read(self, passage: Passage, candidate: Candidate) -> dict[str, float]:
        reading = self.readings.get(passage.number)
        if reading is None:
            return {}
        start, end = reading.best()
        return {
            "ranker": reading.score / 2,
            "span": max(FLOOR, reading.logprob(candidate.start, candidate.end)) / 4,
            "overlap": _overlap(candidate, start, end),
            "holds": float(candidate.start <= start and end <= candidate.end),
        }

    def _as_heard(self, passage: Passage, candidate: Candidate) -> dict[str, float]:
        if self.heard is None:
            return {}
        whole = any(candidate.start <= w.start and w.end <= candidate.end for w in self._heard_in(passage))
        return {"heard": math.exp(self.heard.belief) if whole else 0.0}


def clues(question: str, passages: Sequence[Passage], ranker: "SentenceReader | None", heard: Heard | None) -> Clues:
    """What the ranker reads in the passages, and what the reader heard in them."""
    readings = ranker.read(question, passages) if ranker else []
    return Clues({passage.number: reading for passage, reading in zip(passages, readings, strict=False)}, heard)


def _overlap(candidate: Candidate, start: int, end: int) -> float:
    """The characters that both have, of all that one of them has: in [0, 1]."""
    both = max(0, min(end, candidate.end) - max(start, candidate.start))
    return both / (max(end, candidate.end) - min(start, candidate.start))
