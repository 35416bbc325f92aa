"""Ingest: what is new is embedded once, what changed is replaced, what goes wrong costs no more than itself."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.fakes import HashEmbedder
from vectorstore import batch
from vectorstore.index.database import FILE_NAME
from vectorstore.index.store import Store
from vectorstore.ingest import Progress, ingest
from vectorstore.readers.json_document import read_json

SEEDS = Path(__file__).parents[1] / "seeds"
WITHOUT_ROOT = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
INGEST = """
import sys
from pathlib import Path
from tests.fakes import HashEmbedder
from vectorstore.errors import StoreError
from vectorstore.ingest import ingest
from vectorstore.index.store import Store
try:
    store = Store.open(Path(sys.argv[1]), create=True, embedder=HashEmbedder())
    print(ingest([Path(sys.argv[2])], store).added)
except StoreError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.fakes import HashEmbedder
from vectorstore.index.store import Store
from vectorstore.index.vectors import Vectors
from vectorstore.ingest import ingest
store = Store.open(Path(sys.argv[1]), create=True, embedder=HashEmbedder())
def kill(*_):
    if store.library.count() >= 100:
        os.kill(os.getpid(), signal.SIGKILL)
def nothing(*_):
    pass
if sys.argv[3] == "before the vectors":
    Vectors.upsert = kill
ingest([Path(sys.argv[2])], store, progress=kill if sys.argv[3] == "while reading" else nothing)
"""
SEARCH = """
import sys
from pathlib import Path
from tests.fakes import HashEmbedder
from vectorstore.errors import StoreError
from vectorstore.index.store import Store
try:
    store = Store.open(Path(sys.argv[1]), embedder=HashEmbedder())
    ids = [id for (id,) in store.library.rows("SELECT id FROM chunks")]
    print(len(store.nearest(store.embeddings(ids[:1])[0], 10)))
except StoreError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


@pytest.fixture
def counting() -> HashEmbedder:
    """An embedder of the test's own, which keeps what it was given."""
    return HashEmbedder()


@pytest.fixture
def store(counting: HashEmbedder, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "data", create=True, embedder=counting)
    yield store
    assert sorted(in_vectors(store)) == sorted(in_library(store))
    assert not store.library.rows("SELECT * FROM vector_changes")
    assert not store.library.rows("SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM sources)")
    store.close()


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def write(path: Path, day: int, extra: str = "") -> Path:
    path.write_text(f"Bridge {day} opens\n\nOn day {day} the mayor opened bridge number {day}. Crowds came. {extra}")
    return path


def write_lines(path: Path, records: Sequence[object]) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def record(day: int) -> dict[str, str]:
    return {"title": f"Bridge {day} opens", "text": f"On day {day} the mayor opened bridge number {day}."}


def in_library(store: Store) -> set[str]:
    return {chunk_id for (chunk_id,) in store.library.rows("SELECT id FROM chunks")}


def in_vectors(store: Store) -> set[str]:
    """What Chroma has, asked past its index of neighbours, which is not exact."""
    store.nearest(store.embedder.embed(["opened"])[0], 1)
    return set(store.vectors.current._opened().get(include=[])["ids"])


def titles(store: Store) -> list[str]:
    return sorted(article.title for article in store.library.articles())


def names(sources: Sequence[str]) -> list[str]:
    return [source.rsplit("/", 1)[1] for source in sources]


# -- the same, the changed, the gone


def test_the_same_again_costs_nothing(store: Store, counting: HashEmbedder) -> None:
    first = ingest([SEEDS], store)
    assert names(first.added) == ["000_620820a8eddc9c55.txt", "004_51144c61bb42c65f.txt"]
    assert first.chunks == len(counting.texts) == len(in_library(store)) > 2
    counting.texts.clear()
    again = ingest([SEEDS], store)
    assert names(again.unchanged) == names(first.added)
    assert (again.added, again.changed, again.removed, again.failed, again.chunks) == ((), (), (), (), 0)
    assert counting.texts == []


