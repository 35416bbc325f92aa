"""The thread that owns a context: it takes requests in their order and writes one reply at a time, greedily.

A reply depends on its prompt alone, not on what was asked before. The numbers a token leaves in the cache
depend a little on how many tokens are read with it, so prompts are always read in slices that start at
multiples of SLICE, and only whole slices of the previous prompt are reused. What the model wrote itself is
never reused: it was read one token at a time.
"""

import threading
from dataclasses import replace
from queue import SimpleQueue
from time import perf_counter

import numpy as np

from assistant.errors import ModelError
from assistant.model.generation import Finish, Request, Stats
from assistant.model.grammar import Grammar
from assistant.model.llama import SLICE, Context, Model
from assistant.model.text_stream import TextStream


class Worker:
    """Serves requests on one context until it is closed."""

    def __init__(self, model: Model, context: Context, size: int) -> None:
        self._model, self._context, self._size = model, context, size
        self._requests: SimpleQueue[Request | None] = SimpleQueue()
        self._cached: list[int] = []
        self.written_tokens, self.writing_seconds = 0, 0.0
        self._closing = threading.Event()
        self._lock = threading.Lock()
        # A daemon, so that a program which forgets to close its engine still ends.
        self._thread = threading.Thread(target=self._run, name="dateline-model", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Puts a request at the end of the queue. Raises ModelError after `close`."""
        with self._lock:
            if self._closing.is_set():
                raise ModelError("The model was closed. Start it again.")
            self._requests.put(request)

    def close(self) -> None:
        """Stop the running request, refuse those that wait, end the thread. Safe twice."""
        with self._lock:
            if not self._closing.is_set():
                self._closing.set()
                self._requests.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (request := self._requests.get()) is not None:
            try:
                stats = self._serve(request)
            except Exception as error:  # any error belongs to the caller; the worker goes on with the next request
                self._cached = []
                request.finish(None, error)
            else:
                self.written_tokens += stats.generated_tokens
                self.writing_seconds += stats.decode_seconds
                closed = self._closing.is_set() and not request.unwanted() and stats.finish == "cancelled"
                request.finish(stats, ModelError("The model was closed while it answered.") if closed else None)

    def _stopped(self, request: Request) -> bool:
        return request.unwanted() or self._closing.is_set()

    def _serve(self, request: Request) -> Stats:
        stats = Stats(len(request.prompt))
        if self._stopped(request):
            return stats
        grammar = Grammar(self._model, request.grammar) if request.grammar else None
        try:
            stats = self._read(request, stats)
            if stats.reused_tokens + stats.read_tokens == stats.prompt_tokens:
                stats = self._write(request, stats, grammar)
        finally:
            if grammar:
                grammar.close()
        return stats

    def _read(self, request: Request, stats: Stats) -> Stats:
        """Reads what of the prompt is not in the cache, the last slice always: its scores are needed."""
        start, prompt = perf_counter(), request.prompt
        reused = self._context.keep(self._reusable(prompt))
        at = reused
        while at < len(prompt) and not self._stopped(request):
            part = prompt[at : at + SLICE]
            self._context.decode(part)
            at += len(part)
            self._cached = prompt[: at // SLICE * SLICE]
        return replace(stats, reused_tokens=reused, read_tokens=at - reused, prefill_seconds=perf_counter() - start)

    def _reusable(self, prompt: list[int]) -> int:
        pairs = enumerate(zip(self._cached, prompt, strict=False))
        shared = next((i for i, (old, new) in pairs if old != new), min(len(self._cached), len(prompt)))
        return min(shared, len(prompt) - 1) // SLICE * SLICE

    def _write(self, request: Request, stats: Stats, grammar: Grammar | None) -> Stats:
        start, text = perf_counter(), TextStream(request.stop)
        finish: Finish = "length"
        written, logprobs = 0, 0.0
        room = min(request.max_tokens, self._size - len(request.prompt))
        while written < room:
            if self._stopped(request):
                finish = "cancelled"
                break
            logits = self._context.logits()
            token = grammar.choose(logits) if grammar else int(logits.argmax())
            if token is None or self._model.ends(token):
                finish = "end"
                break
            written += 1
            logprobs += float(logits[token] - logits.max() - np.log(np.exp(logits - logits.max()).sum()))
            if piece := text.add(self._model.piece(token)):
                request.output.put(piece)
            if text.stopped:
                finish = "stop"
                break
            if written < room:
                self._context.decode([token])
        if finish != "cancelled" and (rest := text.flush()):
            request.output.put(rest)
        mean = logprobs / written if written else None
        seconds = perf_counter() - start
        return replace(stats, generated_tokens=written, decode_seconds=seconds, mean_logprob=mean, finish=finish)
