"""The vectors of a library in Chroma: kept in step with the library, and shared between processes.

The library is the source of truth. A transaction that changes chunks writes to `vector_changes`, by triggers, what
Chroma has to add or delete; `sync` carries it out. Each rebuild makes a new folder, `chroma-GENERATION`. Every change
raises the manifest's `revision`, by which other processes notice that their open Chroma client is out of date.
"""

import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.articles import Filters
from vectorstore.errors import IndexDamagedError, StoreError
from vectorstore.index.library import Library
from vectorstore.index.locks import process_lock
from vectorstore.index.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class VectorIndex:
    """The vectors of one library, float32 of length `dimension`. Safe to share between threads."""

    def __init__(self, data_dir: Path, library: Library, dimension: int) -> None:
        self._data_dir = data_dir
        self._library = library
        self._dimension = dimension
        self._in_use = threading.Lock()
        self._closed = False
        self._revision = self._stored_revision()  # before the folder: a rebuild between the two is noticed later
        self.current = Vectors(self._folder(), dimension)

    def close(self) -> None:
        """Wait until no thread of this process uses Chroma, and close its files. May be called twice.

        Later uses, and uses that wait for another process, raise StoreError: Chroma must not be opened again.
        """
        with self._in_use:
            self._closed = True
            self.current.close()

    def nearest(self, vector: "NDArray[np.float32]", k: int, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The k chunk ids nearest to a unit vector, with their cosine, best first."""
        with self._exclusive():
            self._check()
            # Inside the lock: Chroma fails for an id that it does not have yet, or no longer has.
            allowed = self._library.searchable(filters) if filters else None
            return self.current.query(vector, k, allowed)

    def sync(self) -> None:
        """Carry out in Chroma what has changed in the library, what a killed process left undone included."""
        changes = self._library.rows("SELECT chunk_id, deleted FROM vector_changes")
        if not changes:
            return
        with self._exclusive():
            self._check()
            self.current.delete([id_ for id_, deleted in changes if deleted])
            self._copy([id_ for id_, deleted in changes if not deleted], self.current)
            with self._library.transaction() as connection:
                connection.executemany("DELETE FROM vector_changes WHERE chunk_id = ? AND deleted = ?", changes)
                self._revision += 1
                connection.execute("UPDATE manifest SET value = ? WHERE key = 'revision'", (str(self._revision),))

    def rebuild(self, made_with: Mapping[str, str]) -> int:
        """Make the vectors anew from the library, and note what they were made with; returns their number.

        The new Chroma folder replaces the old one once it is complete. Call it while holding the index for writing.
        """
        generation = int(self._library.manifest()["generation"]) + 1
        fresh = Vectors(self._folder(generation), self._dimension)
        shutil.rmtree(fresh.folder, ignore_errors=True)
        try:
            self._copy([id_ for (id_,) in self._library.rows("SELECT id FROM chunks ORDER BY number")], fresh)
            count = fresh.count()
            self._replace(fresh, generation, made_with)
        except BaseException:
            if self.current is not fresh:
                fresh.close()
            raise
        return count

    def embeddings(self, chunk_ids: Sequence[str]) -> "NDArray[np.float32]":
        """The vectors of chunks as the library has them, shape (len(chunk_ids), dimension), in the order of the ids."""
        import numpy as np

        stored: dict[str, bytes] = {}
        for at in range(0, len(chunk_ids), 500):
            ids = chunk_ids[at : at + 500]
            stored.update(
                self._library.rows(f"SELECT id, embedding FROM chunks WHERE id IN ({', '.join('?' * len(ids))})", ids)
            )
        rows = b"".join(stored[id_] for id_ in chunk_ids)
        return np.frombuffer(rows, dtype="<f4").reshape(len(chunk_ids), self._dimension)

    def _replace(self, fresh: Vectors, generation: int, made_with: Mapping[str, str]) -> None:
        """Make `fresh` the current vectors, and delete the folder of the previous ones."""
        with self._exclusive():
            self.current.close()
            old, self.current = self.current.folder, fresh
            with self._library.transaction() as connection:
                connection.execute("DELETE FROM vector_changes")
                self._revision += 1
                values = {**made_with, "generation": str(generation), "revision": str(self._revision)}
                connection.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", list(values.items()))
            shutil.rmtree(old, ignore_errors=True)

    def _copy(self, ids: Sequence[str], vectors: Vectors) -> None:
        for at in range(0, len(ids), 1000):
            batch = ids[at : at + 1000]
            vectors.upsert(batch, self.embeddings(batch))

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Let one thread of one process at a time use Chroma's files, with a client that knows their last change."""
        busy = "for a minute another process has been busy with the vectors in"
        # The lock within this process is taken last, so that `close` never waits for another process.
        with process_lock(self._data_dir, "vectors.lock", 60, busy), self._in_use:
            if self._closed:
                raise StoreError("the index was closed while it was used: open it again")
            revision = self._stored_revision()
            if revision != self._revision:
                self.current.close()
                self.current = Vectors(self._folder(), self._dimension)
                self._revision = revision
            yield

    def _check(self) -> None:
        """When Chroma is opened, raise IndexDamagedError where it has lost vectors that the library counts on."""
        if self.current.opened:
            return
        ((chunks, added, pending),) = self._library.rows(
            "SELECT (SELECT count(*) FROM chunks), coalesce(sum(NOT deleted), 0), count(*) FROM vector_changes"
        )
        count = self.current.count()
        if not chunks - added <= count <= chunks - added + pending:
            self.current.close()
            raise IndexDamagedError(
                f"the vector index {self.current.folder} holds {count:,} vectors, expected {chunks - added:,}: "
                "'dateline rebuild' makes it anew"
            )

    def _stored_revision(self) -> int:
        return int(self._library.manifest().get("revision", "0"))

    def _folder(self, generation: int | None = None) -> Path:
        return self._data_dir / f"chroma-{generation or self._library.manifest()['generation']}"