def test_a_changed_file_is_replaced(store: Store, news: Path, counting: HashEmbedder) -> None:
    write(news / "a.txt", 1)
    write(news / "b.txt", 2)
    ingest([news], store)
    counting.texts.clear()
    write(news / "a.txt", 1, "It collapsed the next day.")
    report = ingest([news], store)
    assert (names(report.changed), names(report.unchanged), report.added, report.removed) == (
        ["a.txt"],
        ["b.txt"],
        (),
        (),
    )
    assert len(counting.texts) == 1
    assert titles(store) == ["Bridge 1 opens", "Bridge 2 opens"]
    assert "collapsed" in store.search("bridge 1 collapsed")[0].chunk.text


def test_the_same_article_in_two_files_is_one(store: Store, news: Path, counting: HashEmbedder) -> None:
    write(news / "a.txt", 1)
    write(news / "b.txt", 1)
    report = ingest([news], store)
    assert (names(report.added), names(report.unchanged)) == (["a.txt"], ["b.txt"])
    assert [problem.reason for problem in report.warnings] == ["the same article as one already there"]
    assert len(counting.texts) == len(in_library(store)) == 1
    (news / "a.txt").unlink()
    assert ingest([news], store, prune=True).removed == (str(news / "a.txt"),)
    assert titles(store) == ["Bridge 1 opens"]
    (news / "b.txt").unlink()
    write(news / "c.txt", 2)
    ingest([news], store, prune_all=True)
    assert titles(store) == ["Bridge 2 opens"]


def test_an_article_that_moves_to_the_next_file_stays(store: Store, news: Path, counting: HashEmbedder) -> None:
    write(news / "a.txt", 1)
    write(news / "b.txt", 2)
    ingest([news], store)
    counting.texts.clear()
    write(news / "a.txt", 3)
    write(news / "b.txt", 1)
    report = ingest([news], store)
    assert (names(report.changed), names(report.unchanged)) == (["a.txt"], ["b.txt"])
    assert titles(store) == ["Bridge 1 opens", "Bridge 3 opens"]
    assert len(counting.texts) == 1


