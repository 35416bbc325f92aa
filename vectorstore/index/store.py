"""One open index: the articles, their vectors, and the embedder that both were made with."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore import chunking
from vectorstore.articles import Article, Chunk, Filters, Hit
from vectorstore.errors import IndexMismatchError, NoIndexError
from vectorstore.index.embedding import Embedder, default_embedder
from vectorstore.index.library import Library
from vectorstore.index.locks import process_lock
from vectorstore.index.manifest import differences, made_with, refuse_mismatch
from vectorstore.index.search import CANDIDATES, search
from vectorstore.index.vector_index import VectorIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REEMBED_BATCH = 256
"""Articles chunked and embedded at once in `rebuild`."""


class Store:
    """The index in a data folder. `library` is the source of truth; the vectors follow it (`sync`)."""

    def __init__(self, data_dir: Path, library: Library, embedder: Embedder) -> None:
        self.data_dir = data_dir
        self.library = library
        self.embedder = embedder
        self.vectors = VectorIndex(data_dir, library, embedder.dimension)

    @classmethod
    def open(
        cls, data_dir: Path, create: bool = False, embedder: Embedder | None = None, check: bool = True
    ) -> "Store":
        """Open the index of a data folder; with `create` make one where there is none.

        `embedder` is the packaged one by default. Raises NoIndexError where there is no index and `create` is false,
        IndexMismatchError (unless `check` is false) where it was made with another embedder or chunker,
        DataFolderError and IndexDamagedError.
        """
        library = Library.open(data_dir, create)
        embedder = embedder or default_embedder()
        if not library.manifest():
            if not create:
                library.close()
                raise NoIndexError(data_dir)
            library.begin_manifest(**made_with(embedder), generation="1", revision="0")
        elif check:
            try:
                refuse_mismatch(library.manifest(), embedder, data_dir)
            except IndexMismatchError:
                library.close()
                raise
        return cls(data_dir, library, embedder)

    def close(self) -> None:
        """Wait until no thread uses the index, and close its files. May be called twice, from any thread.

        Later uses raise StoreError.
        """
        self.vectors.close()
        self.library.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the index for writing. Raises IndexBusyError while another process does."""
        with process_lock(self.data_dir, "ingest.lock", 0, "another 'dateline ingest' is writing to"):
            yield

    def search(
        self,
        query: str,
        k: int = 10,
        filters: Filters | None = None,
        vector: "NDArray[np.float32] | None" = None,
    ) -> list[Hit]:
        """The k best chunks for a query, best first. `vector`: the query's unit vector, where it is known already."""
        query = query.encode("utf-8", "replace").decode()  # a terminal without UTF-8 gives lone surrogates
        vector = self.embedder.embed([query])[0] if vector is None else vector
        return search(self.library, self.nearest, query, vector, filters or Filters(), max(k, CANDIDATES))[:k]

    def nearest(self, vector: "NDArray[np.float32]", k: int, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The k chunk ids nearest to a unit vector, with their cosine, best first."""
        return self.vectors.nearest(vector, k, filters)

    def sync(self) -> None:
        """Bring the vectors in Chroma up to date with the library."""
        self.vectors.sync()

    def remove(self, article_id: str) -> Article:
        """Remove the article with this id, or the only one whose id begins with it, and return it.

        Raises NotFoundError, IndexBusyError.
        """
        article = self.library.article(article_id)
        with self.writing():
            with self.library.transaction():
                self.library.remove([article.id])
            self.sync()
        return article

    def rebuild(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
        """Make the vector index anew from the library; returns the number of vectors.

        If the index was made with another embedder or chunker, the articles are chunked and embedded again first,
        and `progress` is called with the number of articles done and their total.
        """
        with self.writing():
            if differences(self.library.manifest(), self.embedder):
                self._reembed(progress)
            return self.vectors.rebuild(made_with(self.embedder))

    def embeddings(self, chunk_ids: Sequence[str]) -> "NDArray[np.float32]":
        """The stored vectors of chunks, shape (len(chunk_ids), dimension), in the order of the ids."""
        return self.vectors.embeddings(chunk_ids)

    def chunk(self, article: Article) -> list[Chunk]:
        """The chunks of an article, cut to the window of this index's embedder."""
        return chunking.chunk(article, self.embedder.word_starts(article.text))

    def embed(self, articles: Sequence[tuple[Article, list[Chunk]]]) -> "list[NDArray[np.float32]]":
        """The vectors of the chunks of each article, shape (number of chunks, dimension), embedded in one call."""
        texts = [self.embedder.with_title(a.title, chunk.text) for a, chunks in articles for chunk in chunks]
        vectors = self.embedder.embed(texts)
        by_article, at = [], 0
        for _, chunks in articles:
            by_article.append(vectors[at : at + len(chunks)])
            at += len(chunks)
        return by_article

    def _reembed(self, progress: Callable[[int, int], None]) -> None:
        """Chunk and embed all articles again, a batch in a transaction."""
        ids = [id_ for (id_,) in self.library.rows("SELECT id FROM articles ORDER BY id")]
        for at in range(0, len(ids), REEMBED_BATCH):
            articles = [self.library.article(id_) for id_ in ids[at : at + REEMBED_BATCH]]
            chunked = [(article, self.chunk(article)) for article in articles]
            vectors = self.embed(chunked)
            with self.library.transaction() as connection:
                for (article, chunks), rows in zip(chunked, vectors, strict=True):
                    connection.execute("DELETE FROM chunks WHERE article_id = ?", (article.id,))
                    self.library.add_chunks(article, chunks, rows)
            progress(at + len(articles), len(ids))
