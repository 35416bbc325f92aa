"""The store: a manifest that is kept, vectors that follow the library, one writer, readers beside it."""

import copy
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import HashEmbedder
from vectorstore import chunking
from vectorstore.articles import Article, Filters, Hit
from vectorstore.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    NoIndexError,
    NotFoundError,
    StoreError,
)
from vectorstore.index.store import Store
from vectorstore.index.trash import Bin
from vectorstore.index.vectors import Vectors
from vectorstore.ingest import ingest

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))
QUESTIONS = ["How many drones hit Kyiv?", "Who calls for regime change?"]
LATE = Article("/late.txt", "A ferry sank off Dover on Friday. All 212 passengers were saved.", "Ferry sinks")

# Answers each line of its standard input with what it sees then.
READER = """
import json, sys
from pathlib import Path
from tests.fakes import HashEmbedder
from vectorstore.articles import Filters
from vectorstore.index.store import Store
store = Store.open(Path(sys.argv[1]), embedder=HashEmbedder())
for line in sys.stdin:
    ids = [id for (id,) in store.library.rows("SELECT id FROM chunks ORDER BY id")]
    vector = store.embeddings(ids[:1])[0]
    found = [id for id, _ in store.nearest(vector, 1000)]
    filtered = [id for id, _ in store.nearest(vector, 1000, Filters(since="0001-01-01"))]
    print(json.dumps({"library": ids, "vectors": found, "filtered": filtered}), flush=True)
"""
HOLDER = """
import sys
from pathlib import Path
from tests.fakes import HashEmbedder
from vectorstore.index.store import Store
with Store.open(Path(sys.argv[1]), embedder=HashEmbedder()).writing():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(hashed_seed_store: Store, tmp_path: Path) -> Iterator[Store]:
    """A store of one's own with the seeds in it."""
    shutil.copytree(hashed_seed_store.data_dir, tmp_path / "data")
    store = Store.open(tmp_path / "data", embedder=hashed_seed_store.embedder)
    yield store
    store.close()


def put(store: Store, article: Article) -> list[str]:
    """Write an article into the library alone, as an ingest killed before it told Chroma; returns its chunks' ids."""
    chunks = store.cut(article)
    (rows,) = store.embed([(article, chunks)])
    with store.library.transaction() as connection:
        store.library.add(article, chunks, rows)
        connection.execute("INSERT INTO sources VALUES (?, ?, ?)", (article.source, article.source, article.id))
    return [chunk.id for chunk in chunks]


def in_library(store: Store) -> set[str]:
    return {chunk_id for (chunk_id,) in store.library.rows("SELECT id FROM chunks")}


def in_vectors(store: Store) -> set[str]:
    return {chunk_id for chunk_id, _ in store.nearest(store.embedder.embed(["news"])[0], 1000)}


def results(store: Store) -> list[list[Hit]]:
    return [store.search(question) for question in QUESTIONS]


# -- manifest


def test_the_manifest_says_what_made_the_index(store: Store) -> None:
    manifest = store.library.manifest()
    assert manifest["embedder"] == store.embedder.name
    assert manifest["embedder_sha256"] == store.embedder.sha256
    assert manifest["dimension"] == "384"
    assert manifest["chunker"] == chunking.VERSION


def test_another_embedder_is_refused_until_the_rebuild(store: Store) -> None:
    before = results(store)
    store.close()
    other = copy.copy(store.embedder)
    other.name, other.sha256 = "other-model", "f" * 64
    with pytest.raises(IndexMismatchError, match=r"made with another embedder word-hashes \(now other-model\)") as told:
        Store.open(store.data_dir, embedder=other)
    assert "'dateline rebuild' makes it anew" in str(told.value)
    assert "\n" not in str(told.value)
    mended = Store.open(store.data_dir, embedder=other, check=False)
    assert mended.rebuild() == len(in_library(mended)) > 2
    mended.close()
    again = Store.open(store.data_dir, embedder=other)
    assert results(again) == before
    again.close()
    with pytest.raises(IndexMismatchError, match="other-model"):
        Store.open(store.data_dir, embedder=store.embedder)


