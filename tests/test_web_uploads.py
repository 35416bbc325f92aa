"""Files dropped on the page: whatever they are called, they stay in one folder, and those that are no article go."""

import io
import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest

from tests.fakes import HashEmbedder
from ui.errors import UploadError
from ui.web.collection import changes
from ui.web.collection.changes import Collection
from ui.web.collection.uploads import STALE, Received, place, receive, safe_name, sweep
from vectorstore.articles import Problem
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

FERRY = b"Ferry sinks off Dover\n\nA ferry sank off Dover on Friday. All 212 passengers were saved by fishermen."
TRAIN = b"Train stuck in tunnel\n\nA train stood in the tunnel for six hours. The 340 passengers walked out."


@pytest.fixture
def store(hash_embedder: HashEmbedder, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "data", create=True, embedder=hash_embedder)
    yield store
    store.close()


@pytest.fixture
def collection(store: Store) -> Collection:
    return Collection(store)


def add(collection: Collection, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    """All that is told while the files are taken in."""
    return list(collection.add([receive(name, io.BytesIO(data), collection.folder) for name, data in files]))


def kept(collection: Collection) -> list[str]:
    return sorted(str(path.relative_to(collection.folder)) for path in collection.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("article.txt", "article.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("/etc/cron.d/job.md", "job.md"),
        ("C:\\Windows\\system32\\x.html", "x.html"),
        ("a\0b\n\x1bc.txt", "abc.txt"),
        ("\u202etxt.exe\u202c.txt", "txt.exe.txt"),
        ("z\u200bero.txt", "zero.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1.json", "_com1.json"),
        ("  ..hidden.txt", "hidden.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("Überfall in Köln.TXT", "Überfall in Köln.TXT"),
        ("\ud800.txt", None),
        ("../.txt", None),
        ("..", None),
        ("", None),
        ("photo.svg", None),
        ("README", None),
    ],
)
def test_a_name_is_made_safe_or_refused(name: str, safe: str | None) -> None:
    if safe is not None:
        assert safe_name(name) == safe
    else:
        with pytest.raises(UploadError, match=r"^a file [^\n]*(?:give it one|expected one of)") as results:
            safe_name(name)
        assert "\n" not in str(results.value)


@pytest.mark.parametrize("name", ["n" * 300 + ".txt", "é" * 300 + ".txt", "記" * 300 + ".jsonl"])
def test_a_name_too_long_for_the_disk_is_cut(name: str, tmp_path: Path) -> None:
    received = receive(name, io.BytesIO(FERRY), tmp_path)
    assert isinstance(received, Received)
    path = place(received, tmp_path)
    assert path.read_bytes() == FERRY
    assert path.suffix == Path(name).suffix
    assert path.name[0] == name[0]


def test_nothing_is_written_outside_the_folder(collection: Collection, tmp_path: Path) -> None:
    names = ["../../up.txt", "/abs.txt", "..\\back.txt", "nul\0.txt", "a/../../b.txt"]
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    *_, last = add(collection, *((name, FERRY + b" " * n + b"Again.") for n, name in enumerate(names)))
    assert last["added"] == len(names)
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    texts = {path for path in new if path.suffix == ".txt"}
    assert len(texts) == len(names)
    assert all(re.fullmatch(r"[0-9a-f]{16}", path.parent.name) for path in texts)
    assert {path.parent.parent for path in texts} == {collection.folder}


def test_what_became_of_each_file(collection: Collection) -> None:
    files = [
        ("ferry.txt", FERRY),
        ("empty.txt", b""),
        ("picture.svg", b"<svg onload='x()'/>"),
        ("lines.jsonl", b'{"title": "One", "text": "The first of three lines is an article."}\nnot json\n'),
        ("binary.txt", bytes(range(256)) * 40),
    ]
    *steps, last = add(collection, *files)
    report = {line["name"]: line for line in last["report"]}
    assert list(report) == [name for name, _ in files]
    assert {name: (line["result"], line["articles"]) for name, line in report.items()} == {
        "ferry.txt": ("added", 1),
        "empty.txt": ("failed", 0),
        "picture.svg": ("failed", 0),
        "lines.jsonl": ("added", 1),
        "binary.txt": ("failed", 0),
    }
    assert "line 2" in report["lines.jsonl"]["reason"]
    assert "ending in .svg" in report["picture.svg"]["reason"]
    assert all(line["reason"] for name, line in report.items() if name != "ferry.txt")
    assert (last["added"], last["failed"], last["unchanged"]) == (2, 3, 0)
    # What no article was read from is gone again.
    assert {name.split("/")[1] for name in kept(collection)} == {"ferry.txt", "lines.jsonl"}
    done = [step for step in steps if "done" in step]
    assert done[-1]["done"] == done[-1]["total"] == sum(len(data) for name, data in files if name != "picture.svg")
    assert all(step["seconds_left"] is None or step["seconds_left"] > 0 for step in done)


def test_the_same_again_costs_nothing(collection: Collection) -> None:
    add(collection, ("ferry.txt", FERRY))
    before = kept(collection)
    *_, last = add(collection, ("ferry.txt", FERRY), ("ferry.txt", FERRY))
    assert [line["result"] for line in last["report"]] == ["unchanged", "unchanged"]
    assert kept(collection) == before
    *_, last = add(collection, ("other name.txt", FERRY))
    assert last["report"][0]["result"] == "unchanged"
    assert "the same article" in last["report"][0]["reason"]
    assert collection.store.library.count() == 1


def test_a_test_set_is_refused_each_time_with_its_reason(collection: Collection) -> None:
    for _ in range(2):
        *_, last = add(collection, ("set.jsonl", b'{"question": "Who?", "answers": ["I"]}\n'))
        assert last["report"][0]["result"] == "failed"
        assert "test set" in last["report"][0]["reason"]
        assert kept(collection) == []


def test_two_people_add_files_of_one_name_at_once(collection: Collection) -> None:
    results: list[list[dict[str, Any]]] = []
    everything = [("news.txt", FERRY), ("news.txt", TRAIN), ("news.txt", FERRY)]
    threads = [threading.Thread(target=lambda f=file: results.append(add(collection, f))) for file in everything]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(lines[-1]["report"][0]["result"] for lines in results) == ["added", "added", "unchanged"]
    assert len(kept(collection)) == 2
    assert {"waiting": True} in [line for lines in results for line in lines]


def test_the_upload_ends_when_the_browser_is_gone(collection: Collection) -> None:
    collection.add([receive("ferry.txt", io.BytesIO(FERRY), collection.folder)])  # nobody reads what is told
    give_up = time.monotonic() + 60
    while not collection.store.library.count():
        assert time.monotonic() < give_up
        time.sleep(0.05)
    *_, last = add(collection, ("train.txt", TRAIN))
    assert last["added"] == 1
    assert not list(collection.folder.glob(".*"))


@pytest.mark.parametrize("patience", [0.5, 60])
def test_another_process_that_writes_is_waited_for(
    collection: Collection, patience: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PATIENCE", patience)
    lock = filelock.FileLock(collection.store.data_dir / "ingest.lock", thread_local=False)
    lock.acquire()
    lines = []
    for line in collection.add([receive("ferry.txt", io.BytesIO(FERRY), collection.folder)]):
        if patience == 60:
            lock.release()
        lines.append(line)
    assert lines[0] == {"waiting": True}
    if patience == 60:
        assert lines[-1]["added"] == 1
    else:
        assert "writing to" in lines[-1]["error"]
        assert "\n" not in lines[-1]["error"]
        assert kept(collection) == []
    lock.release()


def test_what_a_killed_server_left_is_swept(tmp_path: Path) -> None:
    old, fresh, article = (tmp_path / name for name in (".1.partial", ".2.partial", "a.txt"))
    for path in (old, fresh, article):
        path.write_text("half")
    for path in (old, article):
        os.utime(path, (time.time() - STALE - 1,) * 2)
    sweep(tmp_path)
    assert not old.exists()
    assert fresh.exists()
    assert article.exists()


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UploadError, match=r"can't be kept in .* \(.+\): it must be a folder"):
        receive("a.txt", io.BytesIO(FERRY), tmp_path / "file")
    assert isinstance(receive("a.exe", io.BytesIO(b""), tmp_path / "file"), Problem)


def test_an_ingest_of_the_uploads_finds_nothing_new(collection: Collection) -> None:
    add(collection, ("ferry.txt", FERRY), ("train.md", TRAIN))
    assert len(ingest([collection.folder], collection.store).unchanged) == 2
