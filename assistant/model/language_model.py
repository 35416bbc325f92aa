"""The interface that the ask flow needs of a language model; other implementations may replace `Engine`."""

import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from assistant.model.chat import Message


class Reply(Iterable[str], Protocol):
    """A reply, piece by piece."""

    @property
    def mean_logprob(self) -> float:
        """The mean natural logarithm of the probability of the tokens written so far; 0.0 where none was."""
        ...


class LanguageModel(Protocol):
    """A language model: see `assistant.model.engine.Engine`."""

    @property
    def name(self) -> str:
        """Which model it is, for people."""
        ...

    @property
    def adapter(self) -> str | None:
        """The name of the reader's adapter in use, None without it."""
        ...

    @property
    def written(self) -> tuple[int, float]:
        """The tokens written so far, for all callers, and the seconds that took."""
        ...

    def count(self, text: str) -> int:
        """How many tokens `text` has."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        stop: Iterable[str] = (),
        grammar: str | None = None,
        cancel: threading.Event | None = None,
    ) -> AbstractContextManager[Reply]:
        """The reply piece by piece; leaving the context cancels, and so does setting `cancel`. Raises ModelError."""
        ...