def test_prune_takes_out_only_what_left_these_folders(store: Store, news: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for path, day in ((news / "a.txt", 1), (news / "b.txt", 2), (elsewhere / "c.txt", 3), (elsewhere / "d.txt", 4)):
        write(path, day)
    ingest([news, elsewhere], store)
    (news / "a.txt").unlink()
    (elsewhere / "c.txt").unlink()
    assert ingest([news], store).removed == ()
    assert len(titles(store)) == 4
    write(news / "e.txt", 5)
    write(news / "f.txt", 6)
    assert names(ingest([news], store, prune=True).removed) == ["a.txt"]
    (news / "e.txt").unlink()
    (news / "f.txt").unlink()
    assert names(ingest([news], store, prune_all=True).removed) == ["e.txt", "f.txt"]
    assert titles(store) == ["Bridge 2 opens", "Bridge 3 opens", "Bridge 4 opens"]
    (news / "b.txt").rename(news / "renamed.txt")
    report = ingest([news], store, prune=True)
    assert (names(report.unchanged), names(report.removed)) == (["renamed.txt"], ["b.txt"])
    assert titles(store) == ["Bridge 2 opens", "Bridge 3 opens", "Bridge 4 opens"]


def test_a_folder_given_twice_is_read_once(store: Store, news: Path) -> None:
    write(news / "a.txt", 1)
    report = ingest([news, news, news / "a.txt", news / ".." / "news"], store)
    assert (names(report.added), report.unchanged, report.warnings) == (["a.txt"], (), ())


@pytest.mark.parametrize("how", ["emptied", "missing", "most of it", "beside a large folder", "a file"])
def test_prune_refuses_where_a_drive_may_be_missing(store: Store, news: Path, tmp_path: Path, how: str) -> None:
    files = [write(news / f"{n}.txt", n) for n in range(5)]
    other = tmp_path / "other"
    other.mkdir()
    many = [write(other / f"{n}.txt", n) for n in range(10, 30)]
    paths = {"beside a large folder": [news, other], "a file": files}.get(how, [news])
    ingest([news, other], store)
    before = titles(store)
    for path in files[: 2 if how == "most of it" else 5]:
        path.unlink()
    if how == "missing":
        news.rmdir()
    report = ingest(paths, store, prune=True)
    assert (titles(store), report.removed, report.prune_refused) == (before, (), True)
    assert all("--prune-all" in problem.reason for problem in report.failed if "--prune" in problem.reason)
    assert any("--prune-all" in problem.reason for problem in report.failed)
    report = ingest(paths, store, prune_all=True)
    assert len(titles(store)) == len(many) + (3 if how == "most of it" else 0)
    assert not report.prune_refused


def test_prune_takes_out_a_third(store: Store, news: Path) -> None:
    files = [write(news / f"{n}.txt", n) for n in range(3)]
    ingest([news], store)
    files[0].unlink()
    assert names(ingest([news], store, prune=True).removed) == ["0.txt"]


@pytest.mark.parametrize("prune", [False, True])
def test_the_source_follows_a_renamed_file(store: Store, news: Path, prune: bool) -> None:
    write(news / "a.txt", 1)
    ingest([news], store)
    (news / "a.txt").rename(news / "b.txt")
    report = ingest([news], store, prune=prune)
    assert ([article.source for article in store.library.articles()], report.warnings) == ([str(news / "b.txt")], ())


@pytest.mark.parametrize("gone", ["a.txt", "b.txt"])
def test_of_an_article_in_two_files_the_source_is_one_that_is_there(store: Store, news: Path, gone: str) -> None:
    write(news / "a.txt", 1)
    write(news / "b.txt", 1)
    ingest([news], store)
    (news / gone).unlink()
    ingest([news], store)
    assert [Path(article.source).name for article in store.library.articles()] == [
        {"a.txt", "b.txt"}.difference({gone}).pop()
    ]


def test_the_source_follows_a_record_that_moves_in_its_file_and_to_another(store: Store, news: Path) -> None:
    path = write_lines(news / "a.jsonl", [record(1), record(2)])
    ingest([path], store)
    write_lines(path, [record(3), record(1), record(2)])
    ingest([path], store)
    assert {a.title[7]: names([a.source])[0] for a in store.library.articles()} == {
        "1": "a.jsonl#L2", "2": "a.jsonl#L3", "3": "a.jsonl#L1",
    }  # fmt: skip
    path.rename(news / "b.jsonl")
    ingest([news], store)
    assert {names([a.source])[0].split("#")[0] for a in store.library.articles()} == {"b.jsonl"}


class PanicException(BaseException):
    """What a panic in Rust looks like from Python."""


def test_an_article_on_which_the_splitter_panics_fails_alone(
    store: Store, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sentencex

    split = sentencex.get_sentence_boundaries

    def panic(language: str, text: str) -> object:
        if "number 2" in text:
            raise PanicException("end byte index 2 is not a char boundary")
        return split(language, text)

    path = write_lines(news / "a.jsonl", [record(1), record(2), record(3)])
    write(news / "b.txt", 2)
    write(news / "c.txt", 4)
    with monkeypatch.context() as patch:
        patch.setattr(sentencex, "get_sentence_boundaries", panic)
        for _ in range(2):
            report = ingest([news], store)
            assert titles(store) == ["Bridge 1 opens", "Bridge 3 opens", "Bridge 4 opens"]
            assert names([problem.source for problem in report.failed]) == ["a.jsonl#L2", "b.txt"]
            assert all("splitter" in problem.reason and "\n" not in problem.reason for problem in report.failed)
    write_lines(path, [record(1), record(5), record(3)])
    report = ingest([news], store)
    assert (titles(store), report.failed) == ([f"Bridge {n} opens" for n in (1, 2, 3, 4, 5)], ())


# -- many records in a file


def test_shifted_lines_are_not_embedded_again(store: Store, news: Path, counting: HashEmbedder) -> None:
    path = write_lines(news / "a.jsonl", [record(n) for n in range(20)])
    ingest([path], store)
    counting.texts.clear()
    write_lines(path, [record(99), *(record(n) for n in range(20))])
    report = ingest([path], store)
    assert len(counting.texts) == report.chunks == 1
    assert len(titles(store)) == 21
    assert len(report.unchanged) == 20
    assert report.removed == ()


def test_a_record_that_left_its_file_goes(store: Store, news: Path) -> None:
    path = write_lines(news / "a.jsonl", [record(n) for n in range(5)])
    ingest([path], store)
    write_lines(path, [record(n) for n in range(5) if n != 2])
    ingest([path], store)
    assert titles(store) == [f"Bridge {n} opens" for n in (0, 1, 3, 4)]
    write_lines(path, [{"id": "x", **record(0)}])
    ingest([path], store)
    assert titles(store) == ["Bridge 0 opens"]


def test_a_file_of_several_batches(
    store: Store, news: Path, counting: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH_CHUNKS", 4)
    path = write_lines(news / "a.jsonl", [record(n) for n in range(10)])
    assert len(ingest([path], store).added) == 10
    counting.texts.clear()
    write_lines(path, [record(n + 5) for n in range(10)])
    ingest([path], store)
    assert len(counting.texts) == 5
    assert titles(store) == sorted(f"Bridge {n} opens" for n in range(5, 15))


# -- what goes wrong


def test_one_bad_file_never_stops_the_rest(store: Store, news: Path) -> None:
    write(news / "a.txt", 1)
    (news / "b.txt").write_bytes(os.urandom(3000) + b"\x00" * 100)
    (news / "c.txt").write_text("")
    (news / "d.json").write_text("{")
    write_lines(news / "e.jsonl", [record(2), '{"title": "half', record(3), {"title": "no text"}, 7])
    (news / "f.html").write_text("<html><body><nav>Home</nav></body></html>")
    (news / os.fsdecode(b"caf\xe9.txt")).write_text("Title\n\nIts name is not UTF-8.")
    (news / "g.txt").symlink_to(news / "g.txt")
    write(news / "z.txt", 4)
    report = ingest([news, news / "none", news / "photo.jpg"], store)
    assert titles(store) == [f"Bridge {n} opens" for n in (1, 2, 3, 4)]
    failed = {name.split("/")[-1] for name in (problem.source for problem in report.failed)}
    assert failed == {
        "b.txt", "c.txt", "d.json", "e.jsonl#L2", "e.jsonl#L4", "e.jsonl#L5", "f.html", "g.txt", "none", "photo.jpg",
        "caf\\udce9.txt",
    }  # fmt: skip
    assert all("\n" not in problem.reason and problem.reason for problem in report.failed)
    json.dumps(report.to_dict())
    again = ingest([news], store)
    assert names(again.unchanged) == ["a.txt", "e.jsonl#L1", "e.jsonl#L3", "z.txt"]
    assert {problem.source.split("/")[-1] for problem in again.failed} == failed - {"none", "photo.jpg"}


def test_what_a_file_held_before_it_failed_stays(store: Store, news: Path) -> None:
    text = write(news / "a.txt", 1)
    lines = write_lines(news / "b.jsonl", [record(2), record(3), record(4)])
    ingest([news], store)
    text.write_text("")
    write_lines(lines, ["{", record(5), record(4)])
    report = ingest([news], store)
    assert len(report.failed) == 2
    # Line 2 was read and replaced what it held; line 1 could not be, so its article stays.
    assert titles(store) == ["Bridge 1 opens", "Bridge 2 opens", "Bridge 4 opens", "Bridge 5 opens"]
    write_lines(lines, [record(2), record(5)])
    ingest([news], store)
    assert titles(store) == ["Bridge 1 opens", "Bridge 2 opens", "Bridge 5 opens"]


def test_a_file_that_vanishes_on_the_way_is_one_failure(store: Store, news: Path) -> None:
    write(news / "a.txt", 1)
    write(news / "b.txt", 2)

    def vanish(_: Progress) -> None:
        (news / "b.txt").unlink(missing_ok=True)

    report = ingest([news], store, progress=vanish)
    assert (names(report.added), [problem.source for problem in report.failed]) == (["a.txt"], [str(news / "b.txt")])


def test_a_test_set_is_no_failure(store: Store) -> None:
    report = ingest([SEEDS], store)
    assert (len(report.added), report.failed) == (2, ())
    assert [(names([p.source]), p.reason) for p in report.warnings] == [
        (["questions.jsonl"], "a test set (questions, no articles): skipped")
    ]
    assert ingest([SEEDS], store).warnings == ()


def test_a_question_beside_articles_is_passed_over_and_said_once() -> None:
    records = [record(1), {"question": "Which bridge?", "answers": []}, {"question": "Who?"}, {"title": "no text"}]
    records.append({"question": "An interview", **record(2)})
    items = list(read_json(json.dumps(records), "/a.json"))
    assert [getattr(item, "title", None) or getattr(item, "reason", "")[:10] for item in items] == [
        "Bridge 1 opens", "a test set", "no text: e", "Bridge 2 opens",
    ]  # fmt: skip


def test_an_empty_folder_and_none(store: Store, news: Path) -> None:
    assert [problem.source for problem in ingest([news], store).failed] == [str(news)]
    assert ingest([], store).failed == ()


# -- progress


def test_progress_reaches_the_total(store: Store, news: Path) -> None:
    for n in range(3):
        write(news / f"{n}.txt", n)
    write_lines(news / "more.jsonl", [record(n) for n in range(10, 15)])
    steps: list[Progress] = []
    ingest([news], store, progress=steps.append)
    total = sum(path.stat().st_size for path in news.iterdir())
    assert {step.total for step in steps} == {total}
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == total
    assert len(steps) == 9
    assert {Path(step.source).name for step in steps} == {"0.txt", "1.txt", "2.txt", "more.jsonl", ""}


# -- killed


@pytest.mark.parametrize("moment", ["while reading", "before the vectors"])
def test_killed_in_the_middle_the_next_ingest_completes_it(
    tmp_path: Path, news: Path, counting: HashEmbedder, moment: str
) -> None:
    write_lines(news / "old.jsonl", [record(n) for n in range(300)])
    for n in range(300, 500):
        write(news / f"{n}.txt", n)
    data = tmp_path / "data"
    # A record that the killed ingest replaces, with the rest of its file still to come.
    store = Store.open(data, create=True, embedder=counting)
    ingest([write_lines(news / "changing.jsonl", [record(1000)])], store)
    write_lines(news / "changing.jsonl", [record(1001), *(record(n) for n in range(2000, 2300))])
    store.close()

    killed = subprocess.run([sys.executable, "-c", KILLED, str(data), str(news), moment], check=False)
    assert killed.returncode == -signal.SIGKILL

    store = Store.open(data, embedder=counting)
    stored = store.library.stats()["articles"]
    assert 100 <= stored < 801
    assert store.search("the mayor opened bridge number 7")
    counting.texts.clear()
    report = ingest([news], store)
    assert not report.failed
    assert titles(store) == sorted(f"Bridge {n} opens" for n in (*range(500), 1001, *range(2000, 2300)))
    assert len(counting.texts) <= 801 - stored + 1
    assert in_vectors(store) == in_library(store)
    assert store.library.rows("PRAGMA integrity_check") == [("ok",)]
    assert len(ingest([news], store).unchanged) == 801
    store.close()


# -- a data folder that can't be written


def run_without_root(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    prefix = WITHOUT_ROOT if os.geteuid() == 0 else []
    return subprocess.run(
        [*prefix, sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("existing", [False, True])
def test_a_data_folder_that_is_read_only(tmp_path: Path, news: Path, counting: HashEmbedder, existing: bool) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write(news / "a.txt", 1)
    if existing:
        store = Store.open(data, create=True, embedder=counting)
        ingest([news], store)
        store.close()
    for path in (*data.rglob("*"), data):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path.name: path.stat().st_mtime_ns for path in data.iterdir()}
    try:
        for code in (INGEST, SEARCH) if existing else (INGEST,):
            ran = run_without_root(code, data, news)
            assert ran.returncode == 1
            assert ran.stderr.startswith("DataFolderError: can't ")
            assert "it must be a folder you may write to; choose another with --data-dir" in ran.stderr
            assert ran.stderr.count("\n") == 1
        assert {path.name: path.stat().st_mtime_ns for path in data.iterdir()} == before
    finally:
        for path in (data, *data.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_an_unreadable_file(tmp_path: Path, news: Path) -> None:
    write(news / "a.txt", 1).chmod(0)
    ran = run_without_root(INGEST, tmp_path / "data", news)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "()\n", "")
    assert (tmp_path / "data" / FILE_NAME).is_file()