def test_another_chunker_is_refused_until_the_rebuild(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.close()
    made_with = chunking.VERSION
    monkeypatch.setattr(chunking, "VERSION", "sentences-99")
    monkeypatch.setattr(chunking, "MAX_PIECES", 60)
    with pytest.raises(IndexMismatchError, match=rf"chunker {made_with} \(now sentences-99\).*'dateline rebuild'"):
        Store.open(store.data_dir, embedder=store.embedder)
    mended = Store.open(store.data_dir, embedder=store.embedder, check=False)
    before = in_library(mended)
    steps: list[tuple[int, int]] = []
    assert mended.rebuild(lambda done, total: steps.append((done, total))) > len(before)
    assert steps[-1] == (2, 2)
    assert in_library(mended) == in_vectors(mended) != before
    mended.close()
    Store.open(store.data_dir, embedder=store.embedder).close()


def test_no_index(tmp_path: Path, hash_embedder: HashEmbedder) -> None:
    with pytest.raises(NoIndexError):
        Store.open(tmp_path / "data", embedder=hash_embedder)
    Store.open(tmp_path / "data", create=True, embedder=hash_embedder).close()
    Store.open(tmp_path / "data", embedder=hash_embedder).close()


# -- vectors that follow the library


@pytest.mark.parametrize("harm", ["deleted", "garbled", "emptied"])
def test_the_rebuild_mends_the_vectors(store: Store, harm: str) -> None:
    before = results(store)
    store.close()
    (chroma,) = store.data_dir.glob("chroma-*")
    if harm == "deleted":
        shutil.rmtree(chroma)
    elif harm == "emptied":
        (chroma / "chroma.sqlite3").unlink()
    else:
        (chroma / "chroma.sqlite3").write_bytes(np.random.default_rng(0).bytes(100_000))
    harmed = Store.open(store.data_dir, embedder=store.embedder)
    for filters in (None, Filters(article_ids=(before[0][0].article.id,))):
        with pytest.raises(IndexDamagedError, match="'dateline rebuild' makes it anew") as told:
            harmed.search(QUESTIONS[0], filters=filters)
        assert "\n" not in str(told.value)
    put(harmed, LATE)
    with pytest.raises(IndexDamagedError):
        harmed.sync()
    with harmed.library.transaction():
        harmed.library.remove([LATE.id])
    harmed.rebuild()
    assert results(harmed) == before
    harmed.close()
    assert len(list(store.data_dir.glob("chroma-*"))) == 1
    again = Store.open(store.data_dir, embedder=store.embedder)
    assert results(again) == before
    again.close()


def test_what_a_killed_ingest_did_not_tell_chroma_is_told_by_the_next(store: Store) -> None:
    told = in_vectors(store)
    late = put(store, LATE)
    store.close()
    killed = Store.open(store.data_dir, embedder=store.embedder)
    assert in_vectors(killed) == told
    # Found all the same, by its words; a filter must not have Chroma asked for what it does not know.
    for filters in (None, Filters(article_ids=(LATE.id,))):
        assert killed.search("ferry off Dover", filters=filters)[0].chunk.id == late[0]
    assert len(ingest(SEEDS, killed).unchanged) == 2
    assert in_vectors(killed) == in_library(killed) == told | set(late)
    assert not killed.library.rows("SELECT * FROM vector_changes")
    killed.close()


def test_a_chunk_gone_before_chroma_ever_heard_of_it(store: Store) -> None:
    before = results(store)
    put(store, LATE)
    with store.library.transaction():
        store.library.remove([LATE.id])
    store.sync()
    assert in_vectors(store) == in_library(store)
    assert results(store) == before


def test_a_removal_that_chroma_was_not_told_of(store: Store) -> None:
    gone = store.search(QUESTIONS[0])[0].article
    with store.library.transaction():
        store.library.remove([gone.id])
    assert gone.id not in {hit.article.id for hit in store.search(QUESTIONS[0])}
    store.sync()
    assert in_vectors(store) == in_library(store)


def test_remove(store: Store) -> None:
    gone = store.search(QUESTIONS[0])[0].article
    assert store.remove(gone.id[:8]) == gone
    assert [hit.article.id for hit in store.search(QUESTIONS[0]) if hit.article.id == gone.id] == []
    assert in_vectors(store) == in_library(store)
    with pytest.raises(NotFoundError):
        store.remove(gone.id)
    back = ingest(SEEDS, store)
    assert (back.added, back.unchanged) == ((gone.source,), tuple(str(s) for s in SEEDS if str(s) != gone.source))
    assert store.search(QUESTIONS[0])[0].article == gone


@pytest.mark.parametrize("back", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_records_of_one_file_are_put_back_in_any_order(store: Store, tmp_path: Path, back: tuple[int, ...]) -> None:
    file = tmp_path / "wire.jsonl"
    lines = [{"title": f"Ferry {n}", "text": f"Ferry number {n} sank off Dover, and all were saved."} for n in range(3)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert len(ingest([file], store).added) == 3
    tables = ("articles", "sources", "files")
    before = [set(store.library.rows(f"SELECT * FROM {table}")) for table in tables]
    held = Bin(store)
    tokens = [held.take_out(a.id)[0] for a in store.library.articles() if a.title.startswith("Ferry")]
    assert store.library.count() == 2
    for place, n in enumerate(back):
        held.put_back(tokens[n])
        whole = store.library.rows("SELECT 1 FROM files WHERE file = ?", (str(file),))
        assert bool(whole) == (place == 2)  # until then an ingest is to bring the others back
    assert [set(store.library.rows(f"SELECT * FROM {table}")) for table in tables] == before
    assert in_vectors(store) == in_library(store)
    assert len(ingest([file], store).unchanged) == 3


def test_what_came_back_by_itself_or_was_replaced_is_left_alone(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "ferry.txt"
    file.write_text(LATE.text)
    ingest([file], store)
    (ferry,) = [a for a in store.library.articles() if a.source == str(file)]
    held = Bin(store)
    token, _ = held.take_out(ferry.id)
    assert len(ingest([file], store).added) == 1
    assert held.put_back(token) == ferry
    token, _ = held.take_out(ferry.id)
    file.write_text("The ferry was raised on Sunday, and nobody was hurt at all.")
    ingest([file], store)
    with pytest.raises(NotFoundError, match="has changed since"):
        held.put_back(token)
    assert [a.text[:20] for a in store.library.articles() if a.source == str(file)] == ["The ferry was raised"]
    assert in_vectors(store) == in_library(store)


def test_only_the_last_ones_can_be_put_back(store: Store) -> None:
    held = Bin(store, most=1)
    first, last = [held.take_out(article.id)[0] for article in store.library.articles()]
    with pytest.raises(NotFoundError, match="can't be undone any more"):
        held.put_back(first)
    held.put_back(last)
    assert store.library.count() == 1


def test_an_empty_index_can_be_rebuilt(tmp_path: Path, hash_embedder: HashEmbedder) -> None:
    store = Store.open(tmp_path, create=True, embedder=hash_embedder)
    assert store.rebuild() == 0
    assert store.search("anything") == []
    store.close()


# -- several at a time


def test_one_writer_at_a_time(store: Store) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        article_id = store.library.articles()[0].id
        for write in (store.rebuild, lambda: store.remove(article_id)):
            with pytest.raises(IndexBusyError):
                write()
        with pytest.raises(IndexBusyError, match=r"another 'dateline ingest' is writing to .*: try again when"):
            ingest(SEEDS, store)
        assert store.search(QUESTIONS[0])
        other.communicate()
    assert len(ingest(SEEDS, store).unchanged) == 2


def test_a_reader_in_another_process_sees_a_whole_index(store: Store) -> None:
    before = sorted(in_library(store))
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(store.data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:

        def seen() -> dict[str, list[str]]:
            assert reader.stdin
            assert reader.stdout
            reader.stdin.write("\n")
            reader.stdin.flush()
            found: dict[str, list[str]] = json.loads(reader.stdout.readline())
            return found | {"vectors": sorted(found["vectors"])}

        whole = seen()
        assert (whole["library"], whole["vectors"]) == (before, before)
        with store.library.transaction() as connection:
            connection.execute("DELETE FROM articles")
            assert seen() == whole
            connection.execute("ROLLBACK")
            connection.execute("BEGIN")
        late = put(store, LATE)
        assert seen() == {**whole, "library": sorted([*before, *late])}
        store.sync()
        assert seen() == {**whole, "library": sorted([*before, *late]), "vectors": sorted([*before, *late])}
        store.rebuild()
        assert seen()["vectors"] == sorted([*before, *late])
        store.remove(LATE.id)
        assert seen() == whole
        reader.communicate()


def test_closing_waits_for_who_searches_and_opens_nothing_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    vector = store.embedder.embed(["drones"])[0]
    query, close = Vectors.query, Vectors.close

    def closed(vectors: Vectors) -> None:
        order.append("closed")
        close(vectors)

    def asked(vectors: Vectors, *arguments: object) -> list[tuple[str, float]]:
        closer.start()
        closer.join(0.3)  # in vain: it waits for this very call
        found = query(vectors, *arguments)  # type: ignore[arg-type]
        order.append("answered")
        return found

    closer = threading.Thread(target=store.close)
    monkeypatch.setattr(Vectors, "query", asked)
    monkeypatch.setattr(Vectors, "close", closed)
    assert store.nearest(vector, 1)
    closer.join()
    assert order == ["answered", "closed"]
    for use in (
        lambda: store.nearest(vector, 1),
        lambda: store.search("drones"),
        store.sync,
        store.rebuild,
        store.library.count,
        lambda: store.library.remove_orphans(),
    ):
        with pytest.raises(StoreError, match="the index was closed while it was used: open it again"):
            use()
    assert not store._vectors.opened
    store.close()


def test_a_rebuild_that_is_closed_in_the_middle_leaves_the_old_index_and_no_open_file(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Vectors] = []
    put_rows = Vectors.put

    def interrupted(vectors: Vectors, ids: Sequence[str], rows: Any) -> None:  # noqa: ANN401
        opened.append(vectors)
        put_rows(vectors, ids, rows)
        store.close()

    monkeypatch.setattr(Vectors, "put", interrupted)
    with pytest.raises(StoreError, match="closed"):
        store.rebuild()
    assert [vectors.opened for vectors in opened] == [False]
    monkeypatch.undo()
    with closing(Store.open(store.data_dir, embedder=store.embedder)) as again:
        assert again.search(QUESTIONS[0])


def test_threads_search_while_one_writes(store: Store) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert store.search(QUESTIONS[0], filters=Filters(publisher="nobody")) == []
                assert store.search(QUESTIONS[0])[0].cosine > 0.3
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(8):
        put(store, Article(f"/{n}.txt", f"The drones of day {n} hit a depot in Kyiv."))
        store.sync()
        if n % 3 == 2:
            store.rebuild()
    done.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert in_vectors(store) == in_library(store)
