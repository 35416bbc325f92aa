"""Real implementations of the two seams behind which models stand, for tests of what is around a model.

`HashEmbedder` is an Embedder without weights, `ScriptedModel` a LanguageModel that replies with a given text. Both
give the same for the same input, in every process.
"""

import re
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.model.chat import Message
from vectorstore.index.embedding import Embedder


class HashEmbedder(Embedder):
    """Each word adds 1 to one of the 384 places of the vector, chosen by its checksum; the vector is made a unit.

    Cosines are true bag-of-words cosines, up to words that share a place. It keeps every text in `texts`.
    """

    def __init__(self, name: str = "word-hashes") -> None:
        super().__init__(Path("no-weights"), name, "0" * 64)
        self.texts: list[str] = []

    def word_starts(self, text: str) -> list[int]:
        """Where each word or other visible character of `text` starts, ascending: one piece each."""
        return [match.start() for match in re.finditer(r"\w+|[^\w\s]", text)]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, float32, shape (len(texts), dimension)."""
        self.texts += texts
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                row[zlib.crc32(word.encode(errors="replace")) % self.dimension] += 1
            row /= np.linalg.norm(row)
        return rows


@dataclass(frozen=True)
class ModelRequest:
    """What a model was asked for: the arguments of `LanguageModel.stream`."""

    messages: Sequence[Message]
    max_tokens: int
    stop: Sequence[str]
    grammar: str | None
    cancel: threading.Event | None


class ScriptedReply:
    """A reply, word by word, at most `max_tokens`; `written` is what was read of it, `closed` whether it was closed."""

    def __init__(self, text: str, max_tokens: int, mean_logprob: float) -> None:
        self.mean_logprob = mean_logprob
        self.written = ""
        self.closed = False
        self._pieces = iter(re.findall(r"\s*\S+|\s+$", text)[:max_tokens])

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = next(self._pieces)
        self.written += piece
        return piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.closed = True


class ScriptedModel:
    """A language model that replies with `text` to everything, whatever grammar it is given.

    `adapter` names the adapter that makes it a reader; None for a model that drafts. It keeps its `requests` and
    `replies`.
    """

    name = "scripted"
    written = (0, 0.0)

    def __init__(self, text: str = "", *, adapter: str | None = None, mean_logprob: float = -0.25) -> None:
        self.text = text
        self.adapter = adapter
        self.mean_logprob = mean_logprob
        self.requests: list[ModelRequest] = []
        self.replies: list[ScriptedReply] = []

    def count(self, text: str) -> int:
        """The words of `text`: one token each."""
        return len(text.split())

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        stop: Iterable[str] = (),
        grammar: str | None = None,
        cancel: threading.Event | None = None,
    ) -> ScriptedReply:
        """As `LanguageModel.stream`."""
        self.requests.append(ModelRequest(messages, max_tokens, tuple(stop), grammar, cancel))
        self.replies.append(ScriptedReply(self.text, max_tokens, self.mean_logprob))
        return self.replies[-1]
