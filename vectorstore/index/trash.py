"""Articles taken out and put back as they were: chunks, embeddings, where they were read."""

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
    """An article that was taken out. `embeddings` has the shape (len(chunks), dimension); `sources` source -> file."""

    article: Article
    chunks: tuple[Chunk, ...]
    embeddings: "NDArray[np.float32]"
    sources: dict[str, str]


@dataclass(frozen=True)
class _ReadFile:
    """A file that counted as read: the hash it had, and what stood in it."""

    sha256: str
    sources: frozenset[str]


class Bin:
    """The articles taken out last, at most `most` of them, in memory. Not for several threads at once."""

    def __init__(self, store: Store, most: int = 50) -> None:
        self._store = store
        self._most = most
        self._removed: OrderedDict[str, Removed] = OrderedDict()
        self._files: dict[str, _ReadFile] = {}

    def take_out(self, article_id: str) -> tuple[str, Article]:
        """Take an article out, as Store.remove does; returns the token that puts it back, and the article."""
        library = self._store.library
        with self._store.writing():
            removed = self._copied(library.article(article_id))
            for file in set(removed.sources.values()):
                self._note(file)
            with library.transaction():
                library.remove([removed.article.id])
            self._store.sync()
        token = uuid4().hex
        self._removed[token] = removed
        while len(self._removed) > self._most:
            self._removed.popitem(last=False)
        return token, removed.article

    def put_back(self, token: str) -> Article:
        """Put an article back; its token is used up. One that has come back by itself meanwhile is left alone.

        Raises NotFoundError for an unknown token, and where all that it was read from holds other articles now.
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
                # A source that was read again since holds what it holds now.
                connection.executemany("INSERT OR IGNORE INTO sources VALUES (?, ?, ?)", rows)
                if library.remove_unreferenced([removed.article.id]):
                    del self._removed[token]
                    raise NotFoundError("the article's file has changed since, and what it says now is there: kept")
                for file in set(removed.sources.values()):
                    self._count_as_read(file)
            self._store.sync()
        del self._removed[token]
        return removed.article

    def _copied(self, article: Article) -> Removed:
        rows = self._store.library.rows(
            'SELECT start, "end" FROM chunks WHERE article_id = ? ORDER BY start', (article.id,)
        )
        chunks = tuple(Chunk(article.id, start, end, article.text[start:end]) for start, end in rows)
        embeddings = self._store.embeddings([chunk.id for chunk in chunks])
        sources = dict(self._store.library.rows("SELECT source, file FROM sources WHERE article_id = ?", (article.id,)))
        return Removed(article, chunks, embeddings, sources)

    def _note(self, file: str) -> None:
        """Keep that the file counted as read: it no longer does once an article of it is out."""
        for (sha256,) in self._store.library.rows("SELECT sha256 FROM files WHERE file = ?", (file,)):
            self._files[file] = _ReadFile(sha256, self._sources(file))

    def _count_as_read(self, file: str) -> None:
        """Have the file count as read again, once all that stood in it is back."""
        known = self._files.get(file)
        if known and self._sources(file) == known.sources:
            row = (file, self._files.pop(file).sha256)
            self._store.library.connection.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", row)

    def _sources(self, file: str) -> frozenset[str]:
        rows = self._store.library.rows("SELECT source FROM sources WHERE file = ?", (file,))
        return frozenset(source for (source,) in rows)
