"""The articles themselves: one SQLite file in WAL mode, with full text, chunks, embeddings and FTS5."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from vectorstore.articles import Article, Chunk, Filters
from vectorstore.errors import DataFolderError, IndexDamagedError, NoIndexError, NotFoundError, StoreError
from vectorstore.index.disk_full import disk_full, no_room
from vectorstore.text.normalization import folded
from vectorstore.text.words import VERSION, indexed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILE_NAME = "library.sqlite"
_ARTICLE = "source, text, title, publisher, published, author, url"


class Library:
    """One open library. Safe to share between threads; several processes may read while one writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._lock = threading.RLock()
        self._closed = False

    @classmethod
    def open(cls, data_dir: Path, create: bool = False) -> "Library":
        """Open the library of a data folder; make both if `create`, else NoIndexError when there is none."""
        path = data_dir / FILE_NAME
        if not create and not path.is_file():
            raise NoIndexError(f"no articles in {data_dir}: add some with 'dateline ingest FOLDER'")
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            try:
                # One at a time: SQLite does not wait for a lock when a file is switched to WAL.
                with FileLock(data_dir / "open.lock", timeout=30) if create else nullcontext():
                    _prepare(connection)
            except BaseException:
                connection.close()
                raise
        except (OSError, sqlite3.OperationalError) as error:
            if disk_full(error, data_dir):
                raise DataFolderError(no_room(f"the data folder {data_dir}", error)) from error
            raise DataFolderError(
                f"can't use the data folder {data_dir} ({error}): it must be a folder you may write to; "
                "choose another with --data-dir"
            ) from error
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(
                f"{path} can't be read ({error}): move it away and run 'dateline ingest' again"
            ) from error
        return cls(connection)

    def close(self) -> None:
        """Close the file, when nobody reads or writes any more. Safe twice; afterwards every use is a StoreError."""
        with self._lock:
            self._closed = True
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: what is written inside is there afterwards as a whole, or not at all."""
        with self._open():
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self.connection
                    self.connection.execute("COMMIT")
                except BaseException:
                    if self.connection.in_transaction:  # a full disk has SQLite roll back by itself
                        self.connection.execute("ROLLBACK")
                    raise
            except sqlite3.OperationalError as error:
                if disk_full(error, self._folder()):
                    raise DataFolderError(no_room("the library", error)) from error
                raise DataFolderError(
                    f"can't write to the library ({error}): it must be a file you may write to, on a disk with room"
                ) from error

    def _folder(self) -> Path:
        return Path(self.connection.execute("PRAGMA database_list").fetchone()[2]).parent

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._open():
            return self.connection.execute(sql, parameters).fetchall()

    @contextmanager
    def _open(self) -> Iterator[None]:
        """One thread at a time, and none after `close`."""
        with self._lock:
            if self._closed:
                raise StoreError("the index was closed while it was used: open it again")
            yield

    # -- manifest

    def manifest(self) -> dict[str, str]:
        """What the index was made with: see `store.Store`."""
        return dict(self.rows("SELECT key, value FROM manifest"))

    def begin_manifest(self, **values: str) -> None:
        """Add entries to the manifest; another process may have been quicker, and then its entries stay."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO manifest VALUES (?, ?)", values.items())

    # -- articles

    def article(self, article_id: str) -> Article:
        """The article with this id, or with an id that begins so if only one does; else NotFoundError."""
        # From the prefix up to all that begins with it: "g" comes behind every hexadecimal digit.
        span = (article_id, article_id + "g", article_id != "")
        found = self.rows(f"SELECT {_ARTICLE} FROM articles WHERE id >= ? AND id < ? AND ? LIMIT 2", span)
        if len(found) == 1:
            return Article(*found[0])
        trouble = "several articles have ids that begin with" if found else "no article has the id"
        raise NotFoundError(f"{trouble} '{article_id}': 'dateline list' shows the ids")

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """The articles that pass the filters, newest first, undated ones last."""
        where, values = condition(filters or Filters())
        order = "ORDER BY substr(published, 1, 10) DESC NULLS LAST, title, id"
        return [Article(*row) for row in self.rows(f"SELECT {_ARTICLE} FROM articles WHERE {where} {order}", values)]

    def count(self, filters: Filters | None = None) -> int:
        """How many articles pass the filters."""
        where, values = condition(filters or Filters())
        return int(self.rows(f"SELECT count(*) FROM articles WHERE {where}", values)[0][0])

    def has(self, article_id: str) -> bool:
        """Whether this very article is stored, chunks, embeddings and all."""
        return bool(self.rows("SELECT 1 FROM articles WHERE id = ?", (article_id,)))

    def chunk_count(self) -> int:
        """How many chunks there are."""
        return int(self.rows("SELECT count(*) FROM chunks")[0][0])

    def add(self, article: Article, chunks: Sequence[Chunk], embeddings: "NDArray[np.float32]") -> None:
        """Store an article with its chunks; embeddings have the shape (len(chunks), dimension).

        Call it inside `transaction`.
        """
        values = (article.id, *(getattr(article, name) for name in _ARTICLE.split(", ")))
        self.connection.execute(f"INSERT OR IGNORE INTO articles (id, {_ARTICLE}) VALUES (?{', ?' * 7})", values)
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
                (number, indexed(article.title), indexed(chunk.text)),
            )

    def remove(self, article_ids: Iterable[str]) -> None:
        """Take articles out, their chunks and sources with them. Call it inside `transaction`.

        The files they were read from count as unread again, so that the next ingest brings them back.
        """
        for article_id in article_ids:
            self.connection.execute(
                "DELETE FROM files WHERE file IN (SELECT file FROM sources WHERE article_id = ?)",
                (article_id,),
            )
            self.connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def remove_unreferenced(self, article_ids: Iterable[str]) -> set[str]:
        """Take out those of the articles that stand in no file any more; returns their ids.

        Call it inside `transaction`.
        """
        gone = {
            article_id
            for article_id in article_ids
            if not self.rows("SELECT 1 FROM sources WHERE article_id = ? LIMIT 1", (article_id,))
        }
        self.connection.executemany("DELETE FROM articles WHERE id = ?", [(id_,) for id_ in gone])
        return gone

    def remove_orphans(self) -> None:
        """Take out what stands in no file: the old text of a record that a killed ingest had replaced."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM articles WHERE id NOT IN (SELECT article_id FROM sources)")

    def searchable(self, filters: Filters) -> list[str]:
        """The ids of the chunks whose articles pass the filters, without those that Chroma was not told of."""
        where, values = condition(filters)
        rows = self.rows(
            "SELECT chunks.id FROM chunks JOIN articles ON articles.id = chunks.article_id"
            f" WHERE chunks.id NOT IN (SELECT chunk_id FROM vector_changes) AND {where}",
            values,
        )
        return [id_ for (id_,) in rows]

    def digest(self) -> str:
        """16 digits of a hash over which articles there are: it changes when one comes or goes."""
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


def condition(filters: Filters) -> tuple[str, list[str]]:
    """The filters as an SQL condition on the table `articles`, and its values."""
    terms, values = ["1"], []
    if filters.since:
        terms.append("substr(published, 1, 10) >= ?")
        values.append(filters.since)
    if filters.until:
        terms.append("substr(published, 1, 10) <= ?")
        values.append(filters.until)
    if filters.publisher:
        terms.append("instr(folded(publisher), folded(?)) > 0")
        values.append(filters.publisher)
    if filters.article_ids:
        terms.append("articles.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filters.article_ids))
    return " AND ".join(terms), values


def _prepare(connection: sqlite3.Connection) -> None:
    connection.create_function("folded", 1, lambda text: None if text is None else folded(text), deterministic=True)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    with closing(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'")) as found:
        if found.fetchone():
            _renew_words(connection)
            return
    connection.executescript(f"BEGIN IMMEDIATE; {_sql('schema.sql')} COMMIT;")
    _renew_words(connection)


def _renew_words(connection: sqlite3.Connection) -> None:
    """Make the table of words, or make it anew if an older Dateline wrote its words in another way."""
    if _words_version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _words_version(connection) != VERSION:  # another process may have been quicker
            connection.execute("DROP TABLE IF EXISTS words")
            connection.execute(_sql("words.sql"))
            chunks = connection.execute(
                'SELECT number, title, substr(text, start + 1, "end" - start) FROM chunks'
                " JOIN articles ON articles.id = chunks.article_id"
            )
            connection.executemany(
                "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                ((number, indexed(title), indexed(text)) for number, title, text in chunks),
            )
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _words_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _sql(name: str) -> str:
    return files("vectorstore.index").joinpath(name).read_text(encoding="utf-8")
