"""A GBNF grammar that a reply must follow."""

import ctypes

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError
from assistant.model.llama import Model
from assistant.model.llama_library import errors, llama, reason


class Grammar:
    """Chooses the likeliest token that the grammar allows, one after the other. Belongs to one thread."""

    def __init__(self, model: Model, text: str) -> None:
        """`text` is GBNF whose first rule is `root`. Raises ModelError when it can't be parsed."""
        self._llama = llama()
        with errors() as lines:
            self._handle = self._llama.llama_sampler_init_grammar(model.vocab, text.encode(), b"root")
        if not self._handle:
            raise ModelError(f"The grammar can't be used: {reason(lines)}. It must be GBNF with a rule named root.")
        fields = [("id", np.int32), ("logit", np.float32), ("p", np.float32)]
        self._candidates = np.zeros(model.vocab_size, dtype=np.dtype(fields))

    def choose(self, logits: npt.NDArray[np.float32]) -> int | None:
        """The token, or None when none is allowed. Checking the likeliest alone first usually saves a pass over all."""
        best = int(logits.argmax())
        if not self._allowed(logits, np.array([best], dtype=np.int32)).size:
            allowed = self._allowed(logits, np.arange(len(logits), dtype=np.int32))
            if not allowed.size:
                return None
            best = int(allowed[logits[allowed].argmax()])
        self._llama.llama_sampler_accept(self._handle, best)
        return best

    def _allowed(self, logits: npt.NDArray[np.float32], tokens: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        candidates = self._candidates[: len(tokens)]
        candidates["id"], candidates["logit"] = tokens, logits[tokens]
        pointer = candidates.ctypes.data_as(self._llama.llama_token_data_p)
        array = self._llama.llama_token_data_array(pointer, len(tokens), -1, False)
        self._llama.llama_sampler_apply(self._handle, ctypes.byref(array))
        return np.asarray(candidates["id"][np.isfinite(candidates["logit"])])

    def close(self) -> None:
        """Frees the grammar. Safe twice."""
        handle, self._handle = self._handle, None
        if handle:
            self._llama.llama_sampler_free(handle)
