"""The library: one SQLite file, all or nothing, shared by threads."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vectorstore.articles import Article, Chunk, Filters
from vectorstore.errors import DataFolderError, IndexDamagedError, NoIndexError, NotFoundError, StoreError
from vectorstore.index.database import FILE_NAME
from vectorstore.index.library import Library

ARTICLES = [
    Article("/a.txt", "Kyiv was hit. Many fled.", "Strike", "Reuters", "2025-04-24", "Jane", "https://a.b/c"),
    Article("/b.txt", "Talks began.", "Talks", "The Éire Times", "2025-05-01T10:00:00+02:00"),
    Article("/c.txt", "Nobody knows when.", "Undated"),
]
DIMENSION = 4


def put(library: Library, article: Article) -> Chunk:
    """Store an article with one chunk."""
    chunk = Chunk(article.id, 0, len(article.text), article.text)
    with library.transaction() as connection:
        library.add(article, [chunk], np.full((1, DIMENSION), 0.5, np.float32))
        connection.execute("INSERT INTO sources VALUES (?, ?, ?)", (article.source, article.source, article.id))
        connection.execute("INSERT OR IGNORE INTO files VALUES (?, 'hash')", (article.source,))
    return chunk


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(tmp_path / "deep" / "data", create=True)
    for article in ARTICLES:
        put(library, article)
    yield library
    library.close()


def sources(articles: list[Article]) -> list[str]:
    return [article.source for article in articles]


def test_an_article_comes_back_to_the_letter(library: Library) -> None:
    for article in ARTICLES:
        assert library.article(article.id) == article
        assert library.article(article.id[:5]) == article
        assert library.has(article.id)


@pytest.mark.parametrize("wrong", ["", "%", "_", "zz", "0" * 17, "' OR 1=1 --", "é", "\x00"])
def test_an_id_that_is_none(library: Library, wrong: str) -> None:
    with pytest.raises(NotFoundError, match=r"no article has the id .*: 'dateline list' shows the ids"):
        library.article(wrong)


def test_the_beginning_of_several_ids(library: Library) -> None:
    for n in range(17):  # of 17 ids two begin with the same digit
        put(library, Article(f"/{n}.txt", f"Text {n}."))
    first = [article.id[0] for article in library.articles()]
    twice = next(digit for digit in first if first.count(digit) > 1)
    with pytest.raises(NotFoundError, match=r"several articles have ids that begin with"):
        library.article(twice)


def test_a_single_article_is_not_the_one_without_an_id(tmp_path: Path) -> None:
    library = Library.open(tmp_path, create=True)
    put(library, ARTICLES[0])
    with pytest.raises(NotFoundError):
        library.article("")
    library.close()


def test_newest_first_and_undated_last(library: Library) -> None:
    assert sources(library.articles()) == ["/b.txt", "/a.txt", "/c.txt"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(since="2025-04-24"), ["/b.txt", "/a.txt"]),
        (Filters(since="2025-04-25"), ["/b.txt"]),
        (Filters(until="2025-05-01"), ["/b.txt", "/a.txt"]),
        (Filters(until="2025-04-30"), ["/a.txt"]),
        (Filters(publisher="reuters"), ["/a.txt"]),
        (Filters(publisher="TIMES"), ["/b.txt"]),
        (Filters(publisher="%"), []),
        (Filters(article_ids=(ARTICLES[2].id,)), ["/c.txt"]),
        (Filters(article_ids=("nothing",) * 100_000 + (ARTICLES[0].id,)), ["/a.txt"]),
    ],
)
def test_filters(library: Library, filters: Filters, expected: list[str]) -> None:
    assert sources(library.articles(filters)) == expected


def test_a_transaction_is_all_or_nothing(library: Library) -> None:
    before = library.rows("SELECT * FROM chunks")

    def interrupted() -> None:
        with library.transaction() as connection:
            connection.execute("DELETE FROM articles")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert library.rows("SELECT * FROM chunks") == before
    put(library, Article("/d.txt", "The next one works."))


def test_an_article_goes_with_all_that_is_its_own(library: Library) -> None:
    with library.transaction():
        library.remove([ARTICLES[0].id])
    for table in ("chunks", "sources", "words"):
        assert library.rows(f"SELECT count(*) FROM {table}") == [(2,)]
    assert library.rows("SELECT file FROM files ORDER BY file") == [("/b.txt",), ("/c.txt",)]
    assert not library.rows("SELECT 1 FROM words WHERE words MATCH 'kyiv'")


def test_what_chroma_has_still_to_be_told(library: Library) -> None:
    pending = "SELECT chunk_id, deleted FROM vector_changes ORDER BY deleted"
    assert [deleted for _, deleted in library.rows(pending)] == [0, 0, 0]
    assert library.searchable(Filters(publisher="reuters")) == []
    with library.transaction() as connection:
        connection.execute("DELETE FROM vector_changes")
    (chunk_id,) = library.searchable(Filters(publisher="reuters"))
    with library.transaction():
        library.remove([ARTICLES[0].id])
    assert library.rows(pending) == [(chunk_id, 1)]


def test_stats(library: Library) -> None:
    assert library.stats() == {
        "articles": 3, "publishers": 2, "first": "2025-04-24", "last": "2025-05-01", "undated": 1,
        "characters": sum(len(article.text) for article in ARTICLES), "chunks": 3,
    }  # fmt: skip


def test_stats_of_an_empty_library(tmp_path: Path) -> None:
    library = Library.open(tmp_path, create=True)
    assert library.stats()["articles"] == library.stats()["chunks"] == 0
    library.close()


def test_threads_share_a_library(library: Library) -> None:
    failures: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for i in range(30):
                put(library, Article(f"/{n}-{i}.txt", f"Text {n} {i}."))
                assert len(library.articles()) >= 3
                assert library.rows("SELECT count(*) FROM chunks") >= [(3,)]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(library.articles()) == 153


def test_closing_waits_for_a_transaction_and_later_uses_are_told(library: Library) -> None:
    closing = threading.Thread(target=library.close)
    with library.transaction() as connection:
        closing.start()
        closing.join(0.3)  # in vain: it waits for this transaction
        connection.execute("DELETE FROM articles")
        assert closing.is_alive()
    closing.join()
    for use in (library.manifest, library.remove_orphans):
        with pytest.raises(StoreError, match="closed"):
            use()
    library.close()


def test_several_may_make_it_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            Library.open(tmp_path / "data", create=True).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_no_library(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match=r"no articles in .*: add some with 'dateline ingest FOLDER'"):
        Library.open(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_sqlite(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("This is no database, however long it may be. " * 100)
    with pytest.raises(IndexDamagedError, match=r"can't be read .*: move it away and run 'dateline ingest'") as told:
        Library.open(tmp_path, create=True)
    assert "\n" not in str(told.value)
    assert (tmp_path / FILE_NAME).read_text().startswith("This is no database")


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(DataFolderError, match=r"it must be a folder you may write to; choose another with --data-dir"):
        Library.open(tmp_path / "data", create=True)


def test_a_full_disk_changes_nothing(library: Library) -> None:
    (pages,) = library.rows("PRAGMA page_count")[0]
    library.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DataFolderError, match=r"can't write to the library .*full"):
        put(library, Article("/d.txt", "words " * 100_000))
    assert sources(library.articles()) == ["/b.txt", "/a.txt", "/c.txt"]
    library.rows("PRAGMA max_page_count = 1000000")
    put(library, Article("/d.txt", "words " * 100_000))


def test_one_reads_while_another_writes(library: Library, tmp_path: Path) -> None:
    reader = Library.open(tmp_path / "deep" / "data")
    with library.transaction() as connection:
        connection.execute("DELETE FROM articles")
        assert len(reader.articles()) == 3
    assert reader.articles() == []
    reader.close()


def test_it_is_sqlite_in_wal_mode(library: Library, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "deep" / "data" / FILE_NAME)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    assert library.rows("PRAGMA integrity_check") == [("ok",)]
