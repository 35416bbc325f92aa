"""One request to the model: `Request` for the worker, and `Generation`, the iterator that the caller reads."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Literal, Self

Finish = Literal["end", "stop", "length", "cancelled"]

BEAT = 0.05
"""Seconds between two checks whether the caller has cancelled."""


@dataclass(frozen=True)
class Stats:
    """What a request cost. `mean_logprob` is the mean natural logarithm of the probability of the tokens
    written.

    `reused_tokens` of the prompt were still in the cache, `read_tokens` were read; when a request is
    cancelled their sum is less than `prompt_tokens`. `finish` is "end" (the model ended its reply), "stop" (a
    stop string), "length" (max_tokens, or the context is full) or "cancelled".
    """

    prompt_tokens: int
    reused_tokens: int = 0
    read_tokens: int = 0
    generated_tokens: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    mean_logprob: float | None = None
    finish: Finish = "cancelled"


@dataclass(eq=False)
class Request:
    """What the worker needs. `output` carries pieces of text, then None or the exception that ended it.

    `cancel` belongs to the caller, who may set it from any thread; `cancelled` is set when the reply is closed.
    """

    prompt: list[int]
    max_tokens: int
    stop: tuple[str, ...]
    grammar: str | None
    cancel: threading.Event = field(default_factory=threading.Event)
    output: "SimpleQueue[str | BaseException | None]" = field(default_factory=SimpleQueue)
    cancelled: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)
    stats: Stats | None = None

    def unwanted(self) -> bool:
        """Whether the reply was cancelled or closed."""
        return self.cancelled.is_set() or self.cancel.is_set()

    def finish(self, stats: Stats | None, error: BaseException | None = None) -> None:
        """Called by the worker at the end: the cost, or the error that ended it."""
        self.stats = stats
        self.finished.set()
        self.output.put(error)


class Generation(Iterator[str]):
    """Yields a reply piece by piece as the model writes it. Closing or deleting it cancels at once.

    Raises the worker's error, usually a ModelError.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._over = False

    @property
    def stats(self) -> Stats | None:
        """What the request cost, once the worker has finished it; None before, and after an error."""
        return self._request.stats

    @property
    def mean_logprob(self) -> float:
        """The mean log probability of the tokens written; 0.0 where none are, and before the worker has finished."""
        stats = self.stats
        return 0.0 if stats is None or stats.mean_logprob is None else stats.mean_logprob

    def __next__(self) -> str:
        while not self._over:
            try:
                piece = self._request.output.get(timeout=BEAT)
            except Empty:
                # The worker sees it only when it comes to this request, which may wait behind other replies.
                self._over = self._request.cancel.is_set()
                continue
            if isinstance(piece, str):
                return piece
            self._over = True
            if piece is not None:
                raise piece
        raise StopIteration

    def close(self) -> None:
        """Cancels, wherever the request is: in the queue, reading or writing. Does not wait. Safe twice."""
        self._over = True
        self._request.cancelled.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the worker has finished the request; whether it has, after `timeout` seconds."""
        return self._request.finished.wait(timeout)

    def __del__(self) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
