"""The articles: their texts, chunks, embeddings and full-text index in one SQLite file."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from vectorstore.articles import Article, Chunk, Filters
from vectorstore.errors import NotFoundError
from vectorstore.index.database import Database
from vectorstore.index.filters import where_clause
from vectorstore.text.words import index_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLUMNS = "source, text, title, publisher, published, author, url"


class Library(Database):
    """The stored articles. Methods that write and open no transaction themselves say so: call them inside one."""

    def manifest(self) -> dict[str, str]:
        """What the index was made with (embedder, chunker), and its generation and revision: see `manifest.py`."""
        return dict(self.rows("SELECT key, value FROM manifest"))

    def begin_manifest(self, **values: str) -> None:
        """Add entries to the manifest; entries that another process has written first are kept."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO manifest VALUES (?, ?)", values.items())

    def article(self, article_id: str) -> Article:
        """The article with this id, or the only one whose id begins with it. Raises NotFoundError else."""
        # All ids with this prefix: "g" sorts after every hexadecimal digit.
        bounds = (article_id, article_id + "g", article_id != "")
        matches = self.rows(f"SELECT {_COLUMNS} FROM articles WHERE id >= ? AND id < ? AND ? LIMIT 2", bounds)
        if len(matches) == 1:
            return Article(*matches[0])
        reason = "several articles have ids that begin with" if matches else "no article has the id"
        raise NotFoundError(f"{reason} '{article_id}': 'dateline list' shows the ids")

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """The articles that pass the filters, newest first, undated ones last."""
        where, values = where_clause(filters)
        order = "ORDER BY substr(published, 1, 10) DESC NULLS LAST, title, id"
        return [Article(*row) for row in self.rows(f"SELECT {_COLUMNS} FROM articles WHERE {where} {order}", values)]

    def count(self, filters: Filters | None = None) -> int:
        """The number of articles that pass the filters."""
        where, values = where_clause(filters)
        return int(self.rows(f"SELECT count(*) FROM articles WHERE {where}", values)[0][0])

    def has(self, article_id: str) -> bool:
        """Whether an article with exactly this id is stored (its chunks and embeddings are then stored, too)."""
        return bool(self.rows("SELECT 1 FROM articles WHERE id = ?", (article_id,)))

    def chunk_count(self) -> int:
        """The number of stored chunks."""
        return int(self.rows("SELECT count(*) FROM chunks")[0][0])

    def add(self, article: Article, chunks: Sequence[Chunk], embeddings: "NDArray[np.float32]") -> None:
        """Store an article with its chunks; `embeddings` has the shape (len(chunks), dimension).

        Call it inside `transaction`.
        """
        values = (article.id, *(getattr(article, name) for name in _COLUMNS.split(", ")))
        self.connection.execute(f"INSERT OR IGNORE INTO articles (id, {_COLUMNS}) VALUES (?{', ?' * 7})", values)
        self.add_chunks(article, chunks, embeddings)

    def add_chunks(self, article: Article, chunks: Sequence[Chunk], embeddings: "NDArray[np.float32]") -> None:
        """Store the chunks of a stored article. Call it inside `transaction`."""
        for chunk, vector in zip(chunks, embeddings, strict=True):
            row = (chunk.id, chunk.article_id, chunk.start, chunk.end, vector.astype("<f4").tobytes())
            number = self.connection.execute(
                'INSERT INTO chunks (id, article_id, start, "end", embedding) VALUES (?, ?, ?, ?, ?)', row
            ).lastrowid
            self.connection.execute(
                "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                (number, index_text(article.title), index_text(chunk.text)),
            )

    def remove(self, article_ids: Iterable[str]) -> None:
        """Delete articles with their chunks and sources. Call it inside `transaction`.

        The records of the files they were read from are deleted, too, so that the next ingest reads those again.
        """
        for article_id in article_ids:
            self.connection.execute(
                "DELETE FROM files WHERE file IN (SELECT file FROM sources WHERE article_id = ?)",
                (article_id,),
            )
            self.connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def remove_unreferenced(self, article_ids: Iterable[str]) -> set[str]:
        """Delete those of the articles that have no source any more, and return their ids.

        Call it inside `transaction`.
        """
        unreferenced = {
            article_id
            for article_id in article_ids
            if not self.rows("SELECT 1 FROM sources WHERE article_id = ? LIMIT 1", (article_id,))
        }
        self.connection.executemany("DELETE FROM articles WHERE id = ?", [(id_,) for id_ in unreferenced])
        return unreferenced

    def remove_orphans(self) -> None:
        """Delete the articles without a source: what an ingest that was killed had replaced but not yet deleted."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM articles WHERE id NOT IN (SELECT article_id FROM sources)")

    def searchable(self, filters: Filters) -> list[str]:
        """The ids of the chunks whose articles pass the filters and whose vectors are in Chroma already."""
        where, values = where_clause(filters)
        rows = self.rows(
            "SELECT chunks.id FROM chunks JOIN articles ON articles.id = chunks.article_id"
            f" WHERE chunks.id NOT IN (SELECT chunk_id FROM vector_changes) AND {where}",
            values,
        )
        return [id_ for (id_,) in rows]

    def digest(self) -> str:
        """16 hexadecimal digits of a hash over the ids of all articles: it changes when one is added or removed."""
        ids = "".join(id_ for (id_,) in self.rows("SELECT id FROM articles ORDER BY id"))
        return hashlib.sha256(ids.encode()).hexdigest()[:16]

    def stats(self) -> dict[str, Any]:
        """Counts of articles, chunks and publishers, the first and the last published day, undated articles."""
        (counts,) = self.rows(
            "SELECT count(*), count(DISTINCT publisher), min(substr(published, 1, 10)),"
            " max(substr(published, 1, 10)), sum(published IS NULL), sum(length(text)) FROM articles"
        )
        names = ("articles", "publishers", "first", "last", "undated", "characters")
        return dict(zip(names, counts, strict=True)) | {"chunks": self.chunk_count()}
