"""A Chroma collection of chunk ids and unit vectors, by cosine. It can always be rebuilt from the library."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import DataFolderError, IndexDamagedError
from vectorstore.index.disk_full import disk_full_message, is_disk_full

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLLECTION = "chunks"


class Vectors:
    """One Chroma collection in a folder of this machine.

    Chroma's local client is not made for several processes: callers hold a lock around every call, and make a
    new object when another process has written since. Every method raises IndexDamagedError where Chroma fails, and
    DataFolderError where the disk is full.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self.folder = folder
        self.dimension = dimension
        self._client: Any = None
        self._collection: Any = None

    def query(
        self, vector: "NDArray[np.float32]", k: int, allowed: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k chunk ids nearest to a unit vector with their cosine, best first; only from `allowed` if given."""
        if allowed is not None and not allowed:
            return []
        with self._translating_errors():
            collection = self._opened()
            result = collection.query(
                query_embeddings=[vector.tolist()],
                n_results=min(k, len(allowed) if allowed is not None else max(1, collection.count())),
                ids=list(allowed) if allowed is not None else None,
                include=["distances"],
            )
        return [(id_, 1.0 - d) for id_, d in zip(result["ids"][0], result["distances"][0], strict=True)]

    def upsert(self, ids: Sequence[str], vectors: "NDArray[np.float32]") -> None:
        """Add or replace vectors, shape (len(ids), dimension)."""
        step = 1000  # Chroma takes at most 5461 a call
        with self._translating_errors():
            for at in range(0, len(ids), step):
                self._opened().upsert(ids=list(ids[at : at + step]), embeddings=vectors[at : at + step])

    def delete(self, ids: Sequence[str]) -> None:
        """Delete vectors; unknown ids are ignored."""
        with self._translating_errors():
            for at in range(0, len(ids), 1000):
                self._opened().delete(ids=list(ids[at : at + 1000]))

    def count(self) -> int:
        """The number of vectors."""
        with self._translating_errors():
            return int(self._opened().count())

    @property
    def opened(self) -> bool:
        """Whether Chroma's files are open, so that changes by another process would go unnoticed."""
        return self._collection is not None

    def close(self) -> None:
        """Close the files. The next call opens them again."""
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    def _opened(self) -> Any:  # noqa: ANN401  (chromadb's Collection, imported when first needed)
        if self._collection is None:
            os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
            import chromadb
            from chromadb.config import Settings

            self._client = chromadb.PersistentClient(str(self.folder), Settings(anonymized_telemetry=False))
            self._collection = self._client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return self._collection

    @contextmanager
    def _translating_errors(self) -> Iterator[None]:
        try:
            yield
        # Chroma's Rust core raises many types without a common base; the remedy is the same for all.
        except Exception as error:
            if is_disk_full(error, self.folder):
                raise DataFolderError(disk_full_message(f"the vector index {self.folder}", error)) from error
            raise IndexDamagedError(
                f"the vector index {self.folder} can't be used ({error}): 'dateline rebuild' makes it anew"
            ) from error
