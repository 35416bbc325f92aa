"""The passages of the training rows as a collection of Dateline's own: evidence for training is the product's."""

import hashlib
import json
import logging
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.rows import Row
from vectorstore.index.embedding import Embedder, default_embedder
from vectorstore.ingest import Progress, ingest
from vectorstore.text.sentences import sentences

if TYPE_CHECKING:
    from vectorstore.index.store import Store

log = logging.getLogger("dateline")

HEADLINE = 10
"""Words: a passage has no headline, so its first words stand for one."""


class RememberingEmbedder(Embedder):
    """The packaged embedder with a cache: it keeps the vectors of the texts given to `remember`."""

    def __init__(self, like: Embedder) -> None:
        super().__init__(like.folder, like.name, like.sha256)
        self._rows: dict[str, int] = {}
        self._vectors: NDArray[np.float16] = np.empty((0, self.dimension), np.float16)

    def remember(self, texts: Iterable[str], file: Path) -> None:
        """Embed the texts now, or read their vectors from `file`, where the last run stored them."""
        ordered = sorted(set(texts), key=lambda text: (len(text), text))
        name = hashlib.sha256("\0".join(ordered).encode()).hexdigest()
        kept = _kept(file, name)
        if kept is None:
            kept = np.empty((len(ordered), self.dimension), np.float16)
            for at in range(0, len(ordered), 1024):
                kept[at : at + 1024] = super().embed(ordered[at : at + 1024])
                log.info("%d of %d texts embedded", min(at + 1024, len(ordered)), len(ordered))
            part = file.with_suffix(".part.npz")
            np.savez(part, name=name, vectors=kept)
            part.replace(file)
        self._vectors = kept
        self._rows = {text: row for row, text in enumerate(ordered)}

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Unit vectors, float32, shape (len(texts), dimension)."""
        if not all(text in self._rows for text in texts):
            return super().embed(texts)
        return self._vectors[np.array([self._rows[text] for text in texts], np.intp)].astype(np.float32)


def open_corpus(rows: Sequence[Row], work: Path) -> "Store":
    """The collection of the rows' passages in `work`, made there the first time; for the caller to close.

    Raises TrainingError where `work` has the passages of other rows.
    """
    from vectorstore.index.store import Store

    work.mkdir(parents=True, exist_ok=True)
    passages = work / "passages.jsonl"
    texts = list(dict.fromkeys(row.passage for row in rows))
    if not passages.exists():
        part = passages.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            for text in texts:
                file.write(json.dumps({"id": key(text), "title": headline(text), "text": text}) + "\n")
        part.replace(passages)
    elif _keys(passages) != list(map(key, texts)):
        raise TrainingError(f"{passages} was made from other rows. Name another work folder, or remove {work}.")
    embedder = RememberingEmbedder(default_embedder())
    store = Store.open(work / "collection", create=True, embedder=embedder)
    try:
        ingest([passages], store, progress=_progress_log())
        cut = [text for article in store.library.articles() for text in _sentences(article.text)]
        embedder.remember([*cut, *(row.question for row in rows)], work / "vectors.npz")
    except BaseException:
        store.close()
        raise
    return store


def key(passage: str) -> str:
    """The id of a passage in the collection: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(passage.encode()).hexdigest()[:16]


def headline(passage: str) -> str:
    """The first HEADLINE words of a passage, in place of a headline."""
    return " ".join(passage.split()[:HEADLINE]).rstrip(".,;:")


def _progress_log() -> Callable[[Progress], None]:
    """A function that logs each tenth of an ingest."""
    reported = 0

    def report(now: Progress) -> None:
        nonlocal reported
        if now.total and (tenth := 10 * now.done // now.total) > reported:
            reported = tenth
            log.info("passages: %d %% read", 10 * tenth)

    return report


def _keys(passages: Path) -> list[str]:
    with passages.open(encoding="utf-8") as lines:
        return [json.loads(line)["id"] for line in lines]


def _kept(file: Path, name: str) -> NDArray[np.float16] | None:
    """The vectors in a file; None where they are those of other texts, or there is no file that can be read."""
    try:
        with np.load(file) as kept:
            vectors: NDArray[np.float16] = kept["vectors"]
            return vectors if kept["name"] == name else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]
