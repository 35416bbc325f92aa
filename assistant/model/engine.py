"""One language model with one worker thread: many callers, each with its own stream of text."""

import os
import threading
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.errors import ModelError, ModelFileError
from assistant.model.adapter import Adapter, usable_adapter, without
from assistant.model.catalogue import ModelFile
from assistant.model.chat import ChatTemplate, Message
from assistant.model.generation import Generation, Request
from assistant.model.gguf_header import read_header
from assistant.model.llama import Context, Lora, Model
from assistant.model.llama_library import in_other_thread
from assistant.model.memory import check_memory
from assistant.model.tokens import VOCABULARY, TokenCounter
from assistant.model.worker import Worker


class Engine:
    """A loaded model. Callers in any thread are served in the order of their requests, decoding greedily (the same
    prompt gives the same text). Close it when done; used as a context manager it closes itself.
    """

    def __init__(
        self, model: ModelFile, adapter: Path | None = None, *, context: int = 4096, threads: int | None = None
    ) -> None:
        """Loads the model; `context` is the most tokens of prompt and reply together, less where the model
        has less.

        `adapter` is used on the bundled model alone, and left out with a warning where it is damaged. Raises
        ModelFileError, also for an adapter of another base, and ModelMemoryError.
        """
        chosen = usable_adapter(adapter, model)
        header = read_header(model.path, VOCABULARY)
        check_memory(model.name, header, context)
        self.name = model.name
        self._model = in_other_thread(lambda: Model(model.path))
        try:
            self.context = min(context, self._model.trained_context)
            self.tokens = TokenCounter(header, self._model.tokenize)
            bos, eos = self._model.text_of(self._model.bos), self._model.text_of(self._model.eos)
            self._template = ChatTemplate(self._model.chat_template, bos, eos)
            lora = in_other_thread(lambda: _lora(self._model, chosen))
            cache = in_other_thread(lambda: Context(self._model, self.context, threads or _usable_cores(), lora))
        except BaseException:
            self._model.close()
            raise
        self.adapter = chosen.name if chosen and lora else None
        """The name of the adapter in use."""
        self._worker = Worker(self._model, cache, self.context)
        # Also at the interpreter's exit: C++ must not tear llama.cpp down under a running worker.
        self._free = weakref.finalize(self, _close, self._worker, cache, lora, self._model)
        self._closing = threading.Lock()

    @property
    def written(self) -> tuple[int, float]:
        """The tokens written so far, for all callers, and the seconds that took."""
        return self._worker.written_tokens, self._worker.writing_seconds

    @property
    def end(self) -> int:
        """The id of the token with which the model ends a reply, -1 for none."""
        return self._model.eos

    def count(self, text: str) -> int:
        """How many tokens `text` has. Quick, and never waits for the worker."""
        return self.tokens.count(text)

    def prompt(self, messages: Sequence[Message]) -> list[int]:
        """The token ids of a conversation, ready for the model to reply. No content can write a control
        token.
        """
        ids = self._template.encode(messages, lambda text: self._model.tokenize(text, control=True), self.tokens.encode)
        if self._model.adds_bos and ids[:1] != [self._model.bos]:
            ids.insert(0, self._model.bos)
        return ids

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        stop: Iterable[str] = (),
        grammar: str | None = None,
        cancel: threading.Event | None = None,
    ) -> Generation:
        """The reply to `messages`, piece by piece, up to `max_tokens` or a string of `stop`, which is not
        shown.

        `grammar` is GBNF with a rule `root`. Raises ModelError at once when the prompt leaves no room for a
        reply; closing the iterator cancels, and so does setting `cancel` from any thread.
        """
        if max_tokens < 1:
            raise ModelError(f"A reply of {max_tokens} tokens was asked for. Ask for at least 1.")
        prompt = self.prompt(messages)
        if len(prompt) >= self.context:
            raise ModelError(
                f"The prompt has {len(prompt):,} tokens and the context of {self.name} "
                f"holds {self.context:,}. Use fewer or shorter passages, or a larger context."
            )
        request = Request(prompt, max_tokens, (*stop, *self._template.stop), grammar, cancel or threading.Event())
        self._worker.submit(request)
        return Generation(request)

    def close(self) -> None:
        """Stops the worker and frees the model. Replies that are under way raise ModelError.

        Safe twice, and from several threads: each returns when the model is freed.
        """
        with self._closing:
            self._free()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _lora(model: Model, adapter: Adapter | None) -> Lora | None:
    """The adapter on the model, or None, with a warning, where llama.cpp finds it damaged."""
    try:
        return Lora(model, adapter.path) if adapter else None
    except ModelFileError as error:
        without(error)
        return None


def _close(worker: Worker, cache: Context, lora: Lora | None, model: Model) -> None:
    worker.close()
    cache.close()
    if lora:
        lora.close()
    model.close()


def _usable_cores() -> int:
    """Cores this process may run on, which in a container are fewer than the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
