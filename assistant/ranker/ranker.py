"""The ranker: a cross-encoder that scores whether a sentence answers a question, and marks the answering words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from assistant.answer import Passage
from assistant.ranker.network import ALPHA, CHANGED, RANK, batch, heads, minilm
from assistant.ranker.windows import Window, WindowMaker
from vectorstore.index.precision import processor_dtype

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 24
"""Word pieces of an answer at most."""


@dataclass(frozen=True)
class Reading:
    """The ranker's output for one sentence: `score` is the logit of "it answers".

    `begins` and `ends` are log probabilities that the answer begins and ends at each word piece of the sentence, shape
    (pieces,); `offsets` are the characters of the pieces.
    """

    score: float
    begins: "NDArray[np.float32]"
    ends: "NDArray[np.float32]"
    offsets: tuple[tuple[int, int], ...]

    def logprob(self, start: int, end: int) -> float:
        """log P(the answer is the characters from `start` to `end`), given that the sentence answers."""
        inside = [k for k, (begin, stop) in enumerate(self.offsets) if begin < end and stop > start]
        return float(self.begins[inside[0]] + self.ends[inside[-1]]) if inside else -math.inf

    def best(self) -> tuple[int, int]:
        """The likeliest answer's characters, (start, end); (0, 0) in a sentence without a single word piece."""
        import numpy as np

        if not self.offsets:
            return 0, 0
        table = self.begins[:, None] + self.ends[None, :]
        possible = np.tril(np.triu(np.ones_like(table, dtype=bool)), LONGEST - 1)
        first, last = np.unravel_index(int(np.where(possible, table, -np.inf).argmax()), table.shape)
        return self.offsets[first][0], self.offsets[last][1]


class SentenceReader(Protocol):
    """Anything that reads sentences together with a question: `Ranker` and `ReadOnce` do."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in their order."""
        ...


def relevance(reader: SentenceReader, question: str, passages: Sequence[Passage]) -> list[float]:
    """The probability that each passage answers, in their order."""
    return [1 / (1 + math.exp(-reading.score)) for reading in reader.read(question, passages)]


class ReadOnce:
    """Caches the readings of one question, so that no sentence is read twice. Not safe to share between threads."""

    def __init__(self, reader: SentenceReader) -> None:
        self._reader = reader
        self._read: dict[tuple[str, str, int, int], Reading] = {}

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in their order; what was read before is not read again."""
        keys = [(question, passage.article.id, passage.start, passage.end) for passage in passages]
        new = [passage for passage, key in zip(passages, keys, strict=True) if key not in self._read]
        readings = self._reader.read(question, new) if new else []
        self._read |= dict(zip([key for key in keys if key not in self._read], readings, strict=True))
        return [self._read[key] for key in keys]


class Ranker:
    """The cross-encoder: MiniLM from `folder` with the changes of the file `weights`. Safe to share between threads."""

    def __init__(self, folder: Path, weights: Path) -> None:
        self.folder, self.weights = folder, weights
        self._lock = Lock()

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in their order."""
        windows = self._maker.windows(question, passages)
        if not windows:
            return []
        with self._lock:
            return self._readings(windows)

    def _readings(self, windows: Sequence[Window]) -> list[Reading]:
        import torch

        encoder, outputs = self._network
        readings: dict[int, Reading] = {}
        with torch.inference_mode():
            states = encoder(**batch(windows)).last_hidden_state.float()
            scores, spans = outputs["score"](states)[:, :, 0], outputs["span"](states)
            for row, window in enumerate(windows):
                for part in window.parts:
                    inside = spans[row, part.first : part.mark].log_softmax(0).numpy()
                    score = float(scores[row, part.mark])
                    readings[part.place] = Reading(score, inside[:, 0], inside[:, 1], part.offsets)
        return [readings[place] for place in sorted(readings)]

    @cached_property
    def _maker(self) -> WindowMaker:
        return WindowMaker(self.folder)

    @cached_property
    def _network(self) -> tuple[Any, Any]:
        import torch
        from safetensors.torch import load_file

        encoder, outputs = minilm(self.folder, torch.float32), heads()
        changes = {name: tensor.float() for name, tensor in load_file(str(self.weights)).items()}
        outputs.load_state_dict({name: changes.pop(name) for name in outputs.state_dict()})
        with torch.no_grad():
            for at, layer in enumerate(encoder.encoder.layer):
                for name in CHANGED:
                    a, b = (changes.pop(f"layer.{at}.{name}.{part}") for part in "AB")
                    layer.get_submodule(name).weight += ALPHA / RANK * (b @ a)
        return encoder.to(processor_dtype()).eval(), outputs.eval()
