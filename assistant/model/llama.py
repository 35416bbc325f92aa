"""A thin, typed layer over llama.cpp's C functions: one model, and one context on it.

The low-level functions rather than the class `Llama`: its loop can't stop while it reads a prompt, rewrites
the whole answer for every token, and runs control tokens that stand in a text.
"""

import ctypes
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError, ModelFileError, ModelMemoryError
from assistant.model.llama_library import errors, llama, reason

SLICE = 64
"""Tokens of a prompt that are read at once: as fast as larger ones here, and the longest wait after a
cancel.
"""


class Model:
    """The weights and the vocabulary. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Raises ModelFileError when llama.cpp can't load the file as a language model."""
        self._llama = llama()
        self._lock = threading.Lock()
        settings = self._llama.llama_model_default_params()
        # With GCC 12 and older llama.cpp's AMX code crashes the process on the first prompt: the compiler
        # drops the tile configuration (ggml-org/llama.cpp pull request 26954, issue 20824). Without AMX's
        # buffers it is not used.
        settings.use_extra_bufts = b"AMX_INT8 = 1" not in self._llama.llama_print_system_info()
        with errors() as lines:
            self.handle = self._llama.llama_model_load_from_file(os.fsencode(path), settings)
        if not self.handle:
            raise ModelFileError(
                f"llama.cpp can't load {path}: {reason(lines)}. Fetch it again or choose another model."
            )
        if self._llama.llama_model_has_encoder(self.handle):
            self.close()
            raise ModelFileError(f"{path} is not a model that continues a text. Choose a chat model.")
        self.vocab = self._llama.llama_model_get_vocab(self.handle)
        # What never changes is read now: the vocabulary goes with the weights, and a caller may still use it then.
        self.vocab_size = int(self._llama.llama_vocab_n_tokens(self.vocab))
        self.trained_context = int(self._llama.llama_model_n_ctx_train(self.handle))
        self.bos = int(self._llama.llama_vocab_bos(self.vocab))
        """The id of the token that begins a text, -1 for none."""
        self.eos = int(self._llama.llama_vocab_eos(self.vocab))
        """The id of the token that ends a text, -1 for none."""
        self.adds_bos = bool(self._llama.llama_vocab_get_add_bos(self.vocab))
        """Whether every prompt must begin with `bos`."""

    def tokenize(self, text: str, control: bool = False) -> list[int]:
        """The ids of `text`, with nothing added. With `control` its control tokens count as such."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        ids = (ctypes.c_int32 * room)()
        with self._open():
            count = self._llama.llama_tokenize(self.vocab, data, len(data), ids, room, False, control)
        if count < 0:
            raise ModelError(f"llama.cpp can't split {len(data):,} bytes of text into tokens. Use a shorter text.")
        return list(ids[:count])

    def piece(self, token: int) -> bytes:
        """The bytes that a token writes; none for a control token."""
        for room in (64, 1024):
            buffer = ctypes.create_string_buffer(room)
            with self._open():
                size = self._llama.llama_token_to_piece(self.vocab, token, buffer, room, 0, False)
            if size >= 0:
                return buffer.raw[:size]
        raise ModelError(f"Token {token} of the model is longer than {room} bytes. Choose another model.")

    def ends(self, token: int) -> bool:
        """Whether the token ends a reply."""
        with self._open():
            return bool(self._llama.llama_vocab_is_eog(self.vocab, token))

    def text_of(self, token: int) -> str:
        """How the vocabulary writes a token, "" for none: what a chat template calls bos_token and
        eos_token.
        """
        with self._open():
            text = self._llama.llama_vocab_get_text(self.vocab, token) if token >= 0 else b""
            return text.decode("utf-8", "replace") if text else ""

    @property
    def chat_template(self) -> str | None:
        """The chat template in the file, in Jinja."""
        with self._open():
            text = self._llama.llama_model_chat_template(self.handle, None)
            return text.decode("utf-8", "replace") if text else None

    @contextmanager
    def _open(self) -> Iterator[None]:
        """Keeps the weights for the length of one call of llama.cpp; ModelError once they are freed."""
        with self._lock:
            if not self.handle:
                raise ModelError("The model was closed. Start it again.")
            yield

    def close(self) -> None:
        """Frees the weights. Safe twice; contexts on the model must be closed first."""
        with self._lock:
            handle, self.handle = self.handle, None
            if handle:
                self._llama.llama_model_free(handle)


class Lora:
    """Low-rank additions to the weights of a model, for the contexts that use them. Load it before any context."""

    def __init__(self, model: Model, path: Path) -> None:
        """Raises ModelFileError when llama.cpp can't load the file as an adapter of this model."""
        self._llama = llama()
        with errors() as lines:
            self.handle = self._llama.llama_adapter_lora_init(model.handle, os.fsencode(path))
        if not self.handle:
            raise ModelFileError(f"llama.cpp can't load the adapter {path}: {reason(lines)}. Fetch it again.")

    def close(self) -> None:
        """Frees the additions. Safe twice; before the model, and after the contexts that use them."""
        handle, self.handle = self.handle, None
        if handle:
            self._llama.llama_adapter_lora_free(handle)


