"""The ingest flow: paths -> articles -> chunks -> embeddings -> library and vectors, and its report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.articles import Problem
from vectorstore.batch import Batch
from vectorstore.files import find_files
from vectorstore.report import Report, Tally
from vectorstore.store import Store


@dataclass(frozen=True)
class Progress:
    """How far an ingest is: `done` of `total` bytes of files, and what it reads now."""

    done: int
    total: int
    source: str


def ingest(
    paths: Sequence[Path],
    store: Store,
    *,
    prune: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Read articles from files and folders into the index; the same again costs nothing.

    A file with the same bytes as last time is not read. A changed one replaces what was read from it,
    unless something in it fails: then what it held before stays. `prune` takes out what was read from
    files below `paths` that are no longer there. Killed at any moment, the index is whole, and the next
    ingest does the rest.
    """
    began = time.monotonic()
    tally = Tally()
    with store.writing():
        store.library.remove_orphans()
        store.sync()
        found = []
        for item in find_files(paths):
            if isinstance(item, Problem):
                tally.failed.append(item)
            else:
                found.append((item, _size(item)))
        done, total = 0, sum(size for _, size in found)
        batch = Batch(store, tally)
        for path, size in found:
            read = 0
            for characters in batch.read(path):
                read = min(size, read + characters)
                progress(Progress(done + read, total, str(path)))
            done += size
        batch.flush()
        progress(Progress(total, total, ""))
        if prune:
            tally.removed += _prune(paths, store)
    return tally.report(time.monotonic() - began)


def _size(path: Path) -> int:
    """In bytes; 0 for a file that has gone since it was found, which its reader reports."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _prune(paths: Sequence[Path], store: Store) -> list[str]:
    """Take out what was read from files below `paths` that are gone; returns its sources."""
    folders = [path.resolve() for path in paths if path.is_dir()]
    known = store.library.rows("SELECT file, source, article_id FROM sources ORDER BY source")
    gone = [row for row in known if any(Path(row[0]).is_relative_to(folder) for folder in folders) and _gone(row[0])]
    with store.library.transaction() as connection:
        connection.executemany("DELETE FROM sources WHERE source = ?", [(source,) for _, source, _ in gone])
        connection.executemany("DELETE FROM files WHERE file = ?", {(file,) for file, _, _ in gone})
        store.library.remove_unreferenced({article_id for _, _, article_id in gone})
    store.sync()
    return [source for _, source, _ in gone]


def _gone(file: str) -> bool:
    """Whether there is no such file. One that merely can't be reached now is not gone."""
    try:
        Path(file).lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False
