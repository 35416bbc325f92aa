"""Undo for removed articles: kept in memory with their chunks, embeddings and sources, to be restored as they were."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from vectorstore.articles import Article, Chunk
from vectorstore.errors import NotFoundError
from vectorstore.index.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Removed:
    """A removed article. `embeddings` has the shape (len(chunks), dimension); `sources` maps source to file."""

    article: Article
    chunks: tuple[Chunk, ...]
    embeddings: "NDArray[np.float32]"
    sources: dict[str, str]


@dataclass(frozen=True)
class _ReadFile:
    """A file that was recorded as read: the hash it had, and the sources in it."""

    sha256: str
    sources: frozenset[str]


class Trash:
    """The articles removed last, at most `capacity` of them, in memory. Not safe to share between threads."""

    def __init__(self, store: Store, capacity: int = 50) -> None:
        self._store = store
        self._capacity = capacity
        self._removed: OrderedDict[str, Removed] = OrderedDict()
        self._files: dict[str, _ReadFile] = {}

    def remove(self, article_id: str) -> tuple[str, Article]:
        """Remove an article, as Store.remove does; returns the token by which to restore it, and the article."""
        library = self._store.library
        with self._store.writing():
            removed = self._snapshot(library.article(article_id))
            for file in set(removed.sources.values()):
                self._remember(file)
            with library.transaction():
                library.remove([removed.article.id])
            self._store.sync()
        token = uuid4().hex
        self._removed[token] = removed
        while len(self._removed) > self._capacity:
            self._removed.popitem(last=False)
        return token, removed.article

    def restore(self, token: str) -> Article:
        """Restore an article and use its token up. One that was ingested again meanwhile is left as it is.

        Raises NotFoundError for an unknown token, and where all its sources hold other articles now.
        """
        removed = self._removed.get(token)
        if removed is None:
            raise NotFoundError("this removal can't be undone any more: add the article's file again")
        library = self._store.library
        with self._store.writing():
            with library.transaction() as connection:
                if not library.has(removed.article.id):
                    library.add(removed.article, removed.chunks, removed.embeddings)
                rows = [(source, file, removed.article.id) for source, file in removed.sources.items()]
                # IGNORE: a source that was read again since keeps its new article.
                connection.executemany("INSERT OR IGNORE INTO sources VALUES (?, ?, ?)", rows)
                if library.remove_unreferenced([removed.article.id]):
                    del self._removed[token]
                    raise NotFoundError("the article's file has changed since, and what it says now is there: kept")
                for file in set(removed.sources.values()):
                    self._record_as_read(file)
            self._store.sync()
        del self._removed[token]
        return removed.article

    def _snapshot(self, article: Article) -> Removed:
        rows = self._store.library.rows(
            'SELECT start, "end" FROM chunks WHERE article_id = ? ORDER BY start', (article.id,)
        )
        chunks = tuple(Chunk(article.id, start, end, article.text[start:end]) for start, end in rows)
        embeddings = self._store.embeddings([chunk.id for chunk in chunks])
        sources = dict(self._store.library.rows("SELECT source, file FROM sources WHERE article_id = ?", (article.id,)))
        return Removed(article, chunks, embeddings, sources)

    def _remember(self, file: str) -> None:
        """Remember the record of a file, which the removal of one of its articles deletes."""
        for (sha256,) in self._store.library.rows("SELECT sha256 FROM files WHERE file = ?", (file,)):
            self._files[file] = _ReadFile(sha256, self._sources(file))

    def _record_as_read(self, file: str) -> None:
        """Record the file as read again, once all that was in it is restored."""
        known = self._files.get(file)
        if known and self._sources(file) == known.sources:
            row = (file, self._files.pop(file).sha256)
            self._store.library.connection.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", row)

    def _sources(self, file: str) -> frozenset[str]:
        rows = self._store.library.rows("SELECT source FROM sources WHERE file = ?", (file,))
        return frozenset(source for (source,) in rows)