class Context:
    """The key-value cache of one text. Belongs to one thread."""

    def __init__(self, model: Model, size: int, threads: int, lora: Lora | None = None) -> None:
        """Raises ModelMemoryError when there is no memory for `size` tokens, ModelError when `lora` can't be used."""
        self._llama, self._model = llama(), model
        settings = self._llama.llama_context_default_params()
        settings.n_ctx = size
        settings.n_batch = settings.n_ubatch = SLICE
        settings.n_threads, settings.n_threads_batch = min(threads, 4), threads
        # With flash attention the same text in other slices gives other numbers, and short slices are slow.
        settings.flash_attn_type = self._llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
        with errors() as lines:
            self._handle = self._llama.llama_init_from_model(model.handle, settings)
        if not self._handle:
            raise ModelMemoryError(f"There is no context of {size} tokens: {reason(lines)}. Ask for a shorter one.")
        self._memory = self._llama.llama_get_memory(self._handle)
        if lora:
            self._use(lora)

    def _use(self, lora: Lora) -> None:
        handles = (self._llama.llama_adapter_lora_p_ctypes * 1)(lora.handle)
        with errors() as lines:
            code = self._llama.llama_set_adapters_lora(self._handle, handles, 1, (ctypes.c_float * 1)(1.0))
        if code:
            self.close()
            raise ModelError(f"llama.cpp can't use the adapter (code {code}): {reason(lines)}. Go on without it.")

    def decode(self, tokens: Sequence[int]) -> None:
        """Reads at most SLICE tokens after those in the cache. Raises ModelError."""
        array = (ctypes.c_int32 * len(tokens))(*tokens)
        with errors() as lines:
            code = self._llama.llama_decode(self._handle, self._llama.llama_batch_get_one(array, len(tokens)))
        if code:
            raise ModelError(f"llama.cpp stopped while reading {len(tokens)} tokens (code {code}): {reason(lines)}.")

    def keep(self, length: int) -> int:
        """Drops everything after the first `length` tokens; returns how many are left, 0 where all had to go."""
        if length and self._llama.llama_memory_seq_rm(self._memory, 0, length, -1):
            return length
        self._llama.llama_memory_clear(self._memory, False)
        return 0

    def logits(self) -> npt.NDArray[np.float32]:
        """The scores of every token as the next one, shape (vocab_size,); a view that lasts until the next
        decode.
        """
        pointer = self._llama.llama_get_logits_ith(self._handle, -1)
        return np.ctypeslib.as_array(pointer, (self._model.vocab_size,))

    def close(self) -> None:
        """Frees the cache. Safe twice."""
        handle, self._handle = self._handle, None
        if handle:
            self._llama.llama_free(handle)
