"""One open index: the library, its vectors in Chroma, and the embedder both were made with."""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from vectorstore import chunking
from vectorstore.articles import Article, Chunk, Filters, Hit
from vectorstore.errors import (
    DataFolderError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    NoIndexError,
    StoreError,
)
from vectorstore.index.disk_full import disk_full, no_room
from vectorstore.index.embedding import Embedder, default_embedder
from vectorstore.index.library import Library
from vectorstore.index.search import CANDIDATES, search
from vectorstore.index.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REBUILD_BATCH = 256


class Store:
    """The index in a data folder. `library` is the truth; the vectors follow it (`sync`)."""

    def __init__(self, data_dir: Path, library: Library, embedder: Embedder) -> None:
        self.data_dir = data_dir
        self.library = library
        self.embedder = embedder
        self._using = threading.Lock()
        self._closed = False
        self._seen = self._revision()  # before the folder: a rebuild between the two is noticed later
        self._vectors = Vectors(self._folder(), embedder.dimension)

    @classmethod
    def open(
        cls, data_dir: Path, create: bool = False, embedder: Embedder | None = None, check: bool = True
    ) -> "Store":
        """Open the index; with `create` make it if there is none. `check`: refuse one made in another way."""
        library = Library.open(data_dir, create)
        embedder = embedder or default_embedder()
        if not library.manifest():
            if not create:
                library.close()
                raise NoIndexError(f"no articles in {data_dir}: add some with 'dateline ingest FOLDER'")
            library.begin_manifest(**_made_with(embedder), generation="1", revision="0")
        elif check:
            try:
                _refuse_mismatch(library.manifest(), embedder, data_dir)
            except IndexMismatchError:
                library.close()
                raise
        return cls(data_dir, library, embedder)

    def close(self) -> None:
        """Let go of all files, when nobody in this process uses them any more. Safe twice, from any thread.

        Whoever comes later, or waits for another process, gets a StoreError: Chroma must not be opened again.
        """
        with self._using:
            self._closed = True
            self._vectors.close()
        self.library.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the index for writing; IndexBusyError when another process does."""
        with self._locked("ingest.lock", 0, "another 'dateline ingest' is writing to"):
            yield

    def search(
        self,
        query: str,
        k: int = 10,
        filters: Filters | None = None,
        vector: "NDArray[np.float32] | None" = None,
    ) -> list[Hit]:
        """The k chunks that fit a query best, best first; `vector` is the query's unit vector, for whoever has it."""
        query = query.encode("utf-8", "replace").decode()  # a terminal without UTF-8 gives lone surrogates
        vector = self.embedder.embed([query])[0] if vector is None else vector
        return search(self.library, self.nearest, query, vector, filters or Filters(), max(k, CANDIDATES))[:k]

    def nearest(self, vector: "NDArray[np.float32]", k: int, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The k chunk ids nearest to a unit vector with their cosine, best first."""
        with self._vectors_lock():
            self._check_vectors()
            # Asked for in the lock: Chroma fails for an id that it does not know, or no longer.
            among = self.library.searchable(filters) if filters else None
            return self._vectors.query(vector, k, among)

    def sync(self) -> None:
        """Tell Chroma what has changed in the library. Whatever a killed process left undone is done now."""
        changes = self.library.rows("SELECT chunk_id, deleted FROM vector_changes")
        if not changes:
            return
        with self._vectors_lock():
            self._check_vectors()
            self._vectors.delete([id_ for id_, deleted in changes if deleted])
            self._copy([id_ for id_, deleted in changes if not deleted], self._vectors)
            with self.library.transaction() as connection:
                connection.executemany("DELETE FROM vector_changes WHERE chunk_id = ? AND deleted = ?", changes)
                self._seen += 1
                connection.execute("UPDATE manifest SET value = ? WHERE key = 'revision'", (str(self._seen),))

    def remove(self, article_id: str) -> Article:
        """Take one article out, by its id or the beginning of it; returns it."""
        article = self.library.article(article_id)
        with self.writing():
            with self.library.transaction():
                self.library.remove([article.id])
            self.sync()
        return article

    def rebuild(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
        """Make the vector index anew from the library; returns the number of vectors.

        If another embedder or chunker made the index, the articles are cut and embedded again first. The
        new Chroma folder takes the place of the old one when it is whole.
        """
        with self.writing():
            if _differences(self.library.manifest(), self.embedder):
                self._embed_again(progress)
            generation = int(self.library.manifest()["generation"]) + 1
            fresh = Vectors(self._folder(generation), self.embedder.dimension)
            shutil.rmtree(fresh.folder, ignore_errors=True)
            try:
                self._copy([id_ for (id_,) in self.library.rows("SELECT id FROM chunks ORDER BY number")], fresh)
                count = fresh.count()
                self._put_in_place(fresh, generation)
            except BaseException:
                if self._vectors is not fresh:
                    fresh.close()
                raise
        return count

    def _put_in_place(self, fresh: Vectors, generation: int) -> None:
        """Makes `fresh` the vectors of this index, and removes those before."""
        with self._vectors_lock():
            self._vectors.close()
            old, self._vectors = self._vectors.folder, fresh
            with self.library.transaction() as connection:
                connection.execute("DELETE FROM vector_changes")
                self._seen += 1
                values = {**_made_with(self.embedder), "generation": generation, "revision": self._seen}
                connection.executemany(
                    "INSERT OR REPLACE INTO manifest VALUES (?, ?)",
                    [(k, str(v)) for k, v in values.items()],
                )
            shutil.rmtree(old, ignore_errors=True)

    def embeddings(self, chunk_ids: Sequence[str]) -> "NDArray[np.float32]":
        """The stored vectors of chunks, shape (len(chunk_ids), dimension), in the order of the ids."""
        import numpy as np

        found: dict[str, bytes] = {}
        for at in range(0, len(chunk_ids), 500):
            some = chunk_ids[at : at + 500]
            found.update(
                self.library.rows(f"SELECT id, embedding FROM chunks WHERE id IN ({', '.join('?' * len(some))})", some)
            )
        rows = b"".join(found[id_] for id_ in chunk_ids)
        return np.frombuffer(rows, dtype="<f4").reshape(len(chunk_ids), self.embedder.dimension)

    def cut(self, article: Article) -> list[Chunk]:
        """The chunks of an article for this index's embedder."""
        return chunking.chunk(article, self.embedder.pieces(article.text))

    def embed(self, articles: Sequence[tuple[Article, list[Chunk]]]) -> "list[NDArray[np.float32]]":
        """The vectors of the chunks of each article, all embedded in one go."""
        texts = [self.embedder.titled(a.title, chunk.text) for a, chunks in articles for chunk in chunks]
        vectors = self.embedder.embed(texts)
        ends, at = [], 0
        for _, chunks in articles:
            ends.append(vectors[at : at + len(chunks)])
            at += len(chunks)
        return ends

    def _embed_again(self, progress: Callable[[int, int], None]) -> None:
        ids = [id_ for (id_,) in self.library.rows("SELECT id FROM articles ORDER BY id")]
        for at in range(0, len(ids), REBUILD_BATCH):
            articles = [self.library.article(id_) for id_ in ids[at : at + REBUILD_BATCH]]
            cut = [(article, self.cut(article)) for article in articles]
            vectors = self.embed(cut)
            with self.library.transaction() as connection:
                for (article, chunks), rows in zip(cut, vectors, strict=True):
                    connection.execute("DELETE FROM chunks WHERE article_id = ?", (article.id,))
                    self.library.add_chunks(article, chunks, rows)
            progress(at + len(articles), len(ids))

    def _copy(self, ids: Sequence[str], vectors: Vectors) -> None:
        for at in range(0, len(ids), 1000):
            some = ids[at : at + 1000]
            vectors.put(some, self.embeddings(some))

    @contextmanager
    def _vectors_lock(self) -> Iterator[None]:
        """One process at a time in Chroma's files, and none with an old view of them."""
        busy = "for a minute another process has been busy with the vectors in"
        # The lock of this process is taken last, so that `close` never waits for another process.
        with self._locked("vectors.lock", 60, busy), self._using:
            if self._closed:
                raise StoreError("the index was closed while it was used: open it again")
            now = self._revision()
            if now != self._seen:
                self._vectors.close()
                self._vectors = Vectors(self._folder(), self.embedder.dimension)
                self._seen = now
            yield

    @contextmanager
    def _locked(self, name: str, timeout: float, busy: str) -> Iterator[None]:
        lock = filelock.FileLock(self.data_dir / name)
        try:
            lock.acquire(timeout=timeout)
        except filelock.Timeout as error:
            raise IndexBusyError(f"{busy} {self.data_dir}: try again when it is done") from error
        except OSError as error:
            if disk_full(error, self.data_dir):
                raise DataFolderError(no_room(f"the data folder {self.data_dir}", error)) from error
            raise DataFolderError(
                f"can't write to the data folder {self.data_dir} ({error.strerror or error}): it must be a folder "
                "you may write to; choose another with --data-dir"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _check_vectors(self) -> None:
        """Refuse a Chroma folder that lost what the library says it was told, when it is opened."""
        if self._vectors.opened:
            return
        ((chunks, added, pending),) = self.library.rows(
            "SELECT (SELECT count(*) FROM chunks), coalesce(sum(NOT deleted), 0), count(*) FROM vector_changes"
        )
        count = self._vectors.count()
        if not chunks - added <= count <= chunks - added + pending:
            self._vectors.close()
            raise IndexDamagedError(
                f"the vector index {self._vectors.folder} holds {count:,} vectors, expected {chunks - added:,}: "
                "'dateline rebuild' makes it anew"
            )

    def _revision(self) -> int:
        return int(self.library.manifest().get("revision", "0"))

    def _folder(self, generation: int | None = None) -> Path:
        return self.data_dir / f"chroma-{generation or self.library.manifest()['generation']}"


def _made_with(embedder: Embedder) -> dict[str, str]:
    return {
        "embedder": embedder.name,
        "embedder_sha256": embedder.sha256,
        "dimension": str(embedder.dimension),
        "chunker": chunking.VERSION,
    }


def _differences(manifest: dict[str, str], embedder: Embedder) -> list[str]:
    return [
        f"{key} {manifest.get(key)} (now {value})"
        for key, value in _made_with(embedder).items()
        if manifest.get(key) != value
    ]


def _refuse_mismatch(manifest: dict[str, str], embedder: Embedder, data_dir: Path) -> None:
    if differences := _differences(manifest, embedder):
        raise IndexMismatchError(
            f"the index in {data_dir} was made with another {', '.join(differences)}: "
            "'dateline rebuild' makes it anew from the stored articles"
        )
